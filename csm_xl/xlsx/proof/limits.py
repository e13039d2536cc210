"""Where a familiar function reaches what spreadsheets take differently: the ends of the calendar, a text that
may be a number, a result next to a step, a format of more than a plain number or date.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from csm_xl.xlsx.proof.certain_functions import FUNCTIONS
from csm_xl.xlsx.proof.values import Number, UnsureError

_FIRST_DAY: Final = 61
"""March 1, 1900: Excel counts a February 29 before it that never was."""
_LAST_DAY: Final = 2_958_465  # December 31, 9999
_YEARS: Final = (1901, 9999)
_MONTH: Final = 31
_NEAR: Final = 1e-9
_MOST_HOURS: Final = 32_767  # of TIME, and minutes and seconds

_PLAIN_NUMBER: Final = re.compile(r"-?\d{1,11}(\.\d{1,6})?\Z")
_FORMAT: Final = re.compile(
    r"\$?(?:#,##)?0(?:\.0{1,9})?%?|@|0{2,9}|h{1,2}:mm(?: AM/PM)?|"
    r"(?:(?:yyyy|mmmm|mmm|mm|m|dddd|ddd|dd|d)(?:[-/ ]|, |\Z))+",
    re.IGNORECASE,
)
"""The formats of TEXT that are written here as Excel writes them, for what fits them."""
_ESCAPED: Final = re.compile(r"~(?![*?~])")

_ROUNDING: Final = ("INT", "ROUND", "ROUNDDOWN", "ROUNDUP")
_STEPS: Final = ("CEILING", "CEILING.MATH", "FLOOR", "FLOOR.MATH", "MROUND")
_OF_DAYS: Final[Mapping[str, tuple[int, ...]]] = {
    **dict.fromkeys(("DAY", "MONTH", "WEEKDAY", "WEEKNUM", "ISOWEEKNUM", "YEAR", "WORKDAY"), (0,)),
    **dict.fromkeys(("DATEDIF", "DAYS", "DAYS360", "NETWORKDAYS", "YEARFRAC"), (0, 1)),
    "EDATE": (0,), "EOMONTH": (0,),
}  # fmt: skip
"""Functions of days, and which of their arguments are days."""
_NUMERIC_WORDS: Final = """
    ABS DATE DATEVALUE EVEN EXP HOUR ISEVEN ISODD LN LOG LOG10 MINUTE MOD NUMBERVALUE ODD POWER QUOTIENT
    SECOND SIGN SQRT TEXT TIME TIMEVALUE TRUNC VALUE
"""
_NUMERIC: Final = frozenset((*_NUMERIC_WORDS.split(), *_OF_DAYS, *_ROUNDING, *_STEPS))
"""Functions that read a number out of a text."""
_PLACES: Final = {"LARGE": 1, "SMALL": 1, "QUARTILE": 1, "QUARTILE.INC": 1}
"""Functions that take the number of a place, and which argument it is."""
_PATTERN_WORDS: Final = """
    AVERAGEIF AVERAGEIFS COUNTIF COUNTIFS HLOOKUP MATCH MAXIFS MINIFS SEARCH SUMIF SUMIFS VLOOKUP XLOOKUP
    XMATCH
"""
_PATTERNS: Final = frozenset(_PATTERN_WORDS.split())
"""Functions in which a ``~`` takes the meaning from a ``*`` or ``?``."""
_OF_THE_COUNTRY: Final = ("DOLLAR",)
"""Functions whose text depends on where the computer is."""


def may_be_a_number(value: Any) -> bool:
    """Whether a text is one out of which Excel may read a number, and others may not, or another one.

    >>> may_be_a_number("$1,200"), may_be_a_number("12.5"), may_be_a_number("n/a"), may_be_a_number(12)
    (True, False, False, False)
    """
    return (
        isinstance(value, str)
        and any(letter.isnumeric() for letter in value)
        and _PLAIN_NUMBER.match(value) is None
    )


def without_power(base: Any, exponent: Any) -> bool:
    """Whether a power is one of 0 that spreadsheets define differently, or not at all.

    >>> without_power(Number(0.0), Number(0.0)), without_power(Number(0.0), Number(2.0))
    (True, False)
    """
    return (
        isinstance(base, Number) and base.value == 0 and isinstance(exponent, Number) and exponent.value <= 0
    )


def beyond(name: str, given: Sequence[Any]) -> bool:
    """Whether a function is given what another spreadsheet may answer otherwise.

    given: the value of each argument; `UnsureError` where it is not known, of which nothing is concluded.

    >>> beyond("DAY", [Number(60.0)]), beyond("DAY", [Number(46037.0)]), beyond("TRIM", ["a\\tb"])
    (True, False, True)
    """
    numeric = given[:1] if name == "TEXT" else given
    if name in _OF_THE_COUNTRY or (name in _NUMERIC and any(map(may_be_a_number, numeric))):
        return True
    if name in _PATTERNS and any(isinstance(one, str) and _ESCAPED.search(one) for one in given):
        return True
    if name in _PLACES:
        return any(value != int(value) for value in _values(given[_PLACES[name] :]))
    if name in _OF_DAYS:
        return _off_calendar(name, given)
    check = _CHECKS.get(name)
    return check is not None and check(name, given)


def _values(given: Sequence[Any]) -> list[float]:
    return [one.value for one in given if isinstance(one, Number)]


def _off_calendar(name: str, given: Sequence[Any]) -> bool:
    days = _values([given[at] for at in _OF_DAYS[name] if at < len(given)])
    shift = _values(given[1:2]) if name in ("EDATE", "EOMONTH", "WORKDAY") else []
    ends = [day + _MONTH * (by - (by < 0)) for day in days for by in shift]
    return any(not _FIRST_DAY <= day < _LAST_DAY for day in [*days, *ends])


def _odd_date(_: str, given: Sequence[Any]) -> bool:
    values = _values(given)
    if len(values) != 3:
        return False
    year, month, day = values
    return not _YEARS[0] < year + month / 12 + day / 365 < _YEARS[1]


def _odd_time(_: str, given: Sequence[Any]) -> bool:
    return any(not 0 <= value <= _MOST_HOURS for value in _values(given))


def _next_to_a_step(name: str, given: Sequence[Any]) -> bool:
    values = _values(given)
    if len(values) != 2 or not values[1]:
        return False
    steps = values[0] / values[1] * (2 if name == "MROUND" else 1)  # which turns on the half of a step
    return 0 < abs(steps - round(steps)) < _NEAR * max(1.0, abs(steps))


def _unsure(name: str, given: Sequence[Any]) -> bool:
    if not given or len(_values(given)) != len(given):
        return False
    try:
        FUNCTIONS[name](*[Number(value) for value in _values(given)])
    except (UnsureError, TypeError, ValueError, OverflowError):
        return True
    return False


def _odd_format(_: str, given: Sequence[Any]) -> bool:
    if len(given) != 2 or not isinstance(given[1], str):
        return True
    value = given[0]
    form = given[1].casefold()
    days = "h" not in form and any(letter in form for letter in "ymd")
    if days and isinstance(value, Number) and not _FIRST_DAY <= value.value < _LAST_DAY:
        return True
    return _FORMAT.fullmatch(given[1]) is None


def _spaced(_: str, given: Sequence[Any]) -> bool:
    return any(isinstance(one, str) and any(letter.isspace() and letter != " " for letter in one)
               for one in given)  # fmt: skip


def _behind_the_end(_: str, given: Sequence[Any]) -> bool:
    return (len(given) > 1 and isinstance(given[0], str) and isinstance(given[1], Number)
            and given[1].value > len(given[0]))  # fmt: skip


_CHECKS: Final[Mapping[str, Callable[[str, Sequence[Any]], bool]]] = {
    "DATE": _odd_date, "TIME": _odd_time, "TEXT": _odd_format, "TRIM": _spaced, "REPLACE": _behind_the_end,
    "POWER": lambda _, given: len(given) == 2 and without_power(*given),
    "NUMBERVALUE": lambda _, given: "" in given,
    **dict.fromkeys(_ROUNDING, _unsure), **dict.fromkeys(_STEPS, _next_to_a_step),
}  # fmt: skip
