"""One table of cases through every door, and what each door cannot tell apart.

The doors: Python, the shell, Excel (xlwings' own pipeline), the recalculation that needs no office,
LibreOffice Calc, the add-in, which tests/office/test_addin_functions.py opens in a browser, and xlwings' own
library, which tests/wine/test_wine_functions.py calls on Windows under Wine. The test prints how many cases
passed through each door, and names those that differ with the reason.
"""

import json
import math
from collections import Counter
from datetime import date

import pytest
from case import Case, Fails, Steps
from cases import CASES
from sheets import CALLS, GIVEN, expected_rows, kinds, laid_out, serial
from typer.testing import CliRunner
from windows import call_udf

from csm_xl.cli.app import app
from csm_xl.errors import CsmError
from csm_xl.excel.conversion import ERROR_NUMBERS, MARK, CellError
from csm_xl.functions import REGISTRY, call
from csm_xl.workbook.own_functions import OURS
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.evaluate import recalculate
from csm_xl.xlsx.values import ErrorCell

DOORS = ("python", "shell", "excel", "recalc", "calc")
SHOWN = 32_767
"""The most characters of a cell."""


def cannot_tell(door: str, case: Case) -> str:
    """Why a door may give another result than Python does; empty: it may not. The one list of them."""
    held = {kind for argument in case.arguments for kind in kinds(argument)}
    fails = isinstance(case.expected, Fails)
    if door == "calc" and ErrorCell in held:
        return "an error cell is the result, before any function is asked"
    if door == "calc" and held & {bool, date} and fails:
        return "TRUE arrives as 1, a date as its serial"
    if door in ("recalc", "add-in") and date in held and fails:
        return "a date arrives as its serial"
    return ""


def python_door(cases):
    return [_answer(lambda case=case: call(case.name, *case.arguments)) for case in cases]


def _answer(asked):
    try:
        found = asked()
    except CsmError as error:
        return error.code
    return [[found]] if not isinstance(found, list) else found


def shell_door(cases):
    def typed(value):
        if isinstance(value, list):
            return [typed(each) for each in value]
        if isinstance(value, ErrorCell):
            return value.text
        return value.isoformat() if isinstance(value, date) else value

    found = []
    for case in cases:
        # A text goes as JSON, so that "85%" and "1" stay text.
        ran = CliRunner().invoke(app, ["call", case.name, *(json.dumps(typed(a)) for a in case.arguments)])
        if ran.exit_code == 0:
            value = json.loads(ran.stdout)
            found.append(value if isinstance(value, list) else [[value]])
        else:
            assert ran.exit_code == 2, ran.output
            found.append(next(code for code in ("#VALUE!", "#N/A", "#NUM!") if code in ran.stderr))
    return found


def excel_door(cases):
    from test_doors import as_ranges, rows

    codes = {str(number): code for code, number in ERROR_NUMBERS.items()}
    found = []
    for case in cases:
        try:
            found.append(rows(call_udf(case.name, [as_ranges(argument) for argument in case.arguments])))
        except CellError as error:
            found.append(codes[str(error).removeprefix(MARK).split()[0]])
    return found


def recalc_door(cases):
    cells, calls = laid_out(cases)
    values = {Place(GIVEN, *at): serial(value) for at, value in cells.items()}
    book = Book([GIVEN, CALLS], values, functions=OURS)
    for one in calls:
        written = [f"{GIVEN}!{reference}" if reference else "" for reference in one.references]
        place = Place(CALLS, one.row, 1)
        book.formulas[place] = f"={one.case.name}({','.join(written)})"
        if one.rows * one.columns > 1:
            book.arrays[place] = (one.rows, one.columns)
    values = recalculate(book)
    found = []
    for one in calls:
        first = values[Place(CALLS, one.row, 1)]
        if isinstance(first, ErrorCell):
            found.append(first.text)
        else:
            found.append([[values[Place(CALLS, one.row + down, 1 + across)] for across in range(one.columns)]
                          for down in range(one.rows)])  # fmt: skip
    return found


@pytest.fixture(scope="module")
def results(request):
    """What every case gives through a door, asked once."""
    known = {}

    def of(door):
        if door not in known:
            asked = {"python": python_door, "shell": shell_door, "excel": excel_door, "recalc": recalc_door}
            if door == "calc":
                from calc_door import calculate

                known[door] = calculate(request.getfixturevalue("hosted"), CASES)
            else:
                known[door] = asked[door](CASES)
        return known[door]

    return of


def fault(found, case):
    """What is wrong with a result; nothing where it is right."""
    if isinstance(case.expected, Fails):
        return "" if found == case.expected.code else f"{found!r} for {case.expected.code}"
    if isinstance(found, str):
        return f"{found} for a result"
    if isinstance(case.expected, Steps):
        shown = {row[0]: row[3] for row in found}
        return (
            ""
            if all(_same(shown.get(step), value) for step, value in case.expected.values.items())
            else shown
        )
    expected = expected_rows(case.expected)
    if [len(row) for row in found[: len(expected)]] != [len(row) for row in expected]:
        return f"another shape: {found!r}"
    pairs = [(one, want) for row, line in zip(found, expected, strict=False)
             for one, want in zip(row, line, strict=True)]  # fmt: skip
    return next((f"{one!r} for {want!r}" for one, want in pairs if not _same(one, want)), "")


def _same(found, wanted):
    """The same but for how a door writes it: dates as serials or text, TRUE as 1, a blank as empty text."""
    if wanted is None or wanted == "":
        return found in (None, "")
    if isinstance(wanted, date):
        if hasattr(found, "toordinal"):
            return found.toordinal() == wanted.toordinal()
        return found in (serial(wanted), wanted.isoformat())
    if isinstance(wanted, (bool, int, float)):
        return isinstance(found, (int, float)) and math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    return str(found)[:SHOWN] == str(wanted)[:SHOWN]


@pytest.mark.parametrize(
    "door", [pytest.param(door, marks=pytest.mark.office if door == "calc" else ()) for door in DOORS]
)
def test_every_case_through_every_door(door, results, capsys):
    assert_as_in_the_table(door, results(door), capsys)


def assert_as_in_the_table(door, found, capsys):
    """What the cases gave through a door is what the table says, but for what the door cannot tell apart."""
    passed, excused, faults = Counter(), {}, []
    for case, given in zip(CASES, found, strict=True):
        wrong = fault(given, case)
        passed[case.name] += not wrong
        why = cannot_tell(door, case) if wrong else ""
        if why:
            excused.setdefault(why, []).append(str(case))
        elif wrong:
            faults.append(f"{case}: {wrong}")
    with capsys.disabled():
        said = f"{sum(passed.values())} of {len(CASES)} cases of {len(REGISTRY)} functions"
        print(f"\n{door}: {said} as in the table")
        for why, cases in excused.items():
            print(f"    {len(cases)} differ: {why}")
            for case in cases:
                print(f"        {case}")
    assert not faults, "\n".join(faults)
    assert set(passed) == set(REGISTRY)
    # A door that shows nothing apart proves nothing.
    assert sum(map(len, excused.values())) < 0.05 * len(CASES)
