"""Curves on actuals, roundings, individual modifiers, gates and payouts of others: random plans, paid again
in exact fractions by rules that are written here from their definitions alone."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st
from typed import typed

from csm_xl.engine.run import run
from csm_xl.plan.tables import RawTable

Rows = list[dict[str, Any]]
NANO = 10**9
_OF = ["payout", "attainment"]


def half_up(x: Fraction) -> int:
    return floor(x + Fraction(1, 2)) if x >= 0 else -floor(-x + Fraction(1, 2))


def nine(x: Fraction) -> Fraction:
    return Fraction(half_up(x * NANO), NANO)


def rounded(x: Fraction, unit: Any, mode: str = "half_up") -> Fraction:
    if unit is None:
        return x
    step = exact(unit)
    q = nine(x) / step
    if mode == "half_up":
        return half_up(q) * step
    if mode == "up":
        return (ceil(q) if q >= 0 else -ceil(-q)) * step
    if mode == "down":
        return (floor(q) if q >= 0 else -floor(-q)) * step
    low = floor(q)
    return (low + (q - low > Fraction(1, 2) or (q - low == Fraction(1, 2) and low % 2 == 1))) * step


def exact(x: Any) -> Fraction:
    return Fraction(str(x))


def on_curve(points: list[tuple[Any, Any]], at: Fraction, lower: bool, strict: bool, mode: str) -> Fraction:
    """Straight lines, or steps: 0 before the worst point, the payout of the best one beyond it."""
    sign = -1 if lower else 1
    knots = sorted((sign * exact(x), exact(y)) for x, y in points)
    x = sign * at
    reached = [k for k in knots if (nine(x) > nine(k[0]) if strict else nine(x) >= nine(k[0]))]
    if not reached:
        return Fraction(0)
    this = reached[-1]
    after = knots[len(reached) :]
    if not after or mode == "step":
        return this[1]
    then = after[0]
    return max(this[1] + (then[1] - this[1]) * (x - this[0]) / (then[0] - this[0]), Fraction(0))


def passes(
    gate: dict[str, Any], plan: dict[str, Any], measured: dict[str, Any], paid: dict[str, Any]
) -> bool:
    if gate["on"] == "payout":
        figure = paid[gate["measure"]]
    else:
        actual, goal = measured[gate["measure"]]
        figure = exact(actual)
        if gate["on"] == "attainment":
            figure = exact(actual) / exact(goal)
            figure = 2 - figure if gate["direction"] == "lower" else figure
            figure = rounded(figure, plan["round_attainment"], plan["round_mode"])
    a, b = nine(figure), nine(exact(gate["minimum"]))
    if gate["direction"] == "lower" and gate["on"] != "attainment":
        return a < b if gate["strict"] else a <= b
    return a > b if gate["strict"] else a >= b


def oracle(made: dict[str, Any]) -> list[Fraction]:
    plan, mode = made["plan"], made["plan"]["round_mode"]
    incentive = rounded(exact(made["target"]), plan["round_target"], mode)
    ratios: dict[str, Fraction] = {}
    reached: dict[str, Fraction] = {}
    for one in made["components"]:
        actual, goal = (exact(x) for x in made["measured"][one["measure"]])
        if one["on"] == "actual":
            figure = actual
        else:
            figure = actual / goal if one["direction"] == "higher" else 2 - actual / goal
            figure = rounded(figure, plan["round_attainment"], mode)
        if one["curve"] is None:
            ratio = max(figure, Fraction(0))
        else:
            lower = one["direction"] == "lower" and one["on"] == "actual"
            ratio = on_curve(one["curve"], figure, lower, one["strict"], one["mode"])
        if one["cap"] is not None:
            ratio = min(ratio, exact(one["cap"]))
        mine = [g for g in made["gates"] if g["component_id"] in (one["component_id"], None)]
        met = {id(g): passes(g, plan, made["measured"], ratios) for g in mine}
        some = [g for g in mine if g["join"] == "any"]
        failed = [g for g in mine if g["join"] == "all" and not met[id(g)]]
        if some and not any(met[id(g)] for g in some):
            failed += some
        if failed:
            ratio = min(ratio, min(exact(g["otherwise"]) for g in failed))
        ratio = rounded(ratio, plan["round_ratio"], mode)
        reached[one["component_id"]] = max(figure, Fraction(0))
        if one["payout_of"]:
            other = (reached if one["payout_of_on"] == "attainment" else ratios)[one["payout_of"]]
            ways = {"multiply": ratio * other, "greater": max(ratio, other), "lesser": min(ratio, other)}
            ratio = ways[one["payout_of_join"]]
        ratios[one["component_id"]] = ratio
    weights = {one["component_id"]: exact(one["weight"]) for one in made["components"]}
    factor = dict.fromkeys(weights, Fraction(1))
    if plan["round_composite"] is not None:
        groups: dict[Any, list[str]] = {}
        named = any(one["composite"] for one in made["components"])
        for one in made["components"]:
            if one["composite"] or not named:
                groups.setdefault(one["composite"], []).append(one["component_id"])
        for names in groups.values():
            whole = sum(weights[n] for n in names)
            found = sum(weights[n] * ratios[n] for n in names) / whole if whole else Fraction(0)
            if found:
                factor |= dict.fromkeys(names, rounded(found, plan["round_composite"], mode) / found)
    values = {n: incentive * weights[n] * ratios[n] * factor[n] for n in weights}
    if made["own"] is not None:
        company, own = exact(made["company"]), exact(made["own"])
        if plan["modifier_cap"] is not None:
            company = min(company, exact(plan["modifier_cap"]))
        if plan["individual_floor"] is not None:
            own = max(own, exact(plan["individual_floor"]))
        if plan["individual_cap"] is not None:
            own = min(own, exact(plan["individual_cap"]))
        for one in made["components"]:
            if one["modified"]:
                values[one["component_id"]] *= company * own
    total = sum(values.values())
    if plan["plan_cap"] is not None and total > exact(plan["plan_cap"]) * incentive:
        values = {n: v * exact(plan["plan_cap"]) * incentive / total for n, v in values.items()}
        total = sum(values.values())
    if plan["round_payout"] is not None and incentive and total:
        ratio = total / incentive
        paid = rounded(ratio, plan["round_payout"], mode)
        paid = paid if plan["plan_cap"] is None else min(paid, exact(plan["plan_cap"]))
        values = {n: v * paid / ratio for n, v in values.items()}
    if limits := [exact(one) for one in (plan["max_payout"],) if one is not None] + [
        exact(one) * 100000 for one in (plan["max_salary_ratio"],) if one is not None
    ]:
        total = sum(values.values())
        if total > min(limits):
            values = {n: v * min(limits) / total for n, v in values.items()}
    return [rounded(values[one["component_id"]], "0.01") for one in made["components"]]


UNITS = st.sampled_from([None, None, 0.001, 0.01, 0.05, 0.1])


@st.composite
def plans(draw: Any) -> dict[str, Any]:
    def maybe(values: Any) -> Any:
        return draw(st.one_of(st.none(), values))

    tenths = st.integers(1, 20).map(lambda n: n / 10)
    plan = {
        "round_attainment": draw(UNITS), "round_ratio": draw(UNITS), "round_composite": draw(UNITS),
        "round_payout": draw(UNITS), "round_target": draw(st.sampled_from([None, None, 1, 10, 0.5])),
        "round_mode": draw(st.sampled_from(["half_up", "half_even", "down", "up"])),
        "plan_cap": maybe(st.sampled_from([0.5, 1, 1.2])), "modifier_cap": maybe(st.sampled_from([1, 1.1])),
        "individual_floor": maybe(st.sampled_from([0.5, 0.9])),
        "individual_cap": maybe(st.sampled_from([1, 1.25])),
        "max_payout": maybe(st.sampled_from([500, 20000, 12345.67])),
        "max_salary_ratio": maybe(st.sampled_from([0.1, 0.35])),
    }  # fmt: skip
    measures = ["M1", "M2", "M3"]
    whole = draw(st.booleans())
    number = st.integers(0, 1500) if whole else st.integers(0, 15000).map(lambda n: n / 100)
    measured = {name: (draw(number), draw(st.sampled_from([100, 80, 3, 7.5, 1000]))) for name in measures}
    weights = draw(st.sampled_from([(1,), (0.5, 0.5), (0.6, 0.4), (0.42, 0.28, 0.3), (1 / 3, 1 / 3, 1 / 3)]))
    if len(weights) == 3 and weights[0] == 1 / 3:
        weights = (0.333333333333, 0.333333333333, 0.333333333334)
    components: list[dict[str, Any]] = []
    for at, weight in enumerate(weights):
        on, direction = (
            draw(st.sampled_from(["attainment", "actual"])),
            draw(st.sampled_from(["higher", "lower"])),
        )
        measure = draw(st.sampled_from(measures))
        around = exact(measured[measure][1]) if on == "actual" else Fraction(1)
        ratios = sorted(draw(st.sets(st.sampled_from([50, 80, 90, 100, 110, 125]), min_size=1, max_size=4)))
        spots = [float(around * r / 100) for r in ratios]
        falling = direction == "lower" and on == "actual"
        pays = sorted(draw(st.lists(tenths, min_size=len(spots), max_size=len(spots))), reverse=falling)
        has_curve = draw(st.booleans()) or on == "actual"
        components.append({
            "component_id": f"C{at}", "weight": weight, "measure": measure, "on": on, "direction": direction,
            "curve": list(zip(spots, pays, strict=True)) if has_curve else None,
            "strict": draw(st.booleans()), "mode": draw(st.sampled_from(["linear", "step"])),
            "cap": maybe(st.sampled_from([0.8, 1.5])), "modified": draw(st.booleans()),
            "composite": maybe(st.sampled_from(["A", "B"])) if draw(st.booleans()) else None,
            "payout_of": draw(st.sampled_from([None, *(f"C{n}" for n in range(at))])),
        })  # fmt: skip
        other = components[-1]["payout_of"]
        ways = ["payout"] if other is None or components[int(other[1:])]["on"] == "actual" else _OF
        components[-1]["payout_of_on"] = draw(st.sampled_from(ways))
        joins = ["multiply"] if other is None else ["multiply", "greater", "lesser"]
        components[-1]["payout_of_join"] = draw(st.sampled_from(joins))
        if draw(st.integers(0, 3)) == 0 and has_curve:  # exactly on a point
            spot = exact(draw(st.sampled_from(spots)))
            goal = measured[measure][1]
            if on == "actual":
                measured[measure] = (float(spot), goal)
            elif direction == "higher":
                measured[measure] = (float(spot * exact(goal)), goal)
    gates: Rows = []
    for _ in range(draw(st.integers(0, 3))):
        of = draw(st.sampled_from([None, *range(len(components))]))
        on = draw(st.sampled_from(["attainment", "actual", *(["payout"] if of else [])]))
        measure = f"C{draw(st.integers(0, of - 1))}" if on == "payout" else draw(st.sampled_from(measures))
        near = measured[measure][0] if on == "actual" and draw(st.booleans()) else draw(tenths)
        gates.append({
            "component_id": None if of is None else f"C{of}", "measure": measure, "on": on, "minimum": near,
            "direction": draw(st.sampled_from(["higher", "lower"])), "strict": draw(st.booleans()),
            "join": draw(st.sampled_from(["all", "any", "any"])),
            "otherwise": draw(st.sampled_from([0, 0, 0.25, 0.5])),
        })  # fmt: skip
    modified = any(one["modified"] for one in components)
    return {
        "plan": plan, "components": components, "gates": gates, "measured": measured,
        "target": draw(st.integers(1, 10**7).map(lambda n: n / 100)),
        "company": draw(st.sampled_from([0.9, 1, 1.2])),
        "own": draw(st.sampled_from([0.4, 0.95, 1, 1.25, 1.3])) if modified else None,
        "own_weights": len(components) > 1 and draw(st.booleans()),
    }  # fmt: skip


def tables(made: dict[str, Any]) -> dict[str, Rows]:
    plan = {"plan_id": "P", "model": "base_bonus", "pay_period": "year", "target_basis": "amount"}
    named = (
        "component_id",
        "weight",
        "measure",
        "on",
        "direction",
        "cap",
        "modified",
        "composite",
        "payout_of",
        "payout_of_on",
        "payout_of_join",
    )
    found: dict[str, Rows] = {
        "plans": [plan | {name: value for name, value in made["plan"].items() if value is not None}],
        "components": [
            {"plan_id": "P", "type": "metric", "curve_id": one["component_id"] if one["curve"] else None,
             "scope": "individual"} | {name: one[name] for name in named}
            for one in made["components"]
        ],
        "curves": [
            {"curve_id": one["component_id"], "attainment": x, "payout": y,
             **({"strict": one["strict"], "mode": one["mode"]} if not at else {})}
            for one in made["components"] for at, (x, y) in enumerate(one["curve"] or ())
        ],
        "gates": [{"plan_id": "P", **gate} for gate in made["gates"]],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 100000,
                    "target_amount": made["target"], "hire_date": date(2020, 1, 1)}],
        "results": [
            {"period": "2026", "scope": "individual", "id": "E1", "measure": name, "actual": actual,
             "goal": goal}
            for name, (actual, goal) in made["measured"].items()
        ],
    }  # fmt: skip
    if made["own_weights"]:  # the plan has the weights in another order, the person those that are meant
        found["targets"] = [
            {"employee_id": "E1", "component_id": one["component_id"], "weight": one["weight"]}
            for one in made["components"]
        ]
        for row, one in zip(found["components"], reversed(made["components"]), strict=True):
            row["weight"] = one["weight"]
    if made["own"] is not None:
        found["ratings"] = [{"rating": "R", "factor": made["own"]}]
        found["modifiers"] = [
            {"period": "2026", "scope": "company", "id": None, "factor": made["company"], "rating": None},
            {"period": "2026", "scope": "individual", "id": "E1", "factor": None, "rating": "R"},
        ]
    return found


def raws(of: dict[str, Rows]) -> list[RawTable]:
    return typed(of)


@given(plans())
def test_plans_pay_what_their_definitions_say(made: dict[str, Any]) -> None:
    try:
        lines = list(run(raws(tables(made)), "2026").dicts())
    except Exception as error:
        assert "cannot be at least" in str(error), error
        event("two gates contradict each other")
        return
    assert [Fraction(str(line["amount"])) for line in lines] == oracle(made)
