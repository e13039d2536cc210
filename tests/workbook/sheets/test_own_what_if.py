"""What-if of somebody's own workbook: nothing made up stands in it, and blank cells are no errors."""

from __future__ import annotations

import pytest
from books import REFRESHED, small_tables
from openpyxl import Workbook, load_workbook

from csm_xl.workbook.build import build

_OF_ONES_OWN = {
    "Employee id", "Curve id", "Tier id", "Period", "Calculate", "What to find", "Current plan",
    "Other plan", "First day on the plan", "Filing status",
}  # fmt: skip
"""What begins with a choice among a workbook's own rows, or with a word of a list."""
_SETTINGS = ("Amount", "Change", "Trials", "Seed", "Budget")
"""Settings of the plan modeller, which are of the workbook's own period."""


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, tuple[Workbook, Workbook]]:
    found = {}
    for examples in (True, False):
        path = tmp_path_factory.mktemp("own") / "own.xlsx"
        build(path, small_tables(), "2026-Q1", REFRESHED, examples=examples)
        found[examples] = load_workbook(path), load_workbook(path, data_only=True)
    return found


def typed(book: Workbook) -> dict[str, object]:
    """The cells that a person fills, with what is in them: those with a rule."""
    page = book["What-if"]
    cells = [str(one.sqref) for one in page.data_validations.dataValidation]
    return {cell: page[cell].value for area in cells for cell in area.split()}


def label(book: Workbook, cell: str) -> str:
    page, place = book["What-if"], book["What-if"][cell]
    before = [page.cell(place.row, at).value for at in range(place.column - 1, 0, -1)]
    words = next((str(value) for value in before if isinstance(value, str) and not value.startswith("=")), "")
    return words.partition(" (")[0].rstrip(":")


def test_nothing_made_up_is_typed_in_ones_own_workbook(books: dict[bool, tuple[Workbook, Workbook]]) -> None:
    book = books[False][0]
    goal_seek = next(row for row in range(1, 200) if book["What-if"].cell(row, 1).value == "Goal seek")
    for cell, value in typed(book).items():
        if value is not None and label(book, cell) not in _OF_ONES_OWN:
            place = book["What-if"][cell]
            assert place.row > goal_seek and label(book, cell) in _SETTINGS, (cell, value)


def test_the_template_keeps_its_examples(books: dict[bool, tuple[Workbook, Workbook]]) -> None:
    values = typed(books[True][0]).values()
    assert {"Denver", "San Francisco", 1.75, 110_000, 0.035} <= set(values)


def test_blank_cells_to_try_out_give_no_error(books: dict[bool, tuple[Workbook, Workbook]]) -> None:
    shown = books[False][1]["What-if"]
    wrong = [cell.coordinate for row in shown.iter_rows(max_col=7) for cell in row
             if isinstance(cell.value, str) and cell.value.startswith("#")]  # fmt: skip
    assert not wrong


def test_both_have_the_same_formulas(books: dict[bool, tuple[Workbook, Workbook]]) -> None:
    pages = [books[examples][0]["What-if"] for examples in (True, False)]
    first, second = (
        {
            cell.coordinate: str(cell.value)
            for row in page.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        for page in pages
    )
    assert first.keys() == second.keys()
