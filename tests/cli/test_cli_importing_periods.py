"""A scorecard without a period: which quarter its figures are is never guessed, and none is overwritten."""

from pathlib import Path

import pytest
from commands import installed as shell
from pasting import rows_of, setting

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n[[components]]\nplan_id = "p"\ncomponent_id = "retention"\n'
    'type = "metric"\nmeasure = "NRR"\nscope = "individual"\nweight = 1\n'
)
ROSTER = "employee_id,plan_id,base_salary,hire_date\nE1,p,100000,2024-01-24\nE2,p,80000,2024-02-15\n"
HEADER = "Employee ID,Scope,Measure,Actual,Goal\n"
FIRST = HEADER + "E1,individual,NRR,1,1\nE2,individual,NRR,0.9,1\n"
SECOND = HEADER + "E1,individual,NRR,0.97,1\nE2,individual,NRR,1,1\n"
ROSTER_SOURCE = '[[source]]\ntable = "roster"\nfrom = "people.csv"\n'
SCORES = '\n[[source]]\ntable = "results"\nfrom = "scores*.csv"\ncolumns.id = "Employee ID"\n'
INTO = ("import", "--into", "mine.xlsx", "--yes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "people.csv").write_text(ROSTER)
    (tmp_path / "scores_2026Q1.csv").write_text(FIRST)
    return tmp_path


def made(folder: Path, mapping: str) -> None:
    """Import the first quarter by a mapping of the scorecard, and replace its export by the second one's."""
    (folder / "sources.toml").write_text(ROSTER_SOURCE + SCORES + mapping)
    shell(folder, *INTO, "--plan", "plan.toml", "--period", "2026-Q1")
    (folder / "scores_2026Q1.csv").unlink()
    (folder / "scores_2026Q2.csv").write_text(SECOND)


def actuals(folder: Path) -> dict[str, float]:
    rows = rows_of(folder / "mine.xlsx", "tblResults")
    (actual,) = (name for name in rows[0] if name.startswith("Actual"))
    return {f"{row['Period']} {row['Id']}": row[actual] for row in rows}


BOTH = {"2026-Q1 E1": 1, "2026-Q1 E2": 0.9, "2026-Q2 E1": 0.97, "2026-Q2 E2": 1}


@pytest.mark.parametrize("rows", ["", 'rows = "update"\n'])
def test_a_constant_period_never_overwrites_the_last_quarter(folder: Path, rows: str) -> None:
    made(folder, f'fill.period = "2026-Q1"\n{rows}')
    before = (folder / "mine.xlsx").read_bytes()
    again = (*INTO, "--period", "2026-Q2", "--refresh")
    said = shell(folder, *again, status=2)
    assert (
        "every row was of 2026-Q1 so far, and --period is 2026-Q2 and scores_2026Q2.csv names 2026-Q2" in said
    )
    assert 'fill.period = "--period" and rows = "update"' in said
    assert 'fill.period = "2026-Q2" and rows = "update"' in said
    assert "scores_2026Q2.csv names 2026-Q2" in shell(folder, *INTO, status=2)  # its name alone says so too
    assert (folder / "mine.xlsx").read_bytes() == before
    text = (
        (folder / "sources.toml").read_text().replace(f'"2026-Q1"\n{rows}', '"--period"\nrows = "update"\n')
    )
    (folder / "sources.toml").write_text(text)
    shell(folder, *again)
    assert actuals(folder) == BOTH


def test_a_scorecard_without_a_period_takes_it_from_the_command_each_time(folder: Path) -> None:
    made(folder, "")
    text = (folder / "sources.toml").read_text()
    assert 'fill.period = "--period"' in text and 'rows = "update"' in text
    said = shell(folder, *INTO, status=2)
    assert "--period says of which period these rows are, and it is not given" in said
    assert "Add --period 2026-Q2." in said
    said = shell(folder, *INTO, "--period", "2026-q1", status=2)
    assert "scores_2026Q2.csv names 2026-Q2, and --period is 2026-q1" in said
    shell(folder, *INTO, "--period", "2026-q2", "--refresh")
    assert actuals(folder) == BOTH
    assert (folder / "sources.toml").read_text() == text


def test_without_the_option_the_first_import_asks_for_the_period(folder: Path) -> None:
    (folder / "sources.toml").write_text(ROSTER_SOURCE + SCORES)
    said = shell(folder, *INTO, "--plan", "plan.toml", status=2)
    assert "results needs period" in said
    assert (
        'fill.period = "--period" and rows = "update"; or fill.period = "2026-Q1" and rows = "update"' in said
    )
    assert not (folder / "mine.xlsx").exists()


def test_a_refresh_takes_the_period_from_control(folder: Path) -> None:
    made(folder, "")
    setting(folder / "mine.xlsx", "import_sources", "sources.toml")
    said = shell(folder, "refresh", "mine.xlsx", status=2)
    assert "scores_2026Q2.csv names 2026-Q2, and --period is 2026-Q1" in said
    setting(folder / "mine.xlsx", "period", "2026-Q2")
    shell(folder, "refresh", "mine.xlsx")
    assert actuals(folder) == BOTH


@pytest.mark.parametrize("name", ["scores_2026-07-05.csv", "scores_2026-07.csv", "scores_07052026.csv"])
def test_the_day_of_an_export_is_no_period(folder: Path, name: str) -> None:
    made(folder, "")
    (folder / "scores_2026Q2.csv").rename(folder / name)
    text = (folder / "sources.toml").read_text()
    (folder / "sources.toml").write_text(text.replace('"--period"', '"2026-Q2"'))
    shell(folder, *INTO, "--period", "2026-Q2")
    assert actuals(folder)["2026-Q2 E1"] == 0.97
