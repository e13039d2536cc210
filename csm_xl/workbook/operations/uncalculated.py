"""Formulas that nobody has calculated: a program wrote 0 for each. Whoever opens the file is to calculate.

pandas and XlsxWriter write such files. A salary of theirs is not 0: it is calculated here, or refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.plan.cells import is_blank, is_no_day
from csm_xl.plan.raw import RawTable
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import CIRCULAR, UNKNOWN
from csm_xl.xlsx.outdated import outdated_words
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.uncalculated import stored_zeros, waits, zeros
from csm_xl.xlsx.values import ErrorCell


def calculated_tables(package: Package, found: Sequence[RawTable]) -> list[RawTable]:
    """The tables with the values of formulas that the file keeps as 0 because nobody has calculated them.

    Errors: such formulas that cannot be calculated here, all of them at once.
    """
    lost = _zeros(package, found) if waits(package) else []
    if not lost:
        return list(found)
    values = _recalculated(package)
    tables = [replace(table, rows=[list(row) for row in table.rows]) for table in found]
    issues = []
    for at, place in lost:
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


def outdated_inputs(book: Book, tables: Sequence[RawTable], found: Mapping[Place, Any]) -> list[Issue]:
    """An error about each formula of the tables that gives another value than the file has, by which everyone
    would be paid: inputs were changed, and nobody had the file calculated.

    book: the workbook as it was read. found: what is proven of its formulas, as far as it differs.
    """
    from csm_xl.xlsx.proof import alone_in

    taken = _taken_from(tables, (place for place in found if place in book.formulas))
    inputs = [
        place for place, value in taken.items() if _is_stored(value, book.stored.get(place), found[place])
    ]
    alone = alone_in(book)(inputs)
    hint = "Recalculate the workbook first: csm-xl recalc FILE, or open it in Excel and save it."
    issues = []
    for place in inputs:
        if alone[place] is False and place in book.stored:
            what = outdated_words(found[place], book.stored[place])
            issues.append(Issue(VALUE, what, str(place), None, hint))
    return issues


def outdated_formulas(package: Package, tables: Sequence[RawTable]) -> list[Issue]:
    """As `outdated_inputs`, of a workbook that is read alone: what its own results show is not calculated.

    tables: those that are paid from, as they were read. Without formulas in them nothing is calculated.
    """
    sheets = {table.origin.name for table in tables if table.origin.kind == "sheet"}
    formulas = (Place(sheet, *spot) for sheet in package.sheets if sheet in sheets
                for spot in package.cells(sheet).formulas)  # fmt: skip
    inputs = _taken_from(tables, formulas)
    if not inputs:
        return []
    from csm_xl.workbook.operations.laid_out import on_our_sheets
    from csm_xl.workbook.own_functions import load
    from csm_xl.xlsx.proof import alone_in, prove

    book = load(package)
    if False not in alone_in(book)(list(inputs)).values():
        return []
    shown = {cell: book.stored.get(cell) for place in on_our_sheets(book) - inputs.keys()
             for cell in book.filled_by(place)}  # fmt: skip
    book = book.with_typed(shown)
    # LibreOffice keeps the 0 of a formula that nobody has calculated, and drops the mark that it waits.
    zero = stored_zeros(book) & inputs.keys()
    proof = prove(book, alone_in(book), lambda _: (), unset=zero | never_calculated(package, book))
    return outdated_inputs(book, tables, proof.written)


def _taken_from(tables: Sequence[RawTable], places: Iterable[Place]) -> dict[Place, Any]:
    """Of some cells those of the tables, with the value that is read there."""
    of_sheet: dict[str, list[RawTable]] = {}
    for table in tables:
        if table.origin.kind == "sheet":
            of_sheet.setdefault(table.origin.name, []).append(table)
    return {
        place: table.rows[place.row - table.origin.header_row][place.column - table.origin.first_column]
        for place in places
        for table in of_sheet.get(place.sheet, ())
        if inside(table, place.row, place.column)
    }


def _is_stored(taken: Any, stored: Any, calculated: Any) -> bool:
    """Whether the value that is read from a cell is the stored one, and none that was calculated in place of
    an error or of a 0 that nobody has calculated. A 0 in a column of dates is read as no day."""
    if stored == 0 and (is_blank(taken) or is_no_day(taken)):
        return isinstance(calculated, (int, float)) and calculated != 0
    if isinstance(stored, float) and (taken is None or isinstance(taken, (str, float))):
        return bool(taken == stored)
    return isinstance(taken, ErrorCell) or not isinstance(stored, ErrorCell)


def inside(table: RawTable, row: int, column: int) -> bool:
    """Whether a table of a sheet holds a cell of that sheet, its header with it."""
    origin = table.origin
    width = len(table.rows[0]) if table.rows else 0
    return (
        origin.header_row <= row < origin.header_row + len(table.rows)
        and origin.first_column <= column < origin.first_column + width
    )


def never_calculated(package: Package, book: Book) -> set[Place]:
    """The formula cells that keep 0 because nobody has calculated them."""
    return stored_zeros(book) if waits(package) else set()


def _zeros(package: Package, found: Sequence[RawTable]) -> list[tuple[int, Place]]:
    """The formulas of the tables whose stored value is 0, each with the table's number."""
    return [
        (at, Place(table.origin.name, row, column))
        for at, table in enumerate(found)
        for row, column in sorted(zeros(package.cells(table.origin.name)))
        if inside(table, row, column)
    ]


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
