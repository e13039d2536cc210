"""``csm-xl refresh`` at the command line: what it shows, what it writes, and how it ends."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from books import REFRESHED, edited, sheet_part, small_tables
from typer.testing import CliRunner

from csm_xl.cli import app
from csm_xl.workbook.build import build

runner = CliRunner()


@pytest.fixture(scope="module")
def raised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook in which somebody's salary was raised since it was paid."""
    folder = tmp_path_factory.mktemp("refreshing")
    small = build(folder / "small.xlsx", small_tables(), "2026-Q1", REFRESHED)

    def more(xml: str) -> str:
        return xml.replace("<v>90000</v>", "<v>99000</v>")

    return edited(small, folder / "plan.xlsx", sheet_part("Roster"), more)


def test_it_tells_what_would_change_and_then_changes_it(raised: Path) -> None:
    before = raised.read_bytes()
    told = runner.invoke(app, ["refresh", str(raised), "--dry-run"])
    assert told.exit_code == 0 and "Nothing was written" in told.stdout
    assert re.search(r"00123\s+2,116\.71\s+2,328\.38\s+211\.67", told.stdout)
    assert raised.read_bytes() == before
    copy = raised.with_name("copy.xlsx")
    copy.write_bytes(before)
    assert "the pay of 1 person changed" in runner.invoke(app, ["refresh", str(copy)]).stdout
    done = runner.invoke(app, ["refresh", str(raised), "--json"])
    said = json.loads(done.stdout)
    assert said["written"] and said["movers"] == [
        {
            "employee_id": "00123",
            "before": pytest.approx(2116.71),
            "after": pytest.approx(2328.38),
            "currency": "USD",
        }
    ]
    checked = runner.invoke(app, ["check", str(raised)])
    assert checked.exit_code == 0, checked.output


def test_a_bad_input_ends_with_its_cell_and_status_2(raised: Path, tmp_path: Path) -> None:
    def bad(xml: str) -> str:
        return xml.replace("<v>99000</v>", "<v>-1</v>")

    path = edited(raised, tmp_path / "bad.xlsx", sheet_part("Roster"), bad)
    result = runner.invoke(app, ["refresh", str(path)])
    assert result.exit_code == 2 and "Roster!C7" in result.stderr
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(raised) as good:
        part = sheet_part("Payouts")
        rows = [re.sub(r'<row r="3".*?</row>', "", one.read(part).decode()) for one in (book, good)]
        assert rows[0] == rows[1]
