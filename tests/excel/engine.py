"""A small engine for xlwings: its own object model over a workbook in memory that behaves as Excel does.

What is written is read as Excel reads what is typed: text behind an apostrophe is text, ``=`` begins a
formula, and what looks like a number or a date becomes one. A protected sheet refuses. Values come back as
COM hands them over: numbers as floats, currency as `Decimal`, errors as their numbers, nothing as None.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlwings as xw
from xlwings import base_classes

from csm_xl.workbook.own_functions import OURS, load
from csm_xl.xlsx.addresses import Place, column_number, letters, quoted
from csm_xl.xlsx.book import Book as Loaded
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.patch.edit import Edit
from csm_xl.xlsx.patch.write import patched
from csm_xl.xlsx.values import ErrorCell

ERRORS = {"#NULL!": -2146826288, "#DIV/0!": -2146826281, "#VALUE!": -2146826273, "#REF!": -2146826265,
          "#NAME?": -2146826259, "#NUM!": -2146826252, "#N/A": -2146826246}  # fmt: skip
NAMES = {number: text for text, number in ERRORS.items()}
LOOKS_LIKE_A_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?\s*\Z")
LOOKS_LIKE_A_DATE = re.compile(r"\d{4}-\d{1,2}(-\d{1,2})?\Z")


class Refused(Exception):  # noqa: N818 - the name that the tests read
    """What COM raises."""


@dataclass
class Protection:
    AllowFormattingColumns: bool = True
    AllowFormattingRows: bool = True
    AllowFiltering: bool = True
    AllowSorting: bool = True


@dataclass
class Page:
    """A worksheet in memory: cells, array formulas, tables; and what Excel says about its protection."""

    workbook: Memory
    name: str
    values: dict[tuple[int, int], Any] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    arrays: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    currency: set[tuple[int, int]] = field(default_factory=set)
    tables: dict[str, list[int]] = field(default_factory=dict)  # top, left, bottom, right
    widths: dict[int, float] = field(default_factory=dict)  # column → its width, 0 where it is hidden
    ProtectContents: bool = False
    printed: str = ""
    Protection: Protection = field(default_factory=Protection)

    def Protect(self, **allowed: bool) -> None:  # noqa: N802 - the name in COM
        self.Protection = Protection(**allowed)
        self.ProtectContents = True

    def Unprotect(self) -> None:  # noqa: N802 - the name in COM
        self.ProtectContents = False

    def write(self) -> None:
        """Before anything is written."""
        if self.ProtectContents:
            raise Refused(f"{self.name} is protected")
        self.workbook.written()

    def clear(self, row: int, column: int) -> None:
        self.values.pop((row, column), None)
        self.formulas.pop((row, column), None)
        self.arrays.pop((row, column), None)

    def type(self, row: int, column: int, value: Any) -> None:
        """Take a value as if somebody had typed it."""
        self.clear(row, column)
        if value in ("", None):
            return
        if isinstance(value, str):
            if value.startswith("'"):
                value = value[1:]
            elif value.startswith("="):
                self.formulas[row, column] = value
                value = None
            elif LOOKS_LIKE_A_NUMBER.match(value):
                value = float(value.strip().rstrip("%"))
            elif LOOKS_LIKE_A_DATE.match(value):
                value = datetime.fromisoformat(f"{value}-01" if value.count("-") == 1 else value)
        elif isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if value is not None:
            self.values[row, column] = value


@dataclass
class Property:
    """A property of the document, as COM hands it over."""

    workbook: Memory
    Name: str

    @property
    def Value(self) -> str:  # noqa: N802 - the name in COM
        return self.workbook.properties[self.Name]

    @Value.setter
    def Value(self, value: str) -> None:  # noqa: N802 - the name in COM
        self.workbook.written()
        self.workbook.properties[self.Name] = value

    def Delete(self) -> None:  # noqa: N802 - the name in COM
        del self.workbook.properties[self.Name]


class Properties:
    """The document's own properties, counted from 1 or by name."""

    def __init__(self, workbook: Memory) -> None:
        self.workbook = workbook

    @property
    def Count(self) -> int:  # noqa: N802 - the name in COM
        return len(self.workbook.properties)

    def Item(self, key: int | str) -> Property:  # noqa: N802 - the name in COM
        names = list(self.workbook.properties)
        if isinstance(key, str) and key not in names:
            raise Refused(f"there is no property {key}")
        return Property(self.workbook, key if isinstance(key, str) else names[key - 1])

    def Add(self, name: str, linked: bool, kind: int, value: str) -> None:  # noqa: N802 - the name in COM
        if name in self.workbook.properties or linked or kind != 4 or not isinstance(value, str):
            raise Refused(f"no such property can be added: {name}")
        self.workbook.written()
        self.workbook.properties[name] = value


@dataclass
class Memory:
    """A workbook in memory. fail_at: the write that fails, counted from 1; 0: none."""

    path: Path
    pages: dict[str, Page] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    writes: int = 0
    reads: int = 0
    fail_at: int = 0

    def written(self) -> None:
        self.writes += 1
        if self.writes == self.fail_at:
            raise Refused("the write failed")

    @classmethod
    def of_file(cls, path: Path) -> Memory:
        package = Package(path)
        made = cls(path)
        made.names = {name: f"={refers}" for name, refers in package.names.items()}
        made.properties = package.properties()
        for name, part in package.sheets.items():
            cells = package.cells(name)
            page = made.pages[name] = Page(
                made, name, dict(cells.values), dict(cells.formulas), dict(cells.arrays)
            )
            page.ProtectContents = b"<sheetProtection" in package.read(part)
            page.printed = package.print_areas.get(name, "")
            for one in package.tree(part).iter():
                if one.tag.endswith("}col"):
                    width = 0.0 if one.get("hidden") == "1" else float(one.get("width", 8.43))
                    page.widths |= dict.fromkeys(range(int(one.get("min")), int(one.get("max")) + 1), width)
        for region in package.tables():
            made.pages[region.sheet].tables[region.name] = [
                region.first_row, region.first_column, region.last_row, region.last_column,
            ]  # fmt: skip
        return made

    def loaded(self) -> Loaded:
        """The workbook as a recalculation needs it."""
        book = Loaded(list(self.pages), functions=OURS)
        for page in self.pages.values():
            for at, formula in page.formulas.items():
                book.formulas[Place(page.name, *at)] = formula
            for at, size in page.arrays.items():
                book.arrays[Place(page.name, *at)] = size
            given = {place for at in page.formulas for place in book.filled_by(Place(page.name, *at))}
            from csm_xl.xlsx.serial_dates import plain

            for at, value in page.values.items():
                place = Place(page.name, *at)
                if place not in given:
                    book.values[place] = plain(value)
            for name, (top, left, bottom, right) in page.tables.items():
                headers = tuple(str(page.values[top, column]) for column in range(left, right + 1))
                book.tables[name.casefold()] = Region(name, page.name, top, left, bottom, headers)
        book.names = {name.casefold(): refers.removeprefix("=") for name, refers in self.names.items()}
        return book

    def save_copy(self, path: Path) -> None:
        """A file of the workbook as it is: its cells, and where its tables are."""
        package, edit = Package(self.path), Edit()
        for page in self.pages.values():
            before, formulas = package.cells(page.name).values, package.cells(page.name).formulas
            for at in {*before, *page.values}:
                if page.values.get(at) != before.get(at):
                    into = edit.stored if at in formulas else edit.cells
                    into[Place(page.name, *at)] = page.values.get(at)
        places = {name: place for page in self.pages.values() for name, place in page.tables.items()}
        with (
            zipfile.ZipFile(io.BytesIO(patched(package, edit))) as parts,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for part in parts.namelist():
                text = parts.read(part)
                if part.startswith("xl/tables/"):
                    name = re.search(rb'displayName="([^"]*)"', text)[1].decode()  # type: ignore[index]
                    top, left, bottom, right = places[name]
                    ref = f'ref="{letters(left)}{top}:{letters(right)}{bottom}"'.encode()
                    text = re.sub(rb'\bref="[^"]*"', ref, text)
                out.writestr(part, text)

    def calculate(self) -> None:
        """What Excel does once it calculates again."""
        for place, value in recalculate(self.loaded()).items():
            self.pages[place.sheet].values[place[1:]] = value

    def snapshot(self) -> Any:
        """All that can change, to be compared."""
        return (
            dict(self.names),
            dict(self.properties),
            {name: (dict(page.values), dict(page.formulas), dict(page.arrays),
                    {key: list(place) for key, place in page.tables.items()}, dict(page.widths),
                    page.ProtectContents, page.printed)
             for name, page in self.pages.items()},
        )  # fmt: skip


class Engine:
    name = "memory"
    type = "desktop"

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, date_of: Any, empty: Any, numbers: Any, err_to_str: bool) -> Any:
        def clean(value: Any) -> Any:
            if value in ("", None):
                return empty
            if isinstance(value, datetime):
                return date_of(year=value.year, month=value.month, day=value.day, hour=value.hour,
                               minute=value.minute, second=value.second, microsecond=0)  # fmt: skip
            if type(value) is int and value in NAMES:
                return NAMES[value] if err_to_str else None
            return value

        return [[clean(value) for value in row] for row in data]


class App(base_classes.App):
    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.engine = Engine()
        self.screen_updating = True  # type: ignore[assignment]
        self.enable_events = True  # type: ignore[assignment]
        self.status_bar = False  # type: ignore[assignment]
        self._calculation = "automatic"

    pid = 1  # type: ignore[assignment]
    screen_updating: Any = None  # type: ignore[assignment]
    enable_events: Any = None  # type: ignore[assignment]
    status_bar: Any = None  # type: ignore[assignment]

    @property
    def calculation(self) -> str:
        return self._calculation

    @calculation.setter
    def calculation(self, value: str) -> None:
        self._calculation = value
        if value == "automatic":
            self.memory.calculate()

    @property
    def api(self) -> Any:
        return self


class Book(base_classes.Book):
    def __init__(self, memory: Memory, app: App) -> None:
        self.memory, self._app = memory, app

    name = property(lambda self: self.memory.path.name)
    fullname = property(lambda self: str(self.memory.path))
    app = property(lambda self: self._app)
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self))
    CustomDocumentProperties = property(lambda self: Properties(self.memory))

    def SaveCopyAs(self, path: str) -> None:  # noqa: N802 - the name in COM
        self.memory.save_copy(Path(path))

    api = property(lambda self: self)


class Sheets(base_classes.Sheets):
    def __init__(self, book: Book) -> None:
        self.book = book

    def __call__(self, key: Any) -> Sheet:
        pages = self.book.memory.pages
        return Sheet(self.book, list(pages.values())[key - 1] if isinstance(key, int) else pages[key])

    def __len__(self) -> int:
        return len(self.book.memory.pages)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, page) for page in self.book.memory.pages.values())


class PageSetup(base_classes.PageSetup):
    def __init__(self, page: Page) -> None:
        self.page = page

    api = property(lambda self: self.page)

    @property
    def print_area(self) -> str | None:
        return self.page.printed or None

    @print_area.setter
    def print_area(self, text: str) -> None:
        self.page.write()
        self.page.printed = text


class Sheet(base_classes.Sheet):
    def __init__(self, book: Book, page: Page) -> None:
        self._book, self.page = book, page

    name = property(lambda self: self.page.name)
    book = property(lambda self: self._book)
    api = property(lambda self: self.page)
    tables = property(lambda self: Tables(self))
    page_setup = property(lambda self: PageSetup(self.page))

    @property
    def used_range(self) -> Range:
        spots = [*self.page.values, *self.page.formulas]
        last = (max(row for row, _ in spots), max(column for _, column in spots))
        return Range(self, 1, 1, *last)

    def range(self, one: Any, other: Any = None) -> Range:
        first = self._corners(one)
        last = self._corners(other) if other is not None else first
        return Range(self, first[0], first[1], last[2], last[3])

    def _corners(self, said: Any) -> tuple[int, int, int, int]:
        if isinstance(said, Range):
            return said.first_row, said.first_column, said.last_row, said.last_column
        if isinstance(said, xw.Range):
            return self._corners(said.impl)
        if isinstance(said, tuple):
            return said[0], said[1], said[0], said[1]
        ends = [re.match(r"\$?([A-Z]+)\$?(\d+)\Z", part) for part in said.split(":")]
        numbers = [(int(end[2]), column_number(end[1])) for end in ends]
        return *numbers[0], *numbers[-1]  # type: ignore[return-value]


class Range(base_classes.Range):
    options: Any = None

    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.sheet, self.page = sheet, sheet.page
        self.first_row, self.first_column, self.last_row, self.last_column = top, left, bottom, right

    row = property(lambda self: self.first_row)
    column = property(lambda self: self.first_column)
    shape = property(
        lambda self: (self.last_row - self.first_row + 1, self.last_column - self.first_column + 1)
    )
    api = property(lambda self: self)
    coords = property(lambda self: (self.sheet.name, self.first_row, self.first_column, len(self)))

    def __len__(self) -> int:
        rows, columns = self.shape
        return rows * columns

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = divmod(row - 1, self.shape[1])
            row, column = row + 1, column + 1
        top, left = self.first_row + row - 1, self.first_column + column - 1
        return Range(self.sheet, top, left, top, left)

    def _grid(self, cell: Callable[[tuple[int, int]], Any]) -> Any:
        grid = tuple(
            tuple(cell((row, column)) for column in range(self.first_column, self.last_column + 1))
            for row in range(self.first_row, self.last_row + 1)
        )
        return grid[0][0] if self.shape == (1, 1) else grid

    @property
    def raw_value(self) -> Any:
        self.page.workbook.reads += 1

        def shown(at: tuple[int, int]) -> Any:
            value = self.page.values.get(at)
            if isinstance(value, ErrorCell):
                return ERRORS[value.text]
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                number = Decimal(repr(float(value))).quantize(Decimal("0.0001"))
                return number if at in self.page.currency else float(value)
            return value

        return self._grid(shown)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self.page.write()
        for row, line in enumerate(data if isinstance(data, (list, tuple)) else [[data]], self.first_row):
            for column, value in enumerate(line, self.first_column):
                if isinstance(value, date) and not isinstance(value, datetime):
                    raise Refused("a day without a time is no date of COM's")
                self.page.type(row, column, value)

    @property
    def column_width(self) -> float:
        return self.page.widths.get(self.first_column, 8.43)

    @column_width.setter
    def column_width(self, width: float) -> None:
        self.page.write()
        for column in range(self.first_column, self.last_column + 1):
            self.page.widths[column] = width

    @property
    def formula(self) -> Any:
        return self._grid(lambda at: self.page.formulas.get(at, self.page.values.get(at, "")))

    @formula.setter
    def formula(self, text: Any) -> None:
        self.page.write()
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                self.page.type(row, column, text)

    @property
    def formula_array(self) -> Any:
        return self.page.formulas.get((self.first_row, self.first_column))

    @formula_array.setter
    def formula_array(self, text: str) -> None:
        self.page.write()
        self.page.type(self.first_row, self.first_column, text)
        self.page.arrays[self.first_row, self.first_column] = self.shape

    @property
    def has_array(self) -> bool:
        return (self.first_row, self.first_column) in self.page.arrays

    def clear_contents(self) -> None:
        self.page.write()
        for row in range(self.first_row, self.last_row + 1):
            for column in range(self.first_column, self.last_column + 1):
                self.page.clear(row, column)

    def get_address(
        self, row_absolute: bool = True, col_absolute: bool = True, external: bool = False
    ) -> str:
        def corner(row: int, column: int) -> str:
            return f"{'$' if col_absolute else ''}{letters(column)}{'$' if row_absolute else ''}{row}"

        first, last = corner(self.first_row, self.first_column), corner(self.last_row, self.last_column)
        return first if first == last else f"{first}:{last}"

    address = property(lambda self: self.get_address())


class Tables(base_classes.Collection):
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def __iter__(self) -> Iterator[Table]:
        return (Table(self.sheet, name) for name in list(self.sheet.page.tables))

    def __len__(self) -> int:
        return len(self.sheet.page.tables)

    def __call__(self, key: Any) -> Table:
        names = list(self.sheet.page.tables)
        return Table(self.sheet, names[key - 1] if isinstance(key, int) else key)


class Table(base_classes.Table):
    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet, self._name = sheet, name

    name = property(lambda self: self._name)
    parent = property(lambda self: self.sheet)
    api = property(lambda self: self)
    range = property(lambda self: Range(self.sheet, *self.sheet.page.tables[self._name]))

    def resize(self, to: xw.Range) -> None:
        page = self.sheet.page
        page.write()
        new = to.impl
        place = page.tables[self._name]
        if [new.first_row, new.first_column, new.last_column] != [place[0], place[1], place[3]]:
            raise Refused("a table keeps its header and its columns")
        if new.last_row <= new.first_row:
            raise Refused("a table has a row")
        # Excel fills the columns of formulas down the new rows.
        for column in range(place[1], place[3] + 1):
            formula = page.formulas.get((place[0] + 1, column))
            if formula:
                for row in range(place[2] + 1, new.last_row + 1):
                    page.formulas[row, column] = formula
        place[2] = new.last_row


class Names(base_classes.Names):
    def __init__(self, book: Book) -> None:
        self.book = book

    api = property(lambda self: self)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name, Name(self.book, name)) for name in self.book.memory.names]

    def __len__(self) -> int:
        return len(self.book.memory.names)

    def __call__(self, key: Any) -> Name:
        names = list(self.book.memory.names)
        return Name(self.book, names[key - 1] if isinstance(key, int) else key)

    def contains(self, key: Any) -> bool:
        return key in self.book.memory.names


class Name(base_classes.Name):
    def __init__(self, book: Book, name: str) -> None:
        self.book, self._name = book, name

    name = property(lambda self: self._name)

    @property
    def refers_to(self) -> str:
        return self.book.memory.names[self._name]

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.book.memory.written()
        self.book.memory.names[self._name] = value


def opened(path: Path) -> tuple[xw.Book, Memory]:
    """A workbook file as xlwings would give it from Excel."""
    memory = Memory.of_file(path)
    app = App(memory)
    return xw.Book(impl=Book(memory, app)), memory


def shown(memory: Memory) -> dict[tuple[str, int, int], Any]:
    """What every cell shows."""
    return {(page.name, *at): value for page in memory.pages.values() for at, value in page.values.items()}


__all__ = ["Memory", "Refused", "load", "opened", "quoted", "shown"]
