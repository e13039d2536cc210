"""Brackets of a header that say other figures are named, and a known column that is ignored is too."""

from __future__ import annotations

from pathlib import Path

import pytest
from paid_folder import A_FIFTH, paid_folder

from csm_xl.engine.components import component_types
from csm_xl.plan.header_remarks import remark
from csm_xl.plan.header_units import other_unit
from csm_xl.plan.schema import schemas
from csm_xl.workbook.layout import header_of, unit_of

SCHEMAS = schemas(component_types())
PLAN = f"""{A_FIFTH}
[[components]]
plan_id = "CSM"
component_id = "book"
type = "metric"
weight = 1.0
measure = "bookings"
[[components]]
plan_id = "CSM"
component_id = "up"
type = "commission"
rate = 0.02
"""
FILES = {
    "plan.toml": PLAN,
    "roster.csv": "Employee ID,plan_id,Base salary,hire_date,fte\nE1,CSM,82000,2023-02-01,0.8\n",
    "results.csv": "period,scope,id,measure,Actual,Goal\n2026-Q1,individual,E1,bookings,93000,92000\n",
    "deals.csv": "deal_id,date,amount,employee_id,kind\nD1,2026-01-15,42000,E1,upsell\n",
}


def paid(folder: Path, file: str, before: str, after: str, *options: str) -> tuple[int, str]:
    assert before in FILES[file]
    return paid_folder(folder, FILES | {file: FILES[file].replace(before, after, 1)}, *options)


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        ("deals.csv", "amount", "Amount (TCV)", "the header says 'tcv', which is not used: amount counts"),
        ("deals.csv", "amount", "Amount [MRR]", "'mrr'"),
        ("deals.csv", "amount", "Amount (net of discount)", "'net'"),
        ("deals.csv", "amount", "Amount (monthly)", "'monthly'"),
        ("deals.csv", "date", "Date (created)", "'created'"),
        ("roster.csv", "Base salary", "Base salary (net)", "'net'"),
        ("roster.csv", "fte", "FTE (hours)", "'hours'"),
        ("roster.csv", "Employee ID", "Employee ID (manager)", "'manager'"),
        ("results.csv", "Actual,Goal", "Actual (EUR),Goal (k EUR)", "actual and goal state different units"),
        ("results.csv", "Actual", "Actual (YTD)", "'ytd'"),
        ("roster.csv", "fte", "FTE (0-100)", "'100'"),
        ("results.csv", "Goal", "Goal (FY25)", "the header says 2025, and periods and deals are of 2026"),
        ("roster.csv", "Base salary", "Base salary [USD 2024]", "the header says 2024"),
        ("results.csv", "Actual", "Actual (Q4)", "the brackets name another span than the periods, 2026-Q1"),
        ("results.csv", "Goal", "Goal (Apr-Jun)", "the brackets name another span than the periods, 2026-Q1"),
        ("results.csv", "Actual", "Actual (plan)", "the header says 'plan', which is not used"),
    ],
)  # fmt: skip
def test_brackets_that_say_other_figures_are_named(
    tmp_path: Path, file: str, before: str, after: str, says: str
) -> None:
    status, told = paid(tmp_path, file, before, after)
    assert status == 0 and "warning" in told and says in told


@pytest.mark.parametrize(
    ("table", "header"),
    [
        ("roster", "Base salary (gross)"), ("roster", "Base Salary (annual, full-time)"),
        ("roster", "hire_date (first paid day)"), ("roster", "Leave date (last working day)"),
        ("roster", "FTE (fraction of full time)"),
        ("roster", "FTE (share of full time)"), ("roster", "Employee ID (Workday)"),
        ("deals", "Amount (USD)"), ("deals", "Date (closed won)"), ("deals", "Amount (approved)"),
        ("accounts", "Start (ARR)"), ("results", "Actual (MRR)"), ("credits", "Share (percent)"),
    ],
)  # fmt: skip
def test_brackets_that_say_what_the_column_is_are_not(table: str, header: str) -> None:
    name = header.partition(" (")[0].lower().replace(" ", "_")
    assert remark(table, SCHEMAS[table].column(name), header) == ""


def test_a_column_that_is_described_as_it_is_needs_no_remark() -> None:
    own = {
        f"{table}.{column.name}": word
        for table, schema in SCHEMAS.items()
        for column in schema.columns
        if (word := remark(table, column, f"{column.name} ({column.help.split('.')[0]})"))
    }
    assert own == {}


@pytest.mark.parametrize("currency", ["USD", "currency"])
def test_the_headers_of_our_own_sheets_need_no_remark(currency: str) -> None:
    for table, schema in SCHEMAS.items():
        for column in schema.columns:
            header = header_of(column.name, unit_of(table, column, currency))
            assert remark(table, column, header) == "" == other_unit(column, header), header


def test_a_known_column_that_is_ignored_is_named_with_its_cells(tmp_path: Path) -> None:
    status, told = paid(tmp_path, "roster.csv", "0.8", "0.8", "--ignore-column", "roster: fte")
    assert status == 0
    assert (
        "warning roster.csv row 1 (fte): the column fte is ignored, as you decided, and pays nobody" in told
    )
    assert "1 of 1 cells are filled" in told
    status, told = paid(tmp_path, "roster.csv", ",0.8", ",", "--ignore-column", "roster: fte")
    assert status == 0 and "is ignored" not in told


def test_a_known_column_that_another_takes_the_place_of_is_not_named(tmp_path: Path) -> None:
    roster = FILES["roster.csv"].replace("fte", "fte,FTE%").replace("0.8", "1,80%")
    options = ("--ignore-column", "roster: fte", "--map", "FTE% = fte")
    status, told = paid_folder(tmp_path, FILES | {"roster.csv": roster}, *options)
    assert (status, told) == (0, "")


def test_a_tier_in_thousands_stops_the_payment(tmp_path: Path) -> None:
    plan = PLAN.replace("rate = 0.02", 'tier_id = "t"')
    tiers = "tier_id,From (k USD),rate\nt,0,0.02\nt,100,0.03\n"
    status, told = paid_folder(tmp_path, FILES | {"plan.toml": plan, "tiers.csv": tiers})
    assert status == 2 and "E007 tiers.csv row 1 (from): the header says that the numbers are in k" in told


@pytest.mark.parametrize(
    "header",
    ["Goal (2026)", "Goal (FY26)", "Goal (FY27)", "Goal (Q1 2026)", "Goal (Mar)", "Goal (Jan-Mar)",
     "Goal (may vary)", "Goal (marketing)"],
)  # fmt: skip
def test_the_year_of_the_periods_needs_no_remark(tmp_path: Path, header: str) -> None:
    assert paid(tmp_path, "results.csv", "Goal", header) == (0, "")
