"""The plan year to date: which periods it has, by the plan a person is on, whatever plans others are on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from test_base_pay import raws

from csm_xl.analysis.explain import Explanation
from csm_xl.engine.run import load
from csm_xl.report.statement import Statements


def company() -> dict[str, list[dict[str, Any]]]:
    """E1 on a plan whose year begins in July, E2 on one of the calendar year: 10% of 1,000 each month."""
    plans = [
        {"plan_id": name, "model": "base_variable", "pay_period": "month", "target_basis": "amount",
         "target_value": 0, "year_start": start} for name, start in (("JULY", 7), ("JAN", 1))
    ]  # fmt: skip
    return {
        "plans": plans,
        "components": [{"plan_id": plan["plan_id"], "component_id": "C", "type": "commission",
                        "rate": Decimal("0.1")} for plan in plans],
        "roster": [{"employee_id": who, "plan_id": plan, "base_salary": 60000, "hire_date": date(2024, 1, 1)}
                   for who, plan in (("E1", "JULY"), ("E2", "JAN"))],
        "deals": [{"deal_id": f"{who}{year}{month}", "date": date(year, month, 5), "amount": 1000,
                   "employee_id": who} for who in ("E1", "E2") for year in (2025, 2026)
                  for month in range(1, 13)],
    }  # fmt: skip


def to_date(period: str, who: str) -> tuple[str, str, float]:
    """The first and the last period of the year to date, and its sum."""
    tables = load(raws(company()))
    rows = Statements(Explanation(tables, period), period, date(2026, 12, 31)).of(who).to_date
    return rows[0][0], rows[-1][0], sum(amount or 0.0 for *_, amount in rows)


@pytest.mark.parametrize(
    ("period", "who", "expected"),
    [
        ("2026-03", "E1", ("2025-07", "2026-03", 900)),
        ("2026-03", "E2", ("2026-01", "2026-03", 300)),  # whoever else is on a plan of another year
        ("2026-07", "E1", ("2026-07", "2026-07", 100)),
        ("2026", "E1", ("2026-07", "2026-12", 600)),  # the year that holds the last day, not the one before
        ("2026", "E2", ("2026-01", "2026-12", 1200)),
    ],
)
def test_the_year_to_date_is_that_of_the_persons_own_plan(
    period: str, who: str, expected: tuple[str, str, float]
) -> None:
    assert to_date(period, who) == expected
