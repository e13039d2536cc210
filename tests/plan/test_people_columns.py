"""Columns that say who somebody is: known by what other systems call them, and never a reason to stop."""

from __future__ import annotations

from typing import Any

import pytest
from named import NASTY

from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.errors import Issue
from csm_xl.plan.schema import schemas
from csm_xl.plan.tables import RawTable, Tables
from csm_xl.plan.unknown_columns import meant_column

ABOUT = ("employee_name", "first_name", "last_name", "email", "cost_center", "pay_group", "payroll_id")
PLANS = [["plan_id", "model", "pay_period", "target_basis"], ["p", "base_only", "quarter", "ratio"]]


def read(headers: list[str], *people: list[Any]) -> tuple[Tables, list[Issue]]:
    roster = [["employee_id", "plan_id", "base_salary", "hire_date", *headers]]
    roster += [[f"E{at}", "p", 90000, "2024-01-01", *cells] for at, cells in enumerate(people, 1)]
    return read_tables_to_pay([RawTable.of_rows(PLANS, "plans"), RawTable.of_rows(roster, "roster")])


@pytest.mark.parametrize("column", ABOUT)
def test_a_name_is_kept_as_text_whatever_it_looks_like(column: str) -> None:
    tables, issues = read([column], *([name] for name in NASTY))
    kept = tables["roster"].columns[column].tolist()
    assert [value for value in kept if not isinstance(value, str)] == []
    assert [" ".join(value.split()) for value in kept] == [" ".join(name.split()) for name in NASTY]
    assert [str(issue) for issue in issues if issue.severity == "error"] == []


@pytest.mark.parametrize("column", ABOUT)
def test_an_error_in_such_a_cell_or_a_second_such_column_is_a_warning(column: str) -> None:
    tables, issues = read([column, column], ["#N/A", "x"], ["kept", "y"])
    assert {issue.severity for issue in issues} == {"warning"} and len(issues) == 2
    assert "the first one is used" in issues[0].message
    assert tables["roster"].columns[column].tolist() == ["", "kept"]
    assert tables["roster"].faulty == frozenset()


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Legal Name", "employee_name"), ("Worker", "employee_name"), ("Full name", "employee_name"),
        ("Given Name", "first_name"), ("Vorname", "first_name"), ("Surname", "last_name"),
        ("Nachname", "last_name"), ("Work Email", "email"), ("Primary Work Email", "email"),
        ("Cost Centre", "cost_center"), ("Kostenstelle", "cost_center"), ("PayGroup", "pay_group"),
        ("File Number", "payroll_id"), ("Payroll No.", "payroll_id"),
    ],
)  # fmt: skip
def test_what_other_systems_call_them_is_suggested_in_a_note(header: str, column: str) -> None:
    meant = meant_column(schemas({})["roster"], header)
    assert meant is not None and meant.name == column
    (note,) = read([header], ["x"])[1]
    assert note.severity == "note" and f"{header} (probably {column})" in note.message


def test_a_change_may_state_a_cost_center_and_a_pay_group() -> None:
    names = schemas({})["changes"].names
    assert "cost_center" in names and "pay_group" in names and "employee_name" not in names
