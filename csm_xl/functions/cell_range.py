"""A range: the cells of an argument, in whatever form it was passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.plan.cells import is_blank


@dataclass(slots=True, eq=False, repr=False)
class CellRange:
    """Cells in rows and columns, stored row by row in one list."""

    rows: int
    columns: int
    cells: Sequence[Any]

    @property
    def size(self) -> str:
        """Rows × columns, in words."""
        return f"{self.rows}×{self.columns}"

    def row(self, index: int) -> list[Any]:
        """The cells of one row."""
        return list(self.cells[index * self.columns : (index + 1) * self.columns])

    @property
    def as_rows(self) -> list[tuple[Any, ...]]:
        """All cells, row by row."""
        return list(zip(*[iter(self.cells)] * self.columns, strict=True))

    def place(self, name: str, index: int) -> str:
        """The place of a cell: the argument, with row and column if there are several.

        >>> CellRange(2, 1, [1, 2]).place("goal", 1), CellRange(1, 1, [1]).place("goal", 0)
        ('goal row 2', 'goal')
        """
        row, column = divmod(index, self.columns)
        down = f" row {row + 1}" if self.rows > 1 else ""
        across = f" column {column + 1}" if self.columns > 1 else ""
        return name + down + across

    def without_blank_end(self) -> CellRange:
        """The range without blank rows at its end."""
        rows = self.rows
        while rows > 1 and all(map(is_blank, self.row(rows - 1))):
            rows -= 1
        return self if rows == self.rows else CellRange(rows, self.columns, self.cells[: rows * self.columns])


def cell_range(argument: Any, name: str, header: bool = False) -> CellRange:
    """The range in an argument.

    argument: a single value; a list, which is a column; a list of rows; a NumPy array; a Series or a
        DataFrame; a range that is one already. header: whether a DataFrame's column names are the first row.
    Errors: rows of unequal length, a range without a cell, more than two dimensions.

    >>> cell_range([1, 2], "x").size, cell_range([[1, 2]], "x").size, cell_range(5, "x").size
    ('2×1', '1×2', '1×1')
    """
    if isinstance(argument, CellRange):
        return argument
    if hasattr(argument, "columns") and hasattr(argument, "iloc"):
        head = [list(argument.columns)] if header else []
        argument = head + argument.astype(object).values.tolist()
    elif isinstance(argument, np.ndarray) and argument.dtype.kind == "M":
        argument = argument.astype("datetime64[us]").tolist()  # finer units would become integers
    elif hasattr(argument, "tolist"):
        argument = argument.tolist()
    if not isinstance(argument, (list, tuple)):
        return CellRange(1, 1, (argument,))
    listed = {kind for kind in set(map(type, argument)) if issubclass(kind, (list, tuple))}
    if not listed:
        rows: Sequence[Any] = [(cell,) for cell in argument]
    elif all(isinstance(row, (list, tuple)) for row in argument):
        rows = argument
    else:
        raise _no_range(name)
    widths = set(map(len, rows))
    if len(widths) != 1 or widths == {0}:
        raise _no_range(name)
    cells = list(chain.from_iterable(rows))
    if any(issubclass(kind, (list, tuple)) for kind in set(map(type, cells))):
        raise CsmError(VALUE, "the range has more than two dimensions", name, None, "Give rows of values.")
    return CellRange(len(rows), widths.pop(), cells)


def _no_range(name: str) -> CsmError:
    return CsmError(VALUE, "the range has no cell, or rows of unequal length", name, None,
                    "Give a value, a list of values, or rows of equal length.")  # fmt: skip
