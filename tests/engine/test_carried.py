"""Payment thresholds: what is too little to be paid is carried to the next period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_company import Rows, issues, raws

from csm_xl.engine.explain import explain
from csm_xl.engine.run import run

CENT = Fraction(1, 100)


def company(*earned: float, threshold: float | None = 50, **plan: Any) -> Rows:
    """One person on a plan that pays each deal in full; earned: by month of 2026."""
    return {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "month", "target_basis": "amount",
                   "payment_threshold": threshold, **plan}],
        "components": [{"plan_id": "P", "component_id": "SALES", "type": "commission", "rate": 1}],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 60000, "hire_date": date(2025, 1, 1),
                    "leave_date": None}],
        "deals": [{"deal_id": f"D{month}", "date": date(2026, month, 10), "amount": amount,
                   "employee_id": "E1"} for month, amount in enumerate(earned, 1) if amount],
    }  # fmt: skip


def totals(tables: Rows, period: str) -> list[float]:
    return [row[3] for row in run(raws(tables), period).totals()[1:]]


def extras(tables: Rows, period: str) -> list[tuple[str, str, float]]:
    return [(line["period"], line["line_kind"], line["amount"]) for line in run(raws(tables), period).dicts()
            if line["line_kind"] != "earned"]  # fmt: skip


def test_less_than_the_threshold_is_carried_and_paid_once_it_is_reached() -> None:
    given = company(20, 12.3, 17.7)
    assert extras(given, "2026-01") == [("2026-01", "carried_forward", -20)]
    assert extras(given, "2026-02") == [("2026-02", "carried", 20), ("2026-02", "carried_forward", -32.3)]
    assert extras(given, "2026-03") == [("2026-03", "carried", 32.3)]  # just 50 is paid
    assert [totals(given, f"2026-0{month}") for month in (1, 2, 3)] == [[0], [0], [50]]


@pytest.mark.parametrize(("amount", "paid"), [(49.99, 0), (50, 50), (50.01, 50.01), (0, 0)])
def test_the_threshold_itself_is_paid(amount: float, paid: float) -> None:
    assert totals(company(amount), "2026-01") == [paid]
    assert bool(extras(company(amount), "2026-01")) == (0 < amount < 50)


def test_without_a_threshold_nothing_is_carried() -> None:
    assert extras(company(20, threshold=None), "2026") == [] == extras(company(20, threshold=0), "2026")


def test_a_half_year_has_the_lines_of_its_months() -> None:
    given = company(20, 12.3, 17.7, 49, 0, 0.5)
    by_month = [line for month in range(1, 7) for line in run(raws(given), f"2026-0{month}").dicts()]
    assert list(run(raws(given), "2026-H1").dicts()) == by_month


def test_the_plan_years_last_period_pays_what_is_carried() -> None:
    given = company(*[0] * 10, 20, 5)
    assert extras(given, "2026-12") == [("2026-12", "carried", 20)]
    assert totals(given, "2026-12") == [25]
    given = company(*[0] * 5, 20, 5, year_start=7)
    assert (totals(given, "2026-06"), extras(given, "2026-07")) == (
        [20],
        [("2026-07", "carried_forward", -5)],
    )


def test_who_leaves_is_paid_what_is_carried() -> None:
    given = company(20, 5)
    given["roster"][0]["leave_date"] = date(2026, 2, 10)
    assert (totals(given, "2026-02"), extras(given, "2026-02")) == ([25], [("2026-02", "carried", 20)])
    given["roster"][0]["leave_date"] = date(2026, 1, 31)
    given["deals"] = given["deals"][:1]
    assert (totals(given, "2026-01"), extras(given, "2026-01")) == ([20], [])


def test_who_goes_to_a_plan_of_other_periods_is_paid_what_is_carried() -> None:
    given = company(20)
    given["plans"].append({"plan_id": "Q", "model": "base_only", "pay_period": "quarter",
                           "target_basis": "amount"})  # fmt: skip
    given["changes"] = [{"employee_id": "E1", "from": date(2026, 2, 1), "plan_id": "Q"}]
    assert (totals(given, "2026-01"), extras(given, "2026-01")) == ([20], [])


def test_a_new_version_without_a_threshold_pays_what_is_carried() -> None:
    given = company(20, 5)
    given["plans"].append(given["plans"][0] | {"valid_from": date(2026, 2, 1), "payment_threshold": None})
    assert (totals(given, "2026-02"), extras(given, "2026-02")) == ([25], [("2026-02", "carried", 20)])


def test_a_threshold_looks_back_no_further_than_it_holds() -> None:
    given = company(20, 5)
    given["plans"] = [given["plans"][0] | {"payment_threshold": None},
                      given["plans"][0] | {"valid_from": date(2026, 2, 1)}]  # fmt: skip
    assert extras(given, "2026-02") == [("2026-02", "carried_forward", -5)]


def test_it_looks_at_the_total_with_draws_and_adjustments() -> None:
    given = company(20, 0)
    given["adjustments"] = [{"period": "2026-01", "employee_id": "E1", "amount": 30, "reason": "why"}]
    assert extras(given, "2026-01") == [("2026-01", "adjustment", 30)]
    given["adjustments"][0]["amount"] = -15
    assert extras(given, "2026-02") == [("2026-02", "carried", 5), ("2026-02", "carried_forward", -5)]
    given["arrangements"] = [{"employee_id": "E1", "kind": "draw", "from": date(2026, 1, 1), "amount": 40}]
    # 20 and 20 of the draw, less 15, is 25; then 40.
    assert extras(given, "2026-02")[-1] == ("2026-02", "carried", 25)
    assert totals(given, "2026-02") == [65]


def test_what_is_owed_is_not_carried() -> None:
    given = company(20, 0)
    given["adjustments"] = [{"period": "2026-02", "employee_id": "E1", "amount": 30, "reason": "why",
                             "kind": "clawback"}]  # fmt: skip
    assert (totals(given, "2026-02"), extras(given, "2026-02")[-1]) == ([-10], ("2026-02", "carried", 20))


def test_what_was_really_paid_is_what_is_carried() -> None:
    given = company(20, 5)
    given["paid"] = [{"period": "2026-01", "employee_id": "E1", "plan_id": "P", "component_id": "SALES",
                      "amount": 21}]  # fmt: skip
    assert extras(given, "2026-02") == [("2026-02", "carried", 21), ("2026-02", "carried_forward", -26)]


def test_the_lines_are_explained() -> None:
    given = company(20, 12.3, 1)
    said = explain(raws(given), "E1", "2026-03")
    (brought,) = [step for step in said if step[0] == "Carried"]
    (forward,) = [step for step in said if step[0] == "Carried forward"]
    assert brought[2:4] == ["20 [2026-01] + 12.3 [2026-02]", 32.3]
    assert forward[2:4] == ["0 − (1 + 32.3 [carried])", -33.3]
    assert "payment threshold of 50" in forward[1] and "plans, row 2 (payment_threshold)" in forward[4]
    assert said[-1][2:4] == ["1 [SALES] + 32.3 [carried] + (-33.3) [carried_forward]", 0]
    notes = [line["note"] for line in run(raws(given), "2026-03").dicts()]
    assert notes[1:] == ["carried from 2026-01, 2026-02",
                         "total of 33.3 is below the payment threshold of 50: carried forward"]  # fmt: skip


def test_a_threshold_of_thousands_is_named() -> None:
    assert issues(company(20)) == {}
    assert "warning" in issues(company(20, threshold=5000))["plans, row 2 (payment_threshold)"]


def by_hand(earned: Sequence[Fraction], threshold: Fraction, last: int) -> list[tuple[str, str, Fraction]]:
    """One person's months, one after another; the last one is December's or that of leaving."""
    found, waiting = [], Fraction(0)
    for month, amount in enumerate(earned[:last], 1):
        name = f"2026-{month:02}"
        if waiting:
            found.append((name, "carried", waiting))
        waiting += amount
        if waiting <= 0 or waiting >= threshold or month == last:
            waiting = Fraction(0)
            continue
        found.append((name, "carried_forward", -waiting))
    return found


@given(
    st.lists(st.integers(-2000, 6000).map(lambda cents: cents * CENT), min_size=12, max_size=12),
    st.sampled_from([Fraction(50), Fraction(1), Fraction("12.34")]),
    st.integers(2, 12),
)
@settings(max_examples=25, deadline=None)
def test_every_cent_against_fractions(earned: list[Fraction], threshold: Fraction, last: int) -> None:
    tables = company(*map(float, earned), threshold=float(threshold))
    if last < 12:
        tables["roster"][0]["leave_date"] = date(2026, last, 28)
    found = [(period, kind, Fraction(str(amount))) for period, kind, amount in extras(tables, "2026")]
    assert found == by_hand(earned, threshold, last)
