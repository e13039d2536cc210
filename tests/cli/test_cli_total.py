"""``csm-xl pay --total``: each person's year from files, on the screen, as JSON and as a file."""

import csv
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.cli.files import csv_text
from csm_xl.engine.person_year import HEADER, total_pay
from csm_xl.plan.raw import RawTable

runner = CliRunner()
TABLES = {
    "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
              ["P", "base_bonus", "quarter", "ratio", 0.1]],
    "components": [["plan_id", "component_id", "type", "weight", "measure"],
                   ["P", "GRR", "metric", 1, "GRR"]],
    "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "state"],
               ["E0001", "P", 80000, date(2024, 1, 1), "TX"]],
    "results": [["period", "scope", "id", "measure", "actual", "goal"],
                *([f"2025-Q{quarter}", "individual", "E0001", "GRR", 0.9, 1] for quarter in (1, 2, 3, 4))],
    "other_pay": [["employee_id", "date", "amount", "reason"], ["E0001", date(2025, 3, 1), 500, "stipend"]],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in TABLES.items():
        (tmp_path / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    return tmp_path


def shell(*words: str | Path) -> tuple[int, str, str]:
    result = runner.invoke(app, ["pay", *(str(word) for word in words)])
    return result.exit_code, result.stdout, result.stderr


def test_the_year_of_the_results_is_shown_and_written(folder: Path) -> None:
    out = folder / "totals.csv"
    status, shown, told = shell(folder, "--total", "--out", out)
    assert status == 0
    assert "87,700.00" in shown  # 80,000 + 90% of 8,000 + 500
    assert f"1 person written to {out}" in told
    header, row = csv.reader(out.read_text(encoding="utf-8").splitlines())
    assert header == list(HEADER)
    expected = total_pay([RawTable.of_rows(rows, name) for name, rows in TABLES.items()], 2025)[1]
    assert row[:3] == ["2025", "E0001", "USD"]
    assert [float(cell) for cell in row[3:-2]] == expected[3:-2]
    assert row[-2:] == ["2025-Q4", "0"]
    assert shell(folder, "--total")[0] == 0  # what was written there is no table of the plan


def test_as_json_and_as_a_workbook(folder: Path) -> None:
    out = folder / "totals.xlsx"
    status, shown, _ = shell(folder, "--total", "--period", "2025", "--json", "--out", out)
    (person,) = json.loads(shown)["total"]
    assert (status, person["variable"], person["total"]) == (0, 7200, 87700)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert [cell.value for cell in sheet[2]][:5] == ["2025", "E0001", "USD", 80000, 7200]


def test_a_state_without_figures_of_the_year_leaves_out_the_tax_of_its_people(folder: Path) -> None:
    results = (folder / "results.csv").read_text(encoding="utf-8").replace("2025-", "2026-")
    (folder / "results.csv").write_text(results, encoding="utf-8")
    status, shown, told = shell(folder, "--total", "--json")
    (person,) = json.loads(shown)["total"]
    assert (status, person["base"], person["state_tax"], person["net"]) == (0, 80000, None, None)
    told = shell(folder, "--total")[2]
    assert "No tax estimate: there are no figures for income tax of" in told
    assert "Available: 2025" in told and "--tax-year 2025" in told and "E0001" in told
    assert "87,200.00" in shell(folder, "--total", "--tax-year", "2025")[1]


def test_a_year_without_federal_figures_needs_another_to_be_named(folder: Path) -> None:
    results = (folder / "results.csv").read_text(encoding="utf-8").replace("2025-", "2031-")
    (folder / "results.csv").write_text(results, encoding="utf-8")
    status, _, told = shell(folder, "--total")
    assert status == 2
    assert "2025" in told and "--tax-year" in told


def test_before_the_year_is_over_what_is_measured_and_what_is_not(folder: Path) -> None:
    results = folder / "results.csv"
    measured = results.read_text(encoding="utf-8").splitlines()[:3]
    results.write_text("\n".join(measured) + "\n", encoding="utf-8")
    status, shown, told = shell(folder, "--total")
    assert (status, "84,100.00" in shown, "4,000.00" in shown) == (0, True, True)  # 80,000 + 3,600 + 500
    assert "Without results: 2025-Q3, 2025-Q4." in told
    assert "--rest target" in told
    status, shown, told = shell(folder, "--total", "--rest", "target")
    assert (status, "88,100.00" in shown, "counts as variable pay" in told) == (0, True, True)
    document = json.loads(shell(folder, "--total", "--json", "--through", "2025-Q1")[1])
    assert (document["paid"], document["open"]) == (["2025-Q1"], ["2025-Q2", "2025-Q3", "2025-Q4"])
    (person,) = document["total"]
    assert (person["variable_through"], person["unmeasured_target"]) == ("2025-Q1", 6000)


def test_options_of_the_total_say_what_they_take(folder: Path) -> None:
    status, _, told = shell(folder, "--total", "--rest", "goal")
    assert (status, "zero, target" in told) == (2, True)
    for option, value in (("--rest", "target"), ("--through", "2025-Q1")):
        status, _, told = shell(folder, option, value)
        assert (status, "--total" in told) == (2, True)


def test_a_company_whose_results_begin_in_the_second_quarter(folder: Path) -> None:
    results = folder / "results.csv"
    rows = results.read_text(encoding="utf-8").splitlines()
    results.write_text("\n".join([rows[0], *rows[2:]]) + "\n", encoding="utf-8")
    status, shown, told = shell(folder, "--total", "--json")
    document = json.loads(shown)
    assert (status, document["open"]) == (0, ["2025-Q1"]), told
    (person,) = document["total"]
    assert (person["variable"], person["unmeasured_target"]) == (5400, 2000)
    told = shell(folder, "--total")[2]
    assert "Without results: 2025-Q1." in told


def test_a_gap_between_results_is_an_error_still(folder: Path) -> None:
    results = folder / "results.csv"
    rows = results.read_text(encoding="utf-8").splitlines()
    results.write_text("\n".join([*rows[:2], *rows[3:]]) + "\n", encoding="utf-8")
    status, _, told = shell(folder, "--total")
    assert (status, "2025-Q2" in told) == (2, True)


def two_currencies(folder: Path, moves: bool = False) -> None:
    roster = (folder / "roster.csv").read_text(encoding="utf-8").splitlines()
    plans = (folder / "plans.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{plans[0]},currency", f"{plans[1]},USD", "eu,base_only,quarter,ratio,0,EUR"]
    (folder / "plans.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    cells = dict(zip(roster[0].split(","), roster[1].split(","), strict=True))
    cells |= {"employee_id": "E0002", "plan_id": "eu"}
    line = ",".join(cells[name] for name in roster[0].split(","))
    (folder / "roster.csv").write_text("\n".join([*roster, line]) + "\n", encoding="utf-8")
    if moves:
        changes = "employee_id,from,plan_id\nE0002,2025-07-01," + roster[1].split(",")[1] + "\n"
        (folder / "changes.csv").write_text(changes, encoding="utf-8")


def test_totals_are_by_currency(folder: Path) -> None:
    two_currencies(folder)
    status, shown, told = shell(folder, "--total", "--json")
    assert status == 0, told
    document = json.loads(shown)
    assert [row["currency"] for row in document["total"]] == ["USD", "EUR"]
    assert [(each["currency"], each["people"], each["base"], each["net"] is None) for each in
            document["sums"]] == [("EUR", 1, 80000, True), ("USD", 1, 80000, False)]  # fmt: skip
    totals = [line.split()[:3] for line in shell(folder, "--total")[1].splitlines()
              if line.startswith("total")]  # fmt: skip
    assert totals == [["total", "EUR", "80,000.00"], ["total", "USD", "80,000.00"]]


def test_a_person_whose_plans_pay_in_two_currencies_has_no_total(folder: Path) -> None:
    two_currencies(folder, moves=True)
    results = folder / "results.csv"
    rows = results.read_text(encoding="utf-8")
    results.write_text(rows + "".join(line.replace("E0001", "E0002") + "\n" for line in rows.splitlines()[1:]
                                      if "E0001" in line), encoding="utf-8")  # fmt: skip
    status, _, told = shell(folder, "--total")
    assert status == 2
    assert "E0002 is paid in EUR and USD under the plans of the period, which cannot be added up" in told
    document = json.loads(shell(folder, "--total", "--skip-errors", "--json")[1])
    assert [row["employee_id"] for row in document["total"]] == ["E0001"]
    assert [each["employee_id"] for each in document["left_out"]] == ["E0002"]


def test_the_heading_names_the_year_of_the_tax_figures(folder: Path) -> None:
    status, out, _ = shell(folder, "--total", "--tax-year", "2024")
    assert status == 0
    assert "Total pay, 2025; tax and net are estimates, with the tax figures of 2024" in " ".join(out.split())
    assert json.loads(shell(folder, "--total", "--tax-year", "2024", "--json")[1])["tax_year"] == "2024"
    assert "with the tax figures" not in shell(folder, "--total")[1]
