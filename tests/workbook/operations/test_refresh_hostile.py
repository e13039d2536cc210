"""Text that a spreadsheet could take for a formula, a link or a number stays the text that it is."""

from __future__ import annotations

import copy
import re
import zipfile
from datetime import date, datetime
from itertools import product
from pathlib import Path
from typing import Any

from books import REFRESHED, small_tables

from csm_xl.cli.files import csv_text
from csm_xl.errors import faults
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.check import check
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.operations.refresh.state import state_of
from csm_xl.workbook.own_functions import load
from csm_xl.xlsx.package import Package

LATER = datetime(2026, 5, 4)
STARTS = ("=", "+", "-", "@", "\t=", " =", "'=", "%0A=", ";=", '"=', "(=", "==", "=-", "+@")
BODIES = ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x.example","y")', "SUM(A1:A9)", "WEBSERVICE(A1)",
          'DDE("x";"y";"z")', "IMPORTXML(A1)", "{1,2}", "A1", "Roster!A1", "INDIRECT(A1)", "TRUE", "1e5",
          "[1]Sheet1!A1", "CSM_OTE(1,2)", "EXEC(1)", "<script>", "&amp;", "_x0041_")  # fmt: skip
IDS = ("00123", "1E5", "007", "2026-03", "TRUE", "1/2", "#N/A?", "http://x.example", "mailto:a@b", "file:///etc/passwd",
       "é", "\u202e1", "0x10", "1,000", "½", "١٢", "-", "null", "NaN", "Infinity")  # fmt: skip
EVERY = [*(start + body for start, body in product(STARTS, BODIES)), *IDS]
HOSTILE = list({text.strip(): text for text in EVERY}.values())
"""Each once: ids are compared trimmed."""


def tables() -> dict[str, list[list[Any]]]:
    """Every hostile text is somebody's id, and is in goals and comments besides."""
    made = copy.deepcopy(small_tables())
    made["roster"], made["goals"] = made["roster"][:1], made["goals"][:1]
    made["deals"] = made["deals"][:1]
    for text in HOSTILE:
        made["roster"].append([text, "bonus", 60_000, date(2026, 1, 1), "East", text])
        made["goals"].append(["2026-Q1", text, text, 1, 0.9])
    return made


def test_hostile_text_survives_a_refresh_as_text(tmp_path: Path) -> None:
    assert len(HOSTILE) >= 200
    said = tables()
    path = build(tmp_path / "plan.xlsx", said, "2026-Q1", REFRESHED)
    before = elsewhere(load(Package(path)).formulas)
    links = count_links(path)
    refresh_file(path, LATER)
    package = Package(path)
    book = load(package)
    assert elsewhere(book.formulas) == before and count_links(path) == links
    state = state_of(package, book)
    wanted = [row[0].strip() for row in said["roster"][1:]]
    assert list(dict.fromkeys(state.column("tblPayouts", "employee_id"))) == wanted
    assert state.column("tblTotalComp", "employee_id") == wanted
    goals = next(raw for raw in state.raws if raw.name == "tblGoals")
    held = [[cell for cell in row if isinstance(cell, str)] for row in goals.rows[1:]]
    assert held == [[one.strip() for one in row[:3]] for row in said["goals"][1:]]
    assert [str(issue) for issue in faults(check(path))] == []


def elsewhere(formulas):
    """The cells of formulas but those on Checks, which has a row for each finding of the refresh."""
    return {place for place in formulas if place.sheet != "Checks"}


def count_links(path: Path) -> int:
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if "/worksheets/" in name]
    outside = [part for part in parts if 'TargetMode="External"' in part]
    assert outside == []
    return sum(len(re.findall("<hyperlink ", part)) for part in parts)


def test_hostile_text_is_no_formula_in_csv(tmp_path: Path) -> None:
    rows = [["employee_id", "amount"], *([text, 1.5] for text in HOSTILE)]
    lines = csv_text(rows)
    for start in ("=", "+", "-", "@", "\t", "\r"):
        assert not re.search(rf'(^|,)"?{re.escape(start)}', lines, re.MULTILINE), start


def test_ids_survive_csv_and_workbook_alike(tmp_path: Path) -> None:
    ids = ["00123", "1E5", " 12 ", "2026-03", "TRUE", "1e-7", "00"]
    said = copy.deepcopy(small_tables())
    said["roster"] = [
        said["roster"][0],
        *([who, "deals", 50_000, date(2026, 1, 1), None, None] for who in ids),
    ]
    said["goals"] = said["goals"][:1]
    said["deals"] = [said["deals"][0], *([f"D{n}", date(2026, 3, 1), 1000, who] for n, who in enumerate(ids))]
    path = build(tmp_path / "plan.xlsx", said, "2026-Q1", REFRESHED)
    refresh_file(path, LATER)
    package = Package(path)
    assert state_of(package, load(package)).column("tblPayouts", "employee_id") == [
        one.strip() for one in ids
    ]
    (tmp_path / "roster.csv").write_text(
        "employee_id\n" + "\n".join(f'"{one}"' for one in ids), encoding="utf-8"
    )
    assert [row[0] for row in RawTable.of_csv(tmp_path / "roster.csv").rows[1:]] == ids
