"""The carrier of a refresh on files: what changes is patched in, everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from csm_xl.errors import CsmError, Issue
from csm_xl.plan.decisions import split_typed
from csm_xl.workbook.operations.laid_out import laid_out, on_our_sheets
from csm_xl.workbook.operations.refresh.core import PERIOD, BookOf, Progress
from csm_xl.workbook.operations.refresh.mapping_file import save_mapping
from csm_xl.workbook.operations.refresh.prepare import prepared
from csm_xl.workbook.operations.refresh.report import Report, report_of
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.operations.refresh.update import changed_cells, changed_tables, same_figure
from csm_xl.workbook.operations.resaved import resaved, spelled
from csm_xl.workbook.operations.uncalculated import outdated_formulas, outdated_inputs
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.page import Template
from csm_xl.workbook.sheets.findings import FINDINGS, finding_rows
from csm_xl.workbook.version import is_current
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import UNKNOWN
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, moved, patch
from csm_xl.xlsx.proof import Alone, alone_in, prove
from csm_xl.xlsx.values import ErrorCell


def refresh_file(
    path: str | Path,
    when: datetime | None = None,
    period: Any = None,
    dry_run: bool = False,
    tell: Progress = lambda _: None,
    decided: Mapping[str, Sequence[str]] | None = None,
    book_of: BookOf | None = None,
) -> Report:
    """Pay everyone by what a workbook file says now, and write what it then shows.

    path: an .xlsx or .xlsm workbook that `build` made. when: what it states as the time of the refresh;
        without it, the second in which this run has the file to itself, so that each of several has its own.
    period: what to pay, in place of what its Control sheet says; it is written there.
    dry_run: nothing is written. tell: called with each step. decided: decisions about findings beside
    those of its Control sheet, by setting (see `DECIDED`); they are written there, where it has a place.
    book_of: reads the book of record that the workbook names; without it closed periods are kept as they are.
    The payout lines, Total Comp, Checks and Log are rewritten, and every formula's stored value with
    them; what a person typed, and every part that does not change, stays as it is. On a fault the file is
    as it was; where the inputs are wrong, only the findings on its sheet Checks are written.
    Errors: everything that is wrong with the inputs; a file that is no workbook, or is open elsewhere.
    """
    if dry_run:
        return _refreshed(Path(path), None, when or _now(), period, tell, decided or {}, book_of)
    with held(Path(path)) as file:
        return _refreshed(file.path, file, when or _now(), period, tell, decided or {}, book_of)


def _now() -> datetime:
    return datetime.now().replace(microsecond=0)


def _refreshed(
    path: Path,
    file: Held | None,
    when: datetime,
    period: Any,
    tell: Progress,
    decided: Mapping[str, Sequence[str]],
    book_of: BookOf | None,
) -> Report:
    tell("opening the workbook")
    package = Package(path)
    book = load(package)
    try:
        state = state_of(package, book)
        if period is not None:
            state = state.setting(PERIOD, period)
        for name, said in decided.items():
            every = dict.fromkeys([*split_typed(state.named.get(name)), *said])
            state = state.setting(name, "; ".join(every) or None)
    except CsmError as error:
        if file is not None:
            _tell_findings(package, book, file, error.issues)
        raise
    made = prepared(state, when, tell, book_of)
    package.forget_cells()  # `book` has them, and the formulas take as much again
    if made.outcome is None and file is not None:
        save_mapping(made.mapping)
        if made.update.tables:  # a workbook without Checks stays as it is
            replace_with(file, package, calculated(Edit(dict(made.update.tables)), book, package).edit)
    outcome, update, state = made.require(), made.update, made.state
    report = report_of(state, outcome, when)
    cells = dict(changed_cells(update, state))
    if period is not None and PERIOD in state.places:
        cells[state.places[PERIOD]] = outcome.settings.period
    cells |= {state.places[name]: state.named[name] for name, said in decided.items()
              if said and name in state.places}  # fmt: skip
    stored = book.functions.as_of_addin if book.of_addin else str
    columns = {name: {header: stored(formula) for header, formula in said.items()}
               for name, said in update.columns.items()}  # fmt: skip
    edit = Edit(dict(changed_tables(update, state)), cells, {}, dict(update.arrays), update.properties,
                unfolded=update.unfolded, columns=columns, printed=update.printed,
                spelled=spelled if resaved(package, book) else None)  # fmt: skip
    tell("calculating the formulas")
    settled = calculated(edit, book, package, outcome.template if is_current(state.version) else None)
    if outdated := outdated_inputs(book, state.raws, settled.edit.stored) or outdated_formulas(
        package, state.raws
    ):
        raise CsmError.of(outdated)
    if file is not None:
        tell("writing")
        save_mapping(made.mapping)
        replace_with(file, package, settled.edit)
    left = (*settled.lost, *settled.left)
    broken = tuple(map(str, _broken(settled.edit, book)))
    return replace(report, left_to_excel=left, broken=broken, written=file is not None)


def _broken(edit: Edit, book: Book) -> list[Place]:
    """The formulas that showed a value before, and show an error now."""
    return [
        place
        for place, value in edit.stored.items()
        if isinstance(value, ErrorCell) and place in book.stored
        and not isinstance(book.stored[place], ErrorCell)
    ]  # fmt: skip


@dataclass(frozen=True)
class Settled:
    """An edit with the value of every formula after it.

    lost: the builder's cells that cannot be calculated here, as far as the edit reaches them: they lose the
    value that they had. left: cells of others that Excel calculates when it opens the file; until then they
    keep their value.
    """

    edit: Edit
    lost: tuple[Place, ...]
    left: tuple[Place, ...]


def calculated(edit: Edit, book: Book, package: Package, template: Template | None = None) -> Settled:
    """The edit with the value of every formula after it.

    template: what the builder lays out now; without it every formula on its sheets counts as the builder's.
    Those are calculated. A formula of somebody else is, where its stored value is what it gives on the inputs
    as they were; one that is not keeps its value, and Excel is asked to calculate it where its inputs change.
    """
    after, places = moved(book, package, edit)
    ours = on_our_sheets(after) if template is None else laid_out(template, after)
    changed = {place for place, value in after.values.items() if book.values.get(place) != value}
    changed |= book.values.keys() - after.values.keys()
    resized = {
        cell
        for place, size in after.arrays.items()
        if size != book.arrays.get(place)
        for cell in after.filled_by(place)
    }
    before = {place: places.get(place) for place in after.formulas if place not in ours}
    proof = prove(after, _before(book, after, before), lambda _: ours, changed | resized)
    stored = {cell: value for cell, value in proof.written.items() if value != UNKNOWN}
    for cell in (cell for place in ours for cell in after.filled_by(place)):
        value = proof.values[cell]
        there = cell in after.stored and cell not in resized
        if value != UNKNOWN and not (there and same_figure(after.stored[cell], value)):
            stored[cell] = value
    lost = tuple(cell for cell in proof.values if cell in proof.outdated
                 and after.stored.get(cell) is not None)  # fmt: skip
    waits = edit.calculate or bool(lost or proof.left)
    return Settled(replace(edit, stored=stored | dict.fromkeys(lost), calculate=waits), lost, proof.left)


def _before(book: Book, after: Book, places: Mapping[Place, Place | None]) -> Alone:
    """Whether formulas gave their stored value before an edit.

    places: where each of them was. One in a row that is new did where all the others of its column did.
    """
    alone = alone_in(book)
    columns: dict[tuple[str, int, str], list[Place]] = {}
    for now, then in places.items():
        if then is not None:
            columns.setdefault((now.sheet, now.column, after.formulas[now]), []).append(then)

    def stood(now: Place) -> list[Place]:
        then = places.get(now)
        return columns.get((now.sheet, now.column, after.formulas[now]), []) if then is None else [then]

    def answer(asked: Sequence[Place]) -> Mapping[Place, bool | None]:
        before = {now: stood(now) for now in asked}
        known = alone([then for some in before.values() for then in some])
        return {now: _all([known[then] for then in some]) for now, some in before.items()}

    return answer


def _all(known: Sequence[bool | None]) -> bool | None:
    return None if known and None in known else bool(known) and all(known)


def replace_with(file: Held, package: Package, edit: Edit) -> None:
    """Write a file with an edit, once what was written has been read again."""

    def verify(path: Path) -> None:
        """What was written opens, with every sheet and table, each whole."""
        made = Package(path)
        for part in made.sheets.values():
            made.require_whole(part)
        made.tables()

    file.replace(lambda target: patch(package, edit, target), verify)


def _tell_findings(package: Package, book: Book, file: Held, issues: tuple[Issue, ...]) -> None:
    """What is wrong with the inputs, on the sheet Checks, where the workbook has a place for it."""
    region = book.tables.get(FINDINGS.casefold())
    if region is None:
        return
    rows = finding_rows(issues)
    replace_with(file, package, calculated(Edit({region.name: rows}), book, package).edit)
