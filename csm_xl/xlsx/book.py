"""A workbook as a recalculation takes it: what is typed, the formulas, and what the file stores for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from csm_xl.xlsx.addresses import Place, span
from csm_xl.xlsx.own_functions import NONE, OwnFunctions
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.same import same
from csm_xl.xlsx.serial_dates import DAYS_TO_1904, plain
from csm_xl.xlsx.values import ErrorCell

_STORES_TRUTH: Final = ("Microsoft Excel", "Microsoft Macintosh Excel")
"""The programs that store TRUE and FALSE as such; old versions of LibreOffice store 1 and 0."""


@dataclass
class Book:
    """What a recalculation needs of a workbook.

    values: the typed cells. formulas: the formulas, with ``=``; a formula that fills several cells
    is at the first, and `arrays` has its rows and columns; `dynamic` are those of them that fill no more
    cells than their result has, the others fill all of theirs. stored: the values that the file keeps
    for formula cells. tables: name → place; names: defined name → what it refers to. own_names: sheet and
    defined name → what it refers to on that sheet. hidden: sheet → the rows that nobody sees; filtered: those
    of them that a filter hides. Sheets and names are casefolded. is_1904: numbers of days count from 1904.
    as_displayed: the workbook calculates with what its cells show, which only Excel can. iterates: it
    calculates in circles, from what was there before. numbers_for_truth: the program that saved it may have
    stored TRUE as 1 and FALSE as 0. unreadable: cells whose stored value is none → what is wrong with it.
    functions: what its formulas call beyond the functions of every spreadsheet. of_addin: the file has the
    names of own functions as Excel stores those of an Office add-in; `formulas` has them as they are typed.
    """

    sheets: list[str] = field(default_factory=list)
    values: dict[Place, Any] = field(default_factory=dict)
    formulas: dict[Place, str] = field(default_factory=dict)
    arrays: dict[Place, tuple[int, int]] = field(default_factory=dict)
    dynamic: set[Place] = field(default_factory=set)
    stored: dict[Place, Any] = field(default_factory=dict)
    tables: dict[str, Region] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    own_names: dict[tuple[str, str], str] = field(default_factory=dict)
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    filtered: dict[str, frozenset[int]] = field(default_factory=dict)
    is_1904: bool = False
    as_displayed: bool = False
    iterates: bool = False
    numbers_for_truth: bool = False
    unreadable: dict[Place, str] = field(default_factory=dict)
    functions: OwnFunctions = NONE
    of_addin: bool = False

    def filled(self) -> list[Place]:
        """Every cell that a formula gives a value, in order."""
        return [cell for place in self.formulas for cell in self.filled_by(place)]

    def filled_by(self, place: Place) -> list[Place]:
        """The cells that one formula fills."""
        size = self.arrays.get(place)
        if size is None:
            return [place]
        sheet, row, column = place
        rows, columns = size
        return [
            Place(sheet, row + down, column + across) for down in range(rows) for across in range(columns)
        ]

    def with_typed(self, values: Mapping[Place, Any]) -> Book:
        """The workbook with values in place of the formulas of some cells; None is a blank."""
        return replace(
            self,
            values={**self.values, **{cell: value for cell, value in values.items() if value is not None}},
            formulas={place: text for place, text in self.formulas.items() if place not in values},
            arrays={place: size for place, size in self.arrays.items() if place not in values},
        )

    def holds(self, cell: Place, value: Any) -> bool:
        """Whether a value is what the file stores for a formula cell.

        >>> cell = Place("S", 1, 1)
        >>> [Book(stored={cell: 0.0}, numbers_for_truth=old).holds(cell, False) for old in (True, False)]
        [True, False]
        """
        if cell not in self.stored:
            return False
        stored = self.stored[cell]
        if self.numbers_for_truth and isinstance(value, bool) and not isinstance(stored, bool):
            value = float(value)
        return same(stored, value)


def load(package: Package, functions: OwnFunctions = NONE, as_filed: bool = False) -> Book:
    """The cells, formulas and stored values of a workbook file.

    functions: what its formulas may call. as_filed: days count as the file counts them, which may be from
    1904; else they count from 1900. Own functions count from 1900: a workbook that calls them is read so.
    """
    book = Book(list(package.sheets), functions=functions)
    called = functions.as_called
    book.tables = {region.name.casefold(): _called(region, called) for region in package.tables()}
    book.names = {name.casefold(): called(refers) for name, refers in package.names.items()}
    book.own_names = {(sheet.casefold(), name.casefold()): called(refers)
                      for (sheet, name), refers in package.sheet_names.items()}  # fmt: skip
    book.as_displayed = package.as_displayed
    book.iterates = package.iterates
    book.numbers_for_truth = package.application not in _STORES_TRUTH
    dates = package.dates
    book.is_1904 = (
        as_filed
        and dates.is_1904
        and not any(
            functions.may_be_in(formula)
            for sheet in book.sheets
            for formula in package.cells(sheet).formulas.values()
        )
    )
    later = DAYS_TO_1904 if dates.is_1904 and not book.is_1904 else 0
    for sheet in book.sheets:
        cells = package.cells(sheet)
        book.hidden[sheet.casefold()] = frozenset(cells.hidden)
        book.filtered[sheet.casefold()] = _filtered(package, sheet)
        book.unreadable |= {Place(sheet, *at): why for at, why in cells.unreadable.items()}
        for at, formula in cells.formulas.items():
            book.formulas[Place(sheet, *at)] = text = called(formula)
            book.of_addin |= text is not formula and text != formula
        for at, size in cells.arrays.items():
            book.arrays[Place(sheet, *at)] = size
        book.dynamic.update(Place(sheet, *at) for at in cells.dynamic)
        given = set(cells.formulas)
        given.update(cell[1:] for at in cells.arrays for cell in book.filled_by(Place(sheet, *at)))
        numbers, values, stored = cells.numbers, book.values, book.stored
        for at, value in cells.values.items():
            if at in numbers:  # as stored in the file, shifted if its dates count from 1904
                value = numbers[at] + (later if later and isinstance(value, (date, ErrorCell)) else 0)
            kind = type(value)
            if kind is not str and kind is not float:
                value = plain(value)
            row, column = at
            (stored if at in given else values)[Place(sheet, row, column)] = value
        for at in cells.arrays.keys() & cells.values.keys():
            # Beside the first cell, a text of no letters is a cell that a file leaves out.
            for cell in book.filled_by(Place(sheet, *at)):
                book.stored.setdefault(cell, "")
    return book


def _called(region: Region, called: Callable[[str], str]) -> Region:
    return replace(region, formulas=tuple((header, called(text)) for header, text in region.formulas))


def _filtered(package: Package, sheet: str) -> frozenset[int]:
    """The rows of a sheet that a filter hides, of the sheet itself or of one of its tables."""
    cells = package.cells(sheet)
    if not cells.hidden:
        return frozenset()
    rows = [span(area) for area in [*cells.filters, *package.table_filters(sheet)] if area]
    return frozenset(row for row in cells.hidden if any(one.top <= row <= one.bottom for one in rows))
