"""Payout matrices: one payout from two measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.check import number_block, one_of, refuse
from csm_xl.pay.rounding import Array, alike, exact, exceeds, is_exact, reaches

Mode = Literal["lookup", "bilinear"]

MODES: Final[tuple[str, ...]] = get_args(Mode)


@dataclass(eq=False, repr=False)
class Matrix:
    """Payouts over two measures.

    rows, columns: the heads, rising: the values from which each row and each column holds.
    payout: one tuple a row.
    mode: ``lookup`` pays the last row and column reached; ``bilinear`` interpolates between the four
        heads around, and holds the last row and column beyond them.

    strict: a row or column holds above its head, not from it on.
    exceed_rows, exceed_columns: the same of single rows or columns, a flag for each; empty for none.

    In both modes nothing is paid below the first row or the first column, and never less than 0.
    """

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    payout: tuple[tuple[float, ...], ...]
    mode: str = "lookup"
    strict: bool = False
    exceed_rows: tuple[bool, ...] = ()
    exceed_columns: tuple[bool, ...] = ()
    _tables: dict[bool, tuple[Array, Array, Array]] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        one_of(self.mode, MODES, "mode")
        cells = number_block(self.payout, (len(self.columns),), "matrix", "one payout per column head")
        if not self.columns or len(cells) != len(self.rows):
            raise CsmError(VALUE, "a matrix needs a head for every row and column", "matrix", cells.shape,
                           "Put row heads in column 1 and column heads in row 1.")  # fmt: skip
        refuse(~np.isfinite(cells), cells, VALUE, "a payout is missing", "matrix payout", "Type a number.")
        for heads, what in ((self.rows, "row head"), (self.columns, "column head")):
            values = np.asarray(heads, dtype=np.float64)
            refuse(
                ~np.isfinite(values), values, VALUE, "a head is missing", f"matrix {what}", "Type a number."
            )
            rising = np.append(True, exceeds(values[1:], values[:-1]))
            refuse(~rising, values, VALUE, "a heading is not above the previous one", f"matrix {what}",
                   "Sort the heads, lowest first, each once.")  # fmt: skip

    @classmethod
    def of(cls, table: Sequence[Sequence[Any]] | Array, mode: str = "lookup") -> Matrix:
        """A matrix from a block with row heads in column 1 and column heads in row 1; the corner is free."""
        grid = [list(row) for row in table]
        width = len(grid[0]) if grid else 0
        if len(grid) < 2 or width < 2:
            raise CsmError(VALUE, "a matrix needs at least one row and one column of values", "matrix",
                           f"{len(grid)}×{width}",
                           "Put row heads in column 1 and column heads in row 1.")  # fmt: skip
        grid[0][0] = None
        block = number_block(grid, (width,), "matrix", "a head and its payouts")
        return cls(
            tuple(block[1:, 0].tolist()),
            tuple(block[0, 1:].tolist()),
            tuple(tuple(row) for row in block[1:, 1:].tolist()),
            mode,
        )

    def exceeded(self) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
        """Whether each row, and each column, must be exceeded.

        >>> Matrix((0.9, 1.0), (0.0,), ((0.5,), (1.0,)), exceed_rows=(False, True)).exceeded()
        ((False, True), (False,))
        """
        if self.strict:
            return (True,) * len(self.rows), (True,) * len(self.columns)
        nowhere = (False,) * len(self.rows), (False,) * len(self.columns)
        return self.exceed_rows or nowhere[0], self.exceed_columns or nowhere[1]

    def _kept(self, exactly: bool) -> tuple[Array, Array, Array]:
        """The heads and the payouts, which begin with a row and a column of 0 for what lies below."""
        if exactly not in self._tables:
            payout = np.full((len(self.rows) + 1, len(self.columns) + 1), Fraction(0), dtype=object)
            payout[1:, 1:] = exact(np.maximum(self.payout, 0.0))
            dtype = object if exactly else np.float64
            heads = [exact(list(part)).astype(dtype) for part in (self.rows, self.columns)]
            self._tables[exactly] = (heads[0], heads[1], payout.astype(dtype))
        return self._tables[exactly]

    def value(self, row_measure: ArrayLike, column_measure: ArrayLike, doubt: Array | None = None) -> Array:
        """The payout at each pair of measures; see `matrix_payout`."""
        down, across = np.broadcast_arrays(*alike(row_measure, column_measure))
        rows, columns, payout = self._kept(is_exact(down))
        over_rows, over_columns = self.exceeded()
        if self.mode == "lookup":
            found = _reached(down, rows, doubt, over_rows), _reached(across, columns, doubt, over_columns)
            return np.asarray(payout[found])
        met = _reached(down, rows[:1], doubt, over_rows), _reached(across, columns[:1], doubt, over_columns)
        paid = (met[0] > 0) & (met[1] > 0)
        (r, next_r, u), (c, next_c, v) = _between(down, rows), _between(across, columns)
        above = payout[r, c] * (1 - v) + payout[r, next_c] * v
        below = payout[next_r, c] * (1 - v) + payout[next_r, next_c] * v
        nothing: Any = payout[0, 0]
        return np.asarray(np.where(paid, above * (1 - u) + below * u, nothing), dtype=payout.dtype)

    def error(self, row_measure: ArrayLike, column_measure: ArrayLike) -> float:
        """A bound, in units of the last place of 1.0, on the float error of `value`."""
        rows, columns, payout = self._kept(False)
        most = float(np.max(np.abs(payout)))
        if self.mode == "lookup":
            return most
        finest = [
            float(np.max(np.abs(heads)) / np.min(np.diff(heads))) if len(heads) > 1 else 0.0
            for heads in (rows, columns)
        ]
        return 8 * most * (1 + finest[0] + finest[1])


def _reached(measure: Array, heads: Array, doubt: Array | None, over: tuple[bool, ...]) -> Array:
    """How many heads each measure reaches, or exceeds where `over` says so."""
    count = np.zeros(measure.shape, dtype=np.intp)
    for head, strict in zip(heads, over, strict=False):
        count += exceeds(measure, head, doubt) if strict else reaches(measure, head, doubt)
    return count


def _between(measure: Array, heads: Array) -> tuple[Array, Array, Array]:
    """The heads around each measure, counted from 1, and the share of the way between them."""
    if len(heads) == 1:
        only = np.ones(measure.shape, dtype=np.intp)
        return only, only, np.asarray(measure * 0)
    here = np.zeros(measure.shape, dtype=np.intp)
    for head in heads[1:-1]:  # the payout is continuous here, so a head cannot be missed
        here += np.asarray(measure >= head, dtype=bool)
    way = (np.minimum(measure, heads[-1]) - heads[here]) / (heads[here + 1] - heads[here])
    return here + 1, here + 2, np.asarray(way)


def matrix_payout(
    row_measure: ArrayLike,
    column_measure: ArrayLike,
    table: Sequence[Sequence[Any]] | Array,
    mode: str = "lookup",
    doubt: Array | None = None,
) -> Array:
    """The payout that a matrix gives for two measures.

    row_measure, column_measure: in the units of the heads, shapes that broadcast.
    table: row heads in column 1, column heads in row 1, both rising; the corner may be blank.
    mode: ``lookup`` (the last row and column reached) or ``bilinear`` (interpolated between the four
        heads around, held beyond the last). Below the first row or column nothing is paid.
    doubt: bool array of the result's shape; rows too near a head for floats are set in it.
    Errors: heads that are not sorted, a missing head or payout, an unknown mode.
    Source: two-measure bonus matrices as filed with the SEC, such as American Reprographics 2011,
        exhibit 10.2.

    >>> table = [(None, 100, 200), (0.9, 0.5, 0.8), (1.0, 1.0, 1.5)]
    >>> matrix_payout([0.95, 1.2, 0.8], [150, 250, 250], table).tolist()
    [0.5, 1.5, 0.0]
    >>> float(matrix_payout(0.95, 150, table, "bilinear").round(12))
    0.95
    """
    return Matrix.of(table, mode).value(row_measure, column_measure, doubt)
