"""The workbook with macros: its project, its code names, its buttons, and the sheet that is very hidden."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from books import REFRESHED, small_tables

from csm_xl.excel.vba_project import macros
from csm_xl.workbook.build import build
from csm_xl.workbook.layout import ORDER
from csm_xl.workbook.sheets.conf import CONF, INTERPRETER
from csm_xl.workbook.sheets.control import ACTIONS


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("macros") / "plan.xlsm"
    return build(path, small_tables(), "2026-Q1", REFRESHED, macros=macros())


@pytest.fixture(scope="module")
def parts(book: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(book) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_it_is_a_macro_workbook_with_the_project_s_own_bytes(parts: dict[str, bytes]) -> None:
    assert parts["xl/vbaProject.bin"] == macros()
    assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in parts["[Content_Types].xml"]


def test_the_workbook_and_each_sheet_have_the_code_name_of_their_module(parts: dict[str, bytes]) -> None:
    assert b'<workbookPr codeName="ThisWorkbook"' in parts["xl/workbook.xml"]
    for number in range(1, len(ORDER) + 2):
        assert f'codeName="Sheet{number}"'.encode() in parts[f"xl/worksheets/sheet{number}.xml"]


def test_each_button_calls_its_macro_and_says_what_it_does(parts: dict[str, bytes]) -> None:
    drawn = b"".join(data for name, data in parts.items() if name.endswith(".vml")).decode()
    called = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawn)
    wanted = ["RefreshPlans", "CheckWorkbook", "MakeStatements", "ClosePeriod"]
    assert wanted == [macro for _, macro, *_ in ACTIONS]
    assert called == [*wanted, "RefreshPlans"]  # the last one is on the sheet Import
    assert re.findall(r'alt="([^"]+)"', drawn)[: len(ACTIONS)] == [said for *_, said in ACTIONS]
    for caption, *_ in ACTIONS:
        assert f">{caption}</font>" in drawn


def test_where_python_is_stands_on_a_very_hidden_sheet_that_the_cover_names(book: Path) -> None:
    read = openpyxl.load_workbook(book)
    assert read.sheetnames == [*ORDER, CONF]
    assert {page.title for page in read if page.sheet_state != "visible"} == {CONF}
    assert read[CONF].sheet_state == "veryHidden"
    said = {name.value: value.value for name, value in read[CONF].iter_rows()}
    assert said == {
        "INTERPRETER_WIN": INTERPRETER,
        "UDF MODULES": "csm_xl.excel.udfs",
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
    }
    assert any(CONF in str(cell.value) for row in read["Cover"].iter_rows() for cell in row)


def test_the_interpreter_is_the_one_that_is_given(tmp_path: Path) -> None:
    path = build(tmp_path / "p.xlsm", small_tables(), "2026-Q1", REFRESHED, macros=macros(),
                 interpreter=r"C:\csm\pythonw.exe")  # fmt: skip
    assert openpyxl.load_workbook(path)[CONF]["B1"].value == r"C:\csm\pythonw.exe"


def test_without_macros_there_is_neither_project_nor_button_nor_hidden_sheet(small: Path) -> None:
    with zipfile.ZipFile(small) as package:
        assert not [name for name in package.namelist() if name.endswith((".vml", ".bin"))]
    assert openpyxl.load_workbook(small).sheetnames == list(ORDER)


def test_building_twice_gives_the_same_bytes(book: Path, tmp_path: Path) -> None:
    again = build(tmp_path / "again.xlsm", small_tables(), "2026-Q1", REFRESHED, macros=macros())
    assert again.read_bytes() == book.read_bytes()
