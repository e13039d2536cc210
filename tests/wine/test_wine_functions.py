"""Worksheet functions as Excel calls them: xlwings' own library starts Python, and COM carries the values."""

import pytest
from cases import CASES
from macros_calls import UDFS, Failed, as_constants, as_currency, as_ranges, as_tables, ask, cell
from macros_command import macros_command
from test_all_doors import assert_as_in_the_table, fault

from csm_xl.excel.workbook_examination import configured
from csm_xl.xlsx.package import Package


def command_of(windows, workbook, shown=None):
    """The command that the macros of a workbook make; shown: where Excel says that it is."""
    settings = {key: value for key, (_, value) in configured(Package(windows.here(workbook))).items()}
    return macros_command(settings, str(shown or workbook))


@pytest.fixture(scope="module")
def command(windows, made):
    return command_of(windows, made)


@pytest.mark.parametrize("dressed", [as_tables, as_constants, as_currency])
def test_every_case_through_xlwings_own_library(dressed, windows, command, capsys):
    assert_as_in_the_table(f"windows, {dressed.__name__}", answers(windows, command, CASES, dressed), capsys)


def test_single_cells_are_ranges_too(windows, command):
    cases = list({case.name: case for case in reversed(CASES)}.values())  # the first one of each function
    given = answers(windows, command, cases, as_ranges)
    assert not {str(case): fault(found, case) for case, found in zip(cases, given, strict=True)
                if fault(found, case)}  # fmt: skip


def answers(windows, command, cases, dressed):
    """What the cases give: rows, or the code of the error value."""
    asked = [(UDFS, case.name, [dressed(argument) for argument in case.arguments]) for case in cases]
    given = ask(windows, command, asked)
    for case, found in zip(cases, given, strict=True):
        if isinstance(found, Failed):
            assert getattr(case.expected, "where", "") in found, (case, found)
    return [found.code if isinstance(found, Failed) else found for found in given]


def test_a_failed_cell_tells_why(windows, command):
    """As the macros do: the error value from the text of the error, and its cell remembered."""
    asked = (UDFS, "CSM_ATTAINMENT", [["n 1"], ["n 0"]])
    failed = ask(windows, command, [asked])[0]
    assert failed.code == "#NUM!"
    where = "'[Pay 26.xlsm]Total Comp'!$C$7"
    noted = ("csm_xl.excel.failures", "remember", [[cell(where)], [cell(str(failed))]])
    given = ask(windows, command, [asked, noted, (UDFS, "CSM_ERROR", [[cell("Total Comp!C7")]])])
    assert given[2] == [["goal: the goal is 0 or below (found 0.0). Type a goal above 0."]]


@pytest.mark.parametrize(
    "shown", [r"C:\Müller & Söhne's\pay.xlsm", r"C:\Łódź\計画.xlsm", "https://example.com/p/pay.xlsm"]
)
def test_a_workbook_may_be_anywhere(shown, windows, made):
    asked = [(UDFS, "CSM_TOTALCOMP", [["n 100000"], ["n 25000"]])]
    assert ask(windows, command_of(windows, made, shown), asked) == [[[125000.0]]]
