"""The Functions sheet: the whole registry, each example live and equal to what the registry computes."""

from __future__ import annotations

from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from csm_xl.functions import REGISTRY, cache, modelling
from csm_xl.functions.reference import call_text
from csm_xl.workbook.page import HEAD_ROW, Template
from csm_xl.workbook.sheets import functions
from csm_xl.workbook.sheets.functions import HEADS, LIVE, functions_sheet
from csm_xl.xlsx.evaluate import recalculate


@pytest.fixture(scope="module")
def page(small: Path) -> Worksheet:
    return openpyxl.load_workbook(small)["Functions"]


@pytest.fixture(scope="module")
def shown(small: Path) -> Worksheet:
    return openpyxl.load_workbook(small, data_only=True)["Functions"]


def block(result: Any) -> list[list[Any]]:
    return result if isinstance(result, list) else [[result]]


def near(stored: Any, computed: Any) -> bool:
    if isinstance(computed, date):
        return isinstance(stored, datetime) and stored.date() == computed
    if isinstance(computed, float):
        return stored == pytest.approx(computed, rel=1e-12)
    return (stored or "") == (computed or "")


def test_every_function_has_its_row_in_the_order_of_the_registry(shown: Worksheet) -> None:
    rows = list(shown.iter_rows(min_row=HEAD_ROW + 1, max_col=LIVE, values_only=True))
    rows = [row for row in rows if row[0]]
    assert [row[0] for row in rows] == list(REGISTRY)
    assert [cell.value for cell in shown[HEAD_ROW][: len(HEADS)]] == [head for head, _ in HEADS]
    for row, function in zip(rows, REGISTRY.values(), strict=True):
        assert row[1:4] == (function.category, f"={function.signature}", function.summary)
        for parameter in function.parameters:
            assert f"{parameter.name}" in row[4] and parameter.help in row[4] and parameter.unit in row[4]
        assert row[5] == (function.errors or "nothing")
        assert row[6].startswith(f"={function.name}(")


def test_the_live_result_is_what_the_registry_gives_for_the_example_as_it_is_written(
    page: Worksheet, shown: Worksheet
) -> None:
    for row in range(HEAD_ROW + 1, HEAD_ROW + 1 + len(REGISTRY)):
        written, live = shown.cell(row, 7).value, page.cell(row, LIVE)
        assert live.data_type == "f" and live.value.startswith(written.partition("(")[0])
        computed = block(call_text(written))[0][0]
        assert near(shown.cell(row, LIVE).value, computed), (written, shown.cell(row, LIVE).value)


def test_results_of_many_cells_stand_whole_beside_their_arguments(page: Worksheet, shown: Worksheet) -> None:
    arrays = [cell for row in page.iter_rows(min_col=len(HEADS) + 1) for cell in row
              if isinstance(cell.value, ArrayFormula)]  # fmt: skip
    written = {shown.cell(row, 1).value: shown.cell(row, 7).value
               for row in range(HEAD_ROW + 1, HEAD_ROW + 1 + len(REGISTRY))}  # fmt: skip
    many = {
        name
        for name, text in written.items()
        if len(block(call_text(text))) * len(block(call_text(text))[0]) > 1
    }
    assert {cell.value.text[1:].partition("(")[0] for cell in arrays} == many
    assert len(many) > 15
    for cell in arrays:
        computed = block(call_text(written[cell.value.text[1:].partition("(")[0]]))
        for stored, wanted in zip(shown[cell.value.ref], computed, strict=True):
            for one, value in zip(stored, wanted, strict=True):
                assert near(one.value, value), (cell.value.text, one.coordinate)


def test_links_lead_to_a_category_s_first_function_and_to_the_arguments(page: Worksheet) -> None:
    categories = [function.category for function in REGISTRY.values()]
    names = list(REGISTRY)
    found = {}
    for row in page.iter_rows(min_row=4):
        for cell in row:
            if cell.hyperlink:
                target = page[cell.hyperlink.location.rpartition("!")[2]]
                if cell.value in categories:
                    assert target.row == HEAD_ROW + 1 + categories.index(cell.value)
                    found[cell.value] = target
                else:
                    assert target.value == names[cell.row - HEAD_ROW - 1]
    assert set(found) == set(categories)


def test_it_can_be_filtered_and_only_the_reference_is_printed(page: Worksheet) -> None:
    last = HEAD_ROW + len(REGISTRY)
    assert page.auto_filter.ref == f"A{HEAD_ROW}:I{last}"
    assert page.print_area.replace("$", "").endswith(f"A1:H{last}")
    assert page.protection.sheet and page.protection.autoFilter is False


def test_what_takes_long_is_computed_once_for_the_sheet_and_its_recalculation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The sheet needs the size of a result before it is calculated; the recalculation finds it again."""
    counted: list[str] = []

    def counting(function: Any) -> Any:
        @wraps(function)
        def call(*given: Any) -> Any:
            counted.append(function.__name__)
            return function(*given)

        return call

    for name in ("_solved", "_swings", "_diff"):
        monkeypatch.setattr(modelling, name, counting(getattr(modelling, name)))
    monkeypatch.setattr(cache, "_FOUND", {})
    functions._called.cache_clear()
    sheet = functions_sheet()
    assert sorted(counted) == ["_diff", "_solved", "_swings"]
    values = recalculate(Template((sheet,), {}, "", datetime(2026, 4, 1), {}).book())
    assert sorted(counted) == ["_diff", "_solved", "_swings"]
    assert any(str(value).startswith("attainment of every measure") for value in values.values())
