"""The buttons of a workbook, pressed: what they write, and what they say."""

from datetime import date, datetime
from unittest.mock import Mock

import pytest
from excel_book import opened
from pypdf import PdfReader

from csm_xl.book.ledger import create
from csm_xl.book.recorded import recorded
from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.excel import buttons
from csm_xl.excel.vba_project import macros
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sample import sample_of
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.named_cells import named_places
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "pay.xlsm"
    tables = read_strict(sample_of("base_bonus"), component_types(), PAY_TABLES)
    return build(path, tables, "2026-Q1", datetime(2026, 4, 2), macros=macros())


@pytest.fixture
def workbook(template, tmp_path):
    path = tmp_path / "pay.xlsm"
    path.write_bytes(template.read_bytes())
    return path


def people(path):
    package = Package(path)
    region = load(package).tables["tblroster"]
    cells = package.cells(region.sheet).values
    column = region.first_column + region.headers.index("Employee id")
    return [cells[row, column] for row in range(region.first_row + 1, region.last_row + 1)]


def assert_tidy(excel, folder, kept):
    """The status bar and the screen are Excel's again, and no copy is left."""
    assert excel.bar[-1] is False and excel.drawn[-1] is True
    assert sorted(path.name for path in folder.iterdir()) == sorted(kept)


def test_check_proves_the_workbook_as_it_is_on_the_screen(workbook, monkeypatch):
    before = workbook.read_bytes()
    excel = opened(workbook, monkeypatch)
    buttons.check()
    [(title, said, kind, mode)] = excel.said
    assert (title, kind, mode) == ("csm_xl: Check", "ok", "info")
    first, note = said.split("\n")
    assert first == "Every formula and every payout line matches what Python calculates."
    assert "not of 2026-Q1, so not paid with it" in note
    assert "csm_xl: Check: recalculating every formula and paying everyone again …" in excel.bar
    assert workbook.read_bytes() == before
    assert_tidy(excel, workbook.parent, ["pay.xlsm"])


def test_check_lists_what_is_wrong_and_how_much_more(workbook, monkeypatch):
    package = Package(workbook)
    region = load(package).tables["tblpayouts"]
    columns = range(region.first_column, region.first_column + len(region.headers))
    changed = workbook.with_name("changed.xlsm")
    patch(package, Edit(cells={Place("Payouts", region.first_row + 1, at): 1.5 for at in columns}), changed)
    excel = opened(changed, monkeypatch)
    buttons.check()
    [(title, said, _, mode)] = excel.said
    assert (title, mode) == ("csm_xl: Check", "critical")
    first, _, *lines, more = said.split("\n")
    found = int(first.split()[0].replace(",", ""))
    assert len(lines) == 12 and more == f"… and {found - 12:,} more." and found > 13
    assert any(line.startswith("Payouts!") for line in lines)
    assert_tidy(excel, workbook.parent, ["pay.xlsm", "changed.xlsm"])


def test_statements_go_into_a_folder_beside_the_workbook(workbook, monkeypatch):
    excel = opened(workbook, monkeypatch)
    buttons.statements()
    folder = workbook.parent / "statements 2026-Q1"
    files = sorted(folder.glob("*.pdf"))
    count = len(people(workbook))
    assert len(files) == count > 5
    [(title, said, _, mode)] = excel.said
    assert (title, mode) == ("csm_xl: Statements", "info")
    assert said == f"{count} statements of 2026-Q1 are in {folder}."
    assert f"csm_xl: Statements: {count} of {count} people …" in excel.bar
    assert people(workbook)[0] in PdfReader(files[0]).pages[0].extract_text()
    assert_tidy(excel, workbook.parent, ["pay.xlsm", "statements 2026-Q1"])


@pytest.mark.parametrize(("answer", "written"), [("no", False), ("yes", True)])
def test_statements_are_replaced_only_where_a_person_says_so(workbook, monkeypatch, answer, written):
    folder = workbook.parent / "statements 2026-Q1"
    folder.mkdir()
    old = folder / f"2026-Q1_{people(workbook)[0]}.pdf"
    old.write_bytes(b"signed")
    excel = opened(workbook, monkeypatch, [answer])
    buttons.statements()
    (_, asked, choices, _), (_, said, _, _) = excel.said
    assert "Replace" in asked and choices == "yes_no"
    assert (old.read_bytes() != b"signed") == written == (said != "Nothing was written.")
    assert_tidy(excel, workbook.parent, ["pay.xlsm", "statements 2026-Q1"])


@pytest.fixture
def book(workbook, monkeypatch):
    """A book of record beside the workbook; the year is over."""
    monkeypatch.setenv("CSM_XL_BOOK", str(workbook.with_name("pay.book")))
    monkeypatch.setattr(buttons, "today", lambda: date(2027, 1, 15))
    return create(str(workbook.with_name("pay.book")), by="Sample 01")


@pytest.mark.parametrize(("answer", "closed"), [("no", False), ("yes", True)])
def test_a_period_is_closed_only_where_a_person_says_so(workbook, book, monkeypatch, answer, closed):
    excel = opened(workbook, monkeypatch, [answer])
    failing = CsmError("#VALUE!", "the workbook is read-only", "pay.xlsm")
    monkeypatch.setattr(buttons, "_refresh", Mock(side_effect=failing))  # writing needs Excel
    buttons.close()
    (_, asked, choices, _), (title, said, _, mode) = excel.said
    assert asked == f"Close 2026-Q1 in {workbook.with_name('pay.book')}? It is recorded for good."
    assert (choices, title, mode) == ("yes_no", "csm_xl: Close", "info")
    if not closed:
        assert said == "Nothing was closed." and len(book.events()) == 1
        return
    event = book.event(2)
    assert (event.kind, event.title) == ("close", "2026-Q1")
    assert "2026-Q1 is closed: event 2" in said and f"csm-xl approve 2 --hash {event.hash[:16]}" in said
    assert "claimed, not verified" in said and "is not refreshed yet: pay.xlsm: the workbook is read" in said
    assert {one.state for one in recorded(book).events} == {"undecided"}
    assert_tidy(excel, workbook.parent, ["pay.book", "pay.xlsm"])


def test_a_scenario_is_not_closed(workbook, book, monkeypatch):
    package = Package(workbook)
    names = {name.casefold(): refers for name, refers in package.names.items()}
    place = named_places(names, list(package.sheets))["scenario"]
    region = load(package).tables["tblscenarios"]
    row = ["more", "roster", None, "base_salary", "*2", None]
    at = [(region.first_row + 1, region.first_column + column) for column in range(len(row))]
    cells = {Place("Control", *spot): one for spot, one in zip(at, row, strict=True)}
    changed = workbook.with_name("changed.xlsm")
    patch(package, Edit(cells={place: "more", **cells}), changed)
    excel = opened(changed, monkeypatch)
    buttons.close()
    [(_, said, _, mode)] = excel.said
    assert mode == "critical" and "a scenario is never closed" in said and len(book.events()) == 1


def test_a_workbook_without_a_folder_is_told(tmp_path, monkeypatch):
    for place in (tmp_path / "Book1", "https://d.docs.live.net/1/pay.xlsm"):
        excel = opened(tmp_path / "never.xlsm", monkeypatch)
        excel.books[0].fullname = str(place)
        buttons.check()
        [(_, said, _, mode)] = excel.said
        assert mode == "critical" and "Save it to a folder on this computer first." in said
        assert_tidy(excel, tmp_path, [])


def test_a_copy_that_excel_could_not_write_is_told(workbook, monkeypatch):
    excel = opened(workbook, monkeypatch, readable=False)
    buttons.statements()
    assert "could not write a copy" in excel.said[0][1]
    assert_tidy(excel, workbook.parent, ["pay.xlsm"])


def test_a_fault_of_csm_xl_is_not_hidden_and_leaves_excel_tidy(workbook, monkeypatch):
    from csm_xl.workbook.operations import check

    def broken(_):
        raise ZeroDivisionError

    monkeypatch.setattr(check, "check", broken)
    excel = opened(workbook, monkeypatch)
    with pytest.raises(ZeroDivisionError):
        buttons.check()
    assert excel.said == []
    assert_tidy(excel, workbook.parent, ["pay.xlsm"])


def test_what_cannot_be_paid_is_told_with_its_cell(workbook, monkeypatch):
    package = Package(workbook)
    region = load(package).tables["tblroster"]
    plan = region.first_column + region.headers.index("Plan id")
    changed = workbook.with_name("changed.xlsm")
    place = Place("Roster", region.first_row + 1, plan)
    patch(package, Edit(cells={place: "no such plan"}), changed)
    excel = opened(changed, monkeypatch)
    buttons.statements()
    [(_, said, _, mode)] = excel.said
    assert mode == "critical" and f"{place}: " in said and "no such plan" in said
    assert_tidy(excel, workbook.parent, ["pay.xlsm", "changed.xlsm"])
