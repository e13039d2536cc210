"""``csm-xl open``: a workbook told where Python is, and opened in the system's own application."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from csm_xl.cli import show
from csm_xl.errors import NOT_FOUND, VALUE, CsmError


def open_workbook(
    file: Annotated[Path, typer.Argument(help="The workbook.")],
    only_tell: Annotated[
        bool, typer.Option("--only-tell", help="Write where Python is, and open nothing.")
    ] = False,
) -> None:
    """Write the path of this Python into a workbook with macros, and open it.

    The file changes in that one cell only, and not at all where it names this Python already.
    """
    if not file.is_file():
        raise CsmError(NOT_FOUND, "there is no such file", str(file), None, "Give the path of a workbook.")
    python = this_python()
    if python is None:
        show.note("Excel starts Python on Windows only: the workbook was left as it is.")
    elif point_at(file, python):
        show.note(f"{file} starts {python} from now on.")
    if not only_tell:
        start(file)


def this_python() -> str | None:
    """The Python that a workbook made here must start; None where Excel starts none."""
    return sys.executable if os.name == "nt" else None


def point_at(file: Path, python: str) -> bool:
    """Write into a workbook which Python it starts; returns whether that changed anything.

    A workbook without macros has no place for it and stays as it is.
    Errors: a file that is no workbook, is open in Excel or cannot be written; a workbook with macros whose
    configuration sheet is lost.
    """
    from csm_xl.excel.workbook_examination import INTERPRETER_KEY, configured
    from csm_xl.workbook.sheets.conf import CONF
    from csm_xl.xlsx.addresses import Place
    from csm_xl.xlsx.atomic import held
    from csm_xl.xlsx.package import Package
    from csm_xl.xlsx.patch import Edit, patch

    if file.suffix.lower() != ".xlsm":
        return False
    settings = configured(Package(file))
    if INTERPRETER_KEY not in settings:
        raise CsmError(
            VALUE, f"the workbook has no sheet {CONF} that names {INTERPRETER_KEY}", str(file), None,
            "Make the workbook anew with csm-xl new, and paste your tables into it.",
        )  # fmt: skip
    if settings[INTERPRETER_KEY][1] == python:
        return False
    with held(file) as kept:
        package = Package(kept.path)
        row, _ = configured(package)[INTERPRETER_KEY]
        edit = Edit(cells={Place(CONF, row, 2): python})

        def verify(made: Path) -> None:
            if configured(Package(made))[INTERPRETER_KEY] != (row, python):
                raise CsmError(VALUE, "the workbook could not be told where Python is", str(file))

        kept.replace(lambda target: patch(package, edit, target), verify)
    return True


def start(file: Path) -> None:
    """Open a file in the application that the system opens such files with.

    Errors: there is none.
    """
    if sys.platform == "win32":
        os.startfile(file.resolve())
        return
    from csm_xl.libreoffice.environment import office_environment

    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        raise CsmError(
            NOT_FOUND, "nothing here opens workbooks", str(file), None, "Open it in Excel or LibreOffice."
        )
    done = subprocess.run(
        [opener, str(file.resolve())],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=office_environment(),  # what opens it may be LibreOffice, started from an activated environment
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or None
        raise CsmError(
            VALUE, "the file could not be opened", str(file), said, "Open it in Excel or LibreOffice."
        )
