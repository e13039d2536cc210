"""The add-in as it is built, served as a host would, in a real headless Chromium with a stand-in for Excel.

The files of Pyodide are taken from the folders and archives that CSM_XL_PYODIDE names, parted by the
separator of paths; `.ci/browser` fetches them. Where none are named, these tests are not collected.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from csm_xl.office.folder import build_folder

sys.path.insert(0, str(Path(__file__).parents[1] / "doors"))  # the cases of all doors

from excel_model import as_excel

NAMED = os.environ.get("CSM_XL_PYODIDE", "")
collect_ignore = [] if NAMED else ["test_addin_functions.py", "test_addin_page.py", "test_addin_refresh.py"]
OFFICE_JS = "https://appsforoffice.microsoft.com/lib/1/hosted/office.js"
_SWITCHES = ["--no-sandbox", "--disable-dev-shm-usage"]
URL = "https://pay.example.com/csm_xl"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


class _Host(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {
        **SimpleHTTPRequestHandler.extensions_map,
        **dict.fromkeys((".js", ".mjs"), "text/javascript"),
        ".wasm": "application/wasm",
    }

    def log_message(self, *_: Any) -> None:
        """A host that says nothing."""


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
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Host, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


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
