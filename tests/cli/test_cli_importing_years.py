"""Headers without a year, such as "Q1 NRR": of which year they are is asked again in the next one."""

from pathlib import Path

import pytest
from commands import commanded as shell
from pasting import rows_of

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n[[components]]\nplan_id = "p"\ncomponent_id = "retention"\n'
    'type = "metric"\nmeasure = "NRR"\nscope = "individual"\nweight = 1\n'
)
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,p,100000,2024-01-24\nE2,p,80000,2024-02-15\n"
MAPPING = """
[[source]]
table = "roster"
from = "people.csv"

[[source]]
table = "results"
from = "scores*.csv"
rows = "update"
columns.id = "CSM"
fill.scope = "individual"
fill.measure = "NRR"
fill.goal = "1"
unpivot = { name = "period", value = "actual", columns = { "Q1 NRR" = "2026-Q1" } }
"""
INTO = ("import", "--into", "mine.xlsx", "--yes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "people.csv").write_text(ROSTER)
    (tmp_path / "scores.csv").write_text("CSM,Q1 NRR\nE1,1\nE2,0.9\n")
    (tmp_path / "sources.toml").write_text(MAPPING)
    shell(tmp_path, *INTO, "--plan", "plan.toml", "--period", "2026-Q1")
    (tmp_path / "scores.csv").write_text("CSM,Q1 NRR\nE1,0.97\nE2,1\n")
    return tmp_path


def actuals(folder: Path) -> dict[str, float]:
    rows = rows_of(folder / "mine.xlsx", "tblResults")
    (actual,) = (name for name in rows[0] if name.startswith("Actual"))
    return {f"{row['Period']} {row['Id']}": row[actual] for row in rows}


def test_the_period_of_the_import_is_of_another_year(folder: Path) -> None:
    before = (folder / "mine.xlsx").read_bytes()
    said = shell(folder, *INTO, "--period", "2027-Q1", status=2)
    assert "'Q1 NRR' says no year. 'Q1 NRR' was 2026-Q1 so far, and 2027-Q1 is of 2027" in said
    assert (folder / "mine.xlsx").read_bytes() == before
    mapping = folder / "sources.toml"
    mapping.write_text(mapping.read_text().replace("2026-Q1", "2027-Q1"))
    shell(folder, *INTO, "--period", "2027-Q1")
    assert actuals(folder) == {"2027-Q1 E1": 0.97, "2027-Q1 E2": 1, "2026-Q1 E1": 1, "2026-Q1 E2": 0.9}


def test_the_name_of_the_file_is_of_another_year_and_the_old_one_may_be_meant(folder: Path) -> None:
    (folder / "scores.csv").rename(folder / "scores_2027-01-12.csv")
    said = shell(folder, *INTO, status=2)
    assert 'if they are of 2026 still, checked = "2027" in it' in said
    mapping = folder / "sources.toml"
    mapping.write_text(mapping.read_text().replace('"2026-Q1" }', '"2026-Q1" }, checked = "2027"'))
    shell(folder, *INTO)
    assert actuals(folder) == {"2026-Q1 E1": 0.97, "2026-Q1 E2": 1}


def test_every_figure_changes_one_that_is_there(folder: Path) -> None:
    said = shell(folder, *INTO)
    assert "'Q1 NRR' is read as 2026-Q1, and changes all 2 results of it" in said
    assert "is read as" not in shell(folder, *INTO)


def test_a_year_that_is_none_is_refused(folder: Path) -> None:
    mapping = folder / "sources.toml"
    mapping.write_text(mapping.read_text().replace('"2026-Q1" }', '"2026-Q1" }, checked = "soon"'))
    assert "unpivot.checked: this is no year" in shell(folder, *INTO, status=2)
