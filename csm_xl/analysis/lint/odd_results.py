"""Goals and actuals that are far from each other, or from those of other people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found
from csm_xl.analysis.lint.view import View
from csm_xl.errors import CsmError, listed
from csm_xl.pay.rounding import Array
from csm_xl.plan.measures import is_churn, is_points, is_rate, is_satisfaction, may_be_negative, swings
from csm_xl.plan.outliers import (
    ENOUGH,
    THE_OTHERS,
    far,
    medians_of_others,
    percent_apart,
    times,
    unlike_goals,
    unlike_the_rest,
)
from csm_xl.plan.periods import SHARES

RATES: Final = 3.0
"""Goals of one retention or satisfaction measure differ by less than this factor."""
AT_GOAL: Final = (1 / 6, 6.0)
"""Within these attainments a goal is in the unit of its actual, however far it is from other goals."""
RATE_REACHED: Final = 4.0
REACHED: Final = 50.0
"""Nobody reaches this many times a retention goal, or a goal of any other measure."""
MUCH: Final = 8.0
MUCH_OF_FEW: Final = 20.0
LITTLE: Final = 0.05
LITTLE_CHURN: Final = 0.02
LITTLE_RATE: Final = 1 / 6
"""Attainments beyond these are worth checking; for small counts, churn and NPS only beyond the second."""
PARTS: Final = ("month", "quarter")
"""Pay periods whose goal of a sum is a part of the year's."""
ALIKE: Final = 2.0
"""A person's goals of two months or quarters differ by less than this factor, or vary by plan."""
IN_A_ROW: Final = 3
"""From so many goals on, it is no chance that each adds the first one."""
RARE_RATE: Final = 1.6
"""Goals of retention or satisfaction differ by a tenth, or two."""
MUCH_OF_A_YEAR: Final = 0.8
"""From this attainment on, a large goal was meant for its own period."""
FEW_COUNTED: Final = 20
"""Goals up to this may be small counts."""
HALF_WAY: Final = 0.5
"""Where everybody else reaches as much of the goal, nobody is at 0."""
STEPS: Final = 5.0
"""The highest step of the usual scale of satisfaction."""
FEW_ALONE: Final = 3
"""From so many results without goals on, one is compared with the others."""
SAME: Final = 0.001
"""Goals that are a third of others are typed to whole units."""
A_SUM: Final = 1000.0
"""Goals from this on are sums, of which a quarter has a part."""


def odd_results(view: View) -> Iterator[tuple[Found, bool]]:
    """Unusual goals and actuals, and whether each stops the payment."""
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    for measure, rows in _comparable(view):
        yield from ((one, False) for one in _odd_alone(view, measure, rows))
        filled = [row for row in rows if goal[row] > 0]
        goals = goal[filled]
        said = dict(unlike_goals(goals))
        bound = RATES if is_rate(measure) else far(goals)
        apart = _unlike_attainments(measure, goals, actual[filled]) | _alone_at_zero(
            measure, goals, actual[filled]
        )
        alone = unlike_the_rest(goals)
        annual = {} if is_rate(measure) else _goals_of_a_year(view, filled)
        for at, (row, usual) in enumerate(zip(filled, medians_of_others(goals).tolist(), strict=True)):
            asked, reached = float(goal[row]), float(actual[row])
            unlike = said.get(at) or _in_two_units(measure, asked, reached)
            odd = ""
            if is_rate(measure) and not swings(measure) and max(asked / usual, usual / asked) >= RARE_RATE:
                odd = f"the goal {asked:,.10g} is {times(asked, usual, THE_OTHERS)}"
            if not unlike and (max(asked / usual, usual / asked) >= bound or alone[at]):
                what = f"the goal {asked:,.10g} is {times(asked, usual, THE_OTHERS)}"
                if is_rate(measure) or not AT_GOAL[0] < reached / asked < AT_GOAL[1]:
                    beside = "" if np.isnan(reached) else f", and the actual is {reached:,.10g}"
                    surely = max(asked / usual, usual / asked) >= bound and (beside or is_rate(measure))
                    unlike, odd = (what + beside, "") if surely else ("", what)
            if unlike:
                yield (table.where(row, "goal"), unlike, table.person(row)), True
            elif odd := annual.get(row) or odd or _far_apart(measure, asked, reached) or apart.get(at, ""):
                column = "goal" if reached else "actual"
                yield (table.where(row, column), odd, table.person(row)), False


def _may_be_negative(view: View, measure: str) -> bool:
    """Whether its name says so, or a curve in its own unit has a point at 0 or below."""
    if may_be_negative(measure):
        return True
    own = (one for one in view.components if one.own_unit and one.values.get("measure") == measure)
    return any(one.curve is not None and min(one.curve.attainment) <= 0 for one in own)


def _odd_alone(view: View, measure: str, rows: list[int]) -> Iterator[Found]:
    """Actuals without a goal, such as points or hours, that are far from those of all others."""
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    mine = [row for row in rows if np.isnan(goal[row]) and actual[row] > 0]
    below = [row for row in rows if np.isnan(goal[row]) and actual[row] < 0]
    if len(mine) + len(below) < FEW_ALONE or swings(measure):
        return
    for row in below if len(below) == 1 and not _may_be_negative(view, measure) else ():
        what = f"the actual {actual[row]:,.10g} is below 0, and those of all others are above"
        yield table.where(row, "actual"), what, table.person(row)
    if len(mine) < FEW_ALONE:
        return
    values = actual[mine]
    least, next_least, next_most, most = np.sort(values)[[0, 1, -2, -1]].tolist()
    for row, usual in zip(mine, medians_of_others(values).tolist(), strict=True):
        value = float(actual[row])
        lowest, highest = next_least if value == least else least, next_most if value == most else most
        far_off = MUCH if highest <= ALIKE * lowest else MUCH_OF_FEW
        if max(value / usual, usual / value) >= far_off:
            what = f"the actual {value:,.10g} is {times(value, usual, THE_OTHERS)}"
            yield table.where(row, "actual"), what, table.person(row)


def _unlike_attainments(measure: str, goals: Array, actuals: Array) -> dict[int, str]:
    """Which of some rows reach a part of their goal that those of the others do not let expect, and why."""
    rows = np.flatnonzero(np.nan_to_num(actuals) > 0)
    if swings(measure) or is_rate(measure):
        return {}
    reached = actuals[rows] / goals[rows]
    others = medians_of_others(reached)
    return {
        int(
            rows[at]
        ): f"the actual {actuals[rows[at]]:,.10g} is {reached[at]:.0%} of the goal, and {THE_OTHERS} is"
        f" {others[at]:.0%}"
        for at in np.flatnonzero(unlike_the_rest(reached)).tolist()
    }


def _alone_at_zero(measure: str, goals: Array, actuals: Array) -> dict[int, str]:
    """Which of some rows has an actual of 0 where all others reach much of their goals, and what to say: an
    export writes 0 for what is not known."""
    known = np.flatnonzero(~np.isnan(actuals))
    none = known[actuals[known] == 0]
    counted = (goals[none] <= FEW_COUNTED) & (goals[none] == np.floor(goals[none]))
    if len(none) != 1 or counted.any() or swings(measure) or is_rate(measure) or len(known) <= ENOUGH:
        return {}
    others = np.delete(actuals, none[0]) / np.delete(goals, none[0])
    if np.nanmin(others) < HALF_WAY:
        return {}
    reached = f"{THE_OTHERS} is {np.nanmedian(others):.0%} of the goal"
    return {int(none[0]): f"the actual is 0, and {reached}. Is the actual missing?"}


def _goals_of_a_year(view: View, rows: list[int]) -> dict[int, str]:
    """Which goals of months and quarters are perhaps those of the whole year: as many times the goals of the
    same person, team or company in the other ones as a year has of them, or the very goal of the year."""
    columns, own = view.tables["results"].columns, dict[tuple[str, str], list[int]]()
    for row in rows if view.calendar else ():
        try:
            kind = view.calendar.find(columns["period"][row]).kind  # type: ignore[union-attr]
        except CsmError:
            continue  # reported about the period itself
        if kind in (*PARTS, "year"):
            own.setdefault((columns["id"][row], kind), []).append(row)
    found: dict[int, str] = {}
    in_a_row = 2 if _all_double(view, own) else IN_A_ROW
    for (who, kind), mine in own.items():
        if kind == "year":
            continue
        whole = {float(columns["goal"][row]) for row in own.get((who, "year"), ())}
        for row in mine:
            asked, reached = float(columns["goal"][row]), float(columns["actual"][row])
            if asked in whole and asked >= A_SUM and reached < asked / 2:
                found[row] = f"the goal {asked:,.10g} is that of {who} for the year, here for a {kind}"
        goal, actual = columns["goal"][mine], columns["actual"][mine]
        if to_date := _to_date(view, mine, in_a_row):
            found |= dict.fromkeys(
                mine[1:], f"the goals of {who} are {to_date}: are they for the year to date?"
            )
            continue
        a_year = round(1 / SHARES[kind])
        found |= _goal_of_another_kind(view, kind, mine, own)
        for at, row in enumerate(mine):
            others = np.delete(goal, at)
            if len(others) and (others == others[0]).all() and goal[at] == others[0] * a_year:
                reached = actual[at] / goal[at]
                if np.isnan(reached) or reached < MUCH_OF_A_YEAR:
                    what = f"the goal {goal[at]:,.10g} is {a_year} times that of the other"
                    found[row] = f"{what} {kind}s of {who}, {others[0]:,.10g}: is it the year's?"
            elif usual := _digit_apart(float(goal[at]), float(actual[at]), others):
                what = times(float(goal[at]), usual, f"the median of those of {who} for other {kind}s")
                found[row] = f"the goal {goal[at]:,.10g} is {what}"
    return found


def _goal_of_another_kind(
    view: View, kind: str, mine: list[int], own: dict[tuple[str, str], list[int]]
) -> dict[int, str]:
    """The goal of a person that is exactly three times those of all other months, a third of those of all
    other quarters, or a share of a ramp of the measure, where the goals of all others stay the same, and the
    actual is of the period."""
    columns = view.tables["results"].columns
    goal, actual = columns["goal"], columns["actual"]
    steady = [rows for (_, its), rows in own.items() if its == kind and rows is not mine and len(rows) > 1]
    if len(steady) < FEW_ALONE or any(len(set(goal[rows].tolist())) > 1 for rows in steady):
        return {}
    parts = dict.fromkeys(_ramp_shares(view, str(columns["measure"][mine[0]])), "is the ramp already in it?")
    parts |= {3.0: "is it a quarter's?"} if kind == "month" else {1 / 3: "is it a month's?"}
    found = {}
    for row in mine:
        others = {float(goal[one]) for one in mine if one != row}
        usual = min(others, default=0.0)
        asked = next((one for one in parts if abs(goal[row] - one * usual) < SAME * usual), 0.0)
        if len(others) != 1 or usual < A_SUM or not asked:
            continue
        reached = actual[row] / goal[row]
        own_period = reached >= MUCH_OF_A_YEAR if asked > 1 else reached <= 1 / MUCH_OF_A_YEAR
        if not own_period or "ramp" in parts[asked]:
            far_off = times(float(goal[row]), usual, f"those of other {kind}s")
            found[row] = f"the goal {goal[row]:,.10g} is {far_off}: {parts[asked]}"
    return found


def _ramp_shares(view: View, measure: str) -> list[float]:
    """The shares below 1 of the ramps of components on a measure."""
    names = {one.values.get("ramp_id") for one in view.components if one.values.get("measure") == measure}
    ramps = view.book.parts["ramps"]
    return [share for name in names - {None, ""} for share in ramps.get(name, ()) if 0 < share < 1]


def _all_double(view: View, own: dict[tuple[str, str], list[int]]) -> bool:
    """Whether the second of two goals is twice the first, and the actual is more too, for several people, and
    for all."""
    two = [_in_order(view, rows) for (_, kind), rows in own.items() if kind != "year" and len(rows) == 2]
    columns = view.tables["results"].columns
    goal, actual = columns["goal"], columns["actual"]
    return len(two) >= FEW_ALONE and all(
        goal[then] == 2 * goal[first] and not actual[then] <= actual[first] for first, then in two
    )


def _in_order(view: View, rows: list[int]) -> list[int]:
    """Rows of results in the order of their periods."""
    periods = view.tables["results"].columns["period"]
    return sorted(rows, key=lambda row: view.calendar.find(periods[row]).start)  # type: ignore[union-attr]


def _to_date(view: View, rows: list[int], in_a_row: int) -> str:
    """A person's goals of periods in a row, where each adds the first one once more; nothing where they do
    not, or where results are of the year to date. in_a_row: how many are no chance."""
    columns = view.tables["results"].columns
    goals = columns["goal"][_in_order(view, rows)]
    measure = columns["measure"][rows[0]]
    latest = any(
        one.values.get("cumulative") == "ytd_latest" and one.values.get("measure") == measure
        for one in view.components
    )
    if latest or len(goals) < in_a_row or goals[0] < A_SUM:
        return ""
    return (
        listed(f"{one:,.10g}" for one in goals)
        if (goals == goals[0] * np.arange(1, len(goals) + 1)).all()
        else ""
    )


def _digit_apart(goal: float, actual: float, others: Array) -> float:
    """The median of a person's goals of other periods, where they are alike and one has perhaps a digit more
    or less; 0 where it has not, or the actual is as large."""
    if len(others) < 2 or others.max() > ALIKE * others.min() or AT_GOAL[0] < actual / goal < AT_GOAL[1]:
        return 0.0
    usual = float(np.median(others))
    return usual if max(goal / usual, usual / goal) >= MUCH else 0.0


def _comparable(view: View) -> Iterator[tuple[str, list[int]]]:
    """Each measure with its rows of comparable goals: of one scope and, for money, one currency."""
    ids = view.tables["results"].columns["id"]
    of_team = {team: view.currency_of[at] for at, team in enumerate(view.tables["roster"].columns["team"])}
    for (measure, scope), rows in view.reached.items():
        groups: dict[str, list[int]] = {}
        for row in rows:
            at = view.on_roster.get(ids[row]) if scope == "individual" else None
            currency = of_team.get(ids[row], "") if at is None else view.currency_of[at]
            groups.setdefault("" if is_rate(measure) else currency, []).append(row)
        for alike in groups.values():
            yield measure, alike


def _in_two_units(measure: str, goal: float, actual: float) -> str:
    """Why an actual cannot be in the unit of its goal; empty where it can be."""
    both = f"the actual is {actual:,.10g} and the goal {goal:,.10g}: "
    if percent_apart(actual, goal):
        return both + "one of them is a percentage"
    # NPS points are close to whole numbers, and an average rating is never below the lowest step of the
    # scale.
    if 0 < abs(actual) < 1 < goal and (is_points(measure) or (is_satisfaction(measure) and actual > 0)):
        return both + "they are on two scales"
    ratio = actual / goal
    if ratio >= RATE_REACHED and is_rate(measure) and goal <= 100:
        return both + f"no {measure} is {_short_times(ratio)} its goal"
    if ratio >= REACHED and not _counted(goal, actual) and not swings(measure):
        return both + f"nobody reaches {_short_times(ratio)} a goal"
    return ""


def _far_apart(measure: str, goal: float, actual: float) -> str:
    """What is unusual about an actual compared with its goal; empty where nothing is."""
    if actual == 0 and is_rate(measure) and not swings(measure):
        return f"{measure} is 0, as if nothing was retained. Is the actual missing?"
    if actual < 0 and not may_be_negative(measure):
        return f"the actual {actual:,.10g} is below 0"
    if is_churn(measure) and min(goal, actual) < HALF_WAY < max(goal, actual) <= 1:
        return f"the actual is {actual:.10g} and the goal {goal:.10g}: is one of them retention, 1 − churn?"
    if is_satisfaction(measure) and 1 < goal <= STEPS < actual:
        return f"the actual {actual:,.10g} is above {STEPS:g}, and the goal {goal:,.10g} is not"
    if not actual > 0:
        return ""
    ratio = actual / goal
    high = MUCH_OF_FEW if swings(measure) or _counted(goal, actual) else MUCH
    low = LITTLE_RATE if is_rate(measure) else LITTLE
    if swings(measure):
        low = 0.0 if is_points(measure) else LITTLE_CHURN
    if low <= ratio < high:
        return ""
    return f"the actual {actual:,.10g} is {times(actual, goal, 'the goal')}"


def _short_times(ratio: float) -> str:
    return f"{ratio:,.0f} times"


def _counted(goal: float, actual: float) -> bool:
    """Whether both are small whole numbers, such as deals or references."""
    return goal <= FEW_COUNTED and goal.is_integer() and actual.is_integer()
