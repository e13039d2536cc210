"""The refresh of a workbook open in Calc: the same figures as a refresh of the file gives."""

from datetime import datetime

import pytest
from books import small_tables

from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError, faults
from csm_xl.libreoffice import refresh as refreshing
from csm_xl.libreoffice.menu import chosen
from csm_xl.libreoffice.refresh import refresh_document
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sample import sample_of
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.same import same
from csm_xl.xlsx.serial_dates import plain

WHEN = datetime(2026, 8, 1, 9, 30)
XLSX = "Calc MS Excel 2007 XML"


@pytest.fixture(scope="module")
def built(there, tmp_path_factory):
    tables = read_strict(sample_of("starter"), component_types(), PAY_TABLES)
    return build(tmp_path_factory.mktemp("built") / "plan.xlsx", tables, "2026-Q1", datetime(2026, 7, 1))


@pytest.fixture
def opened(shipped, built):
    document = shipped.open(built, to_change=True)
    yield document
    document.close(True)


def cell_of(document, table, header, row):
    area = document.DatabaseRanges.getByName(table).getDataArea()
    sheet = document.getSheets().getByIndex(area.Sheet)
    for column in range(area.StartColumn, area.EndColumn + 1):
        if sheet.getCellByPosition(column, area.StartRow).getString().startswith(header):
            return sheet.getCellByPosition(column, area.StartRow + row)
    raise AssertionError(header)


def named(document, name):
    return document.NamedRanges.getByName(name).getReferredCells().getCellByPosition(0, 0)


def saved(shipped, document, path):
    document.storeToURL(shipped.url(path), shipped.properties(FilterName=XLSX))
    return Package(path)


def figures(package, *sheets):
    """What the sheets show, blank cells left out."""
    return {
        (sheet, *at): plain(value)
        for sheet in sheets
        for at, value in package.cells(sheet).values.items()
        if value not in (None, "")
    }


def rebuilt(package, period, tmp_path):
    """The same inputs, built again: what the refreshed document must show."""
    tables = read_strict(read_workbook(package, component_types()), component_types(), PAY_TABLES)
    return Package(build(tmp_path / "anew.xlsx", tables, period, WHEN))


def assert_shows(found, wanted):
    assert found.keys() == wanted.keys()
    wrong = {at: (found[at], value) for at, value in wanted.items() if not agrees(found[at], value)}
    assert not wrong


def agrees(found, wanted):
    """The same, but that Calc keeps TRUE as 1."""
    return same(found, wanted) or (isinstance(wanted, bool) and found == float(wanted))


@pytest.mark.parametrize("period", ["2026-Q1", "2026", "2026-Q3"])
def test_edits_and_another_period(shipped, opened, tmp_path, period):
    salary = cell_of(opened, "tblRoster", "Base salary", 2)
    salary.setValue(salary.getValue() + 12345)
    actual = cell_of(opened, "tblResults", "Actual", 1)
    actual.setValue(actual.getValue() * 0.99)
    named(opened, "period").setString(period)
    said = refresh_document(opened, WHEN)
    assert said.startswith(f"{period} is refreshed: ")
    package = saved(shipped, opened, tmp_path / "saved.xlsx")
    anew = rebuilt(package, period, tmp_path)
    for sheet in ("Payouts", "Total Comp"):
        assert_shows(figures(package, sheet), figures(anew, sheet))
    assert load(package).tables["tblpayouts"].last_row == load(anew).tables["tblpayouts"].last_row


def test_wrong_inputs_change_nothing(opened):
    before = cell_of(opened, "tblPayouts", "Amount", 1).getValue()
    cell_of(opened, "tblRoster", "Base salary", 1).setString("much")
    cell_of(opened, "tblRoster", "Hire date", 2).setString("soon")
    with pytest.raises(CsmError) as failed:
        refresh_document(opened, WHEN)
    assert [issue.where.partition("!")[0] for issue in failed.value.issues] == ["Roster", "Roster"]
    assert cell_of(opened, "tblPayouts", "Amount", 1).getValue() == before


def test_a_fault_while_writing_is_taken_back(shipped, opened, tmp_path, monkeypatch):
    before = figures(saved(shipped, opened, tmp_path / "before.xlsx"), "Payouts", "Total Comp", "Control")
    named(opened, "period").setString("2026")
    written = refreshing._write
    count = []

    def failing(*arguments):
        count.append(1)
        written(*arguments)
        if len(count) == 2:
            raise OSError("no more memory")

    monkeypatch.setattr(refreshing, "_write", failing)
    with pytest.raises(OSError, match="no more memory"):
        refresh_document(opened, WHEN)
    named(opened, "period").setString("2026-Q1")
    after = figures(saved(shipped, opened, tmp_path / "after.xlsx"), "Payouts", "Total Comp", "Control")
    assert_shows(after, before)


def test_the_menu(shipped, opened):
    assert chosen("refresh", opened).startswith("2026-Q1 is refreshed: ")
    assert chosen("last_error", opened)
    assert shipped.service("org.csmxl.CsmMenu") is not None


def test_a_document_of_another_kind(shipped):
    document = shipped.service("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, shipped.properties(Hidden=True)
    )
    try:
        with pytest.raises(CsmError):
            refresh_document(document, WHEN)
    finally:
        document.close(True)


def test_what_calc_saves_is_checked_as_what_it_is(shipped, tmp_path):
    """TRUE and FALSE, which Calc saves as formulas: in lines, in inputs and within formulas."""
    gates = (("gate_measure", "gate_minimum", "modified"), ("NPS", 0.5, True), (None,) * 3, (None,) * 3)
    tables = small_tables()
    tables["components"] = [[*row, *gate] for row, gate in zip(tables["components"], gates, strict=True)]
    more = (("2026-Q1", "NPS", 0.9), ("2026-Q2", "NPS", 0.4), ("2026-Q2", "GRR", 0.9))
    tables["results"] += [[period, "team", "East", measure, actual, 1] for period, measure, actual in more]
    tables["goals"] += [["2026-Q2", who, "x", 1, 1] for who in ("00123", "E2")]
    document = shipped.open(build(tmp_path / "plan.xlsx", tables, "2026-H1", WHEN), to_change=True)
    document.calculateAll()
    package = saved(shipped, document, tmp_path / "saved.xlsx")
    document.close(True)
    told = {sheet: package.read(package.sheets[sheet]) for sheet in ("Payouts", "Plans", "Checks")}
    assert b">TRUE()</f>" in told["Payouts"] and b">FALSE()</f>" in told["Payouts"]
    assert b">TRUE()</f>" in told["Plans"] and b",FALSE())</f>" in told["Checks"]
    assert [str(issue) for issue in faults(check(tmp_path / "saved.xlsx"))] == []


def test_a_column_that_begins_to_be_used_is_shown(shipped, tmp_path):
    document = shipped.open(build(tmp_path / "plan.xlsx", small_tables(), "2026-Q1", WHEN), to_change=True)
    kicker = cell_of(document, "tblPayouts", "Kicker", 0)
    column = kicker.getSpreadsheet().getColumns().getByIndex(kicker.getCellAddress().Column)
    assert not column.IsVisible
    cell_of(document, "tblComponents", "Kicker", 1).setValue(0.05)
    refresh_document(document, WHEN)
    assert column.IsVisible and cell_of(document, "tblPayouts", "Kicker", 1).getValue() == 56.25
    document.close(True)


def test_a_table_that_was_empty_is_printed_once_it_has_rows(shipped, tmp_path):
    tables = small_tables()
    path = build(tmp_path / "small.xlsx", tables, "2026-Q1", datetime(2026, 7, 1))
    document = shipped.open(path, to_change=True)
    try:
        roster = document.getSheets().getByName("Roster")
        before = len(roster.getPrintAreas())
        cell_of(document, "tblChanges", "Employee", 1).setString("E2")
        cell_of(document, "tblChanges", "From", 1).setFormula("2026-02-01")
        cell_of(document, "tblChanges", "Base salary", 1).setValue(90000)
        refresh_document(document, WHEN)
        areas = roster.getPrintAreas()
        table = document.DatabaseRanges.getByName("tblChanges").getDataArea()
        assert len(areas) == before + 1
        last = areas[-1]
        assert (last.StartColumn, last.EndColumn) == (table.StartColumn, table.EndColumn)
        assert last.StartRow == table.StartRow - 2 and last.EndRow == table.EndRow
    finally:
        document.close(True)


def test_a_paste_is_asked_about_in_calc_and_taken_once_it_is_answered(shipped, tmp_path):
    path = build(tmp_path / "small.xlsx", small_tables(), "2026-Q1", datetime(2026, 7, 1))
    document = shipped.open(path, to_change=True)
    try:
        corner = named(document, "import_paste")
        sheet, at = corner.getSpreadsheet(), corner.getCellAddress()
        rows = [
            ("Workers", "", "", ""),
            ("Employee ID", "Scheme", "Annual Base Salary (USD)", "Hire Date"),
            ("00123", "bonus", "$91,000.00", "01/24/2024"),
            ("E2", "bonus", "$80,000.00", "02/01/2026"),
            ("E3", "deals", "$70,000.00", "01/01/2024"),
        ]
        for down, row in enumerate(rows):
            for across, cell in enumerate(row):
                sheet.getCellByPosition(at.Column + across, at.Row + down).setString(cell)
        salary = cell_of(document, "tblRoster", "Base salary", 1)
        with pytest.raises(CsmError, match="roster needs plan_id"):
            refresh_document(document, WHEN)
        assert salary.getValue() == 90000
        assert cell_of(document, "tblImport", "Kind", 2).getString() == "question"
        assert cell_of(document, "tblFindings", "Where", 1).getString() == "Import!F15"
        cell_of(document, "tblImport", "Answer", 2).setString("Scheme")
        refresh_document(document, WHEN)
        assert cell_of(document, "tblRoster", "Base salary", 1).getValue() == 91000
        assert cell_of(document, "tblRoster", "Employee id", 1).getString() == "00123"
        assert cell_of(document, "tblImport", "Kind", 1).getString() == "taken from the paste"
        assert 'columns.plan_id = "Scheme"' in (tmp_path / "sources.toml").read_text()
        cell_of(document, "tblRoster", "Base salary", 1).setValue(95000)
        refresh_document(document, WHEN)  # it is not taken twice
        assert cell_of(document, "tblRoster", "Base salary", 1).getValue() == 95000
    finally:
        document.close(True)
