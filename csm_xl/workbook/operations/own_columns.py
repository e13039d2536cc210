"""Columns that no table knows, when exports are put in place of rows: what a person or an earlier export
brought stays, what changes is listed, and what is mapped by now moves to the column that it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from csm_xl.errors import VALUE, Issue, listed
from csm_xl.intake.changes import CellChange, labelled_rows
from csm_xl.intake.grid import text_of
from csm_xl.intake.mapped import Mapped
from csm_xl.plan.cells import is_blank
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, cell_of


def own_places(old: RawTable, positions: Mapping[str, int]) -> dict[str, int]:
    """The columns of a table that it does not know, by the name of the header → their place.

    positions: the columns that it knows → their place.
    """
    known = {*positions.values()}
    found: dict[str, int] = {}
    for at, header in enumerate(old.rows[0]):
        name = header_name(str(header))
        if at not in known and name and name not in positions:
            found.setdefault(name, at)
    return found


def moved_columns(exports: Sequence[Mapped], table: Table) -> dict[str, str]:
    """Columns that an earlier import brought as they were, and that are mapped by now: header's name → ours.

    table: as it is before the import.
    """
    own = {header_name(header) for header in table.extra} - {*table.schema.names}
    return {name: ours for one in exports for ours, theirs in one.columns.items()
            if (name := header_name(theirs)) in own}  # fmt: skip


def moved_notes(exports: Sequence[Mapped], table: Table) -> list[Issue]:
    """What is reported about `moved_columns` that still hold anything."""
    moved = moved_columns(exports, table)
    shown = {header: moved[header_name(header)] for header, cells in table.extra.items()
             if header_name(header) in moved and not all(map(is_blank, cells))}  # fmt: skip
    if not shown:
        return []
    where = "" if table.origin is None else table.origin.name
    each = listed((f"{header!r} to {ours}" for header, ours in shown.items()), 20)
    what = f"what an earlier import brought is mapped now, and moves to its column: {each}"
    return [Issue(VALUE, what, where, None, "You can delete what is then empty.", "note")]


def has_moved(typed: Any, new: Table, row: int, ours: str, stays: bool) -> bool:
    """Whether a cell of a moved column is in our column now: the export has a new value, or the same one.

    stays: whether no export has the row.
    """
    value = cell_of(new.schema.column(ours), new.value(row, ours))
    return not is_blank(value) and (not stays or text_of(value).strip() == text_of(typed).strip())


def own_changes(before: Table, after: Table) -> list[CellChange]:
    """The cells that change in columns that no table knows, and that are there before and after."""
    old_rows, new_rows = labelled_rows(before), labelled_rows(after)
    there = {header_name(header): cells for header, cells in before.extra.items() if header.strip()}
    found = []
    for header, cells in after.extra.items():
        was = there.get(header_name(header))
        if was is None:
            continue
        for key, (label, row) in new_rows.items():
            if key not in old_rows:
                continue
            one, other = was[old_rows[key][1]], cells[row]
            if text_of(one).strip() != text_of(other).strip():
                found.append(CellChange(label, header, _shown(one), _shown(other)))
    return found


def staying_rows(origin: Any, exports: int) -> Collection[int]:
    """The rows below the header that no export has. origin: of the stacked table; exports: how many there
    are."""
    rows = getattr(origin, "rows", ())
    return {at for at, (piece, _) in enumerate(rows) if piece >= exports}


def _shown(cell: Any) -> Any:
    return None if is_blank(cell) else text_of(cell)
