"""Chance, made to repeat: draws from a seed, and results spread as they are in real life."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

import numpy as np

Item = TypeVar("Item")

BELOW_THRESHOLD: Final = 100
AT_TARGET: Final = 650
AT_EXCELLENCE: Final = 100
"""How many of a thousand results miss the threshold, reach the target, reach excellence."""
_FULL: Final = 10_000  # attainment in ten-thousandths


class Draws:
    """Draws from a seed that are the same on every platform and in every release of NumPy.

    The raw stream of a bit generator is what NumPy promises to keep; its distributions are not.
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def below(self, count: int) -> int:
        """A whole number from 0 to count − 1."""
        return int(self._bits.random_raw()) % count

    def between(self, low: int, high: int, step: int = 1) -> int:
        """One of low, low + step, … up to high."""
        return low + step * self.below((high - low) // step + 1)

    def one_of(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def chance(self, mille: int) -> bool:
        """True with a probability of `mille` in a thousand."""
        return self.below(1000) < mille

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """The items in any order."""
        left = list(items)
        for at in range(len(left) - 1, 0, -1):
            other = self.below(at + 1)
            left[at], left[other] = left[other], left[at]
        return left

    def spread(self, count: int) -> list[int]:
        """Percentiles (per mille) for a group, one from each equal slice, in any order.

        Slices rather than free draws: a group of ten has one at the bottom, not none or three.
        """
        return self.shuffled((1000 * at + self.below(1000)) // count for at in range(count))


def attainment(percentile: int, threshold: int, excellence: int) -> int:
    """The attainment, in ten-thousandths, of a person at a percentile (per mille, 0 is the weakest).

    threshold, excellence: attainments in ten-thousandths. One in ten misses the threshold, two thirds
    reach the target, one in ten reaches excellence; most of those at target are just above it.

    >>> [attainment(p, 9000, 12000) for p in (0, 99, 100, 350, 600, 899, 900, 999)]
    [7800, 8988, 9000, 10000, 10413, 11992, 12000, 12594]
    """
    missed, at_target = BELOW_THRESHOLD, 1000 - AT_TARGET
    excellent = 1000 - AT_EXCELLENCE
    if percentile < missed:
        return threshold - 1200 * (missed - percentile) // missed
    if percentile < at_target:
        return threshold + (_FULL - threshold) * (percentile - missed) // (at_target - missed)
    if percentile < excellent:
        past, span = percentile - at_target, excellent - at_target
        return _FULL + (excellence - _FULL) * past * past // (span * span)
    return excellence + 600 * (percentile - excellent) // AT_EXCELLENCE
