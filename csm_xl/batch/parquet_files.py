"""Parquet files in and out: a file as a table that is not read yet, and payout lines as a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.engine.lines import WHOLE
from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.extras import require
from csm_xl.plan.coded import Coded
from csm_xl.plan.raw import Origin, RawTable
from csm_xl.plan.raw_rows import RawRows

if TYPE_CHECKING:
    import pyarrow as pa

    from csm_xl.engine.paid_lines import PaidLines

EXTENSION: Final = ".parquet"
_WRITTEN: Final = b"csm_xl"
"""The key in a file's metadata that only a file that csm_xl wrote has."""
_NESTED: Final = "the cells of this column are lists or records"
_UNREADABLE: Final = "the cells of this column cannot be read"


def raw_table_of_parquet(path: Path) -> RawTable:
    """A table from a Parquet file, its cells as the file has them; a row is counted as below a header.

    Errors: the extra that is missing; a file that is not Parquet or is damaged, by its name; a column of
    lists or records.
    """
    table = _read(path)
    from pyarrow import ArrowException, default_memory_pool

    columns, issues, column = [], [], None
    for header, column in zip(table.column_names, table.columns, strict=True):
        try:
            columns.append(_coded(header, column))
        except (CsmError, ArrowException) as error:
            what, got = (
                (error.message, error.got) if isinstance(error, CsmError) else (_UNREADABLE, column.type)
            )
            hint = "Export one value a cell: text, a number, a date, or true and false."
            issues.append(Issue(VALUE, what, f"{path.name} ({header})", str(got), hint))
    if issues:
        raise CsmError.of(issues)
    rows = RawRows(columns, table.num_rows + 1)
    del table, column
    default_memory_pool().release_unused()  # else Arrow keeps the room of a whole file
    return RawTable(path.name, rows, Origin("file", path.name))


def parquet_header(path: Path) -> list[str]:
    """The names of a Parquet file's columns. Errors: as `raw_table_of_parquet`."""
    with _opened(path) as file:
        return list(file.schema_arrow.names)


def written_by_us(path: Path) -> bool:
    """Whether csm_xl wrote a Parquet file, and no other program since."""
    with _opened(path) as file:
        return _WRITTEN in (file.schema_arrow.metadata or {})


def write_lines(path: Path, lines: PaidLines) -> None:
    """Write payout lines as a Parquet file: the same lines always give the same bytes."""
    from pyarrow import parquet

    blocks = lines_tables(lines)
    first = next(blocks)
    with parquet.ParquetWriter(path, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        del first  # each block before the next one is made, which is as large
        for block in blocks:
            writer.write_table(block)
            del block


def lines_tables(lines: PaidLines) -> Iterator[pa.Table]:
    """Payout lines as Arrow tables, one for each run: text, numbers and flags, null where a cell is blank."""
    import pyarrow as pa

    header = lines.header
    for columns in lines.blocks():
        arrays = [_array(name, column) for name, column in zip(header, columns, strict=True)]
        del columns
        table = pa.table(arrays, names=header).replace_schema_metadata({_WRITTEN: b"payouts"})
        del arrays
        yield table
        del table


def _array(name: str, column: Coded | np.ndarray[Any, Any]) -> pa.Array:
    import pyarrow as pa

    if not isinstance(column, Coded):
        return pa.array(np.asarray(column, dtype=np.float64), from_pandas=True)  # NaN is null
    kind = pa.int64() if name in WHOLE else pa.bool_() if name == "gate_met" else pa.string()
    return pa.array(column.values, type=kind).take(pa.array(column.codes))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A Parquet file, open for reading."""
    require("arrow", f"{path.name}, a Parquet file,")
    from pyarrow import ArrowException, parquet

    try:
        with parquet.ParquetFile(path) as file:
            yield file
    except (ArrowException, OSError):
        raise CsmError(VALUE, "the file is not Parquet, or it is damaged", path.name, None,
                       "Export it again.") from None  # fmt: skip


def _read(path: Path) -> pa.Table:
    with _opened(path) as file:
        return file.read()


def _coded(header: str, column: pa.ChunkedArray) -> Coded:
    """A column with its header above it, each different cell once."""
    import pyarrow as pa

    whole = column.combine_chunks()
    if pa.types.is_floating(whole.type):
        whole = pa.array(whole.to_numpy(zero_copy_only=False), from_pandas=True)  # NaN is a blank
    if pa.types.is_nested(whole.type):
        raise CsmError(VALUE, _NESTED, header, str(whole.type))
    if pa.types.is_timestamp(whole.type):
        whole = whole.cast(pa.timestamp("us", whole.type.tz), safe=False)
    elif pa.types.is_null(whole.type) or pa.types.is_binary(whole.type):  # text that is not marked as such
        whole = whole.cast(pa.string())
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    values = [header, *whole.dictionary.to_pylist(), None]
    codes = whole.indices.cast(pa.int64()).fill_null(len(values) - 2).to_numpy(zero_copy_only=False)
    return Coded(values, np.concatenate([[0], codes + 1]).astype(np.int32))
