"""What must be exceeded, a point of a curve or a row of a matrix, is on its own row in a workbook, and so
comes back from it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from csm_xl.cli import app

PLAN = """
[[plans]]
plan_id = "csm"
model = "base_bonus"
pay_period = "quarter"
target_basis = "amount"
target_value = 40000

[[components]]
plan_id = "csm"
component_id = "nrr"
type = "metric"
weight = 0.5
measure = "NRR"
curve_id = "bands"
on = "actual"

[[components]]
plan_id = "csm"
component_id = "both"
type = "metric"
weight = 0.5
measure = "NRR"
column_measure = "GRR"
matrix_id = "grid"
on = "actual"

[[curves]]
curve_id = "bands"
mode = "step"
points = [[0.9, 0.5], [1, 1], { attainment = 1.15, payout = 1.5, exceed = true }]

[[matrices]]
matrix_id = "grid"
cells = [
    [0.9, 0.8, 0.5],
    { row = 1, column = 0.8, payout = 1, exceed_row = true },
    { row = 1.15, column = 0.8, payout = 1.5, exceed_row = true },
]
"""
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,csm,100000,2023-01-01\n"
RESULTS = """period,scope,id,measure,actual
2023-Q1,individual,E1,NRR,1.15
2023-Q1,individual,E1,GRR,0.9
2023-Q2,individual,E1,NRR,1.16
2023-Q2,individual,E1,GRR,0.9
"""


def test_a_workbook_holds_the_point_and_gives_it_back(tmp_path: Path) -> None:
    files = {"plan.toml": PLAN, "roster.csv": ROSTER, "results.csv": RESULTS}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    book, plans = tmp_path / "book.xlsx", tmp_path / "plans"
    plan, roster, results = (str(tmp_path / name) for name in files)
    run = CliRunner().invoke
    made = run(app, ["new", str(book), "--plan", plan, "--roster", roster, "--results", results])
    assert made.exit_code == 0, made.output
    checked = run(app, ["check", str(book)])
    assert checked.exit_code == 0, checked.output
    assert run(app, ["plans", "export", str(book), str(plans)]).exit_code == 0
    (written,) = plans.glob("*.toml")
    text = written.read_text(encoding="utf-8")
    assert "{ attainment = 1.15, payout = 1.5, exceed = true }" in text
    assert "{ row = 1.15, column = 0.8, payout = 1.5, exceed_row = true }" in text
    assert "[0.9, 0.8, 0.5]" in text
