"""What LibreOffice is given of our environment: it works in an activated one, and whatever else is set."""

import os
import subprocess
import sys

import pytest
import xlsxwriter

from csm_xl import __version__
from csm_xl.libreoffice import install
from csm_xl.libreoffice.environment import office_environment, private_environment

ACTIVATED = {
    "PATH": f"/venv/bin:{os.environ['PATH']}", "VIRTUAL_ENV": "/venv", "PYTHONHOME": "/venv",
    "PYTHONPATH": "/venv/lib", "PYTHONSTARTUP": "/venv/start.py", "CONDA_PREFIX": "/conda",
    "PYENV_VERSION": "3.11.7", "LD_LIBRARY_PATH": "/venv/lib", "LD_PRELOAD": "/venv/lib/libz.so",
    "DYLD_LIBRARY_PATH": "/venv/lib", "URE_MORE_TYPES": "file:///venv/types.rdb", "HOME": "/home/ada",
    "DISPLAY": ":0", "XDG_RUNTIME_DIR": "/run/user/1000", "LC_TIME": "de_DE.UTF-8",
}  # fmt: skip


def test_only_what_is_named_is_handed_over():
    assert office_environment(ACTIVATED, "linux") == {
        "HOME": "/home/ada", "DISPLAY": ":0", "XDG_RUNTIME_DIR": "/run/user/1000", "LC_TIME": "de_DE.UTF-8",
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
    }  # fmt: skip


def test_windows_keeps_its_system_and_the_users_folders():
    given = {"Path": r"C:\venv\Scripts", "SystemRoot": r"D:\Windows", "AppData": r"C:\Users\ada\AppData",
             "PYTHONHOME": r"C:\venv"}  # fmt: skip
    assert office_environment(given, "win32") == {
        "SystemRoot": r"D:\Windows", "AppData": r"C:\Users\ada\AppData",
        "PATH": r"D:\Windows\System32;D:\Windows;D:\Windows\System32\Wbem",
    }  # fmt: skip


def test_an_office_that_nobody_sees_speaks_one_language_and_has_a_home(tmp_path, monkeypatch):
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LC_TIME", "de_DE.UTF-8")
    monkeypatch.delenv("HOME")
    found = private_environment(tmp_path)
    assert (found["LANG"], found["LC_ALL"], found["HOME"]) == ("C.UTF-8", "C.UTF-8", str(tmp_path))
    assert "LC_TIME" not in found
    monkeypatch.setenv("HOME", str(tmp_path / "none"))
    assert private_environment(tmp_path)["HOME"] == str(tmp_path)


def test_the_users_profile_is_where_libreoffice_looks_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert install.user_profile() == tmp_path / ".config/libreoffice/4"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    assert install.user_profile() == tmp_path / "own/libreoffice/4"


@pytest.fixture(scope="module")
def activated(there, tmp_path_factory):
    """A virtual environment as `activate` leaves it: its programs come first, those of others do not run."""
    folder = tmp_path_factory.mktemp("activated")
    programs = folder / "bin"
    programs.mkdir()
    for name in ("python3", f"python3.{sys.version_info[1]}", "python"):
        (programs / name).symlink_to(sys.executable)
    for name in ("sed", "grep", "dirname", "uname"):  # what the script soffice calls
        (programs / name).write_text("#!/bin/sh\nexit 9\n")
        (programs / name).chmod(0o755)
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "VIRTUAL_ENV": str(folder)}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A workbook of two formulas; one of them is read otherwise where another language is spoken."""
    path = tmp_path_factory.mktemp("Pläne 2026") / "Plan für alle.xlsx"
    made = xlsxwriter.Workbook(path)
    sheet = made.add_worksheet("Pay")
    sheet.write_formula("A1", "=CSM_OTE(1,2)", None, 3)
    sheet.write_formula("A2", '=TEXT(46113,"yyyy-mm-dd")', None, "2026-04-01")
    made.close()
    return path


def run(environment, *words):
    command = [sys.executable, "-m", "csm_xl.cli", *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"PYTHONHOME": sys.base_prefix, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        {"PYTHONSTARTUP": "/none.py", "CONDA_PREFIX": sys.prefix, "CONDA_DEFAULT_ENV": "base"},
        {"LD_LIBRARY_PATH": "/none", "TZ": "Pacific/Kiritimati", "HOME": "/none"},
        {"LANG": "de_DE.UTF-8", "LC_ALL": "C", "SAL_USE_VCLPLUGIN": "none", "HOME": None},
    ],
    ids=["activated", "pythonhome", "conda", "libraries", "language"],
)
def test_the_check_works_in_an_activated_environment(activated, book, variables):
    environment = {**activated, **variables}
    done = run({name: text for name, text in environment.items() if text is not None},
               "libreoffice", "check", book)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 formula cells, no error" in done.stdout


def test_the_add_in_installs_in_an_activated_environment(activated, tmp_path):
    done = run(activated, "libreoffice", "install", "--profile", tmp_path / "profile")
    assert done.returncode == 0, done.stderr
    assert f"Installed csm_xl {__version__}" in done.stdout


def test_the_doctor_takes_the_same_way(activated):
    done = run(activated, "doctor")
    assert f"=CSM_VERSION() shows {__version__}" in done.stdout, done.stdout


def test_two_checks_at_once_of_a_file_that_is_open_elsewhere(there, book):
    (book.parent / f".~lock.{book.name}#").write_text(",ada,host,28.11.2026 10:00,file:///home/ada;")
    command = [sys.executable, "-m", "csm_xl.cli", "libreoffice", "check", str(book)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert ["no error" in one.communicate(timeout=300)[0] for one in both] == [True, True]
