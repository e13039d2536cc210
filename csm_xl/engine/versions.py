"""Components of which a version changes inside a period: which versions count, and how they pay together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from csm_xl.engine.component import AT_MOST, ComponentType, Outcome
from csm_xl.engine.targets import target_values
from csm_xl.pay.attainment import attainment
from csm_xl.pay.recording import chapter, labelled, step, tracing
from csm_xl.pay.rounding import EPS, Array, exact, exceeds, floats, numbers
from csm_xl.pay.trace import smaller

if TYPE_CHECKING:
    from csm_xl.engine.cohort import Cohort
    from csm_xl.engine.columns import Ragged
    from csm_xl.engine.targets import Figures, Line
    from csm_xl.plan.model import ComponentTerms, PlanTerms

Ratios = list[tuple[Any, Any] | None]
"""By segment: a payout ratio and the bound on its float error; None where the component is not valid."""


def counted(cohort: Cohort, of: ComponentType, terms: ComponentTerms) -> tuple[ComponentTerms, ...]:
    """The versions of one of the group's components that are compared, in time; the last one is `terms`.

    Each version pays its own deals. A target-based component pays by its last version, or with the plan's
    version_rule by_days by each at its own part of the target. Events find the version of their day.
    """
    each = cohort.plan.version_rule == "by_days" if of.target_based else of.per_version
    return cohort.versions(terms.component_id) if each else (terms,)


def averaged(
    cohort: Cohort, terms: ComponentTerms, outcomes: Sequence[Outcome], shares: Sequence[Array],
    relative: float, exactly: bool,
) -> Outcome:  # fmt: skip
    """One outcome of a target-based component from those of its versions: the mean of their payout ratios,
    each as much as its target; the other figures are those of the last version.

    shares: the part of the target that each has. relative: a bound on the relative float error of targets.
    """
    last = outcomes[-1]
    if len(outcomes) == 1:
        return last
    ratio: Any = 0
    kicker: Any = 0
    error: Any = 0.0
    for share, version, outcome in zip(shares, cohort.versions(terms.component_id), outcomes, strict=True):
        own: Any = outcome.ratio
        ratio = ratio + share * own
        if outcome.kicked is not None:
            kicker = kicker + share * kicker_ratio(version, outcome, exactly)
        if not exactly:
            error = error + share * (outcome.error + own * (4 * relative / EPS + 4))
    kicked = [outcome.kicked for outcome in outcomes if outcome.kicked is not None]
    noted = [outcome.notes for outcome in outcomes if outcome.notes is not None]
    rule = "sum of target × payout ratio of the versions, / component target"
    ratio = step("Payout ratio", rule, ratio, ("plans", cohort.plan.row, "version_rule"))
    return Outcome(
        ratio=np.asarray(ratio),
        error=error,
        goal=last.goal,
        actual=last.actual,
        attainment=last.attainment,
        column_attainment=last.column_attainment,
        curve_ratio=last.curve_ratio,
        kicked=reduce(np.logical_or, kicked) if kicked else None,
        kicker=np.asarray(kicker) if kicked else None,
        gate_met=last.gate_met,
        notes=reduce(np.bitwise_or, noted) if noted else None,
    )


def version_shares(cohort: Cohort, terms: ComponentTerms, spells: Ragged, exactly: bool) -> list[Array]:
    """Which share of a component's target each of its versions has; all is the last one's where there is no
    target."""
    versions = cohort.versions(terms.component_id)
    values = spells["time"] * target_values(cohort.basis, spells)
    parts = []
    for version in versions:
        weights = cohort.weights(terms.component_id, version)
        parts.append(spells.sum(values * (exact(weights) if exactly else weights)[spells["segment"]]))
    whole = reduce(np.add, parts)
    nothing = np.asarray(whole == 0, dtype=bool)
    return [
        np.where(nothing, int(version is versions[-1]), part / np.where(nothing, 1, whole))
        for version, part in zip(versions, parts, strict=True)
    ]


def kicker_ratio(terms: ComponentTerms, outcome: Outcome, exactly: bool) -> Array:
    """What the kicker adds, as a ratio of the component target; 0 where it is not earned."""
    if outcome.kicker is not None:
        return outcome.kicker
    ratio: Any = terms.values["kicker_ratio"]
    return np.where(np.asarray(outcome.kicked), exact(ratio)[()] if exactly else ratio, 0)


def segment_ratios(cohort: Cohort, terms: ComponentTerms, outcomes: Sequence[Outcome]) -> Ratios | None:
    """The payout ratio of a component in each segment, where ratios multiply and there are several."""
    if cohort.plan.combination != "multiplicative" or len(cohort.segments) == 1:
        return None
    of = {version.row: outcome for version, outcome in
          zip(cohort.versions(terms.component_id)[-len(outcomes):], outcomes, strict=True)}  # fmt: skip
    valid = (segment.components.get(terms.component_id) for segment in cohort.segments)
    found = [None if one is None else of.get(one.row, outcomes[-1]) for one in valid]
    return [None if one is None else (one.ratio, one.error) for one in found]


def products(cohort: Cohort, figures: Figures, spells: Ragged, exactly: bool) -> None:
    """What each target-based line of a multiplicative plan is paid at: on every day the product of the ratios
    of the components that are valid then, each day's as much as its target."""
    based = [
        (terms, line, line.ratios)
        for terms, line in zip(cohort.components, figures.lines, strict=True)
        if line.ratios is not None
    ]
    rows = len(spells.offsets) - 1
    product, errors = [], []
    for number in range(len(cohort.segments)):
        value: Any = np.ones(rows, dtype=object if exactly else np.float64)
        error: Any = np.zeros(rows)
        for ratio, own in _named_ratios(based, number):
            error = error * np.abs(floats(ratio)) + own * np.abs(floats(value)) + 2.0
            value = value * ratio
        product.append(value)
        errors.append(error)
    every = np.stack(product)
    of_day = every[spells["segment"], spells.owner()]
    values = spells["time"] * target_values(cohort.basis, spells)
    same = tracing() and all(len({one and one[0].item() for one in ratios}) == 1 for *_, ratios in based)
    for terms, line, ratios in based:
        weights = cohort.weights(terms.component_id)
        own = values * (exact(weights) if exactly else weights)[spells["segment"]]
        whole = spells.sum(own)
        nothing = np.asarray(whole == 0, dtype=bool)
        last = max(number for number, one in enumerate(ratios) if one is not None)
        mean = spells.sum(own * of_day) / np.where(nothing, 1, whole)
        line.outcome.product = np.asarray(np.where(nothing, every[last], mean))
        if same:
            line.outcome.product = every[last]  # the mean of one product
        elif tracing():
            _product_step(cohort, terms, line, nothing)
        if not exactly:
            spread = (4 * (8 + spells.longest) + 8) * np.max(np.abs(every), axis=0)
            line.outcome.error = np.max(np.stack(errors), axis=0) + spread


def _named_ratios(
    based: Sequence[tuple[ComponentTerms, Line, Ratios]], number: int
) -> Iterator[tuple[Any, Any]]:
    """The ratios of the components that are valid in a segment, each with its component."""
    for terms, _, ratios in based:
        if (one := ratios[number]) is not None:
            yield named(terms, one[0]), one[1]


def named(terms: ComponentTerms, figure: Array) -> Array:
    """A figure with the name of its component, where the rules are traced."""
    return labelled(figure, lambda: [terms.component_id])


def _product_step(cohort: Cohort, terms: ComponentTerms, line: Line, nothing: Array) -> None:
    chapter(terms.component_id)
    rule = "mean over the days, each as much as its target, of the product of the day's payout ratios"
    if nothing.all():
        rule = "no day has a target, so the product of the payout ratios of the last day"
    cell = ("plans", cohort.plan.row, "combination")
    line.outcome.product = step("Product of the ratios", rule, line.outcome.product, cell)


def since(terms: ComponentTerms | PlanTerms) -> str:
    """Which version it is, in words."""
    begins = terms.valid_from
    return f"the version from {date.fromordinal(begins).isoformat()}" if begins else "the first version"


def added(terms: ComponentTerms, outcomes: Sequence[Outcome]) -> Outcome:
    """One outcome of a component that pays dollars from those of its versions: their sum, against its
    goal."""
    last = outcomes[-1]
    if len(outcomes) == 1:
        return last
    amount: Any = 0
    actual: Any = 0
    error: Any = 0.0
    for outcome in outcomes:
        own: Any = outcome.amount
        amount, actual = amount + own, actual + outcome.actual
        error = error + outcome.error + 2 * np.abs(floats(own))
    total = Outcome(amount=np.asarray(amount), actual=np.asarray(actual), error=error, goal=last.goal)
    said = [np.asarray(outcome.notes) for outcome in outcomes if outcome.notes is not None]
    total.notes = np.bitwise_or.reduce(said) if said else None
    if last.goal is not None:
        total.attainment = attainment(actual, last.goal)
    return total


def at_most(line: Line, terms: ComponentTerms, doubt: Array | None) -> None:
    """The payout of a target-based component held to the max_amount of its last version, after the true-up
    of a year to date; the note says so where it bites."""
    most = terms.values.get("max_amount")
    if most is None or line.outcome.ratio is None:
        return
    bound = numbers(most, like=line.value)
    over = exceeds(line.value, bound, doubt, None if doubt is None else line.error)
    line.value = smaller(line.value, bound)
    line.notes = line.notes | np.where(over, AT_MOST, 0).astype(np.uint16)


def dollars_at_most(terms: ComponentTerms, outcome: Outcome) -> None:
    """A component that pays dollars held to the max_amount of its last version, after its gates; the note
    says so where it bites."""
    most = terms.values.get("max_amount")
    if most is None or outcome.amount is None:
        return
    bound = numbers(most, like=outcome.amount)
    over = np.asarray(outcome.amount > bound, dtype=bool)
    outcome.amount = smaller(outcome.amount, bound)
    said = 0 if outcome.notes is None else outcome.notes
    outcome.notes = said | np.where(over, AT_MOST, 0).astype(np.uint16)
