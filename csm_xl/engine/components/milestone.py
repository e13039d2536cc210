"""A milestone: a fixed amount, once per person and plan year, in the period in which it is met."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import NOTES, PAID_ALREADY, ComponentType, Outcome, Step, told
from csm_xl.engine.components.shared import FIXED_AMOUNT, MODIFIED
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Sources
from csm_xl.pay.rounding import Array, exact
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (FIXED_AMOUNT, MODIFIED)


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """Whether the milestone was met in the period, and whether it was met earlier in the plan year."""
    now = facts.events(group, terms, group.period.start, group.period.end)
    until = max(group.period.start, terms.valid_from or 0) - 1
    met_before = np.zeros(group.size, dtype=bool)
    for version in facts.versions(terms):
        met_before |= _any(facts.events(group, version, group.to_date[0].start, until))
    return {"met": _any(now), "met_before": met_before, "whole": np.zeros(group.size)}


def _any(events: Ragged) -> Array:
    return np.asarray(events.sum(events["count"]) > 0)


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """fixed_amount where the milestone is met for the first time in the plan year."""
    met, before, whole = (np.asarray(inputs[name]) for name in ("met", "met_before", "whole"))
    amount: Any = terms.values.get("fixed_amount") or 0.0
    if whole.dtype == object:
        amount = exact(amount)[()]
    return Outcome(
        amount=np.where(met & ~before, amount, whole),
        actual=met.astype(np.float64),
        notes=np.where(met & before, PAID_ALREADY, 0).astype(np.uint8),
    )


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """Met or not, and the amount."""
    amount = told(terms.values.get("fixed_amount") or 0.0)
    earlier = NOTES[PAID_ALREADY] in (line["note"] or "")
    met = "met before in the plan year" if earlier else "met" if line["actual"] else "not met"
    cells = "; ".join([sources.term(terms, "fixed_amount"), *sources.events(terms)])
    rule = f"{amount} when first met in the plan year; {met}"
    rule += f"; rounded to {told(sources.group.plan.rounding_unit)}"
    put_in = amount if line["actual"] and not earlier else "0"
    return [Step("Milestone", rule, put_in, line["before_modifier"], cells)]


TYPE: Final = ComponentType(
    name="milestone",
    help="A fixed amount, once per person and plan year, in the period in which it is met.",
    columns=COLUMNS,
    target_based=False,
    gather=gather,
    evaluate=evaluate,
    words=words,
    by_event=True,
)
