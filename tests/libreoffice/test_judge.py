"""LibreOffice as the judge: the workbook that ships, and what it says about a wrong one."""

import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from books import small_tables
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.excel.convert import Kind, convert
from csm_xl.libreoffice.judge import judge, judged, recalculated
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sample import sample_of
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.values import ErrorCell

WORKBOOKS = sorted((Path(__file__).parents[2] / "workbooks").glob("csm_plan.*"))


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_the_workbooks_that_ship(shipped, path):
    book = load(Package(path))
    assert sum("CSM_" in formula for formula in book.formulas.values()) > 100
    assert judged(shipped, path) == []


def test_one_for_the_office_addin_calculates_to_the_same_values(shipped, tmp_path):
    path = tmp_path / "addin.xlsx"
    path.write_bytes(convert(WORKBOOKS[-1], Kind.addin)[0])
    assert judged(shipped, path) == []


def test_a_workbook_of_one_pay_period(shipped, tmp_path):
    tables = read_strict(sample_of("starter"), component_types(), PAY_TABLES)
    path = build(tmp_path / "quarter.xlsx", tables, "2026-Q1", datetime(2026, 4, 1))
    book = load(Package(path))
    assert book.stored[Place("Statement", 14, 4)] == "2026-Q1"
    assert judged(shipped, path) == []


@pytest.mark.parametrize("template", ["base_only", "base_bonus", "revenue_centric"])
def test_a_workbook_of_each_kind_of_plan(shipped, tmp_path, template):
    tables = read_strict(sample_of(template), component_types(), PAY_TABLES)
    path = build(tmp_path / "plan.xlsx", tables, "2026-Q1", datetime(2026, 4, 1))
    assert judged(shipped, path) == []
    assert {issue.rule for issue in check(path)} <= {"N002"}  # rows of other periods


def test_a_workbook_of_one_person(shipped, tmp_path):
    tables = small_tables()
    person = tables["roster"][1][tables["roster"][0].index("employee_id")]
    for name, rows in tables.items():
        if "employee_id" in rows[0]:
            at = rows[0].index("employee_id")
            tables[name] = [rows[0], *(row for row in rows[1:] if row[at] == person)]
    path = build(tmp_path / "plan.xlsx", tables, "2026-Q1", datetime(2026, 4, 1))
    assert judged(shipped, path) == []


def test_a_reference_to_a_blank_cell_counts_as_0_and_empty_text_does_not(shipped, tmp_path):
    import xlsxwriter

    path = tmp_path / "blank.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Pay")
    page.write_formula("A1", '=IFERROR(INDEX(C1:C3,2),"")', None, 0)
    page.write_formula("A2", '=""', None, 0)
    book.close()
    assert [issue.where for issue in judged(shipped, path)] == ["Pay!A2"]
    assert [issue.where for issue in check(path) if issue.severity == "error"][-1] == "Pay!A2"


def changed(path, tmp_path, old, new):
    """A copy of a workbook with a text of its parts replaced, so that a stored value is wrong."""
    target = tmp_path / "changed.xlsx"
    count = 0
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for info in source.infolist():
            data = source.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                count += data.count(old)
                data = data.replace(old, new)
            copy.writestr(info, data)
    assert count
    return target


def test_a_wrong_stored_value_is_found(shipped, tmp_path):
    path = WORKBOOKS[-1] if WORKBOOKS[-1].suffix == ".xlsx" else WORKBOOKS[0]
    book = load(Package(path))
    place, value = next(
        (place, value) for place, value in book.stored.items()
        if "CSM_TOTALCOMP" in book.formulas.get(place, "") and isinstance(value, float)
    )  # fmt: skip
    stored = f"<v>{value:.16g}</v>".replace(".0<", "<").encode()
    wrong = changed(path, tmp_path, stored, b"<v>12.34</v>")
    assert str(place) in [issue.where for issue in judged(shipped, wrong)]


def test_errors_are_found(shipped, tmp_path):
    import xlsxwriter

    path = tmp_path / "errors.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Pay")
    page.write_formula("A1", "=CSM_ATTAINMENT(1,0)", None, "#NUM!")
    page.write_formula("A2", "=1/0", None, "#DIV/0!")
    page.write_formula("A3", "=CSM_ATTAINMENT(1,2)", None, 0.5)
    book.close()
    shown = recalculated(shipped, path)
    assert shown == {
        Place("Pay", 1, 1): ErrorCell("#NUM!"),
        Place("Pay", 2, 1): ErrorCell("#DIV/0!"),
        Place("Pay", 3, 1): 0.5,
    }
    assert [issue.where for issue in judged(shipped, path)] == ["Pay!A1", "Pay!A2"]


def test_the_judge_comes_with_an_office_of_its_own(there, tmp_path):
    import xlsxwriter

    path = tmp_path / "one.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Pay").write_formula("A1", "=CSM_OTE(1,2)", None, 3)
    book.close()
    assert judge(path) == ([], 1)
    with pytest.raises(CsmError, match="no such file"):
        judge(tmp_path / "none.xlsx")


def test_recalc_with_libreoffice_writes_what_it_shows(tmp_path):
    path = tmp_path / "own.xlsx"
    made = xlsxwriter.Workbook(path)
    page = made.add_worksheet("Pay")
    page.write_column("A1", [1000, 2500, 4000])
    page.write_formula("B1", "=SUMPRODUCT(ROUND(A1:A3*0.03,2))", None, 7)
    page.write_formula("B2", "=CSM_TOTALCOMP(A1,250,1.1)", None, 1275)
    page.write_formula("B3", "=A1>A2", None, True)
    page.write_formula("B4", '="a"&A1', None, "")
    page.write_formula("B5", "=NOBODYKNOWS(A1)", None, 5)
    made.close()
    ran = CliRunner().invoke(app, ["recalc", str(path), "--with", "libreoffice", "--json"])
    assert ran.exit_code == 0, ran.output
    changed = {one["cell"]: one["after"] for one in json.loads(ran.stdout)["changed"]}
    assert changed == {"Pay!B1": 225, "Pay!B3": False, "Pay!B4": "a1000"}
    assert json.loads(ran.stdout)["kept"] == ["Pay!B5"]  # LibreOffice lacks the function
    values = Package(path).cells("Pay").values
    assert [values[row, 2] for row in range(1, 6)] == [225, 1275, False, "a1000", 5]
    both = CliRunner().invoke(app, ["recalc", str(path), "--with", "libreoffice", "--unproven"])
    assert both.exit_code == 2
