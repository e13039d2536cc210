"""What is left where a sum or a difference nearly cancels: Excel shows 0 for much of it, floats do not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import AMOUNT, edited, sheet_part
from own_sheet import asks, book, cells, raised, told, with_sheet

from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.package import Package

LATER = datetime(2026, 6, 1)
MATTERS = (
    ('IF(D1=0,"ties","DOES NOT TIE")', "ties"),
    ('IF(D1&lt;>0,"DOES NOT TIE","ties")'.replace("&lt;", "<"), "ties"),
    ('IF(D1>0,"over","none")', "none"),
    ('IF(D1,"differs","ties")', "ties"),
    ("SIGN(D1)", 0),
    ("COUNTIF(D1:D1,0)", 1),
    ('COUNTIF(D1:D1,">0")', 0),
    ("INT(-D1)", 0),
    ("ROUNDUP(D1,0)", 0),
    ("CEILING(D1,1)", 0),
    ('IFERROR(1/D1,"none")', "none"),
    ("AND(D1=0)", True),
    ("NOT(D1)", True),
    ("MATCH(0,D1:D1,0)", 1),
    ("SUMPRODUCT((D1:D1=0)*1)", 1),
    ("SUMIF(D1:D1,0,C1:C1)", 0.3),
    ('IF(D1*1000=0,"ties","no")', "ties"),
    ('IF(MAX(D1,-D1)=0,"ties","no")', "ties"),
    ('"Open: "&D1', "Open: 0"),
    ("EXACT(D1,0)", True),
    ('CHOOSE(SIGN(D1)+2,"under","ties","over")', "ties"),
    ('IFS(D1=0,"ties",TRUE,"no")', "ties"),
)
"""What asks whether D1 is 0, and what Excel stored for it."""
HARMLESS = (
    ("ROUND(D1,2)", 0),
    ("D1+5", 5),
    ("D1*100+7", 7),
    ("SUM(D1:D1,C1)", 0.3),
    ('IF(ABS(D1)<0.005,"ties","no")', "ties"),
    ('IF(ROUND(D1,2)=0,"ties","no")', "ties"),
    ("SUMPRODUCT(D1:D1,C1:C1)+1", 1),
    ("COUNT(D1:D1)", 1),
    ("MAX(D1,3)", 3),
)
"""What gives the same, whatever is left in D1."""


def tie(formula: str, stored: Any, inputs: Mapping[str, Any]) -> dict[tuple[int, int], Any]:
    """0.1+0.2 in B1, less 0.3 in D1, which is 5.6e-17 by floats; what asks for it in E1, which F1 repeats.

    inputs: what the file stores for B1 and D1.
    """
    return {(1, 1): 0.1, (2, 1): 0.2, (1, 2): ("SUM(A1:A2)", inputs["B1"]), (1, 3): 0.3,
            (1, 4): ("B1-C1", inputs["D1"]), (1, 5): (formula, stored), (1, 6): ("E1", stored),
            (1, 7): ("A1*10", 1)}  # fmt: skip


@pytest.mark.parametrize(("formula", "stored"), [*MATTERS, *HARMLESS])
def test_a_difference_that_excel_stored_as_0_is_0(formula: str, stored: Any, tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", tie(formula, stored, {"B1": 0.3, "D1": 0}))
    found = recalculate_file(path)
    assert (found.changed, found.kept, found.left) == ((), (), ())


@pytest.mark.parametrize(("formula", "stored"), MATTERS)
def test_what_noise_decides_is_left_to_excel(formula: str, stored: Any, tmp_path: Path) -> None:
    """A1 was typed over: B1 and D1 were others before."""
    path = book(tmp_path / "book.xlsx", tie(formula, stored, {"B1": 0.5, "D1": 0.2}))
    found = recalculate_file(path)
    assert told(found) == {"B1": pytest.approx(0.3)}
    assert cells(found.left) == ["D1", "E1", "F1"] and asks(path)
    assert Package(path).cells("S").values[1, 5] == stored


@pytest.mark.parametrize(("formula", "value"), HARMLESS)
def test_what_noise_does_not_decide_is_written(formula: str, value: Any, tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", tie(formula, None, {"B1": 0.5, "D1": 0.2}))
    found = recalculate_file(path)
    expected = value if isinstance(value, str) else pytest.approx(value)
    assert told(found) == {"B1": pytest.approx(0.3), "E1": expected, "F1": expected}
    assert cells(found.left) == ["D1"] and asks(path)


@pytest.mark.parametrize(
    ("row", "noisy"),
    [
        ({"A": 33.1, "B": 66.2, "C": 99.3, "D": "=A1+B1-C1"}, True),
        ({"A": 0.1, "B": 0.2, "C": -0.3, "D": "=SUM(A1:C1)"}, True),
        ({"A": 0.1, "B": 0.2, "C": -0.3, "D": "=SUMPRODUCT((A1:C1<>9)*A1:C1)"}, True),
        ({"A": 0.1, "B": 0.2, "C": -0.3, "D": '=SUMIFS(A1:C1,A1:C1,"<9")'}, True),
        ({"A": 1.1, "B": 2.2, "C": 3.3, "D": "=(A1+B1-C1)*1000"}, True),
        ({"A": 1.1, "B": 2.2, "C": 3.3, "D": "=(A1+B1-C1)/C1"}, True),
        ({"A": 3, "B": 0.1, "C": 0.3, "D": "=A1*B1-C1"}, True),
        ({"A": 3, "B": "=A1*0.1", "C": 0.3, "D": "=B1-C1"}, True),
        ({"A": 1.1, "B": "=A1+2.2-3.3", "C": "=B1*2", "D": "=C1"}, True),
        ({"A": 100, "B": 250, "C": 350, "D": "=A1+B1-C1"}, False),
        ({"A": 37.5, "B": 12.25, "C": 49.75, "D": "=SUM(A1:B1)-C1"}, False),
        ({"A": 1234.56, "B": 1234.56, "C": 1, "D": "=A1-B1"}, False),
        ({"A": 1234.56, "B": "=A1", "C": 1, "D": "=B1-A1"}, False),
        ({"A": 33.1, "B": 66.2, "C": 99.3, "D": "=ROUND(A1+B1-C1,2)"}, False),
        ({"A": 33.1, "B": 66.2, "C": 99.4, "D": "=MAX(0,A1+B1-C1)"}, False),
        ({"A": 33.1, "B": 66.2, "C": 99.3, "D": '=SUMIFS(A1:C1,A1:C1,">500")'}, False),
        ({"A": 0.1, "B": 0.000001, "C": 3, "D": "=A1*B1"}, False),
        ({"A": "Q1", "B": 7.1, "C": 3, "D": '=IF(A1="Q2",B1+C1,0)'}, False),
    ],
)
def test_a_text_that_noise_decides_is_not_written_into_a_fresh_file(
    row: Mapping[str, Any], noisy: bool, tmp_path: Path
) -> None:
    """As openpyxl writes it, without values."""
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    page.title = "S"
    for column, value in row.items():
        page[f"{column}1"] = value
    page["E1"], page["F1"] = '=IF(D1=0,"nothing","something")', "=ROUND(D1,2)+1"
    made.save(path)
    found = recalculate_file(path)
    assert ("E1" in cells(found.left)) == noisy == ("E1" not in told(found))
    assert "F1" in told(found) or "SUMPRODUCT" in str(row["D"])  # which a fresh file shows to be nothing


def test_a_noise_that_is_stored_is_no_0(tmp_path: Path) -> None:
    """=(33.1+66.2-99.3) in brackets is 1.4e-14 in Excel too."""
    noise = 1.4210854715202004e-14
    path = book(tmp_path / "book.xlsx", {
        (1, 1): 33.1, (1, 2): 66.2, (1, 3): 99.3, (1, 4): ("(A1+B1-C1)", noise),
        (1, 5): ('IF(D1=0,"ties","no")', "no"), (1, 6): ("(A1+B1-C1)", 0),
        (1, 7): ("SIGN(F1)", 0)})  # fmt: skip
    found = recalculate_file(path)
    assert not found.changed and not found.left


def test_a_text_that_does_not_fit_the_stored_0_is_found(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", tie(MATTERS[0][0], "DOES NOT TIE", {"B1": 0.3, "D1": 0}))
    assert told(recalculate_file(path)) == {"E1": "ties", "F1": "ties"}


def reconciled(small: Path, target: Path) -> Path:
    """A sheet that compares the payout lines with a figure typed by hand: the difference is noise."""
    total = sum(amounts(small))
    typed = total + 4e-12
    assert 0 < typed - total < 1e-10
    own = {
        (1, 1): ("SUM(tblPayouts[Amount (USD)])", total), (1, 2): typed, (1, 3): ("A1-B1", 0),
        (1, 4): ('IF(C1=0,"ties","DOES NOT TIE")', "ties"), (1, 5): ("SIGN(C1)", 0),
        (2, 1): (f"Payouts!{AMOUNT}", amounts(small)[0]), (2, 2): ("A2*2", amounts(small)[0] * 2),
    }  # fmt: skip
    return with_sheet(small, target, "My notes", own)


def amounts(path: Path) -> list[float]:
    package = Package(path)
    region = next(one for one in package.tables() if one.name == "tblPayouts")
    at = region.first_column + region.headers.index("Amount (USD)")
    values = package.cells(region.sheet).values
    return [values[row, at] for row in range(region.first_row + 1, region.last_row + 1)]


def test_a_refresh_keeps_a_reconciliation_that_ties(small: Path, tmp_path: Path) -> None:
    path = reconciled(small, tmp_path / "plan.xlsx")
    before = Package(path).read("xl/worksheets/own.xml")
    report = refresh_file(path, LATER)
    assert Package(path).read("xl/worksheets/own.xml") == before and not report.left_to_excel
    assert not [issue for issue in check(path) if issue.severity != "note"]


def test_a_refresh_that_changes_pay_finds_that_it_does_not_tie(small: Path, tmp_path: Path) -> None:
    plan = reconciled(small, tmp_path / "own.xlsx")
    path = edited(plan, tmp_path / "plan.xlsx", sheet_part("Roster"), raised)
    report = refresh_file(path, LATER)
    held = Package(path).cells("My notes").values
    assert held[1, 4] == "DOES NOT TIE" and held[1, 5] == 1 and not report.left_to_excel
    assert held[1, 3] == pytest.approx(sum(amounts(path)) - held[1, 2])
