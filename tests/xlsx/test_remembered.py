"""What tests take from memory is what they would read and calculate anew."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import remembered
from books import plain_book

from csm_xl.workbook.own_functions import OURS
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.cells import Cells, read_cells
from csm_xl.xlsx.package import Package

HERE = Place("S", 1, 2)


class Counted:
    """A calculation that gives the number of the time it is asked, and calls a worksheet function if told."""

    def __init__(self, *call: Any) -> None:
        self.times = 0
        self.call = call

    def __call__(self, book: Book, plain_formulas: Mapping[Place, str]) -> dict[Place, Any]:
        self.times += 1
        if self.call:
            name, *given = self.call
            try:
                book.functions.calls[name](*given)
            except Exception:
                return {HERE: "failed"}
        return {HERE: self.times}


def book(value: Any = 1.0, formula: str = "=A1", **options: Any) -> Book:
    return Book(["S"], {Place("S", 1, 1): value}, {HERE: formula}, functions=OURS, **options)


def test_the_same_workbook_is_calculated_once_and_its_values_are_ones_own() -> None:
    asked = remembered.remembered_workbooks(Counted())
    asked(book(), {})[HERE] = "changed"
    assert asked(book(), {}) == {HERE: 1}


@pytest.mark.parametrize(
    "other",
    [book(2.0), book(True), book("1.0"), book(-0.0), book(formula="=A1+0"), book(is_1904=True),
     book(hidden={"s": frozenset({1})}), book(names={"rate": "S!$A$1"}), book(arrays={HERE: (1, 1)})],
)  # fmt: skip
def test_another_workbook_is_calculated(other: Book) -> None:
    asked = remembered.remembered_workbooks(Counted())
    asked(book(), {})
    asked(book(0.0), {})
    assert asked(other, {}) == {HERE: 3}


def test_one_whose_function_failed_is_calculated_again_because_the_failure_is_noted() -> None:
    calculation = Counted("CSM_CAP", "a word")
    asked = remembered.remembered_workbooks(calculation)
    assert [asked(book(), {}), asked(book(), {})] == 2 * [{HERE: "failed"}]
    assert calculation.times == 2


def test_one_that_shows_the_last_error_is_calculated_again_once_there_is_another() -> None:
    asked = remembered.remembered_workbooks(Counted("CSM_ERROR"))
    first = asked(book(), {})
    assert asked(book(), {}) == first
    with pytest.raises(Exception, match="not a number"):
        OURS.calls["CSM_CAP"]("a word of this test alone")
    assert asked(book(), {}) != first


def test_a_sheet_is_read_once_and_its_cells_are_ones_own(tmp_path: Path) -> None:
    reads: list[str] = []

    def counted(source: Package, sheet: str) -> Cells:
        reads.append(sheet)
        return read_cells(source, sheet)

    read = remembered.remembered_sheets(counted)
    one = Package(plain_book(tmp_path / "one.xlsx", {"S": [["a", 1]]}))
    other = Package(plain_book(tmp_path / "other.xlsx", {"S": [["b", 1]]}))  # its texts are apart
    read(one, "S").values[1, 1] = "changed"
    assert [read(one, "S").values, read(other, "S").values] == [
        {(1, 1): "a", (1, 2): 1}, {(1, 1): "b", (1, 2): 1},
    ]  # fmt: skip
    assert reads == ["S", "S"]
