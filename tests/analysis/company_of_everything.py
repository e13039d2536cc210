"""A made-up company of any size with every kind of component, and rows in every table that grows with its
people."""

from __future__ import annotations

import random
from datetime import date
from functools import partial
from typing import Any

Row = dict[str, Any]
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")


def everything(people: int) -> dict[str, list[Row]]:
    """The tables of a company with so many people."""
    rng = random.Random(5)
    ids = [f"E{at:06}" for at in range(people)]
    teams = [f"T{at // 20:05}" for at in range(people)]
    tables: dict[str, list[Row]] = {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "ratio", "target_value": 0.2}],
        "components": [{"plan_id": "P", "component_id": name, **values} for name, values in {
            "Kept": {"type": "metric", "measure": "GRR", "weight": 0.2, "scope": "team"},
            "Booked": {"type": "metric", "measure": "bookings", "weight": 0.3, "cap": 2.0},
            "Liked": {"type": "metric", "measure": "NPS", "weight": 0.1},
            "Goals": {"type": "goals", "weight": 0.4},
            "Deals": {"type": "commission", "rate": 0.03, "credit_role": "csm"},
            "Calls": {"type": "spif", "fixed_amount": 50},
            "Saved": {"type": "milestone", "fixed_amount": 500},
            "Pool": {"type": "pool", "measure": "points", "pool_amount": 10_000},
            "Share": {"type": "result_share", "measure": "Growth", "scope": "company", "rate": 0.0005},
        }.items()],
        "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 500 * rng.randrange(120, 300),
                    "hire_date": date(rng.randint(2018, 2025), rng.randint(1, 12), 1), "team": team,
                    "level": rng.choice(["CSM I", "CSM II"]), "email": f"sample.{who.lower()}@example.com"}
                   for who, team in zip(ids, teams, strict=True)],
        "changes": [{"employee_id": who, "from": date(2026, 4, 1), "fte": 0.8} for who in ids[::9]],
        "targets": [{"employee_id": who, "component_id": "Booked", "goal": 100_000 + 1000 * rng.randrange(9)}
                    for who in ids[::11]],
        "arrangements": [{"employee_id": who, "kind": "guarantee", "from": date(2026, 1, 1), "amount": 500}
                         for who in ids[::13]],
    }  # fmt: skip
    for name in ("results", "goals", "deals", "credits", "events", "accounts", "answers", "adjustments",
                 "modifiers"):  # fmt: skip
        tables[name] = []
    own_goals = {row["employee_id"] for row in tables["targets"]}
    for number, quarter in enumerate(QUARTERS):
        for measure, scope, of, actual, goal in (
            ("Growth", "company", ["company"], 1_000_000, None),
            ("bookings", "individual", ids, 100_000, 100_000),
            ("points", "individual", ids, 50, None),
        ):
            tables["results"] += [
                {"period": quarter, "scope": scope, "id": one, "measure": measure,
                 "actual": round(actual * rng.uniform(0.8, 1.2)),
                 "goal": None if one in own_goals else goal} for one in of
            ]  # fmt: skip
        of_rows = (("GRR", "team", list(dict.fromkeys(teams)), 0.9), ("NPS", "individual", ids, 30))
        for measure, scope, of, asked in of_rows:
            tables["results"] += [
                {"period": quarter, "scope": scope, "id": one, "measure": measure, "actual": None,
                 "goal": asked} for one in of
            ]  # fmt: skip
        for at, who in enumerate(ids):
            day = partial(_day, rng, number)

            key = f"{number}-{at:06}"
            tables["goals"] += [
                {
                    "period": quarter,
                    "employee_id": who,
                    "goal": goal,
                    "weight": 0.5,
                    "score": rng.choice([0.8, 1, 1.1]),
                }
                for goal in ("adoption", "reviews")
            ]
            tables["deals"].append(
                {
                    "deal_id": f"D{key}",
                    "date": day(),
                    "kind": "upsell",
                    "amount": rng.randrange(20_000, 60_000),
                }
            )
            tables["credits"].append({"deal_id": f"D{key}", "employee_id": who, "role": "csm", "share": 1})
            start = 100 * rng.randrange(300, 900)
            tables["accounts"].append(
                {
                    "period": quarter,
                    "account_id": f"A{at:06}",
                    "employee_id": who,
                    "start": start,
                    "end": round(start * rng.uniform(0.85, 1)),
                }
            )
            tables["answers"].append(
                {"date": day(), "measure": "NPS", "score": rng.choice([5, 8, 9, 10]), "employee_id": who}
            )
            if at % 5 == 0:
                tables["events"] += [
                    {"date": day(), "employee_id": who, "component_id": one, "count": 1}
                    for one in ("Calls", "Saved")
                ]
            if at % 17 == 0:
                tables["adjustments"].append(
                    {"period": quarter, "employee_id": who, "amount": 200, "reason": f"correction {key}"}
                )
                tables["modifiers"].append({"period": quarter, "scope": "individual", "id": who,
                                            "factor": 1.1})  # fmt: skip
    return tables


def _day(rng: random.Random, quarter: int) -> date:
    return date(2026, 3 * quarter + rng.randint(1, 3), rng.randint(1, 28))
