"""Every case of the table as a formula in a cell of LibreOffice Calc."""

import math
from datetime import date

import pytest
from calc_door import as_calc_shows, calculate
from case import Case, Fails, Steps
from cases import CASES

from csm_xl.libreoffice.judge import error_of
from csm_xl.plan.cells import ErrorCell


def holds(argument, kind):
    if isinstance(argument, list):
        return any(holds(cell, kind) for cell in argument)
    return isinstance(argument, kind)


@pytest.fixture(scope="module")
def in_cells(hosted):
    return dict(zip(map(id, CASES), calculate(hosted, CASES), strict=True))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_calc(case: Case, in_cells) -> None:
    shown = in_cells[id(case)]
    if isinstance(case.expected, Fails):
        if any(holds(argument, ErrorCell) for argument in case.arguments):
            assert shown.error  # Calc shows the error itself, or one of its own
        elif any(holds(argument, (bool, date)) for argument in case.arguments) and not shown.error:
            assert shown.rows  # Calc hands over TRUE as 1 and a date as its serial: numbers like others
        else:
            assert error_of(shown.error).text == case.expected.code
        return
    assert shown.error == 0
    if isinstance(case.expected, Steps):
        values = {row[0]: row[3] for row in shown.rows}
        assert all(math.isclose(values[step], value, rel_tol=1e-12)
                   for step, value in case.expected.values.items())  # fmt: skip
        return
    expected = case.expected if isinstance(case.expected, list) else [[case.expected]]
    expected = [row if isinstance(row, list) else expected for row in expected]
    for row, wanted in zip(shown.rows, expected, strict=False):
        for value, want in zip(row, map(as_calc_shows, wanted), strict=True):
            if isinstance(want, float):
                assert isinstance(value, float) and math.isclose(value, want, rel_tol=1e-12, abs_tol=1e-12)
            else:
                assert value == want
