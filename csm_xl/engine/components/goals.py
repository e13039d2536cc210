"""A person's own goals of the period (MBO): the weighted score, through a curve if there is one."""

from __future__ import annotations

from typing import Any, Final

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
    ratio_words,
)
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.sources import Sources
from csm_xl.engine.wording import added, named
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import Step, told
from csm_xl.plan.model import ComponentTerms

COLUMNS: Final = (WEIGHT, SCOPE, CURVE, *GATE, FLOOR, CAP, MODIFIED)


def gather(facts: Facts, group: Group, terms: ComponentTerms) -> Inputs:
    """Weights and scores of the period's goals, and what the gate looks at."""
    return {"goals": facts.goals(group, terms), **gate_inputs(facts, group, terms)}


def evaluate(terms: ComponentTerms, inputs: Inputs, doubt: Array | None, year_end: bool) -> Outcome:
    """Σ weight × score → curve → floor and cap → gate → payout ratio."""
    goals = inputs["goals"]
    assert isinstance(goals, Ragged)
    score = goals.sum(goals["weight"] * goals["score"])
    return held(terms, score, inputs, doubt, goals.longest + 1)


def words(terms: ComponentTerms, line: dict[str, Any], sources: Sources) -> list[Step]:
    """The weighted score and the payout ratio."""
    goals = sources.goals(terms)
    return [
        Step(
            "Score",
            "sum of weight × score over the person's goals of the period",
            added(named(f"{told(weight)} × {told(score)}", goal) for goal, weight, score, _ in goals),
            line["attainment"],
            "; ".join(place for *_, place in goals),
        ),
        *ratio_words(terms, line, sources),
    ]


TYPE: Final = ComponentType(
    name="goals",
    help="A person's own goals of the period (MBO): the weighted score.",
    columns=COLUMNS,
    target_based=True,
    gather=gather,
    evaluate=evaluate,
    words=words,
)
