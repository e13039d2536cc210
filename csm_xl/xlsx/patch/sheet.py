"""One worksheet's part: its cells, and what is around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from csm_xl.xlsx.addresses import Area, area
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch.grid import Grid
from csm_xl.xlsx.patch.markup import ATTRIBUTES, Markup, attribute_text, attributes, read_text
from csm_xl.xlsx.patch.moves import Ground, Kind, Moves
from csm_xl.xlsx.patch.tables import TablePart

_DATA: Final = re.compile(
    rf"<(?P<prefix>(?:[\w.-]+:)?)sheetData{ATTRIBUTES}(?:/>|>(?P<inside>.*?)</(?P=prefix)sheetData\s*>)",
    re.DOTALL,
)
_FORMULAS: Final = ("f", "formula", "formula1", "formula2")
_RULES: Final = ("conditionalFormatting", "dataValidation", "protectedRange", "ignoredError")
_SORTED: Final = ("autoFilter", "sortState", "sortCondition")
_DIGIT, _PADDING = (
    7,
    5,
)  # pixels of a digit of Calibri 11, in which a file counts widths, and of a cell's edges
_CELLS: Final = ("mergeCell", "hyperlink", "cellWatch", "inputCells")


class SheetPart:
    """A worksheet as text: `grid` holds its cells, `frame` everything else.

    Errors: a part that is no XML or no worksheet.
    """

    def __init__(self, package: Package, name: str, epoch_1904: bool) -> None:
        self.name = name
        self.part = package.sheets[name]
        text, self.encoding = read_text(package, self.part)
        found = _DATA.search(text)
        if found is None:
            raise package.error(f"the sheet {name} has no cells: its part {self.part} is damaged",
                                "Open it in Excel, let Excel repair it, and save it.")  # fmt: skip
        self._data = found["inside"] or ""
        self._prefix, self._epoch = found["prefix"], epoch_1904
        self._head = text[: found.start()]
        self._tag = f"<{found['prefix']}sheetData{found['attributes']}"
        first, end = found.span("inside") if found["inside"] is not None else (found.end(), found.end())
        self._around = text[found.start() : first], text[end : found.end()]
        self._hole = f"<{found['prefix']}sheetData/>"
        self.frame = Markup(f"{self._head}{self._hole}{text[found.end() :]}")
        self.touched = False
        self.replaced: list[Area] = []

    @cached_property
    def grid(self) -> Grid:
        """The cells."""
        return Grid(self._data, self._prefix, self._epoch)

    @cached_property
    def _formulas(self) -> str:
        """The texts of all its formulas, casefolded: they are a small part of a sheet of values."""
        start = re.escape(f"<{self._prefix}f")
        return "\n".join(re.findall(rf"{start}(?:\s[^>]*)?>([^<]*)<", self._data)).casefold()

    def mentions(self, sheet: str) -> bool:
        """Whether a sheet, casefolded, may be named in a formula; one with signs that XML or a formula
        writes otherwise always may."""
        return "'" in sheet or "&" in sheet or "<" in sheet or ">" in sheet or sheet in self._formulas

    def text(self) -> str:
        """The part as it is written."""
        if not self.touched:
            data = self._data.join(self._around)
        else:
            data = f"{self._tag}>{self.grid.xml()}</{self._prefix}sheetData>"
            self._measure()
        self.frame.replace(len(self._head), len(self._head) + len(self._hole), data)
        return self.frame.result()

    @property
    def changed(self) -> bool:
        """Whether anything in it has changed."""
        return self.touched or self.frame.changed

    def ground(self, tables: Sequence[TablePart], below: int, floating: Sequence[Area]) -> Ground:
        """What is on it beneath a row."""
        ground = Ground(floating=list(floating))
        for number in sorted(self.grid.rows):
            if number > below:
                for column in self.grid.rows[number].columns:
                    ground.cells.setdefault(column, []).append(number)
        ground.pieces = [table.place for table in tables]
        ground.pieces += self.grid.arrays().values()
        merged = (area(self.frame.get(one, "ref") or "") for one in self.frame.root.every("mergeCell"))
        ground.pieces += [place for place in merged if place]
        return ground

    def follow(self, moves: Moves) -> None:
        """Let every reference and rule of the sheet follow; the cells stay until `shift`."""
        own = moves.on(self.name)
        if own:
            self.grid.unshare(lambda row, column, formula: self._changes(row, column, formula, moves, own))
        if own or any(self.mentions(move.sheet) for move in moves.all):
            self.touched |= self.grid.rewrite(
                lambda formula, row: moves.formula(formula, self.name, row),
                lambda place: own.shifted(self.name, place),
            )
        frame = self.frame
        for one in frame.root.every(*_FORMULAS):
            if not one.children:
                kind = Kind.SERIES if one.parent == "sparkline" else Kind.FORMULA
                frame.write(one, moves.formula(frame.content(one), self.name, kind=kind))
        for one in frame.root.every("cfvo"):
            if frame.get(one, "type") == "formula":
                frame.set(one, "val", moves.formula(frame.get(one, "val") or "", self.name))
        for one in frame.root.every("hyperlink"):
            if (location := frame.get(one, "location")) is not None:
                frame.set(one, "location", moves.formula(location, self.name))
        if own:
            self._follow_places(own)

    def spell(self, spelled: Callable[[str], str]) -> None:
        """Write every formula of its cells and rules as it is to be spelled."""
        self.touched |= self.grid.rewrite(lambda formula, _: spelled(formula), lambda place: place)
        for one in self.frame.root.every(*_FORMULAS):
            if not one.children:
                self.frame.write(one, spelled(self.frame.content(one)))

    def shift(self, moves: Moves) -> None:
        """Move the cells that a table needs room for, and rows of totals."""
        own = moves.on(self.name)
        if any(move.by or move.totals for move in own.all):
            self.grid.shift(lambda row, column: own.row(self.name, row, column))
            self.touched = True

    def put(self, row: int, column: int, value: Any) -> None:
        """Set a cell's value; it keeps its style."""
        self.grid.put(row, column, value, self.default_style(row, column))
        self.touched = True

    def store(self, row: int, column: int, value: Any) -> None:
        """Set what a cell with a formula shows."""
        self.touched |= self.grid.store(row, column, value)

    def occupied(self, place: Area, but: Area) -> tuple[int, int] | None:
        """The first cell of an area that holds something, other than those of another."""
        for row in range(place.top, place.bottom + 1):
            if row in self.grid.rows:
                for column in self.grid.rows[row].columns:
                    if place.holds(row, column) and not but.holds(row, column):
                        return row, column
        return None

    def resize_array(self, old: Area, new: Area) -> None:
        """Let an array formula fill another area; its cells lie empty until they are stored."""
        self.grid.spread(new.top, new.left, new)
        style = self.grid.rows[new.top].style(new.left)
        for row in range(old.top, max(old.bottom, new.bottom) + 1):
            for column in range(old.left, max(old.right, new.right) + 1):
                known = row in self.grid.rows and column in self.grid.rows[row].cells
                if (row, column) == (new.top, new.left):
                    continue
                if old.holds(row, column):
                    self.grid.put(row, column, None)
                elif new.holds(row, column) and not known:
                    self.grid.put(row, column, None, style)
        self.touched = True

    def show(self, widths: Mapping[int, float]) -> None:
        """Show columns that are hidden, each in a width in characters; one that is shown stays as it is."""
        for one in self.frame.root.every("col"):
            said = self.frame.attributes(one)
            first, last = int(said.get("min", "0")), int(said.get("max", "0"))
            wanted = [column for column in sorted(widths) if first <= column <= last]
            if not wanted or said.pop("hidden", "0") not in ("1", "true"):
                continue
            parts = []
            for column in wanted:
                parts.append({**said, "hidden": "1", "min": str(first), "max": str(column - 1)})
                wide = int((widths[column] * _DIGIT + _PADDING) / _DIGIT * 256) / 256
                own = {"min": str(column), "max": str(column), "width": str(wide), "customWidth": "1"}
                parts.append({**said, **own})
                first = column + 1
            parts.append({**said, "hidden": "1", "min": str(first), "max": str(last)})
            xml = (
                f"<{one.prefix}col" + "".join(f' {k}="{attribute_text(v)}"' for k, v in part.items()) + "/>"
                for part in parts
                if int(part["min"]) <= int(part["max"])
            )
            self.frame.replace(one.start, one.end, "".join(xml))

    def _changes(self, row: int, column: int, formula: str, moves: Moves, own: Moves) -> bool:
        """Whether a cell of a shared formula is replaced, moves, or reads otherwise."""
        return (any(data.holds(row, column) for data in self.replaced)
                or own.row(self.name, row, column) != row
                or moves.formula(formula, self.name, row) != formula)  # fmt: skip

    def _follow_places(self, own: Moves) -> None:
        frame = self.frame

        def rule(place: Area) -> Area:
            return own.area(self.name, place, Kind.RULE)

        def cells(place: Area) -> Area:
            return own.shifted(self.name, place)

        for one in frame.root.every(*_RULES, *_SORTED, *_CELLS, "sqref"):
            where = cells if one.name in _CELLS else rule
            if one.name == "sqref":
                frame.write(one, followed(frame.content(one), where))
                continue
            for name in ("sqref", "ref", "r"):
                if value := frame.get(one, name):
                    frame.set(one, name, followed(value, where))

    def _measure(self) -> None:
        """Say how far the cells reach."""
        said = next(self.frame.root.every("dimension"), None)
        place = area(self.frame.get(said, "ref") or "") if said else None
        if said is None or place is None:
            return
        numbers = [number for number, row in self.grid.rows.items() if row.mentions("<")]
        columns = [column for number in numbers if self.grid.rows[number].touched
                   for column in self.grid.rows[number].cells]  # fmt: skip
        if numbers:
            place = Area(
                min(numbers), min([place.left, *columns]), max(numbers), max([place.right, *columns])
            )
            self.frame.set(said, "ref", str(place))

    def default_style(self, row: int, column: int) -> str:
        """The style of a cell that is not there yet: its row's, or its column's."""
        if row in self.grid.rows:
            said = attributes(f"<r{self.grid.rows[row].tag}>")
            if said.get("customFormat") in ("1", "true"):
                return said.get("s", "")
        for one in self.frame.root.every("col"):
            said = self.frame.attributes(one)
            if int(said.get("min", "0")) <= column <= int(said.get("max", "0")):
                return said.get("style", "")
        return ""


def followed(text: str, where: Callable[[Area], Area]) -> str:
    """Ranges parted by blanks, each where it is afterwards.

    >>> followed("A1 $B$2:B3", lambda place: place._replace(bottom=9))
    'A1:A9 B2:B9'
    """
    parts = []
    for part in text.split():
        place = area(part)
        new = where(place) if place else None
        parts.append(part if place is None or new == place else str(new))
    return " ".join(parts) if parts != text.split() else text
