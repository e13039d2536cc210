"""A column by what differs in it: each value once, and for every row which of them it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Coded(Sequence[Any]):
    """A column of any values, of which each is kept once.

    values: the values. codes: for each row the place of its value, counted from 0. Two values may be equal.

    >>> column = Coded(["Q1", "Q2"], np.array([0, 1, 1]))
    >>> column.tolist(), column[2], len(column)
    (['Q1', 'Q2', 'Q2'], 'Q2', 3)
    """

    __slots__ = ("codes", "values")

    def __init__(self, values: Sequence[Any], codes: NDArray[Any]) -> None:
        self.values = values
        self.codes = codes

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: Any) -> Any:
        found = self.codes[row]
        return self.values[found] if np.ndim(found) == 0 else [self.values[code] for code in found.tolist()]

    def __iter__(self) -> Iterator[Any]:
        return map(self.values.__getitem__, self.codes.tolist())

    def tolist(self) -> list[Any]:
        """The value of every row."""
        return list(self)

    def spread(self, of_values: Sequence[Any]) -> NDArray[Any]:
        """What belongs to each value, for every row. of_values: for each of `values` what belongs to it."""
        found = np.fromiter(of_values, dtype=object, count=len(of_values))
        spread: NDArray[Any] = found[self.codes]
        return spread


def coded(array: NDArray[Any]) -> Coded:
    """An array as a column of plain values, each of them once. A blank number (NaN) equals no other.

    >>> coded(np.array([90, 91, 90])).values, coded(np.array(["b", "a", "b"], dtype=object)).values
    ([90, 91], ['b', 'a'])
    """
    if array.dtype == object:
        return merged(Coded(array.tolist(), np.arange(len(array), dtype=np.int32)))
    values, codes = np.unique(array, return_inverse=True, equal_nan=False)
    return Coded(values.tolist(), codes.reshape(-1).astype(np.int32))


def merged(column: Coded) -> Coded:
    """A column in which values that are equal are one.

    >>> merged(Coded(["E1", "", "E1"], np.array([0, 1, 2, 2]))).codes.tolist()
    [0, 1, 0, 0]
    """
    if len(set(column.values)) == len(column.values):
        return column
    places: dict[Any, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(places.__getitem__, column.values), dtype=np.int32, count=len(column.values))
    return Coded(list(places), codes[column.codes])


def taken(column: Coded, rows: Any) -> Coded:
    """Some rows of a column, with the values of these rows alone.

    >>> taken(Coded(["period", "Q1", "Q2"], np.array([0, 2, 1, 2])), slice(1, None)).values
    ['Q1', 'Q2']
    """
    codes = column.codes[rows]
    used = np.zeros(len(column.values), dtype=bool)
    used[codes] = True
    if used.all():
        return Coded(column.values, codes)
    values = [column.values[at] for at in np.flatnonzero(used).tolist()]
    return Coded(values, (np.cumsum(used, dtype=np.int32) - 1)[codes])
