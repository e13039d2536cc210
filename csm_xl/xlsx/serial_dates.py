"""Days as spreadsheets count them: numbers from a first day on, of the 1900 or of the 1904 system.

The one place that turns a day into such a number and back.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError

EPOCH_1900: Final = date(1899, 12, 30).toordinal()
"""The ordinal of Excel serial 0 in the 1900 system, for serials from 61 (1 March 1900) on."""
EPOCH_1904: Final = date(1904, 1, 1).toordinal()
DAYS_TO_1904: Final = EPOCH_1904 - EPOCH_1900
"""How many days later the count of a workbook of the 1904 system begins."""
_LEAP_1900: Final = 61
"""From this serial on, 1 March 1900, Excel counts the day that 1900 did not have."""
_SECONDS: Final = 86400


def share_of_day(at: time) -> float:
    """A time of day as the part of the day that has passed.

    >>> share_of_day(time(18))
    0.75
    """
    return (at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6) / _SECONDS


def days_of(value: date) -> float:
    """A date or datetime as the days since 30 December 1899.

    >>> days_of(date(2026, 3, 31)), days_of(datetime(2026, 3, 31, 12))
    (46112.0, 46112.5)
    """
    share = share_of_day(value.time()) if isinstance(value, datetime) else 0.0
    return float(value.toordinal() - EPOCH_1900) + share


def serial(value: date, epoch_1904: bool = False) -> float | int:
    """A date or datetime as the number that Excel keeps for it.

    Errors: a date before the first that Excel has.

    >>> serial(date(2026, 3, 31)), serial(datetime(2026, 3, 31, 12)), serial(date(1900, 1, 1))
    (46112, 46112.5, 1)
    """
    share = share_of_day(value.time()) if isinstance(value, datetime) else 0
    days = value.toordinal() - (EPOCH_1904 if epoch_1904 else EPOCH_1900)
    if not epoch_1904 and days < _LEAP_1900:
        days -= 1
    if days < 0:
        raise CsmError(VALUE, "Excel has no such date", "", value.isoformat(), "Dates begin with 1900.")
    return days + share if share else days


def day_of(number: int) -> int:
    """The day of a serial of the 1900 system, from 1 on, as an ordinal (`date.toordinal`).

    >>> date.fromordinal(day_of(46112)).isoformat(), date.fromordinal(day_of(1)).isoformat()
    ('2026-03-31', '1900-01-01')
    """
    # Excel counts a 29 February 1900 that never was, so serials before it are a day further on.
    return EPOCH_1900 + number + (1 if number < _LEAP_1900 - 1 else 0)


def plain(value: Any) -> Any:
    """A cell's value as a calculation compares it: dates as serials of the 1900 system, numbers as floats,
    anything else as it is."""
    if type(value) is float:
        return value
    if isinstance(value, date):
        return days_of(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value
