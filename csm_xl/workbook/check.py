"""Checking a workbook: every figure that it keeps is computed again and compared.

Formulas, native and ``CSM_``, are recalculated and compared with their stored values. The engine runs
again on the workbook's own input tables; its lines are compared with the payout lines column by column,
and what the refresh wrote on Total Comp, Cover and Checks with what it would write now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from csm_xl import __version__
from csm_xl.engine.components import types
from csm_xl.engine.run import run
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.plan.cells import ErrorCell
from csm_xl.plan.names import header_name
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import VERSION, template
from csm_xl.workbook.evaluate import CIRCULAR, UNKNOWN, Book, Place, load, plain, recalculate
from csm_xl.workbook.package import Package
from csm_xl.workbook.page import Sheet, Table, Template
from csm_xl.workbook.read import read_workbook
from csm_xl.workbook.results import PAYOUTS, TOTALS

NEAR: Final = 1e-9
"""How far a stored number may stand from the computed one, absolutely or by its size."""
KEYS: Final = {
    PAYOUTS: ("period", "employee_id", "plan_id", "component_id"),
    TOTALS: ("employee_id",),
}
"""What tells the rows of an output table apart."""
_REFRESH: Final = "Refresh the workbook; if nobody changed an input, somebody changed this cell."


def check(path: str | Path) -> list[Issue]:
    """Every cell of a workbook that is not what it must be; an empty list: each figure stands.

    path: an .xlsx or .xlsm file that `build` or a refresh wrote.
    Found are: a stored value that differs from what its formula gives; a formula without a stored
    value; an error; a cell of a calculated column that is no longer its formula; a payout line that is
    missing, is too much, or differs from the engine's in any column; figures of Total Comp, Cover and
    Checks that a refresh would write otherwise; whatever is wrong with the input tables.
    A formula that only Excel can calculate is a warning.
    Errors: a file that is no workbook.
    """
    package = Package(path)
    book = load(package)
    return [
        *_typed_errors(book),
        *_formulas(book, recalculate(book)),
        *_columns(book),
        *_engine(package, book),
    ]


def same(stored: Any, computed: Any) -> bool:
    """Whether two cells say the same: numbers nearly, everything else exactly; a blank is no text.

    >>> same(0.1 + 0.2, 0.3), same(100.0, 100.01), same(True, 1.0), same(None, "")
    (True, False, False, True)
    """
    blank = [value is None or value == "" for value in (stored, computed)]
    if any(blank):
        return all(blank)
    if isinstance(stored, bool) or isinstance(computed, bool):
        return stored is computed
    if isinstance(stored, float) and isinstance(computed, float):
        return abs(stored - computed) <= NEAR * max(1.0, abs(stored), abs(computed))
    return bool(stored == computed)


def _typed_errors(book: Book) -> Iterator[Issue]:
    for place, value in book.values.items():
        if isinstance(value, ErrorCell):
            yield Issue(VALUE, "the cell holds an error", str(place), value.text, "Type the value.")


def _formulas(book: Book, computed: dict[Place, Any]) -> Iterator[Issue]:
    """Each formula's stored value against what it gives."""
    for place, value in computed.items():
        stored, where = book.stored.get(place), str(place)
        formula = book.formulas.get(place, "its formula")
        if value == UNKNOWN:
            yield Issue(VALUE, "the formula cannot be calculated here, so its value is not proven", where,
                        formula, "Use functions that every spreadsheet has.", "warning")  # fmt: skip
        elif value == CIRCULAR:
            yield Issue(VALUE, "the formula needs its own result", where, formula, "Break the circle.")
        elif place not in book.stored:
            yield Issue(VALUE, "the formula has no stored value", where, formula,
                        "Calculate the workbook and save it.")  # fmt: skip
        elif not same(stored, value):
            yield Issue(VALUE, f"the stored value differs from the recalculated one, {_shown(value)}", where,
                        _shown(stored), _REFRESH)  # fmt: skip
        elif isinstance(value, ErrorCell):
            yield Issue(VALUE, "the cell shows an error", where, value.text, "Mend what it computes from.")


def _columns(book: Book) -> Iterator[Issue]:
    """Each cell of a calculated column: it must hold the column's formula."""
    for region in book.tables.values():
        for header, formula in region.formulas:
            column = region.first_column + region.headers.index(header)
            for row in range(region.first_row + 1, region.last_row + 1):
                place = Place(region.sheet, row, column)
                if book.formulas.get(place, "").removeprefix("=") != formula.removeprefix("="):
                    found = book.formulas.get(place, book.values.get(place))
                    yield Issue(VALUE, f"the cell does not hold the formula of its column, {header}",
                                str(place), _shown(found), f"Copy it down again: ={formula}")  # fmt: skip


def _engine(package: Package, book: Book) -> Iterator[Issue]:
    """The engine's results against what the workbook keeps of them."""
    missing = [name for name in (PAYOUTS, TOTALS) if name.casefold() not in book.tables]
    for name in missing:
        yield Issue(NOT_FOUND, f"the workbook has no table {name}", package.path.name, None,
                    "Build the workbook anew.")  # fmt: skip
    period = _named(book, "period")
    if not isinstance(period, str):
        yield Issue(NOT_FOUND, "the Cover does not say which period was paid", "Cover", _shown(period),
                    "Build the workbook anew.")  # fmt: skip
        return
    refreshed = package.created
    try:
        tables = read_strict(read_workbook(package, types()), types(), PAY_TABLES)
        lines = run(tables, period).rows()
        expected = template(tables, period, lines, refreshed or datetime(1900, 1, 1))
    except CsmError as error:
        at_period = book.names.get("period", "").replace("$", "")
        yield from (replace(one, where=at_period) if one.where == "period" else one for one in error.issues)
        return
    for sheet in expected.sheets:
        for table in sheet.tables:
            if table.name in KEYS and table.name not in missing:
                yield from _rows(table, book)
    yield from _frames(book, expected, package.properties().get(VERSION))


def _rows(expected: Table, book: Book) -> Iterator[Issue]:
    """An output table, row by row and column by column."""
    region = book.tables[expected.name.casefold()]
    names = [header_name(column.header) for column in expected.columns]
    at = {header_name(header): region.first_column + i for i, header in enumerate(region.headers)}
    for name in names:
        if name not in at:
            yield Issue(NOT_FOUND, f"{region.name} has no column {name}", region.sheet, None,
                        "Build the workbook anew.")  # fmt: skip
    keys = KEYS[expected.name]
    if not set(keys) <= set(at):
        return
    wanted: dict[tuple[Any, ...], list[Any]] = {}  # adjustments may share a key, and stand in order
    for expected_row in expected.rows:
        wanted.setdefault(tuple(expected_row[names.index(key)] for key in keys), []).append(expected_row)
    for row in range(region.first_row + 1, region.last_row + 1):
        cells = {name: book.values.get(Place(region.sheet, row, column)) for name, column in at.items()}
        key = tuple(cells[name] for name in keys)
        if not expected.rows and not any(cells.values()):
            continue  # a table has one row at least
        lines = wanted.get(key)
        first = Place(region.sheet, row, region.first_column)
        if not lines:
            yield Issue(VALUE, "the engine gives no such row", str(first), _named_row(key), _REFRESH)
            continue
        for name, value, column in zip(names, lines.pop(0), expected.columns, strict=True):
            if column.formula or name not in at:
                continue
            place = Place(region.sheet, row, at[name])
            if not same(cells[name], plain(value)):
                yield Issue(VALUE, f"{name} differs from the engine's {_shown(plain(value))}", str(place),
                            _shown(cells[name]), _REFRESH)  # fmt: skip
    for key, left in wanted.items():
        for _ in left:
            yield Issue(NOT_FOUND, f"a row is missing: {_named_row(key)}", region.sheet, None, _REFRESH)


def _frames(book: Book, expected: Template, version: str | None) -> Iterator[Issue]:
    """What stands around the tables, cell by cell, where the same version would write it."""
    if version != __version__:
        yield Issue(VALUE, f"another version of csm_xl wrote the workbook; this is {__version__}", "Cover",
                    version, "Build the workbook anew to have its checks compared.", "warning")  # fmt: skip
        return
    for sheet in expected.sheets:
        if sheet.kind != "input":
            yield from _frame(sheet, book)


def _frame(sheet: Sheet, book: Book) -> Iterator[Issue]:
    if sheet.name not in book.sheets:
        yield Issue(NOT_FOUND, f"the sheet {sheet.name} is missing", sheet.name, None,
                    "Build the workbook anew.")  # fmt: skip
        return
    # The tables of the other sheets are compared row by row, wherever their rows stand.
    cells = sheet.cells.items() if sheet.kind == "output" else sheet.all_cells()
    for (row, column), cell in cells:
        place = Place(sheet.name, row, column)
        found = book.formulas.get(place, book.values.get(place))
        wanted = cell.formula or plain(cell.value)
        if not same(found, wanted):
            yield Issue(VALUE, f"the cell is not what a refresh writes, {_shown(wanted)}", str(place),
                        _shown(found), _REFRESH)  # fmt: skip


def _named(book: Book, name: str) -> Any:
    """The value of the one cell that a defined name means."""
    reference = book.names.get(name, "").replace("$", "")
    places = {str(place): value for place, value in book.values.items()}
    return places.get(reference)


def _named_row(key: Sequence[Any]) -> str:
    return " ".join(str(part) for part in key)


def _shown(value: Any) -> Any:
    return value.text if isinstance(value, ErrorCell) else value
