"""How much of a period people are eligible, counted as their plan counts days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.context import RunContext
from csm_xl.errors import VALUE, Issue
from csm_xl.pay.day_counts import WorkWeek, days_360, parts_of_365
from csm_xl.pay.proration import eligible_months
from csm_xl.plan.model import PlanTerms
from csm_xl.plan.periods import Period

_NOTHING: Final = {"months": "15th of a month", "workdays": "workday", "days_360": "day of a year of 360"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Days:
    """Runs of days of a group's people: the spell and the segment that each lies in, and whose row it is."""

    spell: NDArray[np.intp]
    row: NDArray[np.intp]
    segment: NDArray[np.intp]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def eligible_time(
    context: RunContext, plan: PlanTerms, period: Period, share: Fraction, days: Days
) -> tuple[NDArray[Any], int]:
    """The time of each run of days, and that of the whole period, in what the plan counts.

    share: the period's share of the annual target. A period without any time is reported.
    """
    basis, whole = plan.time_basis, period.end - period.start + 1
    if basis == "days_365":
        return parts_of_365(days.last - days.first + 1, days.row, whole, share)
    if basis == "calendar_days":
        return days.last - days.first + 1, whole
    count: Callable[[Any, Any], Any] = days_360 if basis == "days_360" else eligible_months
    if basis == "workdays":
        holidays = context.tables["holidays"].columns["date"]
        count = WorkWeek.of(plan.work_week, holidays.tolist()).count
    time = np.asarray(count(days.first, days.last), dtype=np.int64)
    total = int(count(np.array(period.start), np.array(period.end)))
    if not total:
        what = f"period {period.name} has no {_NOTHING[basis]} to prorate by"
        hint = "Prorate the plan by calendar_days."
        context.report(-1, Issue(VALUE, what, plan.where, plan.proration, hint))
        total = 1
    return time, total
