"""Rules about results and goals, and ratios entered as percentages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from csm_xl.analysis.lint.gates import (
    gates_far_from_all,
    gates_in_other_unit,
    measured_gates,
    ratios_at_gates_in_points,
)
from csm_xl.analysis.lint.odd_results import RATES, odd_results
from csm_xl.analysis.lint.people import MOST_RATIO
from csm_xl.analysis.lint.period_goals import MUCH, season_part
from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.tiers import MOST_RATE, counts, earns_money, pays_by_count
from csm_xl.analysis.lint.view import PERCENT, View
from csm_xl.plan.measures import (
    bounds_in_words,
    impossible,
    impossible_goal,
    is_rate,
    swings,
)
from csm_xl.plan.outliers import percent_apart
from csm_xl.plan.own_goals import POINTS
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table

OTHER_UNIT: Final = 8.0
"""How many times its highest point, or less than its lowest, a figure in another unit perhaps is."""
SURELY: Final = 50.0
"""From this factor on it surely is: even a week's part of a year's lowest point is more."""


@rule("E605", "Correct the result: 92% is 0.92. Enter net retention under its own measure.", ("results",))
def never_so(view: View) -> Iterator[Found]:
    """A result outside its measure's range.

    Gross retention, logo retention and satisfaction rates never exceed 100%; no retention or churn rate is
    below 0; NPS is between −100 and 100. The figure belongs to another measure (net retention), or is in
    another unit. A satisfaction goal above 1 means that another scale is used, such as 1 to 5. Retention
    goals cannot exceed 100% either, nor can the minimum of a gate.
    """
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    for measure, rows in grouped(table, "measure").items():
        for row in np.array(rows)[impossible(measure, goal[rows], actual[rows])].tolist():
            if not percent_apart(float(actual[row]), float(goal[row])):  # reported separately
                said = f"{measure} of {table.columns['id'][row]} is {actual[row]:,.6g}"
                yield table.where(row, "actual"), f"{said}: {bounds_in_words(measure)}", table.person(row)
        beyond = impossible_goal(measure, goal[rows]) & ~impossible(measure, goal[rows], actual[rows])
        for row in np.array(rows)[beyond].tolist():
            said = f"the goal of {measure} is {goal[row]:,.6g}"
            yield table.where(row, "goal"), f"{said}: {bounds_in_words(measure)}", table.person(row)
    for where, column, gate, _ in measured_gates(view):
        if not gate.at_most and impossible_goal(gate.measure, gate.minimum):
            yield where, f"{column} is {gate.minimum:,.6g}: {bounds_in_words(gate.measure)}"


@rule("W606", "Set goals independently of results.", ("results",))
def same_goal_as_actual(view: View) -> Iterator[Found]:
    """Every goal equals its actual.

    The goals were probably copied from the results, so that everyone is exactly at target (five rows or
    more).
    """
    table = view.tables["results"]
    for (measure, scope), rows in view.reached.items():
        actual, goal = table.columns["actual"][rows], table.columns["goal"][rows]
        if len(rows) >= 5 and (actual == goal).all():
            said = f"all {len(rows)} results of {measure} ({scope}) equal their goal"
            yield table.where(rows[0], "goal"), said


@rule(
    "W615",
    "Enter each one's actual. Swap the two headers, if the columns are swapped.",
    ("results",),
    at_pay=True,
)
def swapped(view: View) -> Iterator[Found]:
    """Everyone has the same actual, and most have a goal of their own.

    Usually one goal is set for many, and their actuals differ. Goal and actual are probably swapped (five or
    more people or teams in a period). If people are ranked, all of them would tie.
    """
    table = view.tables["results"]
    ranked = {one.values.get("measure") for one in view.components if one.values.get("peer_group")}
    for (measure, scope), rows in view.reached.items():
        of_period: dict[str, list[int]] = {}
        for row in rows:
            of_period.setdefault(str(table.columns["period"][row]), []).append(row)
        for period, its in of_period.items():
            actual, goal = table.columns["actual"][its], table.columns["goal"][its]
            if len(its) < 5 or not (actual == actual[0]).all():
                continue
            said = f"all {len(its)} actuals of {measure} ({scope}) in {period} are {actual[0]:,.10g}"
            if measure in ranked and scope == "individual":
                yield table.where(its[0], "actual"), f"{said}, and people are ranked by them"
            elif 2 * len(np.unique(goal[~np.isnan(goal)])) > len(its):
                yield table.where(its[0], "actual"), f"{said}, and the goals differ"


EVERYONE: Final = (0.35, 2.5)
"""Between these is a usual attainment, of bad and good periods; a quarter of a year's goal is below."""
FEW: Final = 4


@rule("W620", "Check whether goals and actuals cover the same days.", ("results",), at_pay=True)
def all_far_from_goal(view: View) -> Iterator[Found]:
    """Everyone is far from the goal.

    If the usual attainment of a period is below 35% or above 250% (four people or teams or more), goals may
    be for a year and actuals for a quarter, or the reverse. With fewer people, this is reported if none of
    them is within these bounds in any period. With a season, goals are annual, and each period has its share
    of the goal. Measures with ytd_latest are not checked; those with a ramp are not checked for high
    attainment.
    """
    table = view.tables["results"]
    latest, ramped = (
        {
            str(one.values["measure"])
            for one in view.components
            if one.pays_on == "results" and one.values.get(name) not in ("", None, *usual)
        }
        for name, usual in (("cumulative", ("discrete", "ytd_sum", "qtd_sum")), ("ramp_id", ()))
    )
    lowest, high = EVERYONE
    seasonal = {one.values.get("measure"): one for one in view.components if one.season is not None}
    for (measure, scope), rows in view.reached.items():
        if measure in latest or swings(measure) or is_rate(measure):
            continue
        low = 0.0 if measure in ramped else lowest
        with np.errstate(all="ignore"):
            reached = table.columns["actual"] / table.columns["goal"]
        for row in rows if measure in seasonal else ():
            reached[row] /= season_part(view, seasonal[measure], str(table.columns["period"][row]))
        mine = [row for row in rows if np.isfinite(reached[row])]
        known = set(mine)
        of_period = {period: [row for row in its if row in known]
                     for period, its in grouped(table, "period").items()}  # fmt: skip
        far = {f" in {period}": its for period, its in of_period.items()
               if len(its) >= FEW and not low <= np.median(reached[its]) <= high}  # fmt: skip
        few = len(mine) >= FEW > max(len(its) for its in of_period.values())
        if few and (reached[mine].max() < low or reached[mine].min() > high):
            far = {"": mine}
        for when, its in far.items():
            said = f"the usual attainment of {measure} ({scope}){when} is {np.median(reached[its]):.0%}"
            yield table.where(its[0], "goal"), f"{said}: are goals and actuals of the same days?"


@rule("E607", "Enter it as a ratio: 95% is 0.95.")
def percentages(view: View) -> Iterator[Found]:
    """A ratio entered as a percentage number.

    95 instead of 0.95 requires or pays a hundred times as much. No plan uses ratios of ten or more (including
    tier bounds on attainment), target ratios above twice the salary, or commission above the amount of the
    deal. A rate on small whole numbers, such as 25 per account counted by deals, is W609.
    """
    plans, tiers = view.tables["plans"], view.tables["tiers"]
    for row in _above(plans, "target_value", MOST_RATIO):
        if plans.columns["target_basis"][row] == "ratio":
            yield _typed(plans, row, "target_value")
    for name, (table_of, on) in view.book.parts["tiers"].items():
        for at, rate in enumerate(table_of.rate):
            if rate > MOST_RATE and not earns_money(view, name) and not counts(view, name):
                yield _typed(tiers, view.rows["tiers"][name][at], "rate")
            if on == "attainment" and table_of.start[at] > PERCENT:
                yield _typed(tiers, view.rows["tiers"][name][at], "from")
    components = view.tables["components"]
    for one in view.components:
        rate = one.values.get("rate")
        if rate is not None and rate > MOST_RATE and not pays_by_count(view, one):
            yield _typed(components, one.row, "rate")
    for cell in dict.fromkeys(gate.cell("minimum") for one in view.components for gate in one.gates
                              if gate.on == "attainment" and (gate.minimum or 0) > PERCENT):  # fmt: skip
        yield _typed(view.tables[cell[0]], *cell[1:])


@rule(
    "E608",
    "Enter goals and actuals of a measure in one unit, the same for everyone: 92% is 0.92.",
    ("results",),
)
def unlike_goal(view: View) -> Iterator[Found]:
    """A goal in a different unit than its actual or the measure's other goals.

    92 among goals of 0.92 is a percentage: that person would be at 1% or 10,000% of the goal. Retention goals
    are all of similar size, so 9.2% among goals of 92% lost a digit. A goal is in another unit if it is far
    from the others but its actual is not, or if the actual exceeds it fifty times. The minimum of a gate is
    in another unit if it differs from what is measured by a factor of a hundred (of three for retention), and
    the points of a curve on actuals if they differ from the actuals by a factor of fifty. Accounts and
    answers give measures in a unit of their own: a rate is a ratio, and NPS is in points.
    """
    yield from (found for found, sure in view.once(odd_results) if sure)
    yield from (found for found, sure in view.once(points_in_other_unit) if sure)
    for where, column, gate, usual in measured_gates(view):
        what = f"{column} is {gate.minimum:g}, and the actuals of {gate.measure} are about {usual:g}"
        far = usual > 0 and max(gate.minimum / usual, usual / gate.minimum) >= RATES
        if percent_apart(gate.minimum, usual):
            yield where, f"{what}: one of them is a percentage"
        elif is_rate(gate.measure) and far:
            yield where, f"{what}: does one of them lack a digit?"


@rule(
    "W621",
    "Enter the points of the curve in the unit of the actuals, or set on to attainment.",
    ("results",),
    at_pay=True,
)
def other_unit(view: View) -> Iterator[Found]:
    """Curve points in another unit than the actuals.

    Points of 90 to 120 pay nothing for actuals of 9, and everyone the maximum for 1,100: one of the two
    probably has a wrong digit or another unit. A factor of fifty or more is E608.
    """
    yield from (found for found, sure in view.once(points_in_other_unit) if not sure)


def points_in_other_unit(view: View) -> Iterator[tuple[Found, bool]]:
    """Curves on actuals whose points are in another unit than these, and whether that is sure."""
    actual, targets = view.tables["results"].columns["actual"], view.tables["targets"].columns
    for one in view.components:
        rows = view.reached.get((str(one.values.get("measure")), str(one.values.get("scope"))), [])
        typed = np.abs(actual[rows])[~np.isnan(actual[rows])] if one.own_unit and one.curve else np.zeros(0)
        points = [abs(point) for point in one.curve.attainment if point] if one.curve else []
        own = targets["component_id"] == one.component_id
        points += [abs(point) for name in POINTS for point in targets[name][own].tolist() if point > 0]
        if not len(typed) or not points or not (usual := float(np.median(typed))):
            continue
        if usual > OTHER_UNIT * max(points) or usual < min(points) / OTHER_UNIT:
            said = f"{one.component_id} of {one.plan_id} has points of {min(points):.12g} to"
            said += f" {max(points):.12g}, and the actuals of {one.values['measure']}"
            sure = usual >= SURELY * max(points) or usual <= min(points) / SURELY
            yield (view.at(one, "on"), f"{said} are about {usual:.12g}"), sure


@rule(
    "W610",
    "Check goal and actual: both must be in the same unit, with no digit missing or extra.",
    ("results",),
    at_pay=True,
)
def far_from_goal(view: View) -> Iterator[Found]:
    """An actual far from its goal.

    More than eight times the goal, or less than a twentieth, usually means another unit, or an extra or
    missing digit. Churn, NPS and small counts vary more, retention less. A retention of 0 was usually not
    measured: leave it blank, which also pays 0, and is shown as missing. A goal 4 times that of a person's
    other quarters, or 12 times that of the other months, may be annual. A goal that differs from a person's
    others by a factor of 8 may have an extra or missing digit, as may a retention goal 1.6 times the
    others'. So may the one goal of a person that is twice or half of all others while the actual is not, and
    a count of five times the goal where nobody else exceeds twice theirs. Three goals in a row that each grow
    by the first one may be for the year to date, as may actuals that are twice those of the period before for
    everybody. A gate on the actual should be within a factor of eight of what is measured, and not be missed
    by everybody by a factor of three; the minimum of one on attainment should be a ratio. An NPS of 0.41
    under a gate of 20 is a ratio. An actual that is the goal of all others is perhaps swapped with its own.
    """
    yield from (found for found, sure in view.once(odd_results) if not sure)
    yield from gates_in_other_unit(view)
    yield from dict.fromkeys(ratios_at_gates_in_points(view))
    said: set[str] = set()
    for where, column, gate, usual in measured_gates(view):
        far = usual > 0 and max(gate.minimum / usual, usual / gate.minimum) >= MUCH
        judged = is_rate(gate.measure) or swings(gate.measure) or percent_apart(gate.minimum, usual)
        if far and not judged:  # what is judged is E608, or differs by nature
            what = f"{column} is {gate.minimum:g}, and the actuals of {gate.measure} are about {usual:g}"
            said.add(where)
            yield where, f"{what}: has one of them a digit too many or too few?"
        elif percent_apart(gate.minimum, usual):
            said.add(where)  # E608
    yield from (found for found in gates_far_from_all(view) if found[0] not in said)


@rule("E614", "Use the method complement (2 − actual/goal), under which 0 is valid, or correct the actual.",
      ("results",), at_pay=False)  # fmt: skip
def nothing_divides(view: View) -> Iterator[Found]:
    """An actual of 0 where attainment is goal / actual.

    The period cannot be paid, since attainment would be a division by 0.
    """
    table = view.tables["results"]
    for one in view.components:
        if one.values.get("method") == "inverse" and one.values.get("direction") == "lower":
            for row in view.reached.get((one.values["measure"], one.scope), []):
                if table.columns["actual"][row] == 0:
                    who = f"{one.values['measure']} of {table.columns['id'][row]}"
                    said = f"{who} is 0, and {one.component_id} of {one.plan_id} pays by goal / actual"
                    yield table.where(row, "actual"), said


def _above(table: Table, column: str, bound: float) -> list[int]:
    values: Any = table.columns.get(column)
    return [] if values is None else np.flatnonzero(np.nan_to_num(values) > bound).tolist()


def _typed(table: Table, row: int, column: str) -> Found:
    value = float(table.columns[column][row])
    return table.where(row, column), f"{column} is {value:,.10g}, a ratio: it means {value:,.0%}"
