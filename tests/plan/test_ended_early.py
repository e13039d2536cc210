"""Deals and payments that end before their period does are named where they did not before."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.03
"""
COLLECTED = PLAN + 'credit_date = "payment"\n'
ANSWERS = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "nps"
type = "metric"
weight = 1
measure = "NPS"
"""
OF_MONTH = (3, 11, 19, 26)


def files(*months: str, plan: str = PLAN, days: tuple[int, ...] = OF_MONTH) -> dict[str, str]:
    """A deal on each of some days of some months."""
    dates = [f"{month}-{day:02}" for month in months for day in days]
    rows = [f"D{n},{day},{21000 + 1370 * (n * 7 % 11)},E{1 + n % 2},A{n}" for n, day in enumerate(dates)]
    return {
        "plan.toml": plan,
        "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n"
        "E2,CSM,91000,2022-05-16\n",
        "deals.csv": "deal_id,date,amount,employee_id,account_id\n" + "\n".join(rows) + "\n",
    }


@pytest.mark.parametrize(
    ("months", "days", "says"),
    [
        (("2025-11", "2025-12", "2026-01", "2026-02", "2026-03"), OF_MONTH, ""),
        (("2025-10", "2025-11", "2025-12"), OF_MONTH,
         "none of the deals is of 2026-Q1, and 12 are of the 90 days before it"),
        (("2025-01", "2025-02", "2025-03"), OF_MONTH,
         "the last of 12 deals is of 2025-03-26, a year or more before 2026-Q1 ends"),
        (("2025-11", "2025-12", "2026-01", "2026-02"), OF_MONTH,
         "the last of 16 deals is of 2026-02-26, 33 days before 2026-Q1 ends, and up to then there was one"),
        (("2025-11", "2025-12", "2026-01", "2026-02"), (24, 25, 26), ""),  # once a month, at its end
        (("2025-12",), OF_MONTH, ""),  # few
        (("2026-01",), tuple(range(3, 29)), ""),  # all of them at once
    ],
)  # fmt: skip
def test_deals_that_end_early_are_named(
    tmp_path: Path, months: tuple[str, ...], days: tuple[int, ...], says: str
) -> None:
    status, told = paid_folder(tmp_path, files(*months, days=days))
    assert status == 0 and says in told and ("warning W613" in told) == bool(says), told


def test_payments_that_end_early_are_named(tmp_path: Path) -> None:
    company = files("2025-10", "2025-11", "2025-12", "2026-01", plan=COLLECTED)
    deals = company["deals.csv"].splitlines()[1:13]
    paid = "".join(f"{row.split(',')[0]},2025-12-{27 + n % 4},5000\n" for n, row in enumerate(deals))
    status, told = paid_folder(tmp_path, company | {"payments.csv": f"deal_id,date,amount\n{paid}"})
    assert status == 0 and "none of the payments is of 2026-Q1, and 12 are of the 90 days before it" in told


def test_a_survey_of_one_wave_is_paid_without_a_word(tmp_path: Path) -> None:
    company = files("2025-12", plan=ANSWERS)
    rows = "".join(f"S{n},2026-01-{n + 2:02},NPS,{10 - n % 5},E{1 + n % 2}\n" for n in range(16))
    results = "period,scope,id,measure,actual,goal\n" + "".join(
        f"2026-Q1,individual,E{n},NPS,,40\n" for n in (1, 2)
    )
    answers = {"answers.csv": f"answer_id,date,measure,score,employee_id\n{rows}", "results.csv": results}
    status, told = paid_folder(tmp_path, {k: v for k, v in (company | answers).items() if k != "deals.csv"})
    assert status == 0 and not told
