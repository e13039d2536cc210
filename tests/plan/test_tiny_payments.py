"""Payments of a deal in thousands, or as a share of it, are named before anyone is paid."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

FILES = {
    "plan.toml": f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "new"
type = "commission"
rate = 0.04
credit_date = "payment"
""",
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\nE1,CSM,82000,2023-02-01\n",
    "deals.csv": "deal_id,date,amount,employee_id\nD1,2026-01-14,88000,E1\nD2,2026-01-20,60000,E1\n",
}


@pytest.mark.parametrize(
    ("payments", "found"),
    [
        ("D1,2026-02-15,44000\nD1,2026-03-15,44000\nD2,2026-02-20,1000", ""),
        ("D1,2026-02-15,43985\nD1,2026-02-27,15", ""),
        ("D1,2026-02-15,44000\nD1,2026-02-27,-43900\nD2,2026-02-20,1000", ""),
        ("D1,2026-02-15,0.5", "with this payment 0.5 of deal D1 are paid, 1/176,000 of the deal, 88,000"),
        ("D1,2026-02-15,44000\nD1,2026-03-15,44", "the payment 44 is 1/1,000 of the one beside it, 44,000"),
        ("D1,2026-02-15,30000\nD1,2026-03-15,58", "1/1,000 of what was open of deal D1, 58,000"),
        ("D1,2026-02-15,14666.67\nD1,2026-02-27,14.67\nD1,2026-03-15,14666.67", "the payment 14.67 is 1/1,"),
        ("D1,2026-02-15,87912\nD1,2026-03-15,88", ""),  # a charge of the bank, paid later
        ("D1,2026-02-15,43956\nD1,2026-03-15,44", ""),  # the same of the first half
        ("D1,2026-02-15,30000\nD1,2026-03-15,300\nD1,2026-03-17,29700", ""),
        ("D1,2026-02-15,44\nD2,2026-02-20,60", "2 payments are tiny parts of their deals: 44.0, 60.0"),
    ],
)
def test_a_tiny_first_payment_is_paid_and_named(tmp_path: Path, payments: str, found: str) -> None:
    status, told = paid_folder(tmp_path, FILES | {"payments.csv": f"deal_id,date,amount\n{payments}\n"})
    assert status == 0
    assert found in told and (found or not told)
