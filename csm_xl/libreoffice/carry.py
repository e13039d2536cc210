"""Values between LibreOffice Calc and Python, as UNO carries them.

What Calc hands over differs from Excel in places that no add-in can mend; here they are, once:

- A reference to a single empty cell arrives as 0, so that it counts as 0 and not as left out; an empty
  cell inside a range is a blank. ``A1:A1`` is a range, so it keeps its blank.
- TRUE and FALSE arrive as 1 and 0, dates as serial numbers.
- An error cell, alone or inside a range, and a whole column (``A:A``) never arrive: Calc shows Err:504
  or the error itself without asking.

What goes back: a failure as #VALUE! (an exception), #N/A (nothing) or #NUM! (no number); dates as serial
numbers, which the cell's format shows; TRUE and FALSE as 1 and 0; a blank as empty text.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain
from typing import Any, Final

from csm_xl.errors import ARITHMETIC, NOT_FOUND, CsmError
from csm_xl.functions.grid import Grid
from csm_xl.plan.cells import EPOCH_1900

_DAY: Final = 86_400


def from_calc(argument: Any) -> Any:
    """An argument as Calc hands it over: a range as a `Grid`, a left-out one as None.

    >>> from_calc(((1.0, ""), (2.0, "a"))).cells, from_calc(None), from_calc(0.5)
    ([1.0, None, 2.0, 'a'], None, 0.5)
    """
    if not isinstance(argument, tuple):
        return argument
    cells = [None if cell == "" else cell for cell in chain.from_iterable(argument)]
    return Grid(len(argument), len(argument[0]), cells)


def to_calc(rows: list[list[Any]]) -> Any:
    """A result as Calc takes it: one value, or a tuple of rows.

    >>> to_calc([[1, None], [True, date(2026, 3, 31)]])
    ((1.0, ''), (1.0, 46112.0))
    >>> to_calc([["a"]])
    'a'
    """
    shown = tuple(tuple(map(_cell, row)) for row in rows)
    return shown[0][0] if len(shown) == len(shown[0]) == 1 else shown


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        clock = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        return float(value.toordinal() - EPOCH_1900) + clock / _DAY
    if isinstance(value, date):
        return float(value.toordinal() - EPOCH_1900)
    return float(value) if isinstance(value, (int, float)) else str(value)


def failed(error: CsmError) -> Any:
    """What Calc is given for an error, to show the same error value as Excel does.

    Errors: the error itself, where Calc must see an exception to show #VALUE!.

    >>> failed(CsmError("#N/A", "there is no such curve")), failed(CsmError("#NUM!", "the goal is 0"))
    (None, nan)
    """
    if error.code == NOT_FOUND:
        return None
    if error.code == ARITHMETIC:
        return float("nan")
    raise error
