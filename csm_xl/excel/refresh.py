"""A refresh inside Excel: the open workbook is read, paid and written through xlwings.

Each table is read in one call and written one block of columns at a time, with drawing and calculation off.
On any error, everything written is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlwings as xw

from csm_xl import __version__
from csm_xl.book.named import recorded_for
from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import remarks_table
from csm_xl.plan.raw import RawTable
from csm_xl.workbook import layout
from csm_xl.workbook.operations.refresh.core import BookOf, read_book, reckoned
from csm_xl.workbook.operations.refresh.printed import SHEETS
from csm_xl.workbook.operations.refresh.report import Report, report_of
from csm_xl.workbook.operations.refresh.state import State, input_names, typed_tables
from csm_xl.workbook.operations.refresh.update import Update, changed_cells, changed_tables, update_of
from csm_xl.workbook.sheets.findings import FINDINGS, finding_rows
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package, Region

_READ: Final[dict[str, Any]] = {"ndim": 2, "err_to_str": True}
_INPUTS: Final = frozenset(place.excel_name.casefold() for place in layout.INPUTS)
_TEXT: Final = 4  # msoPropertyTypeString
_UNSEEN: Final = Issue(
    VALUE, "only the tables were read: Excel could not write a copy of the workbook", "the workbook", None,
    "Check that nothing is typed below or beside them, or close the workbook and run csm-xl refresh.", "note",
)  # fmt: skip
"""Said where nobody could look at what is around the tables."""
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
        try:
            outcome = reckoned(state, when, tell, read_book(state, book_of))
            update = update_of(outcome.template, state)
        except CsmError as error:
            region = state.regions.get(FINDINGS.casefold())
            if region is not None:
                _write(book, state, Update({region.name: finding_rows(error.issues)}, {}, {}, {}))
            raise
        report = report_of(state, outcome, when)
        tell("writing")
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


def state_of(book: xw.Book) -> State:
    """The state of an open workbook: each table in one read, and the named cells."""
    regions: dict[str, Region] = {}
    raws = inputs_as_filed(book)
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
            rows = [[_cell(value) for value in row] for row in read.options(**_READ).value]
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
    named = {name: _cell(_at(book, place).options(err_to_str=True).value) for name, place in places.items()}
    for refers in names.values():
        place, size = _array(book, refers)
        if place is not None:
            arrays[place] = size
    if raws is None:
        raws = [*alone, *remarks_table([_UNSEEN], str(book.name))]
    return State(Path(book.fullname), raws, regions, held, places, named, __version__, arrays,
                 printed=_print_areas(book), input_names=input_names(names))  # fmt: skip


def inputs_as_filed(book: xw.Book) -> list[RawTable] | None:
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
        return typed_tables(package)


def _print_areas(book: xw.Book) -> dict[str, str]:
    """Sheet → its print areas; none where no printer is installed, without which Excel lays out no page."""
    try:
        areas = {sheet.name: sheet.page_setup.print_area for sheet in book.sheets if sheet.name in SHEETS}
    except Exception:
        return {}
    return {name: area for name, area in areas.items() if area}


def _cell(value: Any) -> Any:
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


def _at(book: xw.Book, place: Place) -> xw.Range:
    return book.sheets[place.sheet].range(place[1:])


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
                _at(book, place).value = _typed(value)
            for place, width in update.unfolded.items():
                undone.append(_width_undo(book, place))
                _at(book, place).column_width = width  # which shows a column that is hidden
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
            if any(not is_blank(cell) for row in beneath.options(**_READ).value for cell in row):
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
    before = _cell(_at(book, place).value)

    def undo() -> None:
        _at(book, place).value = _typed(before)

    return undo


def _width_undo(book: xw.Book, place: Place) -> Undo:
    before: Any = _at(book, place).column_width  # 0 of a hidden one

    def undo() -> None:
        _at(book, place).column_width = before

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
