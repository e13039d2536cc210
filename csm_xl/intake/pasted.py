"""An export that somebody pasted into a sheet of the workbook: a block of cells from a corner on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from csm_xl.intake.grid import Block, shown
from csm_xl.intake.sheet_notes import hidden_rows
from csm_xl.plan.cells import is_blank
from csm_xl.xlsx.cells import Cells, Spot

_DIGITS: Final = 16


def pasted_block(cells: Cells, sheet: str, corner: Spot) -> Block | None:
    """What is in a sheet at a corner, to the right of it and below; None where nothing is.

    Rows and columns are counted as the sheet counts them, so that findings name its cells.
    """
    inside = {spot: value for spot, value in cells.values.items() if _within(spot, corner)}
    lost = {
        spot for spot in (cells.formulas.keys() - cells.values.keys()) | cells.unreadable.keys()
        if _within(spot, corner)
    }  # fmt: skip
    block = block_of_cells(inside, sheet, corner, lost)
    if block is None:
        return None
    marks = {spot: mark for spot, mark in cells.marks.items() if _within(spot, corner)}
    seen = sum(corner[0] <= row <= len(block.rows) for row in cells.hidden)
    struck = frozenset(spot[0] for spot in cells.struck if _within(spot, corner))
    issues = tuple(hidden_rows(seen, sheet))
    return Block(
        "", block.rows, sheet, corner[1], issues=issues, marks=marks, lost=frozenset(lost), struck=struck
    )


def block_of_cells(
    values: Mapping[Spot, Any],
    sheet: str,
    corner: Spot,
    lost: set[Spot] = frozenset(),  # type: ignore[assignment]
) -> Block | None:
    """Cells by row and column as a block; None where all are blank. lost: cells without a value."""
    filled: dict[int, dict[int, Any]] = {}
    for (row, column), value in values.items():
        if not is_blank(value):
            filled.setdefault(row, {})[column] = value
    if not filled and not lost:
        return None
    blank: list[Any] = []
    rows = []
    for number in range(1, max([*filled, *(row for row, _ in lost)]) + 1):
        there = filled.get(number)
        rows.append([there.get(at) for at in range(corner[1], max(there) + 1)] if there else blank)
    return Block("", rows, sheet, corner[1])


def digest_of(block: Block, *said: str) -> str:
    """A digest of an export: the same cells with the same `said` have the same digest.

    >>> one, other = Block("", [["Name"], [1.0]]), Block("crm.csv", [["Name"], ["1"]])
    >>> digest_of(one) == digest_of(other), digest_of(one) == digest_of(one, "roster")
    (True, False)
    """
    digest = sha256("\x1e".join(said).encode())
    for row in _trimmed(block.rows):
        digest.update(("\x1d" + "\x1f".join(row)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:_DIGITS]


def _trimmed(rows: Sequence[Sequence[Any]]) -> list[list[str]]:
    """The rows as texts, without the blanks at their ends, so that only what is in them counts."""
    found = []
    for row in rows:
        cells = [shown(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        found.append(cells)
    return found


def _within(spot: Spot, corner: Spot) -> bool:
    return spot[0] >= corner[0] and spot[1] >= corner[1]
