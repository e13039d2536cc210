"""Slips in the tables of total pay are named; clean ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import paid_folder

PLAN = """[[plans]]
plan_id = "CSM"
model = "base_bonus"
pay_period = "quarter"
target_basis = "amount"
target_value = 5000
[[components]]
plan_id = "CSM"
component_id = "grr"
type = "metric"
weight = 1
measure = "GRR"
scope = "company"
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,deferral_ratio,base_salary,hire_date,level,location\n"
    "E1,CSM,0.04,82000,2023-02-01,L3,Austin\nE2,CSM,,91000,2022-05-16,L3,Denver\n",
    "changes.csv": "employee_id,from,base_salary\nE2,2026-01-01,93000\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q2,company,company,GRR,0.9,0.92\n",
    "grants.csv": "employee_id,shares,grant_date,schedule,kind,strike,grant_id\n"
    "E1,400,2025-02-15,25/25/25/25,rsu,,G1\nE1,200,2026-02-15,25/25/25/25,rsu,,G2\n"
    "E2,20000,2025-02-15,25 then monthly,nso,38,G3\n",
    "prices.csv": "date,price,growth\n2025-01-02,40,0.05\n2026-01-02,44,0\n",
    "benefits.csv": "item,amount,match_from,match_to,match_rate\nHealth,7200,,,\nMatch,,0,0.03,1\n",
    "ranges.csv": "level,minimum,maximum\nL3,70000,110000\nL4,80000,140000\n",
    "reviews.csv": "employee_id,from,kind,ratio,level,location\n"
    "E1,2025-04-01,merit,0.03,,\nE1,2026-04-01,merit,0.03,,\nE2,2026-04-01,promotion,0.08,L4,\n",
    "other_pay.csv": "employee_id,date,amount,reason\nE1,2026-04-15,2000,Spot award\n"
    "E2,2026-04-15,-2000,Sign-on repayment\n",
}


def test_clean_tables_of_total_pay_are_read_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES, "--period", "2026-Q2") == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("grants.csv", "E1,400,", "E1,400000,", "at the highest price, 44, the grant is worth 17,600,000"),
        ("grants.csv", "E1,400,", "E1,0,", "the grant is of 0 shares"),
        ("grants.csv", "rsu,,G1", "rsu,12,G1", "shares have no exercise price, so strike is not used"),
        ("grants.csv", "E1,200,2026-02-15,25/25/25/25,rsu,,G2", "E1,400,2025-02-15,25/25/25/25,rsu,,G2",
         "the same grant is also in another row"),
        ("grants.csv", "rsu,,G2", "rsu,,G1", "E1 has two grants with the ID G1"),
        ("grants.csv", "2026-02-15", "2062-02-15", "1 grant (from 2062-02-15 on"),
        ("grants.csv", "nso,38,", "nso,3800,", "the exercise price is 3,800, and the highest share price 44"),
        ("grants.csv", "nso,38,", "nso,0,", "the exercise price is 0, and the highest share price 44"),
        ("ranges.csv", "L4,80000,140000\n", "L4,80000,140000\nL5,900000,180000\n",
         "the minimum of L5, 900,000, is above its maximum"),
        ("other_pay.csv", "E1,2026-04-15,2000", "E1,2026-04-15,0.1", "the amount is 0.1 in money"),
        ("grants.csv", "E1,400,2025-02-15", "E1,400,2020-02-15",
         "the grant is of 2020-02-15, and E1 is hired 2023-02-01"),
        ("benefits.csv", "Match,,0", "health,900,,,\nMatch,,0",
         "'health' and 'Health' count as two benefits"),
        ("roster.csv", "82000", "182000",
         "the salary of E1, 182,000, is far outside the range of L3, 70,000 to 110,000"),
        ("ranges.csv", "L3,70000,110000", "L3,5833,9167", "2 salaries are far outside the range of their"),
        ("other_pay.csv", "2000,Spot award", "-2000,Spot award",
         "2,000 is deducted, and the reason 'Spot award' does not say so"),
        ("prices.csv", "44", "4.4", "the price 4.4 is 1/9.1 of the one before, 40"),
        ("prices.csv", "2026-01-02", "2062-01-02", "1 price (from 2062-01-02 on, prices.csv row 3)"),
        ("prices.csv", "44", "0", "the price is 0, so shares are worth nothing"),
        ("prices.csv", "0.05", "5", "growth is 5, a ratio: it means 500%"),
        ("benefits.csv", "7200", "720000", "the value of Health, 720,000, is more than the highest salary"),
        ("benefits.csv", "7200", "0", "the value of Health is 0"),
        ("benefits.csv", "7200", "0.08", "the amount is 0.08 in money: as a ratio it would mean 0.08"),
        ("roster.csv", "CSM,0.04,", "CSM,,", "nobody has a deferral_ratio, so Match is worth nothing"),
        ("benefits.csv", "0.03,1", "0.03,0.01", "match_rate is 0.01, a ratio: it means 1%"),
        ("ranges.csv", "70000", "7000", "the range of L3 is from 7,000 to 110,000"),
        ("reviews.csv", "merit,0.03,,\nE2", "merit,0.003,,\nE2", "which is rarely below 0.5%"),
        ("reviews.csv", "merit,0.03,,\nE2", "merit,0,,\nE2", "the merit review is a raise of 0%"),
        ("reviews.csv", "merit,0.03,,\nE2", "merit,0.03,L4,\nE2", "the kind merit does not use level"),
        ("reviews.csv", "0.08,L4", "0.08,", "the promotion of E2 names no new level"),
        ("reviews.csv", "E1,2025-04-01", "E1,2026-02-01", "E1 already has a merit review of 2026-02-01"),
        ("reviews.csv", "E2,2026-04-01", "E2,2027-04-01", "1 review (from 2027-04-01 on"),
        ("changes.csv", "2026-01-01", "2026-04-01", "base_salary of E2 also changes on 2026-04-01"),
        ("other_pay.csv", "E1,2026-04-15,2000,Spot award\n",
         "E1,2026-04-15,2000,Spot award\nE1,2026-04-15,2000,spot award\n", "the same payment is also in"),
        ("other_pay.csv", "E1,2026-04-15,2000", "E1,2026-04-15,0", "the amount is 0, so nothing is paid"),
        ("other_pay.csv", "-2000", "2000", "'Sign-on repayment' suggests a deduction, but 2,000 is added"),
    ],
)  # fmt: skip
def test_a_slip_in_total_pay_is_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid_folder(
        tmp_path, FILES | {file: FILES[file].replace(before, after, 1)}, "--period", "2026-Q2"
    )
    assert status == 0 and says in told


LEFT = (
    FILES["roster.csv"]
    .replace("hire_date,", "hire_date,leave_date,")
    .replace("2023-02-01,", "2023-02-01,{},")
)
LEFT = LEFT.replace("2022-05-16,", "2022-05-16,,")


@pytest.mark.parametrize(("left", "found"), [("2026-04-20", False), ("2026-03-20", True)])
def test_a_review_after_the_last_day_is_named(tmp_path: Path, left: str, found: bool) -> None:
    status, told = paid_folder(tmp_path, FILES | {"roster.csv": LEFT.format(left)}, "--period", "2026-Q2")
    says = "the review is of 2026-04-01, and E1 leaves on 2026-03-20: it gives nothing"
    assert status == 0 and (says in told) == found


OF_TWO = FILES["roster.csv"].replace("location\n", "location,currency\n").replace("Austin", "Austin,USD")


@pytest.mark.parametrize(
    ("code", "own", "found"),
    [("EUR", "", True), ("USD", "", False), ("EUR", "Health,E2,3900,,,\n", False)],
)
def test_one_amount_of_a_benefit_in_two_currencies_is_named(
    tmp_path: Path, code: str, own: str, found: bool
) -> None:
    benefits = f"item,employee_id,amount,match_from,match_to,match_rate\nHealth,,7200,,,\n{own}"
    roster = OF_TWO.replace("Denver", f"Denver,{code}")
    _, told = paid_folder(
        tmp_path, FILES | {"roster.csv": roster, "benefits.csv": benefits}, "--period", "2026-Q2"
    )
    assert ("Health is 7,200 for everyone, in each one's own currency: EUR, USD" in told) == found


def test_a_benefit_of_one_person_that_is_a_month_s_is_named(tmp_path: Path) -> None:
    for amount, found in ((9800, False), (600, True)):
        benefits = f"item,employee_id,amount\nHealth,,7200\nHealth,E2,{amount}\n"
        _, told = paid_folder(tmp_path, FILES | {"benefits.csv": benefits}, "--period", "2026-Q2")
        assert ("the value of Health for E2, 600, is 1/12 of that for everyone, 7,200" in told) == found
