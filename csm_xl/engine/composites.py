"""Composites and payouts of a person that a plan rounds: their lines are scaled by rounded / unrounded."""

from __future__ import annotations

from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.targets import Figures, Line
from csm_xl.engine.versions import named
from csm_xl.pay.plan_rounding import round_to
from csm_xl.pay.recording import chapter, step, tracing
from csm_xl.pay.rounding import EPS, Array, exact, floats
from csm_xl.pay.trace import in_words, smaller
from csm_xl.plan.model import ComponentTerms

_Lines = list[tuple[ComponentTerms, Line]]


def _based(cohort: Cohort, figures: Figures) -> _Lines:
    """The lines that pay from the target, each with its component."""
    return [
        (terms, line)
        for terms, line in zip(cohort.components, figures.lines, strict=True)
        if line.outcome.ratio is not None
    ]


def composites(cohort: Cohort, figures: Figures) -> dict[str, _Lines]:
    """The target-based lines that are rounded together, by the name of their composite; where no component
    names one, all of them."""
    based = [(terms, line) for terms, line in _based(cohort, figures) if not terms.on_composite]
    if not any(terms.composite for terms in cohort.components):
        return {"": based} if based else {}
    found: dict[str, _Lines] = {}
    for terms, line in based:
        if terms.composite:
            found.setdefault(terms.composite, []).append((terms, line))
    return found


def round_composites(cohort: Cohort, figures: Figures, doubt: Array | None) -> None:
    """The composites of a plan that rounds them: sum of weight × payout ratio / sum of weights."""
    plan = cohort.plan
    if plan.round_composite is None:
        return
    for name, lines in composites(cohort, figures).items():
        exactly = doubt is None
        composite: Any = 0
        whole: Any = 0
        error: Any = 0.0
        for terms, line in lines:
            weight: Any = exact(line.weight) if exactly else np.asarray(line.weight)
            ratio: Any = line.outcome.ratio
            error = error + (np.asarray(line.outcome.error) + 4 * np.abs(floats(ratio))) * floats(weight)
            composite = composite + named(terms, np.asarray(ratio) * weight)
            whole = whole + weight
        nothing = np.asarray(whole == 0, dtype=bool)
        complete = bool(np.all(np.asarray(whole == 1)))
        composite = composite if complete else composite / np.where(nothing, 1, whole)
        spread = None if exactly else error * EPS / np.where(nothing, 1.0, floats(whole)) + 16 * EPS
        rounded = round_to(composite, plan.round_composite, plan.round_mode, spread, doubt)
        rule = "sum of weight × payout ratio of the composite's components"
        rule += "" if complete else " / sum of their weights"
        _scale(cohort, lines, f"Composite {name}".rstrip(), rule, composite, rounded, "round_composite")


def _scale(
    cohort: Cohort, lines: _Lines, name: str, rule: str, found: Array, rounded: Array, unit: str
) -> None:
    """Each line's factor: rounded / unrounded, or 1 where nothing is paid."""
    plan = cohort.plan
    empty = np.asarray(found == 0, dtype=bool)
    one: Any = 1
    factor = np.where(empty, one, rounded / np.where(empty, one, found))
    for terms, line in lines:
        own = factor
        if tracing():
            chapter(terms.component_id)
            ends = plan.roundings.words(getattr(plan, unit))
            cell = ("plans", plan.row, unit)
            shown = step(name, rule + ends, rounded, cell, given=found)
            if not empty.all():
                unrounded = step(f"{name}, unrounded", rule, found, cell)
                own = step(f"{name}, factor", "rounded / unrounded", shown / unrounded, cell)
        line.composite = own


def round_payout(cohort: Cohort, figures: Figures, doubt: Array | None) -> None:
    """The target-based pay of a period as a ratio of the target incentive, rounded; its lines are scaled."""
    plan = cohort.plan
    if plan.round_payout is None:
        return
    lines = _based(cohort, figures)
    if not lines:
        return
    exactly = doubt is None
    target: Any = figures.target_incentive
    nothing = np.asarray(target == 0, dtype=bool)
    total: Any = sum((named(terms, np.asarray(line.value)) for terms, line in lines[1:]),
                     named(lines[0][0], np.asarray(lines[0][1].value)))  # fmt: skip
    ratio = total / np.where(nothing, 1, target)
    spread: Any = None
    if not exactly:
        error: Any = sum((np.asarray(line.error) for _, line in lines), np.zeros(()))
        spread = error / np.where(nothing, 1.0, np.abs(target)) + 16 * EPS * np.maximum(np.abs(ratio), 1.0)
    rounded = round_to(ratio, plan.round_payout, plan.round_mode, spread, doubt)
    if plan.plan_cap is not None:  # what is rounded up stops at the cap
        rounded = smaller(rounded, exact(plan.plan_cap)[()] if exactly else plan.plan_cap)
    empty = nothing | np.asarray(ratio == 0, dtype=bool)
    one: Any = 1
    factor = np.where(empty, one, rounded / np.where(empty, one, ratio))
    for terms, line in lines:
        if tracing():
            if empty.all():
                continue
            chapter(terms.component_id)
            cell = ("plans", plan.row, "round_payout")
            rule = "sum of the target-based components / target incentive"
            most = "" if plan.plan_cap is None else f", at most {in_words(plan.plan_cap)}"
            shown = step(
                "Payout", rule + plan.roundings.words(plan.round_payout) + most, rounded, cell, given=ratio
            )
            before = step("Payout, unrounded", rule, ratio, cell)
            line.value = line.value * step("Payout, factor", "rounded / unrounded", shown / before, cell)
            continue
        line.value = line.value * factor
        line.scaled = True
        if not exactly:
            # What is rounded is known exactly, and so is each line's share of it as nearly as before.
            line.error = np.asarray(line.error) * np.abs(factor) + 64 * EPS * np.abs(line.value)
