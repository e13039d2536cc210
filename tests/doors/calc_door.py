"""Calls as formulas in the cells of a Calc document, over ranges of another sheet."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from case import Steps

from csm_xl.plan.cells import EPOCH_1900, ErrorCell
from csm_xl.plan.raw import letters


@dataclass
class Shown:
    """What a formula's cells show: rows of values, and the number of the first cell's error (0: none)."""

    rows: list[list[Any]]
    error: int


def calculate(office, cases):
    """What each case shows as a formula in Calc: arguments in ranges, single values in cells."""
    document = office.service("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, office.properties(Hidden=True)
    )
    try:
        sheets = document.getSheets()
        sheets.insertNewByName("Given", 0)
        sheets.insertNewByName("Calls", 1)
        given, calls = sheets.getByName("Given"), sheets.getByName("Calls")
        row, column, places = 0, 0, []
        for case in cases:
            written = []
            for argument in case.arguments:
                written.append(_write(given, column, argument))
                column += width(argument)
            formula = f"={case.name}({';'.join(written)})"
            height, across = extent(case.expected)
            block = calls.getCellRangeByPosition(0, row, across - 1, row + height - 1)
            if height == across == 1:
                block.getCellByPosition(0, 0).setFormula(formula)
            else:
                block.setArrayFormula(formula)
            places.append(block)
            row += height
        document.calculateAll()
        return [Shown([list(line) for line in block.getDataArray()], block.getCellByPosition(0, 0).getError())
                for block in places]  # fmt: skip
    finally:
        document.close(True)


def width(argument):
    return max(len(row) for row in _rows(argument)) if isinstance(argument, list) else 1


def extent(expected):
    if isinstance(expected, Steps):
        return 60, 5
    rows = _rows(expected) if isinstance(expected, list) else [[expected]]
    # A flat list is one row of a result, as the cases write it.
    if isinstance(expected, list) and not isinstance(expected[0], list):
        rows = [expected]
    return len(rows), len(rows[0])


def _rows(argument):
    return [row if isinstance(row, list) else [row] for row in argument]


def _write(sheet, column, argument):
    """Put an argument into the sheet; the reference to it, or nothing where it is left out."""
    if argument is None:
        return ""
    rows = _rows(argument) if isinstance(argument, list) else [[argument]]
    for down, line in enumerate(rows):
        for across, value in enumerate(line):
            cell = sheet.getCellByPosition(column + across, down)
            if isinstance(value, bool):
                cell.setFormula(f"={str(value).upper()}()")
            elif isinstance(value, ErrorCell):
                cell.setFormula("=1/0")
            elif isinstance(value, date):
                cell.setValue(float(value.toordinal() - EPOCH_1900))
            elif isinstance(value, (int, float)):
                cell.setValue(float(value))
            elif value is not None:
                cell.setString(value)
    first = f"$Given.${letters(column + 1)}$1"
    last = f"${letters(column + len(rows[0]))}${len(rows)}"
    return f"{first}:{last}" if isinstance(argument, list) else first


def as_calc_shows(value):
    """A result as a cell of Calc shows it: TRUE as 1, a date as its serial, a blank as empty text."""
    if value is None:
        return ""
    if isinstance(value, date):
        return float(value.toordinal() - EPOCH_1900)
    return float(value) if isinstance(value, (bool, int, float)) else value
