"""The parts of a file that make a workbook one with macros: the VBA project, the names of its modules for the
sheets, and the sheet by which xlwings finds Python."""

from __future__ import annotations

import re
from typing import Final

from csm_xl.excel.vba_project import macros, macros_for
from csm_xl.workbook.sheets.conf import CONF, conf_sheet
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import follow
from csm_xl.xlsx.patch.markup import attribute_text, escaped
from csm_xl.xlsx.patch.parts import RELATED, TYPES, Parts, before

_PART: Final = "xl/vbaProject.bin"
_LINK: Final = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_PROJECT: Final = "application/vnd.ms-office.vbaProject"
_WITH: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_SHEET_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_WITHOUT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_BEHIND: Final = ("workbookProtection", "bookViews", "sheets")
"""What the schema wants behind the properties of the workbook."""
_MODULE: Final = re.compile(r"Sheet[1-9]\d{0,5}")


def has_macros(package: Package) -> bool:
    """Whether a workbook is one with macros."""
    return f'"{_WITH}"' in package.read(TYPES).decode("utf-8", "replace") or _part(package) is not None


def macro_project(package: Package) -> bytes:
    """The VBA project of a workbook; csm_xl's own where it has lost its project."""
    part = _part(package)
    return macros() if part is None else package.read(part)


def drop_macros(parts: Parts) -> None:
    """Leave the VBA project out, with its signatures. The names of the modules and the sheet with the path of
    Python stay: they run nothing, and a workbook that gets macros again needs them."""
    package = parts.package
    part = _part(package)
    if part is not None:
        for _, _, target in parts.links(part):
            if target in package.parts:
                parts.drop(target, part)
        parts.drop(part, package.book)
    types = parts.open(TYPES)
    for one in types.root.children:
        if one.name == "Default" and types.get(one, "ContentType") == _PROJECT:
            types.remove(one)
    parts.retype(package.book, _WITHOUT)


def add_macros(parts: Parts, interpreter: str) -> None:
    """Add csm_xl's VBA project, with a module for each sheet, and the sheet with Python's path if missing.

    interpreter: what that sheet says.
    """
    package = parts.package
    book = parts.open(package.book)
    about = book.root.child("workbookPr")
    if about is None:
        at = before(book, _BEHIND)
        book.replace(at, at, f'<{book.root.prefix}workbookPr codeName="ThisWorkbook"/>')
    else:
        book.set(about, "codeName", "ThisWorkbook")
    names = _modules(parts)
    if CONF not in package.sheets:
        names.append(_free(names))
        _add_conf(parts, interpreter, names[-1])
    parts.add(_PART, macros_for(names), _PROJECT)
    parts.link(package.book, _LINK, _PART)
    parts.retype(package.book, _WITH)


def _part(package: Package) -> str | None:
    return next(follow.related(package, package.book, "vbaProject"), None)


def _modules(parts: Parts) -> list[str]:
    """The module of each worksheet; one that has none, or another name than Excel gives, gets a name."""
    known: list[str] = []
    nameless = []
    for sheet in parts.package.sheets:
        frame = parts.sheet(sheet).frame
        about = frame.root.child("sheetPr")
        said = frame.get(about, "codeName") if about else None
        if said and _MODULE.fullmatch(said) and said not in known:
            known.append(said)
        else:
            nameless.append(sheet)
    for sheet in nameless:
        frame = parts.sheet(sheet).frame
        about = frame.root.child("sheetPr")
        known.append(_free(known))
        if about is None:
            at = frame.root.inner
            frame.replace(at, at, f'<{frame.root.prefix}sheetPr codeName="{known[-1]}"/>')
        else:
            frame.set(about, "codeName", known[-1])
    return known


def _free(names: list[str]) -> str:
    return next(name for number in range(1, len(names) + 2) if (name := f"Sheet{number}") not in names)


def _add_conf(parts: Parts, interpreter: str, module: str) -> None:
    book = parts.open(parts.package.book)
    sheets = book.root.child("sheets")
    assert sheets is not None  # `Package` has read them
    rows: dict[int, list[str]] = {}
    for (row, column), cell in conf_sheet(interpreter).cells.items():
        inside = f'<is><t xml:space="preserve">{escaped(str(cell.value))}</t></is>'
        rows.setdefault(row, []).append(f'<c r="{"AB"[column - 1]}{row}" t="inlineStr">{inside}</c>')
    data = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
    xml = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        f'<sheetPr codeName="{module}"/><sheetData>{data}</sheetData></worksheet>'
    )
    part = parts.free("xl/worksheets/sheet{}.xml")
    parts.add(part, xml.encode(), _SHEET_KIND)
    link = parts.link(parts.package.book, "worksheet", part)
    number = 1 + max(int(book.get(one, "sheetId") or "0") for one in sheets.children)
    said = f'name="{attribute_text(CONF)}" sheetId="{number}" state="veryHidden" r:id="{link}"'
    book.append(sheets, f'<{sheets.prefix}sheet xmlns:r="{RELATED}" {said}/>')
