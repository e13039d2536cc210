"""A workbook of somebody's own, written part by part as Excel writes it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_KINDS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES: Final = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_STYLES: Final = (
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="[h]:mm"/></numFmts>'
    '<fonts count="1"><font/></fonts>'
    '<fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="164"/></cellXfs>'
)
"""Style 1 shows a day, 2 a time of day, 3 a span of time."""


def own_file(
    path: Path,
    sheets: dict[str, str],
    book: str = "",
    names: str = "",
    table: str = "",
    part: str = "workbook.xml",
    target: str = "",
) -> Path:
    """Write a workbook.

    sheets: name → what is in its ``sheetData``, and behind it after ``|``. book: what is before the
    sheets, names: behind them, in the workbook's part. table: a table of the first sheet. part: the name of
    the workbook's part; target: how the file's own relationships name it.
    """  # fmt: skip
    spaces = f'xmlns="{_MAIN}" xmlns:r="{_KINDS}"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("[Content_Types].xml", _TYPES)
        out.writestr("_rels/.rels", _links([("officeDocument", target or f"xl/{part}")]))
        listed = [("worksheet", f"worksheets/s{at}.xml") for at in range(1, len(sheets) + 1)]
        out.writestr(f"xl/_rels/{part}.rels", _links([*listed, ("styles", "styles.xml")]))
        named = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>'
                        for at, name in enumerate(sheets, 1))  # fmt: skip
        out.writestr(f"xl/{part}", f"<workbook {spaces}>{book}<sheets>{named}</sheets>{names}</workbook>")
        out.writestr("xl/styles.xml", f"<styleSheet {spaces}>{_STYLES}</styleSheet>")
        for at, said in enumerate(sheets.values(), 1):
            inside, _, behind = said.partition("|")
            if table and at == 1:
                behind += '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'
                out.writestr("xl/tables/t.xml", f"<table {spaces} {table}</table>")
                out.writestr("xl/worksheets/_rels/s1.xml.rels", _links([("table", "../tables/t.xml")]))
            sheet = f"<worksheet {spaces}><sheetData>{inside}</sheetData>{behind}</worksheet>"
            out.writestr(f"xl/worksheets/s{at}.xml", sheet)
    return path


def _links(links: list[tuple[str, str]]) -> str:
    inside = "".join(f'<Relationship Id="rId{at}" Type="{_KINDS}/{kind}" Target="{target}"/>'
                     for at, (kind, target) in enumerate(links, 1))  # fmt: skip
    return f'<Relationships xmlns="{_LINKS}">{inside}</Relationships>'


def line(number: int, *cells: str, said: str = "") -> str:
    """A row of a sheet."""
    return f'<row r="{number}"{said}>{"".join(cells)}</row>'


def cell(at: str, value: object = None, formula: str = "", style: int = 0, kind: str = "") -> str:
    """A cell: a number or a text, or a formula and the value that Excel stores for it."""
    told = f' t="{kind}"' if kind else ' t="str"' if isinstance(value, str) else ""
    told = ' t="b"' if isinstance(value, bool) else told
    inside = f"<f>{formula}</f>" if formula else ""
    if value is not None:
        inside += f"<v>{int(value) if isinstance(value, bool) else value}</v>"
    return f'<c r="{at}" s="{style}"{told}>{inside}</c>'
