"""Cases laid out as a spreadsheet: arguments in ranges of one sheet, calls as formulas of another."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from case import Case, Steps

from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.serial_dates import EPOCH_1900

GIVEN, CALLS = "Given", "Calls"
_STEPS = (60, 5)


@dataclass(frozen=True)
class Call:
    """A call on the sheet: its arguments as references, None where left out, and the cells it fills."""

    case: Case
    references: tuple[str | None, ...]
    row: int
    rows: int
    columns: int


def laid_out(cases: list[Case]) -> tuple[dict[tuple[int, int], Any], list[Call]]:
    """The cells that hold arguments, by row and column from 1, and the calls below one another."""
    cells: dict[tuple[int, int], Any] = {}
    calls = []
    column = row = 1
    for case in cases:
        references = []
        for argument in case.arguments:
            lines = as_rows(argument)
            for down, line in enumerate(lines):
                for across, value in enumerate(line):
                    if value is not None:
                        cells[1 + down, column + across] = value
            references.append(_reference(argument, column, lines))
            column += max(map(len, lines))
        rows, columns = extent(case.expected)
        calls.append(Call(case, tuple(references), row, rows, columns))
        row += rows
    return cells, calls


def as_rows(argument: Any) -> list[list[Any]]:
    if not isinstance(argument, list):
        return [[argument]]
    return [row if isinstance(row, list) else [row] for row in argument]


def extent(expected: Any) -> tuple[int, int]:
    """Rows and columns of a result; a flat list is one row, as the cases write it."""
    if isinstance(expected, Steps):
        return _STEPS
    rows = expected_rows(expected)
    return len(rows), len(rows[0])


def expected_rows(expected: Any) -> list[list[Any]]:
    if not isinstance(expected, list):
        return [[expected]]
    return expected if isinstance(expected[0], list) else [expected]


def _reference(argument: Any, column: int, lines: list[list[Any]]) -> str | None:
    if argument is None:
        return None
    first = f"${letters(column)}$1"
    if not isinstance(argument, list):
        return first
    return f"{first}:${letters(column + len(lines[0]) - 1)}${len(lines)}"


def serial(value: Any) -> Any:
    """A value as a cell holds it: a date as its serial, a whole number as a float."""
    if isinstance(value, date):
        return float(value.toordinal() - EPOCH_1900)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


def kinds(argument: Any) -> Iterator[type]:
    """What kinds of value an argument holds."""
    for line in as_rows(argument):
        yield from map(type, line)
