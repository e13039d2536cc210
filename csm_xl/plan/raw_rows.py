"""Rows of cells kept by column, each text once: what an export repeats takes no memory, and is read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice, zip_longest
from typing import Any, Final, Self, overload

import numpy as np
from numpy.typing import NDArray

from csm_xl.plan import cells
from csm_xl.plan.coded import Coded, taken

_AT_ONCE: Final = 256
"""How many rows are turned into lists at a time: few enough to stay in the processor's cache."""
_TEXTS: Final = frozenset({str, type(None)})


class RawRows(Sequence[Sequence[Any]]):
    """Rows of cells, seen as a sequence of lists, and kept as columns.

    columns: the cells, None where a row is shorter. lengths: how many cells each row has; None where all have
    a cell in every column.

    >>> rows = RawRows.of([["period", "actual"], ["2026-Q1", "0.9"], ["2026-Q1"]])
    >>> rows[0], rows[2], len(rows), rows.columns[0].values
    (['period', 'actual'], ['2026-Q1'], 3, ['period', '2026-Q1'])
    """

    def __init__(self, columns: Sequence[Coded], count: int, lengths: NDArray[Any] | None = None) -> None:
        self.columns = columns
        self.lengths = lengths
        self._count = count

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Self:
        """Rows as they come from any door. Texts are kept once, any other cell as it is."""
        if isinstance(rows, cls):
            return rows
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        columns = [_coded(column) for column in zip_longest(*rows)]
        return cls(columns, len(rows), _uneven(lengths, len(columns)))

    @classmethod
    def of_texts(cls, rows: Iterator[list[str]]) -> Self:
        """Rows of texts, a few of which are looked at at a time."""
        texts: list[dict[str | None, int]] = []
        codes: list[list[NDArray[np.int32]]] = []
        lengths: list[NDArray[np.int64]] = []
        before = 0
        while part := list(islice(rows, _AT_ONCE)):
            lengths.append(np.fromiter(map(len, part), dtype=np.int64, count=len(part)))
            while len(texts) < int(lengths[-1].max()):
                texts.append(defaultdict(count().__next__))
                codes.append([np.full(before, texts[-1][None], dtype=np.int32)] if before else [])
            columns = zip_longest(*part, [None] * len(texts))
            for known, found, (*column, _) in zip(texts, codes, columns, strict=True):
                found.append(np.fromiter(map(known.__getitem__, column), dtype=np.int32, count=len(part)))
            before += len(part)
        every = np.concatenate(lengths) if lengths else np.zeros(0, dtype=np.int64)
        columns_ = []
        while texts:  # one after another, so that no column is there twice
            columns_.append(Coded(list(texts.pop()), np.concatenate(codes.pop())))
        return cls(columns_[::-1], before, _uneven(every, len(columns_)))

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> list[Any]: ...
    @overload
    def __getitem__(self, row: slice) -> RawRows: ...
    def __getitem__(self, row: int | slice) -> list[Any] | RawRows:
        if isinstance(row, slice):
            return self._taken(row, len(range(*row.indices(self._count))))
        row = range(self._count)[row]
        width = len(self.columns) if self.lengths is None else int(self.lengths[row])
        return [column.values[column.codes[row]] for column in self.columns[:width]]

    def __iter__(self) -> Iterator[list[Any]]:
        for first in range(0, self._count, _AT_ONCE):  # who looks at the first rows alone gets no others
            part = slice(first, min(first + _AT_ONCE, self._count))
            columns = [column[part] for column in self.columns]
            rows = zip(*columns, strict=True) if columns else [()] * (part.stop - part.start)
            widths = [len(columns)] * (part.stop - part.start) if self.lengths is None else self.lengths[part]
            yield from (list(row[:width]) for row, width in zip(rows, widths, strict=True))

    def _taken(self, rows: Any, count: int) -> RawRows:
        columns = [taken(column, rows) for column in self.columns]
        return RawRows(columns, count, None if self.lengths is None else self.lengths[rows])

    def filled(self, first: int = 0) -> NDArray[np.bool_]:
        """Which rows have a cell that is not blank, from a column on."""
        found = np.zeros(self._count, dtype=bool)
        for column in self.columns[first:]:
            if found.all():
                break  # most tables have a cell in every row of their first column
            blank = np.fromiter(map(cells.is_blank, column.values), dtype=bool, count=len(column.values))
            found |= ~blank[column.codes]
        return found

    def without_blank_rows(self) -> tuple[NDArray[np.int64], RawRows]:
        """The rows in which anything is, and the places that they had."""
        lines = np.flatnonzero(self.filled())
        return lines, self if len(lines) == self._count else self._taken(lines, len(lines))

    def column(self, at: int) -> Coded:
        """One column; all blank if no row is that wide."""
        if at < len(self.columns):
            return self.columns[at]
        return Coded([None], np.zeros(self._count, dtype=np.int32))

    def with_texts(self, changed: Any) -> RawRows:
        """The rows with another text in the place of each. changed: what gives it, for a text."""
        columns = [
            Coded([value if value is None else changed(value) for value in column.values], column.codes)
            for column in self.columns
        ]
        return RawRows(columns, self._count, self.lengths)


def _uneven(lengths: NDArray[np.int64], width: int) -> NDArray[np.int64] | None:
    return None if (lengths == width).all() else lengths


def _coded(column: Iterable[Any]) -> Coded:
    """Cells of one column. What is no text is kept as often as it is there: 1 equals TRUE."""
    every = list(column)
    if not _TEXTS.issuperset(map(type, every)):
        return Coded(every, np.arange(len(every), dtype=np.int32))
    known: dict[Any, int] = defaultdict(count().__next__)
    codes = np.fromiter(map(known.__getitem__, every), dtype=np.int32, count=len(every))
    return Coded(list(known), codes)
