"""The rows of a workbook's table with other values: what stays the same stays as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Any

from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.plan.names import header_name
from csm_xl.plan.parts import numbered
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, cell_of
from csm_xl.xlsx.package import Region


def missing_columns(region: Region, new: Table, who: str, own: bool = True) -> list[Issue]:
    """Columns that a table needs and the workbook's does not have.

    who: who uses them, as the finding says. own: whether columns that no table knows are needed too.
    """
    there = {header_name(header) for header in region.headers}
    used = [
        column.name
        for column in new.schema.columns
        if column.required or any(plain_cell(new, row, column.name) is not None for row in range(new.rows))
    ]
    extra = [header for header, cells in new.extra.items() if own and any(cell is not None for cell in cells)]
    missing = [name for name in (*used, *extra) if header_name(name) not in there]
    return [
        Issue(NOT_FOUND, f"the table {region.name} has no column {name}, which {who}",
              f"{region.sheet} ({region.name})", None, "Add the column to the table, then import again.")
        for name in sorted(missing)
    ]  # fmt: skip


def plain_cell(table: Table, row: int, name: str) -> Any:
    """A cell as a person would type it: blank where that says the same."""
    column = table.schema.column(name)
    value = table.value(row, name)
    if not column.required and (value == column.default or (column.kind == "flag" and not value)):
        return None
    return dated(cell_of(column, value))


def dated(cell: Any) -> Any:
    """A day as a sheet holds it: a moment at midnight. Any other cell as it is."""
    return datetime(cell.year, cell.month, cell.day) if type(cell) is date else cell


def typed_again(
    region: Region,
    new: Table,
    before: Table,
    raw: RawTable | None,
    cell_in: Callable[[Table, int, str], Any] = plain_cell,
    positions: dict[str, int] | None = None,
    moved: Callable[[str, Any, int], bool] | None = None,
) -> list[list[Any]]:
    """The rows in the columns of the workbook; a cell that says what it said stays as it was typed.

    before: the workbook's table as it was read, from `raw`. cell_in: a cell of the new table. positions: our
    column → its place among the workbook's, where its headers do not say it. moved: of a header that no table
    knows, its cell and the new row: whether that row has it in another column by now.
    """
    columns: Collection[str] = {column.name for column in new.schema.columns}
    notes = {header_name(header): cells for header, cells in new.extra.items()}
    meant = {at: name for name, at in (positions or {}).items()}
    headers = [meant.get(at, header_name(header)) for at, header in enumerate(region.headers)]
    old = by_key(before)
    rows = []
    for key, row in by_key(new).items():
        was = old.get(key)
        typed = None if was is None or raw is None else raw.rows[1 + int(before.lines[was])]
        cells: list[Any] = []
        for at, header in enumerate(headers):
            if header in notes:
                cells.append(notes[header][row])
            elif header not in columns:  # a column that the new rows say nothing of
                gone = typed is None or (moved is not None and moved(header, typed[at], row))
                cells.append(None if gone or typed is None else typed[at])
            elif was is not None and typed is not None and _same(before, was, new, row, header):
                cells.append(typed[at])
            else:
                cells.append(cell_in(new, row, header))
        rows.append(cells)
    return rows


def _same(before: Table, was: int, new: Table, row: int, header: str) -> bool:
    return bool(before.value(was, header) == new.value(row, header))


def by_key(table: Table) -> dict[tuple[Any, ...], int]:
    """What a row is about → the row; rows about the same are distinguished by their order."""
    keys = table.schema.key or (table.schema.columns[0].name,)
    keys = tuple(dict.fromkeys([table.schema.columns[0].name, *keys]))
    if table.schema.name == "components":
        keys = ("plan_id", "component_id", "valid_from")
    return numbered(table, *keys)
