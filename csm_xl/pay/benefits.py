"""Benefits: what the employer pays in addition to salary, and its match of retirement savings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE
from csm_xl.pay.check import not_negative, outside, refuse
from csm_xl.pay.rounding import Array, alike
from csm_xl.pay.tiers import TierTable


def employer_match(salary: ArrayLike, deferral_ratio: ArrayLike, tiers: TierTable | ArrayLike) -> Array:
    """The employer's match of retirement savings: salary × Σ over the tiers of rate × deferral in them.

    salary: money of one year; deferral_ratio: the share of salary saved, 0 to 1; shapes that broadcast.
    tiers: rows (from, to, rate) or (from, rate) over the deferral ratio, as many as the plan has: each
        slice of the deferral is matched at its own rate, so that what a lower tier has matched is not
        matched again. 100% of the first 3% and 50% of the next 2%: (0, 0.03, 1), (0.03, 0.05, 0.5).
        No yearly limit of the tax law is applied.
    Errors: a salary below 0; a ratio that is not from 0 to 1; tiers that overlap, leave a gap or are
        not sorted.
    Source: 26 CFR 1.401(k)-3(c), the basic safe harbor match.

    >>> employer_match(100000, [0.02, 0.04, 0.1], [(0, 0.03, 1), (0.03, 0.05, 0.5)]).round(9).tolist()
    [2000.0, 3500.0, 4000.0]
    """
    pay, saved = alike(salary, deferral_ratio)
    not_negative(pay, "salary")
    refuse(outside(saved, 1), saved, VALUE, "the deferral is not a share of pay",
           "deferral_ratio", "Type a ratio from 0 to 1 (6% is 0.06).")  # fmt: skip
    table = tiers if isinstance(tiers, TierTable) else TierTable.of(tiers)
    return np.asarray(pay * table.earned(saved))


def benefits_value(salary: ArrayLike, amounts: ArrayLike, ratios: ArrayLike = 0.0) -> Array:
    """Annual value of benefits: the sum of amount + ratio × salary over all items.

    salary: money of one year, any shape; the result has its shape. amounts: money of one year, one for
        each item; ratios: of salary, one for each item, or one value for all.
    Errors: a salary, amount or ratio below 0.
    Source: U.S. Bureau of Labor Statistics, Employer Costs for Employee Compensation, for the items.

    >>> benefits_value([80000, 100000], [9000, 0], [0, 0.04]).tolist()
    [12200.0, 13000.0]
    """
    pay, money, share = alike(salary, amounts, ratios)
    not_negative(pay, "salary")
    not_negative(money, "items amount")
    not_negative(share, "items ratio")
    fixed, rate = np.broadcast_arrays(np.atleast_1d(money), share)
    return np.asarray(fixed.sum() + pay * rate.sum())
