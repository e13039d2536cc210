"""Paid by the month on the quarter to date, worked out by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from following import follow
from small_company import RISKS, company, issues, pay, result, steps

from csm_xl.errors import CsmError


def monthly(*actuals: float | None, first: int = 1, plan: Any = None, **component: Any) -> Any:
    """A target of 666.67 a month, on one's own actual of a goal of 100 a month."""
    tables = company(period="month", cumulative="qtd_sum", **component)
    tables["plans"][0] |= {"target_basis": "amount", "target_value": 12000} | (plan or {})
    tables["results"] = [result("E0001", actual, 100, period=f"2026-{at:02d}")
                         for at, actual in enumerate(actuals, first)]  # fmt: skip
    return tables


def paid(tables: Any, *periods: str) -> list[float]:
    found = []
    for period in periods:
        (line,) = pay(tables, period)
        follow(tables, period)
        found.append(line["amount"])
    return found


def test_each_month_pays_the_quarter_to_date_less_what_was_paid():
    tables = monthly(80, 120, 130, 50, 100)
    # 80% of 1,000; 100% of 2,000 less 800; 110% of 3,000 less 2,000
    assert paid(tables, "2026-01", "2026-02", "2026-03") == [800, 1200, 1300]


def test_it_begins_again_with_the_quarter():
    tables = monthly(80, 120, 130, 50, 100)
    assert paid(tables, "2026-04", "2026-05") == [500, 1000]
    later = monthly(50, 100, first=4)  # nothing of the quarter before is needed
    assert paid(later, "2026-04", "2026-05") == [500, 1000]


def test_the_quarters_are_those_of_the_plan_year():
    tables = monthly(80, 120, 130, 50, plan={"year_start": 2})
    assert paid(tables, "2026-02", "2026-03", "2026-04") == [1200, 1300, 500]
    tables = monthly(80, 120, first=1, plan={"year_start": 2})
    tables["results"] += [result("E0001", 100, 100, period=f"2025-{at}") for at in (11, 12)]
    assert paid(tables, "2026-01") == [800]  # 280 of 300, less 2,000


def test_the_interim_cap_holds_until_the_quarter_s_last_month():
    tables = monthly(150, 150, 150, 150, interim_cap=1)
    assert paid(tables, "2026-01", "2026-02", "2026-03", "2026-04") == [1000, 1000, 2500, 1000]


def test_a_payout_may_be_taken_back_within_the_quarter_alone():
    assert paid(monthly(100, 0, 0, 0), "2026-02", "2026-03", "2026-04") == [0, 0, 0]
    tables = monthly(100, 0, 0, 0, curve_id="K")
    tables["curves"] = [{"curve_id": "K", "attainment": 0.6, "payout": 1}]
    assert paid(tables, "2026-01", "2026-02", "2026-04") == [1000, -1000, 0]


def test_somebody_hired_within_the_quarter_has_a_quarter_of_their_own():
    tables = monthly(None, 60, 120)
    tables["roster"][0]["hire_date"] = date(2026, 2, 15)
    # half of February: 14 of 28 days; 60% of 500; then 90% of 1,500, less 300
    assert paid(tables, "2026-02", "2026-03") == [300, 1050]


def test_what_was_really_paid_counts_within_the_quarter():
    tables = monthly(100, 100, 100, 100)
    tables["paid"] = [{"period": "2026-01", "employee_id": "E0001", "plan_id": "S", "component_id": "C",
                       "amount": 700}]  # fmt: skip
    assert paid(tables, "2026-02", "2026-04") == [1300, 1000]


def test_tiers_climb_with_the_quarter():
    tables = company(period="month", type="commission", cumulative="qtd_sum", tier_id="T")
    tables["components"][0] |= {"weight": None, "measure": None}
    tables["tiers"] = [
        {"tier_id": "T", "from": start, "rate": rate} for start, rate in ((0, 0.05), (1000, 0.1))
    ]
    tables["deals"] = [{"deal_id": f"D{month}", "date": date(2026, month, 9), "amount": 800,
                        "employee_id": "E0001"} for month in range(1, 6)]  # fmt: skip
    assert paid(tables, "2026-01", "2026-02", "2026-03", "2026-04", "2026-05") == [40, 70, 80, 40, 70]


def test_the_explanation_names_the_quarter():
    told = steps(monthly(80, 120), period="2026-02")
    assert "of the quarter to date" in told["Attainment"][1]
    assert "targets of the quarter to date" in told["Before the modifier"][1]


def test_a_quarter_to_date_is_of_months():
    tables = company(cumulative="qtd_sum")
    assert "a quarter to date adds up months" in issues(tables)["components, row 2 (cumulative)"]
    tables = monthly(80)
    january = {"period": "P1", "start": date(2026, 1, 1), "end": date(2026, 1, 31)}
    tables["periods"] = [january | {"kind": "month", "year": 2026}]
    assert "periods has 1 months of 2026" in issues(tables)["components, row 2 (cumulative)"]


@pytest.mark.parametrize("column", ["peer_group", "book_adjusted"])
def test_what_has_no_sum_is_refused(column):
    tables = monthly(80, scope="team", **{column: "plan" if column == "peer_group" else True})
    tables["risk_classes"] = RISKS
    assert "a sum of them" in issues(tables)[f"components, row 2 ({column})"]


@pytest.mark.parametrize("kind", ["quarter", "year"])
def test_a_quarter_to_date_of_another_period_is_said_though_results_are_missing(kind):
    tables = monthly(80)
    tables["components"][0]["pay_cycle"] = kind
    with pytest.raises(CsmError, match="a quarter to date adds up months"):
        pay(tables, "2026")
