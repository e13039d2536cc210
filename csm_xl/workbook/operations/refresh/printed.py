"""What is printed after a refresh: tables that were empty when the workbook was laid out, or have outgrown
their area since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from csm_xl.plan.cells import is_blank
from csm_xl.workbook import layout
from csm_xl.workbook.operations.refresh.state import State
from csm_xl.xlsx.addresses import Area, area_text, span
from csm_xl.xlsx.package import Region

SHEETS: Final = (*layout.by_sheet(), "Checks")
"""The sheets on which tables are side by side, so that each may have an area of its own."""


def print_areas(state: State, written: Mapping[str, Sequence[Sequence[Any]]]) -> dict[str, str]:
    """The print areas that change: sheet → its areas, such as ``$A$1:$G$40,$I$4:$M$30``.

    written: table → the rows that the refresh gives it. A sheet without a print area prints everything, and
    stays so.
    """
    found = {}
    for sheet in SHEETS:
        text = state.printed.get(sheet, "")
        if not text:
            continue
        mark = ";" if ";" in text else ","  # as Excel writes lists where it runs
        areas = [span(part) for part in text.split(mark)]
        wanted = _covering(areas, [_filled(one, state, written) for one in state.regions.values()
                                   if one.sheet == sheet])  # fmt: skip
        if wanted != areas:
            found[sheet] = mark.join(map(area_text, wanted))
    return found


def _covering(areas: Sequence[Area], tables: Sequence[Area | None]) -> list[Area]:
    """The areas with every table in full: one that begins in an area extends it, another gets its own."""
    found = list(areas)
    for table in filter(None, tables):
        at = next((at for at, one in enumerate(found) if one.holds(table.top, table.left)), None)
        if at is None:
            found.append(Area(table.top - 2, *table[1:]))  # with its caption
        else:
            one = found[at]
            found[at] = one._replace(bottom=max(one.bottom, table.bottom), right=max(one.right, table.right))
    return found


def _filled(region: Region, state: State, written: Mapping[str, Sequence[Sequence[Any]]]) -> Area | None:
    """Where a table is after the refresh; None where it is of no page: it has no row, or is only calculated
    from."""
    place = Area(region.first_row, region.first_column, region.last_row, region.last_column)
    rows = {name.casefold(): rows for name, rows in written.items()}.get(region.name.casefold())
    if rows is not None:
        return place._replace(bottom=region.first_row + len(rows)) if rows else None
    for raw in state.raws:
        at = raw.origin
        if (at.name, at.header_row, at.first_column) == (region.sheet, region.first_row, region.first_column):
            return place if any(not is_blank(cell) for row in raw.rows[1:] for cell in row) else None
    return None
