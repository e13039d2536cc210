"""Worksheet functions for time: proration, ramps and seasons, and from earned to payable."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.percent_rates import LIKE, refuse_other_unit, refuse_ratio_as_limit, together
from csm_xl.functions.registry import (
    Parameter,
    Result,
    count,
    day,
    flag,
    function,
    money,
    number,
    ratio,
    table,
    word,
)
from csm_xl.pay import draws, proration
from csm_xl.pay import ramp as ramps
from csm_xl.pay.rounding import Array
from csm_xl.plan.findings import shown_day
from csm_xl.plan.schema import Column
from csm_xl.plan.schema.shared import TWICE

_IN_DAYS: Final = 60.0
_TERMS: Final = 4.0
_MONTHS: Final = 600
"""Months of tenure and of contracts are at most fifty years; the number of a day is more."""
_PERIOD: Final[dict[str, Parameter]] = {
    "period_start": day("First day of the period."),
    "period_end": day("Last day of the period."),
}
_ELIGIBLE: Final[dict[str, Parameter]] = {
    "from_": day("First eligible day, such as the hire date; blank: before the period."),
    "to": day("Last eligible day, such as the leave date; blank: after the period."),
}


@function(
    "Time",
    Result("Eligible days.", "days"),
    {**_PERIOD, **_ELIGIBLE},
    examples=('CSM_DAYS("2026-01-01", "2026-03-31", "2026-02-15")',),
)
def days(period_start: Any, period_end: Any, from_: Any = None, to: Any = None) -> Array:
    """Eligible calendar days in a period, including the first and last day.

    Errors: a period that ends before it starts; a leave before the hire.
    """
    _refuse_leave_before_hire(from_, to)
    return proration.eligible_days(period_start, period_end, from_, to)


@function(
    "Time",
    Result("Prorated amount.", "money"),
    {
        "amount": money("Amount for the whole period."),
        **_PERIOD,
        **_ELIGIBLE,
        "basis": word("Unit to count: days, months by their 15th, or Mondays to Fridays.", proration.BASES),
    },
    examples=('CSM_PRORATE(10000, "2025-01-01", "2025-12-31", "2025-09-01")',
              'CSM_PRORATE(3000, "2026-01-01", "2026-03-31", "2026-02-01", , "months")'),
)  # fmt: skip
def prorate(
    amount: Any,
    period_start: Any,
    period_end: Any,
    from_: Any = None,
    to: Any = None,
    basis: str = "calendar_days",
) -> Array:
    """Prorated amount for part of a period: amount × eligible / all.

    Errors: a period that ends before it starts, or contains none of the units; a leave before the hire.
    """
    _refuse_leave_before_hire(from_, to)
    return proration.prorate(amount, period_start, period_end, from_, to, basis)


def _refuse_leave_before_hire(from_: Any, to: Any) -> None:
    """Refuse a last eligible day before the first. The day right before is one of a part without days, such
    as the one before a change on the day of the hire.

    Errors: ``#VALUE!`` for the first such pair.
    """
    if from_ is None or to is None:
        return
    first, last = np.broadcast_arrays(proration.ordinals(from_), proration.ordinals(to))
    early = (last > 0) & (last < first - 1)
    for since, until in zip(first[early].tolist(), last[early].tolist(), strict=True):
        what = f"the last eligible day, {shown_day(until)}, is before the first, {shown_day(since)}"
        raise CsmError(VALUE, what, "to", shown_day(until), "Correct one of the two days.")


@function(
    "Time",
    Result("Annual salary.", "money/year"),
    {
        "history": table(
            "Rows (from, salary, fte): each applies until the next; a blank FTE is 1.",
            Column("from", "date", "First day of the salary.", required=True),
            Column(
                "salary", "money", "Full-time annual salary.", required=True, unit="money/year", at_least=0
            ),
            Column(
                "fte",
                "ratio",
                "FTE as a fraction of full time; 0 is unpaid leave.",
                unit="ratio",
                at_least=0,
                most=TWICE,
            ),
        ),
        **_PERIOD,
        "method": word(
            "Average over days, or the salary on the first or last eligible day.", proration.VALUATIONS
        ),
    },
    examples=(
        'CSM_ELIGIBLESALARY({"2025-01-01",80000;"2026-02-15",90000}, "2026-01-01", "2026-03-31")',
        'CSM_ELIGIBLESALARY({"2025-01-01",80000}, "2026-01-01", "2026-03-31", "period_end")',
    ),
)
def eligible_salary(history: Array, period_start: Any, period_end: Any, method: str = "daily") -> Array:
    """Annual salary × FTE for a period, from a salary history.

    Days before the first row are before hire and count as 0.
    Errors: two rows with the same date; rows of several people; a salary or FTE below 0; an FTE above 2; a
    salary in another unit than the others.
    """
    paid = history[np.argsort(history[:, 0], kind="stable"), 1]
    refuse_other_unit(paid[:-1], paid[1:], ("the salary before", "the next one"), LIKE)
    rows = [
        (int(row[0]), *(None if np.isnan(value) else value for value in row[1:])) for row in history.tolist()
    ]
    return proration.eligible_salary(rows, period_start, period_end, method)


@function(
    "Time",
    Result("Quota for the month.", "as quota"),
    {
        "quota": number("Full quota or goal for the month, in money or any unit."),
        "ramp": ratio("Fraction of quota in each month of tenure; the last one applies from then on.",
                      "column"),
        "month": count("Month of tenure; the first is 1.", "month", at_most=_MONTHS),
    },
    examples=("CSM_RAMP(50000, {0;0.25;0.5;0.75;1}, {1;3;9})",),
)  # fmt: skip
def ramp(quota: Any, ramp: Array, month: Any) -> Array:
    """Quota for a month of tenure on a ramp: quota × the month's fraction.

    Errors: a month that is not a whole number from 1 to 600; a fraction below 0.
    Source: ramp periods in sales plans, Prowi glossary, "Ramp period".
    """
    return ramps.ramp_quota(quota, ramp, month)


@function(
    "Time",
    Result("Quota for each season.", "as annual_quota", "like", like="weights"),
    {
        "annual_quota": number("Quota or goal for the whole year, in money or any unit."),
        "weights": ratio("Fraction of the year in each season of equal length: 4 for quarters, 12 for "
                         "months.",
                         "column", required=True),
        "year_start": day("First day of the plan year."),
        "start": day("First day on quota; blank: the whole year."),
        "basis": word("How the rest of the first season is counted.", proration.BASES),
    },
    examples=(
        'CSM_SEASONALQUOTA(100000, {0.2;0.2;0.2;0.4}, "2019-01-01", "2019-03-01")',
        'CSM_SEASONALQUOTA(100000, {0.2;0.2;0.2;0.4}, "2019-01-01", "2019-03-01", "months")',
    ),
)  # fmt: skip
def seasonal_quota(
    annual_quota: Any, weights: Array, year_start: Any, start: Any = None, basis: str = "calendar_days"
) -> Array:
    """Quota for each season of a plan year: annual quota × weight × remaining part of the season.

    A start during a season counts its remaining days or, with the basis months, its remaining months by their
    15th; earlier seasons have no quota.
    Errors: weights that do not sum to 1; a number of weights that does not divide 12.
    """
    return ramps.seasonal_quota(annual_quota, weights, year_start, start, basis)


@function(
    "Time",
    Result("Amount paid.", "money"),
    {
        "earned": money("Earned in the period."),
        "floor": money("Minimum paid."),
    },
    examples=("CSM_GUARANTEE({500;3000}, 1500)",),
)
def guarantee(earned: Any, floor: Any) -> Array:
    """Pay under a guarantee or non-recoverable draw: the larger of earnings and floor.

    Errors: a floor below 0, or such as 0.8, which is a ratio, of earnings above 1,000.
    """
    refuse_ratio_as_limit(floor, earned, "floor")
    return draws.guarantee(earned, floor)


@function(
    "Time",
    Result("For each period: amount paid, amount recovered, and balance owed afterwards.", "money",
           "rows", ("paid", "recovered", "balance")),
    {
        "earned": money("Earnings of each period, in order.", rank="column"),
        "draw": money("One draw for all periods, or one per period.", rank="column"),
        "recoverable": flag("Whether the draw is owed and recovered later."),
        "recovery_share": ratio("Maximum fraction used for recovery, from 0 to 1."),
        "recovery_start": count("Period in which recovery starts; the first is 1.", "period"),
        "opening_balance": money("Balance owed before the first period."),
        "recovery_of": word("What the recovery share is a fraction of: earnings above the draw; earned, "
                            "which may leave less than the draw; earned_above_draw, which never does.",
                            draws.RECOVERY_OF),
    },
    examples=("CSM_DRAW({500;3000}, 1500)", "CSM_DRAW({500;700;400;2500}, 1000, TRUE, 0.5, 4)",
              'CSM_DRAW({500;4000}, 3000, TRUE, 0.5, , , "earned")'),
)  # fmt: skip
def draw(
    earned: Array,
    draw: Array,
    recoverable: bool = True,
    recovery_share: float = 1.0,
    recovery_start: float = 1.0,
    opening_balance: float = 0.0,
    recovery_of: str = "above_draw",
) -> list[list[float]]:
    """Pay under a draw: earnings below it are topped up; a recoverable draw is recovered later.

    Paid = max(draw, earned) − recovered; recovered = min(balance, share × earnings above the draw, or
    all earnings), 0 where less than the draw is earned.
    Errors: a draw or balance below 0; a draw such as 0.5, which is a ratio, of earnings above 1,000; a share
    that is not from 0 to 1; more draws than periods.
    Source: Xactly, "Non-recoverable draw"; Oracle Incentive Compensation, "Draw and Recovery".
    """
    if len(draw) not in (1, len(earned)):
        raise CsmError(VALUE, f"there are {len(draw)} draws for {len(earned)} periods", "draw", len(draw),
                       "Give one draw, or one per period.")  # fmt: skip
    refuse_ratio_as_limit(draw, np.max(earned, initial=0.0), "draw")
    after = draws.draw(
        earned, draw, recoverable, recovery_share, int(recovery_start), opening_balance, recovery_of
    )
    return [list(row) for row in zip(after.paid, after.recovered, after.balance, strict=True)]


@function(
    "Time",
    Result("Amount due now; negative amounts are taken back.", "money"),
    {
        "earned_to_date": money("Earned in the year to date."),
        "paid_to_date": money("Paid in earlier periods of the year."),
        "interim_cap": money("Maximum that counts as earned before the year ends; blank: no cap."),
    },
    examples=("CSM_TRUEUP({12000;9000}, 10000)", "CSM_TRUEUP(12000, 7500, 10000)"),
)
def true_up(earned_to_date: Any, paid_to_date: Any, interim_cap: Any = None) -> Array:
    """Year-to-date true-up: earned to date, up to an interim cap, minus amounts already paid.

    The cap limits earned to date, not the payment: leave it out in the last period of the year.
    Errors: an interim cap below 0; a cap, or an amount paid, such as 1, which is a ratio, of earnings above
    1,000.
    """
    refuse_ratio_as_limit(paid_to_date, earned_to_date, "paid_to_date")
    refuse_ratio_as_limit(interim_cap, earned_to_date, "interim_cap")
    return draws.true_up(earned_to_date, paid_to_date, interim_cap)


@function(
    "Time",
    Result("Amount paid now and amount held back; they add up to the amount earned.", "money", "row",
           ("paid", "held")),
    {
        "earned": money("Amount earned."),
        "ratio": ratio("Fraction held back until release, from 0 to 1."),
    },
    examples=("CSM_HOLDBACK({10000;4000}, 0.25)",),
)  # fmt: skip
def holdback(earned: Any, ratio: Any) -> tuple[Array, Array]:
    """Holdback: splits earnings into a part paid now and a part paid on a later event, such as cash received.

    Nothing is held back from a negative amount.
    Errors: a ratio that is not from 0 to 1.
    """
    return draws.holdback(earned, ratio)


@function(
    "Time",
    Result("The amount to recover, 0 or more.", "money"),
    {
        "paid": money("Amount paid for the customer."),
        "term_months": number("Contract term in months.", "month", at_most=_MONTHS),
        "active_months": number("Months the customer stayed.", "month", at_most=_MONTHS),
        "method": word("Recover the remaining part of the term, or everything.", draws.RECOVERIES),
        "window_months": number("Clawback applies if the customer leaves before this many months; "
                                "blank: the term.",
                                "month"),
    },
    examples=("CSM_CLAWBACK(1200, 12, {3;6;12})", 'CSM_CLAWBACK(1200, 12, {3;6}, "full", 6)'),
)  # fmt: skip
def clawback(
    paid: Any, term_months: Any, active_months: Any, method: str = "prorata", window_months: Any = None
) -> Array:
    """Clawback for a customer who left: paid × (1 − active months / term), or all of it.

    A customer who leaves exactly at the end of the window or term counts as having stayed.
    Errors: #NUM! for a term or window not above 0; an amount paid or months below 0; more than 600 months; a
    window of 90 for a term of 12, which is in days.
    Source: Zepys, "How to handle refunds and clawbacks with agents".
    """
    if window_months is not None:
        windows, terms = together(window_months, term_months)
        found = windows[(windows >= _IN_DAYS) & (windows > _TERMS * terms)]
        if len(found):
            days = float(found.flat[0])
            what = f"a window of {days:g} months is more than four terms, as if it were in days"
            raise CsmError(VALUE, what, "window_months", days, "Give months: 90 days are 3.")
    return draws.clawback(paid, term_months, active_months, method, window_months)
