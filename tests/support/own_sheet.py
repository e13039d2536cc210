"""A sheet of somebody's own, alone or in a workbook of pay, as Excel would have saved it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

from csm_xl.workbook.operations.recalc import Recalculated
from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.package import Package


def sheet_xml(cells: Mapping[tuple[int, int], Any]) -> str:
    rows: dict[int, list[str]] = {}
    for (row, column), held in sorted(cells.items()):
        formula, value = held if isinstance(held, tuple) else ("", held)
        said = f"<f>{escape(formula)}</f>" if formula else ""
        kind, shown = "", "" if value is None else f"<v>{escape(str(value))}</v>"
        if isinstance(value, bool):
            kind, shown = ' t="b"', f"<v>{int(value)}</v>"
        elif isinstance(value, str):
            kind = ' t="e"' if value.startswith("#") else ' t="str"'
        rows.setdefault(row, []).append(f'<c r="{letters(column)}{row}"{kind}>{said}{shown}</c>')
    body = "".join(f'<row r="{row}">{"".join(one)}</row>' for row, one in rows.items())
    return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="http://schemas.'
            'openxmlformats.org/spreadsheetml/2006/main">'
            f"<sheetData>{body}</sheetData></worksheet>")  # fmt: skip


def with_sheet(source: Path, target: Path, name: str, cells: Mapping[tuple[int, int], Any]) -> Path:
    """A copy of a workbook with one more sheet, as Excel would have saved it."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            text = old.read(info)
            if info.filename == "xl/workbook.xml":
                sheet = f'<sheet name="{name}" sheetId="99" r:id="rIdOwn"/></sheets>'
                text = text.replace(b"</sheets>", sheet.encode())
            elif info.filename == "xl/_rels/workbook.xml.rels":
                text = text.replace(b"</Relationships>", b'<Relationship Id="rIdOwn" Type="http://schemas.'
                                    b'openxmlformats.org/officeDocument/2006/relationships/worksheet"'
                                    b' Target="worksheets/own.xml"/></Relationships>')  # fmt: skip
            elif info.filename == "[Content_Types].xml":
                text = text.replace(b"</Types>", b'<Override PartName="/xl/worksheets/own.xml" ContentType="'
                                    b"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
                                    b'"/></Types>')  # fmt: skip
            new.writestr(info, text)
        new.writestr("xl/worksheets/own.xml", sheet_xml(cells))
    return target


def book(path: Path, cells: Mapping[tuple[int, int], Any], calculation: str = "") -> Path:
    """A workbook of one sheet, S, as a spreadsheet saved it."""
    made = xlsxwriter.Workbook(path)
    made.add_worksheet("S")
    made.close()
    parts = {info.filename: zipfile.ZipFile(path).read(info) for info in zipfile.ZipFile(path).infolist()}
    setting = f'<calcPr calcId="191029"{calculation}/>'.encode()
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b'<calcPr calcId="124519" fullCalcOnLoad="1"/>', setting
    )
    assert setting in parts["xl/workbook.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet_xml(cells).encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, text in parts.items():
            new.writestr(name, text)
    return path


def told(found: Recalculated) -> dict[str, Any]:
    return {f"{letters(place.column)}{place.row}": new for place, _, new in found.changed}


def cells(places: Any) -> list[str]:
    return [f"{letters(place.column)}{place.row}" for place in places]


def asks(path: Path) -> bool:
    """Whether a file asks Excel to calculate everything when it opens it."""
    return b'fullCalcOnLoad="1"' in Package(path).read("xl/workbook.xml")


def raised(xml: str) -> str:
    """The roster with a salary raised."""
    assert "<v>90000</v>" in xml
    return xml.replace("<v>90000</v>", "<v>99000</v>")
