"""Whole plans of public documents, typed as they say them, pay what they print."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from published import records
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.explain import Explanation
from csm_xl.engine.run import run
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES, RawTable

Rows = dict[str, list[dict[str, Any]]]
PUBLISHED = records("published_plans.jsonl")


def raws(tables: Rows) -> list[RawTable]:
    return typed(tables)


def paid(tables: Rows, period: str) -> list[dict[str, Any]]:
    """The lines of a period; nothing is found in the tables, not even a note."""
    found = load_tables(raws(tables), component_types(), PAY_TABLES)[1]
    assert [(issue.where, issue.message) for issue in found] == []
    Explanation(raws(tables), period).of(tables["roster"][0]["employee_id"])
    return list(run(raws(tables), period).dicts())


def totals(tables: Rows, period: str) -> dict[str, float]:
    total: dict[str, float] = {}
    for line in paid(tables, period):
        total[line["employee_id"]] = round(total.get(line["employee_id"], 0) + line["amount"], 2)
    return total


def people(plan: str, **targets: float) -> list[dict[str, Any]]:
    return [{"employee_id": who, "plan_id": plan, "base_salary": 2 * target, "target_amount": target,
             "hire_date": date(2001, 1, 1)} for who, target in targets.items()]  # fmt: skip


def curve(name: str, *points: tuple[float, float], **options: Any) -> list[dict[str, Any]]:
    rows = [{"curve_id": name, "attainment": at, "payout": payout} for at, payout in points]
    return [rows[0] | options, *rows[1:]]


def result(period: str, measure: str, actual: float, goal: float | None = None, who: str = "company",
           scope: str = "company") -> dict[str, Any]:  # fmt: skip
    return {"period": period, "scope": scope, "id": who, "measure": measure, "actual": actual, "goal": goal}


# A listed company's annual bonus, proxy statement (DEF 14A) of 2024, fiscal year to 2023-09-30: points of
# EBIT and cash flow in millions, of net working capital in days; the corporate composite rounded to 0.1%.
INDIVIDUAL = {"A": 1.25, "B": 1.6, "C": 1.3, "D": 1.8, "E": 0.9}
BONUS: Rows = {
    "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "year", "target_basis": "amount",
               "rounding": "total", "rounding_unit": 1, "round_composite": 0.001, "year_start": 10}],
    "periods": [{"period": "FY23", "start": date(2022, 10, 1), "end": date(2023, 9, 30), "year": 2023,
                 "share": 1}],
    "components": [
        {"plan_id": "P", "component_id": name, "type": "metric", "weight": weight, "measure": measure,
         "scope": "company", "curve_id": name, "on": "actual", "direction": direction,
         "composite": "corporate"}
        for name, weight, measure, direction in (
            ("ebit", 0.42, "EBIT", "higher"), ("nwc", 0.14, "NWC days", "lower"),
            ("cash", 0.14, "DFCF", "higher"))
    ] + [{"plan_id": "P", "component_id": "individual", "type": "metric", "weight": 0.3,
          "measure": "individual payout", "scope": "individual", "on": "actual"}],
    "curves": [
        *curve("ebit", (505, 0.5), (631, 1), (694, 2)),
        *curve("nwc", (73, 0.5), (68, 1), (66, 1), (61, 2)),
        *curve("cash", (273, 0.5), (363, 0.95), (403, 1.05), (493, 2)),
    ],
    "roster": people("P", A=1320000, B=462888, C=355749, D=388704, E=388571),
    "results": [
        result("FY23", "EBIT", 553), result("FY23", "NWC days", 80), result("FY23", "DFCF", 355),
        *(result("FY23", "individual payout", payout, who=who, scope="individual")
          for who, payout in INDIVIDUAL.items()),
    ],
}  # fmt: skip


def test_a_bonus_on_points_in_the_measures_own_units_and_a_rounded_composite():
    found = totals(BONUS, "FY23")
    assert found == {"A": 1045704, "B": 415303, "C": 287161, "D": 372067, "E": 267026}


@pytest.mark.parametrize(("days", "ratio"), [
    (73.1, 0), (73, 0.5), (70.5, 0.75), (68, 1), (67, 1), (66, 1), (63.5, 1.5), (61, 2), (50, 2),
])  # fmt: skip
@pytest.mark.parametrize("backward", [False, True])
def test_a_curve_in_days_pays_more_for_fewer_however_its_points_are_sorted(days, ratio, backward):
    tables = {**BONUS, "results": [row | {"actual": days} if row["measure"] == "NWC days" else row
                                   for row in BONUS["results"]]}  # fmt: skip
    if backward:
        rows = [row for row in BONUS["curves"] if row["curve_id"] == "nwc"][::-1]
        tables["curves"] = [*(row for row in BONUS["curves"] if row["curve_id"] != "nwc"), *rows]
    line = next(line for line in paid(tables, "FY23") if line["component_id"] == "nwc")
    assert line["payout_ratio"] == ratio
    assert line["attainment"] is None


@pytest.mark.parametrize(("actual", "amount"), [(0.11, 5000), (0.1099, 0), (0.17, 10000), (0.14, 7500)])
def test_performance_shares_on_points_of_a_return(actual, amount):
    """The same company's performance shares: return on net assets of 11.0% pays 50%, the target is 17.0%."""
    tables: Rows = {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "year", "target_basis": "amount"}],
        "components": [{"plan_id": "P", "component_id": "rona", "type": "metric", "weight": 1,
                        "measure": "RONA", "scope": "company", "curve_id": "rona", "on": "actual"}],
        "curves": curve("rona", (0.11, 0.5), (0.17, 1)),
        "roster": people("P", A=10000),
        "results": [result("2023", "RONA", actual)],
    }  # fmt: skip
    assert totals(tables, "2023") == {"A": amount}


# An executive bonus of 2007: nothing of either part unless profit is at least 90% of budget and the audit
# score at least 3; percentages to the nearest whole.
EXECUTIVE: Rows = {
    "plans": [{"plan_id": "X", "model": "base_bonus", "pay_period": "year", "target_basis": "amount",
               "round_ratio": 0.01}],
    "components": [
        {"plan_id": "X", "component_id": "profit", "type": "metric", "weight": 0.75, "measure": "Profit",
         "scope": "company", "curve_id": "profit"},
        {"plan_id": "X", "component_id": "objectives", "type": "metric", "weight": 0.25,
         "measure": "Objectives", "on": "actual"},
    ],
    "gates": [
        {"plan_id": "X", "measure": "Profit", "minimum": 0.9, "scope": "company"},
        {"plan_id": "X", "measure": "Audit score", "minimum": 3, "scope": "company", "on": "actual"},
    ],
    "curves": curve("profit", (1, 1), (1.3, 2)),
    "roster": people("X", A=100000),
    "results": [],
}  # fmt: skip


@pytest.mark.parametrize(("profit", "score", "ratio", "objectives"), [
    (110, 3, 1.33, 0.8), (115, 3, 1.5, 0.8), (120, 3, 1.67, 0.8), (125, 4, 1.83, 0.8), (130, 3, 2, 0.8),
    (130, 2.9, 0, 0), (89, 3, 0, 0), (90, 3, 0, 0.8), (100, 3, 1, 0.8),
])  # fmt: skip
def test_an_executive_bonus_with_two_gates_and_whole_percentages(profit, score, ratio, objectives):
    results = [result("2007", "Profit", profit, 100), result("2007", "Audit score", score),
               result("2007", "Objectives", 0.8, who="A", scope="individual")]  # fmt: skip
    lines = {line["component_id"]: line for line in paid({**EXECUTIVE, "results": results}, "2007")}
    assert lines["profit"]["payout_ratio"] == ratio
    assert lines["objectives"]["payout_ratio"] == objectives
    assert lines["profit"]["amount"] == 75000 * ratio


def test_unit_goals_on_top_of_a_corporate_matrix():
    """A filing of 2006: a corporate payout from a matrix of bands, 75% of it paid as the corporate part, and
    the other 25% of the corporate payout in proportion to the unit's score."""
    bands = ((12, 16, 24), (16, 28, 32), (24, 32, 40))
    tables: Rows = {
        "plans": [{"plan_id": "U", "model": "base_bonus", "pay_period": "year", "target_basis": "ratio",
                   "target_value": 1}],
        "components": [
            {"plan_id": "U", "component_id": "corporate", "type": "metric", "weight": 0.75,
             "measure": "Earnings band", "scope": "company", "matrix_id": "M",
             "column_measure": "Revenue band", "on": "actual"},
            {"plan_id": "U", "component_id": "unit", "type": "metric", "weight": 0.25,
             "measure": "Unit score", "scope": "team", "on": "actual", "payout_of": "corporate"},
        ],
        "matrices": [{"matrix_id": "M", "row": r, "column": c, "payout": payout / 100}
                     for r, row in enumerate(bands, 1) for c, payout in enumerate(row, 1)],
        "roster": [{"employee_id": "A", "plan_id": "U", "base_salary": 100000, "team": "Unit 7",
                    "hire_date": date(2001, 1, 1)}],
        "results": [result("2006", "Earnings band", 2), result("2006", "Revenue band", 2),
                    result("2006", "Unit score", 0.6, who="Unit 7", scope="team")],
    }  # fmt: skip
    assert {line["component_id"]: line["amount"] for line in paid(tables, "2006")} == {
        "corporate": 21000, "unit": 4200,
    }  # fmt: skip


def own_actuals(plan: str, *components: dict[str, Any]) -> Rows:
    """A plan of measures whose actuals are the payout ratios: no goal is typed."""
    return {
        "plans": [{"plan_id": plan, "model": "base_bonus", "pay_period": "year", "target_basis": "amount"}],
        "components": [{"plan_id": plan, "type": "metric", "on": "actual"} | one for one in components],
    }


def test_achievements_that_are_the_payout_need_no_goal():
    record = PUBLISHED["K6"]
    salary, target, corporate, individual = record["inputs"].values()
    tables = own_actuals(
        "B",
        {"component_id": "corporate", "weight": 0.5, "measure": "Corporate goals", "scope": "company"},
        {"component_id": "individual", "weight": 0.5, "measure": "Individual performance"},
    ) | {
        "roster": people("B", A=salary * target),
        "results": [result("2018", "Corporate goals", corporate),
                    result("2018", "Individual performance", individual, who="A", scope="individual")],
    }  # fmt: skip
    assert totals(tables, "2018") == {"A": record["expected"]}


def test_a_corporate_achievement_times_a_personal_factor():
    record = PUBLISHED["K7"]
    first, second = record["inputs"]["targets"]
    factor = {"period": "2018", "scope": "individual", "factor": record["inputs"]["personal"]}
    tables = own_actuals(
        "O", {"component_id": "corporate", "weight": 1, "measure": "Corporate achievement",
              "scope": "company", "modified": True},
    ) | {
        "roster": people("O", A=first, B=second),
        "modifiers": [factor | {"id": who} for who in "AB"],
        "results": [result("2018", "Corporate achievement", record["inputs"]["corporate"])],
    }  # fmt: skip
    assert list(totals(tables, "2018").values()) == record["expected"]


def test_a_return_is_paid_by_what_it_exceeds_an_index():
    record = PUBLISHED["K8"]
    own = {"component_id": "tsr", "weight": 1, "measure": "TSR above index", "scope": "company",
           "curve_id": "tsr"}  # fmt: skip
    pairs = zip(record["inputs"]["return"], record["inputs"]["index"], strict=True)
    years = [result(str(2014 + at), "TSR above index", round(one - index, 4))
             for at, (one, index) in enumerate(pairs)]  # fmt: skip
    tables = own_actuals("T", own) | {
        "curves": curve("tsr", (0, 0), (0.02, 1)), "roster": people("T", A=10000), "results": years,
    }  # fmt: skip
    found = [totals(tables, year["period"])["A"] / 10000 for year in years]
    assert found == record["expected"]
