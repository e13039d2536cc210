"""A rate on what the company, a team or the person achieved, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from following import follow
from small_company import company, issues, pay, result

from csm_xl.errors import CsmError


def share(actual: float | None, *people: str, rate: float | None = 0.0005, scope: str = "company",
          **more: Any) -> Any:  # fmt: skip
    """People who are paid 0.05% of the company's net new ARR."""
    tables = company(*people, type="result_share", measure="ARR", scope=scope, rate=rate, **more)
    tables["components"][0]["weight"] = None
    name = {"company": "company", "team": "T1", "individual": "E0001"}[scope]
    tables["results"] = [result(name, actual, measure="ARR", scope=scope)]
    return tables


def paid(tables: Any, period: str = "2026-Q1") -> list[float]:
    for row in tables["roster"]:
        follow(tables, period, row["employee_id"])
    return [line["amount"] for line in pay(tables, period)]


@pytest.mark.parametrize("scope", ["company", "team", "individual"])
def test_a_rate_on_a_result(scope):
    assert paid(share(1234567, scope=scope)) == [617.28]  # 617.2835
    assert paid(share(1234570, scope=scope)) == [617.29]  # 617.285 is a half


def test_a_result_below_zero_pays_nothing():
    assert paid(share(-1234567)) == [0]
    assert paid(share(0)) == [0]


def test_a_missing_actual_pays_nothing_and_says_so():
    (line,) = pay(share(None))
    assert line["amount"] == 0 and "missing actual" in line["note"]
    assert paid(share(None)) == [0]


def test_people_have_rates_of_their_own():
    tables = share(1000000, "E1", "E2", "E3")
    tables["targets"] = [
        {"employee_id": "E2", "component_id": "C", "rate": 0.002},
        {"employee_id": "E3", "component_id": "C", "rate": 0.001},
        {"employee_id": "E3", "component_id": "C", "from": date(2026, 4, 1), "rate": 0.003},
    ]
    assert paid(tables) == [500, 2000, 1000]
    tables["results"].append(result("company", 1000000, measure="ARR", scope="company", period="2026-Q2"))
    assert paid(tables, "2026-Q2") == [500, 2000, 3000]


def test_who_has_no_rate_is_named():
    tables = share(1000000, "E1", "E2", rate=None)
    tables["targets"] = [{"employee_id": "E2", "component_id": "C", "rate": 0.002}]
    with pytest.raises(CsmError, match="E1 has no rate of C of plan S"):
        pay(tables)


def test_part_of_a_period_is_paid_by_days_or_in_full():
    tables = share(1000000)
    tables["roster"][0]["leave_date"] = date(2026, 2, 14)
    assert paid(tables) == [250]
    tables["components"][0]["part_period"] = "full"
    assert paid(tables) == [500]


def test_a_maximum_a_gate_and_a_modifier():
    tables = share(1000000, max_amount=400, modified=True)
    tables["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": 1.1}]
    assert paid(tables) == [440]
    tables["gates"] = [
        {"plan_id": "S", "component_id": "C", "measure": "GRR", "minimum": 0.9, "otherwise": 0.5}
    ]
    tables["results"].append(result("company", 0.8, 1, "GRR", "company"))
    assert paid(tables) == [275]


def test_what_is_typed_in_another_unit_is_said():
    assert "rate" in issues(share(1000000, rate=-0.01))["components, row 2 (rate)"]
    tables = share(1000000)
    tables["targets"] = [{"employee_id": "E0001", "component_id": "C", "rate": 5}]
    assert "error" in issues(tables)["targets, row 2 (rate)"]
    tables["targets"] = [{"employee_id": "E0001", "component_id": "C", "goal": 5}]
    assert "is not used" in issues(tables)["targets, row 2 (goal)"]
    other = company()
    other["targets"] = [{"employee_id": "E0001", "component_id": "C", "rate": 0.1}]
    assert "no rate of a person's own" in issues(other)["targets, row 2 (rate)"]


def test_a_rate_that_begins_inside_a_period_is_said_to_count_for_all_of_it():
    tables = share(1000000, "E1", "E2")
    tables["targets"] = [
        {"employee_id": "E2", "component_id": "C", "from": date(2026, 2, 10), "rate": 0.002},
    ]
    assert paid(tables) == [500, 2000]
    (said,) = issues(tables).values()
    assert "inside 2026-Q1: the rate of its last day counts for the whole period" in said
