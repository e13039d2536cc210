"""Rounding of the total: one for each person and period, over all the plans that round so."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from small_company import Rows, pay, raws
from sweeps import swept
from test_person_year import typed

import csm_xl.engine.calculation as running
from csm_xl.engine.explain import explain

Q1 = [date(2026, 1, 1) + timedelta(n) for n in range(90)]


def company(*plans: dict[str, Any], rates: tuple[float, ...]) -> Rows:
    """E1 on one plan after another, a month each, with a deal of 1 on each that earns its rate."""
    names = "ABC"[: len(plans)]
    starts = [date(2026, month, 1) for month in (1, 2, 3)]
    plan = {"model": "base_variable", "pay_period": "quarter", "target_basis": "amount", "target_value": 0,
            "rounding": "total"}  # fmt: skip
    return {
        "plans": [{"plan_id": name, **plan, **own} for name, own in zip(names, plans, strict=True)],
        "components": [{"plan_id": name, "component_id": f"C{name}", "type": "commission", "rate": rate}
                       for name, rate in zip(names, rates, strict=True)],
        "roster": [{"employee_id": "E1", "plan_id": "A", "base_salary": 80000,
                    "hire_date": date(2024, 1, 1)}],
        "changes": [{"employee_id": "E1", "from": start, "plan_id": name}
                    for name, start in list(zip(names, starts, strict=False))[1:]],
        "deals": [{"deal_id": name, "date": start, "amount": 1, "employee_id": "E1"}
                  for name, start in zip(names, starts, strict=False)],
    }  # fmt: skip


def amounts(tables: Rows) -> list[float]:
    return [line["amount"] for line in pay(tables)]


def test_the_cents_of_two_plans_are_shared_over_the_lines_of_both() -> None:
    assert amounts(company({}, {}, rates=(0.004, 0.004))) == [0.01, 0]  # a tie: the earlier line
    assert amounts(company({}, {}, rates=(0.0049, 0.005))) == [0, 0.01]  # the largest remainder
    assert amounts(company({}, {}, {}, rates=(1.006, 2.006, 3.006))) == [1.01, 2.01, 3.0]
    assert amounts(company({}, {}, rates=(1.006, -0.003))) == [1.0, 0]  # 1.003


def test_the_explanation_names_the_lines_of_both() -> None:
    told = explain(raws(company({}, {"rounding": "line"}, {}, rates=(0.004, 0.006, 0.004))), "E1", "2026-Q1")
    first, between, last = (row for row in told if row[0] == "Amount")
    for row in (first, last):
        assert "plans A, C" in row[1] and "0.004 [A CA] + 0.004 [C CC]" in row[1]
    assert [row[2] for row in (first, last)] == ["0 + 0.01", "0 + 0"]
    assert "rounded to 0.01 (line)" in between[1]


def test_plans_that_round_otherwise_are_rounded_by_themselves() -> None:
    for other in ({"rounding": "line"}, {"rounding": "step"}, {"rounding_unit": 1}, {"currency": "EUR"}):
        assert amounts(company({}, other, rates=(0.004, 0.004))) == [0, 0], other
    # The first and the last round together, over what is between them.
    assert amounts(company({}, {"rounding": "line"}, {}, rates=(0.004, 0.006, 0.004))) == [0.01, 0.01, 0]


def test_on_and_a_hair_below_where_the_cent_of_the_total_tips() -> None:
    """Totals of half a cent less half a billionth, which round up, and a hair below, which do not."""
    rng = random.Random(1)
    tables = company({}, {}, rates=(1e-8, 1e-8))
    person, move, deals = tables["roster"][0], tables["changes"][0], tables["deals"]
    tables |= {"roster": [], "changes": [], "deals": []}
    due = {}
    for at in range(300):
        who, hair = f"E{at:03}", at % 2
        first = rng.randint(10**8, 4 * 10**9)
        parts = first, 4999999500 + 10**10 * rng.randint(0, 3) - hair - first  # in ten-thousandths
        exacts = [Fraction(part, 10**12) for part in parts]
        due[who] = shared(exacts, Fraction(1, 100))
        assert sum(due[who]) == round(sum(exacts), 2) + Fraction(1 - hair, 100)
        tables["roster"].append(person | {"employee_id": who})
        tables["changes"].append(move | {"employee_id": who})
        tables["deals"] += [deal | {"deal_id": f"{who}{n}", "employee_id": who, "amount": part / 10**4}
                            for n, (deal, part) in enumerate(zip(deals, parts, strict=True))]  # fmt: skip
    found: dict[str, list[Fraction]] = {}
    for line in pay(tables):
        found.setdefault(line["employee_id"], []).append(typed(line["amount"]))
    assert found == due


def test_a_plan_without_components_takes_no_cents() -> None:
    tables = company({}, {}, rates=(0.006, 0.004))
    del tables["components"][1]
    assert amounts(tables) == [0.01]


def half_away(x: Fraction, unit: Fraction) -> Fraction:
    whole = floor(abs(x) / unit + Fraction(1, 2)) * unit
    return whole if x >= 0 else -whole


def nine(x: Fraction) -> Fraction:
    return half_away(x, Fraction(1, 10**9))


def shared(values: list[Fraction], unit: Fraction) -> list[Fraction]:
    total = half_away(nine(sum(values, Fraction(0))), unit)
    found = [floor(nine(value) / unit) * unit for value in values]
    for _ in range(int((total - sum(found)) / unit)):
        left = [nine(value) - part for value, part in zip(values, found, strict=True)]
        at = max(range(len(values)), key=lambda i: (left[i] if left[i] < unit else -unit, -i))
        found[at] += unit
    return found


@pytest.mark.parametrize("seed", swept(range(10)))
def test_against_fractions(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """People who change plan once or twice in the quarter; what each plan pays, from its own days."""
    rng = random.Random(seed)
    monkeypatch.setattr(running, "BLOCK", rng.choice((1, 3, 100)))
    kinds = [("total", 0.01, "USD"), ("total", 0.01, "USD"), ("total", 1, "USD"), ("total", 0.01, "EUR"),
             ("line", 0.01, "USD")]  # fmt: skip
    policy = {name: kinds[0] if name == "A" else rng.choice(kinds) for name in "ABC"}
    weights = {name: rng.choice(((1.0,), (0.5, 0.5), (0.3333, 0.6667))) for name in "ABC"}
    tables: Rows = {"plans": [], "components": [], "roster": [], "changes": [], "results": []}
    for name, (rounding, unit, currency) in policy.items():
        tables["plans"].append({
            "plan_id": name, "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount",
            "target_value": round(rng.uniform(100, 30000), 2), "rounding": rounding, "rounding_unit": unit,
            "currency": currency,
        })  # fmt: skip
        tables["components"] += [
            {"plan_id": name, "component_id": f"{name}{at}", "type": "metric", "measure": f"M{at}",
             "weight": weight} for at, weight in enumerate(weights[name])
        ]  # fmt: skip
    stays: dict[str, list[str]] = {}
    for at in range(12):
        who = f"E{at:02}"
        order = rng.sample("ABC", 3)
        moves = sorted(rng.sample(Q1[1:], rng.choice((0, 1, 2, 2))))
        tables["roster"].append({"employee_id": who, "plan_id": order[0], "base_salary": 80000,
                                 "hire_date": date(2024, 1, 1)})  # fmt: skip
        tables["changes"] += [{"employee_id": who, "from": day, "plan_id": name}
                              for day, name in zip(moves, order[1:], strict=False)]  # fmt: skip
        stays[who] = [order[sum(day >= move for move in moves)] for day in Q1]
        tables["results"] += [{"period": "2026-Q1", "scope": "individual", "id": who, "measure": measure,
                               "actual": round(rng.uniform(0, 1.5), 4), "goal": 1}
                              for measure in ("M0", "M1")]  # fmt: skip
    reached = {(row["id"], row["measure"]): typed(row["actual"]) for row in tables["results"]}
    value = {plan["plan_id"]: typed(plan["target_value"]) for plan in tables["plans"]}
    found = {(line["employee_id"], line["component_id"]): line["amount"] for line in pay(tables)}
    together = 0
    for who, days in stays.items():
        lines = [
            (f"{name}{at}", value[name] * days.count(name) / 90 / 4 * typed(weight) * reached[who, f"M{at}"],
             policy[name])
            for name in dict.fromkeys(days) for at, weight in enumerate(weights[name])
        ]  # fmt: skip
        for kind in {kind for *_, kind in lines}:
            mine = [(component, exact) for component, exact, of in lines if of == kind]
            unit = typed(kind[1])
            exacts = [exact for _, exact in mine]
            due = shared(exacts, unit) if kind[0] == "total" else [half_away(nine(x), unit) for x in exacts]
            assert [typed(found.pop((who, component))) for component, _ in mine] == due
            together += kind[0] == "total" and len({component[0] for component, _ in mine}) > 1
    assert not found
    assert together or list(policy.values()).count(kinds[0]) < 2
