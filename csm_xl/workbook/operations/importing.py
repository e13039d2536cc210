"""Exports put into a workbook file: the rows of their tables, and nothing else that anybody typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.intake.column_answers import Around
from csm_xl.intake.mapped import Mapped
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.decisions import accepted_table
from csm_xl.workbook.operations.laid_out import on_our_sheets
from csm_xl.workbook.operations.merging import (
    Agree,
    AskRemoved,
    Imported,
    Merge,
    around_of_tables,
    not_paid_from,
)
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.core import PERIOD, settings_in
from csm_xl.workbook.operations.refresh.file import calculated, replace_with
from csm_xl.workbook.operations.refresh.inputs import source_of
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.operations.taken_files import taken_rows
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit

MOST_CALCULATED: Final = 20_000
"""Where more rows are written, the builder's formulas are left to the refresh, which calculates them."""


def around_of(path: Path) -> Around:
    """What a workbook knows that an export may leave open: its plans and their currencies.

    Errors: as `read_workbook`.
    """
    return around_of_tables(read_workbook(path, component_types()))


def import_tables(
    path: str | Path,
    given: Sequence[Mapped],
    agree: Agree,
    accepted: Iterable[str] = (),
    period: Any = None,
    ask_removed: AskRemoved | None = None,
) -> Imported:
    """Put exports into a workbook in place of the rows of their tables.

    path: an .xlsx or .xlsm file. given: the exports as tables. agree: asked before anything is written.
    accepted: rules whose findings warn and do not stop. period: what Control asks for from now on; None: what
    it asks for stays. ask_removed: asked first about rows that the exports do not have.
    Cells that say the same stay as they were typed, and so do columns that no table knows; formulas are
    recalculated, but for very many rows: then they wait for Excel or the next refresh. What was paid stays as
    it is until the next refresh.
    Errors: everything that is wrong with the exports, and that they leave wrong in the workbook; a table or a
        column that the workbook lacks; formulas of somebody in a table; a file that is open elsewhere;
        no such period.
    """
    with held(Path(path)) as file:
        return _imported(file, given, agree, list(accepted), period, ask_removed)


def mark_taken(path: str | Path, given: Sequence[Mapped]) -> None:
    """Let a workbook that was just made of exports list them as taken on its sheet Import, which no formula
    of a new workbook reads."""
    with held(Path(path)) as file:
        package = Package(file.path)
        rows = taken_rows(state_of(package, load(package)), given)
        replace_with(file, package, Edit({**rows}))


def _imported(
    file: Held,
    given: Sequence[Mapped],
    agree: Agree,
    accepted: Sequence[str],
    period: Any,
    ask_removed: AskRemoved | None,
) -> Imported:
    package = Package(file.path)
    types = component_types()
    raws = read_workbook(package, types)
    merge = Merge.of(raws, given)
    if ask_removed is not None:
        ask_removed(merge.removed())
    accepts = accepted_table(accepted, "--accept")
    tables, warnings = merge.sound(accepts)
    edit = Edit({**merge.rows(tables, package.tables(), _formulas(package), package.path.name)})
    warnings = (*not_paid_from(source_of(package).said, package.path.name), *warnings)
    found = merge.changes(tables)
    asked = None if period is None else Calendar(tables["periods"]).find(period).name
    written, waits = bool(edit.tables), False
    if written and not agree(found):
        return Imported(found, warnings, written=False)
    book = load(package)
    state = state_of(package, book)
    cells: dict[Place, Any] = {}
    if asked is not None and PERIOD in state.places and state.named.get(PERIOD) != asked:
        cells[state.places[PERIOD]] = asked
    taken = taken_rows(state, given) if written or settings_in(state)[0].import_sources else {}
    if written or cells or taken:
        waits = sum(map(len, edit.tables.values())) > MOST_CALCULATED and not _of_somebody(book)
        edit = replace(edit, tables={**edit.tables, **taken}, cells=cells)
        edit = replace(edit, calculate=True) if waits else calculated(edit, book, package).edit
        replace_with(file, package, edit)
    return Imported(found, warnings, written, waits)


def _of_somebody(book: Book) -> bool:
    """Whether a workbook has formulas that are not the builder's.

    A refresh calculates the builder's whatever they show, and those of others only where they showed what
    they give, so that these must not be left.
    """
    return not book.formulas.keys() <= on_our_sheets(book)


def _formulas(package: Package) -> set[Place]:
    """The cells of a workbook's tables that somebody calculates."""
    sheets = {region.sheet for region in package.tables()}
    return {Place(sheet, *spot) for sheet in sheets for spot in package.cells(sheet).formulas}
