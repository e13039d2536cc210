"""What a payout line says about itself where a rule decides more than its figures show."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from small_company import company, pay, result, steps

Rows = dict[str, list[dict[str, Any]]]
LEAVE = "a deal or event is of a day of unpaid leave, and paid"
TEAM = "the team changed in the period: the result of the last day's team counts for all of it"
DIVISION = "the division changed in the period: the modifier of the last day's division counts for all of it"


def dollars(**component: Any) -> Rows:
    """A person who is on unpaid leave in February."""
    made = company(**component)
    made["components"][0].pop("weight")
    made["components"][0].pop("measure")
    made["changes"] = [
        {"employee_id": "E0001", "from": date(2026, 2, 1), "fte": 0},
        {"employee_id": "E0001", "from": date(2026, 3, 1), "fte": 1},
    ]
    return made


def note(made: Rows) -> str | None:
    (line,) = pay(made, "2026-Q1")
    found: str | None = line["note"]
    return found


@pytest.mark.parametrize(("day", "says"), [(date(2026, 2, 10), LEAVE), (date(2026, 3, 1), None)])
def test_a_deal_of_a_day_of_unpaid_leave_is_paid_and_says_so(day: date, says: str | None) -> None:
    made = dollars(type="commission", rate=0.05)
    made["deals"] = [{"deal_id": "D1", "date": day, "amount": 1000, "employee_id": "E0001"}]
    assert note(made) == says
    assert pay(made, "2026-Q1")[0]["amount"] == 50
    assert steps(made)["Commission"]


@pytest.mark.parametrize("kind", ["spif", "milestone"])
@pytest.mark.parametrize(("day", "says"), [(date(2026, 2, 10), LEAVE), (date(2026, 1, 31), None)])
def test_an_event_of_a_day_of_unpaid_leave_is_paid_and_says_so(
    kind: str, day: date, says: str | None
) -> None:
    made = dollars(type=kind, fixed_amount=200)
    made["events"] = [{"date": day, "employee_id": "E0001", "component_id": "C"}]
    assert note(made) == says
    assert pay(made, "2026-Q1")[0]["amount"] == 200


def teams(scope: str, day: date) -> Rows:
    made = company(scope=scope)
    made["results"] = [
        result("T1", 0.5, 1, scope="team"), result("T2", 1, 1, scope="team"), result("E0001", 1, 1),
    ]  # fmt: skip
    made["changes"] = [{"employee_id": "E0001", "from": day, "team": "T2"}]
    return made


@pytest.mark.parametrize(
    ("day", "says", "ratio"),
    [(date(2026, 3, 31), TEAM, 1), (date(2026, 2, 1), TEAM, 1), (date(2026, 1, 1), None, 1),
     (date(2026, 4, 1), None, 0.5)],
)  # fmt: skip
def test_a_team_that_changes_inside_the_period_is_named(day: date, says: str | None, ratio: float) -> None:
    made = teams("team", day)
    assert note(made) == says
    assert pay(made, "2026-Q1")[0]["amount"] == 2000 * ratio


def test_a_team_that_nothing_is_paid_by_is_not_named() -> None:
    assert note(teams("individual", date(2026, 2, 1))) is None


def test_a_gate_on_the_team_names_the_change_too() -> None:
    made = teams("individual", date(2026, 2, 1))
    made["components"][0] |= {"gate_measure": "CSAT", "gate_scope": "team", "gate_minimum": 0.4}
    assert note(made) == TEAM


@pytest.mark.parametrize(("scope", "says"), [("division", DIVISION), ("company", None)])
def test_a_division_that_changes_inside_the_period_is_named_where_divisions_have_factors(
    scope: str, says: str | None
) -> None:
    made = company(modified=True)
    made["results"] = [result("E0001", 1, 1)]
    made["roster"][0]["division"] = "North"
    made["changes"] = [{"employee_id": "E0001", "from": date(2026, 3, 1), "division": "South"}]
    factor = {"period": "2026-Q1", "scope": scope, "factor": 1.1}
    made["modifiers"] = [factor | ({"id": "South"} if scope == "division" else {})]
    assert note(made) == says
    assert pay(made, "2026-Q1")[0]["amount"] == 2200


@pytest.mark.parametrize(
    ("factor", "says", "amount"),
    [(1.5, "the modifier is held to the plan's floor or cap", 2400), (1.2, None, 2400), (1.1, None, 2200)],
)
def test_a_modifier_that_the_plan_bounds_says_so(factor: float, says: str | None, amount: float) -> None:
    made = company(modified=True)
    made["plans"][0]["modifier_cap"] = 1.2
    made["results"] = [result("E0001", 1, 1)]
    made["modifiers"] = [{"period": "2026-Q1", "scope": "company", "factor": factor}]
    assert note(made) == says
    assert pay(made, "2026-Q1")[0]["amount"] == amount
