"""What is assumed of a component: an attainment or an actual, and the one that is at goal."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from csm_xl.pay.rounding import as_fraction
from csm_xl.plan.model import ComponentTerms


@dataclass(frozen=True, slots=True)
class Assumed:
    """What is assumed of a component: its attainment, or with `own_unit` the actual that it pays on, and that
    of the column measure of a matrix."""

    figure: float
    across: float | None = None
    own_unit: bool = False


def at_goal(terms: ComponentTerms) -> Assumed:
    """What is at goal: an attainment of 1; in a measure's own unit what pays 100%, else the best."""
    if not terms.own_unit:
        return Assumed(1.0, 1.0 if terms.matrix is not None else None)
    if terms.matrix is not None:
        return Assumed(float(terms.matrix.rows[-1]), float(terms.matrix.columns[-1]), own_unit=True)
    if terms.curve is None:
        return Assumed(1.0, own_unit=True)
    figures, payouts = terms.curve.rising()
    points = list(zip(figures, payouts, strict=True))
    for (x0, y0), (x1, y1) in pairwise([points[0], *points]):
        if y1 == 1:
            return Assumed(float(x1), own_unit=True)
        if terms.curve.mode == "linear" and y0 < 1 < y1:
            return Assumed(float(_between(x0, y0, x1, y1)), own_unit=True)
    return Assumed(float(figures[-1]), own_unit=True)


def _between(x0: float, y0: float, x1: float, y1: float) -> Fraction:
    """Where the line between two points of a curve pays 100%."""
    low, least, high, most = map(as_fraction, (x0, y0, x1, y1))
    return low + (1 - least) * (high - low) / (most - least)
