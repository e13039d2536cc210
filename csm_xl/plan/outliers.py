"""Numbers far from their like: the arithmetic of comparing a number with the others of its kind.

No bound of a column finds a salary in thousands, a goal as a percentage or a deal with three zeros too many,
for each is a sound number of another person, currency or measure. They are found by comparing; what differs
as salaries, goals and deals do is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm_xl.pay.rounding import Array

_RATIO: Final = 3.0
"""Goals of a measure that is a share are below this, and as percentages above it."""
_PERCENT: Final = (40.0, 250.0)
"""How far a share and its percentage, or two people's, lie apart."""
OTHER_UNIT: Final = 500.0
"""This many times another person's goal of the same measure is in another unit, such as thousands."""
_LEAST_FAR: Final = 30.0
"""A large deal may be twenty times the usual one, and more is worth a look."""
_MOST_FAR: Final = 150.0
"""Whatever the others differ by, this is far: of amounts that spread as widely as any do in practice (with a
standard deviation of 1.2 of the logarithm) one in thirty thousand reaches it on either side."""
THE_OTHERS: Final = "the median of the others"
ENOUGH: Final = 6
"""This many numbers show how far numbers of their kind differ."""
_FAR_OF_FEW: Final = 400.0
"""Two deals may be a hundred times apart, and are in one unit."""

_DIGIT: Final = 8.0
"""From this many times on, a number has perhaps a digit too many."""
_FEWEST: Final = 5
_LEAST_SPREAD: Final = 0.1
"""Prices that are all alike differ from the next by more than they do from each other: a tenth at least."""
_BEYOND_CHANCE: Final = (
    (5, 17.6), (6, 11.4), (7, 9.0), (8, 7.7), (10, 6.4), (12, 5.8), (15, 5.3), (20, 5.0), (30, 4.7),
    (60, 4.5),
)  # fmt: skip
"""How many numbers there are → how many standard deviations of the others the furthest of them lies from
their mean in one of a thousand groups, on one side: Student's t of n − 2 at 1 / (1000 n)."""


def medians_of_others(values: Array) -> Array:
    """For each value the median of the others; NaN where there is no other.

    >>> medians_of_others(np.array([1.0, 2.0, 30.0])).tolist()
    [16.0, 15.5, 1.5]
    """
    others = len(values) - 1
    if others < 1:
        return np.full(len(values), np.nan)
    order = np.argsort(values, kind="stable")
    place = np.empty(len(values), dtype=np.int64)
    place[order] = np.arange(len(values))
    in_order = values[order]
    low, high = (at + (at >= place) for at in ((others - 1) // 2, others // 2))
    medians: Array = (in_order[low] + in_order[high]) / 2
    return medians


def far(values: Array) -> float:
    """This many times the median of the others is far, for numbers above 0 that differ as these do.

    Numbers that lie close together show sooner that one is amiss, and many sooner than few. Of fewer than six
    unknown how far they differ.

    >>> [round(far(np.array(each))) for each in ([10.0, 11, 12, 13, 14, 15, 16], [10.0, 400])]
    [81, 400]
    """
    count = len(values)
    if count < ENOUGH:
        return _FAR_OF_FEW
    logs = np.log(values)
    spread = 1.4826 * float(np.median(np.abs(logs - np.median(logs))))  # as a standard deviation
    least = _LEAST_FAR * (1 + 12 / count)
    return float(np.clip(np.exp(min((4.5 + 15 / count) * spread, 10.0)), least, _MOST_FAR))


def beyond_all(values: Array, gap: float) -> Array:
    """Whether a value is `gap` times the largest of the others, or the smallest is `gap` times it. Among few
    values, none is.

    >>> beyond_all(np.array([8.0, 9, 12, 15, 22, 41, 980]), 12.0).tolist()
    [False, False, False, False, False, False, True]
    """
    found = np.zeros(len(values), dtype=bool)
    if len(values) >= ENOUGH:
        order = np.argsort(values, kind="stable")
        low, second, *_ = values[order]
        *_, last_but_one, high = values[order]
        found[order[-1]] = high >= gap * last_but_one
        found[order[0]] = low * gap <= second
    return found


def unlike_the_rest(values: Array) -> Array:
    """Whether a value is one that the others do not let expect: at least eight times their median, or an
    eighth of it, and beyond what one in a thousand groups that differ as they do holds by chance.

    Values above 0. Of amounts that lie close together ten times shows; of those that spread widely, and of
    four, it does not. Source: F. Grubbs, "Procedures for Detecting Outlying Observations in Samples",
    Technometrics 11 (1969), on the logarithms.

    >>> unlike_the_rest(np.array([41_000.0, 38_500, 52_000, 44_000, 47_500, 39_000, 420_000])).tolist()
    [False, False, False, False, False, False, True]
    >>> unlike_the_rest(np.array([4_000.0, 38_500, 152_000, 9_000, 47_500, 16_000, 420_000])).tolist()
    [False, False, False, False, False, False, False]
    """
    count = len(values)
    if count < _FEWEST:
        return np.zeros(count, dtype=bool)
    logs = np.log(values)
    others = (logs.sum() - logs) / (count - 1)
    squares = (np.square(logs).sum() - np.square(logs)) / (count - 1) - np.square(others)
    spread = np.sqrt(np.maximum(squares, 0) * (count - 1) / (count - 2))
    deviation = np.maximum(spread, _LEAST_SPREAD) * np.sqrt(count / (count - 1))
    apart = np.abs(logs - others) / deviation
    known = sorted((1 / many, most) for many, most in _BEYOND_CHANCE)
    bound = np.interp(1 / count, [part for part, _ in known], [most for _, most in known])
    middle = np.abs(logs - np.log(medians_of_others(values))) >= np.log(_DIGIT)
    found: Array = (apart > bound) & middle
    return found


def has_neighbor(values: Array, like: float) -> Array:
    """Whether another of the values is less than `like` times a value, or it of that one.

    >>> has_neighbor(np.array([85.0, 90.0, 850.0]), 3.0).tolist()
    [True, True, False]
    """
    order = np.argsort(values, kind="stable")
    in_order = values[order]
    near = in_order[1:] < in_order[:-1] * like
    found = np.zeros(len(values), dtype=bool)
    found[order[1:]] |= near
    found[order[:-1]] |= near
    return found


def unlike_goals(goals: Array) -> Iterator[tuple[int, str]]:
    """The goals of one measure that are in another unit than the others, each with what it looks like.

    >>> [row for row, _ in unlike_goals(np.array([0.92, 0.9, 92, 0.95]))]
    [2]
    >>> list(unlike_goals(np.array([50_000, 4_000_000, 120_000])))  # books differ
    []
    """
    rows = np.flatnonzero(np.nan_to_num(goals) > 0)
    others = medians_of_others(goals[rows])
    for row, goal, usual in zip(rows.tolist(), goals[rows].tolist(), others.tolist(), strict=True):
        if percent_apart(goal, usual):
            unit = "a percentage" if goal > usual else "a share where the others are percentages"
        elif max(goal / usual, usual / goal) >= OTHER_UNIT:
            unit = "in another unit"
        else:
            continue
        yield row, f"the goal {goal:,.10g} is {times(goal, usual, THE_OTHERS)}: is it {unit}?"


def times(value: float, other: float, whose: str) -> str:
    """How many times a number another is, in words that stay short, with the other.

    >>> times(1_000_000, 20, "the goal"), times(0.092, 0.92, "the others'")
    ('50,000 times the goal, 20', "1/10 of the others', 0.92")
    """
    ratio = value / other
    often = f"{_short(ratio)} times" if ratio >= 1 else f"1/{_short(1 / ratio)} of"
    return f"{often} {whose}, {other:,.10g}"


def _short(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 9.95 or abs(ratio - round(ratio)) < 0.05 else f"{ratio:.1f}"


def percent_apart(one: float, other: float) -> bool:
    """Whether one of two numbers is probably a share, and the other a percentage.

    >>> percent_apart(0.93, 92), percent_apart(1, 60), percent_apart(0.5, 0.9)
    (True, False, False)
    """
    low, high = sorted((one, other))
    least, most = _PERCENT
    return 0 < low < _RATIO and low != int(low) and high > _RATIO and least <= high / low <= most
