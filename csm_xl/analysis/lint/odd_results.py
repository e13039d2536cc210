"""Goals and actuals that are far from each other, or from those of other people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from csm_xl.analysis.lint.period_goals import (
    A_SUM,
    ALIKE,
    AT_GOAL,
    FEW_ALONE,
    MUCH,
    actuals_to_date,
    goals_of_a_year,
    goals_of_another_span,
)
from csm_xl.analysis.lint.rule import Found
from csm_xl.analysis.lint.view import View
from csm_xl.pay.rounding import Array
from csm_xl.plan.coded import Coded, coded, merged
from csm_xl.plan.groups import Groups
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

RATES: Final = 3.0
"""Goals of one retention or satisfaction measure differ by less than this factor."""
RATE_REACHED: Final = 4.0
REACHED: Final = 50.0
"""Nobody reaches this many times a retention goal, or a goal of any other measure."""
MUCH_OF_FEW: Final = 20.0
MUCH_RATE: Final = 2.5
LITTLE: Final = 0.05
LITTLE_CHURN: Final = 0.02
LITTLE_RATE: Final = 1 / 6
"""Attainments beyond these are worth checking; for small counts, churn and NPS only beyond the second."""
RARE_IF_ALIKE: Final = 1.3
RARE_RATE: Final = 1.6
"""Goals of retention or satisfaction differ by a tenth, or two."""
FEW_COUNTED: Final = 20
"""Goals up to this may be small counts."""
TIMES_A_COUNT: Final = (5.0, 2.0)
"""Nobody reaches five times the goal of a count where nobody else reaches more than twice theirs."""
FEWEST_COUNTED: Final = 4
"""Of fewer things, such as references, somebody may well do five times as many as asked."""
HALF_WAY: Final = 0.5
"""Where everybody else reaches as much of the goal, nobody is at 0."""
STEPS: Final = 5.0
"""The highest step of the usual scale of satisfaction."""


def odd_results(view: View) -> Iterator[tuple[Found, bool]]:
    """Unusual goals and actuals, and whether each stops the payment."""
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    for measure, rows in _comparable(view):
        yield from ((one, False) for one in _odd_alone(view, measure, rows))
        yield from ((one, True) for one in _shares_among_scores(view, measure, rows))
        if not is_rate(measure) and not swings(measure):
            yield from (((*one, ""), False) for one in actuals_to_date(view, measure, rows))
        filled = np.array(rows, dtype=np.int64)[goal[rows] > 0].tolist()
        goals = goal[filled]
        said = dict(unlike_goals(goals))
        bound = RATES if is_rate(measure) else far(goals)
        apart = _unlike_attainments(measure, goals, actual[filled]) | _alone_at_zero(
            measure, goals, actual[filled]
        )
        annual = {} if is_rate(measure) else goals_of_a_year(view, filled)
        annual = goals_of_another_span(view, filled) | annual
        alike = _Alike(measure, goals, actual[filled], bound)
        for at in sorted(
            {*alike.told, *said, *apart, *(at for at, row in enumerate(filled) if row in annual)}
        ):
            row = filled[at]
            unlike, odd, beside = alike.said(at, said.get(at, ""))
            if unlike:
                yield (table.where(row, "goal"), unlike, table.person(row)), True
            elif odd := annual.get(row) or odd or beside or apart.get(at, ""):
                column = "goal" if actual[row] else "actual"
                yield (table.where(row, column), odd, table.person(row)), False


class _Alike:
    """What is unusual about goals and actuals of one measure, each two of them judged once.

    measure: its name. goals, actuals: of each row. bound: how many times the others' goal is far.
    """

    def __init__(self, measure: str, goals: Array, actuals: Array, bound: float) -> None:
        self._measure, self._bound = measure, bound
        usual = medians_of_others(goals)
        rare = np.where(_others_alike(goals), RARE_IF_ALIKE, RARE_RATE)
        self._columns = (goals, actuals, usual, rare, unlike_the_rest(goals))
        self._same = Groups([coded(column) for column in self._columns])
        self._found = [self._judged(at) for at in self._same.first.tolist()]
        telling = np.array([any(found) for found in self._found], dtype=bool)
        self.told: list[int] = np.flatnonzero(telling[self._same.of_row]).tolist()
        """The rows about which something is said."""

    def said(self, at: int, unlike: str) -> tuple[str, str, str]:
        """What stops the payment, what is odd about the goal, and about the actual beside it.

        unlike: what is said already about the goal.
        """
        return self._judged(at, unlike) if unlike else self._found[self._same.of_row[at]]

    def _judged(self, at: int, unlike: str = "") -> tuple[str, str, str]:
        asked, reached, usual, rare, alone = (column[at].item() for column in self._columns)
        measure = self._measure
        unlike = unlike or _in_two_units(measure, asked, reached)
        odd = ""
        if is_rate(measure) and not swings(measure) and max(asked / usual, usual / asked) >= rare:
            odd = f"the goal {asked:,.10g} is {times(asked, usual, THE_OTHERS)}"
        if not unlike and (max(asked / usual, usual / asked) >= self._bound or alone):
            what = f"the goal {asked:,.10g} is {times(asked, usual, THE_OTHERS)}"
            if is_rate(measure) or not AT_GOAL[0] < reached / asked < AT_GOAL[1]:
                beside = "" if np.isnan(reached) else f", and the actual is {reached:,.10g}"
                surely = max(asked / usual, usual / asked) >= self._bound and (beside or is_rate(measure))
                unlike, odd = (what + beside, "") if surely else ("", what)
        return unlike, odd, _far_apart(measure, asked, reached)


def _others_alike(goals: Array) -> Array:
    """Whether all goals but a row's own are the same, and several.

    >>> _others_alike(np.array([0.9, 0.9, 0.9, 1.2, 0.9, 0.9, 0.9])).nonzero()[0].tolist()
    [3]
    """
    values, which, counts = np.unique(goals, return_inverse=True, return_counts=True)
    if len(goals) <= ENOUGH or len(values) > 2:
        return np.zeros(len(goals), dtype=bool)
    alike: Array = (counts == len(goals))[which] | (counts == 1)[which]
    return alike


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
    without = np.array(rows, dtype=np.int64)[np.isnan(goal[rows])]
    mine, below = without[actual[without] > 0].tolist(), without[actual[without] < 0].tolist()
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


def _shares_among_scores(view: View, measure: str, rows: list[int]) -> Iterator[Found]:
    """Satisfaction without a goal of which some is a share of answers, and the other a mean of scores."""
    table = view.tables["results"]
    actual, goal = table.columns["actual"], table.columns["goal"]
    without = (
        [row for row in rows if np.isnan(goal[row]) and actual[row] > 0] if is_satisfaction(measure) else []
    )
    shares, scores = ([row for row in without if (actual[row] < 1) == below] for below in (True, False))
    few, others, where = (scores, shares, "below") if len(scores) < len(shares) else (shares, scores, "above")
    for row in few:
        many = f"{len(others):,} other{' is' if len(others) == 1 else 's are'}"
        what = f"the actual is {actual[row]:,.10g}, and {many} {where} 1"
        yield table.where(row, "actual"), what, table.person(row)


def _unlike_attainments(measure: str, goals: Array, actuals: Array) -> dict[int, str]:
    """Which of some rows reach a part of their goal that those of the others do not let expect, and why."""
    rows = np.flatnonzero(np.nan_to_num(actuals) > 0)
    if swings(measure) or is_rate(measure):
        return {}
    reached = actuals[rows] / goals[rows]
    others = medians_of_others(reached)
    return _alone_far_above(goals[rows], reached, rows) | {
        int(
            rows[at]
        ): f"the actual {actuals[rows[at]]:,.10g} is {reached[at]:.0%} of the goal, and {THE_OTHERS} is"
        f" {others[at]:.0%}"
        for at in np.flatnonzero(unlike_the_rest(reached)).tolist()
    }


def _alone_far_above(goals: Array, reached: Array, rows: Array) -> dict[int, str]:
    """Which of some rows reaches many times the goal of a count, alone.

    reached: of each row its attainment.
    """
    if len(reached) <= ENOUGH:
        return {}
    most, next_most = (int(at) for at in np.argsort(reached)[[-1, -2]])
    far_above, beside = TIMES_A_COUNT
    counted = FEWEST_COUNTED <= goals[most] < A_SUM
    if not counted or reached[most] < far_above or reached[next_most] > beside:
        return {}
    what = f"the actual {reached[most] * goals[most]:,.10g} is {reached[most]:.0%} of the goal,"
    return {int(rows[most]): f"{what} and those of all others are at most {reached[next_most]:.0%}"}


def _alone_at_zero(measure: str, goals: Array, actuals: Array) -> dict[int, str]:
    """Which of some rows has an actual of 0 where all others reach much of their goals, and what to say: an
    export writes 0 for what is not known."""
    known = np.flatnonzero(~np.isnan(actuals))
    none = known[actuals[known] == 0]
    whole = bool((actuals[known] == np.floor(actuals[known])).all())
    counted = (goals[none] <= FEW_COUNTED) & (goals[none] == np.floor(goals[none])) & whole
    if len(none) != 1 or counted.any() or swings(measure) or is_rate(measure) or len(known) <= ENOUGH:
        return {}
    others = np.delete(actuals, none[0]) / np.delete(goals, none[0])
    if np.nanmin(others) < HALF_WAY:
        return {}
    reached = f"{THE_OTHERS} is {np.nanmedian(others):.0%} of the goal"
    return {int(none[0]): f"the actual is 0, and {reached}. Is the actual missing?"}


def _comparable(view: View) -> Iterator[tuple[str, list[int]]]:
    """Each measure with its rows of comparable goals: of one scope and, for money, one currency."""
    ids = view.tables["results"].coded("id")
    of_team = {team: view.currency_of[at] for at, team in enumerate(view.tables["roster"].columns["team"])}
    of_id = {"individual": [_currency(view, name, of_team) for name in ids.values]}
    for (measure, scope), rows in view.reached.items():
        if is_rate(measure):
            yield measure, rows
            continue
        if scope not in of_id:
            of_id[scope] = [of_team.get(name, "") for name in ids.values]
        paid_in = merged(Coded(of_id[scope], ids.codes[rows]))
        for alike in Groups([paid_in]).every():
            yield measure, np.array(rows)[alike].tolist()


def _currency(view: View, name: str, of_team: Mapping[str, str]) -> str:
    """The currency of a person; of a team where nobody has the name; blank where nothing has it."""
    at = view.on_roster.get(name)
    return of_team.get(name, "") if at is None else view.currency_of[at]


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
    if is_churn(measure) and min(goal, actual) > HALF_WAY and max(goal, actual) <= 1:
        return f"the goal is {goal:.10g} and the actual {actual:.10g}: are they retention, 1 − churn?"
    if is_satisfaction(measure) and 1 < goal <= STEPS < actual:
        return f"the actual {actual:,.10g} is above {STEPS:g}, and the goal {goal:,.10g} is not"
    if not actual > 0:
        return ""
    ratio = actual / goal
    high = (
        MUCH_OF_FEW if swings(measure) or _counted(goal, actual) else MUCH_RATE if is_rate(measure) else MUCH
    )
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
