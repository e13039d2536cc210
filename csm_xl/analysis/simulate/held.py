"""Attainments with a natural bound: drawn within it, without changing their mean.

A gross retention is at most 1, so an attainment of its goal of 0.92 is at most 1.087. How far a normal
attainment is from a bound that is near is lognormal: never below 0, with the mean and the spread that were
asked for. Where the mean is nearer than the spread the spread shrinks to that distance; a mean nearer than a
tenth of the spread, or beyond the bound, is taken at that tenth. Other shapes are cut off at the bound, and
drawn together towards it until their mean is the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.numbers import Floats, normal_table
from csm_xl.analysis.simulate.tabulated import interpolated, probabilities

NEAR: Final = 5.0
"""A bound that is further off than this many spreads holds one number in three million: it is a mere stop."""
BESIDE: Final = 0.1
"""The nearest that a mean comes to a bound, in spreads."""


def kept_within(values: Floats, least: float, most: float, mean: float, spread: float) -> Floats:
    """A tabulated distribution cut off at natural bounds, its mean kept where it can be.

    values: at each number of the grid, rising. mean, spread: of the distribution.

    >>> from csm_xl.analysis.simulate.tabulated import grid
    >>> held = kept_within(1 + 0.1 * grid(), -np.inf, 1.05, 1.0, 0.1)
    >>> float(held.max()), round(_mean(held), 6)
    (1.05, 1.0)
    """
    room = min(BESIDE * spread, (most - least) / 2)
    wanted = min(max(mean, least + room), most - room)
    chance = probabilities()
    first = float(np.interp(least, values, chance, left=0.0)) if least > -np.inf else 0.0
    last = float(np.interp(most, values, chance, right=1.0)) if most < np.inf else 1.0
    if not first < last:
        return np.full(len(values), wanted)
    inside = np.clip(np.interp(first + (last - first) * chance, chance, values), least, most)
    found = _mean(inside)
    if found < wanted and most < np.inf:
        inside = most - (most - inside) * ((most - wanted) / (most - found))
    elif found > wanted and least > -np.inf:
        inside = least + (inside - least) * ((wanted - least) / (found - least))
    return np.clip(inside, least, most)


def _mean(table: Floats) -> float:
    """The mean of a tabulated distribution over the numbers that are drawn."""
    return float(interpolated(table, normal_table()).mean())


@dataclass(eq=False, repr=False)
class Held:
    """Normal attainments of which one natural bound is near, a row each.

    rows: position here of each row of the whole, −1 where no bound is near. The attainment at a number z is
    bound + sign × exp(rise × z + level), all columns: of a bound above the sign is −1.
    """

    rows: NDArray[np.intp]
    bound: Floats
    sign: Floats
    rise: Floats
    level: Floats

    @classmethod
    def of(cls, mean: Floats, spread: Floats, least: Floats, most: Floats) -> Held | None:
        """Of rows whose lower or upper bound is near, never both; None where there is none."""
        over, under = most - mean, mean - least
        above, below = over < NEAR * spread, under < NEAR * spread
        near = np.flatnonzero((spread > 0) & (above | below))
        if not near.size:
            return None
        above, spread = above[near], spread[near]
        apart = np.maximum(np.where(above, over[near], under[near]), BESIDE * spread)
        sign = np.where(above, -1.0, 1.0)
        variance = np.log1p((np.minimum(spread, apart) / apart) ** 2)
        rows = np.full(len(mean), -1, dtype=np.intp)
        rows[near] = np.arange(len(near))
        bound = np.where(above, most[near], least[near])
        columns = (bound, sign, sign * np.sqrt(variance), np.log(apart) - variance / 2)
        return cls(rows, *(column[:, None] for column in columns))

    def attainments(self, which: NDArray[np.intp], numbers: Floats) -> Floats:
        """The attainment at each standard normal number; row i of `numbers` is of row which[i] here."""
        found = numbers * self.rise[which]
        found += self.level[which]
        np.exp(found, out=found)
        found *= self.sign[which]
        found += self.bound[which]
        return found
