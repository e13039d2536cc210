"""Components that pay by one curve together: it is read at the weighted average of their attainments."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import UNMEASURED, Outcome
from csm_xl.engine.versions import named
from csm_xl.pay.plan_rounding import round_to
from csm_xl.pay.recording import remark, step, tracing
from csm_xl.pay.rounding import COMPARED_PLACES, EPS, Array, exact, floats
from csm_xl.pay.trace import number, only_one
from csm_xl.plan.model import ComponentTerms

COMPOSITE_STEP: Final = "Composite attainment"
"""The step of what a composite's curve is read at."""
AVERAGE: Final = "composite_attainment"
WAITS: Final = "composite_waits"
_GIVEN: Final = "composite_unrounded"
_RULE: Final = "composite_rule"
"""Columns of a component that a composite's curve pays: the average that the curve is read at, and whose
average is unknown, as an actual or a score is missing."""


def mates(cohort: Cohort, terms: ComponentTerms) -> tuple[ComponentTerms, ...]:
    """The components whose attainments a component's curve is read at the average of, itself among them; none
    where it is read at its own."""
    if not terms.on_composite:
        return ()
    return tuple(one for one in cohort.components if one.on_composite and one.composite == terms.composite)


def average(
    cohort: Cohort, terms: ComponentTerms, reached: list[tuple[ComponentTerms, Outcome, Any]],
    doubt: Array | None,
) -> Inputs:  # fmt: skip
    """What the curve of a component is read at: the sum of weight × attainment / sum of weights of its
    composite, rounded where the plan rounds composites.

    reached: each component of the composite, its outcome by itself, and its weight.
    """
    exactly = doubt is None
    found: Any = 0
    whole: Any = 0
    waits: Any = False
    for one, outcome, weight in reached:
        missing = (
            np.asarray(outcome.notes if outcome.notes is not None else 0, dtype=np.int64) & UNMEASURED != 0
        )
        attained = _attained(outcome, missing, exactly)
        if tracing():
            attained = named(one, np.array([number(only_one(attained), of_step=True)], dtype=object))
            weight = np.array([_weight(cohort, one, weight)], dtype=object)
        else:
            weight = exact(weight) if exactly else np.asarray(weight)
        found = found + weight * attained
        whole = whole + weight
        waits = waits | missing
    nothing = np.asarray(whole == 0, dtype=bool)
    complete = bool(np.all(np.asarray(whole == 1)))
    result = found if complete else np.where(nothing, found, found / np.where(nothing, 1, whole))
    spread = None if exactly else 64 * EPS * np.maximum(np.abs(floats(result)), 1.0)
    plan, unit = cohort.plan, cohort.plan.round_composite
    rule = "sum of weight × attainment of the composite's components"
    rule += "" if complete else " / sum of their weights"
    rounded: Any = result
    if unit is not None:
        rounded = round_to(np.asarray(result), unit, plan.round_mode, spread, doubt)
        rule += plan.roundings.words(unit)
    if doubt is not None and spread is not None and terms.curve is not None and unit is None:
        for point in terms.curve.attainment:
            doubt |= np.abs(rounded - point) <= spread + 10.0**-COMPARED_PLACES
    return {
        AVERAGE: np.asarray(rounded), WAITS: waits, _GIVEN: np.asarray(result),
        **({_RULE: np.array([rule])} if tracing() else {}),
    }  # fmt: skip


def read_at(terms: ComponentTerms, reached: Array, inputs: Inputs) -> Array:
    """What a component's curve is read at: its own attainment, or the average of its composite, a step."""
    if AVERAGE not in inputs:
        return reached
    found = np.asarray(inputs[AVERAGE])
    if not tracing():
        return found
    cell, rule = ("components", terms.row, "composite"), str(np.asarray(inputs[_RULE])[0])
    return np.asarray(step(COMPOSITE_STEP, rule, found, cell, given=inputs[_GIVEN]))


def _weight(cohort: Cohort, terms: ComponentTerms, weight: Any) -> Any:
    """The weight of a component: with its cell, or as the step that it is where it changes in the period."""
    weights = cohort.weights(terms.component_id)
    if (weights == weights[0]).all():
        return number(only_one(weight), ("components", terms.row, "weight"))
    return number(only_one(weight), label=terms.component_id, of_step=True)


def _attained(outcome: Outcome, missing: Array, exactly: bool) -> Array:
    """The attainment of a component; 0 where it is missing."""
    reached: Any = outcome.attainment
    if not missing.any():
        return np.asarray(reached)
    nothing: Any = exact(0)[()] if exactly else 0.0
    values = np.asarray(reached, dtype=object) if exactly else np.asarray(reached, dtype=np.float64)
    return np.asarray(np.where(missing, nothing, values))


def hold_waiting(terms: ComponentTerms, outcome: Outcome, inputs: Inputs) -> Outcome:
    """The outcome of a component of a composite, 0 where an actual of the composite is missing."""
    waits = np.asarray(inputs[WAITS], dtype=bool)
    if not waits.any():
        return outcome
    assert outcome.ratio is not None
    if tracing():
        remark("Payout ratio", "an actual of the composite is missing, which pays 0", "0", 0.0,
               ("components", terms.row, "composite"))  # fmt: skip
    nothing: Any = outcome.ratio * 0
    outcome.ratio = np.asarray(np.where(waits, nothing, outcome.ratio))
    outcome.error = np.where(waits, 0.0, outcome.error)
    said = np.where(waits, UNMEASURED, 0).astype(np.uint16)
    outcome.notes = said if outcome.notes is None else np.asarray(outcome.notes) | said
    return outcome
