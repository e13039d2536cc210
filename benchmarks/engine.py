"""The engine against a hand-written float kernel, pandas with merges, and a pandas row-wise apply.

One plan of four components, paid by the quarter, for 1,000,000 participant-periods (a quarter of them
in each quarter of 2026): own results through a curve with a gate, own results with a cap, the team's
results, and goals. Every contender starts from the same coded columns and fills the same columns of
payout lines; only the engine's cents are exact. Reading tables and coding ids is timed apart.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks._table import table
from csm_xl.engine.calculation import pay_cohort
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.components import component_types
from csm_xl.engine.evaluate import Work
from csm_xl.engine.lines import LINE_COLUMNS, STORED, Lines, empty_columns
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.engine.run import run
from csm_xl.engine.segments import Segment
from csm_xl.engine.writer import Writer
from csm_xl.plan.model import PlanBook
from csm_xl.plan.periods import Period, calendar_period
from csm_xl.plan.tables import PAY_TABLES, RawTable, read_strict

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
KNOTS = ((0.8, 0.5), (1.0, 1.0), (1.2, 1.5), (1.5, 2.5))
WEIGHTS = (0.4, 0.3, 0.2, 0.1)
GATE, CAP, FACTOR, TEAMS = 0.9, 1.3, 1.05, 50
BLOCK = 8192
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
                    "gate_actual": columns["GRR.actual"],
                    "gate_goal": columns["GRR.goal"],
                    "gate_unmeasured": own["unmeasured"],
                }
            inputs.append(own)
        none, never, plan = np.full(n, -1), np.zeros(n, dtype=bool), book.version("P", period.end)
        assert plan is not None
        whole = Segment(period.start, period.end, plan, {terms.component_id: terms for terms in components})
        cohort = Cohort(
            period, plan, 0, components, (period,), number == 3,
            person=columns["person"], seat=np.arange(n), first=none, last=none,
            eligible_days=columns["days"], team=none, division=none, team_changed=never,
            division_changed=never, segments=(whole,), basis="ratio", spells=spells,
            time_total=period.end - period.start + 1,
        )  # fmt: skip
        works.append(Work(cohort, kinds, tuple(inputs), (None,) * 4, (FACTOR, np.ones(n))))
    ids = [""] * max(len(columns["person"]) for columns in coded.values())

    def once() -> Lines:
        writer = Writer(ids, ["P"], kinds, {work.cohort.period: [work.cohort] for work in works})
        for work in works:
            pay_cohort(work, writer)
        return writer.lines()

    return once


def kernel(coded: Coded) -> Callable[[], dict[str, np.ndarray]]:
    """The same plan written out by hand in float64 NumPy, block by block, without exactness."""
    x, y = (np.array(column) for column in zip(*KNOTS, strict=True))
    slope = np.diff(y) / np.diff(x)

    def curve(reached: np.ndarray) -> np.ndarray:
        ratio: np.ndarray = y[0] + slope[0] * (np.minimum(reached, x[1]) - x[0])
        ratio += slope[1] * (np.clip(reached, x[1], x[2]) - x[1])
        ratio += slope[2] * (np.clip(reached, x[2], x[3]) - x[2])
        ratio *= reached >= x[0]
        return ratio

    def cents(money: np.ndarray) -> np.ndarray:
        return np.floor(money * 100 + 0.5) / 100

    def once() -> dict[str, np.ndarray]:
        lines = 4 * sum(len(columns["person"]) for columns in coded.values())
        out = empty_columns(lines)
        base = 0
        for number, (quarter, columns) in enumerate(coded.items()):
            period = quarter_of(quarter)
            total_days = period.end - period.start + 1
            n = len(columns["person"])
            for first in range(0, n, BLOCK):
                rows = slice(first, min(first + BLOCK, n))
                days, person = columns["days"][rows], columns["person"][rows]
                proration = days / total_days
                salary = columns["salary"][rows] * columns["fte"][rows] * proration
                incentive = salary * columns["ratio"][rows] * 0.25
                gate = columns["GRR.actual"][rows] / columns["GRR.goal"][rows] >= GATE
                for index, name in enumerate(("NRR", "ADOPTION", "TEAM", "GOALS")):
                    actual, goal = columns[f"{name}.actual"][rows], columns[f"{name}.goal"][rows]
                    reached = actual / goal
                    ratio = reached if index == 3 else curve(reached)
                    if index == 0:
                        ratio *= gate
                    elif index == 1:
                        ratio = np.minimum(ratio, CAP)
                    target = incentive * WEIGHTS[index]
                    before = target * ratio
                    factor = 1.0 if index == 3 else FACTOR
                    after = before * factor
                    at = slice(base + 4 * rows.start + index, base + 4 * rows.stop, 4)
                    for column, figure in (
                        ("period", number), ("employee_id", person), ("plan_id", 0), ("component_id", index),
                        ("type", 0), ("eligible_days", days), ("period_days", total_days),
                        ("proration", proration), ("eligible_salary", salary),
                        ("target_incentive", incentive), ("weight", WEIGHTS[index]),
                        ("component_target", target), ("goal", goal), ("actual", actual),
                        ("attainment", reached), ("payout_ratio", ratio),
                        ("gate_met", gate if index == 0 else -1), ("before_modifier", cents(before)),
                        ("modifier", factor), ("plan_cap_factor", 1.0), ("unrounded", after),
                        ("amount", cents(after)), ("note", 0),
                    ):  # fmt: skip
                        out[column][at] = figure
            base += 4 * n
        return out

    return once


def pandas_merges(coded: Coded) -> Callable[[], Any]:
    """The same with pandas: a row a line, parameters and results brought in by merges."""
    import pandas as pd

    people = pd.concat(
        [
            pd.DataFrame({k: columns[k] for k in ("person", "days", "salary", "fte", "ratio")}).assign(
                period=number, plan=0, period_days=quarter_of(quarter).days
            )
            for number, (quarter, columns) in enumerate(coded.items())
        ],
        ignore_index=True,
    )
    measures = ("NRR", "ADOPTION", "TEAM", "GOALS", "GRR")
    results = pd.concat(
        [
            pd.DataFrame({"period": number, "person": columns["person"], "measure": code,
                          "actual": columns[f"{name}.actual"], "goal": columns[f"{name}.goal"]})
            for number, columns in enumerate(coded.values())
            for code, name in enumerate(measures)
        ],
        ignore_index=True,
    )  # fmt: skip
    components = pd.DataFrame(
        {"plan": 0, "component": range(4), "measure": range(4), "weight": WEIGHTS,
         "cap": [np.inf, CAP, np.inf, np.inf], "factor": [FACTOR] * 3 + [1.0]}
    )  # fmt: skip
    gates = results[results["measure"] == 4].assign(measure=0)[
        ["period", "person", "measure", "actual", "goal"]
    ]
    gates = gates.rename(columns={"actual": "gate_actual", "goal": "gate_goal"})
    x, y = zip(*KNOTS, strict=True)
    ours = {"employee_id": "person", "plan_id": "plan", "component_id": "component", "eligible_days": "days",
            "modifier": "factor"}  # fmt: skip
    renamed = {ours.get(column, column): column for column in STORED}
    kinds = {name: column.dtype for name, column in empty_columns(0).items()}

    def once() -> Any:
        lines = people.merge(components, on="plan")
        lines = lines.merge(results, on=["period", "person", "measure"])
        lines = lines.merge(gates, on=["period", "person", "measure"], how="left")
        lines["proration"] = lines["days"] / lines["period_days"]
        lines["eligible_salary"] = lines["salary"] * lines["fte"] * lines["proration"]
        lines["target_incentive"] = lines["eligible_salary"] * lines["ratio"] * 0.25
        lines["component_target"] = lines["target_incentive"] * lines["weight"]
        lines["attainment"] = lines["actual"] / lines["goal"]
        curve = np.interp(lines["attainment"], x, y, left=0.0)
        ratio = np.where(lines["component"] == 3, lines["attainment"], curve)
        lines["gate_met"] = ~(lines["gate_actual"] / lines["gate_goal"] < GATE)
        lines["payout_ratio"] = np.where(lines["gate_met"], np.minimum(ratio, lines["cap"]), 0.0)
        lines["before_modifier"] = (lines["component_target"] * lines["payout_ratio"]).round(2)
        lines["unrounded"] = lines["component_target"] * lines["payout_ratio"] * lines["factor"]
        lines["amount"] = lines["unrounded"].round(2)
        lines["plan_cap_factor"] = 1.0
        lines["type"] = lines["note"] = 0
        lines["gate_met"] = np.where(lines["component"] == 0, lines["gate_met"], -1)
        return lines[list(renamed)].rename(columns=renamed).astype(kinds)

    return once


def pandas_apply(coded: Coded, sample: int) -> Callable[[], Any]:
    """The same as a row-wise apply, on a sample of people."""
    import pandas as pd

    quarter, columns = next(iter(coded.items()))
    frame = pd.DataFrame({name: column[:sample] for name, column in columns.items()})
    total_days = quarter_of(quarter).days
    x, y = zip(*KNOTS, strict=True)

    def curve(reached: float) -> float:
        if reached < x[0]:
            return 0.0
        for i in range(3):
            if reached < x[i + 1]:
                return y[i] + (y[i + 1] - y[i]) * (reached - x[i]) / (x[i + 1] - x[i])
        return y[3]

    def pay(row: Any) -> Any:
        proration = row["days"] / total_days
        salary = row["salary"] * row["fte"] * proration
        incentive = salary * row["ratio"] * 0.25
        out: dict[tuple[int, str], Any] = {}
        for index, name in enumerate(("NRR", "ADOPTION", "TEAM", "GOALS")):
            actual, goal = row[f"{name}.actual"], row[f"{name}.goal"]
            reached = actual / goal
            ratio = reached if index == 3 else curve(reached)
            gate = row["GRR.actual"] / row["GRR.goal"] >= GATE if index == 0 else None
            if gate is False:
                ratio = 0.0
            if index == 1:
                ratio = min(ratio, CAP)
            factor = 1.0 if index == 3 else FACTOR
            target = incentive * WEIGHTS[index]
            out |= {
                (index, column): figure
                for column, figure in (
                    ("period", 0), ("employee_id", row["person"]), ("plan_id", 0), ("component_id", index),
                    ("type", 0), ("eligible_days", row["days"]), ("period_days", total_days),
                    ("proration", proration), ("eligible_salary", salary), ("target_incentive", incentive),
                    ("weight", WEIGHTS[index]), ("component_target", target), ("goal", goal),
                    ("actual", actual), ("attainment", reached), ("payout_ratio", ratio), ("gate_met", gate),
                    ("before_modifier", round(target * ratio, 2)), ("modifier", factor),
                    ("plan_cap_factor", 1.0), ("unrounded", target * ratio * factor),
                    ("amount", round(target * ratio * factor, 2)), ("note", 0),
                )
            }  # fmt: skip
        return pd.Series(out)

    return lambda: frame.apply(pay, axis=1)


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
