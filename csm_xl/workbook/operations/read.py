"""A workbook's tables, as raw tables: what is in its sheets, untouched, each cell with its place.

An Excel table is known by its name (``tblRoster``), else by its headers. A sheet without tables is one table,
known by the sheet's name or its headers; in a workbook that csm_xl laid out it is none, unless it is an input
sheet of it. What is neither (notes, charts, a scratch sheet) is left alone, and so are the sheets that hold
results. What looks like a table and is not read is named, and so is what only its headers show to be one.

An error cell stays what it is: handed over as a blank it would pay 0 where it must stop the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.cells import is_blank
from csm_xl.plan.company import NAMES, TEXTS
from csm_xl.plan.decisions import remarks_table
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import ASIDE, ComponentKind, TableSchema, schemas
from csm_xl.plan.tables import table_of
from csm_xl.workbook.layout import INPUTS
from csm_xl.workbook.operations.outside import gone_tables, outside_issues, scenario_rows, unknown_settings
from csm_xl.workbook.operations.own_sheets import own_sheets
from csm_xl.workbook.operations.ranges import (
    by_headers,
    is_laid_out,
    is_own_range,
    look_alikes,
    unread_issues,
)
from csm_xl.workbook.operations.resaved import proven_values
from csm_xl.workbook.operations.uncalculated import calculated_tables, inside
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.settings import DECIDED, Settings
from csm_xl.workbook.sheets.import_paste import PASTE
from csm_xl.workbook.version import is_current, version_of
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.cells import Cells
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.values import ErrorCell

RESULT_TABLES: Final = frozenset({"payouts", "totalcomp", "curvetrial", "tiertrial", "planweights"})
"""Tables of a workbook that hold what was computed; nobody is paid from them."""
_HEADER_WITHIN: Final = 30


_DRAWN: Final = {table.excel_name: table.shown for table in INPUTS}


def _built(excel_name: str, tables: Mapping[str, TableSchema]) -> tuple[str, ...]:
    """The columns with which the builder makes an input table; none of a table that is not one of its own."""
    schema = tables.get(table_name(excel_name)) if excel_name in _DRAWN else None
    return tuple(column.name for column in schema.columns) if schema else ()


def read_workbook(source: str | Path | Package, types: Mapping[str, ComponentKind]) -> list[RawTable]:
    """The input tables of a workbook, in the order of its sheets.

    source: the path of an .xlsx or .xlsm file, or the `Package` of one already opened.
    types: the component types by name, as the engine declares them.
    Cells are numbers, text, booleans, dates and datetimes (in both date systems), None for a blank, and
    `csm_xl.xlsx.values.ErrorCell` for an error.
    Errors: a file that is no workbook (see `Package`); a workbook without any table; formulas that
    have no stored value, all of them at once, but in a table that nobody is paid from: there such a cell is
    handed over as an error.
    A value that a program without the ``CSM_`` functions took, such as LibreOffice without the add-in, is
    calculated again; it is nobody's error.
    """
    package = source if isinstance(source, Package) else Package(source)
    tables = schemas(types)
    known = {name: frozenset(schema.required) for name, schema in tables.items()}
    laid_out = is_laid_out(package)
    current = laid_out and is_current(version_of(package))
    regions: dict[str, list[Region]] = {}
    for region in package.tables():
        regions.setdefault(region.sheet, []).append(region)
    found: list[RawTable] = []
    computed: dict[str, list[int]] = {}  # sheet → its tables, by their place in `found`, that hold formulas
    unstored: list[Issue] = []
    unread: dict[str, list[Region]] = {}  # sheet → its ranges that look like tables
    places = named_places({name.casefold(): refers for name, refers in package.names.items()},
                          list(package.sheets))  # fmt: skip
    pasted_on = places[PASTE].sheet if PASTE in places else None
    for sheet in package.sheets:
        if sheet == pasted_on:
            continue  # what is pasted there counts once a refresh has taken it
        before = len(found)
        cells = package.cells(sheet)
        if sheet in regions or (laid_out and not is_own_range(sheet)):
            unread[sheet] = look_alikes(sheet, cells, regions.get(sheet, []), tables, laid_out)
            every = [*regions.get(sheet, []), *unread[sheet]]
            wanted = [region for region in every if region.name and _wanted(region, known)]
            found += [
                replace(
                    _of_region(region, cells),
                    issues=outside_issues(package, region, every, tables.get(table_name(region.name))),
                    drawn=_DRAWN.get(region.name, ()),
                    built=_built(region.name, tables) if current else (),
                )
                for region in wanted
            ]
        else:
            found += _of_sheet(sheet, cells, known)
        computed |= {sheet: [at for at in range(before, len(found))
                             if any(inside(found[at], *spot) for spot in cells.formulas)]}  # fmt: skip
        missing = cells.formulas.keys() - cells.values.keys()
        for row, column in sorted(missing | cells.unreadable.keys()):
            for at, table in enumerate(found[before:], before):
                if not inside(table, row, column):
                    continue
                if table_of(table, types) in ASIDE:
                    found[at] = _holding(table, {(row, column): ErrorCell("#N/A")})
                elif (row, column) in missing:
                    unstored.append(_unstored(sheet, row, column, package.path.name))
                else:
                    unstored.append(_unreadable(sheet, row, column, cells.unreadable[row, column]))
    if unstored:
        raise CsmError.of(unstored)
    if not found:
        raise CsmError(
            NOT_FOUND,
            "the workbook has no table of a plan or its people",
            package.path.name,
            f"sheets {listed(package.sheets)}",
            f"Give an Excel table or a sheet the name of its table: {listed(known, 99)}.",
        )
    if any(computed.values()):
        _prove(package, found, computed)
    found = calculated_tables(package, found)
    there = [table_of(raw, types) for raw in found]
    gone = gone_tables(package, found, there)
    lost = {row[0] for raw in gone for row in raw.rows}
    beside = [*unknown_settings(package), *scenario_rows(package)]
    beside += unread_issues(package, unread, types, there, lost)
    if laid_out:
        named = [raw for raw, name in zip(found, there, strict=True) if name in ("roster", "deals")]
        taken = {raw.origin.name for raw in found} | {sheet for sheet, ranges in unread.items() if ranges}
        beside += own_sheets(package, named, taken | ({pasted_on} if pasted_on else set()))
    found = [replace(raw, issues=(*raw.issues, *by_headers(raw, types))) for raw in found]
    return [*found, *gone, *remarks_table(beside, package.path.name), *_decisions(package)]


def _decisions(package: Package) -> list[RawTable]:
    """What the Control sheet decides about headers and findings, and about how outputs look."""
    places = named_places(package.names, list(package.sheets))
    wanted: tuple[str, ...] = (*DECIDED, *TEXTS, NAMES)
    there = {name: places[name] for name in wanted if name in places}
    said = {name: package.cells(place.sheet).values.get(place[1:]) for name, place in there.items()}
    where = {name: str(place) for name, place in there.items()}
    texts = {name: str(value) for name, value in said.items() if not is_blank(value)}
    settings = Settings("", **texts)  # type: ignore[arg-type]
    return [*settings.decisions(where), *settings.company(where, package.path.resolve().parent)]


def _prove(package: Package, found: list[RawTable], computed: Mapping[str, list[int]]) -> None:
    """Put what a save by a program without the functions took back into the tables."""
    book = load(package)
    cells = [
        cell
        for cell in book.filled()
        if any(inside(found[at], cell.row, cell.column) for at in computed.get(cell.sheet, ()))
    ]
    values = proven_values(package, book, cells)
    for sheet, tables in computed.items():
        for at in tables:
            mine = {cell[1:]: value for cell, value in values.items()
                    if cell.sheet == sheet and inside(found[at], cell.row, cell.column)}  # fmt: skip
            if mine:
                found[at] = _holding(found[at], mine)


def _wanted(region: Region, known: Mapping[str, frozenset[str]]) -> bool:
    name = table_name(region.name)
    if name in RESULT_TABLES:
        return False
    return name in known or _fits({header_name(header) for header in region.headers}, known)


def _fits(headers: set[str], known: Mapping[str, frozenset[str]]) -> bool:
    return any(headers.issuperset(required) for required in known.values())


def _of_region(region: Region, cells: Cells) -> RawTable:
    top = region.first_row + region.headless
    rows = _block(cells, top, region.last_row, region.first_column, region.last_column)
    if region.headless or not rows:  # no cell shows the headers: the table itself still names its columns
        rows.insert(0, list(region.headers))
    raw = RawTable.of_sheet(region.sheet, rows, region.name, region.first_row, region.first_column)
    return replace(raw, marks=_marks(cells, raw))


def _marks(cells: Cells, raw: RawTable) -> dict[tuple[int, int], str]:
    """What the number formats of a table's cells put beside their numbers."""
    top, left = raw.origin.header_row + 1, raw.origin.first_column
    return {(row - top, column - left): mark for (row, column), mark in cells.marks.items()
            if row >= top and inside(raw, row, column)}  # fmt: skip


def _block(cells: Cells, top: int, bottom: int, left: int, right: int) -> list[list[Any]]:
    """The rows of a block, down to the last that holds anything; rows without anything share one list."""
    at: dict[int, list[Any]] = {}
    blank: list[Any] = [None] * (right - left + 1)
    for (row, column), value in cells.values.items():
        if top <= row <= bottom and left <= column <= right:
            at.setdefault(row, blank.copy())[column - left] = value
    return [at.get(row, blank) for row in range(top, max(at, default=top - 1) + 1)]


def _of_sheet(sheet: str, cells: Cells, known: Mapping[str, frozenset[str]]) -> list[RawTable]:
    """The one table of a sheet: from its header on, which titles may be above."""
    name = table_name(sheet)
    if name in RESULT_TABLES:
        return []
    wanted = {name: known[name]} if name in known else known
    filled: dict[int, dict[int, Any]] = {}
    for (row, column), value in cells.values.items():
        if not is_blank(value):
            filled.setdefault(row, {})[column] = value
    first = sorted(filled)[:_HEADER_WITHIN]
    start = next((row for row in first if _fits(_names(filled[row].values()), wanted)), None)
    if start is None:
        if name not in known:
            return []
        start = first[0] if first else 1  # reading it shows which columns it lacks
    header = filled.get(start, {1: None})
    rows = _block(cells, start, max(filled, default=start), min(header), max(header))
    raw = RawTable.of_sheet(sheet, rows, None, start, min(header))
    return [replace(raw, marks=_marks(cells, raw))]


def _names(row: Iterable[Any]) -> set[str]:
    return {header_name(cell) for cell in row if isinstance(cell, str)}


def _holding(table: RawTable, values: Mapping[tuple[int, int], Any]) -> RawTable:
    """A table with other values in some cells; an error stops those who ask for the table, and no run."""
    origin, rows = table.origin, [list(cells) for cells in table.rows]
    for (row, column), value in values.items():
        rows[row - origin.header_row][column - origin.first_column] = value
    return replace(table, rows=rows)


def _unstored(sheet: str, row: int, column: int, file: str) -> Issue:
    return Issue(VALUE, "the formula has no stored value", f"{quoted(sheet)}!{letters(column)}{row}", None,
                 "Open the workbook in Excel, let it calculate, and save it; or calculate it with"
                 f" csm-xl recalc {file}; or type the value.")  # fmt: skip


def _unreadable(sheet: str, row: int, column: int, what: str) -> Issue:
    return Issue(
        VALUE,
        f"the cell {what}",
        f"{quoted(sheet)}!{letters(column)}{row}",
        None,
        "Open the workbook in Excel, let Excel repair it, and save it; or enter the value.",
    )
