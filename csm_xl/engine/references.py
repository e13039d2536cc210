"""Components that refer to others of their plan: what gates compare, what a payout is combined with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import (
    GATE_FAILED,
    GATE_UNMEASURED,
    MISSING_ACTUAL,
    UNMEASURED,
    Outcome,
)
from csm_xl.engine.components.gates import GATED, gates_met, payout_column
from csm_xl.engine.composite_curve import mates
from csm_xl.engine.context import RunContext
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.pay.plan_rounding import Rounding
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import Array, floats, is_exact
from csm_xl.pay.trace import greater, in_words, smaller
from csm_xl.plan.model import ComponentTerms

_ATTAINED: Final = 1024.0
"""A bound on the float error of an attainment near 1, in units of the last place: that of a year of days."""


def references(terms: ComponentTerms) -> list[tuple[str, tuple[str, int, str]]]:
    """The components that one refers to, each with the cell that says so."""
    found = [(gate.measure, gate.cell("measure")) for gate in terms.gates if gate.on == "payout"]
    return found + ([(terms.payout_of, ("components", terms.row, "payout_of"))] if terms.payout_of else [])


def report_absent(context: RunContext, cohort: Cohort, terms: ComponentTerms) -> None:
    """Reports each component that one refers to and that does not pay in the cohort's period: it is not in
    effect then, or is paid by another cycle."""
    for other, cell in references(terms):
        if cohort.component(other) is None:
            table, row, column = cell
            what = f"{terms.component_id} refers to {other}, which plan {terms.plan_id} does not pay in"
            context.report(
                -1,
                Issue(NOT_FOUND, f"{what} {cohort.period.name}",
                      context.tables[table].where(row, column), other,
                      "Give both components the same days and the same pay_cycle, or name another one."),
            )  # fmt: skip


def compared_payouts(terms: ComponentTerms, paid: Mapping[str, Outcome]) -> Inputs:
    """The payouts of earlier components that the gates of one compare: after floor, cap and gate, before
    true-up, modifier, plan cap and rounding; a payout ratio, or dollars."""
    found: Inputs = {}
    for gate in terms.gates:
        if gate.on == "payout":
            other = paid[gate.measure]
            figure = other.amount if other.ratio is None else other.ratio
            found[payout_column(gate.measure)] = np.asarray(figure)
    return found


def combined_payout(terms: ComponentTerms, outcome: Outcome, paid: Mapping[str, Outcome]) -> Outcome:
    """The outcome of a target-based component, its payout ratio times that of the one it refers to, or times
    the attainment of that one, which is not below 0; or the greater or the lesser of the two."""
    if terms.payout_of is None:
        return outcome
    other = paid[terms.payout_of]
    assert outcome.ratio is not None and other.ratio is not None
    mine, theirs, error, rule = outcome.ratio, other.ratio, other.error, f"that of {terms.payout_of}"
    if terms.payout_of_on == "attainment":
        assert other.attainment is not None
        theirs = _reached(other, mine)
        error, rule = _ATTAINED * (1 + np.abs(floats(theirs))), f"attainment of {terms.payout_of}"
    cell = ("components", terms.row, "payout_of")
    if terms.payout_of_join == "multiply":
        if not is_exact(mine):
            outcome.error = outcome.error * np.abs(floats(theirs)) + error * np.abs(floats(mine)) + 2.0
        rule, name, both = f"payout ratio × {rule}", "Product of the ratios", mine * theirs
    else:
        outcome.error = np.maximum(np.asarray(outcome.error), np.asarray(error))
        which = terms.payout_of_join
        rule, name = f"the {which} of the payout ratio and {rule}", f"{which.capitalize()} of the ratios"
        both = greater(mine, theirs) if which == "greater" else smaller(mine, theirs)
    _waits_too(outcome, other, UNMEASURED if terms.payout_of_on == "attainment" else sum(MISSING_ACTUAL))
    if outcome.notes is not None:  # the greater one is known once both are measured
        waits = (np.asarray(outcome.notes) & sum(MISSING_ACTUAL)) != 0
        both = np.where(waits, mine * 0, both) if waits.any() else both
        rule += "; 0 while an actual is missing" if waits.all() else ""
    outcome.ratio = np.asarray(step(name, rule, both, cell))
    return outcome


def _reached(other: Outcome, like: Array) -> Array:
    """The attainment of a component, 0 where it is not measured or below 0."""
    nothing: Any = 0 if is_exact(like) else 0.0
    reached = np.asarray(other.attainment)
    if other.notes is not None:
        waits = (np.asarray(other.notes) & UNMEASURED) != 0
        if waits.any():
            reached = np.where(waits, like * 0, np.asarray(other.attainment, dtype=like.dtype))
    return np.asarray(greater(reached, nothing))


def _waits_too(outcome: Outcome, other: Outcome, missing: int) -> None:
    """What is combined with something that is not measured yet waits as that does. missing: which notes say
    so."""
    if other.notes is None:
        return
    waits = np.asarray(other.notes) & missing
    outcome.notes = waits if outcome.notes is None else np.asarray(outcome.notes) | waits


def with_references(cohort: Cohort, needed: frozenset[int]) -> frozenset[int]:
    """Components, and with them those that they refer to."""
    at = {terms.component_id: index for index, terms in enumerate(cohort.components)}
    found, waiting = set(needed), list(needed)
    while waiting:
        terms = cohort.components[waiting.pop()]
        together = [one.component_id for one in mates(cohort, terms)]
        for other in (*together, *(name for name, _ in references(terms))):
            if other in at and at[other] not in found:
                found.add(at[other])
                waiting.append(at[other])
    return frozenset(found)


def gate_dollars(
    terms: ComponentTerms, outcome: Outcome, inputs: Inputs, doubt: Array | None, rounding: Rounding
) -> None:
    """A component that pays dollars, held by its gates: where they fail, a share of its dollars is left."""
    if GATED not in inputs or outcome.amount is None:
        return
    exactly = is_exact(outcome.amount)
    met, unmeasured, least = gates_met(terms, inputs, doubt, rounding, exactly)
    one: Any = 1
    share = np.where(met, one, np.minimum(least, 1))
    nothing: Any = 0
    share = np.where(unmeasured, nothing, share)
    if tracing() and bool(met.all()):
        outcome.gate_met = met
        return
    if tracing():
        left = (
            "0 while the gate's actual is missing" if unmeasured.all() else f"{in_words(least)} of it is left"
        )
        outcome.rule += f"; the gate is not met, so {left}"
        outcome.cells += tuple(gate.cell("otherwise") for gate in terms.gates)
    outcome.amount = outcome.amount * share
    notes = np.where(met, 0, np.where(unmeasured, GATE_UNMEASURED, GATE_FAILED)).astype(np.uint16)
    outcome.gate_met = met
    outcome.notes = notes if outcome.notes is None else np.asarray(outcome.notes) | notes
