"""A scorecard without a period: which quarter its figures are is never guessed, and none is overwritten."""

from pathlib import Path

import pytest
from commands import commanded as shell
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
    assert "every row was of 2026-Q1 so far, and the period to pay is 2026-Q2" in said
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
    assert "--period gives the period of these rows, and it is missing" in said
    assert "Add --period 2026-Q2." in said
    said = shell(folder, *INTO, "--period", "2026-q1", status=2)
    assert "scores_2026Q2.csv names 2026-Q2, and the period to pay is 2026-q1" in said
    said = shell(folder, *INTO, "--period", "2026", status=2)  # a quarter is no year
    assert "scores_2026Q2.csv names 2026-Q2, and the period to pay is 2026" in said
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
    assert "scores_2026Q2.csv names 2026-Q2, and the period to pay is 2026-Q1" in said
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


def test_a_refresh_that_refuses_is_not_announced_as_paid(folder: Path) -> None:
    made(folder, "")
    (folder / "scores_2026Q2.csv").write_text("\n".join(SECOND.splitlines()[:2]) + "\n")
    said = shell(folder, *INTO, "--period", "2026-Q2", "--refresh", status=2)
    assert "3 rows of roster, results; imported." in said
    assert "The exports are imported, but nobody was paid." in said
    assert "then: csm-xl refresh mine.xlsx" in said
    assert "pays by them" not in said


def test_the_first_command_again_names_the_next_one(folder: Path) -> None:
    (folder / "sources.toml").write_text(ROSTER_SOURCE + SCORES)
    words = (
        "import",
        "people.csv",
        "scores_2026Q1.csv",
        "--into",
        "mine.xlsx",
        "--plan",
        "plan.toml",
        "--yes",
    )
    shell(folder, *words, "--period", "2026-Q1")
    said = shell(folder, *words, "--period", "2026-Q1", status=2)
    assert "the workbook has plans already" in said
    again = "csm-xl import people.csv scores_2026Q1.csv --into mine.xlsx --period 2026-Q1"
    assert f"Leave it out: {again}." in said
    shell(folder, *again.split()[1:])


def test_the_first_import_shows_five_rows_of_each_export_also_by_a_mapping_of_ones_own(folder: Path) -> None:
    mapping = 'fill.period = "--period"\nrows = "update"\n'
    (folder / "sources.toml").write_text(ROSTER_SOURCE + SCORES + mapping)
    said = shell(folder, *INTO, "--plan", "plan.toml", "--period", "2026-Q1")
    assert "people.csv is roster: 2 rows." in said and "scores_2026Q1.csv is results: 2 rows." in said
    assert "First rows as imported:" in said and "Every column has the name that it has in csm_xl." in said
    said = shell(folder, *INTO, "--period", "2026-Q1")
    assert "First rows" not in said  # what was answered is known by now


def test_a_name_that_a_lookup_lacks_is_reported_once_with_the_number_of_its_cells(folder: Path) -> None:
    (folder / "sources.toml").write_text(
        ROSTER_SOURCE + '\n[[source]]\ntable = "deals"\nfrom = "crm.csv"\n'
        'join.employee_id = { column = "Owner", file = "ids.csv", key = "Name", value = "ID" }\n'
    )
    (folder / "ids.csv").write_text("Name,ID\nSample 01,E1\n")
    (folder / "crm.csv").write_text(
        "deal_id,date,amount,kind,Owner\nD1,2026-01-05,10,upsell,Sample 01\n"
        "D2,2026-01-06,10,upsell,Sample 02\nD3,2026-01-07,10,upsell,Sample 02\n"
    )
    said = shell(folder, *INTO, "--plan", "plan.toml", "--period", "2026-Q1", status=2)
    assert "2 cells of Owner are not in ids.csv: Sample 02; also crm.csv row 4 (Owner)" in said
    assert said.count("Sample 02;") == 1
    assert "that roster does not have" not in said
