"""Windows as the tests see it: its files, its commands, and what its programs say."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

WINE = "/usr/lib/wine/wine64"
HOME = PureWindowsPath(r"C:\Program Files\Python311")
PYTHON = HOME / "python.exe"
CSM_XL = HOME / "Scripts" / "csm-xl.exe"
LIBRARY = HOME / "xlwings64-0.37.8.dll"
CLIENT = PureWindowsPath(r"C:\tools\client.exe")
_LONGEST = 1800
"""Seconds that a program may run: a thousand calls with ranges take minutes."""


@dataclass(frozen=True)
class Done:
    """What a program returned and said, in the code page of Windows unless it was asked for another."""

    code: int
    output: bytes

    @property
    def said(self) -> str:
        return self.output.decode("cp1252", "replace").replace("\r\n", "\n")


class Windows:
    """One installation under Wine. Paths inside are `PureWindowsPath`; `here` is where Linux finds them."""

    def __init__(self, prefix: Path) -> None:
        self.prefix = prefix.resolve()
        self._made = 0

    def here(self, path: PureWindowsPath) -> Path:
        return self.prefix / "drive_c" / Path(*path.parts[1:])

    def new_folder(self, name: str) -> PureWindowsPath:
        self._made += 1
        folder = PureWindowsPath("C:/", "tests", str(os.getpid()), str(self._made), name)
        self.here(folder).mkdir(parents=True)
        return folder

    def start(self, *command: object, **more: str) -> subprocess.Popen[bytes]:
        """Start a program; more: variables of its environment."""
        own = {"HOME": str(self.prefix), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "WINEARCH": "win64",
               "WINEPREFIX": str(self.prefix), "WINEDEBUG": "-all",
               "WINEDLLOVERRIDES": "mscoree,mshtml="}  # fmt: skip
        # Windows sees no files of Linux, so that it has to be in a folder of its own.
        return subprocess.Popen(
            [WINE, *map(str, command)], cwd=self.prefix / "drive_c", env=own | more,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, *command: object, **more: str) -> Done:
        with self.start(*command, **more) as started:
            try:
                output, _ = started.communicate(timeout=_LONGEST)
            except BaseException:
                started.kill()
                raise
        return Done(started.returncode, output)

    def csm_xl(self, *words: object, **more: str) -> Done:
        return self.run(CSM_XL, *words, **more)

    def python(self, code: str, *words: object, **more: str) -> Done:
        return self.run(PYTHON, "-c", code, *words, **more)

    def end(self) -> None:
        subprocess.run(["/usr/lib/wine/wineserver", "-k"], env={"WINEPREFIX": str(self.prefix)}, check=False)
        shutil.rmtree(self.prefix / "drive_c" / "tests" / str(os.getpid()), ignore_errors=True)
