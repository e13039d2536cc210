"""An office that hangs, dies or is missing: a clear message, and no process left behind."""

import os
import signal
import tempfile
import time
from pathlib import Path

import pytest

from csm_xl.errors import CsmError
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.office import Office


def alive(group):
    """The processes of a group that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def gone(group, within=10.0):
    """Whether the processes of a group end: the system takes a moment to clear one that was killed."""
    deadline = time.monotonic() + within
    while alive(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(group)


def test_nothing_is_left_after_a_fault(there):
    with pytest.raises(ZeroDivisionError), Office() as office:
        group, profile = office.process.pid, office.profile
        assert alive(group)
        raise ZeroDivisionError
    assert gone(group) and not profile.exists()


def test_an_office_that_dies_is_told(there, tmp_path):
    with Office() as office:
        group = office.process.pid
        (tmp_path / "a.csv").write_text("1\n")
        with pytest.raises(CsmError, match="could not handle the file"), office.answering(30, tmp_path):
            os.killpg(group, signal.SIGKILL)
            time.sleep(0.2)
            office.open(tmp_path / "a.csv")
    assert gone(group)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder of temporary files of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_an_office_that_is_killed_leaves_no_file(there, tmp_path, temporary):
    with Office(tmp_path / "profile") as office:
        (tmp_path / "a.csv").write_text("1\n")
        document = office.open(tmp_path / "a.csv")
        assert document and [path for path in temporary.rglob("*") if path.is_file() or path.suffix == ".tmp"]
        os.killpg(office.process.pid, signal.SIGKILL)
    assert not list(temporary.iterdir()) and (tmp_path / "profile").is_dir()


def test_an_office_that_hangs_is_ended(there, tmp_path, temporary):
    with Office() as office:
        group = office.process.pid
        for process in alive(group):
            os.kill(process, signal.SIGSTOP)
        begun = time.monotonic()
        with (
            pytest.raises(CsmError, match="did not answer within 1 seconds and was ended"),
            office.answering(1, tmp_path),
        ):
            office.service("com.sun.star.frame.Desktop")
        assert time.monotonic() - begun < 20
    assert gone(group) and not list(temporary.iterdir())


def fake(tmp_path, monkeypatch, text):
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo LibreOffice 25.2.1; exit; fi\n{text}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("CSM_XL_SOFFICE", str(program))
    bridge.office_version.cache_clear()


@pytest.fixture(autouse=True)
def _version_anew():
    yield
    bridge.office_version.cache_clear()


def test_an_office_that_ends_while_it_starts(there, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, "exit 7")
    with pytest.raises(CsmError, match=r"ended while it started \(found 'status 7'\)"), Office():
        pass


def test_an_office_that_never_answers(there, tmp_path, monkeypatch):
    fake(tmp_path, monkeypatch, 'echo $$ > "$(dirname "$0")/pid"; sleep 600')
    with pytest.raises(CsmError, match="did not answer within 1 seconds"), Office(within=1):
        pass
    assert gone(int((tmp_path / "pid").read_text()))


def test_a_command_that_is_ended_takes_its_office_along(there, tmp_path):
    import subprocess
    import sys

    import xlsxwriter

    path = tmp_path / "one.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Pay").write_formula("A1", "=CSM_OTE(1,2)", None, 3)
    book.close()
    mark = str(tmp_path / "own")
    (tmp_path / "own").mkdir()
    command = subprocess.Popen(
        [sys.executable, "-m", "csm_xl.cli", "libreoffice", "check", str(path)],
        env={**os.environ, "TMPDIR": mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def offices():
        return [entry for entry in Path("/proc").iterdir()
                if entry.name.isdigit() and mark in _command_line(entry)]  # fmt: skip

    deadline = time.monotonic() + 60
    while not offices() and command.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    assert offices()
    command.terminate()
    assert command.wait(30) == 143
    deadline = time.monotonic() + 10
    while offices() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not offices() and not list((tmp_path / "own").iterdir())


def _command_line(process):
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""
