"""A pay curve as a drawing, with the point where a person is."""

from __future__ import annotations

from math import ceil, floor
from typing import Any, Final

import numpy as np

from csm_xl.report.statement_curves import CurveView
from csm_xl.report.style import AMBER, BOLD, GREY, INK, NAVY, REGULAR, RULE, TEAL, glyphs
from csm_xl.report.words import in_style, percent, shown

_LEFT: Final = 30
_BOTTOM: Final = 24
_TOP: Final = 26
_STEPS: Final = 240


def drawing(view: CurveView, name: str, width: float, height: float) -> Any:
    """The curve of a component over attainment, with a point for each period.

    name: the component's, as it can be shown. width, height: in points.
    """
    from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, String
    from reportlab.lib.colors import HexColor, white

    picture = Drawing(width, height)

    def color(code: str) -> Any:
        return HexColor(code)

    def text(x: float, y: float, words: str, size: float = 6, fill: str = GREY, font: str = REGULAR,
             anchor: str = "start") -> None:  # fmt: skip
        picture.add(
            String(x, y, words, fontName=font, fontSize=size, fillColor=color(fill), textAnchor=anchor)
        )

    low, high = _span(view)
    path = _path(view, low, high)
    most = _top(max([ratio for _, ratio in path] + [point.ratio for point in view.points]))
    right, top = width - 8, height - _TOP

    def at(attainment: float, ratio: float) -> tuple[float, float]:
        x = _LEFT + (attainment - low) / (high - low) * (right - _LEFT)
        return min(max(x, _LEFT), right), _BOTTOM + ratio / most * (top - _BOTTOM)

    last = view.points[-1]
    text(0, height - 8, _cut(name, width), 7.5, NAVY, BOLD)
    reached = (
        in_style(f"{last.attainment:,.10g}") if view.own_unit else f"{percent(last.attainment)} attained"
    )
    reached += " on average" if view.composite else ""
    said = f"{reached} pays {percent(last.ratio)} of target"
    said = said if len(view.points) == 1 else f"{last.label}: {said}"
    text(0, height - 17, _cut(said, width, 6.5, REGULAR), 6.5, INK)
    for ratio in ticks(0, most):
        _, y = at(low, ratio)
        picture.add(Line(_LEFT, y, right, y, strokeColor=color(RULE), strokeWidth=0.5))
        text(_LEFT - 4, y - 2, f"{ratio:.0%}", anchor="end")
    for attainment in ticks(low, high):
        x, y = at(attainment, 0)
        picture.add(Line(x, y, x, y - 2, strokeColor=color(GREY), strokeWidth=0.5))
        said = in_style(f"{attainment:,.10g}") if view.own_unit else f"{attainment:.0%}"
        text(x, y - 9, said, anchor="middle")
    text(
        (_LEFT + right) / 2,
        3,
        f"{_across(view)} across, payout (% of target) up",
        5.5,
        GREY,
        anchor="middle",
    )
    points = [coordinate for spot in path for coordinate in at(*spot)]
    picture.add(PolyLine(points, strokeColor=color(NAVY), strokeWidth=1.4, strokeLineJoin=1))
    for point in view.points:
        x, y = at(point.attainment, point.ratio)
        x0, y0 = at(low, 0)
        if point is last:
            for line in (Line(x, y0, x, y), Line(x0, y, x, y)):
                line.strokeColor, line.strokeWidth, line.strokeDashArray = color(TEAL), 0.7, [2, 2]
                picture.add(line)
        off = abs(float(view.curve.payout_ratio(np.asarray(point.attainment))) - point.ratio) > 1e-9
        fill = AMBER if off else TEAL
        picture.add(Circle(x, y, 3.2 if point is last else 2.2, fillColor=color(fill), strokeColor=white))
        if len(view.points) > 1:
            text(min(x + 3, right - 24), y - 8, _cut(point.label, 60, 5.5, REGULAR), 5.5, INK)
    return picture


def _across(view: CurveView) -> str:
    """What a curve is read at, in words."""
    if view.own_unit:
        return "actual"
    return "attainment of the composite" if view.composite else "attainment (% of goal)"


def _span(view: CurveView) -> tuple[float, float]:
    """The attainments that are shown: all curve points and points, with some room around."""
    values = [*view.curve.attainment, *(point.attainment for point in view.points)]
    low, high = min(values), max(values)
    room = max((high - low) * 0.12, 0.05)
    return max(low - room, 0.0) if low >= 0 else low - room, high + room


def _path(view: CurveView, low: float, high: float) -> list[tuple[float, float]]:
    """The curve between two attainments; at a curve point, what it pays just before and on it."""
    curve = view.curve
    hair = (high - low) * 1e-6
    inside = [knot for knot in curve.attainment if low <= knot <= high]
    spots = sorted(
        {low, high, *np.linspace(low, high, _STEPS).tolist(), *inside, *(k - hair for k in inside)}
    )
    return list(zip(spots, curve.payout_ratio(np.array(spots)).tolist(), strict=True))


def _top(value: float) -> float:
    return max(ceil(value * 1.08 * 4) / 4, 0.5)


def ticks(low: float, high: float) -> list[float]:
    """Round percentages from low to high, five or so."""
    wide = high - low
    steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5]
    steps += [many * 10.0**power for power in range(1, 12) for many in (1, 2, 5)]
    step = next(step for step in steps if wide / step <= 6)
    return [number * step for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def _cut(text: str, room: float, size: float = 7.5, font: str = BOLD) -> str:
    """A text as long as fits; what the font cannot show is as its code."""
    from csm_xl.report.text import width

    text = shown(text, glyphs())
    if width(text, size, font == BOLD) <= room:
        return text
    while text and width(f"{text}…", size, font == BOLD) > room:
        text = text[:-1]
    return f"{text}…"
