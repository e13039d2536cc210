"""Vesting: how much of a grant of shares has vested by a day, in whole shares.

Days are proleptic ordinals, as in `csm_xl.pay.proration`; dates are taken too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue
from csm_xl.pay.check import is_one, not_negative, number_block, refuse
from csm_xl.pay.proration import STAMP, Days, ordinals, stamps
from csm_xl.pay.rounding import Array, exact, to_compared

LONGEST: Final = 1200
"""The most months that a schedule lasts."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_FORMS: Final = 'Write "20/20/20/20/20" (percent by year), "48m cliff 12 monthly" or "25 then monthly".'
_EVERY: Final = {
    "monthly": 1, "months": 1, "month": 1,
    "quarterly": 3, "quarters": 3, "quarter": 3,
    "semiannually": 6, "semiannual": 6, "half-yearly": 6, "halves": 6,
    "annually": 12, "annual": 12, "yearly": 12, "years": 12, "year": 12,
}  # fmt: skip
"""Months from one instalment to the next."""
_FILLER: Final = frozenset({"with", "a", "an", "and", "over", "then", "vesting", "of", "no", "none", "cliff"})
_DURATION: Final = r"(\d+)[ -]*(months?\b|mos?\b|m\b|years?\b|yrs?\b|y\b)?"
_SHARES: Final = r"(\d+(?:\.\d+)?%?(?: ?/ ?\d+(?:\.\d+)?%?)+)(?: (?:by )?([a-z-]+))?"
_FIRST: Final = r"(\d+(?:\.\d+)?)%?,? then ([a-z-]+)"


@dataclass(eq=False, repr=False)
class Vesting:
    """A vesting schedule: after how many months of the grant which share of it vests.

    months: whole months from the grant date, rising. shares: of each tranche, which sum to 1.
    """

    months: tuple[int, ...]
    shares: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if not self.months or len(self.months) != len(self.shares):
            raise _unreadable("the schedule has no tranche", len(self.months))
        issues = [issue for row in range(len(self.months)) for issue in self._wrong(row)]
        if issues:
            raise CsmError.of(issues)
        total = np.array(self.shares, dtype=object).sum()
        if not is_one(total):
            raise CsmError(VALUE, "the shares of the tranches do not sum to 1", "schedule",
                           round(float(total), 9),
                           "Give each tranche's own share of the grant, not the cumulative one.")  # fmt: skip

    def _wrong(self, row: int) -> Iterator[Issue]:
        month, where = self.months[row], f"schedule row {row + 1}"
        if not 0 <= month <= LONGEST:
            yield Issue(VALUE, "a tranche does not lie within the schedule", where, month,
                        f"Give whole months from 0 to {LONGEST}.")  # fmt: skip
        if row and month <= self.months[row - 1]:
            yield Issue(VALUE, "a tranche does not come after the one before", where, month,
                        "Sort the rows by months, each once.")  # fmt: skip
        if self.shares[row] < 0:
            yield Issue(VALUE, "the share of a tranche is below 0", where, float(self.shares[row]),
                        "Give shares of 0 or more.")  # fmt: skip

    @classmethod
    def of(cls, schedule: Vesting | str | ArrayLike) -> Vesting:
        """A schedule from text or from rows (months, share); see `vested_shares`."""
        if isinstance(schedule, Vesting):
            return schedule
        if isinstance(schedule, str):
            return cls(*_parsed(schedule))
        rows = number_block(schedule, (2,), "schedule", "months and share")
        refuse(~np.isfinite(rows), rows, VALUE, "a row lacks its months or its share", "schedule",
               "Type both as numbers.")  # fmt: skip
        whole = rows[:, 0] == np.floor(rows[:, 0])
        refuse(~whole, rows[:, 0], VALUE, "the months are not a whole number", "schedule",
               "Give whole months from the grant date.")  # fmt: skip
        return cls(tuple(map(int, rows[:, 0].tolist())), tuple(exact(rows[:, 1]).tolist()))

    @property
    def cumulative(self) -> tuple[Fraction, ...]:
        """The share vested after each tranche; the last one completes the grant."""
        return (*list(accumulate(self.shares))[:-1], Fraction(1))


def _unreadable(message: str, got: Any) -> CsmError:
    return CsmError(VALUE, message, "schedule", got, _FORMS)


def _parsed(text: str) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    """The months and the shares that a text states."""
    plain = " ".join(text.casefold().replace(",", " ").split())
    listed, first = re.fullmatch(_SHARES, plain), re.fullmatch(_FIRST, plain)
    if listed:
        return _listed(text, listed[1], listed[2] or "years")
    if first:
        return _first_then(text, Fraction(first[1]), first[2])
    return _instalments(text, plain)


def _step(text: str, word: str) -> int:
    if word not in _EVERY:
        raise _unreadable(f"{word!r} is not how often a grant vests", text)
    return _EVERY[word]


def _listed(text: str, shares: str, every: str) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    """Shares of equal steps, years unless another is named, in percent or as fractions."""
    step = _step(text, every)
    parts = [Fraction(part.strip(" %")) for part in shares.split("/")]
    total = sum(parts)
    if total not in (1, 100):
        raise CsmError(VALUE, "the shares of the schedule do not sum to 100", "schedule", text,
                       f"They sum to {float(total):g}. {_FORMS}")  # fmt: skip
    return tuple(step * (i + 1) for i in range(len(parts))), tuple(part / total for part in parts)


def _first_then(text: str, percent: Fraction, every: str) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    """A first year's share and equal instalments at the same pace until the whole has vested."""
    years = 100 / percent if percent else Fraction(0)
    if years.denominator != 1 or years < 1:
        raise _unreadable("the first year's percentage does not divide 100", text)
    return _pro_rata(text, int(years) * 12, 12, _step(text, every))


def _instalments(text: str, plain: str) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    """A total duration, a cliff or none, and how often it vests after it: months unless stated."""
    found = [(int(size), unit[:1]) for size, unit in re.findall(_DURATION, plain)]
    words = re.sub(_DURATION, " ", plain).replace("-", " - ").split()
    words = " ".join(words).replace("half - yearly", "half-yearly").replace(" - ", " ").split()
    every = [word for word in words if word in _EVERY]
    strange = [word for word in words if word not in _EVERY and word not in _FILLER]
    cliff = "cliff" in words and not {"no", "none"} & set(words)
    if strange or len(every) > 1 or len(found) != 1 + cliff:
        raise _unreadable("this is not a vesting schedule", text)
    units = {unit for _, unit in found if unit}
    # A number without its unit has the other one's: 4y cliff 1 is a year, 48m cliff 12 months.
    shared = units.pop() if len(units) == 1 else "m"
    spans = sorted(size * (12 if (unit or shared) == "y" else 1) for size, unit in found)
    return _pro_rata(text, spans[-1], spans[0] if cliff else 0, _EVERY[every[0]] if every else 1)


def _pro_rata(text: str, total: int, cliff: int, step: int) -> tuple[tuple[int, ...], tuple[Fraction, ...]]:
    """Equal instalments over a number of months, those up to the cliff at once."""
    if not 0 < total <= LONGEST:
        raise _unreadable(f"the schedule does not last from 1 to {LONGEST} months", text)
    if total % step or cliff % step:
        raise _unreadable(f"the duration or the cliff is no multiple of {step} months", text)
    months = [month for month in range(step, total + 1, step) if month >= cliff]
    past = [0, *months]
    return tuple(months), tuple(
        Fraction(after - before, total) for before, after in zip(past, months, strict=False)
    )


def add_months(day: Any, months: ArrayLike) -> Days:
    """The day so many months later; where its month has no such day, the month's last one.

    day: dates or day ordinals; months: whole numbers; shapes that broadcast.

    >>> [date.fromordinal(int(add_months(date(2023, 1, 31), n))).isoformat() for n in (1, 13)]
    ['2023-02-28', '2024-02-29']
    """
    start = (ordinals(day) - _EPOCH).astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    later = month + np.asarray(months, dtype=np.int64).astype("timedelta64[M]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.asarray(
        np.minimum(later.astype("datetime64[D]") + (start - month), last).astype(np.int64) + _EPOCH
    )


def months_between(start: Any, end: Any) -> Days:
    """The whole months from one day to another: the most that can be added without passing it.

    >>> months_between(date(2024, 1, 31), [date(2024, 2, 28), date(2024, 2, 29), date(2023, 12, 31)]).tolist()
    [0, 1, -1]
    """
    return np.asarray((stamps(end, full=True) - stamps(start)) // STAMP)


def vested_shares(
    shares: ArrayLike, grant_date: Any, schedule: Vesting | str | ArrayLike, as_of: Any
) -> Array:
    """The shares of a grant that have vested by the end of a day: floor(shares × cumulative share).

    shares: whole shares granted; grant_date, as_of: dates or day ordinals; shapes that broadcast. The
        result has their shape and the shares' kind of number.
    schedule: "20/20/20/20/20" (percent by year; "25/25/25/25 quarterly" by another step);
        "48m cliff 12 monthly" (or 4y, quarterly, semiannually, annually, no cliff), equal instalments of
        which those up to the cliff vest at once; "25 then monthly" (the first year's percent, then the
        same pace to 100); or n×2 rows (months from the grant, share of the tranche), which sum to 1.
    A tranche vests on the grant's day of the month, on the last day of a shorter one. The last tranche
    completes the grant, and no fraction of a share is ever lost or made.
    Errors: shares that are not whole or below 0; a schedule that cannot be read or does not sum to 1.
    Source: grant agreements as filed with the SEC: fractions of a share carry over to the next tranche.

    >>> days = [date(2026, 1, 14), date(2026, 1, 15), date(2026, 3, 1), date(2029, 1, 15)]
    >>> vested_shares(1001, date(2025, 1, 15), "48m cliff 12 monthly", days).tolist()
    [0.0, 250.0, 271.0, 1001.0]
    """
    plan = Vesting.of(schedule)
    passed = np.clip(months_between(grant_date, as_of), -1, plan.months[-1])
    tranches = np.searchsorted(np.array(plan.months), np.arange(-1, plan.months[-1] + 1), side="right")
    return _counted(_whole(shares), plan, tranches[passed + 1])


def vest_schedule(
    shares: Any, grant_date: Any, schedule: Vesting | str | ArrayLike
) -> list[tuple[date, Any, Any]]:
    """The tranches of one grant: (day, shares that vest, shares vested so far), in whole shares.

    Arguments and errors: see `vested_shares`; a tranche after the last day of the calendar.

    >>> vest_schedule(10, date(2024, 2, 29), "25/25/50")[1]
    (datetime.date(2026, 2, 28), 3.0, 5.0)
    """
    plan = Vesting.of(schedule)
    days = add_months(grant_date, np.array(plan.months))
    if days[-1] > date.max.toordinal():
        raise CsmError(ARITHMETIC, "a tranche vests after the last day of the calendar", "grant_date",
                       None, "Give an earlier grant date or a shorter schedule.")  # fmt: skip
    held = _counted(_whole(shares), plan, np.arange(len(days) + 1)).tolist()
    return [
        (date.fromordinal(day), after - before, after)
        for day, before, after in zip(days.tolist(), held, held[1:], strict=False)
    ]


def _whole(shares: ArrayLike) -> Array:
    """Shares as whole numbers of Python or NumPy."""
    given = to_compared(shares)
    not_negative(given, "shares")
    refuse(given != np.floor(given), given, VALUE, "the shares are not a whole number", "shares",
           "Type whole shares.")  # fmt: skip
    return given


def _counted(granted: Array, plan: Vesting, reached: Array) -> Array:
    """The whole shares vested of each grant after so many tranches, in the kind of number of the grant."""
    scale = lcm(*(share.denominator for share in plan.cumulative))
    parts = [0, *(int(share * scale) for share in plan.cumulative)]
    fits = granted.dtype != object and int(np.max(granted, initial=1)) * scale < 2**63
    whole = granted.astype(np.int64) if fits else exact(granted)
    counted = np.asarray(whole * np.array(parts, dtype=whole.dtype)[reached] // scale)
    if granted.dtype == object:
        return np.asarray(counted * exact(1), dtype=object)
    return counted.astype(np.float64)
