"""Worksheet functions for the pay plan: total compensation, on-target earnings, mix and target."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.percent_rates import refuse_ratio_as_amount, refuse_ratio_as_target
from csm_xl.functions.registry import Result, function, money, number, ratio
from csm_xl.pay import pay_mix as pay
from csm_xl.pay.rounding import Array
from csm_xl.plan.schema.shared import TWICE


@function(
    "Pay plan",
    Result("Total annual compensation.", "money/year"),
    {
        "base_salary": money("Annual base salary.", "money/year"),
        "target_variable": money("Annual target variable pay.", "money/year"),
        "payout_ratio": ratio("Payout ratio of the variable pay; 1 is target."),
        "equity": money("Equity value in the year.", "money/year"),
        "benefits": money("Value of benefits in the year.", "money/year"),
        "other": money("Other pay; below 0 for costs.", "money/year"),
    },
    examples=("CSM_TOTALCOMP(100000, 25000, 1.1)", "CSM_TOTALCOMP({90000;100000}, 25000)"),
)
def total_comp(
    base_salary: Any,
    target_variable: Any = 0.0,
    payout_ratio: Any = 1.0,
    equity: Any = 0.0,
    benefits: Any = 0.0,
    other: Any = 0.0,
) -> Array:
    """Total compensation: base + target variable × payout ratio + equity + benefits + other.

    Errors: a base salary, target or payout ratio below 0; a target, equity, benefits or other pay such as
    0.25, which is a ratio; a target in another unit than the salary.
    """
    refuse_ratio_as_target(base_salary, target_variable)
    for where, amount in (("equity", equity), ("benefits", benefits), ("other", other)):
        refuse_ratio_as_amount(amount, base_salary, where)
    return pay.total_comp(base_salary, target_variable, payout_ratio, equity, benefits, other)


@function(
    "Pay plan",
    Result("On-target earnings.", "money/year"),
    {
        "base_salary": money("Annual base salary.", "money/year"),
        "target_variable": money("Annual target variable pay.", "money/year"),
    },
    examples=("CSM_OTE(80000, 20000)",),
)
def ote(base_salary: Any, target_variable: Any) -> Array:
    """On-target earnings (OTE): base salary + target variable.

    Errors: either below 0; a target such as 0.25, which is a ratio; the two in different units.
    """
    refuse_ratio_as_target(base_salary, target_variable)
    return pay.ote(base_salary, target_variable)


@function(
    "Pay plan",
    Result("Base share of on-target earnings.", "ratio"),
    {
        "base_salary": money("Annual base salary.", "money/year"),
        "target_variable": money("Annual target variable pay.", "money/year"),
    },
    examples=("CSM_PAYMIX(80000, 20000)",),
)
def pay_mix(base_salary: Any, target_variable: Any) -> Array:
    """Pay mix: the base share of on-target earnings.

    Errors: either below 0; both 0; a target such as 0.25, which is a ratio; the two in different units.
    """
    refuse_ratio_as_target(base_salary, target_variable)
    return pay.pay_mix(base_salary, target_variable)


@function(
    "Pay plan",
    Result("Base and variable, which add up to the OTE.", "money/year", "row", ("base", "variable")),
    {
        "ote": money("On-target earnings.", "money/year"),
        "base_share": ratio("Base pay as a share of OTE, from 0 to 1."),
    },
    examples=("CSM_SPLITOTE(120000, 0.75)",),
)
def split_ote(ote: Any, base_share: Any) -> tuple[Array, Array]:
    """On-target earnings split into base and target variable.

    Errors: an OTE below 0; a share that is not from 0 to 1.
    """
    return pay.split_ote(ote, base_share)


_PERIODS: Final = (1, 2, 4, 6, 12, 13, 24, 26, 52)
"""How many equal pay periods a year may have."""


@function(
    "Pay plan",
    Result("Target incentive of one period.", "money"),
    {
        "salary": money("Annual salary.", "money/year"),
        "target_ratio": ratio("Target variable as a ratio of salary.", most=TWICE),
        "periods_per_year": number("Pay periods per year: 1, 2, 4 or 12 (year, half, quarter, month).",
                                   "1/year"),
    },
    examples=("CSM_TARGETINCENTIVE(85000, 0.1, 4)",),
)  # fmt: skip
def target_incentive(salary: Any, target_ratio: Any, periods_per_year: Any) -> Array:
    """The target incentive of one period: salary × target ratio / periods per year.

    Errors: a salary or ratio below 0; a ratio above 2, such as 10, which is 1,000%; a number of periods
    that is none of 1, 2, 4, 6, 12, 13, 24, 26 and 52.
    """
    periods = np.asarray(periods_per_year, dtype=np.float64)
    for odd in periods[(periods > 0) & ~np.isin(periods, _PERIODS)].tolist():
        what = f"a year has no {odd:,.10g} equal pay periods"
        hint = "Give 1, 2, 4 or 12 (year, half, quarter, month), or 24, 26 or 52 (twice a month, every two"
        raise CsmError(VALUE, what, "periods_per_year", odd, f"{hint} weeks, every week).")
    return pay.target_incentive(salary, target_ratio, periods_per_year)
