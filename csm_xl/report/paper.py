"""A document on paper: pages with a head and a foot, and what flows between them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.plan.paper import paper_of
from csm_xl.report import words
from csm_xl.report.style import BOLD, REGULAR, RULE, glyphs

WHITE: Final = "#FFFFFF"
ON_NAVY: Final = "#D5DEE9"
_SMALLEST: Final = 5

Size = tuple[float, float]
Head = Callable[[Any, Size], None]
"""Draws on a canvas what is at the head of a page of a size."""
Foot = Callable[[Any, Size, int, int], None]
"""As a head, with the page's number and how many there are."""


@dataclass(frozen=True, slots=True)
class Paper:
    """How the pages of a document look; lengths in points.

    title: the document's, in its properties. margin: at the left and the right.
    first, later: what the head takes of the first page and of those after it; foot: of every page.
    """

    title: str
    margin: float
    first: float
    later: float
    foot: float
    draw_first: Head
    draw_later: Head
    draw_foot: Foot

    def pdf(self, story: Callable[[float], list[Any]], paper: str) -> bytes:
        """The document as a PDF file; the same story gives the same bytes.

        story: from the width of a line to what is set, as ReportLab's flowables. paper: as for `paper_of`.
        """
        from reportlab import rl_config
        from reportlab.lib import pagesizes
        from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate

        glyphs()
        rl_config.useA85 = 0  # half the size and twice as fast; every reader takes binary streams
        size = {"A4": pagesizes.A4, "Letter": pagesizes.LETTER}[paper_of(paper)]
        inner = size[0] - 2 * self.margin
        room = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}

        def page(name: str, taken: float, head: Head) -> Any:
            frame = Frame(self.margin, self.foot, inner, size[1] - taken - self.foot, **room)
            return PageTemplate(name, [frame], onPage=lambda canvas, _: head(canvas, size))

        out = io.BytesIO()
        document = BaseDocTemplate(out, pagesize=size, invariant=1, title=self.title, author="csm-xl",
                                   subject="Confidential", lang="en")  # fmt: skip
        document.addPageTemplates(
            [page("first", self.first, self.draw_first), page("later", self.later, self.draw_later)]
        )
        flowing = [NextPageTemplate("later"), *story(inner)]
        document.build(flowing, canvasmaker=_numbered(self.draw_foot, size))
        return out.getvalue()


def _numbered(foot: Foot, size: Size) -> Any:
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
                foot(self, size, number, len(self.kept))
                super().showPage()
            super().save()

    return Numbered


def line(canvas: Any, x: float, y: float, text: str, size: float, color: str, most: float,
         bold: bool = False, right: bool = False) -> None:  # fmt: skip
    """A line of text; one longer than `most` is set smaller until it fits, and then cut."""
    from csm_xl.report.text import color as of
    from csm_xl.report.text import cut, width

    text = words.shown(words.plain(text), glyphs())
    while size > _SMALLEST and width(text, size, bold) > most:
        size -= 0.5
    canvas.setFont(BOLD if bold else REGULAR, size)
    canvas.setFillColor(of(color))
    (canvas.drawRightString if right else canvas.drawString)(x, y, cut(text, most, size, bold))


def band(canvas: Any, size: Size, high: float, color: str) -> None:
    """A band of a color across the top of the page."""
    from csm_xl.report.text import color as of

    canvas.setFillColor(of(color))
    canvas.rect(0, size[1] - high, size[0], high, stroke=0, fill=1)


def rule(canvas: Any, size: Size, margin: float, y: float) -> None:
    """A thin line from margin to margin."""
    from csm_xl.report.text import color

    canvas.setStrokeColor(color(RULE))
    canvas.setLineWidth(0.5)
    canvas.line(margin, y, size[0] - margin, y)
