"""Conversion of values between LibreOffice Calc and Python, over UNO.

Calc differs from Excel in ways that no add-in can change:

- A reference to a single empty cell arrives as 0, so that it counts as 0 and not as left out; an empty
  cell inside a range is a blank. ``A1:A1`` is a range, so it keeps its blank.
- TRUE and FALSE arrive as 1 and 0, dates as serial numbers.
- An error cell, alone or inside a range, and a whole column (``A:A``) never arrive: Calc shows Err:504
  or the error itself without asking.

What goes back: a failure as #VALUE!, #N/A or #NUM!; dates as serial
numbers, which the cell's format shows; TRUE and FALSE as 1 and 0; a blank as empty text.
"""

from __future__ import annotations

import struct
from datetime import date
from itertools import chain
from typing import Any, Final

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError
from csm_xl.functions.cell_range import CellRange
from csm_xl.xlsx.serial_dates import days_of

_DAY: Final = 86_400
_NO_NUMBER: Final = 0x7FF8_0000_0000_0000
_NUMBERS: Final = {VALUE: 519, NOT_FOUND: 32767, ARITHMETIC: 503}
"""Calc's error numbers."""


def from_calc(argument: Any) -> Any:
    """An argument from Calc: a range as a `CellRange`, a left-out one as None.

    >>> from_calc(((1.0, ""), (2.0, "a"))).cells, from_calc(None), from_calc(0.5)
    ([1.0, None, 2.0, 'a'], None, 0.5)
    """
    if not isinstance(argument, tuple):
        return argument
    cells = [None if cell == "" else cell for cell in chain.from_iterable(argument)]
    return CellRange(len(argument), len(argument[0]), cells)


def to_calc(rows: list[list[Any]]) -> Any:
    """A result in the form that Calc takes: rows.

    >>> to_calc([[1, None], [True, date(2026, 3, 31)]])
    ((1.0, ''), (1.0, 46112.0))
    """
    return tuple(tuple(map(_cell, row)) for row in rows)


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, date):
        return days_of(value)
    return float(value) if isinstance(value, (int, float)) else str(value)


def failed(error: CsmError) -> Any:
    """The value returned to Calc for an error, so that it shows the same error value as Excel.

    Calc stores an error in a cell as NaN with the error number in its lowest bits, which pass through
    unchanged.

    >>> [failed(CsmError(code, "")) for code in ("#VALUE!", "#N/A")]
    [((nan,),), ((nan,),)]
    """
    return ((struct.unpack("<d", struct.pack("<Q", _NO_NUMBER + _NUMBERS[error.code]))[0],),)
