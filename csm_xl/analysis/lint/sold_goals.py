"""Rules about goals that are compared with the deals of people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress

import numpy as np

from csm_xl.analysis.lint.results import EVERYONE, FEW
from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.outliers import unlike_the_rest


@rule("W624", "Enter the goal of one pay period, in whole currency units.", ("results", "deals"), at_pay=True)
def all_far_from_quota(view: View) -> Iterator[Found]:
    """Everyone's deals, or one person's alone, are far from the goal.

    Where a component takes the actual from deals, and those of a period usually come to less than 35% of the
    goal or more than 250% (four people or more), goals are perhaps for a year or a month and deals for a
    quarter. One person who reaches eight times what the others do may have a goal that lacks a digit.
    Components with a season or the year to date are not checked.
    """
    table = view.tables["results"]
    low, high = EVERYONE
    for one in view.components:
        measure = one.values.get("measure")
        if one.values.get("measure_from") != "deals" or one.values.get("season_id"):
            continue
        if one.values.get("cumulative") == "ytd_latest" or one.values.get("scope") != "individual":
            continue
        sold, mine = view.sold(one), set(view.people.get(one.plan_id, ()))
        reached: dict[str, list[tuple[float, int]]] = {}
        for row in view.reached.get((str(measure), "individual"), ()):
            who, period = (table.columns[name][row] for name in ("id", "period"))
            goal = float(table.columns["goal"][row])
            if who in mine and goal > 0:
                reached.setdefault(period, []).append((sum(sold.get((who, period), ())) / goal, row))
        for period, found in reached.items():
            usual = float(np.median([ratio for ratio, _ in found]))
            apart = unlike_the_rest(np.array([ratio for ratio, _ in found if ratio > 0]))
            for ratio, row in compress((one for one in found if one[0] > 0), apart.tolist()):
                what = f"the deals of {measure} are {ratio:.0%} of the goal, and the median is {usual:.0%}"
                yield table.where(row, "goal"), f"{what}: has the goal a digit too few or too many?"
            if len(found) >= FEW and usual > 0 and not low <= usual <= high:
                what = f"the deals of {measure} in {period} are usually {usual:.0%} of the goal"
                yield table.where(found[0][1], "goal"), f"{what}: are both of the same days?"
