"""``csm-xl recalc``: recalculate every formula of a workbook without Excel."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.options import AsJson
from csm_xl.errors import counted

if TYPE_CHECKING:
    from csm_xl.xlsx.addresses import Place

_SHOWN: Final = 20


class Program(StrEnum):
    """A spreadsheet program that calculates instead of csm_xl."""

    libreoffice = "libreoffice"


def recalc(
    file: Annotated[Path, typer.Argument(help="The workbook, .xlsx or .xlsm.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, but write nothing.")
    ] = False,
    unproven: Annotated[
        bool,
        typer.Option(
            "--unproven",
            help="Also write unproven values, if you know that the stored ones are outdated.",
        ),
    ] = False,
    by: Annotated[
        Program | None,
        typer.Option("--with", help="Calculate the whole file in LibreOffice, and write all its values."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recalculate every formula, native and CSM_, and write the proven values that differ.

    A value is proven if its formula gives the stored value on the stored inputs, is plain arithmetic or a
    lookup, or is a CSM_ function. A formula without a value is calculated if csm_xl knows its functions.
    Every other cell keeps its value and is listed; if its inputs changed, Excel calculates it on opening the
    file. Nothing else changes. This does not calculate pay; use csm-xl refresh for that. Excel is not needed;
    close the file first.
    """
    from csm_xl.workbook.operations.recalc import recalculate_file
    from csm_xl.xlsx.proof.words import kept_values, left_to_excel
    from csm_xl.xlsx.serial_dates import plain

    if unproven and by:
        raise typer.BadParameter("With LibreOffice every value is written, so leave out --unproven.")
    with show.working(file.name) as tell:
        found = recalculate_file(file, dry_run, tell, unproven, _shown_by_libreoffice if by else None)
    rows = [(str(place), _shown(plain(old)), _shown(new)) for place, old, new in found.changed]
    if as_json:
        changed = [dict(zip(("cell", "before", "after"), row, strict=True)) for row in rows]
        told = {"formula_cells": found.cells, "changed": changed, "kept": list(map(str, found.kept)),
                "left_to_excel": list(map(str, found.left)),
                "notes": list(map(show.issue_record, found.notes))}  # fmt: skip
        print(show.to_json({"file": str(file), **told}))
        return
    if rows:
        show.table(("cell", "before", "after"), rows[:_SHOWN], file.name, exact=True)
        if len(rows) > _SHOWN:
            show.say(f"and {len(rows) - _SHOWN:,} more")
    for words in (*left_to_excel(found.left), *kept_values(found.kept, "csm_xl")):
        show.note(words)
    show.findings(found.notes)
    words = f"{counted(found.cells, 'formula cell')}, {counted(len(rows), 'value')} differed"
    show.say(f"{words}. Nothing was written (--dry-run)." if dry_run else f"{words}.")


def _shown_by_libreoffice(path: Path) -> Mapping[Place, Any]:
    """The values that LibreOffice calculates for the formula cells of a copy of a file.

    Errors: LibreOffice is missing, too old, or does not answer.
    """
    import shutil
    import tempfile

    from csm_xl.libreoffice.judge import office_with_functions, recalculated

    with tempfile.TemporaryDirectory(prefix="csm_xl_recalc_") as folder, office_with_functions() as office:
        copy = Path(shutil.copy(path, folder))
        return recalculated(office, copy)


def _shown(value: Any) -> Any:
    return str(value) if value is not None and not isinstance(value, (int, float, str)) else value
