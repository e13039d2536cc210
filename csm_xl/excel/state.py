"""The state of a workbook that is open in Excel: each table in one read, and the cells under names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlwings as xw

from csm_xl import __version__
from csm_xl.errors import VALUE, Issue
from csm_xl.intake.pasted import block_of_cells
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import remarks_table
from csm_xl.plan.raw import RawTable
from csm_xl.workbook import layout
from csm_xl.workbook.operations.refresh.paste import Paste, left_of, paste_in
from csm_xl.workbook.operations.refresh.printed import SHEETS
from csm_xl.workbook.operations.refresh.state import State, input_names, typed_tables
from csm_xl.workbook.sheets.import_paste import LABELS, PASTE
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region

READ: Final[dict[str, Any]] = {"ndim": 2, "err_to_str": True}
_INPUTS: Final = frozenset(place.excel_name.casefold() for place in layout.INPUTS)
_UNSEEN: Final = Issue(
    VALUE, "only the tables were read: Excel could not write a copy of the workbook", "the workbook", None,
    "Check that nothing is typed below or beside them, or close the workbook and run csm-xl refresh.", "note",
)  # fmt: skip
"""Said where nobody could look at what is around the tables."""
Rows = Sequence[Sequence[Any]]


def state_of(book: xw.Book) -> State:
    """The state of an open workbook: each table in one read, and the named cells."""
    regions: dict[str, Region] = {}
    filed = inputs_as_filed(book)
    raws = None if filed is None else filed.raws
    alone: list[RawTable] = []  # the input tables without what is around them
    held: dict[str, Rows] = {}
    arrays: dict[Place, tuple[int, int]] = {}
    for sheet in book.sheets:
        for table in sheet.tables:
            whole = table.range
            key, (height, width) = table.name.casefold(), whole.shape
            read = whole
            if key in _INPUTS and raws is not None:  # the copy has its rows
                read = sheet.range((whole.row, whole.column), (whole.row, whole.column + width - 1))
            rows = [[cell(value) for value in row] for row in read.options(**READ).value]
            headers = tuple("" if header is None else str(header) for header in rows[0])
            region = Region(table.name, sheet.name, whole.row, whole.column, whole.row + height - 1, headers)
            if key in _INPUTS:
                alone.append(RawTable.of_sheet(sheet.name, rows, table.name, whole.row, whole.column))
            else:
                region = replace(region, formulas=_formulas(sheet, region))
                body = rows[1:]
                held[key] = [] if all(is_blank(cell) for row in body for cell in row) else body
            regions[key] = region
    names = {name.name: str(name.refers_to) for name in book.names}
    places = named_places(names, [sheet.name for sheet in book.sheets])
    named = {
        name: cell(cells_at(book, place).options(err_to_str=True).value) for name, place in places.items()
    }
    for refers in names.values():
        place, size = _array(book, refers)
        if place is not None:
            arrays[place] = size
    paste = _paste(book, places) if filed is None else filed.paste
    if raws is None:
        raws = [*alone, *remarks_table([_UNSEEN], str(book.name))]
    formulas = {} if filed is None else filed.formulas
    return State(Path(book.fullname), raws, regions, held, places, named, __version__, arrays, formulas,
                 printed=_print_areas(book), input_names=input_names(names), paste=paste)  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """What a file of the workbook has of what people type.

    raws: the input tables, with all that is beside them. formulas: those on their sheets. paste: what is on
    the sheet Import.
    """

    raws: list[RawTable]
    formulas: dict[Place, str]
    paste: Paste | None


def inputs_as_filed(book: xw.Book) -> Filed | None:
    """The input tables as a file of the workbook has them, with all that is beside them: rows below a table,
    ranges that look like one, hidden rows, tables that are gone. None where no copy can be written, as on a
    Mac: then the tables alone are read."""
    native: Any = book.api
    if not hasattr(native, "SaveCopyAs"):
        return None
    with TemporaryDirectory(prefix="csm_xl-") as folder:
        copied = Path(folder) / Path(str(book.name)).with_suffix(Path(str(book.fullname)).suffix).name
        try:
            native.SaveCopyAs(str(copied))
            package = Package(copied)
        except Exception:  # whatever COM raises, or an encrypted copy
            return None
        sheets = {place.sheet for place in layout.INPUTS if place.sheet in package.sheets}
        formulas = {Place(sheet, *spot): formula for sheet in sheets
                    for spot, formula in package.cells(sheet).formulas.items()}  # fmt: skip
        names = {name.casefold(): refers for name, refers in package.names.items()}
        paste = paste_in(package, named_places(names, list(package.sheets)))
        return Filed(typed_tables(package), formulas, paste)


def _paste(book: xw.Book, places: Mapping[str, Place]) -> Paste | None:
    """The sheet Import as it is open; without the formats of its numbers."""
    corner = places.get(PASTE)
    if corner is None:
        return None
    beside = {name: left_of(places[name]) for name in LABELS if name in places}
    labels = {name: cell(cells_at(book, place).value) for name, place in beside.items()}
    used = book.sheets[corner.sheet].used_range.last_cell
    if used.row < corner.row or used.column < corner.column:
        return Paste(corner, None, labels)
    area = book.sheets[corner.sheet].range(corner[1:], (used.row, used.column))
    values = {
        (row, column): cell(value)
        for row, line in enumerate(area.options(**READ).value, corner.row)
        for column, value in enumerate(line, corner.column)
    }
    return Paste(corner, block_of_cells(values, corner.sheet, corner[1:]), labels)


def _print_areas(book: xw.Book) -> dict[str, str]:
    """Sheet → its print areas; none where no printer is installed, without which Excel lays out no page."""
    try:
        areas = {sheet.name: sheet.page_setup.print_area for sheet in book.sheets if sheet.name in SHEETS}
    except Exception:
        return {}
    return {name: area for name, area in areas.items() if area}


def cell(value: Any) -> Any:
    """A cell as read from a file: a day at midnight is a datetime, an empty cell is a blank."""
    if isinstance(value, time):
        return value.isoformat()
    return None if value == "" else value


def _formulas(sheet: xw.Sheet, region: Region) -> tuple[tuple[str, str], ...]:
    """The columns of a table whose first row is a formula."""
    first = (region.first_row + 1, region.first_column)
    last = (region.first_row + 1, region.last_column)
    said = sheet.range(first, last).formula
    row = said[0] if isinstance(said, (tuple, list)) else [said]
    cells = row if isinstance(row, (tuple, list)) else said
    return tuple(
        (header, str(formula).removeprefix("="))
        for header, formula in zip(region.headers, cells, strict=True)
        if isinstance(formula, str) and formula.startswith("=")
    )


def _array(book: xw.Book, refers: str) -> tuple[Place | None, tuple[int, int]]:
    """The array formula that a name refers to: its first cell, and its rows and columns."""
    sheet, _, cells = refers.removeprefix("=").rpartition("!")
    if not sheet or ":" not in cells or "[" in refers or "(" in refers:
        return None, (0, 0)
    name = sheet.strip("'").replace("''", "'")
    if name not in [one.name for one in book.sheets]:
        return None, (0, 0)
    area = book.sheets[name].range(cells.replace("$", ""))
    if not area.has_array:
        return None, (0, 0)
    rows, columns = area.shape
    return Place(name, area.row, area.column), (rows, columns)


def cells_at(book: xw.Book, place: Place) -> xw.Range:
    """The cell of a place in an open workbook."""
    return book.sheets[place.sheet].range(place[1:])
