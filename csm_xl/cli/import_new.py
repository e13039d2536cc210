"""A workbook made of exports: with everyone paid, or with a list of what is still missing to pay them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from csm_xl.cli import show
from csm_xl.cli.building import create, macros_of, python_here
from csm_xl.cli.files import replacing
from csm_xl.cli.load import whole_period
from csm_xl.cli.outputs import PRIVATE
from csm_xl.errors import CsmError, counted, faults, grouped
from csm_xl.plan.paper import LETTER
from csm_xl.plan.raw import RawTable


def create_from_exports(path: Path, raws: Sequence[RawTable], period: str | None) -> None:
    """Create a workbook of exports. Where the tables are sound, and something that pay needs is missing, such
    as a team's result, the workbook is made without payouts, and what is missing is listed.

    period: what to pay; None: as `create` chooses it.
    Errors: everything that is wrong with the tables; no period, where none has results.
    """
    try:
        create(path, raws, period, mode=PRIVATE)
    except CsmError as error:
        if path.exists() or not _unpaid(path, raws, period, error):
            raise


def _unpaid(path: Path, raws: Sequence[RawTable], period: str | None, error: CsmError) -> bool:
    """Make the workbook without payouts; whether that can be done."""
    from csm_xl.engine.lines import empty_columns
    from csm_xl.engine.loading import read_tables_to_pay
    from csm_xl.workbook.build import build
    from csm_xl.workbook.sheets.inputs import together

    tables, issues = read_tables_to_pay(raws)
    if any(issue.severity == "error" for issue in issues):
        return False
    chosen = period or whole_period(tables)
    missing = faults(error.issues)
    found = [*error.issues, *(one for one in grouped(issues) if one not in error.issues)]
    lines = [list(empty_columns(0))]  # their header alone
    paper = tables.company.paper_size or LETTER
    with show.working(f"Building {path}"), replacing(path, PRIVATE) as temporary:
        build(temporary, together(tables), chosen, datetime.now().replace(microsecond=0), lines,
              macros_of(path), python_here(), tuple(found), examples=False, paper=paper)  # fmt: skip
    missing = grouped(missing)
    shown = [replace(one, severity="warning") for one in missing]
    show.findings([*shown, *(one for one in found if one not in faults(error.issues))])
    what = f"{counted(len(missing), 'thing')} to do before anyone is paid for {chosen}"
    show.say(f"{path} is made from the exports, without payouts: {what}, listed above and on Checks.")
    show.say(f"Import or type what is missing, then: csm-xl refresh {path}")
    return True
