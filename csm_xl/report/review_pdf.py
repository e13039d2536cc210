"""A review pack as a PDF, on A4 or Letter, in the look of the statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from csm_xl.plan.paper import LETTER
from csm_xl.report import words
from csm_xl.report.paper import ON_NAVY, WHITE, Paper, Size, band, line, rule
from csm_xl.report.review import in_short
from csm_xl.report.review_parts import (
    ROUNDED,
    Block,
    Grid,
    Pack,
    Pair,
    Picture,
    Points,
    Section,
    Text,
    Tiles,
)
from csm_xl.report.review_scene import drawing
from csm_xl.report.style import (
    AMBER,
    AMBER_FILL,
    AMBER_TEXT,
    GREY,
    INK,
    NAVY,
    PALE,
    RULE,
    TEAL,
)

_MARGIN: Final = 40.0
_BAND: Final = 62.0
_FOOT: Final = 30.0
_SHORT: Final = 16
"""Tables of at most this many rows are on one page."""
_TITLE: Final = "Plan review"


def pdf(pack: Pack, paper: str = LETTER) -> bytes:
    """The pack as a PDF file; the same pack gives the same bytes.

    paper: ``Letter`` or ``A4``.
    """
    pages = Paper(
        f"{_TITLE} {words.plain(pack.period)}",
        _MARGIN,
        _BAND + 12,
        34,
        _FOOT + 8,
        lambda canvas, size: _head(canvas, pack, size),
        lambda canvas, size: _later(canvas, pack, size),
        lambda canvas, *place: _foot(canvas, pack, *place),
    )
    return pages.pdf(lambda inner: _story(pack, inner), paper)


def _head(canvas: Any, pack: Pack, size: Size) -> None:
    wide, high = size
    band(canvas, size, _BAND, NAVY)
    inner = wide - 2 * _MARGIN
    line(canvas, _MARGIN, high - 30, f"{_TITLE} {pack.period}", 20, WHITE, inner, bold=True)
    line(canvas, _MARGIN, high - 47, pack.for_whom, 9.5, ON_NAVY, inner)


def _later(canvas: Any, pack: Pack, size: Size) -> None:
    wide, high = size
    line(canvas, _MARGIN, high - 22, f"{_TITLE} {pack.period}", 8.5, GREY, wide / 2, bold=True)
    rule(canvas, size, _MARGIN, high - 27)


def _foot(canvas: Any, pack: Pack, size: Size, number: int, pages: int) -> None:
    rule(canvas, size, _MARGIN, _FOOT)
    half = size[0] / 2 - _MARGIN
    line(canvas, _MARGIN, _FOOT - 11, "Confidential", 7, GREY, half / 2)
    made = f"csm-xl {pack.version}  ·  plan fingerprint {pack.fingerprint}  ·  page {number} of {pages}"
    line(canvas, size[0] - _MARGIN, _FOOT - 11, made, 7, GREY, half * 1.5, right=True)


def _say(text: str, size: float = 9.0, ink: str = INK, bold: bool = False, right: bool = False) -> Any:
    from csm_xl.report.text import Run
    from csm_xl.report.text import Text as Flowing

    return Flowing(Run(words.plain(text), size, ink, bold), right=right)


def _table(rows: Sequence[Sequence[Any]], widths: Sequence[float], *style: Any, **options: Any) -> Any:
    from reportlab.platypus import Table, TableStyle

    plainly = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2.4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table([list(row) for row in rows], list(widths), style=TableStyle([*plainly, *style]),
                 hAlign="LEFT", **options)  # fmt: skip


def _story(pack: Pack, width: float) -> list[Any]:
    from reportlab.platypus import Spacer

    parts: list[Any] = [*_block(pack.tiles, width)] if pack.tiles.figures else []
    for said in pack.notices:
        parts += _block(Text(said, note=True), width)
    parts += [_say("In short", 11, NAVY, True), Spacer(1, 4), *_block(in_short(pack), width)]
    for section in pack.sections:
        parts += _section(section, width)
    return [*parts, *_block(Text(ROUNDED), width)]


def _section(section: Section, width: float) -> list[Any]:
    from reportlab.platypus import CondPageBreak, KeepTogether, Spacer
    from reportlab.platypus.flowables import HRFlowable

    from csm_xl.report.text import color

    first, *rest = section.blocks
    head = [
        Spacer(1, 8),
        HRFlowable(width, 0.6, color=color(RULE), spaceBefore=4, spaceAfter=8),
        _say(section.topic.upper(), 7.5, GREY, True),
        _say(section.title, 13.5, NAVY, True),
        Spacer(1, 7),
    ]
    beside = _picture(first, width) if isinstance(first, Picture) else _block(first, width)
    # A table of its own may run over pages; anything else stays with the title.
    together = [CondPageBreak(130), *head, *beside] if isinstance(first, Grid | Pair) else [
        KeepTogether([*head, *beside]), Spacer(1, 10)
    ]  # fmt: skip
    return [*together, *(part for block in rest for part in _block(block, width))]


def _block(block: Block, width: float) -> list[Any]:
    from reportlab.platypus import KeepTogether, Spacer

    match block:
        case Text(said, True):
            return [_note(said, width), Spacer(1, 7)]
        case Text(said, _):
            return [_say(said, 8, GREY), Spacer(1, 7)]
        case Points():
            rows = [[_say("•", 9, TEAL, True), _say(said, 9.5)] for said, _ in block.said]
            return [_table(rows, [12, width - 12]), Spacer(1, 4)] if rows else []
        case Tiles():
            return [_tiles(block, width), Spacer(1, 10)]
        case Grid():
            return [*_grid(block, width), Spacer(1, 10)]
        case Picture():
            return [KeepTogether(_picture(block, width)), Spacer(1, 10)]
        case Pair():
            return [*_pair(block, width), Spacer(1, 4)]


def _note(said: str, width: float) -> Any:
    from csm_xl.report.text import color

    return _table([[_say(said, 9, AMBER_TEXT)]], [width],
                  ("BACKGROUND", (0, 0), (-1, -1), color(AMBER_FILL)),
                  ("LINEBEFORE", (0, 0), (0, -1), 3, color(AMBER)),
                  ("LEFTPADDING", (0, 0), (-1, -1), 9), ("TOPPADDING", (0, 0), (-1, -1), 5),
                  ("BOTTOMPADDING", (0, 0), (-1, -1), 6))  # fmt: skip


def _tiles(block: Tiles, width: float) -> Any:
    from csm_xl.report.text import color

    rows = [block.figures[at : at + 4] for at in range(0, len(block.figures), 4)]
    columns = max(len(row) for row in rows)
    cells = [
        [[_say(what, 7.5, GREY), _say(figure, 16, NAVY, True), _say(under, 7.5, GREY)]
         for what, figure, under in row] + [""] * (columns - len(row))
        for row in rows
    ]  # fmt: skip
    return _table(cells, [width / columns] * columns,
                  ("BACKGROUND", (0, 0), (-1, -1), color(PALE)),
                  ("LINEABOVE", (0, 0), (-1, -1), 1.6, color(TEAL)),
                  ("LINEAFTER", (0, 0), (-2, -1), 6, color(WHITE)),
                  ("LEFTPADDING", (0, 0), (-1, -1), 8),
                  ("TOPPADDING", (0, 0), (-1, -1), 6), ("BOTTOMPADDING", (0, 0), (-1, -1), 7))  # fmt: skip


def _grid(block: Grid, width: float) -> list[Any]:
    from reportlab.platypus import CondPageBreak, KeepTogether, Spacer

    from csm_xl.report.text import color

    columns = len(block.head)
    shares = block.shares or [1 / columns] * columns
    head = [_say(name, 7.5, WHITE, True, at in block.numbers) for at, name in enumerate(block.head)]
    rows: list[list[Any]] = [head]
    for number, row in enumerate(block.rows):
        last = block.summed and number == len(block.rows) - 1
        ink = NAVY if last else INK
        rows.append([_say(cell, 8, ink, last, at in block.numbers) for at, cell in enumerate(row)])
    style: list[Any] = [("BACKGROUND", (0, 0), (-1, 0), color(NAVY)),
                        ("LINEBELOW", (0, 1), (-1, -1), 0.4, color(RULE))]  # fmt: skip
    if block.summed:
        style += [("LINEABOVE", (0, -1), (-1, -1), 0.9, color(NAVY)),
                  ("NOSPLIT", (0, -2), (-1, -1))]  # fmt: skip
    table = _table(rows, [share * width for share in shares], *style, repeatRows=1)
    parts = [_say(block.title, 10, NAVY, True), Spacer(1, 3), table]
    return [KeepTogether(parts)] if len(rows) <= _SHORT else [CondPageBreak(120), *parts]


def _picture(block: Picture, width: float, sourced: bool = True) -> list[Any]:
    from reportlab.platypus import Spacer

    source = [_say(f"Source: {block.source}", 7, GREY)] if sourced else []
    return [_say(block.title, 10, NAVY, True), Spacer(1, 4), drawing(block.scene, width), *source]


def _pair(block: Pair, width: float) -> list[Any]:
    """Two pictures in a row, the row kept on a page."""
    half, gap = (width - 16) / 2, 16
    cells = [_picture(one, half, sourced=False) for one in block.pictures]
    rows = [[*cells[at : at + 2], *[""] * (2 - len(cells[at : at + 2]))] for at in range(0, len(cells), 2)]
    bare = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 9)]  # fmt: skip
    spaced = [[row[0], "", row[1]] for row in rows]
    sources = dict.fromkeys(one.source for one in block.pictures)
    return [_table(spaced, [half, gap, half], *bare), _say(f"Source: {'; '.join(sources)}", 7, GREY)]
