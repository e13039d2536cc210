"""Monte Carlo: 10,000 people × 4 components × 1,000 trials, beside NumPy's own normal numbers and a kernel
written by hand for this one plan."""

from __future__ import annotations

import resource
import sys
import time
from datetime import date
from statistics import median
from typing import Any

import numpy as np

from benchmarks._table import table
from csm_xl.analysis.simulate import simulate
from csm_xl.engine.loading import load
from csm_xl.plan.tables import RawTable, Tables

PEOPLE, TRIALS, ROUNDS = 10_000, 1_000, 3
MEASURES = ("BOOK", "NRR", "USE", "ADOPT")
BOUNDED = ("GRR", "NRR", "CSAT", "ADOPT")
"""Two of these cannot exceed 1, which takes a little longer."""
WEIGHTS = (0.4, 0.3, 0.2, 0.1)
KNOTS = ((0.8, 0.5), (1.0, 1.0), (1.2, 1.5), (1.5, 2.0))
SPREAD = 0.1
MOST_TIME, MOST_MEMORY, MOST_SECONDS = 0.6, 500, 1.0


def company(people: int, measures: tuple[str, ...] = MEASURES) -> tuple[Tables, np.ndarray, np.ndarray]:
    """People of one plan of four curves; what each one's salary and attainments are."""
    rng = np.random.default_rng(7)
    salary = rng.integers(50, 150, people) * 1000.0
    reached = rng.normal(1.0, 0.1, (people, len(measures))).round(3)
    ids = [f"E{i:05d}" for i in range(people)]
    raws: dict[str, list[list[Any]]] = {
        "plans": [
            ["plan_id", "model", "pay_period", "target_basis", "target_value"],
            ["A", "base_bonus", "quarter", "ratio", 0.1],
        ],
        "components": [
            ["plan_id", "component_id", "type", "weight", "measure", "curve_id"],
            *(["A", m, "metric", w, m, "K"] for m, w in zip(measures, WEIGHTS, strict=True)),
        ],
        "curves": [["curve_id", "attainment", "payout"], *(["K", *knot] for knot in KNOTS)],
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date"],
            *([who, "A", pay, date(2024, 1, 1)] for who, pay in zip(ids, salary.tolist(), strict=True)),
        ],
        "results": [
            ["period", "scope", "id", "measure", "actual", "goal"],
            *(
                ["2026-Q1", "individual", who, m, a, 1]
                for who, row in zip(ids, reached.tolist(), strict=True)
                for m, a in zip(measures, row, strict=True)
            ),
        ],
    }
    return load([RawTable.of_rows(rows, name) for name, rows in raws.items()]), salary, reached


def by_hand(salary: np.ndarray, reached: np.ndarray, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """The same figures with `Generator.standard_normal` and this plan's curve written out; cost by trial, and
    each person's P10, P50 and P90."""
    rng = np.random.default_rng(1)
    block = max(1, (1 << 15) // trials)
    totals = np.zeros(trials)
    shares = np.empty((len(salary), 3))
    places = [int(p * (trials - 1)) for p in (0.1, 0.5, 0.9)]
    drawn, ratio, part = (np.empty((block, trials)) for _ in range(3))
    for first in range(0, len(salary), block):
        here = slice(first, min(first + block, len(salary)))
        rows = here.stop - first
        a, f, p = drawn[:rows], ratio[:rows], part[:rows]
        pay = np.zeros((rows, trials))
        for at, weight in enumerate(WEIGHTS):
            rng.standard_normal(out=a)
            a *= SPREAD
            a += reached[here, at, None]
            np.minimum(a, 1.2, out=f)
            f *= 2.5
            f -= 1.5
            np.maximum(a, 1.2, out=p)
            np.minimum(p, 1.5, out=p)
            p -= 1.2
            p *= 0.5 / 0.3
            f += p
            f *= a >= 0.8
            f *= salary[here, None] * (0.1 / 4 * weight * 100)
            np.rint(f, out=f)
            pay += f
        totals += pay.sum(axis=0)
        shares[here] = np.partition(pay, places, axis=1)[:, places]
    return totals / 100, shares / 100


def main() -> int:
    tables, salary, reached = company(PEOPLE)
    ours, theirs = [], []
    simulate(tables, "2026-Q1", 10)
    before = _memory()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = simulate(tables, "2026-Q1", TRIALS)
        ours.append(time.perf_counter() - start)
        start = time.perf_counter()
        totals, _ = by_hand(salary, reached, TRIALS)
        theirs.append(time.perf_counter() - start)
    memory = _memory()
    ratio = median(one / other for one, other in zip(ours, theirs, strict=True))
    held, *_ = company(PEOPLE, BOUNDED)
    bounded = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        simulate(held, "2026-Q1", TRIALS)
        bounded.append(time.perf_counter() - start)
    few, *_ = company(200)
    small = []
    for _ in range(5):
        start = time.perf_counter()
        simulate(few, "2026-Q1", 2000)
        small.append(time.perf_counter() - start)
    payouts = PEOPLE * TRIALS * len(MEASURES)
    apart = abs(found.mean - totals.mean()) / (found.standard_error * 2**0.5)
    print("## Simulation\n")
    print(
        f"{PEOPLE:,} people × {len(MEASURES)} components × {TRIALS:,} trials, the engine's own run"
        f" included; the two means are {apart:.1f} standard errors apart.\n"
    )
    print(
        table(
            ["what", "measured", "target"],
            [
                ["simulate", f"{median(ours):.2f} s, {median(ours) / payouts * 1e9:.0f} ns a payout", ""],
                ["simulate, two of the four measures bounded", f"{median(bounded):.2f} s", ""],
                ["NumPy's normals and a kernel by hand", f"{median(theirs):.2f} s", ""],
                ["ratio", f"{ratio:.2f}", f"≤ {MOST_TIME}"],
                [
                    "peak memory of the process [MB]",
                    f"{memory:.0f} ({before:.0f} before)",
                    f"< {MOST_MEMORY}",
                ],
                ["200 people × 2,000 trials [s]", f"{median(small):.2f}", f"< {MOST_SECONDS:g}"],
            ],
        )
    )
    return int(ratio > MOST_TIME or memory > MOST_MEMORY or median(small) > MOST_SECONDS or apart > 4)


def _memory() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024
