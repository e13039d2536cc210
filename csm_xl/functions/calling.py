"""How every call runs: coerce cells, broadcast, compute, encode."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Final

import numpy as np

from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue
from csm_xl.functions import coerce
from csm_xl.functions.cell_range import CellRange, cell_range
from csm_xl.functions.coerce import Read
from csm_xl.functions.error_log import ERROR_LOG
from csm_xl.functions.registry import Function, Parameter, find
from csm_xl.pay.nearest import nearest, shown
from csm_xl.pay.rounding import MOST_EXACT, Array, exact
from csm_xl.plan.raw import RawTable

Rows = list[list[Any]]

_EXACT: Final = ("money", "ratio", "number")
"""Kinds of arguments that are numbers for arithmetic."""


def call(name: str, *arguments: Any) -> Any:
    """The result of a worksheet function: a plain value, or a list of rows where it has several cells.

    name: with or without ``CSM_``, in any case.
    arguments: values, lists (columns), lists of rows, NumPy arrays, DataFrames; None for a blank or a
        left-out argument; trailing ones may be left out.
    Errors: `CsmError`, with every bad cell of the call.

    >>> call("CSM_TOTALCOMP", 100000, 25000, 1.1)
    127500.0
    >>> call("totalcomp", [100000, None, 90000], 25000)
    [[125000.0], [None], [115000.0]]
    """
    rows = plain(compute(find(name), arguments))
    return rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else rows


def compute(function: Function, arguments: Sequence[Any]) -> Array | Rows:
    """The result of a function: a 2-D array, or rows; every number of it finite.

    A failure is stored, so that CSM_ERROR can show it.
    Errors: invalid arguments.
    """
    try:
        return computed(function, arguments)
    except CsmError as error:
        if not function.recalls:
            ERROR_LOG.note(error)
        raise


def computed(function: Function, arguments: Sequence[Any]) -> Array | Rows:
    """As `compute`, for an attempt: a failure is not stored.

    Errors: invalid arguments.
    """
    return _finite(_computed(function, arguments))


def plain(result: Array | Rows) -> Rows:
    """A result as rows of plain Python values: numbers, text, booleans, dates, None."""
    rows: Rows = result if isinstance(result, list) else result.tolist()
    return rows


def _computed(function: Function, arguments: Sequence[Any]) -> Array | Rows:
    scalars: dict[str, Read | None] = {}
    lists: dict[str, Read] = {}
    blocks: dict[str, Any] = {}
    tables: list[RawTable] = []
    issues: list[Issue] = []
    for position, parameter, given in _bound(function, arguments):
        name = parameter.name
        if parameter.rank == "tables":
            tables.append(raw_table(given, position))
        elif parameter.rank == "cell":
            blocks[name] = _cell(given, parameter, issues)
        elif parameter.rank == "scalar":
            scalars[name] = coerce.read_scalar(given, parameter, issues)
        elif not _given(given) and not parameter.required:
            blocks[name] = parameter.default
        elif parameter.rank == "cells":
            blocks[name] = _cells(given, parameter, issues)
        elif parameter.rank == "column":
            blanks = function.result.like == name
            read = coerce.read_list(given, parameter, blanks, issues)
            if read is not None:
                lists[name] = read
        else:
            blocks[name] = coerce.read_table(given, parameter, issues)
    if issues:
        raise CsmError.of(issues)
    with np.errstate(all="ignore"):  # results that are not finite are refused at the end
        return _Run(function, scalars, lists, blocks, tables).result()


def _given(argument: Any) -> bool:
    return not (argument is None or (isinstance(argument, str) and not argument.strip()))


def _bound(function: Function, arguments: Sequence[Any]) -> Iterator[tuple[int, Parameter, Any]]:
    """The position of each argument from 1, its parameter, and what is given: None where it is left out."""
    parameters = function.parameters
    many = bool(parameters) and parameters[-1].rank == "tables"
    if len(arguments) > len(parameters) and not many:
        raise CsmError(VALUE, f"{function.name} takes at most {len(parameters)} arguments", function.name,
                       len(arguments), f"Write {function.signature}.")  # fmt: skip
    fixed = parameters[:-1] if many else parameters
    for position, parameter in enumerate(fixed, 1):
        yield position, parameter, arguments[position - 1] if position <= len(arguments) else None
    if many:
        last = parameters[-1]
        given = [(i, table) for i, table in enumerate(arguments, 1) if i > len(fixed) and _given(table)]
        if not given:
            raise CsmError(VALUE, "no table is given", last.name, None, last.help)
        for position, table in given:
            yield position, last, table


def raw_table(given: Any, position: int) -> RawTable:
    """A range as a table with a header, named by its argument position."""
    cells = cell_range(given, f"argument {position}", header=True).without_blank_end()
    return RawTable.of_rows(cells.as_rows, argument=position)


def _cell(given: Any, parameter: Parameter, issues: list[Issue]) -> Any:
    cells = cell_range(given, parameter.name)
    if len(cells.cells) != 1:
        issues.append(Issue(VALUE, "a range is given where one value is needed", parameter.name, cells.size,
                            "Give one cell."))  # fmt: skip
    elif not _given(cells.cells[0]):
        if parameter.required:
            issues.append(coerce.blank(parameter.column, parameter.name))
        return parameter.default
    return cells.cells[0]


def _cells(given: Any, parameter: Parameter, issues: list[Issue]) -> CellRange:
    """A block without the blank rows at its end."""
    cells = cell_range(given, parameter.name, header=True).without_blank_end()
    if not any(map(_given, cells.cells)):
        issues.append(coerce.blank(parameter.column, parameter.name))
    return cells


class _Run:
    """A call with its arguments read, to be broadcast and computed."""

    def __init__(self, function: Function, scalars: dict[str, Read | None], lists: dict[str, Read],
                 blocks: dict[str, Any], tables: list[RawTable]) -> None:  # fmt: skip
        self.function = function
        self.parameters = {parameter.name: parameter for parameter in function.parameters}
        self.scalars = scalars
        self.lists = lists
        self.columns = {name: read.values.reshape(-1) for name, read in lists.items()}
        self.blocks = blocks
        self.tables = tables
        ranges = {name: read for name, read in scalars.items() if read is not None}
        self.ranges = {name: read for name, read in ranges.items() if read.values.size > 1}
        held = (*(read.values for read in (*self.ranges.values(), *lists.values())), *blocks.values())
        self.long = any(isinstance(one, np.ndarray) and one.size > MOST_EXACT for one in held)
        self.singles = {name: read.single for name, read in ranges.items() if read.values.size == 1}

    def result(self) -> Array | Rows:
        """The result of the function as a 2-D block."""
        shape = self.function.result.shape
        if shape in ("each", "row"):
            return self._vectorised()
        if shape in ("rows", "block"):
            self._refuse_ranges()
            return list(self._call(self.singles))
        return self._like() if shape == "like" else self._one()

    def _call(self, values: dict[str, Any], lists: dict[str, Array] | None = None) -> Any:
        """The results of the Python function. For an exact function these are the floats nearest to the exact
        results; for a long range, floats that display the same."""
        given = {**self.blocks, **(self.columns if lists is None else lists)}
        given = {
            name: given[name] if name in given else values.get(name, parameter.default)
            for name, parameter in self.parameters.items()
            if parameter.rank != "tables"
        }
        if not self.function.exact:
            return self.function.python(*given.values(), *self.tables)
        if self.long:
            result = self.function.python(*given.values())
            return tuple(map(shown, result)) if isinstance(result, tuple) else shown(result)
        arguments = [
            exact(value) if value is not None and self.parameters[name].kind in _EXACT else value
            for name, value in given.items()
        ]
        return nearest(self.function.python(*arguments))

    def _refuse_ranges(self) -> None:
        for name, read in self.ranges.items():
            raise coerce.one_cell(read, self.parameters[name])

    def _shape(self) -> tuple[int, int]:
        """The shape that the ranges broadcast to: size 1 fits any size, n fits n."""
        rows = {read.grid.rows for read in self.ranges.values()} - {1}
        columns = {read.grid.columns for read in self.ranges.values()} - {1}
        if len(rows) > 1 or len(columns) > 1:
            sizes = ", ".join(f"{name} {read.grid.size}" for name, read in self.ranges.items())
            raise CsmError(
                VALUE,
                "the ranges have different sizes",
                ", ".join(self.ranges),
                sizes,
                "Give ranges with the same number of rows and columns, or single cells.",
            )
        return max(rows, default=1), max(columns, default=1)

    def _wrong_shape(self, message: str, shape: tuple[int, int], hint: str) -> CsmError:
        return CsmError(VALUE, message, ", ".join(self.ranges), f"{shape[0]}×{shape[1]}", hint)

    def _vectorised(self) -> Array:
        """One computation for all cells with the same words and options."""
        row = self.function.result.shape == "row"
        if not self.ranges:
            value = self._call(self.singles)
            return np.asarray(value).reshape(1, -1) if row else np.asarray(value).reshape(1, 1)
        rows, columns = shape = self._shape()
        if row and columns > 1:
            raise self._wrong_shape("each result is a row", shape, "Give ranges of one column.")
        width = len(self.function.result.columns) if row else 1
        values = {name: np.broadcast_to(read.values, shape).reshape(-1) for name, read in self.ranges.items()}
        known = {name: np.broadcast_to(read.filled, shape).reshape(-1) for name, read in self.ranges.items()}
        whole = np.ones(rows * columns, dtype=bool)
        for name in self.ranges:
            if self.parameters[name].default is not None:
                whole &= known[name]
        out: Array | None = None
        for index, group in self._groups(values, known, np.flatnonzero(whole)):
            try:
                result = self._call({**self.singles, **group})
            except CsmError as error:
                raise self._placed(error, index, shape) from None
            block = np.column_stack(result) if row else np.asarray(result).reshape(-1, 1)
            block = np.broadcast_to(block, (len(index), width))
            if len(index) == len(whole):
                out = block
            else:
                out = np.full((len(whole), width), None, dtype=object) if out is None else out
                out[index] = block
        if out is None:
            out = np.full((len(whole), width), None, dtype=object)
        return out if row else out.reshape(shape)

    def _groups(self, values: dict[str, Array], known: dict[str, Array],
                rows: Array) -> Iterator[tuple[Array, dict[str, Any]]]:  # fmt: skip
        """The rows that can be computed together, with their values.

        A rule takes words and flags as single values, and a blank for an argument without a default as
        missing. Rows that differ in these are computed separately.
        """
        if not len(rows):
            return
        words = [name for name in values if self.parameters[name].kind in ("word", "flag", "id")]
        gaps = [name for name in values if not known[name][rows].all()]
        keys = [values[name][rows] for name in words] + [known[name][rows] for name in gaps]
        every = len(rows) == len(next(iter(values.values())))
        code = np.zeros(len(rows), dtype=np.intp)
        for key in keys:
            _, part = np.unique(key.astype(str), return_inverse=True)
            code = code * (part.max() + 1) + part
        for one in np.unique(code) if keys else (0,):
            index = rows[code == one] if keys else rows
            group = {name: array if every and not keys else array[index] for name, array in values.items()}
            for name in words:
                group[name] = values[name][index[0]]
            for name in gaps:
                if not known[name][index[0]]:
                    group[name] = None
            yield index, group

    def _placed(self, error: CsmError, index: Array, shape: tuple[int, int]) -> CsmError:
        """The error of a computation, with row numbers of the given ranges."""
        issues: dict[Issue, None] = {}
        for issue in error.issues:
            name, _, row = issue.where.partition(" row ")
            if name in self.ranges and (row.isdigit() or (not row and len(index) == 1)):
                cells = self.ranges[name].grid
                down, across = divmod(int(index[int(row or 1) - 1]), shape[1])
                at = min(down, cells.rows - 1) * cells.columns + min(across, cells.columns - 1)
                issue = replace(issue, where=cells.place(name, at))
            issues[issue] = None
        return CsmError.of(issues)

    def _each(self) -> Iterator[dict[str, Any] | None]:
        """The value of every cell that the ranges broadcast to; None where an input is blank."""
        rows, columns = self._shape()
        for row, column in product(range(rows), range(columns)):
            values: dict[str, Any] | None = dict(self.singles)
            for name, read in self.ranges.items():
                at = (row if read.grid.rows > 1 else 0, column if read.grid.columns > 1 else 0)
                if values is not None and read.filled[at]:
                    value = read.values[at]
                    values[name] = value.item() if isinstance(value, np.generic) else value
                elif values is not None and self.parameters[name].default is not None:
                    values = None
            yield values

    def _one(self) -> Array:
        """One value from the columns for every cell that the other arguments broadcast to."""
        found = [None if values is None else self._call(values) for values in self._each()]
        out = np.empty(len(found), dtype=object)
        out[:] = [value.item() if isinstance(value, (np.generic, np.ndarray)) else value for value in found]
        return out.reshape(self._shape())

    def _like(self) -> Array:
        """One value per cell of the leading column, blank where it is blank; other arguments run across
        it."""
        lead = self.lists[self.function.result.like]
        rows, columns = self._shape()
        down = lead.grid.rows > 1
        if (rows if down else columns) > 1 and lead.values.size > 1:
            raise self._wrong_shape(f"the range lies along {self.function.result.like}", (rows, columns),
                                    "Give one cell, or a range at right angles to it.")  # fmt: skip
        filled = lead.filled.reshape(-1)
        lists = {
            name: values[filled] if len(values) == len(filled) else values
            for name, values in self.columns.items()
        }
        block = np.full((rows * columns, len(filled)), None, dtype=object)
        for index, values in enumerate(self._each()):
            if values is not None:
                block[index, filled] = np.asarray(self._call(values, lists)).reshape(-1)
        return block.T if down or columns > 1 else block


def _finite(result: Array | Rows) -> Array | Rows:
    """The result without negative zeros; a number that is not finite is refused."""
    if isinstance(result, list) or result.dtype == object:
        rows = result if isinstance(result, list) else result.tolist()
        return [[_plain(value) for value in row] for row in rows]
    if result.dtype.kind == "f":
        if not np.isfinite(result).all():
            raise _not_finite()
        result = result + 0.0
    return result


def _plain(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _not_finite()
        return value + 0.0
    return value


def _not_finite() -> CsmError:
    return CsmError(ARITHMETIC, "the result is not a finite number", "", None,
                    "Use arguments of normal size.")  # fmt: skip
