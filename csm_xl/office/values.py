"""Values as Excel's JavaScript gives and takes them, in JSON.

A blank is null on the web and "" where a range was read; a date is its serial number; an error value is an
object of its own, which the page writes as ``{"error": "#DIV/0!"}``.
"""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Any

from csm_xl.functions.calling import Rows, plain
from csm_xl.functions.cell_range import CellRange
from csm_xl.pay.rounding import Array
from csm_xl.xlsx.serial_dates import serial
from csm_xl.xlsx.values import ErrorCell


def from_office(argument: Any) -> Any:
    """An argument of a function: rows of cells, or None where it is left out.

    >>> from_office([[1, ""], [None, {"error": "#N/A"}]]).cells, from_office([[0.5]]), from_office(None)
    ([1, None, None, #N/A], 0.5, None)
    """
    if argument is None:
        return None
    cells = [cell_of(cell) for cell in chain.from_iterable(argument)]
    return cells[0] if len(cells) == 1 else CellRange(len(argument), len(argument[0]), cells)


def cell_of(cell: Any) -> Any:
    """One cell."""
    if isinstance(cell, dict):
        return ErrorCell(cell["error"])
    return None if cell == "" else cell


def to_office(result: Array | Rows) -> Rows:
    """A result as Excel takes it: rows; a blank as empty text, since null would show 0.

    >>> to_office([[1, None, date(2026, 3, 31), True]])
    [[1, '', 46112, True]]
    """
    return [[_shown(cell) for cell in row] for row in plain(result)]


def _shown(cell: Any) -> Any:
    if isinstance(cell, date):
        return serial(cell)
    return "" if cell is None else cell
