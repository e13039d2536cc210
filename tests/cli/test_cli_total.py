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
    assert row[:2] == ["2025", "E0001"]
    assert [float(cell) for cell in row[2:-2]] == expected[2:-2]
    assert row[-2:] == ["2025-Q4", "0"]
    assert shell(folder, "--total")[0] == 0  # what was written there is no table of the plan


def test_as_json_and_as_a_workbook(folder: Path) -> None:
    out = folder / "totals.xlsx"
    status, shown, _ = shell(folder, "--total", "--period", "2025", "--json", "--out", out)
    (person,) = json.loads(shown)["total"]
    assert (status, person["variable"], person["total"]) == (0, 7200, 87700)
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert [cell.value for cell in sheet[2]][:4] == ["2025", "E0001", 80000, 7200]


def test_a_year_without_tax_figures_needs_another_to_be_named(folder: Path) -> None:
    results = (folder / "results.csv").read_text(encoding="utf-8").replace("2025-", "2026-")
    (folder / "results.csv").write_text(results, encoding="utf-8")
    status, _, told = shell(folder, "--total")
    assert status == 2
    assert "2025" in told
    assert "87,200.00" in shell(folder, "--total", "--tax-year", "2025")[1]


def test_before_the_year_is_over_what_is_measured_and_what_is_not(folder: Path) -> None:
    results = folder / "results.csv"
    measured = results.read_text(encoding="utf-8").splitlines()[:3]
    results.write_text("\n".join(measured) + "\n", encoding="utf-8")
    status, shown, told = shell(folder, "--total")
    assert (status, "84,100.00" in shown, "4,000.00" in shown) == (0, True, True)  # 80,000 + 3,600 + 500
    assert "Not measured yet: 2025-Q3, 2025-Q4." in told
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
