"""The cells of a workbook by area, for the functions of a plain formula that take many of them."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from typing import Any, Final, NamedTuple

from csm_xl.xlsx.dependents import Area
from csm_xl.xlsx.proof.values import Number, UnsureError, Value

_MOST: Final = 200_000  # cells of one area; a larger one is left to Excel
_READ: Final = 10_000_000  # cells of all areas that are read cell by cell, which takes seconds
_SHORT: Final = 8  # an area of no more cells is added up as it is


class Total(NamedTuple):
    """What some numbers come to.

    parts: floats that add up to the exact sum. size: the sum of their absolute values. error: how far the
    sum may be off. many: how many there are.
    """

    parts: tuple[float, ...] = ()
    size: float = 0.0
    error: float = 0.0
    many: int = 0

    @classmethod
    def of(cls, value: Number) -> Total:
        """The total of one number."""
        return cls((value.value,), abs(value.value), value.error, 1)

    @classmethod
    def joined(cls, totals: Iterable[Total]) -> Total:
        """The total of all of them."""
        every = list(totals)
        return cls(
            tuple(part for one in every for part in one.parts),
            math.fsum(one.size for one in every),
            math.fsum(one.error for one in every),
            sum(one.many for one in every),
        )

    @property
    def sum(self) -> float:
        """The sum, rounded once."""
        return math.fsum(self.parts)


class Block:
    """The cells of an area.

    rows, columns: its size. held: row and column within it, from 0, → what the cell holds; where it is a
    function, it is asked once, when somebody wants to know. total: what its numbers come to, where that is
    known without looking at each.
    """

    def __init__(
        self,
        rows: int,
        columns: int,
        held: dict[tuple[int, int], Value] | Callable[[], dict[tuple[int, int], Value]],
        total: Callable[[], Total] | None = None,
    ) -> None:
        self.rows = rows
        self.columns = columns
        self._held = held
        self._total = total

    @cached_property
    def held(self) -> dict[tuple[int, int], Value]:
        """Row and column within the area, from 0, → what the cell holds."""
        return self._held() if callable(self._held) else self._held

    def at(self, row: int, column: int) -> Value:
        """One cell of it."""
        if not (0 <= row < self.rows and 0 <= column < self.columns):
            raise UnsureError
        return self.held.get((row, column))

    def line(self) -> list[Value]:
        """The cells of a single row or column in order."""
        if min(self.rows, self.columns) != 1 or max(self.rows, self.columns) > _MOST:
            raise UnsureError
        return [self.at(*((0, at) if self.rows == 1 else (at, 0)))
                for at in range(max(self.rows, self.columns))]  # fmt: skip

    def numbers(self) -> Iterator[Number]:
        """The numbers in it: what SUM adds up; LibreOffice counts TRUE as 1."""
        if any(isinstance(value, bool) for value in self.held.values()):
            raise UnsureError
        return (value for value in self.held.values() if isinstance(value, Number))

    def total(self) -> Total:
        """What its numbers come to."""
        if self._total is not None:
            return self._total()
        return Total.joined(map(Total.of, self.numbers()))


def single(given: Value | Block) -> Value:
    """A value; of an area, only where it is one cell."""
    if not isinstance(given, Block):
        return given
    if (given.rows, given.columns) != (1, 1):
        raise UnsureError
    return given.at(0, 0)


class Sheets:
    """The cells of a workbook, found by area.

    values: sheet, row, column → what the cell holds. unreadable: the cells that hold what nobody can read.
    What all areas together are read for is bounded, so that ten thousand lookups in ten thousand cells take
    seconds: what comes after that is not sure.
    """

    def __init__(self, values: Mapping[Any, Any], unreadable: Iterable[Any] = ()) -> None:
        cells: dict[tuple[str, int], dict[int, Any]] = {}
        folded: dict[str, str] = {}
        for (sheet, row, column), value in values.items():
            if value is not None:
                name = folded.get(sheet) or folded.setdefault(sheet, sheet.casefold())
                cells.setdefault((name, column), {})[row] = value
        for sheet, row, column in unreadable:
            cells.setdefault((sheet.casefold(), column), {})[row] = UnsureError
        self._cells = cells
        self._columns: dict[tuple[str, int], _Column] = {}
        self._left = _READ

    def block(self, area: Area) -> Block:
        """The cells of an area; one that holds neither number, text nor truth is not sure."""
        sheet, top, left, bottom, right = area
        if right - left > 1000:
            raise UnsureError
        parts = []
        for column in range(left, right + 1):
            found = self._column(sheet, column)
            if found is not None:
                start, end = found.between(top, bottom)
                if start < end:
                    parts.append((column - left, found, start, end))
        count = sum(end - start for _, _, start, end in parts)
        # A blank cell may be one that nobody could read, or that was emptied by hand.
        if not count or count > _MOST or any(one.has_unsure(start, end) for _, one, start, end in parts):
            raise UnsureError

        def held() -> dict[tuple[int, int], Value]:
            self._left -= count
            if self._left < 0 and count > 1:
                raise UnsureError
            return {(one.rows[at] - top, across): one.values[at]
                    for across, one, start, end in parts for at in range(start, end)}  # fmt: skip

        def total() -> Total:
            return Total.joined(one.total(start, end) for _, one, start, end in parts)

        return Block(bottom - top + 1, right - left + 1, held, total)

    def _column(self, sheet: str, column: int) -> _Column | None:
        at = sheet, column
        if at not in self._columns and at in self._cells:
            self._columns[at] = _Column(self._cells[at])
        return self._columns.get(at)


class _Column:
    """The cells of one column by row, and what those up to each of them come to, so that a sum over any part
    of it is a difference of two: a column of running sums takes as long as it has cells."""

    def __init__(self, cells: Mapping[int, Any]) -> None:
        self.rows = sorted(cells)
        self.values = [_value(cells[row]) for row in self.rows]
        self._unsure = [0, *accumulate(value is UnsureError for value in self.values)]

    def between(self, top: int, bottom: int) -> tuple[int, int]:
        """The cells of some rows: the first, and behind the last."""
        return bisect_left(self.rows, top), bisect_right(self.rows, bottom)

    def has_unsure(self, start: int, end: int) -> bool:
        """Whether one of some cells holds what nobody can read."""
        return self._unsure[end] > self._unsure[start]

    def total(self, start: int, end: int) -> Total:
        """What the numbers among some cells come to; LibreOffice counts TRUE as 1."""
        truths = self._truths
        if truths[end] > truths[start]:
            raise UnsureError
        if end - start <= _SHORT:
            values = [value.value for value in self.values[start:end] if isinstance(value, Number)]
            return Total(tuple(values), sum(map(abs, values)), 0.0, len(values))
        before, now = self._sums[start], self._sums[end]
        parts = (*now[0], *(-part for part in before[0]))
        size = math.fsum((*now[1], *(-part for part in before[1])))
        return Total(parts, size, 0.0, now[2] - before[2])

    @cached_property
    def _truths(self) -> list[int]:
        return [0, *accumulate(isinstance(value, bool) for value in self.values)]

    @cached_property
    def _sums(self) -> list[tuple[tuple[float, ...], tuple[float, ...], int]]:
        """Of the numbers before each cell, the exact sum and the exact sum of their sizes, each in parts that
        do not overlap, and how many there are."""
        total, size, count = list[float](), list[float](), 0
        found = [(tuple(total), tuple(size), count)]
        for value in self.values:
            if isinstance(value, Number):
                _grow(total, value.value)
                _grow(size, abs(value.value))
                count += 1
            found.append((tuple(total), tuple(size), count))
        return found


def _grow(parts: list[float], value: float) -> None:
    """Add a number to an exact sum: Shewchuk, Adaptive precision floating-point arithmetic, 1997, figure 6.

    >>> parts = [1e16]
    >>> _grow(parts, 1.0)
    >>> parts
    [1.0, 1e+16]
    """
    at = 0
    for part in parts:
        if abs(value) < abs(part):
            value, part = part, value
        high = value + part
        low = part - (high - value)
        if low:
            parts[at] = low
            at += 1
        value = high
    parts[at:] = [value]


def _value(held: Any) -> Any:
    """What a cell holds as a `Value`; `UnsureError` for what nobody can read."""
    if isinstance(held, (str, bool)):
        return held
    return Number(float(held)) if isinstance(held, (int, float)) else UnsureError
