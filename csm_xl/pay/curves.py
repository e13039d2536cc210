"""Payout curves: from attainment to payout ratio."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.check import number_block, one_of, refuse
from csm_xl.pay.rounding import Array, bands, exact, is_exact
from csm_xl.pay.trace import greater, smaller

Mode = Literal["linear", "step"]
Below = Literal["zero", "hold", "extrapolate"]
Above = Literal["hold", "extrapolate"]

MODES: Final[tuple[str, ...]] = get_args(Mode)
BELOWS: Final[tuple[str, ...]] = get_args(Below)
ABOVES: Final[tuple[str, ...]] = get_args(Above)


@dataclass(eq=False, repr=False)
class Curve:
    """Curve points (attainment, payout ratio) and what holds between, below and above them.

    attainment, payout: the curve points, attainment non-decreasing; two curve points at one attainment make a
    jump.
    mode: ``linear`` interpolates between curve points, ``step`` pays the last curve point reached.
    below: before the first curve point ``zero``, ``hold`` its payout, or ``extrapolate`` the first slope.
    above: after the last curve point ``hold`` its payout or ``extrapolate`` the last slope.
    cap: the highest payout ratio (None: no cap).
    lower: the points are figures of which lower ones are better, such as days or costs. They may be typed
        from the worst to the best or the other way round; "below" and "before" are then on the worse side.
    strict: every point holds where it is exceeded, not where it is reached.
    exceed: the same of single points, a flag for each; empty for none. Of two points at one attainment only
        the later one may be exceeded: it pays from just above it.
    """

    attainment: tuple[float, ...]
    payout: tuple[float, ...]
    mode: str = "linear"
    below: str = "zero"
    above: str = "hold"
    cap: float | None = None
    lower: bool = False
    strict: bool = False
    exceed: tuple[bool, ...] = ()
    _tables: dict[bool, tuple[Array, Array, Array]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        one_of(self.mode, MODES, "mode")
        one_of(self.below, BELOWS, "below")
        one_of(self.above, ABOVES, "above")
        if not self.attainment or len(self.attainment) != len(self.payout):
            raise CsmError(VALUE, "a curve needs at least one point", "curve", len(self.attainment),
                           "Give rows of attainment and payout ratio.")  # fmt: skip
        knots = np.array([self.attainment, self.payout], dtype=np.float64).T
        refuse(
            ~np.isfinite(knots),
            knots,
            VALUE,
            "a curve point has no attainment or no payout ratio",
            "curve",
            "Type both as numbers.",
        )
        figures, over = self.rising()[0], self.exceeded()
        for at, (before, after) in enumerate(pairwise(figures)):
            if before == after and over[at] and not over[at + 1]:
                what = "two points are at one attainment, and the first of them must be exceeded"
                hint = "Put the point that must be exceeded after the other."
                raise CsmError(VALUE, what, "curve", after, hint)
        steps = np.diff(knots[:, 0], prepend=knots[0, 0])
        if self.lower and self._falls:
            refuse(
                steps > 0,
                knots[:, 0],
                VALUE,
                "the figure of a curve point is above the previous one",
                "curve",
                "Sort the curve points by their figures, all up or all down.",
            )
            return
        refuse(
            steps < 0,
            knots[:, 0],
            VALUE,
            "the attainment of a curve point is below the previous one",
            "curve",
            "Sort the curve points by attainment, lowest first.",
        )

    @property
    def _falls(self) -> bool:
        """Whether the points are typed from the highest figure down."""
        return bool(self.attainment[0] > self.attainment[-1])

    def rising(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The points from the worst to the best: their figures, and their payout ratios.

        >>> Curve((61, 66, 73), (2.0, 1.0, 0.5), lower=True).rising()
        ((73, 66, 61), (0.5, 1.0, 2.0))
        """
        if self.lower and not self._falls:
            return self.attainment[::-1], self.payout[::-1]
        return self.attainment, self.payout

    def exceeded(self) -> tuple[bool, ...]:
        """Whether each point must be exceeded, from the worst to the best.

        >>> Curve((0.9, 1.0, 1.15), (0.5, 1.0, 1.5), exceed=(False, False, True)).exceeded()
        (False, False, True)
        """
        if self.strict or not self.exceed:
            return (self.strict,) * len(self.attainment)
        return self.exceed[::-1] if self.lower and not self._falls else self.exceed

    def with_points(
        self, threshold: float | None = None, goal: float | None = None, maximum: float | None = None
    ) -> Curve:
        """The curve with other figures for its first point, the one that pays 100%, and its last; None leaves
        one as it is. Payout ratios stay.

        Errors: a curve with further points, or without the one that a figure is given for; figures that are
        not in order, from the worst to the best.

        >>> Curve((505, 631, 694), (0.5, 1.0, 2.0)).with_points(goal=600, maximum=700).attainment
        (505, 600, 700)
        """
        named = dict(zip(("threshold", "goal", "maximum"), self._named(), strict=True))
        figures, _ = self.rising()
        others = set(figures).difference(*named.values())
        if others:
            raise CsmError(VALUE, "the curve has points other than threshold, goal and maximum", "curve",
                           min(others), "Your own figures need a curve of these points only.")  # fmt: skip
        moved: dict[float, float] = {}
        for name, figure in (("threshold", threshold), ("goal", goal), ("maximum", maximum)):
            if figure is None:
                continue
            if len(named[name]) != 1:
                what = "several points at 100%" if named[name] else f"no {name}"
                raise CsmError(VALUE, f"the curve has {what}", name, figure, f"Clear {name}.")
            moved[named[name][0]] = figure
        new = [moved.get(x, x) for x in dict.fromkeys(figures)]
        if any(after <= before if not self.lower else after >= before for before, after in pairwise(new)):
            raise CsmError(VALUE, "threshold, goal and maximum are not in order", "curve", None,
                           f"These are {', '.join(f'{x:,.10g}' for x in new)}: they must go from the worst to"
                           " the best.")  # fmt: skip
        return replace(self, attainment=tuple(moved.get(x, x) for x in self.attainment), _tables={})

    def three_points(self) -> tuple[float | None, float | None, float | None]:
        """The figures of its threshold, of what pays 100%, and of its maximum; None where there is none, or
        several.

        >>> Curve((505, 631, 694), (0.5, 1.0, 2.0)).three_points()
        (505, 631, 694)
        >>> Curve((66, 68, 73), (1.0, 1.0, 0.5), lower=True).three_points()
        (73, None, 66)
        """
        worst, full, best = (found[0] if len(found) == 1 else None for found in self._named())
        return worst, full, best

    def _named(self) -> tuple[tuple[float, ...], ...]:
        """The figures that are its threshold, its 100%, and its maximum: a curve may begin or end with the
        goal, and then has no threshold or no maximum."""
        figures, payouts = self.rising()
        full = tuple(dict.fromkeys(x for x, y in zip(figures, payouts, strict=True) if y == 1))
        worst, best = figures[:1], figures[-1:]
        return () if full == worst else worst, full, () if full == best else best

    @classmethod
    def of(cls, knots: ArrayLike, mode: str = "linear", below: str = "zero", above: str = "hold",
           cap: float | None = None, lower: bool = False, strict: bool = False) -> Curve:  # fmt: skip
        """A curve from an n×2 block of curve points."""
        block = number_block(knots, (2,), "curve", "attainment and payout ratio")
        return cls(
            tuple(block[:, 0].tolist()), tuple(block[:, 1].tolist()), mode, below, above, cap, lower, strict
        )

    def _bands(self, exactly: bool) -> tuple[Array, Array, Array]:
        """Per band: where it starts, the payout there and the slope.

        Band 0 lies before the first curve point, band k starts at curve point k. A curve point belongs to the
        band it starts; of two curve points at one attainment the later one is where the next band starts.
        Made on exact numbers for both kinds: a float slope between curve points that are close together
        would lose digits, and extrapolation would carry the loss far.
        """
        if exactly not in self._tables:
            zero: Any = Fraction(0)
            x, y = (list(exact(list(part))) for part in self.rising())
            slopes = [
                zero if x[i + 1] == x[i] else (y[i + 1] - y[i]) / (x[i + 1] - x[i]) for i in range(len(x) - 1)
            ]
            real = [s for s, a, b in zip(slopes, x, x[1:], strict=False) if a != b]
            inner = slopes if self.mode == "linear" else [zero] * len(slopes)
            first = real[0] if real else zero
            last = real[-1] if real else zero
            start = y[0] * 0 if self.below == "zero" else y[0]
            rise = first if self.below == "extrapolate" else zero
            rises = [rise, *inner, last if self.above == "extrapolate" else zero]
            for kind, dtype in ((True, object), (False, np.float64)):
                parts = [np.array(part, dtype=object).astype(dtype)
                         for part in ([x[0], *x], [start, *y], rises)]  # fmt: skip
                self._tables[kind] = (parts[0], parts[1], parts[2])
        return self._tables[exactly]

    def pieces(self) -> tuple[Array, Array, Array]:
        """The straight pieces of the curve before its cap, worst first: where each starts, the payout ratio
        there and the slope. The first lies before the first curve point and is reported by what holds there.

        >>> [part.tolist() for part in Curve((0.9, 1.0), (0.5, 1.0)).pieces()]
        [[0.9, 0.9, 1.0], [0.0, 0.5, 1.0], [0.0, 5.0, 0.0]]
        """
        return self._bands(False)

    def payout_ratio(self, attainment: Array, doubt: Array | None = None) -> Array:
        """The payout ratio at each attainment; see `pay_curve`."""
        exactly = is_exact(attainment)
        starts, payouts, slopes = self._bands(exactly)
        figures, _ = self.rising()
        if self.lower:
            bounds = tuple(-figure for figure in figures)
            band = bands(np.asarray(-attainment), bounds, doubt, self.exceeded())
        else:
            band = bands(np.asarray(attainment), figures, doubt, self.exceeded())
        rise = slopes.take(band)
        rise *= attainment - starts.take(band)
        ratio = payouts.take(band)
        ratio += rise
        nothing: Any = Fraction(0) if exactly else 0.0
        ratio = greater(ratio, nothing)
        if self.cap is not None:
            most: Any = exact(self.cap)[()]
            ratio = smaller(ratio, most if exactly else float(most))
        return np.asarray(ratio, dtype=object if exactly else np.float64)

    def error(self, attainment: Array) -> Array:
        """A bound, in units of the last place of 1.0, on the float error of `payout_ratio`: one for all
        rows, or where the curve is extrapolated one for each."""
        starts, payouts, slopes = self._bands(False)
        steepest = float(np.max(np.abs(slopes)))
        rest = float(np.max(np.abs(payouts))) + steepest * float(np.max(np.abs(starts)))
        # A curve that is not extrapolated is flat beyond its curve points, whatever the attainment.
        open_ended = "extrapolate" in (self.below, self.above)
        reach: Any = np.abs(attainment) if open_ended else np.max(np.abs(starts))
        return np.asarray(4 * (reach * steepest + rest))


def pay_curve(
    attainment: ArrayLike,
    knots: ArrayLike,
    mode: str = "linear",
    below: str = "zero",
    above: str = "hold",
    cap: float | None = None,
    doubt: Array | None = None,
    lower: bool = False,
    strict: bool = False,
) -> Array:
    """The payout ratio that a curve pays at each attainment.

    attainment: ratio (1.0 is 100%), any shape; the result has the same shape and kind of number.
    knots: n×2, attainment (non-decreasing) and payout ratio. Linear between two points:
        y0 + (y1 − y0)(a − a0)/(a1 − a0). Two curve points at one attainment make a jump; a curve point
        belongs to the band it starts. Curve points are compared on 9 decimals.
    mode, below, above, cap, lower, strict: see `Curve`. A payout ratio is never below 0, not even where it is
        extrapolated.
    Errors: curve points not sorted, not two columns, or none; an unknown word.
    Source: payout curves as incentive plans file them with the SEC, such as Synchronoss 2013,
        exhibit 10.2: threshold, target and maximum joined by straight lines.

    >>> pay_curve([0.89, 0.9, 0.95, 1.1, 1.3], [(0.9, 0.5), (1, 1), (1.2, 1.5)]).round(12).tolist()
    [0.0, 0.5, 0.75, 1.25, 1.5]
    """
    kind = attainment if is_exact(attainment) else np.asarray(attainment, dtype=np.float64)
    return Curve.of(knots, mode, below, above, cap, lower, strict).payout_ratio(np.asarray(kind), doubt)
