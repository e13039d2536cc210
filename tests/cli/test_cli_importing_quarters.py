"""Two quarters with one's own exports: a workbook while results are missing, then one command a quarter."""

from pathlib import Path
from typing import Any

import pytest
from commands import commanded as shell
from pasting import kinds, places, rows_of, setting

from csm_xl.xlsx.package import Package

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n[[components]]\nplan_id = "p"\ncomponent_id = "retention"\n'
    'type = "metric"\nmeasure = "GRR"\nscope = "team"\nweight = 1\n'
)
PEOPLE = (
    "Employee ID,Worker,Annual Base Salary (USD),Hire Date,Team,Plan ID\n"
    'E1,"One, Sample","$100,000.00",01/24/2024,East,p\nE2,"Two, Sample","$80,000.00",02/15/2024,West,p\n'
)
SCORES = "Period,Scope,Id,Measure,Actual,Goal\n"
EAST, WEST = "2026-Q1,team,East,GRR,0.95,0.95\n", "2026-Q1,team,West,GRR,0.95,0.95\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.toml").write_text(PLAN)
    (tmp_path / "workers_0331.csv").write_text(PEOPLE)
    (tmp_path / "scores_0331.csv").write_text(SCORES + EAST)
    return tmp_path


FIRST = (
    "import",
    "workers_0331.csv",
    "scores_0331.csv",
    "--into",
    "mine.xlsx",
    "--plan",
    "plan.toml",
    "--yes",
)


def pay(folder: Path) -> dict[Any, Any]:
    rows = rows_of(folder / "mine.xlsx", "tblPayouts")
    return {row["Employee id"]: row["Amount (USD)"] for row in rows}


def control(folder: Path, name: str) -> Any:
    path = folder / "mine.xlsx"
    at = places(path)[name]
    return Package(path).cells(at.sheet).values.get(at[1:])


def test_a_workbook_is_made_while_results_are_missing_and_lists_them(folder: Path) -> None:
    said = shell(folder, *FIRST)
    assert "warning scores_0331.csv: there is no result GRR of team West for 2026-Q1" in said
    assert "1 thing to do before anyone is paid for 2026-Q1" in said
    assert pay(folder) == {}
    assert any(
        "no result GRR of team West" in str(row) for row in rows_of(folder / "mine.xlsx", "tblFindings")
    )
    assert (folder / "mine.xlsx").stat().st_mode & 0o077 == 0
    (folder / "scores_0415.csv").write_text(SCORES + EAST + WEST)
    said = shell(folder, "import", "--into", "mine.xlsx", "--refresh")
    assert pay(folder) == {"E1": 5000, "E2": 4000}
    shell(folder, "check", "mine.xlsx")


def test_a_workbook_is_made_of_several_sources_of_one_table(folder: Path) -> None:
    (folder / "other_0331.csv").write_text(SCORES + WEST)
    shell(folder, *FIRST[:-1], "other_0331.csv", "--yes")
    assert pay(folder) == {"E1": 5000, "E2": 4000}
    (folder / "other_0630.csv").write_text(SCORES + WEST + WEST.replace("Q1", "Q2"))
    (folder / "scores_0630.csv").write_text(SCORES + EAST + EAST.replace("Q1", "Q2"))
    shell(folder, "import", "--into", "mine.xlsx", "--period", "2026-Q2", "--refresh")
    assert pay(folder) == {"E1": 5000, "E2": 4000}


def test_a_fault_of_the_exports_still_makes_no_workbook(folder: Path) -> None:
    (folder / "scores_0331.csv").write_text(SCORES + EAST + EAST)
    assert "duplicate" in shell(folder, *FIRST, status=2)
    assert not (folder / "mine.xlsx").exists()


def test_the_second_quarter_is_one_command(folder: Path) -> None:
    (folder / "scores_0331.csv").write_text(SCORES + EAST + WEST)
    shell(folder, *FIRST)
    assert pay(folder) == {"E1": 5000, "E2": 4000}
    (folder / "workers_0630.csv").write_text(PEOPLE.replace("80,000", "84,000"))
    both = SCORES + EAST + WEST + (EAST + WEST).replace("Q1", "Q2")
    (folder / "scores_0630.csv").write_text(both)
    said = shell(folder, "import", "--into", "mine.xlsx", "--period", "2026-Q2", "--refresh")
    assert "roster, raises (1): E2: 80000 → 84000" in said
    assert control(folder, "period") == "2026-Q2"
    assert pay(folder) == {"E1": 5000, "E2": 4200}


def test_the_period_is_written_to_control_for_the_next_refresh(folder: Path) -> None:
    (folder / "scores_0331.csv").write_text(SCORES + EAST + WEST)
    shell(folder, *FIRST)
    assert control(folder, "period") == "2026-Q1"
    shell(folder, "import", "--into", "mine.xlsx", "--period", "2026-q2")
    assert control(folder, "period") == "2026-Q2"
    before = (folder / "mine.xlsx").read_bytes()
    assert "2026-Q7" in shell(folder, "import", "--into", "mine.xlsx", "--period", "2026-Q7", status=2)
    assert (folder / "mine.xlsx").read_bytes() == before
    (folder / "tables").mkdir()
    assert "a folder is not refreshed" in shell(folder, "import", "--into", "tables", "--refresh", status=2)


def test_what_the_command_imported_is_not_imported_again_over_edits(folder: Path) -> None:
    (folder / "scores_0331.csv").write_text(SCORES + EAST + WEST)
    shell(folder, *FIRST)
    path = folder / "mine.xlsx"
    assert kinds(path) == ["taken from a file"] * 2
    setting(path, "import_sources", "sources.toml")
    type_salary(path, 120_000)
    shell(folder, "refresh", "mine.xlsx")
    assert pay(folder)["E1"] == 6000
    (folder / "workers_0630.csv").write_text(PEOPLE.replace("80,000", "84,000").replace("100,000", "104,000"))
    shell(folder, "import", "--into", "mine.xlsx")
    type_salary(path, 120_000)
    shell(folder, "refresh", "mine.xlsx")
    assert pay(folder) == {"E1": 6000, "E2": 4200}
    (folder / "workers_0930.csv").write_text(PEOPLE)  # a newer file is taken
    shell(folder, "refresh", "mine.xlsx")
    assert pay(folder) == {"E1": 5000, "E2": 4000}


def type_salary(path: Path, amount: float) -> None:
    from pasting import region, write

    from csm_xl.xlsx.addresses import Place

    at = region(path, "tblRoster")
    column = at.first_column + at.headers.index("Base salary (USD/year)")
    write(path, {Place(at.sheet, at.first_row + 1, column): amount})


@pytest.mark.parametrize(("raised", "found"), [(0, True), (0.01, False)])
def test_results_of_the_quarter_before_under_another_period_are_named(
    folder: Path, raised: float, found: bool
) -> None:
    people = "".join(f'E{n},"Person {n}",90000,01/24/2024,East,p\n' for n in range(1, 6))
    (folder / "workers_0331.csv").write_text(PEOPLE.partition("\n")[0] + "\n" + people)
    (folder / "plan.toml").write_text(PLAN.replace('scope = "team"\n', ""))
    for period, more in (("2026-Q1", 0), ("2026-Q2", raised)):
        rows = "".join(
            f"{period},individual,E{n},GRR,{0.9031 + n / 100 + more:.4f},0.95\n" for n in range(1, 6)
        )
        (folder / "scores_0331.csv").write_text(SCORES + rows)
        again = ("import", "--into", "mine.xlsx", "--period", period, "--refresh", "--accept-removed")
        said = shell(folder, *(FIRST if period == "2026-Q1" else again))
    told = "The new rows of results repeat the rows that disappear: only the period differs"
    assert (told in said) == found, said
