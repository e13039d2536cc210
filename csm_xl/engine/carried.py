"""A payment threshold: a total below it is not paid but carried to the next pay period, as lines of its own.

What is carried is paid once the total reaches the threshold; in the plan year's last period; and in the last
one before somebody leaves, or goes to a plan that pays by other periods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Final

import numpy as np

from csm_xl.engine.adjustment_line import AdjustmentLine
from csm_xl.engine.cited import cells_in_words
from csm_xl.engine.component import LineExplanation
from csm_xl.engine.context import RunContext
from csm_xl.engine.earnings import Earned
from csm_xl.engine.pay_periods import first_days
from csm_xl.engine.person_period import PersonPeriod, last_before, person_period
from csm_xl.errors import listed
from csm_xl.pay.recording import Recorder, Step, recorded, step
from csm_xl.pay.rounding import exact
from csm_xl.pay.trace import number, told
from csm_xl.plan.periods import Period

IN: Final = "carried"
FORWARD: Final = "carried_forward"


@dataclass(frozen=True, slots=True)
class Below:
    """What a person's lines of a period came to, where it was carried forward."""

    period: Period
    amount: Fraction


def carrying(context: RunContext) -> set[int]:
    """The people who are ever on a plan with a payment threshold."""
    people, book = context.people, context.book
    codes = [
        code for name, code in people.plans.items()
        if any(version.payment_threshold is not None for version in book.versions(name))
    ]  # fmt: skip
    found = people.person[np.isin(people.names["plan_id"], codes)] if codes else people.person[:0]
    return {person for person in np.unique(found).tolist() if context.wanted[person]}


def looks_back_on(context: RunContext, paying: Sequence[Period]) -> list[Period]:
    """The earlier pay periods of the plan year in which something may have been carried."""
    begins = first_days(paying)
    found: dict[Period, None] = {}
    for name in context.people.plans if carrying(context) else ():
        for version in context.book.versions(name):
            if version.payment_threshold is None:
                continue
            for period in paying:
                year = context.calendar.plan_year(period, int(version.year_start))
                found |= dict.fromkeys(
                    one for one in year if one.kind == version.pay_period == period.kind
                    and one.start < begins[period.kind]
                    and context.book.version(name, one.end) is version
                )  # fmt: skip
    return list(found)


class CarriedLedger:
    """What each person's lines came to in periods in which it was not paid, since it was last paid."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.people = carrying(context)
        self.below: dict[int, tuple[Below, ...]] = {}

    def settle(
        self, period: Period, earned: Earned, extras: Sequence[AdjustmentLine], really: Earned | None = None
    ) -> list[AdjustmentLine]:
        """The lines of a period about what is carried; and what is carried on from it.

        earned: what component lines come to. extras: the other lines. really: what was really paid, where
        that is not what the lines say.
        """
        more: dict[int, list[AdjustmentLine]] = {}
        for extra in extras:
            if extra.period == period:
                more.setdefault(extra.person, []).append(extra)
        found = []
        for person in sorted(self.people):
            seat = person_period(self.context, person, period) or last_before(self.context, person, period)
            if seat is None:
                continue
            own = sum((extra.amount for extra in more.get(person, ())), Fraction(0))
            amount = earned.get((period.name, person), Fraction(0)) + own
            found += self._of(period, person, seat, amount)
            kept = amount if really is None else really.get((period.name, person), Fraction(0)) + own
            self._go_on(period, person, seat, kept)
        return found

    def _of(self, period: Period, person: int, seat: PersonPeriod, amount: Fraction) -> list[AdjustmentLine]:
        before = self.below.get(person, ())
        brought = sum((one.amount for one in before), Fraction(0))
        found = []
        if brought:
            names = listed(one.period.name for one in before)
            explanation = LineExplanation(f"carried from {names}", partial(_in_steps, self.context, before))
            found.append(
                AdjustmentLine(period, person, seat, IN, IN, seat.days, brought, brought, explanation)
            )
        total = amount + brought
        if self._waits(period, person, seat, total):
            least = told(seat.plan.payment_threshold)
            note = f"total of {told(float(total))} is below the payment threshold of {least}: carried forward"
            steps = partial(_forward_steps, self.context, seat, amount, brought, period)
            found.append(AdjustmentLine(period, person, seat, FORWARD, FORWARD, seat.days, -total, -total,
                                        LineExplanation(note, steps)))  # fmt: skip
        return found

    def _go_on(self, period: Period, person: int, seat: PersonPeriod, amount: Fraction) -> None:
        before = self.below.pop(person, ())
        if self._waits(period, person, seat, amount + sum((one.amount for one in before), Fraction(0))):
            self.below[person] = (*before, Below(period, amount))

    def _waits(self, period: Period, person: int, seat: PersonPeriod, total: Fraction) -> bool:
        """Whether a total is carried on: what is 0 or less is not, and nothing is that cannot go on."""
        least = seat.plan.payment_threshold
        if least is None or not 0 < total < exact(least).item():
            return False
        year = self.context.calendar.plan_year(period, int(seat.plan.year_start))
        return bool(year) and year[-1] != period and self._goes_on(person, period)

    def _goes_on(self, person: int, period: Period) -> bool:
        """Whether somebody is on a plan that pays by the same periods on the day after one."""
        people = self.context.people
        (spell,) = people.spell_of(np.array([person]), np.array([period.end + 1])).tolist()
        if spell < 0:
            return False
        return self.context.plan_kinds[int(people.names["plan_id"][spell])] == period.kind


def _in_steps(context: RunContext, before: Sequence[Below]) -> list[Step]:
    """What was carried forward from earlier periods."""

    def tell() -> None:
        places = [f"payouts, {one.period.name}, sum of the amounts before {FORWARD}" for one in before]
        parts = [number(one.amount, place, label=one.period.name)
                 for one, place in zip(before, places, strict=True)]  # fmt: skip
        total: Any = sum(parts, Fraction(0))
        rule = "what the lines came to in the periods from which it was carried forward"
        step("Carried", rule, total)

    return _recorded(context, tell)


def _forward_steps(
    context: RunContext, seat: PersonPeriod, amount: Fraction, brought: Fraction, period: Period
) -> list[Step]:
    """What is not paid now, as the total is too small."""

    def tell() -> None:
        place = f"payouts, {period.name}, sum of the amounts before {FORWARD}"
        total: Any = number(amount, place)
        if brought:
            total = total + number(brought, place, label=IN)
        rule = f"− the total of {period.name}, as it is below the payment threshold of"
        rule += f" {told(seat.plan.payment_threshold)}: paid with a later period"
        step("Carried forward", rule, -total, ("plans", seat.plan.row, "payment_threshold"), given=-total)

    return _recorded(context, tell)


def _recorded(context: RunContext, tell: Callable[[], None]) -> list[Step]:
    with recorded(Recorder(partial(cells_in_words, context))) as found:
        tell()
    return found.steps
