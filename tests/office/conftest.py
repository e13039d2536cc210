"""The add-in as it is built, served as a host would, in a real headless Chromium with a stand-in for Excel.

The files of Pyodide are taken from the folders and archives that CSM_XL_PYODIDE names, parted by the
separator of paths; `.ci/browser` fetches them. Where none are named, these tests are not collected.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from csm_xl.office.folder import build_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "doors"))  # the cases of all doors

from excel_model import as_excel
from hosting import served

NAMED = os.environ.get("CSM_XL_PYODIDE", "")
collect_ignore = [] if NAMED else ["test_addin_functions.py", "test_addin_page.py", "test_addin_refresh.py"]
OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
_SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage"]
URL = "https://pay.example.com/csm_xl"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def runtime() -> list[Path]:
    return [Path(one) for one in NAMED.split(os.pathsep)]


@pytest.fixture(scope="session")
def site(runtime: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the add-in."""
    made = build_folder(tmp_path_factory.mktemp("addin") / "site", URL, runtime)
    assert not made.missing
    return made.path


@pytest.fixture(scope="session")
def host(site: Path) -> Iterator[str]:
    """Where the folder is served."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser(runtime: list[Path]) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    assert chromium, "Chromium is not installed"
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=_SWITCHES)
        yield found
        found.close()


Opens = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, host: str) -> Iterator[Opens]:
    """What opens the add-in beside a workbook, once Python is there; it asks its own host alone for files."""
    outside: list[str] = []
    faults: list[str] = []
    pages = []

    def opens(workbook: Path | None = None, before: str = "", ready: bool = True) -> Any:
        context = browser.new_context(viewport={"width": 350, "height": 800})
        page = context.new_page()
        pages.append(context)
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)

        def route(asked: Any) -> None:
            if asked.request.url == OFFICE_JS:
                said = (Path(__file__).parent / "fake_office.js").read_text("utf-8")
                asked.fulfill(body=said, content_type="text/javascript")
            elif asked.request.url.startswith((f"{host}/", "blob:", "data:")):
                asked.continue_()
            else:
                outside.append(asked.request.url)
                asked.abort()

        context.route("**/*", route)
        if before:
            page.add_init_script(before)
        page.goto(f"{host}/index.html")
        if workbook is not None:
            page.evaluate("book => excel.load(book)", as_excel(workbook))
        if ready:
            page.locator("#state", has_text="Ready after").wait_for(timeout=240_000)
        return page

    yield opens
    for context in pages:
        context.close()
    assert not outside, f"the add-in asked others: {outside}"
    assert not faults, faults
