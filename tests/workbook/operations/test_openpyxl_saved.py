"""Workbooks that openpyxl saved: number formats are read from a cell's own style, formulas have no values."""

from __future__ import annotations

import warnings
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from books import edited
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat

from csm_xl.engine.components import component_types
from csm_xl.engine.run import run
from csm_xl.errors import CsmError
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.number_formats import date_kind
from csm_xl.xlsx.package import Package


def saved(path: Path, target: Path) -> Path:
    """A workbook opened and saved by openpyxl."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        openpyxl.load_workbook(path).save(target)
    return target


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", ""),
        ("0", ""),
        ("#,##0.00##", ""),
        ("0.0##%", ""),
        ("0.00E+00", ""),
        ("# ?/?", ""),
        ("@", ""),
        ('0 "days"', ""),
        ('"day; "0', ""),
        ("0\\d", ""),
        ("#,##0_d", ""),
        ("0*d", ""),
        ("[$USD] #,##0.00", ""),
        ("[$-409]#,##0.00", ""),
        ("[Red]-0.0;[Magenta]0", ""),
        ("[>=100]0;0.00", ""),
        ('#,##0;"days missing"', ""),
        ("yyyy-mm-dd", "date"),
        ("yyyy-mm-dd hh:mm", "date"),
        ("[$-409]d-mmm-yy;@", "date"),
        ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "date"),
        ('yyyy"年"m"月"', "date"),
        ("h:mm AM/PM", "date"),
        ("mm:ss.0", "date"),
        ("YYYY-MM-DD", "date"),
        ('[=0]"";yyyy-mm-dd', "date"),
        ("[h]:mm", "span"),
        ("[hh]:mm:ss", "span"),
        ("[mm]:ss", "span"),
    ],
)
def test_a_number_format_shows_a_date_by_its_codes_alone(code: str, kind: str) -> None:
    assert date_kind(code) == kind


def values(path: Path) -> dict[str, Any]:
    package = Package(path)
    return {sheet: package.cells(sheet).values for sheet in package.sheets}


def test_the_formats_of_conditional_styles_are_no_formats_of_cells(small: Path, tmp_path: Path) -> None:
    def collide(xml: str) -> str:
        formats = "".join(f'<numFmt numFmtId="{at}" formatCode="yyyy-mm-dd"/>' for at in range(1, 180))
        return xml.replace("</dxfs>", f"<dxf>{formats}</dxf></dxfs>")

    path = edited(small, tmp_path / "collide.xlsx", "xl/styles.xml", collide)
    assert values(path) == values(small)


def test_one_save_by_openpyxl_changes_no_value_and_no_pay(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    for code in ("yyyy-mm-dd", "h:mm", "[h]:mm"):  # formats of rules, numbered from 164 on as those of cells
        rule = CellIsRule(operator="greaterThan", formula=["0"])
        rule.dxf = DifferentialStyle(numFmt=NumberFormat(numFmtId=164 + len(code), formatCode=code))
        book["Roster"].conditional_formatting.add("C7:C9", rule)
    book.save(tmp_path / "rules.xlsx")
    twice = saved(tmp_path / "rules.xlsx", tmp_path / "twice.xlsx")
    for path in (tmp_path / "rules.xlsx", twice):
        assert (
            run(read_workbook(path, component_types()), "2026-Q1").rows()
            == run(read_workbook(small, component_types()), "2026-Q1").rows()
        )
        for sheet in ("Plans", "Curves", "Roster", "Results", "Goals", "Deals"):
            formulas = Package(path).cells(sheet).formulas
            assert values(path)[sheet] == {
                at: value for at, value in values(small)[sheet].items() if at not in formulas
            }


def test_formats_beside_a_number_do_not_make_it_a_date(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    page = book["Results"]
    for code in ('0.00 "days"', "[$-409]0.00", "[$USD] #,##0.00", '[Red]0.0;"d"', "0.00\\d", "General"):
        page["E7"].number_format = code
        page["E7"].value = 1.05
        path = tmp_path / "formats.xlsx"
        book.save(path)
        assert values(path)["Results"][7, 5] == 1.05


def test_a_date_or_time_typed_where_a_number_belongs_is_named_as_such(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    book["Roster"]["C7"] = date(2026, 3, 31)
    book["Results"]["E7"] = datetime(2026, 1, 1, 22, 48).time()
    book.save(tmp_path / "dated.xlsx")
    with pytest.raises(CsmError) as caught:
        run(read_workbook(tmp_path / "dated.xlsx", component_types()), "2026-Q1")
    found = {issue.where: issue.message for issue in caught.value.issues}
    assert found["Roster!C7"] == "found a date instead of a number"
    assert found["Results!E7"] == "found a time instead of a number"


def test_check_says_in_one_line_that_nothing_was_calculated_and_a_refresh_mends_it(
    small: Path, tmp_path: Path
) -> None:
    path = saved(small, tmp_path / "saved.xlsx")
    (found,) = check(path)
    assert "formula cells of saved.xlsx have no stored value; it was saved by" in found.message
    assert "openpyxl" in found.message.casefold() and f"csm-xl refresh {path}." in found.hint
    refresh_file(path)
    assert check(path) == []


def test_a_formula_in_an_input_that_openpyxl_emptied_stops_the_payment(small: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(small)
    book["Roster"]["F7"] = "=1*1"  # an optional cell, which a blank would leave at its default
    book.save(tmp_path / "formula.xlsx")
    with pytest.raises(CsmError, match=r"Roster!F7: the formula has no stored value"):
        read_workbook(tmp_path / "formula.xlsx", component_types())


@pytest.mark.parametrize(("formula", "value"), [("=TRUE()", True), ("=FALSE()", False)])
def test_a_truth_of_libreoffice_is_no_blank_once_openpyxl_has_dropped_its_value(
    formula: str, value: bool, tmp_path: Path
) -> None:
    """LibreOffice writes TRUE as a formula, and openpyxl keeps no value of a formula."""
    path = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = "S"
    page["A1"], page["A2"] = formula, "=COUNTA(A1:A1)"
    made.save(path)
    cells = Package(path).cells("S")
    assert cells.values[1, 1] is value and (1, 1) not in cells.formulas
    assert [found for _, _, found in recalculate_file(path).changed] == [1.0]
