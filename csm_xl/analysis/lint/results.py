"""Rules about results and goals, and about ratios that were typed as percentages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from csm_xl.analysis.lint.people import MOST_RATIO
from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import PERCENT, View
from csm_xl.plan.measures import is_share
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.names import listed
from csm_xl.plan.outliers import percent_apart, unlike_goals
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Table

FROM_ACCOUNTS: Final = ("GRR", "NRR", "LOGO")
"""What accounts tell where results do not."""
MOST_RATE: Final = 1.0
"""A commission above the whole amount of the deal."""
MOST_COUNTED: Final = 1000
"""Deals that hold how many accounts or seats were sold hold whole numbers up to this."""


@rule("W601", "Give everyone goals for each period in which they are on the plan.", ("goals", "roster"))
def goals_missing(view: View) -> Iterator[Found]:
    """Goals missing for a period.

    Others have goals in the period, these have none: they cannot be paid, or were never told what counts.
    """
    table = view.tables["goals"]
    pairs = zip(table.columns["period"], table.columns["employee_id"], strict=True)
    known = {(period, person) for period, person in pairs}
    for one in view.components:
        for period in _periods(view, one, "goals") if one.type == "goals" else ():
            lacking = [who for who in _paid(view, one, period) if (period.name, who) not in known]
            if lacking:
                said = f"{len(lacking)} on {one.plan_id} have no goals in {period.name}"
                yield _roster(view, lacking[0]), f"{said} for {one.component_id}: {listed(lacking, 5)}"


@rule(
    "W602", "Add the rows to results, with actual (blank: not measured yet) and goal.", ("results", "roster")
)
def results_missing(view: View) -> Iterator[Found]:
    """Results missing for a period.

    The measure has no row for these people, their teams or the company, in a period for which others do.
    """
    for one in view.components:
        if one.type != "metric":
            continue
        measure, scope = str(one.values["measure"]), str(one.values["scope"])
        columns = view.tables["results"].columns
        rows = view.reached.get((measure, scope), [])
        known = {(columns["period"][row], columns["id"][row]) for row in rows}
        told = measure in FROM_ACCOUNTS and view.tables["accounts"].rows > 0
        for period in () if told else _periods(view, one, "results"):
            people = _paid(view, one, period)
            whose = _units(view, scope, people)
            lacking = [name for name in whose if (period.name, name) not in known]
            if lacking and len(lacking) < len(whose):
                said = f"{measure} has no result in {period.name} for {listed(lacking, 5)}"
                yield _roster(view, people[0]), f"{said}, and {one.component_id} of {one.plan_id} pays for it"


@rule("W603", "Type the goal.", ("results",))
def no_goal(view: View) -> Iterator[Found]:
    """A result without its goal.

    What is paid by attainment is measured against a goal; without one nothing can be paid.
    """
    table = view.tables["results"]
    for one in view.components:
        if one.type != "metric" or one.values["peer_group"]:
            continue
        rows = view.reached.get((one.values["measure"], one.values["scope"]), [])
        blank = [row for row in rows if np.isnan(table.columns["goal"][row])]
        if blank:
            names = listed((f"{table.columns['id'][row]} {table.columns['period'][row]}" for row in blank), 5)
            said = f"{one.component_id} of {one.plan_id} is paid by attainment, and {one.values['measure']}"
            yield table.where(blank[0], "goal"), f"{said} has no goal for {names}"


@rule("W604", "Give its results, or remove the component.", ("results",))
def never_measured(view: View) -> Iterator[Found]:
    """A measure without any result.

    Other measures have results; of this one there are none, under this name and scope.
    """
    for one in view.components:
        measure, scope = one.values.get("measure"), one.values.get("scope")
        told = measure in FROM_ACCOUNTS and view.tables["accounts"].rows > 0
        on = view.people.get(one.plan_id) or not view.tables["roster"].rows
        if one.type == "metric" and on and not told and (measure, scope) not in view.reached:
            said = f"{one.component_id} of {one.plan_id} pays for {measure} ({scope}), and results have none"
            yield view.at(one, "measure"), said


@rule("W605", "Mend the result: 92% is 0.92.", ("results",))
def above_one(view: View) -> Iterator[Found]:
    """A share of a whole above 1.

    Gross retention, logo retention and satisfied answers cannot exceed 100%: the figure is another
    measure (net retention), or a percentage typed as a number.
    """
    table = view.tables["results"]
    for row, measure in enumerate(table.columns["measure"].tolist()):
        actual, goal = table.columns["actual"][row], table.columns["goal"][row]
        # A goal above 1 says that the measure is on another scale, such as satisfaction from 1 to 5.
        if is_share(measure) and actual > 1 and not goal > 1:
            yield table.where(row, "actual"), f"{measure} of {table.columns['id'][row]} is {actual:.4g}"


@rule("W606", "Set goals apart from last period's result.", ("results",))
def same_goal_as_actual(view: View) -> Iterator[Found]:
    """Every goal equals its result.

    Goals were filled in from the results, so that everyone is exactly at target (five rows or more).
    """
    table = view.tables["results"]
    for (measure, scope), rows in view.reached.items():
        actual, goal = table.columns["actual"][rows], table.columns["goal"][rows]
        if len(rows) >= 5 and (actual == goal).all():
            said = f"all {len(rows)} results of {measure} ({scope}) equal their goal"
            yield table.where(rows[0], "goal"), said


@rule("E607", "Type it as a ratio: 95% is 0.95.")
def percentages(view: View) -> Iterator[Found]:
    """A ratio typed as a percent number.

    95 in place of 0.95 asks for, or pays, ninety-five times as much. No plan uses ratios of ten and more,
    target ratios above twice the salary, or commission above the amount of the deal. A rate on small whole
    numbers, such as 25 for each of the accounts that deals count, is W609.
    """
    plans, tiers = view.tables["plans"], view.tables["tiers"]
    for row in _above(plans, "target_value", MOST_RATIO):
        if plans.columns["target_basis"][row] == "ratio":
            yield _typed(plans, row, "target_value")
    for name, (table_of, _) in view.book.parts["tiers"].items():
        for at, rate in enumerate(table_of.rate):
            if table_of.mode != "interpolated" and rate > MOST_RATE and not _counts(view, name):
                yield _typed(tiers, view.rows["tiers"][name][at], "rate")
    components = view.tables["components"]
    for one in view.components:
        rate = one.values.get("rate")
        if rate is not None and rate > MOST_RATE and not _pays_by_count(view, one):
            yield _typed(components, one.row, "rate")
        on_attainment = one.values.get("gate_on") == "attainment"
        if on_attainment and one.values["gate_minimum"] is not None and one.values["gate_minimum"] > PERCENT:
            yield _typed(components, one.row, "gate_minimum")


@rule(
    "E608", "Type goal and actual of a measure in one unit, the same for everyone: 92% is 0.92.", ("results",)
)
def unlike_goal(view: View) -> Iterator[Found]:
    """A goal in another unit than the others of its measure, or than its actual.

    92 beside 0.92 is a percentage: whoever has it reaches a hundredth of the goal, or a hundred times.
    """
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    said: set[int] = set()
    for rows in view.reached.values():
        for at, what in unlike_goals(goal[rows]):
            said.add(rows[at])
            yield table.where(rows[at], "goal"), what, table.person(rows[at])
    for row in np.flatnonzero((actual > 0) & (goal > 0)).tolist():
        if row not in said and percent_apart(float(actual[row]), float(goal[row])):
            what = f"the actual is {actual[row]:g} and the goal {goal[row]:g}: one of them is a percentage"
            yield table.where(row, "goal"), what, table.person(row)


@rule("W609", "Nothing, if deals count accounts or seats; else type the rate as a ratio: 5% is 0.05.")
def rate_by_count(view: View) -> Iterator[Found]:
    """A rate above 1 on amounts that are small whole numbers.

    Deals that hold how many accounts or seats were sold, at so much each, are paid so; deals in thousands
    of money with a rate typed as a percentage would look the same.
    """
    tiers, components = view.tables["tiers"], view.tables["components"]
    small = "and every amount that it pays on is a whole number up to 1,000"
    for name, (table_of, _) in view.book.parts["tiers"].items():
        for at, rate in enumerate(table_of.rate):
            if table_of.mode != "interpolated" and rate > MOST_RATE and _counts(view, name):
                yield (
                    tiers.where(view.rows["tiers"][name][at], "rate"),
                    f"a rate of {name} is {rate:g}, {small}",
                )
    for one in view.components:
        rate = one.values.get("rate")
        if rate is not None and rate > MOST_RATE and _pays_by_count(view, one):
            yield components.where(one.row, "rate"), f"the rate of {one.component_id} is {rate:g}, {small}"


def _counts(view: View, tier_id: str) -> bool:
    """Whether all that a tier table pays on is counted."""
    users = [one for one in view.components if one.values.get("tier_id") == tier_id]
    return bool(users) and all(_pays_by_count(view, one) for one in users)


def _pays_by_count(view: View, one: ComponentTerms) -> bool:
    """Whether the deals that a component pays on hold counts: whole numbers up to a thousand."""
    deals = view.tables["deals"]
    kinds = one.values.get("deal_kinds") or ()
    rows = [row for row in range(deals.rows) if not kinds or deals.columns["kind"][row] in kinds]
    amounts = np.abs(deals.columns["amount"][rows])
    return bool(rows) and bool(((amounts <= MOST_COUNTED) & (amounts == np.floor(amounts))).all())


def _above(table: Table, column: str, bound: float) -> list[int]:
    values: Any = table.columns.get(column)
    return [] if values is None else np.flatnonzero(np.nan_to_num(values) > bound).tolist()


def _typed(table: Table, row: int, column: str) -> Found:
    value = float(table.columns[column][row])
    return table.where(row, column), f"{column} is {value:g}, a ratio: it means {value:.0%}"


def _periods(view: View, one: ComponentTerms, table: str) -> list[Period]:
    """The pay periods of a component's plan that a table of what was reached speaks of."""
    kind = view.book.versions(one.plan_id)[0].pay_period
    named = set(view.tables[table].columns["period"].tolist())
    return [each for each in view.periods
            if each.kind == kind and each.name in named and one.overlaps(each.start, each.end)]  # fmt: skip


def _paid(view: View, one: ComponentTerms, period: Period) -> list[str]:
    """Who is on a component's plan in a period while it is valid."""
    return [
        person
        for person in view.people.get(one.plan_id, ())
        if any(
            stay.plan_id == one.plan_id
            and one.overlaps(max(stay.first, period.start), min(stay.last, period.end))
            for stay in view.stays[person]
            if stay.first <= period.end and period.start <= stay.last
        )
    ]


def _units(view: View, scope: str, people: list[str]) -> list[str]:
    """Whose results count for some people."""
    if scope == "company" or not people:
        return ["company"] if people else []
    if scope == "individual":
        return people
    roster = view.tables["roster"].columns
    teams = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    return [name for name in dict.fromkeys(teams[person] for person in people) if name]


def _roster(view: View, person: str) -> str:
    return view.tables["roster"].where(view.on_roster[person], "employee_id")
