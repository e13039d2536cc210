"""``csm-xl open``: set the path of Python in a workbook, and open it in the default application."""

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
    no_open: Annotated[
        bool,
        typer.Option(
            "--no-open", "--only-tell", help="Only write the path of Python; do not open the workbook."
        ),
    ] = False,
) -> None:
    """Write the path of this Python into a workbook with macros, and open it.

    Only that cell of the file changes, and nothing if it already holds this path.
    """
    if not file.is_file():
        raise CsmError(NOT_FOUND, "no such file", str(file), None, "Give the path of a workbook.")
    python = this_python()
    if python is None:
        show.note("Excel only starts Python on Windows; the workbook was not changed.")
    elif point_at(file, python):
        show.note(f"{file} now starts {python}.")
    if not no_open:
        start(file)


def this_python() -> str | None:
    """The Python that a workbook made on this computer starts; None where Excel starts none."""
    return sys.executable if os.name == "nt" else None


def point_at(file: Path, python: str) -> bool:
    """Write the path of the Python that a workbook starts; returns whether that changed anything.

    A workbook without macros has no cell for it and is not changed.
    Errors: a file that is not a workbook, is open in Excel or cannot be written; a workbook with macros whose
    configuration sheet is missing.
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
            VALUE, f"the workbook has no sheet {CONF} with {INTERPRETER_KEY}", str(file), None,
            "Create the workbook again with csm-xl new, and paste your tables into it.",
        )  # fmt: skip
    if settings[INTERPRETER_KEY][1] == python:
        return False
    with held(file) as kept:
        package = Package(kept.path)
        row, _ = configured(package)[INTERPRETER_KEY]
        edit = Edit(cells={Place(CONF, row, 2): python})

        def verify(made: Path) -> None:
            if configured(Package(made))[INTERPRETER_KEY] != (row, python):
                raise CsmError(VALUE, "the path of Python could not be written into the workbook", str(file))

        kept.replace(lambda target: patch(package, edit, target), verify)
    return True


def start(file: Path) -> None:
    """Open a file in its default application.

    Errors: there is none.
    """
    if sys.platform == "win32":
        os.startfile(file.resolve())
        return
    from csm_xl.libreoffice.environment import office_environment

    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        raise CsmError(
            NOT_FOUND,
            "no application on this computer opens workbooks",
            str(file),
            None,
            "Open it in Excel or LibreOffice.",
        )
    done = subprocess.run(
        [opener, str(file.resolve())],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=office_environment(),  # the application may be LibreOffice, started from an activated environment
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or None
        raise CsmError(
            VALUE, "the file could not be opened", str(file), said, "Open it in Excel or LibreOffice."
        )
