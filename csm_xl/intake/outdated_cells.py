"""Cells of an export whose formulas give another value than the file has: findings, not values."""

from __future__ import annotations

from collections.abc import Collection

from csm_xl.errors import VALUE, Issue
from csm_xl.intake.grid import Grid
from csm_xl.intake.sheet_notes import cell_place

_HINT = "Recalculate the file first: csm-xl recalc FILE, or open it in Excel and save it."


def outdated_cells(grid: Grid, columns: Collection[int], rows: Collection[int] | None = None) -> list[Issue]:
    """An error about each cell whose formula gives another value than the file has.

    columns, rows: those that are taken, counted from 0 (None: every row).
    """
    block = grid.block
    lines = grid.lines if rows is None else [grid.lines[row] for row in rows]
    found = block.outdated({(line, at + block.first_column) for line in lines for at in columns})
    return [
        Issue(VALUE, said, cell_place(block.name, block.sheet, line, column), None, _HINT,
              kind="formulas give another value than the file has")
        for (line, column), said in found.items()
    ]  # fmt: skip
