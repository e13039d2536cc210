"""A table's rows, taken out and rewritten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from csm_xl.errors import CsmError, Issue
from csm_xl.xlsx.addresses import Area, Place
from csm_xl.xlsx.patch.grid import Grid
from csm_xl.xlsx.patch.sheet import SheetPart

Formulas = Sequence[Callable[[int], str] | None]
"""For each column, the formula of a row; None for a column of values."""


def common_styles(grid: Grid, data: Area) -> list[str]:
    """The commonest style of each column, which new rows take."""
    counts: list[dict[str, int]] = [{} for _ in range(data.left, data.right + 1)]
    for number in range(data.top, data.bottom + 1):
        if number in grid.rows:
            row = grid.rows[number]
            for column, count in enumerate(counts, data.left):
                if column in row.cells:
                    style = row.style(column)
                    count[style] = count.get(style, 0) + 1
    return [max(count.items(), key=lambda one: one[1])[0] if count else "" for count in counts]


def clear(grid: Grid, data: Area, kept: int) -> None:
    """Take the rows of data out that a smaller table no longer has.

    kept: how many rows it has.
    """
    for number in range(data.top + kept, data.bottom + 1):
        if number in grid.rows:
            row = grid.rows[number]
            cells = row.touch()
            for column in range(data.left, data.right + 1):
                cells.pop(column, None)
            if not cells and not row.formatted:
                del grid.rows[number]


def write_rows(
    sheet: SheetPart, data: Area, rows: Sequence[Sequence[Any]], formulas: Formulas, styles: Sequence[str]
) -> Iterator[Issue]:
    """Write a table's rows of data; finds the values that no cell can hold.

    data: where the old rows are. They keep the styles of their cells; new rows, and cells that were not
    there, take `styles`, and new rows the height of the last.
    """
    grid = sheet.grid
    height = grid.rows[data.bottom].height if data.bottom in grid.rows else ""
    columns = range(data.left, data.right + 1)
    blank: Sequence[Any] = (None,) * len(columns)
    for number, values in enumerate(rows or (blank,), data.top):
        new = number > data.bottom
        if new and number not in grid.rows:
            grid.row(number).tag += height
        row = grid.row(number)
        cells = row.touch()
        for column, value, style, made in zip(columns, values, styles, formulas, strict=True):
            said = style if new or (column not in cells and value is not None) else row.style(column)
            formula = made(number) if made and rows else None
            try:
                xml = grid.made(number, column, said, value, formula)
            except CsmError as why:
                place = str(Place(sheet.name, number, column))
                yield from (Issue(one.code, one.message, place, one.got, one.hint) for one in why.issues)
                continue
            if xml:
                cells[column] = xml
            else:
                cells.pop(column, None)
