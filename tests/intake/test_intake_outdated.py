"""Formulas of an export that give another value than the file has: nobody had it calculated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from books import edited
from mapping import only
from typer.testing import CliRunner

from csm_xl.cli.app import app
from csm_xl.errors import Issue

DEALS = '[[source]]\ntable = "deals"\nfrom = "crm.xlsx"\nsheet = "Deals"\n'


def export(folder: Path, **formulas: tuple[str, Any]) -> None:
    """An export of XlsxWriter that LibreOffice saved: what is stored stays, and no program is asked to
    calculate. formulas: cell → the formula, and what is stored."""
    raw = folder / "raw.xlsx"
    book = xlsxwriter.Workbook(raw)
    page, day = book.add_worksheet("Deals"), book.add_format({"num_format": "yyyy-mm-dd"})
    page.write_row(0, 0, ["deal_id", "date", "amount", "Stage", "Note", "Owner"])
    for row in (1, 2):
        page.write_row(row, 0, [f"D{row}", "2026-01-05", 100, "Won", "x", "Sample 01"])
    book.add_worksheet("Rates").write_row(0, 0, [250, "Sample 01", "E1"])
    for cell, (formula, stored) in formulas.items():
        book.get_worksheet_by_name("Rates" if cell.startswith("R") else "Deals").write_formula(
            cell.removeprefix("R"), formula, day if cell.startswith("B") else None, stored
        )
    book.close()
    edited(raw, folder / "crm.xlsx", "xl/workbook.xml", lambda xml: xml.replace(' fullCalcOnLoad="1"', ""))
    raw.unlink()


def outdated(folder: Path, mapping: str = DEALS) -> list[tuple[str, str]]:
    issues: tuple[Issue, ...] = only(folder, mapping).raw.issues
    found = [issue for issue in issues if "the formula gives" in issue.message]
    assert all(issue.severity == "error" and "csm-xl recalc FILE" in issue.hint for issue in found)
    return [(issue.where, issue.message) for issue in found]


@pytest.mark.parametrize(
    ("cell", "formula", "stored", "gives"),
    [
        ("C2", "=90+10", 0, "100, and the file has 0"),
        ("B2", "=DATE(2026,2,28)", 0, "2026-02-28, and the file has 0"),  # which a format of days hides
        ("C3", "=C2*1.5", 90, "150, and the file has 90"),
        ("C2", "=Rates!A1*2", 0, "500, and the file has 0"),
        ("A3", '="D"&3', "D2", "'D3', and the file has 'D2'"),
    ],
)
def test_a_formula_of_a_column_that_is_taken_is_named(
    tmp_path: Path, cell: str, formula: str, stored: Any, gives: str
) -> None:
    export(tmp_path, **{cell: (formula, stored)})
    assert outdated(tmp_path) == [(f"crm.xlsx Deals!{cell}", f"the formula gives {gives}")]


def test_what_depends_on_a_formula_that_nobody_calculated_is_named_too(tmp_path: Path) -> None:
    export(tmp_path, RA1=("=5*50", 0), C2=("=Rates!A1", 0), C3=("=C2+1", 0))
    assert [where for where, _ in outdated(tmp_path)] == ["crm.xlsx Deals!C2", "crm.xlsx Deals!C3"]


@pytest.mark.parametrize(
    ("cell", "formula", "stored"),
    [
        ("C2", "=90+10", 100),
        ("C2", "=C3-100", 0),
        ("C2", "=0.3-0.1-0.2", 0),
        ("C2", "=1/3", 0.333333333333333),
        ("C2", "=VLOOKUP(A2,'[other.xlsx]S'!A:B,2,FALSE)", 7),  # a look-up in another file
        ("B2", "=TODAY()", 46000),
        ("C2", "=UNKNOWN.FUNCTION(A2)", 5),
        ("E2", "=90+10", 0),  # in a column that is ignored
        ("H2", "=90+10", 0),  # beside the table
        ("C4", "=SUM(C2:C3)", 0),  # below it, in a row that is not read
    ],
)  # fmt: skip
def test_other_formulas_are_left(tmp_path: Path, cell: str, formula: str, stored: Any) -> None:
    export(tmp_path, A4=('="Total"', "Total"), **{cell: (formula, stored)})
    assert outdated(tmp_path, DEALS + 'ignore = ["Note"]\n') == []


def test_a_column_that_chooses_the_rows_is_looked_at_in_every_row(tmp_path: Path) -> None:
    export(tmp_path, D3=('="W"&"on"', "Lost"), C3=("=90+10", 0))
    assert [where for where, _ in outdated(tmp_path, DEALS + 'where.Stage = "Won"\n')] == [
        "crm.xlsx Deals!D3"
    ]


def test_the_workbook_that_is_looked_up_in_is_looked_at_too(tmp_path: Path) -> None:
    join = 'column = "Owner", file = "people.xlsx", key = "Name", value = "ID"'
    mapping = f"{DEALS}join.employee_id = {{ {join} }}\n"
    export(tmp_path)
    book = xlsxwriter.Workbook(tmp_path / "raw.xlsx")
    page = book.add_worksheet("People")
    page.write_row(0, 0, ["Name", "ID", "Level"])
    page.write_row(1, 0, ["Sample 01", "E1"])
    page.write_formula("C2", "=1+1", None, 0)
    page.write_row(2, 0, ["Sample 02"])
    page.write_formula("B3", '="E"&2', None, "E9")
    book.close()
    (tmp_path / "raw.xlsx").rename(tmp_path / "people.xlsx")
    with pytest.raises(Exception, match="the formula gives 'E2', and the file has 'E9'") as found:
        only(tmp_path, mapping)
    assert "people.xlsx People!B3" in str(found.value)


def test_the_command_imports_nothing(tmp_path: Path) -> None:
    export(tmp_path, C2=("=90+10", 0))
    (tmp_path / "sources.toml").write_text(DEALS + 'ignore = ["Note", "Stage", "Owner"]\n')
    book = tmp_path / "plan.xlsx"
    assert CliRunner().invoke(app, ["new", str(book)]).exit_code == 0
    before = book.read_bytes()
    words = ["import", "--into", str(book), "--sources", str(tmp_path / "sources.toml")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2 and "crm.xlsx Deals!C2: the formula gives 100" in done.output
    assert book.read_bytes() == before
