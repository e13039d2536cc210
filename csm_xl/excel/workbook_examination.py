"""Checks of what in a workbook or its file can keep Excel from calling csm_xl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Final

from csm_xl import __version__
from csm_xl.errors import CsmError
from csm_xl.excel.examination import DISTRIBUTION, Finding, Machine, library_names
from csm_xl.excel.ovba import module_sources
from csm_xl.excel.vba_project import built_stamp, stamp_of
from csm_xl.workbook.operations.advice import refresh_command
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sheets.conf import CONF
from csm_xl.workbook.version import is_current, version_of
from csm_xl.xlsx.package import Package

INTERPRETER_KEY: Final = "INTERPRETER_WIN"
UDFS_KEY: Final = "UDF MODULES"
UDFS: Final = "csm_xl.excel.udfs"
_PROJECT: Final = "xl/vbaProject.bin"
_WITH_MACROS: Final = ".xlsm"
_INTERNET: Final = 3
"""The Windows zone from which files are blocked."""
_OPEN: Final = "Run: csm-xl open FILE. It writes the path of this Python into the workbook."


def workbook_findings(path: Path, machine: Machine) -> list[Finding]:
    """All findings about one workbook on a computer."""
    try:
        package = Package(path)
    except CsmError as error:
        return [
            Finding("file", "fault", f"{issue.where}: {issue.message}", issue.hint) for issue in error.issues
        ]
    found = [_file(package), *_version(package)]
    if path.suffix.lower() != _WITH_MACROS:
        return found
    found += [_blocked(path, machine), *_macros(package, machine), *_settings(package, machine)]
    return [*found, *_synchronised(path, machine)]


def configured(package: Package) -> dict[str, tuple[int, str]]:
    """The xlwings settings in a workbook: name → row and value; empty without the configuration sheet."""
    if CONF not in package.sheets:
        return {}
    cells = package.cells(CONF).values
    found: dict[str, tuple[int, str]] = {}
    row = 1
    while cells.get((row, 1)) is not None:  # as the macros read it: down to the first blank
        found[str(cells[row, 1]).upper()] = row, str(cells.get((row, 2)) or "")
        row += 1
    return found


def _file(package: Package) -> Finding:
    if package.path.suffix.lower() == _WITH_MACROS:
        return Finding("file", "ok", f"{package.path}, a workbook with macros")
    if load(package).of_addin:
        return Finding("file", "ok", f"{package.path}, a workbook for the Office add-in")
    return Finding(
        "file", "warning",
        f"{package.path} has no macros: Excel shows its numbers, but does not calculate CSM_ formulas",
        "For formulas and buttons in Excel, make one with macros: csm-xl convert FILE.xlsx FILE.xlsm."
        " For the Office add-in: csm-xl convert FILE.xlsx NEW.xlsx",
    )  # fmt: skip


def _version(package: Package) -> Iterator[Finding]:
    written = version_of(package)
    if written is None:
        yield Finding("version", "warning", "this workbook was not made by csm_xl",
                      "Create one with csm-xl new, and paste your tables into it.")  # fmt: skip
    elif not is_current(written):
        yield Finding("version", "warning", f"its figures were written by csm_xl {written}; this is "
                                            f"{__version__}",
                      f"Refresh it: {refresh_command(package.path)}")  # fmt: skip


def _blocked(path: Path, machine: Machine) -> Finding:
    """Whether Windows blocks the macros because the file came from elsewhere."""
    zone = re.search(r"(?mi)^\s*ZoneId\s*=\s*(\d+)", machine.mark(path))
    if zone and int(zone[1]) >= _INTERNET:
        quoted = str(path).replace("'", "''")
        return Finding(
            "blocked", "fault",
            "Windows marked the file as downloaded, so Excel does not run its macros",
            "In File Explorer, right-click it, choose Properties, check Unblock and click OK; or in"
            f" PowerShell: Unblock-File '{quoted}'",
        )  # fmt: skip
    return Finding("blocked", "ok", "Windows has not marked the file as downloaded")


def _macros(package: Package, machine: Machine) -> Iterator[Finding]:
    """Whether the workbook's macros are from this version, and call the installed xlwings."""
    anew = "Create the workbook again with csm-xl new, and paste your tables into it"
    if _PROJECT not in package.parts:
        yield Finding("macros", "fault", "the workbook has lost its macros", f"{anew}.")
        return
    try:
        project = package.read(_PROJECT)
        stamp, sources = stamp_of(project), module_sources(project)
    except ValueError as why:
        yield Finding("macros", "fault", f"the macros cannot be read: {why}", f"{anew}.")
        return
    if not stamp:
        yield Finding("macros", "fault", "the workbook's macros are not those of csm_xl", f"{anew}.")
        return
    version = stamp.split()[1]
    if version != __version__:
        said = f"the workbook has the macros of csm_xl {version}; this is {__version__}"
        hint = f"{anew}, or install that version: pip install {DISTRIBUTION}=={version}"
        yield Finding("macros", "fault", said, hint)
    elif stamp != built_stamp():
        said = f"the workbook's macros, {stamp}, differ from this version's, {built_stamp()}"
        yield Finding("macros", "warning", said, f"{anew}.")
    else:
        yield Finding("macros", "ok", f"the macros of {stamp}")
    called = re.search(r'XLWINGS_VERSION As String = "([^"]*)"', sources.get("xlwings", ""))
    installed = machine.version("xlwings")
    if called and called[1] != installed:
        said = f"the macros call xlwings {called[1]}; {installed or 'none'} is installed"
        hint = f'Run: "{machine.executable}" -m pip install xlwings=={called[1]}'
        yield Finding("xlwings in the file", "fault", said, hint)


def _settings(package: Package, machine: Machine) -> Iterator[Finding]:
    """Whether the workbook has the paths of Python and the functions."""
    settings = configured(package)
    if not settings:
        yield Finding(
            "settings",
            "fault",
            f"the sheet {CONF}, with the path of Python, is missing",
            "Create the workbook again with csm-xl new, and paste your tables into it.",
        )
        return
    module = settings.get(UDFS_KEY, (0, ""))[1]
    if UDFS not in module.split(";"):
        yield Finding(
            "settings",
            "warning",
            f"{CONF} names {module or 'no module'} as the module of functions",
            f"Enter {UDFS} next to {UDFS_KEY}.",
        )
    yield interpreter_finding(settings.get(INTERPRETER_KEY, (0, ""))[1], machine)


def interpreter_finding(interpreter: str, machine: Machine) -> Finding:
    """Whether the Python named in a workbook exists, and has this version of csm_xl."""
    check, named = "interpreter", interpreter or "pythonw"
    anywhere = named.lower() in ("python", "pythonw")
    if not machine.windows:
        return Finding(check, "ok", f"{named}, which only runs on Windows")
    path = machine.which(named) if anywhere else _expanded(named, machine)
    if not path or not Path(path).is_file():
        return Finding(check, "fault", f"the workbook starts {named}, which does not exist", _OPEN)
    own = Path(path).parent == Path(machine.executable).parent
    version = __version__ if own else csm_xl_beside(Path(path), machine)
    if version != __version__:
        has = f"csm_xl {version}, not {__version__}" if version else "no csm_xl"
        return Finding(check, "fault", f"the workbook starts {path}, which has {has}", _OPEN)
    library = library_names(machine.version("xlwings"))[0]
    if anywhere and not (Path(path).parent / library).is_file():
        return Finding(
            check, "fault", f"the workbook starts {path}, but there is no {library} next to it", _OPEN
        )
    return Finding(check, "ok", f"{path}, with csm_xl {version}")


def csm_xl_beside(python: Path, machine: Machine) -> str:
    """The version of csm_xl in another Python, read from its folders; empty if it has none.

    It is not run, since a workbook may name any program.
    """
    roots = [python.parent, python.parent.parent]
    folders = [root / "Lib" / "site-packages" for root in roots]
    folders += [place for root in roots for place in sorted(root.glob("lib/python3*/site-packages"))]
    if roaming := machine.environment.get("APPDATA"):
        folders += sorted(Path(roaming, "Python").glob("Python*/site-packages"))
    for folder in folders:
        for made in sorted(folder.glob("csm_xl-*.dist-info")):
            return made.name.removesuffix(".dist-info").partition("-")[2]
    return ""


def _expanded(path: str, machine: Machine) -> str:
    """A path with Windows' %VARIABLES% replaced, as the macros read it."""
    names = {name.upper(): value for name, value in machine.environment.items()}
    return re.sub(r"%([^%]+)%", lambda found: names.get(found[1].upper(), found[0]), path)


def _synchronised(path: Path, machine: Machine) -> Iterator[Finding]:
    """Whether OneDrive syncs the file."""
    where = PureWindowsPath(path)
    folders = [folder for name, folder in machine.environment.items() if name.upper().startswith("ONEDRIVE")]
    if any(folder and where.is_relative_to(folder) for folder in folders) or "onedrive" in str(path).lower():
        yield Finding(
            "folder", "warning", "the file is in a folder synced by OneDrive",
            "It works there if the file is always kept on this device; if a button does not find it, move it"
            " to a folder such as C:\\csm_xl.",
        )  # fmt: skip
