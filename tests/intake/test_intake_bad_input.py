"""What is wrong with an export or its mapping is named with its place, and nothing is half read."""

import os
import sqlite3
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from mapping import KNOWN, imported, only

from csm_xl.errors import CsmError, Issue
from csm_xl.intake.files import block_of, grid_of_source
from csm_xl.intake.grid import grid_of
from csm_xl.intake.pasted import pasted_block
from csm_xl.intake.run import run
from csm_xl.intake.sources_reading import sources_of
from csm_xl.xlsx.package import Package

DEALS = '[[source]]\ntable = "deals"\nfrom = "crm*.csv"\n'
CRM = "deal_id,date,amount,Stage\nD1,2026-01-05,100,Won\nD2,2026-02-05,200,Lost\nD3,2026-03-05,300,Won\n"


def faults(folder: Path, mapping: str, **files: str) -> list[Issue]:
    with pytest.raises(CsmError) as found:
        imported(folder, mapping, **files)
    return list(found.value.issues)


def notes(folder: Path, mapping: str, **files: str) -> list[str]:
    return [str(issue) for issue in only(folder, mapping, **files).raw.issues]


def test_a_column_that_is_gone_is_named_with_what_is_there(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, DEALS + 'columns.kind = "Typ"\n', crm=CRM.replace("Stage", "Type"))
    assert found.where == "sources.toml source 1 (deals) columns.kind"
    assert "Did you mean 'Type'?" in found.hint
    assert "deal_id, date, amount, Type" in found.hint


def test_two_headers_for_one_column_are_refused(tmp_path: Path) -> None:
    text = CRM.replace("amount,Stage", "amount,Amount")
    (found,) = faults(tmp_path, DEALS, crm=text)
    assert "2 columns are called 'amount'" in found.message
    assert found.where == "crm.csv row 1"


def test_an_export_without_rows_is_refused(tmp_path: Path) -> None:
    assert "no rows below its header" in faults(tmp_path, DEALS, crm="deal_id,date,amount\n")[0].message
    assert "is empty" in faults(tmp_path, DEALS, crm="\n\n")[0].message


def test_half_a_file_is_seen(tmp_path: Path) -> None:
    cut = CRM[: CRM.rindex(",300")]
    assert any("cut short" in note and "crm.csv row 4" in note for note in notes(tmp_path, DEALS, crm=cut))
    assert "CSV" in faults(tmp_path, DEALS, crm=CRM + 'D4,"2026')[0].message


def test_a_footer_that_counts_other_rows_is_seen(tmp_path: Path) -> None:
    assert any(
        "4 records" in note for note in notes(tmp_path, DEALS, crm=CRM + '"Grand Totals (4 records)"\n')
    )
    assert not any(
        "cut short" in note for note in notes(tmp_path, DEALS, crm=CRM + '"Grand Totals (3 records)"\n')
    )


def test_a_last_row_that_only_looks_like_a_total_is_read(tmp_path: Path) -> None:
    found = only(tmp_path, DEALS, crm=CRM + "Total,2026-04-05,400,Won\n")
    assert found.raw.rows[-1][0] == "Total"
    found = only(tmp_path, DEALS, crm=CRM + "Total,,600,\n")
    assert found.raw.rows[-1][0] == "D3"
    assert any("row 5" in str(note) and "not read" in str(note) for note in found.raw.issues)


def test_the_total_of_a_report_is_no_row(tmp_path: Path) -> None:
    found = only(tmp_path, DEALS, crm=CRM + "Overall Total,,600,\n")
    assert [row[0] for row in found.raw.rows[1:]] == ["D1", "D2", "D3"]


def test_the_rows_of_names_below_the_header_of_qualtrics_are_no_answers(tmp_path: Path) -> None:
    ids = ",".join(f'"{{""ImportId"":""{name}""}}"' for name in ("QID1", "QID2", "QID3", "QID4"))
    header, _, rows = CRM.partition("\n")
    found = only(tmp_path, DEALS, crm=f"{header}\nDeal,Day,How much?,Stage\n{ids}\n{rows}")
    assert [row[0] for row in found.raw.rows[1:]] == ["D1", "D2", "D3"]
    assert found.raw.origin.place(0, "amount") == "crm.csv row 4 (amount)"
    assert any("2 rows below the header are not read" in str(note) for note in found.raw.issues)


def test_no_file_and_two_files_that_are_equally_new_are_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, DEALS)[0].message == "no file fits"
    for name in ("crm1.csv", "crm2.csv"):
        (tmp_path / name).write_text(CRM)
        os.utime(tmp_path / name, (1, 1))
    assert "equally new: crm1.csv, crm2.csv" in faults(tmp_path, DEALS)[0].message
    os.utime(tmp_path / "crm1.csv", (2, 2))
    assert only(tmp_path, DEALS).grid.block.name == "crm1.csv"


def test_the_rows_that_a_filter_leaves_out_are_counted(tmp_path: Path) -> None:
    found = only(tmp_path, DEALS + 'where.Stage = "Won"\n', crm=CRM)
    assert [row[0] for row in found.raw.rows[1:]] == ["D1", "D3"]
    assert any("1 row is left out: Stage is Lost (1)" in str(note) for note in found.raw.issues)
    assert found.raw.origin.place(1, "amount") == "crm.csv row 4 (amount)"


def test_a_filter_that_keeps_nothing_or_misses_letters_is_refused(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, DEALS + 'where.Stage = "Closed"\n', crm=CRM)
    assert "'Won', 'Lost'" in found.hint
    (found,) = faults(tmp_path, DEALS + 'where.Stage = ["won", "Lost"]\n', crm=CRM)
    assert "only in capitals, spaces or hyphens" in found.message


def test_a_value_that_is_not_mapped_is_a_finding_of_its_cell(tmp_path: Path) -> None:
    mapping = DEALS + 'columns.kind = "Stage"\nvalues.kind = { Won = "upsell" }\n'
    (note,) = notes(tmp_path, mapping, crm=CRM)
    assert note.startswith("crm.csv row 3 (Stage): values.kind does not map this value")


def test_cells_that_do_not_fit_the_stated_formats_are_findings(tmp_path: Path) -> None:
    text = 'deal_id,date,amount\nD1,01/31/2026,"$1,200.00"\nD2,31/01/2026,"€300.00"\n'
    said = notes(tmp_path, DEALS + 'dates = "mdy"\nnumber = "$1,234.50"\n', crm=text)
    assert any(one.startswith("crm.csv row 3 (date): the date is not month, day, year") for one in said)
    assert any(one.startswith("crm.csv row 3 (amount): the text is not a number as") for one in said)
    assert len(said) == 2


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ('number = "$1,234.50"\ncurrency = "EUR"', "the numbers are in '$', which does not mean EUR"),
        ('number = "1.234,50 €"\ncurrency = "USD"', "the numbers are in '€', which does not mean USD"),
        ('number = "$1,234.50"\ncurrency = "COP"', ""),
        ('number = "1,234.50"\ncurrency = "EUR"', ""),
        ('text = ["margin"]\npercent = ["margin"]', "margin is read by text and by percent"),
        ('columns.margin = "M"\nvalues.margin = { a = "1" }\npercent = ["margin"]', "by values and by"),
        ('columns.kind = "Stage"\nignore = ["stage"]', "'stage' is ignored, and used by columns.kind"),
        ('columns.kind = "Stage"\ncolumns.product = "stage "', "'stage ' is already kind"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_in_a_mapping_is_refused(said: str, what: str) -> None:
    if not what:
        assert sources_of(DEALS + said, Path("sources.toml"), KNOWN).sources
        return
    with pytest.raises(CsmError, match=r"sources\.toml source 1") as found:
        sources_of(DEALS + said, Path("sources.toml"), KNOWN)
    assert what in str(found.value)


PEOPLE = "Name,ID\nSample 01,E1\nSample 02,E2\nSample 02,E9\nSample Three,E3\n"
JOIN = DEALS + 'join.employee_id = { column = "Stage", file = "people.csv", key = "Name", value = "ID" }\n'


def test_nobody_or_two_of_one_name_are_findings(tmp_path: Path) -> None:
    text = CRM.replace("Won", "Sample 01").replace("Lost", "sample 02") + "D4,2026-04-01,1,Sampel Three\n"
    found = only(tmp_path, JOIN, crm=text, people=PEOPLE)
    said = [str(one) for one in found.raw.issues]
    assert any("crm.csv row 3 (Stage): people.csv has 2 of that name: E2, E9" in one for one in said)
    assert any("crm.csv row 5 (Stage): nothing in people.csv is called so" in one and "Sample Three" in one
               for one in said)  # fmt: skip
    at = list(found.raw.rows[0]).index("employee_id")
    assert found.raw.rows[1][at] == "E1"


def test_a_lookup_column_that_is_gone_is_named(tmp_path: Path) -> None:
    (found,) = faults(tmp_path, JOIN.replace('"Name"', '"Nmae"'), crm=CRM, people=PEOPLE)
    assert found.where.endswith("join.employee_id.key")
    assert "Did you mean 'Name'?" in found.hint


def test_faults_of_several_sources_are_reported_at_once(tmp_path: Path) -> None:
    mapping = DEALS + '[[source]]\ntable = "results"\nfrom = "none*.csv"\n'
    found = faults(tmp_path, mapping, crm="deal_id\n")
    assert len(found) == 2


def test_sheets_are_named_where_several_hold_data(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "crm.xlsx")
    for name in ("Notes", "Deals"):
        page = book.add_worksheet(name)
        page.write_row(2, 1, ["deal_id", "date", "amount"])
        page.write_row(3, 1, ["D1", "x", 100])
    book.close()
    mapping = '[[source]]\ntable = "deals"\nfrom = "crm.xlsx"\n'
    assert "2 sheets hold data: Notes, Deals" in faults(tmp_path, mapping)[0].message
    assert "no sheet 'Deal'" in faults(tmp_path, mapping + 'sheet = "Deal"\n')[0].message
    found = only(tmp_path, mapping + 'sheet = "deals"\n')
    assert found.raw.origin.place(0, "date") == "crm.xlsx Deals!C4"
    assert found.raw.origin.place(0) == "crm.xlsx Deals row 4"


def test_a_file_of_another_encoding_is_read_once_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_bytes(CRM.replace("Won", "北日本").encode("shift_jis"))
    assert 'encoding = "mac_roman"' in faults(tmp_path, DEALS)[0].hint
    found = only(tmp_path, DEALS + 'encoding = "shift_jis"\n')
    assert "北日本" in found.raw.rows[1]
    assert "unknown encoding" in faults(tmp_path, DEALS + 'encoding = "shift-gis"\n')[0].message
    assert "not ascii" in faults(tmp_path, DEALS + 'encoding = "ascii"\n')[0].message


def test_parquet_and_old_workbooks_that_are_none_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra parquet")
    for kind in ("parquet", "xls"):
        (tmp_path / f"crm.{kind}").write_bytes(b"nothing of the sort")
        (found,) = faults(tmp_path, DEALS.replace(".csv", f".{kind}"))
        assert found.where == f"crm.{kind}"


QUERY = '[[source]]\ntable = "deals"\nurl = "env:WAREHOUSE"\nquery = "SELECT * FROM crm"\n'


def test_a_query_gives_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "wh.db") as base:
        base.execute("CREATE TABLE crm (deal_id TEXT, date TEXT, amount NUMERIC)")
        base.execute("INSERT INTO crm VALUES ('D1', '2026-01-05', 100.5)")
    base.close()
    monkeypatch.setenv("WAREHOUSE", f"sqlite:///{tmp_path}/wh.db")
    found = only(tmp_path, QUERY)
    assert (
        found.raw.rows == [["deal_id", "date", "amount"], ["D1", "2026-01-05", 100.5]]
        or found.raw.rows[1][2] == 100.5
    )
    assert found.raw.origin.place(0, "amount") == "query of deals row 2 (amount)"
    (wrong,) = faults(tmp_path, QUERY.replace("FROM crm", "FROM cmr"))
    assert wrong.where == "sources.toml source 1 (deals) query"
    assert "cmr" in str(wrong.got)


def test_a_query_that_fails_midway_imports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite3.connect(tmp_path / "wh.db").close()
    (tmp_path / "wh.db").write_bytes(b"")
    monkeypatch.setenv("WAREHOUSE", f"sqlite:///{tmp_path}/wh.db")
    midway = "SELECT 1 AS deal_id UNION ALL SELECT abs(-9223372036854775808)"
    (found,) = faults(tmp_path, QUERY.replace("SELECT * FROM crm", midway))
    assert "nothing of it is imported" in found.message


def test_a_missing_variable_file_or_driver_is_named_and_no_secret_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WAREHOUSE", raising=False)
    assert "WAREHOUSE is not set" in faults(tmp_path, QUERY)[0].message
    for url in (
        f"sqlite:///{tmp_path}/hunter2.db",
        "postgresql+psycopg://payroll:hunter2@127.0.0.1:1/pay?application_name=hunter2",
        "postgresql+psycopg://payroll:hunter2@127.0.0.1:1/pay?sslmode=hunter2",
        "snowflake://payroll:hunter2@acme/pay",
        "hunter2 is no URL",
    ):
        monkeypatch.setenv("WAREHOUSE", url)
        said = str(faults(tmp_path, QUERY)[0])
        assert "hunter2" not in said, said
        assert "payroll" not in said, said
        assert "WAREHOUSE" in said or "csm-xl[postgres]" in said
    assert not (tmp_path / "hunter2.db").exists()


def test_cells_that_hold_errors_or_no_value_are_findings(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "crm.xlsx")
    page = book.add_worksheet("Deals")
    page.write_row(0, 0, ["deal_id", "date", "amount", "Stage"])
    page.write_row(1, 0, ["D1", "2026-01-05", 100])
    page.write_formula(1, 3, "=NA()", None, "#N/A")
    page.write(1048575, 16383, "far away")
    book.close()
    mapping = DEALS.replace(".csv", ".xlsx") + 'columns.kind = "Stage"\nvalues.kind = { Won = "upsell" }\n'
    assert any(
        "crm.xlsx Deals!D2: the cell holds an Excel error" in note for note in notes(tmp_path, mapping)
    )
    raw = openpyxl.load_workbook(tmp_path / "crm.xlsx")
    raw["Deals"]["C2"] = "=1+1"
    raw.save(tmp_path / "crm.xlsx")
    said = notes(tmp_path, mapping)
    assert any("crm.xlsx Deals!C2: 2 cells hold no value" in note for note in said), said


@pytest.mark.parametrize(
    ("where", "formula", "stored", "lost"),
    [
        ("C2", "=90+10", 0, "C2"),  # as XlsxWriter and pandas write them
        ("B2", "=DATE(2026,1,5)", 0, "B2"),  # a 0 that is shown as a day is no blank
        ("C1", '="amount"', 0, "C1"),
        ("C2", "=90+10", 100, None),
        ("C4", "=SUM(C2:C3)", 0, None),  # below Total, which is not read
        ("F2", "=C2-100", 0, None),  # beside the table
    ],
)
def test_formulas_that_keep_0_because_nobody_calculated_them_are_findings(
    tmp_path: Path, where: str, formula: str, stored: int, lost: str | None
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "crm.xlsx")
    page, day = book.add_worksheet("Deals"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, ["deal_id", "date", "amount", "kind"])
    for row in (1, 2):
        page.write_row(row, 0, [f"D{row}", "2026-01-05", 100, "upsell"])
    page.write(3, 0, "Total")
    page.write_formula(where, formula, day if where == "B2" else None, stored)
    book.close()
    grid = grid_of(block_of(tmp_path / "crm.xlsx"), 1)
    found = [note for note in grid.notes if "1 cell holds no value" in note.message]
    assert [note.where for note in found] == ([f"crm.xlsx Deals!{lost}"] if lost else [])


def test_rows_that_are_struck_out_are_named(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "crm.xlsx")
    page, struck = book.add_worksheet("Deals"), book.add_format({"font_strikeout": True})
    page.write_row(0, 0, ["Canceled deals are struck out"], struck)
    for row, cells in enumerate((["deal_id", "date", "amount"], ["D1", "x", 100], ["D2", "x", 200]), 1):
        page.write_row(row, 0, cells, struck if row == 3 else None)
    book.close()
    found = [note for note in grid_of(block_of(tmp_path / "crm.xlsx")).notes if "struck" in note.message]
    assert [(note.where, note.severity) for note in found] == [("crm.xlsx Deals row 4", "warning")]
    pasted = pasted_block(Package(tmp_path / "crm.xlsx").cells("Deals"), "Import", (2, 1))
    assert pasted is not None
    assert "text is struck out in 1 row" in "".join(str(note) for note in grid_of(pasted).notes)


def test_notes_on_cells_of_an_export_are_named(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "hr.xlsx")
    page = book.add_worksheet("Workers")
    for row, cells in enumerate((["employee_id", "base_salary"], ["E1", 80000], ["E2", 90000], ["E3", 0])):
        page.write_row(row, 0, cells)
    page.write_comment("A1", "from payroll")
    page.write_comment("B2", "half time from May")
    page.write_comment("A4", "left 5/15")
    book.close()
    (found,) = [note for note in grid_of(block_of(tmp_path / "hr.xlsx")).notes if "comment" in note.message]
    assert (found.where, found.severity) == ("hr.xlsx Workers!B2", "note")
    said = "a note or comment is on 2 cells: hr.xlsx Workers!B2, hr.xlsx Workers!A4"
    assert found.message == said and "if it changes pay" in found.hint


@pytest.mark.parametrize("pattern", [".", "./", "..", "/", "~", "a/.."])
def test_a_pattern_that_names_no_file_is_a_finding(tmp_path: Path, pattern: str) -> None:
    assert "no file fits" in faults(tmp_path, f'[[source]]\ntable = "deals"\nfrom = "{pattern}"\n')[0].message


def test_an_export_is_looked_up_though_it_is_not_imported_again(tmp_path: Path) -> None:
    mapping = JOIN.replace('file = "people.csv"', 'table = "roster"')
    mapping += '[[source]]\ntable = "roster"\nfrom = "people.csv"\n'
    for name, text in (
        ("crm", CRM.replace("Won", "Sample 01").replace("Lost", "Sample 01")),
        ("people", PEOPLE),
    ):
        (tmp_path / f"{name}.csv").write_text(text)
    sources = sources_of(mapping, tmp_path / "sources.toml", KNOWN)
    (found,) = run(sources, KNOWN, [grid_of_source(sources.sources[0], tmp_path)])
    at = list(found.raw.rows[0]).index("employee_id")
    assert [row[at] for row in found.raw.rows[1:]] == ["E1", "E1", "E1"]
