"""The person's year, from base pay to net, by hand and by fractions."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sweeps import swept

from csm_xl.engine.person_year import HEADER, person_years, total_pay
from csm_xl.errors import CsmError
from csm_xl.functions import call
from csm_xl.plan.tables import RawTable

Row = dict[str, Any]
Given = dict[str, list[Row]]


def company() -> Given:
    """E1 all of 2025 with a raise in April; E2 from July to September."""
    return {
        "plans": [{"plan_id": "P", "model": "base_variable", "pay_period": "quarter",
                   "target_basis": "amount", "target_value": 0, "currency": "USD"}],
        "components": [{"plan_id": "P", "component_id": "SALES", "type": "commission", "rate": 0.1}],
        "roster": [
            {"employee_id": "E1", "plan_id": "P", "base_salary": 80000, "hire_date": date(2024, 1, 1),
             "leave_date": None, "state": "CA", "filing_status": "single", "deferral_ratio": 0.06},
            {"employee_id": "E2", "plan_id": "P", "base_salary": 60000, "hire_date": date(2025, 7, 1),
             "leave_date": date(2025, 9, 30)},
        ],
        "changes": [{"employee_id": "E1", "from": date(2025, 4, 1), "base_salary": 90000}],
        "deals": [{"deal_id": "D1", "date": date(2025, 5, 5), "amount": 100000, "employee_id": "E1"}],
        "grants": [
            {"employee_id": "E1", "shares": 1001, "grant_date": date(2024, 3, 1), "schedule": "25/25/25/25"},
            {"employee_id": "E1", "shares": 100, "grant_date": date(2024, 6, 1), "schedule": "25/25/25/25",
             "kind": "nso", "strike": 12},
        ],
        "prices": [{"date": date(2025, 6, 1), "price": 50.5}, {"date": date(2025, 1, 1), "price": 40}],
        "benefits": [
            {"item": "Health", "amount": 9000},
            {"item": "401k", "match_from": 0.03, "match_to": 0.05, "match_rate": 0.5},
            {"item": "401k", "match_from": 0, "match_to": 0.03, "match_rate": 1},
            {"item": "Wellness", "ratio": 0.01},
        ],
        "other_pay": [{"employee_id": "E2", "date": date(2025, 7, 1), "amount": 5000, "reason": "sign-on"},
                      {"employee_id": "E2", "date": date(2024, 7, 1), "amount": 1, "reason": "before"}],
    }  # fmt: skip


def raws(given: Given) -> list[RawTable]:
    tables = []
    for name, rows in given.items():
        columns = list(dict.fromkeys(column for row in rows for column in row))
        body = [[row.get(column) for column in columns] for row in rows]
        tables.append(RawTable.of_sheet(name.capitalize(), [columns, *body], f"tbl{name.capitalize()}"))
    return tables


def years(given: Given, year: Any = 2025, tax_year: int | None = None) -> dict[str, Row]:
    header, *rows = total_pay(raws(given), year, tax_year)
    assert header == list(HEADER)
    return {row[1]: dict(zip(header, row, strict=True)) for row in rows}


def test_by_hand() -> None:
    first, second = years(company()).values()
    assert first["base"] == 87500  # 80,000 / 4 + 90,000 × 3/4
    assert first["variable"] == 10000
    assert first["equity"] == 10962.5  # 250 shares at 40, and 25 options at 50.50 − 12
    assert first["benefits"] == 13375  # 9,000 + 1% and a match of 4% of 87,500
    assert first["total"] == 121837.5
    assert first["wages"] == 107500  # options are no wages before they are exercised
    assert second["base"] == 15000
    assert second["benefits"] == 2418.49  # 92 of 365 days of 9,000, and 1% of 15,000; nothing saved
    assert (second["other"], second["total"], second["state_tax"]) == (5000, 22418.49, 0)


def test_totals_and_net_are_those_of_the_worksheet_functions() -> None:
    for who, state in (("E1", "CA"), ("E2", None)):
        row = years(company())[who]
        parts = (row[name] for name in ("benefits", "other"))
        total = call("CSM_TOTALCOMP", row["base"], row["variable"], 1, row["equity"], *parts)
        assert round(total, 9) == row["total"]
        net = call("CSM_NETPAY", row["wages"], 2025, "single", state)
        assert round(net, 9) == pytest.approx(row["net"], abs=0.015)  # each tax is rounded to the cent
        taxes = [call("CSM_TAX", row["wages"], 2025, "single", None, kind) for kind in ("federal", "fica")]
        assert [round(tax, 2) for tax in taxes] == [row["federal_tax"], row["payroll_tax"]]
        assert row["net"] == round(
            row["wages"] - row["federal_tax"] - row["state_tax"] - row["payroll_tax"], 2
        )


def test_what_vests_after_leaving_is_not_theirs() -> None:
    given = company()
    given["roster"][0]["leave_date"] = date(2025, 5, 31)
    assert years(given)["E1"]["equity"] == 10000  # the options would vest on 1 June


def test_own_benefits_take_the_place_of_everyones() -> None:
    given = company()
    given["benefits"].append({"item": "Health", "employee_id": "E1", "amount": 12000})
    assert years(given)["E1"]["benefits"] == 16375
    assert years(given)["E2"]["benefits"] == 2418.49


def test_variable_is_what_is_payable_and_reaches_who_has_left() -> None:
    given = company()
    given["arrangements"] = [{"employee_id": "E1", "kind": "draw", "from": date(2025, 1, 1), "amount": 4000}]
    given["adjustments"] = [{"period": "2025-Q4", "employee_id": "E2", "amount": 300, "reason": "churn",
                             "kind": "clawback"}]  # fmt: skip
    found = years(given)
    # Quarters 4,000, 10,000 − 4,000 recovered, 4,000, 4,000.
    assert (found["E1"]["variable"], found["E2"]["variable"]) == (18000, -300)
    given["roster"][1] |= {"hire_date": date(2024, 1, 1), "leave_date": date(2024, 12, 31)}
    given["other_pay"] = given["other_pay"][1:]
    row = years(given)["E2"]
    assert (row["base"], row["total"], row["wages"], row["net"]) == (0, -300, -300, -300)


def test_pay_in_another_currency_has_no_tax() -> None:
    given = company()
    given["roster"][1]["currency"] = "EUR"
    row = years(given)["E2"]
    assert row["total"] == 22418.49
    assert [row[name] for name in ("federal_tax", "state_tax", "payroll_tax", "net")] == [None] * 4


def test_a_year_without_tax_figures_is_an_error_until_another_is_named() -> None:
    given = company()
    given["prices"].append({"date": date(2020, 1, 1), "price": 1})
    with pytest.raises(CsmError) as failed:
        years(given, 2030)
    assert failed.value.code == "#N/A"
    assert "2024, 2025, 2026" in str(failed.value)
    assert years(given, 2030, 2025)["E1"]["base"] == 90000


def typed(x: Any) -> Fraction:
    return Fraction(str(x))


@pytest.mark.parametrize("seed", swept(range(6)))
def test_base_pay_against_fractions(seed: int) -> None:
    """Each quarter of a leap year day by day, and the year rounded once."""
    rng = random.Random(seed)
    given = {name: rows for name, rows in company().items() if name in ("plans", "components", "deals")}
    given["deals"][0] |= {"date": date(2024, 5, 5)}
    given["roster"], given["changes"] = [], []
    for at in range(8):
        who = f"E{at + 1}"
        hired = date(2023, 10, 1) + timedelta(rng.randint(0, 300))
        salary = round(rng.randint(40000, 160000) / rng.choice((1, 3, 7)), 4)
        given["roster"].append({
            "employee_id": who, "plan_id": "P", "base_salary": salary, "hire_date": hired,
            "leave_date": hired + timedelta(rng.randint(90, 500)), "fte": rng.choice((1, 0.8, 0.333)),
        })  # fmt: skip
        given["changes"].append({
            "employee_id": who, "from": hired + timedelta(rng.randint(1, 80)),
            "base_salary": rng.randint(50000, 99999), "fte": rng.choice((None, 0, 0.5)),
        })  # fmt: skip
    found = years(given, 2024)
    for person, change in zip(given["roster"], given["changes"], strict=True):
        year = Fraction(0)
        for month in (1, 4, 7, 10):
            first = date(2024, month, 1)
            after = date(2024 + (month + 3) // 13, (month + 2) % 12 + 1, 1)
            days = [first + timedelta(n) for n in range((after - first).days)]
            for day in days:
                if person["hire_date"] <= day <= person["leave_date"]:
                    new = change if day >= change["from"] else person
                    fte = person["fte"] if new["fte"] is None else new["fte"]
                    year += typed(new["base_salary"]) * typed(fte) / len(days) / 4
        total = (year * 100 + Fraction(1, 2)) // 1 / Fraction(100)
        got = found.get(person["employee_id"], {"base": 0.0})["base"]
        assert typed(got) == total


def test_base_pay_on_the_edge_of_a_cent() -> None:
    given = company()
    # 5.0049999995 is 5.005 on 9 decimals; floats cannot tell on which side it is.
    given["roster"][1] |= {"base_salary": 5, "fte": 1.0009999999, "hire_date": date(2024, 1, 1),
                           "leave_date": None}  # fmt: skip
    assert years(given)["E2"]["base"] == 5.01


@pytest.mark.parametrize("seed", swept(range(4)))
def test_a_total_is_the_sum_of_its_parts(seed: int) -> None:
    rng = random.Random(seed)
    given = company()
    given["roster"][0]["base_salary"] = rng.randint(1, 10**9) / 10**4
    given["benefits"][3]["ratio"] = rng.randint(1, 999) / 3000
    given["prices"][0]["price"] = rng.randint(1, 10**6) / 10**4
    for row in years(given).values():
        parts = ("base", "variable", "equity", "benefits", "other")
        assert typed(row["total"]) == sum((typed(row[name]) for name in parts), Fraction(0))
        assert all(typed(row[name]) * 100 % 1 == 0 for name in (*parts, "total", "wages", "net"))


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "where", "says"),
    [
        ("roster", 0, "filing_status", "maried", "Roster!G2", "married_joint"),
        ("roster", 0, "state", "ZZ", "Roster!F2", "state"),
        ("roster", 0, "deferral_ratio", 6, "Roster!H2", "1"),
        ("grants", 0, "schedule", "25/25", "Grants!D2", "100"),
        ("grants", 0, "schedule", "soon", "Grants!D2", "schedule"),
        ("grants", 0, "shares", 10.5, "Grants!B2", "whole"),
        ("grants", 0, "kind", "warrant", "Grants!E2", "nso"),
        ("grants", 1, "strike", None, "Grants!F3", "strike"),
        ("prices", 1, "date", date(2025, 4, 1), "Grants!C2", "2025-03-01"),
        ("prices", 0, "price", -1, "Prices!B2", "0"),
        ("benefits", 0, "amount", None, "Benefits!B2", "match_rate"),
        ("benefits", 3, "item", "Health", "Benefits!A5", "Benefits!A2"),
        ("benefits", 0, "item", "401k", "Benefits!A2", "another row"),
        ("benefits", 1, "match_from", 0.02, "Benefits!C4", "overlap"),
        ("other_pay", 0, "reason", None, "Other_pay!D2", "blank"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(
    table: str, row: int, column: str, value: Any, where: str, says: str
) -> None:
    given = company()
    for each in given["grants"]:
        each.setdefault("kind", None)
        each.setdefault("strike", None)
    given[table][row][column] = value
    with pytest.raises(CsmError) as failed:
        years(given)
    assert where in {issue.where for issue in failed.value.issues}
    assert says in str(failed.value)


def test_a_quarter_is_no_year() -> None:
    with pytest.raises(CsmError) as failed:
        years(company(), "2025-Q1")
    assert (failed.value.where, failed.value.got) == ("year", "2025-Q1")


def test_people_who_cannot_be_paid_are_left_out_and_listed() -> None:
    given = company()
    given["plans"].append(dict(given["plans"][0], plan_id="Q"))
    given["components"].append({"plan_id": "Q", "component_id": "G", "type": "goals", "weight": 1})
    given["roster"][1]["plan_id"] = "Q"
    with pytest.raises(CsmError):
        years(given)
    result = person_years(raws(given), 2025, skip_errors=True)
    assert [row[1] for row in result.rows[1:]] == ["E1"]
    assert [who for who, _ in result.left_out] == ["E2"]
