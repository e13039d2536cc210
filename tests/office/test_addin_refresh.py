"""Refresh in the add-in, in a real Chromium with a stand-in for Excel."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from excel_model import as_excel
from pane import pressed, with_salary

from csm_xl.workbook.operations.refresh.file import refresh_file


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
