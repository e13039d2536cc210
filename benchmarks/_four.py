"""The plan of four components that the benchmark of the engine pays, its people, and its results."""

from __future__ import annotations

from typing import Any

import numpy as np

from csm_xl.plan.periods import Period, calendar_period

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
KNOTS = ((0.8, 0.5), (1.0, 1.0), (1.2, 1.5), (1.5, 2.5))
WEIGHTS = (0.4, 0.3, 0.2, 0.1)
GATE, CAP, FACTOR, TEAMS = 0.9, 1.3, 1.05, 50
PLAN: dict[str, list[list[Any]]] = {
    "plans": [["plan_id", "model", "pay_period", "target_basis"], ["P", "base_bonus", "quarter", "ratio"]],
    "components": [
        ["plan_id", "component_id", "type", "weight", "measure", "scope", "curve_id", "cap", "gate_measure",
         "gate_minimum", "modified"],
        ["P", "NRR", "metric", WEIGHTS[0], "NRR", "individual", "C", None, "GRR", GATE, True],
        ["P", "ADOPTION", "metric", WEIGHTS[1], "ADOPTION", "individual", "C", CAP, None, None, True],
        ["P", "TEAM", "metric", WEIGHTS[2], "TEAM", "team", "C", None, None, None, True],
        ["P", "GOALS", "metric", WEIGHTS[3], "GOALS", "individual", None, None, None, None, False],
    ],
    "curves": [["curve_id", "attainment", "payout"], *(["C", *knot] for knot in KNOTS)],
    "modifiers": [["period", "scope", "factor"], *([quarter, "company", FACTOR] for quarter in QUARTERS)],
}  # fmt: skip

Coded = dict[str, dict[str, np.ndarray]]


def quarter_of(name: str) -> Period:
    """The period of that name."""
    found = calendar_period(name)
    assert found is not None
    return found


def coded_columns(size: int) -> Coded:
    """Columns of each quarter as the engine takes them: round salaries and ratios, results at random."""
    random = np.random.default_rng(20261121)
    found: Coded = {}
    for number, quarter in enumerate(QUARTERS):
        n = size // 4 + (1 if number < size % 4 else 0)
        period = quarter_of(quarter)
        days = period.end - period.start + 1
        columns = {
            "person": np.arange(n),
            "days": np.where(random.random(n) < 0.9, days, random.integers(1, days, n)),
            "salary": random.integers(120, 401, n) * 500.0,
            "fte": np.where(random.random(n) < 0.95, 1.0, 0.5),
            "ratio": random.integers(8, 31, n) / 100,
        }
        for name in ("NRR", "ADOPTION", "TEAM", "GOALS", "GRR"):
            goal = np.ones(n) if name in ("GOALS", "TEAM") else random.integers(10, 200, n) * 10_000.0
            reached = (
                random.integers(6, 23, n) / 20 if name == "GOALS" else random.normal(1.0, 0.2, n).clip(0)
            )
            columns[f"{name}.actual"] = np.round(goal * reached, 2)
            columns[f"{name}.goal"] = goal
        found[quarter] = columns
    return found
