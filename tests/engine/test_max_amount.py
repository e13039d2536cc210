"""The most money that a component of any type pays a person in a period."""

from __future__ import annotations

from datetime import date

import pytest
from small_company import Rows, company, issues, one, pay, result, steps

LIMITED = "limited to the component's maximum amount"
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def metric(*reached: float, **more: object) -> Rows:
    """A target of 2,000 a quarter on CSAT; 1.5 pays 3,000."""
    tables = company("E1", max_amount=2500, **more)
    tables["results"] = [result("E1", actual, 1, period=quarter)
                         for quarter, actual in zip(QUARTERS, reached, strict=False)]  # fmt: skip
    return tables


def test_a_metric_pays_at_most_its_maximum_and_says_so() -> None:
    line = one(metric(1.5))
    assert (line["amount"], line["note"], line["payout_ratio"]) == (2500, LIMITED, 1.5)
    assert (one(metric(1.25))["amount"], one(metric(1.25))["note"]) == (2500, None)  # just the maximum
    assert one(metric(1.2))["amount"] == 2400
    assert issues(metric(1.5)) == {}


def test_goals_pay_at_most_their_maximum() -> None:
    tables = company("E1", max_amount=1500)
    tables["components"][0] |= {"type": "goals", "measure": None}
    tables["goals"] = [{"period": "2026-Q1", "employee_id": "E1", "goal": "Win", "weight": 1, "score": 1}]
    line = one(tables)
    assert (line["amount"], line["note"]) == (1500, LIMITED)


def test_a_milestone_pays_at_most_its_maximum() -> None:
    tables = company("E1", type="milestone", fixed_amount=900, max_amount=500)
    tables["components"][0] |= {"weight": None, "measure": None}
    tables["events"] = [{"date": date(2026, 2, 3), "employee_id": "E1", "component_id": "C"}]
    line = one(tables)
    assert (line["amount"], line["note"]) == (500, LIMITED)
    assert "never paid" in issues(tables)["components, row 2 (max_amount)"]


def test_a_share_of_a_pool_pays_at_most_its_maximum() -> None:
    tables = company("A", "B", type="pool", measure="points", pool_amount=1000, max_amount=600)
    tables["components"][0]["weight"] = None
    tables["results"] = [result("A", 3, measure="points"), result("B", 1, measure="points")]
    assert [line["amount"] for line in pay(tables)] == [600, 250]  # what is cut is not shared again


def test_it_limits_what_a_year_to_date_pays_in_the_period() -> None:
    """150% of 2,000 a quarter: what the maximum cut is due again, as long as it lets it."""
    amounts = [
        one(metric(1.5, 1.5, 0.7, 0.7, cumulative="ytd_sum"), quarter)["amount"] for quarter in QUARTERS
    ]
    # To date 3,000; 6,000; 7,400; 8,800.
    assert amounts == [2500, 2500, 2400, 1400]


def test_the_modifier_and_the_kicker_come_after_it() -> None:
    tables = metric(1.5, modified=True, kicker_ratio=0.1)
    tables["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": 1.2}]
    line = one(tables)
    assert (line["before_modifier"], line["amount"]) == (2500, 3200)


def test_the_plan_cap_comes_after_it() -> None:
    tables = metric(1.5)
    tables["plans"][0]["plan_cap"] = 1.1
    assert one(tables)["amount"] == 2200


def test_it_is_that_of_the_last_version() -> None:
    tables = metric(1.5)
    first = tables["components"][0]
    first["valid_to"] = date(2026, 1, 31)
    tables["components"].append(
        first | {"valid_from": date(2026, 2, 1), "valid_to": None, "max_amount": 2700}
    )
    assert one(tables)["amount"] == 2700


def test_the_explanation_shows_both_numbers() -> None:
    said = steps(metric(1.5), "E1")["Before the modifier"]
    assert said[2:4] == ["min(2000 × 1.5, 2500)", 2500] and "at most 2500" in said[1]
    assert "max_amount" in said[4]


@pytest.mark.parametrize("reached", [1.25, 1.2500000000000002, 1.2499999999])
def test_a_payout_of_just_the_maximum_is_not_limited(reached: float) -> None:
    assert one(metric(reached))["note"] is None
