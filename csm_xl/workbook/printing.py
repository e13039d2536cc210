"""What of a sheet is printed, and on which pages: every table in full, and no page with nothing on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from csm_xl.workbook.page import HEAD_ROW, Sheet, Table
from csm_xl.xlsx.addresses import LAST_ROW, Area, area_text, quoted

_IN_THE_FILE: Final = {"Letter": 1, "A4": 9}
"""The number of each size of paper."""

_CHARACTERS_A_PAGE: Final = 132  # of a landscape page, Letter or A4, at 100%
_SMALLEST: Final = 0.6  # of the size on the screen: what is smaller cannot be read
_SIDE_BY_SIDE: Final = 0.65  # the size down to which tables share a page
_ROWS_A_PAGE: Final = 36
_ALIKE: Final = 0.85  # how much of the longest table the shortest one beside it must fill
_GAP: Final = 3.0
_SPARE: Final = 24  # rows of a page that a short table may grow into


def areas(sheet: Sheet, widths: Mapping[int, float]) -> list[Area]:
    """What of a sheet is printed; each area begins a page.

    A page of figures is one area. Of the tables side by side, those that are short or about equally
    long share a page where they have room; an area in which no table has a row is left out. So no page
    repeats the header of a table that has ended. Rows that are typed later are printed too.
    widths: of the columns, in characters; 0 where one is folded.
    """
    if sheet.printed or not sheet.tables or sheet.kind not in ("input", "check") or len(sheet.tables) < 2:
        bottom, right = sheet.printed or sheet.last
        return [Area(1, 1, bottom if sheet.printed or not sheet.tables else LAST_ROW, right)]
    whole = [_width(Area(one.top, one.left, one.last_row, one.right), widths) for one in sheet.tables]
    room = max(_CHARACTERS_A_PAGE / _SIDE_BY_SIDE, *whole)
    groups: list[list[Table]] = []
    used = 0.0
    for table, width in zip(sheet.tables, whole, strict=True):
        together = [*groups[-1], table] if groups else []
        if together and used + _GAP + width <= room and _share_pages(together) and sheet.kind == "input":
            groups[-1].append(table)
            used += _GAP + width
        else:
            groups.append([table])
            used = width
    found = []
    for group in groups:
        if group is groups[0] or any(table.rows for table in group):
            top, left = (1, 1) if group is groups[0] else (HEAD_ROW - 2, group[0].left)
            right = group[-1].right
            rows = [row for row, column in sheet.cells if left <= column <= right]
            found.append(Area(top, left, max([*rows, *(table.last_row for table in group)]), right))
    longest = max(area.bottom for area in found)
    return [_grown(area, longest) for area in found]


def _grown(area: Area, longest: int) -> Area:
    """An area with the rows that its tables may get: the longest to the end of its columns, of which the used
    rows are printed, the others down to the end of a page."""
    if area.bottom == longest:
        return area._replace(top=1, bottom=LAST_ROW)
    return area._replace(bottom=max(area.bottom, HEAD_ROW + _SPARE))


def _share_pages(tables: list[Table]) -> bool:
    rows = [max(1, len(table.rows)) for table in tables]
    return max(rows) <= _ROWS_A_PAGE or min(rows) >= _ALIKE * max(rows)


def set_up(page: Any, sheet: Sheet, widths: Mapping[int, float], paper: str, footer: str) -> None:
    """Paper, margins, what is printed, and the foot of each page. page: XlsxWriter's worksheet."""
    if not sheet.portrait:
        page.set_landscape()
    page.set_paper(_IN_THE_FILE[paper])
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    spans = areas(sheet, widths)
    page.print_area(0, 0, 1, 1)
    # XlsxWriter writes one area, and takes the text of several.
    page.print_area_range = ",".join(_reference(sheet.name, span) for span in spans)
    widest = max(spans, key=lambda span: _width(span, widths))
    if (
        sheet.kind == "input"
        and not sheet.printed
        and _width(widest, widths) * _SMALLEST > _CHARACTERS_A_PAGE
    ):
        page.set_print_scale(int(100 * _SMALLEST))
        page.set_v_pagebreaks(_breaks(widest, widths))
    else:
        page.fit_to_pages(1, 1 if sheet.one_page else 0)
        if sheet.one_page:
            page.center_horizontally()
    page.set_h_pagebreaks(sheet.breaks)
    page.set_footer(footer)
    if sheet.frozen[0] == HEAD_ROW:
        page.repeat_rows(HEAD_ROW - 1)


def _width(span: Area, widths: Mapping[int, float]) -> float:
    return sum(widths.get(column, _GAP) for column in range(span.left, span.right + 1))


def _breaks(span: Area, widths: Mapping[int, float]) -> list[int]:
    """The columns before which a page ends, in a table that is wider than a page."""
    found, used, room = [], 0.0, _CHARACTERS_A_PAGE / _SMALLEST
    for column in range(span.left, span.right + 1):
        width = widths.get(column, _GAP)
        if used and used + width > room:
            found.append(column - 1)
            used = 0.0
        used += width
    return found


def _reference(sheet: str, area: Area) -> str:
    return f"{quoted(sheet)}!{area_text(area)}"
