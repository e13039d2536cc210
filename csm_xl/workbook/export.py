"""Result rows as a plain workbook of one sheet, for those who open the lines in a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from csm_xl.xlsx.package import Package

OUTPUT: Final = "csm_xl output"
"""The document property of a workbook of result rows."""
_CREATED: Final = datetime(2026, 1, 1)  # fixed, so that the same rows give the same bytes
_WIDEST: Final = 48


def untouched(package: Package) -> bool:
    """Whether nobody has saved a workbook since csm_xl made it: any program that does writes down when."""
    part = "docProps/core.xml"
    said = {} if part not in package.parts else {
        one.tag.rpartition("}")[2]: one.text for one in package.tree(part).iter()
    }  # fmt: skip
    return bool(said.get("created")) and said.get("created") == said.get("modified")


def is_export(path: Path) -> bool:
    """Whether a file is a workbook of result rows as `write_rows` made it.

    Errors: it is no workbook.
    """
    package = Package(path)
    return OUTPUT in package.properties() and untouched(package)


def write_rows(path: Path, sheet: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write a header and its rows as one sheet with a frozen, filterable header.

    Text is written as text, whatever it begins with; dates as real dates; None as a blank cell.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    made = io.BytesIO()  # whole before any of it is written, so that a full disk leaves no torn zip open
    book = xlsxwriter.Workbook(made, options)
    book.set_properties({"created": _CREATED})
    book.set_custom_property(OUTPUT, "rows")
    head = book.add_format({"bold": True, "bg_color": "#1F3A5F", "font_color": "#FFFFFF"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(sheet)
    header, *body = rows
    page.write_row(0, 0, header, head)
    for line, row in enumerate(body, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(line, at, cell, day)
            elif isinstance(cell, bool):
                page.write_boolean(line, at, cell)
            elif isinstance(cell, str):
                page.write_string(line, at, cell)
            elif cell is not None:
                page.write_number(line, at, cell)
    for at, name in enumerate(header):
        widest = max((len(str(row[at])) for row in body[:200] if row[at] is not None), default=0)
        page.set_column(at, at, min(_WIDEST, max(len(str(name)), widest) + 2))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(len(body), 1), len(header) - 1)
    book.close()
    path.write_bytes(made.getbuffer())
