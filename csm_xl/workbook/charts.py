"""Charts and sparklines: as data, and as they are drawn.

Every series refers to columns of tables, so that a chart follows its table; a title may be a cell whose
formula says the finding, so that it holds after a refresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from csm_xl.workbook.styles import FONT, GREY, INK, NAVY, RULE, WHITE

Look = Literal["line", "dashed", "column", "bar", "dots", "mark"]
"""How a series is drawn: a line or bars, dots without a line, or one mark that stands out."""
Resolve = Callable[[str], str]
"""From a formula with table references to one with plain ones: ``=tblPay[Pay]`` → ``=Pay!$B$2:$B$9``."""

MINUS_LEGEND: Final = 1
"""Up to this many series need no legend."""
_SHOWN: Final = {"percent": "0%", "money": "#,##0", "count": "#,##0", "general": "General"}
_CELL: Final = re.compile(r"(.*)\$([A-Z]+)\$(\d+):\$([A-Z]+)\$(\d+)$")


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart.

    name: words, or a formula that names a cell. values, across: columns such as ``tblPay[Pay (USD)]``,
    upwards and to the right (for bars: the categories). part: the first row and how many of them, where
    the series is a part of its table. labels: ``value``, or the column whose cells are at the
    points; shown: the number format of its values there. colors: of single points; a series without a
    color is not seen, and carries those on top of it.
    """

    name: str
    values: str
    across: str
    look: Look
    color: str
    part: tuple[int, int] | None = None
    labels: str = ""
    colors: tuple[str, ...] = ()
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: its title with the unit, its kind of value, and its ends where they are fixed.

    aside: its labels are at the edge of the chart, also where the other axis crosses it within.
    """

    title: str
    number: str = "general"
    least: float | None = None
    most: float | None = None
    step: float | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart on a sheet.

    place: row and column of its top left cell. shift: how far right and down of it, in pixels. size:
    width and height in pixels. title: what it finds, in words or as a formula that names a cell.
    alt: the same for those who cannot see it. stacked: columns or bars on top of one another.
    """

    place: tuple[int, int]
    size: tuple[int, int]
    title: str
    alt: str
    x: Axis
    y: Axis
    series: tuple[Series, ...]
    stacked: bool = False
    legend: Literal["bottom", "right"] = "bottom"
    shift: tuple[int, int] = (0, 0)

    @property
    def kind(self) -> str:
        """How its first series is drawn decides the kind of the chart."""
        first = self.series[0].look
        return first if first in ("column", "bar") else "scatter"


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A small line in a cell, over a row of cells such as ``'Dashboard'!$B$2:$E$2``."""

    place: tuple[int, int]
    cells: str


def draw_chart(book: Any, page: Any, chart: Chart, resolve: Resolve) -> None:
    """Put a chart on a worksheet of an XlsxWriter workbook."""
    subtype = "straight" if chart.kind == "scatter" else "stacked" if chart.stacked else None
    made = book.add_chart({"type": chart.kind, **({"subtype": subtype} if subtype else {})})
    above = None  # points over columns are a line chart of their own
    for series in chart.series:
        said = _series(series, chart, resolve)
        if chart.kind == "column" and series.look in ("dots", "mark", "line"):
            above = above or book.add_chart({"type": "line"})
            above.add_series(said)
        else:
            made.add_series(said)
    if above is not None:
        made.combine(above)
    made.set_title({"name": chart.title, "overlay": False, "layout": {"x": 0.02, "y": 0.025},
                    "name_font": {"name": FONT, "size": 11, "bold": True, "color": NAVY}})  # fmt: skip
    across, up = (_axis(axis) for axis in (chart.x, chart.y))
    across |= {"major_gridlines": {"visible": False}, "line": {"color": GREY, "width": 0.75}}
    up |= {
        "major_gridlines": {"visible": True, "line": {"color": RULE, "width": 0.75}},
        "line": {"none": True},
    }
    if chart.kind == "bar" and all(series.labels == "value" for series in chart.series):
        # Every bar has its number beside it, and those of the axis would run into one another.
        up |= {"label_position": "none", "major_gridlines": {"visible": False}}
    # The categories of bars are on the axis that goes up.
    made.set_x_axis(up if chart.kind == "bar" else across)
    made.set_y_axis(across if chart.kind == "bar" else up)
    if len(chart.series) > MINUS_LEGEND:
        unseen = [at for at, series in enumerate(chart.series) if not series.color]
        made.set_legend({"position": chart.legend, "font": _font(), "delete_series": unseen})
    else:
        made.set_legend({"none": True})
    made.set_chartarea({"border": {"color": RULE, "width": 0.75}, "fill": {"color": "#FFFFFF"}})
    made.set_plotarea({"fill": {"none": True}})
    made.show_blanks_as("gap")
    made.set_size({"width": chart.size[0], "height": chart.size[1]})
    row, column = chart.place
    page.insert_chart(row - 1, column - 1, made, {
        "description": chart.alt, "object_position": 1,
        "x_offset": chart.shift[0], "y_offset": chart.shift[1],
    })  # fmt: skip


def draw_sparkline(page: Any, spark: Sparkline) -> None:
    """Put a sparkline on a worksheet."""
    row, column = spark.place
    page.add_sparkline(row - 1, column - 1, {
        "range": spark.cells, "type": "column", "series_color": "#7C93AD", "min": 0,
    })  # fmt: skip


def _font(color: str = INK) -> dict[str, Any]:
    return {"name": FONT, "size": 9, "color": color}


def _axis(axis: Axis) -> dict[str, Any]:
    bounds = {"min": axis.least, "max": axis.most, "major_unit": axis.step}
    return {
        "name": axis.title,
        "name_font": {**_font(GREY), "bold": False},
        "num_font": _font(GREY),
        "num_format": _SHOWN[axis.number],
        "major_tick_mark": "none",
        "minor_tick_mark": "none",
        **({"label_position": "low"} if axis.aside else {}),
        **{name: value for name, value in bounds.items() if value is not None},
    }


def _series(series: Series, chart: Chart, resolve: Resolve) -> dict[str, Any]:
    values, across = (_part(resolve(f"={cells}"), series.part) for cells in (series.values, series.across))
    said: dict[str, Any] = {"name": series.name, "values": values, "categories": across}
    match series.look:
        case "column" | "bar":
            fill = {"color": series.color} if series.color else {"none": True}
            said |= {"fill": fill, "border": {"none": True}, "gap": 60}
            if chart.stacked:
                said["overlap"] = 100
        case "line" | "dashed":
            dash = {"dash_type": "dash", "width": 1.25} if series.look == "dashed" else {"width": 2.25}
            said |= {"line": {"color": series.color, **dash}, "marker": {"type": "none"}}
        case "dots" | "mark":
            shape = (
                {"type": "circle", "size": 6} if series.look == "dots" else {"type": "diamond", "size": 10}
            )
            edge = {"color": "#FFFFFF", "width": 0.75}
            said |= {"line": {"none": True},
                     "marker": {**shape, "fill": {"color": series.color}, "border": edge}}  # fmt: skip
    if series.colors:
        said["points"] = [{"fill": {"color": color}, "border": {"none": True}} for color in series.colors]
    if series.labels:
        said["data_labels"] = _labels(series, chart, values, resolve)
    return said


def _labels(series: Series, chart: Chart, values: str, resolve: Resolve) -> dict[str, Any]:
    on_navy = chart.stacked and series.color == NAVY
    color = series.color if series.look in ("line", "mark") else WHITE if on_navy else INK
    font = {**_font(color), "bold": series.look == "mark"}
    place = {"position": "right"} if chart.kind == "scatter" else {}
    if series.labels == "value":
        return {"value": True, "num_format": series.shown or _SHOWN[chart.y.number], "font": font, **place}
    count = _count(values)
    cells = _part(resolve(f"={series.labels}"), series.part)
    sheet, column, first, _, _ = _ends(cells)
    words = [{"value": f"{sheet}${column}${first + at}", "font": font} for at in range(count)]
    return {"value": True, "font": font, **place, "custom": words}


def _ends(cells: str) -> tuple[str, str, int, str, int]:
    """Sheet, column and row of the first cell, column and row of the last.

    >>> _ends("=Pay!$B$2:$B$9"), _ends("=Pay!$B$2")
    (('=Pay!', 'B', 2, 'B', 9), ('=Pay!', 'B', 2, 'B', 2))
    """
    found = _CELL.match(cells)
    if found:
        sheet, left, top, right, bottom = found.groups()
        return sheet, left, int(top), right, int(bottom)
    sheet, left, top = cells.rsplit("$", 2)
    return sheet, left, int(top), left, int(top)


def _count(cells: str) -> int:
    _, _, first, _, last = _ends(cells)
    return last - first + 1


def _part(cells: str, part: tuple[int, int] | None) -> str:
    """Some rows of a column, a range even where it is one cell.

    >>> _part("=Pay!$B$2:$B$9", (2, 3)), _part("=Pay!$B$2", None)
    ('=Pay!$B$4:$B$6', '=Pay!$B$2:$B$2')
    """
    sheet, left, top, right, bottom = _ends(cells)
    if part is not None:
        top += part[0]
        bottom = top + part[1] - 1
    return f"{sheet}${left}${top}:${right}${bottom}"
