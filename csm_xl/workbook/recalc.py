"""A workbook file calculated anew without Excel: the stored values of its formulas, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from csm_xl.workbook.check import same
from csm_xl.workbook.evaluate import Place, load
from csm_xl.workbook.package import Package
from csm_xl.workbook.patch import Edit
from csm_xl.workbook.refresh.file import calculated, replace_with
from csm_xl.workbook.safe import held


@dataclass(frozen=True)
class Recalculated:
    """What a recalculation found.

    cells: how many formula cells there are. changed: those whose stored value was another, with it and the
    new one. uncalculated: formulas that only Excel can calculate; they wait for it without a value.
    """

    cells: int
    changed: tuple[tuple[Place, Any, Any], ...]
    uncalculated: tuple[Place, ...]


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
    book = load(package)
    tell("Calculating the formulas")
    edit, unknown = calculated(Edit(), book, package)
    waiting = set(unknown)
    changed = tuple(
        (place, book.stored.get(place), value)
        for place, value in edit.stored.items()
        if place not in waiting and not same(book.stored.get(place), value)
    )
    # What differs in a last binary digit alone, as another spreadsheet rounds it, stays as it is.
    stored = {place: value for place, _, value in changed}
    stored |= dict.fromkeys(waiting & set(book.stored))
    return replace(edit, stored=stored), Recalculated(len(book.filled()), changed, tuple(unknown))
