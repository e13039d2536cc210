"""A table that a new workbook lacks, added later on a sheet of one's own: it pays, and the check passes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from csm_xl.workbook.layout import INPUTS
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.file import refresh_file

DAY = date(2026, 1, 1)
ADDED: dict[str, list[list[object]]] = {
    "gates": [["Plan id", "Component id", "Measure", "Minimum", "Scope"],
              ["bonus", "grr", "GRR", 0.96, "team"]],
    "ramps": [["Ramp id", "Month", "Share"], ["r1", 1, 0.5], ["r1", 2, 1]],
    "seasons": [["Season id", "Period number", "Share"], *(["s1", number, 0.25] for number in (1, 2, 3, 4))],
    "matrices": [["Matrix id", "Row", "Column", "Payout"], ["m1", 0.9, 0.9, 0.5], ["m1", 1, 1, 1],
                 ["m1", 0.9, 1, 0.7], ["m1", 1, 0.9, 0.7]],
    "ratings": [["Rating", "Factor"], ["Great", 1.1]],
    "targets": [["Employee id", "Component id", "Weight"], ["00123", "grr", 0.4], ["00123", "goals", 0.6]],
    "accounts": [["Period", "Account id", "Employee id", "Start", "End"],
                 ["2026-Q1", "A1", "00123", 1000, 900]],
    "answers": [["Date", "Measure", "Score", "Employee id"], [date(2026, 3, 2), "NPS", 9, "00123"]],
    "risk_classes": [["Risk class", "Ratio"], ["high", 0.8]],
    "arrangements": [["Employee id", "Kind", "From", "Amount"], ["00123", "guarantee", DAY, 3000]],
    "adjustments": [["Employee id", "Period", "Amount", "Reason"], ["00123", "2026-Q1", 750, "Late deal"]],
    "holidays": [["Date", "Name"], [DAY, "New Year"]],
    "payments": [["Deal id", "Date", "Amount"], ["D1", date(2026, 3, 10), 1000]],
    "rates": [["From currency", "To currency", "Rate", "Date"], ["EUR", "USD", 1.0835, DAY]],
    "wages": [["Occupation", "Area", "P50"], ["CSM", "Denver", 90000]],
    "tax_brackets": [["Year", "Tax", "From", "Rate"], [2026, "income", 0, 0.1]],
}  # fmt: skip
"""Rows of each table that a workbook without them has no place for."""


def test_every_such_table_is_among_them() -> None:
    assert {place.name for place in INPUTS if not place.always} == set(ADDED)


TOGETHER = (
    ("gates", "ramps", "seasons", "matrices"),
    ("ratings", "targets", "accounts", "answers"),
    ("risk_classes", "arrangements", "adjustments", "holidays"),
    ("wages", "tax_brackets", "rates"),
    ("payments",),
)
"""Tables that are added to one workbook; none of them is about what another one is."""


def test_each_is_added_once() -> None:
    assert sorted(name for names in TOGETHER for name in names) == sorted(ADDED)


@pytest.mark.parametrize("names", TOGETHER, ids=" ".join)
def test_a_refresh_takes_tables_in_and_the_check_passes(
    small: Path, tmp_path: Path, names: tuple[str, ...]
) -> None:
    book = openpyxl.load_workbook(small)
    for name in names:
        page = book.create_sheet(f"Extra {name}")
        for row in ADDED[name]:
            page.append(row)
        last = openpyxl.utils.get_column_letter(len(ADDED[name][0]))
        page.add_table(Table(displayName=f"tbl{name.capitalize()}", ref=f"A1:{last}{len(ADDED[name])}"))
    if "payments" in names:  # only a component that pays as collected reads them
        components = book["Plans"]
        header = next(cell for cell in components[6] if cell.value == "Credit date")
        components.cell(9, header.column, "payment")
    path = tmp_path / "added.xlsx"
    book.save(path)
    report = refresh_file(path)
    said = [one for one in report.warnings if "do not read" in one.message]
    assert len(said) == 1 and "csm-xl new" in said[0].hint
    named = said[0].message.partition("do not read ")[2].partition(":")[0]
    assert sorted(named.replace(" and ", ", ").split(", ")) == sorted(names)
    assert not [str(one) for one in check(path) if one.severity != "note"]
