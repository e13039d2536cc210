"""Goals of one person that are perhaps for another span of time: a month, a quarter or a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.lint.view import View
from csm_xl.errors import CsmError, listed
from csm_xl.pay.rounding import Array
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.outliers import times
from csm_xl.plan.periods import SHARES, Period

AT_GOAL: Final = (1 / 6, 6.0)
"""Within these attainments a goal is in the unit of its actual, however far it is from other goals."""
MUCH: Final = 8.0
FEW_ALONE: Final = 3
"""With at least this many results, each is compared with the others."""
PARTS: Final = ("month", "quarter")
"""Pay periods whose goal of a sum is a part of the year's."""
ALIKE: Final = 2.0
"""A person's goals of two months or quarters differ by less than this factor, or vary by plan."""
IN_A_ROW: Final = 3
"""If at least this many goals in a row each add the first one, they are cumulative."""
MUCH_OF_A_YEAR: Final = 0.8
"""From this attainment on, a large goal was meant for its own period."""
FEW_ALIKE: Final = 4
SPANS: Final = (3, 4, 12)
"""How many months a quarter has, and quarters and months a year."""
AT_SHARED: Final = (0.5, 1.6)
"""Of whose goal is that of another span, the actual is near the goal that the others share."""
SAME: Final = 0.001
"""Goals that are a third of others are typed to whole units."""
AT_OWN: Final = (0.6, 1.5)
"""Within these attainments a goal unlike a person's others was perhaps meant."""
A_SUM: Final = 1000.0
"""Goals from this on are sums, of which a quarter has a part."""


def goals_of_a_year(view: View, rows: list[int]) -> dict[int, str]:
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
    found = _unlike_own(view, own)
    steady, varied = _several_goals(view, own)
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
        if steady[kind] - (len(mine) > 1) >= FEW_ALONE and varied.get(kind, {who}) <= {who}:
            found |= _goal_of_another_kind(view, kind, mine)
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


def _unlike_own(view: View, own: dict[tuple[str, str], list[int]]) -> dict[int, str]:
    """The one goal of somebody that is at least twice those of all other periods, which are the same, or at
    most half of them, where the actual is near the others and nobody else's goal is another one then. Goals
    of a first or last period may be lower, as of who is hired or leaves in it."""
    columns = view.tables["results"].columns
    goal, actual, periods = columns["goal"], columns["actual"], columns["period"]
    others: dict[int, float] = {}
    changed: Counter[str] = Counter()
    for (_, kind), rows in own.items():
        usual, count = Counter(goal[rows].tolist()).most_common(1)[0]
        odd = [row for row in rows if goal[row] != usual]
        changed.update(periods[odd].tolist())
        ends = _in_order(view, rows)[:: max(len(rows) - 1, 1)]
        if kind != "year" and count == len(rows) - 1 >= FEW_ALONE:
            (row,) = odd
            if goal[row] >= 2 * usual or (2 * goal[row] <= usual and row not in ends):
                others[row] = usual
    found = {}
    for row, usual in others.items():
        near = AT_SHARED[0] <= actual[row] / usual <= AT_SHARED[1]
        if near and changed[periods[row]] == 1 and not AT_OWN[0] <= actual[row] / goal[row] <= AT_OWN[1]:
            what = times(float(goal[row]), usual, f"those of all other periods of {columns['id'][row]}")
            found[row] = f"the goal {goal[row]:,.10g} is {what}"
    return found


def _several_goals(
    view: View, own: dict[tuple[str, str], list[int]]
) -> tuple[Counter[str], dict[str, set[str]]]:
    """How many have several goals of a kind of period, and whose of these are not all the same."""
    goal = view.tables["results"].columns["goal"]
    several = [(who, kind, rows) for (who, kind), rows in own.items() if len(rows) > 1]
    varied: dict[str, set[str]] = {}
    for who, kind, rows in several:
        if (goal[rows] != goal[rows[0]]).any():
            varied.setdefault(kind, set()).add(who)
    return Counter(kind for _, kind, _ in several), varied


def _goal_of_another_kind(view: View, kind: str, mine: list[int]) -> dict[int, str]:
    """The goal of a person that is exactly three times those of all other months, a third of those of all
    other quarters, or a share of a ramp of the measure, where the actual is of the period. The goals of all
    others stay the same."""
    columns = view.tables["results"].columns
    goal, actual = columns["goal"], columns["actual"]
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


def goals_of_another_span(view: View, rows: list[int]) -> dict[int, str]:
    """Which goals are exactly 3, 4 or 12 times the goal that all others share in a period, or that part of
    it, while the actual is near the goal of the others: where goals are perhaps for a month or a year. And
    which are not that goal, while the actual is: the two are perhaps swapped."""
    columns, of_period = view.tables["results"].columns, dict[tuple[str, str], list[int]]()
    for row in rows:
        of_period.setdefault((columns["period"][row], columns["scope"][row]), []).append(row)
    found: dict[int, str] = {}
    for mine in of_period.values():
        goals = [float(columns["goal"][row]) for row in mine]
        shared, count = Counter(goals).most_common(1)[0]
        if count < FEW_ALIKE or count != len(mine) - 1:
            continue
        row = next(row for row, goal in zip(mine, goals, strict=True) if goal != shared)
        asked, reached = float(columns["goal"][row]), float(columns["actual"][row])
        part = next((one for one in SPANS if np.isclose(max(asked / shared, shared / asked), one)), 0)
        if part and AT_SHARED[0] <= reached / shared <= AT_SHARED[1]:
            far_off = f"{part} times" if asked > shared else f"1/{part} of"
            found[row] = f"the goal {asked:,.10g} is {far_off} that of all {count} others, {shared:,.10g}"
        elif reached == shared and _digits(asked) > _digits(shared):
            what = f"the actual {reached:,.10g} is the goal of all {count} others, and the goal {asked:,.10g}"
            found[row] = f"{what} is not: are the two swapped?"
    return found


def _digits(number: float) -> int:
    """How many digits a number is typed with: goals are rounder than what is reached.

    >>> _digits(1.05), _digits(100000.0), _digits(98731.0)
    (3, 1, 5)
    """
    return len(f"{number:.10g}".replace(".", "").strip("0")) if number < 1e10 else 0


def _ramp_shares(view: View, measure: str) -> list[float]:
    """The shares below 1 of the ramps of components on a measure."""
    names = {
        str(one.values.get("ramp_id") or "")
        for one in view.components
        if one.values.get("measure") == measure
    }
    ramps = view.book.parts["ramps"]
    return [share for name in names for share in ramps.get(name, ()) if 0 < share < 1]


def _all_double(view: View, own: dict[tuple[str, str], list[int]]) -> bool:
    """Whether the second of two goals is twice the first, and the actual is more too, for several people, and
    for all."""
    two = [_in_order(view, rows) for (_, kind), rows in own.items() if kind != "year" and len(rows) == 2]
    columns = view.tables["results"].columns
    goal, actual = columns["goal"], columns["actual"]
    return len(two) >= FEW_ALONE and all(
        goal[then] == 2 * goal[first] and not actual[then] <= actual[first] for first, then in two
    )


_DOUBLE: Final = (1.5, 2.8)
"""Actuals to date of a second period, over those of the first."""
_BEFORE, _AFTER = 1.3, 1.5
"""The usual attainment of a first period is at most the one, and with actuals to date at least the other."""


def actuals_to_date(view: View, measure: str, rows: list[int]) -> Iterator[tuple[str, str]]:
    """The first actual of a period in which everybody's are about twice those of the period before, over
    goals of the period alone: they are perhaps for the year to date."""
    if view.calendar is None or any(
        one.values.get("cumulative") == "ytd_latest" and one.values.get("measure") == measure
        for one in view.components
    ):
        return
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    of_period: dict[Period, dict[str, int]] = {}
    for row in rows:
        with suppress(CsmError):  # reported about the period itself
            if goal[row] >= A_SUM and actual[row] > 0:
                period = view.calendar.find(table.columns["period"][row])
                of_period.setdefault(period, {})[table.columns["id"][row]] = row
    in_order = sorted(of_period, key=lambda one: (one.kind, one.start))
    for before, after in pairwise(in_order):
        if before.kind != after.kind or before.end + 1 != after.start:
            continue
        then, now = of_period[before], of_period[after]
        both = [name for name in now if name in then]
        if len(both) < FEW_ALIKE:
            continue
        was, is_now = [then[name] for name in both], [now[name] for name in both]
        grown = actual[is_now] / actual[was]
        alike = bool((goal[is_now] < _BEFORE * goal[was]).all())
        usual = float(np.median(actual[was] / goal[was])), float(np.median(actual[is_now] / goal[is_now]))
        if (
            alike
            and grown.min() >= 1
            and _DOUBLE[0] <= np.median(grown) <= _DOUBLE[1]
            and (usual[0] <= _BEFORE and usual[1] >= _AFTER)
        ):
            what = f"all {len(both)} actuals of {measure} in {after.name} are above those of {before.name},"
            what += f" and the usual attainment is {usual[1]:.0%} after {usual[0]:.0%}: are they for the year"
            what += " to date?"
            yield table.where(is_now[0], "actual"), what


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


def season_part(view: View, one: ComponentTerms, period: str) -> float:
    """The part of a goal that counts in a pay period by the component's season; 1 without a season.

    period: its name. A period that is none of the component's year has the whole goal.
    """
    if one.season is None or view.calendar is None:
        return 1.0
    shares = np.array(one.season)
    with suppress(CsmError):  # reported about the period itself
        found = view.calendar.find(period)
        year = view.calendar.plan_year(found, view.book.versions(one.plan_id)[-1].year_start)
        number = sum(1 for each in year if each.end <= found.end)
        if 1 <= number <= len(shares) and shares.sum():
            return float(shares[number - 1] / shares.sum())
    return 1.0
