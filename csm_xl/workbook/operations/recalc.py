"""A workbook file recalculated without Excel: the stored values of its formulas, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from csm_xl.errors import VALUE, Issue
from csm_xl.workbook.operations.proven import proof_of
from csm_xl.workbook.operations.refresh.file import replace_with
from csm_xl.workbook.operations.resaved import UNDEFINED
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import held
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import UNKNOWN, recalculate
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit
from csm_xl.xlsx.proof.prove import no_value
from csm_xl.xlsx.same import same
from csm_xl.xlsx.values import ErrorCell

Calculation = Callable[[Path], Mapping[Place, Any]]
"""What another spreadsheet shows in every formula cell of a file."""


@dataclass(frozen=True)
class Recalculated:
    """What a recalculation found.

    cells: how many formula cells there are. changed: those whose stored value was another, with it and the
    new one. kept: those that keep their stored value, because what is calculated here is not proven.
    left: those that only Excel can calculate although something that they depend on changed, or that have no
    value; Excel does so when it opens the file. notes: on cells whose stored
    value is none, and stays so.
    """

    cells: int
    changed: tuple[tuple[Place, Any, Any], ...]
    kept: tuple[Place, ...] = ()
    left: tuple[Place, ...] = ()
    notes: tuple[Issue, ...] = ()


def recalculate_file(
    path: str | Path,
    dry_run: bool = False,
    tell: Callable[[str], None] = lambda _: None,
    unproven: bool = False,
    by: Calculation | None = None,
) -> Recalculated:
    """Calculate every formula of a workbook, native and ``CSM_``, and write the proven values that differ.

    path: an .xlsx or .xlsm file, made by whomever. dry_run: nothing is written. tell: called with each step.
    unproven: values that are not proven are written as well, for a file whose stored values are outdated.
    by: another spreadsheet that calculates in place of csm_xl; every value that it shows is written.
    Every other byte of the file stays; where no value differs, it is not written at all.
    Errors: a file that is no workbook, or is open elsewhere; those of `by`.
    """
    file = Path(path)
    if dry_run:
        return _values(Package(file), tell, unproven, by)[1]
    with held(file) as holder:
        package = Package(holder.path)
        edit, found = _values(package, tell, unproven, by)
        if edit.stored or found.left:
            tell("Writing")
            replace_with(holder, package, edit)
        return found


def _values(
    package: Package, tell: Callable[[str], None], unproven: bool, by: Calculation | None
) -> tuple[Edit, Recalculated]:
    tell("Opening the workbook")
    book = load(package, as_filed=True)
    tell("Calculating the formulas")
    if by is not None:
        return _shown(package, book, by)
    proof = proof_of(package, book)
    kept, left = list(proof.kept), list(proof.left)
    written = dict(proof.written)
    if unproven:
        written |= _unproven(book, [*kept, *left])
        kept, left = ([place for place in some if place not in written] for some in (kept, left))
    # The builder's own cells that cannot be calculated do not stay outdated among those that are new.
    lost = [cell for cell, value in proof.values.items() if value == UNKNOWN and cell in proof.outdated]
    stored = written | dict.fromkeys(cell for cell in lost if cell in book.stored)
    changed = tuple((place, book.stored.get(place), value) for place, value in written.items())
    edit = Edit(stored=stored, calculate=bool(left or lost or (kept and stored)), as_filed=book.is_1904)
    notes = tuple(_passed_over(book, stored))
    return edit, Recalculated(len(book.filled()), changed, tuple(kept), tuple(left), notes)


def _passed_over(book: Book, written: Container[Place]) -> Iterator[Issue]:
    """Notes on cells whose stored value is none, and stays so."""
    for place, what in book.unreadable.items():
        if place in written:
            continue
        yield Issue(VALUE, f"the cell {what}; it is not changed", str(place), None,
                    "Open the workbook in Excel, let Excel repair it, and save it.", "note",
                    kind="of cells without a value are not changed")  # fmt: skip


def _unproven(book: Book, places: Sequence[Place]) -> dict[Place, Any]:
    """What is calculated of some cells, proven or not."""
    values = recalculate(book)
    return {place: values[place] for place in places
            if not no_value(values[place]) and not book.holds(place, values[place])}  # fmt: skip


def _shown(package: Package, book: Book, by: Calculation) -> tuple[Edit, Recalculated]:
    """The values that another spreadsheet shows."""
    shown = by(package.path)
    written: dict[Place, Any] = {}
    kept = []
    for place in book.filled():
        stored, value = book.stored.get(place), shown.get(place)
        if isinstance(stored, bool) and value in (0.0, 1.0):
            value = bool(value)  # its TRUE is a number
        if place not in shown or _means_nothing(stored, value):
            kept.append(place)
        elif place not in book.stored or not same(stored, value):
            written[place] = value
    changed = tuple((place, book.stored.get(place), value) for place, value in written.items())
    return Edit(stored=written, as_filed=book.is_1904), Recalculated(len(book.filled()), changed, tuple(kept))


def _means_nothing(stored: Any, value: Any) -> bool:
    """Whether a spreadsheet shows an error that Excel does not have, or that it lacks a function."""
    if not isinstance(value, ErrorCell):
        return False
    return not value.text.startswith("#") or (value == UNDEFINED and stored != UNDEFINED)
