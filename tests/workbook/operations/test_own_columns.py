"""Columns that somebody added to a table of results, next to ours under nearly the same header."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from csm_xl.workbook.operations.check_outputs import _ordered, _rows
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.workbook.operations.refresh.update import update_of
from csm_xl.workbook.page import Column, Sheet, Table, Template
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.package import Region

HEADERS = ("Employee id", "Base pay (USD)", "Base pay")
"""What the file has: the last column is somebody's own."""
HELD = [["E1", 1000.0, "per contract"], ["E2", 2000.0, "as agreed"]]


def table(name: str, rows: list[list[Any]]) -> Table:
    columns = (Column("Employee id", "value", "text"), Column("Base pay (USD)", "value", "money"))
    return Table(name, "", "", columns, rows)


def region(name: str) -> Region:
    return Region(name, "Sheet", 1, 1, 1 + len(HELD), HEADERS)


def rows_written(name: str, rows: list[list[Any]]) -> Any:
    sheet = Sheet("Sheet", "output", "Sheet", "")
    sheet.tables = [table(name, rows)]
    made = Template((sheet,), {}, "", datetime(2026, 1, 1), {}, "Letter")
    there = region(name)
    state = State(Path("plan.xlsx"), [], {name.casefold(): there}, {name.casefold(): HELD}, {}, {})
    return update_of(made, state).tables[name]


def test_a_refresh_leaves_a_column_that_differs_from_ours_only_by_its_unit() -> None:
    new = [["E2", 2500.0], ["E1", 1500.0]]
    assert rows_written("tblTotalComp", new) == [["E2", 2500.0, "as agreed"], ["E1", 1500.0, "per contract"]]
    assert rows_written("tblHelp", new) == [["E2", 2500.0, "per contract"], ["E1", 1500.0, "as agreed"]]


def test_the_check_compares_our_column_and_not_the_one_beside_it() -> None:
    values = {Place("Sheet", 2 + down, 1 + across): cell
              for down, row in enumerate(HELD) for across, cell in enumerate(row)}  # fmt: skip
    rows = [row[:2] for row in HELD]
    for name, compare in (("tblTotalComp", _rows), ("tblHelp", _ordered)):
        book = Book(["Sheet"], values, tables={name.casefold(): region(name)})
        assert list(compare(table(name, rows), book, "")) == []
        (wrong,) = compare(table(name, [rows[0], ["E2", 2001.0]]), book, "")
        assert (wrong.where, wrong.got) == ("Sheet!B3", 2000.0)
