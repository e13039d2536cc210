"""A loaded workbook as the patch leaves it, before its formulas are calculated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from csm_xl.xlsx.addresses import Area, Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Region
from csm_xl.xlsx.patch.edit import Edit
from csm_xl.xlsx.patch.moves import Kind, Move, Moves
from csm_xl.xlsx.patch.tables import TablePart, column_formula
from csm_xl.xlsx.serial_dates import plain


def moved_book(book: Book, edit: Edit, moves: Moves, tables: Mapping[str, tuple[TablePart, Area]]) -> Book:
    """The book with the edit's tables, cells and arrays, every formula where and as it is afterwards.

    tables: table, casefolded → its part and its place afterwards.
    """
    new_rows = {name.casefold(): rows for name, rows in edit.tables.items()}
    replaced: dict[str, list[Area]] = {}
    for name, (table, _) in tables.items():
        if name in new_rows:
            replaced.setdefault(table.sheet, []).append(table.data)
    moving = {sheet for sheet in book.sheets if any(move.by or move.totals for move in moves.on(sheet).all)}

    def kept(place: Place) -> bool:
        return place.sheet not in replaced or not any(
            data.holds(place.row, place.column) for data in replaced[place.sheet]
        )

    still = set(book.sheets) - replaced.keys() - moving

    def carried(cells: Mapping[Place, Any]) -> dict[Place, Any]:
        """Values of cells where these are afterwards, but those of rows that are replaced."""
        return {place if place[0] in still else where(place): value for place, value in cells.items()
                if place[0] in still or kept(place)}  # fmt: skip

    def where(place: Place) -> Place:
        return place._replace(row=moves.row(*place)) if place.sheet in moving else place

    def follow(formula: str, place: Place) -> str:
        return moves.formula(formula, place.sheet, place.row)

    after = Book(list(book.sheets), functions=book.functions, of_addin=book.of_addin)
    after.as_displayed = book.as_displayed
    after.iterates = book.iterates
    shown: dict[str, set[int]] = {}  # by taking away the filter of a table that gets new rows
    for sheet, data in ((table.sheet, table.data) for name, (table, _) in tables.items()
                        if name in new_rows and table.filtered):  # fmt: skip
        shown.setdefault(sheet.casefold(), set()).update(range(data.top, data.bottom + 1))
    after.hidden = {sheet: rows - shown.get(sheet, set()) for sheet, rows in book.hidden.items()}
    after.filtered = {sheet: rows - shown.get(sheet, set()) for sheet, rows in book.filtered.items()}
    after.unreadable = carried(book.unreadable)
    after.own_names = {
        (sheet, name): moves.formula(refers, sheet, kind=Kind.SERIES)
        for (sheet, name), refers in book.own_names.items()
    }
    after.values = carried(book.values)
    after.values |= {where(place): plain(value) for place, value in edit.cells.items() if value is not None}
    after.formulas = {where(place): follow(formula, place) for place, formula in book.formulas.items()
                      if kept(place)}  # fmt: skip
    after.arrays = {where(place): edit.arrays.get(place, size) for place, size in book.arrays.items()
                    if kept(place)}  # fmt: skip
    after.dynamic = {where(place) for place in book.dynamic if kept(place)}
    after.stored = carried(book.stored)
    resized = Moves(tuple(
        Move(place.sheet.casefold(), _area(where(place), book.arrays[place]), where(place).row + rows - 1)
        for place, (rows, _) in edit.arrays.items() if place in book.arrays
    ))  # fmt: skip
    after.names = {
        name: resized.formula(moves.formula(refers, "", kind=Kind.SERIES), "", kind=Kind.SERIES)
        for name, refers in book.names.items()
    }
    for name, region in book.tables.items():
        table, place = tables[name]
        after.tables[name] = _region(region, table, place)
        if name in new_rows:
            top = place.top + table.headers
            down = top - table.data.top
            old = {(row + down, column): follow(formula, Place(table.sheet, row, column))
                   for (sheet, row, column), formula in book.formulas.items()
                   if sheet == table.sheet and table.data.holds(row, column)}  # fmt: skip
            kept_rows = table.data._replace(top=top, bottom=min(table.data.bottom + down, place.bottom))
            formulas = [
                column_formula(book.functions.as_called(declared), kept_rows, column, partial(_known, old))
                for column, declared in enumerate(table.formulas, place.left)
            ]
            for row, values in enumerate(new_rows[name], top):
                for column, (value, made) in enumerate(zip(values, formulas, strict=True), place.left):
                    at = Place(table.sheet, row, column)
                    if made:
                        text = made(row)
                        after.formulas[at] = text if text.startswith("=") else f"={text}"
                        if value is not None:
                            after.stored[at] = plain(value)
                    elif value is not None and value != "":
                        after.values[at] = plain(value)
    return after


def _known(formulas: Mapping[tuple[int, int], str], row: int, column: int) -> str | None:
    return formulas.get((row, column))


def _area(place: Place, size: tuple[int, int]) -> Area:
    rows, columns = size
    return Area(place.row, place.column, place.row + rows - 1, place.column + columns - 1)


def _region(region: Region, table: TablePart, place: Area) -> Region:
    return replace(region, first_row=place.top, last_row=place.bottom - table.totals)
