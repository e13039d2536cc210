"""Workbooks made at random for the patch, and what they must say afterwards."""

from __future__ import annotations

import io
import random
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from openpyxl import Workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.utils import get_column_letter as letters
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table, TableColumn, TableFormula

TEXTS = ("plain", " edges ", "a<b&c>\"d'e", "=1+1", "+SUM(A1)", "00123", "línea\nzwei", "tab\there", "日本",
         "@x", "-2", "TRUE", "_x0041_", "bell\x07", "cr\rlf", "<![CDATA[x]]>", "x" * 300)  # fmt: skip


@dataclass
class Spec:
    """A table as a test lays it out: its first column is text, the last but one a number, the last is
    twice that number; `notes` are beneath it, so many rows further down."""

    name: str
    top: int
    left: int
    rows: list[list[Any]]
    totals: bool = False
    notes: list[int] = field(default_factory=list)

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def last(self) -> int:
        return self.top + len(self.rows)

    @property
    def number(self) -> int:
        return self.left + self.width - 2

    @property
    def headers(self) -> list[str]:
        return [f"{self.name} {at}" for at in range(self.width - 2)] + [
            f"{self.name} n",
            f"{self.name} twice",
        ]

    @property
    def formula(self) -> str:
        return f"{self.name}[[#This Row],[{self.name} n]]*2"

    def sum_of(self) -> str:
        column = letters(self.number)
        return f"SUM(Out!${column}${self.top + 1}:${column}${self.last})"


@dataclass
class Layout:
    """The tables of the sheet Out, side by side; the sheet Own has a user's formulas."""

    tables: list[Spec]


def any_value(rng: random.Random) -> Any:
    kind = rng.randrange(7)
    if kind == 0:
        return None
    if kind == 1:
        return rng.choice((True, False))
    if kind == 2:
        return rng.randint(-(10**9), 10**9)
    if kind == 3:
        return rng.choice((0.1, 1e-12, 1.5e300, -0.25, 1 / 3))
    return rng.choice(TEXTS)


def any_rows(rng: random.Random, count: int, width: int) -> list[list[Any]]:
    """Rows as a refresh gives them: the last cell, of a formula, is left to the workbook."""
    rows = [[f"id{at}", *[any_value(rng) for _ in range(width - 3)], rng.randint(0, 1000), None]
            for at in range(count)]  # fmt: skip
    if width > 4:  # the third column is one of dates
        for row in rows:
            row[2] = date(rng.randint(1950, 2050), rng.randint(1, 12), 28)
    return rows


def any_layout(rng: random.Random) -> Layout:
    tables, left = [], rng.randint(1, 3)
    for at in range(rng.randint(1, 3)):
        width = rng.randint(3, 6)
        rows = any_rows(rng, rng.randint(1, 9), width)
        notes = sorted(rng.sample(range(1, 8), rng.randint(0, 2)))
        tables.append(Spec(f"tbl{'ABC'[at]}", rng.randint(2, 6), left, rows, rng.random() < 0.3, notes))
        left += width + rng.randint(0, 2)
    return Layout(tables)


def write_xlsxwriter(path: Path, layout: Layout) -> None:
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    out, own = book.add_worksheet("Out"), book.add_worksheet("Own")
    money, day = (
        book.add_format({"num_format": "#,##0.00", "bold": True}),
        book.add_format({"num_format": 14}),
    )
    red = book.add_format({"font_color": "red"})
    out.write(0, 0, "Title")
    for at, one in enumerate(layout.tables):
        columns: list[dict[str, Any]] = [{"header": header} for header in one.headers]
        columns[-2]["format"] = money
        columns[-1]["formula"] = one.formula
        if one.totals:
            columns[0]["total_string"], columns[-2]["total_function"] = "All", "sum"
        bottom = one.last - 1 + one.totals
        out.add_table(one.top - 1, one.left - 1, bottom, one.left + one.width - 2,
                      {"name": one.name, "columns": columns, "total_row": one.totals})  # fmt: skip
        for down, row in enumerate(one.rows):
            for right, value in enumerate(row[:-1]):
                place = (one.top + down, one.left - 1 + right)
                if isinstance(value, date):
                    out.write_datetime(*place, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    out.write(*place, value.replace("\x07", "_x0007_") if isinstance(value, str) else value)
            out.write_formula(one.top + down, one.left + one.width - 2, f"={one.formula}", None, row[-2] * 2)
        for down in one.notes:
            out.write(bottom + down, one.left, f"note {one.name} {down}")
        column = one.number - 1
        out.conditional_format(one.top, column, one.last - 1, column,
                               {"type": "cell", "criteria": ">", "value": 500, "format": red})  # fmt: skip
        out.data_validation(one.top, column, one.last - 1, column,
                            {"validate": "decimal", "criteria": ">=", "value": -1})  # fmt: skip
        own.write_formula(at, 0, f"={one.sum_of()}", None, sum(row[-2] for row in one.rows))
        own.write_formula(at, 1, f"=COUNTA({one.name}[{one.headers[0]}])", None, len(one.rows))
        for right, down in enumerate(one.notes):
            cell = f"{letters(one.left + 1)}{bottom + down + 1}"
            own.write_formula(at, 2 + right, f"=Out!{cell}", None, f"note {one.name} {down}")
        book.define_name(f"Numbers{one.name}", f"=Out!${letters(column + 1)}${one.top + 1}:"
                                               f"${letters(column + 1)}${one.last}")  # fmt: skip
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["Out", one.top, column, one.last - 1, column]})
        own.insert_chart(20 + 20 * at, 3, chart, {"description": one.name})
    own.write(10, 0, "typed <by> & hand")
    own.write_comment(10, 0, "a comment")
    first = layout.tables[0]
    name = letters(first.number)
    own.add_sparkline(11, 0, {"range": f"Out!{name}{first.top + 1}:{name}{first.last}"})
    book.set_custom_property("Period", "2026-Q1")
    book.close()


def write_openpyxl(path: Path, layout: Layout) -> None:
    book = Workbook()
    out = book.active
    out.title = "Out"
    own = book.create_sheet("Own")
    out["A1"] = "Title"
    for at, one in enumerate(layout.tables, 1):
        for right, header in enumerate(one.headers):
            out.cell(one.top, one.left + right, header)
        for down, row in enumerate(one.rows, 1):
            for right, value in enumerate(row[:-1]):
                text = value.replace("\x07", "_x0007_") if isinstance(value, str) else value
                cell = out.cell(one.top + down, one.left + right)
                if text is not None:
                    cell.value = text
                    if isinstance(text, str):
                        cell.data_type = "s"
            out.cell(one.top + down, one.left + one.width - 1, f"={one.formula}")
        bottom = one.last + one.totals
        place = f"{letters(one.left)}{one.top}:{letters(one.left + one.width - 1)}{bottom}"
        table = Table(displayName=one.name, ref=place)
        table._initialise_columns()  # type: ignore[attr-defined]
        for column, header in zip(table.tableColumns, one.headers, strict=True):
            column.name = header
        last: TableColumn = table.tableColumns[-1]
        last.calculatedColumnFormula = TableFormula(attr_text=one.formula)
        if one.totals:
            table.totalsRowCount, table.autoFilter = 1, None
            table.tableColumns[0].totalsRowLabel = "All"
            out.cell(bottom, one.left, "All")
        out.add_table(table)
        for down in one.notes:
            out.cell(bottom + down, one.left + 1, f"note {one.name} {down}")
        letter = letters(one.number)
        span = f"{letter}{one.top + 1}:{letter}{one.last}"
        out.conditional_formatting.add(span, CellIsRule(operator="greaterThan", formula=["500"]))
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="-1")
        rule.add(span)
        out.add_data_validation(rule)
        own.cell(at, 1, f"={one.sum_of()}")
        own.cell(at, 2, f"=COUNTA({one.name}[{one.headers[0]}])")
        for right, down in enumerate(one.notes, 3):
            own.cell(at, right, f"=Out!{letters(one.left + 1)}{bottom + down}")
        book.defined_names[f"Numbers{one.name}"] = DefinedName(
            f"Numbers{one.name}", attr_text=f"Out!${letter}${one.top + 1}:${letter}${one.last}"
        )
    own["A11"] = "typed <by> & hand"
    book.save(path)


def packed(path_or_bytes: Path | bytes) -> dict[str, tuple[Any, ...]]:
    """Each member of a zip as it is packed: its date, method, check sum, attributes, and its bytes."""
    data = path_or_bytes if isinstance(path_or_bytes, bytes) else path_or_bytes.read_bytes()
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        for info in file.infolist():
            start = info.header_offset + 30
            name, extra = (int.from_bytes(data[start - at : start - at + 2], "little") for at in (4, 2))
            begin = start + name + extra
            found[info.filename] = (info.date_time, info.compress_type, info.CRC, info.external_attr,
                                    data[begin : begin + info.compress_size])  # fmt: skip
    return found


def cells_of(sheet: Any) -> dict[tuple[int, int], Any]:
    """What openpyxl reads on a sheet."""
    return {(cell.row, cell.column): cell.value for row in sheet.iter_rows() for cell in row
            if cell.value is not None}  # fmt: skip
