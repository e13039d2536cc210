"""Slips in deals, credits and managers that pay something else are named; clean ones are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import paid_folder
from typer.testing import CliRunner

from csm_xl.cli import app

PLAN = """[[plans]]
plan_id = "CSM"
model = "base_variable"
pay_period = "quarter"
target_basis = "amount"
target_value = 8000
proration = "workdays"
valuation = "period_end"
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
deal_kinds = ["upsell"]
credit_role = "csm"
rate = 0.02
[[components]]
plan_id = "CSM"
component_id = "any"
type = "commission"
credit_role = "am"
rate = 0.01
[[plans]]
plan_id = "LEAD"
model = "base_variable"
pay_period = "quarter"
target_basis = "amount"
target_value = 9000
[[components]]
plan_id = "LEAD"
component_id = "override"
type = "commission"
credit_from = ["reports"]
rate = 0.002
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date,leave_date,manager_id\n"
    "L1,LEAD,120000,2020-02-03,,\nE1,CSM,82000,2023-02-01,,L1\nE2,CSM,91000,2022-05-16,2026-03-13,L1\n",
    "deals.csv": "deal_id,date,amount,kind,account_id\nD1,2026-01-15,42000,upsell,A1\n"
    "D2,2026-02-10,38500,upsell,A2\nD3,2026-03-10,41500,renewal,A3\n",
    "credits.csv": "deal_id,employee_id,role,share\nD1,E1,csm,1\nD2,E2,csm,1\nD3,E1,am,1\n",
    "holidays.csv": "date,name\n2026-01-01,New Year\n2026-05-25,Memorial Day\n",
}


def test_clean_deals_are_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("deals.csv", "38500,upsell", "38500,", "the kind of deal D2 is blank, but most deals have one"),
        ("credits.csv", "D2,E2,csm", "D2,E2,", "role is blank, and counts as csm"),
        ("plan.toml", '["upsell"]', '["pilot"]', "no deal is of the kind 'pilot', so upsell pays nobody"),
        ("deals.csv", "D2,2026-02-10", "D2,2026-03-20",
         "the credit of E2 for deal D2 pays nothing: it is of 2026-03-20, and E2 left on 2026-03-13"),
        ("roster.csv", "2026-03-13,L1", "2026-03-13,", "E2 has no manager and is nobody's"),
        ("holidays.csv", "2026-01-01,New Year\n2026-05-25,Memorial Day\n", "", "there are no holidays, so"),
        ("plan.toml", "rate = 0.002", "rate = 0.0002", "which is rarely below 0.1%"),
    ],
)  # fmt: skip
def test_a_slip_of_deals_is_paid_and_named(
    tmp_path: Path, file: str, before: str, after: str, says: str
) -> None:
    assert before in FILES[file]
    status, told = paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)})
    assert status == 0 and says in told


def test_two_kinds_in_one_cell_are_refused(tmp_path: Path) -> None:
    deals = FILES["deals.csv"].replace("38500,upsell", "38500,upsell; renewal")
    status, told = paid_folder(tmp_path, FILES | {"deals.csv": deals})
    assert status == 2 and "Did you mean 'upsell'?" in told


@pytest.mark.parametrize(("count", "found"), [(5, True), (2, False)])
def test_a_commission_whose_people_are_credited_for_nothing_is_named(
    tmp_path: Path, count: int, found: bool
) -> None:
    more = "".join(f"D{n},2026-02-1{n},{21000 + 713 * n},upsell,A{n}\n" for n in range(4, 4 + count - 2))
    credits = "".join(f"D{n},E1,csm,1\n" for n in range(4, 4 + count - 2))
    plan = PLAN.replace('credit_from = ["reports"]\n', 'deal_kinds = ["upsell"]\n')
    files = {"deals.csv": FILES["deals.csv"] + more, "credits.csv": FILES["credits.csv"] + credits}
    status, told = paid_folder(tmp_path, FILES | files | {"plan.toml": plan})
    said = f"none of {count} deals that override of LEAD would pay is credited to anybody on the plan"
    assert status == 0 and (said in told) == found, told


def test_a_manager_who_reports_to_nobody_is_explained_alone(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")
    done = CliRunner().invoke(app, ["explain", str(tmp_path), "L1", "2026-Q1"])
    assert done.exit_code == 0 and "override" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("manager", "team", "found"),
    [("E1", "East", True), ("L1", "East", False), ("E1", "West", False), ("L2", "East", False)],
)
def test_one_of_a_team_whose_credits_roll_up_to_nobody_is_named(
    tmp_path: Path, manager: str, team: str, found: bool
) -> None:
    people = "".join(f"E{n},CSM,{82000 + 1300 * n},2023-02-0{n},,L1,East\n" for n in range(1, 5))
    roster = (
        "employee_id,plan_id,base_salary,hire_date,leave_date,manager_id,team\nL1,LEAD,120000,2020-02-03,,,\n"
        f"L2,LEAD,126000,2020-02-03,,,\n{people}E5,CSM,87000,2022-05-16,,{manager},{team}\n"
    )
    status, told = paid_folder(tmp_path, FILES | {"roster.csv": roster})
    said = "the manager of E5, E1, is not paid on the credits of reports, and those of the 4 others of team"
    assert status == 0 and (said in told) == found, told


@pytest.mark.parametrize(("manager", "found"), [("E1", True), ("L2", False)])
def test_a_later_manager_to_whom_no_credits_roll_up_is_named(
    tmp_path: Path, manager: str, found: bool
) -> None:
    people = "".join(f"E{n},CSM,{82000 + 1300 * n},2023-02-0{n},,L1,East\n" for n in range(1, 6))
    roster = (
        "employee_id,plan_id,base_salary,hire_date,leave_date,manager_id,team\n"
        f"L1,LEAD,120000,2020-02-03,,,\nL2,LEAD,126000,2020-02-03,,,\n{people}"
    )
    changes = f"employee_id,from,manager_id\nE5,2026-02-16,{manager}\n"
    status, told = paid_folder(tmp_path, FILES | {"roster.csv": roster, "changes.csv": changes})
    said = "changes.csv row 2 (manager_id): the manager of E5, E1, is not paid on the credits of reports, and"
    assert status == 0 and (said in told) == found, told


@pytest.mark.parametrize(
    ("before", "after", "status", "says"),
    [
        ("", "", 0, ""),
        ("2026-01-14", "2027-01-14", 0, "effective_date is 376 days after the date of the deal, and of the"),
        ("2026-01-14", "2025-01-14", 0, "effective_date is 354 days before the date of the deal, and of the"),
        ("2026-01-14", "2026-05-14", 0, ""),
        (",2024-03-03", ",1924-03-03", 2, "customer_start is 1924-03-03, not between 1950-01-01 and"),
    ],
)
def test_days_beside_that_of_a_deal_that_are_of_another_year_are_named(
    tmp_path: Path, before: str, after: str, status: int, says: str
) -> None:
    plan = PLAN.replace('deal_kinds = ["upsell"]', 'deal_kinds = ["upsell"]\ncredit_date = "effective"')
    deals = "deal_id,date,amount,kind,account_id,customer_start,effective_date\n" + "".join(
        f"D{n},2026-01-0{n},{41000 + 611 * n},upsell,A{n},2024-03-0{n + 1},2026-01-1{n + 1}\n"
        for n in range(1, 8)
    )
    credits = "deal_id,employee_id,role,share\n" + "".join(f"D{n},E1,csm,1\n" for n in range(1, 8))
    assert before in deals
    files = {"plan.toml": plan, "deals.csv": deals.replace(before, after, 1), "credits.csv": credits}
    found, told = paid_folder(tmp_path, FILES | files)
    assert found == status and says in told and (says or "effective_date" not in told), told
