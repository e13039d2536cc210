"""The rules of the format for one worksheet."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Final
from xml.etree.ElementTree import Element

from csm_xl.errors import VALUE, Issue
from csm_xl.xlsx.addresses import LAST_COLUMN, LAST_ROW, Area, area, letters, quoted, spot

MOST_TEXT: Final = 32_767
MOST_FORMULA: Final = 8_192
_MEND: Final = "Build the workbook again, or fix it in Excel."
_TYPES: Final = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})
_ERRORS: Final = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A",
                            "#GETTING_DATA"})  # fmt: skip
_ESCAPE: Final = re.compile(r"_x[0-9A-Fa-f]{4}_")
_LISTED: Final = re.compile(r'"((?:[^"]|"")*)"\Z')
_PROMPTS: Final = {"promptTitle": 32, "errorTitle": 32, "prompt": 255, "error": 255}
_OPERATORS: Final = frozenset({"between", "notBetween"})
_ORDER: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr",
    "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate",
    "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting", "dataValidations",
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing",
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
    "extLst",
)  # fmt: skip


@dataclass
class Known:
    """What the sheet may refer to: how many styles and shared texts there are, its links, its tables."""

    styles: int
    differential: int
    texts: int
    links: frozenset[str]
    tables: Sequence[tuple[str, Area]]
    sheets: frozenset[str]


@dataclass(frozen=True)
class Found:
    """What the sheet holds that other parts refer to: its formula cells, and its texts by cell."""

    formulas: set[tuple[int, int]]
    texts: dict[tuple[int, int], Any]


def local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def every(root: Element, *names: str) -> Iterator[Element]:
    """The elements of the names, wherever they are."""
    return (one for one in root.iter() if local(one.tag) in names)


def formula_fault(formula: str) -> str:
    """Why a formula, written without ``=``, cannot be read; nothing where it can.

    >>> formula_fault("SUM(A1"), formula_fault("SUM(A1)")
    ('it is not a formula', '')
    """
    import formualizer as engine

    if len(formula) > MOST_FORMULA:
        return f"it is longer than {MOST_FORMULA:,} characters"
    if formula.startswith("="):
        return "it begins with ="
    try:
        engine.parse(f"={formula}")
    except (engine.TokenizerError, engine.ParserError, ValueError):
        return "it is not a formula"
    return ""


class SheetLint:
    """The rules for one worksheet; `issues` has what breaks them, once `run` went through it."""

    def __init__(self, name: str, root: Element, known: Known, shared: Sequence[str]) -> None:
        self.name, self.root, self.known, self.shared = name, root, known, shared
        self.issues: list[Issue] = []
        self.found = Found(set(), {})
        self.extent: Area | None = None
        self.arrays: list[Area] = []
        self._formulas: dict[str, str] = {}

    def run(self) -> Found:
        """Go through the sheet."""
        self._order()
        self._rows()
        self._frame()
        return self.found

    def say(self, message: str, where: str = "", got: Any = None) -> None:
        """Note what is wrong, at a cell or on the sheet."""
        place = f"{quoted(self.name)}!{where}" if where else self.name
        self.issues.append(Issue(VALUE, message, place, got, _MEND))

    def formula(self, text: str, where: str, what: str = "the formula") -> None:
        """Check one formula; the same one is read once."""
        if text not in self._formulas:
            self._formulas[text] = formula_fault(text)
        if self._formulas[text]:
            self.say(f"{what} cannot be read: {self._formulas[text]}", where, text[:80])

    def _order(self) -> None:
        known = [_ORDER.index(local(one.tag)) for one in self.root if local(one.tag) in _ORDER]
        if any(after < before for before, after in pairwise(known)):
            self.say("the parts of the sheet are in the wrong order")
        twice = [name for name in (local(one.tag) for one in self.root) if name != "conditionalFormatting"]
        if len(set(twice)) < len(twice):
            self.say("a part of the sheet appears twice")

    def _rows(self) -> None:
        masters: set[str] = set()
        members: dict[str, str] = {}
        last = 0
        top, left, bottom, right = LAST_ROW, LAST_COLUMN, 0, 0
        for row in every(self.root, "row"):
            number = _whole(row.get("r"), last + 1)
            if not last < number <= LAST_ROW:
                self.say("the rows are not in order", f"A{number}")
            last = number
            if row.get("s") is not None and _whole(row.get("s"), -1) not in range(self.known.styles):
                self.say("the row has a style that is not there", f"A{number}", row.get("s"))
            before = 0
            for cell in row:
                if local(cell.tag) != "c":
                    continue
                said = cell.get("r") or f"{letters(before + 1)}{number}"
                row_named, column = (0, 0) if "$" in said else spot(said)
                if row_named != number:
                    self.say("the cell's name is not one of this row", f"A{number}", said)
                    continue
                if column <= before:
                    self.say("the cells are not in order", said)
                before = column
                top, bottom = min(top, number), max(bottom, number)
                left, right = min(left, before), max(right, before)
                self._cell(cell, said, (number, before), masters, members)
        for group, where in members.items():
            if group not in masters:
                self.say("the shared formula has no first cell", where, group)
        if bottom:
            self.extent = Area(top, left, bottom, right)

    def _cell(
        self, cell: Element, where: str, at: tuple[int, int], masters: set[str], members: dict[str, str]
    ) -> None:
        kind = cell.get("t", "n")
        parts = {local(one.tag): one for one in cell}
        if _whole(cell.get("s", "0"), -1) not in range(self.known.styles):
            self.say("the cell has a style that is not there", where, cell.get("s"))
        if kind not in _TYPES:
            self.say("the cell is of no known type", where, kind)
        formula = parts.get("f")
        if formula is not None:
            self.found.formulas.add(at)
            self._cell_formula(formula, where, at, masters, members)
        value = parts.get("v")
        text = "".join(value.itertext()) if value is not None else None
        if kind == "inlineStr":
            inline = parts.get("is")
            if inline is None:
                self.say("the cell says that it holds a text, and holds none", where)
            text = "".join(one.text or "" for one in every(inline, "t")) if inline is not None else ""
        elif "is" in parts:
            self.say("the cell holds a text, and its type says otherwise", where, kind)
        if text is None or (not text and formula is not None):
            return
        fault = self._value_fault(kind, text)
        if fault:
            self.say(fault, where, text[:40])
        elif kind == "s":
            text = self.shared[int(text)]
        if kind in ("s", "str", "inlineStr"):
            if len(_ESCAPE.sub("x", text)) > MOST_TEXT:
                self.say(f"the text is longer than {MOST_TEXT:,} characters", where, len(text))
            if kind != "str" or formula is None:
                self.found.texts[at] = text
        elif formula is None:
            self.found.texts[at] = float(text) if kind == "n" and not fault else text

    def _value_fault(self, kind: str, text: str) -> str:
        if kind == "n":
            try:
                return "" if math.isfinite(float(text)) else "the cell's number is not a finite one"
            except ValueError:
                return "the cell's number is not a finite one"
        if kind == "b" and text not in ("0", "1", "true", "false"):
            return "the cell's boolean is neither TRUE nor FALSE"
        if kind == "e" and text not in _ERRORS:
            return "the cell's error is not one that Excel knows"
        if kind == "s" and not (text.isdigit() and int(text) < self.known.texts):
            return "the cell's text is not among the shared ones"
        return ""

    def _cell_formula(
        self, formula: Element, where: str, at: tuple[int, int], masters: set[str], members: dict[str, str]
    ) -> None:
        kind, text = formula.get("t", "normal"), formula.text or ""
        if kind == "shared":
            group = formula.get("si", "")
            if text:
                masters.add(group)
            members.setdefault(group, where)
        elif kind == "array":
            place = area(formula.get("ref", ""))
            if place is None or (place.top, place.left) != at:
                self.say("the array formula does not fill the cells that begin with its own", where)
            else:
                if any(place.meets(other) for other in self.arrays):
                    self.say("two array formulas fill the same cell", where)
                self.arrays.append(place)
                self.found.formulas.update(
                    (row, column)
                    for row in range(place.top, place.bottom + 1)
                    for column in range(place.left, place.right + 1)
                )
        elif kind == "normal" and not text:
            self.say("the cell has an empty formula", where)
        if text:
            self.formula(text, where)

    def _frame(self) -> None:
        tables = self.known.tables
        said = next(every(self.root, "dimension"), None)
        if said is not None:
            place = area(said.get("ref", ""))
            if place is None or (self.extent and not (
                place.top <= self.extent.top and place.left <= self.extent.left
                and place.bottom >= self.extent.bottom and place.right >= self.extent.right
            )):  # fmt: skip
                self.say("the sheet is larger than it says", got=said.get("ref"))
        merged = [place for one in every(self.root, "mergeCell") if (place := self._area(one, "ref"))]
        for place in merged:
            if place.top == place.bottom and place.left == place.right:
                self.say("one cell alone is merged", str(place))
        for one, other in combinations(merged, 2):
            if one.meets(other):
                self.say("merged cells overlap", f"{one}", str(other))
        for name, place in tables:
            for one in (*merged, *self.arrays):
                if one.meets(place) and (one in merged or one.top != one.bottom or one.left != one.right):
                    self.say(f"there are merged cells or an array formula in the table {name}", str(one))
        for (first, one), (second, other) in combinations(tables, 2):
            if one.meets(other):
                self.say(f"the tables {first} and {second} overlap", str(other))
        self._columns()
        self._validations()
        self._conditions()
        self._hyperlinks()
        for element in self.root.iter():
            for key, value in element.attrib.items():
                if "officeDocument/2006/relationships" in key and value and value not in self.known.links:
                    self.say(f"{local(element.tag)} leads to a part that is not there", got=value)
        parts = list(every(self.root, "tablePart"))
        if len(parts) != len(tables):
            self.say("the sheet names another number of tables than it has", got=len(parts))
        self._counts()

    def _counts(self) -> None:
        for one in every(self.root, "mergeCells", "dataValidations", "tableParts"):
            if one.get("count") not in (None, str(len(one))):
                self.say(f"{local(one.tag)} holds another number than it says", got=one.get("count"))
            if len(one) == 0 and local(one.tag) != "tableParts":
                self.say(f"{local(one.tag)} is empty")
        filters = [place for one in self.root if local(one.tag) == "autoFilter"
                   and (place := self._area(one, "ref"))]  # fmt: skip
        for place in filters:
            if any(place.meets(table) for _, table in self.known.tables):
                self.say("the sheet's filter is in a table", str(place))

    def _area(self, element: Element, name: str) -> Area | None:
        text = element.get(name, "")
        place = area(text)
        if place is None:
            self.say(f"{local(element.tag)} has no place", got=text)
        return place

    def _ranges(self, element: Element, text: str) -> None:
        if not text.split() or any(area(part) is None for part in text.split()):
            self.say(f"{local(element.tag)} has no place", got=text)

    def _columns(self) -> None:
        last = 0
        for one in every(self.root, "col"):
            low, high = _whole(one.get("min"), 0), _whole(one.get("max"), 0)
            if not last < low <= high <= LAST_COLUMN:
                self.say("the columns are not in order", got=f"{low} to {high}")
            last = high
            if _whole(one.get("style", "0"), -1) not in range(self.known.styles):
                self.say("the column has a style that is not there", got=one.get("style"))

    def _validations(self) -> None:
        for one in every(self.root, "dataValidation"):
            where = one.get("sqref") or next(("".join(x.itertext()) for x in every(one, "sqref")), "")
            self._ranges(one, where)
            for name, most in _PROMPTS.items():
                if len(one.get(name, "")) > most:
                    self.say(f"the {name} of a validation is longer than {most}", where, one.get(name))
            kind = one.get("type", "none")
            formulas = ["".join(x.itertext()) for x in every(one, "formula1", "formula2")]
            if kind != "none" and not formulas:
                self.say("the validation has no rule", where, kind)
            if (one.get("operator", "between") in _OPERATORS and len(formulas) == 1
                    and kind in ("whole", "decimal", "date", "time", "textLength")):  # fmt: skip
                self.say("the validation has one bound where it needs two", where)
            for text in formulas:
                listed = _LISTED.match(text)
                if listed and kind == "list" and len(listed[1]) > 255:
                    self.say("the list of a validation is longer than 255", where, len(listed[1]))
                elif not (listed and kind == "list"):
                    self.formula(text, where.split(" ")[0], "the rule of a validation")

    def _conditions(self) -> None:
        for block in every(self.root, "conditionalFormatting"):
            where = block.get("sqref") or next(("".join(x.itertext()) for x in every(block, "sqref")), "")
            self._ranges(block, where)
            for rule in every(block, "cfRule"):
                style = rule.get("dxfId")
                if style is not None and _whole(style, -1) not in range(self.known.differential):
                    self.say("the conditional format has a style that is not there", where, style)
                if _whole(rule.get("priority", "1"), 0) < 1:
                    self.say("the conditional format has no rank", where, rule.get("priority"))
                for formula in every(rule, "formula", "f"):
                    self.formula(formula.text or "", where.split(" ")[0], "the rule of a conditional format")

    def _hyperlinks(self) -> None:
        for one in every(self.root, "hyperlink"):
            place = self._area(one, "ref")
            if any("relationships" in key for key in one.attrib):
                continue  # the place is in another file
            location = one.get("location", "")
            sheet = location.rpartition("!")[0].removeprefix("#")
            sheet = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            if sheet and "[" not in sheet and sheet.casefold() not in self.known.sheets:
                self.say("the link leads to a sheet that is not there", str(place), location)


def _whole(text: str | None, default: int) -> int:
    if text is None:
        return default
    return int(text) if text.isdigit() else -1
