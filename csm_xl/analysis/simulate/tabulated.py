"""Distributions as tables: the value at each standard normal number, and straight lines between."""

from __future__ import annotations

from functools import cache
from math import erfc, sqrt
from typing import Final

import numpy as np

from csm_xl.analysis.simulate.numbers import Floats

STEPS: Final = 128
"""Points of a tabulated distribution in one unit of the standard normal number."""
REACH: Final = 8
"""Numbers from −8 to 8 are tabulated; none is further from 0."""
FAR: Final = REACH * STEPS
"""The place of 0 in a table, which has twice as many intervals."""
PLACES: Final = 9
"""Decimals of what is tabulated: the same on every machine."""


@cache
def grid() -> Floats:
    """The standard normal numbers of a table."""
    return np.arange(-FAR, FAR + 1) / STEPS


@cache
def probabilities() -> Floats:
    """The probability of being below each of them."""
    return np.array([erfc(-z / sqrt(2)) / 2 for z in grid().tolist()])


def interpolated(table: Floats, numbers: Floats) -> Floats:
    """The values of a table at standard normal numbers."""
    place = np.minimum(np.maximum(numbers, -REACH), REACH)
    place *= STEPS
    place += FAR
    first = np.minimum(place.astype(np.intp), 2 * FAR - 1)
    place -= first
    place *= table[first + 1] - table[first]
    place += table[first]
    return place
