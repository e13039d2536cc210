"""A workbook's tables, as raw tables: what stands in its sheets, untouched, each cell with its place.

An Excel table is known by its name (``tblRoster``). A sheet without tables is one table, known by the
sheet's name or its headers. What is neither (notes, charts, a scratch sheet) is left alone, and so are
the sheets that hold results.

Cells are read with openpyxl: python-calamine is faster, but hands an error cell over as a blank, and
a blank result pays 0 where an error must stop the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.cells import ErrorCell, is_blank
from csm_xl.plan.names import header_name, listed, table_name
from csm_xl.plan.raw import RawTable, letters, quoted
from csm_xl.plan.schema import Column, schemas
from csm_xl.workbook.package import Package, Region

RESULT_TABLES: Final = frozenset({"payouts", "totalcomp", "curvetrial", "tiertrial", "planweights"})
"""Tables of a workbook that hold what was computed; nobody is paid from them."""
_HEADER_WITHIN: Final = 30
_FORMULA: Final = re.compile(rb"<(\w+:)?f[\s>/]")


def read_workbook(source: str | Path | Package, types: Mapping[str, Iterable[Column]]) -> list[RawTable]:
    """The input tables of a workbook, in the order of its sheets.

    source: the path of an .xlsx or .xlsm file, or the `Package` of one already opened.
    types: component type → its columns, as the engine declares them.
    Cells are numbers, text, booleans, dates and datetimes (in both date systems), None for a blank, and
    `csm_xl.plan.cells.ErrorCell` for an error.
    Errors: a file that is no workbook (see `Package`); a workbook without any table; formulas that
    have no stored value, all of them at once.
    """
    package = source if isinstance(source, Package) else Package(source)
    known = {name: frozenset(schema.required) for name, schema in schemas(types).items()}
    regions: dict[str, list[Region]] = {}
    for region in package.tables():
        regions.setdefault(region.sheet, []).append(region)
    found: list[RawTable] = []
    unstored: list[Issue] = []
    for sheet, rows, missing in _sheets(package):
        before = len(found)
        if sheet in regions:
            found += [_of_region(region, rows) for region in regions[sheet] if _wanted(region, known)]
        else:
            found += _of_sheet(sheet, rows, known)
        unstored += [_unstored(sheet, row, column) for row, column in missing
                     if any(_inside(table, row, column) for table in found[before:])]  # fmt: skip
    if unstored:
        raise CsmError.of(unstored)
    if not found:
        raise CsmError(NOT_FOUND, "the workbook has no table of a plan or its people", package.path.name,
                       f"sheets {listed(package.sheets)}",
                       f"Name an Excel table or a sheet after its table: {listed(known, 99)}.")  # fmt: skip
    return found


def _sheets(package: Package) -> Iterator[tuple[str, list[list[Any]], list[tuple[int, int]]]]:
    """Each worksheet: its cells from A1 on, and where a formula has no stored value."""
    for sheet, part in package.sheets.items():
        with package.reading():
            shown = package.values[sheet]
            rows = [[_value(cell) for cell in cells] for cells in shown.iter_rows()]
            empty: list[tuple[int, int]] = []
            if _FORMULA.search(package.read(part)):
                both = zip(shown.iter_rows(), package.formulas[sheet].iter_rows(), strict=True)
                empty = [
                    (number, column)
                    for number, (values, formulas) in enumerate(both, 1)
                    for column, (value, formula) in enumerate(zip(values, formulas, strict=True), 1)
                    # A stored text of no letters is a value: openpyxl leaves its type standing.
                    if formula.data_type == "f" and value.value is None and value.data_type != "str"
                ]
        yield sheet, rows, empty


def _value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return ErrorCell(str(value))
    # A number below 1 in a date format: a time of day, which no table holds; as text it is refused.
    return value.isoformat() if isinstance(value, time) else value


def _wanted(region: Region, known: Mapping[str, frozenset[str]]) -> bool:
    name = table_name(region.name)
    if name in RESULT_TABLES:
        return False
    return name in known or _fits({header_name(header) for header in region.headers}, known)


def _fits(headers: set[str], known: Mapping[str, frozenset[str]]) -> bool:
    return any(headers.issuperset(required) for required in known.values())


def _of_region(region: Region, rows: list[list[Any]]) -> RawTable:
    width = slice(region.first_column - 1, region.last_column)
    block = [row[width] for row in rows[region.first_row - 1 : region.last_row]]
    size = region.last_column - region.first_column + 1
    block = [[*row, *[None] * (size - len(row))] for row in block]
    return RawTable.of_sheet(region.sheet, block, region.name, region.first_row, region.first_column)


def _of_sheet(sheet: str, rows: list[list[Any]], known: Mapping[str, frozenset[str]]) -> list[RawTable]:
    """The one table of a sheet: from its header on, which titles may stand above."""
    name = table_name(sheet)
    if name in RESULT_TABLES:
        return []
    wanted = {name: known[name]} if name in known else known
    filled = [at for at, row in enumerate(rows) if any(not is_blank(cell) for cell in row)]
    start = next((at for at in filled[:_HEADER_WITHIN] if _fits(_names(rows[at]), wanted)), None)
    if start is None:
        if name not in known:
            return []
        start = filled[0] if filled else 0  # reading it tells which columns it lacks
    block = rows[start:]
    last = max((at for row in block for at, cell in enumerate(row) if not is_blank(cell)), default=-1)
    first = next((at for at, cell in enumerate(block[0]) if not is_blank(cell)), 0) if block else 0
    block = [[*row[first : last + 1], *[None] * (last + 1 - max(len(row), first))] for row in block]
    return [RawTable.of_sheet(sheet, block, None, start + 1, first + 1)]


def _names(row: list[Any]) -> set[str]:
    return {header_name(cell) for cell in row if isinstance(cell, str)}


def _inside(table: RawTable, row: int, column: int) -> bool:
    origin = table.origin
    width = max((len(cells) for cells in table.rows), default=0)
    return (
        origin.header_row <= row < origin.header_row + len(table.rows)
        and origin.first_column <= column < origin.first_column + width
    )


def _unstored(sheet: str, row: int, column: int) -> Issue:
    return Issue(VALUE, "the formula has no stored value", f"{quoted(sheet)}!{letters(column)}{row}", None,
                 "Open the workbook in Excel, let it calculate, save it; or type the value.")  # fmt: skip
