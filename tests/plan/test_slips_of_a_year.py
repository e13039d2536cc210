"""Slips in seasons, gates, ranks, risk classes, days and columns that were filled down are named."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from paid_folder import paid_folder

PLAN = """
[[plans]]
plan_id = "AM"
model = "base_variable"
pay_period = "month"
target_basis = "ratio"
target_value = 0.2
proration = "workdays"
valuation = "period_end"
[[plans]]
plan_id = "SMB"
model = "base_variable"
pay_period = "quarter"
target_basis = "amount"
target_value = 12000
[[plans]]
plan_id = "UK"
model = "base_variable"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.15
[[components]]
plan_id = "AM"
component_id = "sold"
type = "metric"
weight = 0.5
measure = "SOLD"
measure_from = "deals"
deal_kinds = ["new"]
season_id = "months"
[[components]]
plan_id = "AM"
component_id = "grown"
type = "metric"
weight = 0.5
measure = "GROWN"
season_id = "months"
[[components]]
plan_id = "AM"
component_id = "renewed"
type = "commission"
deal_kinds = ["renewal"]
credit_date = "invoice"
rate = 0.01
[[components]]
plan_id = "SMB"
component_id = "churn"
type = "metric"
weight = 0.6
measure = "CHURN"
direction = "lower"
[[components]]
plan_id = "SMB"
component_id = "rank"
type = "metric"
weight = 0.4
measure = "SOLVED"
peer_group = "plan"
curve_id = "ranks"
[[components]]
plan_id = "UK"
component_id = "grr"
type = "metric"
weight = 1
measure = "GRR"
scope = "team"
book_adjusted = true
[[gates]]
plan_id = "SMB"
component_id = "churn"
measure = "SURVEY"
scope = "team"
minimum = 0.9
[[gates]]
plan_id = "UK"
component_id = "grr"
measure = "SURVEY"
scope = "team"
on = "actual"
minimum = 4.1
[[curves]]
curve_id = "ranks"
points = [[0.0, 0.2], [0.5, 1.0], [1.0, 1.5]]
[[seasons]]
season_id = "months"
periods = [[1, 0.08], [2, 0.08], [3, 0.09], [4, 0.08], [5, 0.08], [6, 0.09],
           [7, 0.08], [8, 0.08], [9, 0.09], [10, 0.08], [11, 0.08], [12, 0.09]]
"""
AMS, SMBS = ("E1", "E2", "E3", "E4"), ("E5", "E6", "E7", "E8", "E9")
MONTHS = ("2026-01", "2026-02", "2026-03")
ROSTER = "employee_id,plan_id,base_salary,hire_date,leave_date,team,level,email,target_amount\n" + "".join(
    f"E{n},{plan},{60000 + 3700 * n},2022-0{n % 9 + 1}-14,,{team},L{n % 3 + 1},s{n}@example.com,\n"
    for n, plan, team in (
        *((n, "AM", "North") for n in range(1, 5)),
        *((n, "SMB", "South") for n in range(5, 10)),
        (10, "UK", "East"),
    )
)
RESULTS = (
    "period,scope,id,measure,actual,goal\n"
    + "".join(f"{m},individual,{who},SOLD,,480000\n" for m in MONTHS for who in AMS)
    + "".join(
        f"{m},individual,{who},GROWN,{41000 + 900 * at + 300 * n},500000\n"
        for n, m in enumerate(MONTHS)
        for at, who in enumerate(AMS)
    )
    + "".join(
        f"2026-Q1,individual,{who},CHURN,0.0{at}2,0.025\n2026-Q1,individual,{who},SOLVED,2{at}1,\n"
        for who, at in zip(SMBS, (1, 2, 3, 2, 1), strict=True)
    )
    + "2026-Q1,team,South,SURVEY,4.3,4.4\n2026-Q1,team,East,SURVEY,4.4,4.4\n2026-Q1,team,East,GRR,0.94,0.93\n"
)
DEALS = "deal_id,date,invoice_date,amount,kind,employee_id\n" + "".join(
    f"D{m}{n},2026-0{m}-1{n},2026-0{m}-1{n + 4},{37000 + 811 * n + 433 * m},new,E{n}\n"
    f"R{m}{n},2026-0{m}-0{n},2026-0{m}-0{n + 4},{21000 + 577 * n + 391 * m},renewal,E{n}\n"
    for m in (1, 2, 3)
    for n in range(1, 5)
)
FILES = {
    "plan.toml": PLAN,
    "roster.csv": ROSTER,
    "results.csv": RESULTS,
    "deals.csv": DEALS,
    "accounts.csv": "period,account_id,employee_id,start,end,risk_class\n"
    "2026-Q1,A1,E10,52000,51000,low\n2026-Q1,A2,E10,33000,30000,high\n",
    "risk_classes.csv": "risk_class,ratio\nlow,0.97\nhigh,0.86\n",
    "holidays.csv": "date,name\n2026-01-01,New Year\n2026-02-16,Presidents' Day\n",
}
QUIET = "its accounts are not used"


def told_by(folder: Path, files: dict[str, str]) -> tuple[int, str]:
    """The status, and the messages but the note about accounts beside a result."""
    status, told = paid_folder(folder, files)
    return status, "\n".join(line for line in told.splitlines() if QUIET not in line).strip()


def test_a_clean_company_is_paid_in_silence(tmp_path: Path) -> None:
    assert told_by(tmp_path, FILES) == (0, "")


@pytest.mark.parametrize(
    ("name", "before", "after", "says"),
    [
        ("results.csv", ",480000", ",40000", "the season months splits them"),
        ("results.csv", "E2,SOLD,,480000", "E2,SOLD,,40000", "is the goal that of a whole year?"),
        (
            "results.csv",
            "E6,CHURN,0.022,0.025",
            "E6,CHURN,0.022,0.1",
            "the goal 0.1 is 4 times that of all 4 others, 0.025",
        ),
        (
            "results.csv",
            "E6,CHURN,0.022,0.025",
            "E6,CHURN,0.025,0.0227",
            "the actual 0.025 is the goal of all 4 others, and the goal 0.0227 is not: are the two swapped?",
        ),
        ("results.csv", "00,500000", "00,42000", "the usual attainment of GROWN"),
        (
            "plan.toml",
            "minimum = 0.9",
            "minimum = 4.2",
            "SURVEY is about 4.35, 99% of the goal: set on to act",
        ),
        ("plan.toml", "minimum = 4.1", "minimum = 0.9", "99% of the goal: set on to attainment"),
        ("plan.toml", "[0.5, 1.0], [1.0, 1.5]", "[3, 1.0], [5, 1.5]", "curve ranks has a point above 1"),
        ("risk_classes.csv", "0.97", "0.097", "it means 9.7%, which is rarely below 50%"),
        ("deals.csv", ",invoice_date,", ",x,", "has none, so it pays nothing"),
        (
            "deals.csv",
            "date,invoice_date",
            "invoice_date,date",
            "have an invoice_date before the date they ar",
        ),
        ("deals.csv", "2026-02-06,2", "2027-02-06,2", "invoice_date is 369 days after the date of the deal"),
        ("roster.csv", "-14,,", "-14,2026-03-31,", "10 of 10 people leave on 2026-03-31"),
        ("roster.csv", "s7@", "s6@", "E7 has the email of E6"),
        (
            "roster.csv",
            "s6@example.com,",
            "s6@example.com,3000",
            "target_amount is 3,000, 1/4 of the plan's own",
        ),
    ],
)
def test_a_slip_is_paid_and_named(tmp_path: Path, name: str, before: str, after: str, says: str) -> None:
    assert before in FILES[name]
    status, told = told_by(tmp_path, FILES | {name: FILES[name].replace(before, after)})
    assert status == 0 and says in told, told


def test_a_goal_of_ones_own_that_is_exceeded_is_no_slip(tmp_path: Path) -> None:
    results = RESULTS.replace("E6,CHURN,0.022,0.025", "E6,CHURN,0.025,0.024")
    assert told_by(tmp_path, FILES | {"results.csv": results}) == (0, "")


def test_a_rank_of_people_who_are_all_alike_is_named(tmp_path: Path) -> None:
    results = RESULTS
    for at in (1, 2, 3):
        results = results.replace(f"SOLVED,2{at}1", "SOLVED,200")
    status, told = told_by(tmp_path, FILES | {"results.csv": results})
    assert status == 0 and "are 200, and people are ranked by them" in told


def test_one_salary_for_all_levels_is_named(tmp_path: Path) -> None:
    roster = ROSTER
    for n in range(1, 11):
        roster = roster.replace(str(60000 + 3700 * n), "80000")
    status, told = told_by(tmp_path, FILES | {"roster.csv": roster})
    assert status == 0 and "all 10 people of 3 levels have the same base_salary" in told


def test_a_month_full_of_holidays_is_named(tmp_path: Path) -> None:
    days = "".join(f"2026-03-{day:02d},Holiday\n" for day in range(2, 20))
    status, told = told_by(tmp_path, FILES | {"holidays.csv": FILES["holidays.csv"] + days})
    assert status == 0 and "18 days of 2026-03 are holidays" in told


@pytest.mark.parametrize("typed", ["hihg", ""])
def test_a_risk_class_that_is_not_there_stops_the_payment(tmp_path: Path, typed: str) -> None:
    accounts = FILES["accounts.csv"].replace("30000,high", f"30000,{typed}")
    status, told = told_by(tmp_path, FILES | {"accounts.csv": accounts})
    assert status == 2 and "accounts.csv row 3 (risk_class)" in told


@pytest.mark.parametrize(("goal", "span"), [(1440000, "a quarter's"), (960000, ""), (1930000, "")])
def test_an_own_goal_of_the_next_longer_period_is_named(tmp_path: Path, goal: int, span: str) -> None:
    results = RESULTS.replace(",E2,SOLD,,480000", ",E2,SOLD,,")
    plan = PLAN.replace('deal_kinds = ["new"]\nseason_id = "months"', 'deal_kinds = ["new"]')
    targets = f"employee_id,component_id,from,goal\nE2,sold,2026-01-01,{goal}\n"
    files = FILES | {"plan.toml": plan, "results.csv": results, "targets.csv": targets}
    status, told = told_by(tmp_path, files)
    said = f"E2's goal of sold is {goal:,}, and the goal of the others about 480,000: is it {span}?"
    assert status == 0 and (said in told) == bool(span), told


PAID_ON_GROWTH = """
[[plans]]
plan_id = "AM"
model = "base_bonus"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.2
[[components]]
plan_id = "AM"
component_id = "grown"
type = "metric"
weight = 0.6
measure = "GROWN"
cumulative = "ytd_sum"
gate_measure = "HEALTH"
gate_on = "actual"
gate_minimum = 60
[[components]]
plan_id = "AM"
component_id = "churn"
type = "metric"
weight = 0.4
measure = "CHURN"
direction = "lower"
"""
OF_GROWTH = "period,scope,id,measure,actual,goal\n" + "".join(
    f"2026-{quarter},individual,E{n},GROWN,{190000 + 9100 * n + 7300 * at},220000\n"
    f"2026-{quarter},individual,E{n},HEALTH,{60 + 3 * n + at},\n"
    f"2026-{quarter},individual,E{n},CHURN,0.02{n},0.03\n"
    for at, quarter in enumerate(("Q1", "Q2"))
    for n in range(1, 6)
)
GROWTH = {
    "plan.toml": PAID_ON_GROWTH,
    "roster.csv": "employee_id,plan_id,base_salary,hire_date\n"
    + "".join(f"E{n},AM,{60000 + 3700 * n},2022-0{n}-14\n" for n in range(1, 6)),
    "results.csv": OF_GROWTH,
}


def _to_date(row: str) -> str:
    at, actual, goal = row.rpartition(",GROWN,")[0], *row.rpartition(",GROWN,")[2].split(",")
    first = OF_GROWTH.partition(at.replace("Q2", "Q1") + ",GROWN,")[2].partition(",")[0]
    return f"{at},GROWN,{int(actual) + int(first)},{goal}"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (lambda row: row, ""),
        (lambda row: _to_date(row) if "Q2" in row and "GROWN" in row else row,
         "all 5 actuals of GROWN in 2026-Q2 are above those of 2026-Q1, and the usual attainment is 20"),
        (lambda row: row.replace(",220000", ",460000").replace("GROWN,2", "GROWN,4") if "Q2" in row else row,
         ""),
        (lambda row: re.sub(r"HEALTH,(\d)(\d)", r"HEALTH,\1.\2", row) if "Q2" in row else row,
         "gate_minimum is 60, and all 5 actuals of HEALTH in 2026-Q2 miss it by far, at 7.6 at best"),
        (lambda row: re.sub(r"CHURN,0.02(\d),0.03", r"CHURN,0.97\1,0.97", row),
         "the goal is 0.97 and the actual 0.971: are they retention, 1 − churn?"),
    ],
)  # fmt: skip
def test_actuals_to_date_in_another_unit_or_of_retention_are_named(
    tmp_path: Path, changed: Callable[[str], str], says: str
) -> None:
    results = "\n".join(map(changed, OF_GROWTH.splitlines())) + "\n"
    status, told = paid_folder(tmp_path, GROWTH | {"results.csv": results}, "--period", "2026-Q2")
    assert status == 0 and says in told and ("warning" in told) == bool(says), told


def test_a_plan_of_base_pay_only_that_pays_is_named(tmp_path: Path) -> None:
    plan = PAID_ON_GROWTH.replace("base_bonus", "base_only")
    status, told = paid_folder(tmp_path, GROWTH | {"plan.toml": plan}, "--period", "2026-Q2")
    assert status == 0 and "the model of AM is base_only, and grown, churn pay all the same" in told


def test_goals_of_a_quarter_under_a_season_are_named_of_new_people_too(tmp_path: Path) -> None:
    season = '[[seasons]]\nseason_id = "year"\nperiods = [[1, 0.2], [2, 0.2], [3, 0.2], [4, 0.4]]\n'
    ramp = '[[ramps]]\nramp_id = "new"\nmonths = [[1, 0.5], [2, 1]]\n'
    plan = PAID_ON_GROWTH.replace('"GROWN"\n', '"GROWN"\nramp_id = "new"\nseason_id = "year"\n')
    for goal, found in (("220000", True), ("1100000", False)):
        results = OF_GROWTH.replace(",220000", f",{goal}")
        files = GROWTH | {"plan.toml": plan + season + ramp, "results.csv": results}
        status, told = paid_folder(tmp_path, files, "--period", "2026-Q2")
        assert status == 0 and ("the usual attainment of GROWN" in told) == found, told
