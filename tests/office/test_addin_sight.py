"""How the pane looks in each of its states: readable at 320 pixels, and without a finding of axe-core.

With CSM_XL_PICTURES, a folder, each state is kept there as a picture to look at; docs/pictures/pane.png shows
the upper parts of three of them side by side.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pane import SHIPPED, edited, place_of, pressed, with_salary

AXE = Path(__file__).parents[2] / "tools" / "node_modules" / "axe-core" / "axe.min.js"
NARROW = {"width": 320, "height": 800}


def seen(page: Any, name: str) -> None:
    """Nothing of the pane is beside the page, axe finds nothing, and a picture is kept."""
    folder = os.environ.get("CSM_XL_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], name
    page.evaluate(AXE.read_text("utf-8") + "; undefined")
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    assert [(one["id"], one["help"], [node["html"] for node in one["nodes"]]) for one in found] == [], name


@pytest.fixture
def narrow(opened: Any) -> Iterator[Any]:
    """Opens the pane at the width that Excel gives it at least."""
    pages = []

    def opens(*given: Any, **named: Any) -> Any:
        page = opened(*given, **named)
        pages.append((page, page.viewport_size))
        page.set_viewport_size(NARROW)
        return page

    yield opens
    for page, size in pages:
        page.set_viewport_size(size)


def test_the_pane_after_a_refresh_a_check_and_an_explanation(narrow: Any, tmp_path: Path) -> None:
    path, _ = with_salary(lambda before: before * 2, tmp_path)
    page = narrow(path)
    seen(page, "ready")
    pressed(page)
    seen(page, "refreshed")
    pressed(page, "check")
    page.locator("#paid > tbody button").first.click()
    seen(page, "checked")
    amount = place_of(path, "tblPayouts", "amount", 200)
    page.evaluate("at => { excel.selection = at; }", [amount.sheet, amount.row - 1])
    pressed(page, "explain")
    seen(page, "explained")


def test_the_pane_while_it_works_and_when_it_was_stopped(narrow: Any, tmp_path: Path) -> None:
    path, _ = with_salary(lambda _: "a lot", tmp_path)
    page = narrow(path)
    page.click("#refresh")
    page.locator("#state", has_text="paying").or_(page.locator("#state", has_text="reading")).first.wait_for()
    seen(page, "working")
    pressed(page)  # a click while it works does nothing
    seen(page, "stopped")
    page.evaluate("""excel.file = ""; excel.call("CSM_TOTALCOMP", [[["x"]], [[1]]])""")
    pressed(page)
    page.locator("#failed").wait_for()
    seen(page, "failed")


def test_the_pane_with_differences(narrow: Any, tmp_path: Path) -> None:
    page = narrow(edited({place_of(SHIPPED, "tblPayouts", "amount", 3): 123456.0}, tmp_path))
    pressed(page, "check")
    seen(page, "differences")


def test_the_pane_that_cannot_start(narrow: Any) -> None:
    page = narrow(others={"csm_xl.zip": b"another"})
    page.locator("#state", has_text="could not start").wait_for(timeout=120_000)
    seen(page, "not_started")
