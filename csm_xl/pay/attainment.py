"""Attainment of a goal: actual / goal, or for lower-is-better measures by method."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC
from csm_xl.pay.check import one_of, refuse
from csm_xl.pay.rounding import Array, alike

Direction = Literal["higher", "lower"]
Method = Literal["complement", "inverse"]

DIRECTIONS: Final[tuple[str, ...]] = get_args(Direction)
METHODS: Final[tuple[str, ...]] = get_args(Method)


def attainment(
    actual: ArrayLike, goal: ArrayLike, direction: str = "higher", method: str = "complement"
) -> Array:
    """How much of a goal was reached, as a ratio (1.0 is 100%).

    actual, goal: in one unit, shapes that broadcast; the result has their shape and kind of number.
    direction: ``higher`` is better: actual / goal; or ``lower`` is better (churn).
    method: for ``lower``: ``complement`` 2 − actual / goal, or ``inverse`` goal / actual. The complement
        falls below 0 when the actual is more than twice the goal.
    Errors: a goal of 0 or below; with ``inverse`` an actual of 0 or below.
    Source: Xactly, "Incent concepts: understanding attainment calculations".

    >>> attainment([94, 99], 100).tolist()
    [0.94, 0.99]
    >>> attainment([0.04, 0.06], 0.05, "lower").round(12).tolist()
    [1.2, 0.8]
    """
    one_of(direction, DIRECTIONS, "direction")
    one_of(method, METHODS, "method")
    reached, wanted = alike(actual, goal)
    refuse(wanted <= 0, wanted, ARITHMETIC, "the goal is 0 or below", "goal", "Type a goal above 0.")
    if direction == "higher":
        return np.asarray(reached / wanted)
    if method == "complement":
        return np.asarray(2 - reached / wanted)
    refuse(reached <= 0, reached, ARITHMETIC, "an actual of 0 or below has no inverse attainment", "actual",
           "Use the method `complement` (2 − actual / goal).")  # fmt: skip
    return np.asarray(wanted / reached)
