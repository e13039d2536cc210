"""Exports put into a workbook file: the rows of their tables, and nothing else that anybody typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.intake.changes import changes_of
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.open_columns import Around
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, Tables
from csm_xl.workbook.operations.laid_out import on_our_sheets
from csm_xl.workbook.operations.merging import Agree, Imported, as_exported, merged, plans_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import calculated, replace_with
from csm_xl.workbook.operations.refresh.inputs import source_of
from csm_xl.workbook.operations.table_rows import missing_columns, typed_again
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.settings import THIS_WORKBOOK
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.patch import Edit

MOST_CALCULATED: Final = 20_000
"""Where more rows are written, the builder's formulas are left to the refresh, which calculates them."""


def around_of(path: Path) -> Around:
    """What a workbook knows that an export may leave open: its plans and their currencies.

    Errors: as `read_workbook`.
    """
    return Around(*plans_of(read_workbook(path, component_types())))


def import_tables(
    path: str | Path, given: Sequence[Mapped], agree: Agree, accepted: Iterable[str] = ()
) -> Imported:
    """Put exports into a workbook in place of the rows of their tables.

    path: an .xlsx or .xlsm file. given: the exports as tables. agree: asked before anything is written.
    accepted: rules whose findings warn and do not stop.
    Cells that say the same stay as they were typed, and so do columns that no table knows; formulas are
    recalculated, but for very many rows: then they wait for Excel or the next refresh. What was paid stays as
    it is until the next refresh.
    Errors: everything that is wrong with the exports, and that they leave wrong in the workbook; a table or a
        column that the workbook lacks; formulas of somebody in a table; a file that is open elsewhere.
    """
    with held(Path(path)) as file:
        return _imported(file, given, agree, list(accepted))


def _imported(file: Held, given: Sequence[Mapped], agree: Agree, accepted: Sequence[str]) -> Imported:
    package = Package(file.path)
    done = merged(read_workbook(package, component_types()), given, accepted)
    edit = Edit({**_rows(package, done.mine, done.before, done.tables, done.new)})
    written, waits = bool(edit.tables) and agree(done.found), False
    if written:
        book = load(package)
        waits = sum(map(len, edit.tables.values())) > MOST_CALCULATED and not _of_somebody(book)
        edit = replace(edit, calculate=True) if waits else calculated(edit, book, package).edit
        replace_with(file, package, edit)
    return Imported(done.found, (*_not_paid(package), *done.warnings), written, waits)


def _of_somebody(book: Book) -> bool:
    """Whether a workbook has formulas that are not the builder's.

    A refresh calculates the builder's whatever they show, and those of others only where they showed what
    they give, so that these must not be left.
    """
    return not book.formulas.keys() <= on_our_sheets(book)


def _not_paid(package: Package) -> list[Issue]:
    """A warning where Control pays from a folder or a scenario, and not from the sheets that are written."""
    said = source_of(package).said
    if not said:
        return []
    what = f"Control says {said}: nobody may be paid from what is imported into the sheets"
    return [
        Issue(
            VALUE, what, package.path.name, None, f"Set it to {THIS_WORKBOOK}, if that is wrong.", "warning"
        )
    ]


def _rows(
    package: Package, mine: Mapping[str, RawTable], before: Tables, tables: Tables, new: Sequence[RawTable]
) -> dict[str, list[list[Any]]]:
    """The new rows of the Excel tables that change, by the name of each."""
    regions = {table_name(region.name): region for region in package.tables()}
    found, issues = {}, []
    for raw in new:
        name = str(raw.name)
        after, region = tables[name], regions.get(name)
        if region is None:
            what = f"the workbook has no Excel table of {name}"
            hint = f"Add a table tbl{name.capitalize()} with the columns {', '.join(after.schema.required)}."
            issues.append(Issue(NOT_FOUND, what, package.path.name, None, hint))
            continue
        wrong = [*_formulas(package, region), *_lacking(region, after, before[name])]
        issues += wrong
        if not wrong:
            there = {header_name(header) for header in region.headers}
            shown = replace(after, extra={header: cells for header, cells in after.extra.items()
                                          if header_name(header) in there})  # fmt: skip
            origin = before[name].origin
            positions = None if origin is None else dict(origin.positions)
            rows = typed_again(region, shown, before[name], mine.get(name), as_exported(raw), positions)
            if changes_of(before[name], after).any or _own_changed(rows, mine.get(name)):
                found[region.name] = rows
    if issues:
        raise CsmError.of(issues)
    return found


def _own_changed(rows: Sequence[Sequence[Any]], raw: RawTable | None) -> bool:
    """Whether any cell differs from what is there, also in columns that no table knows."""
    if raw is None:
        return bool(rows)
    there = [list(row) for row in raw.rows[1:] if any(not is_blank(cell) for cell in row)]
    return there != [list(row) for row in rows]


def _lacking(region: Region, after: Table, before: Table) -> list[Issue]:
    named = set(before.origin.positions) if before.origin is not None else set()
    return [issue for issue in missing_columns(region, after, "the export fills", own=False)
            if not any(f"no column {name}," in issue.message for name in named)]  # fmt: skip


def _formulas(package: Package, region: Region) -> list[Issue]:
    """A finding where somebody calculates cells of a table: an import would put values in their place."""
    cells = [
        (row, column)
        for row, column in package.cells(region.sheet).formulas
        if region.first_row < row <= region.last_row and region.first_column <= column <= region.last_column
    ]
    if not cells:
        return []
    row, column = min(cells)
    what = f"the table {region.name} has formulas ({len(cells):,}), which an import would replace by values"
    hint = "Replace the formulas by their values, or leave this table out of the import."
    return [Issue(VALUE, what, f"{quoted(region.sheet)}!{letters(column)}{row}", None, hint)]
