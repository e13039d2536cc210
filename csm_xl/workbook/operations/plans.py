"""Plans put into a workbook file: the rows of its plan tables, and nothing else that anybody typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.plan.changes import Change, changes, said_rows
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Table, Tables, cell_of, rows_of
from csm_xl.plan.tables import read_tables, table_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import calculated, replace_with
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.patch import Edit


@dataclass(frozen=True)
class Imported:
    """What an import changes. before, after: the fingerprints. written: whether the file was."""

    changes: tuple[Change, ...]
    before: str
    after: str
    written: bool


def import_plans(path: str | Path, plans: Tables, dry_run: bool = False) -> Imported:
    """Put plans into a workbook in place of its own, each row of which the plans know nothing is removed.

    path: an .xlsx or .xlsm file. plans: the plan tables, without errors. dry_run: nothing is written.
    Cells that say the same stay as they were typed; formulas are recalculated. What was paid stays as it
    is until the next refresh.
    Errors: everything that the plans leave wrong in the workbook, such as people on a plan that is gone; a
        table or a column that the workbook lacks; a file that is no workbook, or is open elsewhere.
    """
    if dry_run:
        return _imported(Path(path), None, plans)
    with held(Path(path)) as file:
        return _imported(file.path, file, plans)


def _imported(path: Path, file: Held | None, plans: Tables) -> Imported:
    package = Package(path)
    raws = read_workbook(package, component_types())
    mine = [raw for raw in raws if table_of(raw, component_types()) in PLAN_TABLES]
    before = read_tables(mine, component_types())[0]
    told = tuple(changes(before, plans))
    _stay_sound(raws, mine, plans)
    edit = Edit({**_rows(package, mine, before, plans)})
    after = fingerprint(plans)
    if file is not None and edit.tables:
        edit = calculated(edit, load(package), package).edit
        replace_with(file, package, edit)
    return Imported(told, fingerprint(before), after, file is not None and bool(edit.tables))


def _stay_sound(raws: Sequence[RawTable], mine: Sequence[RawTable], plans: Tables) -> None:
    """Refuses plans that leave something wrong in the workbook that was right before."""

    def wrong(tables: Sequence[RawTable]) -> list[Issue]:
        issues = read_tables_to_pay(tables)[1]
        return [issue for issue in issues if issue.severity == "error"]

    others = [raw for raw in raws if raw not in mine]
    new = [RawTable.of_rows(rows_of(plans[name]), name) for name in PLAN_TABLES if plans[name].rows]
    known = {(issue.where, issue.message) for issue in wrong(raws)}
    issues = [issue for issue in wrong([*new, *others]) if (issue.where, issue.message) not in known]
    if issues:
        raise CsmError.of(issues)


def _rows(
    package: Package, mine: Sequence[RawTable], before: Tables, plans: Tables
) -> dict[str, list[list[Any]]]:
    """The new rows of the Excel tables that change, by the name of each."""
    regions = {table_name(region.name): region for region in package.tables()}
    typed = {table_of(raw, component_types()): raw for raw in mine}
    found, issues = {}, []
    for name in PLAN_TABLES:
        new, region = plans[name], regions.get(name)
        if said_rows(new) == said_rows(before[name]):
            continue
        if region is None:
            what = f"the workbook has no Excel table of {name}"
            hint = f"Add a table tbl{name.capitalize()} with the columns {', '.join(new.schema.required)}."
            issues.append(Issue(NOT_FOUND, what, package.path.name, None, hint))
            continue
        lacking = _lacking(region, new)
        issues += lacking
        if not lacking:
            found[region.name] = _typed_again(region, new, before[name], typed.get(name))
    if issues:
        raise CsmError.of(issues)
    return found


def _lacking(region: Region, new: Table) -> list[Issue]:
    """Columns that the plans need and the workbook's table does not have."""
    there = {header_name(header) for header in region.headers}
    used = [
        column.name
        for column in new.schema.columns
        if column.required or any(_cell(new, row, column.name) is not None for row in range(new.rows))
    ]
    own = [header for header, cells in new.extra.items() if any(cell is not None for cell in cells)]
    missing = [name for name in (*used, *own) if header_name(name) not in there]
    return [
        Issue(NOT_FOUND, f"the table {region.name} has no column {name}, which the plans use",
              f"{region.sheet} ({region.name})", None, "Add the column to the table, then import again.")
        for name in sorted(missing)
    ]  # fmt: skip


def _typed_again(region: Region, new: Table, before: Table, raw: RawTable | None) -> list[list[Any]]:
    """The rows in the columns of the workbook; a cell that says what it said stays as it was typed."""
    columns = {column.name for column in new.schema.columns}
    notes = {header_name(header): cells for header, cells in new.extra.items()}
    headers = [header_name(header) for header in region.headers]
    old = _by_key(before)
    rows = []
    for key, row in ((key, row) for key, row in _by_key(new).items()):
        was = old.get(key)
        cells: list[Any] = []
        for at, header in enumerate(headers):
            if header in notes:
                cells.append(notes[header][row])
            elif header not in columns:  # a column that the plans say nothing of
                cells.append(None if was is None or raw is None else raw.rows[1 + int(before.lines[was])][at])
            elif was is not None and raw is not None and before.value(was, header) == new.value(row, header):
                cells.append(raw.rows[1 + int(before.lines[was])][at])
            else:
                cells.append(_cell(new, row, header))
        rows.append(cells)
    return rows


def _by_key(table: Table) -> dict[tuple[Any, ...], int]:
    """What a row is about → the row; rows about the same are distinguished by their order."""
    keys = table.schema.key or (table.schema.columns[0].name,)
    keys = tuple(dict.fromkeys([table.schema.columns[0].name, *keys]))
    if table.schema.name == "components":
        keys = ("plan_id", "component_id", "valid_from")
    found: dict[tuple[Any, ...], int] = {}
    for row in range(table.rows):
        about = tuple(table.value(row, key) for key in keys)
        number = 0
        while (*about, number) in found:
            number += 1
        found[(*about, number)] = row
    return found


def _cell(table: Table, row: int, name: str) -> Any:
    """A cell as a person would type it: blank where that says the same."""
    column = table.schema.column(name)
    value = table.value(row, name)
    if not column.required and (value == column.default or (column.kind == "flag" and not value)):
        return None
    cell = cell_of(column, value)
    return datetime(cell.year, cell.month, cell.day) if type(cell) is date else cell
