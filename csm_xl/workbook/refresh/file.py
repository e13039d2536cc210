"""The carrier of a refresh on files: what changes is patched in, everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from csm_xl.errors import CsmError, Issue
from csm_xl.plan.cells import ErrorCell
from csm_xl.plan.decisions import split_typed
from csm_xl.workbook.evaluate import (
    UNKNOWN,
    Book,
    Place,
    followers,
    left_out,
    load,
    plainly,
    recalculate,
    unmet,
)
from csm_xl.workbook.findings import FINDINGS, finding_rows
from csm_xl.workbook.package import Package
from csm_xl.workbook.patch import Edit, moved, patch
from csm_xl.workbook.refresh.core import PERIOD, Progress, reckoned
from csm_xl.workbook.refresh.report import Report, report_of
from csm_xl.workbook.refresh.state import state_of
from csm_xl.workbook.refresh.update import changed_cells, changed_tables, same_figure, update_of
from csm_xl.workbook.resaved import resaved, spelled
from csm_xl.workbook.safe import Held, held


def refresh_file(
    path: str | Path,
    when: datetime | None = None,
    period: Any = None,
    dry_run: bool = False,
    tell: Progress = lambda _: None,
    decided: Mapping[str, Sequence[str]] | None = None,
) -> Report:
    """Pay everyone by what a workbook file says now, and write what it then shows.

    path: an .xlsx or .xlsm workbook that `build` made. when: what it states as the time of the refresh;
        without it, the second in which this run has the file to itself, so that each of several has its own.
    period: what to pay, in place of what its Control sheet says; it is written there.
    dry_run: nothing is written. tell: is told what is being done. decided: decisions about findings beside
    those of its Control sheet, by setting (see `DECIDED`); they are written there, where it has a place.
    The payout lines, Total Comp, Checks and Log are written anew, and every formula's stored value with
    them; what a person typed, and every part that does not change, stays as it is. On a fault the file is
    as it was; where the inputs are wrong, only the findings on its sheet Checks are written.
    Errors: everything that is wrong with the inputs; a file that is no workbook, or is open elsewhere.
    """
    if dry_run:
        return _refreshed(Path(path), None, when or _now(), period, tell, decided or {})
    with held(Path(path)) as file:
        return _refreshed(file.path, file, when or _now(), period, tell, decided or {})


def _now() -> datetime:
    return datetime.now().replace(microsecond=0)


def _refreshed(
    path: Path,
    file: Held | None,
    when: datetime,
    period: Any,
    tell: Progress,
    decided: Mapping[str, Sequence[str]],
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
        outcome = reckoned(state, when, tell)
        update = update_of(outcome.template, state)
    except CsmError as error:
        if file is not None:
            _tell_findings(package, book, file, error.issues)
        raise
    report = report_of(state, outcome, when)
    cells = dict(changed_cells(update, state))
    if period is not None and PERIOD in state.places:
        cells[state.places[PERIOD]] = outcome.settings.period
    cells |= {state.places[name]: state.named[name] for name, said in decided.items()
              if said and name in state.places}  # fmt: skip
    edit = Edit(dict(changed_tables(update, state)), cells, {}, dict(update.arrays), update.properties,
                unfolded=update.unfolded, columns=update.columns,
                spelled=spelled if resaved(package, book) else None)  # fmt: skip
    tell("calculating the formulas")
    edit, unknown = calculated(edit, book, package)
    if file is not None:
        tell("writing")
        replace_with(file, package, edit)
    lacking = unmet(book) if unknown else {}
    alone = tuple(str(place) for place in unknown if place not in lacking)
    waiting = {place: lacking[place] for place in unknown if place in lacking}
    notes = tuple(left_out(book, waiting, "calculated", waiting))
    broken = tuple(map(str, _broken(edit, book)))
    return replace(report, uncalculated=alone, notes=notes, broken=broken, written=file is not None)


def _broken(edit: Edit, book: Book) -> list[Place]:
    """The formulas that showed a value before, and show an error now."""
    return [
        place
        for place, value in edit.stored.items()
        if isinstance(value, ErrorCell) and place in book.stored
        and not isinstance(book.stored[place], ErrorCell)
    ]  # fmt: skip


def calculated(edit: Edit, book: Book, package: Package) -> tuple[Edit, list[Place]]:
    """The edit with the value of every formula after it; and the formulas that cannot be calculated here, as
    far as the edit reaches them.

    These lose the value that they had, and Excel is asked to calculate when it opens the workbook; those that
    depend on nothing that changes keep theirs.
    """
    after = moved(book, package, edit)
    values = recalculate(after)
    resized = {
        cell
        for place, size in after.arrays.items()
        if size != book.arrays.get(place)
        for cell in after.filled_by(place)
    }
    stored = {
        place: value
        for place, value in values.items()
        if value != UNKNOWN
        and not (place in after.stored and place not in resized and same_figure(after.stored[place], value))
    }
    unknown = [place for place, value in values.items() if value == UNKNOWN]
    if unknown:
        changed = [place for place, value in after.values.items() if book.values.get(place) != value]
        changed += [place for place in book.values if place not in after.values]
        reached = followers(after, plainly(after), [*changed, *stored])
        unknown = [place for place in unknown if place in reached and after.stored.get(place) is not None]
        stored |= dict.fromkeys(unknown)
    return replace(edit, stored=stored, calculate=edit.calculate or bool(unknown)), unknown


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
    edit, _ = calculated(Edit({region.name: rows}), book, package)
    replace_with(file, package, edit)
