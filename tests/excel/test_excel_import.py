"""The sheet Import inside Excel: the same as a refresh of the file, and taken back on every fault."""

from __future__ import annotations

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, edited, sheet_part, small_tables
from engine import Book, Memory, Refused, opened
from pasting import of_text, paste, places

from csm_xl.errors import CsmError
from csm_xl.excel.refresh import refresh_book
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.sheets.import_paste import PASTE, REPORT
from csm_xl.xlsx.serial_dates import plain

LATER = datetime(2026, 5, 4, 8, 15)
HEAD = "Workers\n\nEmployee ID,Plan ID,Annual Base Salary (USD),Hire Date,FTE%\n"
PEOPLE = (
    HEAD + '00123,bonus,"$91,000.00",01/24/2024,100%\nE2,bonus,"$80,000.00",02/01/2026,100%\n'
    'E3,deals,"$70,000.00",01/01/2024,80%\nE4,deals,"$71,000.00",01/01/2024,100%\n'
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("import") / "small.xlsx", small_tables(), "2026-Q1", REFRESHED)


def copied(small: Path, folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = Path(shutil.copyfile(small, folder / "plan.xlsx"))
    paste(path, of_text(text))
    return path


def rows(memory: Memory, name: str) -> list[list[Any]]:
    page = next(page for page in memory.pages.values() if name in page.tables)
    top, left, bottom, right = page.tables[name]
    return [[plain(page.values.get((row, column))) for column in range(left, right + 1)]
            for row in range(top + 1, bottom + 1)]  # fmt: skip


def test_a_paste_in_excel_is_taken_as_one_in_the_file(small: Path, tmp_path: Path) -> None:
    path = copied(small, tmp_path / "excel", PEOPLE)
    book, memory = opened(path)
    report = refresh_book(book, LATER)
    assert any("4 rows of roster imported: 1 new" in str(one) for one in report.warnings)
    other = copied(small, tmp_path / "file", PEOPLE)
    refresh_file(other, LATER)
    wanted = Memory.of_file(other)
    for name in ("tblRoster", REPORT, "tblPayouts", "tblTotalComp"):
        assert len(rows(memory, name)) == len(rows(wanted, name)), name
    assert rows(memory, "tblRoster") == rows(wanted, "tblRoster")
    assert rows(memory, REPORT) == rows(wanted, REPORT)
    assert (path.parent / "sources.toml").read_text() == (other.parent / "sources.toml").read_text()
    before = memory.snapshot()
    refresh_book(book, LATER)  # it is not taken twice
    assert memory.snapshot() == before


def test_a_question_in_excel_is_asked_in_the_sheet_and_answered_there(small: Path, tmp_path: Path) -> None:
    book, memory = opened(copied(small, tmp_path, PEOPLE.replace("Plan ID", "Scheme")))
    before = rows(memory, "tblRoster"), rows(memory, "tblPayouts")
    with pytest.raises(CsmError, match="roster needs plan_id"):
        refresh_book(book, LATER)
    assert (rows(memory, "tblRoster"), rows(memory, "tblPayouts")) == before
    asked = rows(memory, REPORT)
    assert [row[0] for row in asked] == ["not taken", "question"]
    assert rows(memory, "tblFindings")[0][1] == "Import!F15"
    memory.pages["Import"].values[15, 6] = "Scheme"
    refresh_book(book, LATER)
    assert rows(memory, "tblRoster")[0][1:3] == ["bonus", 91_000.0]


def test_every_fault_is_taken_back_with_what_was_imported(small: Path, tmp_path: Path) -> None:
    path = copied(small, tmp_path, PEOPLE)
    book, memory = opened(path)
    memory.calculate()
    refresh_book(book, LATER)
    writes = memory.writes
    for fail_at in {1, writes // 2, writes - 1, writes}:
        (tmp_path / "sources.toml").unlink(missing_ok=True)
        book, memory = opened(path)
        memory.calculate()
        before = memory.snapshot()
        memory.fail_at = fail_at
        with pytest.raises(Refused):
            refresh_book(book, LATER)
        assert memory.snapshot() == before, fail_at


def test_a_table_in_which_somebody_calculates_is_refused_in_excel(small: Path, tmp_path: Path) -> None:
    """The formula is in no first row, so that the tables alone do not show it."""
    path = copied(small, tmp_path, PEOPLE)
    changed = edited(path, tmp_path / "calculated.xlsx", sheet_part("Roster"),
                     lambda text: re.sub(r'(<c r="C8"[^>]*>)<v>', r"\1<f>40000*2</f><v>", text))  # fmt: skip
    book, memory = opened(changed)
    with pytest.raises(CsmError, match=r"Roster!C8: the table tblRoster has formulas \(1\)"):
        refresh_book(book, LATER)
    assert memory.pages["Roster"].formulas[8, 3] == "=40000*2"


def test_a_paste_is_taken_where_excel_writes_no_copy(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a Mac: the sheet is read as it is open."""
    monkeypatch.delattr(Book, "SaveCopyAs")
    path = copied(small, tmp_path, PEOPLE)
    book, memory = opened(path)
    assert places(path)[PASTE].row == 5
    refresh_book(book, LATER)
    assert rows(memory, "tblRoster")[0][2] == 91_000.0
    assert next(row[0] for row in rows(memory, REPORT)) == "taken from the paste"
