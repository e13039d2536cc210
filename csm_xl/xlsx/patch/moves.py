"""Where cells and references are once tables have other sizes.

A table takes the rows that it needs beneath itself. What is there moves down by as many rows as are
missing, and keeps up to one blank row of distance; nothing ever moves up, and nothing beside the table
moves, unless it is one piece with what does: a merged cell, another table, an array formula. A range
that held all rows of a column of the table goes on holding all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from csm_xl.errors import VALUE, CsmError
from csm_xl.xlsx.addresses import LAST_ROW, Area, Corner, quoted
from csm_xl.xlsx.formulas import mapped

NO_ROW: Final = LAST_ROW + 1


class Kind(Enum):
    """What a range is for, where the table had one row: a cell or a whole column?

    FORMULA: a cell is a cell; a range of one column grows. SERIES: a chart's, sparkline's or name's, also
    a cell grows. RULE: formats and validations, which belong to their rows, grow whatever their width.
    """

    FORMULA = "formula"
    SERIES = "series"
    RULE = "rule"


@dataclass(frozen=True)
class Move:
    """One table that grows or shrinks, and what moves down for it.

    sheet: casefolded. data: the old rows of data. last: the new last row of data. totals: whether a
    totals row is beneath. starts: column → the first row that moves there. by: how many rows.
    """

    sheet: str
    data: Area
    last: int
    totals: bool = False
    starts: dict[int, int] = field(default_factory=dict)
    by: int = 0

    def row(self, row: int, column: int) -> int:
        """Where a cell's row is afterwards."""
        if self.totals and row == self.data.bottom + 1 and self.data.left <= column <= self.data.right:
            return self.last + 1
        return row + self.by if row >= self.starts.get(column, NO_ROW) else row

    def rows(self, place: Area, kind: Kind) -> tuple[int, int]:
        """Where the first and the last row of a range are afterwards."""
        columns = range(place.left, place.right + 1)
        top, bottom = (
            min(LAST_ROW, *(self.row(row, column) for column in columns)) for row in (place.top, place.bottom)
        )
        if self._follows(place, kind):
            old_end = self.data.bottom + self.totals
            if place.bottom in (self.data.bottom, old_end):
                bottom = self.last + (place.bottom - self.data.bottom)
            else:
                bottom = max(bottom, self.last)
        return top, bottom

    def _follows(self, place: Area, kind: Kind) -> bool:
        """Whether a range holds all rows of the table in its columns."""
        data = self.data
        within = data.left <= place.left and place.right <= data.right
        if kind is Kind.RULE:
            if data.top == data.bottom:
                return within and place.top <= data.top <= place.bottom
            return (within and place.top <= data.bottom <= place.bottom
                    and (place.top <= data.top or place.top < place.bottom == data.bottom)
                    and place.top <= self.last)  # fmt: skip
        if not (within and place.top <= data.top and place.bottom >= data.bottom):
            return False
        return place.top < place.bottom or place.left == place.right


@dataclass(frozen=True)
class Moves:
    """All moves of a patch, in order."""

    all: tuple[Move, ...] = ()

    def __bool__(self) -> bool:
        return any(move.by or move.last != move.data.bottom for move in self.all)

    def on(self, sheet: str) -> Moves:
        """Those of one sheet."""
        return Moves(tuple(move for move in self.all if move.sheet == sheet.casefold()))

    def row(self, sheet: str, row: int, column: int) -> int:
        """Where a cell's row is afterwards."""
        for move in self.all:
            if move.sheet == sheet.casefold():
                row = move.row(row, column)
        return row

    def area(self, sheet: str, place: Area, kind: Kind) -> Area:
        """Where a range is afterwards."""
        for move in self.all:
            if move.sheet == sheet.casefold():
                top, bottom = move.rows(place, kind)
                place = place._replace(top=top, bottom=bottom)
        return place

    def shifted(self, sheet: str, place: Area) -> Area:
        """Where an area is that goes with its first cell."""
        down = self.row(sheet, place.top, place.left) - place.top
        return place._replace(top=place.top + down, bottom=place.bottom + down)

    def formula(self, formula: str, sheet: str, row: int = 0, kind: Kind = Kind.FORMULA) -> str:
        """A formula whose references follow.

        sheet, row: where it is; a running sum, ``SUM(H$7:H20)`` in row 20, ends where it ended.
        """
        if not any(move.sheet == sheet.casefold() or move.sheet in formula.casefold().replace("''", "'")
                   for move in self.all):  # fmt: skip
            return formula

        def mapping(on: str, first: Corner, last: Corner | None) -> tuple[Corner, Corner | None]:
            if last is None:
                if kind is Kind.SERIES:
                    place = self.area(on, Area(first.row, first.column, first.row, first.column), kind)
                    end = first._replace(row=place.bottom) if place.bottom > place.top else None
                    return first._replace(row=place.top), end
                return first._replace(row=self.row(on, first.row, first.column)), None
            running = first.row_fixed and not last.row_fixed and last.row == row
            if (running and on.casefold() == sheet.casefold()) or first.row > last.row:
                return tuple(  # type: ignore[return-value]
                    one._replace(row=self.row(on, one.row, one.column)) for one in (first, last)
                )
            left, right = sorted((first.column, last.column))
            place = self.area(on, Area(first.row, left, last.row, right), kind)
            return first._replace(row=place.top), last._replace(row=place.bottom)

        return mapped(formula, sheet, mapping)


@dataclass
class Ground:
    """What is on a sheet that a table could run into.

    cells: the cells that hold something, as column → its rows. pieces: areas that move as one: merged
    cells, tables, array formulas. floating: the areas under pictures, charts and notes.
    """

    cells: dict[int, list[int]] = field(default_factory=dict)
    pieces: list[Area] = field(default_factory=list)
    floating: list[Area] = field(default_factory=list)

    def bottom(self, place: Area) -> int:
        """The last row in use in the columns of an area."""
        rows = [self.cells[column][-1] for column in range(place.left, place.right + 1)
                if self.cells.get(column)]  # fmt: skip
        areas = (*self.pieces, *self.floating)
        rows += [one.bottom for one in areas if one.left <= place.right and place.left <= one.right]
        return max(rows, default=0)

    def move(self, name: str, sheet: str, data: Area, last: int, totals: bool) -> Move:
        """What a table's new size moves, and the ground afterwards.

        Errors: an array formula or a merged cell that begins beside the table and ends beneath it; a sheet
        that is too short.
        """
        move = Move(sheet.casefold(), data, last, totals)
        if last + totals > LAST_ROW:
            raise _too_long(name, sheet, last)
        old_end, new_end = data.bottom + totals, last + totals
        beneath = Area(old_end + 1, data.left, LAST_ROW, data.right)
        first = min(
            [row for column in range(data.left, data.right + 1) for row in self.cells.get(column, ())
             if row > old_end]
            + [max(one.top, old_end + 1) for one in (*self.pieces, *self.floating) if one.meets(beneath)
               and one.top > old_end],
            default=NO_ROW,
        )  # fmt: skip
        missing = new_end + min(1, first - old_end - 1) + 1 - first
        if missing > 0 and first < NO_ROW:
            starts = self._starts(name, sheet, data, old_end)
            move = replace(move, starts=starts, by=missing)
            ends = [row for column, start in starts.items() for row in self.cells.get(column, ())
                    if row >= start]  # fmt: skip
            ends += [one.bottom for one in self.pieces if one.top >= starts.get(one.left, NO_ROW)]
            if max(ends, default=0) + missing > LAST_ROW:
                raise _too_long(name, sheet, max(ends) + missing)
        self._follow(move, totals)
        return move

    def _starts(self, name: str, sheet: str, data: Area, old_end: int) -> dict[int, int]:
        """From which row each column moves, so that nothing that is one piece is torn."""
        starts = dict.fromkeys(range(data.left, data.right + 1), old_end + 1)
        grown = True
        while grown:
            grown = False
            for one in self.pieces:
                columns = range(one.left, one.right + 1)
                if not any(starts.get(column, NO_ROW) <= one.bottom for column in columns):
                    continue
                if one.top <= old_end and one.left <= data.right and one.right >= data.left:
                    raise CsmError(
                        VALUE, f"the table {name} must grow, but cannot move the cells below it",
                        f"{quoted(sheet)}!{one}", None,
                        "Merged cells and array formulas must not begin beside a table and end beneath it:"
                        " move them away.",
                    )  # fmt: skip
                for column in columns:
                    if starts.get(column, NO_ROW) > one.top:
                        starts[column], grown = one.top, True
        return starts

    def _follow(self, move: Move, totals: bool) -> None:
        """The ground after a move: the next table of the sheet looks at it."""
        data = move.data
        for column, rows in self.cells.items():
            if column in move.starts or data.left <= column <= data.right:
                self.cells[column] = [move.row(row, column) for row in rows
                                      if not data.holds(row, column)]  # fmt: skip
        for areas in (self.pieces, self.floating):
            areas[:] = [self._moved(one, move, totals) for one in areas]

    def _moved(self, one: Area, move: Move, totals: bool) -> Area:
        if one.holds(move.data.top, move.data.left):  # the table itself
            return one._replace(bottom=move.last + totals)
        down = max(move.row(one.top, column) - one.top for column in range(one.left, one.right + 1))
        return one._replace(top=one.top + down, bottom=one.bottom + down)


def moved_down(moves: Moves, sheet: str, place: Area) -> int:
    """How many rows something that floats above an area goes down with the cells under it."""
    columns: Iterable[int] = range(place.left, place.right + 1)
    return max(moves.row(sheet, place.top, column) - place.top for column in columns)


def _too_long(name: str, sheet: str, row: int) -> CsmError:
    return CsmError(VALUE, f"the table {name} needs more rows than a sheet has", quoted(sheet), f"{row:,}",
                    f"A sheet has {LAST_ROW:,} rows: pay fewer periods at once.")  # fmt: skip
