"""A person's own goals of the period (MBO): the weighted score, through a curve if there is one."""

from __future__ import annotations

from typing import Final

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType, Outcome
from csm_xl.engine.components.shared import (
    CAP,
    CURVE,
    FLOOR,
    GATE,
    MODIFIED,
    SCOPE,
    WEIGHT,
    gate_inputs,
    held,
)
from csm_xl.engine.context import RunContext
from csm_xl.pay.recording import step
from csm_xl.pay.rounding import Array
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (WEIGHT, SCOPE, CURVE, *GATE, FLOOR, CAP, MODIFIED)


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """Weights and scores of the period's goals, and what the gate looks at."""
    return {"goals": context.goals.of(cohort, terms), **gate_inputs(context, cohort, terms)}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """Σ weight × score → curve → floor and cap → gate → payout ratio."""
    goals = inputs["goals"]
    assert isinstance(goals, Ragged)
    rule = "sum of weight × score over the person's goals of the period"
    score = step("Score", rule, goals.sum(goals["weight"] * goals["score"]))
    return held(terms, score, inputs, doubt, goals.longest + 1)


TYPE: Final = ComponentType(
    name="goals",
    help="A person's own goals of the period (MBO): the weighted score.",
    columns=COLUMNS,
    target_based=True,
    gather=gather,
    evaluate=evaluate,
)
