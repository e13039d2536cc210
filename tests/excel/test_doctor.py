"""csm-xl doctor: every fault that it looks for is made, seen, and told with how to fix it."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from csm_xl import __version__
from csm_xl.cli.doctor import findings
from csm_xl.engine.components import component_types
from csm_xl.errors import VALUE, CsmError
from csm_xl.excel.examination import Machine, fits, library_names, machine_findings
from csm_xl.excel.ovba import Module, module_sources, vba_project
from csm_xl.excel.vba_project import macros
from csm_xl.excel.workbook_examination import workbook_findings
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.sample import sample_of
from csm_xl.workbook.sheets.conf import CONF
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

TABLES = read_strict(sample_of("base_bonus"), component_types(), PAY_TABLES)
XLWINGS = "0.37.8"
INSTALLED = {"numpy": "2.1.0", "xlwings": XLWINGS, "pywin32": "310", "csm-xl": __version__}
WANTED = ["numpy<3,>=1.26", f"xlwings=={XLWINGS}", 'pytest>=8; extra == "dev"']


@pytest.fixture
def windows(tmp_path):
    """A Windows machine on which everything is as it must be."""
    python = tmp_path / "Python313"
    (python / "Lib" / "site-packages" / f"csm_xl-{__version__}.dist-info").mkdir(parents=True)
    for name in ("python.exe", "pythonw.exe", *library_names(XLWINGS)):
        (python / name).touch()
    roaming = tmp_path / "Roaming"
    roaming.mkdir()
    return Machine(
        platform="win32",
        python=(3, 13, 1),
        executable=str(python / "python.exe"),
        environment={"APPDATA": str(roaming), "LOCALAPPDATA": str(tmp_path)},
        version=lambda name: INSTALLED.get(name, ""),
        requirements=lambda: WANTED,
        mark=lambda path: "",
        excel=lambda: r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE",
        which=lambda name: str(python / f"{name}.exe"),
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "pay.xlsm"
    return build(path, TABLES, "2026-Q1", datetime(2026, 4, 2), macros=macros())


@pytest.fixture
def workbook(template, tmp_path):
    (tmp_path / "work").mkdir()
    path = tmp_path / "work" / "pay.xlsm"
    path.write_bytes(template.read_bytes())
    return path


def with_part(path, part, data):
    """The workbook with a part replaced, or without it."""
    with ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist() if name != part}
    with ZipFile(path, "w", ZIP_DEFLATED) as new:
        for name, held in (parts | ({} if data is None else {part: data})).items():
            new.writestr(name, held)


def with_conf(path, row, value):
    patch(Package(path), Edit(cells={Place(CONF, row, 2): value}), path)


def told(found):
    """Check → status, said and mend, of what is not well; what is not well says how to fix it."""
    assert all(bool(one.hint) == (one.status != "ok") for one in found)
    return {one.check: (one.status, one.said, one.hint) for one in found if one.status != "ok"}


def assert_told(found, check, status, said, mend):
    assert list(told(found)) == [check]
    assert told(found)[check][0] == status
    assert said in told(found)[check][1] and mend in told(found)[check][2]


# --- the machine -------------------------------------------------------------------------------------


def test_a_machine_where_all_is_well_has_no_finding(windows):
    found = machine_findings(windows)
    assert told(found) == {}
    assert [one.check for one in found] == ["platform", "python", "packages", "xlwings library", "excel"]


@pytest.mark.parametrize(
    ("change", "check", "status", "said", "mend"),
    [
        ({"python": (3, 10, 4)}, "python", "fault", "3.10.4", "Python 3.11 or newer"),
        ({"requirements": lambda: ["numpy<3,>=2.5"]}, "packages", "fault", "numpy is 2.1.0, not <3,>=2.5",
         "-m pip install"),
        ({"requirements": lambda: ["pandas>=2"]}, "packages", "fault", "pandas is missing", "-m pip install"),
        ({"version": lambda name: {**INSTALLED, "pywin32": ""}.get(name, "")}, "packages", "fault",
         "pywin32 is missing", "-m pip install"),
        ({"excel": lambda: ""}, "excel", "warning", "not registered", "Install the desktop version"),
        ({"excel": lambda: r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16\EXCEL.EXE"},
         "excel", "fault", "Microsoft Store", "Uninstall it"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_machine_is_told(windows, change, check, status, said, mend):
    assert_told(machine_findings(replace(windows, **change)), check, status, said, mend)


def test_a_missing_library_of_xlwings_is_told_with_where_it_was_looked_for(windows):
    folder = Path(windows.executable).parent
    (folder / library_names(XLWINGS)[0]).unlink()
    found = machine_findings(windows)
    assert_told(
        found, "xlwings library", "fault", f"xlwings64-{XLWINGS}.dll: neither in {folder}", "--force-re"
    )
    (folder.parent / library_names(XLWINGS)[0]).touch()  # as in a virtual environment
    assert told(machine_findings(windows)) == {}


def test_the_python_of_the_store_is_told(windows, tmp_path):
    store = tmp_path / "Microsoft" / "WindowsApps"
    store.mkdir(parents=True)
    for name in library_names(XLWINGS):
        (store / name).touch()
    found = machine_findings(replace(windows, executable=str(store / "python.exe")))
    assert_told(found, "python", "warning", "Microsoft Store", "python.org")


def test_the_add_in_of_xlwings_is_told(windows):
    start = Path(windows.environment["APPDATA"], "Microsoft", "Excel", "XLSTART")
    start.mkdir(parents=True)
    (start / "xlwings.xlam").touch()
    assert_told(
        machine_findings(windows), "xlwings add-in", "warning", "xlwings.xlam", "xlwings addin remove"
    )


@pytest.mark.parametrize(
    ("platform", "name"), [("darwin", "macOS"), ("linux", "Linux"), ("freebsd14", "freebsd14")]
)
def test_elsewhere_than_on_windows_it_says_what_works(windows, platform, name):
    found = machine_findings(replace(windows, platform=platform))
    assert_told(found, "platform", "warning", f"{name}: Excel can only call Python", "LibreOffice calculates")
    assert [one.check for one in found] == ["platform", "python", "packages"]


@pytest.mark.parametrize(
    ("version", "bounds", "whether"),
    [
        ("1.26", ">=1.26,<3", True), ("1.25.9", ">=1.26,<3", False), ("3", ">=1.26,<3", False),
        ("3.0.0", "<3", False), ("2.10", ">=2.9", True), ("0.37.8", "==0.37.8", True),
        ("0.37.9", "==0.37.8", False),
        ("0.37.80", "==0.37.8", False), ("2.0.0rc1", ">=2", True), ("5", "!=5", False), ("4", "<=4", True),
        ("4", ">4", False), ("1", "", True),
    ],
)  # fmt: skip
def test_versions_and_bounds(version, bounds, whether):
    assert fits(version, bounds) == whether


# --- the file ----------------------------------------------------------------------------------------


def test_a_workbook_where_all_is_well_has_no_finding(windows, workbook):
    found = workbook_findings(workbook, windows)
    assert told(found) == {}
    assert [one.check for one in found] == ["file", "blocked", "macros", "interpreter"]


@pytest.mark.parametrize("zone", [3, 4])
def test_a_file_from_the_internet_is_told(windows, workbook, zone):
    marked = f"[ZoneTransfer]\r\nZoneId={zone}\r\nHostUrl=https://example.com/pay.xlsm\r\n"
    asked = []
    machine = replace(windows, mark=lambda path: asked.append(path) or marked)
    found = workbook_findings(workbook, machine)
    assert_told(found, "blocked", "fault", "as downloaded", f"Unblock-File '{workbook}'")
    assert asked == [workbook]
    assert (
        told(workbook_findings(workbook, replace(windows, mark=lambda _: "[ZoneTransfer]\r\nZoneId=1\r\n")))
        == {}
    )


def test_what_windows_noted_is_read_from_the_stream_of_the_file(tmp_path):
    """NTFS names the stream FILE:Zone.Identifier; elsewhere that is a file of this name."""
    path = tmp_path / "pay.xlsm"
    assert Machine().mark(path) == ""
    Path(f"{path}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")
    assert "ZoneId=3" in Machine().mark(path)


def test_a_file_that_is_no_workbook_is_told(windows, tmp_path):
    found = workbook_findings(tmp_path / "missing.xlsm", windows)
    assert_told(found, "file", "fault", "missing.xlsm", "Give the path")
    (tmp_path / "text.xlsm").write_text("a,b")
    assert_told(workbook_findings(tmp_path / "text.xlsm", windows), "file", "fault", "text.xlsm", "")


def test_a_workbook_without_macros_is_told_and_nothing_else_is_asked_of_it(windows, tmp_path):
    path = build(tmp_path / "pay.xlsx", TABLES, "2026-Q1", datetime(2026, 4, 2))
    found = workbook_findings(path, windows)
    assert_told(found, "file", "warning", "has no macros", "csm-xl convert FILE.xlsx FILE.xlsm")


PROJECT = "xl/vbaProject.bin"


def altered(change):
    """The project of this version with its modules changed, as if another had written it."""
    modules = [Module(name, change(text)) for name, text in module_sources(macros()).items()]
    return vba_project(modules)


@pytest.mark.parametrize(
    ("project", "check", "status", "said", "mend"),
    [
        (lambda: None, "macros", "fault", "lost its macros", "csm-xl new"),
        (lambda: b"no project", "macros", "fault", "cannot be read", "csm-xl new"),
        (lambda: vba_project([Module("Module1", "Sub A()\r\nEnd Sub\r\n")]), "macros", "fault",
         "not those of csm_xl", "csm-xl new"),
        (lambda: altered(lambda text: text.replace(f'"csm_xl {__version__} ', '"csm_xl 0.0.9 ')), "macros",
         "fault", "macros of csm_xl 0.0.9", "pip install csm-xl==0.0.9"),
        (lambda: altered(lambda text: text.replace(f'"csm_xl {__version__} ', f'"csm_xl {__version__} 0')),
         "macros", "warning", "differ from", "csm-xl new"),
        (lambda: altered(lambda text: text.replace(XLWINGS, "0.30.0")), "xlwings in the file", "fault",
         "call xlwings 0.30.0", "pip install xlwings==0.30.0"),
    ],
    ids=["none", "torn", "others", "older", "changed", "xlwings"],
)  # fmt: skip
def test_macros_that_are_not_this_version_s_are_told(windows, workbook, project, check, status, said, mend):
    with_part(workbook, PROJECT, project())
    assert_told(workbook_findings(workbook, windows), check, status, said, mend)


def test_macros_that_excel_saved_anew_are_still_known(windows, workbook):
    """Excel writes the project with its own layout: only what its texts say can be compared."""
    saved = altered(lambda text: text)
    assert saved != macros()
    with_part(workbook, PROJECT, saved)
    assert told(workbook_findings(workbook, windows)) == {}


def test_figures_of_another_version_are_told(windows, workbook):
    patch(Package(workbook), Edit(properties={"csm_xl version": "0.0.9"}), workbook)
    assert_told(
        workbook_findings(workbook, windows),
        "version",
        "warning",
        "its figures were written by csm_xl 0.0.9",
        "csm-xl refresh",
    )


def test_functions_of_another_module_are_told(windows, workbook):
    with_conf(workbook, 2, "mine.udfs")
    assert_told(workbook_findings(workbook, windows), "settings", "warning", "mine.udfs", "csm_xl.excel.udfs")


def test_a_python_that_is_not_there_is_told(windows, workbook):
    with_conf(workbook, 1, "C:\\gone\\python.exe")
    found = workbook_findings(workbook, windows)
    assert_told(found, "interpreter", "fault", "C:\\gone\\python.exe, which does not exist", "csm-xl open")
    assert told(workbook_findings(workbook, replace(windows, platform="linux"))) == {}


@pytest.mark.parametrize(
    ("installed", "said"),
    [(None, "has no csm_xl"), ("0.0.9", f"has csm_xl 0.0.9, not {__version__}"), (__version__, "")],
)
def test_a_python_with_another_csm_xl_is_told_without_starting_it(
    windows, workbook, tmp_path, installed, said
):
    other = tmp_path / "venv" / "Scripts"
    other.mkdir(parents=True)
    python = other / "python.exe"
    python.write_text("#!/bin/sh\ntouch started\n")
    python.chmod(0o755)
    if installed:
        (tmp_path / "venv" / "Lib" / "site-packages" / f"csm_xl-{installed}.dist-info").mkdir(parents=True)
    with_conf(workbook, 1, f"%LocalAppData%/{python.relative_to(tmp_path).as_posix()}")
    found = workbook_findings(workbook, windows)
    if said:
        assert_told(found, "interpreter", "fault", said, "csm-xl open")
    else:
        assert told(found) == {}
    assert not Path("started").exists()


def test_the_first_python_of_the_path_needs_its_library_beside_it(windows, workbook):
    (Path(windows.executable).parent / library_names(XLWINGS)[0]).unlink()
    found = workbook_findings(workbook, windows)
    assert_told(found, "interpreter", "fault", f"no xlwings64-{XLWINGS}.dll", "csm-xl open")
    found = workbook_findings(workbook, replace(windows, which=lambda _: None))
    assert_told(found, "interpreter", "fault", "pythonw, which does not exist", "csm-xl open")


def test_a_folder_of_onedrive_is_told(windows, workbook, tmp_path):
    machine = replace(
        windows, environment={**windows.environment, "OneDriveCommercial": str(tmp_path / "work")}
    )
    assert_told(workbook_findings(workbook, machine), "folder", "warning", "OneDrive", "move it")
    named = tmp_path / "OneDrive - Company"
    named.mkdir()
    workbook.rename(named / "pay.xlsm")
    assert_told(workbook_findings(named / "pay.xlsm", windows), "folder", "warning", "OneDrive", "move it")


# --- the command -------------------------------------------------------------------------------------


def test_packages_are_mended_before_a_file_is_looked_at(windows, workbook):
    found = findings(workbook, replace(windows, requirements=lambda: ["pandas>=2"]))
    assert told(found)["file"] == ("fault", f"{workbook} was not examined", "Fix the packages first.")


@pytest.fixture(autouse=True)
def _office_of_others(monkeypatch):
    """What a cell of LibreOffice shows is reported by the tests of LibreOffice; starting it takes seconds."""
    monkeypatch.setattr("csm_xl.libreoffice.judge.answer", lambda: __version__)


@pytest.mark.parametrize("office", [None, "7.4.7.2", "25.2.3.2"])
def test_libreoffice_is_looked_for(windows, tmp_path, monkeypatch, office):
    from csm_xl.libreoffice import bridge

    program = tmp_path / "soffice"
    if office:
        program.write_text(f"#!/bin/sh\necho LibreOffice {office} 40\n")
        program.chmod(0o755)
    monkeypatch.setenv("CSM_XL_SOFFICE", str(program))
    bridge.office_version.cache_clear()
    try:
        found = findings(None, windows)
    finally:
        bridge.office_version.cache_clear()
    if office == "25.2.3.2":
        assert told(found) == {}
        assert found[-1].said == f"LibreOffice 25.2 at {program}; =CSM_VERSION() shows {__version__}"
    else:
        assert_told(
            found, "libreoffice", "warning", "(7.4)" if office else str(program), "Install LibreOffice 25.2"
        )


def test_a_libreoffice_that_does_not_answer_is_a_fault(windows, monkeypatch):
    monkeypatch.setattr("csm_xl.libreoffice.bridge.require_office", lambda: (25, 2))
    monkeypatch.setattr("csm_xl.libreoffice.bridge.require_python", lambda: None)
    monkeypatch.setattr("csm_xl.libreoffice.bridge.soffice", lambda: "soffice")
    monkeypatch.setattr("csm_xl.libreoffice.bridge.uno", lambda: None)

    def dies():
        raise CsmError(VALUE, "LibreOffice refuses the add-in", "csm_xl.oxt", "bad_alloc", "Look there.")

    monkeypatch.setattr("csm_xl.libreoffice.judge.answer", dies)
    assert told(findings(None, windows))["libreoffice"] == (
        "fault", "LibreOffice refuses the add-in (bad_alloc)", "Look there."
    )  # fmt: skip
    monkeypatch.setattr("csm_xl.libreoffice.judge.answer", lambda: "#NAME?")
    assert "shows #NAME?" in told(findings(None, windows))["libreoffice"][1]


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "csm_xl.cli", "doctor", *map(str, arguments)], capture_output=True, text=True
    )


def test_the_command_tells_people_and_programs(workbook):
    with_part(workbook, PROJECT, None)
    done = run(workbook)
    assert done.returncode == 1
    assert f"✓ file: {workbook}, a workbook with macros\n" in done.stdout
    assert "✗ macros: the workbook has lost its macros\n  → Create the workbook again" in done.stdout
    workbook.unlink()
    done = run("--json", workbook)
    said = json.loads(done.stdout)
    assert done.returncode == 1 and said["faults"] == 1
    assert [one["check"] for one in said["findings"] if one["status"] == "fault"] == ["file"]


def test_the_command_ends_well_where_nothing_is_at_fault():
    assert run().returncode == 0
