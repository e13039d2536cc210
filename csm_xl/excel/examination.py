"""Checks of what on a computer can keep Excel from calling csm_xl; `workbook_examination` checks a workbook.

Every finding reports what was seen and, if it is a problem, how to fix it. All questions to the computer go
through `Machine`, so that tests can supply any answer.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from csm_xl import __version__

DISTRIBUTION: Final = "csm-xl"
OLDEST: Final = (3, 11)

Status = Literal["ok", "warning", "fault"]


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    check: what was checked. status: ``fault`` keeps something from working, ``warning`` may.
    said: what was seen. hint: what to do about it; empty where all is well.
    """

    check: str
    status: Status
    said: str
    hint: str = ""


def _version(distribution: str) -> str:
    """The installed version of a distribution; empty if it is not installed."""
    from importlib import metadata  # which no other command needs, and takes a while to load

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _requirements() -> list[str]:
    """What this distribution needs, as its own metadata says."""
    from importlib import metadata

    return metadata.requires(DISTRIBUTION) or []


def _mark_of_the_web(path: Path) -> str:
    """The origin of a file as noted by Windows; empty if there is none."""
    with suppress(OSError):
        return Path(f"{path}:Zone.Identifier").read_text("utf-8", errors="replace")
    return ""


def _excel() -> str:
    """The path of Excel as registered in Windows; empty if it is not installed."""
    if sys.platform == "win32":
        import winreg

        key = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
        for root in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
            with suppress(OSError):
                return str(winreg.QueryValue(root, key))
    return ""


def _setting(key: str, name: str) -> Any:
    """A value of the Windows registry; None if there is none. key: with HKCU or HKLM before it."""
    if sys.platform == "win32":
        import winreg

        root, _, path = key.partition("\\")
        roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
        with suppress(OSError), winreg.OpenKey(roots[root], path) as opened:
            return winreg.QueryValueEx(opened, name)[0]
    return None


def _in_code_page(text: str) -> bool:
    """Whether the ANSI code page of Windows has every letter of a text."""
    if sys.platform == "win32":
        return text.encode("mbcs", "replace").decode("mbcs") == text
    return True


@dataclass(frozen=True)
class Machine:
    """What the checks ask about the computer.

    platform: as `sys.platform`. python: its version. executable: the Python that runs. environment: its
    variables. version: distribution → its installed version, or nothing. requirements: what csm_xl asks
    for, as its own metadata says. mark: what is noted about where a file came from. excel: the path of
    Excel. which: a program's name → its path. setting: a key of the Windows registry and a name → its value,
    or None. in_code_page: whether the ANSI code page of Windows has every letter of a text.
    """

    platform: str = sys.platform
    python: tuple[int, ...] = sys.version_info[:3]
    executable: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    version: Callable[[str], str] = _version
    requirements: Callable[[], list[str]] = _requirements
    mark: Callable[[Path], str] = _mark_of_the_web
    excel: Callable[[], str] = _excel
    which: Callable[[str], str | None] = shutil.which
    setting: Callable[[str, str], Any] = _setting
    in_code_page: Callable[[str], bool] = _in_code_page

    @property
    def windows(self) -> bool:
        """Whether Excel can call Python here."""
        return self.platform == "win32"


# --- the machine -------------------------------------------------------------------------------------


def machine_findings(machine: Machine) -> list[Finding]:
    """Everything about the machine, whatever the workbook."""
    found = [_platform(machine), _python(machine), *_packages(machine)]
    if machine.windows:
        found += [_library(machine), _installed_excel(machine), *_add_in(machine)]
    return found


def _platform(machine: Machine) -> Finding:
    if machine.windows:
        return Finding("platform", "ok", "Windows: worksheet functions and buttons work in Excel")
    name = {"darwin": "macOS", "linux": "Linux"}.get(machine.platform, machine.platform)
    return Finding(
        "platform", "warning",
        f"{name}: Excel can only call Python for worksheet functions on Windows",
        "On this system, csm-xl commands do what the buttons do, and LibreOffice calculates the"
        " worksheet functions; a workbook opens with all its numbers in any Excel.",
    )  # fmt: skip


def _python(machine: Machine) -> Finding:
    version = ".".join(map(str, machine.python))
    if machine.python[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return Finding("python", "fault", f"Python {version} at {machine.executable} is too old",
                       f"Install Python {wanted} or newer from python.org, and csm_xl in it.")  # fmt: skip
    if machine.windows and "WindowsApps" in machine.executable:
        return Finding(
            "python", "warning", f"Python {version} is from the Microsoft Store, {machine.executable}",
            "Excel often cannot start it. Install Python from python.org, and csm_xl in it.",
        )  # fmt: skip
    return Finding("python", "ok", f"Python {version} at {machine.executable}")


def _packages(machine: Machine) -> Iterator[Finding]:
    wanted = [requirement for requirement in machine.requirements() if ";" not in requirement]
    wrong = []
    for requirement in wanted:
        name, bounds = _named(requirement)
        version = machine.version(name)
        if not version:
            wrong.append(f"{name} is missing")
        elif not fits(version, bounds):
            wrong.append(f"{name} is {version}, not {bounds}")
    if machine.windows and not machine.version("pywin32"):
        wrong.append("pywin32 is missing")
    if wrong:
        again = f'Run: "{machine.executable}" -m pip install --upgrade --force-reinstall csm-xl'
        yield Finding("packages", "fault", "; ".join(wrong), again)
    else:
        yield Finding("packages", "ok", f"csm_xl {__version__}, and the {len(wanted)} packages that it needs")


def _named(requirement: str) -> tuple[str, str]:
    """A requirement as its name and its bounds.

    >>> _named("pypdf[crypto]<8,>=5.1"), _named("xlwings==0.37.8")
    (('pypdf', '<8,>=5.1'), ('xlwings', '==0.37.8'))
    """
    found = re.match(r"([\w.-]+)(?:\[.*?\])?\s*\(?([^)]*)\)?$", requirement)
    return (found[1], found[2]) if found else (requirement, "")


def fits(version: str, bounds: str) -> bool:
    """Whether a version lies within bounds of ``==``, ``>=`` and ``<``.

    >>> fits("1.26.4", ">=1.26,<3"), fits("3.0", "<3,>=1.26"), fits("0.37.8", "==0.37.8")
    (True, False, True)
    """
    compare: dict[str, Callable[[Any, Any], bool]] = {
        "==": lambda one, other: one == other, "!=": lambda one, other: one != other,
        ">=": lambda one, other: one >= other, "<=": lambda one, other: one <= other,
        ">": lambda one, other: one > other, "<": lambda one, other: one < other,
    }  # fmt: skip
    rules = re.findall(r"(==|!=|>=|<=|>|<)\s*([\d.]+)", bounds)
    return all(compare[sign](_numbers(version), _numbers(bound)) for sign, bound in rules)


def _numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, without zeros at the end."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in found[0].split(".")] if found else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def library_names(version: str) -> tuple[str, str]:
    """The files through which Excel of 64 and of 32 bits calls Python.

    >>> library_names("0.37.8")[0]
    'xlwings64-0.37.8.dll'
    """
    return f"xlwings64-{version}.dll", f"xlwings32-{version}.dll"


def _library(machine: Machine) -> Finding:
    """The DLL of xlwings, where the macros look for it: beside the Python, or a folder above."""
    folder = Path(machine.executable).parent
    names = library_names(machine.version("xlwings"))
    missing = [
        name for name in names if not any((place / name).is_file() for place in (folder, folder.parent))
    ]
    if missing:
        return Finding(
            "xlwings library", "fault",
            f"{' and '.join(missing)}: neither in {folder} nor in {folder.parent}",
            f'Run: "{machine.executable}" -m pip install --force-reinstall --no-deps'
            f" xlwings=={machine.version('xlwings')}",
        )  # fmt: skip
    return Finding("xlwings library", "ok", f"{names[0]} and {names[1]} are next to Python")


def _installed_excel(machine: Machine) -> Finding:
    path = machine.excel()
    if not path:
        desktop = "Install the desktop version of Excel; the browser version runs no macros."
        return Finding("excel", "warning", "Excel is not registered on this computer", desktop)
    if "WindowsApps" in path:
        said = f"Excel is from the Microsoft Store, {path}: it cannot call Python"
        return Finding("excel", "fault", said,
                       "Uninstall it in Settings, Apps, and install Office from office.com.")  # fmt: skip
    return Finding("excel", "ok", f"Excel at {path}")


def _add_in(machine: Machine) -> Iterator[Finding]:
    roaming = machine.environment.get("APPDATA")
    add_in = Path(roaming or "", "Microsoft", "Excel", "XLSTART", "xlwings.xlam")
    if roaming and add_in.is_file():
        yield Finding(
            "xlwings add-in", "warning", f"Excel loads the xlwings add-in too: {add_in}",
            "The workbook does not need it, and another version may intercept its calls: run xlwings addin"
            f" remove, or make sure that it is version {machine.version('xlwings')}.",
        )  # fmt: skip
