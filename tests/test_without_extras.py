"""A plain installation, without extras: everything works, and what needs an extra says so where it is."""

import json
import os
import subprocess
import sys
import tomllib
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from typer.testing import CliRunner

from csm_xl import extras
from csm_xl.cli.app import app
from csm_xl.errors import CsmError, faults
from csm_xl.functions import REGISTRY, call
from csm_xl.functions.reference import RECORDED, call_text, recorded, result_of
from csm_xl.libreoffice.judge import differences
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.sample import sample_of
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.values import ErrorCell

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "workbooks" / "csm_plan.xlsx"
NEEDING = [function for function in REGISTRY.values() if function.needs]
GAP = "CSM_PAYGAP(A1:A20,B1:B20,C1:C21)"
BLOCKER = """
import sys
from importlib.machinery import PathFinder


class Plain(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in {packages!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Plain)
"""


@pytest.fixture
def plain(monkeypatch):
    """No extra is installed, for what runs in this process."""
    monkeypatch.setattr(extras, "_installed", lambda package: False)


@pytest.fixture(scope="module")
def shell(tmp_path_factory):
    """A shell in a user's folder, where Python finds none of the extras' packages."""
    folder, site = tmp_path_factory.mktemp("user"), tmp_path_factory.mktemp("site")
    packages = {package for brought in extras.EXTRAS.values() for package in brought}
    (site / "sitecustomize.py").write_text(BLOCKER.format(packages=packages), encoding="utf-8")

    def run(*words, status=0):
        done = subprocess.run(
            [sys.executable, "-m", "csm_xl.cli", *words], capture_output=True, text=True, check=False,
            cwd=folder, env={**os.environ, "PYTHONPATH": str(site)},
        )  # fmt: skip
        assert done.returncode == status, f"{words}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    return run


def test_the_extras_are_those_of_the_project():
    with (ROOT / "pyproject.toml").open("rb") as file:
        declared = tomllib.load(file)["project"]["optional-dependencies"]
    for extra, packages in extras.EXTRAS.items():
        assert [line.partition(">")[0].partition("[")[0] for line in declared[extra]] == list(packages)
    assert set(declared) - {"dev", "docs", "mutants"} == set(extras.EXTRAS)
    assert {function.needs for function in NEEDING} <= set(extras.EXTRAS)


def test_every_command_works_without_extras(shell):
    noted = "CSM_PAYGAP needs the package statsmodels, which is not installed"
    assert noted in shell("demo").stderr
    shell("new", "mine.xlsx", "--plan", "starter")
    for command in (["check"], ["refresh"], ["check"], ["recalc"], ["pay"], ["lint"], ["health"]):
        done = shell(*command, "mine.xlsx")
        assert (noted in done.stderr) == (command[0] in ("check", "recalc"))
        assert ("every formula except those listed above" in done.stdout) == (command == ["check"])
        assert done.stderr.count("\n") <= 1 or command[0] in ("pay", "lint", "health")
    shell("explain", "mine.xlsx", "E0001", "2026-Q1")
    shell("statements", "mine.xlsx", "--period", "2026-Q1", "--employee", "E0001", "--out", "statements")
    shell("review", "mine.xlsx", "--period", "2026-Q1", "--trials", "20", "--out", "review")
    shell("plans", "export", "mine.xlsx", "plans")
    assert 'pip install "csm-xl[analysis]"' in shell("functions", "CSM_PAYGAP").stdout
    assert shell("call", "CSM_OTE", "80000", "20000").stdout == "100000.0\n"


def test_what_needs_an_extra_says_so(shell, plain):
    said = "{} needs the package statsmodels, which is not installed. Install it: pip install"
    asked = "paygap", "people.csv", "--pay", "pay", "--group", "group", "--with", "level"
    assert said.format("csm-xl paygap") in shell(*asked, status=2).stderr
    answer = json.loads(shell(*asked, "--json", status=2).stdout)
    assert [one["code"] for one in answer["errors"]] == ["#N/A"]
    assert (
        said.format("CSM_PAYGAP") + ' "csm-xl[analysis]".'
        in shell("call", f"={NEEDING[0].examples[0]}", status=2).stderr
    )
    for function in NEEDING:
        with pytest.raises(CsmError, match="not installed") as refused:
            call(function.name)
        assert refused.value.code == "#N/A"


def test_an_extra_that_does_not_load_is_no_traceback(monkeypatch):
    monkeypatch.delattr("statsmodels.api.OLS")
    monkeypatch.setattr(extras, "_installed", lambda package: True)
    with pytest.raises(CsmError, match="pay gap needs the extra analysis, which does not load") as refused:
        call_text(NEEDING[0].examples[0])
    assert 'pip install --upgrade "csm-xl[analysis]"' in str(refused.value)


def test_recorded_results_are_the_computed_ones():
    assert RECORDED.read_text(encoding="utf-8") == recorded()
    for function in NEEDING:
        for example in function.examples:
            assert result_of(function, example) == call_text(example)


def test_a_workbook_is_the_same_with_and_without(tmp_path, monkeypatch):
    tables = {raw.name: raw.rows for raw in sample_of("starter")}
    made = datetime(2026, 4, 1)
    rich = build(tmp_path / "rich.xlsx", tables, "2026-Q1", made)
    monkeypatch.setattr(extras, "_installed", lambda package: False)
    plain = build(tmp_path / "plain.xlsx", tables, "2026-Q1", made)
    assert plain.read_bytes() == rich.read_bytes()
    found = check(rich)
    assert {issue.severity for issue in found} == {"note"}
    (aside,) = (issue for issue in found if issue.where.startswith("Functions!"))
    assert "41 cells were not checked" in aside.message
    assert not faults(found)
    report = refresh_file(rich, datetime(2026, 4, 2))
    assert report.left_to_excel == () and {note.rule for note in report.notes} <= {
        "N002"
    }  # nothing that they depend on changed
    monkeypatch.undo()
    assert {issue.rule for path in (plain, rich) for issue in check(path)} <= {"N002"}


def test_every_workbook_that_ships_has_what_is_recorded(plain):
    assert faults(check(SHIPPED)) == []


@pytest.fixture
def own(tmp_path):
    """A user's workbook with a gap of their own: two cells that depend on it, one that does not."""
    path = tmp_path / "own.xlsx"
    made = xlsxwriter.Workbook(path)
    page = made.add_worksheet("Pay")
    page.write_column("A1", [100.0 + (at * 7) % 13 + 5 * (at % 2) for at in range(20)])
    page.write_column("B1", ["MF"[at % 2] for at in range(20)])
    page.write_column("C1", ["tenure", *(float(at % 5) for at in range(20))])
    page.write_formula("E1", f"=INDEX({GAP},4,2)", None, 1)
    page.write_formula("E2", "=E1*2", None, 2)
    page.write_formula("E3", "=SUM(A1:A20)", None, 3)
    page.write_formula("E4", f"=IF(E3>0,INDEX({GAP},4,2),0)", None, 4)
    made.close()
    return path


def test_values_that_cannot_be_calculated_stay_unless_they_are_outdated(own, plain):
    book = load(Package(own))
    found = recalculate_file(own)
    cells = Package(own).cells("Pay").values
    assert (cells[1, 5], cells[2, 5]) == (1, 2)  # as they were
    assert cells[3, 5] == sum(book.values[Place("Pay", row, 1)] for row in range(1, 21))
    assert cells[4, 5] == 4  # it depends on E3, which changed: Excel calculates it
    assert found.kept == found.left == ()
    (note,) = found.notes
    assert note.where == "Pay!E1, Pay!E2, Pay!E4" and note.severity == "note"
    assert b'fullCalcOnLoad="1"' in Package(own).read("xl/workbook.xml")


def test_with_the_extra_they_are_calculated(own):
    found = recalculate_file(own)
    assert found.notes == () and len(found.changed) == 4
    cells = Package(own).cells("Pay").values
    assert cells[2, 5] == pytest.approx(2 * cells[1, 5]) and cells[4, 5] == cells[1, 5]


def test_the_office_is_not_blamed_for_what_is_not_installed(own, plain):
    book = load(Package(own))
    shown = {place: book.stored[place] for place in book.formulas} | {
        Place("Pay", row, 5): ErrorCell("#N/A") for row in (1, 2, 4)
    }
    (note,) = differences(book, shown)
    assert note.severity == "note" and "3 cells were not compared" in note.message


def test_a_recalculation_says_what_it_left_out(own, plain):
    ran = CliRunner().invoke(app, ["recalc", str(own), "--dry-run", "--json"])
    assert ran.exit_code == 0
    assert [note["severity"] for note in json.loads(ran.stdout)["notes"]] == ["note"]
    assert "3 cells were not calculated" in CliRunner().invoke(app, ["recalc", str(own)]).stderr
