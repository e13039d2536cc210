"""Rules about results and goals that are not there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import listed
from csm_xl.pay.measures import MEASURES
from csm_xl.plan.employment import days_on_plans
from csm_xl.plan.idle_rows import Subject, goals_by_accounts
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.own_goals import goals_of
from csm_xl.plan.periods import Period


def told_elsewhere(view: View, measure: str) -> bool:
    """Whether accounts, or answers to surveys, give a measure where results are missing."""
    if measure in MEASURES and view.tables["accounts"].rows:
        return True
    return measure in set(view.tables["answers"].columns["measure"].tolist())


@rule("W601", "Give everyone goals for each period in which they are on the plan.", ("goals", "roster"))
def goals_missing(view: View) -> Iterator[Found]:
    """Missing goals for a period.

    Others have goals in the period, but these people have none: they cannot be paid, or never learned what
    counts.
    """
    table = view.tables["goals"]
    pairs = zip(table.columns["period"], table.columns["employee_id"], strict=True)
    known = {(period, person) for period, person in pairs}
    for one in view.components:
        for period in _periods(view, one, "goals") if one.pays_on == "goals" else ():
            lacking = [who for who in _paid(view, one, period) if (period.name, who) not in known]
            if lacking:
                said = f"{len(lacking)} on {one.plan_id} have no goals in {period.name}"
                yield _roster(view, lacking[0]), f"{said} for {one.component_id}: {listed(lacking, 5)}"


@rule(
    "W602",
    "Add the rows to results, with the goal and the actual (leave the actual blank until it is known).",
    ("results", "roster"),
)
def results_missing(view: View) -> Iterator[Found]:
    """Missing results for a period.

    The measure has no row for these people, their teams or the company, in a period in which others have one.
    """
    for one in view.components:
        if not of_result(one):
            continue
        measure, scope = str(one.values["measure"]), one.scope
        columns = view.tables["results"].columns
        rows = view.reached.get((measure, scope), [])
        known = {(columns["period"][row], columns["id"][row]) for row in rows}
        told = told_elsewhere(view, measure)
        for period in () if told else _periods(view, one, "results"):
            people = _paid(view, one, period)
            whose = _units(view, scope, people)
            lacking = [name for name in whose if (period.name, name) not in known]
            if lacking and len(lacking) < len(whose):
                said = f"{measure} has no result in {period.name} for {listed(lacking, 5)}"
                yield _roster(view, people[0]), f"{said}, and {one.component_id} of {one.plan_id} pays for it"


def of_result(one: ComponentTerms) -> bool:
    """Whether a component pays on one result of the person, the team or the company."""
    return "scope" in one.values and one.pays_on in ("results", None)


@rule("W603", "Enter the goal.", ("results",))
def no_goal(view: View) -> Iterator[Found]:
    """A result without its goal.

    Components paid by attainment need a goal; without one nothing can be paid.
    """
    table = view.tables["results"]
    known = goals_by_accounts(view.tables)
    subjects = list(zip(*(table.columns[name].tolist() for name in ("period", "scope", "id")), strict=True))
    for one in view.components:
        if one.pays_on != "results" or one.values.get("peer_group") or one.own_unit:
            continue
        rows = view.reached.get((one.values["measure"], one.scope), [])
        goals = goals_of(view.tables, rows)
        blank = [row for row, goal in zip(rows, goals.tolist(), strict=True) if np.isnan(goal)]
        if one.values["measure"] in MEASURES and known:
            actual = table.columns["actual"]
            blank = [row for row in blank if np.isnan(actual[row]) or _subject(subjects[row]) not in known]
        if blank:
            names = listed((f"{table.columns['id'][row]} {table.columns['period'][row]}" for row in blank), 5)
            said = f"{one.component_id} of {one.plan_id} is paid by attainment, and {one.values['measure']}"
            yield table.where(blank[0], "goal"), f"{said} has no goal for {names}"


@rule(
    "W625",
    "Give every opening account its goal of one measure, or enter the goal on results.",
    ("accounts", "roster"),
)
def goals_of_accounts(view: View) -> Iterator[Found]:
    """Account goals from which no retention goal can be calculated.

    The retention goal is the mean of the goals of all opening accounts. It is not known if some of them are
    blank, or if the column has goals of several measures. Nobody can be paid on it.
    """
    for issue in view.account_goals.wrong() if view.account_goals else ():
        yield issue.where, issue.message


@rule("W604", "Enter its results, or remove the component.", ("results",))
def never_measured(view: View) -> Iterator[Found]:
    """A measure without results.

    Other measures have results, but there are none under this name and scope.
    """
    for one in view.components:
        measure, scope = one.values.get("measure"), one.values.get("scope")
        told = told_elsewhere(view, str(measure))
        on = view.people.get(one.plan_id) or not view.tables["roster"].rows
        if of_result(one) and on and not told and (measure, scope) not in view.reached:
            said = f"{one.component_id} of {one.plan_id} pays for {measure} ({scope}), which has no results"
            yield view.at(one, "measure"), said


def _periods(view: View, one: ComponentTerms, table: str) -> list[Period]:
    """The pay periods of a component's plan in which a table has results."""
    named = set(view.tables[table].columns["period"].tolist())
    mine = (each for each in view.periods if each.kind == one.pay_cycle and each.name in named)
    return [each for each in mine if one.overlaps(each.start, each.end)]


def _paid(view: View, one: ComponentTerms, period: Period) -> list[str]:
    """The people on a component's plan in a period while the component is valid."""
    return [
        person
        for person in view.people.get(one.plan_id, ())
        if any(
            plan == one.plan_id and one.overlaps(first, last)
            for plan, first, last in days_on_plans(view.stays[person], period)
        )
    ]


def _units(view: View, scope: str, people: list[str]) -> list[str]:
    """IDs whose results count for the given people."""
    if scope == "company" or not people:
        return ["company"] if people else []
    if scope == "individual":
        return people
    roster = view.tables["roster"].columns
    teams = dict(zip(roster["employee_id"].tolist(), roster["team"].tolist(), strict=True))
    return [name for name in dict.fromkeys(teams[person] for person in people) if name]


def _subject(of: Subject) -> Subject:
    return (*of[:2], "") if of[1] == "company" else of


def _roster(view: View, person: str) -> str:
    return view.tables["roster"].where(view.on_roster[person], "employee_id")
