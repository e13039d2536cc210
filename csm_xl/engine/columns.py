"""Columns of a block of people: plain arrays, and ragged ones with any number of values a person.

The engine's arithmetic reads nothing else, so a block can be cut anywhere, and the few rows that
floats cannot decide can be taken out and run again on exact numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.pay.rounding import Array, exact

Rows = slice | NDArray[np.intp]


@dataclass(slots=True, eq=False, repr=False)
class Ragged:
    """Named values in runs, one run a row: row i owns elements offsets[i] to offsets[i + 1]."""

    values: Mapping[str, Array]
    offsets: NDArray[np.intp]

    @classmethod
    def by_row(cls, row: Array, rows: int, values: Mapping[str, Array]) -> Ragged:
        """Elements gathered under the row that each belongs to; their order within a row is kept."""
        order = np.argsort(row, kind="stable")
        offsets = np.zeros(rows + 1, dtype=np.intp)
        np.cumsum(np.bincount(row, minlength=rows), out=offsets[1:])
        return cls({name: np.asarray(column)[order] for name, column in values.items()}, offsets)

    @classmethod
    def of_parts(cls, row: Sequence[Array], parts: Sequence[Mapping[str, Any]], rows: int) -> Ragged:
        """Parts put together, each with the row of every element of it. A column that a part lacks is 1:
        a result that accounts give is a part of something, one that was typed is a part of 1. Of what a
        float lacks, it is 0."""
        values = {
            name: np.concatenate(
                [
                    part.get(name, np.full(len(at), 0.0 if name.endswith("_rest") else 1.0))
                    for at, part in zip(row, parts, strict=True)
                ]
            )
            for name in dict.fromkeys(name for part in parts for name in part)
        }
        return cls.by_row(np.concatenate(row), rows, values)

    def __getitem__(self, name: str) -> Array:
        return self.values[name]

    @property
    def single(self) -> bool:
        """Whether every row owns exactly one element, so that elements are rows."""
        return bool(len(self.offsets) - 1 == self.offsets[-1] and np.all(np.diff(self.offsets) == 1))

    @property
    def longest(self) -> int:
        """The most elements that a row owns."""
        return int(np.max(np.diff(self.offsets), initial=0))

    def owner(self) -> Array:
        """The row of each element."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))

    def sum(self, elements: Array) -> Array:
        """Sum of the elements of each row, 0 for a row with none."""
        if self.single:
            return elements
        rows = len(self.offsets) - 1
        filled = np.flatnonzero(np.diff(self.offsets))
        total = np.zeros(rows, dtype=elements.dtype)
        if filled.size:
            total[filled] = np.add.reduceat(elements, self.offsets[filled])
        return total

    def take(self, rows: Rows) -> Ragged:
        """The given rows alone."""
        if isinstance(rows, slice):
            first, last = self.offsets[rows.start], self.offsets[rows.stop]
            return Ragged(
                {name: column[first:last] for name, column in self.values.items()},
                self.offsets[rows.start : rows.stop + 1] - first,
            )
        counts = np.diff(self.offsets)[rows]
        offsets = np.zeros(len(rows) + 1, dtype=np.intp)
        np.cumsum(counts, out=offsets[1:])
        elements = np.repeat(self.offsets[rows] - offsets[:-1], counts) + np.arange(offsets[-1])
        return Ragged({name: column[elements] for name, column in self.values.items()}, offsets)

    def exact(self) -> Ragged:
        """The same on exact numbers."""
        return Ragged({name: exact_column(column) for name, column in self.values.items()}, self.offsets)


Inputs = dict[str, "Array | Ragged"]
"""What one component needs to know of each person, by name."""


def take(inputs: Inputs, rows: Rows) -> Inputs:
    """The given rows of every column."""
    return {name: c.take(rows) if isinstance(c, Ragged) else c[rows] for name, c in inputs.items()}


def exact_inputs(inputs: Inputs) -> Inputs:
    """Every number as an exact fraction; flags and codes stay."""
    return {name: c.exact() if isinstance(c, Ragged) else exact_column(c) for name, c in inputs.items()}


def exact_column(column: Any) -> Array:
    """A column on exact numbers; a blank (NaN) becomes 0, for its row is marked as not measured."""
    given = np.asarray(column)
    return exact(np.nan_to_num(given, nan=0.0)) if given.dtype == np.float64 else given
