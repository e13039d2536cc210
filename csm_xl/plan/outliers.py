"""Numbers far from their like: a salary in thousands or for a month, a goal as a percentage.

No bound of a column finds these, for each is a sound number of another person, currency or measure. They are
found by comparing a number with the others of its kind; a few that differ as salaries and goals do are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

import numpy as np

from csm_xl.pay.rounding import Array

FAR: Final = 100.0
"""So many times another salary is in thousands, or for an hour."""
MONTHS: Final = 12
_MONTHLY: Final = (0.4, 2.5)
"""A year's salary over the median of the others, where it is one of a month times twelve."""
_FEW: Final = 3
"""So many others tell what a year's salary is, and what a place pays."""
_LIKE: Final = 3.0
"""Salaries of one place differ by less than this."""
_RATIO: Final = 3.0
"""Goals of a measure that is a share are below this, and as percentages above it."""
_PERCENT: Final = (40.0, 250.0)
"""How far a share and its percentage, or two people's, lie apart."""
_OTHER_UNIT: Final = 500.0
"""So many times another person's goal of the same measure is in another unit, such as thousands."""


def unlike_salaries(
    salaries: Array, groups: Sequence[object], places: Sequence[str]
) -> Iterator[tuple[int, str]]:
    """The rows of salaries far from the others of their group, each with what it looks like.

    groups: what salaries can be compared in, such as the currency. places: where each is paid; a salary that
    is like the others of its place is sound, however far from the rest.

    >>> list(unlike_salaries(np.array([85_000, 92_000, 88, 79_000]), "aaaa", [""] * 4))
    [(2, '88 is 0.001 times the median of the others, 85,000: is it in thousands, or for an hour?')]
    """
    rows_of: dict[object, list[int]] = {}
    for row in np.flatnonzero(salaries > 0).tolist():
        rows_of.setdefault(groups[row], []).append(row)
    for rows in rows_of.values():
        in_order = np.sort(salaries[rows])
        for row in rows:
            salary = float(salaries[row])
            others = _median_without(in_order, salary)
            if others is None:
                continue
            ratio = salary / others
            said = f"{salary:,.10g} is {ratio:,.2g} times the median of the others, {others:,.10g}: is it "
            if ratio >= FAR:
                yield row, said + "in another unit, or has it too many zeros?"
            elif ratio <= 1 / FAR:
                yield row, said + "in thousands, or for an hour?"
            elif len(rows) > _FEW and _for_a_month(ratio) and not _usual_there(row, rows, salaries, places):
                yield row, said + "for a month?"


def _median_without(in_order: Array, value: float) -> float | None:
    """The median of sorted values without one of them; None where no other is left."""
    count = len(in_order) - 1
    if count < 1:
        return None
    left_out = int(np.searchsorted(in_order, value))

    def at(place: int) -> float:
        return float(in_order[place + (place >= left_out)])

    return (at((count - 1) // 2) + at(count // 2)) / 2


def _for_a_month(ratio: float) -> bool:
    low, high = _MONTHLY
    return ratio * 2 * _LIKE <= 1 and low <= ratio * MONTHS <= high


def _usual_there(row: int, rows: Sequence[int], salaries: Array, places: Sequence[str]) -> bool:
    """Whether the others of a salary's place are like it."""
    there = [float(salaries[other]) for other in rows if other != row and places[row] == places[other] != ""]
    return len(there) >= 2 and max(salaries[row] / median(there), median(there) / salaries[row]) < _LIKE


def unlike_goals(goals: Array) -> Iterator[tuple[int, str]]:
    """The goals of one measure that are far from the others, each with what it looks like.

    >>> [row for row, _ in unlike_goals(np.array([0.92, 0.9, 92, 0.95]))]
    [2]
    >>> list(unlike_goals(np.array([50_000, 4_000_000, 120_000])))  # books differ
    []
    """
    filled = goals[~np.isnan(goals) & (goals > 0)]
    in_order = np.sort(filled)
    for row in np.flatnonzero(goals > 0).tolist():
        goal = float(goals[row])
        others = _median_without(in_order, goal)
        if others is None:
            continue
        times = f"{goal / others:,.3g} times the median of the others, {others:,.10g}"
        said = f"the goal {goal:,.10g} is {times}: is it "
        if percent_apart(goal, others):
            yield (
                row,
                said + ("a percentage?" if goal > others else "a share where the others are percentages?"),
            )
        elif max(goal / others, others / goal) >= _OTHER_UNIT:
            yield row, said + "in another unit?"


def percent_apart(one: float, other: float) -> bool:
    """Whether one of two numbers is probably a share, and the other a percentage.

    >>> percent_apart(0.93, 92), percent_apart(1, 60), percent_apart(0.5, 0.9)
    (True, False, False)
    """
    low, high = sorted((one, other))
    least, most = _PERCENT
    return 0 < low < _RATIO and low != int(low) and high > _RATIO and least <= high / low <= most
