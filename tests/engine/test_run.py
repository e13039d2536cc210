"""Which periods a run pays, and what it needs of those that it looks back on."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_company import Rows, company, one, pay, result

from csm_xl.errors import CsmError


def paid(who: str, amount: float, period: str = "2026-Q1") -> dict[str, Any]:
    return {"period": period, "employee_id": who, "plan_id": "S", "component_id": "C", "amount": amount}


def from_quarters_to_months() -> Rows:
    """E0001 moves in July from a plan that pays by the quarter to one that pays by the month."""
    tables = company()
    tables["plans"].append(tables["plans"][0] | {"plan_id": "M", "pay_period": "month"})
    tables["components"].append(tables["components"][0] | {"plan_id": "M"})
    tables["changes"] = [{"employee_id": "E0001", "from": date(2026, 7, 1), "plan_id": "M"}]
    tables["results"] = [result("E0001", 1, 1, period=name) for name in ("2026-Q2", "2026-06", "2026-07")]
    return tables


def test_a_plan_that_nobody_is_on_then_stops_no_shorter_period() -> None:
    line = one(from_quarters_to_months(), "2026-07")
    assert (line["plan_id"], line["amount"]) == ("M", 666.67)  # 80,000 × 10% / 12
    assert one(from_quarters_to_months(), "2026-Q2")["plan_id"] == "S"
    with pytest.raises(CsmError, match="a month was requested, but the plan pays by the quarter"):
        pay(from_quarters_to_months(), "2026-06")


def test_a_shorter_period_is_an_error_where_nobody_is_employed_too() -> None:
    with pytest.raises(CsmError, match="a month was requested"):
        pay(company(), "2020-01")


def test_what_was_really_paid_needs_no_result_of_its_period() -> None:
    tables = company("E0001", "E0002", cumulative="ytd_latest")
    tables["results"] = [result(who, 1.1, 1, period="2026-Q2") for who in ("E0001", "E0002")]
    tables["paid"] = [paid("E0001", 1500)]
    with pytest.raises(CsmError) as caught:
        pay(tables, "2026-Q2")
    (issue,) = caught.value.issues  # the other one's history has to be computed
    assert "no result CSAT of individual E0002 for 2026-Q1" in issue.message
    tables["paid"].append(paid("E0002", 2200))
    # 4,000 to date × 1.1, less what was paid
    assert [line["amount"] for line in pay(tables, "2026-Q2")] == [2900.0, 2200.0]
    with pytest.raises(CsmError, match="for 2026-Q1"):
        pay(tables, "2026-H1")  # a period that is paid itself needs its results


def test_a_sum_to_date_needs_every_result_whatever_was_paid() -> None:
    tables = company(cumulative="ytd_sum")
    tables["results"] = [result("E0001", 1.1, 1, period="2026-Q2")]
    tables["paid"] = [paid("E0001", 1500)]
    with pytest.raises(CsmError, match="no result CSAT of individual E0001 for 2026-Q1"):
        pay(tables, "2026-Q2")


def test_a_product_of_ratios_needs_every_result_whatever_was_paid() -> None:
    tables = company(cumulative="ytd_latest")
    tables["plans"][0]["combination"] = "multiplicative"
    tables["results"] = [result("E0001", 1.1, 1, period="2026-Q2")]
    tables["paid"] = [paid("E0001", 1500)]
    with pytest.raises(CsmError, match="no result CSAT of individual E0001 for 2026-Q1"):
        pay(tables, "2026-Q2")
