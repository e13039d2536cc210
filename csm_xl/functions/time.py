"""Worksheet functions of time: eligible days, proration, eligible salary."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.functions.registry import Parameter, Result, day, function, money, table, word
from csm_xl.pay import proration
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
