"""The cells of a worksheet, read once from its part: what each shows, and the formula where it has one.

Only cells that hold something are kept, so that a sheet of a million empty rows, or with one cell in its
farthest corner, takes no more than what is in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Any, Final, Protocol
from xml.etree.ElementTree import Element

from csm_xl.errors import CsmError
from csm_xl.xlsx.addresses import LAST_ROW, letters, spot
from csm_xl.xlsx.formulas import copied
from csm_xl.xlsx.number_formats import CellStyles
from csm_xl.xlsx.values import ErrorCell

Spot = tuple[int, int]
"""Row and column, counted from 1."""

MOST_CELLS: Final = 20_000_000
"""More cells than a workbook of pay holds, and than a computer should be asked to keep."""

MOST_FILLED: Final = 2 * LAST_ROW
"""More cells than one formula fills, which may fill a whole column."""

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUTHS: Final = {"TRUE()": True, "FALSE()": False}
"""What LibreOffice writes for the values TRUE and FALSE; another program drops what it stored beside them."""
_TRUE: Final = ("1", "true")
_MEND: Final = "Open it in Excel, let Excel repair it, and save it."


@dataclass(slots=True)
class Cells:
    """What is in a worksheet.

    values: what cells show: numbers, text, booleans, datetimes, `ErrorCell`; of formula cells, what the
        file keeps. A formula cell that is not there has no stored value.
    formulas: with ``=``; a formula that fills several cells is at the first, and `arrays` has its
        rows and columns. dynamic: those of them that fill as many cells as their result has, and no more.
    numbers: what the file keeps for those cells that a format shows as a day or a time.
    marks: what the formats of cells put beside their numbers, such as a currency. struck: cells whose text is
        struck out.
    hidden: the rows that nobody sees. filters: the areas whose rows a filter hides.
    merged: the areas of merged cells; the first cell of each alone has a value.
    unreadable: cells whose stored value is none → what is wrong with it; their value is ``#VALUE!``. A
        formula that fills more cells than anybody has is among them, and is left as it is.
    """

    values: dict[Spot, Any] = field(default_factory=dict)
    formulas: dict[Spot, str] = field(default_factory=dict)
    arrays: dict[Spot, tuple[int, int]] = field(default_factory=dict)
    dynamic: set[Spot] = field(default_factory=set)
    numbers: dict[Spot, float] = field(default_factory=dict)
    marks: dict[Spot, str] = field(default_factory=dict)
    struck: set[Spot] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    filters: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unreadable: dict[Spot, str] = field(default_factory=dict)


class SheetSource(Protocol):
    """Where the cells of a worksheet are read from: the package of its workbook.

    sheets: worksheet → its part. texts: the texts that cells share. dates: the styles that show days.
    """

    sheets: dict[str, str]

    @property
    def texts(self) -> list[str]: ...  # noqa: D102

    @property
    def dates(self) -> CellStyles: ...  # noqa: D102

    def opened(self, part: str) -> AbstractContextManager[IO[bytes]]:
        """One part, as a stream."""

    def error(self, message: str, hint: str) -> CsmError:
        """An error about the file."""


def read_cells(package: SheetSource, sheet: str) -> Cells:
    """The cells of one worksheet.

    Errors: a part that is not XML; a cell whose reference is none.
    """
    from xml.parsers import expat

    reading = _Reading(package, sheet)
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    part = package.sheets[sheet]
    try:
        with package.opened(part) as stream:
            parser.ParseFile(stream)
    except expat.ExpatError as why:
        raise package.error(
            f"the sheet {sheet} is damaged: its part {part} is not XML: {why}", _MEND
        ) from None
    return reading.cells


class _Reading:
    """The handlers of one pass over a sheet's XML."""

    def __init__(self, package: SheetSource, sheet: str) -> None:
        self.package = package
        self.sheet = sheet
        self.cells = Cells()
        self.texts = package.texts
        self.dates = package.dates
        self.told = frozenset(self.dates.marks) | self.dates.struck
        self.shared: dict[str, tuple[str, str]] = {}
        self.names: dict[str, str] = {}  # of elements, without what is before them
        self.columns: dict[str, int] = {}  # the letters met so far
        self.digits, self.width = "0", 1
        self.row = self.column = self.count = 0
        self.kind = self.style = ""
        self.attributes: dict[str, str] = {}
        self.pieces: list[str] | None = None
        self.value: str | None = None
        self.formula: dict[str, str] | None = None
        self.inline = False
        self.filter = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = self.names.get(tag) or self._name(tag)
        if name == "c":
            self._open(attributes)
        elif name == "v":
            self.pieces = []
        elif name == "f":
            self.formula = attributes
            self.pieces = []
        elif name == "is":
            self.inline = True
            self.value = ""
        elif name == "t" and self.inline:
            self.pieces = []
        elif name == "rPh":
            self.inline = False
        elif name == "row":
            self._row(attributes.get("r"))
            if attributes.get("hidden") in _TRUE:
                self.cells.hidden.add(self.row)
        elif name == "sheetPr" and attributes.get("filterMode") in _TRUE:
            self.cells.filters.append(f"1:{LAST_ROW}")
        elif name == "mergeCell":
            self.cells.merged.append(attributes.get("ref", ""))
        elif name == "autoFilter":
            self.filter = attributes.get("ref", "")
        elif name == "filterColumn" and self.filter:
            self.cells.filters.append(self.filter)
            self.filter = ""

    def _name(self, tag: str) -> str:
        self.names[tag] = name = tag.rpartition("}")[2]
        return name

    def text(self, data: str) -> None:
        if self.pieces is not None:
            self.pieces.append(data)

    def end(self, tag: str) -> None:
        name = self.names[tag]
        if name == "v":
            self.value = "".join(self.pieces or ())
            self.pieces = None
        elif name == "c":
            self._close()
        elif name == "f":
            self.formula = {**(self.formula or {}), "": "".join(self.pieces or ())}
            self.pieces = None
        elif name == "t" and self.inline:
            self.value = (self.value or "") + "".join(self.pieces or ())
            self.pieces = None
        elif name == "is":
            self.inline = False

    def _row(self, number: str | None) -> None:
        if number is None:
            self.row += 1
        elif number.isdecimal() and 1 <= int(number) <= LAST_ROW:
            self.row = int(number)
        else:
            raise self.package.error(
                f"the sheet {self.sheet} has a row with an invalid number, {number!r}", _MEND
            )
        self._count_in(self.row)
        self.column = 0

    def _count_in(self, row: int) -> None:
        self.digits = str(row)
        self.width = len(self.digits)

    def _open(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.value = self.formula = None
        reference = attributes.get("r")
        if reference is None:
            self.column += 1
        elif reference.endswith(self.digits) and (column := self.columns.get(reference[: -self.width])):
            self.column = column  # as nearly every cell: letters that are known, and its row's number
        else:
            self.row, self.column = spot(reference)
            if not self.row:
                raise self.package.error(
                    f"the sheet {self.sheet} has a cell {reference!r}, which cannot exist", _MEND
                )
            self._count_in(self.row)
            self.columns[reference.removesuffix(self.digits)] = self.column

    def _close(self) -> None:
        if self.value is None and self.formula is None:
            return
        self.count += 1
        if self.count > MOST_CELLS:
            raise self.package.error(f"the sheet {self.sheet} holds more than {MOST_CELLS:,} cells",
                                     "Split it, or export the table as CSV.")  # fmt: skip
        at = (self.row, self.column)
        attributes = self.attributes
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "0")
        if self.formula is not None:
            if self.formula[""] in _TRUTHS and "t" not in self.formula:
                self.cells.values[at] = _TRUTHS[self.formula[""]]
                return
            self._formula(at, self.formula)
        if self.value is not None:
            try:
                value = self._shown(self.value)
            except ValueError as why:
                self.cells.unreadable[at] = str(why)
                value = ErrorCell("#VALUE!")
            if value is not None:
                self.cells.values[at] = value
                if self.style in self.told:
                    self._styled(at)

    def _styled(self, at: Spot) -> None:
        if self.style in self.dates.struck:
            self.cells.struck.add(at)
        if self.style in self.dates.marks:
            self.cells.marks[at] = self.dates.marks[self.style]

    def _formula(self, at: Spot, said: dict[str, str]) -> None:
        text, kind = said[""], said.get("t", "normal")
        if kind == "shared" and (index := said.get("si", "")):
            here = letters(at[1]) + str(at[0])
            if text:
                self.shared[index] = (text, here)
            elif index in self.shared:
                text = _translated(*self.shared[index], here)
        elif kind in ("array", "dataTable"):
            first, _, last = said.get("ref", "").partition(":")
            (top, left), (bottom, right) = spot(first), spot(last or first)
            size = (bottom - top + 1) * (right - left + 1)
            if size > MOST_FILLED:
                self.cells.unreadable[at] = f"has one formula for {size:,} cells, which is left as it is"
                return
            if top and bottom >= top and right >= left:
                self.cells.arrays[at] = (bottom - top + 1, right - left + 1)
                if "cm" in self.attributes:  # its metadata say so; no other formula of Excel has any
                    self.cells.dynamic.add(at)
            if kind == "dataTable":
                text = _what_if(said, (top, left, bottom, right))
        if text or kind == "shared":  # without one a cell belongs to the formula of its neighbour
            self.cells.formulas[at] = f"={text}"

    def _shown(self, text: str) -> Any:
        kind = self.kind
        if not text and kind not in ("s", "str", "inlineStr"):
            return None  # no value, as openpyxl writes a formula that nobody calculated
        if kind == "n":
            return self._number(text)
        if kind == "s":
            if text.isdecimal() and int(text) < len(self.texts):
                return self.texts[int(text)]
            raise ValueError(f"names the text number {text[:40]!r}, but there are {len(self.texts):,}")
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "e":
            return ErrorCell(text)
        if kind == "d":
            from openpyxl.utils.datetime import from_ISO8601

            try:
                return from_ISO8601(text)  # type: ignore[no-untyped-call]
            except ValueError:
                raise ValueError(f"holds an invalid date, {text[:40]!r}") from None
        raise ValueError(f"is of an unknown kind, {kind[:20]!r}")

    def _number(self, text: str) -> Any:
        try:
            if "_" in text:  # which Python reads, and no file of Excel writes
                raise ValueError
            number = int(text) if text.isdecimal() and len(text) < 16 else float(text)
        except ValueError:
            raise ValueError(f"holds an invalid number, {text[:40]!r}") from None
        if number - number != 0:  # infinity or NaN, which no cell of Excel holds
            raise ValueError(f"holds an invalid number, {text[:40]!r}")
        if self.style not in self.dates.styles:
            return number
        self.cells.numbers[self.row, self.column] = number
        return self.dates.dated(number, self.style)


def unescaped(text: str) -> str:
    """Text as it was typed: a file writes letters that XML cannot hold as ``_x000D_``.

    >>> unescaped("a_x000D_b"), unescaped("_x005F_x000D_")
    ('a\\rb', '_x000D_')
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _translated(formula: str, origin: str, here: str) -> str:
    (row, column), (to_row, to_column) = spot(origin), spot(here)
    return copied(formula, to_row - row, to_column - column, around=True)


def _what_if(said: Mapping[str, str], area: tuple[int, int, int, int]) -> str:
    """What is for a data table, as Excel shows it, and behind it the cells above and on the left, which
    it needs as well. There is no such function, so that only Excel calculates it.

    >>> _what_if({"dtr": "0", "r1": "A2"}, (5, 2, 7, 2))
    'TABLE(,A2,B4,A4:A7)'
    """
    top, left, bottom, right = area
    inputs = [said.get("r1", ""), said.get("r2", "")]
    if said.get("dt2D") not in _TRUE:
        inputs = [inputs[0], ""] if said.get("dtr") in _TRUE else ["", inputs[0]]
    above = _span(top - 1, left, top - 1, right)
    beside = _span(top - 1, left - 1, bottom, left - 1)
    return f"TABLE({','.join([*inputs, above, beside])})"


def _span(top: int, left: int, bottom: int, right: int) -> str:
    if top < 1 or left < 1:
        return ""
    first, last = f"{letters(left)}{top}", f"{letters(right)}{bottom}"
    return first if first == last else f"{first}:{last}"


def shared_texts(trees: Iterable[Element]) -> list[str]:
    """The texts that cells share, in order; what says how a word is spoken is left out."""
    found: list[str] = []
    for tree in trees:
        for item in tree:
            if _local(item.tag) == "si":
                runs = [
                    node.text or ""
                    for child in item
                    for node in (child.iter() if _local(child.tag) != "rPh" else ())
                    if _local(node.tag) == "t"
                ]
                found.append(unescaped("".join(runs)))
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
