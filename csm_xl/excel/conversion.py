"""Conversion of values between Excel and Python, over COM.

Excel hands over numbers as floats, currency cells as `Decimal`, dates as datetimes, an empty cell or a
missing argument as None, an error value as an int, a range as a tuple of rows, and a row of constants
({1,2,3}) as a flat tuple. It takes back rows of floats, text, booleans and datetimes with a time zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, Final

import numpy as np

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError
from csm_xl.functions.calling import Rows, plain
from csm_xl.functions.cell_range import CellRange
from csm_xl.pay.rounding import Array
from csm_xl.xlsx.values import ErrorCell

_SCODE: Final = -2146828288  # the offset that COM adds to the number of an Excel error
ERROR_NUMBERS: Final = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    VALUE: 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    ARITHMETIC: 2036,
    NOT_FOUND: 2042,
    "#GETTING_DATA": 2043,
    "#SPILL!": 2045,
    "#CALC!": 2050,
}
"""Excel's error values and their numbers for VBA's ``CVErr``."""
_ERRORS: Final = {_SCODE + number: ErrorCell(text) for text, number in ERROR_NUMBERS.items()}
_PLAIN: Final = {float, str, bool, Decimal, type(None)}
MISSING: Final = -2147352572
"""The value that COM passes for an argument that is left out."""
MARK: Final = "CSM_CVERR_"
"""The prefix of the Excel error number in the text of a `CellError`."""


class CellError(Exception):
    """A failure on its way to a cell: its text starts with `MARK` and the number for ``CVErr``."""


def failure(error: CsmError) -> CellError:
    """The exception that the VBA wrapper turns into a real Excel error.

    >>> str(failure(CsmError("#NUM!", "the goal is 0", "goal")))
    'CSM_CVERR_2036 goal: the goal is 0.'
    """
    return CellError(f"{MARK}{ERROR_NUMBERS[error.code]} {error}")


def from_excel(argument: Any) -> Any:
    """An argument from Excel, with error values distinguished from numbers.

    >>> from_excel(((1.0,), (-2146826281,))).cells, from_excel((1.0, 2.0)).size, from_excel(-2147352572)
    ([1.0, #DIV/0!], '1×2', None)
    """
    if not isinstance(argument, (tuple, list)):
        return _cell(argument)
    rows = argument if argument and isinstance(argument[0], (tuple, list)) else (argument,)
    cells = list(chain.from_iterable(rows))
    if odd := set(map(type, cells)) - _PLAIN:
        cells = [_cell(cell) if type(cell) in odd else cell for cell in cells]
    return CellRange(len(rows), len(rows[0]), cells)


def _cell(cell: Any) -> Any:
    if type(cell) is int:
        return None if cell == MISSING else _ERRORS.get(cell, cell)
    if isinstance(cell, datetime):  # pywin32's own kind of it, which cannot be a key of the cache of results
        return datetime.combine(cell.date(), cell.time())
    return cell


def to_excel(result: Array | Rows) -> Sequence[Sequence[Any]]:
    """A result in the form that Excel takes: rows as lists, since COM takes a tuple for something else.

    >>> to_excel([[1, None, "a"]])
    [[1.0, '', 'a']]
    """
    rows = plain(result)
    if isinstance(result, np.ndarray) and result.dtype == np.float64:
        return rows
    cells = list(chain.from_iterable(rows))
    kinds = set(map(type, cells))
    # One pass per kind present, several times faster than testing every cell.
    if type(None) in kinds:
        cells = ["" if cell is None else cell for cell in cells]
    if int in kinds:
        cells = [float(cell) if type(cell) is int else cell for cell in cells]
    dates = kinds & {date, datetime}
    if dates:
        cells = [_com_date(cell) if type(cell) in dates else cell for cell in cells]
    width = len(rows[0])
    return [cells[start : start + width] for start in range(0, len(cells), width)]


def _com_date(day: date) -> datetime:
    """COM only takes datetimes with a time zone, and does not change their clock time."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
