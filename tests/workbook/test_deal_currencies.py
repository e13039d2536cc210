"""A workbook of deals in several currencies: its header names none, and no check adds two."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.defined_name import DefinedName
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.plan.names import header_name

PLAN = """[[plans]]
plan_id = "sales"
model = "base_variable"
pay_period = "quarter"
target_basis = "amount"

[[components]]
plan_id = "sales"
component_id = "upsell"
type = "commission"
rate = 0.1
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,currency\n"
                  "E1,sales,80000,2024-01-01,USD\nE2,sales,80000,2024-01-01,{}\n",
    "deals.csv": "deal_id,date,amount,employee_id,currency\nD1,2026-01-15,10000,E1,USD\n"
                 "D2,2026-02-10,20000,E1,EUR\nD3,2026-03-10,30000,E2,EUR\nD4,2026-03-11,4000,E2,GBP\n",
    "rates.csv": "from_currency,to_currency,rate,date\nEUR,USD,1.1,2026-01-01\nGBP,USD,1.3,2026-01-01\n"
                 "GBP,EUR,1.15,2026-01-01\n",
}  # fmt: skip
PAID = {"USD": {"E1": 3200.0, "E2": 3820.0}, "EUR": {"E1": 3200.0, "E2": 3460.0}}
"""The currency of E2 → 10% of the deals at their rates."""


def shell(*words: object) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.stdout


def folder_of(folder: Path, code: str) -> Path:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text.replace("{}", code))
    return folder


def workbook_of(folder: Path, code: str) -> Path:
    folder.mkdir(exist_ok=True)
    given = folder_of(folder / "in", code)
    path = folder / "plan.xlsx"
    tables = [word for name in ("roster", "deals", "rates") for word in (f"--{name}", given / f"{name}.csv")]
    shell("new", path, "--plan", given / "plan.toml", *tables)
    return path


def paid(path: Path) -> dict[str, float]:
    lines = json.loads(shell("pay", path, "--period", "2026-Q1", "--json"))["lines"]
    return {line["employee_id"]: line["amount"] for line in lines}


def deals_changed(path: Path, change: Callable[[Any, dict[str, int]], None]) -> None:
    """Change the sheet Deals; `change` is given the sheet, and where its columns are."""
    book = load_workbook(path)
    page = book["Deals"]
    names = {
        header_name(str(cell.value)): cell.column for cell in page[6] if cell.column <= 20 and cell.value
    }
    change(page, names)
    book.save(path)


def headers(path: Path) -> list[str]:
    return list(load_workbook(path)["Deals"].tables["tblDeals"].column_names)


def checks(path: Path, begin: str = "Deals ") -> dict[str, tuple[Any, Any, Any]]:
    """Name of a check that begins so → what was found, what is expected, and whether it holds."""
    page = load_workbook(path, data_only=True)["Checks"]
    rows = {str(row[0].value): tuple(cell.value for cell in row[2:6]) for row in page.iter_rows(min_row=7)}
    return {name: (row[0], row[1], row[3]) for name, row in rows.items() if name.startswith(begin)}


@pytest.mark.parametrize("code", ["USD", "EUR"])
def test_new_refresh_check_and_pay_give_the_same_figures(tmp_path: Path, code: str) -> None:
    path = workbook_of(tmp_path, code)
    assert paid(path) == PAID[code] == paid(tmp_path / "in")
    shown = checks(path)
    shell("check", path)
    shell("refresh", path)
    shell("check", path)
    assert paid(path) == PAID[code] and checks(path) == shown
    both = {
        "USD": {"Deals in USD": (10_000, 10_000, True), "Deals in other currencies": (3, 3, True)},
        "EUR": {"Deals in EUR": (50_000, 50_000, True), "Deals in USD": (10_000, 10_000, True),
                "Deals without currency": (0, 0, True), "Deals in other currencies": (1, 1, True)},
    }  # fmt: skip
    assert shown == both[code]


def test_no_sum_of_lines_is_of_two_currencies(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "EUR")
    both = {"Rounding (EUR)": (3460, 3460, True), "Rounding (USD)": (3200, 3200, True)}
    assert checks(path, "Rounding") == both
    shell("refresh", path)
    assert checks(path, "Rounding") == both
    assert list(checks(path, "Targets follow weights")) == [
        "Targets follow weights (EUR)", "Targets follow weights (USD)"
    ]  # fmt: skip
    alone = workbook_of(tmp_path / "alone", "USD")
    assert checks(alone, "Rounding") == {"Rounding": (7020, 7020, True)}


def test_the_header_of_deals_names_no_currency_whatever_the_rows_hold(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "USD")
    assert "Amount (deal currency)" in headers(path)

    def all_in_dollars(page: Any, at: dict[str, int]) -> None:
        for row in range(7, 11):
            page.cell(row, at["currency"]).value = "USD"

    deals_changed(path, all_in_dollars)
    shell("refresh", path)
    assert "Amount (deal currency)" in headers(path)
    shell("check", path)
    assert paid(path) == {"E1": 3000.0, "E2": 3400.0}
    assert checks(path)["Deals in other currencies"] == (0, 0, True)


def test_the_sheet_saved_as_a_file_is_read_again(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "USD")
    page = load_workbook(path)["Deals"]
    rows = [[cell.value for cell in row] for row in page[page.tables["tblDeals"].ref]]
    with (tmp_path / "in" / "deals.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[cell if cell is not None else "" for cell in row] for row in rows])
    assert paid(tmp_path / "in") == PAID["USD"]


def test_a_workbook_whose_header_names_a_currency_is_read_as_before(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "USD")

    def rename(page: Any, at: dict[str, int]) -> None:
        page.cell(6, at["amount"]).value = "Amount (USD)"
        page.tables["tblDeals"].tableColumns[at["amount"] - 1].name = "Amount (USD)"

    deals_changed(path, rename)
    assert paid(path) == PAID["USD"]


def test_the_one_sum_that_an_earlier_workbook_checks_is_written_there(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "USD")
    book = load_workbook(path)
    book["Checks"]["Z90"] = 1
    name = "expected_deals_as_refreshed"
    book.defined_names[name] = DefinedName(name, attr_text="Checks!$Z$90")
    book.save(path)
    shell("refresh", path)
    assert load_workbook(path)["Checks"]["Z90"].value == 64_000


def test_an_edited_deal_is_named_as_the_edited_input(tmp_path: Path) -> None:
    path = workbook_of(tmp_path, "USD")

    def edit(page: Any, at: dict[str, int]) -> None:
        page.cell(7, at["amount"]).value = 10_500

    deals_changed(path, edit)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 1
    assert "the inputs were edited since the last refresh" in result.output and "(deals)" in result.output
