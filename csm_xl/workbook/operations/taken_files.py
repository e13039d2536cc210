"""Which exports a workbook has taken, as its sheet Import lists them, so that no refresh takes them again."""

from __future__ import annotations

from collections.abc import Sequence

from csm_xl.errors import CsmError
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.pasted import digest_of
from csm_xl.intake.sources import PASTED
from csm_xl.intake.sources_writing import source_text
from csm_xl.workbook.operations.refresh.import_lines import rows_in, taken_line
from csm_xl.workbook.operations.refresh.incoming import desk_of
from csm_xl.workbook.operations.refresh.state import Rows, State
from csm_xl.workbook.sheets import import_paste as sheet


def taken_rows(state: State, given: Sequence[Mapped]) -> dict[str, Rows]:
    """The report of the sheet Import with the files of an import as taken, by the name of its Excel table.

    Nothing where the workbook has no such sheet, where somebody pasted over it, or where it lists them
    already.
    """
    region = state.regions.get(sheet.REPORT.casefold())
    if region is None or state.paste is None:
        return {}
    try:
        desk = desk_of(state)
    except CsmError:
        return {}  # a refresh says so
    files = [one for one in given if not one.source.url and one.source.pattern != PASTED]
    new = [taken_line(sheet.READ, one, digest_of(one.grid.block, source_text(one.source))) for one in files]
    tables = {one.source.table for one in files}
    if {(one.table, one.place, str(one.becomes)) for one in new} == {
        (one.table, one.place, str(one.becomes))
        for one in desk.lines if one.kind == sheet.READ and one.table in tables
    }:  # fmt: skip
        return {}
    kept = [one for one in desk.lines if one.kind != sheet.READ or one.table not in tables]
    return {region.name: rows_in(region.headers, [*kept, *new])}
