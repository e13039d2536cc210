"""Own weights, goals and curve points: random people, paid again in exact fractions day by day."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from typed import typed

from csm_xl.engine.explain import explain
from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

Rows = list[dict[str, Any]]
STARTS = [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)]
QUARTERS = list(pairwise(STARTS))
CENT = Fraction(1, 100)


def exact(x: Any) -> Fraction:
    return Fraction(str(x))


def cents(x: Fraction) -> Fraction:
    nano = Fraction(floor(abs(x) * 10**9 + Fraction(1, 2)), 10**9)
    whole = floor(nano / CENT + Fraction(1, 2)) * CENT
    return whole if x >= 0 else -whole


def held(made: dict[str, Any], name: str, column: str, day: date) -> Any:
    """What the person's rows say on a day, each blank as before; None where they say nothing."""
    found = None
    for row in sorted(made["targets"], key=lambda row: row["from"] or date(1, 1, 1)):
        if row["component_id"] == name and row[column] is not None and (row["from"] or day) <= day:
            found = row[column]
    return found


def days_of(made: dict[str, Any], quarter: int) -> list[date]:
    first, after = QUARTERS[quarter]
    first = max(first, made["hired"])
    return [first + timedelta(days=at) for at in range((after - first).days)]


def line_between(points: list[tuple[Fraction, Fraction]], at: Fraction) -> Fraction:
    """From the worst point to the best; 0 before the worst."""
    sign = 1 if points[-1][0] > points[0][0] else -1
    if sign * at < sign * points[0][0]:
        return Fraction(0)
    for (x0, y0), (x1, y1) in pairwise(points):
        if sign * at < sign * x1:
            return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
    return points[-1][1]


def oracle(made: dict[str, Any]) -> dict[tuple[int, str], tuple[Fraction, Fraction]]:
    """Quarter and component → the component target, and what is paid."""
    found: dict[tuple[int, str], tuple[Fraction, Fraction]] = {}
    paid_before = Fraction(0)
    year = {"actual": Fraction(0), "goal": Fraction(0), "target": Fraction(0)}
    for quarter in range(4):
        days = days_of(made, quarter)
        if not days:
            continue
        whole = (QUARTERS[quarter][1] - QUARTERS[quarter][0]).days
        incentive = exact(made["target"]) / 4 * len(days) / whole
        for one in made["components"]:
            name = one["component_id"]
            weights = [held(made, name, "weight", day) for day in days]
            own = [exact(one["weight"] if weight is None else weight) for weight in weights]
            target = incentive * sum(own) / len(days)
            actual, goal = (exact(each) for each in made["measured"][quarter][name])
            last = days[-1]
            if one["on"] == "actual":
                points = []
                for column, (x, y) in zip(("threshold", "goal", "maximum"), made["curve"], strict=True):
                    mine = held(made, name, column, last)
                    points.append((exact(x if mine is None else mine), exact(y)))
                found[quarter, name] = target, cents(target * line_between(points, actual))
                continue
            mine = held(made, name, "goal", last)
            goal = goal if mine is None else exact(mine)
            if one["cumulative"] == "discrete":
                found[quarter, name] = target, cents(target * max(actual / goal, Fraction(0)))
                continue
            for key, value in (("actual", actual), ("goal", goal), ("target", target)):
                year[key] += value
            value = year["target"] * max(year["actual"] / year["goal"], Fraction(0)) - paid_before
            found[quarter, name] = target, cents(value)
            paid_before += cents(value)
    return found


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    def part(low: int, high: int) -> float:
        return draw(st.integers(low, high)) / 100

    first = part(5, 90)
    lower = draw(st.booleans())
    points = sorted({draw(st.integers(20, 400)) for _ in range(3)} | {500, 600, 700})[-3:]
    if lower:
        points.reverse()
    components: Rows = [
        {"component_id": "own", "weight": first, "on": None,
         "cumulative": draw(st.sampled_from(["discrete", "ytd_sum"]))},
        {"component_id": "unit", "weight": round(1 - first, 2), "on": "actual", "curve_id": "C",
         "direction": "lower" if lower else "higher"},
    ]  # fmt: skip
    targets: Rows = []
    for day in sorted(draw(st.sets(st.integers(0, 364), max_size=3))):
        begins = None if not day else date(2026, 1, 1) + timedelta(days=day)
        mine = part(1, 99)
        weight = draw(st.booleans())
        bounds = sorted(draw(st.sets(st.integers(100, 900), min_size=3, max_size=3)), reverse=lower)
        targets += [
            {"component_id": "own", "from": begins, "weight": mine if weight else None,
             "goal": draw(st.none() | st.integers(50, 200))},
            {"component_id": "unit", "from": begins, "weight": round(1 - mine, 2) if weight else None,
             "threshold": bounds[0], "goal": bounds[1], "maximum": bounds[2]},
        ]  # fmt: skip
    columns = ("component_id", "from", "weight", "goal", "threshold", "maximum")
    rows = [dict.fromkeys(columns) | row for row in targets]
    return {
        "target": draw(st.integers(1000, 50_000)),
        "hired": date(2024, 5, 6) + timedelta(days=draw(st.integers(0, 950))),
        "components": components,
        "curve": list(zip(points, (0.5, 1, 2), strict=True)),
        "targets": [row for row in rows if any(row[name] is not None for name in columns[2:])],
        "measured": [
            {"own": (draw(st.integers(0, 250)), 100), "unit": (draw(st.integers(50, 950)), 1)}
            for _ in range(4)
        ],
    }  # fmt: skip


def tables(made: dict[str, Any]) -> list[RawTable]:
    who = ("A", "B")  # B has nothing of their own, and is paid by the plan
    given = {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount",
                   "target_value": made["target"]}],
        "components": [{"plan_id": "P", "type": "metric", "measure": one["component_id"], **one}
                       for one in made["components"]],
        "curves": [{"curve_id": "C", "attainment": x, "payout": y} for x, y in made["curve"]],
        "roster": [{"employee_id": name, "plan_id": "P", "base_salary": 80_000, "hire_date": made["hired"]}
                   for name in who],
        "targets": [{"employee_id": "A", **row} for row in made["targets"]],
        "results": [
            {"period": f"2026-Q{quarter + 1}", "scope": "individual", "id": name, "measure": measure,
             "actual": actual, "goal": None if measure == "own" and name == "A" and own else goal}
            for quarter, each in enumerate(made["measured"]) for measure, (actual, goal) in each.items()
            for name in who if days_of(made, quarter)
            for own in [held(made, "own", "goal", QUARTERS[quarter][1] - timedelta(days=1))]
        ],
    }  # fmt: skip
    return typed(given)


@given(companies())
def test_own_targets_pay_what_their_definitions_say(made: dict[str, Any]) -> None:
    if not days_of(made, 3):
        return
    lines = list(run(tables(made), "2026").dicts())
    of = {(line["employee_id"], line["component_id"], line["period"]): line for line in lines}
    alone = made | {"targets": []}
    for who, wanted in (("A", oracle(made)), ("B", oracle(alone))):
        for (quarter, name), (target, amount) in wanted.items():
            line = of[who, name, f"2026-Q{quarter + 1}"]
            assert line["amount"] == float(amount)
            assert abs(line["component_target"] - float(target)) < 1e-9
    event(f"rows: {len(made['targets'])}")
    steps = explain(tables(made), "A", "2026-Q4")
    total = sum((amount for (quarter, _), (_, amount) in oracle(made).items() if quarter == 3), Fraction(0))
    assert abs(steps[-1][3] - float(total)) < 1e-6
