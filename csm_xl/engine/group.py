"""The people of one plan in one period: the unit that the engine pays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Ragged
from csm_xl.engine.people import DAY_SPAN
from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.pay.proration import eligible_months, eligible_workdays
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.periods import Period

if TYPE_CHECKING:
    from csm_xl.engine.facts import Facts


@dataclass(slots=True, eq=False, repr=False)
class Group:
    """Everyone who is on one version of a plan in one period, in the order of the roster.

    person: codes. seat: each one's position among all who are paid in the period.
    first, last, eligible_days: their days on the plan. team, division: codes on the last of them.
    spells: per spell time, salary, fte and what the target is reckoned from (amount, base_share).
    time_total: what `time` is a share of: days of the period, or its months or weekdays.
    """

    period: Period
    plan: PlanTerms
    plan_code: int
    components: tuple[ComponentTerms, ...]
    to_date: tuple[Period, ...]
    year_end: bool
    person: NDArray[np.intp]
    seat: NDArray[np.intp]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    eligible_days: NDArray[np.int64]
    team: NDArray[np.intp]
    division: NDArray[np.intp]
    spells: Ragged
    time_total: int

    @property
    def size(self) -> int:
        """How many people."""
        return len(self.person)

    def owner(self, scope: str) -> NDArray[np.intp]:
        """Whose result counts for each: the codes of people or teams, or the company's, 0."""
        if scope == "company":
            return np.zeros(self.size, dtype=np.intp)
        return self.person if scope == "individual" else self.team

    def component(self, component_id: str) -> ComponentTerms | None:
        """The component of that id; None where the plan has none in this period."""
        return next((terms for terms in self.components if terms.component_id == component_id), None)

    @property
    def period_days(self) -> int:
        """Calendar days of the period."""
        return self.period.end - self.period.start + 1


def groups(facts: Facts, period: Period) -> list[Group]:
    """The groups of one period; what stops someone from being paid is reported to `facts`.

    A person on two plans in the period is in the group of each, with the days on each. The version
    of a plan and of its components is the one in effect on the person's last eligible day.
    """
    people = facts.people
    first = np.maximum(people.first, period.start)
    last = np.minimum(people.last, period.end)
    paid_here = np.zeros(len(facts.plan_kinds) + 1, dtype=bool)
    for code, kind in enumerate(facts.plan_kinds):
        paid_here[code] = kind == period.kind
    spell = np.flatnonzero((first <= last) & paid_here[people.names["plan_id"]] & facts.wanted[people.person])
    if not spell.size:
        return []
    who, plan = people.person[spell], people.names["plan_id"][spell]

    # A seat is a person on a plan; seats stand in the order of person, then first day on the plan.
    _, at, seat = np.unique(who * (len(people.plans) + 1) + plan, return_index=True, return_inverse=True)
    rank = np.empty(len(at), dtype=np.intp)
    rank[np.argsort(at, kind="stable")] = np.arange(len(at))
    seat = rank[seat.reshape(-1)]
    seats = len(at)
    begins, ends = first[spell], last[spell]
    seat_first = np.full(seats, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(seat_first, seat, begins)
    seat_last = np.zeros(seats, dtype=np.int64)
    np.maximum.at(seat_last, seat, ends)
    final = np.zeros(seats, dtype=np.intp)  # the spell that holds the last eligible day
    final[seat] = spell  # spells stand in order of day, so the last written wins
    seat_plan = people.names["plan_id"][final]
    days = np.bincount(seat, weights=ends - begins + 1, minlength=seats).astype(np.int64)

    found: list[Group] = []
    plan_names = list(people.plans)
    to_dates: dict[int, tuple[tuple[Period, ...], bool]] = {}
    for code in np.unique(seat_plan).tolist():
        on_plan = np.flatnonzero(seat_plan == code)
        for seat_of_version, terms, components in _versions(
            facts, plan_names[code], period, on_plan, seat_first, seat_last, people.person[final]
        ):
            year_start = int(terms.year_start)
            if year_start not in to_dates:
                year = facts.calendar.plan_year(period, year_start)
                names = [one.name for one in year]
                here = names.index(period.name)
                to_dates[year_start] = (tuple(year[: here + 1]), here == len(year) - 1)
            rows = np.full(seats, -1, dtype=np.intp)
            rows[seat_of_version] = np.arange(len(seat_of_version))
            mine = np.flatnonzero(rows[seat] >= 0)
            needs_target = any(facts.types[component.type].target_based for component in components)
            spells, total = _spells(
                facts,
                terms,
                needs_target,
                period,
                spell[mine],
                rows[seat[mine]],
                len(seat_of_version),
                begins[mine],
                ends[mine],
            )
            found.append(
                Group(
                    period, terms, code, components, *to_dates[year_start],
                    person=people.person[final[seat_of_version]],
                    seat=seat_of_version,
                    first=seat_first[seat_of_version],
                    last=seat_last[seat_of_version],
                    eligible_days=days[seat_of_version],
                    team=people.names["team"][final[seat_of_version]],
                    division=people.names["division"][final[seat_of_version]],
                    spells=spells,
                    time_total=total,
                )
            )  # fmt: skip
    return found


def _versions(
    facts: Facts,
    plan_id: str,
    period: Period,
    on_plan: NDArray[np.intp],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    person: NDArray[np.intp],
) -> list[tuple[NDArray[np.intp], PlanTerms, tuple[ComponentTerms, ...]]]:
    """The seats of a plan parted by the version of plan and components that counts for them."""
    spans, at, which = np.unique(
        first[on_plan] * DAY_SPAN + last[on_plan], return_index=True, return_inverse=True
    )
    parts: dict[tuple[int, ...], tuple[list[int], PlanTerms, tuple[ComponentTerms, ...]]] = {}
    for span in range(len(spans)):
        begin, end = int(first[on_plan[at[span]]]), int(last[on_plan[at[span]]])
        version = facts.book.version(plan_id, end)
        if version is None:
            for seat in on_plan[which == span].tolist():
                facts.report(
                    int(person[seat]),
                    Issue(NOT_FOUND, f"plan {plan_id} has no version in effect on the last eligible day"
                          f" of {period.name}", facts.roster_cell(int(person[seat]), "plan_id"),
                          date.fromordinal(end).isoformat(),
                          "Date a version of the plan for that day, or move the person to another plan."),
                )  # fmt: skip
            continue
        components = facts.components_over(plan_id, begin, end)
        key = (version.row, *(component.row for component in components))
        parts.setdefault(key, ([], version, components))[0].append(span)
    return [
        (on_plan[np.isin(which, chosen)], terms, components) for chosen, terms, components in parts.values()
    ]


def _spells(
    facts: Facts,
    plan: PlanTerms,
    needs_target: bool,
    period: Period,
    spell: NDArray[np.intp],
    row: NDArray[np.intp],
    rows: int,
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
) -> tuple[Ragged, int]:
    """What the target of each row is reckoned from, spell by spell, and what `time` is a share of."""
    people = facts.people
    if plan.valuation == "daily":
        time, total = ends - begins + 1, period.end - period.start + 1
    else:
        time, total = _proration(plan.proration, period, begins, ends)
        if not total:
            day = "15th of a month" if plan.proration == "months" else "weekday"
            hint = "Prorate the plan by calendar_days."
            facts.report(
                -1,
                Issue(
                    VALUE,
                    f"period {period.name} has no {day} to prorate by",
                    plan.where,
                    plan.proration,
                    hint,
                ),
            )
            total = 1
        time = np.bincount(row, weights=time, minlength=rows).astype(np.int64)
        # The values of one day count: the spell of the first or of the last eligible day.
        chosen = np.zeros(rows, dtype=np.intp)
        order = slice(None) if plan.valuation == "period_end" else slice(None, None, -1)
        chosen[row[order]] = spell[order]
        spell, row = chosen, np.arange(rows)
    own = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}[plan.target_basis]
    amount = people.numbers[own][spell]
    fallback = np.nan if plan.target_value is None else plan.target_value
    amount = np.where(np.isnan(amount), fallback, amount)
    values = {
        "time": time.astype(np.float64),
        "salary": people.numbers["base_salary"][spell],
        "fte": people.numbers["fte"][spell],
        "amount": amount,
    }
    if plan.target_basis == "ote":
        share = people.numbers["base_share"][spell]
        values["base_share"] = np.where(
            np.isnan(share), np.nan if plan.base_share is None else plan.base_share, share
        )
    for name, what in (("amount", own), ("base_share", "base_share")):
        if name not in values:
            continue
        if needs_target:
            for person in np.unique(people.person[spell[np.isnan(values[name])]]).tolist():
                facts.report(
                    int(person),
                    Issue(VALUE, f"{people.ids[person]} has no {what}, and plan {plan.plan_id} states none",
                          facts.roster_cell(int(person), what), None,
                          f"Fill {what} on the roster, or the plan's "
                          f"{'base_share' if what == 'base_share' else 'target_value'}."),
                )  # fmt: skip
        values[name] = np.nan_to_num(values[name], nan=0.0)
    return Ragged.by_row(row, rows, values), total


def _proration(
    basis: str, period: Period, begins: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], int]:
    if basis == "calendar_days":
        return ends - begins + 1, period.end - period.start + 1
    count = eligible_months if basis == "months" else eligible_workdays
    return (
        np.asarray(count(begins, ends), dtype=np.int64),
        int(count(np.array(period.start), np.array(period.end))),
    )
