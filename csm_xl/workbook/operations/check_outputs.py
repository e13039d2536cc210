"""What a refresh writes, compared with what a workbook keeps: tables, single cells, what is around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, Issue
from csm_xl.plan.names import header_name
from csm_xl.workbook.operations.laid_out import above, by_header, found_under, same_formula
from csm_xl.workbook.operations.refresh.core import ANEW
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.workbook.operations.refresh.update import KEYS, named_values, typed, written
from csm_xl.workbook.page import Sheet, Table, Template
from csm_xl.workbook.sheets.findings import FINDINGS
from csm_xl.workbook.sheets.log import LOG
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.same import same
from csm_xl.xlsx.serial_dates import plain
from csm_xl.xlsx.values import ErrorCell

_HISTORY: Final = (LOG, FINDINGS)
"""Tables that record what happened; nothing can be computed again of them."""


def output_tables(template: Template, book: Book, mend: str, same_version: bool) -> Iterator[Issue]:
    """The tables that a refresh writes."""
    for table in written(template):
        if table.name in _HISTORY or table.name.casefold() not in book.tables:
            continue
        if table.name in KEYS:
            yield from _rows(table, book, mend)
        elif same_version:
            yield from _ordered(table, book, mend)


def output_sheets(template: Template, state: State, book: Book, mend: str) -> Iterator[Issue]:
    """What else a refresh writes, and what is around the tables."""
    yield from _named(template, state, mend)
    for sheet in template.sheets:
        if sheet.kind != "input" and not sheet.hidden:
            yield from _frame(sheet, book, mend)


def _rows(expected: Table, book: Book, mend: str) -> Iterator[Issue]:
    """An output table, row by row and column by column."""
    region = book.tables[expected.name.casefold()]
    names = [header_name(column.header) for column in expected.columns]
    there = by_header((header, at) for at, header in enumerate(region.headers, region.first_column))
    at = {
        name: place
        for name, one in zip(names, expected.columns, strict=True)
        if (place := found_under(there, one.header)) is not None
    }
    for name, one in zip(names, expected.columns, strict=True):
        if name not in at and not (one.folded or one.optional):  # what is folded away holds nothing
            yield Issue(NOT_FOUND, f"{region.name} has no column {name}", region.sheet, None, ANEW)
    keys = KEYS[expected.name]
    if not set(keys) <= set(at):
        return
    wanted: dict[tuple[Any, ...], list[Any]] = {}  # adjustments may share a key, and are in order
    for expected_row in expected.rows:
        wanted.setdefault(tuple(expected_row[names.index(key)] for key in keys), []).append(expected_row)
    columns = [(name, at[name], place) for place, name in enumerate(names)
               if name in at and not expected.columns[place].formula]  # fmt: skip
    values, sheet = book.values, region.sheet
    for row in range(region.first_row + 1, region.last_row + 1):
        key = tuple(values.get(Place(sheet, row, at[name])) for name in keys)
        if not expected.rows and not any(values.get(Place(sheet, row, one)) for one in there.values()):
            continue  # a table has one row at least
        lines = wanted.get(key)
        if not lines:
            yield Issue(
                VALUE,
                "the engine does not produce this row",
                str(Place(sheet, row, region.first_column)),
                _named_row(key),
                mend,
            )
            continue
        line = lines.pop(0)
        for name, column, place in columns:
            found, value = values.get((sheet, row, column)), plain(line[place])  # type: ignore[call-overload]
            if found != value and not same(found, value):
                yield Issue(VALUE, f"{name} differs from the engine's {in_words(value)}",
                            str(Place(sheet, row, column)), in_words(found), mend,
                            kind=f"cells of {name} differ from the engine's")  # fmt: skip
    for key, left in wanted.items():
        for _ in left:
            yield Issue(NOT_FOUND, f"a row is missing: {_named_row(key)}", region.sheet, None, mend)


def _ordered(expected: Table, book: Book, mend: str) -> Iterator[Issue]:
    """A table of helping figures, cell by cell."""
    region = book.tables[expected.name.casefold()]
    there = by_header((header, at) for at, header in enumerate(region.headers, region.first_column))
    last = max(len(expected.rows), region.last_row - region.first_row)
    for at, column in enumerate(expected.columns):
        place = found_under(there, column.header)
        if place is None:
            yield Issue(NOT_FOUND, f"{region.name} has no column {column.header}", region.sheet, None, ANEW)
        elif not column.formula:
            for row in range(last):
                cell = Place(region.sheet, region.first_row + 1 + row, place)
                wanted = plain(expected.rows[row][at]) if row < len(expected.rows) else None
                found = book.values.get(cell)
                if not same(found, wanted):
                    yield _other(cell, found, wanted, mend)


def _named(expected: Template, state: State, mend: str) -> Iterator[Issue]:
    """The single cells that a refresh writes."""
    for name, value in named_values(expected).items():
        place = state.places.get(name.casefold())
        if place is None:
            yield Issue(NOT_FOUND, f"the workbook has no cell named {name}", "", None, ANEW)
        elif not same(plain(state.named.get(name.casefold())), plain(value)):
            yield _other(place, plain(state.named.get(name.casefold())), plain(value), mend)


def _frame(sheet: Sheet, book: Book, mend: str) -> Iterator[Issue]:
    """What is around the tables: captions, labels and formulas."""
    if sheet.name not in book.sheets:
        yield Issue(NOT_FOUND, f"the sheet {sheet.name} is missing", sheet.name, None, ANEW)
        return
    named = set(sheet.names.values())
    over = {at: place for table in sheet.tables for at, place in above(table, book)}
    for at, cell in sheet.cells.items():
        if typed(sheet, at) or (at in named and not cell.formula):
            continue
        place = Place(sheet.name, *over.get(at, at))
        found = book.formulas.get(place, book.values.get(place))
        wanted = cell.formula or plain(cell.value)
        if cell.former and same_formula(found, cell.former):
            continue
        if not same(found, wanted) and not (cell.formula and same_formula(found, wanted)):
            yield _other(place, found, wanted, mend)


def _other(place: Place, found: Any, wanted: Any, mend: str) -> Issue:
    what = f"the cell is not what a refresh writes, {in_words(wanted)}"
    return Issue(VALUE, what, str(place), in_words(found), mend,
                 kind=f"cells of {place.sheet} are not what a refresh writes")  # fmt: skip


def _named_row(key: Sequence[Any]) -> str:
    return " ".join(str(part) for part in key)


def in_words(value: Any) -> Any:
    """A value of a cell as messages show it: an error by its text."""
    return value.text if isinstance(value, ErrorCell) else value
