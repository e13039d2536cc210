"""What a plan year asks for: versions that change within it, money paid before, what is not measured."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pay_oracle import Oracle, Row, Rows
from scenarios import differences, engine

APRIL = date(2026, 4, 1)


def one_person() -> Rows:
    """2,000 a quarter on one measure: 95%, 105%, 110%."""
    return {
        "plans": [{"plan_id": "S", "model": "base_bonus", "pay_period": "quarter", "target_basis": "ratio",
                   "target_value": 0.1}],
        "components": [{"plan_id": "S", "component_id": "A", "type": "metric", "weight": 1, "measure": "M"}],
        "roster": [{"employee_id": "E0001", "plan_id": "S", "base_salary": 80000,
                    "hire_date": date(2024, 1, 1)}],
        "results": [{"period": f"2026-Q{q}", "scope": "individual", "id": "E0001", "measure": "M",
                     "actual": actual, "goal": 1} for q, actual in ((1, 0.95), (2, 1.05), (3, 1.1))],
        "events": [], "paid": [], "deals": [], "credits": [],
    }  # fmt: skip


def result(period: str, measure: str, actual: float | None) -> Row:
    return {
        "period": period,
        "scope": "individual",
        "id": "E0001",
        "measure": measure,
        "actual": actual,
        "goal": 1,
    }


def split(tables: Rows, table: str, day: date, **later: Any) -> None:
    """The first row of a table until a day, another version of it from then on."""
    tables[table].append(tables[table][0] | {"valid_from": day} | later)


def becomes_cumulative(t: Rows) -> None:
    split(t, "components", APRIL, cumulative="ytd_sum")


def joins_the_plan(t: Rows) -> None:
    """A component of the year to date that begins in April needs no result of before."""
    t["components"][0]["weight"] = 0.5
    old = t["components"][0] | {"component_id": "B", "valid_to": date(2026, 3, 31)}
    new = t["components"][0] | {
        "component_id": "C",
        "valid_from": APRIL,
        "cumulative": "ytd_sum",
        "measure": "N",
    }
    t["components"] += [old, new]
    t["results"].append(result("2026-Q2", "N", 1.2))


def basis_changes(t: Rows) -> None:
    split(t, "plans", APRIL, target_basis="amount", target_value=9000)
    t["components"][0]["cumulative"] = "ytd_sum"


def rounding_changes(t: Rows) -> None:
    t["roster"][0]["base_salary"] = 80000.2222
    t["plans"][0]["rounding"] = "step"
    split(t, "plans", APRIL, rounding="line")
    t["components"][0]["cumulative"] = "ytd_latest"


def was_paid(t: Rows) -> None:
    t["components"][0]["cumulative"] = "ytd_latest"
    t["paid"] = [{"period": "2026-Q1", "employee_id": "E0001", "plan_id": "S", "component_id": "A",
                  "amount": 1500, "before_modifier": 1400.55}]  # fmt: skip


def was_paid_and_moved(t: Rows) -> None:
    was_paid(t)
    t["roster"][0]["hire_date"] = APRIL


def not_measured(t: Rows) -> None:
    t["components"][0]["cumulative"] = "ytd_sum"
    t["results"][1]["actual"] = None


def not_measured_elsewhere(t: Rows) -> None:
    """Where ratios multiply, nothing is known before all of them are."""
    t["plans"][0]["combination"] = "multiplicative"
    t["components"][0] |= {"weight": 0.5, "cumulative": "ytd_latest"}
    t["components"].append(
        {"plan_id": "S", "component_id": "B", "type": "metric", "weight": 0.5, "measure": "N"}
    )
    t["results"] += [result("2026-Q1", "N", 1), result("2026-Q2", "N", None)]


def interim_cap_on_discrete(t: Rows) -> None:
    t["components"][0]["interim_cap"] = 0.9


def interim_cap(t: Rows) -> None:
    t["components"][0] |= {"interim_cap": 1, "cumulative": "ytd_latest"}
    t["results"].append(result("2026-Q4", "M", 1.2))


def milestone_in_two_versions(t: Rows) -> None:
    t["components"] += [
        {"plan_id": "S", "component_id": "X", "type": "milestone", "fixed_amount": 500,
         "valid_to": date(2026, 2, 15)},
        {"plan_id": "S", "component_id": "X", "type": "milestone", "fixed_amount": 600,
         "valid_from": date(2026, 2, 16)},
    ]  # fmt: skip
    days = (date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 2))
    t["events"] = [{"date": day, "employee_id": "E0001", "component_id": "X"} for day in days]


def bounds_without_modifiers(t: Rows) -> None:
    t["plans"][0]["modifier_floor"] = 1.1
    t["components"][0]["modified"] = True


def shared_with_a_leaver(t: Rows) -> None:
    """Over-assignment is the plan's to allow; somebody on no plan that day has none to ask."""
    t["plans"][0]["over_assignment"] = True
    t["components"].append({"plan_id": "S", "component_id": "U", "type": "commission", "rate": 0.02})
    t["roster"].append({"employee_id": "E0002", "plan_id": "S", "base_salary": 1,
                        "hire_date": date(2024, 1, 1), "leave_date": date(2025, 6, 30)})  # fmt: skip
    t["deals"] = [{"deal_id": "D1", "date": date(2026, 2, 1), "amount": 10000}]
    t["credits"] = [{"deal_id": "D1", "employee_id": who, "share": 0.75} for who in ("E0001", "E0002")]


H1, Q1_TO_Q3 = ("2026-Q1", "2026-Q2"), ("2026-Q1", "2026-Q2", "2026-Q3")
CASES: list[tuple[Callable[[Rows], None], tuple[str, ...], list[float]]] = [
    (becomes_cumulative, H1, [1900, 2100]),  # 4,000 × (0.95 + 1.05) / 2 − 1,900
    (joins_the_plan, H1, [950, 950, 1050, 1200]),
    (basis_changes, H1, [1900, 2350]),  # (2,000 + 2,250) × 1 − 1,900
    (rounding_changes, H1, [1900.01, 2300.01]),  # (2,000.01 + 2,000.005555) × 1.05 − 1,900.01
    (was_paid, ("2026-Q2",), [2799.45]),  # 4,000 × 1.05 − 1,400.55
    (was_paid_and_moved, ("2026-Q2",), [699.45]),
    (not_measured, Q1_TO_Q3, [1900, 0, 4250]),  # 6,000 × (0.95 + 1.1) / 2 − 1,900
    (not_measured_elsewhere, H1, [950, 950, 0, 0]),
    (interim_cap_on_discrete, ("2026-Q1",), [1900]),
    (interim_cap, (*Q1_TO_Q3, "2026-Q4"), [1900, 2100, 2000, 3600]),
    (milestone_in_two_versions, H1, [1900, 500, 2100, 0]),
    (bounds_without_modifiers, ("2026-Q1",), [2090]),
    (shared_with_a_leaver, ("2026-Q1",), [1900, 150]),
]


@pytest.mark.parametrize(("change", "periods", "amounts"), CASES, ids=[case[0].__name__ for case in CASES])
def test_a_year(change: Callable[[Rows], None], periods: tuple[str, ...], amounts: list[float]) -> None:
    tables = one_person()
    change(tables)
    lines = [engine(tables, period) for period in periods]
    assert [line["amount"] for each in lines for line in each.dicts()] == amounts
    for period, each in zip(periods, lines, strict=True):
        assert not differences(each, Oracle(tables).pay(period))
