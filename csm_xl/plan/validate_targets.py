"""Whether what people have of their own of a component fits it, and their weights sum to 1."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.pay.rounding import exact
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER, Stay
from csm_xl.plan.findings import Findings, shown_day, summed
from csm_xl.plan.model import ComponentTerms, PlanBook, plan_book
from csm_xl.plan.outliers import OTHER_UNIT, percent_apart
from csm_xl.plan.own_goals import POINTS, RATE, STATED, UNIT
from csm_xl.plan.parts import grouped, part_faults
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import goal_measure, tier_source

_FAR: Final = 8.0
"""A goal this many times the usual one may have a digit too many."""


def check_targets(
    tables: Tables, where_on: Mapping[str, list[Stay]], periods_stand: bool, out: Findings
) -> None:
    """Collect own weights, goals and points that nothing uses, or that cannot be; days on which a person's
    weights do not sum to 1.

    where_on: everybody's stays. periods_stand: whether the periods table has no error.
    """
    table = tables["targets"]
    if not table.rows:
        return
    whole = not part_faults(tables)
    book = plan_book(tables) if whole else None
    if book is None:
        return  # what is wrong with curves is said already
    calendar = Calendar(tables["periods"]) if periods_stand else None
    usual = _UsualGoals(tables)
    for (who, name), rows in grouped(table, "employee_id", "component_id").items():
        if stays := where_on.get(who):
            _check_person(usual, book, calendar, stays, name, rows, out)
    for who, rows in grouped(table, "employee_id").items():
        weighted = [row for row in rows if table.value(row, "weight") is not None]
        if weighted and (stays := where_on.get(who)):
            _check_weights(tables, book, stays, weighted, out)


_LONGER: Final = {"month": (3.0, "a quarter's"), "quarter": (4.0, "a year's")}
"""Pay period → how many of them the next longer one has, whose goal is typed by mistake."""
_A_SUM: Final = 1000.0
"""Goals from this on are sums, of which a month or a quarter has a part."""


class _UsualGoals:
    """What the goals of a component usually are: those of its measure on results, and people's own."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._known: dict[tuple[str, str, str], list[float]] = {}

    def but(self, row: int, terms: ComponentTerms) -> float | None:
        """The median of all goals but the one of a row of targets; None where there is no other."""
        measure, scope = goal_measure(terms.values)
        if terms.pays_on == "results":
            measure, scope = str(terms.values["measure"]), terms.scope
        key = (terms.component_id, measure, scope)
        if key not in self._known:
            self._known[key] = self._goals(*key)
        every, own = self._known[key], float(self.tables["targets"].columns["goal"][row])
        left, out = len(every), len(every)
        if own > 0:
            left, out = left - 1, bisect_left(every, own)
        if not left:
            return None
        middle = [every[at + (at >= out)] for at in ((left - 1) // 2, left // 2)]
        return sum(middle) / 2

    def _goals(self, component_id: str, measure: str, scope: str) -> list[float]:
        results, targets = self.tables["results"].columns, self.tables["targets"].columns
        typed = results["goal"][(results["measure"] == measure) & (results["scope"] == scope)].tolist()
        typed += targets["goal"][targets["component_id"] == component_id].tolist()
        return sorted(goal for goal in typed if goal > 0)


def _check_person(
    usual: _UsualGoals, book: PlanBook, calendar: Calendar | None, stays: Sequence[Stay], name: str,
    rows: Sequence[int], out: Findings,
) -> None:  # fmt: skip
    """One person's rows about one component."""
    tables = usual.tables
    table = tables["targets"]
    who, plans = stays[0].employee_id, dict.fromkeys(stay.plan_id for stay in stays)
    every = [terms for plan in plans for terms in book.overlapping(plan, 0, FOREVER)]
    if name not in {terms.component_id for terms in every}:
        what = f"{who} is never on a plan with the component {name}: the plans are {listed(plans)}"
        out.error(table, rows[0], "component_id", what, "Name a component of the person's plan.", NOT_FOUND)
        return
    for row in rows:
        stated = [column for column in STATED if table.value(row, column) is not None]
        if not stated:
            out.error(table, row, "component_id", f"the row sets nothing for {who}'s {name}",
                      "Type a weight, a goal or points; or remove the row.")  # fmt: skip
        if table.columns["from"][row] > stays[-1].last:
            what = f"{who} leaves before this day, on {shown_day(stays[-1].last)}"
            out.warning(table, row, "from", what, "Correct the date, or remove the row.")
            continue
        used = [_check_column(usual, book, stays, name, rows, row, column, out) for column in stated]
        dated = bool(table.columns["from"][row]) and not {*POINTS, RATE}.isdisjoint(stated)
        if calendar is not None and dated and any(used):
            _check_day(table, row, calendar, every[-1].pay_cycle, out)
    _check_points(table, book, stays, name, rows, out)


def _check_column(
    usual: _UsualGoals, book: PlanBook, stays: Sequence[Stay], name: str, rows: Sequence[int], row: int,
    column: str, out: Findings,
) -> bool:  # fmt: skip
    """Whether what a row states of a component is used on any day."""
    table, who = usual.tables["targets"], stays[0].employee_id
    versions = _in_effect(book, stays, name, *_span(table, rows, row, column))
    if not versions:
        what = f"{who} is not on a plan with {name} on the days of this {column}, so it has no effect"
        out.warning(table, row, column, what, "Correct the days, or remove the row.")
        return False
    reasons = [_unused(terms, column) for terms in versions]
    if all(reasons):
        out.error(table, row, column, f"{who}'s {column} of {name} is not used: {reasons[0]}", "Clear it.")
        return False
    if column not in ("weight", RATE):
        _check_figure(usual, row, column, versions[-1], out)
    return True


def _span(table: Table, rows: Sequence[int], row: int, column: str) -> tuple[int, int]:
    """The days on which what a row states counts: to the day before another row states it."""
    begins = int(table.columns["from"][row])
    later = [
        int(table.columns["from"][other])
        for other in rows
        if table.value(other, column) is not None and table.columns["from"][other] > begins
    ]
    return begins, min(later, default=FOREVER + 1) - 1


def _in_effect(
    book: PlanBook, stays: Sequence[Stay], name: str, first: int, last: int
) -> list[ComponentTerms]:
    """The versions of a component that are in effect on any of somebody's days from first to last."""
    found: dict[int, ComponentTerms] = {}
    for stay in stays:
        begin, end = max(first, stay.first), min(last, stay.last)
        if begin <= end:
            for terms in book.overlapping(stay.plan_id, begin, end):
                if terms.component_id == name:
                    found[terms.row] = terms
    return list(found.values())


def _check_figure(goals: _UsualGoals, row: int, column: str, terms: ComponentTerms, out: Findings) -> None:
    """A goal or a point that is not above 0, or is in another unit than those of the others."""
    table = goals.tables["targets"]
    value = table.value(row, column)
    whose = f"{table.columns['employee_id'][row]}'s {column} of {terms.component_id}"
    if terms.own_unit:
        points = dict(zip(POINTS, terms.curve.three_points() if terms.curve else (None,) * 3, strict=True))
        usual, other = points[column], "the plan's"
    else:
        usual, other = goals.but(row, terms), "the goal of the others about"
        if value <= 0:
            out.error(table, row, "goal", f"{whose} is zero or negative", "Type a goal above 0.")
            return
    if not usual or usual <= 0 or value <= 0:
        return
    far, what = max(value / usual, usual / value), f"{whose} is {value:,.10g}, and {other} {usual:,.10g}"
    if percent_apart(value, usual) or far >= OTHER_UNIT:
        out.error(table, row, column, f"{what}: one of them is in another unit", "Type both in one unit.",
                  rule=UNIT)  # fmt: skip
    elif far >= _FAR:
        out.warning(table, row, column, what, "Correct it, unless it is meant.",
                    kind="own goals are far from those of the others")  # fmt: skip
    elif usual >= _A_SUM and terms.season is None and not terms.own_unit and terms.pay_cycle in _LONGER:
        part, span = _LONGER[terms.pay_cycle]
        if value == part * usual:
            out.warning(table, row, column, f"{what}: is it {span}?",
                        "The goal is of one pay period. None needed if it is.",
                        kind="own goals are exact multiples of those of the others")  # fmt: skip


def _unused(terms: ComponentTerms, column: str) -> str:
    """Why a component does not use a person's own figure; blank where it does."""
    if column == "weight":
        return "" if "weight" in terms.values else f"a {terms.type} is not paid from the target incentive"
    if column == RATE:
        return "" if "part_period" in terms.values else f"a {terms.type} has no rate of a person's own"
    by_points = terms.own_unit and terms.curve is not None
    if column != "goal":
        return "" if by_points else "it pays by no curve in the measure's own unit (on=actual)"
    if terms.pays_on == "results":
        if terms.values.get("peer_group"):
            return "it ranks people among their peers, and has no goal"
        return (
            "" if by_points or not terms.own_unit else "it is paid on the actual, without a curve of its own"
        )
    quota = terms.tiers_on == "attainment" and terms.tiers is not None
    if quota and tier_source(terms.values) != "results":
        return ""
    return (
        "no tiers on attainment pay it"
        if terms.tiers is not None or terms.values.get("rate")
        else (f"a {terms.type} has no goal")
    )


def _check_day(table: Table, row: int, calendar: Calendar, kind: str, out: Findings) -> None:
    """A goal, points and a rate hold for a whole pay period: those of the last day on the plan."""
    begins = int(table.columns["from"][row])
    period = next(iter(calendar.holding(kind, begins, begins)), None)
    if period is not None and begins != period.start:
        rated = table.value(row, RATE) is not None
        held = "rate of its last day counts" if rated else "goal and the points of its last day count"
        what = f"{shown_day(begins)} is inside {period.name}: the {held} for the whole period"
        kinds = f"own {'rates' if rated else 'goals'} begin inside a pay period"
        out.warning(table, row, "from", what, "None needed if this is intended.", severity="note", kind=kinds)


def _check_points(
    table: Table, book: PlanBook, stays: Sequence[Stay], name: str, rows: Sequence[int], out: Findings
) -> None:
    """The points that hold from each of the days on must be in order, on the curve of each version."""
    held: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: int(table.columns["from"][row])):
        stated = {column: table.value(row, column) for column in POINTS}
        stated = {column: value for column, value in stated.items() if value is not None}
        held |= stated
        spans = [_span(table, rows, row, column) for column in stated]
        for terms in _in_effect(book, stays, name, *max(spans)) if spans else []:
            if not terms.own_unit or terms.curve is None:
                continue
            try:
                terms.curve.with_points(**held)
            except CsmError as error:
                for issue in error.issues:
                    column = issue.where if issue.where in stated else next(iter(stated))
                    what = f"{table.columns['employee_id'][row]}'s {name}: {issue.message}"
                    out.error(table, row, column, f"{what} (curve {terms.values['curve_id']})", issue.hint)
                break


def _check_weights(
    tables: Tables, book: PlanBook, stays: Sequence[Stay], rows: Sequence[int], out: Findings
) -> None:
    """Their weights sum to 1 on each day on which one of them, or the plan, changes."""
    table, said = tables["targets"], False
    for day, plan in _days(book, stays, table, rows):
        own: dict[str, tuple[int, int]] = {}
        for row in rows:
            begins, name = int(table.columns["from"][row]), str(table.columns["component_id"][row])
            if begins <= day and begins >= own.get(name, (-1, -1))[0]:
                own[name] = (begins, row)
        based = [one for one in book.components(plan, day) if "weight" in one.values]
        used = [own[one.component_id][1] for one in based if one.component_id in own]
        if not used or said:
            continue
        weights = {
            one.component_id: float(table.columns["weight"][own[one.component_id][1]])
            if one.component_id in own else float(one.values["weight"]) for one in based
        }  # fmt: skip
        total = summed(exact(list(weights.values())))
        if total != 1:
            parts = listed(f"{name} {weight:g}" for name, weight in weights.items())
            what = f"{stays[0].employee_id}'s weights sum to {float(total):.9g} from {shown_day(day)} on"
            hint = (
                "Give the person's other components weights of their own, so that all sum to 1 on every day."
            )
            out.error(table, used[0], "weight", f"{what} ({parts})", hint, got=float(total))
            said = True


def _days(
    book: PlanBook, stays: Sequence[Stay], table: Table, rows: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """The days on which a person's weights may change, in time, each with the plan."""
    for stay in stays:
        terms = book.overlapping(stay.plan_id, stay.first, stay.last)
        days = {stay.first, *(int(table.columns["from"][row]) for row in rows)}
        days |= {one.valid_from for one in terms if one.valid_from}
        days |= {one.valid_to + 1 for one in terms if one.valid_to is not None}
        yield from ((day, stay.plan_id) for day in sorted(days) if stay.first <= day <= stay.last)
