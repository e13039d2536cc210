"""People whose statements are hard to get right, in one company."""

from __future__ import annotations

from datetime import date
from typing import Any

from typed import typed

from csm_xl.plan.tables import RawTable

Rows = dict[str, list[dict[str, Any]]]
CANARY = 98_765.43
"""A salary of somebody, whom no other statement may show."""
LONG = "Net revenue retention of the named enterprise accounts in the second half, including expansion"


def _plan(name: str, **more: Any) -> dict[str, Any]:
    return {"plan_id": name, "model": "base_bonus", "pay_period": "quarter", "target_basis": "ratio",
            "target_value": 0.2, "plan_name": f"The {name} plan", **more}  # fmt: skip


def _metric(plan: str, name: str, weight: float, **more: Any) -> dict[str, Any]:
    return {"plan_id": plan, "component_id": name, "type": "metric", "weight": weight, "measure": "GRR",
            "curve_id": "R", **more}  # fmt: skip


def _person(who: str, plan: str, salary: float = 80_000.0, **more: Any) -> dict[str, Any]:
    return {"employee_id": who, "plan_id": plan, "base_salary": salary, "hire_date": date(2024, 1, 1),
            "level": "CSM II", "location": "Łódź", "role": "CSM", "team": "North", "manager_id": "M-77",
            **more}  # fmt: skip


def company() -> Rows:
    """A company of people with goals, commission, a SPIF, a gate that fails, a draw, a clawback, many
    components with long names, one who left, one who changed plans, and one with a name that is a path."""
    knots = {"R": [(0.9, 0.5), (1, 1), (1.2, 1.5)], "S": [(0.85, 0.25), (1, 1), (1.1, 1.35)]}
    tables: Rows = {
        "plans": [_plan("mix"), _plan("wide", modifier_cap=1.2, plan_cap=1.5),
                  _plan("Ωmega", currency="EUR")],
        "components": [
            _metric("mix", "grr", 0.6, gate_measure="NPS", gate_minimum=0.9, gate_otherwise=0.5),
            {"plan_id": "mix", "component_id": "mbo", "type": "goals", "weight": 0.4,
             "component_name": "Personal goals", "curve_id": "S"},
            {"plan_id": "mix", "component_id": "upsell", "type": "commission", "tier_id": "M",
             "max_amount": 5000},
            {"plan_id": "mix", "component_id": "spif", "type": "spif", "fixed_amount": 250},
            _metric("Ωmega", "team", 1, scope="team", modified=True),
            *(_metric("wide", f"component_{n:02d}", 1 / 12 if n else 1 - 11 / 12, modified=n % 2 == 0,
                      component_name=f"{LONG} {n}", cumulative="ytd_sum" if n % 3 == 0 else "discrete")
              for n in range(12)),
        ],
        "curves": [{"curve_id": name, "attainment": x, "payout": y, "mode": {"S": "step"}.get(name)}
                   for name, rows in knots.items() for x, y in rows],
        "tiers": [{"tier_id": "M", "from": start, "rate": rate}
                  for start, rate in ((0, 0.02), (20_000, 0.05))],
        "roster": [
            _person("Emp 1", "mix"), _person("../x", "mix", target_ratio=0.25), _person("CON", "wide"),
            _person("emp 1", "Ωmega", CANARY, currency="EUR"),
            _person("a/b", "mix", leave_date=date(2026, 2, 14)), _person("00123", "mix", currency="USD"),
            _person("Zażółć-Ωμέγα-Жук", "mix", hire_date=date(2026, 1, 12), fte=0.8),
            _person("W" * 90, "Ωmega"),
        ],
        "changes": [{"employee_id": "00123", "from": date(2026, 2, 10), "plan_id": "Ωmega"},
                    {"employee_id": "Emp 1", "from": date(2026, 3, 1), "base_salary": 92_000.0,
                     "location": "Kraków"}],
        "results": [], "goals": [], "modifiers": [],
        "deals": [{"deal_id": f"D{n}", "date": date(2026, 1, 20 + n), "amount": 12_345.67 + n,
                   "employee_id": "Emp 1", "kind": "upsell"} for n in range(3)],
        "events": [{"date": date(2026, 2, 3), "employee_id": "Emp 1", "component_id": "spif", "count": 2}],
        "arrangements": [
            {"employee_id": "../x", "kind": "draw", "from": date(2026, 1, 1), "amount": 6_000.0},
            {"employee_id": "Emp 1", "kind": "holdback", "from": date(2026, 1, 1), "amount": 0.1},
        ],
        "adjustments": [{"period": "2026-Q1", "employee_id": "Emp 1", "amount": 321.09, "kind": "clawback",
                         "reason": "=HYPERLINK(\"http://x\") <b>churned</b> & gone 漢", "approved_by": "VP"}],
        "grants": [{"employee_id": "Emp 1", "grant_id": "G1", "grant_date": date(2025, 2, 15), "shares": 400,
                    "kind": "rsu", "schedule": "4y monthly 1y cliff"}],
        "prices": [{"date": date(2025, 1, 1), "price": 10.0}],
    }  # fmt: skip
    people = [row["employee_id"] for row in tables["roster"]]
    for quarter, reached in (("2026-Q1", 1.034), ("2026-Q2", 0.96)):
        for number, who in enumerate(people):
            for measure, actual in (("GRR", reached - number / 50), ("NPS", 40.0 if number % 2 else 48.0)):
                goal = 1.0 if measure == "GRR" else 50.0
                tables["results"].append({"period": quarter, "scope": "individual", "id": who,
                                          "measure": measure, "actual": actual, "goal": goal})  # fmt: skip
            tables["goals"] += [
                {"period": quarter, "employee_id": who, "goal": goal, "weight": 0.5, "score": score}
                for goal, score in (("Playbook <draft> & rollout", 1.0), ("Named 🎯 accounts", 0.8))
            ]
        tables["results"].append({"period": quarter, "scope": "team", "id": "North", "measure": "GRR",
                                  "actual": None if quarter == "2026-Q2" else 1.1, "goal": 1.0})  # fmt: skip
        tables["modifiers"].append({"period": quarter, "scope": "company", "factor": 1.05})
    return tables


def raws(tables: Rows) -> list[RawTable]:
    """The tables as they would be typed."""
    return typed(tables)
