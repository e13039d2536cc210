"""Sums of each currency without a row for each person are those of the rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.currency import currency_sums, sums_by_currency, totals_by_currency
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.engine.payroll import Payroll
from csm_xl.plan.paid_in import Currencies

PERIODS = ("2026-Q1", "2026-Q2")


def company(moved: bool) -> dict[str, list[dict[str, Any]]]:
    """Forty people on two plans, one of dollars and one of euros; one of them moves if asked."""
    ids = [f"E{at:02}" for at in range(40)]
    return {
        "plans": [{"plan_id": plan, "model": "base_variable", "pay_period": "quarter", "currency": currency,
                   "target_basis": "ratio", "target_value": 0.1}
                  for plan, currency in (("A", "USD"), ("B", "EUR"))],
        "components": [{"plan_id": plan, "component_id": "N", "type": "metric", "measure": "NRR", "weight": 1}
                       for plan in "AB"],
        "roster": [{"employee_id": who, "plan_id": "AB"[at % 3 == 0], "base_salary": 70_000 + 333 * at,
                    "hire_date": date(2023, 1, 9), "currency": "GBP" if at == 7 else None}
                   for at, who in enumerate(ids)],
        "changes": [{"employee_id": "E04", "from": date(2026, 2, 10), "plan_id": "B"}] if moved else [],
        "results": [{"period": period, "scope": "individual", "id": who, "measure": "NRR",
                     "actual": 0.9 + at / 97, "goal": 1.05}
                    for period in PERIODS for at, who in enumerate(ids)],
    }  # fmt: skip


@pytest.mark.parametrize("moved", [False, True])
def test_sums_of_currencies_are_those_of_the_rows_of_people(moved: bool) -> None:
    tables, _ = read_tables_to_pay(typed(company(moved)))
    payroll, known = Payroll.load(tables), Currencies(tables)
    runs = [payroll.pay(period) for period in PERIODS]
    rows = totals_by_currency(runs, known)
    assert [code for code, *_ in currency_sums(runs, known)] == ["EUR", "GBP", "USD"]
    assert currency_sums(runs, known) == sums_by_currency(rows)
    assert len(rows) - 1 == 80 + moved
