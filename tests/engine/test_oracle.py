"""The engine against the oracle: the same lines, to the cent, whatever way the people are taken."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise, product
from typing import Any

import pytest
from pay_oracle import Oracle, Row, Rows
from scenarios import CENTS, HAIRS, NOTES, Maker, differences, engine, fraction
from sweeps import swept

import csm_xl.engine.calculation as running
from csm_xl.engine.lines import Lines

BATCHES = [range(at, at + 10) for at in swept(range(0, 80, 10))]


@cache
def scenario(seed: int) -> tuple[Maker, list[Row]]:
    """A made-up company and what it owes: round inputs and awkward ones by turns."""
    made = Maker(seed, round_inputs=seed % 2 == 0)
    return made, Oracle(made.tables).pay(made.asked)


@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_every_column_of_every_line(seeds: range) -> None:
    for seed in seeds:
        made, expected = scenario(seed)
        lines = engine(made.tables, made.asked)
        assert not (wrong := differences(lines, expected)), (seed, wrong)
        _totals_are_sums(lines, expected)


def _totals_are_sums(lines: Lines, expected: list[dict[str, Any]]) -> None:
    """A person's total is the sum of the rounded lines; the target counts once for each plan, and where each
    figure is rounded it is the sum of the components' targets."""
    paid: Counter[tuple[str, str]] = Counter()
    targets: dict[tuple[str, str], dict[str, Fraction]] = {}
    for row in expected:
        key = (row["period"], row["employee_id"])
        paid[key] += row["amount"]
        of_plan = targets.setdefault(key, {})
        if row["rounding"] != "step":
            of_plan[row["plan_id"]] = row["target_incentive"]
        elif row["component_target"] is not None:
            of_plan[row["plan_id"]] = of_plan.get(row["plan_id"], Fraction(0)) + row["component_target"]
    header, *totals = lines.totals()
    assert header == ["period", "employee_id", "target", "variable"]
    found = {(period, who): (target, variable) for period, who, target, variable in totals}
    assert len(found) == len(totals)
    for key, (target, variable) in found.items():
        assert fraction(variable) == paid.pop(key, 0)
        if key in targets:
            assert target == pytest.approx(float(sum(targets[key].values())), rel=1e-9)
    assert not paid


def test_the_scenarios_cover_what_plans_can_say() -> None:
    """A test at random proves nothing about what it never tries."""
    said: set[tuple[str, Any]] = set()
    notes: set[str] = set()
    for seed in (seed for batch in BATCHES for seed in batch):
        made, expected = scenario(seed)
        for name in ("plans", "components"):
            said |= {(key, value) for row in made.tables[name] for key, value in row.items()}
        for row in expected:
            notes |= {flag for flag in NOTES if row.get(flag)}
            notes |= {"gate failed"} if row["gate_met"] is False else set()
            notes |= {"negative"} if row["amount"] < 0 else set()
            notes |= {"part of a period"} if 0 < row["eligible_days"] < row["period_days"] else set()
    wanted = {
        "pay_period": ("month", "quarter", "half", "year"),
        "target_basis": ("ratio", "amount", "ote"),
        "combination": ("additive", "multiplicative"),
        "valuation": ("daily", "period_start", "period_end"),
        "proration": ("calendar_days", "months", "workdays"),
        "rounding": ("line", "total", "step"),
        "rounding_unit": (1, Decimal("0.01")),
        "type": ("metric", "goals", "commission", "spif", "milestone"),
        "scope": ("individual", "team", "company"),
        "direction": ("lower",),
        "method": ("complement", "inverse"),
        "cumulative": ("discrete", "ytd_sum", "ytd_latest"),
        "gate_on": ("attainment", "actual"),
        "gate_direction": ("higher", "lower"),
        "tier_id": ("M", "W", "I", "A"),
        "tier_basis": ("period", "deal"),
    }
    assert {(key, value) for key, values in wanted.items() for value in values} <= said
    assert notes == {*NOTES, "gate failed", "negative", "part of a period"}


@pytest.mark.parametrize("seed", swept(range(200, 208)))
def test_people_can_be_taken_in_any_batches(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of any size, or the roster cut into batches: not a figure changes."""
    made = Maker(seed, round_inputs=seed % 2 == 0)
    whole = engine(made.tables, made.asked)
    for block in (1, 7):
        monkeypatch.setattr(running, "BLOCK", block)
        assert engine(made.tables, made.asked).rows() == whole.rows()
    monkeypatch.undo()
    cut = 1 + seed % (len(made.people) - 1)
    parts = [
        list(engine(_only(made.tables, people), made.asked).dicts())
        for people in (made.people[:cut], made.people[cut:])
    ]
    order = list(dict.fromkeys(line["period"] for line in whole.dicts()))
    together = sorted((line for part in parts for line in part), key=lambda line: order.index(line["period"]))
    assert together == list(whole.dicts())


def _only(tables: Rows, people: list[str]) -> Rows:
    """The tables as they would be if nobody else were on the roster."""
    kept: Rows = {}
    for name, rows in tables.items():
        whose = [row.get("employee_id") for row in rows]
        if name == "deals":
            kept[name] = [
                row | {"employee_id": who if who in people else None}
                for row, who in zip(rows, whose, strict=True)
            ]
        else:
            kept[name] = [row for row, who in zip(rows, whose, strict=True) if who is None or who in people]
    mine = {row["deal_id"] for row in kept["credits"]}
    theirs = {row["deal_id"] for row in tables["credits"]} - mine
    kept["deals"] = [row for row in kept["deals"] if row["deal_id"] not in theirs]
    return kept


@pytest.mark.parametrize("seed", swept(range(300, 312)))
def test_exact_numbers_agree_with_floats(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row decided on exact numbers gives the lines that the normal run gives."""
    made = Maker(seed, round_inputs=seed % 2 == 0)
    normal = engine(made.tables, made.asked)
    evaluate = running.evaluate

    def doubtful(work: Any, rows: Any, doubt: Any, only: Any = None) -> Any:
        figures = evaluate(work, rows, doubt, only)
        if doubt is not None:
            doubt[:] = True
        return figures

    monkeypatch.setattr(running, "evaluate", doubtful)
    exact = engine(made.tables, made.asked)
    for one, other in zip(normal.dicts(), exact.dicts(), strict=True):
        for name, value in one.items():
            if isinstance(value, float) and name not in CENTS:
                assert other[name] == pytest.approx(value, rel=1e-9, abs=1e-9), name
            else:
                assert other[name] == value, name


@pytest.mark.parametrize("number", [str, Decimal], ids=["text", "decimal"])
def test_numbers_in_any_kind_of_cell(number: Any) -> None:
    made = Maker(7, round_inputs=False)
    assert engine(made.tables, made.asked, number).rows() == engine(made.tables, made.asked).rows()


# -- a hair from every bound ----------------------------------------------------------------------------

# A value rounds up to a bound from half a billionth below it: there floats cannot tell.
TIPS = [Decimal(tip) for tip in ("-5e-10", "-4.99e-10", "-5.01e-10", "5e-10", "4.99e-10")]
BOUNDS = [Decimal(b) for b in ("0.8", "0.9", "1", "1.1", "1.2", "1.25")]
GOALS = [Decimal(g) for g in ("1", "3", "40", "0.07", "12.5", "1234.5678")]
CURVES = {
    "linear": [("0.9", "0.5"), ("1", "1"), ("1.2", "1.5")],
    "jump": [("0.8", "0"), ("0.9", "0.4"), ("0.9", "0.6"), ("1", "1"), ("1.25", "2")],
    "step": [("0.8", "0.25"), ("1", "1"), ("1.1", "1.35"), ("1.25", "1.7")],
}


def _near_bounds() -> Rows:
    """A person for each bound, hair and goal; components on which every bound is a curve point, gate or
    cap."""
    gates = [("0.9", "attainment", "higher"), ("1.1", "attainment", "lower"), ("1", "actual", "higher"),
             ("1.2", "actual", "lower")]  # fmt: skip
    components: list[Row] = [{"component_id": name, "curve_id": name} for name in CURVES]
    components += [
        {"component_id": f"gate {i}", "gate_measure": "M", "gate_minimum": Decimal(minimum), "gate_on": on,
         "gate_direction": direction, "gate_otherwise": Decimal("0.3")}
        for i, (minimum, on, direction) in enumerate(gates)
    ] + [
        {"component_id": "bounds", "floor": Decimal("0.9"), "cap": Decimal("1.1")},
        {"component_id": "lower", "direction": "lower", "curve_id": "jump"},
        {"component_id": "inverse", "direction": "lower", "method": "inverse", "curve_id": "step"},
    ]  # fmt: skip
    for row in components:
        row |= {"plan_id": "S", "type": "metric", "measure": "M", "weight": Decimal("0.1")}
    people = [
        (f"E{i:04d}", bound + hair, goal, 88000 + 500 * (i % 40))
        for i, (bound, hair, goal) in enumerate(product(BOUNDS, [*HAIRS, *TIPS], GOALS))
    ]
    return {
        "plans": [{"plan_id": "S", "model": "base_bonus", "pay_period": "quarter", "target_basis": "ratio",
                   "target_value": Decimal("0.1"), "plan_cap": Decimal("0.9")}],
        "components": components,
        "curves": [{"curve_id": name, "attainment": Decimal(x), "payout": Decimal(y),
                    "mode": "step" if name == "step" and i == 0 else None}
                   for name, knots in CURVES.items() for i, (x, y) in enumerate(knots)],
        "roster": [{"employee_id": who, "plan_id": "S", "base_salary": salary, "hire_date": date(2024, 1, 1)}
                   for who, _, _, salary in people],
        "results": [{"period": "2026-Q1", "scope": "individual", "id": who, "measure": "M", "goal": goal,
                     "actual": (goal * attainment).quantize(Decimal("1e-12"))}
                    for who, attainment, goal, _ in people],
    }  # fmt: skip


@pytest.mark.slow("thousands of people on every curve point, gate and cap, and next to it")
def test_on_and_a_hair_from_every_knot_gate_and_cap() -> None:
    tables = _near_bounds()
    expected = Oracle(tables).pay("2026-Q1")
    assert not differences(engine(tables, "2026-Q1"), expected)
    gates = Counter(row["gate_met"] for row in expected)
    assert gates[True] > 500 and gates[False] > 500
    assert 0 < sum(row["plan_cap_factor"] < 1 for row in expected) < len(expected)


@pytest.mark.slow("thousands of people where a cent tips, and next to it")
@pytest.mark.parametrize("rounding", ["line", "total", "step"])
def test_on_and_a_hair_from_where_a_cent_tips(rounding: str) -> None:
    """Amounts of exactly half a cent less half a billionth, which round up, and a hair below, which do not.

    Only exact numbers can tell them apart: floats of the same amounts fall on either side.
    """
    tips = [Decimal(tip) for tip in ("0", "1e-10", "-1e-10")]  # of an amount of 100 × attainment
    people = [
        (f"E{i:04d}", goal, goal * (Decimal(cents) + Decimal("0.5") - Decimal("5e-8") + 100 * tip) / 10**4)
        for i, (goal, cents, tip) in enumerate(product((1, 3, 7), range(8200, 13000, 97), tips))
    ]
    tables: Rows = {
        "plans": [{"plan_id": "S", "model": "base_bonus", "pay_period": "quarter", "target_basis": "ratio",
                   "target_value": Decimal("0.1"), "rounding": rounding}],
        "components": [{"plan_id": "S", "component_id": name, "type": "metric", "measure": "M",
                        "weight": weight} for name, weight in (("A", 1), ("B", 0))],
        "roster": [{"employee_id": who, "plan_id": "S", "base_salary": 4000, "hire_date": date(2024, 1, 1)}
                   for who, _, _ in people],
        "results": [{"period": "2026-Q1", "scope": "individual", "id": who, "measure": "M", "goal": goal,
                     "actual": actual} for who, goal, actual in people],
    }  # fmt: skip
    expected = Oracle(tables).pay("2026-Q1")
    ups = sum(row["amount"] > row["unrounded"] for row in expected if row["component_id"] == "A")
    assert ups == 2 * len(people) // 3
    assert not differences(engine(tables, "2026-Q1"), expected)


AMOUNTS = [
    "1000", "999.9999", "1000.0001", "333.3333 333.3333 333.3334", "0.1 0.2 999.7", "700.1 299.9", "3000",
    "2999.9999", "1100.1 1899.9", "-1000", "-1000.0001", "1500 -500", "0.3 999.7 2000", "500", "249.9999",
]  # fmt: skip
SHARES = [Decimal(share) for share in ("1", "0.5", "0.333333333333", "0.999999999999")]


@pytest.mark.slow("hundreds of deals at every bound of every tier table")
def test_on_and_a_hair_from_every_bound_of_tiers() -> None:
    """Sums of credits that meet a bound exactly, or miss it by less than a billionth or by 0.0001."""
    ways = list(product(("marginal", "whole", "interpolated"), ("upper", "lower"), ("amount", "attainment")))
    bounds = {"amount": ("0", "1000", "3000", "5000"), "attainment": ("0", "0.5", "2", "4")}
    rates = [Decimal(rate) for rate in ("0.01", "0.02", "0.035")]
    tables: Rows = {
        "plans": [{"plan_id": "S", "model": "revenue_centric", "pay_period": "quarter",
                   "target_basis": "amount", "target_value": 9000}],
        "components": [{"plan_id": "S", "component_id": " ".join(way), "type": "commission",
                        "tier_id": " ".join(way), "measure": "B"} for way in ways],
        "tiers": [{"tier_id": " ".join(way), "from": Decimal(start), "to": Decimal(end), "rate": rate,
                   "mode": way[0], "tie": way[1], "on": way[2]}
                  for way in ways
                  for (start, end), rate in zip(pairwise(bounds[way[2]]), rates, strict=True)],
        "roster": [], "results": [], "deals": [], "credits": [],
    }  # fmt: skip
    for i, (amounts, share) in enumerate(product(AMOUNTS, SHARES)):
        who = f"E{i:04d}"
        tables["roster"].append(
            {"employee_id": who, "plan_id": "S", "base_salary": 60000, "hire_date": date(2024, 1, 1)}
        )
        tables["results"].append({"period": "2026-Q1", "scope": "individual", "id": who, "measure": "B",
                                  "actual": 0, "goal": (1000, 500, 2000)[i % 3]})  # fmt: skip
        for amount in amounts.split():
            deal = f"D{len(tables['deals'])}"
            tables["deals"].append({"deal_id": deal, "date": date(2026, 2, 3), "amount": Decimal(amount)})
            tables["credits"].append({"deal_id": deal, "employee_id": who, "share": share})
    assert not differences(engine(tables, "2026-Q1"), Oracle(tables).pay("2026-Q1"))
