"""Large CSV files without quotes, taken apart by Arrow where it is installed: the cells and rows that the csv
module gives, in less time."""

from __future__ import annotations

from csv import field_size_limit
from typing import Final

import numpy as np

from csm_xl.extras import has
from csm_xl.plan.coded import Coded
from csm_xl.plan.raw_rows import RawRows

_LARGE: Final = 1 << 20
"""With at least this many characters, loading Arrow saves time."""
_BLOCK: Final = 1 << 24
"""Bytes that Arrow takes apart at once."""


def plain_rows(text: str, first: str, delimiter: str) -> RawRows | None:
    """The rows of a text; None where Arrow is not installed, the text is small, or taking it apart needs more
    than its delimiters and line ends: quotes, blank lines, lines of several lengths. None too where the csv
    module refuses a cell for its length, so that it says so itself.

    first: the line that shows how many cells a line has.
    """
    names = [str(at) for at in range(first.count(delimiter) + 1)]
    if len(text) < _LARGE or len(names) < 2 or '"' in text or not has("arrow"):
        return None
    if (
        text[0] in "\r\n\ufeff"  # Arrow drops a mark of UTF-8; the file's own is gone already
        or text.count("\r") != text.count("\r\n")
        or any(blank in text for blank in ("\n\n", "\n\r\n"))
    ):
        return None
    import pyarrow as pa
    from pyarrow import csv

    try:
        table = csv.read_csv(
            pa.BufferReader(text.encode()),
            csv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=names),
            csv.ParseOptions(delimiter=delimiter, quote_char=False, double_quote=False, escape_char=False,
                             ignore_empty_lines=False),
            csv.ConvertOptions(column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                               null_values=[], strings_can_be_null=False),
        )  # fmt: skip
    except (pa.ArrowException, UnicodeEncodeError):  # a line is longer or shorter
        return None
    columns = []
    for column in table.unify_dictionaries().columns:
        chunks = [np.asarray(chunk.indices) for chunk in column.chunks]
        texts = column.chunk(0).dictionary.to_pylist()
        if max(map(len, texts)) > field_size_limit():
            return None
        columns.append(Coded(texts, np.concatenate(chunks)))
    rows = RawRows(columns, table.num_rows)
    del table, column, chunks
    pa.default_memory_pool().release_unused()  # else Arrow keeps the room of a whole file
    return rows
