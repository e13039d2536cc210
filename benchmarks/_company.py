"""A made-up company of any size as CSV files: four components, paid by the quarter, and a year's inputs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
TEAM = 50
"""People on a team."""
PLAN = """
[[plans]]
plan_id = "csm"
model = "base_variable"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.1

[[components]]
plan_id = "csm"
component_id = "retention"
type = "metric"
weight = 0.4
measure = "GRR"
scope = "team"
curve_id = "c"
modified = true

[[components]]
plan_id = "csm"
component_id = "nrr"
type = "metric"
weight = 0.3
measure = "NRR"
curve_id = "c"
cap = 1.3
gate_measure = "GRR"
gate_scope = "team"
gate_minimum = 0.9

[[components]]
plan_id = "csm"
component_id = "goals"
type = "goals"
weight = 0.3

[[components]]
plan_id = "csm"
component_id = "upsell"
type = "commission"
credit_role = "csm"
tier_id = "t"

[[curves]]
curve_id = "c"
points = [[0.8, 0.5], [1.0, 1.0], [1.2, 1.5], [1.5, 2.5]]

[[tiers]]
tier_id = "t"
steps = [{ from = 0, rate = 0.02 }, { from = 50000, rate = 0.03 }]
"""


def write_company(people: int, folder: Path) -> None:
    """The files of a company: per person a row of the roster, 4 results, 12 goals, 4 deals and 4 credits."""
    random = np.random.default_rng(7)
    every = range(people)
    ids, teams = [f"E{at:07d}" for at in every], [f"T{at // TEAM:05d}" for at in every]
    hired = np.datetime64("2020-01-01") + random.integers(0, 1800, people)
    late = np.datetime64("2026-01-01") + random.integers(0, 300, people)
    hired = np.where(random.random(people) < 0.05, late, hired)
    columns: list[Any] = [
        ids, ["csm"] * people, random.integers(120, 401, people) * 500, hired.tolist(),
        np.where(random.random(people) < 0.95, 1, 0.5), teams, random.integers(8, 31, people) / 100,
    ]  # fmt: skip
    header = ["employee_id", "plan_id", "base_salary", "hire_date", "fte", "team", "target_ratio"]
    tables: dict[str, list[Any]] = {
        "roster": [header, *zip(*columns, strict=True)],
        "results": [["period", "scope", "id", "measure", "actual", "goal"]],
        "goals": [["period", "employee_id", "goal", "weight", "score"]],
        "deals": [["deal_id", "date", "amount", "kind"]],
        "credits": [["deal_id", "employee_id", "role", "share"]],
        "modifiers": [["period", "scope", "factor"], *([quarter, "company", 1.05] for quarter in QUARTERS)],
    }
    for number, quarter in enumerate(QUARTERS):
        reached = np.round(random.normal(1.03, 0.12, people).clip(0.3, 2), 4).tolist()
        tables["results"] += [
            [quarter, "individual", who, "NRR", actual, 1.05]
            for who, actual in zip(ids, reached, strict=True)
        ]
        named = list(dict.fromkeys(teams))
        kept = np.round(random.normal(0.92, 0.05, len(named)).clip(0.5, 1), 4).tolist()
        tables["results"] += [
            [quarter, "team", team, "GRR", actual, 0.93] for team, actual in zip(named, kept, strict=True)
        ]
        scores = iter((random.integers(0, 26, 3 * people) / 20).tolist())
        tables["goals"] += [
            [quarter, who, goal, weight, next(scores)]
            for who in ids
            for goal, weight in (("adoption", 0.4), ("reviews", 0.4), ("health", 0.2))
        ]
        first = np.datetime64(f"2026-{3 * number + 1:02d}-01")
        days = (first + random.integers(0, 90, people)).tolist()
        amounts = np.round(random.lognormal(10, 0.8, people), 2).tolist()
        shares = np.where(random.random(people) < 0.8, 1.0, 0.5).tolist()
        for at, (who, day, amount, share) in enumerate(zip(ids, days, amounts, shares, strict=True)):
            deal = f"D{number * people + at:08d}"
            tables["deals"].append([deal, day, amount, "upsell"])
            tables["credits"].append([deal, who, "csm", share])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "csm.toml").write_text(PLAN, encoding="utf-8")
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
