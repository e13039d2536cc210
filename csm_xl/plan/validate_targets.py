"""Whether what people have of their own of a component fits it, and their weights sum to 1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.pay.rounding import exact
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import Stay
from csm_xl.plan.findings import Findings, shown_day, summed
from csm_xl.plan.model import ComponentTerms, PlanBook
from csm_xl.plan.parts import grouped, part_faults
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import tier_source

STATED: Final = ("weight", "goal", "threshold", "maximum")
_POINTS: Final = ("threshold", "goal", "maximum")


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
    book = PlanBook(tables) if whole else None
    if book is None:
        return  # what is wrong with curves is said already
    calendar = Calendar(tables["periods"]) if periods_stand else None
    for (who, name), rows in grouped(table, "employee_id", "component_id").items():
        if stays := where_on.get(who):
            _check_person(tables, book, calendar, stays, name, rows, out)
    for who, rows in grouped(table, "employee_id").items():
        weighted = [row for row in rows if table.value(row, "weight") is not None]
        if weighted and (stays := where_on.get(who)):
            _check_weights(tables, book, stays, weighted, out)


def _check_person(
    tables: Tables, book: PlanBook, calendar: Calendar | None, stays: Sequence[Stay], name: str,
    rows: Sequence[int], out: Findings,
) -> None:  # fmt: skip
    """One person's rows about one component."""
    table = tables["targets"]
    who = stays[0].employee_id
    versions = [
        terms for plan in dict.fromkeys(stay.plan_id for stay in stays)
        for terms in book.overlapping(plan, stays[0].first, stays[-1].last) if terms.component_id == name
    ]  # fmt: skip
    if not versions:
        plans = listed(dict.fromkeys(stay.plan_id for stay in stays))
        what = f"{who} is never on a plan with the component {name}: the plans are {plans}"
        out.error(table, rows[0], "component_id", what, "Name a component of the person's plan.", NOT_FOUND)
        return
    for row in rows:
        stated = [column for column in STATED if table.value(row, column) is not None]
        if not stated:
            out.error(table, row, "component_id", f"the row says nothing of {who}'s {name}",
                      "Type a weight, a goal or points; or remove the row.")  # fmt: skip
        for column in stated:
            if reason := next((why for terms in versions if (why := _unused(terms, column))), ""):
                out.error(table, row, column, f"{who}'s {column} of {name} is not used: {reason}",
                          "Clear it.")  # fmt: skip
        begins = int(table.columns["from"][row])
        if begins > stays[-1].last:
            what = f"{who} leaves before this day, on {shown_day(stays[-1].last)}"
            out.warning(table, row, "from", what, "Correct the date, or remove the row.")
        elif calendar is not None and begins and {"goal", "threshold", "maximum"}.intersection(stated):
            _check_day(table, row, calendar, versions[-1].pay_cycle, out)
        goal = table.value(row, "goal")
        if goal is not None and goal <= 0 and not versions[-1].own_unit:
            out.error(
                table, row, "goal", f"{who}'s goal of {name} is zero or negative", "Type a goal above 0."
            )
    _check_points(table, versions[-1], rows, out)


def _unused(terms: ComponentTerms, column: str) -> str:
    """Why a component does not use a person's own figure; blank where it does."""
    if column == "weight":
        return "" if "weight" in terms.values else f"a {terms.type} is not paid from the target incentive"
    by_points = terms.own_unit and terms.curve is not None
    if column != "goal":
        return "" if by_points else "it pays by no curve in the measure's own unit (on=actual)"
    if terms.type == "metric":
        if terms.values.get("peer_group"):
            return "it ranks people among their peers, and has no goal"
        return "" if by_points or not terms.own_unit else "its matrix is in the measures' own units"
    quota = terms.tiers_on == "attainment" and terms.tiers is not None
    if quota and tier_source(terms.values) != "results":
        return ""
    return (
        "no tiers on attainment pay it"
        if terms.tiers is not None or terms.values.get("rate")
        else (f"a {terms.type} has no goal")
    )


def _check_day(table: Table, row: int, calendar: Calendar, kind: str, out: Findings) -> None:
    """A goal and points hold for a whole pay period: those of the last day on the plan."""
    begins = int(table.columns["from"][row])
    period = next(iter(calendar.holding(kind, begins, begins)), None)
    if period is not None and begins != period.start:
        what = f"{shown_day(begins)} is inside {period.name}: the goal and the points of its last day count"
        out.warning(table, row, "from", f"{what} for all of it", "None needed if this is intended.",
                    severity="note", kind="own goals begin inside a pay period")  # fmt: skip


def _check_points(table: Table, terms: ComponentTerms, rows: Sequence[int], out: Findings) -> None:
    """The points that hold from each of the days on must be in order."""
    if not (terms.own_unit and terms.curve is not None):
        return
    held: dict[str, float] = {}
    for row in sorted(rows, key=lambda row: int(table.columns["from"][row])):
        stated = {name: table.value(row, name) for name in _POINTS if table.value(row, name) is not None}
        held |= stated
        if not stated:
            continue
        try:
            terms.curve.with_points(**held)
        except CsmError as error:
            for issue in error.issues:
                column = issue.where if issue.where in stated else next(iter(stated))
                what = f"{table.columns['employee_id'][row]}'s {terms.component_id}: {issue.message}"
                out.error(table, row, column, f"{what} (curve {terms.values['curve_id']})", issue.hint)


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
