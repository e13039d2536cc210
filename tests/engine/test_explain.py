"""What is told of a line leads to its amount: every number that went in, and the cells they came from."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from scenarios import Maker, raw
from small_company import company, raws, result, steps

from csm_xl.analysis.explain import Explanation, explain


def to_date(**component: Any) -> dict[str, list[dict[str, Any]]]:
    tables = company(cumulative="ytd_sum", **component)
    tables["results"] = [result("E0001", 1.1, 1), result("E0001", 0.8, 1, period="2026-Q2")]
    return tables


def test_a_true_up_tells_targets_to_date_and_what_was_paid() -> None:
    told = steps(to_date(), period="2026-Q2")
    cells = [f"results, row {row} ({column})" for row in (3, 2) for column in ("actual", "goal")]
    assert told["Attainment"][2:] == ["(0.8 + 1.1) / (1 + 1)", pytest.approx(0.95), "; ".join(cells)]
    rule, put_in, value, source = told["Before the modifier"][1:]
    assert rule.startswith("component targets of the plan year to date × payout ratio, less what earlier")
    assert (put_in, value) == ("(2000 [2026-Q1] + 2000) × 0.95 − 2200 [2026-Q1]", 1600.0)
    before = [f"payouts, C of 2026-Q1 ({column})" for column in ("component_target", "before_modifier")]
    assert source == "; ".join(["components, row 2 (cumulative)", *before])


def test_a_true_up_tells_the_cell_of_what_was_really_paid() -> None:
    tables = to_date()
    tables["paid"] = [
        {"period": period, "employee_id": "E0001", "plan_id": "S", "component_id": "C", "amount": 100}
        for period in ("2025-Q4", "2026-Q1")
    ]
    told = steps(tables, period="2026-Q2")["Before the modifier"]
    assert told[2:4] == ["(2000 [2026-Q1] + 2000) × 0.95 − 100 [2026-Q1]", 3700.0]
    target = "payouts, C of 2026-Q1 (component_target)"
    assert told[4] == f"components, row 2 (cumulative); {target}; paid, row 3 (amount)"


def test_what_is_not_measured_in_a_true_up_is_not_told_as_one() -> None:
    tables = to_date()
    tables["results"][1]["actual"] = None
    told = steps(tables, period="2026-Q2")["Before the modifier"]
    assert told[1].startswith("what is not measured yet pays nothing, and takes nothing back")
    assert told[2:4] == ["0", 0.0]


def test_a_product_of_ratios_is_written_out() -> None:
    tables = company(weight=0.5)
    tables["plans"][0]["combination"] = "multiplicative"
    tables["components"].append(tables["components"][0] | {"component_id": "D", "measure": "NPS"})
    tables["results"] = [result("E0001", 1.25, 1), result("E0001", 0.6, 1, "NPS")]
    told = [row for row in explain(raws(tables), "E0001", "2026-Q1") if row[0] == "Before the modifier"]
    assert [row[2:4] for row in told] == [["1000 × 1.25 [C] × 0.6 [D]", 750.0]] * 2


def test_a_modifier_and_a_plan_cap_tell_their_numbers() -> None:
    tables = company(modified=True)
    tables["plans"][0] |= {"modifier_cap": 1.2, "plan_cap": 1.1}
    tables["roster"][0]["division"] = "East"
    tables["results"] = [result("E0001", 1, 1)]
    tables["modifiers"] = [
        {"period": "2026-Q1", "scope": "division", "factor": 1.3, "id": "West"},
        {"period": "2026-Q1", "scope": "company", "factor": 1.1, "id": None},
        {"period": "2026-Q2", "scope": "company", "factor": 1.7, "id": None},
        {"period": "2026-Q1", "scope": "division", "factor": 1.15, "id": "East"},
    ]
    told = steps(tables)
    assert told["Modifier"][2:4] == ["min(1.1 [company] × 1.15 [East], 1.2)", 1.2]
    places = "modifiers, row 3 (factor); modifiers, row 5 (factor); plans, row 2 (modifier_cap)"
    assert told["Modifier"][4] == places
    assert told["Plan cap"][2:] == ["1.1 × 2000 / 2400 [C]", 1.1 * 2000 / 2400, "plans, row 2 (plan_cap)"]
    assert told["Amount"][3] == 2200.0


def test_each_version_of_a_component_is_told_by_its_own_terms() -> None:
    tables = company(type="spif", weight=None, measure=None, fixed_amount=500)
    tables["components"].append(
        tables["components"][0] | {"fixed_amount": 700, "valid_from": date(2026, 2, 10)}
    )
    tables["events"] = [
        {"date": date(2026, month, 5), "employee_id": "E0001", "component_id": "C"} for month in (2, 3)
    ]
    told = [row for row in explain(raws(tables), "E0001", "2026-Q1") if row[0] == "SPIF"]
    assert [row[2] for row in told] == ["1 [2026-02-05] × 500 + 1 [2026-03-05] × 700"]
    assert [row[3] for row in told] == [1200.0]


def test_somebody_without_a_line_is_told_why() -> None:
    tables = company("E0001", "E0002")
    tables["plans"].append(tables["plans"][0] | {"plan_id": "B", "model": "base_only"})
    tables["roster"][0]["plan_id"] = "B"
    tables["roster"][1]["leave_date"] = date(2025, 12, 31)
    plan, total = explain(raws(tables), "E0001", "2026-Q1")[1:]
    assert "no component and pays nothing" in plan[1]
    assert (plan[2], total[3]) == ("2026-01-01 to 2026-03-31", 0.0)
    why, total = explain(raws(tables), "E0002", "2026-Q1")[1:]
    assert "on no plan that pays in 2026-Q1" in why[1]
    assert total[3] == 0.0


# -- with a calculator ---------------------------------------------------------------------------------


TOKEN = re.compile(r"\s*(\[[^\]]*\]|\d+(?:\.\d+)?|min|max|[()×/+−,≥≤-])")


def calculated(words: str) -> Fraction | bool:
    """What a person types into a calculator, who reads × / + −, brackets, min and max, and nothing else."""
    tokens, at = [], 0
    while at < len(words.rstrip()):
        found = TOKEN.match(words, at)
        assert found, f"no calculation: {words!r} at {words[at:]!r}"
        if not found[1].startswith("["):
            tokens.append(found[1])
        at = found.end()
    tokens.append("")

    def number() -> Fraction:
        token = tokens.pop(0)
        if token in ("min", "max"):
            assert tokens.pop(0) == "("
            every = [total()]
            while tokens[0] == ",":
                tokens.pop(0)
                every.append(total())
            assert tokens.pop(0) == ")"
            return min(every) if token == "min" else max(every)
        if token == "(":
            value = total()
            assert tokens.pop(0) == ")", words
            return value
        if token == "-":
            return -number()
        return Fraction(token)

    def product() -> Fraction:
        value = number()
        while tokens[0] in ("×", "/"):
            value = value * number() if tokens.pop(0) == "×" else value / number()
        return value

    def total() -> Fraction:
        value = product()
        while tokens[0] in ("+", "−"):
            value = value + product() if tokens.pop(0) == "+" else value - product()
        return value

    value = total()
    if tokens[0] in ("≥", "≤"):
        nine = Fraction(1, 2 * 10**9)
        value = value + nine >= total() if tokens.pop(0) == "≥" else value - nine <= total()
    assert tokens == [""], words
    return value


def rounded(value: Fraction, unit: Fraction) -> Fraction:
    """To 9 decimals, then to the unit, halves away from zero."""
    for step in (Fraction(1, 10**9), unit):
        size = abs(value) / step + Fraction(1, 2)
        value = (size.numerator // size.denominator) * step * (1 if value >= 0 else -1)
    return value


def shared(values: list[Fraction], unit: Fraction) -> list[Fraction]:
    """The sum rounded, and its last units given by largest remainder, ties to the earlier."""
    nine = [rounded(value, Fraction(1, 10**9)) / unit for value in values]
    floors = [Fraction(value.numerator // value.denominator) for value in nine]
    spare = rounded(sum(values, Fraction()), unit) / unit - sum(floors)
    order = sorted(range(len(values)), key=lambda at: (floors[at] - nine[at], at))
    for at in order[: int(spare)]:
        floors[at] += 1
    return [value * unit for value in floors]


WORDS_ONLY = ("Plan", "No plan", "Component")


def recomputed(told: list[list[Any]]) -> int:
    """Follows an explanation with a calculator; returns the number of amounts that it arrived at."""
    amounts = 0
    kept: dict[str, Fraction] = {}
    plan = component = ""
    for step, formula, inputs, value, source in told[1:]:
        if step == "Plan":
            plan = formula.split()[1]
        if step == "Component":
            component = formula.partition(":")[0]
        where = f"{step}: {formula} | {inputs} = {value}"
        if step in WORDS_ONLY or inputs == "not measured yet" or value is None:
            continue
        if step not in ("Earned", "Total"):
            assert source, where
        found = calculated(inputs)
        if isinstance(found, bool):
            assert found is value, where
            continue
        exactly = Fraction(repr(value))
        unit = re.search(r"rounded to (\d+(?:\.\d+)?)", formula)
        if step == "Amount" and "largest remainder" in formula:
            lines = re.findall(r"(-?\d+(?:\.\d+)?) \[(.*?)\]", formula)
            parts = shared([Fraction(part) for part, _ in lines], Fraction(unit[1]))
            names = [name for _, name in lines]
            assert len(set(names)) == len(names), where
            at = names.index(component if component in names else f"{plan} {component}")
            assert exactly == parts[at], where
            amounts += 1
        elif unit:
            assert rounded(found, Fraction(unit[1])) == exactly, where
            amounts += step == "Amount"
        else:
            assert abs(found - exactly) <= Fraction(1, 10**9) * max(1, abs(exactly)), where
        # What one step gives goes into the next: the person never has to look anything up again.
        numbers = [Fraction(token) for token in re.findall(r"\d+(?:\.\d+)?", inputs)]
        needs = {"Component target": "Target incentive", "Before the modifier": "Component target"}.get(step)
        if needs and inputs != "0":
            assert any(abs(one - kept[needs]) <= kept[needs] / 10**12 for one in numbers), where
        kept[step] = exactly
    return amounts


@pytest.mark.parametrize("seed", range(60))
def test_with_a_calculator_one_arrives_at_the_same_cent(seed: int) -> None:
    made = Maker(seed, round_inputs=seed % 2 == 0)
    explained = Explanation(raw(made.tables), made.asked)
    lines = list(explained.lines.dicts())
    for who in made.people:
        told = [["step", "formula", "inputs", "value", "source"]]
        for passage in explained.of(who):
            told += [[one.step, one.formula, one.inputs, one.value, one.source] for one in passage.steps]
        assert recomputed(told) == sum(line["employee_id"] == who for line in lines)
