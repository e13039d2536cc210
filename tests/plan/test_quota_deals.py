"""Deals that are added up for a quota, and payments by customers: which of them count for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import paid_folder

PLAN = """
[[plans]]
plan_id = "AE"
model = "base_quota"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.3
[[plans]]
plan_id = "MGR"
model = "base_bonus"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.2
[[components]]
plan_id = "AE"
component_id = "quota"
type = "metric"
weight = 1
measure = "bookings"
measure_from = "deals"
deal_kinds = ["new", "expansion"]
[[components]]
plan_id = "AE"
component_id = "collect"
type = "commission"
deal_kinds = ["services"]
credit_date = "payment"
rate = 0.04
[[components]]
plan_id = "MGR"
component_id = "grr"
type = "metric"
weight = 1
measure = "GRR"
scope = "company"
[[gates]]
plan_id = "MGR"
component_id = "grr"
measure = "margin"
minimum = 0.2
scope = "company"
on = "actual"
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,leave_date\nA1,AE,80000,2023-02-01,\n"
    "A2,AE,84000,2022-05-16,2026-02-20\nM1,MGR,118000,2019-02-04,\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,A1,bookings,,180000\n"
    "2026-Q1,individual,A2,bookings,,120000\n2026-Q1,company,company,GRR,0.94,0.92\n"
    "2026-Q1,company,company,margin,0.23,0.22\n",
    "deals.csv": "deal_id,date,amount,kind,employee_id\nN1,2026-01-12,88000,new,A1\n"
    "N2,2026-02-20,91000,expansion,A1\nN3,2026-01-27,79500,new,A2\nS1,2026-01-14,18000,services,A1\n",
    "payments.csv": "deal_id,date,amount\nS1,2026-02-10,9000\n",
}


def test_a_clean_company_is_paid_in_silence(tmp_path: Path) -> None:
    """Its gate looks at a measure that is called as a figure of deals is."""
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("deals.csv", "88000,new", "88000,new business", "no component pays deals of the kind new_business"),
        ("deals.csv", "new,A1", "new,M1", "deal N1 pays nobody: no component of a plan of M1 pays it"),
        ("deals.csv", "N3,2026-01-27", "N3,2026-03-27", "deal N3 pays nobody: it is of 2026-03-27, and"),
        ("payments.csv", "S1", "N1", "no component pays deal N1 as collected, so its payments pay nobody"),
    ],
)  # fmt: skip
def test_what_counts_for_no_quota_is_named(
    tmp_path: Path, file: str, before: str, after: str, says: str
) -> None:
    assert before in FILES[file]
    status, told = paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)})
    assert status == 0 and says in told


def test_a_deal_counts_for_a_company_whoever_is_credited(tmp_path: Path) -> None:
    plan = PLAN.replace('measure = "GRR"', 'measure = "sales"\nmeasure_from = "deals"')
    results = FILES["results.csv"].replace("GRR,0.94,0.92", "sales,,250000")
    deals = FILES["deals.csv"].replace("new,A1", "pilot,M1").replace("88000", "80000")
    assert paid_folder(tmp_path, FILES | {"plan.toml": plan, "results.csv": results, "deals.csv": deals}) == (
        0, "")  # fmt: skip
