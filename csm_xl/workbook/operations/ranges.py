"""Ranges of cells that look like an input table and are no Excel table, and tables known by headers alone.

A workbook that csm_xl laid out has Excel tables as its inputs. A range that somebody keeps beside them, such
as requests that were turned down, may have the headers of one: it pays nobody, and is named. In a workbook
of plain ranges these are the tables; those that only their headers show to be one are named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import ComponentKind, TableSchema
from csm_xl.plan.tables import table_of
from csm_xl.workbook.layout import CLASSES, INPUTS
from csm_xl.workbook.version import VERSION
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.cells import Cells
from csm_xl.xlsx.package import Package, Region

_SETTINGS: Final = frozenset({"period", "plan_source", "results_source"})
"""The names that a Control sheet has, whoever saved the workbook last."""
_GAP: Final = 2
"""This many blank rows end a range."""


def is_laid_out(package: Package) -> bool:
    """Whether csm_xl laid a workbook out, so that its inputs are Excel tables."""
    return VERSION in package.properties() or {name.casefold() for name in package.names} >= _SETTINGS


def is_own_range(sheet: str) -> bool:
    """Whether a sheet without Excel tables is still an input of a workbook that csm_xl laid out: it is the
    sheet of the table that it is named after, which somebody converted to a range.

    >>> is_own_range("Roster"), is_own_range("Adjustments"), is_own_range("Rejected requests")
    (True, False, False)
    """
    return any(place.sheet == sheet and place.name == table_name(sheet) for place in INPUTS)


def look_alikes(
    sheet: str, cells: Cells, beside: Sequence[Region], known: Mapping[str, TableSchema], laid_out: bool
) -> list[Region]:
    """The ranges of a sheet that look like input tables: their headers have every column that one needs.

    beside: the Excel tables of the sheet. known: the tables. A header without a row below it is none, and so
    are columns right beside an Excel table, which are reported as such.
    """
    if laid_out and sheet in CLASSES:
        return []  # an output sheet: nobody types tables there
    rows = _outside(cells, beside)
    found: list[Region] = []
    for row in sorted(rows):
        for run in _runs(rows[row]):
            left, right = run[0], run[-1]
            within = any(
                one.first_row <= row <= one.last_row and one.first_column <= right and left <= one.last_column
                for one in found
            )
            headers = tuple(str(rows[row][column]) for column in run)
            if within or _next_to(left, row, beside) or not fits(headers, known):
                continue
            last = _last_row(rows, row, left, right)
            if last > row:
                found.append(Region("", sheet, row, left, last, headers))
    return found


def fits(headers: Iterable[str], known: Mapping[str, TableSchema]) -> bool:
    """Whether headers have every column that some table needs. A table that needs one column alone, such as a
    date, is meant only where each header is a column of it.

    >>> from csm_xl.plan.schema import schemas
    >>> [fits(headers, schemas({})) for headers in (["Date", "Name"], ["Date", "Comment"])]
    [True, False]
    """
    names = {header_name(header) for header in headers}
    return any(
        names.issuperset(schema.required)
        and (len(schema.required) > 1 or names.issubset(column.name for column in schema.columns))
        for schema in known.values()
    )


def unread_issues(
    package: Package, unread: Mapping[str, Sequence[Region]], types: Mapping[str, ComponentKind],
    there: Collection[str | None], gone: Collection[str],
) -> list[Issue]:  # fmt: skip
    """A warning about each range that looks like a table and is not read.

    unread: sheet → its ranges; none on a sheet that is looked at and has none. there: the tables that the
    workbook has. gone: those that it had, and that are reported.
    """
    found = []
    for sheet, ranges in unread.items():
        for one in ranges:
            table = table_of(RawTable.of_sheet(sheet, [list(one.headers)], ""), types)
            if table not in gone:
                found.append(_unread(_place(one), f"this range looks like {_table(table)}", table, there))
        filled = [spot for spot, value in package.cells(sheet).values.items() if not is_blank(value)]
        named = table_name(sheet)
        ours = any(place.name == named for place in INPUTS) and not is_own_range(sheet)
        if ours and filled and not ranges:
            rows, columns = zip(*filled, strict=True)
            width = 1 + max(columns) - min(columns)
            whole = Region("", sheet, min(rows), min(columns), max(rows), ("",) * width)
            what = f"this sheet has the name of {_table(named)}"
            found.append(_unread(_place(whole), what, named, there))
    return found


def by_headers(raw: RawTable, types: Mapping[str, ComponentKind]) -> tuple[Issue, ...]:
    """A note about a table whose name is none of ours, so that its headers alone show what it is."""
    table = table_of(raw, types)
    if table is None or table == table_name(raw.name or ""):
        return ()
    top, left = raw.origin.header_row, raw.origin.first_column
    last = top + len(raw.rows) - 1
    where = _place(Region("", raw.origin.name, top, left, last, tuple(map(str, raw.rows[0]))))
    what = "this range" if raw.name == raw.origin.name else f"the Excel table {raw.name}"
    hint = "None needed if that is intended. If it must not count, keep it in another workbook."
    return (Issue(VALUE, f"{what} is read as {_table(table)}, by its headers", where, None, hint, "note"),)


def _unread(where: str, what: str, table: str | None, there: Collection[str | None]) -> Issue:
    if table is not None and table in there:
        hint = f"To use its rows, move them into the table {_excel_name(table)}; otherwise do nothing."
    else:
        name = f" named {_excel_name(table)}" if table else ""
        hint = f"To use it, make it an Excel table (Insert > Table){name}; otherwise do nothing."
    message = f"{what}, but it is not an Excel table, so it is not used"
    return Issue(VALUE, message, where, None, hint, "warning")


def _table(name: str | None) -> str:
    return f"the table {name}" if name else "an input table"


def _excel_name(table: str) -> str:
    return f"tbl{table.capitalize()}"


def _place(one: Region) -> str:
    first = f"{letters(one.first_column)}{one.first_row}"
    return f"{quoted(one.sheet)}!{first}:{letters(one.last_column)}{one.last_row}"


def _outside(cells: Cells, beside: Sequence[Region]) -> dict[int, dict[int, Any]]:
    """Row → column → what is there, of the cells that belong to no Excel table."""
    taken: dict[int, list[tuple[int, int]]] = {}
    for one in beside:
        for column in range(one.first_column, one.last_column + 1):
            taken.setdefault(column, []).append((one.first_row, one.last_row + one.totals))
    rows: dict[int, dict[int, Any]] = {}
    for (row, column), value in cells.values.items():
        if any(top <= row <= bottom for top, bottom in taken.get(column, ())) or is_blank(value):
            continue
        rows.setdefault(row, {})[column] = value
    return rows


def _runs(row: Mapping[int, Any]) -> Iterator[list[int]]:
    """The columns of texts that are side by side."""
    run: list[int] = []
    for column in sorted(column for column, value in row.items() if isinstance(value, str)):
        if run and column > run[-1] + 1:
            yield run
            run = []
        run.append(column)
    if run:
        yield run


def _next_to(column: int, row: int, beside: Sequence[Region]) -> bool:
    return any(column == one.last_column + 1 and row == one.first_row for one in beside)


def _last_row(rows: Mapping[int, Mapping[int, Any]], header: int, left: int, right: int) -> int:
    """The last row of a range below its header."""
    last = header
    for row in range(header + 1, max(rows) + 1):
        if any(left <= column <= right for column in rows.get(row, ())):
            last = row
        elif row - last >= _GAP:
            break
    return last
