"""The rows and cells of a sheet's XML. A row that nobody touches is never taken apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final

from csm_xl.xlsx.addresses import Area, area, column_number, letters
from csm_xl.xlsx.formulas import copied
from csm_xl.xlsx.patch.markup import ATTRIBUTES, attribute_text, attributes, escaped, plain_text
from csm_xl.xlsx.patch.values import constant, result

_NAME: Final = re.compile(r'\sr\s*=\s*["\']([A-Za-z]+)([0-9]+)["\']')
_ROW_NUMBER: Final = re.compile(r'\sr\s*=\s*["\']([0-9]+)["\']')
_STYLE: Final = re.compile(r'\ss\s*=\s*["\']([0-9]+)["\']')
_SPANS: Final = re.compile(r'\sspans\s*=\s*(?:"[^"]*"|\'[^\']*\')')
_TYPE: Final = re.compile(r'\st\s*=\s*(?:"[^"]*"|\'[^\']*\')')
_REF: Final = re.compile(r'(<[^<>]*?\sref\s*=\s*)(["\'])[^"\']*\2')
_HEIGHT: Final = re.compile(r'\s(?:ht|customHeight)\s*=\s*(?:"[^"]*"|\'[^\']*\')')
_HIDDEN: Final = re.compile(r'\shidden\s*=\s*(?:"[^"]*"|\'[^\']*\')')


class Row:
    """One row: the attributes of its tag, and its cells as XML, taken apart when they are asked for."""

    def __init__(self, number: int, tag: str, inside: str, grid: Grid) -> None:
        self.number = number
        self.tag = tag
        self._inside = inside
        self._grid = grid
        self._touched = False

    @cached_property
    def cells(self) -> dict[int, str]:
        """Column → the cell's XML; change it only after `touch`."""
        found: dict[int, str] = {}
        column = 0
        for cell in self._grid.cell_pattern.finditer(self._inside):
            named = _NAME.search(cell["attributes"])
            column = column_number(named[1]) if named else column + 1
            xml = cell[0]
            if not named:  # a cell without a name follows the one before
                at = 2 + len(self._grid.prefix)
                xml = f'{xml[:at]} r="{letters(column)}{self.number}"{xml[at:]}'
            found[column] = xml
        return found

    @property
    def columns(self) -> list[int]:
        """The columns of the cells that hold something."""
        full = self._grid.full
        return [column for column, xml in self.cells.items() if full(xml)]

    @property
    def height(self) -> str:
        """What the tag says about the height, to be reported about another row."""
        return "".join(found[0] for found in _HEIGHT.finditer(self.tag))

    @property
    def formatted(self) -> bool:
        """Whether the row is more than its cells: it has a height, a style, or is hidden."""
        said = set(attributes(f"<r{self.tag}>"))
        return bool(said & {"ht", "s", "hidden", "outlineLevel", "collapsed", "customFormat"})

    @property
    def touched(self) -> bool:
        """Whether its cells were given out to be changed."""
        return self._touched

    def touch(self) -> dict[int, str]:
        """The cells, to be changed."""
        self._touched = True
        return self.cells

    def mentions(self, text: str) -> bool:
        """Whether XML may be in the row."""
        return self._touched or text in self._inside

    def formulas_of(self, kind: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The formulas of a kind: the column, their attributes, and the text under ``=``."""
        grid = self._grid
        if not (self.mentions(f"<{grid.prefix}f") and self.mentions(kind)):
            return
        for column, xml in self.cells.items():
            found = grid.formula_pattern.search(xml)
            said = attributes(found["attributes"]) if found else {}
            if found and said.get("t") == kind:
                yield column, {**said, "=": plain_text(found["inside"] or "")}

    def show(self) -> None:
        """Take a filter's hiding away."""
        self.tag = _HIDDEN.sub("", self.tag)

    def style(self, column: int) -> str:
        """The style of a cell, as a number; nothing for the default."""
        found = _STYLE.search(self.cells[column].partition(">")[0]) if column in self.cells else None
        return found[1] if found else ""

    def xml(self) -> str:
        """The row as it is written."""
        prefix, tag, inside = self._grid.prefix, self.tag, self._inside
        if self._touched:
            tag = _SPANS.sub("", tag)
            inside = "".join([self.cells[column] for column in sorted(self.cells)])
        if not inside:
            return f"<{prefix}row{tag}/>"
        return f"<{prefix}row{tag}>{inside}</{prefix}row>"


class Grid:
    """The cells of a sheet.

    >>> grid = Grid('<row r="7"><c r="B7" s="3"><v>1</v></c></row>', "")
    >>> grid.put(7, 2, "x"); grid.put(8, 1, None); grid.xml()
    '<row r="7"><c r="B7" s="3" t="inlineStr"><is><t>x</t></is></c></row>'
    """

    def __init__(self, data: str, prefix: str, epoch_1904: bool = False) -> None:
        self.prefix = prefix
        self.epoch_1904 = epoch_1904
        name = re.escape(prefix)
        row = re.compile(rf"<{name}row{ATTRIBUTES}(?:/>|>(?P<inside>.*?)</{name}row\s*>)", re.DOTALL)
        self.cell_pattern: Final = re.compile(
            rf"<{name}c{ATTRIBUTES}(?:/>|>(?P<inside>.*?)</{name}c\s*>)", re.DOTALL
        )
        self.formula_pattern: Final = re.compile(
            rf"<{name}f{ATTRIBUTES}(?:/>|>(?P<inside>.*?)</{name}f\s*>)", re.DOTALL
        )
        self._value_pattern: Final = re.compile(
            rf"<{name}v{ATTRIBUTES}(?:/>|>(?P<inside>.*?)</{name}v\s*>)", re.DOTALL
        )
        holds = re.compile(rf"<{name}(?:v|f|is)[\s/>]")
        self.full: Callable[[str], Any] = holds.search
        self.rows: dict[int, Row] = {}
        number = 0
        for found in row.finditer(data):
            named = _ROW_NUMBER.search(found["attributes"])
            number = int(named[1]) if named else number + 1
            tag = found["attributes"] if named else f' r="{number}"{found["attributes"]}'
            self.rows[number] = Row(number, tag, found["inside"] or "", self)

    def row(self, number: int) -> Row:
        """A row, made where there is none."""
        if number not in self.rows:
            self.rows[number] = Row(number, f' r="{number}"', "", self)
        return self.rows[number]

    def cell(self, row: int, column: int) -> str:
        """A cell's XML; nothing where there is none."""
        return self.rows[row].cells.get(column, "") if row in self.rows else ""

    def formula(self, row: int, column: int) -> str | None:
        """A cell's own formula; None for a cell with none, or with another cell's."""
        found = self.formula_pattern.search(self.cell(row, column))
        return plain_text(found["inside"]) if found and found["inside"] else None

    def has_formula(self, row: int, column: int) -> bool:
        """Whether a cell has a formula, its own or a shared one."""
        return bool(self.formula_pattern.search(self.cell(row, column)))

    def made(self, row: int, column: int, style: str, value: Any, formula: str | None = None) -> str:
        """A cell's XML: a value, or a formula with its stored value; nothing where it would be empty."""
        prefix = self.prefix
        if formula is None:
            kind, inside = constant(value, prefix, self.epoch_1904)
        else:
            kind, inside = result(value, prefix, self.epoch_1904)
            inside = f"<{prefix}f>{escaped(formula)}</{prefix}f>{inside}"
        said = f' s="{style}"' if style else ""
        if not inside and not said:
            return ""
        head = f'<{prefix}c r="{letters(column)}{row}"{said}{kind}'
        return f"{head}>{inside}</{prefix}c>" if inside else f"{head}/>"

    def put(self, row: int, column: int, value: Any, style: str = "") -> None:
        """Set a cell's value; it keeps its style, and `style` is that of a new one."""
        known = column in self.rows[row].cells if row in self.rows else False
        self.set(row, column, self.made(row, column, self.row(row).style(column) if known else style, value))
        if not self.rows[row].cells and self.rows[row].tag == f' r="{row}"':
            del self.rows[row]

    def set(self, row: int, column: int, xml: str) -> None:
        """Put a cell's XML in its place; nothing takes it away."""
        cells = self.row(row).touch()
        if xml:
            cells[column] = xml
        else:
            cells.pop(column, None)

    def store(self, row: int, column: int, value: Any) -> bool:
        """Set what a cell with a formula shows, or a cell that an array formula fills.

        Returns whether it said something else.
        """
        old = self.cell(row, column)
        formula = self.formula_pattern.search(old)
        kind, inside = result(value, self.prefix, self.epoch_1904)
        tag, closes, _ = old.partition(">")
        was = attributes(tag + ">")
        stored = self._value_pattern.search(old)
        if stored and _same(kind, inside, was.get("t", "n"), stored["inside"] or "", self._value_pattern):
            return False
        if not closes:
            self.put(row, column, value)
            return True
        prefix = self.prefix
        tag = _TYPE.sub("", tag).rstrip("/ ")
        inside = (formula[0] if formula else "") + inside
        self.set(row, column, f"{tag}{kind}>{inside}</{prefix}c>" if inside else f"{tag}/>")
        return True

    def spread(self, row: int, column: int, place: Area) -> None:
        """Give the array formula of a cell another area."""
        old = self.cell(row, column)
        self.set(row, column, _REF.sub(rf"\g<1>\g<2>{place}\g<2>", old, count=1))

    def arrays(self) -> dict[tuple[int, int], Area]:
        """The cell of each array formula → the area that it fills."""
        found: dict[tuple[int, int], Area] = {}
        for row in self.rows.values():
            for column, xml in row.formulas_of("array"):
                place = area(xml.get("ref", ""))
                if place:
                    found[row.number, column] = place
        return found

    def unshare(self, changed: Callable[[int, int, str], bool]) -> None:
        """Write the shared formulas out of which a cell changes: each cell has its own then.

        changed: row, column, formula → whether the cell or its formula changes.
        """
        groups: dict[str, list[tuple[int, int, str]]] = {}
        for row in self.rows.values():
            for column, said in row.formulas_of("shared"):
                groups.setdefault(said.get("si", ""), []).append((row.number, column, said["="]))
        for cells in groups.values():
            first = next(((r, c, text) for r, c, text in cells if text), None)
            if first is None:
                continue
            own = [(r, c, copied(first[2], r - first[0], c - first[1])) for r, c, _ in cells]
            if any(changed(*cell) for cell in own):
                for r, c, text in own:
                    xml = self.cell(r, c)
                    found = self.formula_pattern.search(xml)
                    if found:
                        plain = f"<{self.prefix}f>{escaped(text)}</{self.prefix}f>"
                        self.set(r, c, xml[: found.start()] + plain + xml[found.end() :])

    def rewrite(self, change: Callable[[str, int], str], areas: Callable[[Area], Area]) -> bool:
        """Change every formula; returns whether one changed.

        change: formula, row → formula. areas: what an array formula fills → what it fills afterwards.
        """
        changed = False
        mark = f"<{self.prefix}f"
        for row in self.rows.values():
            if not row.mentions(mark):
                continue
            for column, xml in list(row.cells.items()):
                found = self.formula_pattern.search(xml) if mark in xml else None
                if found is None:
                    continue
                new = self._rewritten(found, change, areas, row.number)
                if new != found[0]:
                    changed = True
                    row.touch()[column] = xml[: found.start()] + new + xml[found.end() :]
        return changed

    def _rewritten(
        self,
        found: re.Match[str],
        change: Callable[[str, int], str],
        areas: Callable[[Area], Area],
        row: int,
    ) -> str:
        head, said = found["attributes"], attributes(found["attributes"])
        for name in ("ref", "r1", "r2"):
            place = area(said.get(name, ""))
            if place and areas(place) != place:
                head = re.sub(rf'(\s{name}\s*=\s*)(?:"[^"]*"|\'[^\']*\')',
                              rf'\g<1>"{attribute_text(str(areas(place)))}"', head)  # fmt: skip
        inside = found["inside"]
        text = plain_text(inside or "")
        new = change(text, row) if text else ""
        name = f"{self.prefix}f"
        if new == text and head == found["attributes"]:
            return found[0]
        return f"<{name}{head}>{escaped(new)}</{name}>" if inside is not None else f"<{name}{head}/>"

    def shift(self, by: Callable[[int, int], int]) -> None:
        """Move cells down. by: row, column → the row where it is afterwards."""
        carried: list[tuple[int, int, str]] = []
        for row in list(self.rows.values()):
            leaving = [column for column in row.cells if by(row.number, column) != row.number]
            for column in leaving:
                to = by(row.number, column)
                carried.append((to, column, _NAME.sub(rf' r="\g<1>{to}"', row.touch().pop(column), count=1)))
        for to, column, xml in carried:
            self.set(to, column, xml)

    @property
    def last_row(self) -> int:
        """The last row with a cell."""
        return max((number for number, row in self.rows.items() if row.mentions("<")), default=1)

    def xml(self) -> str:
        """All rows, as the sheet's data."""
        return "".join([self.rows[number].xml() for number in sorted(self.rows)])


def _same(kind: str, inside: str, was: str, stored: str, value: re.Pattern[str]) -> bool:
    """Whether a new stored value says what the old one says; numbers may be written otherwise."""
    new = value.search(inside)
    if new is None or (attributes(f"<c{kind}>").get("t", "n")) != was:
        return False
    text = new["inside"] or ""
    if was == "n" and text != stored:
        try:
            return float(text) == float(stored)
        except ValueError:
            return False
    return text == stored
