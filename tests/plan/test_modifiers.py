"""Factors that are there for some, and guarantees beside draws: what is said before they are paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from csm_xl.engine.components import component_types
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES

Rows = list[list[Any]]
MODIFIED: Rows = [["plan_id", "component_id", "type", "weight", "measure", "modified"]]


def said(modified: bool, factors: Rows, arrangements: Sequence[list[Any]] = (), blank: str = "") -> list[str]:
    """What is reported. blank: who has no division."""
    given: dict[str, Rows] = {
        "plans": [["plan_id", "model", "pay_period", "target_basis", "target_value"],
                  ["P", "base_bonus", "quarter", "ratio", 0.2], ["Q", "base_bonus", "quarter", "ratio", 0.2]],
        "components": [*MODIFIED, ["P", "c", "metric", 1, "M", modified], ["Q", "c", "metric", 1, "M", None]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date", "division"],
                   ["A", "P", 90_000, date(2024, 1, 8), "East"], ["B", "P", 90_000, date(2024, 1, 8), "West"],
                   ["C", "P", 90_000, date(2024, 1, 8), "West"], ["D", "Q", 90_000, date(2024, 1, 8), "Ops"]],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    *(["2026-Q1", "individual", who, "M", 1, 1] for who in "ABCD")],
        "modifiers": [["period", "scope", "id", "factor"], *factors],
        "arrangements": [["employee_id", "kind", "from", "to", "amount"], *arrangements],
    }  # fmt: skip
    for row in given["roster"]:
        row[4] = None if row[0] == blank else row[4]
    raws = [RawTable.of_rows(rows, name) for name, rows in given.items() if len(rows) > 1]
    return [f"{one.where}: {one.message}" for one in load_tables(raws, component_types(), PAY_TABLES)[1]]


def test_a_persons_factor_that_modifies_nothing_is_named() -> None:
    everyone = [["2026-Q1", "individual", who, 1.1] for who in "ABC"]
    assert said(True, everyone) == []
    assert said(True, [*everyone, ["2026-Q1", "individual", "D", 1.1]]) == [
        "modifiers, row 5 (id): no plan of D has a modified component, so the factor is not used"
    ]


def test_a_division_without_a_factor_beside_others_with_one_is_named() -> None:
    east = ["2026-Q1", "division", "East", 1.1]
    assert said(True, [east]) == [
        "modifiers, row 2 (id): West (2 people) has no factor in 2026-Q1, where others have one:"
        " it counts as 1"
    ]
    assert said(True, [east, ["2026-Q1", "division", "West", 1]]) == []
    assert said(True, [["2026-Q1", "company", None, 1.1]]) == []
    assert not [one for one in said(False, [east]) if "has no factor" in one]


def test_a_person_without_a_division_beside_divisions_with_factors_is_named() -> None:
    given = [["2026-Q1", "division", "East", 1.1], ["2026-Q1", "division", "West", 1]]
    assert said(True, given, blank="B") == [
        "roster, row 3 (division): B has no division, but divisions have factors in 2026-Q1:"
        " the factor counts as 1"
    ]
    assert said(True, [["2026-Q1", "company", None, 1.1]], blank="B") == []
    assert not [one for one in said(True, given[:1], blank="D") if "no division" in one]  # not modified


DRAW = ["A", "draw", date(2026, 2, 1), None, 500]


@pytest.mark.parametrize(
    ("guarantee", "both"),
    [
        (["A", "guarantee", date(2026, 1, 1), None, 900], True),
        (["A", "guarantee", date(2026, 1, 1), date(2026, 1, 31), 900], False),
        (["B", "guarantee", date(2026, 1, 1), None, 900], False),
    ],
)
def test_a_guarantee_beside_a_draw_on_the_same_days_is_named(guarantee: list[Any], both: bool) -> None:
    found = said(True, [], [guarantee, DRAW])
    words = "arrangements, row 2 (kind): A has a guarantee and a draw from 2026-02-01 on"
    assert [one for one in found if "both count" in one] == (
        [f"{words} (arrangements, row 3 (kind)): both count"] if both else []
    )
