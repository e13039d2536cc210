"""Other ways to pay the plan of four components: by hand in NumPy, pandas, Polars and DuckDB.

Each takes the coded columns and gives the stored columns of payout lines, in float64: none is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks._four import CAP, FACTOR, GATE, KNOTS, WEIGHTS, Coded, quarter_of
from csm_xl.engine.lines import STORED, empty_columns

BLOCK = 8192
OURS = {"employee_id": "person", "plan_id": "plan", "component_id": "component", "eligible_days": "days",
        "modifier": "factor"}  # fmt: skip
RENAMED = {OURS.get(column, column): column for column in STORED}
"""The column of a peer, and the column of payout lines that it fills."""
Columns = dict[str, np.ndarray]


def kernel(coded: Coded) -> Callable[[], Columns]:
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


def relations(coded: Coded) -> dict[str, Columns]:
    """The same columns as a database has them: people and results by period, components, and the gate's
    results as they are joined."""
    people: list[Columns] = []
    results: list[Columns] = []
    for number, (quarter, columns) in enumerate(coded.items()):
        n = len(columns["person"])
        own = {name: columns[name] for name in ("person", "days", "salary", "fte", "ratio")}
        spread = {"period": number, "plan": 0, "period_days": quarter_of(quarter).days}
        people.append(own | {name: np.full(n, value) for name, value in spread.items()})
        for code, name in enumerate(("NRR", "ADOPTION", "TEAM", "GOALS", "GRR")):
            results.append({
                "period": np.full(n, number), "person": columns["person"], "measure": np.full(n, code),
                "actual": columns[f"{name}.actual"], "goal": columns[f"{name}.goal"],
            })  # fmt: skip
    measured = _stacked(results)
    gate = measured["measure"] == 4
    return {
        "people": _stacked(people),
        "results": measured,
        "gates": {
            "period": measured["period"][gate], "person": measured["person"][gate],
            "measure": np.zeros(int(gate.sum()), dtype=np.int64),
            "gate_actual": measured["actual"][gate], "gate_goal": measured["goal"][gate],
        },
        "components": {
            "plan": np.zeros(4, dtype=np.int64), "component": np.arange(4), "measure": np.arange(4),
            "weight": np.array(WEIGHTS), "cap": np.array([np.inf, CAP, np.inf, np.inf]),
            "factor": np.array([FACTOR] * 3 + [1.0]),
        },
    }  # fmt: skip


def _stacked(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def pandas_merges(coded: Coded) -> Callable[[], Any]:
    """The same with pandas: a row a line, parameters and results brought in by merges."""
    import pandas as pd

    people, results, gates, components = (pd.DataFrame(columns) for columns in relations(coded).values())
    x, y = zip(*KNOTS, strict=True)
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
        return lines[list(RENAMED)].rename(columns=RENAMED).astype(kinds)

    return once


def polars_joins(coded: Coded) -> Callable[[], Any]:
    """The same with Polars: lazy joins and expressions, on all cores."""
    import polars as pl

    tables = {name: pl.DataFrame(columns).lazy() for name, columns in relations(coded).items()}
    reached, col = pl.col("attainment"), pl.col
    curve: Any = pl.when(reached < KNOTS[0][0]).then(0.0)
    for (low, least), (high, most) in pairwise(KNOTS):
        curve = curve.when(reached < high).then(least + (most - least) / (high - low) * (reached - low))
    ratio = pl.when(col("component") == 3).then(reached).otherwise(curve.otherwise(KNOTS[-1][1]))
    failed = (col("component") == 0) & (col("gate_actual") / col("gate_goal") < GATE)
    kinds = {name: column.dtype for name, column in empty_columns(0).items()}

    def once() -> Any:
        by = ["period", "person", "measure"]
        lines = (
            tables["people"].join(tables["components"], on="plan")
            .join(tables["results"], on=by).join(tables["gates"], on=by, how="left")
            .with_columns(proration=col("days") / col("period_days"), attainment=col("actual") / col("goal"))
            .with_columns(eligible_salary=col("salary") * col("fte") * col("proration"))
            .with_columns(target_incentive=col("eligible_salary") * col("ratio") * 0.25)
            .with_columns(
                component_target=col("target_incentive") * col("weight"),
                payout_ratio=pl.when(failed).then(0.0).otherwise(pl.min_horizontal(ratio, col("cap"))),
                gate_met=pl.when(col("component") == 0).then((~failed).cast(pl.Int8)).otherwise(-1),
            )
            .with_columns(unrounded=col("component_target") * col("payout_ratio") * col("factor"))
            .with_columns(
                before_modifier=(col("component_target") * col("payout_ratio")).round(2),
                amount=col("unrounded").round(2), plan_cap_factor=pl.lit(1.0), type=pl.lit(0), note=pl.lit(0),
            )
            .select(pl.col(given).alias(name) for given, name in RENAMED.items())
        )  # fmt: skip
        found = lines.collect()
        return {name: found[name].to_numpy().astype(kind, copy=False) for name, kind in kinds.items()}

    return once


def duckdb_joins(coded: Coded) -> Callable[[], Any]:
    """The same as one query of DuckDB over its own tables, on all cores."""
    import duckdb
    import pandas as pd

    database = duckdb.connect()
    for name, columns in relations(coded).items():
        database.register("given", pd.DataFrame(columns))
        database.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
    database.unregister("given")
    curve = f"CASE WHEN attainment < {KNOTS[0][0]} THEN 0"
    for (low, least), (high, most) in pairwise(KNOTS):
        slope = (most - least) / (high - low)
        curve += f" WHEN attainment < {high} THEN {least} + {slope!r} * (attainment - {low})"
    curve += f" ELSE {KNOTS[-1][1]} END"
    failed = f"component = 0 AND gate_actual / gate_goal < {GATE}"
    given = ", ".join(f"{column} AS {name}" for column, name in RENAMED.items())
    query = f"""
        WITH joined AS (
            SELECT *, days / period_days AS proration, actual / goal AS attainment,
                salary * fte * (days / period_days) AS eligible_salary
            FROM people JOIN components USING (plan) JOIN results USING (period, person, measure)
            LEFT JOIN gates USING (period, person, measure)
        ), reached AS (
            SELECT *, eligible_salary * ratio * 0.25 AS target_incentive,
                eligible_salary * ratio * 0.25 * weight AS component_target,
                CASE WHEN {failed} THEN 0
                    ELSE least(CASE WHEN component = 3 THEN attainment ELSE {curve} END, cap) END
                    AS payout_ratio,
                CASE WHEN component <> 0 THEN -1 WHEN {failed} THEN 0 ELSE 1 END AS gate_met
            FROM joined
        ), paid AS (
            SELECT *, component_target * payout_ratio * factor AS unrounded,
                round(component_target * payout_ratio, 2) AS before_modifier,
                round(component_target * payout_ratio * factor, 2) AS amount,
                1.0::DOUBLE AS plan_cap_factor, 0 AS type, 0 AS note
            FROM reached
        ) SELECT {given} FROM paid
    """
    kinds = {name: column.dtype for name, column in empty_columns(0).items()}

    def once() -> Any:
        found = database.execute(query).fetchnumpy()
        return {name: np.asarray(found[name]).astype(kind, copy=False) for name, kind in kinds.items()}

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
