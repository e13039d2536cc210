"""Check, people and explanations in the pane of the add-in, compared with the commands."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

from commands import shell
from excel_model import as_excel
from pane import (
    SHIPPED,
    checked_by_command,
    edited,
    ended,
    found_of,
    place_of,
    pressed,
    recalculated,
    rewritten,
    with_salary,
)

from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package

_OF_A_FORMULA = re.compile("stored values? |formulas? follow")


def assert_as_command(page: Any, path: Path) -> list[str]:
    """The pane shows the findings of csm-xl check, each in its words; of formulas, both or none find any.

    The command leaves out formulas that only follow from others; Excel has calculated those, so the pane
    lists them.
    """
    shown, said = found_of(page), [words(one) for one in checked_by_command(path)]
    mine, theirs = ([one.replace(": ", " ") for one in each if not _OF_A_FORMULA.search(one)]
                    for each in (shown, said))  # fmt: skip
    assert len(mine) == len(theirs), (mine, theirs)
    assert all(one.startswith(start) for one, start in zip(mine, theirs, strict=True)), (mine, theirs)
    assert (len(mine) < len(shown)) == (len(theirs) < len(said))
    return shown


def words(part: Any) -> str:
    return " ".join(str(part or "").split())


def test_check_of_a_workbook_in_order_is_as_the_command(opened: Any) -> None:
    page = opened(SHIPPED)
    shown = pressed(page, "check")
    assert "All values match" in shown and "matches what Excel and the engine calculate" in shown, shown
    assert_as_command(page, SHIPPED)
    assert page.evaluate("excel.writes") == []


def test_check_of_edited_inputs_is_as_the_command(opened: Any, tmp_path: Path) -> None:
    path, _ = with_salary(lambda before: before * 2, tmp_path)
    page = opened(path)
    page.evaluate("file => { excel.calculated = file; }", recalculated(path, tmp_path))
    shown = pressed(page, "check")
    found = assert_as_command(page, path)
    assert "Differences found" in shown and "click Refresh pay" in found[0], found


def test_check_of_a_payout_that_somebody_typed_names_the_cell(opened: Any, tmp_path: Path) -> None:
    place = place_of(SHIPPED, "tblPayouts", "amount", 3)
    path = edited({place: 123456.0}, tmp_path)
    page = opened(path)
    shown = pressed(page, "check")
    found = found_of(page)
    said = checked_by_command(path)
    # The command leaves out formulas that only follow; Excel has calculated those.
    assert found[0].startswith(said[0]) and str(place) in said[0] and "123" in found[0], (found, said)
    page.locator("#findings").get_by_role("button", name=str(place)).click()
    page.wait_for_function("excel.selected !== null")
    assert page.evaluate("excel.selected") == str(place)
    who = Package(path).cells(place.sheet).values[place_of(path, "tblPayouts", "employee_id", 3)[1:]]
    page.fill("#find", who)
    assert page.locator("#paid .wrong").count() == 1
    assert "workbook" in shown and "engine" in shown


def test_check_finds_a_formula_whose_value_is_not_what_excel_calculates(opened: Any, tmp_path: Path) -> None:
    pattern = rb'(<c r="A6"[^>]*><f[^<]*</f><v>)[^<]*'
    path = rewritten("Dashboard", pattern, rb"\g<1>98765.5", tmp_path)
    page = opened(path)
    page.evaluate("file => { excel.calculated = file; }", base64.b64encode(SHIPPED.read_bytes()).decode())
    pressed(page, "check")
    found, said = found_of(page), checked_by_command(path)
    start = "Error Dashboard!A6 the stored value differs from the recalculated one, 67"
    assert any(one.startswith(start) for one in found), found
    assert any(one.startswith(start) for one in said), said


def test_people_are_paid_what_the_command_pays(opened: Any) -> None:
    page = opened(SHIPPED)
    pressed(page, "check")
    _, shown, _ = shell("pay", SHIPPED, "--period", "2026", "--json")
    paid: dict[str, float] = {}
    for line in json.loads(shown)["lines"]:
        paid[line["employee_id"]] = round(paid.get(line["employee_id"], 0.0) + line["amount"], 2)
    page.get_by_role("button", name=f"Show all {len(paid)}").click()
    rows = page.evaluate("""[...document.querySelectorAll("#paid > tbody > tr")].filter((row) => !row.hidden)
        .map((row) => [...row.cells].map((cell) => cell.innerText))""")
    mine = {cells[0].split()[-1]: [float(one.replace(",", "")) for one in cells[1:]] for cells in rows}
    assert mine == {who: [amount, amount] for who, amount in paid.items()}
    total = page.inner_text("#totals")
    assert f"{len(paid)} people" in total and f"{sum(paid.values()):,.2f}" in total


def explained_by_command(who: str, period: str) -> list[list[str]]:
    """Step, rule, numbers and cells of each step."""
    _, shown, _ = shell("explain", SHIPPED, who, period, "--json")
    steps = json.loads(shown)
    return [[words(one[key]) for key in ("step", "formula", "inputs", "source")] for one in steps]


def steps_of(page: Any) -> list[list[str]]:
    """The same of the pane."""
    found = page.evaluate("""[...document.querySelectorAll("#steps li")].map((one) =>
        [".head span", ".rule", ".numbers", ".cells"].map((part) => one.querySelector(part)?.innerText))""")
    return [[words(part) for part in step] for step in found]


def selected(row: int) -> dict[str, Any]:
    """A payout line of the shipped workbook."""
    package = Package(SHIPPED)
    state = state_of(package, load(package))
    names = ("period", "employee_id", "component_id", "amount")
    return {name: state.column("tblPayouts", name)[row] for name in names}


def test_the_selected_payout_line_is_explained_as_the_command_does(opened: Any) -> None:
    page = opened(SHIPPED)
    for row in (3, 200, 850):
        line = selected(row)
        place = place_of(SHIPPED, "tblPayouts", "amount", row)
        page.evaluate("at => { excel.selection = at; }", [place.sheet, place.row - 1])
        shown = pressed(page, "explain")
        assert "How this was calculated" in shown and f"{line['amount']:,.2f}" in shown, shown
        mine, theirs = steps_of(page), explained_by_command(line["employee_id"], line["period"])
        assert all(step in theirs for step in mine), (mine, theirs)
        assert mine[0][0] == "Plan" and any(one[0] == "Component" for one in mine)
    page.locator("#steps button").first.click()
    page.wait_for_function("excel.selected !== null")


def test_a_line_of_a_person_is_explained_with_a_click(opened: Any) -> None:
    page = opened(SHIPPED)
    pressed(page, "check")
    page.fill("#find", "E0010")
    page.locator("#paid > tbody button").first.click()
    page.locator(".lines button", has_text="upsell").first.click()
    assert "Credited amount" in ended(page)
    assert page.locator("#line").inner_text().startswith("Sample 10 (E0010)")


def test_a_selection_that_is_no_payout_line_is_said_in_words(opened: Any) -> None:
    page = opened(SHIPPED)
    page.evaluate("excel.selection = ['Roster', 3]")
    assert "there is no payout line in the selected row" in pressed(page, "explain")
    page.evaluate("excel.selection = null")
    assert "Select a single range" in pressed(page, "explain")


def test_the_last_error_of_a_formula_is_shown_in_words(opened: Any) -> None:
    page = opened()
    page.evaluate("""excel.call("CSM_TOTALCOMP", [[["x"]], [[1]]])""")
    page.locator("#failed").wait_for()
    shown = page.inner_text("#failed")
    assert "Last error in a formula" in shown and "CSM_TOTALCOMP:" in shown and "'x'" in shown


def test_refresh_shows_who_is_paid_what_before_and_now(opened: Any, tmp_path: Path) -> None:
    path, place = with_salary(lambda before: before * 2, tmp_path)
    page = opened(path)
    pressed(page)
    who = Package(path).cells(place.sheet).values[place_of(path, "tblRoster", "employee_id")[1:]]
    page.fill("#find", str(who))
    _, before, now = page.locator("#paid > tbody > tr").first.locator("td").all_inner_texts()
    assert float(now.replace(",", "")) > float(before.replace(",", "")) > 0
    assert as_excel(path)["name"] == "csm_plan.xlsx" and isinstance(place, Place)
