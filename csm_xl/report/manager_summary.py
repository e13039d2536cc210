"""The first page of a manager's file: what each of their people was paid, on a line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from csm_xl.report import words
from csm_xl.report.letterhead import Letterhead
from csm_xl.report.paper import ON_NAVY, WHITE, Paper, Size, band, line, rule
from csm_xl.report.statement import Statement
from csm_xl.report.style import GREY, NAVY

_MARGIN: Final = 36.0
_BAND: Final = 50.0
_LATER: Final = 26.0
_FOOT: Final = 28.0
_TITLE: Final = "Summary of your people"


def summary(
    manager: str, people: Sequence[Statement], period: str, as_of: date, paper: str, letterhead: Letterhead
) -> bytes:
    """The summary as a PDF file. manager: the name with the ID. people: the statements of their people."""
    from csm_xl.report.manager_table import story

    def first(canvas: Any, size: Size) -> None:
        letterhead.draw(canvas, size, _MARGIN)
        below = size[0], size[1] - letterhead.height
        band(canvas, below, _BAND, NAVY)
        width, height = below
        half, end = width / 2 - _MARGIN, width - _MARGIN
        line(canvas, _MARGIN, height - 24, _TITLE, 17, WHITE, half * 1.4, bold=True)
        line(canvas, _MARGIN, height - 39, manager, 10, ON_NAVY, half * 1.5)
        line(canvas, end, height - 24, period, 17, WHITE, half * 0.6, bold=True, right=True)
        line(canvas, end, height - 39, f"as of {as_of.isoformat()}", 9, ON_NAVY, half / 2, right=True)

    def later(canvas: Any, size: Size) -> None:
        band(canvas, size, _LATER, NAVY)
        line(canvas, _MARGIN, size[1] - 17, f"{_TITLE}  ·  {manager}", 9, WHITE, size[0] / 2, bold=True)
        line(canvas, size[0] - _MARGIN, size[1] - 17, period, 9, WHITE, size[0] / 3, bold=True, right=True)

    def foot(canvas: Any, size: Size, number: int, pages: int) -> None:
        rule(canvas, size, _MARGIN, _FOOT)
        half, y = size[0] / 2 - _MARGIN, _FOOT - 10
        line(canvas, _MARGIN, y, f"Confidential: for {manager} only", 6.5, GREY, half * 1.5)
        said = f"summary, page {number} of {pages}"
        line(canvas, size[0] - _MARGIN, y, said, 6.5, GREY, half / 2, right=True)

    title = f"{_TITLE} {words.one_line(period)}"
    heads = letterhead.height + _BAND + 10, _LATER + 10
    page = Paper(title, _MARGIN, *heads, _FOOT + 6, first, later, foot)
    return page.pdf(lambda inner: story(people, inner, letterhead.contact_line), paper)
