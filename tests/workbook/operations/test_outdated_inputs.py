"""An input whose formula gives another value than the file has: nobody is paid by the old one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, edited, sheet_part, small_tables, with_cell
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.errors import CsmError
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.recalc import recalculate_file
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.xlsx.addresses import letters
from csm_xl.xlsx.package import Package

LATER = datetime(2026, 5, 4, 8, 15)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("small") / "plan.xlsx", small_tables(), "2026-Q1", REFRESHED)


def salary(path: Path, row: int = 1) -> str:
    (region,) = (one for one in Package(path).tables() if one.name == "tblRoster")
    column = next(at for at, header in enumerate(region.headers) if header.startswith("Base salary"))
    return f"{letters(region.first_column + column)}{region.first_row + row}"


def with_salary(small: Path, target: Path, formula: str, stored: float | str) -> tuple[Path, str]:
    cell = salary(small)
    error, value = (' t="e"', stored) if isinstance(stored, str) else ("", f"{stored:g}")
    xml = f"<c {{head}}{error}><f>{formula}</f><v>{value}</v></c>"
    return edited(small, target, sheet_part("Roster"), lambda text: with_cell(text, cell, xml)), cell


def paid(path: Path) -> dict[tuple[int, int], Any]:
    return dict(Package(path).cells("Total Comp").values)


@pytest.mark.parametrize("formula", ["90000*1.05", "{next}*1.5"])
def test_an_outdated_formula_stops_the_refresh_and_a_recalculation_mends_it(
    small: Path, tmp_path: Path, formula: str
) -> None:
    formula = formula.format(next=salary(small, 2))
    path, cell = with_salary(small, tmp_path / "plan.xlsx", formula, 90_000)
    before = path.read_bytes()
    with pytest.raises(CsmError) as caught:
        refresh_file(path, LATER)
    right = "94,500" if "1.05" in formula else "120,000"
    (issue,) = caught.value.issues
    assert issue.where == f"Roster!{cell}" and "csm-xl recalc" in issue.hint
    assert issue.message == f"the formula gives {right}, and the file has 90,000"
    assert path.read_bytes() == before
    recalculate_file(path)
    refresh_file(path, LATER)
    other, _ = with_salary(small, tmp_path / "other.xlsx", formula, float(right.replace(",", "")))
    refresh_file(other, LATER)
    assert paid(path) == paid(other)


@pytest.mark.parametrize("formula", ["90000*1", "SUM(90000,0)"])
def test_a_formula_that_is_calculated_is_paid(small: Path, tmp_path: Path, formula: str) -> None:
    path, _ = with_salary(small, tmp_path / "plan.xlsx", formula, 90_000)
    assert refresh_file(path, LATER).written


def said(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


@pytest.mark.parametrize("formula", ["90000*1.05", "{next}*1.18125"])
@pytest.mark.parametrize("command", [["pay"], ["explain", "00123"], ["statements"], ["check"], ["lint"]])
def test_commands_that_read_a_workbook_refuse_an_outdated_formula(
    small: Path, tmp_path: Path, formula: str, command: list[str]
) -> None:
    formula = formula.format(next=salary(small, 2))
    path, cell = with_salary(small, tmp_path / "plan.xlsx", formula, 90_000)
    name, *rest = command
    out = ["--out", str(tmp_path / "statements")] if name == "statements" else []
    status, told = said(name, str(path), *rest, *out)
    words = "the stored value differs" if name == "check" else "the formula gives 94,500, and the file has"
    assert status != 0 and f"Roster!{cell}" in told and words in told, told
    assert not (tmp_path / "statements").exists()


def test_formulas_that_are_calculated_are_paid_in_silence(small: Path, tmp_path: Path) -> None:
    path, _ = with_salary(small, tmp_path / "plan.xlsx", "60000*1.5", 90_000)
    assert said("pay", str(path)) == said("pay", str(small))


def test_a_value_that_was_lost_where_functions_lack_is_no_outdated_one(small: Path, tmp_path: Path) -> None:
    path, _ = with_salary(small, tmp_path / "plan.xlsx", "CSM_OTE(80000,10000)", "#NAME?")
    assert said("pay", str(path)) == said("pay", str(small))
    refresh_file(path, LATER)
    whole, _ = with_salary(small, tmp_path / "whole.xlsx", "CSM_OTE(80000,10000)", 90_000)
    refresh_file(whole, LATER)
    assert paid(path) == paid(whole)


@pytest.mark.parametrize("command", ["pay", "refresh"])
@pytest.mark.parametrize(("formula", "header", "says"), [
    ("DATE(2026,2,28)", "Leave date", "the formula gives 46,081, and the file has 0"),
    ("45000*2", "Base salary", "the formula gives 90,000, and the file has 0"),
    ('IF(1&gt;2,DATE(2026,2,28),"")', "Leave date", ""),
    ("0*1", "Leave date", ""),
])  # fmt: skip
def test_a_zero_that_nobody_has_calculated_is_no_blank(
    small: Path, tmp_path: Path, command: str, formula: str, header: str, says: str
) -> None:
    """LibreOffice keeps the 0 that XlsxWriter stores for a formula, and no mark that it waits."""
    (region,) = (one for one in Package(small).tables() if one.name == "tblRoster")
    at = next(at for at, one in enumerate(region.headers) if one.startswith(header))
    cell = f"{letters(region.first_column + at)}{region.first_row + 1}"
    path = edited(small, tmp_path / "plan.xlsx", sheet_part("Roster"), lambda text: with_cell(
        text, cell, f"<c {{head}}><f>{formula}</f><v>0</v></c>"))  # fmt: skip
    done = CliRunner().invoke(app, [command, str(path)])
    assert (done.exit_code, f"Roster!{cell}: {says}" in done.stderr) == ((2, True) if says else (0, False))
