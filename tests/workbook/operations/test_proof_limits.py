"""What a formula gives beyond the inputs on which Excel was seen to agree; what may differ is left to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from own_file import cell, line, own_file

from csm_xl.workbook.operations.recalc import Recalculated, recalculate_file
from csm_xl.xlsx.addresses import Place

RESULT = Place("S", 1, 3)


def changed(path: Path, formula: str, before: tuple[Any, Any], now: Any) -> Recalculated:
    """Recalculate a formula on a cell that repeats an input; before: the input and result that Excel saw."""
    old, result = before
    row = line(1, cell("A1", now), cell("B1", old, "A1"), cell("C1", result, formula))
    return recalculate_file(own_file(path / "book.xlsx", {"S": row}))


@pytest.mark.parametrize(
    ("formula", "before", "now"),
    [
        ("VALUE(B1)", ("12", 12), "1,200"),  # Excel: 1200
        ("B1+1", ("12", 13), "$1,200"),  # 1201
        ("-B1", ("12", -12), "(3)"),  # 3
        ("IFERROR(VALUE(B1),9)", ("12", 12), "1,200"),  # 1200, and no error
        ("IFERROR(B1+1,9)", ("12", 13), "$1"),  # 2
        ("ISNUMBER(B1+0)", ("12", True), "1,200"),  # TRUE
        ("IFERROR(ROUND(B1,0),9)", ("12", 12), "1,200"),
        ('IF(B1,"y","n")', (1, "y"), "TRUE"),  # y
        ("NUMBERVALUE(B1)", ("1.5", 1.5), ""),  # 0
        ("B1^0", (5, 1), 0),  # #NUM!
        ("POWER(B1,0)", (5, 1), 0),
        ("DATE(B1,1,1)", (2026, 46023), 10000),  # #NUM!
        ("DATE(1900,B1,29)", (1, 29), 2),  # 60, a day that never was
        ("EDATE(B1,-1)", (46037, 46006), 10),  # #NUM!
        ("DAY(B1)", (46037, 15), 60),  # 29
        ("TIME(B1,0,0)", (12, 0.5), -1),  # #NUM!
        ("FLOOR(B1,0.05)", (1.23, 1.2), 1.15),  # 1.15
        ("MROUND(B1,0.1)", (1.23, 1.2), 6.05),
        ("INT(B1*100)", (1.5, 150), 1.15),
        ("TRIM(B1)", ("a  b", "a b"), "a\u00a0b"),  # Excel trims plain spaces alone
        ('TEXT(B1,"0;-0;none")', (5, "5"), 0),  # none
        ('TEXT(B1,"d")', (46037, "15"), 60),  # 29
        ("DOLLAR(B1)", (1.5, "$1.50"), -5),  # as the country writes it
        ("LARGE(D1:D3,B1)", (1, 9), 1.5),
        ('REPLACE("abc",B1,1,"x")', (1, "xbc"), 5),  # abcx
        ('IFERROR(INDEX(A:A,B1),"none")', (1, 1), 5),  # 0
        ("ROW(INDEX(A:A,B1))", (1, 1), 5),  # 5, although nothing is there
    ],
)
def test_what_excel_may_answer_otherwise_is_left_to_it(
    formula: str, before: tuple[Any, Any], now: Any, tmp_path: Path
) -> None:
    found = changed(tmp_path, formula.replace("D1:D3", "{9,5,1}"), before, now)
    assert RESULT in found.left and RESULT not in {place for place, _, _ in found.changed}


@pytest.mark.parametrize(
    ("formula", "before", "now", "result"),
    [
        ("VALUE(B1)", ("12", 12), "12.5", 12.5),
        ("B1+1", ("12", 13), "14", 15),
        ("B1^2", (5, 25), 0, 0),
        ("DATE(B1,2,29)", (2024, 45351), 2026, 46082),
        ("EDATE(B1,1)", (46037, 46068), 46053, 46081),
        ("YEAR(B1)", (46037, 2026), 46400, 2027),
        ("TIME(B1,30,0)", (12, 12.5 / 24), 6, 6.5 / 24),
        ("FLOOR(B1,5)", (12, 10), 19, 15),
        ("INT(B1*100)", (1.5, 150), 2.5, 250),
        ("TRIM(B1)", ("a  b", "a b"), " c  d ", "c d"),
        ('TEXT(B1,"#,##0")', (1500, "1,500"), 1234567, "1,234,567"),
        ('TEXT(B1,"mmm yyyy")', (46037, "Jan 2026"), 46100, "Mar 2026"),
        ('TEXT(B1,"h:mm")', (0.5, "12:00"), 0.75, "18:00"),
    ],
)
def test_what_every_spreadsheet_answers_alike_is_written(
    formula: str, before: tuple[Any, Any], now: Any, result: Any, tmp_path: Path
) -> None:
    found = changed(tmp_path, formula, before, now)
    written = {place: value for place, _, value in found.changed}
    assert written[RESULT] == (pytest.approx(result) if isinstance(result, float) else result)
    assert found.left == ()


def test_a_truth_that_a_program_stored_as_a_number_is_no_other_value(tmp_path: Path) -> None:
    """As an old LibreOffice does."""
    row = line(1, cell("A1", 0), cell("B1", 0, "OR(A1,A1)"), cell("C1", 1, "A1=0"), cell("D1", 1, "A1>0"))
    path = own_file(tmp_path / "book.xlsx", {"S": row})
    found = recalculate_file(path)
    assert found.changed == ((Place("S", 1, 4), 1, False),)
    assert recalculate_file(path).changed == ()


def test_the_row_of_a_table_is_none_beside_its_header(tmp_path: Path) -> None:
    """Excel shows #VALUE! there."""
    rows = (
        line(1, cell("A1", "pay"), cell("C1", "#VALUE!", "T[[#This Row],[pay]]")),
        line(2, cell("A2", 7), cell("C2", 3, "T[[#This Row],[pay]]")),
    )
    table = (
        'id="1" name="T" displayName="T" ref="A1:A2">'
        '<tableColumns count="1"><tableColumn id="1" name="pay"/></tableColumns>'
    )
    found = recalculate_file(own_file(tmp_path / "book.xlsx", {"S": "".join(rows)}, table=table))
    assert found.changed == ((Place("S", 2, 3), 3, 7),)
