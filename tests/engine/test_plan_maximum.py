"""A person's maximum payout of a period, all components of the plan together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_company import company, one, pay, result, steps

SHARES = (("ebitda", "EBITDA", 0.008), ("cash", "Cash", 0.002))


def executives(ebitda: float, cash: float, **terms: Any) -> dict[str, Any]:
    """0.8% of EBITDA and 0.2% of cash flow for people of 300,000, of whom E2 joins on July 2."""
    return {
        "plans": [{"plan_id": "S", "model": "base_variable", "pay_period": "year", "target_basis": "amount",
                   **terms}],
        "components": [{"plan_id": "S", "component_id": name, "type": "result_share", "measure": measure,
                        "scope": "company", "rate": rate} for name, measure, rate in SHARES],
        "roster": [{"employee_id": who, "plan_id": "S", "base_salary": 300000, "hire_date": day}
                   for who, day in (("E1", date(2001, 1, 1)), ("E2", date(2026, 7, 2)))],
        "results": [result("company", amount, measure=measure, scope="company", period="2026")
                    for measure, amount in (("EBITDA", ebitda), ("Cash", cash))],
    }  # fmt: skip


def totals(tables: dict[str, Any], period: str = "2026") -> dict[str, float]:
    found: dict[str, float] = {}
    for line in pay(tables, period):
        found[line["employee_id"]] = round(found.get(line["employee_id"], 0) + line["amount"], 2)
    return found


@pytest.mark.parametrize(("terms", "first", "second"), [
    ({}, 520000, 260712.33),  # 183 of 365 days
    ({"max_payout": 500000}, 500000, 260712.33),
    ({"max_salary_ratio": 1.6}, 480000, 240657.53),
    ({"max_payout": 100000, "max_salary_ratio": 1.6}, 100000, 100000),
    ({"max_payout": 520000}, 520000, 260712.33),
])  # fmt: skip
def test_all_components_together_pay_the_maximum_at_most(terms, first, second):
    assert totals(executives(50e6, 60e6, **terms)) == {"E1": first, "E2": second}


def test_the_lines_are_scaled_alike_and_say_so():
    lines = [line for line in pay(executives(50e6, 60e6, max_salary_ratio=1.6), "2026")
             if line["employee_id"] == "E1"]  # fmt: skip
    assert [line["amount"] for line in lines] == [369230.77, 110769.23]
    assert {line["note"] for line in lines} == {"scaled to the plan's maximum payout"}
    assert {round(line["plan_cap_factor"], 9) for line in lines} == {round(480 / 520, 9)}


def test_a_payout_of_exactly_the_maximum_is_not_scaled():
    lines = pay(executives(50e6, 60e6, max_payout=520000), "2026")
    assert {line["note"] for line in lines} == {None}


def test_a_quarter_has_its_share_of_the_salary():
    tables = company("E1", cap=9, on="actual")  # 2,000 at target, of 20,000 base salary
    tables["plans"][0]["max_salary_ratio"] = 0.25
    tables["results"] = [result("E1", 4)]
    assert one(tables)["amount"] == 5000


def test_it_applies_after_the_plan_cap_and_before_round_payouts():
    tables = company("E1", cap=9, on="actual")
    tables["plans"][0] |= {"plan_cap": 2, "max_payout": 3990, "round_award": 100}
    tables["results"] = [result("E1", 4)]
    assert one(tables)["amount"] == 3900  # not 4,000, which rounding up would give
    tables["components"][0]["round_award"] = 100
    tables["plans"][0]["round_award"] = None
    assert one(tables)["amount"] == 3900


def test_the_explanation_shows_the_way():
    tables = executives(50e6, 60e6, max_payout=500000, max_salary_ratio=1.6)
    found = steps(tables, "E1", "2026")
    assert "or, if less" in found["Maximum payout"][1]
    assert found["Maximum payout"][2].startswith("min(500000, 1.6 × ")
    assert found["Before the maximum"][3] == 120000
