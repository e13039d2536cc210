"""One curve on the weighted average attainment of several measures, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from following import follow
from small_company import company, issues, pay, raws, result, steps

from csm_xl.engine.components import component_types
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

CURVE = ((0.9, 0.5), (1, 1), (1.2, 2))


def composite(*actuals: float | None, plan: Any = None, weights: Any = (0.6, 0.3, 0.1), **more: Any) -> Any:
    """A target of 2,000 a quarter on three measures that one curve pays together."""
    tables = company(weight=weights[0], measure="A", on="composite", curve_id="K", **more)
    first = tables["components"][0]
    tables["components"] = [first | {"component_id": name, "measure": name, "weight": weight}
                            for name, weight in zip("ABC", weights, strict=True)]  # fmt: skip
    tables["plans"][0] |= plan or {}
    tables["curves"] = [{"curve_id": "K", "attainment": at, "payout": pays} for at, pays in CURVE]
    tables["results"] = [
        result("E0001", actual, 100, name) for name, actual in zip("ABC", actuals, strict=True)
    ]
    return tables


def paid(tables: Any, period: str = "2026-Q1") -> list[float]:
    found = [line["amount"] for line in pay(tables, period)]
    follow(tables, period)
    return found


@pytest.mark.parametrize(("actuals", "ratio"), [
    ((100, 100, 100), 1),
    ((110, 80, 100), 1),  # 0.66 + 0.24 + 0.1
    ((95, 95, 95), 0.75),
    ((80, 110, 90), 0.5),  # 0.48 + 0.33 + 0.09 is just the threshold
    ((80, 110, 89.9), 0),
    ((130, 90, 120), 1.85),  # 1.17
    ((0, 0, 0), 0),
])  # fmt: skip
def test_the_curve_is_read_at_the_weighted_average(actuals, ratio):
    tables = composite(*actuals)
    assert paid(tables) == pytest.approx([1200 * ratio, 600 * ratio, 200 * ratio])
    assert [line["attainment"] for line in pay(tables)] == [actual / 100 for actual in actuals]
    assert {line["payout_ratio"] for line in pay(tables)} == {ratio}


def test_weights_that_are_a_part_of_the_plan_are_averaged_among_themselves():
    tables = composite(110, 80, 100, weights=(0.3, 0.15, 0.05))
    tables["components"].append({"plan_id": "S", "component_id": "D", "type": "metric", "weight": 0.5,
                                 "measure": "D"})  # fmt: skip
    tables["results"].append(result("E0001", 50, 100, "D"))
    assert paid(tables) == [600, 300, 100, 500]


def test_two_composites_of_a_plan_are_apart():
    tables = composite(90, 100, 100, weights=(0.5, 0.25, 0.25))
    for row, name in zip(tables["components"], ("X", "Y", "Y"), strict=True):
        row["composite"] = name
    assert paid(tables) == [500, 500, 500]


def test_the_average_is_rounded_before_the_curve():
    tables = composite(80, 110, 89.96, plan={"round_composite": 0.001})  # 0.89996
    assert paid(tables) == [600, 300, 100]


def test_a_gate_and_a_cap_hold_what_the_curve_pays():
    tables = composite(130, 90, 120, cap=1.5)
    gate = {"plan_id": "S", "component_id": "B", "measure": "B", "minimum": 0.95, "otherwise": 0.2}
    tables["gates"] = [gate]
    assert paid(tables) == [1800, 120, 300]


def test_a_missing_actual_pays_nothing_of_the_composite():
    tables = composite(130, None, 120)
    assert paid(tables) == [0, 0, 0]
    assert all("missing actual" in line["note"] for line in pay(tables))
    assert "an actual of the composite is missing" in steps(tables)["Payout ratio"][1]


def test_the_year_to_date_averages_the_attainments_to_date():
    tables = composite(120, 90, 100, cumulative="ytd_sum")
    tables["results"] += [result("E0001", 90, 100, name, period="2026-Q2") for name in "ABC"]
    # 0.72 + 0.27 + 0.1 = 1.09: 145%; to date 1.05, 0.9, 0.95: 0.995, 97.5% of twice the target
    assert paid(tables) == [1740, 870, 290]
    assert paid(tables, "2026-Q2") == [600, 300, 100]


def test_somebody_who_leaves_is_paid_for_the_days():
    tables = composite(100, 100, 100)
    tables["roster"][0]["leave_date"] = date(2026, 2, 14)
    assert paid(tables) == [600, 300, 100]


@pytest.mark.parametrize(("plan", "component", "row", "column", "words"), [
    ({}, {"curve_id": None}, 1, "curve_id", "no curve for the composite"),
    ({}, {"curve_id": "L"}, 1, "curve_id", "is paid together"),
    ({}, {"on": "attainment", "composite": "X"}, 1, "on", "by its own"),
    ({}, {"kicker_ratio": 0.1}, 1, "kicker_ratio", "counts only for this component"),
    ({}, {"cumulative": "ytd_sum"}, 1, "cumulative", "is paid together"),
    ({"combination": "multiplicative"}, {}, 1, "on", "multiplies its ratios"),
    ({"version_rule": "by_days"}, {}, 1, "on", "by_days"),
])  # fmt: skip
def test_what_contradicts_it_is_said(plan, component, row, column, words):
    tables = composite(100, 100, 100, plan=plan, composite="X")
    tables["curves"] += [{"curve_id": "L", "attainment": 0.9, "payout": 1}]
    tables["components"][row] |= component
    found = load_tables(raws(tables), component_types(), PAY_TABLES)[1]
    where = f"components, row {row + 2} ({column})"
    assert any(words in one.message and one.severity == "error" for one in found if one.where == where)


def test_a_composite_of_one_is_pointed_out():
    tables = composite(100, 100, 100)
    for row in tables["components"][1:]:
        row["on"] = "attainment"
    assert "only one component" in issues(tables)["components, row 2 (on)"]


def with_goals(score: float | None, *actuals: float, **more: Any) -> Any:
    """The third component of the composite is paid on two personal goals."""
    tables = composite(*actuals, None, **more)
    tables["results"].pop()
    tables["components"][2] |= {"type": "goals", "measure": None}
    tables["goals"] = [{"period": "2026-Q1", "employee_id": "E0001", "goal": name, "weight": 0.5, "score": of}
                       for name, of in (("G1", score), ("G2", 1.2))]  # fmt: skip
    return tables


def test_the_score_of_personal_goals_counts_as_an_attainment():
    tables = with_goals(0.8, 120, 90)  # 0.72 + 0.27 + 0.1 × 1: 1.09
    assert issues(tables) == {}
    assert paid(tables) == [1740, 870, 290]
    assert [line["attainment"] for line in pay(tables)] == [1.2, 0.9, 1]
    with_goal = steps(tables)["Composite attainment"]
    assert with_goal[2] == "0.6 × 1.2 [A] + 0.3 × 0.9 [B] + 0.1 × 1 [C]"


def test_goals_that_are_not_all_scored_stop_the_composite():
    tables = with_goals(None, 120, 90)
    assert paid(tables) == [0, 0, 0]
    assert all("missing actual" in line["note"] for line in pay(tables))


@pytest.mark.parametrize(("row", "change", "column", "words"), [
    (2, {"on": "actual"}, "on", "goals are paid on their score"),
    (0, {"cumulative": "ytd_sum"}, "cumulative", "scores are of one period"),
])  # fmt: skip
def test_what_goals_cannot_be_is_said(row, change, column, words):
    tables = with_goals(1, 100, 100)
    tables["components"][row] |= change
    found = issues(tables)[f"components, row {row + 2} ({column})"]
    assert found.startswith("error") and words in found
