"""Results as CSV text: of rows of plain values, or of columns of which each value is written once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from csm_xl.extras import has
from csm_xl.plan.coded import Coded

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_QUOTED_FOR: Final = frozenset(',"\r\n')
_WRITTEN_ONCE: Final = 1 << 16
"""In a block of this many lines each different number is converted once; most repeats fall into one block."""
_LARGE: Final = 10_000
"""At least this many lines are joined by Arrow, if it is installed; for fewer, loading it takes longer."""
_AT_ONCE: Final = 256
"""How many lines are turned into text at a time: few enough to stay in the processor's cache."""


class Columns(Protocol):
    """Rows by column, in blocks: the values of a block are those of `Coded`, or an array of numbers in which
    NaN is a blank."""

    @property
    def header(self) -> list[str]:
        """The names of the columns."""

    def blocks(self) -> Iterator[list[Any]]:
        """The columns of each block."""

    def rows(self) -> list[list[Any]]:
        """The same as rows of plain values, the header first."""


def cell_text(cell: Any) -> str:
    """A result as a CSV cell: shortest number, ISO date, TRUE/FALSE, blank for None.

    Text that a spreadsheet would read as a formula gets a leading apostrophe, as in Excel.

    >>> [cell_text(x) for x in (4500.0, 0.1, -2.5, None, True, date(2026, 3, 31), "=1+1", "E0001")]
    ['4500', '0.1', '-2.5', '', 'TRUE', '2026-03-31', "'=1+1", 'E0001']
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA_STARTS) else text


def number_text(number: float) -> str:
    """The shortest text of a number; a whole one up to 1e15 has no decimals.

    >>> number_text(4500.0), number_text(0.1), number_text(-0.0), number_text(1e15)
    ('4500', '0.1', '0', '1000000000000000.0')
    """
    text = repr(number)
    if text[-2:] != ".0":
        return text
    whole = int(number)
    return str(whole) if abs(whole) < 10**15 else text


def csv_text(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV: UTF-8 text, one line per row."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([cell_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_parts(columns: Columns) -> Iterator[str]:
    """The text that `csv_text` gives for the rows of columns, part by part."""
    yield csv_text([columns.header])
    for block in columns.blocks():
        if len(block[0]) >= _LARGE and has("arrow"):
            from csm_xl.batch.csv_lines import block_text

            texts_of = [
                list(map(_cell, column.values)) if isinstance(column, Coded) else None for column in block
            ]
            yield from block_text(block, texts_of, number_texts)
            del block, texts_of  # before the next one is made, which is as large
            continue
        texts = [column.spread(list(map(_cell, column.values)))
                 if isinstance(column, Coded) else column for column in block]  # fmt: skip
        for begin in range(0, len(block[0]), _WRITTEN_ONCE):
            there = slice(begin, begin + _WRITTEN_ONCE)
            cells = [each[there] if isinstance(column, Coded) else number_texts(each[there])
                     for column, each in zip(block, texts, strict=True)]  # fmt: skip
            for first in range(0, len(cells[0]), _AT_ONCE):
                part = (each[first : first + _AT_ONCE].tolist() for each in cells)
                lines = "\n".join(map(",".join, zip(*part, strict=True)))
                yield f"{lines}\n"


def number_texts(numbers: NDArray[np.float64]) -> NDArray[Any]:
    """The texts of numbers as `number_text` writes them, each different one written once; blank for NaN.

    >>> number_texts(np.array([4500.0, 0.1, np.nan, -0.0, 0.1])).tolist()
    ['4500', '0.1', '', '0', '0.1']
    """
    values, which = np.unique(numbers, return_inverse=True)
    texts = np.empty(len(values), dtype=object)
    whole = (values == np.floor(values)) & (np.abs(values) < 1e15)
    texts[whole] = list(map(str, values[whole].astype(np.int64).tolist()))
    texts[~whole] = list(map(number_text, values[~whole].tolist()))
    texts[np.isnan(values)] = ""
    found: NDArray[Any] = texts[which.reshape(-1)]
    return found


def _cell(value: Any) -> str:
    """A result as it is written in a line of several cells."""
    return _quoted(cell_text(value))


def _quoted(text: str) -> str:
    """The text of a cell as it is written in a line of several cells."""
    if _QUOTED_FOR.isdisjoint(text):
        return text
    return csv_text([[text]]).removesuffix("\n")
