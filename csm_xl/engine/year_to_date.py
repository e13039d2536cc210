"""The plan year up to a period: which pay periods it has for whom, and what was paid in those before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.earned import really_paid
from csm_xl.engine.facts import Facts
from csm_xl.engine.run import settled
from csm_xl.errors import CsmError
from csm_xl.plan.periods import Period, by_end
from csm_xl.plan.table import Tables


@dataclass(slots=True, eq=False, repr=False)
class PaidBefore:
    """An earlier pay period of the plan year. targets, amounts: of each person who has one, by position on
    the roster; what was really paid, where the table `paid` says it, else what the period comes to."""

    period: Period
    targets: dict[int, float]
    amounts: dict[int, float]


class YearToDate:
    """The plan year up to the end of a period.

    since: of each person on the roster, the first day of the plan year that holds the period's last day, by
    the plan that the person is on then, or was on last. before: its pay periods that end before the period
    starts, in order. One that cannot be paid any more is left out: nothing is known of it.
    tables, facts: checked tables, and what is known of them.
    """

    def __init__(self, tables: Tables, facts: Facts, asked: Period) -> None:
        people = facts.people
        years = [_plan_year(facts, plan, asked) for plan in people.plans]
        begins = np.array([min((p.start for p in year), default=asked.start) for year in years])
        self.since: NDArray[np.int64] = np.full(len(people.ids), asked.start, dtype=np.int64)
        for at in (np.arange(len(people.person)), np.flatnonzero(people.first <= asked.end)):
            # Spells stand in order of time, so that the last one that counts is what stays.
            self.since[people.person[at]] = begins[people.names["plan_id"][at]]
        periods = {one: None for year in years for one in year if one.end < asked.start}
        self.before = [
            found for period in sorted(periods, key=by_end) if (found := _paid_in(tables, period)) is not None
        ]

    def earlier(self, person: int) -> Iterator[tuple[str, float | None, float]]:
        """The earlier pay periods in which a person was paid or had a target: name, target (None: not
        known), and what was paid."""
        for each in self.before:
            if self.holds(person, each.period) and (person in each.targets or person in each.amounts):
                yield each.period.name, each.targets.get(person), each.amounts.get(person, 0.0)

    def holds(self, person: int, period: Period) -> bool:
        """Whether a pay period is one of the person's plan year."""
        return bool(period.end >= self.since[person])


def _plan_year(facts: Facts, plan_id: str, asked: Period) -> list[Period]:
    """The pay periods of a plan in its year that holds the last day of a period."""
    versions = facts.book.versions(plan_id)
    if not versions:
        return []
    terms = facts.book.version(plan_id, asked.end) or versions[-1]
    holding = facts.calendar.holding(terms.pay_period, asked.end, asked.end)
    return facts.calendar.plan_year(holding[-1], terms.year_start) if holding else []


def _paid_in(tables: Tables, period: Period) -> PaidBefore | None:
    try:
        lines, facts = settled(tables, period.name, skip_errors=True)
    except CsmError:
        return None
    index = {name: person for person, name in enumerate(facts.people.ids)}
    targets = {index[who]: target for name, who, target, _ in lines.totals()[1:] if name == period.name}
    amounts = {
        person: float(money)
        for (name, person), money in really_paid(facts, lines, set(index.values())).items()
        if name == period.name
    }
    return PaidBefore(period, targets, amounts)
