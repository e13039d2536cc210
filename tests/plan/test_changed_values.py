"""Changes that are unlike what held before are named before anyone is paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import NRR, paid_folder

PLAN = f"""{NRR.rstrip()}
[[plans]]
plan_id = "AM"
model = "base_variable"
pay_period = "quarter"
target_basis = "amount"
[[components]]
plan_id = "AM"
component_id = "renewals"
type = "metric"
weight = 1
measure = "NRR"
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,fte,target_amount\nE1,CSM,82000,2023-02-01,1,\n"
    "E2,CSM,91000,2022-05-16,0.8,\nE3,AM,96000,2021-03-01,1,26000\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NRR,1.08,1.05\n"
    "2026-Q1,individual,E2,NRR,1.02,1.05\n2026-Q1,individual,E3,NRR,1.04,1.05\n",
}
HEADER = "employee_id,from,base_salary,fte,target_amount,location\n"


def changed(folder: Path, row: str) -> tuple[int, str]:
    return paid_folder(folder, FILES | {"changes.csv": f"{HEADER}{row}\n"})


@pytest.mark.parametrize(
    "row",
    [
        "E1,2026-02-01,85000,,,",
        "E1,2026-02-01,76000,,,Austin",
        "E2,2026-02-01,,1,,",
        "E2,2026-02-01,93000,1,,",
        "E3,2026-02-01,,,30000,",
        "E1,2023-02-01,82000,,,",
        "E1,2026-02-01,82000,0,,",
        "E1,2026-02-01,,0,,",
    ],
)
def test_a_sound_change_is_paid_in_silence(tmp_path: Path, row: str) -> None:
    assert changed(tmp_path, row) == (0, "")


@pytest.mark.parametrize(
    "rows",
    [
        "E1,2026-01-01,78000,,,\nE1,2026-03-01,82000,,,",
        "E1,2026-03-01,82000,,,\nE1,2026-01-01,78000,,,",
        "E1,2023-02-01,78000,,,\nE1,2026-03-01,82000,,,",
        "E1,2026-01-01,90000,,,\nE1,2026-03-01,82000,,,",
        "E1,2026-01-01,78000,,,Reno\nE1,2026-03-01,82000,,,Austin",
        "E1,2025-01-01,70000,,,\nE1,2026-01-01,78000,,,\nE1,2026-03-01,82000,,,",
    ],
)
def test_the_salary_of_before_and_the_roster_s_from_its_day_are_right(tmp_path: Path, rows: str) -> None:
    assert changed(tmp_path, rows) == (0, "")


@pytest.mark.parametrize(
    "rows",
    [
        "E1,2026-02-01,78000,,,\nE1,2026-03-01,82000,,,",  # in the midst of the year
        "E1,2026-01-01,78000,,,\nE1,2026-03-01,81000,,,",  # the roster has another salary
        "E1,2026-01-01,78000,,,",
    ],
)
def test_a_lower_salary_that_does_not_lead_to_the_roster_s_is_named(tmp_path: Path, rows: str) -> None:
    assert "base_salary changes from 82,000 to 78,000" in changed(tmp_path, rows)[1]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("E1,2024-02-01,78000,,,", "base_salary changes from 82,000 to 78,000, 95% of it"),
        ("E1,2024-02-01,78000,,,", "The roster needs the salary before 2024-02-01, not today's."),
        ("E1,2026-02-01,65600,0.8,,", "by the same factor as the FTE, to 0.8: the FTE is applied twice"),
        (
            "E2,2026-02-01,113750,1,,",
            "by the same factor as the FTE, to 1: the FTE is applied twice",
        ),
        ("E3,2026-02-01,,,6750,", "target_amount changes from 26,000 to 6,750, 0.26 times as much"),
        ("E3,2026-02-01,,,104000,", "target_amount changes from 26,000 to 104,000, 4 times as much"),
        ("E3,2026-02-01,,,0,", "target_amount changes from 26,000 to 0: it pays nothing from then on"),
        ("E1,2026-02-01,85000,0,,", "fte becomes 0 on the day of the new salary 85,000, and the target pays"),
        ("E1,2023-02-01,79000,,,", "so the roster's base_salary 82,000 is never used"),
    ],
)
def test_a_change_that_is_perhaps_a_slip_is_paid_and_named(tmp_path: Path, row: str, says: str) -> None:
    status, told = changed(tmp_path, row)
    assert status == 0
    assert says in told


@pytest.mark.parametrize(("ratio", "found"), [("0", True), ("0.02", True), ("0.25", False), ("", False)])
def test_a_target_unlike_that_of_the_plan_is_named(tmp_path: Path, ratio: str, found: bool) -> None:
    changes = f"employee_id,from,base_salary,target_ratio\nE1,2026-02-01,85000,{ratio}\n"
    status, told = paid_folder(tmp_path, FILES | {"changes.csv": changes})
    assert status == 0 and ("target_ratio changes from 0.2 to " in told) == found, told
