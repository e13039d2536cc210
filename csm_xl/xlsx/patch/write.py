"""The patch as a whole: what is asked for, which parts change, and the file that comes of it."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.xlsx.addresses import Area, Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import follow
from csm_xl.xlsx.patch import properties as own_properties
from csm_xl.xlsx.patch.archive import repacked
from csm_xl.xlsx.patch.book import moved_book
from csm_xl.xlsx.patch.edit import Edit
from csm_xl.xlsx.patch.markup import Markup, read_text, write_text
from csm_xl.xlsx.patch.moves import Ground, Move, Moves
from csm_xl.xlsx.patch.rows import clear, common_styles, write_rows
from csm_xl.xlsx.patch.sheet import SheetPart
from csm_xl.xlsx.patch.tables import TablePart, column_formula, read_tables
from csm_xl.xlsx.serial_dates import DAYS_TO_1904

_TYPES: Final = "[Content_Types].xml"


def moved(book: Book, package: Package, edit: Edit) -> tuple[Book, dict[Place, Place]]:
    """The workbook with the edit's tables, cells and arrays in place, its formulas still to be calculated;
    and for each formula that was there before, where it is afterwards → where it was.

    book: the workbook as `evaluate.load` reads it from the same package; it is left as it is.
    Errors: as `patch`.
    """
    work = _Work(package, edit)
    stood = {place._replace(row=work.moves.row(*place)): place for place in book.formulas}
    return moved_book(book, edit, work.moves, work.places()), stood


def patched(package: Package, edit: Edit) -> bytes:
    """The workbook file with the edit, as bytes; errors as `patch`."""
    out = io.BytesIO()
    repacked(package.data, _Work(package, edit).changed(), out)
    return out.getvalue()


def patch(package: Package, edit: Edit, target: Path) -> None:
    """Write the workbook with the edit to a file.

    What is beneath a table that needs its rows moves down, as when Excel inserts cells; references
    follow. A table that shrinks leaves blank cells and moves nothing, so that no reference is lost.
    Errors: a table, cell or array that is not there; rows of another width than the table; a cell with a
        formula where a value should go; a value that no cell can hold; a sheet that would overflow.
        `OSError` where the target cannot be written.
    """
    changed = _Work(package, edit).changed()
    with target.open("wb") as out:
        repacked(package.data, changed, out)


def sound(package: Package) -> Callable[[Path], None]:
    """What verifies a patched file before it takes the old one's place.

    The check: the file opens as a workbook, each part reads back whole, and none is missing.
    Errors of the check: `CsmError` that names the part.
    """

    def verify(target: Path) -> None:
        new = Package(target)
        missing = package.parts - new.parts - set(follow.related(package, package.book, "calcChain"))
        for part in sorted(missing):
            raise new.error(
                f"the new workbook lacks the part {part}", "Report this: it is a fault of the program."
            )
        for part in new.parts:
            new.read(part)

    return verify


class _Work:
    """One patch: the parts that it opens, and what becomes of them."""

    def __init__(self, package: Package, edit: Edit) -> None:
        self.package, self.edit = package, edit
        self._parts: dict[str, Markup] = {}
        self._encodings: dict[str, str] = {}
        self._formulas_change = False
        book = self._open(self.package.book)
        epoch = [book.get(one, "date1904") for one in book.root.every("workbookPr")]
        self.epoch_1904 = epoch[:1] in (["1"], ["true"])
        self.tables = read_tables(package)
        for name, formulas in edit.columns.items():
            if table := self.tables.get(name.casefold()):
                table.declare(formulas)
        self._sheets: dict[str, SheetPart] = {}
        self._grounds: dict[str, tuple[Ground, Ground]] = {}
        issues = [*self._unknown()]
        if issues:
            raise CsmError.of(issues)

    def places(self) -> dict[str, tuple[TablePart, Area]]:
        """Every table by its name, casefolded, with its place afterwards."""
        return {name: (table, self._place(table)) for name, table in self.tables.items()}

    def sheet(self, name: str) -> SheetPart:
        """A sheet's part, opened once."""
        if name not in self._sheets:
            self._sheets[name] = SheetPart(self.package, name, self.epoch_1904)
        return self._sheets[name]

    @cached_property
    def moves(self) -> Moves:
        """What the new sizes of the tables move."""
        found: list[Move] = []
        for name in {table.sheet: None for table in self.edited}:
            on = [table for table in self.tables.values() if table.sheet == name]
            edited = sorted((one for one in on if one in self.edited), key=lambda one: one.place[:2])
            sheet = self.sheet(name)
            floating = [
                place
                for kind, places in (("drawing", follow.floating), ("comments", follow.noted),
                                     ("threadedComment", follow.noted))
                for part in follow.related(self.package, sheet.part, kind)
                for place in places(self._open(part))
            ]  # fmt: skip
            ground = sheet.ground(on, min(one.data.bottom for one in edited), floating)
            before = Ground({}, list(ground.pieces), list(ground.floating))
            before.cells = {column: list(rows) for column, rows in ground.cells.items()}
            for table in edited:
                data = table.data
                top = Moves(tuple(found)).row(name, data.top, data.left)
                data = data._replace(top=top, bottom=top + data.bottom - data.top)
                count = max(1, len(self.edit.tables[self._asked(table)]))
                found.append(ground.move(table.name, name, data, top + count - 1, table.totals > 0))
            self._grounds[name.casefold()] = (before, ground)
        return Moves(tuple(found))

    @cached_property
    def edited(self) -> list[TablePart]:
        """The tables that get new rows."""
        return [self.tables[name.casefold()] for name in self.edit.tables]

    def changed(self) -> dict[str, bytes | None]:
        """The parts of the new file that differ; None for one that goes."""
        issues: list[Issue] = []
        if self.edit.spelled is not None:
            self._spell(self.edit.spelled)
        if self.moves:
            self._follow()
        self._write_tables(issues)
        self._write_cells(issues)
        self._write_arrays(issues)
        self._write_stored(issues)
        for name in {place.sheet: None for place in self.edit.unfolded}:
            widths = {place.column: at for place, at in self.edit.unfolded.items() if place.sheet == name}
            self.sheet(name).show(widths)
        if issues:
            raise CsmError.of(issues)
        gone = self._drop_chain()
        self._pivots()
        self._properties()
        if self.edit.calculate:
            follow.calculated(self._open(self.package.book))
        done: dict[str, bytes | None] = dict.fromkeys(gone)
        done |= {part: write_text(markup.result(), self._encodings[part])
                 for part, markup in self._parts.items() if markup.changed}  # fmt: skip
        done |= {table.part: write_text(table.markup.result(), table.encoding)
                 for table in self.tables.values() if table.markup.changed}  # fmt: skip
        done |= {sheet.part: write_text(sheet.text(), sheet.encoding)
                 for sheet in self._sheets.values() if sheet.changed}  # fmt: skip
        return done

    def _open(self, part: str) -> Markup:
        """A part, opened once."""
        if part not in self._parts:
            text, self._encodings[part] = read_text(self.package, part)
            self._parts[part] = Markup(text)
        return self._parts[part]

    def _unknown(self) -> Iterator[Issue]:
        """What the edit names and the file does not have."""
        known = listed(sorted(table.name for table in self.tables.values()))
        file = self.package.path.name
        for name, rows in self.edit.tables.items():
            table = self.tables.get(name.casefold())
            if table is None:
                yield Issue(
                    NOT_FOUND, f"the workbook has no table {name}", file, None, f"Its tables: {known}."
                )
                continue
            width = table.place.right - table.place.left + 1
            wrong = next((at for at, row in enumerate(rows, 1) if len(row) != width), 0)
            if wrong:
                yield Issue(VALUE, f"row {wrong} for the table {table.name} has another width than the table",
                            str(Place(table.sheet, table.place.top, table.place.left)), len(rows[wrong - 1]),
                            f"The table has {width} columns.")  # fmt: skip
        for place in (*self.edit.cells, *self.edit.arrays, *self.edit.stored, *self.edit.unfolded):
            if place.sheet not in self.package.sheets:
                yield Issue(NOT_FOUND, f"the workbook has no sheet {place.sheet}", file, None,
                            "Its sheets: " + listed(list(self.package.sheets)) + ".")  # fmt: skip

    def _spell(self, spelled: Callable[[str], str]) -> None:
        """Write every formula of the cells, rules and names as it is to be spelled."""
        for name in self.package.sheets:
            self.sheet(name).spell(spelled)
        book = self._open(self.package.book)
        for one in book.root.every("definedName"):
            book.write(one, spelled(book.content(one)))

    def _follow(self) -> None:
        """Let everything that refers to cells follow them."""
        moves = self.moves
        follow.names(self._open(self.package.book), moves, self._grounds, self.edit.printed)
        for table in self.tables.values():
            table.follow(moves, table in self.edited, self._place(table))
        for name in self.package.sheets:
            sheet = self.sheet(name)
            for table in self.edited:
                if table.sheet == name:
                    sheet.replaced.append(table.data)
            sheet.follow(moves)
        for part in sorted(self.package.parts):
            if part.startswith("xl/charts/") and part.endswith(".xml"):
                self._chart(part)
        for name in {table.sheet: None for table in self.edited}:
            part, own = self.sheet(name).part, moves.on(name)
            if any(move.by for move in own.all):
                for drawing in follow.related(self.package, part, "drawing"):
                    follow.drawing(self._open(drawing), own, name)
                for notes in follow.related(self.package, part, "comments", "threadedComment"):
                    follow.comments(self._open(notes), own, name)
                for boxes in follow.related(self.package, part, "vmlDrawing"):
                    follow.vml(self._open(boxes), own, name)

    def _chart(self, part: str) -> None:
        markup = self._open(part)
        if markup.root.name in ("chartSpace", "chart"):
            follow.chart(markup, self.moves)

    def _write_tables(self, issues: list[Issue]) -> None:
        """The rows of the tables; the cells that are beneath make room in between."""
        styles = {}
        for table in self.edited:
            grid = self.sheet(table.sheet).grid
            rows = self.edit.tables[self._asked(table)]
            grows = len(rows) > table.data.bottom - table.data.top + 1
            grows |= any(table.holds(place) for place in self.edit.unfolded)  # they have no cells yet
            styles[table.name] = common_styles(grid, table.data) if grows else [""] * len(table.formulas)
            self._formulas_change |= len(rows) != table.data.bottom - table.data.top + 1
            clear(grid, table.data, max(1, len(rows)))
        for name in {table.sheet: None for table in self.edited}:
            self.sheet(name).shift(self.moves)
        for table in self.edited:
            sheet = self.sheet(table.sheet)
            rows = self.edit.tables[self._asked(table)]
            place = self._place(table)
            top = place.top + table.headers
            data = table.data._replace(top=top, bottom=top + table.data.bottom - table.data.top)
            kept = data._replace(bottom=min(data.bottom, top + max(1, len(rows)) - 1))
            formulas = [
                column_formula(declared, kept, column, sheet.grid.formula)
                for column, declared in enumerate(table.formulas, data.left)
            ]
            self._formulas_change |= not rows and any(formulas)
            if table.filtered:
                for number in range(data.top, data.bottom + 1):
                    if number in sheet.grid.rows:
                        sheet.grid.rows[number].show()
            sheet.touched = True
            issues += write_rows(sheet, data, rows, formulas, styles[table.name])
            table.resize(place, not rows)

    def _write_cells(self, issues: list[Issue]) -> None:
        for place, value in self.edit.cells.items():
            sheet = self.sheet(place.sheet)
            row = self.moves.row(place.sheet, place.row, place.column)
            now = Place(place.sheet, row, place.column)
            if any(table.sheet == place.sheet and table.data.holds(place.row, place.column)
                   for table in self.edited):  # fmt: skip
                issues.append(Issue(VALUE, "the cell is in a table that gets new rows", str(now)))
            elif sheet.grid.has_formula(row, place.column):
                issues.append(Issue(VALUE, "the cell has a formula, and a value should go there", str(now),
                                    sheet.grid.formula(row, place.column),
                                    "Type a value in its place."))  # fmt: skip
            else:
                self._try(issues, now, lambda s=sheet, at=now, new=value: s.put(at.row, at.column, new))  # type: ignore[misc]

    def _write_arrays(self, issues: list[Issue]) -> None:
        for place, (rows, columns) in self.edit.arrays.items():
            sheet = self.sheet(place.sheet)
            row = self.moves.row(place.sheet, place.row, place.column)
            now = Place(place.sheet, row, place.column)
            old = sheet.grid.arrays().get((row, place.column))
            if old is None:
                issues.append(Issue(NOT_FOUND, "the cell has no array formula", str(now), None,
                                    "Build the workbook again."))  # fmt: skip
                continue
            new = Area(row, place.column, row + rows - 1, place.column + columns - 1)
            in_the_way = sheet.occupied(new, old)
            if in_the_way:
                issues.append(Issue(VALUE, "the array formula needs this cell, and it is not empty",
                                    str(Place(place.sheet, *in_the_way)), None, "Move it away."))  # fmt: skip
            elif new != old:
                sheet.resize_array(old, new)
                self._formulas_change = True
                resized = Move(place.sheet.casefold(), old, new.bottom)
                follow.names(self._open(self.package.book), Moves((resized,)), {}, {})

    def _write_stored(self, issues: list[Issue]) -> None:
        filled: dict[str, list[Area]] = {}
        for place, value in self.edit.stored.items():
            sheet = self.sheet(place.sheet)
            if place.sheet not in filled:
                filled[place.sheet] = list(sheet.grid.arrays().values())
            given = sheet.grid.has_formula(place.row, place.column) or any(
                area.holds(place.row, place.column) for area in filled[place.sheet]
            )
            if not given:
                issues.append(Issue(NOT_FOUND, "the cell has no formula to store a value for", str(place)))
                continue
            new = self._counted(sheet, place, value)
            self._try(issues, place, lambda s=sheet, at=place, new=new: s.store(at.row, at.column, new))  # type: ignore[misc]

    def _counted(self, sheet: SheetPart, place: Place, value: Any) -> Any:
        """What a formula gives, as a number that the file keeps: a day counts from the day that the file
        counts from, where the cell's format says that it is one."""
        if (
            not self.epoch_1904
            or self.edit.as_filed
            or type(value) is not float
            or place.row not in sheet.grid.rows
        ):
            return value
        spans = self.package.dates.styles.get(sheet.grid.rows[place.row].style(place.column))
        return value if spans in (None, True) else value - DAYS_TO_1904

    @staticmethod
    def _try(issues: list[Issue], place: Place, write: Callable[[], object]) -> None:
        try:
            write()
        except CsmError as why:
            issues += [replace(one, where=str(place)) for one in why.issues]

    def _drop_chain(self) -> list[str]:
        """Excel's order of calculation, which it makes again when the cells with formulas are others."""
        chain = next(follow.related(self.package, self.package.book, "calcChain"), None)
        if chain is None or not (self.moves or self._formulas_change):
            return []
        folder, name = posixpath.split(self.package.book)
        links = self._open(posixpath.join(folder, "_rels", f"{name}.rels"))
        own_properties.drop_part(chain, self._open(_TYPES), links, folder)
        return [chain]

    def _pivots(self) -> None:
        for part in follow.related(self.package, self.package.book, "pivotCacheDefinition"):
            if self.edited:
                follow.pivot(self._open(part), self.moves, {table.name.casefold() for table in self.edited})

    def _properties(self) -> None:
        if not self.edit.properties:
            return
        if own_properties.PART not in self.package.parts:
            own_properties.add_part(self._open(_TYPES), self._open("_rels/.rels"))
            self._parts[own_properties.PART] = Markup(own_properties.EMPTY)
            self._encodings[own_properties.PART] = "utf-8"
        own_properties.set_properties(self._open(own_properties.PART), self.edit.properties)

    def _asked(self, table: TablePart) -> str:
        return next(name for name in self.edit.tables if name.casefold() == table.name.casefold())

    def _place(self, table: TablePart) -> Area:
        """A table's place afterwards."""
        place = table.place
        for move in self.moves.on(table.sheet).all:
            top = move.row(place.top, place.left)
            bottom = place.bottom + top - place.top
            own = move.data.holds(place.top + table.headers, place.left)
            place = place._replace(top=top, bottom=move.last + table.totals if own else bottom)
        return place
