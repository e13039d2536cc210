"""One person's days on plans that pay by a period: for what is calculated for few people at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from csm_xl.engine.context import RunContext
from csm_xl.plan.model import PlanTerms
from csm_xl.plan.periods import Period


@dataclass(slots=True, eq=False, repr=False)
class PersonPeriod:
    """A person's days in a period, on the plans that pay by it.

    spans: first and last days, both inclusive, in order; none for one who has left. plan: the one of the
    last day, in its version of that day.
    """

    spans: tuple[tuple[int, int], ...]
    plan: PlanTerms

    @property
    def days(self) -> int:
        """How many days."""
        return sum(last - first + 1 for first, last in self.spans)

    @property
    def last(self) -> int:
        """The last day."""
        return self.spans[-1][1]

    def days_within(self, first: int, last: int) -> int:
        """How many of the days lie from first to last."""
        return sum(max(0, min(last, until) - max(first, since) + 1) for since, until in self.spans)


def person_period(
    context: RunContext, person: int, period: Period, cycles: bool = False
) -> PersonPeriod | None:
    """The person's seat in a period; None for one who has no day in it on a plan that pays by it.

    cycles: whether a plan of which some component alone pays by it counts too.
    """
    people = context.people
    mine = range(*np.searchsorted(people.person, (person, person + 1)).tolist())
    paid = [
        spell
        for spell in mine
        if people.first[spell] <= period.end
        and period.start <= people.last[spell]
        and period.kind in _kinds(context, people.names["plan_id"][spell], cycles)
    ]
    if not paid:
        return None
    spans = tuple(
        (max(int(people.first[spell]), period.start), min(int(people.last[spell]), period.end))
        for spell in paid
    )
    return PersonPeriod(spans, _plan(context, paid[-1], spans[-1][1]))


def last_before(context: RunContext, person: int, period: Period) -> PersonPeriod | None:
    """The seat, without a day, of one who left before a period; None where the last plan pays by another."""
    people = context.people
    first, after = np.searchsorted(people.person, (person, person + 1)).tolist()
    spell = after - 1
    gone = first < after and people.last[spell] < period.start
    if not gone or period.kind not in _kinds(context, people.names["plan_id"][spell], cycles=True):
        return None
    return PersonPeriod((), _plan(context, spell, int(people.last[spell])))


def _kinds(context: RunContext, code: int, cycles: bool) -> tuple[str, ...]:
    return context.cycles[code] if cycles else (context.plan_kinds[code],)


def _plan(context: RunContext, spell: int, day: int) -> PlanTerms:
    plan_id = list(context.people.plans)[context.people.names["plan_id"][spell]]
    return context.book.version(plan_id, day) or context.book.versions(plan_id)[-1]
