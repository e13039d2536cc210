"""The distribution of one attainment: normal, lognormal, beta, or empirical."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import asin, exp, inf, log, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.held import NEAR, Held, kept_within
from csm_xl.analysis.simulate.numbers import Floats
from csm_xl.analysis.simulate.tabulated import PLACES, REACH, grid, interpolated, probabilities
from csm_xl.errors import ARITHMETIC, VALUE, Issue

_SLICES: Final = 4096


@dataclass(frozen=True)
class Marginal:
    """The distribution of one attainment.

    kind: normal, lognormal, beta or empirical. mean, spread: of the attainment, before low and high hold it.
    low, high: what it never leaves (−inf, inf: nothing); of beta the ends. past: the attainments of an
    empirical one, sorted. least, most: what the measure itself never leaves; see
    `csm_xl.analysis.simulate.held`.
    """

    kind: str
    mean: float
    spread: float
    low: float
    high: float
    past: tuple[float, ...] = ()
    least: float = -inf
    most: float = inf

    def fault(self) -> Issue | None:
        """Why it cannot be; the place is the caller's to say."""
        if self.kind == "lognormal" and self.mean <= 0:
            return Issue(
                ARITHMETIC,
                "a lognormal distribution needs a mean above 0",
                "",
                self.mean,
                "Enter a mean above 0, or use the kind normal.",
            )
        if self.low > self.high:
            return Issue(VALUE, "low is above high", "", self.low, f"Enter a low of at most {self.high:g}.")
        if self.low > self.most or self.high < self.least:
            name, got = ("low", self.low) if self.low > self.most else ("high", self.high)
            return Issue(VALUE, f"{name} is outside the possible attainments of the measure", "", got,
                         f"Enter a number from {self.least:.4g} to {self.most:.4g}.")  # fmt: skip
        if self.kind != "beta" or not self.spread:
            return None
        if not self.low < self.mean < self.high:
            return Issue(
                ARITHMETIC,
                f"the mean of a beta distribution must be between its ends {self.low:g} and {self.high:g}",
                "",
                self.mean,
                "Widen low and high, or change the mean.",
            )
        most = sqrt((self.mean - self.low) * (self.high - self.mean))
        if self.spread >= most:
            return Issue(
                ARITHMETIC,
                f"a beta distribution of mean {self.mean:g} between {self.low:g} and"
                f" {self.high:g} cannot have this spread",
                "",
                self.spread,
                f"Enter a spread below {most:.4g}.",
            )
        return None

    def table(self) -> Floats:
        """The attainment at each standard normal number of the tabulation, −8 to 8."""
        if not self.spread and self.kind != "empirical":
            values = np.full(len(grid()), self.mean)
        else:
            values = {
                "normal": self._normal,
                "lognormal": self._lognormal,
                "beta": self._beta,
                "empirical": self._empirical,
            }[self.kind]()
        if (self.least > -inf or self.most < inf) and (self.spread or self.past):
            mean = sum(self.past) / len(self.past) if self.past else self.mean
            values = kept_within(values, self.least, self.most, mean, self.spread)
        return np.asarray(np.round(np.minimum(np.maximum(values, self.low), self.high), PLACES))

    def _normal(self) -> Floats:
        return self.mean + self.spread * grid()

    def _lognormal(self) -> Floats:
        variance = log(1 + (self.spread / self.mean) ** 2)
        middle, deviation = log(self.mean) - variance / 2, sqrt(variance)
        return np.array([exp(middle + deviation * z) for z in grid().tolist()])

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
        found = np.interp(probabilities(), share / share[-1], np.sin(edges) ** 2)
        return np.asarray(self.low + width * found)

    def _empirical(self) -> Floats:
        at = np.minimum((probabilities() * len(self.past)).astype(np.intp), len(self.past) - 1)
        return np.array(self.past)[at]


@lru_cache(maxsize=512)
def _tabulated(marginal: Marginal) -> Floats:
    return marginal.table()


@dataclass(eq=False, repr=False)
class Marginals:
    """The distributions of some attainments, a row each, as columns; curved: those that are not normal; held:
    the normal ones that a natural bound is near to."""

    mean: Floats
    spread: Floats
    low: Floats
    high: Floats
    curved: dict[int, Marginal]
    held: Held | None = None

    @classmethod
    def of(cls, each: list[Marginal]) -> Marginals:
        """From distributions one by one."""
        mean, spread, low, high, least, most = (
            np.array([getattr(one, name) for one in each])
            for name in ("mean", "spread", "low", "high", "least", "most")
        )
        curved = {row: one for row, one in enumerate(each) if one.kind != "normal"}
        return cls._made(mean, spread, (low, high), (least, most), curved)

    @classmethod
    def alike(
        cls, means: Floats, spread: float, low: float, high: float, natural: tuple[Floats, Floats]
    ) -> Marginals:
        """Normal ones that differ in their mean, and in the natural bounds, alone."""
        mean = np.round(means, PLACES)
        ones = np.ones_like(mean)
        return cls._made(mean, ones * spread, (ones * low, ones * high), natural, {})

    @classmethod
    def _made(
        cls, mean: Floats, spread: Floats, stated: tuple[Floats, Floats], natural: tuple[Floats, Floats],
        curved: dict[int, Marginal],
    ) -> Marginals:  # fmt: skip
        (low, high), (least, most) = stated, natural
        # A bound that no number reaches is none: what has no other is paid in one go. What does not vary
        # stays as it is on results.
        least = np.where((spread > 0) & (mean - least < REACH * spread), least, -inf)
        most = np.where((spread > 0) & (most - mean < REACH * spread), most, inf)
        both = (spread > 0) & (mean - least < NEAR * spread) & (most - mean < NEAR * spread)
        curved = dict(curved)
        for row in np.flatnonzero(both).tolist():
            if row not in curved:
                curved[row] = Marginal(
                    "normal", float(mean[row]), float(spread[row]), float(low[row]), float(high[row]),
                    least=float(least[row]), most=float(most[row]),
                )  # fmt: skip
        plain = np.ones(len(mean), dtype=bool)
        plain[list(curved)] = False
        held = Held.of(mean, np.where(plain, spread, 0.0), least, most)
        low, high = np.clip(low, least, most), np.clip(high, least, most)
        return cls(mean[:, None], spread[:, None], low[:, None], high[:, None], curved, held)

    @cached_property
    def bounded(self) -> bool:
        """Whether anything holds any of them."""
        return bool(np.isfinite(self.low).any() or np.isfinite(self.high).any())

    def attainments(self, rows: NDArray[np.intp], numbers: Floats) -> Floats:
        """The attainment at each standard normal number; row i of `numbers` is of row rows[i] here. The
        numbers are overwritten."""
        curved = [at for at, row in enumerate(rows.tolist()) if row in self.curved] if self.curved else []
        apart = [(at, interpolated(_tabulated(self.curved[int(rows[at])]), numbers[at])) for at in curved]
        which = None if self.held is None else self.held.rows[rows]
        near = slice(0) if which is None else np.flatnonzero(which >= 0)
        if self.held is not None and which is not None:
            cut = self.held.attainments(which[near], numbers[near])
        numbers *= self.spread[rows]
        numbers += self.mean[rows]
        if which is not None:
            numbers[near] = cut
        if self.bounded:
            np.maximum(numbers, self.low[rows], out=numbers)
            np.minimum(numbers, self.high[rows], out=numbers)
        for at, values in apart:
            numbers[at] = values
        return numbers
