"""Names in a workbook: they come and go with a refresh, and Control says how outputs show the company."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, small_tables
from named import NASTY
from sweeps import swept

from csm_xl.errors import CsmError
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.core import reckoned
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

LATER = datetime(2026, 5, 4, 8, 15)
NAMES = {"00123": "Sample 01", "E2": "Sample 02", "E3": "Sample 03"}
OUTPUTS = ("Payouts", "Total Comp", "Statement", "Dashboard", "What-if", "Checks", "Log", "Cover")


def tables(names: dict[str, str] | None) -> dict[str, list[list[Any]]]:
    found = small_tables()
    header, *people = found["roster"]
    if names is not None:
        found["roster"] = [[*header, "employee_name"], *([*row, names.get(str(row[0]))] for row in people)]
    return found


def changed(source: Path, target: Path, cells: dict[str, Any]) -> Path:
    """A copy of a workbook with other values in named cells."""
    package = Package(source)
    places = state_of(package, load(package)).places
    patch(package, Edit(cells={places[name]: value for name, value in cells.items()}), target)
    return target


def with_names(source: Path, target: Path, names: list[str | None]) -> Path:
    """A copy of a workbook with other names on its Roster."""
    package = Package(source)
    (region,) = (one for one in package.tables() if one.name == "tblRoster")
    column = region.first_column + region.headers.index("Employee name")
    cells = {Place("Roster", region.first_row + at, column): name for at, name in enumerate(names, 1)}
    patch(package, Edit(cells=cells), target)
    return target


def column(path: Path, table: str, name: str = "employee_name") -> list[Any]:
    package = Package(path)
    return state_of(package, load(package)).column(table, name)


def statement(path: Path) -> str:
    return str(Package(path).cells("Statement").values.get((4, 1)) or "")


def shown_cells(path: Path) -> set[str]:
    """The texts on the sheets that a person does not type into."""
    package = Package(path)
    every = (value for sheet in OUTPUTS for value in package.cells(sheet).values.values())
    return {value for value in every if isinstance(value, str)}


def hidden(path: Path, sheet: str) -> set[str]:
    """The headers of hidden columns of an output table."""
    import openpyxl

    page = openpyxl.load_workbook(path)[sheet]
    folded = [one for one in page.column_dimensions.values() if one.hidden]
    columns = [at for one in folded for at in range(one.min, one.max + 1)]
    return {page.cell(6, at).value for at in columns}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("named") / "plan.xlsx", tables(NAMES), "2026-Q1", REFRESHED)


@pytest.fixture(scope="module")
def nameless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("nameless") / "plan.xlsx", tables(None), "2026-Q1", REFRESHED)


def test_names_are_beside_ids_on_every_output_sheet(named: Path) -> None:
    assert column(named, "tblTotalComp") == list(NAMES.values())
    payouts = zip(column(named, "tblPayouts", "employee_id"), column(named, "tblPayouts"), strict=True)
    assert dict(payouts) == NAMES
    assert statement(named) == "Sample 01"
    assert check(named) == []


def test_without_a_name_the_columns_are_hidden_and_the_statement_shows_none(nameless: Path) -> None:
    assert all("Employee name" in hidden(nameless, sheet) for sheet in ("Payouts", "Total Comp"))
    assert set(column(nameless, "tblPayouts")) == {None} and statement(nameless) == ""


def test_names_typed_later_appear_with_the_next_refresh(nameless: Path, tmp_path: Path) -> None:
    path = with_names(nameless, tmp_path / "plan.xlsx", ["Sample 01", "Sample 02", None])
    refresh_file(path, LATER)
    assert column(path, "tblTotalComp") == ["Sample 01", "Sample 02", None]
    assert statement(path) == "Sample 01" and check(path) == []
    assert "Employee name" not in hidden(path, "Payouts") | hidden(path, "Total Comp")


def test_a_no_on_control_takes_every_name_off_the_output_sheets(named: Path, tmp_path: Path) -> None:
    path = changed(named, tmp_path / "plan.xlsx", {"names_on_outputs": "no"})
    report = refresh_file(path, LATER)
    assert not shown_cells(path) & set(NAMES.values()) and shown_cells(named) & set(NAMES.values())
    assert statement(path) == "" and check(path) == [] and report.names == {}


def test_nasty_names_stay_texts_and_break_no_formula(named: Path, tmp_path: Path) -> None:
    for at in swept(range(0, len(NASTY), 3)):
        three = list(NASTY[at : at + 3])
        path = with_names(named, tmp_path / f"{at}.xlsx", three)
        refresh_file(path, LATER)
        wanted = [" ".join(name.split()) for name in three]
        assert column(path, "tblTotalComp")[: len(three)] == wanted
        assert statement(path) == wanted[0]
        assert [str(issue) for issue in check(path)] == []


def test_the_movers_of_a_refresh_are_named(named: Path, tmp_path: Path) -> None:
    package = Package(named)
    (region,) = (one for one in package.tables() if one.name == "tblDeals")
    at = region.headers.index("Amount (deal currency)")
    place = Place("Deals", region.first_row + 1, region.first_column + at)
    path = tmp_path / "plan.xlsx"
    patch(package, Edit(cells={place: 90000}), path)
    record = refresh_file(path, LATER).record()
    assert [(one["employee_id"], one["employee_name"]) for one in record["movers"]] == [("E3", "Sample 03")]


def test_control_names_company_and_contact_on_the_statement_sheet(named: Path, tmp_path: Path) -> None:
    said = {"company_name": "Sample Company", "contact_line": "pay@example.com"}
    path = changed(named, tmp_path / "plan.xlsx", said)
    refresh_file(path, LATER)
    cells = Package(path).cells("Statement").values
    assert cells[1, 7] == "Sample Company" and "Questions: pay@example.com" in cells.values()


def test_a_wrong_choice_on_control_is_refused_with_its_cell(named: Path, tmp_path: Path) -> None:
    path = changed(named, tmp_path / "plan.xlsx", {"names_on_outputs": "some"})
    with pytest.raises(CsmError) as error:
        refresh_file(path, LATER)
    assert error.value.issues[0].where.startswith("Control!B") and error.value.issues[0].got == "some"


def test_a_workbook_laid_out_before_says_that_it_has_no_column_for_names(named: Path) -> None:
    package = Package(named)
    state = state_of(package, load(package))
    regions = dict(state.regions)
    for name in ("tblpayouts", "tbltotalcomp"):
        headers = tuple("X" if one == "Employee name" else one for one in regions[name].headers)
        regions[name] = replace(regions[name], headers=headers)
    said = [
        one for one in reckoned(replace(state, regions=regions), LATER).warnings if "no names" in one.message
    ]
    assert [(one.severity, "tblPayouts, tblTotalComp" in one.message) for one in said] == [("note", True)]
    assert not any("no names" in one.message for one in reckoned(state, LATER).warnings)
