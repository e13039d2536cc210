"""Import sources on Control: a refresh imports the exports that changed, and asks as the paste does."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from commands import commanded
from pasting import answer, kinds, of_text, paste, region, report, rows_of, setting, write

from csm_xl.errors import CsmError
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.report import Report
from csm_xl.xlsx.addresses import Place

WHEN = datetime(2026, 5, 4, 8, 15)
HEAD = "Employee ID,Plan ID,Annual Base Salary (USD),Hire Date,FTE%\n"
PEOPLE = (
    HEAD + '00123,bonus,"$91,000.00",01/24/2024,100%\nE2,bonus,"$80,000.00",02/01/2026,100%\n'
    'E3,deals,"$70,000.00",01/01/2024,80%\n'
)
MAPPING = (
    '[[source]]\ntable = "roster"\nfrom = "in/workers*.csv"\n'
    'columns.base_salary = "Annual Base Salary (USD)"\n'
)


@pytest.fixture
def book(small: Path, tmp_path: Path) -> Path:
    path = Path(shutil.copyfile(small, tmp_path / "plan.xlsx"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "workers_0331.csv").write_text(PEOPLE)
    (tmp_path / "sources.toml").write_text(MAPPING)
    return path


def refreshed(path: Path) -> Report:
    return refresh_file(path, WHEN)


def pay_of(path: Path, who: str) -> Any:
    rows = rows_of(path, "tblRoster")
    return next(row["Base salary (USD/year)"] for row in rows if row["Employee id"] == who)


def type_pay(path: Path, amount: float) -> None:
    at = region(path, "tblRoster")
    column = at.first_column + at.headers.index("Base salary (USD/year)")
    write(path, {Place("Roster", at.first_row + 1, column): amount})


def test_without_the_setting_a_mapping_beside_the_workbook_imports_nothing(book: Path) -> None:
    refreshed(book)
    assert pay_of(book, "00123") == 90_000
    assert report(book) == []


def test_a_file_is_imported_when_it_is_new_and_again_when_it_changed(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    done = refreshed(book)
    assert any("3 rows of roster imported" in str(one) for one in done.warnings)
    assert pay_of(book, "00123") == 91_000
    assert kinds(book)[0] == "taken from a file"
    type_pay(book, 95_000)
    refreshed(book)  # nothing changed, so what somebody typed since stays
    assert pay_of(book, "00123") == 95_000
    (book.parent / "in" / "workers_0630.csv").write_text(PEOPLE.replace("91,000", "99,000"))
    refreshed(book)
    assert pay_of(book, "00123") == 99_000


def test_questions_of_a_file_stop_the_refresh_and_are_answered_on_the_sheet(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    (book.parent / "in" / "workers_0331.csv").write_text(PEOPLE.replace("Plan ID", "Scheme"))
    with pytest.raises(CsmError, match=r"Import!F15: workers_0331.csv: roster needs plan_id"):
        refreshed(book)
    assert pay_of(book, "00123") == 90_000
    answer(book, "roster needs plan_id", "Scheme")
    refreshed(book)
    assert pay_of(book, "00123") == 91_000
    assert 'columns.plan_id = "Scheme"' in (book.parent / "sources.toml").read_text()


def test_a_source_without_a_file_warns_and_two_new_ones_stop(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    (book.parent / "in" / "workers_0331.csv").rename(book.parent / "in" / "gone.csv")
    done = refreshed(book)
    assert any("no file fits" in str(one) and one.severity == "warning" for one in done.warnings)
    assert pay_of(book, "00123") == 90_000


def test_a_mapping_that_is_not_there_names_its_cell(book: Path) -> None:
    setting(book, "import_sources", "sauces.toml")
    with pytest.raises(CsmError, match=r"Control!B\d+: no such mapping \(found 'sauces.toml'\)"):
        refreshed(book)


def test_a_paste_and_a_file_of_one_table_are_not_both_taken(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    paste(book, of_text(PEOPLE.replace("91,000", "92,000")))
    with pytest.raises(CsmError, match="are both roster, and both are new"):
        refreshed(book)
    assert pay_of(book, "00123") == 90_000


def test_a_paste_and_files_are_taken_side_by_side_and_both_are_remembered(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    refreshed(book)
    paste(book, [["Period", "Scope", "Id", "Measure", "Actual", "Goal"],
                 ["2026-Q1", "team", "East", "GRR", 0.97, 0.92]])  # fmt: skip
    refreshed(book)
    assert rows_of(book, "tblResults")[0]["Actual (unit of the measure)"] == 0.97
    assert {"taken from a file", "taken from the paste"} <= set(kinds(book))
    type_pay(book, 95_000)
    refreshed(book)
    assert pay_of(book, "00123") == 95_000


def test_a_database_is_left_to_the_command(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    (book.parent / "sources.toml").write_text(
        '[[source]]\ntable = "results"\nurl = "env:WAREHOUSE_URL"\nquery = "SELECT 1"\n'
    )
    done = refreshed(book)
    assert any(
        "a refresh does not ask databases, so results stays as it is" in str(one) for one in done.warnings
    )


def test_the_command_exits_with_2_on_questions_and_tells_what_it_imported(book: Path) -> None:
    def run(status: int, *words: str) -> str:
        return commanded(book.parent, *words, status=status)

    (book.parent / "sources.toml").unlink()
    paste(book, of_text(PEOPLE.replace("Plan ID", "Scheme")))
    assert "roster needs plan_id" in run(2, "refresh", "plan.xlsx")
    answer(book, "roster needs plan_id", "Scheme")
    assert "3 rows of roster imported" in run(0, "refresh", "plan.xlsx")
    run(0, "check", "plan.xlsx")
    # What was pasted has no file, so the command has nothing of it to import.
    assert "there is nothing to import" in run(2, "import", "--into", "plan.xlsx")


RESULTS = "Period,Scope,Id,Measure,Actual,Goal\n2026-Q1,team,{team},{measure},{actual},0.92\n"


def results_of(path: Path) -> list[tuple[Any, Any, Any]]:
    rows = rows_of(path, "tblResults")
    return [(row["Id"], row["Measure"], row["Actual (unit of the measure)"]) for row in rows]


@pytest.fixture
def two(book: Path) -> Path:
    """A workbook whose results come from two files."""
    mapping = "".join(
        f'[[source]]\ntable = "results"\nfrom = "in/{name}*.csv"\n' for name in ("crm", "survey")
    )
    (book.parent / "sources.toml").write_text(mapping)
    export(book, "crm_1", "East", "GRR", 0.95)
    export(book, "survey_1", "East", "CSAT", 0.8)
    setting(book, "import_sources", "sources.toml")
    refreshed(book)
    return book


def export(path: Path, name: str, team: str, measure: str, actual: float) -> None:
    text = RESULTS.format(team=team, measure=measure, actual=actual)
    (path.parent / "in" / f"{name}.csv").write_text(text)


def test_a_table_of_two_files_keeps_the_rows_of_the_one_that_did_not_change(two: Path) -> None:
    assert results_of(two) == [("East", "GRR", 0.95), ("East", "CSAT", 0.8)]
    assert kinds(two).count("taken from a file") == 2
    export(two, "survey_2", "East", "CSAT", 0.9)
    done = refreshed(two)
    assert any("2 rows of results imported: 1 value changed" in str(one) for one in done.warnings)
    assert results_of(two) == [("East", "GRR", 0.95), ("East", "CSAT", 0.9)]
    write(two, {cell_of_first_actual(two): 0.99})
    refreshed(two)  # nothing changed
    assert results_of(two)[0] == ("East", "GRR", 0.99)


def cell_of_first_actual(path: Path) -> Place:
    at = region(path, "tblResults")
    column = at.first_column + at.headers.index("Actual (unit of the measure)")
    return Place(at.sheet, at.first_row + 1, column)


def test_rows_of_a_source_whose_file_is_gone_are_asked_about(two: Path) -> None:
    (two.parent / "in" / "crm_1.csv").unlink()
    export(two, "survey_2", "East", "CSAT", 0.9)
    with pytest.raises(CsmError, match=r"1 row of results would disappear: .*GRR"):
        refreshed(two)
    answer(two, "1 row of results would disappear", 2)
    refreshed(two)
    assert sorted(results_of(two)) == [("East", "CSAT", 0.9), ("East", "GRR", 0.95)]


def test_a_row_of_two_files_is_refused_and_both_are_named(two: Path) -> None:
    export(two, "survey_2", "East", "GRR", 0.9)
    with pytest.raises(CsmError, match=r"survey_2.csv row 2 .*is also in crm_1.csv row 2"):
        refreshed(two)
    assert results_of(two)[0] == ("East", "GRR", 0.95)


def test_a_paste_of_a_table_that_has_files_is_asked_about_once(two: Path) -> None:
    mapping = two.parent / "sources.toml"
    named = 'columns.period = "Quarter"\ncolumns.scope = "Level"\ncolumns.actual = "Score"\n'
    parts = mapping.read_text().split("[[source]]")[1:]
    mapping.write_text("".join(f"[[source]]{part}{named}" for part in parts))
    for file in (two.parent / "in").glob("*_1.csv"):
        text = file.read_text().replace("Period,Scope", "Quarter,Level")
        file.write_text(text.replace("Actual", "Score"))
    paste(two, [["Period", "Scope", "Id", "Measure", "Actual", "Goal"],
                ["2026-Q1", "team", "West", "GRR", 0.9, 0.92]])  # fmt: skip
    with pytest.raises(CsmError, match=r"results comes from .* already. Is Import another source"):
        refreshed(two)
    answer(two, "results comes from", 1)
    refreshed(two)
    assert [*results_of(two)] == [("East", "GRR", 0.95), ("East", "CSAT", 0.8), ("West", "GRR", 0.9)]
    assert mapping.read_text().count('from = "the sheet Import"') == 1
    refreshed(two)
    assert len(results_of(two)) == 3


def test_a_raise_comes_with_what_it_means_for_earlier_periods(book: Path) -> None:
    setting(book, "import_sources", "sources.toml")
    done = refreshed(book)
    assert any("earlier periods that are paid again change too" in str(one) for one in done.warnings)
    assert any("the table changes" in str(row["What was found"]) for row in report(book))
