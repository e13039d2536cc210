"""A workbook before it is drawn: sheets with cells, tables, links and rules, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from textwrap import wrap
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.plan.paper import LETTER
from csm_xl.plan.schema import Column as Rule
from csm_xl.workbook.charts import Chart, Sparkline
from csm_xl.workbook.own_functions import OURS
from csm_xl.workbook.styles import RIGHT, Class
from csm_xl.xlsx.addresses import Place, letters, quoted
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Region

TOTAL_ROW: Final = 5
"""The row above the headers, with the sums of output tables."""
HEAD_ROW: Final = 6
"""The row of the table headers, the same on every sheet, so that one frozen pane serves all tables of it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: what it holds (or its formula), its role, its kind of value, and what it leads to.

    rows: how many cells downwards its formula fills; numbers: across, the kind of value of each column.
    array: whether it computes with whole columns. former: how the formula was written in workbooks built
    before, which mean the same.
    """

    value: Any = None
    formula: str = ""
    role: str = "plain"
    number: str = "general"
    link: str = ""
    rows: int = 1
    numbers: tuple[str, ...] = ()
    array: bool = False
    former: str = ""

    @property
    def extent(self) -> tuple[int, int]:
        """How many rows and columns it fills."""
        return self.rows, max(1, len(self.numbers))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    header: with its unit in (). role: ``input``, ``value`` or ``calc``. number: kind of value.
    formula: the one formula of the column. rule: what a cell may hold, for inputs.
    folded: an optional column that nobody has used yet, folded away: behind the [+] of an input sheet, hidden
    on an output sheet, where a [+] would not open.
    total: whether its sum is above the header. optional: whether an older workbook may do without it.
    least: its least width.
    number_of_row: kinds of value by row, where they differ.
    """

    header: str
    role: str
    number: str = "general"
    formula: str = ""
    rule: Rule | None = None
    folded: bool = False
    total: bool = False
    optional: bool = False
    number_of_row: tuple[str, ...] = ()
    least: int = 0

    def number_at(self, row: int) -> str:
        """The kind of value of a row."""
        return self.number_of_row[row] if row < len(self.number_of_row) else self.number


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table: its header is in row `top`, its first column in `left`.

    rows: the values, None for a blank; cells of a formula column are computed.
    """

    name: str
    caption: str
    note: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Any]]
    left: int = 1
    top: int = HEAD_ROW

    @property
    def right(self) -> int:
        """Its last column."""
        return self.left + len(self.columns) - 1

    @property
    def first_row(self) -> int:
        """Its first row of data."""
        return self.top + 1

    @property
    def last_row(self) -> int:
        """Its last row of data; a table has one row at least."""
        return self.top + max(1, len(self.rows))

    def reference(self, header: str) -> str:
        """A column of it as a formula writes it.

        >>> Table("tblPay", "", "", (), ()).reference("Pay (USD)")
        'tblPay[Pay (USD)]'
        """
        return f"{self.name}[{header}]"

    def region(self, sheet: str) -> Region:
        """Its place on a sheet."""
        headers = tuple(column.header for column in self.columns)
        return Region(self.name, sheet, self.top, self.left, self.last_row, headers)


def this_row(table: str, header: str) -> str:
    """The cell of a column in the row of the formula, as Excel and Calc both read it."""
    return f"{table}[[#This Row],[{header}]]"


def with_header(table: str, header: str) -> str:
    """A column of a table and its header: two cells at least, so that what is calculated of them is an array.

    Of a single cell it would be a value, in which LibreOffice's MATCH finds nothing.
    """
    return f"{table}[[#All],[{header}]]"


@dataclass(frozen=True, slots=True)
class Button:
    """A button in a cell, which is drawn where the workbook has macros.

    macro: what it runs. caption: what is on it. meaning: what it does, in words; its alternative text.
    width, height: in pixels.
    """

    row: int
    column: int
    macro: str
    caption: str
    meaning: str
    width: int
    height: int


@dataclass(slots=True)
class Sheet:
    """One worksheet.

    kind: its class. cells: (row, column) → cell, other than those of the tables. widths: column → width.
    names: defined name → its cell. rules: what a cell other than those of tables may hold, and its label.
    conditions: (first row, first column, last row, last column) with an XlsxWriter conditional format,
    whose format is a role or whose number is a kind of value, or neither for data bars. printed: the last row
    and column on paper, where it is not everything (`LAST_ROW`: of whatever the columns hold); one_page: all
    on one page; breaks: rows behind which a page ends.
    frozen: rows and columns that stay. portrait: how it is printed. hidden: whether nobody can bring it to
    light but a macro. filtered: first row, first column, last row, last column of what can be filtered.
    findings: what the sheet cannot show, shown on Checks. former: defined names of earlier versions → what
    a refresh writes there in a workbook that still has them.
    """

    name: str
    kind: Class
    title: str
    subtitle: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    conditions: list[tuple[tuple[int, int, int, int], dict[str, Any]]] = field(default_factory=list)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    rules: dict[tuple[int, int], tuple[Rule, str]] = field(default_factory=dict)
    buttons: list[Button] = field(default_factory=list)
    frozen: tuple[int, int] = (0, 0)
    portrait: bool = False
    charts: list[Chart] = field(default_factory=list)
    sparklines: list[Sparkline] = field(default_factory=list)
    printed: tuple[int, int] | None = None
    one_page: bool = False
    breaks: list[int] = field(default_factory=list)
    hidden: bool = False
    filtered: tuple[int, int, int, int] | None = None
    findings: list[Issue] = field(default_factory=list)
    former: dict[str, Any] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Any = None, **said: Any) -> None:
        """Set a cell."""
        self.cells[row, column] = Cell(value, **said)

    @property
    def last(self) -> tuple[int, int]:
        """The last row and the last column in use."""
        rows = [row + cell.rows - 1 for (row, _), cell in self.cells.items()] + [
            table.last_row for table in self.tables
        ]
        columns = [column + cell.extent[1] - 1 for (_, column), cell in self.cells.items()] + [
            table.right for table in self.tables
        ]
        return max(rows), max(columns)


@dataclass(frozen=True, slots=True)
class Template:
    """A whole workbook before it is drawn: its sheets, the names it defines, its properties, and the paper
    that it is printed on.
    """

    sheets: tuple[Sheet, ...]
    names: dict[str, str]
    title: str
    created: datetime
    properties: dict[str, str]
    paper: str = LETTER

    @property
    def findings(self) -> list[Issue]:
        """What its sheets cannot show."""
        return [issue for sheet in self.sheets for issue in sheet.findings]

    def book(self) -> Book:
        """The workbook as a recalculation needs it."""
        book = Book([sheet.name for sheet in self.sheets], functions=OURS)
        for sheet in self.sheets:
            for table in sheet.tables:
                book.tables[table.name.casefold()] = table.region(sheet.name)
                _enter(table, sheet.name, book)
            for (row, column), cell in sheet.cells.items():
                if cell.formula:
                    book.formulas[Place(sheet.name, row, column)] = cell.formula
                    if cell.extent != (1, 1) or cell.array:
                        book.arrays[Place(sheet.name, row, column)] = cell.extent
                elif cell.value is not None:
                    book.values[Place(sheet.name, row, column)] = cell.value
        book.names = {name.casefold(): refers.removeprefix("=") for name, refers in self.names.items()}
        return book


def _enter(table: Table, sheet: str, book: Book) -> None:
    """Put the cells of a table into a book, column by column: there may be very many."""
    for at, column in enumerate(table.columns):
        place = table.left + at
        book.values[Place(sheet, table.top, place)] = column.header
        if column.formula:
            cells = range(table.first_row, table.last_row + 1)
            book.formulas.update((Place(sheet, row, place), column.formula) for row in cells)
        else:
            book.values.update(
                (Place(sheet, row, place), line[at])
                for row, line in enumerate(table.rows, table.first_row)
                if line[at] is not None
            )


def absolute(sheet: str, row: int, column: int) -> str:
    """A cell as a defined name refers to it.

    >>> absolute("Total Comp", 3, 2)
    "='Total Comp'!$B$3"
    """
    return f"={quoted(sheet)}!${letters(column)}${row}"


def shown_width(value: Any, number: str) -> int:
    """How many characters a value takes in its format."""
    if value is None:
        return 0
    if isinstance(value, str):
        return len(value)
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    if isinstance(value, bool):
        return 5
    if isinstance(value, (int, float)):
        return len(format(value, _SHOWN[number]) if number in _SHOWN else f"{value * 100:.1f}%")
    return len(str(value))


_SHOWN: Final = {"money": ",.2f", "count": ",.0f", "number": ",.4f"}


_WIDEST: Final = {"text": 90, "name": 32}
"""Reasons, notes and sources are read to their end, and names as far as names are long; anything else of that
length is cut by its neighbor."""


def fitting_width(header: str, number: str, values: Sequence[Any]) -> float:
    """A column's width: its values in full, its header in two lines at most."""
    widest = _WIDEST.get(number, 46)
    numbers = [value for value in values if type(value) is float or type(value) is int]
    ends = [min(numbers), max(numbers)] if numbers else []  # no number between them is wider
    others = values if not numbers else [value for value in values if type(value) not in (float, int)]
    content = max((shown_width(value, number) for value in (*ends, *others)), default=0)
    width = content + (3 if number in RIGHT else 2)
    while header and (header_lines(header, width, number in RIGHT) > 2 or width < 9):
        width += 1
    return float(min(widest, max(width, 8)))


_A_CHARACTER: Final = 1.12  # letters of a text in the room of a digit, at least


def text_lines(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of a width, in characters.

    >>> text_lines("Day on which equity is valued.", 40), text_lines("One line.\\nAnd the next.", 40)
    (1, 2)
    """
    return sum(
        max(1, len(wrap(line, max(1, int(_A_CHARACTER * (width - _EDGES))), break_on_hyphens=False)))
        for line in text.splitlines() or [""]
    )


def text_heights(sheet: Sheet) -> dict[int, float]:
    """The height of each row in which a text takes several lines, in points.

    No program is left to find it: on paper, LibreOffice breaks lines elsewhere than on the screen.
    """
    found: dict[int, float] = {}
    for (row, column), cell in sheet.cells.items():
        if cell.role in ("text", "prose") and isinstance(cell.value, str):
            lines = text_lines(cell.value, sheet.widths.get(column, _NARROWEST))
            if lines > 1:
                found[row] = max(found.get(row, 0.0), _LINE * lines + 2)
    return found


_LINE: Final = 13.2  # points of a line of text
_NARROWEST: Final = 9.0  # a column without a width of its own
_BOLD: Final = 0.96  # the width of a bold letter, in digits, at most
_EDGES: Final = 2.0  # what a header keeps off its neighbors, in characters
_BUTTON: Final = 2.0  # the button that filters, beside a header at the right of its cell


def header_lines(header: str, width: float, right: bool = False) -> int:
    """How many lines a bold header takes in a column of a width, in characters.

    right: whether it is at the right of its cell, where it keeps off the button that filters.

    >>> header_lines("Base salary (USD/year)", 15), header_lines("Base salary (USD/year)", 30)
    (2, 1)
    """
    room = width - _EDGES - (_BUTTON if right else 0.0)
    lines, used = 1, 0.0
    for word in header.split():
        long = len(word) * _BOLD
        if used and used + _BOLD + long > room:
            lines, used = lines + 1, 0.0
        if long > room:
            lines += 3  # a word that breaks is not to be had
        used += long + (_BOLD if used else 0.0)
    return lines
