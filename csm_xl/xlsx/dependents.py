"""Which formulas depend on which cells, however long the chain."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

Area = tuple[str, int, int, int, int]
"""Sheet, casefolded, then the top, left, bottom and right of an area."""
Cell = tuple[str, int, int]
"""Sheet, casefolded, row and column."""

Formula = TypeVar("Formula", bound=Hashable)

_ROWS: Final = 256  # the rows of a block in which areas are looked up
_FEW: Final = 4  # an area of no more cells is looked up by each of them
_BLOCKS: Final = 64  # an area over more blocks or columns is looked up by its columns or its sheet


class Dependents(Generic[Formula]):
    """The formulas that refer to cells, each found once.

    sources: each formula and the areas that it refers to. Every cell is looked up, never every formula for
    every cell, so that a chain of ten thousand cells takes a moment.

    >>> found = Dependents({"B1": [("s", 1, 1, 1, 1)], "C1": [("s", 1, 2, 900, 3)]})
    >>> found.next([("s", 1, 1)]), found.next([("s", 7, 2), ("s", 1, 1)]), found.next([("s", 7, 2)])
    ({'B1'}, {'C1'}, set())
    """

    def __init__(self, sources: Mapping[Formula, Sequence[Area]]) -> None:
        self._areas: dict[Any, list[tuple[Area, Formula]]] = {}
        self._found: set[Formula] = set()
        for formula, areas in sources.items():
            for area in dict.fromkeys(areas):
                one = area, formula
                for key in _keys(area):
                    self._areas.setdefault(key, []).append(one)

    def next(self, cells: Iterable[Cell]) -> set[Formula]:
        """The formulas that refer to one of some cells, but those that were found before."""
        new: set[Formula] = set()
        for sheet, row, column in cells:
            for key in ((sheet, column, row, row), (sheet, column, row // _ROWS), (sheet, column), sheet):
                listed = self._areas.get(key)
                if not listed:
                    continue
                left = []
                for one in listed:
                    (_, top, first, bottom, last), formula = one
                    if formula in self._found:
                        continue
                    if top <= row <= bottom and first <= column <= last:
                        self._found.add(formula)
                        new.add(formula)
                    else:
                        left.append(one)
                self._areas[key] = left
        return new


def _keys(area: Area) -> Iterable[Any]:
    """Under what an area is looked up: its cells, blocks of a column, columns, or its sheet."""
    sheet, top, left, bottom, right = area
    if (bottom - top + 1) * (right - left + 1) <= _FEW:
        return [(sheet, column, row, row) for column in range(left, right + 1)
                for row in range(top, bottom + 1)]  # fmt: skip
    columns, blocks = range(left, right + 1), range(top // _ROWS, bottom // _ROWS + 1)
    if len(columns) * len(blocks) <= _BLOCKS:
        return [(sheet, column, block) for column in columns for block in blocks]
    return [(sheet, column) for column in columns] if len(columns) <= _BLOCKS else [sheet]
