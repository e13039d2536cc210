"""Base pay: what a salary earns day by day, and what of it is paid in a period.

A day earns salary × FTE × the pay period's share of the year / its days. Base pay to date is the sum over
the days of the plan year so far, rounded once; a period is paid the difference of two such sums, so that
the periods of a year always add up to the year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.pay.rounding import Array, alike, round_money


def base_earned(
    salary: ArrayLike, fte: ArrayLike, days: ArrayLike, share: ArrayLike, share_of: ArrayLike,
    period_days: ArrayLike,
) -> Array:  # fmt: skip
    """What some days of one pay period earn: salary × FTE × days × share / (share_of × period_days).

    salary: full-time money of one year; fte: a ratio; days: how many days of the pay period; share,
        share_of: the pay period's share of the year as two numbers, such as 1 and 12; period_days: all
        its days. Shapes broadcast; the result is unrounded money, exact where any argument is.

    >>> float(base_earned(85000, 1, 31, 1, 12, 31).round(6))
    7083.333333
    """
    pay, part, many, above, below, whole = alike(salary, fte, days, share, share_of, period_days)
    return np.asarray(pay * part * many * above / (below * whole))


def base_between(
    before: ArrayLike, to_date: ArrayLike, unit: float = 0.01, error: ArrayLike | None = None,
    doubt: Array | None = None,
) -> Array:  # fmt: skip
    """Base pay of a period: base pay to its end less base pay to the day before it, each rounded once.

    before, to_date: unrounded money earned in the plan year up to the day before the period, and up to its
        last day; shapes that broadcast. unit: the currency's minor unit. error, doubt: see
        `csm_xl.pay.rounding.round_money`.

    >>> year = [85000 * month / 12 for month in range(13)]
    >>> [float(base_between(*pair).round(2)) for pair in zip(year[:3], year[1:4])]
    [7083.33, 7083.34, 7083.33]
    """
    start, end = alike(before, to_date)
    return np.asarray(round_money(end, unit, error, doubt) - round_money(start, unit, error, doubt))
