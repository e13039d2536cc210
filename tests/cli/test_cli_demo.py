"""``csm-xl demo`` and ``csm-xl check``: a workbook that is proven, and one that somebody changed."""

import json
import re
import zipfile
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.engine.run import run
from csm_xl.workbook.sample import sample_raw_tables

runner = CliRunner()


def test_the_demo_says_what_it_proved(demo: tuple[Path, str]) -> None:
    path, out = demo
    book = openpyxl.load_workbook(path)
    formulas = [
        cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    csm = sum("CSM_" in str(getattr(formula, "text", formula)) for formula in formulas)
    lines = run(sample_raw_tables(), "2026")
    assert csm > 60
    assert f"{csm:,} =CSM_ formulas and {len(formulas) - csm:,} others" in out
    assert f"{len(lines):,} payout lines paid again" in out
    assert "60 Customer Success Managers" in out
    assert f"Open: {path}" in out
    shown = {name for name in lines.names["plan_id"] if f"\n{name} " in out}
    assert len(shown) == 8


def changed(path: Path, sheet: str, old: str, new: str, to: Path) -> Path:
    """A copy of a workbook with one text of a sheet's XML replaced."""
    book = openpyxl.load_workbook(path, read_only=True)
    part = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"
    book.close()
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for member in given.namelist():
            data = given.read(member).decode() if member == part else given.read(member)
            if isinstance(data, str):
                assert data.count(old) == 1
                data = data.replace(old, new)
            made.writestr(member, data)
    return to


def test_a_changed_payout_is_found_and_named(demo: tuple[Path, str], tmp_path: Path) -> None:
    path, _ = demo
    book = openpyxl.load_workbook(path, data_only=True)
    cell = next(cell for row in book["Payouts"].iter_rows() for cell in row if cell.value == "E0001").offset(
        0, 7
    )
    with zipfile.ZipFile(path) as given:
        part = f"xl/worksheets/sheet{book.sheetnames.index('Payouts') + 1}.xml"
        found = re.search(rf'<c r="{cell.coordinate}"[^>]*><v>([^<]+)</v></c>', given.read(part).decode())
    assert found is not None
    bad = changed(
        path, "Payouts", found[0], found[0].replace(f">{found[1]}<", ">12345.67<"), tmp_path / "bad.xlsx"
    )
    result = runner.invoke(app, ["check", str(bad), "--json"])
    assert result.exit_code == 1
    assert f"Payouts!{cell.coordinate}" in {each["where"] for each in json.loads(result.stdout)["findings"]}


def test_what_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "no.xlsx").write_text("hello")
    for words in (["check", str(tmp_path / "no.xlsx")], ["check", str(tmp_path / "nowhere.xlsx")]):
        result = runner.invoke(app, words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("error ")
