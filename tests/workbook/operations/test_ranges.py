"""Ranges that look like tables, and cells beside tables: used, or named as not used."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from books import plain_book, small_tables
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.table import Table
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.engine.components import component_types
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.engine.run import run
from csm_xl.errors import CsmError, Issue
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook

runner = CliRunner()
ADJUSTMENTS = [["Employee id", "Period", "Amount", "Reason"], ["00123", "2026-Q1", 750, "Turned down"]]
GUARANTEE = [["Employee id", "Kind", "From", "Amount"], ["00123", "guarantee", date(2026, 1, 1), 90000]]
GATES = [["Plan id", "Measure", "Minimum"], ["bonus", "GRR", 0.99]]


def put(book: openpyxl.Workbook, sheet: str, rows: list[list[object]], row: int = 1, column: int = 1) -> None:
    page = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
    for down, cells in enumerate(rows):
        for right, cell in enumerate(cells):
            page.cell(row + down, column + right, cell)


def saved(book: openpyxl.Workbook, folder: Path, name: str = "book.xlsx") -> Path:
    book.save(folder / name)
    return folder / name


def found_in(path: Path) -> tuple[list[list[object]], list[Issue]]:
    """The payout lines of a workbook, and what is reported beside them."""
    raws = read_workbook(path, component_types())
    return run(raws, "2026-Q1").rows(), read_tables_to_pay(raws)[1]


@pytest.mark.parametrize(
    ("sheet", "rows", "corner", "table", "where"),
    [
        ("Rejected requests", ADJUSTMENTS, (1, 1), "adjustments", "'Rejected requests'!A1:D2"),
        ("Misc", ADJUSTMENTS, (30, 8), "adjustments", "Misc!H30:K31"),
        ("Floors", GUARANTEE, (1, 1), "arrangements", "Floors!A1:D2"),
        ("Limits", GATES, (3, 1), "gates", "Limits!A3:C4"),
        ("Adjustments", ADJUSTMENTS, (1, 1), "adjustments", "Adjustments!A1:D2"),
        ("Adjustments", [["Who", "How much"], ["00123", 750]], (1, 1), "adjustments", "Adjustments!A1:B2"),
        ("Roster", ADJUSTMENTS, (40, 60), "adjustments", "Roster!BH40:BK41"),
        ("Control", ADJUSTMENTS, (60, 20), "adjustments", "Control!T60:W61"),
    ],
)
def test_a_range_that_looks_like_a_table_pays_nobody_and_is_named_once(
    small: Path, tmp_path: Path, sheet: str, rows: list[list[object]], corner: tuple[int, int], table: str,
    where: str,
) -> None:  # fmt: skip
    before, quiet = found_in(small)
    book = openpyxl.load_workbook(small)
    put(book, sheet, rows, *corner)
    lines, issues = found_in(saved(book, tmp_path))
    assert lines == before
    (issue,) = [one for one in issues if one not in quiet]
    assert (issue.severity, issue.where) == ("warning", where)
    assert f"the table {table}" in issue.message and "not used" in issue.message
    assert f"Insert > Table) named tbl{table.capitalize()}" in issue.hint


def test_a_copy_of_a_table_that_the_workbook_has_is_named_and_not_refused(
    small: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Last year", small_tables()["results"])
    before, quiet = found_in(small)
    lines, issues = found_in(saved(book, tmp_path))
    assert lines == before
    (issue,) = [one for one in issues if one not in quiet]
    assert issue.where.startswith("'Last year'!A1:") and "move them into the table tblResults" in issue.hint


def test_what_looks_like_no_table_is_left_alone(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Notes", [["Date", "Comment"], [date(2026, 1, 5), "Ask finance"]])
    put(book, "Headers", [ADJUSTMENTS[0]])
    assert found_in(saved(book, tmp_path)) == found_in(small)


def test_every_command_names_a_range_that_is_not_used(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Rejected requests", ADJUSTMENTS)
    path = str(saved(book, tmp_path))
    for command in (["pay"], ["lint"], ["refresh"], ["check"], ["diff", path]):
        done = runner.invoke(app, [command[0], path, *command[1:]])
        assert done.exit_code == 0, done.output
        assert "'Rejected requests'!A1:D2" in done.output, command
    assert all(one.severity == "note" for one in check(path))


def test_an_excel_table_counts_whatever_its_name_and_is_named(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Extra", ADJUSTMENTS)
    book["Extra"].add_table(Table(displayName="Table9", ref="A1:D2"))
    before, quiet = found_in(small)
    lines, issues = found_in(saved(book, tmp_path))
    assert len(lines) == len(before) + 1
    (issue,) = [one for one in issues if one not in quiet]
    assert (issue.severity, issue.where) == ("note", "Extra!A1:D2")
    assert issue.message == "the Excel table Table9 is read as the table adjustments, by its headers"


def test_a_workbook_of_plain_ranges_is_read_and_names_what_its_headers_alone_show(tmp_path: Path) -> None:
    sheets = {name.capitalize(): rows for name, rows in small_tables().items()}
    quiet = found_in(plain_book(tmp_path / "quiet.xlsx", sheets))
    sheets["People of Q1"] = sheets.pop("Roster")
    lines, issues = found_in(plain_book(tmp_path / "plain.xlsx", sheets))
    assert lines == quiet[0]
    (issue,) = [one for one in issues if one not in quiet[1]]
    rows = small_tables()["roster"]
    assert issue.severity == "note" and issue.where.startswith("'People of Q1'!A1:")
    assert issue.where.endswith(str(len(rows)))
    assert issue.message == "this range is read as the table roster, by its headers"


def test_what_is_beside_all_tables_is_named_where_a_folder_replaces_some(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Rejected requests", ADJUSTMENTS)
    raws = read_workbook(saved(book, tmp_path), component_types())
    kept = [raw for raw in raws if raw.name != "tblPlans"]
    direct = RawTable.of_rows(small_tables()["plans"], "plans")
    assert any(one.where.startswith("'Rejected") for one in read_tables_to_pay([*kept, direct])[1])


def beside(small: Path, tmp_path: Path, cells: dict[tuple[int, int], object]) -> list[Issue]:
    """What is reported about cells right of the last table of Roster, by row and column from its edge."""
    book = openpyxl.load_workbook(small)
    page = book["Roster"]
    edge = page.tables["tblRoster"].ref
    changes = page.tables["tblChanges"].ref if "tblChanges" in page.tables else edge
    last = openpyxl.utils.range_boundaries(changes)[2]
    for (row, right), value in cells.items():
        page.cell(row, last + right, value)
    quiet = read_tables_to_pay(read_workbook(small, component_types()))[1]
    path = saved(book, tmp_path)
    return [one for one in read_tables_to_pay(read_workbook(path, component_types()))[1] if one not in quiet]


def test_cells_without_a_header_beside_a_table_are_named(small: Path, tmp_path: Path) -> None:
    (issue,) = beside(small, tmp_path, {(7, 1): 0.8})
    assert issue.severity == "warning" and "without a header, and not used" in issue.message
    both = beside(small, tmp_path, {(7, 1): 0.8, (8, 1): 0.9})  # one table has a row more than the other
    assert sum(one.message.startswith("1 cell is next to") for one in both) == 2
    (remark,) = beside(small, tmp_path, {(7, 3): "ask Sam"})
    assert remark.severity == "note" and remark.got == "ask Sam"


def test_a_column_beside_a_table_is_named_however_far_it_is(small: Path, tmp_path: Path) -> None:
    for right, severity in ((1, "error"), (2, "warning"), (30, "warning")):
        (issue,) = beside(small, tmp_path, {(6, right): "FTE", (7, right): 0.5})
        assert (issue.severity, issue.got) == (severity, "FTE"), right
    (note,) = beside(small, tmp_path, {(6, 2): "Shoe size", (7, 2): 43})
    assert note.severity == "note"
    assert not beside(small, tmp_path, {(6, 2): "# mine", (7, 2): 43})


def test_a_workbook_whose_tables_became_ranges_does_not_pay_in_silence(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    del book["Results"].tables["tblResults"]
    with pytest.raises(CsmError, match="tblResults is missing"):
        found_in(saved(book, tmp_path))


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("00123 - do not pay renewals in March", True),
        ("Hold until May: 00123", True),
        ("00123 moved to Boston", False),
        ("Do not pay 99999", False),
    ],
)
def test_a_sentence_of_a_sheet_that_says_not_to_pay_somebody_is_named(
    small: Path, tmp_path: Path, sentence: str, found: bool
) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Exceptions", [["Exceptions of March"], [sentence]])
    before, quiet = found_in(small)
    lines, issues = found_in(saved(book, tmp_path))
    assert lines == before
    told = [one.message for one in issues if one not in quiet]
    assert told == (["this cell says that somebody is not paid, and is not read"] if found else [])


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["Leavers"], ["employee_id", "Termination date"], ["00123", date(2026, 2, 10)]],
         "Termination date of 00123"),
        ([["rep", "new quota"], ["00123", 300000]], "new quota of 00123"),
        ([["Employee", "SPIF"], ["00123", 500]], "SPIF of 00123"),
        ([["Employee", "Amount", "Reason"], ["00123", 500, "missed"]], "Reason of 00123"),
        ([["employee_id", "Amount paid"], ["00123", 1250]], ""),
        ([["employee_id", "Phone"], ["00123", "555"]], ""),
        ([["employee_id", "Last day"], ["99999", date(2026, 2, 10)]], ""),
    ],
)  # fmt: skip
def test_a_sheet_of_people_that_no_table_is_on_is_named(
    small: Path, tmp_path: Path, rows: list[list[object]], says: str
) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Own list", rows)
    before, quiet = found_in(small)
    lines, issues = found_in(saved(book, tmp_path))
    assert lines == before
    told = [one.message for one in issues if one not in quiet]
    assert told == ([f"this sheet names people of the roster, and is not read: {says}"] if says else [])


def test_a_scenario_of_one_person_on_control_is_read(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    control = book["Control"]
    left, top, *_ = range_boundaries(control.tables["tblScenarios"].ref)
    for at, value in enumerate(("High", "roster", "00123", "base_salary", 120_000)):
        control.cell(top + 1, left + at, value)
    quiet = found_in(small)[1]
    assert [one.message for one in found_in(saved(book, tmp_path))[1] if one not in quiet] == []


@pytest.mark.parametrize(
    ("title", "rows", "says"),
    [
        ("Own list", [["Name", "Last day"], ["Sample 01", date(2026, 2, 10)]],
         "names people of the roster, and is not read: Last day of Sample 01"),
        ("Own list", [["Email", "New salary"], ["S01@example.com", 91000]],
         "names people of the roster, and is not read: New salary of S01@example.com"),
        ("Leavers", [["Email"], ["s01@example.com"]], "names people of the roster, and is not read: s01@"),
        ("Own list", [["Deal", "Cancelled on"], ["D1", date(2026, 3, 20)]],
         "names deals, and is not read: Cancelled on of D1"),
        ("Do not pay", [["Deal"], ["D1"]], "names deals, and is not read: D1"),
        ("Own list", [["Employee ID", "Plan", "Start date"], ["E9", "bonus", date(2026, 2, 1)]],
         "lists people with hire dates, and is not read: E9"),
        ("Own list", [["Deal", "Customer", "Owner"], ["D1", "Acme", "Sam"]], ""),
        ("Own list", [["Name", "Phone", "New desk"], ["Sample 01", "555", "4B"]], ""),
    ],
)  # fmt: skip
def test_a_sheet_of_names_addresses_deals_or_new_people_is_named(
    small: Path, tmp_path: Path, title: str, rows: list[list[object]], says: str
) -> None:
    book = openpyxl.load_workbook(small)
    roster = book["Roster"]
    headers = {str(cell.value).partition(" (")[0]: cell.column for cell in roster[6]}
    roster.cell(7, headers["Employee name"], "Sample 01")
    roster.cell(7, headers["Email"], "s01@example.com")
    quiet = found_in(saved(book, tmp_path, "quiet.xlsx"))
    put(book, title, rows)
    lines, issues = found_in(saved(book, tmp_path))
    assert lines == quiet[0]
    told = [one.message for one in issues if one not in quiet[1]]
    assert len(told) == bool(says) and all(says in one for one in told)


def test_a_sheet_that_formulas_look_up_is_used(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    put(book, "Own list", [["employee_id", "Last day"], ["00123", date(2026, 2, 10)]])
    put(book, "Report", [["=VLOOKUP(\"00123\",'Own list'!A:B,2,0)"]])
    assert found_in(saved(book, tmp_path)) == found_in(small)
