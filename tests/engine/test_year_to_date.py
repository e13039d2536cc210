"""The plan year to date: which periods it has, by the plan a person is on, whatever plans others are on."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from test_base_pay import raws

from csm_xl.engine.components import component_types
from csm_xl.engine.explain import Explanation
from csm_xl.engine.loading import load
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.report.statement import Statements
from csm_xl.report.statements import write
from csm_xl.workbook.build import build
from csm_xl.workbook.sheets.statement.helper_tables import EARLIER
from csm_xl.workbook.template import template


def company() -> dict[str, list[dict[str, Any]]]:
    """E1 on a plan whose year begins in July, E2 on one of the calendar year: 10% of 1,000 each month."""
    plans = [
        {"plan_id": name, "model": "base_variable", "pay_period": "month", "target_basis": "amount",
         "target_value": 0, "year_start": start} for name, start in (("JULY", 7), ("JAN", 1))
    ]  # fmt: skip
    return {
        "plans": plans,
        "components": [{"plan_id": plan["plan_id"], "component_id": "C", "type": "commission",
                        "rate": Decimal("0.1")} for plan in plans],
        "roster": [{"employee_id": who, "plan_id": plan, "base_salary": 60000, "hire_date": date(2024, 1, 1)}
                   for who, plan in (("E1", "JULY"), ("E2", "JAN"))],
        "deals": [{"deal_id": f"{who}{year}{month}", "date": date(year, month, 5), "amount": 1000,
                   "employee_id": who} for who in ("E1", "E2") for year in (2025, 2026)
                  for month in range(1, 13)],
    }  # fmt: skip


def to_date(period: str, who: str) -> tuple[str, str, float]:
    """The first and the last period of the year to date, and its sum."""
    tables = load(raws(company()))
    rows = Statements(Explanation(tables, period), period, date(2026, 12, 31)).of(who).to_date
    return rows[0][0], rows[-1][0], sum(amount or 0.0 for *_, amount in rows)


@pytest.mark.parametrize(
    ("period", "who", "expected"),
    [
        ("2026-03", "E1", ("2025-07", "2026-03", 900)),
        ("2026-03", "E2", ("2026-01", "2026-03", 300)),  # whoever else is on a plan of another year
        ("2026-07", "E1", ("2026-07", "2026-07", 100)),
        ("2026", "E1", ("2026-07", "2026-12", 600)),  # the year that holds the last day, not the one before
        ("2026", "E2", ("2026-01", "2026-12", 1200)),
    ],
)
def test_the_year_to_date_is_that_of_the_persons_own_plan(
    period: str, who: str, expected: tuple[str, str, float]
) -> None:
    assert to_date(period, who) == expected


def months_and_quarters() -> dict[str, list[dict[str, Any]]]:
    """E1 is paid by the month, E2 by the quarter; E3 to E5 move between the two: 10% of 1,000 each month."""
    found = company()
    found["plans"] = [found["plans"][1] | {"plan_id": kind, "pay_period": kind}
                      for kind in ("month", "quarter")]  # fmt: skip
    found["components"] = [found["components"][0] | {"plan_id": kind} for kind in ("month", "quarter")]
    first = {"E1": "month", "E2": "quarter", "E3": "month", "E4": "quarter", "E5": "quarter"}
    found["roster"] = [found["roster"][0] | {"employee_id": who, "plan_id": plan}
                       for who, plan in first.items()]  # fmt: skip
    found["changes"] = [
        {"employee_id": "E3", "from": date(2026, 2, 1), "plan_id": "quarter"},
        {"employee_id": "E4", "from": date(2026, 4, 1), "plan_id": "month"},
        {"employee_id": "E5", "from": date(2026, 2, 15), "plan_id": "month"},
    ]
    found["deals"] = [
        found["deals"][0] | {"deal_id": f"{who}-{month}", "date": date(2026, month, 5), "employee_id": who}
        for who in first
        for month in range(1, 7)
    ]
    return found


def test_each_year_to_date_has_the_pay_periods_of_the_plans_that_the_person_was_on() -> None:
    sheets = second_quarter(months_and_quarters())
    assert {who: {name: paid for name, _, paid in sheets.of(who).to_date} for who in sheets.people()} == {
        "E1": dict.fromkeys(["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"], 100.0),
        "E2": {"2026-Q1": 300.0, "2026-Q2": 300.0},
        "E3": {"2026-01": 100.0, "2026-Q1": 200.0, "2026-Q2": 300.0},
        "E4": {"2026-Q1": 300.0, **dict.fromkeys(["2026-04", "2026-05", "2026-06"], 100.0)},
        "E5": {"2026-02": 0.0, "2026-03": 100.0, "2026-Q1": 200.0,
               **dict.fromkeys(["2026-04", "2026-05", "2026-06"], 100.0)},
    }  # fmt: skip
    assert sheets.gaps(sheets.people()) == []
    assert [sheets.of(who).notices for who in sheets.people()] == [[]] * 5


def test_the_workbook_shows_the_same_year_to_date() -> None:
    given = raws(months_and_quarters())
    tables = read_strict(given, component_types(), PAY_TABLES)
    made = template(tables, "2026-Q2", run(tables, "2026-Q2").rows(), datetime(2026, 7, 1))
    (sheet,) = (one for one in made.sheets if one.name == "Statement")
    (earlier,) = (one for one in sheet.tables if one.name == EARLIER)
    sheets = second_quarter(months_and_quarters())
    assert earlier.rows == [
        [who, *row] for who in sheets.people() for row in sheets.of(who).to_date if row[0] < "2026-04"
        or row[0] == "2026-Q1"
    ]  # fmt: skip
    assert [found for found in made.findings if "year to date" in found.message] == []


# -- an earlier period that cannot be calculated ----------------------------------------------------------


def with_a_gap(missing: set[tuple[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """Three people paid by the quarter on one measure; some results are not there."""
    who = ("E1", "E2", "E3")
    return {
        "plans": [{"plan_id": "P", "model": "base_bonus", "pay_period": "quarter", "target_basis": "amount",
                   "target_value": 4000}],
        "components": [{"plan_id": "P", "component_id": "C", "type": "metric", "weight": 1,
                        "measure": "GRR"}],
        "roster": [{"employee_id": one, "plan_id": "P", "base_salary": 60000,
                    "hire_date": date(2024, 1, 1) if one != "E3" else date(2026, 4, 1)} for one in who],
        "results": [{"period": period, "scope": "individual", "id": one, "measure": "GRR",
                     "actual": Decimal("0.9"), "goal": Decimal("0.9")}
                    for period in ("2026-Q1", "2026-Q2") for one in who if (period, one) not in missing],
    }  # fmt: skip


def second_quarter(company: dict[str, list[dict[str, Any]]]) -> Statements:
    return Statements(Explanation(load(raws(company)), "2026-Q2"), "2026-Q2", date(2026, 12, 31))


def test_a_period_that_cannot_be_calculated_is_named_and_not_left_out() -> None:
    sheets = second_quarter(with_a_gap({("2026-Q1", "E2")}))
    assert sheets.of("E2").to_date == [("2026-Q1", None, None), ("2026-Q2", 1000.0, 1000.0)]
    assert sheets.of("E2").notices == [
        "2026-Q1 could not be calculated, so the plan year to date does not include it."
    ]
    assert sheets.of("E1").to_date == [("2026-Q1", 1000.0, 1000.0), ("2026-Q2", 1000.0, 1000.0)]
    assert sheets.of("E1").notices == sheets.of("E3").notices == []
    (found,) = sheets.gaps(["E1", "E2", "E3"])
    assert found.severity == "warning"
    assert found.message.startswith("2026-Q1 is not in the year to date of E2: ")
    assert "there is no result GRR of individual E2 for 2026-Q1" in found.message
    assert sheets.gaps(["E1", "E3"]) == []


def test_a_company_whose_tables_begin_in_the_second_quarter_gets_a_note() -> None:
    sheets = second_quarter(with_a_gap({("2026-Q1", who) for who in ("E1", "E2", "E3")}))
    (found,) = sheets.gaps(["E1", "E2", "E3"])
    assert found.severity == "note"
    assert found.message.startswith("2026-Q1 is not in the year to date of E1, E2: ")
    assert sheets.of("E3").notices == []  # hired after it


def test_what_was_really_paid_stands_where_the_period_cannot_be_calculated() -> None:
    company = with_a_gap({("2026-Q1", "E2")})
    company["paid"] = [{"period": "2026-Q1", "employee_id": "E2", "plan_id": "P", "component_id": "C",
                        "amount": Decimal("812.5")}]  # fmt: skip
    sheets = second_quarter(company)
    assert sheets.of("E2").to_date == [("2026-Q1", None, 812.5), ("2026-Q2", 1000.0, 1000.0)]
    assert sheets.of("E2").notices == [] == sheets.gaps(["E2"])


def test_a_period_that_cannot_be_calculated_for_anybody_is_named_for_everybody() -> None:
    company = with_a_gap(set())
    company["components"][0] |= {"valid_from": date(2026, 4, 1)}
    company["components"].append(
        {
            "plan_id": "P",
            "component_id": "B",
            "type": "metric",
            "weight": 1,
            "measure": "NRR",
            "scope": "company",
            "valid_to": date(2026, 3, 31),
        }
    )
    sheets = second_quarter(company)
    assert [sheets.of(who).to_date[0] for who in ("E1", "E2")] == [("2026-Q1", None, None)] * 2
    assert "E1, E2" in sheets.gaps(["E1", "E2", "E3"])[0].message


def moves_to_euros(day: date) -> dict[str, list[dict[str, Any]]]:
    company = with_a_gap(set())
    company["plans"].append(company["plans"][0] | {"plan_id": "EU", "currency": "EUR"})
    company["components"].append(company["components"][0] | {"plan_id": "EU"})
    company["changes"] = [{"employee_id": "E2", "from": day, "plan_id": "EU"}]
    return company


def test_an_earlier_period_paid_in_another_currency_is_not_added() -> None:
    sheets = second_quarter(moves_to_euros(date(2026, 4, 1)))
    sheet = sheets.of("E2")
    assert sheet.currency == "EUR"
    assert sheet.to_date == [("2026-Q1", None, None), ("2026-Q2", 1000.0, 1000.0)]
    assert sheet.notices == ["2026-Q1 was paid in USD, so the plan year to date does not include it."]
    assert sheets.gaps(["E2"]) == [] == sheets.not_added(["E1", "E2"])
    assert sheets.of("E1").to_date[0] == ("2026-Q1", 1000.0, 1000.0)


def test_a_period_paid_in_two_currencies_is_refused() -> None:
    (found,) = second_quarter(moves_to_euros(date(2026, 5, 1))).not_added(["E1", "E2"])
    assert found.message.startswith("E2 is paid in EUR and USD under the plans of the period")


def test_the_others_get_their_statements(tmp_path: Path) -> None:
    tables = load(raws(moves_to_euros(date(2026, 5, 1))))
    done = write(tables, "2026-Q2", tmp_path / "all")
    assert [one.employee_id for one in done] == ["E1", "E3"]
    assert [one.severity for one in done[0].warnings] == ["warning"]
    with pytest.raises(CsmError, match="cannot be added up in a statement"):
        write(tables, "2026-Q2", tmp_path / "one", employees=["E2"])


def test_a_workbook_that_would_add_two_currencies_of_one_person_is_refused(tmp_path: Path) -> None:
    given = raws(moves_to_euros(date(2026, 5, 1)))
    tables = read_strict(given, component_types(), PAY_TABLES)
    with pytest.raises(CsmError, match=r"E2 is paid in EUR and USD .* Total Comp"):
        build(tmp_path / "b.xlsx", tables, "2026-Q2", datetime(2026, 7, 1))
