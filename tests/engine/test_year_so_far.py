"""The person's year before it is over: what is measured, and the target of what is not, distinguished."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sweeps import swept
from test_person_year import Given, raws, typed

from csm_xl.engine.person_year import person_years, total_pay
from csm_xl.engine.run import run
from csm_xl.errors import CsmError

QUARTERS = [f"2025-Q{quarter}" for quarter in (1, 2, 3, 4)]
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]


def company(quarters: int = 4, months: int = 0) -> Given:
    """E1 on a quarterly plan, E2 on a monthly one; with the results of so many quarters and months."""
    plan = {"model": "base_bonus", "target_basis": "ratio", "target_value": 0.1}
    given: Given = {
        "plans": [{"plan_id": "Q", "pay_period": "quarter", **plan},
                  {"plan_id": "M", "pay_period": "month", **plan}],
        "components": [{"plan_id": name, "component_id": "GRR", "type": "metric", "weight": 1,
                        "measure": "GRR"} for name in "QM"],
        "roster": [{"employee_id": who, "plan_id": plan_id, "base_salary": 96000,
                    "hire_date": date(2024, 1, 1), "leave_date": None}
                   for who, plan_id in (("E1", "Q"), ("E2", "M"))],
        "results": [{"period": period, "scope": "individual", "id": who, "measure": "GRR", "actual": 0.5,
                     "goal": 1}
                    for who, periods in (("E1", QUARTERS[:quarters]), ("E2", MONTHS[:months]))
                    for period in periods],
    }  # fmt: skip
    return {name: rows for name, rows in given.items() if rows}


def years(given: Given, rest: str = "zero", through: Any = None) -> dict[str, dict[str, Any]]:
    header, *rows = total_pay(raws(given), 2025, None, rest, through)
    return {row[1]: dict(zip(header, row, strict=True)) for row in rows}


def so_far(row: dict[str, Any]) -> tuple[Any, ...]:
    return row["variable"], row["variable_through"], row["unmeasured_target"]


def test_each_plan_is_paid_as_far_as_its_own_periods_are_measured() -> None:
    first, second = years(company(2, 5)).values()
    assert so_far(first) == (2400, "2025-Q2", 4800)  # half of 2,400 a quarter
    assert so_far(second) == (2000, "2025-05", 5600)  # half of 800 a month, and seven months
    assert [(row["base"], row["total"]) for row in (first, second)] == [(96000, 98400), (96000, 98000)]


def test_at_target_the_rest_is_in_variable_and_the_total_and_the_tax() -> None:
    zero, target = years(company(2, 5))["E1"], years(company(2, 5), "target")["E1"]
    assert so_far(target) == (7200, "2025-Q2", 4800)
    assert (target["total"], target["wages"]) == (103200, 103200)
    assert target["federal_tax"] > zero["federal_tax"]
    assert target["net"] == round(
        103200 - target["federal_tax"] - target["state_tax"] - target["payroll_tax"], 2
    )


def test_a_plan_without_results_of_its_periods_goes_as_far_as_the_others() -> None:
    given = company(2, 6)
    given["plans"].append(dict(given["plans"][0], plan_id="Y", pay_period="year"))
    given["components"].append(dict(given["components"][0], plan_id="Y"))
    given["roster"].append(dict(given["roster"][0], employee_id="E3", plan_id="Y"))
    assert so_far(years(given)["E3"]) == (0, None, 9600)
    assert so_far(years(given, "target")["E3"]) == (9600, None, 9600)


def test_what_is_missing_in_a_measured_period_is_an_error_and_what_is_blank_is_told() -> None:
    given = company(2, 5)
    given["results"] = [row for row in given["results"] if (row["id"], row["period"]) != ("E1", "2025-Q1")]
    with pytest.raises(CsmError) as failed:
        years(given)
    assert "2025-Q1" in str(failed.value)
    given["results"].append(dict(given["results"][0], id="E1", period="2025-Q1", actual=None))
    assert so_far(years(given)["E1"]) == (1200, "2025-Q2", 7200)
    assert so_far(years(given, "target")["E1"]) == (8400, "2025-Q2", 7200)


def test_goals_without_an_actual_measure_nothing() -> None:
    given = company(4, 12)
    for row in given["results"]:
        if row["period"] in ("2025-Q3", "2025-Q4"):
            row["actual"] = None
    result = person_years(raws(given), 2025)
    assert (result.paid[-1], result.open) == ("2025-12", ("2025-Q3", "2025-Q4"))
    assert so_far(dict(zip(*result.rows[:2], strict=True))) == (2400, "2025-Q2", 4800)


def test_scored_goals_and_accounts_measure() -> None:
    given = company(1, 12)
    given["components"][0] = {"plan_id": "Q", "component_id": "MBO", "type": "goals", "weight": 1}
    given["goals"] = [{"period": period, "employee_id": "E1", "goal": "a", "weight": 1, "score": 1}
                      for period in QUARTERS[:3]]  # fmt: skip
    assert so_far(years(given)["E1"]) == (7200, "2025-Q3", 2400)
    given = company(0, 12)
    given["accounts"] = [{"period": "2025-Q1", "account_id": "A", "employee_id": "E1", "start": 100,
                          "end": 75}]  # fmt: skip
    assert so_far(years(given)["E1"]) == (1800, "2025-Q1", 7200)


def test_through_says_what_the_results_do_not() -> None:
    assert so_far(years(company(3, 12), through="2025-Q1")["E1"]) == (1200, "2025-Q1", 7200)
    assert so_far(years(company(3, 12), through="2025-03")["E2"]) == (1200, "2025-03", 7200)
    before = years(company(0, 0), "target", "2024-Q4")["E1"]
    assert so_far(before) == (9600, None, 9600)  # a year ahead, all of it at target
    with pytest.raises(CsmError) as failed:
        years(company(3, 12), through="soon")
    assert (failed.value.where, failed.value.got) == ("through", "soon")
    with pytest.raises(CsmError) as failed:
        years(company(3, 12), "half")
    assert (failed.value.where, "zero, target" in str(failed.value)) == ("rest", True)


def test_a_year_of_which_nothing_is_measured_is_no_year_of_zeros() -> None:
    with pytest.raises(CsmError) as failed:
        years(company(0, 0))
    assert "no result GRR" in str(failed.value)


def test_deals_need_no_results() -> None:
    given = company(0, 0)
    given["components"] = [{"plan_id": name, "component_id": "C", "type": "commission", "rate": 0.1}
                           for name in "QM"]  # fmt: skip
    given["deals"] = [{"deal_id": "D", "date": date(2025, 8, 1), "amount": 1000, "employee_id": "E1"}]
    assert so_far(years(given)["E1"]) == (100, "2025-Q4", 0)
    assert so_far(years(given, through="2025-Q2")["E1"]) == (0, "2025-Q2", 4800)


def test_who_comes_later_or_has_left() -> None:
    given = company(2, 6)
    given["roster"][0]["leave_date"] = date(2025, 3, 31)
    given["roster"][1]["hire_date"] = date(2025, 9, 1)
    found = years(given)
    assert so_far(found["E1"]) == (1200, "2025-Q1", 0)
    assert so_far(found["E2"]) == (0, None, 3200)


def test_adjustments_count_in_their_period() -> None:
    given = company(2, 6)
    given["adjustments"] = [{"period": period, "employee_id": "E1", "amount": amount, "reason": "r"}
                            for period, amount in (("2025-Q2", 10), ("2025-Q3", 1000))]  # fmt: skip
    assert so_far(years(given)["E1"]) == (2410, "2025-Q2", 4800)


def test_people_who_cannot_be_paid_are_left_out() -> None:
    given = company(2, 6)
    given["results"] = [row for row in given["results"] if (row["id"], row["period"]) != ("E1", "2025-Q1")]
    result = person_years(raws(given), 2025, skip_errors=True)
    assert [row[1] for row in result.rows[1:]] == ["E2"]
    assert [who for who, _ in result.left_out] == ["E1"]


def month_days(name: str) -> list[date]:
    first = date(2025, int(name[5:]), 1)
    days = [first + timedelta(n) for n in range(31)]
    return [day for day in days if day.month == first.month]


@pytest.mark.parametrize("seed", swept(range(8)))
def test_against_fractions_day_by_day(seed: int) -> None:
    """Pay to date is that of the lines, and the rest the daily targets of each open period to the cent."""
    rng = random.Random(seed)
    quarters, months = rng.randint(1, 3), rng.randint(1, 11)
    given = company(quarters, months)
    basis = rng.choice(("ratio", "amount", "ote"))
    unit = Fraction(rng.choice((1, 100)), 100)
    for plan in given["plans"]:
        plan |= {"target_basis": basis, "base_share": round(rng.uniform(0.5, 0.9), 3),
                 "rounding_unit": float(unit)}  # fmt: skip
        del plan["target_value"]
    given["changes"] = []
    for person in given["roster"]:
        last = date(2025, 12, 31) - timedelta(rng.randint(0, 60))
        person |= {
            "base_salary": round(rng.uniform(40000, 160000), 4),
            "fte": rng.choice((1, 0.8, 0.333)),
            "target_ratio": rng.choice((0.1, 0.085, 0.333333)),
            "target_amount": round(rng.uniform(100, 10000), 4),
            "ote": round(rng.uniform(10**4, 10**5), 4),
            "hire_date": date(2024, 6, 1) + timedelta(rng.randint(0, 213)),
            "leave_date": rng.choice((None, last)),
        }
        given["changes"].append({
            "employee_id": person["employee_id"], "from": date(2025, 2, 1) + timedelta(rng.randint(0, 300)),
            "base_salary": rng.randint(50000, 99999), "fte": rng.choice((None, 0, 0.5)),
        })  # fmt: skip
    every = person_years(raws(given), 2025)
    rows = {row[1]: dict(zip(every.rows[0], row, strict=True)) for row in every.rows[1:]}
    for person, change, parts, done in zip(
        given["roster"], given["changes"], (QUARTERS, MONTHS), (quarters, months), strict=True
    ):
        rest = Fraction(0)
        for at, name in enumerate(parts[done:], done):
            named = MONTHS[at * 3 : at * 3 + 3] if parts is QUARTERS else [name]
            days = [day for month in named for day in month_days(month)]
            money = Fraction(0)
            for day in days:
                if not person["hire_date"] <= day <= (person["leave_date"] or date.max):
                    continue
                now = person | {k: v for k, v in change.items() if v is not None and day >= change["from"]}
                fte = typed(now["fte"])
                plan = given["plans"][0 if parts is QUARTERS else 1]
                money += fte * {
                    "ratio": typed(now["base_salary"]) * typed(now["target_ratio"]),
                    "amount": typed(now["target_amount"]),
                    "ote": typed(now["ote"]) * (1 - typed(plan["base_share"])),
                }[basis]  # fmt: skip
            rest += (money / len(days) / len(parts) / unit + Fraction(1, 2)) // 1 * unit
        row = rows[person["employee_id"]]
        assert typed(row["unmeasured_target"]) == rest
        alone = given | {
            name: [
                each for each in given[name] if each.get("id", each.get("employee_id")) == row["employee_id"]
            ]
            for name in ("roster", "changes", "results")
        }
        lines = [line for name in parts[:done] for line in run(raws(alone), name).dicts()]
        assert typed(row["variable"]) == sum((typed(line["amount"]) for line in lines), Fraction(0))
        assert row["variable_through"] == parts[done - 1]


def test_all_at_target_is_a_year_in_which_everything_meets_its_goal() -> None:
    """Two runs that know nothing of each other's way: no results at all, and all results at their goal."""
    given = company(4, 12)
    for row in given["results"]:
        row["actual"] = 1
    met, planned = years(given), years(given, "target", "2024")
    for who, row in met.items():
        told = {"variable_through": None, "unmeasured_target": row["variable"]}
        assert planned[who] == row | told
