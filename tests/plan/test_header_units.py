"""A header that states another unit than its column has stops the payment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from paid_folder import paid_folder
from plan_tables import TYPES

from csm_xl.errors import Issue
from csm_xl.plan.decisions import accepted_table
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_tables

PLANS = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "month", "ratio"]]


def told(folder: Path, header: str, *more: RawTable) -> list[Issue]:
    """What is reported about a CSV roster whose salaries have that header."""
    path = folder / "roster.csv"
    path.write_text(f"employee_id,plan_id,hire_date,{header}\nE1,p,2024-01-01,7000\n", encoding="utf-8")
    return read_tables([RawTable.of_csv(path), RawTable.of_rows(PLANS, "plans"), *more], TYPES)[1]


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("Base salary (USD/month)", "per month"), ("base_salary [monthly]", "per month"),
        ("Base Salary (hourly)", "per hour"), ("Base Salary (k USD)", "in k"),
        ("Base Salary (in thousands)", "in thousands"), ("Base salary (TSD)", "in tsd"),
        ("Base Salary ('000)", "in 000"), ("Base Salary (EUR)", "in EUR, but people are paid in USD"),
        ("Base Salary [GBP/year]", "in GBP"), ("Base Salary (kUSD)", "in kusd"),
        ("Base Salary (TEUR/year)", "in teur"), ("Base Salary (USD/mo)", "per mo"),
        ("Base Salary (lakhs)", "in lakhs"),
    ],
)  # fmt: skip
def test_another_unit_stops_everyone_until_it_is_accepted(tmp_path: Path, header: str, says: str) -> None:
    (issue,) = told(tmp_path, header)
    assert issue.severity == "error" and issue.rule == "E007" and says in issue.message, issue
    assert issue.where == "roster.csv row 1 (base_salary)" and issue.got == header
    (issue,) = told(tmp_path, header, *accepted_table(["E007"], "--accept"))
    assert issue.severity == "warning"


@pytest.mark.parametrize(
    "header",
    ["base_salary", "Base salary (USD/year)", "Base Salary [USD]", "Base salary (annual)",
     "Base salary (full-time)"],
)  # fmt: skip
def test_its_own_unit_needs_no_remark(tmp_path: Path, header: str) -> None:
    assert told(tmp_path, header) == []


def test_a_sheet_names_the_currency_that_the_last_refresh_wrote() -> None:
    rows = [
        ["employee_id", "plan_id", "hire_date", "Base salary (EUR/year)"],
        ["E1", "p", date(2024, 1, 1), 7e4],
    ]
    tables = [RawTable.of_sheet("Roster", rows, "roster"), RawTable.of_rows(PLANS, "plans")]
    assert read_tables(tables, TYPES)[1] == []


@pytest.mark.parametrize("word", ["converted", "expected", "Preliminary"])
def test_a_header_of_figures_that_are_not_those_that_are_paid_stops_the_payment(
    tmp_path: Path, word: str
) -> None:
    (issue,) = told(tmp_path, f"Base salary ({word})")
    assert issue.severity == "error" and issue.rule == "E007" and "would be paid as it is" in issue.message
    assert told(tmp_path, "Base salary (final)") == []


def test_a_currency_in_the_header_that_the_rows_contradict_is_named(tmp_path: Path) -> None:
    deals = "deal_id,date,Amount (USD),employee_id,currency\nD1,2026-02-03,100,E1,{}\n"
    roster = "employee_id,plan_id,base_salary,hire_date\nE1,S,80000,2024-01-01\n"
    plan = ('[[plans]]\nplan_id = "S"\nmodel = "base_variable"\npay_period = "quarter"\n'
            'target_basis = "amount"\n[[components]]\nplan_id = "S"\ncomponent_id = "C"\n'
            'type = "commission"\nrate = 0.1\n')  # fmt: skip
    rates = "from_currency,to_currency,rate,date\nEUR,USD,1.1,2026-01-01\n"
    for code, status in (("EUR", 2), ("USD", 0), ("", 0)):
        files = {"plan.toml": plan, "roster.csv": roster, "deals.csv": deals.format(code), "rates.csv": rates}
        folder = tmp_path / (code or "none")
        folder.mkdir()
        found, said = paid_folder(folder, files)
        assert found == status
        assert ("in USD, and the column currency says EUR" in said) == (status == 2)
