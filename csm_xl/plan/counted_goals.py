"""Whether goals, bounds and curve points are in the unit of a measure that nobody types: a rate of accounts,
or what answers to a survey amount to. There is no actual beside such a goal that would show another unit."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import Final

import numpy as np

from csm_xl.pay.measures import MEASURES
from csm_xl.plan.findings import Findings
from csm_xl.plan.idle_rows import Subject, goals_by_accounts, told_by_accounts
from csm_xl.plan.model import PlanBook
from csm_xl.plan.own_goals import POINTS, UNIT, own_goals
from csm_xl.plan.schema import TENFOLD
from csm_xl.plan.survey_answers import counted_as, subjects_of_answers
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import goals_used

_MOST_RATE: Final = {"NRR": 10.0}
"""What a rate never is, of net retention; of all others nothing above 1."""
Cell = tuple[Table, int, str]


def check_counted_goals(tables: Tables, book: PlanBook, periods_stand: bool, out: Findings) -> None:
    """Collect goals, gates and curve points in another unit than what accounts and answers give.

    periods_stand: whether the periods table has no error.
    A rate is a share: 92% is 0.92. NPS is in points from −100 to 100. Where actuals of a measure are typed in
    another unit, bounds that hold for all are perhaps in that one, and only the goals for which accounts or
    answers give the actual are judged.
    """
    given = _given(tables)
    if not given:
        return
    reported = set[tuple[str, int, str]]()
    for measure, (table, row, column), what in _figures(tables, book, set(given), periods_stand):
        value = table.value(row, column)
        if value is None or (table.schema.name, row, column) in reported:
            continue
        wrong, meant = _other_unit(measure, float(value))
        if wrong:
            reported.add((table.schema.name, row, column))
            out.error(table, row, column, f"{what} is {value:,.10g}, and {given[measure]} give {measure} as"
                      f" {wrong}", f"Type {meant}, if that is meant.", rule=UNIT)  # fmt: skip


def _given(tables: Tables) -> dict[str, str]:
    """Measure → what gives it where results have no actual."""
    found = dict.fromkeys(MEASURES, "accounts") if tables["accounts"].rows else {}
    answers = tables["answers"].columns["measure"].tolist()
    return found | {name: "answers" for name in dict.fromkeys(answers) if counted_as(name)}


def _other_unit(measure: str, value: float) -> tuple[str, str]:
    """In which unit the measure is, where the figure is in another, and what is meant by it."""
    if isnan(value):
        return "", ""
    if counted_as(measure) == "NPS":
        within = 0 < abs(value) <= 1
        return ("points from −100 to 100", f"{value * 100:,.10g}") if within else ("", "")
    most = _MOST_RATE.get(measure, 1.0)
    if value <= most:
        return "", ""
    percent = value <= 100 or measure in _MOST_RATE
    return "a share: 92% is 0.92", f"{value / 100:,.10g}" if percent and value > 5 else "the share"


def _figures(
    tables: Tables, book: PlanBook, given: set[str], periods_stand: bool
) -> Iterator[tuple[str, Cell, str]]:
    """Each figure that is compared with one of the measures: the measure, its cell, and what it is."""
    results, by_attainment = tables["results"], set[str]()
    shared = given - _typed_otherwise(tables, given)
    for terms in book.every_component():
        measure = str(terms.values.get("measure") or "")
        if measure in given and terms.pays_on == "results":
            if terms.values.get("on") != "actual":
                by_attainment.add(measure)
            elif measure in shared:
                curve = str(terms.values.get("curve_id") or "")
                yield from _points(tables, terms.component_id, measure, curve)
        for gate in terms.gates:
            if gate.measure in shared and gate.on == "actual":
                cell = (tables[gate.table], gate.row, gate.cell("minimum")[2])
                yield gate.measure, cell, f"the minimum of {gate.measure}"
            elif gate.measure in given and gate.on == "attainment":
                by_attainment.add(gate.measure)
    with_goals, compared = given & set(MEASURES), goals_by_accounts(tables)
    given_for = dict(_subjects(tables, book, periods_stand))
    names = ("measure", "period", "scope", "id", "actual")
    for row, (measure, period, scope, who, actual) in enumerate(
        zip(*(results.columns[name].tolist() for name in names), strict=True)
    ):
        subject = (period, scope, "" if scope == "company" else who)
        if measure in by_attainment and isnan(actual) and subject in given_for.get(measure, ()):
            yield measure, (results, row, "goal"), f"the goal of {who}"
        if measure in with_goals and isnan(results.columns["goal"][row]) and subject in compared:
            yield measure, (results, row, "actual"), f"the actual of {who}, whose accounts have goals,"
    yield from _of_accounts(tables, book)
    for (measure, _), rows in own_goals(tables).items():
        if measure in shared:
            yield from ((measure, (tables["targets"], row, "goal"), "the own goal") for row in rows)


def _of_accounts(tables: Tables, book: PlanBook) -> Iterator[tuple[str, Cell, str]]:
    """The goals of accounts; where they may be of net retention, which may be above 1, none is judged."""
    used = {measure for terms in book.every_component() for measure, _ in goals_used(terms)}
    measure = next((name for name in MEASURES if name in used), "")
    accounts = tables["accounts"]
    if measure and "NRR" not in used:
        # What is far above 1 is reported already.
        for row in np.flatnonzero(accounts.columns["goal"] <= TENFOLD).tolist():
            name = accounts.columns["account_id"][row]
            yield measure, (accounts, row, "goal"), f"the goal of account {name}"


def _typed_otherwise(tables: Tables, given: set[str]) -> set[str]:
    """The measures of which actuals are typed in another unit."""
    results = tables["results"].columns
    pairs = zip(results["measure"].tolist(), results["actual"].tolist(), strict=True)
    return {measure for measure, actual in pairs if measure in given and _other_unit(measure, actual)[0]}


def _subjects(tables: Tables, book: PlanBook, periods_stand: bool) -> Iterator[tuple[str, set[Subject]]]:
    """Measure → the subjects for which accounts or answers give it."""
    accounts = told_by_accounts(tables)
    yield from ((measure, accounts) for measure in MEASURES)
    if periods_stand:
        yield from subjects_of_answers(tables, book).items()


def _points(
    tables: Tables, component_id: str, measure: str, curve_id: str
) -> Iterator[tuple[str, Cell, str]]:
    """The highest point of a curve in the measure's own unit, and the points of people's own."""
    curves, targets = tables["curves"], tables["targets"]
    rows = [
        row for row, name in enumerate(curves.columns["curve_id"].tolist()) if curve_id and name == curve_id
    ]
    if rows:
        points = {row: float(curves.columns["attainment"][row]) for row in rows}
        least = [row for row in rows if points[row] > 0] or rows
        for row in (max(rows, key=points.__getitem__), min(least, key=points.__getitem__)):
            yield measure, (curves, row, "attainment"), f"a point of the curve {curve_id}"
    for row, name in enumerate(targets.columns["component_id"].tolist()):
        if name == component_id:
            yield from ((measure, (targets, row, column), f"the own {column}") for column in POINTS)
