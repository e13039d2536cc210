"""Refresh in the add-in, in a real Chromium with a stand-in for Excel."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, small_tables
from excel_model import as_excel
from pane import pressed, with_salary

from csm_xl.excel.convert import Kind, convert
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch


@pytest.fixture
def raised(tmp_path: Path) -> Path:
    """The shipped workbook where somebody has typed another salary since the last refresh."""
    return with_salary(lambda before: before * 2, tmp_path)[0]


def outputs(sheets: dict[str, Any], of: list[str]) -> dict[str, Any]:
    """What is in the cells that are no formulas."""
    return {
        name: {at: cell["v"] for at, cell in sheets[name]["cells"].items() if "f" not in cell} for name in of
    }


def test_a_refresh_gives_the_workbook_that_the_command_gives(
    opened: Any, raised: Path, tmp_path: Path
) -> None:
    page = opened(raised)
    said = pressed(page)
    assert "Refreshed in" in said and "67 people" in said, said
    assert "Largest changes" in said
    mine = page.evaluate("excel.sheets")
    filed = shutil.copy(raised, tmp_path / "filed.xlsx")
    refresh_file(filed)
    theirs = as_excel(Path(filed))["sheets"]
    sheets = ["Payouts", "Total Comp", "Checks"]
    assert outputs(mine, sheets) == outputs(theirs, sheets)
    assert len(page.evaluate("excel.writes")) > 1000
    assert page.evaluate("Object.values(excel.sheets).filter(one => one.locked).length") == sum(
        one["locked"] for one in as_excel(raised)["sheets"].values()
    )
    assert page.evaluate("[excel.calculation, excel.sent < 5e6]") == ["Automatic", True]


def test_a_change_by_a_co_author_meanwhile_stops_it(opened: Any, raised: Path) -> None:
    page = opened(raised)
    page.evaluate("""excel.onSync = () => {  // while Python pays: after the file was handed over
      const roster = excel.tables.find((one) => one.name == "tblRoster");
      const { cells } = excel.sheets[roster.sheet];
      if (excel.closed) cells[`${roster.row + 2},${roster.column}`] = { v: "E9999" };
    }""")
    said = pressed(page)
    assert "Somebody changed tblRoster" in said and "Nothing was written" in said, said
    assert page.evaluate("excel.writes") == []


@pytest.mark.parametrize("kind", ["addin", "libreoffice"])
def test_array_formulas_beside_the_people_fill_the_rows_of_those_who_came(
    kind: str, opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dynamic one resizes itself; a fixed one, which Office.js cannot write, becomes a dynamic one."""
    monkeypatch.setattr("csm_xl.workbook.sheets.total_comp.MOST_LIVE", 2)
    path = build(tmp_path / "plan.xlsx", small_tables(), "2026-Q1", REFRESHED)
    if kind == "addin":
        path.write_bytes(convert(path, Kind.addin)[0])
    package = Package(path)
    people = next(one for one in package.tables() if one.name == "tblRoster")
    cells = package.cells("Roster").values
    rows = [[cells.get((row, column)) for column in range(people.first_column, people.last_column + 1)]
            for row in range(people.first_row + 1, people.last_row + 1)]  # fmt: skip
    patch(package, Edit({"tblRoster": [*rows, ["E9", *rows[2][1:]]]}), path)
    page = opened(path)
    before = page.evaluate("excel.names")
    assert "Refreshed in" in pressed(page)
    filed = Path(shutil.copy(path, tmp_path / "filed.xlsx"))
    refresh_file(filed)
    after = as_excel(filed)
    names = page.evaluate("excel.names")
    renamed = page.evaluate("excel.renamed")
    moved = [name for name in names if names[name] != before[name] and name in renamed]
    assert len(moved) == 2 and {name: names[name] for name in moved} == {
        name: after["names"][name] for name in moved
    }
    written = [said for sheet, _, said in page.evaluate("excel.writes")
               if sheet == "Total Comp" and str(said).startswith("=")]  # fmt: skip
    calls = [said for said in written if said.startswith(("=CSM_OTE(tbl", "=CSM_TOTALCOMP(tbl"))]
    assert len(calls) == (0 if kind == "addin" else 2)
    assert not any("_xldudf_" in said for said in written)
    kept = [one for one in page.evaluate("excel.arrays") if one["sheet"] == "Total Comp"]
    assert len(kept) == (2 if kind == "addin" else 0)  # a fixed one is no more
    assert outputs(page.evaluate("excel.sheets"), ["Payouts"]) == outputs(after["sheets"], ["Payouts"])


def test_a_refresh_of_a_converted_workbook_gives_what_the_command_gives(
    opened: Any, raised: Path, tmp_path: Path
) -> None:
    converted = tmp_path / "converted.xlsx"
    converted.write_bytes(convert(raised, Kind.addin)[0])
    page = opened(converted)
    said = pressed(page)
    assert "Refreshed in" in said and "67 people" in said, said
    filed = Path(shutil.copy(converted, tmp_path / "filed.xlsx"))
    refresh_file(filed)
    sheets = ["Payouts", "Total Comp", "Checks"]
    assert outputs(page.evaluate("excel.sheets"), sheets) == outputs(as_excel(filed)["sheets"], sheets)
    assert not any("_xldudf_" in str(value) for *_, value in page.evaluate("excel.writes"))
    assert "All values match" in pressed(opened(filed), "check")


def test_rows_that_a_co_author_adds_or_a_setting_that_he_changes_stop_it(opened: Any, raised: Path) -> None:
    """Between the file that was read and the first write: a table that grew, and a cell under a name."""
    page = opened(raised)
    page.evaluate("""excel.onSync = () => {
      if (excel.closed) excel.tables.find((one) => one.name == "tblDeals").height += 1;
      if (excel.closed) excel.onSync = null;
    }""")
    said = pressed(page)
    assert "Somebody changed tblDeals" in said and "Nothing was written" in said, said
    assert page.evaluate("excel.writes") == []
    page = opened(raised)
    page.evaluate("""excel.onSync = () => {
      if (!excel.closed) return;
      const [, sheet, column, row] = /^='?([^'!]+)'?!\\$([A-Z]+)\\$(\\d+)$/.exec(excel.names.period);
      excel.sheets[sheet].cells[`${row - 1},${column.charCodeAt(0) - 65}`] = { v: "2026-Q2" };
    }""")
    said = pressed(page)
    assert "Somebody changed period" in said and "Nothing was written" in said, said
    assert page.evaluate("excel.writes") == []


def typed_of(sheets: dict[str, Any]) -> dict[str, Any]:
    """Sheets without what their formulas give, which the stand-in does not calculate."""
    return {name: sheet | {"cells": {at: cell.get("f", cell["v"]) for at, cell in sheet["cells"].items()}}
            for name, sheet in sheets.items()}  # fmt: skip


def test_a_write_that_fails_is_undone(opened: Any, raised: Path) -> None:
    page = opened(raised)
    before = page.evaluate("excel.sheets")
    for at in (1, 2, 5):
        page.evaluate("at => { excel.failAtWrite = at; excel.counted = 0; }", at)
        page.evaluate(
            """excel.onSync = () => { if (excel.counted >= excel.failAtWrite) excel.failAtWrite = 0; }"""
        )
        said = pressed(page)
        assert "Excel refused to write" in said and "Everything is as it was" in said, said
        assert typed_of(page.evaluate("excel.sheets")) == typed_of(before)
        assert page.evaluate("excel.calculation") == "Automatic"


def test_what_cannot_be_undone_is_named(opened: Any, raised: Path) -> None:
    page = opened(raised)
    page.evaluate("excel.failAtWrite = 3; excel.counted = 0")  # and every write after it
    said = pressed(page)
    assert "could not be put back" in said and "Undo them by hand" in said, said


def test_errors_in_the_inputs_stop_it_and_stand_on_checks(opened: Any, tmp_path: Path) -> None:
    target, place = with_salary(lambda _: "a lot", tmp_path)
    page = opened(target)
    said = pressed(page)
    assert "Not paid" in said and str(place) in said, said
    assert {sheet for sheet, *_ in page.evaluate("excel.writes")} == {"Checks"}
    page.get_by_role("button", name=str(place)).click()
    page.wait_for_timeout(100)
    assert page.evaluate("excel.selected") == str(place)


def test_a_table_that_must_grow_over_used_cells_is_refused(opened: Any, raised: Path) -> None:
    page = opened(raised)
    page.evaluate("""() => { const one = excel.tables.find((each) => each.name == "tblLog");
      excel.sheets[one.sheet].cells[`${one.row + one.height},${one.column}`] = { v: "mine" }; }""")
    said = pressed(page)
    assert "must grow, but these cells are in use" in said and "Nothing was written" in said, said
    assert page.evaluate("excel.writes") == []
