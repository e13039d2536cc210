"""A year to date that takes nothing back: a period pays 0, and later ones make up for it."""

from __future__ import annotations

from typing import Any

import pytest
from small_company import company, issues, one, result, steps
from typed import typed

from csm_xl.engine.run import run

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def year(*actuals: float | None, **more: Any) -> dict[str, Any]:
    """2,000 a quarter on the year to date: 80% of the goal pays half, 150% double."""
    tables = company(cumulative="ytd_sum", curve_id="c", **more)
    points = ((0.8, 0.5), (1, 1), (1.5, 2))
    tables["curves"] = [{"curve_id": "c", "attainment": at, "payout": pays} for at, pays in points]
    tables["results"] = [result("E0001", actual, 100, period=period)
                         for actual, period in zip(actuals, QUARTERS, strict=True)]  # fmt: skip
    return tables


def paid(tables: dict[str, Any]) -> list[float]:
    return [line["amount"] for line in run(typed(tables), "2026").dicts()]


def test_a_year_to_date_takes_back_what_earlier_quarters_paid_too_much():
    assert paid(year(110, 40, 120, 140)) == [2400, -2400, 4500, 3900]


def test_without_taking_back_a_quarter_pays_nothing_and_the_next_ones_make_up_for_it():
    # To date: 110% pays 1.2 of 2,000; 75% nothing; 90% 0.75 of 6,000; 102.5% 1.05 of 8,000.
    assert paid(year(110, 40, 120, 140, take_back=False)) == [2400, 0, 2100, 3900]


def test_what_was_paid_stays_paid_where_the_year_never_catches_up():
    assert paid(year(150, 0, 0, 0, take_back=False)) == [4000, 0, 0, 0]
    assert paid(year(150, 0, 0, 0)) == [4000, -4000, 0, 0]


def test_what_was_really_paid_counts():
    tables = year(100, 100, 100, 100, take_back=False)
    tables["paid"] = [{"period": "2026-Q1", "employee_id": "E0001", "plan_id": "S", "component_id": "C",
                       "amount": 5000}]  # fmt: skip
    assert paid(tables)[1:] == [0, 1000, 2000]


def test_the_explanation_and_a_finding_say_so():
    found = steps(year(110, 40, 120, 140, take_back=False), period="2026-Q2")
    assert "not below 0" in found["Before the modifier"][1]
    assert found["Before the modifier"][2].startswith("max(")
    tables = company(take_back=False)
    tables["results"] = [result("E0001", 1, 1)]
    assert "warning: component C: it is not cumulative, so nothing is taken back" in issues(tables).values()
    assert one(tables)["amount"] == 2000


@pytest.mark.parametrize("actual", [None, 40])
def test_a_missing_actual_takes_nothing_back_either_way(actual):
    for take_back in (True, False):
        lines = paid(year(110, actual, 120, 140, take_back=take_back))
        assert lines[1] == (0 if actual is None or not take_back else -2400)
