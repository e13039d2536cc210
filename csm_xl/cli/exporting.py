"""``csm-xl export``: every input table of a workbook as a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.files import WORKBOOKS, cell_text, replacing
from csm_xl.cli.options import Force
from csm_xl.cli.outputs import PRIVATE, refuse_foreign, refuse_inputs
from csm_xl.errors import VALUE, CsmError, counted

_LIKE_A_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")


def export(
    file: Annotated[Path, typer.Argument(help="The workbook, .xlsx or .xlsm.")],
    out: Annotated[Path, typer.Option(help="Folder for the CSV files.")],
    force: Force = False,
) -> None:
    """Write every input table of a workbook as a CSV file; csm-xl import takes them back unchanged.

    Cells are written as they were typed, formulas as their values.
    """
    from csm_xl.workbook.operations.exporting import input_rows

    if file.suffix.lower() not in WORKBOOKS:
        raise CsmError(VALUE, "only workbooks are exported", str(file), None, "Give an .xlsx or .xlsm file.")
    tables = input_rows(file)
    texts = {out / f"{name}.csv": export_text(rows) for name, rows in tables.items()}
    for path, text in texts.items():
        refuse_inputs(path, [file])
        refuse_foreign(path, lambda there, text=text: there.read_text("utf-8") == text, force)  # type: ignore[misc]
    for path, text in texts.items():
        with replacing(path, PRIVATE) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="")
    rows = sum(len(table) - 1 for table in tables.values())
    show.say(f"{out}: {counted(len(tables), 'table')}, {counted(rows, 'row')}.")


def export_text(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV that an import reads as they are: text that a spreadsheet would take for a formula has an
    apostrophe before it, which the import takes away.

    >>> export_text([["team"], ["=East"], ["'=East"], ["it's"]]).splitlines()
    ['team', "'=East", "''=East", "it's"]
    """
    return table_text([_safe(cell) for cell in row] for row in rows)


def table_text(rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV of a folder that people are paid from: texts as they are.

    >>> table_text([["team", "fte"], ["=East", 1.0]]).splitlines()
    ['team,fte', '=East,1']
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([cell if isinstance(cell, str) else cell_text(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _LIKE_A_FORMULA.match(cell) else cell
