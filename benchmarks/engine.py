"""The engine against a hand-written float kernel, Polars, DuckDB, pandas with merges and row by row.

One plan of four components, paid by the quarter, for 1,000,000 participant-periods (a quarter of them
in each quarter of 2026): own results through a curve with a gate, own results with a cap, the team's
results, and goals. Every contender starts from the same coded columns and fills the same columns of
payout lines; only the engine's cents are exact. Reading tables and coding ids is timed apart.
"""

from __future__ import annotations

import gc
import os
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._four import FACTOR, PLAN, TEAMS, Coded, coded_columns, quarter_of
from benchmarks._peers import duckdb_joins, kernel, pandas_apply, pandas_merges, polars_joins
from benchmarks._table import table
from csm_xl.engine.calculation import pay_cohort
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.components import component_types
from csm_xl.engine.components.gates import GATED
from csm_xl.engine.evaluate import Work
from csm_xl.engine.lines import LINE_COLUMNS, Lines
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.engine.lookup.modifiers import Factors
from csm_xl.engine.run import run
from csm_xl.engine.segments import Segment
from csm_xl.engine.writer import Writer
from csm_xl.plan.model import PlanBook
from csm_xl.plan.tables import PAY_TABLES, RawTable, read_strict


def engine(coded: Coded) -> Callable[[], Lines]:
    """The engine on those columns."""
    tables = read_strict([RawTable.of_rows(rows, name) for name, rows in PLAN.items()], component_types())
    book = PlanBook(tables)
    kinds = component_types()
    works = []
    for number, (quarter, columns) in enumerate(coded.items()):
        period = quarter_of(quarter)
        n = len(columns["person"])
        spells = Ragged(
            {"time": columns["days"].astype(np.float64), "salary": columns["salary"], "fte": columns["fte"],
             "amount": columns["ratio"]},
            np.arange(n + 1),
        )  # fmt: skip
        components = book.components("P", period.end)
        inputs: list[Inputs] = []
        for terms in components:
            name = str(terms.values["measure"])
            own: Inputs = {
                "actual": columns[f"{name}.actual"],
                "goal": columns[f"{name}.goal"],
                "unmeasured": np.zeros(n, dtype=bool),
                "goal_blank": np.zeros(n, dtype=bool),
            }
            if terms.values["gate_measure"]:
                own |= {
                    GATED: np.ones(n, dtype=bool),
                    "gate0_actual": columns["GRR.actual"],
                    "gate0_goal": columns["GRR.goal"],
                    "gate0_unmeasured": own["unmeasured"],
                }
            inputs.append(own)
        none, plan = np.full(n, -1), book.version("P", period.end)
        assert plan is not None
        whole = Segment(period.start, period.end, plan, {terms.component_id: terms for terms in components})
        cohort = Cohort(
            period, plan, 0, components, (period,), number == 3,
            person=columns["person"], seat=np.arange(n), first=none, last=none,
            eligible_days=columns["days"], team=none, division=none, team_changed=none > 0,
            division_changed=none > 0, segments=(whole,), forfeits=np.zeros(n, dtype=np.uint32),
            basis="ratio", spells=spells, time_total=period.end - period.start + 1,
        )  # fmt: skip
        works.append(Work(cohort, kinds, tuple(inputs), (None,) * 4, Factors(FACTOR, np.ones(n))))
    ids = [""] * max(len(columns["person"]) for columns in coded.values())

    def once() -> Lines:
        writer = Writer(ids, ["P"], kinds, {work.cohort.period: [work.cohort] for work in works})
        for work in works:
            pay_cohort(work, writer)
        return writer.lines()

    return once


def interleaved(contenders: dict[str, tuple[Callable[[], Any], int, int]]) -> dict[str, float]:
    """Median nanoseconds per participant-period: contenders (call, people, repeats) in turn, in one run."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(max(repeats for _, _, repeats in contenders.values())):
        for name, (call, people, repeats) in contenders.items():
            if turn < repeats:
                gc.collect()
                begin = time.perf_counter()
                call()
                times[name].append((time.perf_counter() - begin) / people * 1e9)
    return {name: statistics.median(found) for name, found in times.items()}


def peak(size: int) -> tuple[float, int]:
    """Peak memory of a run over the bytes of its input and output columns, and those bytes."""
    coded = coded_columns(size)
    once = engine(coded)
    given = sum(column.nbytes for columns in coded.values() for column in columns.values())
    gc.collect()
    tracemalloc.start()
    lines = once()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    filled = sum(column.nbytes for column in lines.columns.values())
    return (given + most) / (given + filled), given + filled


def reading(size: int) -> list[list[str]]:
    """Seconds to read tables of that many people, check them, and pay them from the tables."""
    random = np.random.default_rng(7)
    ids = [f"E{i:06d}" for i in range(size)]
    roster: list[list[Any]] = [["employee_id", "plan_id", "base_salary", "hire_date", "team", "target_ratio"]]
    salaries = (random.integers(120, 401, size) * 500).tolist()
    roster += [[name, "P", pay, "2025-01-01", f"T{i % TEAMS}", 0.1] for i, (name, pay) in
               enumerate(zip(ids, salaries, strict=True))]  # fmt: skip
    results: list[list[Any]] = [["period", "scope", "id", "measure", "actual", "goal"]]
    for measure in ("NRR", "ADOPTION", "GOALS", "GRR"):
        results += [["2026-Q1", "individual", name, measure, reached, 1.0] for name, reached in
                    zip(ids, random.integers(60, 140, size) / 100, strict=True)]  # fmt: skip
    results += [["2026-Q1", "team", f"T{team}", "TEAM", 1.05, 1.0] for team in range(TEAMS)]
    raws = [
        RawTable.of_rows(rows, name) for name, rows in (PLAN | {"roster": roster, "results": results}).items()
    ]
    begin = time.perf_counter()
    read_strict(raws, component_types(), PAY_TABLES)
    read = time.perf_counter()
    tables, _ = read_tables_to_pay(raws)
    checked = time.perf_counter()
    run(tables, "2026-Q1")
    paid = time.perf_counter()
    cells = sum(table.rows * len(table.schema.columns) for table in tables.values())
    return [
        [f"read {size:,} people, {len(results) - 1:,} results", f"{read - begin:.2f} s", f"{cells:,} cells"],
        ["read and check the plan and its people, once", f"{checked - read:.2f} s", ""],
        ["code ids, gather and pay", f"{paid - checked:.2f} s", ""],
    ]


def main() -> None:
    """Print the tables."""
    million = 1_000_000
    coded = coded_columns(million)
    exact, by_hand = engine(coded), kernel(coded)
    floats, decided = by_hand()["amount"], exact().columns["amount"]
    off = int(np.count_nonzero(np.abs(floats - decided) > 0.005))
    del floats, decided
    sample = 2_000
    found = interleaved({
        "engine": (exact, million, 7),
        "kernel": (by_hand, million, 7),
        "Polars": (polars_joins(coded), million, 3),
        "DuckDB": (duckdb_joins(coded), million, 3),
        "merges": (pandas_merges(coded), million, 3),
        "apply": (pandas_apply(coded, sample), sample, 3),
    })  # fmt: skip
    mine = found["engine"]
    del coded, exact, by_hand
    memory, columns = peak(million)
    print("## Engine: 1,000,000 participant-periods × 4 components\n")
    print(f"From coded columns to all {len(LINE_COLUMNS)} columns of payout lines, 4,000,000 lines.\n")
    print(table(
        ["way", "ns per participant-period", "ratio", "target"],
        [
            ["csm_xl engine, exact", f"{mine:,.0f}", "", ""],
            ["NumPy kernel by hand, float64", f"{found['kernel']:,.0f}", f"{mine / found['kernel']:.2f}×",
             "engine ≤ 4×"],
            *([f"{name}, joins, {os.cpu_count()} threads", f"{found[name]:,.0f}",
               f"{found[name] / mine:.1f}× slower", ""] for name in ("Polars", "DuckDB")),
            ["pandas vectorised with merges", f"{found['merges']:,.0f}",
             f"{found['merges'] / mine:.1f}× slower", "≥ 3×"],
            [f"pandas row-wise apply ({sample:,} rows)", f"{found['apply']:,.0f}",
             f"{found['apply'] / mine:,.0f}× slower", "≥ 300×"],
            ["peak memory over input + output columns", f"{columns / 1e6:,.0f} MB of columns",
             f"{memory:.2f}×", "≤ 1.5×"],
        ],
    ))  # fmt: skip
    print(f"\nLines on which the float kernel is off by a cent: {off:,} of 4,000,000.\n")
    sizes = {size: engine(coded_columns(size)) for size in (1_000, 10_000, 100_000, 1_000_000)}
    growth = interleaved(
        {f"{size:,}": (call, size, max(5, min(200, 200_000 // size))) for size, call in sizes.items()}
    )
    print(table(
        ["participant-periods", "ns each"], [[name, f"{each:,.0f}"] for name, each in growth.items()]
    ))  # fmt: skip
    print(f"\nFrom 100k to 1M: {growth['1,000,000'] / growth['100,000']:.2f}× per row (target ≤ 1.5×).\n")
    del sizes
    print(table(["from tables, timed apart", "time", ""], reading(100_000)))
