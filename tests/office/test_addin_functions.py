"""The worksheet functions in the add-in's page, in a real Chromium."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from case import Case, Fails
from cases import CASES
from sheets import as_rows, kinds, serial
from test_all_doors import fault

from csm_xl.functions import REGISTRY
from csm_xl.xlsx.values import ErrorCell


def dressed(value: Any) -> Any:
    """A cell as Excel hands it over."""
    if value is None:
        return ""
    return {"error": value.text} if isinstance(value, ErrorCell) else serial(value)


def arguments(case: Case) -> list[Any]:
    """The arguments of a case as Office.js hands them over: null where left out; repeated ones in a list."""
    parameters = REGISTRY[case.name].parameters
    given = [None if one is None else [[dressed(cell) for cell in row] for row in as_rows(one)]
             for one in case.arguments]  # fmt: skip
    if parameters and parameters[-1].rank == "tables":
        fixed = len(parameters) - 1
        return [*(given + [None] * fixed)[:fixed], [one for one in given[fixed:] if one]]
    return given + [None] * (len(parameters) - len(given))


def cannot_tell(case: Case) -> str:
    """Why the add-in may give another result than Python does; empty: it may not."""
    parameters = REGISTRY[case.name].parameters
    many = bool(parameters) and parameters[-1].rank == "tables"
    if any(kind is date for one in case.arguments for kind in kinds(one)) and isinstance(
        case.expected, Fails
    ):
        return "a date arrives as its serial"
    if len(case.arguments) > len(parameters) and not many:
        return "Excel refuses more arguments than are declared"
    return ""


def test_every_case_through_the_add_in(opened, capsys) -> None:
    page = opened()
    assert page.evaluate("Object.keys(excel.functions).length") == len(REGISTRY)
    found = page.evaluate("calls => excel.all(calls)", [[case.name, arguments(case)] for case in CASES])
    faults, excused = [], 0
    for case, answer in zip(CASES, found, strict=True):
        assert "broken" not in answer, (str(case), answer)
        if wrong := fault(answer["error"] if "error" in answer else answer["value"], case):
            if cannot_tell(case):
                excused += 1
            else:
                faults.append(f"{case}: {wrong}")
    with capsys.disabled():
        print(f"\nadd-in: {len(CASES) - excused - len(faults)} of {len(CASES)} cases, {excused} differ")
    assert not faults, "\n".join(faults)
    assert excused < 0.02 * len(CASES)


def test_cells_that_ask_together_get_each_its_own_answer(opened) -> None:
    page = opened()
    calls = [["CSM_TOTALCOMP", [[[100_000 + at]], [[25_000]], [[1.1]]]] for at in range(1500)]
    calls[700] = ["CSM_TOTALCOMP", [[["x"]], [[1]], None]]
    calls[800] = ["CSM_TOTALCOMP", [[[""]], [[25_000]], [[1]]]]
    found = page.evaluate("calls => excel.all(calls)", calls)
    assert found[700]["error"] == "#VALUE!" and "'x'" in found[700]["message"]
    alone = page.evaluate("call => excel.call(...call)", calls[800])
    assert found[800] == alone
    right = [one for at, one in enumerate(found) if at not in (700, 800)]
    assert right == [{"value": [[127_500.0 + at]]} for at in range(1500) if at not in (700, 800)]


def test_an_empty_cell_that_excel_hands_over_as_zero_is_a_blank(opened) -> None:
    page = opened()
    page.evaluate("""excel.load({ sheets: { "My sheet": { cells: { "0,2": { v: 0 } } } },
                                  tables: [], names: {}, name: "a.xlsx", file: "" })""")
    ask = """([cells, refs]) =>
      excel.call("CSM_TOTALCOMP", [[[100000]], [[25000]], cells], { addresses: ["", "", refs] })"""
    assert page.evaluate(ask, [[[0]], "'My sheet'!B1"]) == {
        "value": [[125_000.0]]
    }  # blank: the default, 100%
    assert page.evaluate(ask, [[[0]], "'My sheet'!C1"]) == {"value": [[100_000.0]]}  # typed: 0%
    assert page.evaluate(ask, [[[0]], ""]) == {"value": [[100_000.0]]}  # a constant


@pytest.mark.parametrize("blank", [None, ""])
def test_a_blank_is_null_on_the_web(opened, blank: Any) -> None:
    page = opened()
    call = """blank => excel.call("CSM_TOTALCOMP", [[[100000]], [[25000]], [[""]]], { blank })"""
    assert page.evaluate(call, blank) == {"value": [[125_000.0]]}
