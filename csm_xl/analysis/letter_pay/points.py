"""The attainments of which a letter shows what they pay, from below the threshold to the maximum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.letter_pay.assumed import own_gates
from csm_xl.analysis.letter_pay.figures import Assumed, at_goal
from csm_xl.plan.model import ComponentTerms, PlanTerms

_ROWS: Final = 9
"""About how many attainments are shown between threshold and maximum."""
_STEPS: Final = (0.01, 0.02, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 2.5, 5.0)
_HAIR: Final = 0.0001
_BEYOND: Final = 0.4
"""How far beyond its last point a curve without a maximum is shown."""


@dataclass(frozen=True, slots=True)
class Point:
    """An attainment, or in a measure's own unit an actual. near: −1 just short of `bound`, +1 just past it,
    0 neither. shown: whether the table shows it, or the chart alone."""

    at: Assumed
    near: int = 0
    bound: float = 0.0
    shown: bool = True


def points(terms: ComponentTerms, plan: PlanTerms) -> list[Point]:
    """The points of a target-based component, the worst first; of a matrix each cell, row by row."""
    if terms.matrix is not None:
        heads = zip((terms.matrix.rows, terms.matrix.columns), terms.matrix.exceeded(), strict=True)
        rows, columns = ([_at_head(terms, plan, *one) for one in zip(*part, strict=True)] for part in heads)
        return [Point(Assumed(row, column, own_unit=terms.own_unit)) for row in rows for column in columns]
    if terms.own_unit:
        found = _in_units(terms)
        return [replace(one, at=replace(one.at, own_unit=True)) for one in found]
    return _on_attainment(terms, plan)


def _at_head(terms: ComponentTerms, plan: PlanTerms, head: float, exceed: bool) -> float:
    """The figure at which a row or column of a matrix pays: its head, or just above it."""
    if not exceed:
        return head
    hair = abs(head) * 1e-6 if terms.own_unit else _HAIR
    return round(head + max(hair, plan.round_attainment or 0.0, 1e-9), 9)


def _on_attainment(terms: ComponentTerms, plan: PlanTerms) -> list[Point]:
    hair = max(plan.round_attainment or 0.0, _HAIR)
    bounds = sorted(_bounds(terms))
    first, last = _span(terms, bounds)
    steps = _grid(first, last)
    found = {
        value: Point(Assumed(value)) for value in [*steps, *(one for one in bounds if first <= one <= last)]
    }
    curve = terms.curve
    over = {} if curve is None else dict(zip(curve.rising()[0], curve.exceeded(), strict=True))
    lowest = next((one for one in bounds if one > 0), None)
    for bound in bounds if _jumps(terms) else ():
        strict = over.get(bound, curve is not None and curve.strict)
        value = round(bound + (hair if strict else -hair), 6)
        if value >= 0 and value not in found:
            near = Point(Assumed(value), 1 if strict else -1, bound, shown=bound == lowest or strict)
            found[value] = near
    return [found[value] for value in sorted(found) if value > 0 or terms.values.get("method") != "inverse"]


def _jumps(terms: ComponentTerms) -> bool:
    return terms.curve is not None or any(own_gates(terms))


def _bounds(terms: ComponentTerms) -> set[float]:
    """Where its pay begins, bends, jumps or ends."""
    found = set[float]()
    if terms.curve is not None:
        found.update(terms.curve.attainment)
    for gate, own in zip(terms.gates, own_gates(terms), strict=True):
        if own:
            found.add(float(gate.minimum))
    if terms.values.get("kicker_ratio") is not None:
        found.add(1.0)
    found.update(_at_limits(terms))
    return {round(value, 9) for value in found if value >= 0}


def _at_limits(terms: ComponentTerms) -> Iterator[float]:
    """The attainments at which floor and cap take hold."""
    limits = [terms.values.get("cap"), terms.values.get("floor")]
    curve = terms.curve
    if curve is not None:
        limits.append(curve.cap)
    for limit in limits:
        if limit is None:
            continue
        if curve is None:
            yield limit
        elif curve.mode == "linear":
            yield from _reaching(terms, float(limit))


def _reaching(terms: ComponentTerms, ratio: float) -> Iterator[float]:
    """Where the curve pays a ratio: inside it, or on its last slope beyond."""
    assert terms.curve is not None
    figures, payouts = terms.curve.rising()
    pairs = list(zip(figures, payouts, strict=True))
    for number, ((x0, y0), (x1, y1)) in enumerate(pairwise(pairs), 2):
        beyond = number == len(pairs) and terms.curve.above == "extrapolate"
        if x1 != x0 and y1 != y0 and (y0 < ratio < y1 or (beyond and ratio > y1)):
            yield round(x0 + (ratio - y0) * (x1 - x0) / (y1 - y0), 9)


def _span(terms: ComponentTerms, bounds: list[float]) -> tuple[float, float]:
    """From where to where its pay is shown."""
    ends = bounds or [0.0]
    first, last = (min(ends), max(ends)) if terms.curve is not None else (0.0, max(*ends, 1.0))
    last = max(last, 1.0) if first == last else last
    endless = terms.curve is None or terms.curve.above == "extrapolate"
    capped = terms.values.get("cap") is not None or (terms.curve is not None and terms.curve.cap is not None)
    if terms.values.get("peer_group"):
        return first, max(1.0, last if terms.curve is not None else 1.0)
    return first, last + (_BEYOND if endless and not capped else 0.0)


def _grid(first: float, last: float) -> list[float]:
    """Round attainments from first to last."""
    step = next((step for step in _STEPS if (last - first) / step <= _ROWS), last - first or 1.0)
    number = int(np.ceil(first / step - 1e-9))
    found = []
    while number * step <= last + 1e-9:
        found.append(round(number * step, 9))
        number += 1
    return found


def _in_units(terms: ComponentTerms) -> list[Point]:
    """The points of a curve in the measure's own unit, and one between each two; without a curve the actual
    is the payout ratio itself."""
    if terms.curve is None:
        cap = terms.values.get("cap")
        return [Point(Assumed(value)) for value in _grid(0.0, float(cap) if cap is not None else 1.5)]
    figures, _ = terms.curve.rising()
    way = -1 if terms.curve.lower else 1
    hair = max((max(figures) - min(figures)) * 1e-6, abs(figures[0]) * 1e-6, 1e-9)
    found: dict[float, Point] = {}
    for number, (figure, strict) in enumerate(zip(figures, terms.curve.exceeded(), strict=True)):
        short = round(figure + (hair if strict else -hair) * way, 9)
        near = 1 if strict else -1
        found[short] = Point(Assumed(short), near, figure, shown=number == 0 or strict)
        found[figure] = Point(Assumed(figure))
    for before, after in pairwise(figures):
        if terms.curve.mode == "linear" and before != after:
            found.setdefault(middle := round((before + after) / 2, 9), Point(Assumed(middle)))
    reached = [at_goal(terms).figure, *_at_limits(terms)]
    if terms.curve.above == "extrapolate" and len(figures) > 1:
        reached.append(round(figures[-1] + (figures[-1] - figures[0]) / 2, 9))
    for value in reached:
        found.setdefault(value, Point(Assumed(value)))
    return [found[value] for value in sorted(found, reverse=terms.curve.lower)]
