"""Accounts and answers of people whose plan does not use them are named; those that are used are not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.errors import Issue, grouped
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES

Plan = dict[str, list[dict[str, Any]]]
ENDS = (9000, 12000, 0, 7700, 8100, 9950)


def company(scope: str = "individual", measures: tuple[str, str] = ("GRR", "NPS")) -> Plan:
    """Two people who are paid on accounts and answers, and a third whose plan pays on calls alone."""
    plans = [{"plan_id": plan, "model": "base_variable", "pay_period": "quarter", "target_basis": "ratio",
              "target_value": 0.2} for plan in ("CARE", "SELL")]  # fmt: skip
    people = [("E1", "CARE", "North"), ("E2", "CARE", "North"), ("A1", "SELL", "Sales")]
    rows = [("E1", 9000), ("E1", 12000), ("E1", 8200), ("E2", 8000), ("E2", 8100), ("E2", 9900)]
    every = sorted({"E1", "E2"} if scope == "individual" else {"North"} if scope == "team" else {"company"})
    return {
        "plans": plans,
        "components": [
            {"plan_id": "CARE", "component_id": name.lower(), "type": "metric", "weight": 0.5,
             "measure": name, "scope": scope} for name in measures
        ] + [{"plan_id": "SELL", "component_id": "calls", "type": "metric", "weight": 1,
              "measure": "calls"}],
        "roster": [{"employee_id": who, "plan_id": plan, "base_salary": 80_000 + 1000 * at, "team": team,
                    "hire_date": date(2020, 1, 1)} for at, (who, plan, team) in enumerate(people)],
        "results": [{"period": "2026-Q1", "scope": scope, "id": who, "measure": measure, "goal": goal}
                    for who in every for measure, goal in zip(measures, (0.9, 30), strict=True)]
        + [{"period": "2026-Q1", "scope": "individual", "id": "A1", "measure": "calls", "actual": 9,
            "goal": 10}],
        "accounts": [{"period": "2026-Q1", "account_id": f"C{at}", "employee_id": who, "start": start,
                      "end": end}
                     for at, ((who, start), end) in enumerate(zip(rows, ENDS, strict=True))],
        "answers": [{"date": date(2026, 2, 1 + at), "measure": "NPS", "score": score, "employee_id": who}
                    for at, (who, score) in enumerate((("E1", 9), ("E2", 10), ("E1", 7), ("E2", 5)))],
    }  # fmt: skip


def told(plan: Plan) -> list[Issue]:
    return grouped(load_tables(typed(plan), component_types(), PAY_TABLES)[1])


@pytest.mark.parametrize("scope", ["individual", "team"])
@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("accounts", "no plan of A1 uses accounts in 2026-Q1, so account C1 pays nobody"),
        ("answers", "no plan of A1 uses NPS then, so this answer pays nobody"),
    ],
)
def test_a_row_of_a_person_whose_plan_does_not_use_it_is_named(scope: str, table: str, says: str) -> None:
    plan = company(scope)
    assert told(plan) == []
    plan[table][1]["employee_id"] = "A1"
    (note,) = told(plan)
    assert note.severity == "note" and says in note.message and note.where == f"{table}, row 3 (employee_id)"


def test_several_are_one_note_with_their_count() -> None:
    plan = company()
    for row in (1, 2, 4):
        plan["accounts"][row]["employee_id"] = "A1"
    (note,) = told(plan)
    assert "3 accounts are of people whose plan does not use accounts then" in note.message


def test_an_account_of_who_moved_to_another_plan_is_named() -> None:
    plan = company()
    plan["changes"] = [{"employee_id": "E2", "from": date(2026, 1, 1), "plan_id": "SELL"}]
    plan["results"][2:4] = [dict(plan["results"][-1], id="E2")]
    assert {note.where.split(",")[0] for note in told(plan)} == {"accounts", "answers"}
    plan["changes"][0]["from"] = date(2026, 3, 1)  # the first two months are paid on them
    plan["results"] += company()["results"][2:4]
    assert not [note for note in told(plan) if note.where.startswith(("accounts", "answers"))]


def test_what_counts_for_a_team_or_the_company_is_not_named() -> None:
    plan = company("team")
    plan["accounts"][1] |= {"employee_id": "A1", "team": "North"}
    plan["answers"][1] |= {"employee_id": "A1", "team": "North"}
    assert told(plan) == []
    plan = company("company")
    plan["accounts"][1]["employee_id"] = plan["answers"][1]["employee_id"] = "A1"
    assert told(plan) == []
