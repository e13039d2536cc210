"""A value that a spreadsheet stored is replaced only by one that is proven; every other value stays."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import formualizer
import openpyxl
import pytest
import xlsxwriter
from books import edited, sheet_part
from own_sheet import asks, book, cells, raised, told, with_sheet
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.proof.areas import Sheets
from csm_xl.xlsx.proof.certain import agrees, certain
from csm_xl.xlsx.proof.values import Number, UnsureError
from csm_xl.xlsx.references import area_of
from csm_xl.xlsx.values import ErrorCell

STORED = Path(__file__).parent / "stored"
LATER = datetime(2026, 6, 1)
RIGHT: Mapping[str, Mapping[str, Any]] = {
    "data-table": {"Plan!B5": 16000, "Plan!C2": 22000},  # ClosedXML#1661
    "hours": {  # xlwings#2105, read-excel-file#83
        "Week!C5": 0.729166666666667, "Week!D5": 17.5, "Week!C6": 3.75, "Week!D6": 90, "Week!E6": 2,
        "Week!D8": True, "Week!D9": 9,
    },
    "blank-shown-as-date": {"S!B1": 0, "S!B2": 31, "S!B3": 32},  # readxl#148
    "date1904": {"Pay!B6": 42734, "Pay!B8": 42369, "Pay!B11": -1},  # calamine#629
    "sheet-names-missing": {"Q1!C1": 50, "Q2!C1": 70, "Q2!D1": 50},  # bilig#100
    "relative-name": {"S!B2": 200, "S!C3": 300},  # EPPlus DefinedNameRelative.xlsx
    "table-totals": {"Pay!E1": 350, "Pay!E2": 4, "Pay!E6": 700, "Pay!C2": 0.285714285714286},  # poi bug66215
    "table-header-in-two-lines": {"Pay!D1": 350},  # ClosedXML#392
    "subtotal-filtered": {"S!B5": 5000, "S!B6": 2, "S!B7": 5000},  # EPPlus#579
    "column-times-column": {  # EPPlus#1239
        "S!D2": 40, "S!D3": 90, "S!E2": 40, "S!E3": 90, "S!F3": "y", "S!G2": 2,
    },
    "array-formula-spread": {"S!D2": 6, "S!E1": 6, "S!F3": 10, "S!G4": "#N/A"},  # poi 57798.xlsx
    "function-over-an-array": {"S!D1": 3500, "S!D2": 3500, "S!D3": 225, "S!D4": 225},  # ironcalc ROUND.xlsx
    "several-criteria": {"S!D1": 3500, "S!D2": 3500, "S!D3": 2},  # EPPlus#391
    "total-that-names-itself": {  # hyperformula#1214
        "S!B5": 600, "S!C5": 600, "S!D3": 300, "S!A7": 7, "S!A8": 2,
    },
    "xlookup-next-smaller": {"S!D1": 10, "S!D2": 10, "S!D3": 0.1},  # poi xlookup.xlsx
    "month-from-its-name": {"S!B1": 45323, "S!B2": 3, "S!B3": 46082},  # Excel: 45323
    "workbook22": {"Pay!B1": 4},  # OpenXLSX#254
}  # fmt: skip
"""File → cells whose stored values Excel wrote, and where such files come from."""
OWN = {
    (1, 2): "amount", (2, 2): 1000, (3, 2): 2500, (4, 2): 4000,
    (1, 3): "region", (2, 3): "East", (3, 3): "West", (4, 3): "North",
    (2, 1): 46037, (3, 1): 46053, (4, 1): 46063,
    (5, 2): ("SUM(B2:OFFSET(B5,-1,0))", 7500),
    (6, 2): ('SUM(SUMIFS(B2:B4,C2:C4,{"East","West"}))', 3500),
    (7, 2): ("SUMPRODUCT((MONTH(A2:A4)=1)*B2:B4)", 3500),
    (8, 2): ("SUMPRODUCT(ROUND(B2:B4*0.03,2))", 225),
    (9, 2): ('IF(33.1+66.2=99.3,"ok","differs")', "ok"),
}  # fmt: skip
"""A sheet of somebody's own: row and column → what was typed, or a formula and what Excel stored for it."""


# ---- what Excel stored -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", RIGHT)
def test_what_excel_stored_stays(name: str, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes((STORED / f"{name}.xlsx").read_bytes())
    found = recalculate_file(path)
    assert found.changed == () and found.left == ()
    assert path.read_bytes() == (STORED / f"{name}.xlsx").read_bytes()
    book = load(Package(path))
    stored = {str(place): value for place, value in book.stored.items()}
    for cell, right in RIGHT[name].items():
        if cell in stored:
            shown = stored[cell].text if isinstance(stored[cell], ErrorCell) else stored[cell]
            assert shown == (pytest.approx(right) if isinstance(right, float) else right)


def test_one_impossible_number_keeps_nothing_from_being_calculated(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes((STORED / "one-impossible-number.xlsx").read_bytes())
    assert told(recalculate_file(path)) == {"A2": 4}
    values = Package(path).cells("S").values
    assert (str(values[1, 1]), values[2, 1], str(values[3, 1])) == ("#DIV/0!", 4, "#NUM!")


@pytest.mark.parametrize(
    "formula",
    ["TODAY()", "NOW()", "RAND()", 'CELL("filename")', "SUM(SUMIFS(A1:A3,A1:A3,{1,2}))", "A1:A3*2",
     "SUBTOTAL(9,A1:A3)*7", "SUM(OFFSET(A1,0,0,2,1))", "INDIRECT(\"A\"&A1)"],
)  # fmt: skip
def test_what_depends_on_a_value_that_may_be_outdated_is_named_with_it(formula: str, tmp_path: Path) -> None:
    """Somebody may have typed over A1: B2 repeats B1, which is not proven, and B3 repeats B2."""
    held = {(1, 1): 1, (2, 1): 2, (3, 1): 3, (1, 2): (formula, 77), (2, 2): ("B1+1", 78)}
    held |= {(3, 2): ("B2*2", 156), (4, 2): ("A2*2", 4)}
    path = book(tmp_path / "book.xlsx", held)
    found = recalculate_file(path)
    assert not found.changed and cells([*found.kept, *found.left]) == ["B1", "B2", "B3"]
    assert Package(path).cells("S").values[2, 2] == 78


@pytest.mark.parametrize(
    "formula",
    ["CUBEVALUE(A1)", "[1]Other!A1", "[1]!rate", "'[other.xlsx]Q 1'!A1", "NOBODYKNOWS(A1)",
     "LAMBDA(x,x+1)(A1)"],
)  # fmt: skip
def test_what_cannot_be_proven_keeps_its_value(formula: str, tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {(1, 1): 1, (2, 1): 2, (3, 1): 3, (1, 2): (formula, 77),
                                         (2, 2): ("B1+1", 78), (3, 2): ("SUM(A1:A3)", 5)})  # fmt: skip
    found = recalculate_file(path)
    assert told(found) == {"B3": 6} and cells(found.kept) == ["B1"] and found.left == ()
    assert Package(path).cells("S").values[1, 2] == 77
    assert asks(path)  # something in the file was outdated, so perhaps this is


def test_a_file_in_which_nothing_differs_is_not_written(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {(1, 1): 2, (1, 2): ("TODAY()", 7), (1, 3): ("A1*2", 4)})
    before = path.read_bytes()
    assert cells(recalculate_file(path).kept) == ["B1"]
    assert path.read_bytes() == before


def test_what_depends_on_a_change_follows_where_it_was_reproduced(tmp_path: Path) -> None:
    """B1 is outdated and plain. C1 gave its value before, D1 did not, E1 follows from D1."""
    path = book(tmp_path / "book.xlsx", {
        (1, 1): 10, (2, 1): 20, (1, 2): ("A1*2", 4), (1, 3): ("STDEV.S(B1,A2)", 11.313708498984761),
        (1, 4): ("CUBEVALUE(B1)", 6), (1, 5): ("D1+1", 7), (1, 6): ("A2+1", 21)})  # fmt: skip
    found = recalculate_file(path)
    assert told(found) == {"B1": 20, "C1": 0} and cells(found.left) == ["D1", "E1"] and not found.kept
    values = Package(path).cells("S").values
    assert (values[1, 4], values[1, 5]) == (6, 7) and asks(path)


def test_an_empty_text_or_0_proves_little(tmp_path: Path) -> None:
    """Many wrong ways of calculating end in nothing: such a formula is calculated only if it is familiar."""
    path = book(tmp_path / "book.xlsx", {
        (1, 1): 1, (1, 2): ("A1*3", 0), (1, 3): ("IF(B1=0,0,BESSELI(B1,1))", 0),
        (1, 4): ("IF(B1=0,0,B1+1)", 0)})  # fmt: skip
    found = recalculate_file(path)
    assert told(found) == {"B1": 3, "D1": 4} and cells(found.left) == ["C1"]


@pytest.mark.parametrize("setting", [' iterate="1"', ' fullPrecision="0"'])
def test_a_file_that_calculates_by_its_own_rules_is_left_to_excel(setting: str, tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {(1, 1): 10, (1, 2): ("A1*2", 21)}, setting)
    found = recalculate_file(path)
    assert not found.changed and cells(found.kept) == ["B1"]


def test_a_number_that_a_program_shortened_is_not_outdated(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {(1, 1): 10, (1, 2): ("A1/3", 3.333333), (2, 2): ("A1/4", 2.4)})
    assert told(recalculate_file(path)) == {"B2": 2.5}


def test_a_reference_that_a_function_makes_may_mean_what_is_left(tmp_path: Path) -> None:
    path = book(
        tmp_path / "book.xlsx",
        {(1, 1): 10, (1, 2): ("A1*2", 4), (1, 3): ("CUBEVALUE(B1)", 6), (1, 4): ('INDIRECT("S!B1")+1', 5)},
    )
    found = recalculate_file(path)
    assert told(found) == {"B1": 20} and cells(found.left) == ["C1", "D1"]


def test_a_value_that_stays_by_coincidence_is_not_taken_for_proven(tmp_path: Path) -> None:
    """C1 gave 0 before and gives 0 now, by a calculation that nothing has shown to be Excel's."""
    path = book(tmp_path / "book.xlsx", {
        (1, 1): 1, (1, 2): ("A1*3", 0), (2, 2): 5, (2, 3): ("C1+1", 1),
        (1, 3): ("SUM(SUMIFS(B2:B2,B1:B1,{1,2}))", 0)})  # fmt: skip
    found = recalculate_file(path)
    assert told(found) == {"B1": 3} and cells(found.left) == ["C1", "C2"]


# ---- without a value ----------------------------------------------------------------------------------


def test_formulas_of_openpyxl_get_their_values(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    page.title = "S"
    for row, (name, amount) in enumerate([("East", 10), ("West", 20), ("East", 30)], 1):
        page.cell(row, 1, name)
        page.cell(row, 2, amount)
    page["C1"] = '=SUMIFS(B1:B3,A1:A3,"East")'
    page["C2"] = '=VLOOKUP("West",A1:B3,2,FALSE)*C1'
    page["C3"] = "=EDATE(DATE(2026,1,31),1)"
    page["C4"] = "=CSM_TOTALCOMP(100000,25000,1.1)"
    page["C5"] = '=SUM(SUMIFS(B1:B3,A1:A3,{"East","West"}))'
    page["C6"] = "=C5+1"
    page["C7"] = "=TODAY()"
    made.save(path)
    found = recalculate_file(path)
    assert told(found) == {"C1": 40, "C2": 800, "C3": 46081, "C4": 127500}
    assert cells(found.left) == ["C5", "C6", "C7"] and asks(path)
    assert not recalculate_file(path).changed


READ_OTHERWISE = (
    ('="Sum "&A1', 1 / 3),  # Excel writes 15 digits
    ("=LEN(A1)", 1 / 3),
    ('=CONCATENATE(A1,"x")', 2 / 3),
    ("=LEFT(A1*3,8)", 0.1),
    ("=IF(A1*3=0.3,1,0)", 0.1),  # Excel compares 15 digits
    ("=LOWER(A1)", "ÄRGER"),
    ("=UPPER(A1)", "élan"),
    ('=IF(A1="ÄRGER",1,2)', "ärger"),
    ('=IF(A1<"b",1,2)', "a-b"),
    ("=PROPER(A1)", "the 3rd"),
    ("=LEN(A1)", "😀"),
    ("=CEILING(-7,A1)", -2),
    ("=FLOOR(A1,-2)", -7),
    ("=YEAR(A1)", "2026-03-31"),  # Excel reads a date out of a text
    ('=IF(A1,1,2)', "TRUE"),
    ("=EDATE(A1,1)", "2026-01-31"),
    ("=SUMPRODUCT(1/COUNTIF(A1:A3,A1:A3))", "East"),
    ("=SUM(SUMIF(A1:A3,A1:A3,B1:B3))", "East"),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "held"), READ_OTHERWISE)
def test_what_excel_reads_otherwise_gets_no_value(formula: str, held: Any, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    page.title = "S"
    page["A1"], page["A2"], page["C1"], page["C2"] = held, 1, formula, "=C1"
    made.save(path)
    found = recalculate_file(path)
    assert not found.changed and cells(found.left) == ["C1", "C2"] and asks(path)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ('="Sum "&A2*B2', "Sum 30"),
        ('="Sum "&A2*1.5&" of "&A1', "Sum 30 of Öl"),
        ("=LEFT(A1,1)&LEN(A1)", "Ö2"),
        ("=CEILING(A2,8)-FLOOR(A2,8)", 8),
        ("=YEAR(B1)", 2026),
        ("=IF(A2>=B2*10,1,0)", 1),
        ("=SQRT(B3)+A2", ErrorCell("#NUM!")),  # an error that is there already
        ("=COUNTIF(A1:A3,A2)", 1),
        ("=IF((A2>1)=(A2>90),1,2)", 2),
    ],
)
def test_what_excel_reads_alike_gets_its_value(formula: str, value: Any, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    page.title = "S"
    page["A1"], page["A2"], page["B1"], page["B2"], page["B3"] = "Öl", 20, datetime(2026, 3, 1), 1.5, "#NUM!"
    page["C1"] = formula
    made.save(path)
    assert told(recalculate_file(path)) == {"C1": value}


def test_what_is_made_of_old_and_new_is_left_to_excel(tmp_path: Path) -> None:
    """Somebody typed over A1: B1 is written; B2 may be outdated, so no sum of the two is written."""
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(path)
    page = made.add_worksheet("S")
    page.write_column("A1", [20, 2, 3])
    page.write_formula("B1", "=A1*2", value=2)
    page.write_formula("B2", "=MEDIAN(A1:A3)", value=99)
    page.write_formula("B3", "=SUM(B1:B2)", value=101)
    page.write_formula("B4", "=B3+1", value=102)
    page.write_formula("B5", "=B1+1", value=3)
    made.close()
    found = recalculate_file(path)
    assert told(found) == {"B1": 40, "B5": 41}
    assert cells(found.left) == ["B3", "B4"] and cells(found.kept) == ["B2"] and asks(path)


def test_many_errors_of_text_take_seconds(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    for row in range(1, 3_001):
        page.cell(row, 1, "2026-03-31")
        page.cell(row, 2, f"=YEAR(A{row})")
        page.cell(row, 3, f"=B{row}+1")
    made.save(path)
    start = time.process_time()
    found = recalculate_file(path)
    assert len(found.left) == 6_000 and time.process_time() - start < 20


def test_a_changed_input_that_excel_reads_otherwise_leaves_the_cell_to_excel(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(path)
    page = made.add_worksheet("S")
    page.write_column("A1", [1, 3])
    page.write_formula("B1", "=A1/A2", value=0.5)  # outdated
    page.write_formula("B2", '=B1&" a head"', value="0.5 a head")
    page.write_formula("B3", "=TRUE&A1", value="11")  # as LibreOffice writes TRUE
    made.close()
    found = recalculate_file(path)
    assert told(found) == {"B1": pytest.approx(1 / 3)}
    assert cells(found.left) == ["B2"] and cells(found.kept) == ["B3"]


def test_the_zeros_of_a_program_that_does_not_calculate_are_no_values(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    made = xlsxwriter.Workbook(path)
    page = made.add_worksheet("S")
    page.write_column("A1", [3, 1, 2])
    page.write_formula("B1", "=MEDIAN(A1:A3)")
    page.write_formula("B2", '=IF(B1>1,HYPERLINK("x"),0)')
    made.close()
    found = recalculate_file(path)
    assert told(found) == {"B1": 2} and cells(found.left) == ["B2"]


def test_outdated_values_are_written_where_the_owner_says_so(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {(1, 1): 1, (2, 1): 3, (1, 2): ("STDEV.S(A1:A2)", 9), (2, 2):
                                         ("CUBEVALUE(A1)", 5)})  # fmt: skip
    assert not recalculate_file(path, dry_run=True).changed
    ran = CliRunner().invoke(app, ["recalc", str(path), "--unproven"])
    assert ran.exit_code == 0 and "S!B1" in ran.stdout and "1 cell on S is kept as stored" in ran.stderr
    values = Package(path).cells("S").values
    assert values[1, 2] == pytest.approx(2**0.5) and values[2, 2] == 5


# ---- one's own sheet in a workbook of pay -------------------------------------------------------------


def test_a_refresh_leaves_ones_own_sheet_as_excel_calculated_it(small: Path, tmp_path: Path) -> None:
    path = with_sheet(small, tmp_path / "plan.xlsx", "My notes", OWN)
    before = Package(path).read("xl/worksheets/own.xml")
    report = refresh_file(path, LATER)
    assert Package(path).read("xl/worksheets/own.xml") == before
    assert not [issue for issue in check(path) if issue.severity != "note"]
    assert {place.sheet for place in report.left_to_excel} <= {"My notes"}


def test_a_refresh_writes_what_it_reproduced_and_names_the_rest(small: Path, tmp_path: Path) -> None:
    total = sum(row[-1] for row in rows_of(small, "tblPayouts"))
    own = OWN | {
        (20, 1): ("SUM(tblPayouts[Amount (USD)])", total), (21, 1): ("A20*2", total * 2),
        (22, 1): ("SUM(tblPayouts[Amount (USD)])", total + 7), (23, 1): ("CUBEVALUE(A20)", 5),
        (24, 1): ("A23+1", 6), (25, 1): ("CUBEVALUE(B2)", 8),
    }  # fmt: skip
    plan = with_sheet(small, tmp_path / "own.xlsx", "My notes", own)
    path = edited(plan, tmp_path / "plan.xlsx", sheet_part("Roster"), raised)
    report = refresh_file(path, LATER)
    held = Package(path).cells("My notes").values
    new = sum(row[-1] for row in rows_of(path, "tblPayouts"))
    assert new != total
    assert (held[20, 1], held[21, 1], held[22, 1]) == pytest.approx((new, new * 2, new))
    assert (held[23, 1], held[24, 1], held[25, 1]) == (5, 6, 8)
    assert {"A23", "A24"} <= set(cells(report.left_to_excel)) and "A25" not in cells(report.left_to_excel)
    assert asks(path)
    found = check(path)
    assert not [issue for issue in found if issue.severity != "note"]
    (note,) = [issue for issue in found if "not checked" in issue.message]
    assert "My notes" in note.message and "'My notes'!A23" in note.where
    ran = CliRunner().invoke(app, ["check", str(path)])
    assert ran.exit_code == 0 and "somebody changed" not in ran.stdout + ran.stderr


def rows_of(path: Path, table: str) -> list[list[Any]]:
    package = Package(path)
    region = next(one for one in package.tables() if one.name == table)
    values = package.cells(region.sheet).values
    at = region.first_column + next(i for i, one in enumerate(region.headers) if one.startswith("Amount ("))
    return [[values[row, at]] for row in range(region.first_row + 1, region.last_row + 1)]


def test_a_rate_from_a_table_of_steps_follows_its_input(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", {
        (1, 1): 0, (1, 2): 0.05, (2, 1): 1000, (2, 2): 0.1, (1, 4): 1500,
        (1, 5): ("D1*VLOOKUP(D1,A1:B2,2,TRUE)", 25), (1, 6): ("INDEX(B1:B2,MATCH(D1,A1:A2))", 0.05),
    })  # fmt: skip
    assert told(recalculate_file(path)) == {"E1": 150, "F1": 0.1}


# ---- hostile -------------------------------------------------------------------------------------------


def test_circles_long_chains_and_deep_formulas_take_seconds(tmp_path: Path) -> None:
    chain: dict[tuple[int, int], Any] = {(1, 1): 1}
    chain |= {(row, 1): (f"A{row - 1}+1", row) for row in range(2, 10_001)}
    chain |= {(1, 2): ("C1+1", 1), (1, 3): ("B1+1", 9), (2, 2): ("B2", 4),
              (3, 2): ("IF(A1=1," * 64 + "5" + ",0)" * 64, 6), (4, 2): ("(" * 300 + "1" + ")" * 300, 7),
              (5, 2): ("CUBEVALUE(A9999)", 3), (6, 2): ("A1", 9)}  # fmt: skip
    path = book(tmp_path / "book.xlsx", chain)
    start = time.process_time()
    found = recalculate_file(path)
    assert time.process_time() - start < 20
    assert told(found)["B6"] == 1
    assert {"B1", "C1", "B5"} <= {*cells(found.kept), *cells(found.left)}
    values = Package(path).cells("S").values
    assert (values[1, 2], values[1, 3], values[5, 2], values[10_000, 1]) == (1, 9, 3, 10_000)


# ---- plain formulas, calculated a second time ---------------------------------------------------------

HELD = {
    Place("S", 1, 1): 10.0, Place("S", 2, 1): 20.0, Place("S", 3, 1): 30.0, Place("S", 1, 2): "East",
    Place("S", 2, 2): "West", Place("S", 3, 2): "east", Place("S", 1, 3): True, Place("S", 2, 3): "7",
    Place("S", 3, 3): ErrorCell("#N/A"), Place("S", 1, 4): 0.30000000000000004, Place("S", 2, 4): 2.675,
}  # fmt: skip


def found(formula: str) -> Any:
    tree = formualizer.parse(formula).to_dict()
    result = certain(tree, lambda reference: area_of(reference, "S"), Sheets(HELD))
    return result.value if isinstance(result, Number) else result


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=VLOOKUP(20,A1:B3,2)", "West"), ("=VLOOKUP(29.9,A1:B3,2,TRUE)", "West"),
        ("=VLOOKUP(999,A1:B3,2,1)", "east"), ("=MATCH(25,A1:A3)", 2), ("=MATCH(10,A1:A3,1)", 1),
        ("=-2^2", 4), ("=A1*A2-A3/2", 185), ("=A1%", 0.1), ("=SUM(A1:A3,5)", 65), ("=SUM(A1:B3)", 60),
        ("=AVERAGE(A1:A4)", 20), ("=MAX(A1:A3)-MIN(A1:A3)", 20), ("=COUNT(A1:B3)", 3),
        ('=IF(A1>=10,"a","b")&A1', "a10"), ("=B1=B3", True), ("=B1=A1", False), ('=B1&" "&1.5', "East 1.5"),
        ("=ROUND(1.005,2)", 1.01), ("=ROUND(D2,2)", 2.68), ("=ROUND(-2.5,0)", -3), ("=ROUND(A1/3,2)", 3.33),
        ("=ROUNDUP(2.1,0)", 3), ("=ROUNDDOWN(-2.9,0)", -2), ("=INT(-2.5)", -3), ("=MOD(-3,2)", 1),
        ("=SUMIFS(A1:A3,B1:B3,\"EAST\")", 40), ('=SUMIF(A1:A3,">10")', 50), ('=COUNTIF(B1:B3,"West")', 1),
        ('=VLOOKUP(20,A1:B3,2,FALSE)', "West"), ('=INDEX(A1:A3,MATCH("West",B1:B3,0))', 20),
        ("=SUMPRODUCT(A1:A3,A1:A3)", 1400), ("=LEFT(B1,2)&LEN(B2)", "Ea4"), ("=IFERROR(A1/A2,0)", 0.5),
        ("=AND(A1>5,C1)", True), ("=A1<A2", True),
    ],
)  # fmt: skip
def test_plain_formulas_give_what_every_spreadsheet_gives(formula: str, value: Any) -> None:
    assert found(formula) == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    "formula",
    ["=C2+1", "=C1+1", "=C3", "=E9", "=SUM(E1:E9)", "=1/0", "=0.1+0.2=0.3", "=D1=0.3", "=A1=C1", "=B1<B2",
     "=A1/3&\"\"", "=ROUND(0.1+0.2+0.05,1)", "=INT(0.1*3*10)", "=A1:A3+1", "=SUM(A1:A3*2)", "=TODAY()",
     "={1,2}", "=nobody", "=OFFSET(A1,0,0)", "=VLOOKUP(9,A1:B3,2)", "=VLOOKUP(0.3,D1:D2,1)",
     "=MATCH(25,B1:B3,1)", "=VLOOKUP(20,A1:C4,2)", "=MATCH(25,A1:A3,-1)",
     "=VLOOKUP(30.0000000000001,A1:B3,2)", "=VLOOKUP(A9,A1:B3,2)", "=VLOOKUP(99,A1:B3,2,FALSE)",
     "=MATCH(\"E*\",B1:B3,0)", "=COUNTIF(C1:C2,7)", '=COUNTIF(B1:B3,"Mar 5")', "=SUM(C1:C3)", "=IF(B1,1,2)",
     "=A0", "='S:T'!A1", "=#N/A", "=10^400", "=IF(A1,,2)", "=SUBTOTAL(9,A1:A3)", "=AND(E1,A1)"],
)  # fmt: skip
def test_what_two_spreadsheets_could_read_differently_is_not_sure(formula: str) -> None:
    with pytest.raises((UnsureError, ValueError)):
        found(formula)


def test_a_found_value_agrees_within_what_floats_may_be_off_by() -> None:
    assert agrees(Number(0.1 + 0.2, 1e-16), 0.3) and not agrees(Number(1.0), True) and not agrees("1", 1.0)
