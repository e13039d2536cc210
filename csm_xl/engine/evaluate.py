"""The order of calculation, on a block of people of one plan: from target to the amount of each line.

The same lines of code run on floats and on exact numbers. On floats they carry a bound on their own
error along, and set in ``doubt`` the rows where it could tip a comparison or a cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from csm_xl.engine.awards import round_awards, round_payouts
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged, Rows, exact_column, exact_inputs, take
from csm_xl.engine.component import (
    DIVISION_CHANGED,
    GATE_UNMEASURED,
    KICKED,
    MODIFIER_BOUNDED,
    PLAN_CAPPED,
    TEAM_CHANGED,
    UNMEASURED,
    ComponentType,
    Outcome,
)
from csm_xl.engine.composite_curve import WAITS, average, hold_waiting, mates
from csm_xl.engine.composites import round_composites, round_payout
from csm_xl.engine.forfeit import forfeit
from csm_xl.engine.largest_remainder import shared_floats
from csm_xl.engine.lookup.modifiers import Factors
from csm_xl.engine.maximum import limit_payouts
from csm_xl.engine.references import combined_payout, compared_payouts, gate_dollars
from csm_xl.engine.steps import capped, earned_rule, earned_step, kicker_rule, version_head
from csm_xl.engine.targets import Figures, Line, component_target, stepped, target_of_lines, targets
from csm_xl.engine.versions import (
    added,
    at_most,
    averaged,
    counted,
    dollars_at_most,
    kicker_ratio,
    named,
    products,
    segment_ratios,
    version_shares,
)
from csm_xl.pay.adjust import modify, plan_cap_factor
from csm_xl.pay.recording import bring, chapter, step, tracing, unrecorded
from csm_xl.pay.rounding import EPS, Array, constant, exact, floats, round_money, share_out
from csm_xl.pay.trace import greater
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.unused_results import scopes_of

_BOUNDED = 1e-9
"""A modifier that differs by less is at its bound by the noise of floats."""


@dataclass(slots=True, eq=False, repr=False)
class Work:
    """A group with all that its arithmetic reads.

    inputs: per component, what its type gathered. others: per component, that of the earlier versions of it
    that count beside the last one (see `csm_xl.engine.versions.counted`), in time.
    earlier: per component, None or what the year to date needs: what earlier periods paid, and the targets
    that they had.
    factors: those of the company, of divisions and of people, None where nothing is modified. by_division:
    whether any division has a factor in the period.
    """

    cohort: Cohort
    types: dict[str, ComponentType]
    inputs: tuple[Inputs, ...]
    earlier: tuple[Inputs | None, ...]
    factors: Factors | None
    others: tuple[tuple[Inputs, ...], ...] = ()
    by_division: bool = False

    def versions(self, index: int) -> list[tuple[ComponentTerms, Inputs]]:
        """The versions of a component that count, in time, each with what was gathered for it."""
        terms = self.cohort.components[index]
        given = (*(self.others[index] if self.others else ()), self.inputs[index])
        return list(zip(counted(self.cohort, self.types[terms.type], terms), given, strict=True))


def evaluate(work: Work, rows: Rows, doubt: Array | None, only: frozenset[int] | None = None) -> Figures:
    """The figures of the given rows, on floats where `doubt` is given, else on exact numbers.

    only: the components wanted (None: all), where a year to date asks for the earlier periods.
    """
    cohort, plan = work.cohort, work.cohort.plan
    exactly = doubt is None
    spells = cohort.spells.take(rows)
    if exactly:
        spells = spells.exact()
    figures, relative = targets(cohort, plan, spells, doubt, exactly)
    paid: dict[str, Outcome] = {}
    alone: dict[str, Outcome] = {}
    for index, terms in enumerate(cohort.components):
        if only is not None and index not in only:
            figures.lines.append(Line(Outcome()))
            continue
        chapter(terms.component_id)
        versions, outcomes = work.versions(index), []
        based = work.types[terms.type].target_based
        part: tuple[Any, Any, Any] = (None, None, 0.0)
        shares: list[Any] = []
        if based:
            part = component_target(cohort, terms, figures, spells, relative, doubt)
            shares = version_shares(cohort, terms, spells, exactly) if len(versions) > 1 else []
        for number, (version, given) in enumerate(versions):
            if tracing() and len(versions) > 1:
                shares = version_head(cohort, version, number, part[1], shares)
            bring(version.where)
            inputs = take(given, rows)
            inputs = exact_inputs(inputs) if exactly else inputs
            inputs |= compared_payouts(version, paid)
            inputs |= _average(work, rows, version, figures, spells, relative, doubt, alone)
            waits = tracing() and WAITS in inputs and bool(np.all(np.asarray(inputs[WAITS])))
            with unrecorded(waits):
                outcome = work.types[version.type].evaluate(version, inputs, doubt, cohort)
            outcomes.append(hold_waiting(version, outcome, inputs) if WAITS in inputs else outcome)
        if not based:
            line = Line(added(terms, outcomes))
            if tracing():
                line.outcome.rule = earned_rule(cohort, versions, outcomes)
                line.outcome.cells = tuple(cell for one in outcomes for cell in one.cells)
            gate_dollars(terms, line.outcome, inputs, doubt, plan.roundings)
            dollars_at_most(terms, line.outcome)
        else:
            outcome = averaged(cohort, terms, outcomes, shares, relative, exactly)
            outcome = combined_payout(terms, outcome, paid)
            line = Line(outcome, *part, ratios=segment_ratios(cohort, terms, outcomes))
            line.relative *= 1 if len(outcomes) == 1 else 8
        paid[terms.component_id] = line.outcome
        line.notes = 0 if line.outcome.notes is None else line.outcome.notes
        if any("team" in scopes_of(version) for version, _ in versions):
            line.notes = line.notes | _noted(cohort.team_changed[rows], TEAM_CHANGED)
        figures.lines.append(line)
    _combine(cohort, figures, spells, exactly)
    round_composites(cohort, figures, doubt)
    for index, line in enumerate(figures.lines):
        if line.outcome.ratio is None and line.outcome.amount is None:
            continue
        earlier = work.earlier[index]
        takes_back = bool(cohort.components[index].values.get("take_back", True))
        _component_payout(line, None if earlier is None else take(earlier, rows), exactly, takes_back)
        at_most(line, cohort.components[index], doubt)
        line.before_modifier = round_money(line.value, plan.rounding_unit, line.error, doubt)
        if tracing():
            to_date = work.earlier[index] is not None
            earned_step(
                cohort,
                cohort.components[index],
                work.types[cohort.components[index].type].earns,
                line,
                to_date,
            )
    if only is None:
        _modify(work, rows, figures, exactly)
        _kick(work, figures, doubt)
        _plan_cap(cohort, figures, exactly)
        round_payout(cohort, figures, doubt)
        limit_payouts(cohort, figures, spells, doubt)
        forfeited = forfeit(cohort, figures, cohort.forfeits[rows])
        round_awards(cohort, figures, doubt)
        round_payouts(cohort, figures, doubt)
        _round(plan, figures, doubt, exactly, forfeited)
    return figures


def _average(
    work: Work, rows: Rows, terms: ComponentTerms, figures: Figures, spells: Ragged, relative: float,
    doubt: Array | None, alone: dict[str, Outcome],
) -> Inputs:  # fmt: skip
    """What a composite's curve is read at; nothing for a component whose curve is its own.

    alone: the outcomes of its components by themselves, as far as they are known.
    """
    cohort, reached = work.cohort, []
    for one in mates(cohort, terms):
        with unrecorded():
            if one.component_id not in alone:
                index = cohort.components.index(one)
                inputs = take(work.inputs[index], rows)
                inputs = exact_inputs(inputs) if doubt is None else inputs
                alone[one.component_id] = work.types[one.type].evaluate(one, inputs, doubt, cohort)
            weight, _, _ = component_target(cohort, one, figures, spells, relative, doubt)
        reached.append((one, alone[one.component_id], weight))
    return average(cohort, terms, reached, doubt) if reached else {}


def _noted(rows: Array, note: int) -> Array:
    """A note of some rows, and 0 for the others."""
    return np.where(rows, note, 0).astype(np.uint32)


def _combine(cohort: Cohort, figures: Figures, spells: Ragged, exactly: bool) -> None:
    """Multiplicative: every target-based line is paid at the product of all the ratios of its days."""
    if cohort.plan.combination != "multiplicative":
        return
    based = [line.outcome for line in figures.lines if line.outcome.ratio is not None]
    if not based:
        return
    product: Any = 1
    error: Any = 0.0
    names = [terms for terms, line in zip(cohort.components, figures.lines, strict=True)
             if line.outcome.ratio is not None]  # fmt: skip
    for terms, outcome in zip(names, based, strict=True):
        assert outcome.ratio is not None
        ratio: Any = named(terms, outcome.ratio)
        error = error * np.abs(floats(ratio)) + outcome.error * np.abs(floats(product)) + 2.0
        product = product * ratio
    waits: Any = 0
    for line in figures.lines:
        if line.outcome.ratio is not None:
            waits = waits | (line.notes & (UNMEASURED | GATE_UNMEASURED))
    unknown = np.where(np.asarray(waits, dtype=bool), UNMEASURED, 0).astype(np.uint8)
    for line in figures.lines:
        if line.outcome.ratio is not None:  # what is multiplied is known once all of it is measured
            line.notes = line.notes | unknown
    if any(line.ratios is not None for line in figures.lines):
        products(cohort, figures, spells, exactly)
        return
    for outcome in based:
        outcome.product = product
        outcome.error = 0.0 if exactly else error


def _component_payout(line: Line, earlier: Inputs | None, exactly: bool, takes_back: bool = True) -> None:
    """Component target × payout ratio, trued up for the year to date; or the dollars earned. takes_back:
    whether the year to date may be below what earlier periods paid."""
    outcome = line.outcome
    if outcome.ratio is None:
        line.value = outcome.amount
        line.error = 0.0 if exactly else np.asarray(outcome.error) * EPS
        return
    ratio = outcome.ratio if outcome.product is None else outcome.product
    target: Any = line.component_target
    paid: Any = None
    relative = line.relative
    if earlier is not None:
        paid = exact_column(earlier["paid"]) if exactly else earlier["paid"]
        target = earlier_target(earlier, exactly) + target
        relative *= 4
    line.value = target * ratio
    if line.composite is not None:
        line.value = line.value * line.composite
        relative += 64 * EPS
        ratio = ratio * line.composite
    if not exactly:
        line.error = np.asarray(ratio) * (relative + 4 * EPS)
        line.error += np.asarray(outcome.error) * EPS
        line.error *= np.abs(target)
    if paid is not None:
        # What is not measured pays 0; it takes nothing back either.
        waits = np.asarray(line.notes & (UNMEASURED | GATE_UNMEASURED), dtype=bool)
        nothing: Any = 0 if exactly else 0.0
        line.target_to_date, line.earned_to_date, line.paid_before = target, line.value, paid
        if waits.any():
            line.earned_to_date = np.where(waits, np.nan, floats(line.value))
        due = line.value - paid
        due = due if takes_back else greater(due, due * 0, shown=True)
        line.value = np.where(waits, nothing, due)
        if not exactly:
            line.error = line.error + 2 * EPS * np.abs(paid)


def earlier_target(earlier: Inputs, exactly: bool = False) -> Any:
    """The sum of the component targets of earlier periods of the year, as `Year.to_date` shows them:
    rounded ones, and the others made again from what they were calculated from."""
    rounded, spells = earlier["targets"], earlier["spells"]
    assert isinstance(spells, Ragged)
    if exactly:
        rounded, spells = exact_column(rounded), spells.exact()
    values = spells["salary"] * spells["fte"] * spells["amount"] * (1 - spells["base_share"])
    values = values * spells["time"] * spells["weight"]
    return rounded + spells.sum(values * spells["share"] / spells["share_of"] / spells["time_total"])


def _modify(work: Work, rows: Rows, figures: Figures, exactly: bool) -> None:
    """The modifier, on the components marked for it."""
    if work.factors is None:
        return
    plan = work.cohort.plan
    company, theirs = work.factors.company, work.factors.division[rows]
    product = exact(company)[()] * exact(theirs) if exactly else theirs * company
    bounded = modify(
        np.ones_like(product),
        product,
        constant(plan.modifier_floor, exactly),
        constant(plan.modifier_cap, exactly),
    )
    factor = bounded
    held = np.abs(floats(bounded - product)) > _BOUNDED
    factor_rule = "company factor × division factor, within the plan's bounds"
    if work.factors.individual is not None:
        own = work.factors.individual[rows]
        own = exact(own) if exactly else own
        floor, cap = (constant(one, exactly) for one in (plan.individual_floor, plan.individual_cap))
        theirs = modify(np.ones_like(own), own, floor, cap)
        factor = factor * theirs
        held = held | (np.abs(floats(theirs - own)) > _BOUNDED)
        factor_rule += "; × the person's own factor, within its bounds"
    for line, terms in zip(figures.lines, work.cohort.components, strict=True):
        if terms.values.get("modified"):
            line.modifier = factor
            line.notes = line.notes | _noted(held, MODIFIER_BOUNDED)
            if work.by_division:
                line.notes = line.notes | _noted(work.cohort.division_changed[rows], DIVISION_CHANGED)
            if tracing():
                if factor[0] == 1:
                    continue
                chapter(terms.component_id)
                line.value = line.value * step("Modifier", factor_rule, factor)
                continue
            line.value = line.value * factor
            if not exactly:
                line.error = line.error * factor + 4 * EPS * np.abs(line.value)


def _kick(work: Work, figures: Figures, doubt: Array | None) -> None:
    """The kicker of the components that have one, on top of what the modifier made of them."""
    for line, terms in zip(figures.lines, work.cohort.components, strict=True):
        if line.outcome.kicked is None:
            continue
        relative, ratio = line.relative, kicker_ratio(terms, line.outcome, doubt is None)
        kicker = ratio * line.component_target
        line.kicker = stepped(work.cohort.plan, kicker, relative, doubt)
        if tracing():
            chapter(terms.component_id)
            rule, cell = kicker_rule(work.cohort.plan, terms, line), ("components", terms.row, "kicker_ratio")
            line.kicker = step("Kicker", rule, line.kicker, otherwise=cell, given=kicker)
        line.value = line.value + line.kicker
        line.notes = line.notes | np.where(line.outcome.kicked, KICKED, 0).astype(np.uint8)
        if doubt is not None:
            line.error = line.error + np.abs(line.kicker) * (relative + 4 * EPS) + EPS * np.abs(line.value)


def _plan_cap(cohort: Cohort, figures: Figures, exactly: bool) -> None:
    """The plan's cap on the sum of target-based components, scaled over them in proportion."""
    plan = cohort.plan
    if plan.plan_cap is None:
        return
    based = [line for line in figures.lines if line.outcome.ratio is not None]
    if not based:
        return
    multiple: Any = exact(plan.plan_cap)[()] if exactly else plan.plan_cap
    total: Any = sum((line.value for line in based[1:]), based[0].value)
    target = figures.target_incentive if cohort.whole else target_of_lines(figures, based[0].value * 0)
    most = multiple * target
    factor = plan_cap_factor(total, most)
    if tracing() and factor[0] != 1:
        factor = capped(cohort, figures, most, factor)
    spread: Any = 0.0
    if not exactly:
        size = np.maximum(np.abs(total), 1e-300)
        spread = sum((line.error for line in based[1:]), based[0].error) / size + 32 * EPS
    # A sum that meets the cap is not scaled, though its float may fall a hair above.
    scaled = np.asarray(factor < 1 - spread, dtype=bool)
    for line in based:
        line.plan_cap_factor = factor
        if tracing() and factor[0] == 1:
            continue
        line.value = line.value * factor
        if not exactly:
            line.error = line.error * factor + np.abs(line.value) * spread
        line.notes = line.notes | np.where(scaled, PLAN_CAPPED, 0).astype(np.uint8)


def _round(
    plan: PlanTerms, figures: Figures, doubt: Array | None, exactly: bool, forfeited: bool = False
) -> None:
    """Rounding, once: each line, or the person's total with the cents shared over the lines."""
    if plan.rounding == "total" and figures.lines:
        values = np.stack([np.asarray(line.value) for line in figures.lines], axis=-1)
        if doubt is None:
            shared = share_out(values, np.sum(values, axis=-1), plan.rounding_unit)
        else:
            errors = np.stack(
                [np.broadcast_to(line.error, np.shape(line.value)) for line in figures.lines], axis=-1
            )
            shared = shared_floats(values, errors, plan.rounding_unit, doubt)
        for index, line in enumerate(figures.lines):
            line.amount = shared[..., index]
        return
    for line in figures.lines:
        if line.award is not None:
            line.amount = line.award
            continue
        untouched = line.modifier is None and line.kicker is None and line.plan_cap_factor is None
        untouched = untouched and not (line.scaled or forfeited)
        line.amount = (
            line.before_modifier
            if untouched
            else round_money(line.value, plan.rounding_unit, line.error, doubt)
        )
