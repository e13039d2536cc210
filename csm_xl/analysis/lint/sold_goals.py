"""Rules about goals that are compared with the deals of people."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress
from typing import Final

import numpy as np

from csm_xl.analysis.lint.period_goals import season_part
from csm_xl.analysis.lint.results import EVERYONE, FEW
from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.outliers import unlike_the_rest
from csm_xl.plan.tier_measures import PAYMENT, tier_source

_A_MONTHS: Final = 4.0
"""Who sells this many times a period's part of the goal in each period has a goal for less than a year."""


@rule(
    "W624",
    "Enter the goal of one pay period, or with a season that of the year, in whole currency units.",
    ("results", "deals"),
    at_pay=True,
)
def all_far_from_quota(view: View) -> Iterator[Found]:
    """Everyone's deals, or one person's alone, are far from the goal.

    If a component takes the actual from deals, or climbs tiers by them, and the deals of a period usually
    come to less than 35% of the goal or more than 250% (four people or more), goals may be for a year or a
    month and deals for a quarter. One person whose attainment is eight times that of the others may have a
    goal that lacks a digit. With a season, goals are annual, and each period has its share of the goal.
    Components on the year to date are not checked.
    """
    table = view.tables["results"]
    low, high = EVERYONE
    for one in view.components:
        measure = one.values.get("measure")
        if one.values.get("measure_from") != "deals" and not _climbs(one):
            continue
        if one.values.get("cumulative") == "ytd_latest" or one.values.get("scope") not in (
            None,
            "individual",
        ):
            continue
        sold, mine = view.sold(one), set(view.people.get(one.plan_id, ()))
        reached: dict[str, list[tuple[float, int]]] = {}
        of_person: dict[str, list[tuple[float, int]]] = {}
        for row in view.reached.get((str(measure), "individual"), ()):
            who, period = (table.columns[name][row] for name in ("id", "period"))
            goal = float(table.columns["goal"][row]) * season_part(view, one, period)
            if who in mine and goal > 0:
                share = (sum(sold.get((who, period), ())) / goal, row)
                reached.setdefault(period, []).append(share)
                of_person.setdefault(who, []).append(share)
        for period, found in reached.items():
            usual = float(np.median([ratio for ratio, _ in found]))
            apart = unlike_the_rest(np.array([ratio for ratio, _ in found if ratio > 0]))
            for ratio, row in compress((one for one in found if one[0] > 0), apart.tolist()):
                what = f"the deals of {measure} are {ratio:.0%} of the goal, and the median is {usual:.0%}"
                yield table.where(row, "goal"), f"{what}: has the goal a digit too few or too many?"
            if len(found) >= FEW and usual > 0 and not low <= usual <= high:
                what = f"the deals of {measure} in {period} are usually {usual:.0%} of the goal"
                ask = "are both of the same days?"
                if one.season is not None:
                    ask = f"are goals those of a year, as the season {one.values['season_id']} splits them?"
                yield table.where(found[0][1], "goal"), f"{what}: {ask}"
        usual = float(np.median([ratio for found in of_person.values() for ratio, _ in found] or [0.0]))
        for who, found in of_person.items() if one.season is not None and usual <= high else ():
            if len(found) > 1 and min(found)[0] > _A_MONTHS:
                what = (
                    f"the deals of {who} are at least {min(found)[0]:.0%} of each period's part of the goal"
                )
                yield table.where(min(found)[1], "goal"), f"{what}: is the goal that of a whole year?"


def _climbs(one: ComponentTerms) -> bool:
    """Whether a person's own deals of a period, as they are signed, climb tiers by attainment of the goal."""
    values = one.values
    alone = values.get("cumulative") in (None, "", "discrete") and not values.get("credit_from")
    by_goal = one.tiers is not None and one.tiers_on == "attainment" and tier_source(values) == "paid"
    return by_goal and alone and values.get("credit_date") != PAYMENT
