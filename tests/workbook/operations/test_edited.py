"""A workbook that was edited since its refresh says so first: check, and statements."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from books import sheet_part
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries
from typer.testing import CliRunner

from csm_xl.cli import app

runner = CliRunner()
FILES = {
    "roster": "employee_id,plan_id,base_salary,hire_date,team\nE1,starter,80000,2022-01-01,A\n"
    "E2,starter,85000,2022-01-01,A\n",
    "results": "period,scope,id,measure,actual,goal\n2026-Q1,team,A,GRR,0.92,0.92\n",
    "goals": "period,employee_id,goal,weight,score\n2026-Q1,E1,g,1,1\n2026-Q1,E2,g,1,1\n",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edited")
    options = []
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        options.append(f"--{name}={folder / name}.csv")
    done = runner.invoke(app, ["new", str(folder / "plan.xlsx"), *options])
    assert done.exit_code == 0, done.output
    return folder / "plan.xlsx"


def edited(made: Path, target: Path, sheet: str, cell: str, value: str) -> Path:
    """The workbook with another number in a cell, as if it had been typed and saved without a refresh."""
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == sheet_part(sheet):
                text, times = re.subn(
                    rf'(<c r="{cell}"[^>]*>)<v>[^<]*</v>', rf"\g<1><v>{value}</v>", data.decode()
                )
                assert times == 1
                data = text.encode()
            after.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "what"),
    [("Roster", "C7", "90000", "salaries"), ("Goals", "E7", "0.5", "scores"),
     ("Results", "E7", "0.91", "results"), ("Results", "F7", "0.9", "goals"),
     ("Roster", "F7", "0.5", "other inputs")],
)  # fmt: skip
def test_check_names_first_that_inputs_were_edited(
    made: Path, tmp_path: Path, sheet: str, cell: str, value: str, what: str
) -> None:
    path = edited(made, tmp_path / "plan.xlsx", sheet, cell, value)
    done = runner.invoke(app, ["check", str(path)])
    first = done.stderr.splitlines()[1]
    assert done.exit_code == 1 and "the inputs were edited since the last refresh" in first, first
    assert f"({what})" in first and f"csm-xl refresh {path}." in first
    said = runner.invoke(app, ["statements", str(path), "--out", str(tmp_path / "out")])
    assert "plan.xlsx was edited since its last refresh: the pay of" in said.stderr, said.output
    assert runner.invoke(app, ["refresh", str(path)]).exit_code == 0
    assert runner.invoke(app, ["check", str(path)]).exit_code == 0
    said = runner.invoke(app, ["statements", str(path), "--out", str(tmp_path / "again")])
    assert "edited" not in said.stderr


def test_check_tells_cells_of_one_column_as_one(made: Path, tmp_path: Path) -> None:
    path = edited(made, tmp_path / "plan.xlsx", "Roster", "C7", "90000")
    done = runner.invoke(app, ["check", str(path)])
    (line,) = [line for line in done.stderr.splitlines() if "of amount differ" in line]
    assert re.search(r"Payouts!\w+7: \d cells of amount differ from the engine's: .*also Payouts!", line)


def test_a_payout_line_that_was_typed_over_is_no_edited_input(made: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(made) as book:
        text = book.read(sheet_part("Payouts")).decode()
    cells = re.findall(r'<c r="([A-Z]+7)"[^>]*><v>2000</v>', text)
    path = edited(made, tmp_path / "plan.xlsx", "Payouts", cells[-1], "2001")
    done = runner.invoke(app, ["check", str(path)])
    assert done.exit_code == 1 and "the inputs were edited" not in done.stderr


@pytest.mark.parametrize("header", ["Work time", None, "Column1"])
def test_a_column_that_lost_its_header_stops_the_payment(
    made: Path, tmp_path: Path, header: str | None
) -> None:
    book = load_workbook(made)
    cell = next(cell for cell in book["Roster"][6] if str(cell.value).startswith("FTE"))
    for column in book["Roster"].tables["tblRoster"].tableColumns:
        if column.name == cell.value:
            column.name = header or " "
    cell.value = header
    for row in (7, 8):
        book["Roster"].cell(row, cell.column).value = 0.8
    book.save(tmp_path / "renamed.xlsx")
    done = runner.invoke(app, ["pay", str(tmp_path / "renamed.xlsx"), "--json"])
    assert done.exit_code == 2, done.output
    (issue,) = json.loads(done.stdout)["errors"]
    assert issue["rule"] == "E002" and issue["where"] == f"Roster!{cell.coordinate}"
    assert "probably means fte" in issue["message"]


def test_a_column_of_ones_own_is_only_named_where_no_header_is_lost(made: Path, tmp_path: Path) -> None:
    book = load_workbook(made)
    cell = next(cell for cell in book["Roster"][6] if cell.value == "Comment")
    for column in book["Roster"].tables["tblRoster"].tableColumns:
        if column.name == cell.value:
            column.name = "Nickname"
    cell.value = "Nickname"
    book["Roster"].cell(7, cell.column).value = "Al"
    book.save(tmp_path / "own.xlsx")
    done = runner.invoke(app, ["pay", str(tmp_path / "own.xlsx"), "--json"])
    assert done.exit_code == 0, done.exception
    assert "1 column is not used: roster: Nickname" in done.stdout


@pytest.mark.parametrize(
    ("table", "sheet", "header", "says"),
    [
        ("tblRoster", "Roster", "FTE", "warning Roster row 6: tblRoster lacks the column fte (blank: 1)"),
        ("tblDeals", "Deals", "Kind", "warning Deals row 6: tblDeals lacks the column kind"),
        (
            "tblComponents",
            "Plans",
            "Cumulative",
            "note Plans row 6: tblComponents lacks the column",
        ),
    ],
)
def test_a_column_that_was_deleted_is_named(
    made: Path, tmp_path: Path, table: str, sheet: str, header: str, says: str
) -> None:
    book = load_workbook(made)
    page, path = book[sheet], tmp_path / "shorter.xlsx"
    region = page.tables[table]
    first, top, last, bottom = range_boundaries(region.ref)
    at = next(c for c in range(first, last + 1) if str(page.cell(top, c).value).startswith(header))
    for row in range(top, bottom + 1):  # as Excel does: the columns of the table to the right move left
        for column in range(at, last):
            moved, left = page.cell(row, column + 1), page.cell(row, column)
            left.value, left.number_format = moved.value, moved.number_format
        page.cell(row, last).value = None
    del region.tableColumns[at - first]
    region.ref = f"{get_column_letter(first)}{top}:{get_column_letter(last - 1)}{bottom}"
    region.autoFilter = None
    book.save(path)
    done = runner.invoke(app, ["pay", str(path)])
    assert done.exit_code == 0 and says in done.stderr, done.stderr
    assert "Insert it again with its values" in done.stderr


def test_the_columns_of_a_new_workbook_are_all_there(made: Path) -> None:
    assert "lacks the column" not in runner.invoke(app, ["pay", str(made)]).stderr
