"""What a refresh prints: every table that people have filled since the workbook was built."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from books import REFRESHED, small_tables

from csm_xl.workbook.build import build
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.addresses import LAST_ROW, span
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.patch import Edit, patch

LATER = datetime(2026, 5, 4, 8, 15)


@pytest.fixture(scope="module")
def typed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook in which a table that was empty has rows, and a short one has outgrown its page."""
    folder = tmp_path_factory.mktemp("printed")
    tables = small_tables()
    built = build(folder / "built.xlsx", tables, "2026-Q1", REFRESHED)
    package = Package(built)
    deals = region(package, "tblDeals")
    changes = region(package, "tblChanges")
    deal = {"Deal id": "D1", "Date": date(2026, 2, 1), "Amount (deal currency)": 100}
    raise_ = {"Employee id": "E2", "From": date(2026, 2, 1), "Base salary (USD/year)": 90_000}
    target = folder / "typed.xlsx"
    patch(package, Edit({
        "tblDeals": [[deal.get(header) for header in deals.headers]],
        "tblChanges": [[raise_.get(header) for header in changes.headers]],
    }), target)  # fmt: skip
    return target


def region(package: Package, name: str) -> Region:
    return next(one for one in package.tables() if one.name == name)


def covers(package: Package, name: str) -> bool:
    """Whether a print area of its sheet holds a table with its caption, and with every row."""
    table = region(package, name)
    areas = [span(one) for one in package.print_areas[table.sheet].split(",")]
    return any(
        one.top <= table.first_row - 2 and one.left <= table.first_column
        and table.last_column <= one.right and table.last_row <= one.bottom
        for one in areas
    )  # fmt: skip


def test_a_table_that_was_empty_is_printed_once_it_has_rows(typed: Path, tmp_path: Path) -> None:
    before = Package(typed)
    assert not covers(before, "tblChanges")
    path = tmp_path / "plan.xlsx"
    path.write_bytes(typed.read_bytes())
    refresh_file(path, LATER)
    after = Package(path)
    assert covers(after, "tblChanges") and covers(after, "tblRoster") and covers(after, "tblDeals")
    changed = {sheet for sheet, areas in after.print_areas.items() if areas != before.print_areas[sheet]}
    assert changed == {"Roster", "Checks"}, "the latter for what was found; of tables that are empty, nothing"
    assert after.print_areas["Roster"].startswith(before.print_areas["Roster"] + ",")
    refresh_file(path, datetime(2026, 6, 1))
    assert Package(path).print_areas == after.print_areas


def test_the_longest_table_of_a_sheet_prints_whatever_its_columns_hold(typed: Path) -> None:
    for sheet in ("Roster", "Results", "Goals", "Payouts", "Total Comp", "Log"):
        first, *_ = (span(one) for one in Package(typed).print_areas[sheet].split(","))
        assert (first.top, first.left, first.bottom) == (1, 1, LAST_ROW), sheet
