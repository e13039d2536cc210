"""A blank goal is no goal: money that is computed from one is refused, naming the cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pay_oracle import Row, Rows
from scenarios import engine

from csm_xl.errors import CsmError


def company(component: Row, *results: Row) -> Rows:
    """One person, who is credited a deal of 50,000 in the first quarter."""
    return {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "ratio", "target_value": 0.2}],
        "components": [{"plan_id": "P", "component_id": "c"} | component],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 100_000,
                    "hire_date": date(2020, 1, 1)}],
        "tiers": [{"tier_id": "t", "from": start, "rate": rate, "on": on}
                  for start, rate, on in ((0, 0.01, "attainment"), (0.5, 0.05, None), (1, 0.2, None))],
        "deals": [{"deal_id": "D1", "date": date(2026, 2, 1), "amount": 50_000, "employee_id": "E1"}],
        "results": [{"period": "2026-Q1", "scope": "individual", "id": "E1", "measure": "BOOK"} | row
                    for row in results],
    }  # fmt: skip


TIERS = {"type": "commission", "tier_id": "t", "measure": "BOOK"}
METRIC = {"type": "metric", "measure": "BOOK", "weight": 1}


@pytest.mark.parametrize("actual", [None, 0, 50_000])
@pytest.mark.parametrize("more", [{}, {"tier_basis": "deal"}, {"cumulative": "ytd_sum"}])
def test_tiers_on_attainment_need_their_goal_whatever_the_actual_is(actual: Any, more: Row) -> None:
    with pytest.raises(CsmError) as caught:
        engine(company(TIERS | more, {"actual": actual, "goal": None}), "2026-Q1")
    (issue,) = caught.value.issues
    assert (issue.message, issue.where) == ("the goal is blank", "results, row 2 (goal)")
    (line,) = engine(company(TIERS | more, {"actual": actual, "goal": 100_000}), "2026-Q1").dicts()
    assert line["amount"] == 500


def test_a_metric_without_actual_and_goal_pays_nothing_and_says_so() -> None:
    (line,) = engine(company(METRIC, {"actual": None, "goal": None}), "2026-Q1").dicts()
    assert (line["amount"], line["goal"], line["note"]) == (0, None, "missing actual, paid at 0")


@pytest.mark.parametrize(
    "component",
    [METRIC, METRIC | {"cumulative": "ytd_sum"}, METRIC | {"cumulative": "ytd_latest"},
     METRIC | {"measure": "OTHER", "gate_measure": "BOOK", "gate_minimum": 0.9}],
)  # fmt: skip
def test_an_actual_without_its_goal_is_refused(component: Row) -> None:
    tables = company(component, {"actual": 0.9, "goal": None}, {"measure": "OTHER", "actual": 1, "goal": 1})
    with pytest.raises(CsmError, match="the goal is blank") as caught:
        engine(tables, "2026-Q1")
    assert [issue.where for issue in caught.value.issues] == ["results, row 2 (goal)"]


def test_a_gate_on_the_actual_needs_no_goal() -> None:
    gate = {"measure": "OTHER", "gate_measure": "BOOK", "gate_minimum": 0.8, "gate_on": "actual"}
    tables = company(
        METRIC | gate, {"actual": 0.9, "goal": None}, {"measure": "OTHER", "actual": 1, "goal": 1}
    )
    (line,) = engine(tables, "2026-Q1").dicts()
    assert (line["amount"], line["gate_met"]) == (5000, True)
