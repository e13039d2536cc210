"""Numbers that were dragged down as a series, and people who are on the roster twice, are named."""

from __future__ import annotations

from collections.abc import Callable
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
NAMES = ("Ana", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal")
PEOPLE = [f"E{n},{name} Sample,CSM,{71000 + 7300 * (n * 5 % 8)},202{n % 5}-0{n}-1{n}," for n, name in
          enumerate(NAMES, 1)]  # fmt: skip
HEAD = "employee_id,employee_name,plan_id,base_salary,hire_date,leave_date\n"
RESULTS = [f"2026-Q1,individual,E{n},NRR,1.0{n * 3 % 8},1.05" for n in range(1, 9)]
DEALS = [f"D{n},2026-02-1{n},{31000 + 1730 * (n * 3 % 8)},E{n}" for n in range(1, 9)]
FILES = {
    "plan.toml": PLAN,
    "roster.csv": HEAD + "\n".join(PEOPLE) + "\n",
    "results.csv": "period,scope,id,measure,actual,goal\n" + "\n".join(RESULTS) + "\n",
    "deals.csv": "deal_id,date,amount,employee_id\n" + "\n".join(DEALS) + "\n",
}


def test_a_clean_company_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


def _with(file: str, at: int, value: Callable[[int], str]) -> dict[str, str]:
    """The files with another value in one column. value: of each row by its number from 0."""
    head, *rows = FILES[file].splitlines()
    cells = [row.split(",") for row in rows]
    for n, row in enumerate(cells):
        row[at] = value(n)
    return FILES | {file: "\n".join([head, *map(",".join, cells)]) + "\n"}


@pytest.mark.parametrize(
    ("file", "at", "value", "says"),
    [
        ("roster.csv", 3, lambda n: f"{78000 + n}", "base_salary is 78,000, and goes up by 1 in each"),
        ("results.csv", 5, lambda n: f"{1.02 + n / 100:.2f}", "goal is 1.02, and goes up by 0.01 in each"),
        ("deals.csv", 2, lambda n: f"{31000 - n}", "amount is 31,000, and goes down by 1 in each of the 7"),
        ("deals.csv", 2, lambda n: f"{31000 + (n if n < 5 else 900 * n)}", "up by 1 in each of the 4 rows"),
        ("deals.csv", 2, lambda n: f"{31000 + (n if n < 4 else 900 * n)}", ""),
        ("deals.csv", 2, lambda n: f"{31000 + 1500 * n}", ""),
        ("results.csv", 5, lambda n: f"{1.02 + n % 2 / 100:.2f}", ""),
    ],
)  # fmt: skip
def test_a_series_is_named(
    tmp_path: Path, file: str, at: int, value: Callable[[int], str], says: str
) -> None:
    status, told = paid_folder(tmp_path, _with(file, at, value))
    assert status == 0 and says in told and ("dragged down" in told) == bool(says), told


def test_goals_that_rise_from_month_to_month_are_no_series(tmp_path: Path) -> None:
    rows = "".join(f"2026-0{n},individual,E1,NRR,1.03,{1 + n / 100:.2f}\n" for n in range(1, 8))
    files = FILES | {"results.csv": FILES["results.csv"] + rows}
    assert "dragged down" not in paid_folder(tmp_path, files)[1]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("X9,ana  sample,CSM,65000,2021-01-11,", "and the same hire date: both are paid"),
        ("X9,Ana Sample,CSM,107500,2026-01-05,", "and the same plan and salary: both are paid"),
        ("X9,Ana Sample,CSM,88000,2022-05-02,", ""),  # a namesake
        ("X9,Ana Sample,CSM,107500,2019-01-07,2020-12-31", ""),  # rehired under a new ID
        ("X9,Ivy Sample,CSM,107500,2021-01-11,", ""),
    ],
)
def test_one_name_under_two_ids_is_named(tmp_path: Path, row: str, found: str) -> None:
    assert PEOPLE[0] == "E1,Ana Sample,CSM,107500,2021-01-11,"
    files = FILES | {
        "roster.csv": f"{FILES['roster.csv']}{row}\n",
        "results.csv": FILES["results.csv"]
        + ("2026-Q1,individual,X9,NRR,1.02,1.05\n" if "2020-12" not in row else ""),
    }
    status, told = paid_folder(tmp_path, files)
    assert status == 0 and found in told and ("have one name" in told) == bool(found), told
