"""Other ways to count days than the calendar's: a year of 360 or 365 days, and working weeks with holidays.

Days are proleptic ordinals or dates, as in `csm_xl.pay.proration`. Every count is of the days from the first
to the last, both inclusive, and adds up: the counts of two halves of a period are that of the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.proration import STAMP, Days, ordinals, stamps

DAYS_OF_YEAR: Final = 365
_MONTH: Final = 30
_WEEK: Final = 7
_NAMES: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PART: Final = r"(?P<first>[a-z]+)(?:[\s_–-]+(?P<last>[a-z]+))?(?:[\s_×x*]+(?P<share>\d*\.?\d+|\d+/\d+))?\Z"
_HINT: Final = "Type a number of days from Monday on, such as 5.5, or days such as Mon-Fri, Sat 0.5."


def days_360(first: Any, last: Any) -> Days:
    """The days from first to last in a year of twelve months of 30 days.

    first, last: dates or day ordinals, shapes that broadcast; a last day before the first counts 0.
    The 31st of a month is not counted, and the last day of February counts up to the 30th, so that every
    whole month has 30 days.
    Source: the day count 30E/360 (ISDA), ISDA 2006 Definitions, section 4.16(h), from the day before the
        first to the last.

    >>> from datetime import date
    >>> [int(days_360(date(2026, 2, day), date(2026, 2, 28))) for day in (1, 15)]
    [30, 16]
    >>> [int(days_360(date(2026, 1, 1), last)) for last in (date(2026, 1, 31), date(2026, 12, 31))]
    [30, 360]
    """
    since, until = ordinals(first), ordinals(last)
    return np.asarray(_passed_360(np.maximum(until, since - 1)) - _passed_360(since - 1))


def _passed_360(day: Days) -> Days:
    stamp = stamps(day, full=True)
    return np.asarray(_MONTH * (stamp // STAMP) + np.minimum(stamp % STAMP, _MONTH))


def parts_of_365(
    days: Days, owner: NDArray[np.intp], whole: int, share: Fraction
) -> tuple[NDArray[np.float64], int]:
    """The parts of a period that days have where a year has 365 days of equal worth; and how many it has.

    days: of runs of days; owner: whose each run is, numbered from 0. whole: the days of the period. share:
        its share of the year. Who is there on all days of the period has all of its parts; anybody else has
        1/365 of the year for a day, at most the whole period. In a year of 365 days that is days / 365; the
        29th of February is a day like others.
    Source: "days worked / 365" of bonus plans; the day count Actual/365 (Fixed), ISDA 2006 Definitions,
        section 4.16(d), of days that are not a whole period.

    >>> parts_of_365(np.array([184]), np.array([0]), 366, Fraction(1))
    (array([184.]), 365)
    >>> parts_of_365(np.array([45, 90]), np.array([0, 1]), 90, Fraction(1, 4))
    (array([180., 365.]), 365)
    """
    year = DAYS_OF_YEAR * share
    mine = np.bincount(owner, weights=days).astype(np.int64)[owner]
    several = len(owner) > len(np.unique(owner))
    fine = whole if several else 1  # so that runs of days of a whole period are whole parts too
    total = year.numerator * fine
    each = days * (year.denominator * fine)
    over = (mine >= whole) | (mine * year.denominator >= year.numerator)
    return np.where(over, days * total / np.maximum(mine, 1), each), total


@dataclass(frozen=True)
class WorkWeek:
    """The working days of a week: how much of each day is worked, from Monday on; and the holidays.

    weights: whole numbers, `unit` of which are a full day: 2 where half days are worked.
    holidays: the days that are not worked, in order, each once.
    """

    weights: tuple[int, ...]
    unit: int
    holidays: Days

    @classmethod
    def of(cls, typed: str | Sequence[str] | None = None, holidays: Iterable[Any] = ()) -> WorkWeek:
        """The week that a plan describes; see `week_days` for what may be typed.

        >>> WorkWeek.of("5.5").weights, WorkWeek.of("5.5").unit
        ((2, 2, 2, 2, 2, 1, 0), 2)
        """
        shares = week_days(typed)
        unit = lcm(*(share.denominator for share in shares))
        days = np.unique(ordinals(list(holidays))) if len(list(holidays)) else np.zeros(0, dtype=np.int64)
        return cls(tuple(int(share * unit) for share in shares), unit, days)

    def count(self, first: Any, last: Any) -> Days:
        """How much is worked from first to last, in `unit` parts of a day; 0 where the last is before the
        first.

        >>> from datetime import date
        >>> week = WorkWeek.of("Mon-Fri, Sat 0.5", [date(2026, 1, 1)])
        >>> int(week.count(date(2026, 1, 1), date(2026, 1, 31))), week.unit
        (47, 2)
        """
        since, until = ordinals(first), ordinals(last)
        return np.asarray(self._passed(np.maximum(until, since - 1)) - self._passed(since - 1))

    def _passed(self, day: Days) -> Days:
        worked = np.concatenate([[0], np.cumsum(self.weights)])
        passed = worked[-1] * (day // _WEEK) + worked[day % _WEEK]  # day 1 was a Monday
        if not len(self.holidays):
            return np.asarray(passed)
        off = np.asarray(self.weights)[(self.holidays - 1) % _WEEK]
        lost = np.concatenate([[0], np.cumsum(off)])
        return np.asarray(passed - lost[np.searchsorted(self.holidays, day, side="right")])


def week_days(typed: str | Sequence[str] | None) -> tuple[Fraction, ...]:
    """How much of each day of a week is worked, from Monday to Sunday.

    typed: blank, Monday to Friday; a number of days from Monday on, the last one in part (5.5: Saturday
        until noon); or days and ranges of days, each with the part of a day that is worked if not all of it
        (Sun-Thu; Mon-Fri, Sat 0.5), as a text or a list of parts.
    Errors: what is neither; a day twice; a part above 1.

    >>> [str(share) for share in week_days("5.5")]
    ['1', '1', '1', '1', '1', '1/2', '0']
    >>> [str(share) for share in week_days("Sun-Thu")]
    ['1', '1', '1', '1', '0', '0', '1']
    """
    parts = typed.replace(";", ",").split(",") if isinstance(typed, str) else [*(typed or ())]
    words = [one.strip().casefold() for one in parts if one.strip()]
    if not words:
        words = ["5"]
    if len(words) == 1 and re.match(r"\d*\.?\d+\Z", words[0]):
        number = Fraction(words[0])
        if not 0 < number <= _WEEK:
            raise CsmError(VALUE, "a week has up to 7 working days", "work_week", words[0], _HINT)
        return tuple(min(max(number - day, Fraction(0)), Fraction(1)) for day in range(_WEEK))
    found: dict[int, Fraction] = {}
    for word in words:
        for day, share in _days_of(word):
            if day in found:
                raise CsmError(VALUE, f"{_NAMES[day].title()} is in the week twice", "work_week", word, _HINT)
            found[day] = share
    return tuple(found.get(day, Fraction(0)) for day in range(_WEEK))


def _days_of(word: str) -> list[tuple[int, Fraction]]:
    """The days of one part, such as mon-fri or sat 0.5, each with how much of it is worked."""
    read = re.match(_PART, word)
    first = _day(read["first"]) if read else None
    last = _day(read["last"]) if read and read["last"] else first
    if read is None or first is None or last is None:
        raise CsmError(VALUE, "this is not a day of the week", "work_week", word, _HINT)
    share = Fraction(read["share"] or 1)
    if not 0 < share <= 1:
        raise CsmError(VALUE, "a part of a day is above 0, and at most 1", "work_week", word, _HINT)
    return [((first + at) % _WEEK, share) for at in range((last - first) % _WEEK + 1)]


def _day(name: str) -> int | None:
    for names in (_NAMES, _LONG):
        if name in names:
            return names.index(name)
    return None
