"""``csm-xl recalc``: every formula of a workbook calculated anew, without Excel."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.options import AsJson

_SHOWN: Final = 20


def recalc(
    file: Annotated[Path, typer.Argument(help="The workbook, .xlsx or .xlsm.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and write nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Calculate every formula, native and CSM_, and write the values that differ; nothing else is touched.

    It pays nobody anew: that is csm-xl refresh. Needs no Excel; the file must be closed.
    """
    from csm_xl.workbook.evaluate import plain
    from csm_xl.workbook.recalc import recalculate_file

    with show.working(file.name) as tell:
        found = recalculate_file(file, dry_run, tell)
    rows = [(str(place), _shown(plain(old)), _shown(new)) for place, old, new in found.changed]
    unknown, waiting = [[str(place) for place in places] for places in (found.uncalculated, found.waiting)]
    if as_json:
        changed = [dict(zip(("cell", "before", "after"), row, strict=True)) for row in rows]
        told = {"formula_cells": found.cells, "changed": changed, "uncalculated": unknown, "waiting": waiting,
                "notes": list(map(show.issue_record, found.notes))}  # fmt: skip
        print(show.to_json({"file": str(file), **told}))
        return
    if rows:
        show.table(("cell", "before", "after"), rows[:_SHOWN], file.name, exact=True)
        if len(rows) > _SHOWN:
            show.say(f"and {len(rows) - _SHOWN:,} more")
    for place in unknown:
        rest = "it waits for Excel without a value" if place in waiting else "its value stays"
        show.note(f"{place} can be calculated by Excel alone; {rest}.")
    show.findings(found.notes)
    words = f"{found.cells:,} formula cells, {len(rows):,} values differed"
    show.say(f"{words}. Nothing was written: --dry-run." if dry_run else f"{words}.")


def _shown(value: Any) -> Any:
    return str(value) if value is not None and not isinstance(value, (int, float, str)) else value
