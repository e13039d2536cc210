"""A workbook as pictures: what LibreOffice prints of each sheet, and each chart."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.office import Office, require_file

_OLE: Final = "com.sun.star.drawing.OLE2Shape"
_RESOLUTION: Final = 110
_WITHIN: Final = 300.0


def sheet_pdfs(office: Office, path: Path, folder: Path) -> dict[str, Path]:
    """One PDF for each visible sheet of a workbook, as it prints; sheet → file.

    folder: where the files go. Errors: the office cannot open the workbook, or does not answer in time.
    """
    require_file(path)
    found: dict[str, Path] = {}
    with office.answering(_WITHIN, path):
        document = office.open(path)
        try:
            for sheet in document.getSheets():
                if sheet.IsVisible:
                    target = folder / f"{file_name(sheet.getName())}.pdf"
                    cells = document.createInstance("com.sun.star.sheet.SheetCellRanges")
                    cells.addRangeAddress(_printed(sheet), False)
                    _export(office, document, cells, target)
                    found[sheet.getName()] = target
        finally:
            document.close(True)
    return found


def chart_pngs(office: Office, path: Path, folder: Path) -> dict[str, Path]:
    """A picture of each chart of a workbook; ``Sheet chart n`` → file.

    Errors: as `sheet_pdfs`.
    """
    require_file(path)
    found: dict[str, Path] = {}
    with office.answering(_WITHIN, path):
        document = office.open(path)
        try:
            for sheet in document.getSheets():
                shapes = [one for one in sheet.getDrawPage() if one.supportsService(_OLE)]
                for number, shape in enumerate(shapes, 1):
                    name = f"{sheet.getName()} chart {number}"
                    target = folder / f"{file_name(name)}.png"
                    export = office.service("com.sun.star.drawing.GraphicExportFilter")
                    export.setSourceDocument(shape)
                    export.filter(office.properties(URL=office.url(target), MediaType="image/png"))
                    found[name] = target
        finally:
            document.close(True)
    return found


def pngs(pdf: Path, last: int = 0) -> list[Path]:
    """The pages of a PDF as pictures beside it, up to the last one that is wanted (0: all).

    Errors: pdftoppm, of poppler, is not there or cannot read the file.
    """
    program = shutil.which("pdftoppm")
    if program is None:
        raise CsmError(NOT_FOUND, "pdftoppm was not found", "pdftoppm", None,
                       "Install poppler-utils.")  # fmt: skip
    for old in pdf.parent.glob(f"{pdf.stem}-*.png"):
        old.unlink()
    pages = ["-l", str(last)] if last else []
    command = [program, "-png", "-r", str(_RESOLUTION), *pages, str(pdf), str(pdf.with_suffix(""))]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_WITHIN)
    made = sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))
    if done.returncode or not made:
        raise CsmError(VALUE, "the PDF could not be drawn", str(pdf), done.stderr.decode()[-200:], "")
    return made


def file_name(sheet: str) -> str:
    """A sheet's name as a file's.

    >>> file_name("Total Comp"), file_name("What-if")
    ('total_comp', 'what_if')
    """
    return re.sub(r"[^a-z0-9]+", "_", sheet.lower()).strip("_")


def _printed(sheet: Any) -> Any:
    """What is printed of a sheet: its print area, else all that is used."""
    areas = sheet.getPrintAreas()
    if areas:
        return areas[0]
    cursor = sheet.createCursor()
    cursor.gotoStartOfUsedArea(False)
    cursor.gotoEndOfUsedArea(True)
    return cursor.getRangeAddress()


def _export(office: Office, document: Any, cells: Any, target: Path) -> None:
    options = bridge.uno().Any("[]com.sun.star.beans.PropertyValue", office.properties(Selection=cells))
    document.storeToURL(
        office.url(target), office.properties(FilterName="calc_pdf_Export", FilterData=options)
    )
