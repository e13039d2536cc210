"""Drawing: a template becomes an .xlsx file. Everything that is shown was decided before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from csm_xl.plan.schema import Column as Rule
from csm_xl.workbook import layout
from csm_xl.workbook.charts import draw_chart, draw_sparkline
from csm_xl.workbook.own_functions import OURS
from csm_xl.workbook.page import (
    Cell,
    Sheet,
    Table,
    Template,
    fitting_width,
    header_lines,
    text_heights,
)
from csm_xl.workbook.printing import set_up
from csm_xl.workbook.styles import FONT, NUMBERS, RIGHT, SIZE, TABS, properties
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.references import expand
from csm_xl.xlsx.values import ErrorCell

SPARE_ROWS: Final = 1000
"""Rows below a table in which its rules hold already, for tables that grow."""
_CALCULATED_BY: Final = 191029
"""The calculation engine of Excel 2019 and later: a file of an older one is recalculated on opening,
before Python is connected."""
_OPTIONS: Final = {
    "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True,
    "default_format_properties": {"font_name": FONT, "font_size": SIZE},
}  # fmt: skip
_LINE_HEIGHT: Final = 13.5
_WHOLE_NUMBERS: Final = (-999_999_999, 999_999_999)
_NUMBERS: Final = (-1e15, 1e15)
_DAYS: Final = (date(1900, 3, 1), date(9999, 12, 31))
_LONGEST_TEXT: Final = 255
_FORMATS_ALLOWED: Final = {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True}


class _Text(str):
    """A text that a formula gives. XlsxWriter takes "" for a value that is not known yet, and digits alone
    for a number; this is unequal to the former and no number."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __float__(self) -> float:
        raise ValueError("a text")

    __hash__ = str.__hash__


class _Exact(float):
    """A number as it was computed: XlsxWriter writes 16 digits, and two numbers that differ in the 17th
    compare otherwise once they are read again."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return repr(float(self)).removesuffix(".0")


def draw(template: Template, values: Mapping[Place, Any], path: Path, macros: bytes | None = None) -> None:
    """Write a template as a workbook, with the value of every formula.

    values: what each formula cell shows, as `recalculate` gives it. macros: a VBA project with a module
    ``ThisWorkbook`` and, in the order of the sheets, ``Sheet1`` and on; with it come the buttons.
    The same template and values give the same bytes.
    """
    made = BytesIO()  # whole before any of it is written, so that a full disk leaves no torn zip open
    book = xlsxwriter.Workbook(made, dict(_OPTIONS))
    book.set_calc_mode("auto", _CALCULATED_BY)
    book.calc_on_load = False
    book.set_properties({"title": template.title, "author": "csm_xl", "created": template.created})
    for name, value in template.properties.items():
        book.set_custom_property(name, value, "text")
    tables = {table.name.casefold(): table.region(sheet.name)
              for sheet in template.sheets for table in sheet.tables}  # fmt: skip
    if macros is not None:
        book.add_vba_project(BytesIO(macros), is_stream=True)
        book.set_vba_name("ThisWorkbook")
    places = Book(tables=tables, functions=OURS)
    pen = _Pen(book, values, places, template.paper, buttons=macros is not None)
    for sheet in template.sheets:
        pen.sheet(sheet, template.properties)
    for name, refers in template.names.items():
        book.define_name(name, refers)
    book.get_worksheet_by_name("Cover").activate()
    book.close()
    path.write_bytes(made.getbuffer())


_READER: Final = Worksheet()


@lru_cache(maxsize=20_000)
def _prepared(formula: str, expand: bool) -> str:
    """A formula as XlsxWriter writes it, read once: it looks for some thirty functions in each."""
    return str(_READER._prepare_formula(formula, expand))


class _Page(Worksheet):  # type: ignore[misc]
    """A worksheet that reads a formula once, however many rows of a column, or workbooks, hold it."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return _prepared(formula, expand_future_functions)


class _Pen:
    """What draws: the workbook, its formats, each made once, the values of the formulas, and where the
    tables are."""

    def __init__(
        self, book: Any, values: Mapping[Place, Any], places: Book, paper: str, buttons: bool
    ) -> None:
        self.book = book
        self.paper = paper
        self.buttons = buttons
        self.values = values
        self.places = places
        self.formats: dict[tuple[str, str], Any] = {}
        self.widths: dict[int, float] = {}  # of the columns of the sheet being drawn, 0 where one is folded
        self.lines: dict[int, int] = {}  # of its headers, by row

    def format(self, role: str, number: str = "general") -> Any:
        """The format of a role and a kind of value."""
        if (role, number) not in self.formats:
            self.formats[role, number] = self.book.add_format(properties(role, number))
        return self.formats[role, number]

    def condition(self, role: str, number: str = "") -> Any:
        """A format as a condition applies it, of a role, a kind of value, or both: over the cell's own font
        and size."""
        key = (role, f"{number} condition")
        if key not in self.formats:
            seen = ("font_color", "bg_color", "bold", "bottom", "bottom_color")
            own = {name: look for name, look in properties(role).items() if name in seen} if role else {}
            self.formats[key] = self.book.add_format(
                own | ({"num_format": NUMBERS[number]} if number else {})
            )
        return self.formats[key]

    def _looks(self, condition: Mapping[str, Any]) -> dict[str, Any]:
        """A condition with the format that it applies."""
        found = dict(condition)
        role, number = found.pop("format", ""), found.pop("number", "")
        return found | ({"format": self.condition(role, number)} if role or number else {})

    def sheet(self, sheet: Sheet, said: Mapping[str, str]) -> None:
        """One worksheet."""
        page = self.book.add_worksheet(sheet.name, _Page)
        page.set_tab_color(TABS[sheet.kind])
        page.hide_gridlines(1 if sheet.kind == "input" else 2)
        self.lines, self.widths = {}, dict(sheet.widths)
        self._columns(page, sheet)
        for place, cell in sheet.cells.items():
            self._cell(page, sheet, place, cell)
        for table in sheet.tables:
            self._table(page, table)
            self._body(page, sheet, table)
        for (top, left, bottom, right), condition in sheet.conditions:
            page.conditional_format(top - 1, left - 1, bottom - 1, right - 1, self._looks(condition))
        for table in sheet.tables:
            self._rules(page, table)
        for (row, column), (rule, label) in sheet.rules.items():
            page.data_validation(row - 1, column - 1, row - 1, column - 1, _rule(rule, label))
        corner = Place(sheet.name, 1, 1)
        for chart in sheet.charts:
            draw_chart(self.book, page, chart, lambda cells: expand(cells, corner, self.places))
        for sparkline in sheet.sparklines:
            draw_sparkline(page, sparkline)
        if self.buttons:
            page.set_vba_name(f"Sheet{len(self.book.worksheets())}")
            self._buttons(page, sheet)
        self._print(page, sheet, said)
        if sheet.hidden:
            page.very_hidden()
        if sheet.kind != "input":
            page.protect("", _FORMATS_ALLOWED)

    def _buttons(self, page: Any, sheet: Sheet) -> None:
        for one in sheet.buttons:
            page.insert_button(one.row - 1, one.column - 1, {
                "macro": one.macro, "caption": one.caption, "description": one.meaning,
                "width": one.width, "height": one.height, "x_offset": 6, "y_offset": 4,
            })  # fmt: skip

    def _columns(self, page: Any, sheet: Sheet) -> None:
        for place, width in sheet.widths.items():
            page.set_column(place - 1, place - 1, width)
        for table in sheet.tables:
            for at, column in enumerate(table.columns):
                place = table.left + at
                fitting = max(self._width(sheet, table, at), sheet.widths.get(place, 0.0))
                # What is protected cannot be unfolded by its [+], though its columns can be shown.
                hidden = {"hidden": True, **({"level": 1} if sheet.kind == "input" else {})}
                folded = hidden if column.folded else {}
                lines = header_lines(column.header, fitting, column.number in RIGHT)
                self.lines[table.top] = max(self.lines.get(table.top, 1), lines)
                self.widths[place] = 0.0 if column.folded else fitting
                # New rows below the table take the format of their column.
                page.set_column(place - 1, place - 1, fitting, self.format("plain", column.number), folded)
            beside = {"collapsed": True} if table.columns[-1].folded and sheet.kind == "input" else {}
            page.set_column(table.right, table.right, 3, None, beside)
        for top, lines in self.lines.items():
            page.set_row(top - 1, _LINE_HEIGHT * lines + 5)
        for row, height in (text_heights(sheet) | sheet.heights).items():
            page.set_row(row - 1, height)

    def _width(self, sheet: Sheet, table: Table, at: int) -> float:
        column = table.columns[at]
        places = [Place(sheet.name, table.first_row + row, table.left + at) for row in range(len(table.rows))]
        cells = (
            [self.values[place] for place in places] if column.formula else [row[at] for row in table.rows]
        )
        widest = max(fitting_width(column.header, column.number, []), float(column.least))
        if column.total:
            total = self.values[Place(sheet.name, table.top - 1, table.left + at)]
            widest = max(widest, fitting_width("", column.number, [total]) + 1)  # it is bold
        if not column.number_of_row:
            return max(widest, fitting_width("", column.number, cells))
        return max(
            widest, *(fitting_width("", column.number_at(row), [cell]) for row, cell in enumerate(cells))
        )

    def _table(self, page: Any, table: Table) -> None:
        columns = [
            {"header": column.header, "header_format": self.format("column head", column.number),
             "format": self.format(column.role, column.number),
             **({"formula": column.formula} if column.formula else {})}
            for column in table.columns
        ]  # fmt: skip
        page.add_table(table.top - 1, table.left - 1, table.last_row - 1, table.right - 1,
                       {"name": table.name, "columns": columns, "style": None})  # fmt: skip

    def _body(self, page: Any, sheet: Sheet, table: Table) -> None:
        """The cells of a table, column by column: there may be very many."""
        for at, column in enumerate(table.columns):
            place = table.left + at - 1
            page.write_string(table.top - 1, place, column.header, self.format("column head", column.number))
            look = self.format(column.role, column.number)
            blank = column.folded and column.role == "value"  # its first cell says how the others will look
            for row in range(1 if blank else max(1, len(table.rows))):
                if column.number_of_row:
                    look = self.format(column.role, column.number_at(row))
                line = table.first_row + row - 1
                if column.formula:
                    shown = self._shown(sheet, (line + 1, place + 1))
                    page.write_formula(line, place, column.formula, look, shown)
                else:
                    self._value(page, line, place, table.rows[row][at] if table.rows else None, look)

    def _cell(self, page: Any, sheet: Sheet, place: tuple[int, int], cell: Cell) -> None:
        row, column = place[0] - 1, place[1] - 1
        look = self.format(cell.role, cell.number)
        if cell.extent != (1, 1) or cell.array:
            self._array(page, sheet, place, cell, look)
        elif cell.formula:
            page.write_formula(row, column, cell.formula, look, self._shown(sheet, place))
        elif cell.link:
            page.write_url(row, column, cell.link, look, str(cell.value), f"Go to {cell.value}")
        else:
            self._value(page, row, column, cell.value, look)

    @staticmethod
    def _value(page: Any, row: int, column: int, value: Any, look: Any) -> None:
        """A cell that is typed or written: text is never taken for anything else."""
        if value is None:
            page.write_blank(row, column, None, look)
        elif isinstance(value, str):
            page.write_string(row, column, value, look)
        elif isinstance(value, bool):
            page.write_boolean(row, column, value, look)
        elif isinstance(value, (datetime, date)):
            page.write_datetime(row, column, value, look)
        elif isinstance(value, (int, float)):
            page.write_number(row, column, _Exact(value), look)
        else:
            page.write_string(row, column, str(value), look)

    def _shown(self, sheet: Sheet, place: tuple[int, int]) -> Any:
        value = self.values[Place(sheet.name, *place)]
        if isinstance(value, str):
            return _Text(value)
        return value.text if isinstance(value, ErrorCell) else value

    def _array(self, page: Any, sheet: Sheet, place: tuple[int, int], cell: Cell, look: Any) -> None:
        """One formula that fills cells, each with its own stored value."""
        row, column = place[0] - 1, place[1] - 1
        rows, columns = cell.extent
        first = self._shown(sheet, place)
        page.write_array_formula(row, column, row + rows - 1, column + columns - 1, cell.formula, look, first)
        for across in range(columns):
            look = self.format(cell.role, cell.numbers[across]) if cell.numbers else look
            for down in range(0 if across else 1, rows):
                value = self.values[Place(sheet.name, place[0] + down, place[1] + across)]
                shown = value.text if isinstance(value, ErrorCell) else value
                self._value(page, row + down, column + across, shown, look)

    def _rules(self, page: Any, table: Table) -> None:
        for at, column in enumerate(table.columns, table.left - 1):
            if column.rule is not None:
                page.data_validation(table.first_row - 1, at, table.last_row - 1 + SPARE_ROWS, at,
                                     _rule(column.rule, column.header))  # fmt: skip

    def _print(self, page: Any, sheet: Sheet, said: Mapping[str, str]) -> None:
        footer = (f"&L&8csm_xl {said['csm_xl version']} · {said['Period']}"
                  "&C&8Confidential: personal pay data&R&8Page &P of &N")  # fmt: skip
        set_up(page, sheet, self.widths, self.paper, footer)
        if sheet.filtered is not None:
            page.autofilter(*(at - 1 for at in sheet.filtered))
        if sheet.frozen != (0, 0):
            page.freeze_panes(*sheet.frozen)
        page.set_selection(0, 0, 0, 0)


def _rule(rule: Rule, header: str) -> dict[str, Any]:
    """What Excel lets into a cell of a column, with the words it says about it."""
    allowed, criteria = _allowed(rule)
    return {
        **criteria,
        "ignore_blank": not rule.required or rule.blank,
        "input_title": header[:32],
        "input_message": f"{rule.help} {'' if rule.required else 'Optional. '}{allowed}"[:_LONGEST_TEXT],
        "error_title": f"Invalid {header}"[:32],
        "error_message": f"{allowed} {rule.help}"[:_LONGEST_TEXT],
    }


def _allowed(rule: Rule) -> tuple[str, dict[str, Any]]:
    if rule.choices:
        return f"One of: {', '.join(rule.choices)}.", {"validate": "list", "source": list(rule.choices)}
    if rule.kind == "flag":
        return "TRUE or FALSE.", {"validate": "list", "source": ["TRUE", "FALSE"]}
    if rule.refers:
        table, _, column = rule.refers.partition(".")
        name = layout.list_name(rule.refers)
        return f"{'An' if column[0] in 'aeiou' else 'A'} {column} listed on {table}.", {
            "validate": "list",
            "source": f"={name}",
        }
    if rule.suggests:
        table, _, column = rule.suggests.partition(".")
        listed = {"validate": "list", "source": f"={layout.list_name(rule.suggests)}"}
        return f"The list shows each {column} on {table}.", {**listed, "error_type": "information"}
    if rule.kind == "date":
        return "A date such as 2026-03-31.", _between("date", *_DAYS)
    if rule.kind == "count":
        low, high = _bounds(rule, _WHOLE_NUMBERS)
        return f"A whole number{_said(rule)}.", _between("integer", int(low), int(high))
    if rule.kind in ("money", "ratio", "number"):
        if rule.above is not None and rule.at_most is None:
            return f"A number{_said(rule)}.", {"validate": "decimal", "criteria": ">", "value": rule.above}
        return f"A number{_said(rule)}.", _between("decimal", *_bounds(rule, _NUMBERS))
    return f"Text of up to {_LONGEST_TEXT} letters.", _between("length", 0, _LONGEST_TEXT)


def _between(what: str, low: Any, high: Any) -> dict[str, Any]:
    if isinstance(low, date):
        low, high = (datetime.combine(day, time()) for day in (low, high))
    return {"validate": what, "criteria": "between", "minimum": low, "maximum": high}


def _bounds(rule: Rule, widest: tuple[float, float]) -> tuple[float, float]:
    low = rule.at_least if rule.at_least is not None else rule.above
    return (widest[0] if low is None else low, widest[1] if rule.at_most is None else rule.at_most)


def _said(rule: Rule) -> str:
    """The bounds of a number in words."""
    parts = [f" from {rule.at_least:g}" if rule.at_least is not None else "",
             f" above {rule.above:g}" if rule.above is not None else "",
             f" to {rule.at_most:g}" if rule.at_most is not None else ""]  # fmt: skip
    return "".join(parts)
