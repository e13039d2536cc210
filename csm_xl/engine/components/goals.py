"""A person's own goals of the period (MBO): the weighted score, through a curve if there is one, or as an
attainment of a composite."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import ComponentType, Outcome
from csm_xl.engine.components.shared import (
    CAP,
    CURVE,
    FLOOR,
    GATE,
    MAX_AMOUNT,
    MODIFIED,
    ON,
    SCOPE,
    WEIGHT,
    apply_limits_and_gate,
    not_measured,
    pay_nothing,
)
from csm_xl.engine.context import RunContext
from csm_xl.pay.recording import step, tracing, unrecorded
from csm_xl.pay.rounding import Array
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (WEIGHT, SCOPE, CURVE, ON, *GATE, FLOOR, CAP, MAX_AMOUNT, MODIFIED)


def gather(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> Inputs:
    """Weights and scores of the period's goals."""
    goals = context.goals.of(cohort, terms)
    return {"goals": goals, "unmeasured": context.goals.unscored(goals)}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, cohort: Cohort) -> Outcome:
    """Σ weight × score → curve → floor and cap → gate → payout ratio; 0 until every goal is scored."""
    goals, unscored = inputs["goals"], np.asarray(inputs["unmeasured"])
    assert isinstance(goals, Ragged)
    silent = tracing() and bool(unscored.all())
    if silent:
        not_measured("Score", "not every goal of the period is scored yet", terms, "weight", *goals["score"])
    with unrecorded(silent):
        rule = "sum of weight × score over the person's goals of the period"
        score = step("Score", rule, goals.sum(goals["weight"] * goals["score"]))
        added = goals.longest + 1
        outcome = apply_limits_and_gate(terms, score, inputs, doubt, added, rounding=cohort.plan.roundings)
    return pay_nothing(outcome, unscored)


TYPE: Final = ComponentType(
    name="goals",
    help="A person's own goals of the period (MBO): the weighted score.",
    columns=COLUMNS,
    target_based=True,
    pays_on="goals",
    gather=gather,
    evaluate=evaluate,
)
