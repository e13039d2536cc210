"""The worksheet functions in the add-in's page, in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from case import Case
from cases import CASES
from sheets import as_rows, serial
from test_all_doors import assert_as_in_the_table

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


def test_every_case_through_the_add_in(opened, capsys) -> None:
    page = opened()
    assert page.evaluate("Object.keys(excel.functions).length") == len(REGISTRY)
    found = page.evaluate("calls => excel.all(calls)", [[case.name, arguments(case)] for case in CASES])
    assert not [one for one in found if "broken" in one]
    given = [answer["error"] if "error" in answer else answer["value"] for answer in found]
    assert_as_in_the_table("add-in", given, capsys)


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


def test_cells_of_one_function_that_arrive_together_are_one_array_call(opened) -> None:
    page = opened()
    took = page.evaluate("""async () => {
      const timed = async (act) => {
        const begun = performance.now();
        await act();
        return performance.now() - begun;
      };
      const cell = (at) => ["CSM_TOTALCOMP", [[[100000 + at]], [[25000]], [[1.1]]]];
      const cells = Array.from({ length: 300 }, (_, at) => cell(at));
      await excel.all(cells);  // both have run before
      const together = await timed(() => excel.all(cells));
      const apart = await timed(async () => {
        for (const [name, args] of cells) await excel.call(name, args);
      });
      return { together, apart };
    }""")
    assert took["apart"] > 4 * took["together"], took


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
