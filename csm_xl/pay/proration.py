"""Parts of a period: eligible days, months and workdays, proration, eligible salary.

Days are proleptic ordinals (`datetime.date.toordinal`: 0001-01-01 is day 1), so that whole columns are
plain integers; dates are taken too. A period is [start, end], both inclusive, and so is a stretch of
eligibility [first, last]; a blank or 0 leaves it open on that side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue
from csm_xl.pay.check import one_of, refuse
from csm_xl.pay.rounding import Array, exact, floats, is_exact, numbers

Basis = Literal["calendar_days", "months", "workdays"]
Valuation = Literal["daily", "period_start", "period_end"]

BASES: Final[tuple[str, ...]] = get_args(Basis)
VALUATIONS: Final[tuple[str, ...]] = get_args(Valuation)

Days = NDArray[np.int64]
"""Day ordinals, or counts of days."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_NEVER: Final = date.max.toordinal()
_EXACT: Final = 2**53
"""Whole numbers below this are floats without error, and their quotient is rounded once."""
STAMP: Final = 32
"""More days than any month has; see `stamps`."""


def ordinals(days: Any) -> Days:
    """Dates, None (0) and day ordinals, one or many, as day ordinals.

    >>> ordinals([date(2026, 1, 1), None, 739617]).tolist()
    [739617, 0, 739617]
    """
    given = np.asarray(days)
    if given.dtype.kind == "M":
        return given.astype("datetime64[D]").astype(np.int64) + _EPOCH
    if given.dtype != object:
        return given.astype(np.int64)
    flat = [d.toordinal() if isinstance(d, date) else int(d or 0) for d in given.reshape(-1).tolist()]
    return np.array(flat, dtype=np.int64).reshape(given.shape)


def stamps(days: Any, full: bool = False) -> Days:
    """Each day as one number: its month, counted through, × `STAMP` + its day of the month.

    full: the last day of a month, however short, counts as a 31st: by then its every day has come round.

    >>> [int(stamps(date(2026, 2, 28), full)) % STAMP for full in (False, True)]
    [28, 31]
    """
    given = ordinals(days)
    if given.size > 1:
        low, high = int(given.min()), int(given.max())
        if high - low < given.size:  # more rows than days: each day is worked out once
            return np.asarray(_stamps(np.arange(low, high + 1), full)[given - low])
    return _stamps(given, full)


def _stamps(days: Days, full: bool) -> Days:
    there = (days - _EPOCH).astype("datetime64[D]")
    month = there.astype("datetime64[M]")
    number = (there - month).astype(np.int64) + 1
    if full:
        number = np.where((there + np.timedelta64(1, "D")).astype("datetime64[M]") > month, 31, number)
    return np.asarray(month.astype(np.int64) * STAMP + number)


def _overlap(start: Any, end: Any, first: Any, last: Any) -> tuple[Days, Days]:
    """The first and last eligible day of each period; the last is the day before the first where none is."""
    begin, close, since, until = (ordinals(day) for day in (start, end, first, last))
    _refuse_backwards(begin, close)
    begin = np.asarray(np.maximum(begin, since))
    close = np.asarray(np.minimum(close, np.where(until == 0, _NEVER, until)))
    return begin, np.asarray(np.maximum(close, begin - 1))


def _refuse_backwards(begin: Days, close: Days) -> None:
    bad = np.asarray(close < begin)
    if bad.any():
        first, last = np.broadcast_arrays(begin, close)
        raise CsmError.of(
            Issue(VALUE, "the period ends before it starts", "period_end" + f" row {i + 1}" * (bad.size > 1),
                  f"{_named(first.flat[i])} to {_named(last.flat[i])}", "Type an end on or after the start.")
            for i in np.flatnonzero(bad).tolist()
        )  # fmt: skip


def _named(day: Any) -> str:
    return date.fromordinal(int(day)).isoformat() if 0 < day <= _NEVER else f"day {int(day)}"


def _days_to(day: Days) -> Days:
    return day


def _months_to(day: Days) -> Days:
    """How many months have had their 15th by the end of each day."""
    return np.asarray((stamps(day) + (STAMP - 15)) // STAMP)


def _workdays_to(day: Days) -> Days:
    """How many weekdays have passed by the end of each day; day 1 was a Monday."""
    return np.asarray(5 * (day // 7) + np.minimum(day % 7, 5))


_PASSED: Final = {"calendar_days": _days_to, "months": _months_to, "workdays": _workdays_to}


def _eligible(basis: str, start: Any, end: Any, first: Any, last: Any) -> Days:
    since, until = _overlap(start, end, first, last)
    passed = _PASSED[basis]
    return np.asarray(passed(until) - passed(since - 1))


def eligible_days(start: Any, end: Any, first: Any = None, last: Any = None) -> Days:
    """Calendar days of a period on which someone was eligible, both ends inclusive.

    start, end: the period; first, last: the first and last eligible day (hire and leave date; None or
        0: open). Dates or day ordinals, shapes that broadcast. No overlap is 0 days.
    Errors: a period that ends before it starts.

    >>> int(eligible_days(date(2026, 1, 1), date(2026, 3, 31), date(2026, 2, 15)))
    45
    """
    return _eligible("calendar_days", start, end, first, last)


def eligible_months(start: Any, end: Any, first: Any = None, last: Any = None) -> Days:
    """Calendar months of a period in which someone was eligible: a month counts by its 15th.

    Arguments and errors: see `eligible_days`.

    >>> hired = [date(2026, 1, 15), date(2026, 1, 16)]
    >>> eligible_months(date(2026, 1, 1), date(2026, 3, 31), hired).tolist()
    [3, 2]
    """
    return _eligible("months", start, end, first, last)


def eligible_workdays(start: Any, end: Any, first: Any = None, last: Any = None) -> Days:
    """Weekdays (Monday to Friday, holidays too) of a period on which someone was eligible.

    Arguments and errors: see `eligible_days`.

    >>> int(eligible_workdays(date(2026, 1, 1), date(2026, 1, 31)))
    22
    """
    return _eligible("workdays", start, end, first, last)


def prorate_share(
    start: Any, end: Any, first: Any = None, last: Any = None, basis: str = "calendar_days"
) -> tuple[Days, Days]:
    """The eligible share of a period as whole numbers: eligible over all days, months or weekdays.

    basis: ``calendar_days``, ``months`` (by their 15th) or ``workdays``. Other arguments: see
        `eligible_days`. Errors: an unknown basis; a period that ends before it starts, or that holds
        no month's 15th or no weekday when those are counted.

    >>> [int(n) for n in prorate_share(date(2026, 1, 1), date(2026, 3, 31), date(2026, 2, 15))]
    [45, 90]
    """
    one_of(basis, BASES, "basis")
    part, whole = _eligible(basis, start, end, first, last), _eligible(basis, start, end, None, None)
    refuse(whole == 0, whole, ARITHMETIC, f"the period holds nothing that the basis {basis!r} counts",
           "period", "Use the basis calendar_days.")  # fmt: skip
    return part, np.broadcast_to(whole, part.shape)


def prorate(
    amount: ArrayLike, start: Any, end: Any, first: Any = None, last: Any = None, basis: str = "calendar_days"
) -> Array:
    """An amount for the eligible part of a period: amount × eligible / all days, months or weekdays.

    amount: money for the whole period; the result has the broadcast shape and the amount's kind.
    Other arguments and errors: see `prorate_share`.

    >>> prorate(10000, date(2025, 1, 1), date(2025, 12, 31), date(2025, 9, 1)).round(2).tolist()
    3342.47
    """
    part, whole = prorate_share(start, end, first, last, basis)
    money = numbers(amount, amount)
    return np.asarray(money * numbers(part, money) / numbers(whole, money))


def eligible_salary(history: Iterable[Sequence[Any]], start: Any, end: Any, method: str = "daily") -> Array:
    """The annual salary that counts for a period, from a history of salaries.

    history: rows (from, salary) or (from, salary, fte): from a date or day ordinal, salary the full-time
        money of one year, fte a ratio (blank: 1); each row holds until the next one. Order is free.
    start, end: the period, dates or day ordinals, shapes that broadcast; the result has their shape.
    method: ``daily`` Σ over the days of salary × FTE / days in the period; ``period_start`` and
        ``period_end`` salary × FTE on the first or the last eligible day. Days before the first row are
        days before hire: they count 0, and so does a period that ends before it. An FTE of 0 is an absence.
    Errors: no rows, two rows from one day, a blank or negative salary or FTE, an unknown method.

    >>> history = [(date(2025, 1, 1), 80000), (date(2026, 2, 15), 90000)]
    >>> float(eligible_salary(history, date(2026, 1, 1), date(2026, 3, 31)))
    85000.0
    >>> float(eligible_salary(history, date(2026, 1, 1), date(2026, 3, 31), "period_start"))
    80000.0
    """
    one_of(method, VALUATIONS, "method")
    since, pay, exactly = _history(history)
    begin, close = np.broadcast_arrays(ordinals(start), ordinals(end))
    _refuse_backwards(begin, close)
    if method == "daily":
        return _mean(since.tolist(), pay.tolist(), begin, close, exactly)
    day = np.maximum(begin, since[0]) if method == "period_start" else close
    row = np.searchsorted(since, day, side="right") - 1
    rates = pay if exactly else floats(pay)
    return np.asarray(np.where(close < since[0], rates[0] * 0, rates[np.maximum(row, 0)]))


def _mean(since: list[int], rates: list[Fraction], begin: Days, close: Days, exactly: bool) -> Array:
    """Σ days at a rate × rate / days, of a float the one next to the exact quotient."""
    days = np.asarray(close - begin + 1)
    scale = lcm(*(rate.denominator for rate in rates))
    whole = [int(rate * scale) for rate in rates]
    fits = int(np.max(days, initial=1)) * max(*whole, scale) < _EXACT
    total = np.zeros(days.shape, dtype=np.int64 if fits else object)
    before = np.clip(since[0] - 1, begin - 1, close)
    for rate, until in zip(whole, [*(day - 1 for day in since[1:]), _NEVER], strict=True):
        after = np.clip(until, before, close)
        part = np.asarray(after - before).astype(total.dtype, copy=False)
        part *= rate
        total += part
        before = after
    if exactly or not fits:
        annual = np.asarray(total * Fraction(1, scale) / exact(days), dtype=object)
        return annual if exactly else floats(annual)
    days *= scale
    return np.asarray(total / days)


def _history(history: Iterable[Sequence[Any]]) -> tuple[Days, Array, bool]:
    """From which day each salary × FTE holds, sorted, exact; and whether the salaries came exact."""
    rows = [tuple(row) for row in history]
    issues = []
    seen: dict[int, int] = {}
    kept: list[tuple[int, Any]] = []
    for i, row in enumerate(rows, 1):
        where = f"history row {i}"
        if len(row) not in (2, 3) or not row[0]:
            issues.append(Issue(VALUE, "a row has no from, salary and fte", where, row,
                                "Give the day it holds from, the salary and the FTE."))  # fmt: skip
            continue
        day = int(ordinals(row[0]))
        salary, fte = row[1], 1 if len(row) < 3 or row[2] is None else row[2]
        if day in seen:
            issues.append(Issue(VALUE, f"this row and row {seen[day]} start on the same day", where,
                                _named(day), "Keep one row for each day of change."))  # fmt: skip
        seen[day] = i
        if salary is None or not salary >= 0 or not fte >= 0:
            issues.append(Issue(VALUE, "the salary or FTE is missing or below 0", where, (salary, fte),
                                "Type a salary and an FTE of 0 or more."))  # fmt: skip
            continue
        kept.append((day, exact(salary)[()] * exact(fte)[()]))
    if issues:
        raise CsmError.of(issues)
    if not kept:
        raise CsmError(
            VALUE, "the salary history is empty", "history", 0, "Give rows of from, salary and fte."
        )
    kept.sort()
    pay = np.empty(len(kept), dtype=object)
    pay[:] = [rate for _, rate in kept]
    return np.array([day for day, _ in kept], dtype=np.int64), pay, any(is_exact(row[1]) for row in rows)
