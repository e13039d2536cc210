"""Total pay and its parts: base, target variable, mix."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE
from csm_xl.pay.check import not_negative, outside, refuse
from csm_xl.pay.rounding import Array, alike


def total_comp(
    base_salary: ArrayLike,
    target_variable: ArrayLike = 0.0,
    payout_ratio: ArrayLike = 1.0,
    equity: ArrayLike = 0.0,
    benefits: ArrayLike = 0.0,
    other: ArrayLike = 0.0,
) -> Array:
    """Total compensation: base + target × payout ratio + equity + benefits + other.

    All money is of one year; payout_ratio: what the variable pays (1.0 is target). `other` may be
    below 0, for costs. Shapes broadcast. Errors: a base salary, target or payout ratio below 0.

    >>> float(total_comp(80000, 20000, 1.1, benefits=8000))
    110000.0
    """
    base, target, ratio, shares, value, rest = alike(
        base_salary, target_variable, payout_ratio, equity, benefits, other
    )
    not_negative(base, "base_salary")
    not_negative(target, "target_variable")
    not_negative(ratio, "payout_ratio")
    return np.asarray(base + target * ratio + shares + value + rest)


def ote(base_salary: ArrayLike, target_variable: ArrayLike) -> Array:
    """On-target earnings: base + target variable, money of one year. Errors: either below 0.

    >>> float(ote(80000, 20000))
    100000.0
    """
    base, target = alike(base_salary, target_variable)
    not_negative(base, "base_salary")
    not_negative(target, "target_variable")
    return np.asarray(base + target)


def pay_mix(base_salary: ArrayLike, target_variable: ArrayLike) -> Array:
    """The base share of on-target earnings: base / (base + target variable).

    Errors: either below 0; both 0, which has no mix.

    >>> float(pay_mix(80000, 20000))
    0.8
    """
    total = ote(base_salary, target_variable)
    refuse(total == 0, total, ARITHMETIC, "on-target earnings of 0 have no mix", "base_salary",
           "Type a base salary or a target above 0.")  # fmt: skip
    return np.asarray(alike(base_salary, total)[0] / total)


def split_ote(ote: ArrayLike, base_share: ArrayLike) -> tuple[Array, Array]:
    """On-target earnings split into base and target variable, which add up to them.

    ote: money of one year; base_share: ratio from 0 to 1. Errors: an OTE below 0, a share outside.

    >>> [float(part) for part in split_ote(120000, 0.75)]
    [90000.0, 30000.0]
    """
    total, share = alike(ote, base_share)
    not_negative(total, "ote")
    refuse(outside(share, 1), share, VALUE, "the base share is not a share of pay",
           "base_share", "Type a ratio from 0 to 1 (75% is 0.75).")  # fmt: skip
    base = np.asarray(total * share)
    return base, np.asarray(total - base)


def target_incentive(salary: ArrayLike, target_ratio: ArrayLike, periods_per_year: ArrayLike = 1.0) -> Array:
    """The target incentive of one period: salary × target ratio / periods per year.

    salary: money of one year; target_ratio: ratio of salary; periods_per_year: 1, 2, 4 or 12, or
        another number above 0. Errors: a salary or ratio below 0, a number of periods not above 0.

    >>> float(target_incentive(85000, 0.1, 4))
    2125.0
    """
    pay, ratio, periods = alike(salary, target_ratio, periods_per_year)
    not_negative(pay, "salary")
    not_negative(ratio, "target_ratio")
    refuse(periods <= 0, periods, ARITHMETIC, "the year has no periods", "periods_per_year",
           "Type the number of periods in a year: 12, 4, 2 or 1.")  # fmt: skip
    return np.asarray(pay * ratio / periods)
