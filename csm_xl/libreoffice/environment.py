"""The environment variables for LibreOffice: what it needs, without anything meant for this Python.

LibreOffice brings a Python of its own. An activated environment (venv, conda, pyenv) says through PATH,
PYTHONHOME, LD_LIBRARY_PATH and others where *its* Python is; an office that inherits them starts the wrong
one and dies. So the office gets only the variables that are named here, whoever starts it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_HANDED: Final = frozenset({
    "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP", "TZ", "LANG", "LANGUAGE",
    # display and session, for a visible office
    "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DESKTOP_SESSION", "BROWSER", "WSL_DISTRO_NAME",
    "WSL_INTEROP",
    # Windows
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "USERNAME", "HOMEDRIVE",
    "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "ALLUSERSPROFILE", "PROGRAMFILES",
    "PROGRAMFILES(X86)", "COMMONPROGRAMFILES", "PUBLIC", "OS", "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE",
})  # fmt: skip
"""Variables passed to the office, if set."""
_HANDED_GROUPS: Final = (
    "LC_", "XDG_", "DBUS_", "FONTCONFIG_", "GTK_", "GDK_", "QT_", "KDE_", "GNOME_", "SAL_",
)  # fmt: skip
"""Prefixes of other variables passed to it: language, desktop, fonts, its rendering."""
_PATH: Final = "/usr/bin:/bin:/usr/sbin:/sbin"
"""Folders of system programs; the office finds its own."""


def office_environment(
    given: Mapping[str, str] | None = None, platform: str = sys.platform
) -> dict[str, str]:
    """The environment to start LibreOffice with, whichever Python environment is activated.

    given: the current environment; default: that of this process. platform: as `sys.platform`.

    >>> office_environment({"HOME": "/root", "PATH": "/venv/bin:/usr/bin", "PYTHONHOME": "/venv"}, "linux")
    {'HOME': '/root', 'PATH': '/usr/bin:/bin:/usr/sbin:/sbin'}
    """
    ours = os.environ if given is None else given
    found = {name: value for name, value in ours.items() if _handed(name.upper())}
    return {**found, "PATH": _windows_path(ours) if platform == "win32" else _PATH}


def private_environment(folder: Path) -> dict[str, str]:
    """The environment of a headless office: the same on every computer.

    folder: one of its own, for its temporary files (an office that is killed leaves them behind); also used
    as home if the user's home is not writable.
    The language decides how texts such as ``TEXT(A1,"yyyy")`` are read, so it is always the same.
    """
    found = office_environment()
    for name in [name for name in found if name.startswith(("LC_", "LANG"))]:
        del found[name]
    found |= {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    found |= dict.fromkeys(("TMPDIR", "TMP", "TEMP"), str(folder.resolve()))
    home = found.get("HOME", "")
    if sys.platform != "win32" and not (home and Path(home).is_dir() and os.access(home, os.W_OK)):
        found["HOME"] = str(folder.resolve())
    return found


def _handed(name: str) -> bool:
    return name in _HANDED or name.startswith(_HANDED_GROUPS)


def _windows_path(ours: Mapping[str, str]) -> str:
    root = next((value for name, value in ours.items() if name.upper() == "SYSTEMROOT"), r"C:\Windows")
    return rf"{root}\System32;{root};{root}\System32\Wbem"
