"""A newcomer's export of accounts with a goal: every door pays the same goal of retention."""

import csv
from pathlib import Path
from typing import Any

import pytest
from commands import shell

from csm_xl.functions import call

# The export of somebody new to the program: two people of the starter plan in one team, GRR of which the
# accounts give the actual and a row of results the goal. The accounts have goals here in place of that row.
ROSTER = """employee_id,plan_id,base_salary,hire_date,team,currency
1,starter,80000,2022-01-01,A,USD
2,starter,70000,2022-01-01,A,EUR
"""
GOALS = """period,employee_id,goal,weight,score
2026-Q1,1,g,1,1
2026-Q1,2,g,1,1
"""
ACCOUNTS = """Period,Account ID,Employee ID,Start,End
2026-Q1,001A,1,120000,144000
2026-Q1,001B,1,80000,0
2026-Q1,001C,2,100000,95000
"""
GOAL_ON_RESULTS = """period,scope,id,measure,actual,goal
2026-Q1,team,A,GRR,,0.92
"""
WITH_GOALS = """Period,Account ID,Employee ID,Start,End,Goal
2026-Q1,001A,1,120000,144000,90%
2026-Q1,001B,1,80000,0,0.95
2026-Q1,001C,2,100000,95000,92%
"""
PLAN = """
[[plans]]
plan_id = "starter"
model = "base_bonus"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.1
[[components]]
plan_id = "starter"
component_id = "retention"
type = "metric"
weight = 1
measure = "GRR"
scope = "team"
"""


def retention(path: Path, out: Path) -> list[dict[str, str]]:
    status, _, said = shell("pay", path, "--period", "2026-Q1", "--out", out)
    assert status == 0, said
    with out.open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["component_id"] == "retention"]
    return [
        {name: line[name] for name in ("goal", "actual", "attainment", "amount", "note")} for line in lines
    ]


@pytest.mark.parametrize("given", ["results", "accounts", "both"])
def test_a_newcomers_goal_is_met_by_the_retention_of_the_accounts(tmp_path: Path, given: str) -> None:
    files = {"roster": ROSTER, "goals": GOALS, "accounts": ACCOUNTS if given == "results" else WITH_GOALS}
    if given != "accounts":
        files["results"] = GOAL_ON_RESULTS
    words: list[str | Path] = []
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
        words += [f"--{name}", tmp_path / f"{name}.csv"]
    status, _, said = shell("new", tmp_path / "a.xlsx", *words)
    assert status == 0 and "warning" not in said, said
    lines = retention(tmp_path / "a.xlsx", tmp_path / "p.csv")
    assert [line["goal"] for line in lines] == ["0.92", "0.92"]
    assert [line["actual"][:6] for line in lines] == ["0.7166", "0.7166"]
    assert all(line["attainment"].startswith("0.77898550") and not line["note"] for line in lines)
    assert shell("check", tmp_path / "a.xlsx")[0] == 0


def cells(text: str) -> list[list[Any]]:
    rows = list(csv.reader(text.splitlines()))
    return [rows[0], *([float(one) if one.replace(".", "").isdigit() and at > 2 else one
                        for at, one in enumerate(row)] for row in rows[1:])]  # fmt: skip


def test_the_folder_the_workbook_and_the_functions_pay_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in {"plan.toml": PLAN, "roster.csv": ROSTER.replace("EUR", "USD"),
                       "accounts.csv": WITH_GOALS}.items():  # fmt: skip
        (folder / name).write_text(text)
    lines = retention(folder, tmp_path / "folder.csv")
    assert [line["amount"] for line in lines] == ["1557.97", "1363.22"]  # 2,000 and 1,750 × 0.7167 / 0.92
    words = ("--plan", folder / "plan.toml", "--roster", folder / "roster.csv",
             "--accounts", folder / "accounts.csv")  # fmt: skip
    assert shell("new", tmp_path / "a.xlsx", *words)[0] == 0
    assert retention(tmp_path / "a.xlsx", tmp_path / "book.csv") == lines
    tables = [
        [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["starter", "base_bonus", "quarter", "ratio", 0.1]],
        [["plan_id", "component_id", "type", "weight", "measure", "scope"],
         ["starter", "retention", "metric", 1, "GRR", "team"]],
        cells(ROSTER.replace("EUR", "USD")), cells(WITH_GOALS),
    ]  # fmt: skip
    header, *rows = call("CSM_PAYOUTS", "2026-Q1", *tables)
    assert [str(row[header.index("amount")]) for row in rows] == [line["amount"] for line in lines]
    assert [str(row[header.index("goal")]) for row in rows] == [line["goal"] for line in lines]
    told = {row[0]: row for row in call("CSM_EXPLAIN", "1", "2026-Q1", *tables)}
    assert told["GRR goal"][2:4] == ["276000 / 300000", 0.92]
    assert told["GRR to retain"][4] == "argument 6, rows 2 to 4 (start); argument 6, rows 2 to 4 (goal)"
    status, out, _ = shell("explain", tmp_path / "a.xlsx", "1", "2026-Q1", "--json")
    assert status == 0 and "GRR goal" in out and '"276000 / 300000"' in out
