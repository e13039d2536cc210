"""Made-up companies as they are: from juniors to a VP, part-timers, some currencies, large and small deals.

Nothing is amiss in them; `slipped` makes one figure of one wrong.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from math import exp
from typing import Any

Row = dict[str, Any]
LEVELS = {"Assistant": 0.45, "CSM I": 0.75, "CSM II": 1.0, "Senior CSM": 1.3, "Lead": 1.6, "Director": 2.2,
          "VP": 3.0}  # fmt: skip
WEIGHTS = (1, 5, 6, 4, 2, 1, 1)
CURRENCIES = {"USD": 85_000, "EUR": 62_000, "GBP": 55_000, "INR": 1_800_000, "JPY": 7_500_000,
              "KWD": 14_000, "IDR": 240_000_000, "BRL": 110_000}  # fmt: skip
"""What a CSM earns in a year."""
QUARTER = "2026-Q1"


@dataclass(frozen=True)
class Company:
    tables: dict[str, list[Row]]
    basis: str


def company(seed: int) -> Company:
    rng = random.Random(seed)

    def spread(sigma: float) -> float:
        return exp(rng.gauss(0, sigma))

    def amount_spread() -> float:
        return exp(max(-3.0, min(3.0, rng.gauss(0, 1.2))))

    home = rng.choice(list(CURRENCIES) if rng.random() < 0.4 else ["USD", "EUR", "GBP"])
    basis = rng.choice(["ratio", "amount", "ote"])
    size = rng.choice([1, 2, 3, 5, 8, 15, 30, 60])
    away = rng.choice([None, None, *CURRENCIES])
    located = rng.random() < 0.5
    ratios = {"ratio": 0.2, "amount": 0.2, "ote": 0.25}
    roster: list[Row] = []
    changes: list[Row] = []
    results: list[Row] = []
    deals: list[Row] = []
    accounts: list[Row] = []
    adjustments: list[Row] = []
    for n in range(size):
        currency = away if away and away != home and rng.random() < 0.3 else home
        level = rng.choices(list(LEVELS), WEIGHTS)[0]
        salary = round(CURRENCIES[currency] * LEVELS[level] * spread(0.12), -2)
        row: Row = {
            "employee_id": f"E{n:03}", "plan_id": "P", "base_salary": salary,
            "hire_date": date(rng.randint(2015, 2025), rng.randint(1, 12), rng.randint(1, 28)),
            "fte": rng.choices([1.0, 0.8, 0.6, 0.5], [12, 2, 1, 1])[0], "currency": currency, "team": "T",
            "level": level, "location": f"Office {currency}" if located else None,
        }  # fmt: skip
        share = ratios[basis] * rng.choice([0.75, 1, 1, 1.25, 1.5])
        row |= {
            "ratio": {"target_ratio": round(share, 3)},
            "amount": {"target_amount": round(salary * share, -1)},
            "ote": {"ote": round(salary / (1 - share / 1.5), -1), "base_share": round(1 - share / 1.5, 4)},
        }[basis]
        roster.append(row)
        who = row["employee_id"]
        if rng.random() < 0.2:
            raised = round(salary * rng.choice([1.03, 1.05, 1.12, 1.25]), -2)
            changes.append({"employee_id": who, "from": date(2026, 2, 1), "base_salary": raised})
        if rng.random() < 0.1:
            amount = round(salary * rng.choice([-0.02, 0.01, 0.05]), 2)
            adjustments.append(
                {"period": QUARTER, "employee_id": who, "amount": amount, "reason": "correction"}
            )
        book = CURRENCIES[currency] * 3 * spread(0.5)
        for measure, goal, actual in (
            ("GRR", rng.choice([0.9, 0.92, 0.94]), min(1.0, round(0.93 + rng.gauss(0, 0.04), 3))),
            ("NRR", rng.choice([1.02, 1.05, 1.1]), round(1.05 + rng.gauss(0, 0.08), 3)),
            ("bookings", round(book, -3) or round(book), round(book * spread(0.4), -2)),
            ("churn", 0.05, round(max(0.0, rng.gauss(0.05, 0.03)), 3)),
            ("NPS", rng.choice([30, 40]), rng.randint(-20, 80)),
            ("CSAT", rng.choice([0.9, 0.92]), round(min(1.0, 0.9 + rng.gauss(0, 0.05)), 3)),
        ):  # fmt: skip
            if rng.random() < 0.95:
                results.append({"period": QUARTER, "scope": "individual", "id": who, "measure": measure,
                                "actual": actual, "goal": goal})  # fmt: skip
        for kind in ("renewal", "upsell"):
            for _ in range(rng.choice([0, 1, 2, 4])):
                amount = CURRENCIES[currency] * {"renewal": 0.4, "upsell": 0.15}[kind] * amount_spread()
                deals.append({"deal_id": f"D{len(deals)}", "employee_id": who, "kind": kind,
                              "date": date(2026, rng.randint(1, 3), rng.randint(1, 28)),
                              "amount": round(amount, 2)})  # fmt: skip
        for _ in range(rng.choice([0, 3, 6])):
            start = round(CURRENCIES[currency] * 0.5 * amount_spread(), -1)
            end = round(start * rng.choice([0, 1, 1, 1, 1.05, 1.1, 0.8, 0.5, 2.5]), -1)
            accounts.append({"period": QUARTER, "account_id": f"A{len(accounts)}", "employee_id": who,
                             "start": start, "end": end})  # fmt: skip
    if deals and rng.random() < 0.4:  # a deal such as comes once in years
        at = rng.randrange(len(deals))
        owner = next(row for row in roster if row["employee_id"] == deals[at]["employee_id"])
        typical = CURRENCIES[owner["currency"]] * {"renewal": 0.4, "upsell": 0.15}[deals[at]["kind"]]
        deals[at]["amount"] = round(20 * typical, -1)
    measures = {"GRR": 0.3, "NRR": 0.2, "bookings": 0.2, "churn": 0.1, "NPS": 0.1, "CSAT": 0.1}
    components: list[Row] = [
        {"plan_id": "P", "component_id": name, "type": "metric", "measure": name, "weight": weight,
         "direction": "lower" if name == "churn" else None, "cap": 2.0}
        for name, weight in measures.items()
    ]  # fmt: skip
    components.append({"plan_id": "P", "component_id": "Deals", "type": "commission", "rate": 0.03})
    whole = any(row["currency"] == "JPY" for row in roster)  # yen have no cents
    plan = {"plan_id": "P", "model": "revenue_centric", "pay_period": "quarter", "target_basis": basis,
            "rounding_unit": 1 if whole else 0.01}  # fmt: skip
    tables = {
        "plans": [plan], "components": components, "roster": roster, "changes": changes, "results": results,
        "deals": deals, "accounts": accounts, "adjustments": adjustments,
    }  # fmt: skip
    return Company({name: rows for name, rows in tables.items() if rows}, basis)


def slipped(made: Company, table: str, row: int, column: str, factor: float) -> dict[str, list[Row]]:
    """The tables of a company with one number multiplied."""
    tables = {name: [dict(each) for each in rows] for name, rows in made.tables.items()}
    tables[table][row][column] = float(f"{tables[table][row][column] * factor:.10g}")
    return tables
