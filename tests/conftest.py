"""What tests share: files that are made once, and offices. One office calls functions of this very process,
one has the add-in as it ships."""

import atexit
import contextlib
import functools
import gc
import os
import shutil
import signal
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import settings

from csm_xl.errors import CsmError
from csm_xl.libreoffice import bridge

LONGEST = 1200
"""Seconds that a process waits for what another one makes."""


def build_commands_once():
    """A runner of commands builds them all anew for each one that it runs: ten times the work."""
    try:
        import typer.main
        import typer.testing
    except ModuleNotFoundError:
        return  # the engine's own tests run where only NumPy is
    typer.testing._get_command = functools.cache(typer.main.get_command)  # type: ignore[attr-defined]


def remember_workbooks():
    """What tests read and calculate again and again is taken from memory."""
    if find_spec("openpyxl") is None:
        return  # the engine's own tests run where only NumPy is
    from remembered import remember

    remember()


def pytest_addoption(parser):
    parser.addoption("--anew", action="store_true", help="remember nothing that a test reads or calculates")


def pytest_configure(config):
    """A run that is ended from outside ends its offices too, as one that is interrupted does.

    The office's bridge knows our functions whichever test is the first to load it: it asks once.
    """

    def interrupted(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupted)
    # Examples are the same on every run, so that a red test means a changed product; no clock decides.
    settings.register_profile("csm", deadline=None, derandomize=True)
    settings.load_profile("csm")
    build_commands_once()
    if not config.getoption("anew", False):
        remember_workbooks()
    try:
        bridge.soffice()
    except CsmError:
        return
    from csm_xl.libreoffice.addin import idl

    folder = tempfile.mkdtemp()
    # A process of xdist ends without the cleanups of pytest.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    interface = Path(folder) / "XCsmFunctions.idl"
    interface.write_text(idl(), "utf-8")
    bridge.know(interface)


def pytest_collection_modifyitems(items):
    """What needs an office is marked by what it asks for; what is slow says why."""
    for item in items:
        if "there" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.office)
        for slow in item.iter_markers("slow"):
            if not (slow.args and isinstance(slow.args[0], str)):
                raise pytest.UsageError(f'{item.nodeid}: say why it is slow: @pytest.mark.slow("...")')


def pytest_collection_finish():
    """Thousands of collected tests are no garbage: searching them took a sixth of the whole run. They are not
    frozen, as old versions of hypothesis look at who refers to what.
    """
    gc.set_threshold(50_000, 20, 100)  # as the command does


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """A folder that is filled once in a run, however many processes the run has: made_once(name, fill).

    fill is given the empty folder. Whoever comes second waits. What is in it is for reading: copy what you
    change.
    """
    mine = tmp_path_factory.getbasetemp()
    shared = mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine

    def folder_of(name, fill):
        folder, lock = shared / f"once-{name}", shared / f"once-{name}.lock"
        last = time.monotonic() + LONGEST
        while not (folder / ".filled").exists():
            assert time.monotonic() < last, f"{lock}: the process that fills {folder} has not ended"
            try:
                lock.mkdir()
            except FileExistsError:
                time.sleep(0.1)  # another process fills it
                continue
            try:
                if not (folder / ".filled").exists():
                    folder.mkdir()
                    fill(folder)
                    (folder / ".filled").touch()
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)  # the next one tries again
                raise
            finally:
                lock.rmdir()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def demo(made_once):
    """The demo, made by its command once in a run: the workbook, and what the command said."""
    from typer.testing import CliRunner

    from csm_xl.cli import app

    def fill(folder):
        result = CliRunner().invoke(app, ["demo", "--out", str(folder / "workbooks")])
        assert result.exit_code == 0, result.output
        (folder / "said").write_text(result.stdout, encoding="utf-8")

    folder = made_once("demo", fill)
    return folder / "workbooks" / "csm_plan.xlsx", (folder / "said").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def there():
    """LibreOffice on this machine, and its bridge."""
    try:
        bridge.require_office()
        bridge.require_python()
        bridge.uno()
    except CsmError as missing:
        pytest.skip(f"needs LibreOffice: {missing}")


@pytest.fixture(scope="session")
def hosted(there, tmp_path_factory):
    """An office whose functions run here, so that a fault is a traceback and coverage counts."""
    from csm_xl.libreoffice import install
    from csm_xl.libreoffice.addin import write_oxt
    from csm_xl.libreoffice.host import serve
    from csm_xl.libreoffice.office import Office

    folder = tmp_path_factory.mktemp("hosted")
    oxt = write_oxt(folder / "csm_xl.oxt", with_component=False)
    with Office(folder / "profile") as office:
        install.add(office, oxt)
    with Office(folder / "profile") as office:
        office.functions = serve(office.context)  # type: ignore[attr-defined]
        yield office


@pytest.fixture(scope="session")
def shipped_profile(there, tmp_path_factory):
    from csm_xl.libreoffice import install

    profile = tmp_path_factory.mktemp("shipped") / "profile"
    assert install.install(profile).works
    return profile


@pytest.fixture(scope="session")
def shipped_offices(shipped_profile):
    """What gives an office with the add-in that users get: the one that runs, another where it has died."""
    from csm_xl.libreoffice.office import Office

    with contextlib.ExitStack() as every:
        running: list[Office] = []

        def office():
            process = running[-1].process if running else None
            if process is None or process.poll() is not None:
                running.append(every.enter_context(Office(shipped_profile)))
            return running[-1]

        yield office


@pytest.fixture(scope="module")
def shipped(shipped_offices):
    """An office with the add-in that users get."""
    return shipped_offices()
