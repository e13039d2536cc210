"""A picture as shapes, drawn once as SVG and once for a PDF. Units are points of a page 680 wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, Literal

from csm_xl.report import words
from csm_xl.report.style import BOLD, INK, REGULAR, glyphs

WIDE: Final = 680.0
HALF: Final = 332.0
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled box from its top left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Lines:
    """A line through points; dashed where it is only a reference."""

    points: Sequence[tuple[float, float]]
    color: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A disc with a white edge."""

    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text on its baseline."""

    x: float
    y: float
    said: str
    size: float = 11.0
    color: str = INK
    bold: bool = False
    anchor: Anchor = "start"


Shape = Rect | Lines | Dot | Words


@dataclass(slots=True)
class Scene:
    """Shapes on a sheet, later ones over earlier ones; y counts down from the top."""

    width: float
    height: float
    shapes: list[Shape] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        """Add a box."""
        self.shapes.append(Rect(x, y, width, height, fill))

    def line(self, *points: tuple[float, float], color: str, width: float = 1.0,
             dashed: bool = False) -> None:  # fmt: skip
        """Add a line."""
        self.shapes.append(Lines(points, color, width, dashed))

    def dot(self, x: float, y: float, radius: float, fill: str) -> None:
        """Add a disc."""
        self.shapes.append(Dot(x, y, radius, fill))

    def words(self, x: float, y: float, said: str, size: float = 11.0, color: str = INK,
              bold: bool = False, anchor: Anchor = "start", most: float | None = None) -> None:  # fmt: skip
        """Add a line of text, cut where it is wider than `most`."""
        said = words.plain(said)
        if most is not None:
            from csm_xl.report.text import cut

            said = cut(said, most, size, bold)
        self.shapes.append(Words(x, y, said, size, color, bold, anchor))


def wide(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is set."""
    from csm_xl.report.text import width

    known = glyphs()
    return width(words.shown(text, known), size, bold)


def svg(scene: Scene, label: str, name: str) -> str:
    """The scene as an SVG element. label: its alternative text. name: an id of its own on the page."""
    said = escape(words.plain(label), quote=True)
    shapes = "".join(map(_element, scene.shapes))
    return (
        f'<svg viewBox="0 0 {_n(scene.width)} {_n(scene.height)}" role="img" aria-labelledby="{name}">'
        f'<title id="{name}">{said}</title>{shapes}</svg>'
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _element(shape: Shape) -> str:
    match shape:
        case Rect():
            return (
                f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}"'
                f' height="{_n(shape.height)}" fill="{shape.fill}"/>'
            )
        case Lines():
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in shape.points)
            dash = ' stroke-dasharray="4 3"' if shape.dashed else ""
            return (
                f'<polyline points="{points}" fill="none" stroke="{shape.color}"'
                f' stroke-width="{_n(shape.width)}" stroke-linejoin="round"{dash}/>'
            )
        case Dot():
            return (
                f'<circle cx="{_n(shape.x)}" cy="{_n(shape.y)}" r="{_n(shape.radius)}"'
                f' fill="{shape.fill}" stroke="#FFFFFF"/>'
            )
        case Words():
            weight = ' font-weight="700"' if shape.bold else ""
            anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
            return (
                f'<text x="{_n(shape.x)}" y="{_n(shape.y)}" font-size="{_n(shape.size)}"'
                f' fill="{shape.color}"{weight}{anchor}>{escape(shape.said)}</text>'
            )


def drawing(scene: Scene, width: float) -> Any:
    """The scene as a drawing for a PDF, so wide in points."""
    from reportlab.graphics.shapes import Circle, Drawing, Group, PolyLine, String
    from reportlab.graphics.shapes import Rect as Box
    from reportlab.lib.colors import HexColor

    known = glyphs()
    scale = width / scene.width
    group, top = Group(), scene.height
    for shape in scene.shapes:
        match shape:
            case Rect():
                group.add(Box(shape.x, top - shape.y - shape.height, shape.width, shape.height,
                              fillColor=HexColor(shape.fill), strokeColor=None))  # fmt: skip
            case Lines():
                points = [part for x, y in shape.points for part in (x, top - y)]
                made = PolyLine(points, strokeColor=HexColor(shape.color), strokeWidth=shape.width,
                                strokeLineJoin=1)  # fmt: skip
                made.strokeDashArray = [4, 3] if shape.dashed else None
                group.add(made)
            case Dot():
                group.add(Circle(shape.x, top - shape.y, shape.radius, fillColor=HexColor(shape.fill),
                                 strokeColor=HexColor("#FFFFFF"), strokeWidth=1))  # fmt: skip
            case Words():
                group.add(String(shape.x, top - shape.y, words.shown(shape.said, known),
                                 fontName=BOLD if shape.bold else REGULAR, fontSize=shape.size,
                                 fillColor=HexColor(shape.color), textAnchor=shape.anchor))  # fmt: skip
    group.scale(scale, scale)
    return Drawing(width, scene.height * scale, group)
