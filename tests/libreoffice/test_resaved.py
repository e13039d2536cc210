"""A workbook that LibreOffice saved, with the add-in and without: what a check says, and what is paid."""

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from books import REFRESHED, small_tables
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.errors import CsmError
from csm_xl.excel.vba_project import macros
from csm_xl.libreoffice import bridge
from csm_xl.libreoffice.environment import private_environment
from csm_xl.libreoffice.office import Office
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.core import inputs_of
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch
from csm_xl.xlsx.values import ErrorCell

WHEN = datetime(2026, 5, 4, 12, 0)
XLSX = "Calc MS Excel 2007 XML"


def converted(path: Path, folder: Path, suffix: str = "xlsx") -> Path:
    """A file as LibreOffice without the add-in saves it."""
    folder.mkdir(exist_ok=True)
    profile = folder / "profile"
    profile.mkdir()
    subprocess.run(
        [str(bridge.soffice()), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to",
         suffix, "--outdir", str(folder), str(path)],
        stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=180,
        env=private_environment(profile),
    )  # fmt: skip
    shutil.rmtree(profile)
    return folder / f"{path.stem}.{suffix}"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(tmp_path_factory.mktemp("built") / "plan.xlsx", small_tables(), "2026-Q1", REFRESHED)


@pytest.fixture(scope="module")
def saved(there, built, tmp_path_factory):
    """The workbook as LibreOffice without the add-in saves it."""
    return converted(built, tmp_path_factory.mktemp("saved"))


@pytest.fixture
def copy(saved, tmp_path):
    return Path(shutil.copy(saved, tmp_path / "plan.xlsx"))


def errors(path):
    return [value for value in load(Package(path)).stored.values() if isinstance(value, ErrorCell)]


def paid(path):
    package = Package(path)
    return state_of(package, load(package)).paid()


def test_libreoffice_takes_values_and_writes_small_letters(saved):
    book = load(Package(saved))
    assert ErrorCell("#NAME?") in errors(saved)
    assert any("csm_" in formula for formula in book.formulas.values())
    assert not any(region.formulas for region in book.tables.values())
    assert Package(saved).application.startswith("LibreOffice 2")


def test_a_check_says_so_in_one_line_each(saved):
    values, names = check(saved)
    assert values.severity == "error" and names.severity == "note"
    assert "cells that need CSM_ functions have lost their value" in values.message
    assert "saved by LibreOffice" in values.message and "csm-xl refresh" in values.hint
    assert "in lowercase, which means the same" in names.message


def _plainly(formula):
    return formula.replace("FALSE()", "FALSE").replace("TRUE()", "TRUE")


def test_a_refresh_sets_everything_right(copy, built):
    report = refresh_file(copy, WHEN)
    assert report.changed == 0 and report.amount[0] == report.amount[1]
    assert check(copy) == []
    before, after = load(Package(built)), load(Package(copy))
    assert not errors(copy)
    same = {place: _plainly(formula) for place, formula in after.formulas.items()}
    assert same == before.formulas
    assert {name: region.formulas for name, region in after.tables.items()} == {
        name: region.formulas for name, region in before.tables.items()
    }
    assert paid(copy) == paid(built)


def test_a_recalculation_is_enough_for_the_values(copy):
    recalculate_file(copy)
    assert [issue.severity for issue in check(copy)] == ["note"]
    result = CliRunner().invoke(app, ["check", str(copy)])
    assert result.exit_code == 0
    assert "every formula and every payout line" in result.stdout
    assert result.stderr.startswith("note: LibreOffice")


def test_a_wrong_figure_is_still_found(copy):
    refresh_file(copy, WHEN)
    again = converted(copy, copy.parent / "again")
    package = Package(again)
    region = load(package).tables["tblpayouts"]
    amount = Place(region.sheet, region.first_row + 1,
                   region.first_column + [h.split()[0] for h in region.headers].index("Amount"))  # fmt: skip
    wrong = copy.with_name("wrong.xlsx")
    patch(package, Edit(cells={amount: 123456.0}), wrong)
    assert str(amount) in [issue.where for issue in check(wrong)]


def test_both_kinds_of_file(built, there, tmp_path):
    refreshed = build(tmp_path / "macros.xlsm", small_tables(), "2026-Q1", REFRESHED, macros=macros())
    saved = converted(refreshed, tmp_path / "out", "xlsm")
    (values,) = check(saved)  # it takes the macros for the functions, and keeps the letters of their names
    assert "have lost their value" in values.message
    refresh_file(saved, WHEN)
    assert check(saved) == []
    with pytest.raises(CsmError, match=r"OpenDocument spreadsheet \(\.ods\).*save it as Excel") as told:
        Package(converted(built, tmp_path / "ods", "ods"))
    assert "Traceback" not in str(told.value)


def test_with_the_add_in_nothing_is_lost(shipped, built, tmp_path):
    target = tmp_path / "with.xlsx"
    document = shipped.open(built)
    document.calculateAll()
    document.storeToURL(shipped.url(target), shipped.properties(FilterName=XLSX))
    document.close(True)
    assert check(target) == []
    assert paid(target) == paid(built)
    refresh_file(target, WHEN)
    assert check(target) == []


def calculated_without_the_functions(path: Path, target: Path) -> Path:
    """A file as LibreOffice without the add-in saves it, once it has calculated everything again."""
    with Office() as office:
        document = office.open(path, to_change=True)
        document.calculateAll()
        document.storeToURL(office.url(target), office.properties(FilterName=XLSX))
        document.close(True)
    return target


def roster(path, salary):
    """A roster of two, where a formula says the salary of the first."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Roster")
    rows = [["employee_id", "plan_id", "base_salary", "start_date"], ["001", "p", None, "2025-01-01"],
            ["002", "p", 80_000, "2025-01-01"]]  # fmt: skip
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells)
    sheet.write_formula("C2", salary, None, 100_000)
    book.close()
    return path


@pytest.mark.parametrize(
    "formula", ["=CSM_OTE(90000,10000)", "=IFERROR(CSM_OTE(90000,10000),0)", "=ROUND(CSM_OTE(90000,10000),2)"]
)
def test_a_salary_that_a_function_gives_is_what_it_was(there, tmp_path, formula):
    from csm_xl.engine.components import component_types
    from csm_xl.workbook.operations.read import read_workbook

    path = calculated_without_the_functions(roster(tmp_path / "roster.xlsx", formula), tmp_path / "out.xlsx")
    assert load(Package(path)).stored[Place("Roster", 2, 3)] != 100_000
    (table,) = read_workbook(path, component_types())
    assert [row[2] for row in table.rows] == ["base_salary", 100_000, 80_000]


def test_the_same_is_paid(saved, built):
    def salaries(path):
        package = Package(path)
        return inputs_of(state_of(package, load(package))).tables["roster"].columns["base_salary"].tolist()

    assert salaries(saved) == salaries(built)
    runs = [CliRunner().invoke(app, ["pay", str(path), "--json"]) for path in (built, saved)]
    assert runs[0].exit_code == 0 and runs[0].stdout.replace(str(built), "") == runs[1].stdout.replace(
        str(saved), ""
    )
