"""A Windows under Wine, with csm_xl set up in a Python of its own.

CSM_XL_WINE names the folder where it is; `.ci/wine` sets it up. Where none is named, the tests that need it
are not collected.
"""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "doors"))  # the cases of all doors

from wine_machine import Windows

FOLDER = os.environ.get("CSM_XL_WINE")
collect_ignore = [] if FOLDER else ["test_wine_commands.py", "test_wine_files.py", "test_wine_functions.py"]


@pytest.fixture(scope="session")
def windows():
    """The machine; what it still runs at the end is ended."""
    machine = Windows(Path(FOLDER))
    yield machine
    machine.end()


@pytest.fixture
def folder(windows, request):
    """An empty folder in Windows, whose path has a space and letters that its code page lacks."""
    return windows.new_folder(f"Vergütung 2026 Łódź {request.node.name.partition('[')[0]}")


@pytest.fixture(scope="session")
def made(windows):
    """A workbook with macros as `csm-xl new` makes it there: for reading, copy what you change."""
    folder = windows.new_folder("Pay plans")
    done = windows.csm_xl("new", folder / "pay.xlsm", "--plan", "starter")
    assert done.code == 0, done.said
    return folder / "pay.xlsm"
