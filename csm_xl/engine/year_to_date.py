"""The plan year before a period: what everyone was paid in its earlier pay periods, and their targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from csm_xl.engine.earned import really_paid
from csm_xl.engine.facts import Facts
from csm_xl.engine.run import settled
from csm_xl.errors import CsmError
from csm_xl.plan.periods import Period, by_end
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.table import Tables


@dataclass(slots=True, eq=False, repr=False)
class PaidBefore:
    """An earlier pay period of the plan year. targets, amounts: of each person who has one, by position on
    the roster; what was really paid, where the table `paid` says it, else what the period comes to."""

    period: str
    targets: dict[int, float]
    amounts: dict[int, float]

    def of(self, person: int) -> tuple[str, float | None, float] | None:
        """The period with a person's target and pay; None for who had neither."""
        if person not in self.targets and person not in self.amounts:
            return None
        return self.period, self.targets.get(person), self.amounts.get(person, 0.0)


def paid_before(tables: Tables, facts: Facts, asked: Period, paying: Iterable[Period]) -> list[PaidBefore]:
    """The pay periods of the plan year that end before a period starts, in order.

    tables, facts: checked tables, and what is known of them. asked: the period; paying: the pay periods in
    it. A period that cannot be paid any more is left out: nothing is known of it.
    """
    kinds = sorted(set(facts.plan_kinds), key=PAY_PERIODS.index)
    starts = {version.year_start for plan in facts.people.plans for version in facts.book.versions(plan)}
    periods: dict[Period, None] = {}
    for paid in paying:
        for start in starts if paid.kind in kinds else ():
            year = facts.calendar.plan_year(paid, int(start))
            periods |= dict.fromkeys(one for one in year if one.end < asked.start)
    found = []
    for period in sorted(periods, key=by_end):
        try:
            lines, then = settled(tables, period.name, skip_errors=True)
        except CsmError:
            continue
        index = {name: person for person, name in enumerate(then.people.ids)}
        targets = {index[who]: target for name, who, target, _ in lines.totals()[1:] if name == period.name}
        amounts = {
            person: float(money)
            for (name, person), money in really_paid(then, lines, set(index.values())).items()
            if name == period.name
        }
        found.append(PaidBefore(period.name, targets, amounts))
    return found
