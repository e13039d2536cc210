"""The same calls through every door: Python, and Excel as xlwings' own code carries it."""

import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from case import Fails, Steps
from cases import CASES
from windows import ComRange, call_udf, com_date

from csm_xl.errors import CsmError
from csm_xl.excel.conversion import ERROR_NUMBERS, MARK, MISSING, CellError
from csm_xl.functions import REGISTRY, call
from csm_xl.functions.error_log import ERROR_LOG
from csm_xl.xlsx.values import ErrorCell

COM_ERROR = -2146828288
"""What COM adds to the number of an Excel error: #DIV/0! is -2146826281."""


def rows(value):
    """A result as rows, whichever shape the door gives it: 1×1 as a value, one row as a flat list."""
    if not isinstance(value, (list, tuple)):
        return [[value]]
    if value and isinstance(value[0], (list, tuple)):
        return [list(row) for row in value]
    return [list(value)]


def assert_same(found, expected):
    if isinstance(expected, Steps):
        assert_steps(found, expected)
        return
    found, expected = rows(found), rows(expected)
    assert [len(row) for row in found] == [len(row) for row in expected]
    for row, wanted in zip(found, expected, strict=True):
        for value, want in zip(row, wanted, strict=True):
            if isinstance(want, (int, float)) and not isinstance(want, bool):
                assert isinstance(value, (int, float)) and math.isclose(
                    value, want, rel_tol=1e-12, abs_tol=1e-12
                )
            else:
                assert value == want and type(value) is type(want)


def assert_steps(found, expected):
    assert list(found[0]) == ["step", "formula", "inputs", "value", "source"]
    shown = {row[0]: row[3] for row in found}
    for step, value in expected.values.items():
        assert math.isclose(shown[step], value, rel_tol=1e-12), step
    assert any(expected.source in row[4] for row in found[1:] if row[4])


def cell(value, money=False):
    """A cell as Excel sends it: whole numbers as floats, currency as Decimal, dates and errors as COM's."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, ErrorCell):
        return COM_ERROR + ERROR_NUMBERS[value.text]
    if isinstance(value, date):
        return com_date(value.year, value.month, value.day)
    if isinstance(value, (int, float)):
        typed = float(value)
        exact = money and abs(typed) < 1e12 and Decimal(repr(typed)) == round(Decimal(repr(typed)), 4)
        return Decimal(repr(typed)) if exact else typed
    return value


def block(argument, money):
    listed = [row if isinstance(row, list) else [row] for row in argument]
    return tuple(tuple(cell(value, money) for value in row) for row in listed)


def as_constants(argument):
    """What is typed into the call: a value, {1;2} as rows, {1,2} flat, nothing at all."""
    if argument is None:
        return MISSING
    if not isinstance(argument, list):
        return cell(argument)
    sent = block(argument, money=False)
    return sent[0] if len(sent) == 1 else sent


def as_ranges(argument):
    """References, which is what Excel hands over most: 1×1 too."""
    if argument is None:
        return ComRange(None)
    sent = block(argument, money=False) if isinstance(argument, list) else ((cell(argument),),)
    return ComRange(sent[0][0] if len(sent) == len(sent[0]) == 1 else sent)


def as_currency(argument):
    """Cells formatted as currency."""
    return block(argument, money=True) if isinstance(argument, list) else cell(argument, money=True)


def as_excel_shows(expected):
    """A result as Excel takes it: blanks as empty text, dates with a time zone, whole numbers as floats."""
    if isinstance(expected, Steps):
        return expected
    return [[_as_excel_shows(value) for value in row] for row in rows(expected)]


def _as_excel_shows(value):
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return "" if value is None else value


def test_every_function_has_five_cases():
    for name in REGISTRY:
        count = sum(case.name == name for case in CASES)
        assert count >= (1 if name in ("CSM_VERSION", "CSM_ERROR") else 5), name


def test_every_function_has_five_bad_calls_with_their_codes():
    for name in set(REGISTRY) - {"CSM_VERSION", "CSM_ERROR"}:
        bad = [case for case in CASES if case.name == name and isinstance(case.expected, Fails)]
        assert len({str(case.arguments) for case in bad}) >= 5, name
        assert all(case.expected.where for case in bad), name


@pytest.mark.parametrize("case", CASES, ids=str)
def test_python(case):
    if isinstance(case.expected, Fails):
        with pytest.raises(CsmError) as failed:
            call(case.name, *case.arguments)
        assert failed.value.code == case.expected.code
        assert case.expected.where in str(failed.value)
    else:
        assert_same(call(case.name, *case.arguments), case.expected)


@pytest.mark.parametrize("dressed", [as_constants, as_ranges, as_currency])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_excel(case, dressed):
    arguments = [dressed(argument) for argument in case.arguments]
    if isinstance(case.expected, Fails):
        with pytest.raises(CellError) as failed:
            call_udf(case.name, arguments)
        number = {"#VALUE!": 2015, "#N/A": 2042, "#NUM!": 2036}[case.expected.code]
        assert str(failed.value).startswith(f"{MARK}{number} ")
        assert case.expected.where in str(failed.value)
    else:
        assert_same(call_udf(case.name, arguments), as_excel_shows(case.expected))


def test_the_message_of_a_failed_cell_can_be_read():
    with pytest.raises(CellError) as failed:
        call_udf("CSM_ATTAINMENT", [1.0, 0.0])
    text = f"Unexpected Python Error: Traceback (most recent call last):\n  File ...\n{failed.value}"
    call_udf("remember", ["'[Pay 26.xlsm]Total Comp'!$C$7", text], module="csm_xl.excel.failures")
    with pytest.raises(CsmError):
        call("CSM_OTE", -1, 0)
    said = "goal: the goal is 0 or below (found 0.0). Type a goal above 0."
    for address in ("Total Comp!C7", "'total comp'!$c$7", "'[Pay 26.xlsm]Total Comp'!C7"):
        assert call_udf("CSM_ERROR", [address]) == said
    assert call_udf("CSM_ERROR", [MISSING]) == ERROR_LOG.recall() != said
    assert call_udf("CSM_ERROR", ["Total Comp!C8"]) == ""


def test_a_failure_that_is_not_ours_is_remembered_as_it_stands():
    text = "Traceback (most recent call last):\nModuleNotFoundError: No module named 'numpy'"
    call_udf("remember", ["[b.xlsx]S!$A$1", text], module="csm_xl.excel.failures")
    assert "No module named 'numpy'" in call_udf("CSM_ERROR", ["S!A1"])


def test_dates_go_to_excel_with_a_time_zone():
    from csm_xl.excel.conversion import to_excel

    sent = to_excel([[date(2026, 3, 31), True]])[0]
    assert (sent[0].year, sent[0].month, sent[0].day, sent[0].utcoffset().seconds) == (2026, 3, 31, 0)
    assert sent[1] is True


def test_a_message_is_as_long_as_a_cell_holds():
    with pytest.raises(CellError):
        call_udf("CSM_OTE", [tuple((f"word {i}",) for i in range(1000)), 1.0])
    assert len(ERROR_LOG.recall()) > 32_767
    assert len(call_udf("CSM_ERROR", [MISSING])) == 32_767
