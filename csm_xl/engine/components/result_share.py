"""A share of a result: a rate on what the company, a team or the person achieved."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import UNMEASURED, ComponentType, Outcome
from csm_xl.engine.components.shared import MAX_AMOUNT, MODIFIED, RATE, SCOPE
from csm_xl.engine.context import RunContext
from csm_xl.engine.measure_results import measure_results, stated
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.pay.commission import commission
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import Array, floats, is_exact
from csm_xl.pay.trace import greater, number
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.schema import Column

COLUMNS: Final = (
    Column("measure", "id", "The measure, spelled as in results.", required=True),
    SCOPE,
    RATE,
    Column("part_period", "word", "Pay for people who are on the plan for part of a period: a share by"
           " days, or all of it (full).", default="days", choices=("days", "full")),
    MAX_AMOUNT,
    MODIFIED,
)  # fmt: skip


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The result of each person's company, team or own, their rate, and their days of the period's."""
    measure, scope = str(terms.values["measure"]), str(terms.values["scope"])
    result = measure_results(context, cohort, terms, measure, scope, goal_needed=False)
    return {
        **result.columns(), "unmeasured": np.isnan(result.actual), "rate": _rates(context, cohort, terms),
        "days": cohort.eligible_days, "period_days": np.full(cohort.size, cohort.period_days),
    }  # fmt: skip


def _rates(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Array:
    """The rate of each person: their own on their last day on the plan, else that of the plan. Who has none
    is reported."""
    plan: Any = terms.values["rate"]
    rows = context.own_targets.rows(terms.component_id, "rate", cohort.person, cohort.last)
    own = context.own_targets.values("rate", rows)
    if plan is None:
        for person in cohort.person[np.isnan(own)].tolist():
            what = f"{context.people.ids[person]} has no rate of {terms.component_id} of plan"
            where = context.tables["components"].where(terms.row, "rate")
            hint = "Fill the component's rate, or the person's on targets."
            context.report(person, Issue(NOT_FOUND, f"{what} {cohort.plan.plan_id}", where, None, hint))
    stated_own = np.isfinite(own)
    if not tracing():
        return np.where(stated_own, own, 0.0 if plan is None else plan)
    cited = context.cite(np.nan_to_num(own), "targets", rows, "rate")
    of_plan: Any = number(0 if plan is None else plan, ("components", terms.row, "rate"))
    return np.where(stated_own, cited, of_plan)


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """actual × rate, by days; a result below 0 pays nothing."""
    unmeasured = np.asarray(inputs["unmeasured"])
    actual = stated(inputs, "actual")
    actual = np.where(unmeasured, actual * 0 if is_exact(actual) else 0.0, actual)
    nothing: Any = actual[:1] * 0 if len(actual) else actual
    amount: Any = commission(greater(actual, nothing, shown=True), np.asarray(inputs["rate"]))
    rule = f"{terms.values['scope']} {terms.values['measure']}, not below 0, × rate"
    days, whole = np.asarray(inputs["days"]), np.asarray(inputs["period_days"])
    if terms.values["part_period"] == "days" and (days != whole).any():
        part: Any = days / whole
        if tracing():
            said, cell = "days on the plan / days of the period", ("components", terms.row, "part_period")
            part = number(int(days[0])) / number(int(whole[0]))
            part = np.array([step("Part of the period", said, part, cell)], dtype=object)
        amount, rule = amount * part, f"{rule} × part of the period"
    outcome = Outcome(
        amount=np.asarray(amount),
        actual=actual,
        error=0.0 if is_exact(actual) else 16 * np.abs(floats(amount)),
        notes=np.where(unmeasured, UNMEASURED, 0).astype(np.uint8),
    )
    if tracing():
        outcome.rule = "nothing while the actual is missing" if unmeasured.all() else rule
        outcome.cells = (("components", terms.row, "measure"),) if unmeasured.all() else ()
    return outcome


TYPE: Final = ComponentType(
    name="result_share",
    help="A share of a result: a rate on what the company, a team or the person achieved.",
    columns=COLUMNS,
    target_based=False,
    gather=gather,
    evaluate=evaluate,
    earns="Share of the result",
)
