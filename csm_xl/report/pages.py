"""A statement as a PDF: its pages, with what is at the head and the foot of each."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.plan.paper import LETTER
from csm_xl.report import words
from csm_xl.report.letterhead import PLAIN, Letterhead
from csm_xl.report.paper import ON_NAVY, WHITE, Paper, Size, band, line, rule
from csm_xl.report.statement import Statement
from csm_xl.report.style import GREY, NAVY

_MARGIN: Final = 36.0
_BAND: Final = 50.0
_LATER_BAND: Final = 26.0
_FOOT: Final = 28.0


def pdf(
    statement: Statement,
    paper: str = LETTER,
    analyst: bool = False,
    letterhead: Letterhead = PLAIN,
    reader: str = "",
) -> bytes:
    """The statement as a PDF file; the same statement gives the same bytes.

    paper: ``Letter`` or ``A4``. analyst: the copy for the person who checks it, with the IDs, all digits and
        the cells of every number. Otherwise the page has the words and the numbers that the employee needs.
    letterhead: the company's. reader: who it is for; if not given, the person.
    """
    from csm_xl.report.blocks import story

    reader = reader or statement.called
    pages = Paper(
        f"Pay statement {words.one_line(statement.period)}",
        _MARGIN,
        letterhead.height + _BAND + 8,
        _LATER_BAND + 8,
        _FOOT + 6,
        lambda canvas, size: _first_head(canvas, statement, size, letterhead),
        lambda canvas, size: _later_head(canvas, statement, size),
        lambda canvas, *place: _foot(canvas, statement, analyst, reader, *place),
    )
    return pages.pdf(lambda inner: story(statement, inner, analyst, letterhead.contact_line), paper)


def _first_head(canvas: Any, statement: Statement, size: Size, letterhead: Letterhead) -> None:
    letterhead.draw(canvas, size, _MARGIN)
    size = size[0], size[1] - letterhead.height
    width, height = size
    band(canvas, size, _BAND, NAVY)
    left, end, half = _MARGIN, width - _MARGIN, width / 2 - _MARGIN
    line(canvas, left, height - 24, "Pay statement", 17, WHITE, half, bold=True)
    line(canvas, left, height - 39, statement.called, 10, ON_NAVY, half * 1.5)
    line(canvas, end, height - 24, statement.period, 17, WHITE, half, bold=True, right=True)
    line(canvas, end, height - 39, f"as of {statement.as_of.isoformat()}", 9, ON_NAVY, half / 2, right=True)


def _later_head(canvas: Any, statement: Statement, size: Size) -> None:
    width, height = size
    band(canvas, size, _LATER_BAND, NAVY)
    title = f"Pay statement  ·  {statement.called}"
    line(canvas, _MARGIN, height - 17, title, 9, WHITE, width / 2, bold=True)
    line(canvas, width - _MARGIN, height - 17, statement.period, 9, WHITE, width / 3, bold=True, right=True)


def _foot(
    canvas: Any, statement: Statement, analyst: bool, reader: str, size: Size, number: int, pages: int
) -> None:
    rule(canvas, size, _MARGIN, _FOOT)
    end, half, y = size[0] - _MARGIN, size[0] / 2 - _MARGIN, _FOOT - 10
    for_whom = "analyst’s copy, not for employees" if analyst else f"for {reader} only"
    line(canvas, _MARGIN, y, f"Confidential: {for_whom}", 6.5, GREY, half * 0.8)
    made = f"csm-xl {statement.version}  ·  plan fingerprint {statement.fingerprint}  ·  " if analyst else ""
    names = f" ({statement.book_names})" if statement.book_names else ""
    made += f"book of record {statement.book[:16]}{names}  ·  " if statement.book else ""
    line(canvas, end, y, f"{made}page {number} of {pages}", 6.5, GREY, half * 1.2, right=True)
