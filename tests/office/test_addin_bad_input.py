"""What the pane says of a wrong Excel, host, network or workbook; nothing is written then."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from pane import SHIPPED, found_of, pressed, rewritten, with_salary


def stopped(page: Any, words: str) -> str:
    """Wait until the pane says words; all of what it says."""
    page.locator("#state", has_text=words).wait_for(timeout=90_000)
    assert page.locator("#refresh").get_attribute("aria-disabled") == "true"
    return str(page.inner_text("#state"))


def test_an_old_excel_is_told(opened: Any) -> None:
    page = opened(before="window.excelLacks = ['SharedRuntime']")
    assert "SharedRuntime 1.1" in stopped(page, "too old")


def test_a_page_outside_excel_says_where_it_belongs(opened: Any) -> None:
    page = opened(before="window.excelHost = ''")
    stopped(page, "Open this pane in Excel")


def test_without_office_js_the_pane_says_what_is_blocked(opened: Any) -> None:
    page = opened(lacks=("office.js",))
    stopped(page, "office.js could not be loaded")


@pytest.mark.parametrize("lost", ["csm_xl.zip", "pyodide/pyodide.asm.wasm", "hashes.json"])
def test_a_network_that_is_lost_while_the_pane_starts(opened: Any, lost: str) -> None:
    page = opened(lacks=(lost,))
    said = stopped(page, "could not start")
    assert lost in said and "Check the network" in said, said
    answer = page.evaluate("""excel.call("CSM_TOTALCOMP", [[[1]], [[1]]])""")
    assert answer["error"] == "#N/A" and "Check the network" in answer["message"]


@pytest.mark.parametrize("name", ["csm_xl.zip", "show.js", "pyodide/pyodide-lock.json"])
def test_a_host_with_another_file_than_built_is_not_used(opened: Any, site: Path, name: str) -> None:
    content = (site / name).read_bytes()
    other = content.replace(b"}", b" }", 1) if name.endswith(("s", "json")) else content + b" "
    page = opened(others={name: other})
    said = stopped(page, "serves other files than were built")
    assert name in said and "csm-xl addin verify" in said


def test_a_host_that_lacks_a_file_is_named_with_it(opened: Any) -> None:
    page = opened(others={"pyodide/python_stdlib.zip": None})
    assert "has no file pyodide/python_stdlib.zip (404)" in stopped(page, "could not start")


def test_without_network_after_the_start_everything_works(opened: Any, tmp_path: Path) -> None:
    path, _ = with_salary(lambda before: before * 2, tmp_path)
    page = opened(path, fresh=True)
    page.context.set_offline(True)
    assert "Refreshed in" in pressed(page)
    assert "Checked in" in pressed(page, "check")
    page.evaluate("excel.selection = ['Payouts', 20]")
    assert "Explained in" in pressed(page, "explain")
    assert page.evaluate("""excel.call("CSM_TOTALCOMP", [[[100000]], [[25000]]])""")["value"] == [[125_000.0]]


def test_a_workbook_that_is_not_ours_is_refused_in_words(opened: Any, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Item", "Price"])
    book.active.append(["Pencil", 2])
    book.save(tmp_path / "shopping.xlsx")
    page = opened(tmp_path / "shopping.xlsx")
    for button in ("refresh", "check"):
        shown = pressed(page, button)
        assert "shopping.xlsx: this is not a csm_xl workbook: it has no table tblPayouts" in shown, shown
        assert page.evaluate("excel.writes") == []
    page.evaluate("excel.selection = ['Sheet', 1]")
    assert "this is not a csm_xl workbook" in pressed(page, "explain")


def test_a_damaged_workbook_is_refused_in_words(opened: Any) -> None:
    page = opened(SHIPPED)
    page.evaluate("excel.file = btoa('no workbook')")
    assert "the file is not a workbook" in pressed(page)
    assert page.evaluate("excel.writes") == []


def test_a_sheet_with_a_password_is_named_and_nothing_is_written(opened: Any, tmp_path: Path) -> None:
    path, _ = with_salary(lambda before: before * 2, tmp_path)
    page = opened(path)
    page.evaluate("""for (const name of ["Payouts", "Log"]) excel.sheets[name].locked = true;
        excel.sheets.Payouts.password = "secret";
        excel.before = JSON.stringify(excel.sheets);""")
    shown = pressed(page)
    assert "The sheet Payouts is protected with a password" in shown and "Nothing was written" in shown, shown
    assert page.evaluate("excel.before === JSON.stringify(excel.sheets)")
    assert page.evaluate("excel.calculation") == "Automatic"


def test_a_cell_that_is_being_edited_is_said(opened: Any) -> None:
    page = opened(SHIPPED)
    page.evaluate("excel.editing = true")
    assert "A cell is being edited: press Enter or Esc" in pressed(page)
    page.evaluate("excel.editing = false")
    assert "Refreshed in" in pressed(page)


def test_a_formula_of_a_newer_add_in_is_named(opened: Any, tmp_path: Path) -> None:
    pattern = rb'(<c r="A6"[^>]*><f[^>]*>)[^<]*'
    path = rewritten("Dashboard", pattern, rb"\g<1>CSM_TOMORROW(1)+1", tmp_path)
    page = opened(path)
    shown = pressed(page, "check")
    assert any("calls CSM_TOMORROW, which csm_xl" in one for one in found_of(page)), shown
    answers = page.evaluate("""(async () => {
      const { ask } = await import("./python.js");
      return JSON.parse(await ask("answers", [JSON.stringify([
        ["CSM_TOMORROW", [[[1]]]], ["CSM_TOTALCOMP", [[[1]], [[2]]]],
        ["CSM_TOTALCOMP", [[[1]], [[2]], null, null, null, null, null, null, null, [[9]]]]])]));
    })()""")
    assert answers[0]["error"] == "#N/A"
    assert "CSM_TOMORROW is not a function of csm_xl" in answers[0]["message"]
    assert answers[1] == {"value": [[3.0]]}
    assert answers[2]["error"] == "#VALUE!" and "at most" in answers[2]["message"]
