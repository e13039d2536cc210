"""Building a workbook: the tables and their payout lines, laid out, calculated, drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.plan.paper import LETTER
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Tables
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.draw import draw
from csm_xl.workbook.sheets.conf import INTERPRETER, conf_sheet
from csm_xl.workbook.template import template
from csm_xl.xlsx.atomic import replacing
from csm_xl.xlsx.evaluate import recalculate

Rows = Sequence[Sequence[Any]]


def build(
    path: str | Path,
    tables: Tables | Mapping[str, Rows],
    period: Any,
    refreshed: datetime,
    lines: Rows | None = None,
    macros: bytes | None = None,
    interpreter: str = INTERPRETER,
    findings: Sequence[Issue] = (),
    found: Callable[[Sequence[Issue]], None] = lambda _: None,
    examples: bool = True,
    paper: str = LETTER,
) -> Path:
    """Build the workbook of a plan, its people and what they are paid.

    path: where to write; an existing file is replaced, in one step.
    tables: the tables as read, or by name as rows under a header.
    period: what to pay, such as 2026 or 2026-Q1; every pay period inside it is paid.
    refreshed: when the lines were computed; also the document's date. The same arguments give the same
        bytes.
    lines: a header and the payout lines, as `Lines.rows` gives them; computed where they are left out.
    findings: what reading the tables found and stops nobody, shown on Checks.
    found: receives what the sheets cannot show, which is shown on Checks too.
    examples: whether What-if begins with made-up figures; not in a workbook of real people.
    paper: what its sheets are printed on, ``Letter`` or ``A4``.
    macros: a VBA project, for a workbook with buttons (.xlsm). interpreter: the Python that it starts.
    Errors: whatever is wrong with the tables, all at once; nobody is employed in the period; a folder
        that is not there.
    """
    read = tables if isinstance(tables, Tables) else read_strict(
        [RawTable.of_rows(rows, name) for name, rows in tables.items()], component_types(), PAY_TABLES
    )  # fmt: skip
    given = lines if lines is not None else run(read, period).rows()
    made = template(read, period, given, refreshed, findings=findings, examples=examples, paper=paper)
    found(made.findings)
    if macros is not None:
        made = replace(made, sheets=(*made.sheets, conf_sheet(interpreter)))
    target = Path(path)
    if not target.parent.is_dir():
        raise CsmError(NOT_FOUND, "no such folder", str(target.parent), None, "Create it first.")
    with replacing(target) as new:
        draw(made, recalculate(made.book()), new, macros)
    return target
