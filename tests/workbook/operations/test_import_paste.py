"""The sheet Import: a paste is taken whole, by a mapping that is asked about, or not at all."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from books import edited, sheet_part
from pasting import (
    answer,
    kinds,
    of_text,
    paste,
    places,
    region,
    report,
    rows_of,
    setting,
    write,
)

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.mapping_file import save_mapping
from csm_xl.workbook.operations.refresh.report import Report
from csm_xl.workbook.sheets.import_paste import HEADER_ROW, PASTE, REPORT, TABLE
from csm_xl.xlsx.addresses import Place, letters
from csm_xl.xlsx.package import Package

WHEN = datetime(2026, 5, 4, 8, 15)
HEAD = (
    "Team,Employee ID,Plan ID,Worker,Annual Base Salary (USD),Hire Date,Termination Date,FTE%,FLSA status\n"
)
ROWS = (
    'East,00123,bonus,Sample 01,"$91,000.00",01/24/2024,,100%,\n'
    'East,E2,bonus,Sample 02,"$80,000.00",02/01/2026,,100%,\n'
    ',E3,deals,Sample 03,"$70,000.00",01/01/2024,,80%,\n'
)
PEOPLE = f"RPT - Workers\nAs of 03/31/2026\n\n{HEAD}{ROWS}\nTotal Rows: 3\n"
WITHOUT_E3 = "".join(line for line in PEOPLE.splitlines(True) if ",E3," not in line).replace(": 3", ": 2")
INPUTS = ("Plans", "Curves", "Roster", "Results", "Goals", "Deals", "Pay data")
OUTPUTS = ("Payouts", "Total Comp", "Log")


@pytest.fixture
def book(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(small, tmp_path / "plan.xlsx"))


def refreshed(path: Path) -> Report:
    return refresh_file(path, WHEN)


def stopped(path: Path) -> list[str]:
    """What stops a refresh, which writes neither inputs nor pay."""
    before = sheets(path, *INPUTS, *OUTPUTS)
    with pytest.raises(CsmError) as failed:
        refresh_file(path, WHEN)
    assert sheets(path, *INPUTS, *OUTPUTS) == before
    findings = rows_of(path, "tblFindings")
    assert [row["Where"] or "" for row in findings] == [one.where for one in failed.value.issues]
    return [str(one) for one in failed.value.issues]


def sheets(path: Path, *names: str) -> dict[str, Any]:
    package = Package(path)
    cells = {name: package.cells(name).values for name in names}
    # The third row shows the master check.
    return {
        name: {spot: value for spot, value in each.items() if spot[0] != 3} for name, each in cells.items()
    }


def person(path: Path, who: str) -> dict[str, Any]:
    return next(row for row in rows_of(path, "tblRoster") if row["Employee id"] == who)


def lines(path: Path, kind: str) -> list[tuple[Any, ...]]:
    return [(row["Row or cell"], row["What was found"], row["What it becomes"])
            for row in report(path) if row["Kind"] == kind]  # fmt: skip


def test_a_dirty_paste_is_taken_into_its_table_and_everyone_is_paid_by_it(book: Path) -> None:
    paste(book, of_text(PEOPLE))
    done = refreshed(book)
    one = person(book, "00123")
    assert one["Base salary (USD/year)"] == 91_000
    assert one["Employee name"] == "Sample 01"
    assert one["# Cost center"] == "=1+1"  # a column that the export does not have
    assert person(book, "E3")["FTE (fraction of full time)"] == 0.8
    assert one["Hire date"] == datetime(2024, 1, 24)
    assert done.changed >= 1
    assert any("3 rows of roster imported" in str(one) for one in done.warnings)
    assert [one for one in check(book) if one.severity == "error"] == []


def test_the_report_says_what_was_mapped_left_out_and_changed(book: Path) -> None:
    paste(book, of_text(PEOPLE.replace(",\n", ",Exempt\n")))
    assert "FLSA status" in stopped(book)[0]
    answer(book, "do only some rows count", 2)
    refreshed(book)
    assert ("taken from the paste", "roster") in [(row["Kind"], row["Table"]) for row in report(book)]
    assert (None, "Annual Base Salary (USD)", "base_salary") in lines(book, "mapped")
    assert (None, "FLSA status", None) in lines(book, "not used")
    assert ("00123", "raises: 90000", "91000") in lines(book, "change")
    notes = [found for _, found, _ in lines(book, "note")]
    assert "the header is in row 8; 2 rows above it are not read" in notes
    assert any("footer" in one for one in notes)


def test_a_paste_is_not_taken_twice_and_stays_until_it_is_emptied(book: Path) -> None:
    paste(book, of_text(PEOPLE))
    refreshed(book)
    at = region(book, "tblRoster")
    salary = Place("Roster", at.first_row + 1, at.first_column + at.headers.index("Base salary (USD/year)"))
    write(book, {salary: 95_000})
    told = report(book)
    refreshed(book)
    assert person(book, "00123")["Base salary (USD/year)"] == 95_000
    assert report(book) == told
    corner = places(book)[PASTE]
    assert Package(book).cells(corner.sheet).values[corner[1:]] == "RPT - Workers"
    paste(book, [])
    refreshed(book)
    assert report(book) == []
    assert person(book, "00123")["Base salary (USD/year)"] == 95_000


def test_a_changed_paste_is_taken_again(book: Path) -> None:
    paste(book, of_text(PEOPLE))
    refreshed(book)
    paste(book, of_text(PEOPLE.replace("91,000", "92,000")))
    refreshed(book)
    assert person(book, "00123")["Base salary (USD/year)"] == 92_000
    assert lines(book, "change") == [("00123", "raises: 91000", "92000")]


def test_open_questions_write_nothing_and_answers_are_saved_beside_the_workbook(
    book: Path,
) -> None:
    paste(book, of_text(PEOPLE.replace("Plan ID", "Scheme")))
    (said,) = stopped(book)
    assert said.startswith("Import!F15: roster needs plan_id")
    assert "Type 1 for: every row has plan_id 'bonus'; 2 for: every row has plan_id 'deals'." in said
    assert kinds(book) == ["not taken", "question"]
    assert not (book.parent / "sources.toml").exists()
    answer(book, "roster needs plan_id", "Scheme")
    refreshed(book)
    assert 'columns.plan_id = "Scheme"' in (book.parent / "sources.toml").read_text()
    assert 'from = "the sheet Import"' in (book.parent / "sources.toml").read_text()
    paste(book, of_text(PEOPLE.replace("Plan ID", "Scheme").replace("91,000", "92,000")))
    refreshed(book)  # what was answered is not asked again
    assert person(book, "00123")["Base salary (USD/year)"] == 92_000


def test_every_question_is_listed_and_an_answer_stays_until_all_are_given(book: Path) -> None:
    text = (
        PEOPLE.replace("Plan ID", "Scheme")
        .replace("01/24/2024", "01/04/2024")
        .replace("02/01/2026", "02/01/2025")
    )
    paste(book, of_text(text))
    said = stopped(book)
    assert len(said) == 2 and any("in what order are the dates?" in one for one in said)
    answer(book, "in what order", 1)
    (left,) = stopped(book)
    assert "roster needs plan_id" in left
    assert kinds(book) == ["not taken", "question", "answered"]
    answer(book, "roster needs", "columns")
    assert "Scheme" not in str(rows_of(book, "tblRoster"))


def test_an_answer_that_is_none_names_its_cell_and_what_is_allowed(book: Path) -> None:
    paste(book, of_text(PEOPLE.replace(",\n", ",Exempt\n")))
    stopped(book)
    answer(book, "do only some rows count", 7)
    (said,) = stopped(book)
    assert said.startswith("Import!F15: this is not one of the answers (found")
    assert "Type 1 for: only rows with 'Exempt' count; 2 for: every row counts." in said
    answer(book, "do only some rows count", 2)
    refreshed(book)


def test_rows_that_would_disappear_are_asked_about(book: Path) -> None:
    paste(book, of_text(WITHOUT_E3))
    (said,) = stopped(book)
    assert "1 row of roster would disappear: E3. Remove them?" in said
    answer(book, "1 row of roster would disappear", 2)
    refreshed(book)
    assert person(book, "E3")["Base salary (USD/year)"] == 70_000
    assert 'rows = "update"' in (book.parent / "sources.toml").read_text()


def test_rows_are_removed_where_that_is_the_answer_and_findings_that_follow_stop_it(book: Path) -> None:
    paste(book, of_text(WITHOUT_E3))
    stopped(book)
    answer(book, "1 row of roster would disappear", 1)
    said = stopped(book)
    assert any(one.startswith("Deals!") and "there is no employee_id 'E3' in roster" in one for one in said)
    at = region(book, "tblDeals")
    write(book, {Place("Deals", at.first_row + 1, column): None
                 for column in range(at.first_column, at.last_column + 1)})  # fmt: skip
    refreshed(book)
    assert [row["Employee id"] for row in rows_of(book, "tblRoster")] == ["00123", "E2"]


def test_the_table_is_found_chosen_or_asked(book: Path) -> None:
    rows = [["Metric", "Scope", "Id", "Period", "Actual", "Goal"],
            ["GRR", "team", "East", "2026-Q1", 0.97, 0.92]]  # fmt: skip
    paste(book, [[cell if cell != "Metric" else "Measure" for cell in row] for row in rows])
    refreshed(book)
    assert rows_of(book, "tblResults")[0]["Actual (unit of the measure)"] == 0.97
    paste(book, [["Deal", "Close Date", "Amount", "Owner ID"], ["D1", datetime(2026, 3, 1), 61_000, "E3"]])
    setting(book, TABLE, "roster")
    assert any("roster needs base_salary" in one for one in stopped(book))
    setting(book, TABLE, "deals")
    refreshed(book)
    assert rows_of(book, "tblDeals")[0]["Amount (deal currency)"] == 61_000


def test_a_table_that_is_misspelled_is_named_with_what_is_meant(book: Path) -> None:
    paste(book, of_text(PEOPLE))
    setting(book, TABLE, "rooster")
    (said,) = stopped(book)
    assert said.startswith("Import!B6: unknown table (found 'rooster'). Did you mean 'roster'?")


def test_headers_of_no_table_ask_for_the_table(book: Path) -> None:
    paste(book, [["Colour", "Shape"], ["red", "round"]])
    (said,) = stopped(book)
    assert "the headers of this export are those of no table" in said
    assert "Choose the table at Import!B6." in said


def test_a_paste_without_a_header_names_the_cell_that_says_where_it_is(book: Path) -> None:
    paste(book, [[1, 2, 3], [4, 5, 6]])
    (said,) = stopped(book)
    assert "no row looks like a header" in said and "Type the number of its row at Import!B7." in said
    setting(book, HEADER_ROW, 99)
    (said,) = stopped(book)
    assert said.startswith("Import!B7: the paste has no such row (found 99). Give a row from 5 to 6")
    paste(book, [["Employee ID", 1], *of_text(PEOPLE)[3:]])
    setting(book, HEADER_ROW, 6)
    refreshed(book)
    assert person(book, "00123")["Base salary (USD/year)"] == 91_000


def test_a_header_without_rows_is_no_export(book: Path) -> None:
    paste(book, of_text(HEAD))
    (said,) = stopped(book)
    assert "the export has no rows below its header" in said


def test_two_headers_for_one_column_are_asked_about(book: Path) -> None:
    paste(book, of_text(PEOPLE.replace("FLSA status", "Annual Salary").replace(",\n", ",5\n")))
    assert any("base_salary" in one and "Which one is it?" in one for one in stopped(book))
    paste(book, of_text(PEOPLE.replace("FLSA status", "Worker").replace(",\n", ",5\n")))
    assert any("Worker" in one for one in stopped(book))


def test_a_mapping_that_names_a_column_that_is_gone_stops_it(book: Path) -> None:
    (book.parent / "sources.toml").write_text(
        '[[source]]\ntable = "roster"\nfrom = "workers*.csv"\ncolumns.base_salary = "Pay (annual)"\n'
    )
    paste(book, of_text(PEOPLE))
    (said,) = stopped(book)
    assert "Import has no column 'Pay (annual)'" in said
    assert "sources.toml source 1 (roster) columns.base_salary" in said


def test_the_same_person_twice_is_named_by_its_cell_of_the_paste(book: Path) -> None:
    paste(book, of_text(PEOPLE.replace(",E2,", ",00123,")))
    said = stopped(book)
    assert any("duplicate employee_id 00123" in one and one.startswith("Import!J10") for one in said), said


def test_an_odd_cell_is_named_by_its_cell_and_nothing_is_taken(book: Path) -> None:
    paste(book, of_text(PEOPLE.replace(",80%,", ",8000%,")))
    said = stopped(book)
    assert any(one.startswith("Import!P11") and "--accept E607" in one for one in said), said
    assert "Fix it, and refresh." in str(report(book)[0]["What to do"])


@pytest.mark.parametrize("spot", [(5, 1), (13, 1), (14, 1)])
def test_a_paste_over_the_sheet_s_own_cells_is_refused(book: Path, spot: tuple[int, int]) -> None:
    rows = [row for row in of_text(PEOPLE) if row]
    write(book, {Place("Import", spot[0] + down, spot[1] + across): cell
                 for down, row in enumerate(rows) for across, cell in enumerate(row)})  # fmt: skip
    before = sheets(book, "Import")
    (said,) = stopped(book)
    assert "pasted over its own cells" in said and "paste the export at Import!I5" in said
    assert sheets(book, "Import") == before


def test_a_table_that_somebody_calculates_is_not_written_over(book: Path, tmp_path: Path) -> None:
    at = region(book, "tblRoster")
    cell = f"{letters(at.first_column + at.headers.index('Base salary (USD/year)'))}{at.first_row + 1}"

    def calculate(text: str) -> str:
        return re.sub(rf'(<c r="{cell}"[^>]*>)<v>', r"\1<f>45000*2</f><v>", text)

    changed = edited(book, tmp_path / "calculated.xlsx", sheet_part("Roster"), calculate)
    paste(changed, of_text(PEOPLE))
    (said,) = stopped(changed)
    assert said.startswith(f"Roster!{cell}: the table tblRoster has formulas (1)")


def test_what_is_pasted_is_no_table_of_the_workbook(book: Path) -> None:
    rows = rows_of(book, "tblRoster")
    paste(book, [list(rows[0]), *(list(row.values()) for row in rows)])
    raws = read_workbook(book, component_types())
    assert not [raw for raw in raws if raw.origin.name == "Import"]
    assert not [one for raw in raws for one in raw.issues if "Import" in one.where]


def test_an_import_that_cannot_be_paid_yet_is_kept_and_says_so(book: Path) -> None:
    joined = PEOPLE.replace(
        "\nTotal Rows: 3", 'East,E9,bonus,Sample 09,"$60,000.00",01/15/2026,,100%,\n\nTotal Rows: 4'
    )
    paste(book, of_text(joined))
    before = sheets(book, *OUTPUTS)
    with pytest.raises(CsmError, match="E9 has no goals"):
        refreshed(book)
    assert sheets(book, *OUTPUTS) == before
    assert person(book, "E9")["Base salary (USD/year)"] == 60_000
    assert kinds(book)[:2] == ["not paid", "taken from the paste"]
    paste(book, [["Period", "Employee ID", "Goal", "Weight", "Score"],
                 ["2026-Q1", "00123", "=cmd|' /C calc'!A0", 1, 0.8], ["2026-Q1", "E2", "+SUM(1)", 1, 1.1],
                 ["2026-Q1", "E9", "Onboarding", 1, 1]])  # fmt: skip
    refreshed(book)
    assert "not paid" not in kinds(book)
    assert "E9" in [row["Employee id"] for row in rows_of(book, "tblPayouts")]


def test_a_dry_run_writes_nothing(book: Path) -> None:
    paste(book, of_text(PEOPLE))
    before = book.read_bytes()
    done = refresh_file(book, WHEN, dry_run=True)
    assert any("3 rows of roster imported" in str(one) for one in done.warnings)
    assert book.read_bytes() == before
    assert not (book.parent / "sources.toml").exists()


def test_answers_that_cannot_be_saved_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CsmError, match="the answers cannot be saved, so nothing is imported"):
        save_mapping((tmp_path / "gone" / "sources.toml", ""))


def test_a_mapping_with_comments_is_not_rewritten(book: Path) -> None:
    said = '# ours\n[[source]]\ntable = "roster"\nfrom = "workers*.csv"\n'
    (book.parent / "sources.toml").write_text(said)
    paste(book, of_text(PEOPLE))
    (found,) = stopped(book)
    assert "comments, which are not overwritten" in found and "columns.base_salary" in found
    assert (book.parent / "sources.toml").read_text() == said
    assert REPORT in str([one.name for one in Package(book).tables()])


def test_the_check_says_that_a_paste_waits(book: Path) -> None:
    def told() -> list[str]:
        return [str(one) for one in check(book) if "Import!I5" in one.where]

    assert told() == []
    paste(book, of_text(PEOPLE))
    (said,) = told()
    assert "what is pasted here is in no table yet" in said
    refreshed(book)
    assert told() == []


def test_without_a_paste_a_mapping_that_is_wrong_and_the_report_are_left_alone(book: Path) -> None:
    (book.parent / "sources.toml").write_text("[[source]]\ntabel = 1\n")
    refreshed(book)
    setting(book, "period", "soon")
    with pytest.raises(CsmError, match="Control!"):
        refreshed(book)
    assert report(book) == []
    paste(book, of_text(PEOPLE))
    setting(book, "period", "2026-Q1")
    assert any("unknown key" in one for one in stopped(book))
