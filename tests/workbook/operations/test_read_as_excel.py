"""What a file says is read as Excel means it: a recalculation gives what Excel stored."""

# ruff: noqa: E501 - XML as it stands in the parts

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from own_file import cell, line, own_file

from csm_xl.workbook.operations.read import _of_region
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.evaluate import UNKNOWN, recalculate
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.same import same
from csm_xl.xlsx.values import ErrorCell


def differing(path: Path) -> dict[str, Any]:
    """The formula cells whose calculated value is not the stored one."""
    book = load(Package(path), as_filed=True)
    values = recalculate(book)
    return {str(place): value for place, value in values.items()
            if place not in book.stored or not same(book.stored[place], value)}  # fmt: skip


FILTER = '|<autoFilter ref="A1:B4"><filterColumn colId="0"/></autoFilter>'
HIDDEN = ' hidden="1"'
COLUMN = line(1, cell("A1", 1), cell("B1", 10)) + line(2, cell("A2", 2), cell("B2", 20))
NAMES = "<definedNames>{}</definedNames>"


def named(name: str, refers: str, sheet: int | None = None) -> str:
    local = "" if sheet is None else f' localSheetId="{sheet}"'
    return f'<definedName name="{name}"{local}>{refers}</definedName>'


def totals(*cells: str, name: str = "pay", said: str = 'ref="A1:B4" totalsRowCount="1"') -> dict[str, Any]:
    inside = line(1, cell("A1", "who"), cell("B1", "pay")) + line(2, cell("A2", "E1"), cell("B2", 100))
    inside += line(3, cell("A3", "E2"), cell("B3", 250)) + line(4, cell("A4", "Total"), cell("B4", 350))
    inside += line(9, *cells)
    columns = f'<tableColumns count="2"><tableColumn id="1" name="who"/><tableColumn id="2" name="{name}"/>'
    return {
        "sheets": {"S": inside},
        "table": f'id="1" name="tbl" displayName="tbl" {said}>{columns}</tableColumns>',
    }


KINDS: dict[str, dict[str, Any]] = {
    "days from 1904": {"book": '<workbookPr date1904="1"/>', "sheets": {"S": line(
        1, cell("A1", 42734, style=1), cell("B1", 42734, "A1*1"), cell("C1", 42369, "DATE(2020,1,1)"),
        cell("D1", 2020, "YEAR(A1)"), cell("E1", "2020-12-31", "TEXT(A1,&quot;yyyy-mm-dd&quot;)"))}},
    "times and spans are numbers": {"sheets": {"S": line(
        1, cell("A1", 0.375, style=2), cell("B1", 1.5, style=3), cell("C1", 1.875, "SUM(A1:B1)", 3),
        cell("D1", 45, "C1*24"), cell("E1", 9, "HOUR(A1)"), cell("F1", True, "A1&lt;TIME(12,0,0)"),
        cell("G1", 2, "COUNT(A1:B1)"))}},
    "no day and the first days": {"sheets": {"S": line(
        1, cell("A1", 0, "Z1", 1), cell("B1", 1, style=1), cell("C1", 31, "EOMONTH(B1,0)", 1),
        cell("D1", 32, "EDATE(B1,1)", 1))}},
    "names of a sheet": {
        "names": NAMES.format(named("Rate", "'Q1'!$A$1", 0) + named("Rate", "'Q2'!$A$1", 1) + named("Rate", "7")),
        "sheets": {"Q1": line(1, cell("A1", 0.05), cell("B1", 0.1, "Rate*2")),
                   "Q2": line(1, cell("A1", 0.07), cell("B1", 0.14, "RATE*2"), cell("C1", 0.1, "'Q1'!Rate*2")),
                   "Q3": line(1, cell("A1", 14, "Rate*2"), cell("B1", 0.07, "Q2!Rate"))}},
    "relative names": {
        "names": NAMES.format(named("Left", "S!XFD1") + named("Above", "S!A1048576") + named("Here", "!$A$1")),
        "sheets": {"S": line(1, cell("A1", 5)) + line(2, cell("A2", 200), cell("B2", 200, "Left"), cell("C2", 400, "B2*2"))
                   + line(3, cell("B3", 200, "Above"), cell("C3", 5, "Here"))}},
    "a name for a value, and in a name": {
        "names": NAMES.format(named("Base", "1000") + named("More", "Base*1.1") + named("List", "S!$A$1:$A$2")),
        "sheets": {"S": line(1, cell("A1", 1), cell("B1", 1100, "More")) + line(2, cell("A2", 2), cell("B2", 3, "SUM(List)"))}},
    "a totals row": totals(
        cell("E9", 350, "tbl[[#Totals],[pay]]"), cell("F9", 4, "ROWS(tbl[#All])"), cell("G9", 350, "SUM(tbl[pay])"),
        cell("H9", 700, "SUM(tbl[[#Data],[#Totals],[pay]])"), cell("I9", 2, "ROWS(tbl)")),
    "no totals row": totals(
        cell("E9", "#REF!", "tbl[[#Totals],[pay]]", kind="e"), cell("F9", 4, "ROWS(tbl[#All])"),
        cell("G9", 700, "SUM(tbl[pay])"), said='ref="A1:B4"'),
    "no header row": totals(
        cell("E9", 3, "ROWS(tbl)"), cell("F9", 3, "ROWS(tbl[#All])"), cell("G9", 700, "SUM(tbl[pay])"),
        cell("H9", "#REF!", "tbl[[#Headers],[pay]]", kind="e"), said='ref="A2:B4" headerRowCount="0"'),
    "a header in two lines": totals(cell("E9", 350, "SUM(tbl[Base&#10;pay])"), name="Base_x000a_pay"),
    "a header with two blanks": totals(cell("E9", 350, "SUM(tbl[Base  pay])"), name="Base  pay"),
    "a header of odd letters": totals(cell("E9", 350, "SUM(tbl[It''s '[pay'] '#1])"), name="It's [pay] #1"),
    "rows that a filter hides": {"sheets": {"S": line(1, cell("A1", "r"), cell("B1", "n")) + line(2, cell("B2", 1000))
        + line(3, cell("B3", 2500), said=HIDDEN) + line(4, cell("B4", 4000))
        + line(9, cell("A9", 5000, "SUBTOTAL(9,B2:B4)"), cell("B9", 2, "SUBTOTAL(103,B2:B4)"),
               cell("C9", 5000, "SUBTOTAL(109,$B:$B)"), cell("D9", 5000, "AGGREGATE(9,5,B2:B4)"),
               cell("E9", 7500, "SUM(B2:B4)"), cell("F9", 0, "SUBTOTAL(9,B3)")) + FILTER}},
    "rows hidden by hand": {"sheets": {"S": line(2, cell("B2", 1000)) + line(3, cell("B3", 2500), said=HIDDEN)
        + line(9, cell("A9", 3500, "SUBTOTAL(9,B2:B4)"), cell("B9", 1000, "SUBTOTAL(109,B2:B4)"))}},
    "one cell of a column": {"names": NAMES.format(named("Hours", "S!$A$1:$A$2")), "sheets": {"S":
        line(1, cell("A1", 1), cell("B1", 10)) + line(2, cell("A2", 2), cell("B2", 20),
             cell("C2", 40, "A:A*B:B"), cell("D2", 2, "ROUND(Hours,0)"), cell("E2", "y", "IF(Hours&gt;1,&quot;y&quot;,&quot;n&quot;)"),
             cell("F2", 2, "Hours"), cell("G2", 50, "SUMPRODUCT(A1:A2*B1:B2)"), cell("H2", -2, "-Hours"),
             cell("I2", 20, "VLOOKUP(Hours,A1:B2,2,0)"), cell("J2", 40, "INDEX((A1:A2=2)*B1:B2,2)+B2"),
             cell("K2", 30, "SUM(B:B)"), cell("L2", 20, "SUMIF(A:A,Hours,B:B)"))}},
    "an area from its last corner": {"sheets": {"S": COLUMN + line(3, cell("C3", 33, "SUM(B2:A1)"), cell("D3", 30, "SUM(B$2:B1)"))}},
    "a shared formula over the edge": {"sheets": {"S": line(1, cell("A1", 7)) + line(
        2, '<c r="B2"><f t="shared" ref="B2:B3" si="0">$A1</f><v>7</v></c>') + line(
        3, '<c r="B3"><f t="shared" si="0"/><v>0</v></c>')}},
    "an array larger than its result": {"sheets": {"S": line(
        1, cell("A1", 1), cell("B1", 2), '<c r="D1"><f t="array" ref="D1:E2">SUM(A1:B1)</f><v>3</v></c>', cell("E1", 3))
        + line(2, cell("D2", 3), cell("E2", 3))}},
    "another name of the workbook's part": {"part": "workbook22.xml", "sheets": {"S": COLUMN + line(3, cell("C3", 3, "SUM(A:A)"))}},
    "a link from the root": {"target": "/xl/workbook.xml", "sheets": {"S": COLUMN + line(3, cell("C3", 3, "SUM(A:A)"))}},
    "a link in other letters": {"target": "XL/Workbook.xml", "sheets": {"S": COLUMN + line(3, cell("C3", 3, "SUM(A:A)"))}},
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_excels_values_are_given(kind: str, tmp_path: Path) -> None:
    path = own_file(tmp_path / "own.xlsx", **KINDS[kind])
    assert differing(path) == {}
    found = recalculate_file(path, dry_run=True)
    assert not found.changed and not found.left and not found.kept


def test_days_of_1904_are_written_as_the_file_counts(tmp_path: Path) -> None:
    sheet = line(1, cell("A1", 42734, style=1), cell("B1", 5, "A1+1", 1), cell("C1", 5, "A1+1"))
    path = own_file(tmp_path / "own.xlsx", {"S": sheet}, book='<workbookPr date1904="1"/>')
    recalculate_file(path)
    cells = Package(path).cells("S")
    assert cells.numbers[1, 2] == 42735 and cells.values[1, 3] == 42735


def test_a_data_table_is_left_as_it_is(tmp_path: Path) -> None:
    table = '<c r="B5"><f t="dataTable" ref="B5:B6" dt2D="0" dtr="0" r1="A2"/><v>16000</v></c>'
    sheet = line(2, cell("A2", 1.1), cell("B2", 20000), cell("C2", 22000, "A2*B2")) + line(
        4, cell("B4", 22000, "C2")
    )
    sheet += line(5, cell("A5", 0.8), table) + line(
        6, cell("A6", 1), cell("B6", 20000), cell("C6", 36000, "SUM(B5:B6)")
    )
    path = own_file(tmp_path / "own.xlsx", {"S": sheet})
    found = recalculate_file(path, dry_run=True)
    assert not found.changed and not found.left
    book = load(Package(path))
    assert book.formulas[Place("S", 5, 2)] == "=TABLE(,A2,B4,A4:A6)"
    assert recalculate(book)[Place("S", 5, 2)] == UNKNOWN


def test_precision_as_displayed_is_left_to_excel(tmp_path: Path) -> None:
    sheet = line(1, cell("A1", 1.004), cell("B1", 2, "A1*2"), cell("C1", 5, "2+2"))
    path = own_file(tmp_path / "own.xlsx", {"S": sheet}, names='<calcPr fullPrecision="0"/>')
    assert not recalculate_file(path, dry_run=True).changed


def test_one_odd_cell_never_fells_the_file(tmp_path: Path) -> None:
    cells = [
        '<c r="A1"><v>nan</v></c>', '<c r="B1" t="e"><v></v></c>', '<c r="C1" t="q"><v>1</v></c>',
        '<c r="D1"><f></f><v>3</v></c>', '<c r="E1"><f t="shared" si="9"/><v>3</v></c>',
        '<c r="F1"><f t="dataTable" ref="?"/><v>1</v></c>', '<c r="G1"><f t="array" ref="zz">1</f><v>1</v></c>',
        '<c r="H1" t="s"><v>99</v></c>', cell("I1", 4, "1+"), cell("J1", 4, "Chart1!A1"), cell("K1", 8, "[1]S!A1*2"),
        cell("L1", "#DIV/0!", "FV(-1,-2,1)", kind="e"), cell("M1", "#NUM!", "SUMSQ(1E+200,1E+200)", kind="e"),
        '<c r="N1"><f t="array" ref="N1:XFD1048576">B1:B3</f><v>1</v></c>', cell("O1", 5, "2*2"),
    ]  # fmt: skip
    path = own_file(tmp_path / "own.xlsx", {"S": line(1, *cells)})
    found = recalculate_file(path)
    assert [(str(place), new) for place, _, new in found.changed] == [("S!O1", 4)]
    said = {note.where for note in found.notes}
    assert said == {"S!A1", "S!C1", "S!H1", "S!N1"}
    shown = Package(path).cells("S").values
    assert shown[1, 12] == ErrorCell("#DIV/0!") and shown[1, 13] == ErrorCell("#NUM!") and shown[1, 9] == 4


@pytest.mark.parametrize(
    ("names", "formula"),
    [
        (named("Loop", "Loop+1"), "Loop"),
        (named("A_", "B_") + named("B_", "A_"), "A_*2"),
        ("".join(named(f"Twice{at}", f"Twice{at + 1}+Twice{at + 1}") for at in range(40)) + named("Twice40", "1"), "Twice0"),
        ("".join(named(f"N{at}_", f"S!$A${at + 1}") for at in range(10_000)), "N9999_+FOO(1)"),
        ("", "(" * 200 + "A1" + ")" * 200),
        ("", "IF(1," * 64 + "7" + ",0)" * 64),
        ("", "-" * 3000 + "1"),
        ("", "B1+1"),
        ("", "SUM(A:B)"),
    ],
)  # fmt: skip
def test_what_has_no_end_is_kept_in_seconds(names: str, formula: str, tmp_path: Path) -> None:
    sheet = line(1, cell("A1", 1), cell("B1", 12345, formula))
    path = own_file(tmp_path / "own.xlsx", {"S": sheet}, names=NAMES.format(names) if names else "")
    found = recalculate_file(path, dry_run=True)
    assert found.cells == 1 and len(found.changed) + len(found.kept) + len(found.left) == 1
    if formula not in ("IF(1," * 64 + "7" + ",0)" * 64, "(" * 200 + "A1" + ")" * 200, "-" * 3000 + "1"):
        assert not found.changed


def test_a_table_without_a_header_row_is_read_by_its_own_headers(tmp_path: Path) -> None:
    inside = line(2, cell("A2", "E1"), cell("B2", 100)) + line(3, cell("A3", "E2"), cell("B3", 250))
    columns = (
        '<tableColumns count="2"><tableColumn id="1" name="who"/><tableColumn id="2" name="Base_x000a_pay"/>'
    )
    table = f'id="1" name="tbl" displayName="tbl" ref="A2:B3" headerRowCount="0">{columns}</tableColumns>'
    package = Package(own_file(tmp_path / "own.xlsx", {"S": inside}, table=table))
    (region,) = package.tables()
    assert region.headless and region.headers == ("who", "Base\npay")
    rows = _of_region(region, package.cells("S")).rows
    assert rows == [["who", "Base\npay"], ["E1", 100], ["E2", 250]]


def test_an_input_without_a_stored_value_is_calculated_by_recalc(tmp_path: Path) -> None:
    path = own_file(tmp_path / "own.xlsx", {"roster": line(1, cell("A1", None, "80000+10000"))})
    assert (1, 1) not in Package(path).cells("roster").values
    recalculate_file(path)
    assert Package(path).cells("roster").values[1, 1] == 90000


def test_the_last_digits_of_what_a_cell_depends_on_change_nothing(tmp_path: Path) -> None:
    """Another program's square root may differ in its last digit: a comparison that was still is."""
    root = 2**0.5 * (1 + 4e-16)
    sheet = line(1, cell("A1", 2), cell("B1", root, "SQRT(A1)"), cell("C1", root),
                 cell("D1", 1, "IF(B1&gt;=C1,1,2)"), cell("E1", 5, "SQRT(A1*8)"))  # fmt: skip
    found = recalculate_file(own_file(tmp_path / "own.xlsx", {"S": sheet}), dry_run=True)
    assert [(str(place), new) for place, _, new in found.changed] == [("S!E1", 4.0)]


@pytest.mark.parametrize("value", [8.445480112856497, 0.1234565])
def test_a_rounding_of_more_digits_than_excel_shows_is_kept(value: float, tmp_path: Path) -> None:
    """Excel rounds the fifteen digits that it shows: 8.445480112856497 to twelve decimals ends in 857."""
    stored = 8.445480112857 if value > 1 else 0.123457
    digits = 12 if value > 1 else 6
    sheet = line(1, cell("A1", value), cell("B1", stored, f"ROUND(A1,{digits})"))
    found = recalculate_file(own_file(tmp_path / "own.xlsx", {"S": sheet}), dry_run=True)
    assert not found.changed
