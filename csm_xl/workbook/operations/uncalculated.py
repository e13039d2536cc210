"""Formulas that nobody has calculated: a program wrote 0 for each. Whoever opens the file is to calculate.

pandas and XlsxWriter write such files. A salary of theirs is not 0: it is calculated here, or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan.raw import RawTable
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import CIRCULAR, UNKNOWN
from csm_xl.xlsx.package import Package

_MADE_HERE: Final = "csm_xl version"
"""The property of a workbook whose formulas this program has calculated."""


def calculated_tables(
    package: Package, found: Sequence[RawTable], inside: Callable[[RawTable, int, int], bool]
) -> list[RawTable]:
    """The tables with the values of formulas that the file keeps as 0 because nobody has calculated them.

    inside: whether a table holds a cell, by its row and column.
    Errors: such formulas that cannot be calculated here, all of them at once.
    """
    zeros = _zeros(package, found, inside) if waits(package) else []
    if not zeros:
        return list(found)
    values = _recalculated(package)
    tables = [replace(table, rows=[list(row) for row in table.rows]) for table in found]
    issues = []
    for at, place in zeros:
        value = values.get(place, UNKNOWN)
        if value in (UNKNOWN, CIRCULAR):
            issues.append(Issue(VALUE, "the formula was never calculated: the file has 0 instead",
                                str(place), None, "Open the workbook in Excel, let it calculate, and "
                                                  "save it; or"
                                " type the value."))  # fmt: skip
            continue
        origin, rows = tables[at].origin, tables[at].rows
        rows[place.row - origin.header_row][place.column - origin.first_column] = value  # type: ignore[index]
    if issues:
        raise CsmError.of(issues)
    return tables


def never_calculated(package: Package, book: Book) -> set[Place]:
    """The formula cells that keep 0 because nobody has calculated them."""
    if not waits(package):
        return set()
    return {place for place, value in book.stored.items() if value == 0 and not isinstance(value, bool)}


def waits(package: Package) -> bool:
    """Whether a program that does not calculate wrote the file, and left that to whoever opens it."""
    if _MADE_HERE in package.properties():
        return False
    settings = (one for one in package.tree(package.book).iter() if one.tag.endswith("}calcPr"))
    return any(one.get("fullCalcOnLoad") in ("1", "true") for one in settings)


def _zeros(
    package: Package, found: Sequence[RawTable], inside: Callable[[RawTable, int, int], bool]
) -> list[tuple[int, Place]]:
    """The formulas of the tables whose stored value is 0, each with the table's number."""
    zeros = []
    for at, table in enumerate(found):
        cells = package.cells(table.origin.name)
        for row, column in sorted(cells.formulas):
            stored = cells.values.get((row, column))
            if stored == 0 and not isinstance(stored, bool) and inside(table, row, column):
                zeros.append((at, Place(table.origin.name, row, column)))
    return zeros


def _recalculated(package: Package) -> dict[Place, Any]:
    """What is proven of every formula cell."""
    from csm_xl.workbook.own_functions import load
    from csm_xl.xlsx.proof import alone_in, prove

    try:
        book = load(package)
        proof = prove(book, alone_in(book), lambda _: (), unset=never_calculated(package, book))
        unproven = {*proof.kept, *proof.left}
        return {place: value for place, value in proof.values.items() if place not in unproven}
    except CsmError:  # what cannot be loaded cannot be calculated, and is refused cell by cell
        return {}
