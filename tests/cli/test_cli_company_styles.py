"""A new workbook has the paper and the styles of numbers and days that its plan states."""

from pathlib import Path

from commands import commanded as shell
from pasting import places

from csm_xl.xlsx.package import Package

COMPANY = """
[company]
paper_size = "A4"
number_style = "German"
date_style = "European"
"""
FILES = ("--roster", "people.csv", "--results", "results.csv", "--period", "2026-Q1")


def control(path: Path, name: str) -> object:
    at = places(path)[name]
    return Package(path).cells(at.sheet).values.get(at[1:])


def test_control_of_a_new_workbook_has_what_the_plan_states(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(
        COMPANY + '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\n'
        'target_basis = "ratio"\ntarget_value = 0.2\n[[components]]\nplan_id = "p"\n'
        'component_id = "retention"\ntype = "metric"\nmeasure = "GRR"\nscope = "company"\nweight = 1\n'
    )
    (tmp_path / "people.csv").write_text("employee_id,plan_id,base_salary,hire_date\nE1,p,1000,2024-01-24\n")
    (tmp_path / "results.csv").write_text(
        "period,scope,id,measure,actual,goal\n2026-Q1,company,company,GRR,1,1\n"
    )
    said = ("paper_size", "number_style", "date_style")
    shell(tmp_path, "new", "mine.xlsx", "--plan", "plan.toml", *FILES)
    assert [control(tmp_path / "mine.xlsx", name) for name in said] == ["A4", "German", "European"]
    shell(tmp_path, "new", "other.xlsx", "--plan", "plan.toml", *FILES, "--paper", "letter")
    assert [control(tmp_path / "other.xlsx", name) for name in said] == ["Letter", "German", "European"]
