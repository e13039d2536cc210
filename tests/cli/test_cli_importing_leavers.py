"""The second quarter by one command: a leaver is missing from the new roster, one joins, one has a raise."""

from pathlib import Path
from typing import Any

import pytest
from commands import commanded as shell
from commands import typed_in_a_terminal
from pasting import rows_of

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n'
    '[[components]]\nplan_id = "p"\ncomponent_id = "retention"\ntype = "metric"\nmeasure = "GRR"\n'
    'scope = "individual"\nweight = 0.6\n'
    '[[components]]\nplan_id = "p"\ncomponent_id = "csat"\ntype = "metric"\nmeasure = "CSAT"\n'
    'scope = "team"\nweight = 0.4\n'
    '[[components]]\nplan_id = "p"\ncomponent_id = "upsell"\ntype = "commission"\nrate = 0.05\n'
    'deal_kinds = ["upsell"]\n'
)  # fmt: skip
WORKERS = (
    "RPT - Workers\nAs of {day}\n\n"
    "Employee ID,Worker,Annual Base Salary (USD),Hire Date,Termination Date,Team,Plan ID\n"
)
ONE = 'E1,"One, Sample","$100,000.00",01/24/2024,,East,p\n'
TWO = 'E2,"Two, Sample","$80,000.00",02/15/2024,,West,p\n'
THREE = 'E3,"Three, Sample","$90,000.00",02/15/2024,,West,p\n'
FOUR = 'E4,"Four, Sample","$91,000.00",05/16/2026,,West,p\n'
DEALS = "Opportunity ID,Close Date,Amount,Type,Opportunity Owner,Stage\n"
SCORES = "Period,CSM,GRR,Goal\n"
SURVEY = (
    "Period,Scope,Id,Measure,Actual,Goal\n{period},team,East,CSAT,4.5,4.5\n{period},team,West,CSAT,4.5,4.5\n"
)
MAPPING = """
[[source]]
table = "roster"
from = "workers_*.csv"

[[source]]
table = "deals"
from = "opps_*.csv"
where.Stage = "Closed Won"
join.employee_id = { column = "Opportunity Owner", table = "roster", key = "Worker", value = "Employee ID" }

[[source]]
table = "results"
from = "retention_*.csv"
columns.actual = "GRR"
fill.scope = "individual"
fill.measure = "GRR"
join.id = { column = "CSM", table = "roster", key = "Worker", value = "Employee ID" }

[[source]]
table = "results"
from = "survey_*.csv"
"""
LEFT = '\n[[source]]\ntable = "roster"\nfrom = "terminations_*.csv"\nrows = "update"\ndates = "mdy"\n'
SECOND = ("import", "--into", "mine.xlsx", "--period", "2026-Q2", "--refresh")


def exports(folder: Path, day: str, people: str, deals: str, names: list[str], period: str) -> None:
    (folder / f"workers_{day}.csv").write_text(WORKERS.format(day=day) + people)
    (folder / f"opps_{day}.csv").write_text(DEALS + deals)
    scores = "".join(f"{period},Sample {name},95%,95%\n" for name in names)
    (folder / f"retention_{day}.csv").write_text(SCORES + scores)
    (folder / f"survey_{day}.csv").write_text(SURVEY.format(period=period))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The first quarter paid, and the exports of the second: E3 left, E4 joined, E1 has a raise."""
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "sources.toml").write_text(MAPPING)
    first = 'D1,02/14/2026,"$20,000.00",Upsell,Sample One,Closed Won\n'
    exports(tmp_path, "0331", ONE + TWO + THREE, first, ["One", "Two", "Three"], "2026-Q1")
    shell(tmp_path, "import", "--into", "mine.xlsx", "--plan", "plan.toml", "--yes")
    assert pay(tmp_path) == {"E1": 6000, "E2": 4000, "E3": 4500}
    second = (
        'D3,04/14/2026,"$8,000.00",Upsell,Sample Three,Closed Won\n'
        'D4,06/20/2026,"$12,345.67",Upsell,Sample Four,Closed Won\n'
    )
    people = ONE.replace("100,", "110,") + TWO + FOUR
    exports(tmp_path, "0630", people, second, ["One", "Two", "Three", "Four"], "2026-Q2")
    return tmp_path


def updating(folder: Path) -> None:
    mapping = folder / "sources.toml"
    mapping.write_text(mapping.read_text().replace("[[source]]\n", '[[source]]\nrows = "update"\n'))


def pay(folder: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for row in rows_of(folder / "mine.xlsx", "tblPayouts"):
        found[row["Employee id"]] = round(found.get(row["Employee id"], 0) + row["Amount (USD)"], 2)
    return found


# E1: 110,000 * 20% / 4. E3: 90,000 * 20% / 4, and 5% of 8,000.
# E4: 46 of 91 days of 91,000 * 20% / 4, and 5% of 12,345.67.
STAYED = {"E1": 5500, "E2": 4000, "E3": 4900, "E4": 2917.28}


def test_a_leaver_whom_the_new_roster_lacks_is_found_in_the_workbook(folder: Path) -> None:
    updating(folder)
    said = shell(folder, *SECOND)
    assert pay(folder) == STAYED
    assert "1 person of roster without a leave_date is in no export of it: E3" in said
    assert "fte is blank" not in said


def test_a_report_of_leave_dates_is_another_source_of_the_roster(folder: Path) -> None:
    updating(folder)
    mapping = folder / "sources.toml"
    mapping.write_text(mapping.read_text() + LEFT)
    (folder / "terminations_0630.csv").write_text("Employee ID,Termination Date\nE3,05/15/2026\n")
    said = shell(folder, *SECOND)
    assert "roster, leavers (1): E3: blank → 2026-05-15" in said
    assert "without a leave_date" not in said
    assert pay(folder) == {**STAYED, "E3": 2625.27}  # 45 of 91 days of 4,500, and 400
    (folder / "terminations_0630.csv").write_text("Employee ID,Termination Date\nE9,05/15/2026\n")
    assert "roster needs base_salary" in shell(folder, *SECOND, status=2)


def test_in_a_terminal_rows_that_disappeared_are_asked_about_once_and_first(folder: Path) -> None:
    status, said = typed_in_a_terminal(folder, ["2", "1", "2", "y"], *SECOND)
    assert status == 0, said
    assert said.count("roster disappeared") == said.count("deals disappeared") == 1
    assert said.count("roster, joiners") == 1
    assert said.index("results disappeared") < said.index("roster, joiners")
    assert pay(folder) == STAYED


def test_a_name_of_a_leaver_and_a_joiner_is_not_guessed(folder: Path) -> None:
    updating(folder)
    path = folder / "workers_0630.csv"
    path.write_text(path.read_text().replace("Four, Sample", "Three, Sample"))
    said = shell(folder, *SECOND, status=2)
    assert "has 2 of that name: E4, E3" in said


def test_a_leaver_is_found_where_a_refresh_imports(folder: Path) -> None:
    from pasting import setting

    updating(folder)
    setting(folder / "mine.xlsx", "import_sources", "sources.toml")
    setting(folder / "mine.xlsx", "period", "2026-Q2")
    shell(folder, "refresh", "mine.xlsx")
    assert pay(folder) == STAYED


def test_results_that_many_people_lack_are_one_line(folder: Path) -> None:
    updating(folder)
    (folder / "retention_0630.csv").write_text(SCORES + "2026-Q2,Sample Four,95%,95%\n")
    said = shell(folder, *SECOND, status=2)
    missing = "results GRR of people for 2026-Q2 are missing, which component retention of plan p needs"
    assert f"3 {missing}: E1, E2, E3" in said
    assert "no result GRR" not in said
    (folder / "mine.xlsx").unlink()
    (folder / "opps_0630.csv").write_text(DEALS + 'D4,06/20/2026,"$9.00",Upsell,Sample Four,Closed Won\n')
    words = ("import", "--into", "mine.xlsx", "--plan", "plan.toml", "--period", "2026-Q2", "--yes")
    said = shell(folder, *words)
    assert f"2 {missing}: E1, E2" in said
    assert "1 thing to do before anyone is paid" in said
