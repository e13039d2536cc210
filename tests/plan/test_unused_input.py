"""Parameters and rows that are typed and pay nothing, or pay twice, are named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import Issue
from csm_xl.plan.load import load_tables
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import PAY_TABLES

Row = dict[str, Any]
Plan = dict[str, list[Row]]


def company() -> Plan:
    """A quarterly plan with a component of each type, one person, one deal."""
    return {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "ratio", "target_value": 0.2}],
        "components": [
            {"plan_id": "P", "component_id": "grr", "type": "metric", "weight": 1, "measure": "GRR",
             "modified": True},
            {"plan_id": "P", "component_id": "up", "type": "commission", "rate": 0.02,
             "deal_kinds": "upsell"},
            {"plan_id": "P", "component_id": "win", "type": "spif", "fixed_amount": 100,
             "max_amount": 300},
            {"plan_id": "P", "component_id": "cert", "type": "milestone", "fixed_amount": 750},
        ],
        "roster": [{"employee_id": "E1", "plan_id": "P", "base_salary": 100_000,
                    "hire_date": date(2020, 1, 1)}],
        "results": [{"period": "2026-Q1", "scope": "individual", "id": "E1", "measure": "GRR",
                     "actual": 0.9, "goal": 0.9}],
        "deals": [{"deal_id": "D1", "date": date(2026, 2, 1), "amount": 50_000, "kind": "upsell"}],
        "credits": [{"deal_id": "D1", "employee_id": "E1", "role": "csm", "share": 1}],
        "events": [{"date": date(2026, 2, 1), "employee_id": "E1", "component_id": "cert"}],
        "modifiers": [{"period": "2026-Q1", "scope": "company", "factor": 1.1}],
    }  # fmt: skip


def raws(plan: Plan) -> list[RawTable]:
    return typed(plan)


def told(plan: Plan) -> list[Issue]:
    return load_tables(raws(plan), component_types(), PAY_TABLES)[1]


def test_a_sound_company_says_nothing() -> None:
    assert told(company()) == []


@pytest.mark.parametrize(
    ("table", "row", "typed", "says"),
    [
        ("components", 0, {"gate_otherwise": 0.5}, "there is no gate_measure, so gate_otherwise is not used"),
        ("components", 0, {"gate_on": "actual"}, "there is no gate_measure, so gate_on is not used"),
        ("components", 0, {"method": "inverse"}, "direction is not lower, so method is not used"),
        ("components", 0, {"column_direction": "lower"}, "there is no column_measure, so column_direction"),
        ("components", 1, {"tier_basis": "deal"}, "there is no tier_id, so tier_basis is not used"),
        ("components", 1, {"measure": "GRR"}, "it has no tiers on attainment, so measure is not used"),
        ("components", 1, {"cumulative": "ytd_sum"}, "a rate earns the same in every period, so cumulative"),
        ("components", 2, {"max_amount": 50}, "max_amount 50 is less than fixed_amount 100"),
        ("plans", 0, {"base_share": 0.8}, "target_basis is not ote, so base_share is not used"),
        ("modifiers", 0, {"factor": 0}, "the factor is 0"),
    ],
)  # fmt: skip
def test_a_parameter_that_nothing_reads_is_named(table: str, row: int, typed: Row, says: str) -> None:
    plan = company()
    plan[table][row] |= typed
    (issue,) = told(plan)
    assert issue.severity == "warning" and says in issue.message, issue
    assert f"row {row + 2}" in issue.where and next(iter(typed)) in issue.where


@pytest.mark.parametrize(
    ("table", "row", "typed"),
    [
        ("components", 0, {"gate_measure": "GRR", "gate_minimum": 0.8, "gate_otherwise": 0.5}),
        ("components", 0, {"direction": "lower", "method": "inverse"}),
        ("components", 0, {"gate_otherwise": 0}),  # the default
        ("components", 2, {"max_amount": 100}),
    ],
)
def test_a_parameter_that_is_read_is_not_named(table: str, row: int, typed: Row) -> None:
    plan = company()
    plan[table][row] |= typed
    assert told(plan) == []


def test_a_second_milestone_of_the_period_is_named_and_pays_nothing() -> None:
    plan = company()
    plan["events"].append({"date": date(2026, 3, 1), "employee_id": "E1", "component_id": "cert"})
    (issue,) = told(plan)
    assert "E1 met the milestone cert on 2026-02-01 (events, row 2 (date))" in issue.message
    assert issue.where == "events, row 3 (date)"
    lines = run(raws(plan), "2026-Q1").rows()
    column = {name: at for at, name in enumerate(lines[0])}
    (paid,) = [line[column["amount"]] for line in lines[1:] if line[column["component_id"]] == "cert"]
    assert paid == 750


def test_a_milestone_of_a_later_period_is_named_and_told_by_its_payout_line() -> None:
    plan = company()
    plan["events"].append({"date": date(2026, 4, 1), "employee_id": "E1", "component_id": "cert"})
    (note,) = told(plan)
    assert note.severity == "note" and note.where == "events, row 3 (date)"
    assert "on 2026-02-01 (events, row 2 (date)): it pays once a plan year" in note.message
    later = dict(plan["results"][0], period="2026-Q2")
    plan["results"].append(later)
    lines = run(raws(plan), "2026-Q2").rows()
    column = {name: at for at, name in enumerate(lines[0])}
    (line,) = [line for line in lines[1:] if line[column["component_id"]] == "cert"]
    assert line[column["amount"]] == 0 and line[column["note"]]


def test_a_milestone_of_the_next_plan_year_is_not_named() -> None:
    plan = company()
    plan["events"].append({"date": date(2027, 1, 8), "employee_id": "E1", "component_id": "cert"})
    assert told(plan) == []


def test_a_milestone_before_its_component_is_in_effect_leaves_the_next_one_paid() -> None:
    plan = company()
    plan["components"][3]["valid_from"] = date(2026, 4, 1)
    plan["events"].append({"date": date(2026, 4, 1), "employee_id": "E1", "component_id": "cert"})
    (issue,) = told(plan)
    assert issue.severity == "warning" and "E1 is on no plan whose cert is in effect" in issue.message


def test_a_person_whom_one_component_pays_in_two_roles_is_named() -> None:
    plan = company()
    plan["credits"].append({"deal_id": "D1", "employee_id": "E1", "role": "am", "share": 1})
    (issue,) = told(plan)
    assert "E1 is credited for deal D1 as csm and as am, and up pays both" in issue.message
    plan["components"][1]["credit_role"] = "csm"
    assert not any("pays both" in each.message for each in told(plan))


def test_days_between_two_fiscal_periods_are_named() -> None:
    plan = company()
    plan["periods"] = [
        {"period": "2026-Q1", "start": date(2026, 1, 1), "end": date(2026, 3, 31)},
        {"period": "2026-Q2", "start": date(2026, 4, 15), "end": date(2026, 6, 30)},
    ]
    (issue,) = told(plan)
    assert "the days 2026-04-01 to 2026-04-14 are in no quarter" in issue.message
    plan["periods"][1]["start"] = date(2026, 4, 1)
    assert told(plan) == []
    plan["periods"][1] = {"period": "2026-Q3", "start": date(2026, 7, 1), "end": date(2026, 9, 30)}
    assert told(plan) == []  # a whole quarter may be left out


@pytest.mark.parametrize(
    ("table", "typed", "says"),
    [
        ("roster", {"manager_id": "1.23457E+11"}, "manager_id is a number that a spreadsheet shortened"),
        ("deals", {"account_id": "1.2E+15"}, "account_id is a number that a spreadsheet shortened"),
        ("roster", {"manager_id": "1E5"}, ""),
        ("roster", {"manager_id": "M77"}, ""),
    ],
)
def test_an_id_that_lost_digits_is_named(table: str, typed: Row, says: str) -> None:
    plan = company()
    plan[table][0] |= typed
    found = [issue.message for issue in told(plan)]
    assert bool(found) == bool(says) and all(says in message for message in found)


@pytest.mark.parametrize("name", ["N/A", "nan", "None", "(blank)", "TBD"])
def test_a_person_without_an_id_is_named(name: str) -> None:
    plan = company()
    person = dict(plan["roster"][0], employee_id=name)
    plan["roster"].append(person)
    (issue,) = told(plan)
    assert f"employee_id {name!r} means that there is no ID" in issue.message


def csat(**more: Any) -> Row:
    return {"period": "2026-Q1", "scope": "individual", "id": "E1", "measure": "CSAT", "actual": 0.9, **more}


@pytest.mark.parametrize("component", ["up", "grr", "win", ""])
def test_the_measure_of_a_gate_is_used_by_every_type(component: str) -> None:
    plan = company()
    plan["gates"] = [{"plan_id": "P", "component_id": component, "measure": "CSAT", "minimum": 0.8,
                      "on": "actual"}]  # fmt: skip
    plan["results"].append(csat())
    assert told(plan) == []


def test_the_goal_of_a_gate_on_the_actual_is_what_exports_have() -> None:
    plan = company()
    plan["components"][0] |= {"on": "actual", "curve_id": "C"}
    plan["curves"] = [{"curve_id": "C", "attainment": 0.85, "payout": 0.5},
                      {"curve_id": "C", "attainment": 0.95, "payout": 1.5}]  # fmt: skip
    plan["gates"] = [{"plan_id": "P", "component_id": "grr", "measure": "CSAT", "minimum": 0.8,
                      "on": "actual"}]  # fmt: skip
    plan["results"] = [{**plan["results"][0], "goal": None}, csat(goal=0.9)]
    assert told(plan) == []
    plan["results"][0]["goal"] = 0.9
    assert [one.message for one in told(plan)] == ["the goal 0.9 of GRR is not used: only its actual counts"]


@pytest.mark.parametrize(
    ("scope", "floor"), [("company", "modifier_floor"), ("individual", "individual_floor")]
)
def test_a_factor_of_0_is_said_unless_the_plan_allows_it(scope: str, floor: str) -> None:
    plan = company()
    who = plan["roster"][0]["employee_id"] if scope == "individual" else None
    plan["modifiers"] = [{"period": "2026-Q1", "scope": scope, "id": who, "factor": 0}]
    assert any("the factor is 0" in issue.message and floor in issue.hint for issue in told(plan))
    plan["plans"][0][floor] = 0
    assert not any("the factor is 0" in issue.message for issue in told(plan))
