"""Cells and rows that a spreadsheet or an export wrote otherwise than they are meant are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import NRR, paid_folder

PLAN = f"""{NRR.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.02
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,leave_date\n"
    + "".join(f"E{n},CSM,82000,2023-02-01,\n" for n in range(1, 9)),
    "results.csv": "period,scope,id,measure,actual,goal\n"
    + "".join(f"2026-Q1,individual,E{n},NRR,1.0{n},1.05\n" for n in range(1, 9)),
    "deals.csv": "deal_id,date,amount,employee_id,product,term\nD1,2026-02-01,42000,E1,Core,12\n"
    + "".join(f"D{n},2026-02-1{n},38{n}00,E{n},Core,12\n" for n in range(2, 9)),
    "arrangements.csv": "employee_id,kind,from,amount,to\nE1,guarantee,2026-01-01,4000,2026-06-30\n",
}


def paid(folder: Path, file: str, before: str, after: str) -> tuple[int, str]:
    assert before in FILES[file]
    return paid_folder(folder, FILES | {file: FILES[file].replace(before, after)})


def test_a_clean_company_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("plan.toml", 'plan_id = "CSM"\nmodel', 'plan_id = "CSM"\nvalid_from = 2026\nmodel',
         "2026 is a year and no day (found 2026). Type a date, such as 2026-01-01."),
        ("deals.csv", "42000,E1,Core,12", "42000,E1,Core,12\nD1,2026-02-01,42000,E1,Core,12",
         "duplicate deal_id D1 in deals"),
        ("deals.csv", "deal_id,date,amount,employee_id,product,term\n",
         "deal_id,date,amount,employee_id,product,term,currency\nD0,2026-02-01,42000,E1,Core,12,Euro\n",
         "Type EUR, if that is meant."),
    ],
)  # fmt: skip
def test_a_slip_is_refused(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    status, told = paid(tmp_path, file, before, after)
    assert status == 2 and says in told


def test_rows_that_are_there_twice_are_one_finding(tmp_path: Path) -> None:
    twice = FILES["results.csv"] + FILES["results.csv"].partition("\n")[2]
    status, told = paid_folder(tmp_path, FILES | {"results.csv": twice})
    assert status == 2 and len(told.splitlines()) == 1
    assert "8 rows of results have the period, scope, id, measure of an earlier row" in told


@pytest.mark.parametrize(("dropped", "found"), [(",Core", True), ("", False)])
def test_a_row_that_lacks_a_cell_is_named(tmp_path: Path, dropped: str, found: bool) -> None:
    status, told = paid(tmp_path, "deals.csv", f"D3,2026-02-13,38300,E3{dropped}", "D3,2026-02-13,38300,E3")
    assert status == 0 and ("the row has 5 cells under 6 headers, and most have all" in told) == found


def test_a_file_whose_columns_are_separated_by_bars_is_read(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES | {"roster.csv": FILES["roster.csv"].replace(",", "|")}) == (0, "")


def test_the_0_of_a_look_up_in_a_format_of_days_is_no_day(tmp_path: Path) -> None:
    assert paid(tmp_path, "roster.csv", "2023-02-01,\n", "2023-02-01,00:00:00\n") == (0, "")
    status, told = paid(tmp_path, "roster.csv", "2023-02-01,\n", "00:00:00,\n")
    assert status == 2 and "hire_date is blank" in told
