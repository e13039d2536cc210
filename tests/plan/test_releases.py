"""Releases of more than was held back, and corrections of what was cancelled that are added, are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import NRR, paid_folder

FILES = {
    "plan.toml": NRR,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,80000,2023-02-01\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,NRR,1.05,1.05\n",
}


@pytest.mark.parametrize(
    ("since", "row", "says"),
    [
        ("2026-01-01", "E1,800,Released,release", ""),
        (
            "2026-01-01",
            "E1,8000,Released,release",
            "8,000.00 is released to E1, but only 800.00 was",
        ),
        ("2025-10-01", "E1,8000,Released,release", ""),
        ("2026-01-01", "E1,250,Deal D9 cancelled,manual", "suggests a deduction, but 250 is added"),
        ("2026-01-01", "E1,-250,Deal D9 cancelled,manual", ""),
        ("2026-01-01", "E1,250,Clawback of D9 cancelled,manual", ""),
    ],
)
def test_an_adjustment_is_paid_and_named(tmp_path: Path, since: str, row: str, says: str) -> None:
    status, told = paid_folder(tmp_path, FILES | {
        "arrangements.csv": f"employee_id,kind,from,amount\nE1,holdback,{since},0.2\n",
        "adjustments.csv": f"period,employee_id,amount,reason,kind\n2026-Q1,{row}\n",
    })  # fmt: skip
    assert status == 0
    assert says in told and (says or not told)
