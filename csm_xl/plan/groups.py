"""Rows of a table that have the same values in some columns, found by codes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.plan.coded import Coded

_MOST: Final = 2**62


class Groups:
    """The groups of rows that are alike, in the order in which the first row of each comes.

    of_row: for each row its group, counted from 0. first: for each group its first row.

    >>> same = Groups([Coded(["a", "b"], np.array([1, 0, 1]))])
    >>> same.of_row.tolist(), same.first.tolist(), same.rows(0), same.sums(np.array([1.0, 2, 3])).tolist()
    ([0, 1, 0], [0, 1], [0, 2], [4.0, 2.0])
    """

    def __init__(self, columns: Sequence[Coded]) -> None:
        keys, most = columns[0].codes.astype(np.int64), max(len(columns[0].values), 1)
        for column in columns[1:]:
            if most * len(column.values) > _MOST:
                found, keys = np.unique(keys, return_inverse=True)
                most = len(found)
            keys, most = keys * len(column.values) + column.codes, most * len(column.values)
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        order = np.argsort(first, kind="stable")
        place = np.empty(len(order), dtype=np.int32)  # many groups are kept, of every row
        place[order] = np.arange(len(order))
        self.of_row: NDArray[np.int32] = place[which.reshape(-1)]
        self.first: NDArray[np.intp] = first[order]

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def sizes(self) -> NDArray[Any]:
        """How many rows each group has."""
        return np.bincount(self.of_row, minlength=len(self))

    @cached_property
    def _in_order(self) -> tuple[NDArray[Any], NDArray[Any]]:
        return np.argsort(self.of_row, kind="stable").astype(np.int32), np.concatenate(
            [[0], np.cumsum(self.sizes)]
        )

    def rows(self, group: int) -> list[int]:
        """The rows of a group, in order."""
        order, bounds = self._in_order
        found: list[int] = order[bounds[group] : bounds[group + 1]].tolist()
        return found

    def every(self) -> list[list[int]]:
        """The rows of every group."""
        order, bounds = self._in_order
        rows, ends = order.tolist(), bounds.tolist()
        return [rows[begin:end] for begin, end in pairwise(ends)]

    def sums(self, values: NDArray[Any]) -> NDArray[Any]:
        """The sum of each group's values, added in the order of its rows."""
        return np.bincount(self.of_row, weights=values, minlength=len(self))
