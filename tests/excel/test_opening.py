"""csm-xl open: a workbook is reported where Python is, in one cell, and is handed to the system."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from csm_xl.cli import opening
from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.excel.vba_project import macros
from csm_xl.excel.workbook_examination import configured
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.layout import ORDER
from csm_xl.workbook.sample import sample_of
from csm_xl.xlsx.package import Package

TABLES = read_strict(sample_of("base_bonus"), component_types(), PAY_TABLES)
PYTHON = r"C:\Users\E & F\csm 'x'\Scripts\python.exe"


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    when = datetime(2026, 4, 2)
    build(folder / "pay.xlsx", TABLES, "2026-Q1", when)
    build(folder / "pay.xlsm", TABLES, "2026-Q1", when, macros=macros())
    return folder


@pytest.fixture
def workbook(templates, tmp_path):
    path = tmp_path / "pay.xlsm"
    path.write_bytes((templates / path.name).read_bytes())
    return path


def parts(path):
    with ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_path_of_python_is_written_and_nothing_else(workbook):
    before = parts(workbook)
    assert opening.point_at(workbook, PYTHON) is True
    after = parts(workbook)
    changed = {name for name in before if after[name] != before[name]}
    assert set(after) == set(before) and changed == {f"xl/worksheets/sheet{len(ORDER) + 1}.xml"}
    assert {name: value for name, (_, value) in configured(Package(workbook)).items()} == {
        "INTERPRETER_WIN": PYTHON,
        "UDF MODULES": "csm_xl.excel.udfs",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    }


def test_a_workbook_that_knows_its_python_stays_as_it_is(workbook):
    opening.point_at(workbook, PYTHON)
    before, when = workbook.read_bytes(), workbook.stat().st_mtime_ns
    assert opening.point_at(workbook, PYTHON) is False
    assert (workbook.read_bytes(), workbook.stat().st_mtime_ns) == (before, when)


def test_a_workbook_without_macros_has_no_python(templates, tmp_path):
    path = tmp_path / "pay.xlsx"
    path.write_bytes((templates / path.name).read_bytes())
    before = path.read_bytes()
    assert opening.point_at(path, PYTHON) is False
    assert path.read_bytes() == before


def test_a_macro_workbook_without_its_configuration_is_told(templates, tmp_path):
    path = tmp_path / "pay.xlsm"
    path.write_bytes((templates / "pay.xlsx").read_bytes())
    with pytest.raises(CsmError, match=r"no sheet xlwings\.conf"):
        opening.point_at(path, PYTHON)


def test_a_workbook_that_is_open_in_excel_is_left_alone(workbook):
    workbook.with_name("~$pay.xlsm").write_bytes(b"\x05E0001")
    before = workbook.read_bytes()
    with pytest.raises(CsmError, match="open in Excel"):
        opening.point_at(workbook, PYTHON)
    assert workbook.read_bytes() == before


@pytest.fixture
def opener(tmp_path, monkeypatch):
    """The program that opens files here; it notes which."""
    tools = tmp_path / "bin"
    tools.mkdir()
    program = tools / ("open" if sys.platform == "darwin" else "xdg-open")
    program.write_text('#!/bin/sh\ncase "$1" in *broken*) echo no application >&2; exit 3;; esac\n'
                       f'echo "$1" > "{tmp_path}/opened"\n')  # fmt: skip
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/bin:/usr/bin")
    return tmp_path / "opened"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens files itself")
def test_the_system_opens_the_file(workbook, opener):
    opening.start(workbook)
    assert Path(opener.read_text().strip()) == workbook.resolve()
    with pytest.raises(CsmError) as told:
        opening.start(workbook.with_name("broken.xlsm"))
    assert "no application" in str(told.value)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows opens files itself")
def test_a_system_without_an_opener_says_so(workbook, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CsmError, match="no application on this computer opens"):
        opening.start(workbook)


def run(*arguments):
    command = [sys.executable, "-m", "csm_xl.cli", "open", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="there it writes the path")
def test_the_command_says_where_excel_starts_python(workbook, opener):
    before = workbook.read_bytes()
    done = run(workbook)
    assert done.returncode == 0, done.stderr
    assert "only starts Python on Windows" in done.stderr and opener.is_file()
    assert workbook.read_bytes() == before
    opener.unlink()
    assert run(workbook, "--only-tell").returncode == 0 and not opener.exists()
    done = run(workbook.with_name("missing.xlsm"))
    assert done.returncode == 2 and "no such file" in done.stderr


def test_on_windows_the_command_tells_the_workbook_of_this_python(workbook, monkeypatch):
    started = []
    monkeypatch.setattr(opening, "this_python", lambda: sys.executable)
    monkeypatch.setattr(opening, "start", started.append)
    opening.open_workbook(workbook)
    assert configured(Package(workbook))["INTERPRETER_WIN"][1] == sys.executable
    assert started == [workbook]
