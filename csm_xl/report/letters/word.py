"""A plan letter as a Word document: the same blocks as on paper, in styles that a reader may change."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any, Final

from csm_xl.extras import require
from csm_xl.plan.paper import LETTER, paper_of
from csm_xl.report import words
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
from csm_xl.report.style import GREY, NAVY, PALE

_SIZES: Final = {"Letter": (8.5, 11.0), "A4": (8.2677, 11.6929)}
"""Inches, wide and high."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_FACTS: Final = 3


def docx(letter: Letter, paper: str = LETTER, letterhead: Letterhead = PLAIN) -> bytes:
    """The letter as a .docx file; the same letter gives the same bytes.

    paper: ``Letter`` or ``A4``. letterhead: the company's, of which a Word document has the name.

    Errors: the package that writes Word documents is not installed (the extra ``docx``).
    """
    require("docx", "a letter as a Word document")
    from docx import Document
    from docx.shared import Inches, Pt

    document = Document()
    section = document.sections[0]
    wide, high = _SIZES[paper_of(paper)]
    section.page_width, section.page_height = Inches(wide), Inches(high)
    section.left_margin = section.right_margin = Inches(0.8)
    section.top_margin = section.bottom_margin = Inches(0.8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    _properties(document, letter)
    _feet(section, letter)
    if letterhead.company_name:
        _run(document.add_paragraph(), letterhead.company_name, NAVY)
    _run(document.add_heading(level=0), letter.title, NAVY)
    _run(document.add_paragraph(), f"{letter.name}, terms as of {letter.dated.isoformat()}", GREY)
    for block in letter.blocks:
        _add(document, block)
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def _properties(document: Any, letter: Letter) -> None:
    said = document.core_properties
    said.title, said.author, said.subject = words.plain(letter.title), "csm-xl", "Confidential"
    said.comments, said.keywords = "", ""
    said.created = said.modified = datetime(letter.dated.year, letter.dated.month, letter.dated.day)


def _feet(section: Any, letter: Letter) -> None:
    foot = section.footer.paragraphs[0]
    _run(foot, f"Confidential: for {letter.name} only · plan fingerprint {letter.fingerprint} · page", GREY)
    foot.add_run(" ")
    _page_number(foot)


def _page_number(paragraph: Any) -> None:
    """The number of the page, which Word fills in."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _run(paragraph: Any, text: str, ink: str = "", bold: bool = False, size: float = 0.0) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(words.plain(words.days_in_style(text)))
    run.bold = bold or None
    if ink:
        run.font.color.rgb = RGBColor.from_string(ink.lstrip("#"))
    if size:
        run.font.size = Pt(size)


def _add(document: Any, block: Block) -> None:
    match block:
        case Heading():
            heading = document.add_heading(level=block.level)
            _run(heading, block.text, NAVY)
            if block.aside:
                _run(heading, f": {block.aside}", NAVY)
        case Paragraph():
            _run(
                document.add_paragraph(),
                block.text,
                GREY if block.small else "",
                size=8.5 if block.small else 0,
            )
        case Bullets():
            for item in block.items:
                _run(document.add_paragraph(style="List Bullet"), item)
        case Facts():
            _facts(document, block)
        case Grid():
            _grid(document, block)
        case Together():
            _grid(document, block.left)
        case Chart():
            pass  # what it shows is in the table before it
        case Signatures():
            _signatures(document, block)


def _facts(document: Any, block: Facts) -> None:
    rows = [block.pairs[at : at + _FACTS] for at in range(0, len(block.pairs), _FACTS)]
    table = document.add_table(len(rows), _FACTS)
    for number, row in enumerate(rows):
        for at, (label, value) in enumerate(row):
            cell = table.cell(number, at).paragraphs[0]
            _run(cell, label, GREY, size=8.5)
            cell.add_run().add_break()
            _run(cell, value)


def _grid(document: Any, block: Grid) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = document.add_table(len(block.rows), len(block.rows[0]), style="Table Grid")
    for number, row in enumerate(block.rows):
        head, strong = number == 0, number - 1 in block.strong
        for at, said in enumerate(row):
            cell = table.cell(number, at)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = 0
            if at >= block.text:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph, said, "#FFFFFF" if head else "", head or strong, 9)
            if head or strong:
                _shade(cell, NAVY if head else PALE)
    _repeated(table.rows[0])
    document.add_paragraph().paragraph_format.space_after = 0


def _shade(cell: Any, color: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), color.lstrip("#"))
    cell._tc.get_or_add_tcPr().append(shade)


def _repeated(row: Any) -> None:
    """A table's header on each page of it."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _signatures(document: Any, block: Signatures) -> None:
    from docx.shared import Inches, Pt

    _run(document.add_paragraph(), block.text)
    for who, when in block.names:
        for texts, ink, before in ((("_" * 46, "_" * 24), GREY, 22), ((who, when), GREY, 0)):
            line = document.add_paragraph()
            line.paragraph_format.space_before, line.paragraph_format.space_after = Pt(before), Pt(0)
            line.paragraph_format.keep_with_next = True
            line.paragraph_format.tab_stops.add_tab_stop(Inches(4.4))
            _run(line, texts[0], ink, size=8.5)
            line.add_run("\t")
            _run(line, texts[1], ink, size=8.5)


def _same_bytes(data: bytes) -> bytes:
    """The file without the time at which it was packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for item in given.infolist():
            info = zipfile.ZipInfo(item.filename, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, given.read(item.filename))
    return out.getvalue()
