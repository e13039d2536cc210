"""Worksheet functions of time: parts of a period, ramps and seasons, from earned to payable."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
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
from csm_xl.plan.schema import Column

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
    """The calendar days of a period on which someone was eligible, first and last day included.

    Errors: a period that ends before it starts.
    """
    return proration.eligible_days(period_start, period_end, from_, to)


@function(
    "Time",
    Result("The eligible part of the amount.", "money"),
    {
        "amount": money("Amount for the whole period."),
        **_PERIOD,
        **_ELIGIBLE,
        "basis": word("What is counted: days, months by their 15th, or Mondays to Fridays.", proration.BASES),
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
    """An amount for the eligible part of a period: amount × eligible / all.

    Errors: a period that ends before it starts, or holds nothing of what is counted.
    """
    return proration.prorate(amount, period_start, period_end, from_, to, basis)


@function(
    "Time",
    Result("The annual salary that counts.", "money/year"),
    {
        "history": table(
            "Rows (from, salary, fte): each holds until the next; a blank FTE is 1.",
            Column("from", "date", "First day on which the salary holds.", required=True),
            Column(
                "salary", "money", "Full-time annual salary.", required=True, unit="money/year", at_least=0
            ),
            Column("fte", "ratio", "Share of full time; 0 is leave without pay.", unit="ratio", at_least=0),
        ),
        **_PERIOD,
        "method": word("Every day counts, or the first or last eligible day.", proration.VALUATIONS),
    },
    examples=(
        'CSM_ELIGIBLESALARY({"2025-01-01",80000;"2026-02-15",90000}, "2026-01-01", "2026-03-31")',
        'CSM_ELIGIBLESALARY({"2025-01-01",80000}, "2026-01-01", "2026-03-31", "period_end")',
    ),
)
def eligible_salary(history: Array, period_start: Any, period_end: Any, method: str = "daily") -> Array:
    """The annual salary × FTE that counts for a period, from a history of salaries.

    Days before the first row are days before hire and count 0.
    Errors: two rows from one day; a salary or FTE that is below 0.
    """
    rows = [
        (int(row[0]), *(None if np.isnan(value) else value for value in row[1:])) for row in history.tolist()
    ]
    return proration.eligible_salary(rows, period_start, period_end, method)


@function(
    "Time",
    Result("The quota of the month.", "as quota"),
    {
        "quota": number("The full quota or goal of the month, in money or any unit."),
        "ramp": ratio("Share of quota in each month of tenure from the first; the last one holds on.",
                      "column"),
        "month": count("Month of tenure; the first is 1.", "month"),
    },
    examples=("CSM_RAMP(50000, {0;0.25;0.5;0.75;1}, {1;3;9})",),
)  # fmt: skip
def ramp(quota: Any, ramp: Array, month: Any) -> Array:
    """The quota of a month of tenure on a ramp: quota × the month's share.

    Errors: a month that is not a whole number from 1; a share below 0.
    Source: ramp periods as sales plans state them, Prowi glossary, "Ramp period".
    """
    return ramps.ramp_quota(quota, ramp, month)


@function(
    "Time",
    Result("The quota of each season.", "as annual_quota", "like", like="weights"),
    {
        "annual_quota": number("The quota or goal of the whole year, in money or any unit."),
        "weights": ratio("Share of the year in each of its equal seasons: 4 are quarters, 12 months.",
                         "column", required=True),
        "year_start": day("First day of the plan year."),
        "start": day("First day on quota; blank: the whole year."),
        "basis": word("How what remains of the season of the start is counted.", proration.BASES),
    },
    examples=(
        'CSM_SEASONALQUOTA(100000, {0.2;0.2;0.2;0.4}, "2019-01-01", "2019-03-01")',
        'CSM_SEASONALQUOTA(100000, {0.2;0.2;0.2;0.4}, "2019-01-01", "2019-03-01", "months")',
    ),
)  # fmt: skip
def seasonal_quota(
    annual_quota: Any, weights: Array, year_start: Any, start: Any = None, basis: str = "calendar_days"
) -> Array:
    """The quota of each season of a plan year: annual quota × weight × the part of the season that remains.

    A start inside a season leaves the days that remain of it, or with the basis months its months by
    their 15th; seasons before it have no quota.
    Errors: weights that do not sum to 1; a number of them that does not divide 12 months.
    """
    return ramps.seasonal_quota(annual_quota, weights, year_start, start, basis)


@function(
    "Time",
    Result("What is paid.", "money"),
    {
        "earned": money("What was earned in the period."),
        "floor": money("What is paid at least."),
    },
    examples=("CSM_GUARANTEE({500;3000}, 1500)",),
)
def guarantee(earned: Any, floor: Any) -> Array:
    """Pay under a guarantee, or a draw that is not recovered: the greater of what is earned and the floor.

    Errors: a floor below 0.
    """
    return draws.guarantee(earned, floor)


@function(
    "Time",
    Result("For each period what is paid, what was kept to recover, and what is owed after it.", "money",
           "rows", ("paid", "recovered", "balance")),
    {
        "earned": money("What was earned in each period, in order.", rank="column"),
        "draw": money("The draw of every period, or one for each.", rank="column"),
        "recoverable": flag("Whether what is made up is owed and recovered later."),
        "recovery_share": ratio("The most of earnings above the draw that goes to recovery, from 0 to 1."),
        "recovery_start": count("The period in which recovery begins; the first is 1.", "period"),
        "opening_balance": money("What is owed before the first period."),
    },
    examples=("CSM_DRAW({500;3000}, 1500)", "CSM_DRAW({500;700;400;2500}, 1000, TRUE, 0.5, 4)"),
)  # fmt: skip
def draw(
    earned: Array,
    draw: Array,
    recoverable: bool = True,
    recovery_share: float = 1.0,
    recovery_start: float = 1.0,
    opening_balance: float = 0.0,
) -> list[list[float]]:
    """Periods under a draw: earnings below it are made up; a recoverable draw is recovered later.

    Paid = max(draw, earned) − recovered; recovered = min(balance, share × what is earned above the draw).
    Errors: a draw or balance below 0; a share that is not from 0 to 1; more draws than periods.
    Source: Xactly, "Non-recoverable draw"; Oracle Incentive Compensation, "Draw and Recovery".
    """
    if len(draw) not in (1, len(earned)):
        raise CsmError(VALUE, f"there are {len(draw)} draws for {len(earned)} periods", "draw", len(draw),
                       "Give one draw, or one for each period.")  # fmt: skip
    after = draws.draw(earned, draw, recoverable, recovery_share, int(recovery_start), opening_balance)
    return [list(row) for row in zip(after.paid, after.recovered, after.balance, strict=True)]


@function(
    "Time",
    Result("What is due now; below 0 it is taken back.", "money"),
    {
        "earned_to_date": money("What was earned in the year to date."),
        "paid_to_date": money("What earlier periods of the year paid."),
        "interim_cap": money("The most that counts as earned before the year ends; blank: no cap."),
    },
    examples=("CSM_TRUEUP({12000;9000}, 10000)", "CSM_TRUEUP(12000, 7500, 10000)"),
)
def true_up(earned_to_date: Any, paid_to_date: Any, interim_cap: Any = None) -> Array:
    """A year-to-date true-up: earned to date, up to an interim cap, less what was paid before.

    The cap bounds what counts as earned to date, not the payment: in the year's last period leave it out.
    Errors: an interim cap below 0.
    """
    return draws.true_up(earned_to_date, paid_to_date, interim_cap)


@function(
    "Time",
    Result("What is paid now and what is held, which add up to what is earned.", "money", "row",
           ("paid", "held")),
    {
        "earned": money("What is earned."),
        "ratio": ratio("The share held back until it is released, from 0 to 1."),
    },
    examples=("CSM_HOLDBACK({10000;4000}, 0.25)",),
)  # fmt: skip
def holdback(earned: Any, ratio: Any) -> tuple[Array, Array]:
    """What is earned, parted into what is paid now and what waits for a release, such as cash received.

    Of an amount below 0, which is taken back, nothing is held.
    Errors: a ratio that is not from 0 to 1.
    """
    return draws.holdback(earned, ratio)


@function(
    "Time",
    Result("The amount to recover, 0 or more.", "money"),
    {
        "paid": money("What was paid for the customer."),
        "term_months": number("Months of the contract's term.", "month"),
        "active_months": number("Months that the customer stayed.", "month"),
        "method": word("The part of the term that is left, or all of it.", draws.RECOVERIES),
        "window_months": number("Only who leaves before so many months is clawed back; blank: the term.",
                                "month"),
    },
    examples=("CSM_CLAWBACK(1200, 12, {3;6;12})", 'CSM_CLAWBACK(1200, 12, {3;6}, "full", 6)'),
)  # fmt: skip
def clawback(
    paid: Any, term_months: Any, active_months: Any, method: str = "prorata", window_months: Any = None
) -> Array:
    """What is recovered for a customer who left: paid × (1 − active months / term), or all of it.

    A customer who leaves just when the window or the term is over has stayed through it.
    Errors: #NUM! for a term or window not above 0; an amount paid or months below 0.
    Source: Zepys, "How to handle refunds and clawbacks with agents".
    """
    return draws.clawback(paid, term_months, active_months, method, window_months)
