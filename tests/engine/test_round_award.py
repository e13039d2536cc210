"""Payouts that a plan or a component rounds to a unit of its own, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_company import company, issues, pay, raws, result, steps

from csm_xl.engine.components import component_types
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES


def bonus(*actuals: float, plan: Any = None, **component: Any) -> Any:
    """A target of 2,000 a quarter, paid on one's own attainment."""
    tables = company(**component)
    tables["plans"][0] |= plan or {}
    tables["results"] = [
        result("E0001", actual, 100, period=f"2026-Q{at}") for at, actual in enumerate(actuals, 1)
    ]
    return tables


def paid(tables: Any, period: str = "2026-Q1") -> list[float]:
    return [line["amount"] for line in pay(tables, period)]


@pytest.mark.parametrize(("actual", "mode", "amount"), [
    (61.7, "half_up", 1200),  # 1,234
    (62.5, "half_up", 1300),  # 1,250 is a half
    (62.5, "half_even", 1200),
    (62.49999999999, "half_up", 1300),  # on 9 decimals a half
    (61.7, "up", 1300),
    (60, "up", 1200),
    (64.9, "down", 1200),  # 1,298
    (2.4, "half_up", 0),
])  # fmt: skip
def test_a_payout_goes_to_a_whole_unit_as_the_mode_says(actual, mode, amount):
    terms = {"round_award": 100, "round_award_mode": mode}
    assert paid(bonus(actual, plan=terms)) == [amount]
    assert paid(bonus(actual, plan={"round_award_mode": mode}, round_award=100)) == [amount]
    assert paid(bonus(actual, plan={"round_mode": mode}, round_award=100)) == [amount]


def test_a_plan_rounds_the_sum_of_its_components_and_they_still_add_up():
    tables = bonus(61.7, weight=0.5, plan={"round_award": 100})
    tables["components"].append(tables["components"][0] | {"component_id": "D", "measure": "NRR"})
    tables["results"].append(result("E0001", 30, 90, "NRR"))
    # 617 + 333.33… = 950.33…, rounded to 1,000: each line has its part of the 49.66…
    assert paid(tables) == [649.25, 350.75]
    assert [line["unrounded"] for line in pay(tables)] == pytest.approx([617, 1000 / 3])
    told = steps(tables)
    assert told["Rounded payout of the plan"][2:4] == ["617 [C] + 333.333333333333 [D]", 1000]


def test_each_component_is_rounded_by_itself():
    tables = bonus(61.7, weight=0.5, round_award=100)
    tables["components"].append(
        tables["components"][0] | {"component_id": "D", "measure": "NRR", "round_award": None}
    )
    tables["results"].append(result("E0001", 30, 90, "NRR"))
    assert paid(tables) == [600, 333.33]


def test_what_is_rounded_up_stops_at_a_maximum():
    capped = bonus(124.9, plan={"round_award_mode": "up"}, max_amount=2450, round_award=100)
    assert paid(capped) == [2400]
    assert "as it would else be above a maximum" in steps(capped)["Rounded payout"][1]
    assert paid(bonus(122.2, plan={"round_award_mode": "half_up"}, max_amount=2450, round_award=100)) == [
        2400
    ]


@pytest.mark.parametrize("where", ["plan", "component"])
def test_what_is_rounded_up_stops_at_the_plan_cap(where):
    plan = {"plan_cap": 1.27, "round_award_mode": "up"}
    own = {"round_award": 100} if where == "component" else {}
    plan |= {} if own else {"round_award": 100}
    assert paid(bonus(125.5, plan=plan, **own)) == [2500]  # 2,510; 2,600 is above 2,540
    assert paid(bonus(130, plan=plan, **own)) == [2500]  # cut to 2,540
    assert paid(bonus(124.9, plan=plan, **own)) == [2500]


def test_the_modifier_comes_before():
    tables = bonus(61.7, modified=True, round_award=100)
    tables["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": 1.1}]
    assert paid(tables) == [1400]  # 1,357.40


@pytest.mark.parametrize("where", ["plan", "component"])
def test_a_year_to_date_does_not_make_up_for_what_was_rounded(where):
    own = {"round_award": 100} if where == "component" else {}
    plan = {} if own else {"round_award": 100}
    tables = bonus(61.7, 61.7, 20, plan=plan, cumulative="ytd_sum", **own)
    assert paid(tables, "2026-Q1") == paid(tables, "2026-Q2") == [1200]  # 1,234 each; not 1,268
    # To date 143.4 of 300 of 6,000 is 2,868, less 2,468 earned before: 400.
    assert paid(tables, "2026-Q3") == [400]
    tables["results"][2]["actual"] = 0
    assert paid(tables, "2026-Q3") == [0]


def test_part_of_a_period_is_prorated_and_then_rounded():
    tables = bonus(100, round_award=100)
    tables["roster"][0]["leave_date"] = date(2026, 2, 14)
    assert paid(tables) == [1000]  # 2,000 × 45/90
    tables["roster"][0]["leave_date"] = date(2026, 2, 17)
    assert paid(tables) == [1100]  # 1,066.67
    tables["plans"][0]["must_be_employed"] = "period_end"
    assert paid(tables) == [0]


def test_a_year_to_date_below_zero_is_rounded_as_well():
    tables = bonus(100, 0, cumulative="ytd_sum", plan={"round_award": 300})
    assert paid(tables, "2026-Q1") == [2100]
    assert paid(tables, "2026-Q2") == [0]
    tables = bonus(100, 0, cumulative="ytd_sum", round_award=300, plan={"round_award_mode": "up"})
    tables["curves"] = [{"curve_id": "c", "attainment": 0.6, "payout": 1}]
    tables["components"][0]["curve_id"] = "c"
    assert paid(tables, "2026-Q2") == [-2100]  # −2,000


WRONG = [
    ({"round_award": 100, "rounding": "total"}, {}, "plans, row 2 (round_award)", "rounding = total"),
    ({"rounding": "total"}, {"round_award": 100}, "components, row 2 (round_award)", "rounding = total"),
    ({"round_award": 0.005}, {}, "plans, row 2 (round_award)", "not a multiple of the rounding_unit 0.01"),
    ({"rounding_unit": 1}, {"round_award": 0.5}, "components, row 2 (round_award)", "not a multiple"),
    ({"round_award": 100}, {"round_award": 10}, "plans, row 2 (round_award)", "components of it round"),
    ({"round_award": 100}, {"max_amount": 1000}, "components, row 2 (max_amount)", "above its maximum"),
    ({"round_award": 100}, {"pool_amount": 9000}, "plans, row 2 (round_award)", "no longer add up"),
    ({}, {"round_award": 100, "pool_amount": 9000}, "components, row 2 (round_award)", "adds up to the pool"),
    ({"round_award": 0}, {}, "plans, row 2 (round_award)", ""),
    ({"round_award_mode": "up"}, {}, "plans, row 2 (round_award_mode)", "round_award_mode is not used"),
    ({"round_award": 5000}, {}, "plans, row 2 (round_award)", "5,000"),
]  # fmt: skip


@pytest.mark.parametrize(("plan", "component", "where", "words"), WRONG)
def test_what_contradicts_it_is_said(plan, component, where, words):
    found = load_tables(raws(bonus(90, plan=plan, **component)), component_types(), PAY_TABLES)[1]
    assert any(words in issue.message for issue in found if issue.where == where)


def test_what_was_paid_of_a_year_to_date_says_what_it_was_before():
    tables = bonus(61.7, 61.7, cumulative="ytd_sum", round_award=100)
    tables["paid"] = [{"period": "2026-Q1", "employee_id": "E0001", "plan_id": "S", "component_id": "C",
                       "amount": 1200}]  # fmt: skip
    assert "needs what was earned before" in issues(tables)["paid, row 2 (before_modifier)"]
    tables["paid"][0]["before_modifier"] = 1234
    assert paid(tables, "2026-Q2") == [1200]
