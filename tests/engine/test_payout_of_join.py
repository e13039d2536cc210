"""A payout that is the greater or the lesser of two, in place of their product."""

from __future__ import annotations

from typing import Any

import pytest
from small_company import company, issues, pay, result, steps


def two(join: str | None, own: float | None, other: float | None, **more: Any) -> dict[str, Any]:
    """A component of weight 0 on NPS, and all of the target on CSAT and its payout."""
    tables = company("E1", payout_of="first", payout_of_join=join, on="actual", cap=2, **more)
    first = {"plan_id": "S", "component_id": "first", "type": "metric", "weight": 0, "measure": "NPS",
             "on": "actual", "cap": 2}  # fmt: skip
    tables["components"].insert(0, first)
    tables["results"] = [result("E1", own), result("E1", other, measure="NPS")]
    return tables


def paid(tables: dict[str, Any]) -> float:
    lines = pay(tables)
    return float(next(line["amount"] for line in lines if line["component_id"] == "C"))


@pytest.mark.parametrize(("join", "amount"), [
    (None, 2000 * 0.9 * 1.2), ("multiply", 2000 * 0.9 * 1.2), ("greater", 2400), ("lesser", 1800),
])  # fmt: skip
def test_two_payouts_are_multiplied_or_the_greater_or_lesser_one_counts(join, amount):
    assert paid(two(join, 0.9, 1.2)) == amount
    assert paid(two(join, 1.2, 0.9)) == amount


@pytest.mark.parametrize("join", ["greater", "lesser"])
def test_the_payout_waits_until_both_are_measured(join):
    for own, other in ((None, 1.2), (0.9, None)):
        line = next(line for line in pay(two(join, own, other)) if line["component_id"] == "C")
        assert (line["amount"], "missing actual" in line["note"]) == (0, True)


def test_the_greater_of_a_payout_and_an_attainment():
    tables = two("greater", 0.9, 55, payout_of_on="attainment")
    tables["components"][0] |= {"on": "attainment"}
    tables["results"][1]["goal"] = 50
    assert paid(tables) == 2200


def test_the_explanation_shows_both():
    found = steps(two("greater", 0.9, 1.2), "E1")
    assert found["Greater of the ratios"][1:3] == ["the greater of the payout ratio and that of first",
                                                  "max(0.9, 1.2)"]  # fmt: skip
    assert steps(two("lesser", 0.9, 1.2), "E1")["Lesser of the ratios"][2] == "min(0.9, 1.2)"


def test_a_way_to_combine_without_a_component_to_combine_with_is_reported():
    tables = company("E1", payout_of_join="greater")
    tables["results"] = [result("E1", 0.9, 1)]
    said = "warning: component C: there is no payout_of, so payout_of_join is not used"
    assert said in issues(tables).values()
