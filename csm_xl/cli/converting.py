"""``csm-xl convert``: a workbook for xlwings on Windows, for the Office add-in, or for LibreOffice."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Annotated, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.building import python_here
from csm_xl.cli.files import WORKBOOKS, replacing
from csm_xl.cli.outputs import refuse_foreign, refuse_inputs
from csm_xl.errors import VALUE, CsmError, counted

_TARGET: Final = "TARGET"


def convert(
    file: Annotated[Path, typer.Argument(help="The workbook, .xlsx or .xlsm. It is not changed.")],
    target: Annotated[
        Path,
        typer.Argument(help="The new workbook: .xlsm for xlwings on Windows, .xlsx for the Office add-in."),
    ],
    libreoffice: Annotated[
        bool,
        typer.Option("--libreoffice", help="An .xlsx for live formulas in LibreOffice."),
    ] = False,
    drop_macros: Annotated[
        bool, typer.Option("--drop-macros", help="Leave out macros of your own, which an .xlsx cannot hold.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Convert a workbook: with macros for xlwings on Windows (.xlsm), or for the Office add-in (.xlsx).

    Your sheets, formats, values, notes, names and closed periods stay as they are. Changed are the names
    under which the file has the CSM_ functions, the array formulas of csm_xl's own sheets, and csm_xl's
    macros and buttons. Macros of your own are listed, and never left out without --drop-macros.
    """
    from csm_xl.excel.convert import WORDS, Kind, require_same
    from csm_xl.excel.convert import convert as converted
    from csm_xl.xlsx.atomic import refuse_open

    for path, option in ((file, "FILE"), (target, _TARGET)):
        if path.suffix.lower() not in WORKBOOKS:
            raise CsmError(VALUE, "a workbook must be .xlsx or .xlsm", option, str(path), "Give such a file.")
    after = (
        Kind.macros if target.suffix.lower() == ".xlsm" else Kind.libreoffice if libreoffice else Kind.addin
    )
    if libreoffice and after == Kind.macros:
        raise CsmError(VALUE, "a workbook for LibreOffice has no macros", _TARGET, str(target),
                       "End its name in .xlsx, or leave out --libreoffice.")  # fmt: skip
    refuse_inputs(target, [file], _TARGET)
    refuse_foreign(target, lambda _: False, force, _TARGET)
    with show.working(f"Converting {file.name}"):
        if file.is_file():
            refuse_open(file)
        data, done = converted(file, after, python_here(), drop_macros)
        with replacing(target, stat.S_IMODE(file.stat().st_mode)) as temporary:
            temporary.write_bytes(data)
            require_same(file, temporary)
    turned = "dynamic" if after == Kind.addin else "fixed"
    changes = [
        (done.renamed, "formula", "with the functions named for it"),
        (done.arrays, "array formula", f"made {turned}"),
        (done.buttons, "button", "added" if after == Kind.macros else "taken away"),
    ]
    said = [f"{counted(number, what)} {how}" for number, what, how in changes if number]
    show.say(f"{target}: for {WORDS[after]}. {', '.join(said) or 'Nothing else had to change'}.")
    if done.dropped:
        show.note(f"Left out, macros of your own: {', '.join(done.dropped)}. They are in {file}.")
