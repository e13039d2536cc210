"""Who is paid together: the people of a period, grouped by the versions of the plan that they are on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort, share_of_period
from csm_xl.engine.columns import Ragged
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.eligibility import eligible_days, ineligible
from csm_xl.engine.eligible_time import Days, eligible_time
from csm_xl.engine.own_terms import on_the_same_terms
from csm_xl.engine.segments import Segment
from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.periods import Period


def cohorts_of(context: RunContext, period: Period) -> list[Cohort]:
    """The cohorts of one period; what stops someone from being paid is reported to `context`.

    A person on two plans in the period is in the group of each, with the days on each. A day on which the
    plan has no version is no day on the plan; the last day on it must have one.
    """
    people = context.people
    first, last, waits, counts = eligible_days(context, period)
    paid_here = np.zeros(len(context.plan_kinds) + 1, dtype=bool)
    for name, code in people.plans.items():
        own = context.plan_kinds[code] == period.kind
        paid_here[code] = own or period.kind in context.book.cycles(name, period.start, period.end)
    spell = np.flatnonzero(counts & paid_here[people.names["plan_id"]] & context.wanted[people.person])
    if not spell.size:
        return []
    who, plan = people.person[spell], people.names["plan_id"][spell]

    # A seat is a person on a plan; seats are in the order of person, then first day on the plan.
    _, at, seat = np.unique(who * (len(people.plans) + 1) + plan, return_index=True, return_inverse=True)
    rank = np.empty(len(at), dtype=np.intp)
    rank[np.argsort(at, kind="stable")] = np.arange(len(at))
    seat = rank[seat.reshape(-1)]
    seats = len(at)
    begins, ends = first[spell], last[spell]
    final = np.zeros(seats, dtype=np.intp)  # the spell that holds the last day on the plan
    final[seat] = spell  # spells are in order of day, so the last written wins
    seat_plan = people.names["plan_id"][final]

    found: list[Cohort] = []
    plan_names = list(people.plans)
    to_dates: dict[int, tuple[tuple[Period, ...], bool]] = {}
    for code in np.unique(seat_plan).tolist():
        segments = context.segments(plan_names[code], period)
        on_plan = _with_version(context, plan_names[code], period, segments, seat_plan == code, final, last)
        mine = np.flatnonzero(on_plan[seat])
        runs = Days(spell[mine], seat[mine], np.zeros(len(mine), np.intp), begins[mine], ends[mine])
        for theirs, chosen, days in on_the_same_terms(context, segments, runs, people.person[final]):
            terms, components = theirs[-1].plan, _components(theirs, period.kind)
            year_start = int(terms.year_start)
            if year_start not in to_dates:
                year = context.calendar.plan_year(period, year_start)
                names = [one.name for one in year]
                here = names.index(period.name)
                to_dates[year_start] = (tuple(year[: here + 1]), here == len(year) - 1)
            seat_first = np.full(len(chosen), np.iinfo(np.int64).max, dtype=np.int64)
            np.minimum.at(seat_first, days.row, days.first)
            seat_last = np.zeros(len(chosen), dtype=np.int64)
            np.maximum.at(seat_last, days.row, days.last)
            eligible = np.bincount(days.row, weights=days.last - days.first + 1, minlength=len(chosen))
            share = share_of_period(terms, period, len(to_dates[year_start][0]))
            needs_target = any(component_types()[component.type].target_based for component in components)
            basis, spells, total = _spells(context, theirs, needs_target, period, share, days, len(chosen))
            cohort = Cohort(
                period, terms, code, components, *to_dates[year_start],
                person=people.person[final[chosen]],
                seat=chosen,
                first=seat_first,
                last=seat_last,
                eligible_days=eligible.astype(np.int64),
                team=people.names["team"][final[chosen]],
                division=people.names["division"][final[chosen]],
                team_changed=_changed(people.names["team"], days.spell, days.row, final[chosen]),
                division_changed=_changed(people.names["division"], days.spell, days.row, final[chosen]),
                segments=theirs,
                forfeits=ineligible(
                    context, terms, period, people.person[final[chosen]], waits[final[chosen]]
                ),
                basis=basis,
                spells=spells,
                time_total=total,
                whole=_is_whole(theirs, period.kind),
            )  # fmt: skip
            _refuse_other_type(context, cohort)
            found.append(cohort)
    return found


def _changed(
    names: NDArray[np.intp], spell: NDArray[np.intp], row: NDArray[np.intp], final: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Whether each row's name is another in one of its spells than in the final one."""
    found = np.zeros(len(final), dtype=bool)
    found[row[names[spell] != names[final[row]]]] = True
    return found


def _with_version(
    context: RunContext,
    plan_id: str,
    period: Period,
    segments: list[Segment],
    on_plan: NDArray[np.bool_],
    final: NDArray[np.intp],
    last: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """The seats of a plan that has a version on their last day; the others are reported."""
    people, ends = context.people, last[final]
    there = np.zeros(len(final), dtype=bool)
    for segment in segments:
        there |= (ends >= segment.first) & (ends <= segment.last)
    for seat in np.flatnonzero(on_plan & ~there).tolist():
        person = int(people.person[final[seat]])
        context.report(
            person,
            Issue(NOT_FOUND, f"plan {plan_id} has no version in effect on the last eligible day"
                  f" of {period.name}", context.roster_cell(person, "plan_id"),
                  date.fromordinal(int(ends[seat])).isoformat(),
                  "Date a version of the plan for that day, or move the person to another plan."),
        )  # fmt: skip
    return on_plan & there


def _components(segments: tuple[Segment, ...], kind: str) -> tuple[ComponentTerms, ...]:
    """The last version of each component that is paid by this kind of period and valid in any of the
    segments, in the order of the table."""
    last = {name: terms for segment in segments for name, terms in segment.components.items()}
    return tuple(
        sorted((terms for terms in last.values() if terms.pay_cycle == kind), key=lambda terms: terms.row)
    )


def _is_whole(segments: tuple[Segment, ...], kind: str) -> bool:
    """Whether all that is paid from the target is paid by this kind of period."""
    every = (terms for segment in segments for terms in segment.components.values())
    return not any(one.pay_cycle != kind and component_types()[one.type].target_based for one in every)


def _refuse_other_type(context: RunContext, cohort: Cohort) -> None:
    """A component has one line a period, so that within a period it cannot become another type."""
    for terms in cohort.components:
        other = next((one for one in cohort.versions(terms.component_id) if one.type != terms.type), None)
        if other is not None:
            context.report_all(
                cohort.person,
                Issue(VALUE, f"component {terms.component_id} of plan {terms.plan_id} is a {other.type} and"
                      f" then a {terms.type} within {cohort.period.name}",
                      context.tables["components"].where(terms.row, "type"), terms.type,
                      "Name the new component differently, or let it begin with a pay period."),
            )  # fmt: skip


def _spells(
    context: RunContext,
    segments: tuple[Segment, ...],
    needs_target: bool,
    period: Period,
    share: Fraction,
    days: Days,
    rows: int,
) -> tuple[str, Ragged, int]:
    """What the targets are compared from, spell by spell, and what `time` is a share of; see `Group`."""
    people, plan, several = context.people, segments[-1].plan, len(segments) > 1
    spell, row, segment = days.spell, days.row, days.segment
    stated = segment  # the segment whose plan states what the person does not
    time, total = eligible_time(context, plan, period, share, days)
    if plan.valuation != "daily":
        # The values of one day count: the spell of the first or of the last eligible day. The weights of
        # components count by the days of each segment all the same.
        counted = np.bincount(row * len(segments) + segment, weights=time, minlength=rows * len(segments))
        order = slice(None) if plan.valuation == "period_end" else slice(None, None, -1)
        chosen = np.zeros(rows, dtype=np.intp)
        chosen[row[order]] = spell[order]
        row, segment = (each.reshape(-1) for each in np.indices((rows, len(segments))))
        time, spell = counted.astype(np.int64), chosen[row]
        stated = np.full(len(row), len(segments) - 1 if plan.valuation == "period_end" else 0)
    plans = [one.plan for one in segments]
    bases = list(dict.fromkeys(plans[at].target_basis for at in np.unique(stated).tolist()))
    basis = bases[0] if len(bases) == 1 else "mixed"
    of_plan = np.array([bases.index(one.target_basis) if one.target_basis in bases else 0 for one in plans])
    values: dict[str, NDArray[Any]] = {
        "time": time.astype(np.float64),
        "salary": people.numbers["base_salary"][spell],
        "fte": people.numbers["fte"][spell],
        "amount": np.zeros(len(spell)),
    }
    if basis == "mixed":
        values["base"] = np.ones(len(spell))
    if "ote" in bases:
        values["base_share"] = np.zeros(len(spell))
    for number, kind in enumerate(bases):
        at: Any = slice(None) if len(bases) == 1 else np.flatnonzero(of_plan[stated] == number)
        _fill(context, values, kind, at, spell[at], stated[at], plans, needs_target)
    if several:
        values["segment"] = segment
        values["once"] = (np.diff(row, prepend=-1) != 0).astype(np.float64)
    return basis, Ragged.by_row(row, rows, values), total


def _fill(
    context: RunContext, values: dict[str, NDArray[Any]], basis: str, at: Any, spell: NDArray[np.intp],
    stated: NDArray[np.int64], plans: list[PlanTerms], needs_target: bool,
) -> None:  # fmt: skip
    """What some spells' targets are compared from under one basis; who has no value of it is reported."""
    people = context.people
    own = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}[basis]
    if basis == "ratio" and "base" in values:
        values["base"][at] = people.numbers["base_salary"][spell]
    asked = [("amount", own, "target_value")]
    if basis == "ote":
        asked.append(("base_share", "base_share", "base_share"))
    for name, what, default in asked:
        figure = people.numbers[what][spell]
        fallback = np.array([np.nan if (value := getattr(one, default)) is None else value for one in plans])
        figure = np.where(np.isnan(figure), fallback[stated], figure)
        if needs_target:
            for person in np.unique(people.person[spell[np.isnan(figure)]]).tolist():
                context.report(
                    int(person),
                    Issue(VALUE, f"{people.ids[person]} has no {what}, and plan {plans[0].plan_id} states"
                          " none",
                          context.roster_cell(int(person), what), None,
                          f"Fill {what} on the roster, or the plan's {default}."),
                )  # fmt: skip
        values[name][at] = np.nan_to_num(figure, nan=0.0)
