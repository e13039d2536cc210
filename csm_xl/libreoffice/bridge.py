"""UNO in this Python: finds and loads LibreOffice's own bridge."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.libreoffice.addin import LEAST
from csm_xl.libreoffice.environment import office_environment

_PROGRAMS: Final = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/opt/libreoffice*/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
)
_BRIDGES: Final = ("/usr/lib/python3/dist-packages", "/usr/lib64/python3/site-packages")
_INSTALL: Final = (
    "Install LibreOffice 25.2 or newer (on Debian 12 from bookworm-backports: libreoffice-calc, python3-uno,"
    " libreoffice-script-provider-python), or name its soffice in CSM_XL_SOFFICE."
)


def soffice() -> Path:
    """The program that starts LibreOffice.

    Taken from the environment variable CSM_XL_SOFFICE, then the path, then the usual install folders.
    Errors: it is not found.
    """
    named = os.environ.get("CSM_XL_SOFFICE")
    if named:
        if not Path(named).is_file():
            raise CsmError(NOT_FOUND, "no such program", "CSM_XL_SOFFICE", named, _INSTALL)
        return Path(named)
    found = shutil.which("soffice")
    if found:
        return Path(found)
    for pattern in _PROGRAMS:
        root = Path(pattern).anchor
        for path in sorted(Path(root or "/").glob(pattern[len(root) :]), reverse=True):
            return path
    raise CsmError(NOT_FOUND, "LibreOffice was not found", "soffice", None, _INSTALL)


@cache
def office_version() -> tuple[int, int]:
    """The version of the office, such as (25, 2).

    Errors: it is missing, or does not report its version.
    """
    program = soffice()
    try:
        said = subprocess.run([str(program), "--version"], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=60, check=False, env=office_environment()).stdout.decode()  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise CsmError(VALUE, "LibreOffice does not start", str(program), str(fault), _INSTALL) from fault
    numbers = re.search(r"LibreOffice\D*(\d+)\.(\d+)", said)
    if numbers is None:
        raise CsmError(VALUE, "LibreOffice does not report its version", str(program), said.strip(), _INSTALL)
    return int(numbers[1]), int(numbers[2])


def require_office() -> tuple[int, int]:
    """The version of the office, if it is new enough.

    Errors: it is missing, or older than 25.2.
    """
    version = office_version()
    if version < LEAST:
        raise CsmError(
            VALUE, f"LibreOffice before {LEAST[0]}.{LEAST[1]} does not resolve CSM_ functions of an .xlsx",
            str(soffice()), ".".join(map(str, version)), _INSTALL,
        )  # fmt: skip
    return version


def office_python() -> tuple[int, int] | None:
    """The version of the Python inside the office; None if its files do not show it."""
    program = soffice().resolve().parent
    for folder in sorted(program.glob("python-core-*"), reverse=True):
        return _version(folder.name.removeprefix("python-core-"))
    for name in ("libpyuno.so", "libpythonloaderlo.so", "pyuno.so", "libpyuno.dylib", "pyuno.pyd"):
        if (program / name).is_file():
            found = re.search(rb"(?:libpython|python)(3)\.?(\d+)", (program / name).read_bytes())
            if found:
                return int(found[1]), int(found[2])
    return None


def _version(text: str) -> tuple[int, int]:
    major, minor, *_ = text.split(".")
    return int(major), int(minor)


def require_python() -> None:
    """Check that the office has the same Python version as csm_xl.

    Errors: it has another version, so the packages of csm_xl could not be loaded there.
    """
    inside = office_python()
    here = sys.version_info[:2]
    if inside is not None and inside != here:
        raise CsmError(
            VALUE, "LibreOffice has another Python version than csm_xl", str(soffice()),
            f"Python {inside[0]}.{inside[1]}, and csm_xl Python {here[0]}.{here[1]}",
            f"Install csm_xl under Python {inside[0]}.{inside[1]}, and run the command from there.",
        )  # fmt: skip


def know(interface: Path) -> None:
    """Make an additional interface known to the bridge, as needed to host functions here.

    interface: its description, an .idl file. The bridge reads it once, when it is loaded.
    Errors: LibreOffice is not found.
    """
    own = soffice().resolve().parent / "types" / "offapi.rdb"  # this replaces the office's own value
    os.environ["URE_MORE_TYPES"] = f"{own.as_uri()} {interface.resolve().as_uri()}"


def uno() -> Any:
    """LibreOffice's bridge as a module of this Python.

    Errors: it is not found, is for another Python, or environment variables name types that do not exist.
    """
    for folder in ("", *_bridges()):
        if folder and folder not in sys.path:
            sys.path.append(folder)
        try:
            import uno as bridge
        except ImportError as missing:
            fault = missing
        except SystemError as refused:  # the bridge raises this if it cannot start
            raise CsmError(VALUE, "LibreOffice's bridge, uno, does not start", "uno", str(refused),
                           "Unset URE_MORE_TYPES, UNO_TYPES and UNO_SERVICES, if they are set, and try"
                           " again.") from refused  # fmt: skip
        else:
            return bridge
    raise CsmError(NOT_FOUND, "this Python cannot load LibreOffice's bridge, uno", sys.executable,
                   str(fault), "On Debian or Ubuntu: sudo apt install python3-uno; it is for the system's"
                   " Python, so create the environment of csm_xl with that version.")  # fmt: skip


def _bridges() -> Iterator[str]:
    program: Iterable[Path] = ()
    with contextlib.suppress(CsmError):
        program = (soffice().resolve().parent,)
    for folder in (*map(Path, _BRIDGES), *program):
        if (folder / "uno.py").is_file():
            yield str(folder)
