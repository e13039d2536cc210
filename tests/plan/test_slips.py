"""Slips in exports that pay something else, or are not used, are named; a clean company has no finding."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
modifier_floor = 0.8
modifier_cap = 1.2
[[components]]
plan_id = "CSM"
component_id = "grr"
type = "metric"
weight = 0.8
measure = "GRR"
scope = "team"
modified = true
[[components]]
plan_id = "CSM"
component_id = "mbo"
type = "goals"
weight = 0.2
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
rate = 0.02
[[components]]
plan_id = "CSM"
component_id = "ref"
type = "spif"
fixed_amount = 250
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,team\n"
    "E1,CSM,82000,2023-02-01,East\nE2,CSM,91000,2022-05-16,East\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,team,East,GRR,,0.92\n",
    "goals.csv": "period,employee_id,goal,weight,score\n2026-Q1,E1,playbook,0.5,1\n2026-Q1,E1,nps,0.5,0.9\n"
    "2026-Q1,E2,playbook,1,1\n",
    "deals.csv": "deal_id,date,amount,kind,account_id,employee_id\nD1,2026-01-15,42000,upsell,A1,E1\n"
    "D2,2026-02-10,38500,upsell,A2,E2\n",
    "events.csv": "date,employee_id,component_id,count\n2026-02-03,E1,ref,2\n",
    "modifiers.csv": "period,scope,factor\n2026-Q1,company,1.05\n",
    "accounts.csv": "period,account_id,employee_id,start,end,new\n2026-Q1,A1,E1,40000,41000,\n"
    "2026-Q1,A2,E2,52000,49000,\n",
    "arrangements.csv": "employee_id,kind,from,amount,to\nE1,holdback,2026-01-01,0.1,\n",
    "adjustments.csv": "period,employee_id,amount,reason,kind,approved_by\n"
    "2026-Q1,E2,500,correction,manual,M1\n2026-Q1,E1,-300,overpaid in Q4,manual,M1\n",
}


def test_a_clean_company_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("goals.csv", "playbook,1,1", "playbook,1,0.01", "score is 0.01, a ratio: it means 1%"),
        ("goals.csv", "E1,nps", "E1,Playbook", "E1 has the goal 'Playbook' twice in 2026-Q1"),
        ("events.csv", "ref,2", "ref,2.5", "the count is 2.5: a fraction of an event is paid too"),
        ("arrangements.csv", "0.1", "0.9", "amount is 0.9, a ratio: it means 90%"),
        ("arrangements.csv", "2026-01-01,0.1,", "2025-01-01,0.1,2025-06-30",
         "1 arrangement (from 2025-01-01 on, arrangements.csv row 2)"),
        ("arrangements.csv", "2026-01-01", "2027-01-01", "1 arrangement (from 2027-01-01 on"),
        ("adjustments.csv", "-300", "300", "the reason 'overpaid in Q4' suggests a deduction, but 300"),
        ("adjustments.csv", "-300,overpaid", "300,clawback of a churned account", "suggests a deduction"),
        ("adjustments.csv", "-300,overpaid", "300,Paid twice", "suggests a deduction, but 300 is added"),
        ("adjustments.csv", "-300,overpaid", "300,duplicate payment", "suggests a deduction, but 300"),
        ("adjustments.csv", "-300,overpaid", "-300,Underpaid", "suggests an addition, but 300 is deducted"),
        ("adjustments.csv", "-300,overpaid in Q4", "-300,Late credit for D2", "suggests an addition, but"),
        ("adjustments.csv", "500,correction,manual", "500,missed commission,clawback",
         "suggests an addition, but 500 is deducted"),
        ("adjustments.csv", "500,correction", "0.1,correction", "the amount is 0.1 in money"),
        ("adjustments.csv", "manual,M1", "manual,E2", "E2 approved an adjustment of their own pay"),
        ("adjustments.csv", "E2,500,correction,manual,M1\n",
         "E2,500,correction,manual,M1\n2026-Q1,E2,500,Correction,manual,M1\n", "the reason written"),
        ("adjustments.csv", "correction,manual,M1\n",
         "correction,manual,\n2026-Q1,E1,70,phone,manual,M1\n", "nobody approved this adjustment"),
        ("accounts.csv", "A1,E1,40000", "A1,E1,0", "the account has no revenue at the start and is not new"),
        ("accounts.csv", "2026-Q1,A2,", "2026-Q1,a1,", "a1 and A1 (accounts.csv row 2 (account_id)) differ"),
        ("deals.csv", "D2,2026-02-10", "d1,2026-02-10", "differ only in case"),
        ("accounts.csv", "2026-Q1,A2,", "2026-Q1,A-1,", "A-1 and A1 (accounts.csv row 2 (account_id))"),
        ("accounts.csv", "2026-Q1,A2,E2", "2026-Q1,Subtotal E1,E1", "account_id is 'Subtotal E1': the row"),
        ("deals.csv", "42000", "420000", "is 10 times the revenue of its account A1, 41,000"),
        ("plan.toml", "rate = 0.02", "rate = 1", "rate is 1, a ratio: it means 100%"),
    ],
)  # fmt: skip
def test_a_slip_is_paid_and_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)})
    assert status == 0 and says in told


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("adjustments.csv", "-300,overpaid in Q4", "300,reversal of a clawback"),
        ("adjustments.csv", "500,correction", "500,late credit for D2"),
        ("adjustments.csv", "-300,overpaid in Q4", "-300,late payment by the customer"),
        ("adjustments.csv", "-300,overpaid in Q4", "-300,reversal of a late credit"),
        ("adjustments.csv", "-300,overpaid in Q4", "300,clawback cancelled"),
        ("adjustments.csv", "-300,overpaid in Q4", "300,double points in June"),
        ("adjustments.csv", "500,correction", "0.5,rounding of Q4"),
        ("accounts.csv", "40000,41000,", "0,41000,TRUE"),
        ("goals.csv", "playbook,1,1", "playbook,1,0"),
        ("arrangements.csv", "0.1", "0.5"),
    ],
)
def test_what_is_like_a_slip_and_is_none_is_not(tmp_path: Path, file: str, before: str, after: str) -> None:
    assert before in FILES[file]
    assert paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)}) == (0, "")


def test_a_percentage_is_no_amount_of_money(tmp_path: Path) -> None:
    typed = FILES["adjustments.csv"].replace("500", "5%")
    status, told = paid_folder(tmp_path, FILES | {"adjustments.csv": typed})
    assert status == 2 and "adjustments.csv row 2 (amount): a percentage is not an amount of money" in told


def test_two_ids_of_salesforce_may_differ_in_case(tmp_path: Path) -> None:
    deals = FILES["deals.csv"].replace("D1,", "0065e000000001A,").replace("D2,", "0065e000000001a,")
    assert paid_folder(tmp_path, FILES | {"deals.csv": deals}) == (0, "")
