"""A small company to pay: people of one plan with one component, and how its lines are read."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.explain import explain
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES, RawTable

Rows = dict[str, list[dict[str, Any]]]
TARGET = 2000.0  # 80,000 × 10% × 1/4


def company(*people: str, period: str = "quarter", **component: Any) -> Rows:
    """People of one plan with one component on their own CSAT, through no curve."""
    return {
        "plans": [{"plan_id": "S", "model": "base_bonus", "pay_period": period, "target_basis": "ratio",
                   "target_value": 0.1}],
        "components": [{"plan_id": "S", "component_id": "C", "type": "metric", "weight": 1, "measure": "CSAT",
                        **component}],
        "roster": [{"employee_id": who, "plan_id": "S", "base_salary": 80000, "hire_date": date(2024, 1, 1),
                    "team": "T1", "level": "L1"} for who in people or ("E0001",)],
        "results": [],
    }  # fmt: skip


def result(who: str, actual: float | None, goal: float | None = None, measure: str = "CSAT",
           scope: str = "individual", period: str = "2026-Q1") -> dict[str, Any]:  # fmt: skip
    return {"period": period, "scope": scope, "id": who, "measure": measure, "actual": actual, "goal": goal}


def raws(tables: Rows) -> list[RawTable]:
    return typed(tables)


def pay(tables: Rows, period: str = "2026-Q1") -> list[dict[str, Any]]:
    """The lines of a period. What is refused is refused in the same words when it is asked for once more."""
    payroll = Payroll.load(raws(tables), period)
    try:
        return list(payroll.pay(period).dicts())
    except CsmError as refused:
        with pytest.raises(CsmError) as again:
            payroll.pay(period)
        assert set(map(str, again.value.issues)) == set(map(str, refused.issues))
        raise


def one(tables: Rows, period: str = "2026-Q1") -> dict[str, Any]:
    lines = pay(tables, period)
    assert len(lines) == 1
    return lines[0]


def steps(tables: Rows, who: str = "E0001", period: str = "2026-Q1") -> dict[str, list[Any]]:
    return {row[0]: row for row in explain(raws(tables), who, period)}


def issues(tables: Rows) -> dict[str, str]:
    found = load_tables(raws(tables), component_types(), PAY_TABLES)[1]
    return {issue.where: f"{issue.severity}: {issue.message}" for issue in found}


def seasons(*shares: float) -> list[dict[str, Any]]:
    return [{"season_id": "S", "period_number": n, "share": share} for n, share in enumerate(shares, 1)]


def ramps(*shares: float) -> list[dict[str, Any]]:
    return [{"ramp_id": "R", "month": n, "share": share} for n, share in enumerate(shares, 1)]


MATRIX = [{"matrix_id": "M", "row": x, "column": y, "payout": p} for x, y, p in (
    (0.9, 0.8, 0.4), (0.9, 1, 0.6), (1, 0.8, 0.8), (1, 1, 1.2))]  # fmt: skip
RISKS = [{"risk_class": "low", "ratio": 0.95}, {"risk_class": "high", "ratio": 0.4}]


def account(name: str, who: str, start: float, end: float | None, **more: Any) -> dict[str, Any]:
    return {"period": "2026-Q1", "account_id": name, "employee_id": who, "start": start, "end": end, **more}


ACCOUNTS = [
    account("A", "E1", 100, 130, risk_class="low"), account("B", "E1", 200, 100, risk_class="high"),
    account("C", "E1", 100, 0, risk_class="high"), account("D", "E2", 400, 400, risk_class="low"),
    account("N", "E2", 7, 500, new=True),
]  # fmt: skip
