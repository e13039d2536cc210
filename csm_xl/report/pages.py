"""A statement as a PDF: its pages, with what stands at the head and the foot of each."""

from __future__ import annotations

import io
from typing import Any, Final

from csm_xl.report import words
from csm_xl.report.statement import Statement
from csm_xl.report.style import BOLD, GREY, NAVY, REGULAR, RULE, glyphs

PAPERS: Final = ("A4", "Letter")
_MARGIN: Final = 36.0
_BAND: Final = 50.0
_LATER_BAND: Final = 26.0
_FOOT: Final = 28.0
_WHITE: Final = "#FFFFFF"
_ON_NAVY: Final = "#D5DEE9"

Size = tuple[float, float]


def pdf(statement: Statement, paper: str = "A4") -> bytes:
    """The statement as a PDF file; the same statement gives the same bytes.

    paper: ``A4`` or ``Letter``.
    """
    from reportlab import rl_config
    from reportlab.lib import pagesizes
    from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

    from csm_xl.report.blocks import story

    glyphs()
    rl_config.useA85 = 0  # half the size and twice as fast; every reader takes binary streams
    size = {"A4": pagesizes.A4, "Letter": pagesizes.LETTER}[paper]
    width, height = size
    out = io.BytesIO()
    document = BaseDocTemplate(
        out,
        pagesize=size,
        invariant=1,
        title=f"Pay statement {words.one_line(statement.period)}",
        author="csm-xl",
        subject="Confidential",
    )
    room = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
    inner, low = width - 2 * _MARGIN, _FOOT + 6

    def page(name: str, band: float, head: Any) -> Any:
        frame = Frame(_MARGIN, low, inner, height - band - 8 - low, **room)
        return PageTemplate(name, [frame], onPage=lambda canvas, _: head(canvas, statement, size))

    document.addPageTemplates([page("first", _BAND, _first_head), page("later", _LATER_BAND, _later_head)])
    document.build(
        [NextPageTemplate("later"), *story(statement, inner)], canvasmaker=_numbered(statement, size)
    )
    return out.getvalue()


def _numbered(statement: Statement, size: Size) -> Any:
    """A canvas that knows how many pages there are when it writes their feet."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self.kept, 1):
                self.__dict__.update(state)
                _foot(self, statement, size, number, len(self.kept))
                super().showPage()
            super().save()

    return Numbered


def _text(canvas: Any, x: float, y: float, text: str, size: float, colour: str, most: float,
          bold: bool = False, right: bool = False) -> None:  # fmt: skip
    """A line of text; one longer than `most` is set smaller until it fits, and then cut."""
    from csm_xl.report.text import colour as of
    from csm_xl.report.text import width

    text = words.shown(text, glyphs())
    while size > 5 and width(text, size, bold) > most:
        size -= 0.5
    if width(text, size, bold) > most:
        while text and width(f"{text}…", size, bold) > most:
            text = text[:-1]
        text += "…"
    canvas.setFont(BOLD if bold else REGULAR, size)
    canvas.setFillColor(of(colour))
    (canvas.drawRightString if right else canvas.drawString)(x, y, text)


def _navy(canvas: Any, size: Size, high: float) -> None:
    from csm_xl.report.text import colour

    width, height = size
    canvas.setFillColor(colour(NAVY))
    canvas.rect(0, height - high, width, high, stroke=0, fill=1)


def _first_head(canvas: Any, statement: Statement, size: Size) -> None:
    width, height = size
    _navy(canvas, size, _BAND)
    left, end, half = _MARGIN, width - _MARGIN, width / 2 - _MARGIN
    _text(canvas, left, height - 24, "Pay statement", 17, _WHITE, half, bold=True)
    _text(canvas, left, height - 39, statement.employee_id, 10, _ON_NAVY, half * 1.5)
    _text(canvas, end, height - 24, statement.period, 17, _WHITE, half, bold=True, right=True)
    _text(canvas, end, height - 39, f"as of {statement.as_of.isoformat()}", 9, _ON_NAVY, half / 2, right=True)


def _later_head(canvas: Any, statement: Statement, size: Size) -> None:
    width, height = size
    _navy(canvas, size, _LATER_BAND)
    title = f"Pay statement  ·  {statement.employee_id}"
    _text(canvas, _MARGIN, height - 17, title, 9, _WHITE, width / 2, bold=True)
    _text(canvas, width - _MARGIN, height - 17, statement.period, 9, _WHITE, width / 3, bold=True, right=True)


def _foot(canvas: Any, statement: Statement, size: Size, number: int, pages: int) -> None:
    from csm_xl.report.text import colour

    width, _ = size
    canvas.setStrokeColor(colour(RULE))
    canvas.setLineWidth(0.5)
    canvas.line(_MARGIN, _FOOT, width - _MARGIN, _FOOT)
    half = width / 2 - _MARGIN
    _text(
        canvas, _MARGIN, _FOOT - 10, f"Confidential: for {statement.employee_id} alone", 6.5, GREY, half * 0.8
    )
    made = f"csm-xl {statement.version}  ·  plan fingerprint {statement.fingerprint}"
    end = width - _MARGIN
    _text(canvas, end, _FOOT - 10, f"{made}  ·  page {number} of {pages}", 6.5, GREY, half * 1.2, right=True)
