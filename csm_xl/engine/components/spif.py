"""A SPIF: an amount for each qualifying event inside its window, up to a cap."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType, Outcome, leave_notes
from csm_xl.engine.components.shared import FIXED_AMOUNT, MAX_AMOUNT, MODIFIED, version_cells
from csm_xl.engine.context import RunContext
from csm_xl.pay.commission import spif
from csm_xl.pay.recording import tracing
from csm_xl.pay.rounding import Array, is_exact
from csm_xl.pay.trace import in_words
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (FIXED_AMOUNT, MAX_AMOUNT, MODIFIED)


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """The person's events of the period, within the days on which a version of the component is valid."""
    return {"events": context.events.of(cohort, terms, cohort.period.start, cohort.period.end)}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """count × fixed_amount of the day."""
    events = inputs["events"]
    assert isinstance(events, Ragged)
    count = events.sum(events["count"])
    amount: Any = events.sum(spif(events["count"], events["each"]))
    error: Any = 0.0 if is_exact(count) else 4 * (events.longest + 1) * abs(amount)
    outcome = Outcome(amount=amount, actual=count, error=error, notes=leave_notes(events))
    if tracing():
        paid = (
            map(in_words, events["each"]) if len(events["each"]) else [in_words(terms.values["fixed_amount"])]
        )
        outcome.rule = f"number of events × {' or '.join(dict.fromkeys(paid))}"
        outcome.cells = () if len(events["each"]) else version_cells(terms)
    return outcome


TYPE: Final = ComponentType(
    name="spif",
    help="An amount for each qualifying event inside its window, up to a cap.",
    columns=COLUMNS,
    target_based=False,
    pays_on="events",
    gather=gather,
    evaluate=evaluate,
    earns="SPIF",
)
