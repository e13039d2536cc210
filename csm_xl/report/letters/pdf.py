"""A plan letter as a PDF: its blocks on pages with a head and a foot."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, Final

from csm_xl.plan.paper import LETTER
from csm_xl.report.letterhead import PLAIN, Letterhead
from csm_xl.report.letters.document import (
    Block,
    Bullets,
    Chart,
    Facts,
    Grid,
    Heading,
    Letter,
    Paragraph,
    Signatures,
    Together,
)
from csm_xl.report.paper import ON_NAVY, WHITE, Paper, Size, band, line, rule
from csm_xl.report.style import BOLD, GREY, INK, NAVY, PALE, REGULAR, RULE, TEAL, TEAL_TEXT

_MARGIN: Final = 48.0
_BAND: Final = 56.0
_LATER_BAND: Final = 26.0
_FOOT: Final = 30.0
_SIZE: Final = 9.0
_FACTS: Final = 4
_PIECE: Final = 1_000
"""The most letters of a text that is not broken between pages."""
_LONG: Final = 24
"""A table with more rows has its chart below it, and may be broken between pages."""


def pdf(letter: Letter, paper: str = LETTER, letterhead: Letterhead = PLAIN) -> bytes:
    """The letter as a PDF file; the same letter gives the same bytes.

    paper: ``Letter`` or ``A4``. letterhead: the company's.
    """
    pages = Paper(
        f"{letter.title} {letter.employee_id}", _MARGIN, letterhead.height + _BAND + 10, _LATER_BAND + 10,
        _FOOT + 8,
        lambda canvas, size: _first_head(canvas, letter, size, letterhead),
        lambda canvas, size: _later_head(canvas, letter, size),
        lambda canvas, *place: _foot(canvas, letter, *place),
    )  # fmt: skip
    return pages.pdf(lambda width: _story(letter.blocks, width), paper)


def _first_head(canvas: Any, letter: Letter, size: Size, letterhead: Letterhead) -> None:
    letterhead.draw(canvas, size, _MARGIN)
    size = size[0], size[1] - letterhead.height
    width, height = size
    band(canvas, size, _BAND, NAVY)
    half = width / 2 - _MARGIN
    line(canvas, _MARGIN, height - 27, letter.title, 18, WHITE, half, bold=True)
    line(canvas, _MARGIN, height - 43, letter.name, 11, ON_NAVY, half * 1.4)
    end = width - _MARGIN
    line(
        canvas, end, height - 43, f"terms as of {letter.dated.isoformat()}", 9, ON_NAVY, half / 2, right=True
    )


def _later_head(canvas: Any, letter: Letter, size: Size) -> None:
    width, height = size
    band(canvas, size, _LATER_BAND, NAVY)
    line(canvas, _MARGIN, height - 17, f"{letter.title}  ·  {letter.name}", 9, WHITE, width / 1.5, bold=True)


def _foot(canvas: Any, letter: Letter, size: Size, number: int, pages: int) -> None:
    rule(canvas, size, _MARGIN, _FOOT)
    end, half, y = size[0] - _MARGIN, size[0] / 2 - _MARGIN, _FOOT - 11
    line(canvas, _MARGIN, y, f"Confidential: for {letter.name} only", 7, GREY, half * 0.8)
    said = f"plan fingerprint {letter.fingerprint}  ·  page {number} of {pages}"
    line(canvas, end, y, said, 7, GREY, half * 1.2, right=True)


def _story(blocks: Sequence[Block], width: float) -> list[Any]:
    """The blocks as flowables. A heading stays with what follows it."""
    from reportlab.platypus import KeepTogether

    found: list[list[Any]] = []
    waiting = False
    for block in blocks:
        flowing = _flowables(block, width)
        if waiting or (isinstance(block, Signatures) and found):
            found[-1] += flowing
        else:
            found.append(flowing)
        waiting = isinstance(block, Heading)
        if isinstance(block, Signatures) and len(found) > 1:
            found[-2:] = [found[-2] + found[-1]]  # nobody signs on a page that says nothing else
    return [KeepTogether(flowing) for flowing in found]


def _flowables(block: Block, width: float) -> list[Any]:
    from reportlab.platypus import Spacer

    from csm_xl.report.letters.chart import drawing
    from csm_xl.report.text import Run, Text

    match block:
        case Heading():
            return [Spacer(1, 9 if block.level == 1 else 6), _heading(block, width), Spacer(1, 3)]
        case Paragraph():
            size, ink = (7.5, GREY) if block.small else (_SIZE, INK)
            texts = [Text(Run(piece, size, ink)) for piece in _pieces(block.text)]
            return [Spacer(1, 1), *texts, Spacer(1, 3)]
        case Bullets():
            return [_bullets(block, width), Spacer(1, 2)] if block.items else []
        case Facts():
            return [_facts(block, width), Spacer(1, 2)]
        case Grid():
            return [Spacer(1, 1), _grid(block, width), Spacer(1, 5)]
        case Chart():
            return [drawing(block, width * 0.5, 140), Spacer(1, 3)]
        case Together() if len(block.left.rows) > _LONG:
            return [
                _grid(block.left, width),
                Spacer(1, 3),
                drawing(block.right, width * 0.5, 140),
                Spacer(1, 3),
            ]
        case Together():
            return [_together(block, width), Spacer(1, 2)]
        case Signatures():
            return [_signatures(block, width)]


def _table(rows: Sequence[Sequence[Any]], widths: Sequence[float], *style: Any, **options: Any) -> Any:
    from reportlab.platypus import Table, TableStyle

    from csm_xl.report.text import color

    plain = [
        ("FONT", (0, 0), (-1, -1), REGULAR, 8.5, 10.5),
        ("TEXTCOLOR", (0, 0), (-1, -1), color(INK)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 5),
        ("RIGHTPADDING", (0, 0), (-1, -1), 5),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table([list(row) for row in rows], list(widths), style=TableStyle([*plain, *style]), hAlign="LEFT",
                 **options)  # fmt: skip


def _heading(block: Heading, width: float) -> Any:
    from csm_xl.report.text import Run, Text, color

    if block.level == 1:
        return _table(
            [[Text(Run(block.text, 12, NAVY, True))]],
            [width],
            ("LINEBELOW", (0, 0), (-1, -1), 1.2, color(TEAL)),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
        )
    return _table(
        [[Text(Run(block.text, 10, NAVY, True)), Text(Run(block.aside, 9, TEAL_TEXT, True), right=True)]],
        [width * 0.7, width * 0.3],
        ("BACKGROUND", (0, 0), (-1, -1), color(PALE)),
    )


def _bullets(block: Bullets, width: float) -> Any:
    from csm_xl.report.text import Run, Text

    rows = [
        [Text(Run("•" if at == 0 else "", _SIZE, TEAL_TEXT)), Text(Run(piece, _SIZE))]
        for item in block.items
        for at, piece in enumerate(_pieces(item))
    ]
    bare = [("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]  # fmt: skip
    return _table(rows, [11, width - 11], *bare)


def _facts(block: Facts, width: float) -> Any:
    from csm_xl.report.text import Run, Text

    cells: list[Any] = [
        Text(Run(label, 7, GREY), Run(value, 9.5, fresh=True)) for label, value in block.pairs
    ]
    cells += [""] * (-len(cells) % _FACTS)
    rows = [cells[at : at + _FACTS] for at in range(0, len(cells), _FACTS)]
    return _table(rows, [width / _FACTS] * _FACTS, ("LEFTPADDING", (0, 0), (0, -1), 0))


def _grid(block: Grid, width: float) -> Any:
    from csm_xl.report.text import Run, Text, color

    many = len(block.rows[0])
    small = 8.5 if many <= 6 else 7.0
    rows = [
        [Text(Run(cell, small, WHITE, True), right=at >= block.text) for at, cell in enumerate(block.rows[0])]
    ]
    strong = []
    for number, row in enumerate(block.rows[1:]):
        bold = number in block.strong
        for pieces in zip_longest(*map(_pieces, row), fillvalue=""):
            strong += [len(rows)] if bold else []
            texts = (Run(cell, small, NAVY if bold else INK, bold) for cell in pieces)
            rows.append([Text(run, right=at >= block.text) for at, run in enumerate(texts)])
    widths = _widths(block, width)
    return _table(
        rows, widths,
        ("BACKGROUND", (0, 0), (-1, 0), color(NAVY)),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, color(RULE)),
        *(("BACKGROUND", (0, at), (-1, at), color(PALE)) for at in strong),
        repeatRows=1,
    )  # fmt: skip


def _pieces(text: str) -> list[str]:
    """A text in pieces that each fit a page, broken between words where there are any."""
    found = []
    while len(text) > _PIECE:
        at = text.rfind(" ", 0, _PIECE)
        at = at if at > 0 else _PIECE
        found.append(text[:at])
        text = text[at:].lstrip()
    return [*found, text]


def _widths(block: Grid, width: float) -> list[float]:
    """How wide the columns of a table are: texts get more than figures, the second text most of all."""
    many = len(block.rows[0])
    figures = many - block.text
    if block.text == 0:
        return [width / many] * many
    if block.text == 1:
        first = max(0.26, 1 / many) if many > 2 else 0.5
        return [width * first, *[width * (1 - first) / figures] * figures]
    last = 0.14 if figures else 0.0
    rest = (1 - 0.26 - last * figures) / (block.text - 1)
    return [width * 0.26, *[width * rest] * (block.text - 1), *[width * last] * figures]


def _together(block: Together, width: float) -> Any:
    from csm_xl.report.letters.chart import drawing

    left = width * 0.56
    bare = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]  # fmt: skip
    picture = drawing(block.right, width - left - 10, 150)
    return _table([[_grid(block.left, left - 4), picture]], [left + 6, width - left - 6], *bare)


def _signatures(block: Signatures, width: float) -> Any:
    from csm_xl.report.text import Run, Text, color

    rows: list[list[Any]] = [[Text(Run(block.text, _SIZE)), "", ""]]
    style: list[Any] = [("SPAN", (0, 0), (-1, 0)), ("FONT", (0, 0), (-1, -1), BOLD, 7)]
    for who, when in block.names:
        rows.append(["", "", ""])
        style.append(("LINEBELOW", (0, len(rows) - 1), (0, len(rows) - 1), 0.6, color(GREY)))
        style.append(("LINEBELOW", (2, len(rows) - 1), (2, len(rows) - 1), 0.6, color(GREY)))
        rows.append([Text(Run(who, 7, GREY)), "", Text(Run(when, 7, GREY))])
    heights = [None, *[26, 13] * len(block.names)]
    return _table(rows, [width * 0.6, width * 0.06, width * 0.34], *style, rowHeights=heights)
