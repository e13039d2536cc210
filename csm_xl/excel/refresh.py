"""A refresh inside Excel: the open workbook is read, paid and written through xlwings.

Each table is read in one call and written one block of columns at a time, with drawing and calculation off.
On any error, everything written is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import xlwings as xw

from csm_xl.book.named import recorded_for
from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.excel.state import READ, cell, cells_at, state_of
from csm_xl.plan.cells import is_blank
from csm_xl.workbook.operations.refresh.core import BookOf
from csm_xl.workbook.operations.refresh.mapping_file import save_mapping
from csm_xl.workbook.operations.refresh.prepare import prepared
from csm_xl.workbook.operations.refresh.report import Report, report_of
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.workbook.operations.refresh.update import Update, changed_cells, changed_tables
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Region

_TEXT: Final = 4  # msoPropertyTypeString
_ALLOWED: Final = ("AllowFormattingColumns", "AllowFormattingRows", "AllowFiltering", "AllowSorting")
Rows = Sequence[Sequence[Any]]
Undo = Callable[[], None]


def refresh_book(
    book: xw.Book,
    when: datetime,
    tell: Callable[[str], None] = lambda _: None,
    book_of: BookOf = recorded_for,
) -> Report:
    """Pay everyone from the current inputs of an open workbook, and write the results into it.

    book: a workbook made by `build`, as an xlwings object; it is not saved. when: the time of the refresh to
    record. tell: called with each step. book_of: reads the book of record that Control names.
    If inputs have errors, only the findings on its sheet Checks are written. On any failure, everything
    written is undone. Excel's drawing and calculation settings are always restored.
    Errors: all errors in the inputs; cells in use below a table that must grow.
    """
    with quiet(book.app):
        tell("reading the tables")
        state = state_of(book)
        made = prepared(state, when, tell, book_of)
        if made.outcome is None:
            save_mapping(made.mapping)
            _write(book, made.state, made.update)
        outcome, update, state = made.require(), made.update, made.state
        report = report_of(state, outcome, when)
        tell("writing")
        save_mapping(made.mapping)
        changes = replace(
            update, tables=changed_tables(update, state), cells=dict(changed_cells(update, state))
        )
        _write(book, state, changes)
    return replace(report, written=True)


@contextmanager
def quiet(app: xw.App) -> Iterator[None]:
    """Turn off drawing, calculation and events in Excel, and restore them afterwards."""
    before = (app.screen_updating, app.calculation, app.enable_events)
    try:
        app.screen_updating = False
        app.calculation = "manual"
        app.enable_events = False
        yield
    finally:
        app.screen_updating, app.calculation, app.enable_events = before


def _write(book: xw.Book, state: State, update: Update) -> None:
    """Write an update; on any failure undo what was written, in reverse order."""
    _room(book, state, update)
    sheets = {state.regions[name.casefold()].sheet for name in update.tables}
    sheets |= {place.sheet for place in (*update.cells, *update.arrays, *update.unfolded)}
    sheets |= set(update.printed)
    undone: list[Undo] = []
    with ExitStack() as locks:
        for sheet in sorted(sheets):
            locks.enter_context(_unlocked(book.sheets[sheet]))
        try:
            for name, rows in update.tables.items():
                region = state.regions[name.casefold()]
                undone.append(_table_undo(book, region, state))
                _put(book, region, rows, region.last_row)
            for place, value in update.cells.items():
                undone.append(_cell_undo(book, place))
                cells_at(book, place).value = _typed(value)
            for place, width in update.unfolded.items():
                undone.append(_width_undo(book, place))
                cells_at(book, place).column_width = width  # which shows a column that is hidden
            for place, size in update.arrays.items():
                undone.append(_array_undo(book, place, size, state.arrays[place]))
                _resize_array(book, place, state.arrays[place], size)
            for name, areas in update.printed.items():
                undone.append(_printed_undo(book, name, state.printed[name]))
                book.sheets[name].page_setup.print_area = areas
            for name, value in update.properties.items():
                undone.append(_tell(book, name, value))
        except BaseException:
            for undo in reversed(undone):
                undo()
            raise


def _room(book: xw.Book, state: State, update: Update) -> None:
    """Refuse to overwrite cells below a table that must grow."""
    issues = []
    for name, rows in update.tables.items():
        region = state.regions[name.casefold()]
        last = region.first_row + max(1, len(rows))
        if last > region.last_row:
            beneath = book.sheets[region.sheet].range(
                (region.last_row + 1, region.first_column), (last, region.last_column)
            )
            if any(not is_blank(cell) for row in beneath.options(**READ).value for cell in row):
                what = f"the table {region.name} must grow, but the cells below it are in use"
                issues.append(
                    Issue(
                        VALUE,
                        what,
                        f"{region.sheet}!{beneath.get_address(False, False)}",
                        None,
                        "Move those cells, or close the file and run csm-xl refresh.",
                    )
                )
    if issues:
        raise CsmError.of(issues)


def _put(book: xw.Book, region: Region, rows: Rows, last_before: int) -> None:
    """Give a table its rows: its size first, then each block of columns that are no formulas."""
    sheet = book.sheets[region.sheet]
    first, left, right = region.first_row, region.first_column, region.last_column
    body = [list(row) for row in rows] or [[None] * len(region.headers)]
    last = first + len(body)
    table = next(one for one in sheet.tables if one.name == region.name)
    if last != last_before:
        table.resize(sheet.range((first, left), (last, right)))
    if last < last_before:
        sheet.range((last + 1, left), (last_before, right)).clear_contents()
    formulas = dict(region.formulas)
    for start, end in _blocks([header in formulas for header in region.headers]):
        block = [[_typed(cell) for cell in row[start:end]] for row in body]
        sheet.range((first + 1, left + start), (last, left + end - 1)).value = block
    for at, header in enumerate(region.headers):
        if header in formulas:
            column = sheet.range((first + 1, left + at), (last, left + at))
            if rows:
                column.formula = f"={formulas[header]}"
            else:
                column.clear_contents()


def _blocks(computed: Sequence[bool]) -> list[tuple[int, int]]:
    """The runs of columns that are no formulas: first, and behind the last.

    >>> _blocks([False, False, True, False])
    [(0, 2), (3, 4)]
    """
    found: list[tuple[int, int]] = []
    for at, skip in enumerate(computed):
        if not skip:
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + 1)
            else:
                found.append((at, at + 1))
    return found


def _typed(value: Any) -> Any:
    """A value that Excel reads as its own type: a leading apostrophe keeps text as text, so that no ID
    becomes a number or date, and no text starting with = a formula."""
    if isinstance(value, str):
        return f"'{value}"
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return value


def _table_undo(book: xw.Book, region: Region, state: State) -> Undo:
    before = state.held.get(region.name.casefold(), ())
    size = region.last_row - region.first_row
    rows = [list(row) for row in before]
    rows += [[None] * len(region.headers)] * (size - len(rows) if rows else 0)
    first = book.sheets[region.sheet].range((region.first_row + 1, region.first_column))
    # The formulas in the blank row of a table without rows, which are cleared where it is written so.
    idle = {at: first.offset(0, at).formula for at, header in enumerate(region.headers)
            if header in dict(region.formulas) and not rows}  # fmt: skip

    def undo() -> None:
        sheet = book.sheets[region.sheet]
        table = next(one for one in sheet.tables if one.name == region.name)
        whole = table.range
        _put(book, region, rows, whole.row + whole.shape[0] - 1)
        for at, formula in idle.items():
            if formula:
                sheet.range((region.first_row + 1, region.first_column + at)).formula = formula

    return undo


def _cell_undo(book: xw.Book, place: Place) -> Undo:
    before = cell(cells_at(book, place).value)

    def undo() -> None:
        cells_at(book, place).value = _typed(before)

    return undo


def _width_undo(book: xw.Book, place: Place) -> Undo:
    before: Any = cells_at(book, place).column_width  # 0 of a hidden one

    def undo() -> None:
        cells_at(book, place).column_width = before

    return undo


def _printed_undo(book: xw.Book, sheet: str, before: str) -> Undo:
    return lambda: setattr(book.sheets[sheet].page_setup, "print_area", before)


def _array_undo(book: xw.Book, place: Place, now: tuple[int, int], before: tuple[int, int]) -> Undo:
    return lambda: _resize_array(book, place, now, before)


def _tell(book: xw.Book, name: str, value: str) -> Undo:
    """Set a document property; returns what undoes it.

    Excel on Windows gives access to its properties. On a Mac it does not: there only the Cover shows them.
    """
    native: Any = getattr(book.api, "CustomDocumentProperties", None)
    if native is None:
        return lambda: None
    one = next((one for one in map(native.Item, range(1, native.Count + 1)) if one.Name == name), None)
    if one is None:
        native.Add(name, False, _TEXT, value)
        return lambda: native.Item(name).Delete()
    before = one.Value
    if before != value:
        one.Value = value
    return lambda: setattr(one, "Value", before)


def _resize_array(book: xw.Book, place: Place, before: tuple[int, int], size: tuple[int, int]) -> None:
    """Resize an array formula, and the names that refer to it."""
    sheet = book.sheets[place.sheet]
    old, new = (
        sheet.range(place[1:], (place.row + rows - 1, place.column + columns - 1))
        for rows, columns in (before, size)
    )
    formula: Any = sheet.range(place[1:]).formula
    addresses = [area.get_address() for area in (old, new)]
    old.clear_contents()
    new.formula_array = formula
    for name in book.names:
        owner, _, cells = str(name.refers_to).rpartition("!")
        if cells == addresses[0] and owner.removeprefix("=").strip("'").replace("''", "'") == place.sheet:
            name.refers_to = f"{owner}!{addresses[1]}"


@contextmanager
def _unlocked(sheet: xw.Sheet) -> Iterator[None]:
    """Unprotect a sheet (there is no password), and protect it again afterwards."""
    native: Any = sheet.api
    if not native.ProtectContents:
        yield
        return
    allowed = {name: bool(getattr(native.Protection, name)) for name in _ALLOWED}
    native.Unprotect()
    try:
        yield
    finally:
        native.Protect(**allowed)
