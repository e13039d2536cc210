"""Recalculation of a file without an office: stored values written, every other byte as it was."""

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.errors import CsmError
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.same import same
from csm_xl.xlsx.serial_dates import plain

SHIPPED = Path(__file__).parents[3] / "workbooks" / "csm_plan.xlsx"


@pytest.fixture
def book(tmp_path):
    """A user's own workbook: right values, wrong ones, none, and a function that only Excel knows."""
    path = tmp_path / "own.xlsx"
    made = xlsxwriter.Workbook(path)
    page = made.add_worksheet("Pay")
    page.write_number("A1", 100000)
    page.write_formula("B1", "=CSM_TOTALCOMP(A1,25000,1.1)", None, 127500)
    page.write_formula("B2", "=B1*2", None, 7)
    page.write_formula("B3", "=CSM_ATTAINMENT(1,0)", None, 1)
    page.write_formula("B4", "=RTD(A1)", None, 5)
    page.write_formula("B5", "=A1=100000", None, False)
    page.write_formula("B7", "=RTD(B2)", None, 6)
    page.write_formula("B6", '="a"&A1', None, "")
    made.close()
    return path


def values(path):
    return Package(path).cells("Pay").values


def test_wrong_values_are_written_and_told(book):
    found = recalculate_file(book)
    assert found.cells == 7
    changed = {str(place): after for place, _, after in found.changed}
    assert changed["Pay!B2"] == 255000
    assert str(changed["Pay!B3"]) == "#NUM!"
    assert changed["Pay!B5"] is True
    assert changed["Pay!B6"] == "a100000"
    assert "Pay!B1" not in changed
    assert found.kept == (Place("Pay", 4, 2),)
    assert found.left == (Place("Pay", 7, 2),)  # it depends on what changed
    assert values(book)[2, 2] == 255000
    assert values(book)[4, 2] == 5 and values(book)[7, 2] == 6
    again = recalculate_file(book)
    assert not again.changed


def test_nothing_else_is_touched(book):
    before = {info.filename: info.CRC for info in zipfile.ZipFile(book).infolist()}
    recalculate_file(book)
    after = {info.filename: info.CRC for info in zipfile.ZipFile(book).infolist()}
    assert {name for name in before if before[name] != after.get(name)} <= {
        "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/calcChain.xml", "[Content_Types].xml",
    }  # fmt: skip


def test_a_dry_run_writes_nothing(book):
    before = book.read_bytes()
    assert len(recalculate_file(book, dry_run=True).changed) == 4
    assert book.read_bytes() == before


def test_what_is_right_is_not_written(tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(SHIPPED.read_bytes())
    stamp = path.stat().st_mtime_ns
    found = recalculate_file(path)
    assert found.cells > 500 and not found.changed and not found.kept and not found.left
    assert path.stat().st_mtime_ns == stamp and path.read_bytes() == SHIPPED.read_bytes()


def test_every_damaged_value_of_the_shipped_workbook_comes_back(tmp_path):
    path = tmp_path / "plan.xlsx"
    damaged = 0
    with zipfile.ZipFile(SHIPPED) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in source.infolist():
            data = source.read(info)
            if info.filename.startswith("xl/worksheets/sheet"):
                data, count = re.subn(rb"(<f>[^<]*</f>)<v>[\d.]+</v>", rb"\1<v>1.5</v>", data)
                damaged += count
            copy.writestr(info, data)
    assert damaged > 300
    recalculate_file(path)
    shipped, found = Package(SHIPPED), Package(path)
    for sheet in shipped.sheets:
        before, after = shipped.cells(sheet).values, found.cells(sheet).values
        assert before.keys() == after.keys()
        assert all(same(plain(value), plain(after[at])) for at, value in before.items())


def test_the_command(book, tmp_path):
    ran = CliRunner().invoke(app, ["recalc", str(book)])
    assert ran.exit_code == 0, ran.output
    assert "Pay!B2" in ran.stdout and "7 formula cells, 4 values differed." in ran.stdout
    assert (
        "1 cell on Pay is kept as stored, because csm_xl cannot calculate it as Excel does: B4." in ran.stderr
    )
    assert "1 cell on Pay is calculated when Excel opens the file: B7." in ran.stderr
    (tmp_path / "none.xlsx").write_text("no workbook")
    assert CliRunner().invoke(app, ["recalc", str(tmp_path / "none.xlsx")]).exit_code == 2
    with pytest.raises(CsmError):
        recalculate_file(tmp_path / "nowhere.xlsx")
