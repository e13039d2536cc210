"""The pay curves on a person's statement, and where the person is on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from csm_xl.engine.composite_curve import COMPOSITE_STEP
from csm_xl.engine.explain import Passage
from csm_xl.pay.curves import Curve

_MOST_CURVES: Final = 6
"""More pay curves than these are drawn together where they are the same."""


@dataclass(slots=True)
class Point:
    """Where the person is on a curve. label: the period, or the component where several share it."""

    label: str
    attainment: float
    ratio: float


@dataclass(slots=True)
class CurveView:
    """A component's pay curve, and where the person is on it.

    own_unit: whether its points are actuals. composite: whether it is read at the weighted average attainment
    of several components, which its points are then at.
    """

    name: str
    curve: Curve
    points: list[Point]
    own_unit: bool = False
    composite: bool = False


def known(value: float | None) -> float | None:
    """A figure of a line; None where it does not apply."""
    return None if value is None or np.isnan(value) else float(value)


def _composite(passage: Passage) -> float | None:
    """The attainment of the composite that a component's curve is read at; None while it is not known."""
    found = (step.value for step in passage.steps if step.step == COMPOSITE_STEP)
    return next((value for value in found if isinstance(value, float)), None)


def curves(passages: Sequence[Passage]) -> list[CurveView]:
    """Each component's curve, with a point for every period in which it was measured."""
    found: dict[tuple[str, str, int], CurveView] = {}
    for passage in passages:
        terms, line = passage.terms, passage.line
        if terms is None or line is None or terms.curve is None or line["payout_ratio"] is None:
            continue  # a curve that funds a pool pays nobody a share of their target
        figure = known(line["actual"] if terms.own_unit else line["attainment"])
        if terms.on_composite:
            figure = _composite(passage)
        if figure is None:
            continue
        key = (terms.plan_id, terms.component_id, id(terms.curve))
        name = terms.component_name or terms.component_id
        if terms.on_composite:  # one picture of all that are paid at that point
            key = (terms.plan_id, f"composite {terms.composite or ''}", id(terms.curve))
            if key in found and name not in found[key].name.split(" + "):
                found[key].name += f" + {name}"
            if key in found and passage.period.name in {point.label for point in found[key].points}:
                continue
        view = found.setdefault(key, CurveView(name, terms.curve, [], terms.own_unit, terms.on_composite))
        view.points.append(Point(passage.period.name, figure, line["payout_ratio"]))
    if len(found) <= _MOST_CURVES:
        return list(found.values())
    shared: dict[int, list[CurveView]] = {}
    for (_, _, curve), view in found.items():
        shared.setdefault(curve, []).append(view)
    return [_together(views) for views in shared.values()]


def _together(views: Sequence[CurveView]) -> CurveView:
    """Components on one curve as one picture: equal points once, with the number that they represent."""
    if len(views) == 1:
        return views[0]
    spots: dict[tuple[float, float], list[str]] = {}
    for view in views:
        for point in view.points:
            spots.setdefault((point.attainment, point.ratio), []).append(view.name)
    points = [
        Point(names[0] if len(names) == 1 else f"{len(names)} components", *spot)
        for spot, names in spots.items()
    ]
    one = views[0]
    return CurveView(f"{len(views)} components on one curve", one.curve, points, one.own_unit, one.composite)
