"""What stops a run: said all at once, each with its place, what was found and how to fix it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pay_oracle import Oracle, Row, Rows
from scenarios import differences, engine, raw

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError, faults
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

PEOPLE = ("E0001", "E0002")


def company() -> Rows:
    """Two people, one plan, one quarter, and nothing wrong."""
    results = [("team", "T1", "GRR", 0.95, 1), ("company", "company", "NPS", 40, 50),
               ("individual", "E0001", "CSAT", 0.9, 1), ("individual", "E0002", "CSAT", 0.7, 1)]  # fmt: skip
    return {
        "plans": [{"plan_id": "S", "model": "base_bonus", "pay_period": "quarter", "target_basis": "ratio",
                   "target_value": 0.1, "valid_from": None, "valid_to": None}],
        "components": [
            {"plan_id": "S", "component_id": "RET", "type": "metric", "weight": 0.4, "measure": "GRR",
             "scope": "team", "curve_id": "R", "gate_measure": "CSAT", "gate_scope": "individual",
             "gate_minimum": 0.8, "direction": None, "method": None},
            {"plan_id": "S", "component_id": "CO", "type": "metric", "weight": 0.2, "measure": "NPS",
             "scope": "company"},
            {"plan_id": "S", "component_id": "MBO", "type": "goals", "weight": 0.4},
            {"plan_id": "S", "component_id": "UP", "type": "commission", "rate": 0.02},
            {"plan_id": "S", "component_id": "SP", "type": "spif", "fixed_amount": 250},
        ],
        "curves": [{"curve_id": "R", "attainment": 0.9, "payout": 0.5},
                   {"curve_id": "R", "attainment": 1, "payout": 1}],
        "roster": [{"employee_id": who, "plan_id": "S", "base_salary": 80000, "hire_date": date(2024, 1, 1),
                    "team": "T1", "target_ratio": None} for who in PEOPLE],
        "changes": [{"employee_id": "E0002", "from": date(2026, 2, 1), "base_salary": 82000,
                     "plan_id": None}],
        "results": [{"period": "2026-Q1", "scope": scope, "id": ident, "measure": measure, "actual": actual,
                     "goal": goal} for scope, ident, measure, actual, goal in results],
        "goals": [{"period": "2026-Q1", "employee_id": who, "goal": goal, "weight": weight, "score": 1}
                  for who in PEOPLE for goal, weight in (("a", 0.6), ("b", 0.4))],
        "deals": [{"deal_id": "D1", "date": date(2026, 2, 3), "amount": 10000}],
        "credits": [{"deal_id": "D1", "employee_id": who, "share": 0.5} for who in PEOPLE],
        "events": [{"date": date(2026, 2, 3), "employee_id": "E0001", "component_id": "SP"}],
        "periods": [],
    }  # fmt: skip


def put(table: str, row: int, **values: Any) -> Callable[[Rows], None]:
    """A change of some cells of a row."""

    def change(tables: Rows) -> None:
        tables[table][row] |= values

    return change


def drop(table: str, *rows: int) -> Callable[[Rows], None]:
    """A table without some of its rows."""

    def change(tables: Rows) -> None:
        tables[table] = [row for i, row in enumerate(tables[table]) if i not in rows]

    return change


def all_of(*changes: Callable[[Rows], None]) -> Callable[[Rows], None]:
    def change(tables: Rows) -> None:
        for each in changes:
            each(tables)

    return change


Found = tuple[str, str, Any, str, str]  # code, place, what was found; words of the message and of the hint
CASES: dict[str, tuple[Callable[[Rows], None], list[Found]]] = {
    "unknown plan": (
        put("roster", 0, plan_id="Z"),
        [("#N/A", "roster, row 2 (plan_id)", "Z", "no plan_id 'Z'", "plans: S")],
    ),
    "unknown plan in a change": (
        put("changes", 0, plan_id="Z"),
        [("#N/A", "changes, row 2 (plan_id)", "Z", "no plan_id 'Z'", "plans: S")],
    ),
    "unknown curve": (
        put("components", 0, curve_id="Q"),
        [("#N/A", "components, row 2 (curve_id)", "Q", "no curve_id 'Q'", "curves: R")],
    ),
    "unknown component": (
        put("events", 0, component_id="XX"),
        [("#N/A", "events, row 2 (component_id)", "XX", "no component_id 'XX'", "CO, MBO, RET, SP, UP")],
    ),
    "event of a component that events do not pay": (
        put("events", 0, component_id="RET"),
        [("#VALUE!", "events, row 2 (component_id)", "RET", "not paid by events", "milestone or spif")],
    ),
    "credit of somebody unknown": (
        put("credits", 0, employee_id="E9"),
        [("#N/A", "credits, row 2 (employee_id)", "E9", "no employee_id 'E9'", "E0001, E0002")],
    ),
    "weights that do not sum to 1": (
        put("components", 1, weight=0.1),
        [("#VALUE!", "components, row 2 (weight)", 0.9, "sum to 0.9", "sum to 1")],
    ),
    "spif without an amount": (
        put("components", 4, fixed_amount=None),
        [("#VALUE!", "components, row 6 (fixed_amount)", None, "has none", "Fill fixed_amount")],
    ),
    "no result of a person": (
        drop("results", 3),
        [("#N/A", "results", None, "no result CSAT of individual E0002 for 2026-Q1",
          "Add a row 2026-Q1, individual, E0002, CSAT")],
    ),
    "no result of a team": (
        drop("results", 0),
        [("#N/A", "results", None, "to pay E0001, E0002", "Add a row 2026-Q1, team, T1, GRR")],
    ),
    "no result of the company": (
        drop("results", 1),
        [("#N/A", "results", None, "no result NPS of company", "Add a row 2026-Q1, company, company, NPS")],
    ),
    "goal of zero": (
        put("results", 0, goal=0),
        [("#NUM!", "results, row 2 (goal)", 0.0, "goal of GRR is not above 0", "Type a goal above 0")],
    ),
    "negative goal": (
        put("results", 1, goal=-5),
        [("#NUM!", "results, row 3 (goal)", -5.0, "goal of NPS is not above 0", "Type a goal above 0")],
    ),
    "blank goal": (
        put("results", 0, goal=None),
        [("#VALUE!", "results, row 2 (goal)", None, "the goal is blank", "Type a goal above 0")],
    ),
    "blank goal of a gate": (
        put("results", 2, goal=None),
        [("#VALUE!", "results, row 4 (goal)", None, "the goal is blank", "Type a goal above 0")],
    ),
    "actual of zero turned over": (
        all_of(put("components", 1, direction="lower", method="inverse"), put("results", 1, actual=0)),
        [("#NUM!", "results, row 3 (actual)", 0.0, "no inverse attainment", "complement")],
    ),
    "no team": (
        put("roster", 1, team=None),
        [("#VALUE!", "roster, row 3 (team)", None, "E0002 has no team", "Fill the team")],
    ),
    "no goals": (
        drop("goals", 2, 3),
        [("#N/A", "goals", None, "E0002 has no goals for 2026-Q1", "Add the person's goals")],
    ),
    "goals that do not sum to 1": (
        put("goals", 3, weight=0.3),
        [("#VALUE!", "goals, row 4 (weight)", 0.9, "E0002's goals in 2026-Q1 sum to 0.9", "sum to 1")],
    ),
    "no target": (
        put("plans", 0, target_value=None),
        [("#VALUE!", "roster, row 2 (target_ratio)", None, "E0001 has no target_ratio", "target_value"),
         ("#VALUE!", "changes, row 2 (target_ratio)", None, "E0002 has no target_ratio", "target_value")],
    ),
    "a date before the plan starts": (
        put("plans", 0, valid_from=date(2026, 6, 1)),
        [("#N/A", f"roster, row {row} (plan_id)", "2026-03-31", "no version in effect", "Date a version")
         for row in (2, 3)],
    ),
    "a move to a plan before it starts": (
        all_of(
            lambda t: t["plans"].append(t["plans"][0] | {"plan_id": "N", "valid_from": date(2026, 3, 1)}),
            lambda t: t["components"].append(
                {"plan_id": "N", "component_id": "N1", "type": "goals", "weight": 1}
            ),
            put("changes", 0, plan_id="N"),
        ),
        [("#N/A", "changes, row 2 (from)", "2026-02-01", "before the plan starts", "starts on 2026-03-01")],
    ),
    "shares over 1": (
        put("credits", 0, share=0.6),
        [("#VALUE!", "credits, row 2 (share)", 1.1, "sum to 1.1 (E0001 0.6, E0002 0.5)", "over_assignment")],
    ),
    "many at once": (
        all_of(put("results", 0, goal=None), put("roster", 1, team=None), drop("results", 1, 2),
               drop("goals", 2, 3)),
        [("#VALUE!", "roster, row 3 (team)", None, "no team", "Fill the team"),
         ("#VALUE!", "results, row 2 (goal)", None, "the goal is blank", "Type a goal"),
         ("#N/A", "results", None, "no result CSAT of individual E0001", "Add a row"),
         ("#N/A", "results", None, "no result NPS of company", "Add a row"),
         ("#N/A", "goals", None, "E0002 has no goals", "Add the person's goals")],
    ),
    "many in the tables": (
        all_of(put("components", 1, weight=0.1), put("credits", 0, share=0.6),
               put("roster", 0, plan_id="Z"), put("results", 1, goal=0)),
        [("#VALUE!", "components, row 2 (weight)", 0.9, "sum to 0.9", "sum to 1"),
         ("#N/A", "roster, row 2 (plan_id)", "Z", "no plan_id 'Z'", "plans: S")],
    ),
}  # fmt: skip


def stopped(tables: Rows, asked: Any = "2026-Q1", **options: Any) -> list[Found]:
    with pytest.raises(CsmError) as caught:
        run(raw(tables), asked, **options)
    return [(i.code, i.where, i.got, i.message, i.hint) for i in caught.value.issues]


def matches(found: Found, wanted: Found) -> bool:
    return found[:3] == wanted[:3] and wanted[3] in found[3] and wanted[4] in found[4]


def test_the_company_itself_can_be_paid() -> None:
    assert not differences(engine(company(), "2026-Q1"), Oracle(company()).pay("2026-Q1"))


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_said(name: str) -> None:
    change, wanted = CASES[name]
    tables = company()
    change(tables)
    found = stopped(tables)
    if name != "many in the tables":  # what is found of tables there is not all that a run would find
        assert len(found) == len(wanted), found
    for each in wanted:
        assert sum(matches(one, each) for one in found) == 1, (each, found)


@pytest.mark.parametrize(
    ("asked", "code", "got", "message", "hint"),
    [
        ("2026-01", "#VALUE!", "2026-01", "the plan pays by the quarter", "Ask for a quarter or longer"),
        (date(2026, 1, 5), "#VALUE!", "2026-01", "a month was requested", "Ask for a quarter or longer"),
        ("2026-Q7", "#VALUE!", "2026-Q7", "not a period", "2026-Q1"),
        ("soon", "#VALUE!", "soon", "not a period", "2026-Q1"),
        (None, "#VALUE!", None, "the period is blank", "2026-Q1"),
    ],
)
def test_periods_that_cannot_be_paid(asked: Any, code: str, got: Any, message: str, hint: str) -> None:
    (found,) = stopped(company(), asked)
    assert matches(found, (code, "period", got, message, hint)), found


def test_a_period_that_the_periods_table_lacks() -> None:
    tables = company()
    tables["periods"] = [{"period": "2026-Q1", "start": date(2026, 1, 1), "end": date(2026, 3, 31)}]
    (found,) = stopped(tables, "2026-Q3")
    assert matches(found, ("#N/A", "period", "2026-Q3", "unknown period", "The periods table has 2026-Q1"))
    tables["periods"][0]["period"] = "FY26-Q1"
    named = stopped(tables, "FY26-Q1")
    places = [f"results, row {row} (period)" for row in range(2, 6)] + [
        f"goals, row {row} (period)" for row in range(2, 6)
    ]
    assert [found[1] for found in named] == places
    assert all("FY26-Q1" in found[4] and found[2] == "2026-Q1" for found in named)


def test_months_of_a_calendar_without_a_15th() -> None:
    tables = company()
    tables["plans"][0] |= {"valuation": "period_end", "proration": "months"}
    tables["periods"] = [{"period": "2026-Q1", "start": date(2026, 1, 16), "end": date(2026, 2, 12)}]
    (found,) = stopped(tables)
    assert matches(found, ("#VALUE!", "plans, row 2 (plan_id)", "months", "has no 15th", "calendar_days"))


@pytest.mark.parametrize(
    ("change", "out"),
    [
        (drop("results", 3), {"E0002": ["no result CSAT of individual E0002"]}),
        (put("roster", 1, team=None), {"E0002": ["E0002 has no team"]}),
        (
            all_of(put("roster", 0, team=None), drop("goals", 0, 1)),
            {"E0001": ["no team", "E0001 has no goals"]},
        ),
        (put("results", 2, goal=None), {"E0001": ["the goal is blank"]}),
        (drop("results", 1), {"E0001": ["no result NPS of company"], "E0002": ["no result NPS of company"]}),
    ],
    ids=["no result", "no team", "two reasons", "blank goal", "everybody"],
)
def test_people_who_cannot_be_paid_are_left_out_and_listed(
    change: Callable[[Rows], None], out: dict[str, list[str]]
) -> None:
    tables = company()
    change(tables)
    assert stopped(tables)
    lines = run(raw(tables), "2026-Q1", skip_errors=True)
    assert [who for who, _ in lines.left_out] == list(out)
    assert all(reason in why for who, why in lines.left_out for reason in out[who])
    whole = [row for row in Oracle(company()).pay("2026-Q1") if row["employee_id"] not in out]
    assert not differences(lines, whole)
    assert {row[1] for row in lines.totals()[1:]} == set(PEOPLE) - set(out)


def test_what_a_period_lacks_is_told_beside_the_errors() -> None:
    tables = company()
    all_of(put("roster", 0, base_salary="eighty"), put("components", 1, weight=0.1),
           put("curves", 1, attainment=0.8), put("results", 0, goal=0), drop("results", 3),
           drop("goals", 2, 3))(tables)  # fmt: skip
    found = stopped(tables)
    assert [issue[1] for issue in found] == [
        "roster, row 2 (base_salary)", "components, row 2 (weight)", "curves, row 3 (attainment)",
        "results, row 2 (goal)", "results", "goals",
    ]  # fmt: skip
    assert "no result CSAT of individual E0002" in found[4][3]
    assert "E0002 has no goals" in found[5][3]
    asked = stopped(tables, "2026-01")
    assert [issue[1] for issue in asked][-1] == "period"


def test_what_seems_to_be_missing_may_stand_in_a_row_that_cannot_be_read() -> None:
    tables = company()
    all_of(put("results", 3, id=None), drop("goals", 2, 3))(tables)
    assert [issue[1] for issue in stopped(tables)] == ["results, row 5 (id)"]


def test_nothing_is_looked_up_in_plans_that_contradict_themselves() -> None:
    tables = company()
    all_of(put("plans", 0, valid_from=date(2026, 2, 1), valid_to=date(2026, 1, 1)), drop("results", 3))(
        tables
    )
    assert [issue[1] for issue in stopped(tables)] == ["plans, row 2 (valid_to)"]


def test_a_wrong_plan_is_nobodys_to_skip() -> None:
    tables = company()
    put("components", 1, weight=0.1)(tables)
    assert stopped(tables, skip_errors=True) == stopped(tables)


def test_a_deal_without_the_date_that_credits_it_is_a_warning() -> None:
    tables = company()
    tables["components"].append(tables["components"][3] | {"component_id": "UP2"})
    for row, kinds in ((3, "renewal"), (5, "upsell")):
        tables["components"][row] |= {"credit_date": "effective", "deal_kinds": kinds}
    days = (("renewal", None), ("renewal", date(2026, 2, 3)), ("new", None))
    tables["deals"] = [
        {"deal_id": f"D{n}", "date": date(2026, 2, 3), "amount": 10000, "kind": kind,
         "effective_date": day, "employee_id": "E0001"} for n, (kind, day) in enumerate(days, 1)
    ]  # fmt: skip
    (found,) = faults(load_tables(raw(tables), component_types(), PAY_TABLES)[1])
    assert (found.severity, found.where) == ("warning", "deals, row 2 (effective_date)")
    assert (
        found.message == "UP credits deals by their effective date, but deal D1 has none, so it pays nothing"
    )


def test_an_unmeasured_result_pays_nothing_and_says_so() -> None:
    tables = company()
    tables["results"][1] |= {"actual": None, "goal": None}
    lines: list[Row] = list(engine(tables, "2026-Q1").dicts())
    waiting = [line for line in lines if line["component_id"] == "CO"]
    assert [(line["amount"], line["actual"], line["goal"], line["attainment"]) for line in waiting] == [
        (0.0, None, None, None)
    ] * 2
    assert all("missing actual" in line["note"] for line in waiting)
