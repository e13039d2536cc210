"""Exports put into a workbook file: the rows of their tables, and nothing else that anybody typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from csm_xl.engine.components import component_types
from csm_xl.errors import VALUE, Issue
from csm_xl.intake.changes import TableChanges
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.open_columns import Around
from csm_xl.plan.decisions import accepted_table
from csm_xl.workbook.operations.merging import Merge, plans_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import calculated, replace_with
from csm_xl.workbook.operations.refresh.inputs import source_of
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.settings import THIS_WORKBOOK
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit


def around_of(path: Path) -> Around:
    """What a workbook knows that an export may leave open: its plans and their currencies.

    Errors: as `read_workbook`.
    """
    return Around(*plans_of(read_workbook(path, component_types())))


@dataclass(frozen=True)
class Imported:
    """What an import changes, what was found and stops nobody, and whether the file was written."""

    changes: tuple[TableChanges, ...]
    warnings: tuple[Issue, ...]
    written: bool


Agree = Callable[[Sequence[TableChanges]], bool]
"""Asked with what would change; whether it is to be written."""


def import_tables(
    path: str | Path, given: Sequence[Mapped], agree: Agree, accepted: Iterable[str] = ()
) -> Imported:
    """Put exports into a workbook in place of the rows of their tables.

    path: an .xlsx or .xlsm file. given: the exports as tables. agree: asked before anything is written.
    accepted: rules whose findings warn and do not stop.
    Cells that say the same stay as they were typed, and so do columns that no table knows; formulas are
    recalculated. What was paid stays as it is until the next refresh.
    Errors: everything that is wrong with the exports, and that they leave wrong in the workbook; a table or a
        column that the workbook lacks; formulas of somebody in a table; a file that is open elsewhere.
    """
    with held(Path(path)) as file:
        return _imported(file, given, agree, list(accepted))


def _imported(file: Held, given: Sequence[Mapped], agree: Agree, accepted: Sequence[str]) -> Imported:
    package = Package(file.path)
    types = component_types()
    raws = read_workbook(package, types)
    merge = Merge.of(raws, given)
    accepts = accepted_table(accepted, "--accept")
    tables, warnings = merge.sound(accepts)
    edit = Edit({**merge.rows(tables, package.tables(), _formulas(package), package.path.name)})
    warnings = (*_not_paid(package), *warnings)
    found = merge.changes(tables)
    written = bool(edit.tables) and agree(found)
    if written:
        edit = calculated(edit, load(package), package).edit
        replace_with(file, package, edit)
    return Imported(found, warnings, written)


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


def _formulas(package: Package) -> set[Place]:
    """The cells of a workbook's tables that somebody calculates."""
    sheets = {region.sheet for region in package.tables()}
    return {Place(sheet, *spot) for sheet in sheets for spot in package.cells(sheet).formulas}
