"""A million payout lines on round inputs, every cent against exact integer arithmetic.

Four components, paid by the quarter over 2026: own retention through a curve, the team's result with a
gate, two goals, and commission by tiers; joiners, part-timers and a company factor among them. Salaries
are in steps of 500, ratios in whole percents, weights and scores in 5%, which puts many amounts on
exact half cents. The oracle works on Python integers in object arrays: a numerator and a denominator a
line, nothing rounded before the cent. Plain float64 is counted beside it.
"""

from __future__ import annotations

import time
from calendar import monthrange
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks._table import table
from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

Column = NDArray[Any]
TEAMS = 40
PEOPLE = 65_000
WEIGHTS = (50, 20, 30)  # percent: retention, team, goals
TIERS = ((0, 25), (10_000, 35), (25_000, 45))  # from dollars, in thousandths
FACTOR = (100, 105, 110, 95)  # the company's factor of each quarter, percent
PLAN: dict[str, list[list[Any]]] = {
    "plans": [["plan_id", "model", "pay_period", "target_basis"], ["S", "base_bonus", "quarter", "ratio"]],
    "components": [
        ["plan_id", "component_id", "type", "weight", "measure", "scope", "curve_id", "cap", "gate_measure",
         "gate_scope", "gate_minimum", "gate_otherwise", "modified", "tier_id"],
        ["S", "RET", "metric", 0.5, "GRR", "individual", "R", None, None, None, None, None, True, None],
        ["S", "TEAM", "metric", 0.2, "NRR", "team", None, 1.2, "GRR", "individual", 0.95, 0.5, None, None],
        ["S", "MBO", "goals", 0.3, None, None, None, None, None, None, None, None, None, None],
        ["S", "UP", "commission", None, None, None, None, None, None, None, None, None, None, "T"],
    ],
    "curves": [["curve_id", "attainment", "payout"], ["R", 0.9, 0.5], ["R", 1.0, 1.0], ["R", 1.2, 1.5]],
    "tiers": [["tier_id", "from", "rate"], *(["T", start, rate / 1000] for start, rate in TIERS)],
    "modifiers": [["period", "scope", "factor"],
                  *([f"2026-Q{q + 1}", "company", factor / 100] for q, factor in enumerate(FACTOR))],
}  # fmt: skip


@dataclass(frozen=True)
class Counts:
    """How many lines there were, and how many of each kind."""

    lines: int
    wrong: int
    on_a_tie: int
    floats_wrong: int


@dataclass(frozen=True)
class People:
    """What is typed about each person (one entry each) and quarter (a row each), in whole steps."""

    salary: Column  # dollars
    fte: Column  # tenths
    ratio: Column  # percents
    hired: Column  # day of the year 2026, 0: earlier
    goal: Column  # of retention, per quarter
    reached: Column
    scores: Column  # percents, per quarter and goal
    deal: Column  # dollars credited, per quarter
    team: Column
    team_reached: Column  # percents, per quarter and team

    @classmethod
    def at_random(cls, count: int) -> People:
        random = np.random.default_rng(20260301)
        goal = random.choice([20, 25, 40, 50, 80, 100], (4, count))
        return cls(
            salary=random.integers(80, 401, count) * 500,
            fte=random.choice([10, 10, 10, 8, 5], count),
            ratio=random.integers(5, 31, count),
            hired=np.where(random.random(count) < 0.9, 0, random.integers(1, 360, count)),
            goal=goal,
            reached=goal * random.integers(16, 26, (4, count)) // 20,
            scores=random.integers(0, 26, (4, 2, count)) * 5,
            deal=random.integers(1, 80, (4, count)) * 500 + random.integers(0, 2, (4, count)) * 333,
            team=np.arange(count) % TEAMS,
            team_reached=random.integers(85, 131, (4, TEAMS)),
        )


def quarter_days(quarter: int) -> tuple[date, date]:
    last = 3 * quarter + 3
    return date(2026, last - 2, 1), date(2026, last, monthrange(2026, last)[1])


def hire_dates(people: People) -> list[date]:
    first = date(2026, 1, 1)
    return [first + timedelta(days=day) if day else date(2024, 1, 1) for day in people.hired.tolist()]


def tables(people: People) -> list[RawTable]:
    """The tables as people would give them: floats for every number."""
    ids = [f"E{i:06d}" for i in range(len(people.salary))]
    roster: list[list[Any]] = [
        ["employee_id", "plan_id", "base_salary", "hire_date", "fte", "target_ratio", "team"]
    ]
    roster += map(list, zip(
        ids, ["S"] * len(ids), people.salary.astype(float).tolist(), hire_dates(people),
        (people.fte / 10).tolist(), (people.ratio / 100).tolist(), [f"T{t}" for t in people.team.tolist()],
        strict=True,
    ))  # fmt: skip
    results: list[list[Any]] = [["period", "scope", "id", "measure", "actual", "goal"]]
    goals: list[list[Any]] = [["period", "employee_id", "goal", "weight", "score"]]
    deals: list[list[Any]] = [["deal_id", "date", "amount", "employee_id"]]
    for quarter in range(4):
        name, (_, last) = f"2026-Q{quarter + 1}", quarter_days(quarter)
        for team in range(TEAMS):
            results.append(
                [name, "team", f"T{team}", "NRR", float(people.team_reached[quarter, team]), 100.0]
            )
        reached, goal = people.reached[quarter].tolist(), people.goal[quarter].tolist()
        first, second = ((people.scores[quarter, i] / 100).tolist() for i in (0, 1))
        deal = people.deal[quarter].astype(float).tolist()
        for i, who in enumerate(ids):
            results.append([name, "individual", who, "GRR", float(reached[i]), float(goal[i])])
            goals.append([name, who, "a", 0.4, first[i]])
            goals.append([name, who, "b", 0.6, second[i]])
            deals.append([f"{who}-{quarter}", last, deal[i], who])
    given = PLAN | {"roster": roster, "results": results, "goals": goals, "deals": deals}
    return [RawTable.of_rows(rows, name) for name, rows in given.items()]


def owed(people: People, quarter: int) -> tuple[Column, Column, Column, Column]:
    """Who is paid in a quarter, and per component (rows) and person what is owed: numerator and
    denominator, whole numbers of any length; and the same calculated in float64."""
    start, end = quarter_days(quarter)
    days = (end - start).days + 1
    hired = np.array([(day - start).days for day in hire_dates(people)])
    paid = np.flatnonzero(hired < days)
    whole = {field.name: getattr(people, field.name) for field in fields(people)}
    salary, fte, ratio = (whole[name][paid].astype(object) for name in ("salary", "fte", "ratio"))
    eligible = (days - np.maximum(hired[paid], 0)).astype(object)
    target = salary * fte * ratio * eligible  # over 10 × 100 × days × 4
    over = 4000 * days

    goal, reached = (people.goal[quarter, paid].astype(object), people.reached[quarter, paid].astype(object))
    bands = [10 * reached < 9 * goal, reached < goal, 5 * reached < 6 * goal]  # the curve, over 2 × goal
    curve = np.select([np.asarray(band, dtype=bool) for band in bands],
                      [goal * 0, 10 * reached - 8 * goal, 5 * reached - 3 * goal], 3 * goal)  # fmt: skip
    team = np.minimum(people.team_reached[quarter][people.team[paid]], 120)
    team = np.where(np.asarray(20 * reached >= 19 * goal, dtype=bool), team, np.minimum(team, 50)).astype(
        object
    )
    score = (4 * people.scores[quarter, 0, paid] + 6 * people.scores[quarter, 1, paid]).astype(
        object
    )  # over 1000
    deal = people.deal[quarter, paid].astype(object)
    ends = [*(start for start, _ in TIERS[1:]), None]
    tiers = sum(
        rate * (np.clip(deal, start, end) - start) for (start, rate), end in zip(TIERS, ends, strict=True)
    )  # over 1000
    above = [target * WEIGHTS[0] * curve * FACTOR[quarter], target * WEIGHTS[1] * team,
             target * WEIGHTS[2] * score, tiers]  # fmt: skip
    below = [
        over * 100 * 2 * goal * 100,
        over * 100 * 100 + 0 * goal,
        over * 100 * 1000 + 0 * goal,
        1000 + 0 * goal,
    ]

    money = salary.astype(float) * (fte.astype(float) / 10) * (ratio.astype(float) / 100)
    money = money * (eligible.astype(float) / days) / 4
    attained = reached.astype(float) / goal.astype(float)
    knots = np.interp(attained, [0.9, 1.0, 1.2], [0.5, 1.0, 1.5], left=0.0)
    scored = 0.4 * (people.scores[quarter, 0, paid] / 100) + 0.6 * (people.scores[quarter, 1, paid] / 100)
    slices = [
        np.clip(deal.astype(float), start, end) - start for (start, _), end in zip(TIERS, ends, strict=True)
    ]
    floats = [
        money * 0.5 * knots * (FACTOR[quarter] / 100),
        money * 0.2 * (team.astype(float) / 100),
        money * 0.3 * scored,
        sum(part * (rate / 1000) for part, (_, rate) in zip(slices, TIERS, strict=True)),
    ]
    return paid, np.stack(above), np.stack(below), np.stack(floats)


def cents(above: Column, below: Column) -> Column:
    """Amounts of 0 or more taken to 9 decimals, then to the cent, half away from zero: whole cents."""
    nano = (2 * 10**9 * above + below) // (2 * below)
    return np.asarray((nano + 5 * 10**6) // 10**7).astype(np.int64)


def measure(count: int) -> Counts:
    """Pay that many people for the four quarters of 2026, and compare every line."""
    people = People.at_random(count)
    lines = run(tables(people), "2026")
    columns = lines.columns
    found = np.rint(columns["amount"] * 100).astype(np.int64)
    assert np.array_equal(columns["amount"], found / 100), "an amount is no whole number of cents"
    counted = np.zeros(3, dtype=np.int64)
    seen = 0
    for quarter in range(4):
        paid, above, below, floats = owed(people, quarter)
        want = cents(above, below)
        part = slice(seen, seen + want.size)
        seen += want.size
        assert np.array_equal(columns["employee_id"][part].reshape(-1, 4)[:, 0], paid), "not the same people"
        got = found[part].reshape(-1, 4).T
        ties = np.asarray(200 * above % (2 * below) == below, dtype=bool)
        plain = np.floor(floats * 100 + 0.5).astype(np.int64)
        counted += [np.count_nonzero(each) for each in (got != want, ties, plain != want)]
    assert seen == len(lines), "not the same number of lines"
    return Counts(seen, *counted.tolist())


def main() -> int:
    """Pay a million lines; 1 where any of them is off by a cent."""
    start = time.perf_counter()
    found = measure(PEOPLE)
    parts = (found.wrong, found.on_a_tie, found.floats_wrong)
    print("## Exact cents\n")
    print(
        f"{found.lines:,} payout lines on round inputs, from tables to amounts, against exact whole-number "
        f"arithmetic; {time.perf_counter() - start:.0f} s with reading and the oracle.\n"
    )
    header = ["lines", "off by a cent", "on an exact half cent", "off by a cent in plain float64"]
    print(table(header, [[f"{found.lines:,}", *(f"{part:,} ({part / found.lines:.2%})" for part in parts)]]))
    return 0 if found.wrong == 0 and found.lines >= 1_000_000 else 1
