"""Which periods are paid: those with results; what is open is named, and what is wrong stays an error."""

import json
from pathlib import Path

import openpyxl
import pytest
from commands import shell
from pypdf import PdfReader
from typer.testing import CliRunner

from csm_xl.cli import app

runner = CliRunner()

QUARTERLY = """
[[plans]]
plan_id = "Q"
model = "base_bonus"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.1
[[components]]
plan_id = "Q"
component_id = "retention"
type = "metric"
weight = 1.0
measure = "GRR"
"""
MONTHLY = """
[[plans]]
plan_id = "M"
model = "base_variable"
pay_period = "month"
target_basis = "ratio"
[[components]]
plan_id = "M"
component_id = "renewals"
type = "commission"
rate = 0.1
"""
EVENTS = """
[[plans]]
plan_id = "S"
model = "base_only"
pay_period = "quarter"
target_basis = "ratio"
[[components]]
plan_id = "S"
component_id = "reference"
type = "spif"
fixed_amount = 500
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,Q,80000,2024-01-01\nE2,Q,40000,2024-01-01\n"
RESULTS = "period,scope,id,measure,actual,goal\n"
DEALS = "deal_id,date,amount,employee_id\n"


def rows(*periods: str, people: tuple[str, ...] = ("E1", "E2")) -> str:
    return "".join(f"{period},individual,{who},GRR,0.9,0.9\n" for period in periods for who in people)


def folder(path: Path, plan: str, **tables: str) -> Path:
    path.mkdir(exist_ok=True)
    (path / "plan.toml").write_text(plan, "utf-8")
    for name, text in tables.items():
        (path / f"{name}.csv").write_text(text, "utf-8")
    return path


def paid(source: Path, *words: str) -> tuple[dict[tuple[str, str], float], list[str]]:
    """(period, person) → amount, and the open periods."""
    status, out, told = shell("pay", source, *words, "--json")
    assert status == 0, told + out
    document = json.loads(out)
    amounts: dict[tuple[str, str], float] = {}
    for line in document["lines"]:
        key = line["period"], line["employee_id"]
        amounts[key] = amounts.get(key, 0.0) + line["amount"]
    return amounts, document["open"]


# ---- a longer period with some of its periods measured ----------------------------------------------


@pytest.mark.parametrize(
    ("asked", "shut"),
    [("2026", ["2026-Q2", "2026-Q3", "2026-Q4"]), ("2026-H1", ["2026-Q2"])],
)
def test_a_longer_period_pays_what_has_results_and_names_the_rest(
    tmp_path: Path, asked: str, shut: list[str]
) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1"))
    amounts, named = paid(source, "--period", asked)
    assert (amounts, named) == ({("2026-Q1", "E1"): 2000.0, ("2026-Q1", "E2"): 1000.0}, shut)
    status, out, told = shell("pay", source, "--period", asked)
    assert (status, told) == (0, f"Missing actuals, so not paid: {', '.join(shut)}.\n")
    assert "3,000.00" in out


def test_what_is_missing_before_a_measured_period_is_an_error(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1", "2026-Q3"))
    status, _, told = shell("pay", source, "--period", "2026")
    assert (status, told.count("for 2026-Q2"), "2026-Q4" in told) == (2, 1, False)
    assert "2 results GRR of people for 2026-Q2 are missing" in told


def test_somebody_without_a_row_where_others_have_one_is_an_error(tmp_path: Path) -> None:
    some = rows("2026-Q1") + rows("2026-Q2", people=("E1",))
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + some)
    status, out, told = shell("pay", source, "--period", "2026")
    assert (status, out) == (2, "")
    assert "no result GRR of individual E2 for 2026-Q2" in told
    assert "2026-Q3" not in told


def test_a_row_with_a_blank_actual_is_paid_at_0_as_before(tmp_path: Path) -> None:
    waiting = rows("2026-Q2").replace("0.9,0.9", ",0.9")
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1") + waiting)
    amounts, named = paid(source, "--period", "2026")
    assert amounts["2026-Q2", "E1"] == 0
    assert named == ["2026-Q3", "2026-Q4"]


@pytest.mark.parametrize("asked", ["2026-Q3", "2026-H2", "2027"])
def test_a_period_of_which_nothing_is_measured_is_an_error(tmp_path: Path, asked: str) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1"))
    status, out, told = shell("pay", source, "--period", asked)
    assert (status, out) == (2, "")
    assert "2 results GRR of people for " in told and "are missing" in told


def test_commission_counts_as_far_as_anything_is_known(tmp_path: Path) -> None:
    roster = ROSTER + "E3,M,60000,2024-01-01\n"
    deals = DEALS + "D1,2026-01-20,1000,E3\nD2,2026-08-02,2000,E3\n"
    source = folder(tmp_path / "in", QUARTERLY + MONTHLY, roster=roster, deals=deals,
                    results=RESULTS + rows("2026-Q1", "2026-Q2"))  # fmt: skip
    amounts, named = paid(source, "--period", "2026")
    months = {period for period, who in amounts if who == "E3"}
    assert months == {f"2026-0{month}" for month in range(1, 9)}
    assert amounts["2026-08", "E3"] == 200
    assert named == ["2026-Q3", "2026-09", "2026-10", "2026-Q4", "2026-11", "2026-12"]
    assert paid(source)[0] == amounts


def test_the_total_of_the_year_has_the_same_variable_pay(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1"))
    status, out, _ = shell("pay", source, "--total", "--period", "2026", "--json")
    document = json.loads(out)
    assert status == 0
    assert [row["variable"] for row in document["total"]] == [2000.0, 1000.0]
    assert (document["paid"], document["open"]) == (["2026-Q1"], ["2026-Q2", "2026-Q3", "2026-Q4"])


def test_a_workbook_of_the_year_is_made_refreshed_and_checks(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1"))
    book = tmp_path / "plan.xlsx"
    words = ["--plan", source / "plan.toml", "--roster", source / "roster.csv"]
    status, _, told = shell("new", book, *words, "--results", source / "results.csv", "--period", "2026")
    assert (status, told) == (0, "Missing actuals, so not paid: 2026-Q2, 2026-Q3, 2026-Q4.\n")
    status, _, told = shell("refresh", book)
    assert (status, told.count("missing actual")) == (0, 1)
    status, out, _ = shell("check", book)
    assert status == 0, out
    assert paid(book, "--period", "2026") == paid(source, "--period", "2026")
    cells = [cell.value for row in openpyxl.load_workbook(book)["Checks"].iter_rows() for cell in row]
    assert sum(isinstance(cell, str) and "missing actuals, so not paid" in cell for cell in cells) == 1


def test_statements_and_explanations_of_the_year_tell_what_is_paid(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER, results=RESULTS + rows("2026-Q1"))
    status, _, told = shell("statements", source, "--period", "2026", "--out", tmp_path / "out")
    assert (status, told) == (0, "Missing actuals, so not paid: 2026-Q2, 2026-Q3, 2026-Q4.\n")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "out/2026_E1.pdf").pages)
    assert "2,000.00" in text
    assert "Missing actuals, so not on this statement: 2026-Q2" in " ".join(text.split())
    status, out, told = shell("explain", source, "E1", "2026")
    assert (status, told) == (0, "Missing actuals, so not paid: 2026-Q2, 2026-Q3, 2026-Q4.\n")
    assert "2026-Q1" in out


def test_the_worksheet_function_pays_the_same() -> None:
    tables = [
        [["plan_id", "model", "pay_period", "target_basis", "target_value"],
         ["A", "base_bonus", "quarter", "ratio", 0.1]],
        [["plan_id", "component_id", "type", "weight", "measure"], ["A", "R", "metric", 1, "NRR"]],
        [["employee_id", "plan_id", "base_salary", "hire_date"], ["E1", "A", 80000, "2024-01-01"]],
        [["period", "scope", "id", "measure", "actual", "goal"],
         ["2026-Q1", "individual", "E1", "NRR", 1, 1]],
    ]  # fmt: skip
    from csm_xl.functions.calling import call

    found = call("CSM_PAYOUTS", "2026", *tables)
    assert [row[0] for row in found] == ["period", "2026-Q1"]


# ---- no --period: whatever has a date shows -----------------------------------------------------------


def test_a_folder_with_deals_alone_needs_no_period(tmp_path: Path) -> None:
    roster = "employee_id,plan_id,base_salary,hire_date\nE3,M,60000,2024-01-01\n"
    deals = DEALS + "D1,2026-02-20,1000,E3\nD2,2026-05-02,2000,E3\n"
    source = folder(tmp_path / "in", MONTHLY, roster=roster, deals=deals)
    assert paid(source) == ({("2026-02", "E3"): 100.0, ("2026-05", "E3"): 200.0}, [])
    words = ["--plan", source / "plan.toml", "--roster", source / "roster.csv"]
    assert shell("new", tmp_path / "a.xlsx", *words, "--deals", source / "deals.csv")[0] == 0


def test_a_deal_counts_on_the_day_by_which_its_plan_credits_it(tmp_path: Path) -> None:
    roster = "employee_id,plan_id,base_salary,hire_date\nE3,M,60000,2024-01-01\n"
    deals = "deal_id,date,effective_date,amount,employee_id\nD1,2026-02-20,2026-04-01,1000,E3\n"
    source = folder(tmp_path / "in", MONTHLY + 'credit_date = "effective"\n', roster=roster, deals=deals)
    assert paid(source)[0] == {("2026-04", "E3"): 100.0}


def test_a_folder_with_events_or_accounts_alone_needs_no_period(tmp_path: Path) -> None:
    roster = "employee_id,plan_id,base_salary,hire_date\nE4,S,60000,2024-01-01\n"
    events = "employee_id,date,component_id\nE4,2026-05-02,reference\n"
    assert paid(folder(tmp_path / "events", EVENTS, roster=roster, events=events)) == (
        {("2026-Q2", "E4"): 500.0},
        [],
    )
    accounts = "period,account_id,employee_id,start,end\n2026-Q3,A1,E1,1000,1000\n2026-Q3,A2,E2,1000,1000\n"
    source = folder(tmp_path / "accounts", QUARTERLY, roster=ROSTER, accounts=accounts)
    assert paid(source) == ({("2026-Q3", "E1"): 2000.0, ("2026-Q3", "E2"): 1000.0}, [])


def test_a_folder_with_adjustments_alone_needs_no_period(tmp_path: Path) -> None:
    roster = "employee_id,plan_id,base_salary,hire_date\nE3,M,60000,2024-01-01\n"
    adjustments = "period,employee_id,kind,amount,reason\n2026-06,E3,manual,250,thanks\n"
    source = folder(tmp_path / "in", MONTHLY, roster=roster, adjustments=adjustments)
    assert paid(source)[0] == {("2026-06", "E3"): 250.0}


def test_deals_of_a_period_without_results_leave_it_open(tmp_path: Path) -> None:
    plan = (
        QUARTERLY + '[[components]]\nplan_id = "Q"\ncomponent_id = "deals"\ntype = "commission"\nrate = 0.1\n'
    )
    deals = DEALS + "D1,2026-02-20,1000,E1\nD2,2026-05-02,2000,E1\n"
    source = folder(tmp_path / "in", plan, roster=ROSTER, deals=deals, results=RESULTS + rows("2026-Q1"))
    amounts, named = paid(source)
    assert amounts == {("2026-Q1", "E1"): 2100.0, ("2026-Q1", "E2"): 1000.0}
    assert named == ["2026-Q2"]


def test_without_anything_dated_the_period_must_be_said(tmp_path: Path) -> None:
    source = folder(tmp_path / "in", QUARTERLY, roster=ROSTER)
    status, _, told = shell("pay", source)
    assert (status, "--period" in told) == (2, True)


def test_a_period_that_can_be_paid_is_named_beside_those_that_cannot(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(QUARTERLY, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(
        "employee_id,plan_id,base_salary,hire_date,team\nE1,Q,80000,2020-01-01,A\nE2,Q,80000,2020-01-01,A\n",
        encoding="utf-8",
    )
    rows = "period,scope,id,measure,actual,goal\n"
    rows += "".join(f"2026-Q1,individual,{who},GRR,0.92,0.92\n" for who in ("E1", "E2"))
    (tmp_path / "results.csv").write_text(rows + "2026-Q2,individual,E1,GRR,0.92,0.92\n", encoding="utf-8")
    done = runner.invoke(app, ["pay", str(tmp_path)])
    assert done.exit_code == 2 and "2026-Q2" in done.stderr
    advice = f"csm-xl pay {tmp_path} --period 2026-Q1"
    assert f"2026-Q1 has everything that is needed. To pay it now: {advice}." in done.stderr
    assert runner.invoke(app, ["pay", str(tmp_path), "--period", "2026-Q1"]).exit_code == 0
    asked = runner.invoke(app, ["pay", str(tmp_path), "--period", "2026-Q2"])
    assert asked.exit_code == 2 and "has everything" not in asked.stderr
