"""People's targets of a period: eligible salary, target incentive, and each component's part of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.component import Outcome
from csm_xl.pay.day_counts import WorkWeek
from csm_xl.pay.plan_rounding import round_to
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import EPS, Array, exact, round_money
from csm_xl.pay.trace import Cell, cells_of, told
from csm_xl.plan.model import ComponentTerms, PlanTerms


@dataclass(slots=True, eq=False, repr=False)
class Line:
    """The figures of one component for a block of people; see the payout lines and `EXTRAS` of `lines`.

    relative: a bound on the relative float error of the component target. ratios: the payout ratio in each
    segment of the group, None where the component is not valid; None for all where it is that of the outcome.
    composite: what a rounded composite multiplies the line by; None: it is in none. scaled: whether a rounded
    payout scales it. award: the payout, where a plan or component rounds it to a unit of its own.
    """

    outcome: Outcome
    weight: Any = None
    component_target: Array | None = None
    relative: Any = 0.0
    target_to_date: Any = None
    earned_to_date: Any = None
    paid_before: Any = None
    value: Any = None
    error: Any = 0.0
    before_modifier: Any = None
    modifier: Array | None = None
    kicker: Array | None = None
    plan_cap_factor: Array | None = None
    amount: Any = None
    notes: Any = 0
    ratios: list[tuple[Any, Any] | None] | None = None
    composite: Any = None
    scaled: bool = False
    award: Any = None


@dataclass(slots=True, eq=False, repr=False)
class Figures:
    """The figures of a block of people: the shared ones, and a line per component. most: a person's maximum
    payout, None where the plan has none."""

    eligible_salary: Array
    target_incentive: Array
    lines: list[Line] = field(default_factory=list)
    most: Any = None


def target_values(basis: str, spells: Ragged | Inputs) -> Array:
    """What each spell's annual target incentive is: salary × FTE × ratio, amount × FTE, or OTE ×
    (1 − base share) × FTE; where versions differ, whichever of these each is under (see `Group.spells`)."""
    fte, amount = (np.asarray(spells[name]) for name in ("fte", "amount"))
    if basis == "ratio":
        return np.asarray(np.asarray(spells["salary"]) * fte * amount)
    if basis == "amount":
        return np.asarray(amount * fte)
    if has(spells, "base_share"):
        amount = amount * (1 - np.asarray(spells["base_share"]))
    found = amount * fte
    return np.asarray(found * np.asarray(spells["base"]) if basis == "mixed" else found)


def has(spells: Ragged | Inputs, name: str) -> bool:
    """Whether spells have a column."""
    return name in (spells.values if isinstance(spells, Ragged) else spells)


def targets(
    cohort: Cohort, plan: PlanTerms, spells: Ragged, doubt: Array | None, exactly: bool
) -> tuple[Figures, float]:
    """Eligible salary and target incentive of people of a group, given their spells; and a bound on the
    relative float error of both. doubt: see `evaluate`."""
    share: Any = cohort.share if exactly else float(cohort.share)
    time = spells["time"]
    paid = spells["salary"] * spells["fte"]
    daily = plan.valuation == "daily"
    if daily:
        salary = spells.sum(time * paid) / cohort.time_total
    else:  # every one of a row's spells has the salary of the same day
        salary = spells.sum(paid * spells["once"] if has(spells, "once") else paid)
    relative = EPS * (8 + spells.longest)
    values = spells.sum(time * target_values(cohort.basis, spells))
    salary = _named(
        "Eligible salary", _salary_rule(cohort), plan, salary, stepped(plan, salary, relative, doubt)
    )
    if plan.rounding == "step":
        if cohort.basis == "ratio":
            # The chain of displayed figures: the rounded eligible salary × the ratio × the share.
            weights = spells.sum(paid * time)
            nothing = np.asarray(weights == 0, dtype=bool)
            ratio = values / np.where(nothing, 1, weights)
            if tracing() and len(set(spells["amount"].tolist())) == 1:
                ratio = spells["amount"][:1]  # the mean of one ratio
            time_share = 1 if daily else spells.sum(time) / cohort.time_total
            incentive = np.asarray(salary * ratio * share * time_share)
            relative *= 3
        else:
            incentive = values * share / cohort.time_total
        rounded = stepped(plan, incentive, relative, doubt)
        return Figures(
            salary, _named("Target incentive", _target_rule(cohort), plan, incentive, rounded)
        ), relative
    scale: Any = share / cohort.time_total
    incentive = values * scale
    if plan.round_target is not None:
        error = None if doubt is None else np.abs(incentive) * relative
        rounded = round_to(incentive, plan.round_target, plan.round_mode, error, doubt)
        rule = _target_rule(cohort) + plan.roundings.words(plan.round_target)
        found = step("Target incentive", rule, rounded, given=incentive)
        return Figures(np.asarray(salary), np.asarray(found)), 2 * EPS
    incentive = _named("Target incentive", _target_rule(cohort), plan, incentive, incentive)
    return Figures(np.asarray(salary), np.asarray(incentive)), relative


_UNITS: Final = {
    "calendar_days": "days", "months": "calendar months", "workdays": "weekdays",
    "days_360": "days of a year of 360", "days_365": "parts by days of a year of 365",
}  # fmt: skip


def target_of_lines(figures: Figures, incentive: Array) -> Any:
    """The target of what a period pays: the sum of the component targets, shaped like the incentive."""
    parts = [line.component_target for line in figures.lines if line.component_target is not None]
    return sum(parts, incentive * 0)


_BASIS: Final = {
    "ratio": "salary × FTE × target ratio", "amount": "target amount × FTE",
    "ote": "OTE × (1 − base share) × FTE",
}  # fmt: skip


def _named(name: str, rule: str, plan: PlanTerms, figure: Any, rounded: Any) -> Any:
    """A figure of the target as a step."""
    return step(name, rule + rounding_rule(plan), rounded, given=figure)


def rounding_rule(plan: PlanTerms) -> str:
    """How the rule of a figure ends that a plan rounds at each step."""
    return f", rounded to {told(plan.rounding_unit)}" if plan.rounding == "step" else ""


def time_unit(plan: PlanTerms) -> str:
    """What the time of spells counts."""
    if plan.time_basis != "workdays" or not plan.work_week:
        return _UNITS[plan.time_basis]
    unit = WorkWeek.of(plan.work_week).unit
    return {1: "workdays", 2: "half workdays"}.get(unit, f"workdays in {unit} parts")


def _salary_rule(cohort: Cohort) -> str:
    if cohort.plan.valuation != "daily":
        return "salary × FTE of one day"
    return f"sum of days × salary × FTE, / {cohort.time_total}"


def _target_rule(cohort: Cohort) -> str:
    """What the target incentive is compared from, in words."""
    plan, plans = cohort.plan, [segment.plan for segment in cohort.segments]
    if plan.rounding == "step" and cohort.basis == "ratio":
        rule = "eligible salary × target ratio × the period's share of the year"
        rule += "" if plan.valuation == "daily" else " × eligible days"
    else:
        stated = {"daily": plans, "period_start": plans[:1]}.get(plan.valuation, plans[-1:])
        basis = " or ".join(dict.fromkeys(_BASIS[one.target_basis] for one in stated))
        rule = f"sum of {time_unit(plan)} × {basis}, × the period's share of the year, / {cohort.time_total}"
    several = plan.valuation == "daily" and len({one.row for one in plans}) > 1
    return f"{rule}, each day by the version of the plan" if several else rule


def stepped(plan: PlanTerms, figure: Any, relative: float, doubt: Array | None) -> Array:
    """A figure, rounded where the plan rounds at each step."""
    if plan.rounding != "step":
        return np.asarray(figure)
    return round_money(
        figure, plan.rounding_unit, None if doubt is None else np.abs(figure) * relative, doubt
    )


def component_target(
    cohort: Cohort, terms: ComponentTerms, figures: Figures, spells: Ragged, relative: float,
    doubt: Array | None,
) -> tuple[Any, Array, float]:  # fmt: skip
    """Weight and target of a component, and a bound on the relative float error of the target.

    A weight counts on its days: where it changes, the weight of the period is the share that the component
    has of the days' targets.
    """
    plan, exactly, weights = cohort.plan, doubt is None, cohort.weights(terms.component_id)
    rule = f"target incentive × weight{rounding_rule(plan)}"
    cell = ("components", terms.row, "weight")
    if (weights == weights[0]).all():
        weight: Any = exact(weights[-1])[()] if exactly else float(weights[0])
        target = figures.target_incentive * weight
        rounded = stepped(plan, target, relative, doubt)
        return float(weights[0]), step("Component target", rule, rounded, given=target), relative
    share = target_share(cohort, weights, spells, exactly)
    relative *= 4
    share = step("Weight", partial(_weight_rule, cohort, spells), share, *version_cells(cohort, terms))
    target = figures.target_incentive * share
    rounded = stepped(plan, target, relative, doubt)
    return share, step("Component target", rule, rounded, otherwise=cell, given=target), relative


def version_cells(cohort: Cohort, terms: ComponentTerms) -> tuple[Cell, ...]:
    """The cells of the weights of a component's versions, and of their days, where rules are traced."""
    if not tracing():
        return ()
    names = ("weight", "valid_from", "valid_to")
    cells = [("components", one.row, name) for one in cohort.versions(terms.component_id) for name in names]
    own = [cell for cell in cells_of(*cohort.weights(terms.component_id)) if cell not in cells]
    return (*cells, *own)


def _weight_rule(cohort: Cohort, spells: Ragged) -> str:
    if any(spells["time"] * target_values(cohort.basis, spells)):
        return "mean over the days, each as much as its target, of the weight of the day"
    if any(spells["time"]):
        return "mean over the days, as none has a target, of the weight of the day"
    return "no day counts, so that of the last one"


def target_share(cohort: Cohort, weights: NDArray[np.float64], spells: Ragged, exactly: bool) -> Array:
    """The mean of weights by segment, each day's as much as its target; where there is no target at all,
    every day's alike."""
    of: Any = (exact(weights) if exactly else weights)[spells["segment"]]
    values = spells["time"] * target_values(cohort.basis, spells)
    whole, time = spells.sum(values), spells.sum(spells["time"])
    nothing, timeless = np.asarray(whole == 0, dtype=bool), np.asarray(time == 0, dtype=bool)
    last: Any = exact(weights[-1])[()] if exactly else weights[-1]
    of_time = np.where(timeless, last, spells.sum(spells["time"] * of) / np.where(timeless, 1, time))
    return np.asarray(np.where(nothing, of_time, spells.sum(values * of) / np.where(nothing, 1, whole)))
