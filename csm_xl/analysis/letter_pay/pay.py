"""What each attainment pays a person: the engine run on assumed results, one attainment after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.analysis.letter_pay.assumed import (
    GOALS,
    AssumedTables,
    is_target_based,
    name_of,
    with_assumptions,
)
from csm_xl.analysis.letter_pay.figures import Assumed
from csm_xl.analysis.letter_pay.points import Point, points
from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.engine.calculation import calculated
from csm_xl.engine.context import RunContext
from csm_xl.errors import CsmError
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.tables import Tables

_UNITS: Final = 10_000
Lines = dict[tuple[str, str, str], list[dict[str, Any]]]
"""The lines of each person, plan and component."""


@dataclass(frozen=True, slots=True)
class PaidAt:
    """What a component pays at one point, while all others are at goal.

    ratio: the payout ratio of the period shown. period, year: money of the pay period shown and of the plan
    year. Where the plan multiplies its payout ratios, the money is that of all target-based components.
    """

    point: Point
    ratio: float | None
    period: float
    year: float


@dataclass(frozen=True, slots=True)
class AtGoal:
    """What all target-based components pay together where everything is at goal: by pay period, and of the
    plan year; and the target of it."""

    periods: dict[str, float]
    year: float
    target: float


@dataclass(slots=True, eq=False, repr=False)
class PayTable:
    """What a person's target-based components pay. at: by component_id. goal: all of them at goal."""

    at: dict[str, list[PaidAt]]
    goal: AtGoal


def pay_tables(tables: Tables, people: Sequence[YearTerms]) -> dict[str, PayTable]:
    """What the target-based components of each person pay at each of their `points`.

    Errors: all that stops anybody from being paid.
    """
    if not people:
        return {}
    assumed = with_assumptions(tables, people)
    based = {
        one.employee_id: [
            (terms, points(terms, one.plan)) for terms in one.components if is_target_based(terms)
        ]
        for one in people
    }
    paying = sorted(
        {period for one in people for period in one.periods}, key=lambda p: (p.start, p.end, p.name)
    )
    base = _paid(assumed, {}, paying)
    found = {
        one.employee_id: PayTable(
            {terms.component_id: [] for terms, _ in based[one.employee_id]}, _goal(base, one)
        )
        for one in people
    }
    for number in range(max(map(len, based.values()))):
        mine = [
            (one, *based[one.employee_id][number]) for one in people if number < len(based[one.employee_id])
        ]
        for step in range(max(len(some) for _, _, some in mine)):
            here = [(one, terms, some[step]) for one, terms, some in mine if step < len(some)]
            lines = _paid(assumed, dict(_figure(one, terms, point) for one, terms, point in here), paying)
            for one, terms, point in here:
                table = found[one.employee_id].at[terms.component_id]
                table.append(_paid_at(lines, one, terms, point))
    return found


def _figure(one: YearTerms, terms: ComponentTerms, point: Point) -> tuple[tuple[str, str], Assumed]:
    measure = GOALS if terms.pays_on == "goals" else name_of(terms.plan_id, terms.component_id)
    return (one.employee_id, measure), point.at


def _paid(assumed: AssumedTables, figures: dict[tuple[str, str], Assumed], paying: list[Any]) -> Lines:
    context = RunContext(assumed.at(figures))
    lines = calculated(context, paying)
    if context.issues:
        raise CsmError.of(dict.fromkeys(issue for _, issue in context.issues))
    found: Lines = {}
    for line in lines.dicts():
        key = (line["employee_id"], line["plan_id"], line["component_id"])
        found.setdefault(key, []).append(line)
    return found


def _paid_at(lines: Lines, one: YearTerms, terms: ComponentTerms, point: Point) -> PaidAt:
    mine = lines.get((one.employee_id, terms.plan_id, terms.component_id), [])
    shown = one.shown[terms.component_id].period.name
    ratio = next((line["payout_ratio"] for line in mine if line["period"] == shown), None)
    paid = mine
    if one.plan.combination == "multiplicative":
        paid = _of_plan(lines, one)
    names = {period.name for period in one.periods}
    amounts = [(line["period"], line["amount"]) for line in paid if line["period"] in names]
    return PaidAt(
        point,
        ratio,
        _sum(amount for name, amount in amounts if name == shown),
        _sum(amount for _, amount in amounts),
    )


def _of_plan(lines: Lines, one: YearTerms) -> list[dict[str, Any]]:
    return [
        line
        for (who, plan, _), some in lines.items()
        if who == one.employee_id and plan == one.plan.plan_id
        for line in some
    ]


def _goal(lines: Lines, one: YearTerms) -> AtGoal:
    names = {period.name for period in one.periods}
    mine = [line for line in _of_plan(lines, one) if line["period"] in names]
    by_period: dict[str, list[float]] = {}
    for line in mine:
        by_period.setdefault(line["period"], []).append(line["amount"])
    return AtGoal(
        {name: _sum(amounts) for name, amounts in by_period.items()},
        _sum(line["amount"] for line in mine),
        _sum(line["component_target"] for line in mine),
    )


def _sum(amounts: Iterable[float]) -> float:
    """A sum of money, in whole ten-thousandths so that it is the sum of its lines to the cent."""
    return sum(round(amount * _UNITS) for amount in amounts) / _UNITS
