"""Closed periods in a workbook: their lines stay as the book archived them, and what differs is listed."""

import sys
from datetime import date, datetime

import pytest
from typer.testing import CliRunner

from csm_xl.book.closing import close
from csm_xl.book.deciding import approve, reject
from csm_xl.book.ledger import create
from csm_xl.book.named import recorded_for
from csm_xl.book.paying import read, table_name
from csm_xl.cli import app
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.core import tables_of
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sheets.ledger import CLOSED_LINES, LEDGER
from csm_xl.workbook.sheets.results import PAYOUTS
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.atomic import held
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

TODAY = date(2027, 3, 1)
TABLES = {
    "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
              ["P", "base_bonus", "quarter", "ratio", 0.1]],
    "components": [["plan_id", "component_id", "type", "weight", "measure", "cumulative"],
                   ["P", "nrr", "metric", 1.0, "NRR", "ytd_sum"]],
    "roster": [["employee_id", "plan_id", "base_salary", "hire_date"],
               ["001", "P", 100_000, date(2024, 1, 1)], ["E2", "P", 80_000, date(2024, 1, 1)]],
    "results": [["period", "scope", "id", "measure", "actual", "goal"],
                ["2026-Q1", "individual", "001", "NRR", 0.9, 1], ["2026-Q1", "individual", "E2", "NRR", 1, 1],
                ["2026-Q2", "individual", "001", "NRR", 1, 1], ["2026-Q2", "individual", "E2", "NRR", 1, 1]],
}  # fmt: skip
"""Two people on a year-to-date component: in Q1 2,250 and 2,000."""


class Files:
    """A workbook, and a book beside it in which 2026-Q1 is closed."""

    def __init__(self, folder, period="2026-Q1"):
        self.file, self.where = folder / "pay.xlsx", folder / "pay.book"
        build(self.file, TABLES, period, datetime(2026, 4, 7))
        self.set("Control", "book", "pay.book")
        self.book = create(str(self.where), by="ann")
        self.close(period)

    def state(self):
        package = Package(self.file)
        return state_of(package, load(package))

    def close(self, period, **options):
        raws = tables_of(self.state())
        return close(self.book, raws, read(raws), period, today=TODAY, by="ann", **options).event

    def write(self, cells):
        with held(self.file) as file:
            package = Package(file.path)
            edit = Edit(cells=cells)
            file.replace(lambda target: patch(package, edit, target), lambda made: None)

    def set(self, _sheet, name, value):
        self.write({self.state().places[name]: value})

    def actual(self, value):
        """Another result of 001 in Q1."""
        self.write({Place("Results", 7, 5): value})

    def refresh(self, period=None, book_of=recorded_for):
        return refresh_file(self.file, None, period, book_of=book_of)

    def lines(self):
        state = self.state()
        names = ("period", "employee_id", "amount")
        columns = [state.column(PAYOUTS, name) for name in names]
        return {(period, who): amount for period, who, amount in zip(*columns, strict=True)}


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.delenv("CSM_XL_BOOK", raising=False)
    return Files(tmp_path)


def said(report):
    return [f"{one.severity} {one.message}" for one in report.warnings]


Q1 = {("2026-Q1", "001"): 2250.0, ("2026-Q1", "E2"): 2000.0}


def test_a_refresh_writes_the_archived_lines_of_a_closed_period_and_lists_what_would_change(files):
    files.actual(0.97)
    report = files.refresh()
    assert files.lines() == Q1
    assert said(report)[:1] == [
        "warning 2026-Q1 of P is closed by event 2; today's inputs would pay 1 person otherwise: 001 +175.00"
    ]
    assert files.state().column("tblFindings", "kind")[0] == "warning"
    assert [one for one in check(files.file) if one.severity == "error"] == []


def test_the_sheet_ledger_shows_what_the_book_says(files):
    approve(files.book, 2, by="bob")
    files.refresh()
    state = files.state()
    event = files.book.event(2)
    row = [state.column(LEDGER, name)[0] for name in
           ("event", "kind", "plan_id", "period", "total", "currency", "state", "by", "hash")]  # fmt: skip
    assert row == [2, "close", "P", "2026-Q1", 4250.0, "USD", "approved", "ann", event.hash[:16]]
    assert state.named["book_head"] == files.book.head()[1]
    assert "claimed, not verified" in state.named["book_names"]


def test_a_later_period_looks_back_on_what_the_book_paid_as_its_close_does(files):
    files.actual(0.97)
    files.refresh("2026-Q2")
    assert files.lines() == {("2026-Q2", "001"): 2675.0, ("2026-Q2", "E2"): 2000.0}
    event = files.close("2026-Q2", leave_differences="retro follows")
    assert [one.amount for _, one in files.book.entries(event.id)] == [267_500, 200_000]
    # What the book paid is carried: the year of 4,975, less 2,250.
    files.actual(0.99)
    files.refresh("2026-Q2", None)
    assert files.lines()["2026-Q2", "001"] == 2725.0
    files.refresh("2026-Q2")
    assert files.lines()["2026-Q2", "001"] == 2675.0


def test_where_pay_groups_close_apart_everybody_else_is_open(files):
    table = RawTable.of_rows([[*TABLES["roster"][0], "pay_group"], [*TABLES["roster"][1], "A"],
                              [*TABLES["roster"][2], "B"]], "roster")  # fmt: skip
    raws = [table if table_name(raw) == "roster" else raw for raw in tables_of(files.state())]
    reject(files.book, 2, "by pay group", by="bob")
    close(files.book, raws, read(raws), "2026-Q1", today=TODAY, pay_group="A", by="ann")
    results = (0.97, 0.96)
    files.write({Place("Results", 7 + at, 5): value for at, value in enumerate(results)})
    report = files.refresh()
    assert files.lines() == {("2026-Q1", "001"): 2250.0, ("2026-Q1", "E2"): 1920.0}
    assert "001 +175.00" in said(report)[0] and "E2" not in said(report)[0]
    assert files.state().column(LEDGER, "closed_pay_group")[-1] == "A"
    files.where.rename(files.where.with_suffix(".away"))
    files.refresh()  # as the workbook carries it
    assert files.lines() == {("2026-Q1", "001"): 2250.0, ("2026-Q1", "E2"): 1920.0}


def test_the_closed_year_of_an_annual_component_stays_with_its_last_quarter(tmp_path, monkeypatch):
    monkeypatch.delenv("CSM_XL_BOOK", raising=False)
    tables = dict(TABLES)
    header = [*TABLES["components"][0], "pay_cycle"]
    tables["components"] = [header, ["P", "nrr", "metric", 0.5, "NRR", "discrete", None],
                            ["P", "annual", "metric", 0.5, "NRR", "discrete", "year"]]  # fmt: skip
    tables["results"] = [TABLES["results"][0], *(
        [period, "individual", who, "NRR", 1, 1] for period in ("2026-Q4", "2026") for who in ("001", "E2")
    )]  # fmt: skip
    monkeypatch.setattr(sys.modules[__name__], "TABLES", tables)
    files = Files(tmp_path, "2026-Q4")
    files.write({Place("Results", 9, 5): 0.9})
    report = files.refresh("2026-Q4")
    assert files.lines() == {("2026-Q4", "001"): 1250.0, ("2026", "001"): 5000.0,
                             ("2026-Q4", "E2"): 1000.0, ("2026", "E2"): 4000.0}  # fmt: skip
    assert said(report)[0] == (
        "warning 2026 of P is closed by event 2; today's inputs would pay 1 person otherwise: 001 -500.00"
    )


def test_a_door_that_cannot_open_the_book_keeps_closed_periods_and_says_so(files):
    files.refresh()
    files.where.rename(files.where.with_suffix(".away"))
    files.actual(0.97)
    for book_of, why in ((recorded_for, "there is no book of record"), (None, "it cannot be opened here")):
        found = said(files.refresh("2026", book_of))
        assert "the book of record could not be read" in found[0] and why in found[0]
        assert "closed periods are kept as the last refresh with it wrote them" in found[0]
        assert "001 +175.00" in found[1]
        assert files.lines().items() >= Q1.items()
    files.set("Control", "book", None)
    assert "no book of record is named; closed periods are kept" in said(files.refresh("2026-Q1"))[0]
    assert files.lines() == Q1


def test_closed_lines_that_were_changed_in_the_workbook_are_refused(files):
    files.refresh()
    state = files.state()
    region = state.regions[CLOSED_LINES.casefold()]
    text = str(state.column(CLOSED_LINES, "archived_line")[1])
    files.write({Place("Ledger", region.first_row + 2, region.last_column): text.replace("2250", "9250")})
    with pytest.raises(CsmError, match="the closed lines of event 2 are not what the book archived"):
        files.refresh(book_of=None)
    files.refresh()  # the book writes them again
    files.refresh(book_of=None)
    assert files.lines() == Q1


def test_a_scenario_never_writes_over_a_closed_period_and_is_never_booked(files, tmp_path):
    plan = '[[plans]]\nplan_id = "P"\nmodel = "base_bonus"\npay_period = "quarter"\n'
    (tmp_path / "more.toml").write_text(f'{plan}target_basis = "ratio"\ntarget_value = 0.3\n')
    files.set("Control", "scenario", "more.toml")
    report = files.refresh("2026")
    assert files.lines().items() >= Q1.items() and files.lines()["2026-Q2", "E2"] > 4000
    assert any("so the scenario more.toml does not change it" in one for one in said(report))
    done = CliRunner().invoke(
        app, ["close", str(files.file), "--period", "2026-Q2", "--book", str(files.where)]
    )
    assert done.exit_code == 2 and "a scenario is never booked" in done.stderr


def test_who_was_paid_in_a_closed_period_stays_on_the_roster(files):
    files.write({Place("Roster", 8, column): None for column in range(1, 12)})
    files.write({Place("Results", row, column): None for row in (8, 10) for column in range(1, 8)})
    with pytest.raises(CsmError, match="E2 was paid in a closed period, but is no longer on the roster"):
        files.refresh()


def test_a_workbook_holds_no_password(files, tmp_path):
    for url in ("postgresql://ann:hunter2@db/pay", "postgresql://ann@db/pay?password=hunter2"):
        found = recorded_for(url, tmp_path)
        assert "a workbook holds no password" in found and "hunter2" not in found
