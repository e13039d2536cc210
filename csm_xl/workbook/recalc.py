"""A workbook file calculated anew without Excel: the stored values of its formulas, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csm_xl.errors import Issue
from csm_xl.workbook.check import same
from csm_xl.workbook.evaluate import (
    UNKNOWN,
    Place,
    followers,
    left_out,
    load,
    plainly,
    recalculate,
    unmet,
)
from csm_xl.workbook.package import Package
from csm_xl.workbook.patch import Edit
from csm_xl.workbook.refresh.file import replace_with
from csm_xl.workbook.safe import held


@dataclass(frozen=True)
class Recalculated:
    """What a recalculation found.

    cells: how many formula cells there are. changed: those whose stored value was another, with it and the
    new one. uncalculated: formulas that only Excel can calculate. waiting: those of them that hang on what
    changed; they wait for Excel without a value, the others keep theirs. notes: on cells that need an extra
    which is not installed.
    """

    cells: int
    changed: tuple[tuple[Place, Any, Any], ...]
    uncalculated: tuple[Place, ...]
    waiting: tuple[Place, ...]
    notes: tuple[Issue, ...] = ()


def recalculate_file(
    path: str | Path, dry_run: bool = False, tell: Callable[[str], None] = lambda _: None
) -> Recalculated:
    """Calculate every formula of a workbook, native and ``CSM_``, and write the values that differ.

    path: an .xlsx or .xlsm file, made by whomever. dry_run: nothing is written. tell: is told what is done.
    Every other byte of the file stays; where no value differs, it is not written at all.
    Errors: a file that is no workbook, or is open elsewhere.
    """
    file = Path(path)
    if dry_run:
        return _values(Package(file), tell)[1]
    with held(file) as holder:
        package = Package(holder.path)
        edit, found = _values(package, tell)
        if edit.stored:
            tell("Writing")
            replace_with(holder, package, edit)
        return found


def _values(package: Package, tell: Callable[[str], None]) -> tuple[Edit, Recalculated]:
    tell("Opening the workbook")
    book = load(package, as_filed=True)
    tell("Calculating the formulas")
    values = recalculate(book)
    # What differs in a last binary digit alone, as another spreadsheet rounds it, stays as it is.
    stored: dict[Place, Any] = {
        place: value
        for place, value in values.items()
        if value != UNKNOWN and not same(book.stored.get(place), value)
    }
    changed = tuple((place, book.stored.get(place), value) for place, value in stored.items())
    unknown = [place for place, value in values.items() if value == UNKNOWN]
    reached = followers(book, plainly(book), list(stored)) if unknown else set()
    waiting = [place for place in unknown if place in reached]
    stored |= dict.fromkeys(place for place in waiting if place in book.stored)
    edit = Edit(stored=stored, calculate=bool(waiting), as_filed=book.is_1904)
    aside = unmet(book)
    alone, without = (tuple(place for place in some if place not in aside) for some in (unknown, waiting))
    notes = tuple(left_out(book, aside, "calculated", waiting))
    return edit, Recalculated(len(book.filled()), changed, alone, without, notes)
