"""What is printed: every table in full, no page without a row, on the paper that was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from books import REFRESHED, small_tables
from openpyxl import load_workbook

from csm_xl.errors import CsmError
from csm_xl.workbook.build import build
from csm_xl.workbook.page import HEAD_ROW, Column, Sheet, Table
from csm_xl.workbook.printing import areas
from csm_xl.workbook.settings import settings_of
from csm_xl.xlsx.addresses import LAST_ROW, Area, span


def table(name: str, left: int, rows: int, columns: int = 4) -> Table:
    heads = tuple(Column(f"{name} {at}", "input") for at in range(columns))
    return Table(name, name, "", heads, [[1] * columns] * rows, left)


def printed(*tables: Table, width: float = 12.0) -> list[Area]:
    sheet = Sheet("Results", "input", "Results", "", tables=list(tables))
    columns = range(1, sheet.last[1] + 1)
    return areas(
        sheet, {column: width for one in tables for column in columns if one.left <= column <= one.right}
    )


def test_a_table_without_rows_has_no_page_of_its_own() -> None:
    found = printed(table("a", 1, 100), table("b", 6, 0), table("c", 11, 0))
    assert found == [Area(1, 1, LAST_ROW, 4)]


def test_a_short_table_does_not_repeat_its_header_beside_a_long_one() -> None:
    long, short = printed(table("a", 1, 300), table("b", 6, 5))
    assert long == Area(1, 1, LAST_ROW, 4)
    assert (short.top, short.left, short.right) == (HEAD_ROW - 2, 6, 9)
    assert HEAD_ROW + 5 < short.bottom < HEAD_ROW + 36, "rows that are typed later, on the same page"


def test_short_tables_share_a_page_where_they_have_room() -> None:
    tables = table("a", 1, 5), table("b", 6, 9)
    assert printed(*tables) == [Area(1, 1, LAST_ROW, 9)]
    assert len(printed(*tables, width=40)) == 2


def test_tables_of_about_one_length_share_their_pages() -> None:
    assert len(printed(table("a", 1, 300), table("b", 6, 280))) == 1
    assert len(printed(table("a", 1, 300), table("b", 6, 180))) == 2


@pytest.mark.parametrize(("paper", "number"), [("Letter", 1), ("A4", 9)])
def test_every_sheet_is_on_the_paper_that_was_asked_for(paper: str, number: int, tmp_path: Path) -> None:
    path = build(tmp_path / "own.xlsx", small_tables(), "2026-Q1", REFRESHED, paper=paper)
    book = load_workbook(path)
    assert {page.page_setup.paperSize for page in book} == {number}
    assert {page["B17"].value for page in book if page.title == "Control"} == {paper}


def test_no_printed_area_of_the_inputs_is_without_a_row(sample: Path) -> None:
    book = load_workbook(sample)
    for name in ("Plans", "Curves", "Roster", "Results", "Goals", "Deals", "Pay data"):
        page = book[name]
        for area in page.print_area.split(",") if isinstance(page.print_area, str) else page.print_area:
            cells = page[area.rpartition("!")[2].replace("$", "").replace(str(LAST_ROW), str(page.max_row))]
            below = [cell.value for row in cells for cell in row if cell.row > HEAD_ROW]
            assert any(value is not None for value in below), (name, area)


def test_a_header_is_as_high_as_its_text(sample: Path) -> None:
    for page in load_workbook(sample):
        height = page.row_dimensions[HEAD_ROW].height
        if height and any(
            table.ref.partition(":")[0].endswith(str(HEAD_ROW)) for table in page.tables.values()
        ):
            assert height < 33, page.title  # two lines


def test_a_paper_that_there_is_not_is_refused_with_its_cell() -> None:
    assert settings_of({"period": "2026", "paper_size": "a4"}).paper_size == "A4"
    assert settings_of({"period": "2026"}).paper_size == "Letter"
    with pytest.raises(CsmError, match=r"Control!B15.*A5"):
        settings_of({"period": "2026", "paper_size": "A5"}, {"paper_size": "Control!B15"})


def test_payouts_prints_the_columns_that_are_read_on_the_width_of_a_page(sample: Path) -> None:
    page = load_workbook(sample)["Payouts"]
    last = span(page.print_area.rpartition("!")[2]).right
    heads = [page.cell(HEAD_ROW, at).value for at in range(1, last + 1)]
    assert heads[-2:] == ["Amount (USD)", "Note"] and "Eligible days (days)" not in heads
    widths = {}
    for one in page.column_dimensions.values():
        widths |= dict.fromkeys(range(one.min, one.max + 1), one.width)
    assert sum(widths[at] for at in range(1, last + 1)) < 264, "at half of its size, it can be read"


def test_a_text_of_several_lines_has_the_height_of_them(sample: Path) -> None:
    page = load_workbook(sample)["Control"]
    long = [row for row in range(1, 40) if len(str(page.cell(row, 3).value or "")) > 105]
    assert long and all((page.row_dimensions[row].height or 0) >= 26 for row in long)
