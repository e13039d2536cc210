"""A plan of base pay alone needs no component, anywhere."""

import json
from pathlib import Path

import pytest
from commands import shell
from pypdf import PdfReader

from csm_xl.functions.calling import call

PLAN = """
[[plans]]
plan_id = "B"
plan_name = "Base salary"
model = "base_only"
pay_period = "quarter"
target_basis = "ratio"
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,B,80000,2024-01-01\nE2,B,90000,2026-02-15\n"
PLANS_TABLE = [["plan_id", "model", "pay_period", "target_basis"], ["B", "base_only", "quarter", "ratio"]]
ROSTER_TABLE = [["employee_id", "plan_id", "base_salary", "hire_date"], ["E1", "B", 80000, "2024-01-01"]]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "plan.toml").write_text(PLAN, "utf-8")
    (folder / "roster.csv").write_text(ROSTER, "utf-8")
    return folder


def test_everybody_has_a_line_of_totals_with_no_variable_pay(source: Path) -> None:
    status, out, _ = shell("pay", source, "--period", "2026-Q1", "--json")
    document = json.loads(out)
    assert (status, document["lines"], document["warnings"]) == (0, [], [])
    assert [(one["employee_id"], one["target"], one["variable"]) for one in document["totals"]] == [
        ("E1", 0, 0),
        ("E2", 0, 0),
    ]


def test_the_year_is_base_pay(source: Path) -> None:
    status, out, _ = shell("pay", source, "--total", "--period", "2026", "--json")
    rows = json.loads(out)["total"]
    assert status == 0
    assert [(row["base"], row["variable"], row["total"]) for row in rows] == [
        (80000, 0, 80000),
        (78750, 0, 78750),
    ]


def test_a_statement_says_that_base_salary_alone_is_paid(source: Path, tmp_path: Path) -> None:
    assert shell("statements", source, "--period", "2026-Q1", "--out", tmp_path / "out")[0] == 0
    pages = PdfReader(tmp_path / "out/2026-Q1_E1.pdf").pages
    text = " ".join("".join(page.extract_text() for page in pages).split())
    assert "The plan pays base salary only." in text
    assert text.count("20,000.00") >= 2
    assert "% of target paid" not in text
    status, out, _ = shell("explain", source, "E1", "2026-Q1", "--json")
    assert status == 0
    assert "no component and pays nothing beyond base salary" in json.loads(out)[0]["formula"]


def test_a_workbook_is_made_refreshed_and_checks(source: Path, tmp_path: Path) -> None:
    book = tmp_path / "base.xlsx"
    words = ("--plan", source / "plan.toml", "--roster", source / "roster.csv", "--period", "2026-Q1")
    assert shell("new", book, *words)[0] == 0
    for command in ("check", "refresh", "check"):
        status, out, told = shell(command, book)
        assert status == 0, out + told
    assert shell("pay", book, "--period", "2026-Q1", "--json") == shell(
        "pay", source, "--period", "2026-Q1", "--json"
    )


def test_plans_go_out_and_come_back(source: Path, tmp_path: Path) -> None:
    book, plans = tmp_path / "base.xlsx", tmp_path / "plans"
    words = ("--plan", source / "plan.toml", "--roster", source / "roster.csv", "--period", "2026-Q1")
    assert shell("new", book, *words)[0] == 0
    assert shell("plans", "export", book, plans)[0] == 0
    assert "components" not in (plans / "B.toml").read_text("utf-8")
    (plans / "B.toml").write_text(PLAN.replace("Base salary", "Salary"), "utf-8")
    assert shell("plans", "import", plans, book)[0] == 0
    assert shell("refresh", book)[0] == 0
    assert shell("check", book)[0] == 0


@pytest.mark.parametrize("command", ["lint", "review", "health", "sensitivity", "simulate", "diff"])
def test_what_looks_at_plans_takes_it(source: Path, tmp_path: Path, command: str) -> None:
    more = {"lint": (), "review": ("--out", tmp_path), "diff": (source,)}.get(command, ())
    period = () if command == "lint" else ("--period", "2026")
    status, _, told = shell(command, source, *more, *period)
    assert status == 0, told


@pytest.mark.parametrize(
    "command",
    ["diff", "simulate", "sensitivity", "health", "review"],
)
def test_a_workbook_without_results_is_looked_at_for_the_period_of_its_control(
    source: Path, tmp_path: Path, command: str
) -> None:
    book = tmp_path / "b.xlsx"
    own = ("--plan", source / "plan.toml", "--roster", source / "roster.csv")
    assert shell("new", book, *own, "--period", "2026-Q2")[0] == 0
    more = {"diff": (source,), "review": ("--out", tmp_path / "pack")}.get(command, ())
    status, out, told = shell(command, book, *more)
    assert (status, "2026-Q2" in out + told) == (0, True), told
    # A folder says nowhere what to pay.
    status, _, told = shell(command, source, *more)
    assert (status, "Add --period" in told) == (2, True)


def test_the_worksheet_functions_take_plans_and_roster_alone() -> None:
    assert call("CSM_PAYOUTS", "2026-Q1", PLANS_TABLE, ROSTER_TABLE)[0][:2] == ["period", "employee_id"]
    assert call("CSM_EXPLAIN", "E1", "2026-Q1", PLANS_TABLE, ROSTER_TABLE)[-1][3] == 0
    assert len(call("CSM_LINT", PLANS_TABLE)) == 1


@pytest.mark.parametrize("empty", [True, False])
def test_any_other_plan_needs_components(source: Path, empty: bool) -> None:
    if empty:
        (source / "components.csv").write_text("plan_id,component_id,type\n", "utf-8")
        assert shell("pay", source, "--period", "2026-Q1")[0] == 0
    (source / "plan.toml").write_text(PLAN.replace("base_only", "base_bonus"), "utf-8")
    status, _, told = shell("pay", source, "--period", "2026-Q1")
    assert (status, f"the table components is {'empty' if empty else 'missing'}" in told) == (2, True)
    (source / "plan.toml").write_text(PLAN + PLAN.replace("base_only", "base_quota").replace('"B"', '"C"'))
    assert shell("pay", source, "--period", "2026-Q1")[0] == 2
