"""Plans put into a workbook file: the rows of its plan tables, and nothing else that anybody typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.plan.changes import Change, changes, said_rows
from csm_xl.plan.fingerprint import fingerprint
from csm_xl.plan.names import table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import PLAN_TABLES
from csm_xl.plan.table import Tables, rows_of
from csm_xl.plan.tables import read_tables, table_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import calculated, replace_with
from csm_xl.workbook.operations.table_rows import missing_columns, typed_again
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.package import Package
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
        lacking = missing_columns(region, new, "the plans use")
        issues += lacking
        if not lacking:
            found[region.name] = typed_again(region, new, before[name], typed.get(name))
    if issues:
        raise CsmError.of(issues)
    return found
