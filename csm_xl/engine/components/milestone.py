"""A milestone: a fixed amount, once per person and plan year, in the period in which it is met."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import PAID_ALREADY, ComponentType, Outcome, leave_notes
from csm_xl.engine.components.shared import FIXED_AMOUNT, MAX_AMOUNT, MODIFIED, version_cells
from csm_xl.engine.context import RunContext
from csm_xl.pay.recording import tracing
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import cells_of, in_words
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (FIXED_AMOUNT, MAX_AMOUNT, MODIFIED)


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """Whether the milestone was met in the period, and whether it was met earlier in the plan year."""
    now = context.events.of(cohort, terms, cohort.period.start, cohort.period.end)
    before = context.events.of(cohort, terms, cohort.to_date[0].start, cohort.period.start - 1)
    counted = now["count"] > 0
    amount = np.zeros(cohort.size, dtype=now["each"].dtype)
    # Written from the last to the first: the version of the day on which it was met counts.
    amount[now.owner()[counted][::-1]] = now["each"][counted][::-1]
    return {"met": _any(now), "met_before": _any(before), "amount": amount, "events": now}


def _any(events: Ragged) -> Array:
    return np.asarray(events.sum(events["count"]) > 0)


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """fixed_amount where the milestone is met for the first time in the plan year."""
    met, before, amount = (np.asarray(inputs[name]) for name in ("met", "met_before", "amount"))
    events = inputs["events"]
    assert isinstance(events, Ragged)
    first = met & ~before
    outcome = Outcome(
        amount=np.where(first, amount, amount * 0),
        actual=met.astype(np.float64),
        notes=np.where(met & before, PAID_ALREADY, np.where(first, leave_notes(events), 0)).astype(np.uint16),
    )
    if tracing():
        state = "not met" if not met[0] else "met before in the plan year" if before[0] else "met"
        each = in_words(amount if met[0] else terms.values.get("fixed_amount") or 0)
        outcome.rule = f"{each} when first met in the plan year; {state}"
        outcome.cells = cells_of(*(one for one in events["count"] if one > 0)) or version_cells(terms)
    return outcome


TYPE: Final = ComponentType(
    name="milestone",
    help="A fixed amount, once per person and plan year, in the period in which it is met.",
    columns=COLUMNS,
    target_based=False,
    pays_on="events",
    gather=gather,
    evaluate=evaluate,
    earns="Milestone",
)
