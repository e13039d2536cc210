"""Convert cells to the values a function computes with: the first step of every call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np

from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue, listed
from csm_xl.functions.cell_range import CellRange, cell_range
from csm_xl.functions.registry import Parameter
from csm_xl.pay.rounding import COMPARED_PLACES, Array
from csm_xl.plan.cells import TwoReadings, is_blank, is_no_day, reads_two_ways
from csm_xl.plan.columns import LARGEST, NUMERIC, TEXTS, read_column, typed_percentage
from csm_xl.plan.names import header_name
from csm_xl.plan.schema import TENFOLD, Column

_FIRST_DAYS: Final = 2
"""As a day these are 1 January 1900, which stands for "always"."""
_A_YEAR: Final = 366


@dataclass(slots=True, eq=False, repr=False)
class Read:
    """An argument as read: values in the shape of its range, and which cells are filled."""

    values: Array
    filled: Array
    grid: CellRange

    @property
    def single(self) -> Any:
        """The value of a range of one cell, as plain Python or NumPy holds it."""
        value = self.values.reshape(-1)[0]
        return value.item() if isinstance(value, np.generic) else value


def read_scalar(argument: Any, parameter: Parameter, issues: list[Issue]) -> Read | None:
    """A broadcasting argument; None (the default) if it is left out or a single blank cell."""
    cells = cell_range(argument, parameter.name)
    only = cells.cells[0] if len(cells.cells) == 1 else None
    no_day = parameter.column.kind == "date" and is_no_day(only)
    if len(cells.cells) == 1 and (is_blank(only) or no_day):
        if parameter.required:
            issues.append(blank(parameter.column, parameter.name))
        return None
    return read_cells(cells, parameter.column, parameter.name, issues)


def read_list(argument: Any, parameter: Parameter, blanks: bool, issues: list[Issue]) -> Read | None:
    """A column argument: one row or one column of values. blanks: whether cells may be blank."""
    cells = cell_range(argument, parameter.name).without_blank_end()
    if min(cells.rows, cells.columns) > 1:
        issues.append(Issue(VALUE, "the range has several rows and columns", parameter.name, cells.size,
                            "Give one column or one row."))  # fmt: skip
        return None
    read = read_cells(cells, parameter.column, parameter.name, issues)
    if not blanks or not read.filled.any():
        _refuse_blanks(read, parameter.column, parameter.name, issues)
    return read


def read_cells(cells: CellRange, column: Column, where: str, issues: list[Issue]) -> Read:
    """Every cell of a range converted to the column's kind; invalid ones are added to the issues."""
    # Money in a cell may come from an unrounded formula: only float noise is removed.
    given = _two_readings(column, cells.cells)
    read = read_column(column, given, money_places=COMPARED_PLACES, largest=np.inf, percent_of_one=True)
    bad = [(index, VALUE, message, hint) for index, message, hint in read.bad]
    if column.kind in NUMERIC:
        bad += [(index, ARITHMETIC, "the number is too large to be exact", "Give a smaller number.")
                for index in np.flatnonzero(np.abs(read.values) >= LARGEST).tolist()]  # fmt: skip
    if column.kind == "ratio":
        bound = TENFOLD if column.most is None else column.most
        for index in np.flatnonzero(np.abs(np.nan_to_num(read.values)) > bound).tolist():
            value = float(read.values[index])
            bad.append((index, VALUE, *typed_percentage(value)))
    if column.kind == "date":
        bad += [
            (index, VALUE, f"{cell:g} is a number of days, and not a date", "Give a date such as 2026-03-31.")
            for index, cell in enumerate(cells.cells)
            if type(cell) in (int, float) and _FIRST_DAYS < cell <= _A_YEAR
        ]
    for index, code, message, hint in bad:
        issues.append(Issue(code, message, cells.place(where, index), shown(cells.cells[index]), hint))
    shape = (cells.rows, cells.columns)
    return Read(read.values.reshape(shape), read.filled.reshape(shape), cells)


def _two_readings(column: Column, cells: Sequence[Any]) -> Sequence[Any]:
    """The cells of an argument, of which texts such as 120.000 are numbers that can be read two ways.

    A ratio with a limit is never thousands: 1.125 is read as it is typed.
    """
    if column.kind not in NUMERIC or (column.kind == "ratio" and column.most != np.inf):
        return cells
    if not any(issubclass(kind, str) for kind in set(map(type, cells))):
        return cells
    # Without a limit a ratio may be a figure in the measure's own unit; as a ratio it is small.
    bound = TENFOLD if column.kind == "ratio" else 0.0
    return [
        TwoReadings(cell.strip())
        if isinstance(cell, str) and "." in cell and reads_two_ways(cell.strip()) and abs(float(cell)) > bound
        else cell
        for cell in cells
    ]


def read_table(argument: Any, parameter: Parameter, issues: list[Issue]) -> Array | None:
    """A block of rows as floats, with blanks as NaN and dates as ordinals, in the order of the parameter's
    columns. With a header, columns are found by name in any order, and others are ignored. Without one, they
    must be all of the parameter's columns, or the required ones, in order. Rows are counted below the header.
    If a column is text, the block holds objects, with "" for blank text.
    """
    name = parameter.name
    cells = cell_range(argument, name, header=True).without_blank_end()
    if len(cells.cells) == 1 and is_blank(cells.cells[0]):
        given = (
            f"Give rows of {_asked(parameter)}."
            if parameter.columns
            else "Give a block with row and column headings."
        )
        issues.append(Issue(VALUE, "a table is required", name, None, given))
        return None
    if not parameter.columns:
        return _read_matrix(cells, parameter, issues)
    found = _columns(cells, parameter, issues)
    if found is None:
        return None
    body = [cells.row(row) for row in range(int(has_header(cells, parameter.columns)), cells.rows)]
    if not body:
        issues.append(
            Issue(
                VALUE, "the table has a header and no rows", name, None, f"Give rows of {_asked(parameter)}."
            )
        )
        return None
    if has_header(cells, parameter.columns):
        _refuse_mixed(cells, body, parameter, issues)
    block = []
    for column, index in found:
        part = CellRange(len(body), 1, [row[index] for row in body])
        where = f"{name} {column.name}"
        read = read_cells(part, replace(column, required=False), where, issues)
        if column.required and not column.blank:
            _refuse_blanks(read, column, where, issues)
        text = column.kind in TEXTS
        values = read.values if text else np.where(read.filled, read.values, np.nan).astype(np.float64)
        block.append(values[:, 0])
    return np.column_stack(block)


def _read_matrix(cells: CellRange, parameter: Parameter, issues: list[Issue]) -> Array:
    """A block with headings in its first row and column; the corner may hold any label."""
    corner, first = cells.cells[0], cells.cells[1] if cells.columns > 1 else None
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) for one in (corner, first))
    if numbers and 0 < corner < first:
        what = f"the corner holds {corner:g}, as if it were a heading before {first:g}"
        hint = "Take in the column of the row headings, and leave the corner blank."
        issues.append(Issue(VALUE, what, parameter.name, corner, hint))
    free = CellRange(cells.rows, cells.columns, [None, *cells.cells[1:]])
    read = read_cells(free, parameter.column, parameter.name, issues)
    filled = read.filled.copy()
    filled[0, 0] = True
    _refuse_blanks(replace(read, filled=filled), parameter.column, parameter.name, issues)
    return read.values


def _refuse_mixed(
    cells: CellRange, rows: Sequence[Sequence[Any]], parameter: Parameter, issues: list[Issue]
) -> None:
    """Refuse what a column that the table does not use tells apart: rows of several currencies, of several
    people in one person's history, and totals."""
    headers = [header_name(cell) if isinstance(cell, str) else "" for cell in cells.row(0)]
    used = {column.name for column in parameter.columns}
    history = any(column.kind == "date" for column in parameter.columns)
    for at, name in enumerate(headers):
        if name in used:
            continue
        said = list(dict.fromkeys(str(row[at]).strip().upper() for row in rows if not is_blank(row[at])))
        if len(said) > 1 and (name == "currency" or (history and name in _WHOSE)):
            several = "currencies" if name == "currency" else "people"
            what = f"the rows are of several {several}: {listed(said)}"
            issues.append(Issue(VALUE, what, parameter.name, None, f"Give the rows of one {name}."))
        for number, row in enumerate(rows, 1):
            if is_total(row[at]):
                where = f"{parameter.name} row {number}"
                issues.append(Issue(VALUE, "the row is a total", where, row[at], "End the range above it."))


_WHOSE: Final = frozenset({"employee_id", "employee", "employee_name", "name", "person"})
_TOTALS: Final = frozenset({"total", "totals", "grand total", "subtotal"})


def is_total(cell: Any) -> bool:
    """Whether a cell heads a row of totals. Words such as "average" may be names."""
    return isinstance(cell, str) and cell.strip(" :").casefold() in _TOTALS


def has_header(cells: CellRange, columns: Sequence[Column] = ()) -> bool:
    """Whether the first row is a header: text that is not a number or a date, except where that is a column
    name."""
    first = [cell for cell in cells.row(0) if not is_blank(cell)]
    if not first or not all(isinstance(cell, str) for cell in first):
        return False
    known = {column.name for column in columns}
    return all(not any(map(str.isdigit, cell)) or header_name(cell) in known for cell in first)


def _columns(cells: CellRange, parameter: Parameter, issues: list[Issue]) -> list[tuple[Column, int]] | None:
    """The columns of a table and the position of each."""
    name, columns = parameter.name, parameter.columns
    if not has_header(cells, columns):
        for chosen in (columns, [column for column in columns if column.required]):
            if len(chosen) == cells.columns:
                return list(zip(chosen, range(len(chosen)), strict=True))
        issues.append(Issue(VALUE, "the table has the wrong number of columns", name, cells.size,
                            f"Give rows of {_asked(parameter)}."))  # fmt: skip
        return None
    headers = [header_name(str(cell)) if isinstance(cell, str) else "" for cell in cells.row(0)]
    missing = [column.name for column in columns if column.required and column.name not in headers]
    double = [column.name for column in columns if headers.count(column.name) > 1]
    if missing or double:
        said = f"lacks {listed(missing)}" if missing else f"has {listed(double)} twice"
        issues.append(Issue(VALUE, f"the table {said}", name, listed(map(str, cells.row(0))),
                            f"Give columns {_asked(parameter)}."))  # fmt: skip
        return None
    return [(column, headers.index(column.name)) for column in columns if column.name in headers]


def _asked(parameter: Parameter) -> str:
    names = [column.name if column.required else f"{column.name} (optional)" for column in parameter.columns]
    return ", ".join(names)


def _refuse_blanks(read: Read, column: Column, where: str, issues: list[Issue]) -> None:
    for index in np.flatnonzero(~read.filled).tolist():
        cell = read.grid.cells[index]
        if is_blank(cell) or (column.kind == "date" and is_no_day(cell)):
            issues.append(blank(column, read.grid.place(where, index)))


def blank(column: Column, where: str) -> Issue:
    """What is reported about a blank where a value is needed."""
    what = {"date": "a date such as 2026-03-31", "flag": "TRUE or FALSE"}.get(column.kind, "a number")
    value = f"one of {listed(column.choices)}" if column.choices else "text" if column.kind in TEXTS else what
    return Issue(
        VALUE, "a value is needed and the cell is blank", where, None, f"Give {value}. {column.help}"
    )


def shown(cell: Any) -> Any:
    """A cell as a message shows it."""
    if isinstance(cell, Decimal):
        return float(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, (list, tuple, dict, set)):
        return str(cell)
    return cell.item() if isinstance(cell, np.generic) else cell


def one_cell(read: Read, parameter: Parameter) -> CsmError:
    """What is reported about a range where one cell is needed."""
    return CsmError(VALUE, "a range is given where one value is needed", parameter.name, read.grid.size,
                    "Give one cell.")  # fmt: skip
