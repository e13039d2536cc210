"""Formulas that cannot be calculated here still depend on what they name: when it changes, Excel is asked."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from books import AMOUNT, edited, sheet_part
from own_file import cell, line, own_file
from own_sheet import asks, book, cells, raised, told, with_sheet

from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.addresses import Place, spot
from csm_xl.xlsx.book import Book
from csm_xl.xlsx.mentions import mentions
from csm_xl.xlsx.package import Package, Region

LATER = datetime(2026, 6, 1)
ROW, COLUMN = spot(AMOUNT)
LINKED = (
    f"Payouts!{AMOUNT}*[1]Rates!$A$1",
    f"Payouts!{AMOUNT}*'[rates.xlsx]Rates'!A1",
    f"Payouts!{AMOUNT}*'C:\\pay\\[rates.xlsx]Rates'!A1",
    f"Payouts!{AMOUNT}*[1]!rate",
    f"SUM(Cover:Payouts!{AMOUNT})",
    f"SUM('Payouts:Total Comp'!{AMOUNT})",
    "SUM(tblPayouts[Amount (USD)])*[1]Rates!$A$1",
    f"SUM(Payouts!{AMOUNT}:INDEX(Payouts!A:ZZ,{ROW},{COLUMN}))*[1]!rate",
    f'INDIRECT("Payouts!{AMOUNT}")*[1]!rate',
    "SUM((",
)


@pytest.mark.parametrize("formula", LINKED)
def test_a_formula_that_only_excel_can_calculate_is_named_when_what_it_names_changes(
    formula: str, small: Path, tmp_path: Path
) -> None:
    own = {(1, 1): (formula, 5), (2, 1): ("A1+1", 6), (3, 1): ("[1]Rates!$A$1*2", 7), (4, 1): ("A3+1", 8)}
    plan = with_sheet(small, tmp_path / "own.xlsx", "My notes", own)
    path = edited(plan, tmp_path / "plan.xlsx", sheet_part("Roster"), raised)
    report = refresh_file(path, LATER)
    assert cells(report.left_to_excel) == ["A1", "A2"]
    assert asks(path)
    held = Package(path).cells("My notes").values
    assert [held[row, 1] for row in range(1, 5)] == [5, 6, 7, 8]


def test_where_nothing_changed_a_link_is_no_reason_to_ask_excel(small: Path, tmp_path: Path) -> None:
    own = {(1, 1): (LINKED[0], 5), (2, 1): (LINKED[4], 5), (3, 1): ("A1+A2", 10)}
    path = with_sheet(small, tmp_path / "plan.xlsx", "My notes", own)
    when = datetime(2026, 4, 7, 9, 30)
    assert cells(refresh_file(path, when).left_to_excel) == []
    assert not [issue for issue in check(path) if issue.severity != "note"]


@pytest.mark.parametrize("formula", ["B1*[1]Rates!A1", "SUM(S:S!B1)", "[1]!name&amp;B1", "B1*'[r.xlsx]Q'!A1"])
def test_what_depends_on_a_link_follows_in_a_recalculation(formula: str, tmp_path: Path) -> None:
    row = line(1, cell("A1", 10), cell("B1", 4, "A1*2"), cell("C1", 8, formula), cell("D1", 9, "C1+1"))
    path = own_file(tmp_path / "book.xlsx", {"S": row})
    found = recalculate_file(path)
    assert told(found) == {"B1": 20} and cells(found.left) == ["C1", "D1"] and asks_own(path)


def asks_own(path: Path) -> bool:
    return b'fullCalcOnLoad="1"' in Package(path).read("xl/workbook.xml")


def test_a_name_for_cells_of_another_workbook_is_no_error(tmp_path: Path) -> None:
    row = line(1, cell("A1", 10), cell("B1", 30, "A1*rate"), cell("C1", 4, "A1*2"), cell("D1", 7, "rate"))
    names = "<definedNames><definedName name='rate'>[1]Rates!$A$1</definedName></definedNames>"
    path = own_file(tmp_path / "book.xlsx", {"S": row}, names=names)
    found = recalculate_file(path)
    assert told(found) == {"C1": 20} and cells([*found.kept, *found.left]) == ["B1", "D1"]


def named(formula: str, **names: Any) -> tuple[list[tuple[str, int, int, int, int]], bool]:
    at = Place("S", 9, 9)
    one = Book(["S", "T", "U"], formulas={at: formula}, **names)
    one.tables["pay"] = Region("Pay", "T", 1, 1, 3, ("Who", "Pay"))
    found = mentions(one)
    return sorted(found.areas[at]), at in found.anywhere


@pytest.mark.parametrize(
    ("formula", "areas", "anywhere"),
    [
        ("=A1+T!B2", [("s", 1, 1, 1, 1), ("t", 2, 2, 2, 2)], False),
        ("=SUM(S:U!B2)", [("s", 2, 2, 2, 2), ("t", 2, 2, 2, 2), ("u", 2, 2, 2, 2)], False),
        ("=SUM('T:U'!B2:C3)", [("t", 2, 2, 3, 3), ("u", 2, 2, 3, 3)], False),
        ("=SUM(U:T!B2)", [("t", 2, 2, 2, 2), ("u", 2, 2, 2, 2)], False),
        ("=SUM(S:Gone!B2)", [], True),
        ("=[1]T!B2+A1", [("s", 1, 1, 1, 1)], False),
        ("=SUM([1]T:V!B2)+A1", [("s", 1, 1, 1, 1)], True),
        ("=SUM(Pay[Pay])*[1]!rate", [("t", 2, 2, 3, 2)], False),
        ("=Pay[Gone]+A1", [("s", 1, 1, 1, 1)], False),
        ("=three+[1]!rate", [("s", 1, 1, 1, 1), ("t", 1, 1, 1, 1)], False),
        ("=moving", [("s", 1, 1, 1, 1)], True),
        ("=round", [], True),
        ("=A1:INDEX(C:C,5)", [("s", 1, 1, 1048576, 3)], False),
        ("=B2:OFFSET(A1,1,1)", [("s", 1, 1, 2, 2)], True),
        ('=INDIRECT("A1")', [], True),
        ("=SUM((", [], True),
    ],
)
def test_what_a_formula_names(
    formula: str, areas: list[tuple[str, int, int, int, int]], anywhere: bool
) -> None:
    names = {"three": "SUM(S:T!$A$1)", "moving": "OFFSET(S!$A$1,1,1)", "round": "round"}
    assert named(formula, names=names) == (areas, anywhere)


def test_a_link_leaves_the_rest_of_a_workbook_proven(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {(1, 1): 10, (1, 2): ("A1*2", 4), (1, 3): ("B1*2", 8),
                                         (2, 1): ("[1]Rates!A1", 3), (2, 2): ("A2*2", 6)})  # fmt: skip
    found = recalculate_file(path)
    assert told(found) == {"B1": 20, "C1": 40} and cells(found.kept) == ["A2"] and not found.left
