"""The refresh of a workbook that is open in Calc: the same core, its result written into the open document.

What the document says now is read from a copy that Calc writes aside; the document itself is changed
cell by cell through Calc, so that nothing else that it shows or holds is lost, and a fault takes back
what was written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, counted
from csm_xl.libreoffice.conversion import to_calc
from csm_xl.workbook.operations.refresh.mapping_file import save_mapping
from csm_xl.workbook.operations.refresh.prepare import prepared
from csm_xl.workbook.operations.refresh.report import report_of
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.operations.refresh.update import changed_cells
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sheets.findings import FINDINGS
from csm_xl.workbook.sheets.import_paste import REPORT as IMPORT
from csm_xl.xlsx.addresses import Place, span
from csm_xl.xlsx.package import Package, Region

_XLSX: Final = "Calc MS Excel 2007 XML"
_VALUES_AND_FORMULAS: Final = 1 | 2 | 4 | 16
_OF_FINDINGS: Final = {FINDINGS.casefold(): {"Link"}}
"""The column of formulas in the table of findings."""
_CSM_PLAN: Final = "Open a workbook that csm_xl built, saved as .xlsx."


def refresh_document(document: Any, when: datetime) -> str:
    """Pay everyone by what an open workbook says now, and show it there; what changed, in words.

    document: the document as Calc has it, saved or not. when: the time that it states.
    Errors: everything that is wrong with its inputs; a document that is no such workbook. It is as it
    was then, but for the sheets Import and Checks where an export was pasted that cannot be taken.
    """
    path = _path(document)
    with tempfile.TemporaryDirectory(prefix="csm_xl_refresh_") as folder:
        copy = Path(folder) / "copy.xlsx"
        document.storeToURL(copy.as_uri(), _properties(FilterName=_XLSX))
        package = Package(copy)
        book = load(package)
        state = replace(state_of(package, book), path=path)
        made = prepared(state, when)
        outcome, update, state = made.outcome, made.update, made.state
        if outcome is None and IMPORT not in update.tables:
            made.require()
        report = None if outcome is None else report_of(state, outcome, when)
    save_mapping(made.mapping)
    formulas = _OF_FINDINGS if outcome is None else {
        table.name.casefold(): {column.header for column in table.columns if column.formula}
        for sheet in outcome.template.sheets for table in sheet.tables
    }  # fmt: skip
    cells = changed_cells(update, state)
    before_cells = {place: state.named.get(name) for name, place in state.places.items() if place in cells}
    before_arrays = {place: book.arrays[place] for place in update.arrays}
    before_tables = {name: state.held.get(name.casefold(), ()) for name in update.tables}
    with _unrecorded(document):
        try:
            _show(document, book.tables, formulas, cells, update.tables, update.arrays)
            for place in update.unfolded:
                with _writable(_sheet(document, place.sheet)) as sheet:
                    sheet.getColumns().getByIndex(place.column - 1).IsVisible = True
            for name, areas in update.printed.items():
                sheet = _sheet(document, name)
                sheet.setPrintAreas(tuple(_printed(sheet, one) for one in areas.split(",")))
        except BaseException:
            _show(document, book.tables, formulas, before_cells, before_tables, before_arrays)
            raise
    made.require()
    assert report is not None  # of what is required
    return (
        f"{report.period} is refreshed: {counted(report.people[1], 'person', 'people')},"
        f" {counted(report.lines[1], 'line')}, {report.paid()};"
        f" {counted(report.changed, 'person', 'people')} changed."
    )


def _path(document: Any) -> Path:
    import uno

    url = document.getURL()
    if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
        raise CsmError(VALUE, "the document is not a spreadsheet", url or "document", None, _CSM_PLAN)
    return Path(uno.fileUrlToSystemPath(url)) if url else Path.home() / "unsaved.xlsx"


def _sheet(document: Any, name: str) -> Any:
    sheets = document.getSheets()
    if not sheets.hasByName(name):
        raise CsmError(NOT_FOUND, "the workbook has no such sheet", name, None, _CSM_PLAN)
    return sheets.getByName(name)


def _show(
    document: Any,
    regions: Mapping[str, Region],
    formulas: Mapping[str, set[str]],
    cells: Mapping[Place, Any],
    tables: Mapping[str, Sequence[Sequence[Any]]],
    arrays: Mapping[Place, tuple[int, int]],
) -> None:
    """Put cells, rows of tables and sizes of array formulas into the document, and calculate it."""
    for place, value in cells.items():
        with _writable(_sheet(document, place.sheet)) as sheet:
            sheet.getCellRangeByPosition(
                place.column - 1, place.row - 1, place.column - 1, place.row - 1
            ).setDataArray(_rows([[value]]))
    for name, rows in tables.items():
        region = regions[name.casefold()]
        with _writable(_sheet(document, region.sheet)) as sheet:
            _write(document, sheet, region, rows, formulas.get(name.casefold(), set()))
    for place, (size, _) in arrays.items():
        with _writable(_sheet(document, place.sheet)) as sheet:
            _resize_array(sheet, place, size)
    document.calculateAll()


def _write(
    document: Any, sheet: Any, region: Region, rows: Sequence[Sequence[Any]], formulas: set[str]
) -> None:
    """Put rows into a table, which grows or shrinks within itself, so that what refers to it follows."""
    area = document.DatabaseRanges.getByName(region.name).getDataArea()
    first, left, right = area.StartRow + 1, area.StartColumn, area.EndColumn
    held, wanted = area.EndRow - area.StartRow, max(1, len(rows))
    if wanted > held:
        sheet.insertCells(_address(sheet, left, first + 1, right, first + wanted - held), _down())
    elif wanted < held:
        sheet.removeRange(_address(sheet, left, first + 1, right, first + held - wanted), _up())
    _reach(document, region.name, first + wanted - 1)
    filled = rows or [[None] * len(region.headers)]
    for at, header in enumerate(region.headers):
        column = sheet.getCellRangeByPosition(left + at, first, left + at, first + wanted - 1)
        if header not in formulas:
            column.setDataArray(_rows([[row[at]] for row in filled]))
        elif rows and wanted > 1:
            column.fillAuto(_to_bottom(), 1)


def _reach(document: Any, table: str, last: int) -> None:
    """Let a table end in a row: cells that are inserted below its only row are outside of it."""
    range_ = document.DatabaseRanges.getByName(table)
    area = range_.getDataArea()
    if area.EndRow != last:
        area.EndRow = last
        range_.setDataArea(area)


def _resize_array(sheet: Any, place: Place, wanted: int) -> None:
    """Give an array formula as many rows as its people are."""
    column, row = place.column - 1, place.row - 1
    cursor = sheet.createCursorByRange(sheet.getCellByPosition(column, row))
    cursor.collapseToCurrentArray()
    formula = cursor.getArrayFormula().strip("{}")
    cursor.clearContents(_VALUES_AND_FORMULAS)
    sheet.getCellRangeByPosition(column, row, column, row + max(1, wanted) - 1).setArrayFormula(formula)


def _rows(rows: Sequence[Sequence[Any]]) -> Any:
    """Rows as Calc sets them; empty text empties the cell."""
    return to_calc([list(row) for row in rows])


@contextmanager
def _unrecorded(document: Any) -> Iterator[None]:
    """What is written within cannot be undone step by step: Calc records only a part of it."""
    undo = document.getUndoManager()
    document.lockControllers()
    undo.lock()
    try:
        yield
    finally:
        undo.unlock()
        undo.clear()
        document.unlockControllers()


@contextmanager
def _writable(sheet: Any) -> Iterator[Any]:
    """A sheet without its protection, which keeps people from typing there and has no password."""
    protected = sheet.isProtected()
    if protected:
        sheet.unprotect("")
    try:
        yield sheet
    finally:
        if protected:
            sheet.protect("")


def _properties(**said: Any) -> tuple[Any, ...]:
    from com.sun.star.beans import PropertyValue

    return tuple(PropertyValue(name, 0, value, 0) for name, value in said.items())


def _address(sheet: Any, left: int, top: int, right: int, bottom: int) -> Any:
    from com.sun.star.table import CellRangeAddress

    return CellRangeAddress(sheet.getRangeAddress().Sheet, left, top, right, bottom)


def _printed(sheet: Any, text: str) -> Any:
    area = span(text)
    return _address(sheet, area.left - 1, area.top - 1, area.right - 1, area.bottom - 1)


def _down() -> Any:
    from com.sun.star.sheet.CellInsertMode import DOWN

    return DOWN


def _up() -> Any:
    from com.sun.star.sheet.CellDeleteMode import UP

    return UP


def _to_bottom() -> Any:
    from com.sun.star.sheet.FillDirection import TO_BOTTOM

    return TO_BOTTOM
