"""The plan year up to a period: its pay periods for each person, and what was paid in those before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.context import RunContext
from csm_xl.engine.currency import last_plans, plans_of
from csm_xl.engine.earnings import really_paid
from csm_xl.engine.open_periods import with_rows
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import NOT_FOUND, CsmError, Issue, listed
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.periods import Period, by_end
from csm_xl.plan.table import Tables

_NAMED: Final = 8
"""This many people are named of those who lack an earlier period."""


@dataclass(slots=True, eq=False, repr=False)
class PaidBefore:
    """An earlier pay period of the plan year. targets, amounts: of each person who has one, by position on
    the roster; what was really paid, where the table `paid` says it, else what the period comes to.
    unknown: who cannot be paid for it now, and why. Their amount is what `paid` states; without that it is
    not known, and the year to date lacks it. foreign: who was paid for it in another currency than now, which
    is never added, and in which."""

    period: Period
    targets: dict[int, float]
    amounts: dict[int, float]
    unknown: dict[int, str] = field(default_factory=dict)
    foreign: dict[int, str] = field(default_factory=dict)


class YearToDate:
    """The plan year up to the end of a period.

    since: of each person on the roster, the first day of the plan year that holds the period's last day, by
    the plan that the person is on then, or was on last. before: its pay periods that end before the period
    starts, in order; those that cannot be calculated for somebody are in `gaps`.
    payroll: the payroll that the earlier periods are paid from too.
    """

    def __init__(self, payroll: Payroll, asked: Period) -> None:
        tables, context = payroll.tables, payroll.context
        people = context.people
        years = [_plan_year(context, plan, asked) for plan in people.plans]
        begins = np.array([min((p.start for p in year), default=asked.start) for year in years])
        self.since: NDArray[np.int64] = np.full(len(people.ids), asked.start, dtype=np.int64)
        for at in (np.arange(len(people.person)), np.flatnonzero(people.first <= asked.end)):
            # Spells are in order of time, so that the last one that counts is what stays.
            self.since[people.person[at]] = begins[people.names["plan_id"][at]]
        periods = {one: None for year in years for one in year if one.end < asked.start}
        self.before = [_paid_in(payroll, period) for period in sorted(periods, key=by_end)]
        self._measured, self._ids = with_rows(context), people.ids
        known = Currencies(tables)
        self._now = {who: known.of(people.ids[who], plan) for who, plan in last_plans(people, asked).items()}
        for each in self.before:
            for person, plans in plans_of(people, each.period).items():
                codes = {known.of(people.ids[person], plan) for plan in plans}
                if person in self._now and codes != {self._now[person]}:
                    each.foreign[person] = " and ".join(sorted(codes))

    def earlier(self, person: int) -> Iterator[tuple[str, float | None, float | None]]:
        """The earlier pay periods in which a person was paid or had a target: name, target (None: not
        known), and what was paid (None: not known)."""
        for each in self.before:
            if not self.holds(person, each.period):
                continue
            if person in each.foreign:
                yield each.period.name, None, None
            elif person in each.unknown:
                yield each.period.name, None, each.amounts.get(person)
            elif person in each.targets or person in each.amounts:
                yield each.period.name, each.targets.get(person), each.amounts.get(person, 0.0)

    def lacks(self, person: int) -> list[str]:
        """The earlier pay periods that a person's year to date lacks, because they cannot be calculated."""
        return [each.period.name for each in self.before if self._is_lacking(person, each)]

    def foreign(self, person: int) -> list[tuple[str, str]]:
        """The earlier pay periods that were paid to a person in another currency, each with that currency."""
        return [
            (each.period.name, each.foreign[person])
            for each in self.before
            if person in each.foreign and self.holds(person, each.period)
        ]

    def _is_lacking(self, person: int, each: PaidBefore) -> bool:
        known = person in each.amounts or person in each.foreign
        return person in each.unknown and not known and self.holds(person, each.period)

    def gaps(self, people: Iterable[int]) -> list[Issue]:
        """A finding for each earlier pay period that the year to date of some of these people lacks.

        A warning, or a note where nothing of the period is measured: the company's tables begin after it.
        """
        found = []
        for each in self.before:
            lacking = [person for person in people if self._is_lacking(person, each)]
            if not lacking:
                continue
            who = listed([self._ids[person] for person in lacking], _NAMED)
            why = list(dict.fromkeys(each.unknown[person] for person in lacking))
            more = f" (and {len(why) - 1:,} more)" if len(why) > 1 else ""
            said = f"{each.period.name} is not in the year to date of {who}: {why[0].rstrip('.')}{more}"
            hint = "Fix it, or list in the table paid what was paid for that period."
            severity = "warning" if each.period.name in self._measured else "note"
            found.append(Issue(NOT_FOUND, said, "year to date", None, hint, severity))
        return found

    def holds(self, person: int, period: Period) -> bool:
        """Whether a pay period is one of the person's plan year."""
        return bool(period.end >= self.since[person])


def _plan_year(context: RunContext, plan_id: str, asked: Period) -> list[Period]:
    """The pay periods of a plan in its year that holds the last day of a period."""
    versions = context.book.versions(plan_id)
    if not versions:
        return []
    terms = context.book.version(plan_id, asked.end) or versions[-1]
    holding = (context.calendar.holding(kind, asked.end, asked.end) for kind in context.book.cycles(plan_id))
    years = (context.calendar.plan_year(found[-1], terms.year_start) for found in holding if found)
    return [period for year in years for period in year]


def _paid_in(payroll: Payroll, period: Period) -> PaidBefore:
    """An earlier period paid again, to those whose plans pay by it. Nobody of them disappears from it: who
    cannot be paid is in `unknown`."""
    tables, context = payroll.tables, payroll.context
    index = context.people.index
    here = _seated(context, period)
    try:
        lines = payroll.pay(period.name, skip_errors=True, everybody=False)
    except CsmError as error:
        # Where nobody is left to pay, what stopped the people themselves says more.
        found = _stopping(payroll, period) or error.issues
        own = {index[issue.person]: issue for issue in reversed(found) if issue.person in index}
        why = {who: str(own.get(who, found[0])) for who in here}
        return PaidBefore(period, {}, _stated(tables, period, index), why)
    unknown = {index[who]: why for who, why in lines.left_out if index[who] in here}
    targets = {index[who]: target for name, who, target, _ in lines.totals()[1:] if name == period.name}
    amounts = {
        person: float(money)
        for (name, person), money in really_paid(context, lines, set(index.values()) - set(unknown)).items()
        if name == period.name
    }
    stated = {who: money for who, money in _stated(tables, period, index).items() if who in unknown}
    return PaidBefore(period, targets, amounts | stated, unknown)


def _stopping(payroll: Payroll, period: Period) -> Sequence[Issue]:
    """What is wrong with a period, of everybody at once."""
    try:
        payroll.pay(period.name, everybody=False)
    except CsmError as error:
        return error.issues
    return ()


def _seated(context: RunContext, period: Period) -> set[int]:
    """Who has a day in a period on a plan that pays by it."""
    people = context.people
    kinds = np.array([period.kind in of_plan for of_plan in context.cycles], dtype=bool)
    here = (people.first <= period.end) & (people.last >= period.start) & kinds[people.names["plan_id"]]
    return set(people.person[here].tolist())


def _stated(tables: Tables, period: Period, index: dict[str, int]) -> dict[int, float]:
    """What the table `paid` states of a period, by person."""
    columns = tables["paid"].columns
    found: dict[int, list[float]] = {}
    for name, who, amount in zip(
        *(columns[one].tolist() for one in ("period", "employee_id", "amount")), strict=True
    ):
        if name == period.name:
            found.setdefault(index[who], []).append(amount)
    return {person: round(fsum(amounts), 4) for person, amounts in found.items()}
