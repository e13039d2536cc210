"""Deals in another currency, exchanged at the rate of their day and paid by the engine."""

from datetime import date

from published import records
from typed import typed

from csm_xl.engine.run import run

RECORDS = records("published_exchange.jsonl")


def test_w40_the_line_is_rounded_once():
    given = RECORDS["W40"]["inputs"]
    tables = {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "amount"}],
        "components": [{"plan_id": "P", "component_id": "C", "type": "commission", "rate": 1}],
        "roster": [{"employee_id": "A", "plan_id": "P", "base_salary": 60000, "hire_date": date(2022, 1, 8)}],
        "deals": [{"deal_id": f"D{n}", "date": date(2026, 2, n), "amount": amount, "employee_id": "A",
                   "currency": "EUR"} for n, amount in enumerate(given["amounts"], 1)],
        "rates": [{"from_currency": "EUR", "to_currency": "USD", "rate": given["rate"],
                   "date": date(2026, 1, 1)}],
    }  # fmt: skip
    (line,) = run(typed(tables), "2026-Q1").dicts()
    assert line["amount"] == RECORDS["W40"]["expected"]
