"""Functions that take the same ranges read them once, and say and give what they would alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any

import pytest

from csm_xl.errors import CsmError
from csm_xl.functions import cache, call
from csm_xl.functions import known_tables as known

Rows = list[list[Any]]
PLANS = [
    ["plan_id", "model", "pay_period", "target_basis", "target_value"],
    ["A", "base_bonus", "quarter", "ratio", 0.1],
    ["B", "base_bonus", "quarter", "ratio", 0.12],
]
COMPONENTS = [
    ["plan_id", "component_id", "type", "weight", "measure", "cap"],
    ["A", "Retention", "metric", 1, "NRR", 1.1],
    ["B", "Retention", "metric", 1, "NRR", 1.2],
]
ROSTER = [["employee_id", "plan_id", "base_salary", "hire_date"], ["E1", "A", 80000, "2024-01-01"]]
RESULTS = [["period", "scope", "id", "measure", "actual", "goal"],
           ["2026-Q1", "individual", "E1", "NRR", 1.05, 1]]  # fmt: skip
TABLES = (PLANS, COMPONENTS, ROSTER, RESULTS)
CALLS: dict[str, tuple[Any, ...]] = {
    "CSM_SOLVE": ("attainment", 2100, "2026-Q1", None, "E1"),
    "CSM_SENSITIVITY": ("2026-Q1", 0.1),
    "CSM_PLANDIFF": ("2026-Q1", "A", "B"),
    "CSM_SIMULATE": ("2026-Q1", 50, 1, None, "cost"),
}


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    cache._FOUND.clear()
    known._LATEST.clear()
    yield
    cache._FOUND.clear()
    known._LATEST.clear()


def asked(name: str, *tables: Rows) -> Any:
    """What a function gives, or what it refuses and where."""
    try:
        return call(name, *CALLS[name], *tables)
    except CsmError as error:
        return [str(issue) for issue in error.issues]


def alone(name: str, *tables: Rows) -> Any:
    cache._FOUND.clear()
    known._LATEST.clear()
    return asked(name, *tables)


def test_each_gives_what_it_gives_alone_in_any_order() -> None:
    expected = {name: alone(name, *TABLES) for name in CALLS}
    for order in permutations(CALLS):
        known._LATEST.clear()
        for name in order:
            cache._FOUND.clear()
            assert asked(name, *TABLES) == expected[name], order
        assert len(known._LATEST) == 1


def test_what_is_found_is_placed_by_the_arguments_of_the_call() -> None:
    lacking = [RESULTS[0], ["2025-Q4", *RESULTS[1][1:]]]  # nothing of the period: seen when it is paid
    tables = (PLANS, COMPONENTS, ROSTER, lacking)
    expected = {name: alone(name, *tables) for name in CALLS}
    places = {name: next(word for word in said if "argument" in word) for name, said in expected.items()}
    assert len(set(places.values())) > 1
    known._LATEST.clear()
    for name in CALLS:
        assert asked(name, *tables) == expected[name]


@pytest.mark.parametrize(
    ("row", "column", "value"), [(1, 2, 90000), (1, 1, "B"), (1, 0, "E2"), (1, 3, "2026-02-01"), (1, 2, True)]
)
def test_another_cell_is_another_table(row: int, column: int, value: Any) -> None:
    changed = [list(each) for each in ROSTER]
    changed[row][column] = value
    tables = (PLANS, COMPONENTS, changed, RESULTS)
    expected = alone("CSM_SENSITIVITY", *tables)
    known._LATEST.clear()
    asked("CSM_SENSITIVITY", *TABLES)
    assert asked("CSM_SENSITIVITY", *tables) == expected


def test_what_is_wrong_is_read_by_each() -> None:
    wrong = (PLANS, COMPONENTS, [ROSTER[0], ["E1", "A", "many", "2024-01-01"]], RESULTS)
    expected = {name: alone(name, *wrong) for name in CALLS}
    assert len({str(said) for said in expected.values()}) > 1  # each with its own argument
    for name in CALLS:
        assert asked(name, *wrong) == expected[name]
    assert known._LATEST == {}


def test_large_tables_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = alone("CSM_SENSITIVITY", *TABLES)
    known._LATEST.clear()
    cache._FOUND.clear()
    monkeypatch.setattr(known, "_MOST_ROWS", 2)
    assert asked("CSM_SENSITIVITY", *TABLES) == expected and known._LATEST == {}
