"""The terms that each person is on in a plan year: plan, components, target, and the pay periods shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from csm_xl.analysis.scenario import with_cells, with_table
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.columns import Inputs
from csm_xl.engine.context import RunContext
from csm_xl.engine.loading import not_paid
from csm_xl.engine.targets import has, target_values
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.pay.rounding import as_fraction
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.model import ComponentTerms, PlanTerms, plan_book
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables


@dataclass(slots=True, eq=False, repr=False)
class Shown:
    """The pay period whose amounts a letter shows for a component.

    period: the first one that is wholly on the plan, else the first one at all. first: the person's first day
    on the plan in it. whole: whether all its days are.
    """

    period: Period
    first: int
    whole: bool


@dataclass(slots=True, eq=False, repr=False)
class YearTerms:
    """What one person is on in a plan year.

    year: the plan year, with its first and last day. day: the day whose terms these are.
    components: with the person's own weights and curve points, in the order of their table.
    shown: by component_id. salary: of a full-time year. base, target: annual money on that day, at the
    person's FTE. periods: the pay periods of the plan year. on_plan: how many people are on the plan in it.
    in_team: how many of them are in the person's team.
    moves: whether the person is on another plan in part of the year.
    """

    employee_id: str
    year: int
    first: int
    last: int
    day: int
    plan: PlanTerms
    components: tuple[ComponentTerms, ...]
    shown: dict[str, Shown]
    fte: float
    salary: float
    base: Fraction
    target: Fraction
    periods: tuple[Period, ...]
    on_plan: int
    in_team: int
    moves: bool


def asked_year(calendar: Calendar, asked: str) -> int:
    """The plan year that is asked for, such as 2026.

    Errors: a period that is not a year.
    """
    period = calendar.find(asked)
    if period.kind != "year":
        raise CsmError(
            VALUE,
            "a plan letter is for a plan year",
            "--period",
            asked,
            f"Ask for a year, such as {period.year or date.fromordinal(period.end).year}.",
        )
    return period.year if period.year is not None else date.fromordinal(period.end).year


def year_terms(
    tables: Tables, year: int | None, day: int | None, people: Collection[str] | None = None
) -> list[YearTerms]:
    """The terms of each person who is on a plan in a plan year, in the order of the roster.

    year: the plan year. day: the day whose terms are wanted, whose plan year it then is. One of them is None:
    without a day the terms are those of each person's first day on a plan in the year.
    people: whose; None: everyone's. Errors: what stops a person from being paid; a person of `people` who is
    on no plan then.
    """
    context = RunContext(whoever_leaves(tables), not_paid(tables))
    stated, currencies = plan_book(tables), Currencies(tables)
    found: list[YearTerms] = []
    every = _Years(context)
    for code, name in enumerate(context.people.ids):
        if people is not None and name not in people:
            continue
        terms = every.of(code, year, day)
        if terms is not None:
            versions = stated.versions(terms.plan.plan_id)
            plan = next(one for one in versions if one.row == terms.plan.row)
            currency = currencies.of(name, plan.plan_id)
            found.append(replace(terms, plan=replace(plan, currency=currency)))
        elif people is not None:
            when = f"plan year {year}" if day is None else date.fromordinal(day).isoformat()
            raise CsmError(
                NOT_FOUND,
                f"the employee is on no plan in {when}",
                "employee_id",
                name,
                "Choose another year or date.",
            )
    if context.issues:
        raise CsmError.of(dict.fromkeys(issue for _, issue in context.issues))
    return found


def whoever_leaves(tables: Tables) -> Tables:
    """The tables with plans that pay whoever is on them: that somebody may leave, or has few days yet,
    changes no terms."""
    rows = list(range(tables["plans"].rows))
    for column, value in (("must_be_employed", "none"), ("minimum_days", np.nan)):
        tables = with_cells(tables, "plans", column, rows, value)
    plans = tables["plans"]
    reasons = np.empty(plans.rows, dtype=object)
    reasons.fill(())
    return with_table(tables, replace(plans, columns=plans.columns | {"forfeit_reasons": reasons}))


def plan_year(calendar: Calendar, plan: PlanTerms, kind: str, year: int) -> list[Period]:
    """The pay periods of a kind in a plan year, in time; none where the calendar has none of that kind."""
    if calendar.periods:
        return sorted(
            (one for one in calendar.periods if one.kind == kind and one.year == year),
            key=lambda one: one.start,
        )
    some = calendar.ending(kind, date(year, 12, 31).toordinal(), date(year, 12, 31).toordinal())
    return calendar.plan_year(some[0], int(plan.year_start)) if some else []


class _Row(NamedTuple):
    """A person in a cohort of a pay period."""

    period: Period
    cohort: Cohort
    at: int

    @property
    def whole(self) -> bool:
        """Whether they are on the same terms on all days of the period."""
        spells = int(self.cohort.spells.offsets[self.at + 1] - self.cohort.spells.offsets[self.at])
        days = int(self.cohort.eligible_days[self.at])
        return spells == 1 and days == self.period.end - self.period.start + 1


class _Years:
    """Looks up the terms of people; each period is grouped once."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self._cohorts: dict[Period, list[Cohort]] = {}
        self._on: dict[tuple[int, int, int | None], int] = {}
        self._code = {code: name for name, code in context.people.plans.items()}

    def of(self, person: int, year: int | None, day: int | None) -> YearTerms | None:
        people = self.context.people
        for spell in np.flatnonzero(people.person == person).tolist():
            first, last = int(people.first[spell]), int(people.last[spell])
            plan_id = self._code[int(people.names["plan_id"][spell])]
            versions = self.context.book.versions(plan_id)
            if day is not None:
                if not first <= day <= last or not versions:
                    continue
                year = self._year_of(versions[-1], day)
                if year is None:
                    return None
            assert year is not None
            found = self._in(person, spell, plan_id, year, day)
            if found is not None:
                return found
        return None

    def _year_of(self, plan: PlanTerms, day: int) -> int | None:
        calendar = self.context.calendar
        if calendar.periods:
            return next((one.year for one in calendar.periods if one.start <= day <= one.end), None)
        on = date.fromordinal(day)
        return on.year if on.month >= int(plan.year_start) else on.year - 1

    def _in(self, person: int, spell: int, plan_id: str, year: int, day: int | None) -> YearTerms | None:
        """The terms of a spell in a plan year; None where it lies outside."""
        context, people = self.context, self.context.people
        for version in context.book.versions(plan_id):
            kinds = context.book.cycles(plan_id)
            periods = [one for kind in kinds for one in plan_year(context.calendar, version, kind, year)]
            if not periods:
                continue
            first, last = min(one.start for one in periods), max(one.end for one in periods)
            begins = max(first, int(people.first[spell])) if day is None else day
            if begins > min(last, int(people.last[spell])):
                return None
            every = self._every(person, plan_id, periods, begins)
            if not every:
                continue
            shown, components = _shown(every)
            salary, fte = (float(people.numbers[name][spell]) for name in ("base_salary", "fte"))
            return YearTerms(
                people.ids[person],
                year,
                first,
                last,
                begins,
                every[0].cohort.plan,
                components,
                shown,
                fte,
                salary,
                as_fraction(salary) * as_fraction(fte),
                _target(every),
                tuple(periods),
                self._people_on(plan_id, first, last),
                self._people_on(plan_id, first, last, int(people.names["team"][spell])),
                self._moves(person, first, last),
            )
        return None

    def _every(self, person: int, plan_id: str, periods: list[Period], begins: int) -> list[_Row]:
        """The person's row in each of the pay periods from a day on; the plan's own pay period first."""
        own = self.context.plan_kinds[self.context.people.plans[plan_id]]
        order = sorted(periods, key=lambda one: (one.kind != own, one.start))
        return [row for one in order if one.end >= begins for row in self._rows(person, plan_id, one)]

    def _rows(self, person: int, plan_id: str, period: Period) -> Iterator[_Row]:
        if period not in self._cohorts:
            self._cohorts[period] = cohorts_of(self.context, period)
        for cohort in self._cohorts[period]:
            at = np.flatnonzero(cohort.person == person)
            if cohort.plan.plan_id == plan_id and at.size:
                yield _Row(period, cohort, int(at[0]))

    def _moves(self, person: int, first: int, last: int) -> bool:
        people = self.context.people
        mine = (people.person == person) & (people.first <= last) & (people.last >= first)
        return len(np.unique(people.names["plan_id"][mine])) > 1

    def _people_on(self, plan_id: str, first: int, last: int, team: int | None = None) -> int:
        """How many people are on a plan, or in one of its teams."""
        people = self.context.people
        code = people.plans[plan_id]
        key = (code, first, team)
        if key not in self._on:
            there = (people.names["plan_id"] == code) & (people.first <= last) & (people.last >= first)
            there &= True if team is None else people.names["team"] == team
            self._on[key] = len(np.unique(people.person[there]))
        return self._on[key]


def _shown(every: list[_Row]) -> tuple[dict[str, Shown], tuple[ComponentTerms, ...]]:
    """The period of each component that is shown, and the component as it is then."""
    shown: dict[str, Shown] = {}
    found: dict[str, ComponentTerms] = {}
    for row in sorted(every, key=lambda one: not one.whole):
        for terms in row.cohort.components:
            if terms.component_id not in found:
                found[terms.component_id] = terms
                shown[terms.component_id] = Shown(row.period, int(row.cohort.first[row.at]), row.whole)
    return shown, tuple(sorted(found.values(), key=lambda terms: terms.row))


def _target(every: list[_Row]) -> Fraction:
    """The annual target incentive at the beginning, at the FTE of then."""
    first = every[0]
    spells, at = first.cohort.spells, int(first.cohort.spells.offsets[first.at])
    names = [name for name in ("salary", "fte", "amount", "base", "base_share") if has(spells, name)]
    values: Inputs = {name: np.array([as_fraction(float(spells[name][at]))], dtype=object) for name in names}
    return Fraction(target_values(first.cohort.basis, values)[0])
