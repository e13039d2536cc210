"""From earned to payable: guarantees, draws, holdbacks, adjustments and payment thresholds, each a line.

The rules are in `csm_xl.pay.draws`; here is who they hold for, on how many days of a pay period, and
how a draw's balance runs from one pay period to the next. All of it is calculated on exact numbers, and
every figure that is paid or carried is rounded to the plan's unit, so that a balance is what was paid.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from csm_xl.engine.adjustment_line import AdjustmentLine
from csm_xl.engine.carried import CarriedLedger
from csm_xl.engine.component import LineExplanation
from csm_xl.engine.context import RunContext
from csm_xl.engine.earnings import Earned, earned_by, really_paid
from csm_xl.engine.insert_lines import insert_lines
from csm_xl.engine.lines import Lines
from csm_xl.engine.payable_words import (
    Arrangement,
    Settlement,
    adjustment_steps,
    adjustments_steps,
    amount_of_days,
    draw_steps,
    drawn,
    guarantee_steps,
    holdback_steps,
    note,
)
from csm_xl.engine.person_period import PersonPeriod, last_before, person_period
from csm_xl.pay.draws import guarantee, holdback
from csm_xl.pay.recording import Step
from csm_xl.pay.rounding import Array, exact, round_money
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import version_ends
from csm_xl.plan.periods import Period


@dataclass(frozen=True, slots=True)
class _Case:
    """An arrangement that counts for a person in a period.

    terms: its version on the last day that any counts. counted: its versions, each with its days; amount:
    what they come to on these days of the period's (a holdback's: its share, of the days on which the
    person earns).
    """

    person: int
    seat: PersonPeriod
    terms: Arrangement
    counted: tuple[tuple[Arrangement, int], ...]
    of_days: int
    amount: Fraction

    @property
    def days(self) -> int:
        """How many days it counts."""
        return sum(days for _, days in self.counted)


def payable(context: RunContext, lines: Lines, paying: Sequence[Period], before: Lines | None) -> Lines:
    """The lines with those that turn earned into payable after each person's own.

    paying: the periods of the lines, in time. before: the lines of the periods of the `LookBack`.
    Without arrangements, adjustments and payment thresholds the very same lines.
    """
    standing, carried = ArrangementLedger(context), CarriedLedger(context)
    people = standing.people | carried.people
    if not people and not context.tables["adjustments"].rows:
        return lines
    extras: list[AdjustmentLine] = []
    if before is not None:
        earned = really_paid(context, before, people)
        then = [context.calendar.find(name) for name in before.names["period"]]
        for period in sorted(then, key=lambda period: (period.start, period.end)):
            settled = standing.settle(period, earned)
            if carried.people:
                carried.settle(period, earned, settled + adjusted(context, [period]))
    shown = earned_by(lines, people)
    paid = really_paid(context, lines, people) if context.tables["paid"].rows else None
    for period in paying:
        extras += standing.settle(period, shown, paid)
    extras += adjusted(context, paying)
    if carried.people:
        extras += [line for period in paying for line in carried.settle(period, shown, list(extras), paid)]
    return insert_lines(lines, [extra.columns() for extra in extras])


def arrangements(context: RunContext) -> dict[tuple[int, str], list[Arrangement]]:
    """(person, kind) → the person's arrangements of the kind, earliest first."""
    table = context.tables["arrangements"]
    if not table.rows:
        return {}
    index = {name: person for person, name in enumerate(context.people.ids)}
    ends = version_ends(table, ("employee_id", "kind"), "from", "to")
    money = {name: exact(table.columns[name]).tolist()
             for name in ("amount", "recovery_share", "opening_balance")}  # fmt: skip
    found: dict[tuple[int, str], list[Arrangement]] = {}
    for row in range(table.rows):
        person, kind = index[table.columns["employee_id"][row]], str(table.columns["kind"][row])
        found.setdefault((person, kind), []).append(
            Arrangement(row, kind, int(table.columns["from"][row]), ends[row] or FOREVER,
                        money["amount"][row], bool(table.columns["recoverable"][row]),
                        money["recovery_share"][row], int(table.columns["recovery_start"][row]),
                        money["opening_balance"][row], str(table.columns["recovery_of"][row]))
        )  # fmt: skip
    return {who: sorted(rows, key=lambda row: row.first) for who, rows in found.items()}


class ArrangementLedger:
    """The arrangements of a run, and their state: what each draw is owed, and in which period it is."""

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.every = {who: rows for who, rows in arrangements(context).items() if context.wanted[who[0]]}
        self.people = {person for person, _ in self.every}
        self.balance: dict[int, Fraction] = {}
        self.count: dict[int, int] = {}
        self.history: dict[int, list[Settlement]] = {}

    def settle(self, period: Period, earned: Earned, carried: Earned | None = None) -> list[AdjustmentLine]:
        """What the arrangements make of a period's earnings; what draws are owed goes on to the next.

        carried: the earnings that the balance is calculated from, where they are others.
        """
        guaranteed = self._guarantees(period, earned)
        drawn = self._draws(period, earned, guaranteed)
        extras = [_extra(*one, partial(guarantee_steps, one[1])) for one in guaranteed.values()]
        for case, of in drawn:
            before = tuple(self.history.get(case.person, ()))
            extras.append(_extra(case, of, partial(draw_steps, before, of)))
        held = self._holdbacks(period, earned)
        extras += [_extra(*one, partial(holdback_steps, one[1])) for one in held]
        if carried is not None:
            drawn = self._draws(period, carried, self._guarantees(period, carried))
        for case, of in drawn:
            self.balance[case.person], self.count[case.terms.row] = of.left, of.number
            self.history.setdefault(case.person, []).append(of)
        return extras

    def _cases(self, kind: str, period: Period) -> list[_Case]:
        """The arrangements of a kind that count in a period; a draw that has ended as long as it is owed."""
        found = []
        for (person, of), rows in self.every.items():
            # A share of everything is held back; a draw or guarantee is of the plan's own pay period.
            every = kind == "holdback"
            seat = person_period(self.context, person, period, every) if of == kind else None
            if seat is None:
                continue
            of_days = seat.days if kind == "holdback" else period.days
            counted = tuple((row, days) for row in rows if (days := seat.days_within(row.first, row.last)))
            if counted:
                found.append(
                    _Case(person, seat, counted[-1][0], counted, of_days, amount_of_days(counted, of_days))
                )
            elif kind == "draw" and self.balance.get(person) and any(row.recoverable for row in rows):
                ended = [row for row in rows if row.last < seat.last]
                found.append(_Case(person, seat, ended[-1], (), of_days, Fraction(0)))
        return found

    def _guarantees(self, period: Period, earned: Earned) -> dict[int, tuple[_Case, Settlement]]:
        cases = self._cases("guarantee", period)
        if not cases:
            return {}
        before = _column(earned.get((period.name, case.person), Fraction(0)) for case in cases)
        change = guarantee(before, _column(case.amount for case in cases)) - before
        return {
            case.person: (case, self._settled(period, case, had, case.amount, gets, amount))
            for case, had, gets, amount in zip(cases, before, change, _rounded(change, cases), strict=True)
        }

    def _draws(
        self, period: Period, earned: Earned, guaranteed: Mapping[int, tuple[_Case, Settlement]]
    ) -> list[tuple[_Case, Settlement]]:
        cases = self._cases("draw", period)
        found = []
        alike: dict[tuple[bool, str], list[_Case]] = {}
        for case in cases:
            alike.setdefault((not case.terms.recoverable, case.terms.recovery_of), []).append(case)
        for _, cohort in sorted(alike.items()):
            terms = cohort[0].terms
            had = [earned.get((period.name, case.person), Fraction(0)) for case in cohort]
            under = [guaranteed.get(case.person, (case, None))[1] for case in cohort]
            gained = _column(own + (more.gets if more else 0) for own, more in zip(had, under, strict=True))
            advance = _rounded(_column(case.amount for case in cohort), cohort)
            owed = _rounded(_column(self._owed(case) for case in cohort), cohort)
            number = [self.count.get(case.terms.row, 0) + 1 for case in cohort]
            share = [
                case.terms.recovery_share if count >= case.terms.recovery_start else Fraction(0)
                for case, count in zip(cohort, number, strict=True)
            ]
            rounded = partial(_rounded, cases=cohort)
            after = drawn(gained, advance, terms, _column(share), owed, rounded)
            for at, case in enumerate(cohort):
                change = after.change[at]
                of = self._settled(period, case, had[at], advance[at], change, change)
                of = replace(
                    of, guarantee=under[at], opening=self.every[case.person, "draw"][0], number=number[at],
                    share=share[at], owed=owed[at], recovered=after.recovered[at], left=after.left[at],
                )  # fmt: skip
                found.append((case, of))
        return found

    def _owed(self, case: _Case) -> Fraction:
        first = self.every[case.person, "draw"][0]
        return self.balance.get(case.person, first.opening_balance)

    def _holdbacks(self, period: Period, earned: Earned) -> list[tuple[_Case, Settlement]]:
        cases = self._cases("holdback", period)
        if not cases:
            return []
        gained = _column(earned.get((period.name, case.person), Fraction(0)) for case in cases)
        _, held = holdback(gained, _column(case.amount for case in cases))
        return [
            (case, self._settled(period, case, had, case.amount, -back, -amount))
            for case, had, back, amount in zip(cases, gained, held, _rounded(held, cases), strict=True)
        ]

    def _settled(
        self, period: Period, case: _Case, earned: Fraction, amount: Fraction, change: Fraction,
        gets: Fraction,
    ) -> Settlement:  # fmt: skip
        return Settlement(self.context, period, case.person, case.terms, case.counted, case.of_days,
                       case.seat.plan.rounding_unit, earned, amount, change, gets)  # fmt: skip


def _extra(case: _Case, of: Settlement, steps: Callable[[], list[Step]]) -> AdjustmentLine:
    kind = case.terms.kind
    explanation = LineExplanation(note(of), steps)
    return AdjustmentLine(
        of.period, case.person, case.seat, kind, kind, case.days, of.unrounded, of.gets, explanation
    )


def adjusted(context: RunContext, paying: Sequence[Period]) -> list[AdjustmentLine]:
    """The adjustments of the periods, in the order of their table; of those who have left too."""
    table = context.tables["adjustments"]
    index = {name: person for person, name in enumerate(context.people.ids)}
    by_name = {period.name: period for period in paying}
    names = DisplayNames(context.tables)
    found = []
    for row in range(table.rows):
        period = by_name.get(table.columns["period"][row])
        person = index[table.columns["employee_id"][row]]
        if period is None or not context.wanted[person]:
            continue
        seat = person_period(context, person, period, True) or last_before(context, person, period)
        if seat is None:
            continue  # paid by another period, or not yet hired: refused when the tables are checked
        kind, typed = str(table.columns["kind"][row]), exact(table.columns["amount"][row]).item()
        typed = -abs(typed) if kind == "clawback" else typed
        amount = round_money(_column([typed]), seat.plan.rounding_unit)[0]
        words = str(table.columns["reason"][row])
        approved = table.value(row, "approved_by")
        if approved:
            by = names.approver(str(approved))
            words += f" (approved by {by})" if by else " (approved)"
        unit = seat.plan.rounding_unit
        explanation = LineExplanation(
            words, partial(adjustment_steps, context, kind, words, typed, amount, unit, row)
        )
        component = table.value(row, "component_id") or kind
        found.append(
            AdjustmentLine(period, person, seat, kind, component, seat.days, typed, amount, explanation)
        )
    alike: dict[tuple[str, int, str, str], list[AdjustmentLine]] = {}
    for extra in found:
        key = (extra.period.name, extra.person, extra.component_id, extra.type)
        alike.setdefault(key, []).append(extra)
    return [_as_one(extras) for extras in alike.values()]


def _as_one(extras: Sequence[AdjustmentLine]) -> AdjustmentLine:
    """Adjustments of one kind of a person's component in a period as one line: each rounded, then added."""
    if len(extras) == 1:
        return extras[0]
    unrounded, amount = (sum((getattr(extra, name) for extra in extras), Fraction(0))
                         for name in ("unrounded", "amount"))  # fmt: skip
    each = [extra.explanation.steps for extra in extras]
    explanation = LineExplanation("; ".join(extra.explanation.note for extra in extras),
                      partial(adjustments_steps, extras[0].type, each))  # fmt: skip
    return replace(extras[0], unrounded=unrounded, amount=amount, explanation=explanation)


def _column(values: Any) -> Array:
    given = list(values)
    out = np.empty(len(given), dtype=object)
    out[:] = given
    return out


def _rounded(values: Array, cases: Sequence[_Case]) -> Array:
    """Each value in the unit of its person's plan."""
    out = np.empty(len(values), dtype=object)
    units = np.array([case.seat.plan.rounding_unit for case in cases])
    for unit in np.unique(units).tolist():
        out[units == unit] = round_money(values[units == unit], unit)
    return out
