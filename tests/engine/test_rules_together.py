"""Rules of plans that meet, such as cycles beside draws, thresholds and people who leave."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def plan(name: str = "P", **more: Any) -> Row:
    terms = {"plan_id": name, "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount"}
    return terms | more


def metric(name: str = "A", **more: Any) -> Row:
    return {"plan_id": "P", "component_id": name, "type": "metric", "weight": 1, "measure": "M"} | more


def person(who: str = "E1", **more: Any) -> Row:
    own = {"employee_id": who, "plan_id": "P", "base_salary": 60000, "target_amount": 10000}
    return own | {"hire_date": date(2020, 1, 1)} | more


def got(period: str, actual: float, who: str = "E1", measure: str = "M", goal: float = 100) -> Row:
    return {"period": period, "scope": "individual", "id": who, "measure": measure, "actual": actual,
            "goal": goal}  # fmt: skip


def raws(tables: Rows) -> list[RawTable]:
    return typed(tables)


def paid(tables: Rows, period: str, who: str = "E1") -> dict[tuple[str, str], float]:
    lines = run(raws(tables), period).dicts()
    return {
        (line["period"], line["component_id"]): line["amount"] for line in lines if line["employee_id"] == who
    }


def errors(tables: Rows) -> list[tuple[str, str]]:
    issues = load_tables(raws(tables), component_types())[1]
    return [(issue.where, issue.message) for issue in issues if issue.severity == "error"]


QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def beside(**component: Any) -> Rows:
    """E1, who draws, on a plan of quarters; E2 on another one, of which a component may have a cycle."""
    return {
        "plans": [plan(), plan("Q")],
        "components": [metric(), metric(plan_id="Q", weight=0.5),
                       metric("Y", plan_id="Q", weight=0.5, measure="N", **component)],
        "roster": [person(), person("E2", plan_id="Q")],
        "arrangements": [{"employee_id": "E1", "kind": "draw", "from": date(2026, 1, 1), "amount": 1000}],
        "results": [
            *(got(name, actual) for name, actual in zip(QUARTERS, (0, 0, 0, 200), strict=True)),
            *(got(name, 100, "E2") for name in QUARTERS),
            *(got(name, 100, "E2", "N") for name in (("2026",) if component else QUARTERS)),
        ],
    }  # fmt: skip


@pytest.mark.parametrize("cycle", [{}, {"pay_cycle": "year"}, {"pay_cycle": "half"}])
def test_a_draw_looks_back_on_its_own_periods_whatever_cycles_others_have(cycle: Row) -> None:
    tables = beside(**cycle)
    if cycle.get("pay_cycle") == "half":
        tables["results"] = [row for row in tables["results"] if row["period"] != "2026"]
        tables["results"] += [got(name, 100, "E2", "N") for name in ("2026-H1", "2026-H2")]
    assert paid(tables, "2026-Q4") == {("2026-Q4", "A"): 5000, ("2026-Q4", "draw"): -3000}


def test_a_threshold_looks_back_on_its_own_periods_whatever_cycles_others_have() -> None:
    months = [f"2026-{month:02d}" for month in range(1, 13)]
    tables: Rows = {
        "plans": [plan(pay_period="month", payment_threshold=100), plan("Q", pay_period="month")],
        "components": [
            {"plan_id": "P", "component_id": "c", "type": "commission", "rate": 0.1},
            metric(plan_id="Q", weight=0.5),
            metric("Y", plan_id="Q", weight=0.5, measure="N", pay_cycle="half"),
        ],
        "roster": [person(target_amount=None), person("E2", plan_id="Q")],
        "deals": [{"deal_id": f"D{month}", "date": date(2026, month, 5), "amount": amount,
                   "employee_id": "E1"}
                  for month, amount in ((6, 700), (7, 2000), (11, 400), (12, 2000))],
        "results": [*(got(name, 100, "E2") for name in months),
                    *(got(name, 100, "E2", "N") for name in ("2026-H1", "2026-H2"))],
    }  # fmt: skip
    assert paid(tables, "2026-07") == {("2026-07", "c"): 200, ("2026-07", "carried"): 70}
    assert paid(tables, "2026-12") == {("2026-12", "c"): 200, ("2026-12", "carried"): 40}


def test_what_a_cycle_owes_somebody_who_has_left_is_paid_with_its_last_period() -> None:
    tables: Rows = {
        "plans": [plan(), plan("Q")],
        "components": [metric(weight=0.6), metric("Y", weight=0.4, measure="N", pay_cycle="year"),
                       metric(plan_id="Q")],
        "roster": [person(leave_date=date(2026, 8, 31)), person("E2", plan_id="Q")],
        "results": [*(got(name, 100) for name in QUARTERS[:3]), got("2026", 100, measure="N"),
                    *(got(name, 100, "E2") for name in QUARTERS)],
    }  # fmt: skip
    assert paid(tables, "2026-Q4") == {("2026", "Y"): 2663.01}  # 4,000 × 243/365


def gated(**gate: Any) -> Rows:
    row = {"plan_id": "P", "component_id": "A", "measure": "GRR", "minimum": 0.85, "span": "ytd"} | gate
    return {
        "plans": [plan()],
        "components": [metric()],
        "roster": [person()],
        "gates": [row],
        "results": [*(got(name, 100) for name in QUARTERS[:2]),
                    *(got(name, 0.5, measure="GRR", goal=1) for name in QUARTERS[:2])],
    }  # fmt: skip


def test_ratios_of_a_year_to_date_are_not_added_up() -> None:
    assert errors(gated(on="actual")) == [
        ("gates, row 2 (span)", "the actuals of GRR are ratios, which have no sum over the year to date")
    ]
    assert paid(gated(), "2026-Q2") == {("2026-Q2", "A"): 0}
    tables = gated()
    tables["components"] = [metric(measure="GRR", on="actual", cumulative="ytd_sum")]
    what = "the actuals of GRR are ratios, which have no sum over the year to date"
    assert ("components, row 2 (cumulative)", what) in errors(tables)


def test_a_gate_of_the_year_counts_the_periods_on_the_plan() -> None:
    """Whoever comes from another plan, or waited, needs no result of before."""
    tables = gated(minimum=0.4)
    tables["results"] = [row for row in tables["results"] if row["period"] == "2026-Q2"]
    tables["plans"].append(plan("Q", model="base_only"))
    tables["roster"] = [person(plan_id="Q")]
    tables["changes"] = [{"employee_id": "E1", "from": date(2026, 4, 1), "plan_id": "P"}]
    assert paid(tables, "2026-Q2") == {("2026-Q2", "A"): 2500}


def test_a_payout_that_is_rounded_up_stops_at_the_plan_cap() -> None:
    tables: Rows = {
        "plans": [plan(plan_cap=1.25, round_payout=0.1)],
        "components": [metric()],
        "roster": [person()],
        "results": [got("2026-Q1", 150)],
    }
    assert paid(tables, "2026-Q1") == {("2026-Q1", "A"): 3125}
    tables["components"] = [metric(max_amount=3125)]
    assert errors(tables) == [
        ("components, row 2 (max_amount)",
         "plan P rounds its payout, which may bring a component above its maximum")
    ]  # fmt: skip


def test_shares_of_a_year_change_with_the_year() -> None:
    shares = ["20%", "20%", "20%", "40%"]
    tables: Rows = {
        "plans": [plan(period_shares=", ".join(shares), valid_from=None),
                  plan(valid_from=date(2026, 7, 1), period_shares=None)],
        "components": [metric()],
        "roster": [person()],
        "results": [got(name, 100) for name in QUARTERS],
    }  # fmt: skip
    assert [where for where, _ in errors(tables)] == ["plans, row 3 (period_shares)"]
    tables["plans"][1]["valid_from"] = date(2027, 1, 1)
    assert errors(tables) == []


def test_a_draw_of_one_currency_is_not_recovered_in_another() -> None:
    tables = beside()
    tables["plans"] = [plan(currency="USD"), plan("Q", currency="EUR")]
    tables["changes"] = [{"employee_id": "E1", "from": date(2026, 7, 1), "plan_id": "Q"}]
    assert errors(tables) == [
        ("roster, row 2 (currency)", "E1's plans pay in EUR, USD, and a draw needs one total")
    ]
    tables["roster"][0]["currency"] = "USD"
    assert errors(tables) == []
