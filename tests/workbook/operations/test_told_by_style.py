"""What a cell's style says: a currency beside a number, a row that is struck out; and rows on Control."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.workbook.settings import SETTINGS
from csm_xl.xlsx.number_formats import marks_in


def pay(small: Path, folder: Path, change: Callable[[Any], None], *options: str) -> tuple[int, str]:
    """What `pay` says about the small workbook after a change."""
    file = folder / "changed.xlsx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(small)
        change(book)
        book.save(file)
    result = CliRunner().invoke(app, ["pay", str(file), "--period", "2026-Q1", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr


def formatted(sheet: str, cells: str, code: str) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        for row in book[sheet][cells]:
            for cell in row:
                cell.number_format = code

    return change


@pytest.mark.parametrize(
    ("code", "mark"),
    [
        ('#,##0.00 "€"', "€"),
        ("[$€-407] #,##0", "€"),
        ("#,##0\\ [$CHF]", "CHF"),
        ('_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-;_-@_-', "€"),
        ("£#,##0", "£"),
        ('0.0"x"', "x"),
        ("[Red]#,##0;[Blue]-0", ""),
        ('#,##0;"€"0', ""),
        ("General", ""),
    ],
)
def test_the_first_section_of_a_format_has_the_mark(code: str, mark: str) -> None:
    assert marks_in(code) == mark


@pytest.mark.parametrize("code", ['#,##0.00 "€"', "[$€-407]#,##0", '"GBP" 0', "[$£-809]#,##0"])
def test_a_salary_shown_in_a_currency_that_nobody_is_paid_in_stops(
    small: Path, tmp_path: Path, code: str
) -> None:
    change = formatted("Roster", "C7:C9", code)
    status, told = pay(small, tmp_path, change)
    assert status == 2
    assert "Roster!C7" in told and "but it is an amount in USD" in told and "--accept E007" in told
    assert pay(small, tmp_path, change, "--accept", "E007")[0] == 0


@pytest.mark.parametrize("code", ['"$"#,##0.00', "[$$-409]#,##0", "[$USD] 0", '#,##0 "per year"', "0.0"])
def test_a_salary_shown_in_its_own_currency_is_paid_without_a_word(
    small: Path, tmp_path: Path, code: str
) -> None:
    assert pay(small, tmp_path, formatted("Roster", "C7:C9", code)) == pay(small, tmp_path, lambda book: None)


def test_a_person_is_shown_in_the_currency_of_the_row(small: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        header = [cell.value for cell in book["Roster"][6]].index("Currency")
        book["Roster"].cell(7, header + 1).value = "EUR"
        book["Roster"].cell(8, header + 1).value = "USD"
        book["Roster"]["C7"].number_format = '#,##0 "€"'
        book["Roster"]["C8"].number_format = '#,##0 "€"'

    _, told = pay(small, tmp_path, change)
    assert "Roster!C7: the cell" not in told
    assert "Roster!C8: the cell shows base_salary in €, but it is an amount in USD" in told


def test_a_deal_shown_in_another_currency_stops(small: Path, tmp_path: Path) -> None:
    status, told = pay(small, tmp_path, formatted("Deals", "C7:C7", "[$€-2]#,##0.00"))
    assert status == 2
    assert "Deals!C7: the cell shows amount in €, but it is an amount in USD" in told


@pytest.mark.parametrize("code", ["0%", "0.00%", "0.0%"])
def test_an_amount_shown_as_a_percentage_stops(small: Path, tmp_path: Path, code: str) -> None:
    def change(book: Any) -> None:
        book["Deals"]["C7"].value = 0.5
        book["Deals"]["C7"].number_format = code

    status, told = pay(small, tmp_path, change)
    assert status == 2 and "Deals!C7: the cell shows amount as a percentage" in told


def test_rows_that_are_struck_out_are_named(small: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        for cell in book["Roster"][8][:4]:
            cell.font = Font(strike=True)

    status, told = pay(small, tmp_path, change)
    assert status == 0
    assert "text is struck out in 1 row of tblRoster: Roster row 8" in told


def test_notes_on_cells_of_a_table_are_named_and_others_are_not(small: Path, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        book["Roster"]["C8"].comment = Comment("half time from May", "Sample Lead")
        book["Roster"]["A2"].comment = Comment("as of June", "Sample Lead")

    status, told = pay(small, tmp_path, change)
    assert status == 0
    assert "Roster!C8: a note or comment is on 1 cell of tblRoster: Roster!C8" in told and "A2" not in told


@pytest.mark.parametrize("below", [1, 2])
def test_a_row_of_control_that_is_no_setting_is_named(small: Path, tmp_path: Path, below: int) -> None:
    row = 6 + len(SETTINGS) + below  # below the header in row 6, and below all that are settings

    def change(book: Any) -> None:
        book["Control"][f"A{row}"].value = "Exchange rate"
        book["Control"][f"B{row}"].value = 1.1

    status, told = pay(small, tmp_path, change)
    assert status == 0
    assert f"Control!B{row}: 'Exchange rate' is not a setting, so it is not used" in told
    assert "is not a setting" not in pay(small, tmp_path, lambda book: None)[1]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ("J7:J8", "cells of 1 row of tblRoster are merged with those above: Roster row 8"),
        ("I7:J9", "cells of 2 rows of tblRoster are merged with those above: Roster rows 8, 9"),
        ("A3:C4", ""),  # a title
        ("I7:J7", ""),
    ],
)
def test_rows_that_are_merged_are_named(small: Path, tmp_path: Path, cells: str, says: str) -> None:
    told = pay(small, tmp_path, lambda book: book["Roster"].merge_cells(cells))[1]
    assert says in told and ("are merged with" in told) == bool(says), told
