"""Shortcuts of a simulation: a payout that is straight lines of one attainment, paid without the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.simulate.marginals import Marginals
from csm_xl.analysis.simulate.numbers import Floats
from csm_xl.pay.adjust import limit
from csm_xl.pay.rounding import COMPARED_PLACES
from csm_xl.plan.model import ComponentTerms

HALF: Final = 0.5 * 10.0**-COMPARED_PLACES
"""Half of the last decimal that numbers are compared on, and taken to before rounding."""


@dataclass(eq=False, repr=False)
class PiecewiseLinear:
    """A payout ratio as straight lines, each a slope and what it is at an attainment of 0.

    lines: of the bands, one after the other. starts: where each but the first begins.
    zero: below which the ratio is 0, where the curve begins with nothing (−inf: nowhere).
    bend: np.minimum or np.maximum of all lines where they make a hollow or a bulge, else None.
    least, most: what holds all of it.
    """

    lines: list[tuple[float, float]]
    starts: list[float]
    zero: float
    bend: Callable[..., Any] | None
    least: float
    most: float

    @classmethod
    def of(cls, terms: ComponentTerms) -> PiecewiseLinear:
        """The pieces of a component's curve, floor and cap."""
        most = np.inf
        pieces: list[tuple[float, float, float]] = [(-np.inf, 1.0, 0.0)]
        if terms.curve is not None:
            starts, payouts, rises = (part.tolist() for part in terms.curve.pieces())
            most = np.inf if terms.curve.cap is None else terms.curve.cap
            pieces = [
                (-np.inf if not band else start, rise, payout - rise * start)
                for band, (start, payout, rise) in enumerate(zip(starts, payouts, rises, strict=True))
            ]
            # Of two curve points at the same attainment the later one counts.
            pieces = [one for one, after in zip(pieces, [*pieces[1:], None], strict=True)
                      if after is None or after[0] > one[0]]  # fmt: skip
        least, most = (
            float(limit(bound, terms.values["floor"], terms.values["cap"])) for bound in (0.0, most)
        )
        zero = -np.inf
        if len(pieces) > 1 and pieces[0][1:] == (0.0, 0.0) and not least:
            zero, pieces = pieces[1][0], pieces[1:]
        merged = pieces[:1]
        for start, rise, const in pieces[1:]:
            if abs(rise - merged[-1][1]) + abs(const - merged[-1][2]) > 1e-12:
                merged.append((start, rise, const))
        found = cls([(rise, const) for _, rise, const in merged], [start for start, _, _ in merged[1:]], zero,
                    None, least, most)  # fmt: skip
        found.bend = found._bend()
        return found

    def _bend(self) -> Callable[..., Any] | None:
        """How the lines make one: they meet where they change, and rise ever less or ever more."""
        pairs = list(zip(self.lines, self.lines[1:], self.starts, strict=False))
        if any(abs((one[0] - two[0]) * at + one[1] - two[1]) > 1e-12 for one, two, at in pairs):
            return None
        if all(one[0] >= two[0] for one, two, _ in pairs):
            return np.minimum
        return np.maximum if all(one[0] <= two[0] for one, two, _ in pairs) else None

    def ratios(self, reached: Floats, ratio: Floats, spare: Floats) -> Floats:
        """The payout ratio at each attainment, in `ratio`; `spare` is room of the same shape."""
        _line(reached, self.lines[0], ratio)
        for line, start in zip(self.lines[1:], self.starts, strict=True):
            if self.bend is not None and not line[0]:
                self.bend(ratio, line[1], out=ratio)
                continue
            _line(reached, line, spare)
            if self.bend is not None:
                self.bend(ratio, spare, out=ratio)
            else:
                np.copyto(ratio, spare, where=reached >= start - HALF)
        if self.falls:
            np.maximum(ratio, self.least, out=ratio)
        if self.most < np.inf:
            np.minimum(ratio, self.most, out=ratio)
        if self.zero > -np.inf:
            ratio *= reached >= self.zero - HALF
        return ratio

    @cached_property
    def falls(self) -> bool:
        """Whether a line gets below the least anywhere that it counts."""
        begins = [self.zero, *self.starts]
        ends = [*self.starts, np.inf]
        for (rise, const), first, last in zip(self.lines, begins, ends, strict=True):
            for at in (first, last):
                value = const if not rise else rise * at + const
                if value < self.least:
                    return True
        return False


@dataclass(eq=False, repr=False)
class NormalShortcut:
    """From standard normal numbers to money in one go, where pieces bend as one and attainments are normal:
    mean, spread, curve and target of each row are folded into its own lines. All are columns, a row a person.

    lines: slope (None: flat) and what it is at 0, in rounding units and with the half that rounding asks for.
    zero: the number below which nothing is paid.
    """

    bend: Callable[..., Any]
    lines: list[tuple[Floats | None, Floats]]
    zero: Floats | None
    least: Floats | None
    most: Floats | None

    @classmethod
    def of(
        cls, pieces: PiecewiseLinear, normal: Marginals, full: Floats, unit: float
    ) -> NormalShortcut | None:
        """The same as `pieces` of the attainments of `normal`, × full; None where it cannot be."""
        if pieces.bend is None or normal.bounded or normal.curved:
            return None
        mean, spread, per = normal.mean, normal.spread, full[:, None] / unit
        half = 0.5 + HALF / unit
        zero = None
        if pieces.zero > -np.inf:
            apart = pieces.zero - HALF - mean
            still = np.where(apart > 0, np.inf, -np.inf)
            zero = np.where(spread > 0, apart / np.where(spread > 0, spread, 1.0), still)
        return cls(
            pieces.bend,
            [
                (rise * spread * per if rise else None, (rise * mean + const) * per + half)
                for rise, const in pieces.lines
            ],
            zero,
            pieces.least * per + half if pieces.falls else None,
            pieces.most * per + half if pieces.most < np.inf else None,
        )

    def amounts(self, numbers: Floats, rows: NDArray[np.intp], money: Floats, spare: Floats) -> None:
        """What some rows are paid, in rounding units and before rounding down, in `money`."""
        for which, (rise, const) in enumerate(self.lines):
            out = spare if which else money
            if rise is None:
                if which:
                    self.bend(money, const[rows], out=money)
                else:
                    money[:] = const[rows]
                continue
            np.multiply(numbers, rise[rows], out=out)
            out += const[rows]
            if which:
                self.bend(money, spare, out=money)
        if self.least is not None:
            np.maximum(money, self.least[rows], out=money)
        if self.most is not None:
            np.minimum(money, self.most[rows], out=money)
        if self.zero is not None:
            money *= numbers >= self.zero[rows]


def _line(reached: Floats, line: tuple[float, float], out: Floats) -> None:
    rise, const = line
    if not rise:
        out.fill(const)
        return
    np.multiply(reached, rise, out=out)
    if const:
        out += const
