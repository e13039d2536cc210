"""Plans as their documents say them, on what becomes of what is earned: paid by the engine, to the cent."""

from datetime import date

import pytest
from published import records
from typed import typed

from csm_xl.engine.run import run

RECORDS = records("published_payable.jsonl")


def paid(period, **tables):
    """The lines of a company whose tables are typed as rows of cells by name."""
    raws = typed(tables)
    return list(run(raws, period).dicts())


def people(plan, *who):
    return [{"employee_id": one, "plan_id": plan, "base_salary": 60000, "hire_date": date(2024, 1, 8)}
            for one in who]  # fmt: skip


def sales(who, *amounts):
    """A deal on the tenth of each month of 2026."""
    return [{"deal_id": f"{who}-{month}", "date": date(2026, month, 10), "amount": amount, "employee_id": who}
            for month, amount in enumerate(amounts, 1)]  # fmt: skip


COMMISSIONED = {
    "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "month", "target_basis": "amount"}],
    "components": [{"plan_id": "P", "component_id": "commission", "type": "commission", "rate": 0.1}],
}


def test_every_example_is_paid():
    assert set(RECORDS) == {"H7", "Q1", "Q2", "Q3"}


@pytest.mark.parametrize("case", range(4))
def test_a_draw_agreement(case):
    given, expected = RECORDS["H7"]["inputs"], RECORDS["H7"]["expected"]
    earned = given["earned"][min(case, 1)]
    terms = {"employee_id": "A", "kind": "draw", "from": date(2026, 1, 1), "amount": given["draw"],
             "recovery_share": "50%", "recovery_of": given["recovery_of"][case]}  # fmt: skip
    for month, (total, owed) in enumerate(
        zip(expected["paid"][case], expected["balance"][case], strict=True), 1
    ):
        lines = paid(f"2026-{month:02}", **COMMISSIONED, roster=people("P", "A"), arrangements=[terms],
                     deals=sales("A", *(10 * amount for amount in earned)))  # fmt: skip
        assert round(sum(line["amount"] for line in lines), 2) == total
        assert lines[-1]["note"].endswith(f"{owed} after") and lines[-1]["type"] == "draw"


@pytest.mark.parametrize("case", range(2))
def test_a_pool_with_a_maximum_per_person(case):
    given, expected = RECORDS["Q1"]["inputs"], RECORDS["Q1"]["expected"]
    plan = {"plan_id": "P", "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount"}
    shared = {"plan_id": "P", "component_id": "pool", "type": "pool", "pool_amount": given["pool"],
              "measure": "points", "pool_person_cap": given["cap"]}  # fmt: skip
    points = [{"period": "2026-Q1", "scope": "individual", "id": who, "measure": "points", "actual": weight}
              for who, weight in zip("ABC", given["weights"][case], strict=True)]  # fmt: skip
    lines = paid("2026-Q1", plans=[plan], components=[shared], roster=people("P", *"ABC"), results=points)
    assert [line["amount"] for line in lines] == expected[case]


def test_amounts_below_fifty_are_carried():
    given, expected = RECORDS["Q2"]["inputs"], RECORDS["Q2"]["expected"]
    plan = COMMISSIONED["plans"][0] | {"payment_threshold": given["threshold"]}
    deals = sales("A", *(round(10 * amount, 2) for amount in given["earned"]))
    lines = paid("2026-Q1", **COMMISSIONED | {"plans": [plan]}, roster=people("P", "A"), deals=deals)
    by_month = [
        round(sum(line["amount"] for line in lines if line["period"] == f"2026-{month:02}"), 2)
        for month in (1, 2, 3)
    ]
    assert by_month == expected


def test_who_is_eligible_for_an_annual_bonus():
    given, expected = RECORDS["Q3"]["inputs"], RECORDS["Q3"]["expected"]
    plan = {"plan_id": "P", "model": "base_bonus", "pay_period": "year", "target_basis": "amount",
            "target_value": given["target"], "must_be_employed": "pay_date", "minimum_days": 90,
            "waiting_days": 60, "forfeit_reasons": "resignation, cause"}  # fmt: skip
    measured = {"plan_id": "P", "component_id": "revenue", "type": "metric", "weight": 1,
                "measure": "revenue", "scope": "company"}  # fmt: skip
    roster = people("P", *"ABCDE")
    roster[1] |= {"leave_date": date(2026, 2, 10), "leave_reason": "Resignation"}
    roster[2] |= {"leave_date": date(2025, 6, 30), "leave_reason": "Retirement"}
    roster[3] |= {"hire_date": date(2025, 11, 1)}
    roster[4] |= {"hire_date": date(2025, 3, 1)}
    year = {"period": "2025", "start": date(2025, 1, 1), "end": date(2025, 12, 31),
            "pay_date": date(2026, 3, 15)}  # fmt: skip
    at_goal = {"period": "2025", "scope": "company", "id": "company", "measure": "revenue", "actual": 50_000,
               "goal": 50_000}  # fmt: skip
    lines = paid(
        "2025", plans=[plan], components=[measured], roster=roster, periods=[year], results=[at_goal]
    )
    assert [line["amount"] for line in lines] == expected
