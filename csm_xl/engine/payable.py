"""From earned to payable: guarantees, draws, holdbacks and adjustments, as lines of their own.

The rules stand in `csm_xl.pay.draws`; here is who they hold for, on how many days of a pay period, and
how a draw's balance runs from one pay period to the next. All of it is reckoned on exact numbers, and
every figure that is paid or carried is rounded to the plan's unit, so that a balance is what was paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from csm_xl.engine.component import Step, told
from csm_xl.engine.earned import Earned, earned_by, really_paid
from csm_xl.engine.facts import Facts
from csm_xl.engine.lines import Lines
from csm_xl.engine.merge import with_extras
from csm_xl.engine.seats import Seat, last_before, seat_of
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.pay.draws import draw, guarantee, holdback
from csm_xl.pay.rounding import Array, exact, round_money
from csm_xl.plan.findings import shown_day
from csm_xl.plan.model import version_ends
from csm_xl.plan.periods import Period
from csm_xl.plan.spells import FOREVER


@dataclass(frozen=True, slots=True)
class Extra:
    """A line that is no component's: what it changes, why, and the days it counts for."""

    period: Period
    person: int
    seat: Seat
    type: str
    component_id: str
    days: int
    unrounded: Fraction
    amount: Fraction
    step: Step


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A row of the arrangements table. first, last: its days; the other figures as there, exact."""

    row: int
    kind: str
    first: int
    last: int
    amount: Fraction
    recoverable: bool
    recovery_share: Fraction
    recovery_start: int
    opening_balance: Fraction


@dataclass(frozen=True, slots=True)
class _Case:
    """An arrangement that counts for a person in a period.

    terms: its version on the last day that any counts. whole: its amount of the days that it counts,
    days, of the period's (a holdback's: its share, of the days on which the person earns).
    """

    person: int
    seat: Seat
    terms: Arrangement
    amount: Fraction
    days: int


def looks_back(facts: Facts, paying: Sequence[Period]) -> tuple[list[Period], set[int]]:
    """The earlier pay periods that recoverable draws need, and the people to run them for.

    People who share a pool with those who draw are run too. A fiscal calendar that begins after a draw
    is reported.
    """
    drawing: dict[int, Arrangement] = {}
    for (person, kind), rows in arrangements(facts).items():
        if kind == "draw" and any(row.recoverable for row in rows) and facts.wanted[person]:
            drawing[person] = rows[0]
    begin = min((period.start for period in paying), default=0)
    periods: dict[Period, None] = {}
    people = facts.people
    for person, terms in drawing.items():
        spells = np.arange(*np.searchsorted(people.person, (person, person + 1)))
        mine = spells[(people.first[spells] < begin) & (people.last[spells] >= terms.first)]
        for kind in dict.fromkeys(facts.plan_kinds[code] for code in people.names["plan_id"][mine].tolist()):
            first = max(terms.first, int(people.first[mine].min()))
            found = facts.calendar.ending(kind, first, begin - 1)
            if first < begin and facts.calendar.periods and (not found or found[0].start > first):
                facts.report(
                    person,
                    Issue(NOT_FOUND, f"the draw of {people.ids[person]} begins before the periods table does,"
                          " so what is owed cannot be told",
                          facts.tables["arrangements"].where(terms.row, "from"), shown_day(terms.first),
                          "Add the earlier periods, or start the draw later with its opening_balance."),
                )  # fmt: skip
            periods |= dict.fromkeys(found)
    everyone = set(drawing)
    sharing = {terms.plan_id for terms in facts.book.every_component() if terms.pool_amount is not None}
    if periods and sharing:
        codes = [code for name, code in people.plans.items() if name in sharing]
        everyone |= set(people.person[np.isin(people.names["plan_id"], codes)].tolist())
        everyone = {person for person in everyone if facts.wanted[person]}
    return sorted(periods, key=lambda period: (period.start, period.end)), everyone


def payable(facts: Facts, lines: Lines, paying: Sequence[Period], before: Lines | None) -> Lines:
    """The lines with those that turn earned into payable after each person's own.

    paying: the periods of the lines, in time. before: the lines of the periods that draws look back on.
    Without arrangements and adjustments the very same lines.
    """
    if not facts.tables["arrangements"].rows and not facts.tables["adjustments"].rows:
        return lines
    standing = Standing(facts)
    extras: list[Extra] = []
    if before is not None:
        earned = really_paid(facts, before, standing.people)
        then = [facts.calendar.find(name) for name in before.names["period"]]
        for period in sorted(then, key=lambda period: (period.start, period.end)):
            standing.settle(period, earned)
    shown = earned_by(lines, standing.people)
    paid = really_paid(facts, lines, standing.people) if facts.tables["paid"].rows else None
    for period in paying:
        extras += standing.settle(period, shown, paid)
    extras += adjusted(facts, paying)
    return with_extras(lines, [_columns(extra) for extra in extras])


def arrangements(facts: Facts) -> dict[tuple[int, str], list[Arrangement]]:
    """(person, kind) → the person's arrangements of the kind, earliest first."""
    table = facts.tables["arrangements"]
    if not table.rows:
        return {}
    index = {name: person for person, name in enumerate(facts.people.ids)}
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
                        money["opening_balance"][row])
        )  # fmt: skip
    return {who: sorted(rows, key=lambda row: row.first) for who, rows in found.items()}


class Standing:
    """The arrangements of a run, and how they stand: what each draw is owed, and in which period it is."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.every = {who: rows for who, rows in arrangements(facts).items() if facts.wanted[who[0]]}
        self.people = {person for person, _ in self.every}
        self.balance: dict[int, Fraction] = {}
        self.count: dict[int, int] = {}

    def settle(self, period: Period, earned: Earned, carried: Earned | None = None) -> list[Extra]:
        """What the arrangements make of a period's earnings; what draws are owed goes on to the next.

        carried: the earnings that the balance is reckoned from, where they are others.
        """
        guaranteed, extras = self._guarantees(period, earned)
        drawn, balance, count = self._draws(period, guaranteed)
        if carried is not None:
            guaranteed, _ = self._guarantees(period, carried)
            _, balance, count = self._draws(period, guaranteed)
        self.balance, self.count = balance, count
        return [*extras, *drawn, *self._holdbacks(period, earned)]

    def _cases(self, kind: str, period: Period) -> list[_Case]:
        """The arrangements of a kind that count in a period; a draw that has ended as long as it is owed."""
        found = []
        for (person, of), rows in self.every.items():
            seat = seat_of(self.facts, person, period) if of == kind else None
            if seat is None:
                continue
            counted = [(row, days) for row in rows if (days := seat.days_within(row.first, row.last))]
            whole = sum((row.amount * days for row, days in counted), Fraction(0))
            if counted:
                days = sum(days for _, days in counted)
                of_days = seat.days if kind == "holdback" else period.days
                found.append(_Case(person, seat, counted[-1][0], whole / of_days, days))
            elif kind == "draw" and self.balance.get(person):
                ended = [row for row in rows if row.last < seat.last]
                found.append(_Case(person, seat, ended[-1], Fraction(0), 0))
        return found

    def _guarantees(self, period: Period, earned: Earned) -> tuple[Earned, list[Extra]]:
        cases = self._cases("guarantee", period)
        if not cases:
            return earned, []
        before = _column(earned.get((period.name, case.person), Fraction(0)) for case in cases)
        floors = _column(case.amount for case in cases)
        extras = []
        after = dict(earned)
        change = guarantee(before, floors) - before
        for case, had, floor, gets, amount in zip(
            cases, before, _rounded(floors, cases), change, _rounded(change, cases), strict=True
        ):
            extra = self._extra(
                period, case, gets, amount,
                "the greater of what is earned and the guarantee, less what is earned",
                f"earned {told(float(had))}, guaranteed {told(float(floor))}{_part(case, period)}",
            )  # fmt: skip
            after[period.name, case.person] = had + extra.amount
            extras.append(extra)
        return after, extras

    def _draws(
        self, period: Period, earned: Earned
    ) -> tuple[list[Extra], dict[int, Fraction], dict[int, int]]:
        cases = self._cases("draw", period)
        balance, count = dict(self.balance), dict(self.count)
        extras: list[Extra] = []
        for recoverable in (True, False):
            group = [case for case in cases if case.terms.recoverable == recoverable]
            if not group:
                continue
            gained = _column(earned.get((period.name, case.person), Fraction(0)) for case in group)
            advance = _rounded(_column(case.amount for case in group), group)
            owed = _rounded(_column(self._owed(case) for case in group), group)
            share = []
            for case in group:
                count[case.terms.row] = count.get(case.terms.row, 0) + 1
                begun = count[case.terms.row] >= case.terms.recovery_start
                share.append(case.terms.recovery_share if begun else Fraction(0))
            after = draw(gained[:, None], advance[:, None], recoverable, _column(share), 1, owed)
            back = _rounded(after.recovered[:, 0], group)
            left = after.balance[:, 0] + after.recovered[:, 0] - back
            for at, case in enumerate(group):
                balance[case.person] = left[at]
                paid = after.paid[at, 0] + after.recovered[at, 0] - back[at]
                made_up = left[at] - owed[at] + back[at]
                words = [f"earned {told(float(gained[at]))}", f"draw {told(float(advance[at]))}"]
                words[1] += _part(case, period) if case.days else " (ended)"
                if not recoverable:
                    words.append("not recovered later")
                else:
                    words += [f"advanced {told(float(made_up))}"] if made_up else []
                    words += [f"recovered {told(float(back[at]))}"] if back[at] else []
                    words.append(f"owed {told(float(owed[at]))} before, {told(float(left[at]))} after")
                rule = "the greater of what is earned and the draw" + (
                    ", less what is recovered, less what is earned"
                    if recoverable
                    else ", less what is earned"
                )
                change = paid - gained[at]
                extras.append(self._extra(period, case, change, change, rule, ", ".join(words)))
        return extras, balance, count

    def _owed(self, case: _Case) -> Fraction:
        first = self.every[case.person, "draw"][0]
        return self.balance.get(case.person, first.opening_balance)

    def _holdbacks(self, period: Period, earned: Earned) -> list[Extra]:
        cases = self._cases("holdback", period)
        if not cases:
            return []
        gained = _column(earned.get((period.name, case.person), Fraction(0)) for case in cases)
        shares = _column(case.amount for case in cases)
        _, held = holdback(gained, shares)
        return [
            self._extra(
                period, case, -back, -amount, "− what is earned × the share held back until it is released",
                f"earned {told(float(had))}, share {told(float(share))}",
            )
            for case, had, share, back, amount in zip(
                cases, gained, shares, held, _rounded(held, cases), strict=True
            )
        ]  # fmt: skip

    def _extra(
        self, period: Period, case: _Case, change: Fraction, amount: Fraction, rule: str, words: str
    ) -> Extra:
        kind = case.terms.kind
        place = self.facts.tables["arrangements"].where(case.terms.row, "amount")
        step = Step(kind.capitalize(), rule, words, float(amount), place)
        return Extra(period, case.person, case.seat, kind, kind, case.days, change, amount, step)


def adjusted(facts: Facts, paying: Sequence[Period]) -> list[Extra]:
    """The adjustments of the periods, in the order of their table; of those who have left too."""
    table = facts.tables["adjustments"]
    index = {name: person for person, name in enumerate(facts.people.ids)}
    by_name = {period.name: period for period in paying}
    found = []
    for row in range(table.rows):
        period = by_name.get(table.columns["period"][row])
        person = index[table.columns["employee_id"][row]]
        if period is None or not facts.wanted[person]:
            continue
        seat = seat_of(facts, person, period) or last_before(facts, person, period)
        if seat is None:
            continue  # paid by another period, or not yet hired: refused when the tables are checked
        kind, typed = str(table.columns["kind"][row]), exact(table.columns["amount"][row]).item()
        typed = -abs(typed) if kind == "clawback" else typed
        amount = round_money(_column([typed]), seat.plan.rounding_unit)[0]
        words = str(table.columns["reason"][row])
        approved = table.value(row, "approved_by")
        step = Step(
            kind.capitalize(),
            {"manual": "adjusted by hand", "clawback": "taken back of what was paid",
             "release": "released of what was held back"}[kind],
            words + (f" (approved by {approved})" if approved else ""),
            float(amount),
            table.where(row, "amount"),
        )  # fmt: skip
        component = table.value(row, "component_id") or kind
        found.append(Extra(period, person, seat, kind, component, seat.days, typed, amount, step))
    return found


def _columns(extra: Extra) -> dict[str, Any]:
    return {
        "period": extra.period.name,
        "employee_id": extra.person,
        "plan_id": extra.seat.plan.plan_id,
        "component_id": extra.component_id,
        "type": extra.type,
        "eligible_days": extra.days,
        "period_days": extra.period.days,
        "proration": extra.days / extra.period.days,
        "unrounded": float(extra.unrounded),
        "amount": float(extra.amount),
        "step": extra.step,
    }


def _part(case: _Case, period: Period) -> str:
    """The days, where they are not the whole period."""
    return "" if case.days == period.days else f" ({case.days} of {period.days} days)"


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
