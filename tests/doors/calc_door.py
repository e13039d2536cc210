"""The cases as formulas in the cells of a Calc document."""

from case import Fails
from sheets import CALLS, GIVEN, laid_out, serial

from csm_xl.libreoffice.judge import error_of
from csm_xl.xlsx.values import ErrorCell


def calculate(office, cases):
    """What each case shows: rows of values, or the code of an error."""
    document = office.service("com.sun.star.frame.Desktop").loadComponentFromURL(
        "private:factory/scalc", "_blank", 0, office.properties(Hidden=True)
    )
    try:
        sheets = document.getSheets()
        sheets.insertNewByName(GIVEN, 0)
        sheets.insertNewByName(CALLS, 1)
        given, formulas = sheets.getByName(GIVEN), sheets.getByName(CALLS)
        cells, calls = laid_out(cases)
        for (row, column), value in cells.items():
            _write(given.getCellByPosition(column - 1, row - 1), value)
        blocks = []
        for call in calls:
            written = [f"${GIVEN}.{reference}" if reference else "" for reference in call.references]
            formula = f"={call.case.name}({';'.join(written)})"
            last = call.row + call.rows - 2
            block = formulas.getCellRangeByPosition(0, call.row - 1, call.columns - 1, last)
            if call.rows == call.columns == 1:
                block.getCellByPosition(0, 0).setFormula(formula)
            else:
                block.setArrayFormula(formula)
            blocks.append(block)
        document.calculateAll()
        return [_shown(block, call.case) for block, call in zip(blocks, calls, strict=True)]
    finally:
        document.close(True)


def _shown(block, case):
    code = block.getCellByPosition(0, 0).getError()
    if code:
        return error_of(code).text
    assert not isinstance(case.expected, Fails) or block.getRows().getCount() == 1
    return [list(row) for row in block.getDataArray()]


def _write(cell, value):
    if isinstance(value, bool):
        cell.setFormula(f"={str(value).upper()}()")
    elif isinstance(value, ErrorCell):
        cell.setFormula("=1/0")
    elif isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(serial(value))
