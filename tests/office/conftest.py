"""The add-in as it is built, served as a host would, in a real headless Chromium with a stand-in for Excel.

The files of Pyodide are taken from the folders and archives that CSM_XL_PYODIDE names, parted by the
separator of paths; `.ci/browser` fetches them. Where none are named, these tests are not collected; nor are
those of the judges that npm installs, where it has not.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from csm_xl.office.folder import build_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "doors"))  # the cases of all doors

from excel_model import as_excel
from hosting import served

NAMED = os.environ.get("CSM_XL_PYODIDE", "")
_IN_A_BROWSER = ("bad_input", "functions", "page", "pane", "refresh", "sight", "speed")
TOOLS = Path(__file__).parents[2] / "tools" / "node_modules"
_JUDGES = ("axe-core", "custom-functions-metadata", "typescript", "@types/office-js")
_MISSING = [one for one in _JUDGES if not (TOOLS / one).is_dir()]
collect_ignore = [
    *([] if NAMED else [f"test_addin_{one}.py" for one in _IN_A_BROWSER]),
    *(["test_addin_judges.py", "test_addin_sight.py"] if _MISSING else []),
]
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


class Pages:
    """Pages of the add-in; what they ask of others than its host, and what goes wrong in them, is kept."""

    def __init__(self, browser: Any, host: str) -> None:
        self.browser, self.host = browser, host
        self.outside: list[str] = []
        self.faults: list[str] = []

    def new(self, before: str, lacks: Sequence[str], others: Mapping[str, bytes | None]) -> Any:
        """A page as `opened` describes it."""
        page = self.browser.new_context(viewport={"width": 350, "height": 800}).new_page()
        if not lacks and not others:  # what a host lacks is reported on the console
            page.on("pageerror", lambda fault: self.faults.append(str(fault)))
            page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

        def route(asked: Any) -> None:
            address = asked.request.url
            name = address.removeprefix(f"{self.host}/")
            if address.endswith(tuple(lacks)):
                asked.abort()
            elif name in others:
                content, script = others[name], name.endswith(".js")
                if content is None:
                    asked.fulfill(status=404)
                else:
                    asked.fulfill(body=content, content_type="text/javascript" if script else "text/plain")
            elif address == OFFICE_JS:
                said = (Path(__file__).parent / "fake_office.js").read_text("utf-8")
                asked.fulfill(body=said, content_type="text/javascript")
            elif address.startswith((f"{self.host}/", "blob:", "data:")):
                asked.continue_()
            else:
                self.outside.append(address)
                asked.abort()

        page.context.route("**/*", route)
        if before:
            page.add_init_script(before)
        page.goto(f"{self.host}/index.html")
        return page


@pytest.fixture(scope="session")
def pages(browser: Any, host: str) -> Pages:
    return Pages(browser, host)


def _ready(page: Any) -> Any:
    page.locator("#state", has_text="Ready after").wait_for(timeout=240_000)
    return page


@pytest.fixture(scope="session")
def started(pages: Pages) -> Iterator[Any]:
    """One page in which Python has started, for all tests that need no other."""
    page = _ready(pages.new("", (), {}))
    yield page
    page.context.close()


@pytest.fixture
def opened(pages: Pages, request: pytest.FixtureRequest) -> Iterator[Opens]:
    """What opens the add-in beside a workbook, once Python is there; it asks its own host alone for files."""
    own = []

    def opens(
        workbook: Path | None = None,
        before: str = "",
        fresh: bool = False,
        lacks: Sequence[str] = (),
        others: Mapping[str, bytes | None] = MappingProxyType({}),
    ) -> Any:
        """fresh: a page of its own. Each of these is one too, in which Python may never start: before: a
        script that runs first. lacks: files that no network brings. others: files that the host has other
        content for; None: that it does not have."""
        if before or lacks or others:
            page = pages.new(before, lacks, others)
            own.append(page)
        elif fresh:
            page = _ready(pages.new("", (), {}))
            own.append(page)
        else:
            page = request.getfixturevalue("started")
        page.evaluate("book => window.excel?.load(book)", as_excel(workbook) if workbook else {})
        return page

    yield opens
    for page in own:
        page.context.close()
    outside, faults = pages.outside[:], pages.faults[:]
    pages.outside.clear()
    pages.faults.clear()
    assert not outside, f"the add-in asked others: {outside}"
    assert not faults, faults
