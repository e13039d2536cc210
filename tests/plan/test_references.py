"""Gates, ratings, roundings and references that cannot be: each finding with its place and what to do."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from typed import typed

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.load import load_tables
from csm_xl.plan.tables import PAY_TABLES, RawTable

Rows = dict[str, list[dict[str, Any]]]

SOUND: Rows = {
    "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "year", "target_basis": "amount"}],
    "components": [
        {"plan_id": "P", "component_id": "A", "type": "metric", "weight": 0.5, "measure": "GRR"},
        {"plan_id": "P", "component_id": "B", "type": "metric", "weight": 0.5, "measure": "NRR"},
        {"plan_id": "P", "component_id": "S", "type": "spif", "fixed_amount": 100},
    ],
    "roster": [{"employee_id": who, "plan_id": "P", "base_salary": 90000, "target_amount": 10000,
                "hire_date": date(2020, 1, 1)} for who in ("E1", "E2")],
    "results": [{"period": "2026", "scope": "individual", "id": who, "measure": measure, "actual": 95,
                 "goal": 100}
                for who in ("E1", "E2") for measure in ("GRR", "NRR")],
    "gates": [], "modifiers": [], "ratings": [{"rating": "3", "factor": 1}, {"rating": "4", "factor": 1.1}],
    "curves": [],
}  # fmt: skip


def with_(**more: Any) -> Rows:
    """The sound company, with rows added to tables, or changes to a row: ``components_1={...}``."""
    tables = copy.deepcopy(SOUND)
    for name, rows in more.items():
        table, _, at = name.partition("_")
        if at:
            tables[table][int(at)] |= rows
        else:
            tables[table] += rows
    return tables


def raws(tables: Rows) -> list[RawTable]:
    return typed(tables)


def found(tables: Rows) -> list[tuple[str, str, str, str]]:
    issues = load_tables(raws(tables), component_types(), PAY_TABLES)[1]
    return [(issue.severity, issue.where, issue.message, issue.hint) for issue in issues]


def gate(**values: Any) -> dict[str, Any]:
    return {"plan_id": "P", "component_id": "B", "measure": "GRR", "minimum": 0.9} | values


def test_the_sound_company_is_sound() -> None:
    assert found(with_(ratings=[])) == []


BAD: dict[str, tuple[Rows, str, str, str]] = {
    "no such component": (
        with_(gates=[gate(component_id="C")]), "gates, row 2 (component_id)",
        "plan P has no component 'C'", "Allowed: A, B, S; blank for all."),
    "a later component": (
        with_(gates=[gate(component_id="A", measure="B", on="payout")]), "gates, row 2 (measure)",
        "A refers to B, which is calculated after it", "Move B above A in components."),
    "itself": (
        with_(gates=[gate(measure="B", on="payout")]), "gates, row 2 (measure)", "B refers to itself",
        "Name an earlier component of the plan."),
    "a payout of no one": (
        with_(gates=[gate(measure="GRR", on="payout")]), "gates, row 2 (measure)",
        "plan P has no component 'GRR'", "Name a component of the plan."),
    "a payout that gates all": (
        with_(gates=[gate(component_id=None, measure="A", on="payout")]), "gates, row 2 (component_id)",
        "a gate on a payout does not say which component it gates",
        "Type the component; it must come after the one that is compared."),
    "a payout of the year": (
        with_(gates=[gate(measure="A", on="payout", span="ytd")]), "gates, row 2 (span)",
        "the payout of another component is that of the period",
        "Type period, or compare the measure itself of the plan year to date."),
    "two gates that contradict": (
        with_(gates=[gate(on="actual", minimum=95), gate(on="actual", minimum=90, direction="lower")]),
        "gates, row 3 (minimum)",
        "P B: GRR cannot be at least 95 and at most 90 (gates, row 2 (minimum))",
        "Correct one of the two gates, or set join to any in both."),
    "a gate of the plan and one of a component": (
        with_(gates=[gate(component_id=None, on="actual", minimum=95),
                     gate(on="actual", minimum=90, direction="lower", scope="individual")]),
        "gates, row 3 (minimum)",
        "P B: GRR cannot be at least 95 and at most 90 (gates, row 2 (minimum))",
        "Correct one of the two gates"),
    "a component's own gate and a row of gates": (
        with_(components_1={"gate_measure": "GRR", "gate_on": "actual", "gate_minimum": 95},
              gates=[gate(on="actual", minimum=90, direction="lower")]),
        "gates, row 2 (minimum)",
        "P B: GRR cannot be at least 95 and at most 90 (components, row 3 (gate_minimum))",
        "Correct one of the two gates"),
    "bounds that touch and are strict": (
        with_(gates=[gate(on="actual", minimum=95),
                     gate(on="actual", minimum=95, direction="lower", strict=True)]),
        "gates, row 3 (minimum)",
        "P B: GRR cannot be at least 95 and below 95 (gates, row 2 (minimum))",
        "Correct one of the two gates, or set join to any in both."),
    "a rounding unit of 0": (
        with_(plans_0={"round_ratio": 0}), "plans, row 2 (round_ratio)", "round_ratio is not above 0",
        "Type a number above 0."),
    "a composite of products": (
        with_(plans_0={"round_composite": 0.01, "combination": "multiplicative"}),
        "plans, row 2 (round_composite)", "plan P multiplies its ratios: it has no composite",
        "Use round_payout, or set combination to additive."),
    "a floor above its cap": (
        with_(plans_0={"individual_floor": 1.2, "individual_cap": 1}), "plans, row 2 (individual_floor)",
        "the floor of individual modifiers is above their cap of 1", "Type a floor at or below the cap."),
    "payouts of each other": (
        with_(components_0={"payout_of": "B"}, components_1={"payout_of": "A"}),
        "components, row 2 (payout_of)", "these components refer to each other: A → B → A",
        "Clear payout_of of one of them."),
    "gates on payouts of each other": (
        with_(gates=[gate(component_id="A", measure="B", on="payout"),
                     gate(component_id="B", measure="A", on="payout")]),
        "gates, row 2 (measure)", "these components refer to each other: A → B → A",
        "Remove the gate, or what leads back to its component."),
    "a gate on what multiplies with its component": (
        with_(components_1={"payout_of": "A"}, gates=[gate(component_id="A", measure="B", on="payout")]),
        "gates, row 2 (measure)", "these components refer to each other: A → B → A",
        "Remove the gate, or what leads back to its component."),
    "the payout ratio of a SPIF": (
        with_(components=[{"plan_id": "P", "component_id": "D", "type": "spif", "fixed_amount": 5,
                           "payout_of": "A"}]),
        "components, row 5 (payout_of)", "D is a spif, which has no payout ratio",
        "Allowed: goals, metric components of the plan."),
    "a kicker on a figure": (
        with_(components_0={"on": "actual", "kicker_ratio": 0.1}), "components, row 2 (kicker_ratio)",
        "component A is paid on the actual, in its own unit: a kicker is earned at an attainment of 1",
        "Clear kicker_ratio, or set on to attainment."),
    "nobody's modifier": (
        with_(modifiers=[{"period": "2026", "scope": "individual", "id": "E9", "factor": 1, "rating": None}]),
        "modifiers, row 2 (id)", "nobody on the roster is 'E9'", "Type the employee ID."),
    "neither factor nor rating": (
        with_(modifiers=[{"period": "2026", "scope": "individual", "id": "E1", "factor": None}]),
        "modifiers, row 2 (factor)", "E1's factor is missing",
        "Type the factor or the rating; 1 changes nothing."),
    "factor and rating": (
        with_(modifiers=[{"period": "2026", "scope": "individual", "id": "E1", "factor": 1, "rating": "3"}]),
        "modifiers, row 2 (factor)", "E1's modifier has a factor and a rating", "Clear one of them."),
    "the company's rating": (
        with_(modifiers=[{"period": "2026", "scope": "company", "factor": None, "rating": "3"}]),
        "modifiers, row 2 (rating)", "a rating is a person's, and this is the factor of a company",
        "Type the factor, and clear the rating."),
    "an unknown rating": (
        with_(modifiers=[{"period": "2026", "scope": "individual", "id": "E1", "factor": None,
                          "rating": "9"}]),
        "modifiers, row 2 (rating)", "there is no rating '9' in ratings", ""),
}  # fmt: skip


@pytest.mark.parametrize("which", BAD)
def test_what_cannot_be_is_refused_with_its_place(which: str) -> None:
    tables, where, message, hint = BAD[which]
    errors = [(place, said, fix) for severity, place, said, fix in found(tables) if severity == "error"]
    assert any(place == where and message in said and hint in fix for place, said, fix in errors), errors


def test_a_missing_rating_names_the_person() -> None:
    tables = with_(
        components_0={"modified": True},
        modifiers=[{"period": "2026", "scope": "individual", "id": "E1", "factor": None, "rating": "4"}],
    )
    with pytest.raises(CsmError) as caught:
        run(raws(tables), "2026")
    assert [issue.message for issue in caught.value.issues] == [
        "E2 has no individual modifier for 2026, which plan P needs of everyone on it"
    ]


def test_a_missing_rating_is_named_also_of_who_has_weights_of_their_own() -> None:
    own = [{"employee_id": "E2", "component_id": name, "weight": weight}
           for name, weight in (("A", 0.6), ("B", 0.4))]  # fmt: skip
    rated = {"period": "2026", "scope": "individual", "id": "E1", "factor": None, "rating": "4"}
    tables = with_(components_0={"modified": True}, modifiers=[rated]) | {"targets": own}
    with pytest.raises(CsmError, match="E2 has no individual modifier for 2026"):
        run(raws(tables), "2026")


def test_a_component_that_is_not_paid_in_the_period_cannot_be_referred_to() -> None:
    tables = with_(components_1={"payout_of": "A"})
    tables["components"][0] |= {"valid_from": None, "valid_to": date(2025, 12, 31), "weight": 1}
    tables["components"][1] |= {"valid_from": date(2026, 1, 1), "weight": 1}
    with pytest.raises(CsmError) as caught:
        run(raws(tables), "2026")
    assert [(issue.where, issue.message) for issue in caught.value.issues] == [
        ("components, row 3 (payout_of)", "B refers to A, which plan P does not pay in 2026")
    ]


def test_a_persons_factor_is_multiplied_after_the_bounded_company_factor() -> None:
    """Company 1.2, individual 1.25, modifier_cap 1.3: 1.5; a cap of the individual one bounds that."""
    own = [{"period": "2026", "scope": "individual", "id": who, "factor": 1.25} for who in ("E1", "E2")]
    company = {"period": "2026", "scope": "company", "id": None, "factor": 1.2}
    tables = with_(components_0={"modified": True}, modifiers=[company, *own], plans_0={"modifier_cap": 1.3})
    assert [line["modifier"] for line in run(raws(tables), "2026").dicts()][:3] == [1.5, 1, 1]
    tables["plans"][0]["individual_cap"] = 1.1
    assert next(line["amount"] for line in run(raws(tables), "2026").dicts()) == 6270


def test_a_rounded_attainment_passes_the_gate() -> None:
    """8,996 of 10,000 at a unit of 0.1% is 90.0%, which passes a gate of 90%."""
    tables = with_(
        plans_0={"round_attainment": 0.001},
        gates=[gate(component_id="A", measure="NRR")],
    )
    for row in tables["results"]:
        if row["measure"] == "NRR":
            row |= {"actual": 8996, "goal": 10000}
    assert next(iter(run(raws(tables), "2026").dicts()))["gate_met"] is True
    del tables["plans"][0]["round_attainment"]
    assert next(iter(run(raws(tables), "2026").dicts()))["gate_met"] is False


def test_a_gate_of_the_year_to_date_adds_up_what_was_measured() -> None:
    tables = with_(
        plans_0={"pay_period": "quarter"},
        gates=[gate(component_id="A", measure="NRR", span="ytd", minimum=0.9)],
    )
    quarters = {"2026-Q1": 80, "2026-Q2": 100, "2026-Q3": 95}
    tables["results"] = [
        {"period": period, "scope": "individual", "id": who, "measure": measure, "actual": actual,
         "goal": 100}
        for period, actual in quarters.items() for who in ("E1", "E2") for measure in ("GRR", "NRR")
    ]  # fmt: skip
    met = [
        next(line["gate_met"] for line in run(raws(tables), period).dicts() if line["component_id"] == "A")
        for period in quarters
    ]
    assert met == [False, True, True]  # 80%, 180/200, 275/300
    tables["results"] = [row for row in tables["results"] if row["period"] != "2026-Q1"]
    with pytest.raises(CsmError, match="there is no result NRR of individual E1 for 2026-Q1"):
        run(raws(tables), "2026-Q2")
