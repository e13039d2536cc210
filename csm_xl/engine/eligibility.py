"""Who is paid by a plan at all: a waiting period, a minimum of days, and who has left before a day.

Days of a waiting period are no days on the plan. Who is on the plan but not eligible has lines that pay 0 and
say why.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.company import Company
from csm_xl.errors import NOT_FOUND, VALUE, Issue, listed
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import PlanTerms
from csm_xl.plan.names import plain_name
from csm_xl.plan.periods import Period

Notes = NDArray[np.uint32]

WAITING: Final = 1 << 16
TOO_FEW_DAYS: Final = 1 << 17
LEFT_BEFORE_END: Final = 1 << 18
LEFT_BEFORE_PAY: Final = 1 << 19
FORFEITED: Final = 1 << 20

NOT_ELIGIBLE: Final = {
    WAITING: "still in the plan's waiting period",
    TOO_FEW_DAYS: "fewer days on the plan than its minimum",
    LEFT_BEFORE_END: "not employed on the last day of the period",
    LEFT_BEFORE_PAY: "not employed on the pay date",
    FORFEITED: "left for a reason that forfeits the pay",
}
"""Why somebody is not eligible, in words: notes of a line, beside those of `csm_xl.engine.component`."""


def eligible_days(
    company: Company, period: Period
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """By spell, its first and last day in a period, whether a waiting period covers all of them, and whether
    it counts.

    Days of a waiting period do not count if there are other days. People who have only such days are on the
    plan all the same, and their line shows why nothing is paid.
    """
    people = company.people
    first = np.maximum(people.first, period.start)
    last = np.minimum(people.last, period.end)
    counts = first <= last
    if company.eligible_from is None:
        return first, last, np.zeros(len(first), dtype=bool), counts
    begins = np.maximum(first, company.eligible_from)
    waits = counts & (begins > last)
    keys = people.person * (len(people.plans) + 1) + people.names["plan_id"]
    counts = counts & (~waits | ~np.isin(keys, keys[counts & ~waits]))
    return np.where(waits, first, begins), last, waits, counts


def ineligible(
    company: Company, plan: PlanTerms, period: Period, person: NDArray[np.intp], waits: NDArray[np.bool_]
) -> Notes:
    """For each person who is on a plan in a period the notes that say why nothing is paid; 0 where it is.

    plan: its version of their last eligible day. waits: whose waiting period covers all of their days.
    What cannot be decided is reported: a leave without a reason, a period without a pay date.
    """
    found = np.where(waits, WAITING, 0).astype(np.uint32)
    if plan.minimum_days is not None:
        worked = _worked_days(company, plan, period)[person]
        found |= np.where((worked < plan.minimum_days) & ~waits, TOO_FEW_DAYS, 0).astype(np.uint32)
    return found | _left(company, plan, period, person)


def _worked_days(company: Company, plan: PlanTerms, period: Period) -> NDArray[np.float64]:
    """Everybody's days on a plan in a period, without those of unpaid leave and of the waiting period."""
    people = company.people
    first, last = np.maximum(people.first, period.start), np.minimum(people.last, period.end)
    if company.eligible_from is not None:
        first = np.maximum(first, company.eligible_from)
    mine = people.names["plan_id"] == people.plans[plan.plan_id]
    days = np.where(mine & (people.numbers["fte"] > 0), np.maximum(last - first + 1, 0), 0)
    return np.bincount(people.person, weights=days, minlength=len(people.ids)).astype(np.float64)


def _left(company: Company, plan: PlanTerms, period: Period, person: NDArray[np.intp]) -> Notes:
    """Who has left before the day on which the plan wants them employed, for a reason that counts."""
    nobody = np.zeros(len(person), dtype=np.uint32)
    forfeiting = {plain_name(reason) for reason in plan.forfeit_reasons or ()}
    if plan.must_be_employed == "none" and not forfeiting:
        return nobody
    day = period.end
    if plan.must_be_employed == "pay_date":
        found = _pay_date(company, plan, period)
        if found is None:
            return nobody
        day = found
    left = company.history.left[person]
    gone = left <= day if plan.must_be_employed == "none" else left < day
    gone &= left < FOREVER
    if not forfeiting:
        note = LEFT_BEFORE_END if plan.must_be_employed == "period_end" else LEFT_BEFORE_PAY
        return np.where(gone, note, 0).astype(np.uint32)
    counts = np.zeros(len(person), dtype=bool)
    for at in np.flatnonzero(gone).tolist():
        reason = company.tables["roster"].value(int(person[at]), "leave_reason")
        if not reason:
            _no_reason(company, plan, int(person[at]), int(left[at]))
        counts[at] = plain_name(reason or "") in forfeiting
    return np.where(counts, FORFEITED, 0).astype(np.uint32)


def _no_reason(company: Company, plan: PlanTerms, person: int, left: int) -> None:
    who, day = company.people.ids[person], date.fromordinal(left).isoformat()
    what = f"{who} left on {day}, and plan {plan.plan_id} needs a leave_reason, but there is none"
    hint = f"Type the leave_reason; these forfeit what is earned: {listed(plan.forfeit_reasons or ())}."
    company.report(person, Issue(VALUE, what, company.roster_cell(person, "leave_reason"), None, hint))


def _pay_date(company: Company, plan: PlanTerms, period: Period) -> int | None:
    """The day on which a period is paid; where it is not stated, that is reported."""
    table = company.tables["periods"]
    for row in np.flatnonzero(table.columns["period"] == period.name).tolist():
        if table.columns["pay_date"][row]:
            return int(table.columns["pay_date"][row])
    what = f"plan {plan.plan_id} pays who is employed on the pay date, but {period.name} has none"
    hint = "Type its pay_date in the periods table, or must_be_employed as period_end."
    company.report(-1, Issue(NOT_FOUND, what, company.place("periods"), None, hint))
    return None
