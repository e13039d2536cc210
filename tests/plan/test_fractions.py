"""Ratios may be typed as fractions: a third of the target is 1/3, as plan documents say it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES
from csm_xl.plan.toml import from_toml

Rows = dict[str, list[dict[str, Any]]]
THREE = ("revenue", "margin", "cash")


def company(*weights: Any, target: float = 100000) -> Rows:
    return {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "year", "target_basis": "amount"}],
        "components": [{"plan_id": "P", "component_id": name, "type": "metric", "weight": weight,
                        "measure": name, "cap": 2} for name, weight in zip(THREE, weights, strict=True)],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 200000, "target_amount": target,
                    "hire_date": date(2020, 1, 1)}],
        "results": [{"period": "2026", "scope": "individual", "id": "E1", "measure": name, "actual": 100,
                     "goal": 100} for name in THREE],
    }  # fmt: skip


def found(tables: Rows) -> list[Any]:
    return load_tables(typed(tables), component_types(), PAY_TABLES)[1]


@pytest.mark.parametrize("third", ["1/3", " 1 / 3 ", "2/6"])
def test_three_thirds_are_the_whole_target(third):
    tables = company(third, third, third)
    assert found(tables) == []
    assert [line["amount"] for line in run(typed(tables), "2026").dicts()] == [33333.33] * 3


def test_weights_of_33_percent_are_refused_with_the_way_to_type_a_third():
    (issue,) = found(company("33.33%", "33.33%", "33.33%"))
    assert "sum to 0.9999" in issue.message
    assert issue.hint.endswith("sum to 1 on every day. Type 1/3 for a third, not 33.3%.")
    (far,) = found(company(0.3, 0.3, 0.3))
    assert "1/3" not in far.hint


def test_a_curve_in_toml_takes_fractions_too():
    text = """
[[curves]]
curve_id = "pti"
points = [[3, "1/3"], [20, 1], [30, "5/3"]]
"""
    (raw,) = from_toml(text)
    rows: Rows = company("1", "0", "0") | {
        "curves": [dict(zip(raw.rows[0], row, strict=True)) for row in raw.rows[1:]]
    }
    rows["components"][0] |= {"curve_id": "pti", "on": "actual", "cap": None}
    rows["results"][0] |= {"actual": 24, "goal": None}
    assert run(typed(rows), "2026").dicts().__next__()["amount"] == 126666.67


def test_a_weight_that_cannot_be_read_says_nothing_about_a_curve_in_the_measures_own_unit():
    tables = company("a third", 0.5, 0.5)
    tables["components"][0] |= {"on": "actual", "curve_id": "ebit", "cap": None}
    tables["curves"] = [{"curve_id": "ebit", "attainment": at, "payout": pays}
                        for at, pays in ((505, 0.5), (631, 1), (694, 2))]  # fmt: skip
    assert [issue.message for issue in found(tables) if issue.severity == "error"] == [
        "the text is not a number"
    ]


@pytest.mark.parametrize("cell", ["1/0", "1/3/26", "a/3", "1/3%"])
def test_what_is_no_fraction_is_refused_as_before(cell):
    messages = [issue.message for issue in found(company(cell, 0.5, 0.5))]
    assert "the text is not a number" in messages


@pytest.mark.parametrize("split", ["50/50", "60 / 40"])
def test_a_split_between_two_is_no_ratio_of_one(split):
    (issue,) = [one for one in found(company(split, "1/4", "1/4")) if "split" in one.message]
    part = split.split("/")[0].strip()
    assert issue.hint == f"Type one person's part: {part}% or 0.{part[0]}."
