"""What each attainment pays, as a drawing: money up, attainment across, the goal marked."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.report.curve import ticks
from csm_xl.report.letters.document import Chart
from csm_xl.report.letters.sentences import figure, ratio
from csm_xl.report.style import GREY, INK, NAVY, REGULAR, RULE, TEAL, glyphs
from csm_xl.report.text import cut
from csm_xl.report.words import shown

_LEFT: Final = 44
_BOTTOM: Final = 26
_TOP: Final = 14


def drawing(chart: Chart, width: float, height: float) -> Any:
    """The chart at a size in points, as a ReportLab drawing."""
    from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, String
    from reportlab.lib.colors import HexColor, white

    picture = Drawing(width, height)
    right, top = width - 10, height - _TOP
    low, high = chart.spots[0][0], chart.spots[-1][0]
    most = max(max(amount for _, amount in chart.spots), 1e-9) * 1.08
    grid = ticks(0, most)
    most = max(most, grid[-1])

    def at(spot: tuple[float, float]) -> tuple[float, float]:
        across = (spot[0] - low) / (high - low or 1.0)
        return _LEFT + across * (right - _LEFT), _BOTTOM + max(spot[1], 0.0) / most * (top - _BOTTOM)

    def text(
        x: float, y: float, said: str, anchor: str = "start", size: float = 6.2, fill: str = GREY
    ) -> None:
        said = shown(cut(said, width, size), glyphs())
        picture.add(
            String(x, y, said, fontName=REGULAR, fontSize=size, fillColor=HexColor(fill), textAnchor=anchor)
        )

    for amount in grid:
        _, y = at((low, amount))
        picture.add(Line(_LEFT, y, right, y, strokeColor=HexColor(RULE), strokeWidth=0.5))
        text(_LEFT - 4, y - 2, figure(round(amount, 6)), "end")
    for value in ticks(low, high):
        x, y = at((value, 0.0))
        picture.add(Line(x, y, x, y - 2, strokeColor=HexColor(GREY), strokeWidth=0.5))
        text(x, y - 9, ratio(value) if chart.as_ratio else figure(value), "middle")
    text((_LEFT + right) / 2, 4, chart.across, "middle")
    text(0, height - 8, chart.up)
    points = [coordinate for spot in chart.spots for coordinate in at(spot)]
    picture.add(PolyLine(points, strokeColor=HexColor(NAVY), strokeWidth=1.5, strokeLineJoin=1))
    if chart.marked is not None:
        x, y = at(chart.marked)
        for line in (Line(x, _BOTTOM, x, y), Line(_LEFT, y, x, y)):
            line.strokeColor, line.strokeWidth, line.strokeDashArray = HexColor(TEAL), 0.7, [2, 2]
            picture.add(line)
        picture.add(Circle(x, y, 3, fillColor=HexColor(TEAL), strokeColor=white))
        falls = chart.spots[0][1] > chart.spots[-1][1]
        last = x > right - 30
        text(
            x + (-5 if last else 5),
            y + (4 if falls or last else -9),
            "at goal",
            "end" if last else "start",
            fill=INK,
        )
    return picture
