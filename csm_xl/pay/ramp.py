"""Quotas that change with time: the ramp of a new hire, and the seasons of a year."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.check import is_one, not_negative, one_of, refuse
from csm_xl.pay.proration import STAMP, Days, prorate, stamps
from csm_xl.pay.rounding import Array, alike, floats
from csm_xl.pay.vesting import add_months

RAMP_STARTS: Final = ("hire", "next_month_after_15")
_LATE: Final = 15
_MONTHS: Final = 12


def ramp_quota(quota: ArrayLike, shares: ArrayLike, month: ArrayLike) -> Array:
    """Quota for a month of tenure on a ramp: quota × the month's fraction.

    quota: money or any goal; month: of tenure, a whole number, the first being 1. Shapes broadcast.
    shares: one ratio for each month from the first; the last one holds for every later month.
    Errors: no shares, a share below 0, a month that is not a whole number from 1.
    Source: ramp periods as sales plans state them (0, 25, 50, 75, 100%), Prowi glossary, "Ramp period".

    >>> ramp_quota(50000, [0, 0.25, 0.5, 0.75, 1], [1, 2, 5, 9]).tolist()
    [0.0, 12500.0, 50000.0, 50000.0]
    """
    full, share = alike(quota, np.atleast_1d(shares))
    if share.ndim != 1 or not share.size:
        raise CsmError(VALUE, "a ramp needs a share for its first month at least", "ramp", share.size,
                       "Give the shares of quota, one for each month.")  # fmt: skip
    not_negative(share, "ramp")
    tenure = floats(month)
    refuse((tenure < 1) | (tenure != np.floor(tenure)), tenure, VALUE, "this is not a month of tenure",
           "month", "Type a whole number; the first month is 1.")  # fmt: skip
    return np.asarray(full * share[np.minimum(tenure, share.size).astype(np.intp) - 1])


def ramp_begins_later(hired: Any, start: str) -> NDArray[np.bool_]:
    """Whether month 1 of a ramp is the month after the month of hire.

    hired: days of hire, dates or day ordinals. start: ``hire``, month 1 is the calendar month of hire; or
        ``next_month_after_15``, it is the next one for those hired after the 15th. Before month 1 the share
        of month 1 holds.
    Errors: an unknown start.
    Source: sales compensation handbooks that count ramp months from the next month for those hired after
        the 15th.

    >>> from datetime import date
    >>> ramp_begins_later([date(2021, 4, 15), date(2021, 4, 22)], "next_month_after_15").tolist()
    [False, True]
    """
    one_of(start, RAMP_STARTS, "ramp_start")
    days = stamps(hired) % STAMP
    return np.asarray((days > _LATE) & (start != RAMP_STARTS[0]))


def seasons(year_start: Any, count: int) -> tuple[Days, Days]:
    """The first and last days of the equal seasons of a plan year.

    year_start: its first day, a date or day ordinal; count: how many, a divisor of 12 (4 are quarters).
    Seasons begin on the day of the month on which the year begins, or on the month's last.
    Errors: a number of seasons by which 12 months cannot be divided.

    >>> from datetime import date
    >>> starts, ends = seasons(date(2026, 2, 1), 4)
    >>> [date.fromordinal(day).isoformat() for day in (int(starts[1]), int(ends[3]))]
    ['2026-05-01', '2027-01-31']
    """
    if count not in (1, 2, 3, 4, 6, _MONTHS):
        raise CsmError(VALUE, "a year cannot be divided into this number of equal seasons", "weights", count,
                       "Give 4 weights for quarters, 12 for months, or 1, 2, 3 or 6.")  # fmt: skip
    bounds = add_months(year_start, np.arange(count + 1) * (_MONTHS // count))
    return bounds[:-1], np.asarray(bounds[1:] - 1)


def seasonal_quota(
    annual_quota: ArrayLike,
    weights: ArrayLike,
    year_start: Any,
    start: Any = None,
    basis: str = "calendar_days",
) -> Array:
    """Quota for each season of a plan year: annual quota × weight × remaining part of the season.

    annual_quota: money or any goal, any shape; the result has that shape with an axis of seasons added.
    weights: one share of the year for each of its equal seasons, summing to 1: 4 are quarters, 12 months.
    year_start: first day of the plan year. start: first day on quota (None: from the beginning); a season
        before it counts nothing.
    basis: how the season of the start is counted: ``calendar_days`` remaining over its days, ``months``
        (by their 15th) or ``workdays``. Days are the default because every other part of a period is
        calculated in days; plans that hire to the month, such as the published example of 6,667 for a
        start on 1 March, count months.
    Errors: weights that do not sum to 1 on 9 decimals, a weight below 0, a number of them by which
        12 months cannot be divided, an unknown basis.

    >>> from datetime import date
    >>> quarters = [0.2, 0.2, 0.2, 0.4]
    >>> seasonal_quota(100000, quarters, date(2019, 1, 1), date(2019, 3, 1)).round(2).tolist()
    [6888.89, 20000.0, 20000.0, 40000.0]
    >>> seasonal_quota(100000, quarters, date(2019, 1, 1), date(2019, 3, 1), "months").round(2).tolist()
    [6666.67, 20000.0, 20000.0, 40000.0]
    """
    quota, share = alike(annual_quota, np.atleast_1d(weights))
    not_negative(share, "weights")
    total = np.asarray(share.sum())
    refuse(~is_one(total), total, VALUE, "the weights do not sum to 1", "weights",
           "Type the share of the year of each season; together they are 1.")  # fmt: skip
    first, last = seasons(year_start, share.size)
    return prorate(quota[..., np.newaxis] * share, first, last, start, None, basis)
