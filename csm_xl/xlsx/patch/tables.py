"""The Excel tables of a file, as their parts describe them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from csm_xl.xlsx.addresses import Area, Place, area
from csm_xl.xlsx.formulas import copied, is_relative
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch.markup import Markup, escaped, read_text
from csm_xl.xlsx.patch.moves import Kind, Moves

_LINK: Final = "/table"
_BOOLEANS: Final = frozenset({"TRUE()", "FALSE()"})


@dataclass
class TablePart:
    """A table: its part, its place with headers and totals, and the formulas of its columns.

    formulas: for each column, the formula of a calculated column, else nothing.
    """

    name: str
    part: str
    sheet: str
    place: Area
    headers: int
    totals: int
    formulas: tuple[str, ...]
    markup: Markup
    encoding: str

    @property
    def data(self) -> Area:
        """The rows of data."""
        return self.place._replace(top=self.place.top + self.headers, bottom=self.place.bottom - self.totals)

    def holds(self, place: Place) -> bool:
        """Whether a cell is in it."""
        return place.sheet == self.sheet and self.place.holds(place.row, place.column)

    @property
    def filtered(self) -> bool:
        """Whether a filter hides rows."""
        return any(True for _ in self.markup.root.every("filterColumn"))

    def declare(self, formulas: Mapping[str, str]) -> None:
        """Say what columns calculate that do not say so themselves: header → formula."""
        said = list(self.formulas)
        for at, column in enumerate(self.markup.root.every("tableColumn")):
            formula = formulas.get(self.markup.get(column, "name") or "", "").removeprefix("=")
            if formula and not said[at] and not column.children:
                said[at] = formula
                name = f"{column.prefix}calculatedColumnFormula"
                self.markup.append(column, f"<{name}>{escaped(formula)}</{name}>")
        self.formulas = tuple(said)

    def resize(self, place: Area, emptied: bool) -> None:
        """Give the table another place; its filter goes, for it was set on other rows."""
        root, changed = self.markup.root, self.markup
        changed.set(root, "ref", str(place))
        if not emptied:
            changed.set(root, "insertRow", None)
        for one in root.every("autoFilter"):
            changed.set(one, "ref", str(place._replace(bottom=place.bottom - self.totals)))
            for column in one.children:
                if column.name == "filterColumn" and changed.get(column, "hiddenButton") in (None, "0"):
                    changed.remove(column)

    def follow(self, moves: Moves, edited: bool, place: Area) -> None:
        """Let references in its formulas follow, and the table itself where it moves down.

        edited: whether it gets new rows, and `resize` says its place.
        """
        for one in self.markup.root.every("calculatedColumnFormula", "totalsRowFormula"):
            self.markup.write(one, moves.formula(self.markup.content(one), self.sheet))
        for one in self.markup.root.every("sortState", "sortCondition"):
            sorted_rows = area(self.markup.get(one, "ref") or "")
            if sorted_rows:
                self.markup.set(one, "ref", str(moves.area(self.sheet, sorted_rows, Kind.RULE)))
        if not edited and place != self.place:
            down = place.top - self.place.top
            self.markup.set(self.markup.root, "ref", str(place))
            for one in self.markup.root.every("autoFilter"):
                self.markup.set(
                    one, "ref", str(place._replace(bottom=self.place.bottom + down - self.totals))
                )


def read_tables(package: Package) -> dict[str, TablePart]:
    """Every table of a file by its name, casefolded.

    Errors: a table without a place.
    """
    found: dict[str, TablePart] = {}
    for sheet, sheet_part in package.sheets.items():
        for kind, part in package._links(sheet_part).values():
            if kind.endswith(_LINK):
                one = _table(package, sheet, part)
                found[one.name.casefold()] = one
    return found


def _table(package: Package, sheet: str, part: str) -> TablePart:
    text, encoding = read_text(package, part)
    markup = Markup(text)
    said = markup.attributes(markup.root)
    name = said.get("displayName") or said.get("name") or ""
    place = area(said.get("ref", ""))
    columns = list(markup.root.every("tableColumn"))
    try:
        headers, totals = int(said.get("headerRowCount", "1")), int(said.get("totalsRowCount", "0"))
    except ValueError:
        place = None
    if place is None or place.right - place.left + 1 != len(columns):
        raise package.error(f"the table {name} on {sheet} has no place: {said.get('ref')!r}",
                            "Open it in Excel, let Excel repair it, and save it.")  # fmt: skip
    formulas = tuple(
        next((markup.content(one) for one in column.children if one.name == "calculatedColumnFormula"), "")
        for column in columns
    )
    return TablePart(name, part, sheet, place, headers, totals, formulas, markup, encoding)


def column_formula(
    declared: str, data: Area, column: int, formula_of: Callable[[int, int], str | None]
) -> Callable[[int], str] | None:
    """The formula of each row of a table's column, by row; None for a column of values.

    declared: what the table says about the column. formula_of: row, column → the formula of a cell.
    A column that the table does not call calculated is one where every cell has a formula; LibreOffice,
    which keeps no calculated columns, writes a boolean as a formula.
    """
    rows = range(data.top, data.bottom + 1)
    if not declared:
        if not formula_of(data.top, column):
            return None
        texts = [formula_of(row, column) for row in rows]
        if not all(texts) or {str(text).removeprefix("=") for text in texts} <= _BOOLEANS:
            return None
    first = next(((row, text) for row in rows if (text := formula_of(row, column))), None)
    row, text = first if first else (data.top, declared)
    if not is_relative(text):
        return lambda _: text
    return lambda at: copied(text, at - row, 0)
