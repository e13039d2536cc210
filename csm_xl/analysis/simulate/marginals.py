"""How one attainment may turn out: normal, lognormal, beta, or as it did before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import asin, erfc, exp, log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.numbers import Floats
from csm_xl.errors import ARITHMETIC, VALUE, Issue

STEPS: Final = 128
"""Points of a tabulated distribution in one unit of the standard normal number."""
_FAR: Final = 8
_PLACES: Final = 9
_SLICES: Final = 4096


@dataclass(frozen=True)
class Marginal:
    """The distribution of one attainment.

    kind: normal, lognormal, beta or empirical. mean, spread: of the attainment, before low and high hold it.
    low, high: what it never leaves (−inf, inf: nothing); of beta the ends. past: the attainments of an
    empirical one, sorted.
    """

    kind: str
    mean: float
    spread: float
    low: float
    high: float
    past: tuple[float, ...] = ()

    def fault(self) -> Issue | None:
        """Why it cannot be; the place is the caller's to say."""
        if self.kind == "lognormal" and self.mean <= 0:
            return Issue(
                ARITHMETIC,
                "a lognormal attainment has a mean above 0",
                "",
                self.mean,
                "Give a mean above 0, or the kind normal.",
            )
        if self.low > self.high:
            return Issue(VALUE, "low is above high", "", self.low, f"Type a low of at most {self.high:g}.")
        if self.kind != "beta" or not self.spread:
            return None
        if not self.low < self.mean < self.high:
            return Issue(
                ARITHMETIC,
                f"the mean of a beta distribution lies between its ends {self.low:g} and {self.high:g}",
                "",
                self.mean,
                "Widen low and high, or move the mean.",
            )
        most = sqrt((self.mean - self.low) * (self.high - self.mean))
        if self.spread >= most:
            return Issue(
                ARITHMETIC,
                f"a beta distribution of mean {self.mean:g} between {self.low:g} and"
                f" {self.high:g} cannot spread so far",
                "",
                self.spread,
                f"Type a spread below {most:.4g}.",
            )
        return None

    def table(self) -> Floats:
        """The attainment at each standard normal number of the tabulation, −8 to 8."""
        if not self.spread and self.kind != "empirical":
            values = np.full(2 * _FAR * STEPS + 1, self.mean)
        else:
            values = {
                "normal": self._normal,
                "lognormal": self._lognormal,
                "beta": self._beta,
                "empirical": self._empirical,
            }[self.kind]()
        return np.asarray(np.round(np.minimum(np.maximum(values, self.low), self.high), _PLACES))

    def _normal(self) -> Floats:
        return self.mean + self.spread * _grid()

    def _lognormal(self) -> Floats:
        variance = log(1 + (self.spread / self.mean) ** 2)
        middle, deviation = log(self.mean) - variance / 2, sqrt(variance)
        return np.array([exp(middle + deviation * z) for z in _grid().tolist()])

    def _beta(self) -> Floats:
        width = self.high - self.low
        mean, variance = (self.mean - self.low) / width, (self.spread / width) ** 2
        both = mean * (1 - mean) / variance - 1
        # With x = sin²θ the density is finite, and nearly normal where the two shapes are large.
        middle, reach = asin(sqrt(mean)), 12 / (2 * sqrt(both))
        first, last = max(0.0, middle - reach), min(pi / 2, middle + reach)
        edges = np.linspace(first, last, _SLICES + 1)
        at = (edges[1:] + edges[:-1]) / 2
        logs = (2 * mean * both - 1) * np.log(np.sin(at)) + (2 * (1 - mean) * both - 1) * np.log(np.cos(at))
        share = np.concatenate([[0.0], np.cumsum(np.exp(logs - logs.max()))])
        found = np.interp(_probabilities(), share / share[-1], np.sin(edges) ** 2)
        return np.asarray(self.low + width * found)

    def _empirical(self) -> Floats:
        at = np.minimum((_probabilities() * len(self.past)).astype(np.intp), len(self.past) - 1)
        return np.array(self.past)[at]


@cache
def _grid() -> Floats:
    return np.arange(-_FAR * STEPS, _FAR * STEPS + 1) / STEPS


@cache
def _probabilities() -> Floats:
    return np.array([erfc(-z / sqrt(2)) / 2 for z in _grid().tolist()])


@lru_cache(maxsize=512)
def _tabulated(marginal: Marginal) -> Floats:
    return marginal.table()


@dataclass(eq=False, repr=False)
class Marginals:
    """The distributions of some attainments, a row each, as columns; curved: those that are not normal."""

    mean: Floats
    spread: Floats
    low: Floats
    high: Floats
    curved: dict[int, Marginal]

    @classmethod
    def of(cls, each: list[Marginal]) -> Marginals:
        """From distributions one by one."""
        mean, spread, low, high = (
            np.array([[getattr(one, name)] for one in each]) for name in ("mean", "spread", "low", "high")
        )
        return cls(
            mean, spread, low, high, {row: one for row, one in enumerate(each) if one.kind != "normal"}
        )

    @classmethod
    def alike(cls, means: Floats, spread: float, low: float, high: float) -> Marginals:
        """Normal ones that differ in their mean alone."""
        mean = np.round(means, _PLACES)[:, None]
        ones = np.ones_like(mean)
        return cls(mean, ones * spread, ones * low, ones * high, {})

    @cached_property
    def bounded(self) -> bool:
        """Whether anything holds any of them."""
        return bool(np.isfinite(self.low).any() or np.isfinite(self.high).any())

    def attainments(self, rows: NDArray[np.intp], numbers: Floats) -> Floats:
        """The attainment at each standard normal number; row i of `numbers` is of row rows[i] here. The
        numbers are overwritten."""
        curved = [at for at, row in enumerate(rows.tolist()) if row in self.curved] if self.curved else []
        tabled = [_interpolated(_tabulated(self.curved[int(rows[at])]), numbers[at]) for at in curved]
        numbers *= self.spread[rows]
        numbers += self.mean[rows]
        if self.bounded:
            np.maximum(numbers, self.low[rows], out=numbers)
            np.minimum(numbers, self.high[rows], out=numbers)
        for at, values in zip(curved, tabled, strict=True):
            numbers[at] = values
        return numbers


def _interpolated(table: Floats, numbers: Floats) -> Floats:
    place = np.minimum(np.maximum(numbers, -_FAR), _FAR) * STEPS + _FAR * STEPS
    first = np.minimum(place.astype(np.intp), len(table) - 2)
    place -= first
    place *= table[first + 1] - table[first]
    place += table[first]
    return place
