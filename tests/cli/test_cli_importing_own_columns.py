"""Columns that no table knows, brought by an earlier export, when the next quarter is imported."""

from pathlib import Path
from typing import Any

import pytest
from commands import commanded as shell
from pasting import rows_of

PLAN = (
    '[[plans]]\nplan_id = "p"\nmodel = "base_variable"\npay_period = "quarter"\ntarget_basis = "ratio"\n'
    'target_value = 0.2\n'
    '[[components]]\nplan_id = "p"\ncomponent_id = "upsell"\ntype = "commission"\nrate = 0.05\n'
    'deal_kinds = ["upsell"]\n'
)  # fmt: skip
ROSTER = "Employee ID,Legal Name - First Name,Annual Base Pay,Hire Date,Manager,Plan ID\n"
KATE = "E1,Katherine,100000,2024-01-24,{manager},p\n"
IAN = "E2,Ian,80000,2024-02-15,Sample Westman,p\n"
DEALS = "Opportunity ID,Account Name,Close Date,Amount,Type,Owner ID\n"
FIRST = "D1,Sample Account 1,2026-02-14,20000,Upsell,E1\n"
SECOND = "D2,Sample Account 2,2026-05-14,30000,Upsell,E1\n"
MAPPING = """
[[source]]
table = "roster"
from = "workers_*.csv"
columns.base_salary = "Annual Base Pay"
rows = "update"

[[source]]
table = "deals"
from = "deals_*.csv"
rows = "update"
"""
IMPORT = ("import", "workers_2.csv", "deals_2.csv", "--into", "mine.xlsx", "--yes")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workbook of two people and a deal, and the next exports: E2 is gone, E1 has another manager."""
    (tmp_path / "plan.toml").write_text(PLAN)
    for name, text in (("roster", ROSTER.replace("Annual Base Pay", "Base salary")), ("deals", DEALS)):
        own = (text.replace("Opportunity ID", "Deal ID").replace("Close Date", "Date")
               .replace("Owner ID", "Employee ID").replace("Type", "Kind"))  # fmt: skip
        rows = KATE.format(manager="Sample Eastman") + IAN if name == "roster" else FIRST
        (tmp_path / f"{name}.csv").write_text(own + rows)
    shell(tmp_path, "new", "mine.xlsx", "--plan", "plan.toml", "--roster", "roster.csv",
          "--deals", "deals.csv", "--period", "2026-Q1")  # fmt: skip
    (tmp_path / "sources.toml").write_text(MAPPING)
    (tmp_path / "workers_2.csv").write_text(ROSTER + KATE.format(manager="Sample Northman"))
    (tmp_path / "deals_2.csv").write_text(DEALS + SECOND)
    return tmp_path


def column(folder: Path, table: str, header: str) -> list[Any]:
    return [row[header] for row in rows_of(folder / "mine.xlsx", table)]


def test_what_an_earlier_export_brought_stays_in_rows_that_stay(folder: Path) -> None:
    said = shell(folder, *IMPORT)
    assert column(folder, "tblDeals", "Account Name") == ["Sample Account 2", "Sample Account 1"]
    assert column(folder, "tblRoster", "Manager") == ["Sample Northman", "Sample Westman"]
    assert "roster, changed Manager (1): E1: Sample Eastman → Sample Northman" in said
    assert "Account Name (" not in said


def test_a_column_that_is_mapped_by_now_moves_and_is_mentioned_once(folder: Path) -> None:
    mapping = folder / "sources.toml"
    mapping.write_text(MAPPING.replace("\nrows", '\ncolumns.first_name = "Legal Name - First Name"\nrows', 1))
    said = shell(folder, *IMPORT)
    assert column(folder, "tblRoster", "First name") == ["Katherine", "Ian"]
    assert column(folder, "tblRoster", "Legal Name - First Name") == [None, None]
    assert "moves to its column: 'Legal Name - First Name' to first_name" in said
    again = shell(folder, *IMPORT)
    assert "Legal Name" not in again and "nothing in the workbook changes" in again


def test_what_was_typed_otherwise_is_not_lost_when_a_column_is_mapped(folder: Path) -> None:
    (folder / "roster.csv").write_text(
        "Employee ID,Base salary,Hire Date,Plan ID,First name,Legal Name - First Name\n"
        "E1,100000,2024-01-24,p,Kate,Katherine\nE2,80000,2024-02-15,p,Jan,Ian\n"
    )
    shell(folder, "new", "mine.xlsx", "--plan", "plan.toml", "--roster", "roster.csv", "--force",
          "--period", "2026-Q1")  # fmt: skip
    mapping = folder / "sources.toml"
    mapping.write_text(MAPPING.replace("\nrows", '\ncolumns.first_name = "Legal Name - First Name"\nrows', 1))
    said = shell(folder, *IMPORT)
    assert column(folder, "tblRoster", "First name") == ["Katherine", "Jan"]
    assert column(folder, "tblRoster", "Legal Name - First Name") == [None, "Ian"]
    assert "roster, changed first_name (1): E1: Kate → Katherine" in said


def test_a_salary_that_is_the_old_one_times_the_fte_is_named(folder: Path) -> None:
    mapping = (folder / "sources.toml").read_text()
    mapping = mapping.replace("\nrows", '\ncolumns.fte = "FTE %"\npercent = ["fte"]\nrows', 1)
    (folder / "sources.toml").write_text(mapping)
    (folder / "workers_2.csv").write_text(
        "Employee ID,Annual Base Pay,Hire Date,Plan ID,FTE %\n"
        "E1,80000,2024-01-24,p,80\nE2,79000,2024-02-15,p,100\n"
    )
    said = shell(folder, *IMPORT)
    assert "roster, pay cuts (2)" in said
    assert "The new salary of E1 is the old one times the FTE" in said
    assert 'ignore = ["FTE %"]' in said
    told = shell(folder, *IMPORT)
    assert "times the FTE" not in told


def test_a_roster_with_part_timers_says_what_its_salary_is_taken_for(folder: Path) -> None:
    (folder / "sources.toml").unlink()
    (folder / "workers_2.csv").write_text(
        "Employee ID,Annual Base Pay,Hire Date,Plan ID,FTE %\nE1,80000,2024-01-24,p,80%\n"
    )
    said = shell(folder, *IMPORT[:2], *IMPORT[3:], "--accept-removed")
    assert "'Annual Base Pay' is read as the full-time salary, and pay is that times 'FTE %'" in said
