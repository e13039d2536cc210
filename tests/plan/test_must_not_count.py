"""Rows of which a text says that they must not count, accounts that nobody updated, and roles that nobody is
credited in are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

PLAN = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "logo"
type = "metric"
weight = 0.5
measure = "LOGO"
[[components]]
plan_id = "CSM"
component_id = "mbo"
type = "goals"
weight = 0.5
[[components]]
plan_id = "CSM"
component_id = "upsell"
type = "commission"
credit_role = "csm"
rate = 0.02
[[components]]
plan_id = "CSM"
component_id = "team"
type = "commission"
credit_role = "csm"
credit_from = "reports"
rate = 0.004
"""
ACCOUNTS = "".join(
    f"2026-Q1,A{n},E{1 + n % 2},{40000 + 700 * n},{40000 + 690 * n},2022-03-01\n" for n in range(24)
)
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "employee_id,employee_name,plan_id,base_salary,hire_date,manager_id\n"
    "E1,Ana Sample,CSM,82000,2023-02-01,\nE2,Bo Sample,CSM,91000,2022-05-16,E1\n",
    "results.csv": "period,scope,id,measure,actual,goal\n2026-Q1,individual,E1,LOGO,,0.92\n"
    "2026-Q1,individual,E2,LOGO,,0.92\n",
    "goals.csv": "period,employee_id,goal,weight,score\n"
    "2026-Q1,E1,playbook,1,0.9\n2026-Q1,E2,reviews,1,0.8\n",
    "deals.csv": "deal_id,date,amount,product\nD1,2026-01-15,42000,Core\nD2,2026-02-10,38500,Core\n",
    "credits.csv": "deal_id,employee_id,role\nD1,E1,csm\nD2,E2,csm\n",
    "adjustments.csv": "period,employee_id,amount,reason\n"
    "2026-Q1,E2,500,Clawback of a canceled deal undone\n",
    "accounts.csv": f"period,account_id,employee_id,start,end,customer_start\n{ACCOUNTS}",
}


def test_a_clean_company_is_paid_in_silence(tmp_path: Path) -> None:
    assert paid_folder(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("adjustments.csv", "Clawback of a canceled deal undone", "Do not pay yet",
         "reason is 'Do not pay yet', and the row counts like any other"),
        ("adjustments.csv", "Clawback of a canceled deal undone", "Test", "reason is 'Test'"),
        ("adjustments.csv", "Clawback of a canceled deal undone", "Late credit (pending)", "(pending)'"),
        ("adjustments.csv", "Clawback of a canceled deal undone", "VOID", "reason is 'VOID'"),
        ("accounts.csv", "A3,", "Void - A3,", "account_id is 'Void - A3'"),
        ("roster.csv", "Bo Sample", "Bo Sample (LEFT 3/31)", "and E2 has no leave_date"),
        ("goals.csv", "playbook", "Canceled: playbook", "goal is 'Canceled: playbook'"),
        ("deals.csv", "42000,Core", "42000,Cancelled", "product is 'cancelled'"),
        ("roster.csv", "Bo Sample", "TBH (vacant)", "employee_name is 'TBH (vacant)'"),
        ("roster.csv", "Bo Sample", "Bo Sample - terminated", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample (LOA)", "employee_name of E2 is 'Bo Sample (LOA)'"),
        ("roster.csv", "Bo Sample", "Bo Sample - LEFT", "employee_name of E2 is 'Bo Sample - LEFT'"),
        ("roster.csv", "Bo Sample", "Bo Sample (left 5/15)", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample left 05/15/2026", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample (termed)", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample - quit", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample LWD 5/15", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample (final day May 15)", "and E2 has no leave_date"),
        ("roster.csv", "Bo Sample", "Bo Sample (leave of absence)", "and E2 has no leave_date"),
        ("plan.toml", 'id = "upsell"\ntype = "commission"\ncredit_role = "csm"',
         'id = "upsell"\ntype = "commission"\ncredit_role = "cms"',
         "no credit has the role 'cms', so upsell of CSM pays nobody"),
        ("roster.csv", "2023-02-01,\n", "2023-02-01,E2\n", "the reporting lines form a circle"),
        ("accounts.csv", "A3,E2,42100,42070,2022", "A3,E2,42100,42070,2027",
         "A3 pays at the start of 2026-Q1, and is a customer from 2027-03-01 on"),
    ],
)  # fmt: skip
def test_a_slip_is_paid_and_named(tmp_path: Path, file: str, before: str, after: str, says: str) -> None:
    assert before in FILES[file]
    status, told = paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after, 1)})
    assert status == 0 and "warning" in told and says in told


@pytest.mark.parametrize("name", ["D1 (cancelled)", "D1_VOID", "Rescinded - D1", "D1 dup"])
def test_a_deal_that_is_called_off_by_its_id_is_named(tmp_path: Path, name: str) -> None:
    renamed = {file: FILES[file].replace("D1,", f"{name},", 1) for file in ("deals.csv", "credits.csv")}
    status, told = paid_folder(tmp_path, FILES | renamed)
    assert status == 0 and f"deal_id is '{name}', and the row counts like any other" in told


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("goals.csv", "playbook", "Test plan for release 3"),
        ("goals.csv", "playbook", "Avoid churn: win back accounts"),
        ("deals.csv", "D1,2026-01-15,42000,Core", "D1,2026-01-15,42000,Contest"),
        ("adjustments.csv", "Clawback of a canceled deal undone", "Attest bonus"),
        ("adjustments.csv", "Clawback of a canceled deal undone", "Payment of the void check"),
        ("accounts.csv", "A3,", "Lost Pines Clinic,"),
        ("roster.csv", "Bo Sample", "Bo Tester"),
        ("roster.csv", "Bo Sample", "Bo Sample-Left"),
        ("roster.csv", "Bo Sample", "Bo Quitman (left-handed)"),
        ("roster.csv", "Bo Sample", "Bo Sample (Left Bank)"),
    ],
)
def test_a_text_that_is_like_one_is_not(tmp_path: Path, file: str, before: str, after: str) -> None:
    assert paid_folder(tmp_path, FILES | {file: FILES[file].replace(before, after)}) == (0, "")


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (lambda n: 40000 + 700 * n, "all 24 accounts of 2026-Q1 end exactly as they start"),
        (lambda n: 0 if n % 3 == 0 else 40000 + 690 * n, "8 of 24 accounts of 2026-Q1 end at 0"),
        (lambda n: 0 if n % 8 == 0 else 40000 + 690 * n, ""),
    ],
)
def test_accounts_that_do_not_change_or_are_lost_by_the_third_are_named(tmp_path: Path, end, says) -> None:
    rows = "".join(f"2026-Q1,A{n},E{1 + n % 2},{40000 + 700 * n},{end(n)},2022-03-01\n" for n in range(24))
    accounts = f"period,account_id,employee_id,start,end,customer_start\n{rows}"
    status, told = paid_folder(tmp_path, FILES | {"accounts.csv": accounts})
    assert status == 0 and says in told and bool(told) == bool(says)


@pytest.mark.parametrize(
    ("column", "found"), [("pay_group", True), ("cost_center", True), ("team", True), ("#team", False)]
)
def test_a_pay_group_of_those_who_left_is_named(tmp_path: Path, column: str, found: bool) -> None:
    head, *rows = FILES["roster.csv"].splitlines()
    text = "\n".join([f"{head},{column}", f"{rows[0]},", f"{rows[1]},Inactive"]) + "\n"
    status, told = paid_folder(tmp_path, FILES | {"roster.csv": text})
    assert status == 0 and (f"{column} of E2 is 'Inactive', and E2 has no leave_date" in told) == found


@pytest.mark.parametrize(
    ("score", "remark", "found"),
    [
        ("1", "Not met", True),
        ("1.2", "missed the date", True),
        ("1", "not achieved", True),
        ("1", "audit failed", True),
        ("0.5", "missed the date", False),
        ("1", "no check-in missed", False),
        ("1", "met", False),
    ],
)
def test_a_goal_that_is_scored_in_full_and_was_not_met_is_named(
    tmp_path: Path, score: str, remark: str, found: bool
) -> None:
    text = f"period,employee_id,goal,weight,score,Notes\n2026-Q1,E1,playbook,1,{score},{remark}\n"
    text += "2026-Q1,E2,reviews,1,0.8,\n"
    status, told = paid_folder(tmp_path, FILES | {"goals.csv": text})
    assert status == 0 and (f"Notes says '{remark}', and remarks are not read" in told) == found, told


def test_a_remark_on_somebody_whose_leave_is_typed_is_not_named(tmp_path: Path) -> None:
    head, first, second = FILES["roster.csv"].splitlines()
    roster = f"{head},Comment\n{first},on parental leave from February on\n{second},\n"
    for day, found in (("2026-02-01,E1,0", False), ("2026-02-01,E1,1", True)):
        changes = f"from,employee_id,fte\n{day}\n"
        status, told = paid_folder(tmp_path, FILES | {"roster.csv": roster, "changes.csv": changes})
        assert status == 0 and ("remarks are not read" in told) == found, told


@pytest.mark.parametrize(
    ("file", "header", "remark", "found"),
    [
        ("deals.csv", "Notes", "do not pay yet", True),
        ("deals.csv", "#remark", "lost to a competitor", True),
        ("deals.csv", "Notes", "renewed early", False),
        ("roster.csv", "Comment", "left on March 3", True),
        ("roster.csv", "Comment", "on the left side", False),
        ("roster.csv", "Comment", "leaving 5/15", True),
        ("roster.csv", "Comment", "Left", True),
        ("roster.csv", "Comment", "termed 5/15", True),
        ("roster.csv", "Comment", "left marketing for us", False),
        ("adjustments.csv", "Comment", "not approved", True),
        ("deals.csv", "Notes", "Duplicate?", True),
        ("deals.csv", "Notes", "dup of D2", True),
        ("deals.csv", "Notes", "not a duplicate", False),
        ("deals.csv", "Notes", "refund issued 4/2", True),
        ("deals.csv", "Notes", "Customer churned in April", True),
        ("deals.csv", "Notes", "won back - churned in 2024", False),
        ("deals.csv", "Notes", "never signed", True),
        ("deals.csv", "Notes", "contract unsigned", True),
        ("deals.csv", "Notes", "signed by both", False),
        ("deals.csv", "Notes", "buyer backed out", True),
        ("deals.csv", "Notes", "Already paid", True),
        ("deals.csv", "Notes", "paid last quarter", True),
        ("deals.csv", "Notes", "commission paid in Q4", True),
        ("deals.csv", "Notes", "customer already paid the invoice", False),
        ("deals.csv", "Notes", "to be paid in Q1", False),
        ("results.csv", "Notes", "estimate; actuals not in", True),
        ("results.csv", "Notes", "forecast", True),
        ("results.csv", "Notes", "beat the forecast", False),
    ],
)
def test_a_remark_that_speaks_against_its_row_is_named(
    tmp_path: Path, file: str, header: str, remark: str, found: bool
) -> None:
    head, row, *rest = FILES[file].splitlines()
    text = "\n".join([f"{head},{header}", f"{row},{remark}", *(f"{one}," for one in rest)]) + "\n"
    status, told = paid_folder(tmp_path, FILES | {file: text})
    assert status == 0 and (f"{header} says '{remark}', and remarks are not read" in told) == found, told
    assert found or not told
