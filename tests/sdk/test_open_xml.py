"""Built and patched workbooks before the Open XML SDK, which knows the schema of every part."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from books import REFRESHED, small_tables
from patching import any_layout, any_rows, write_openpyxl, write_xlsxwriter

from csm_xl.excel.convert import Kind, convert
from csm_xl.workbook.build import build
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Package
from csm_xl.xlsx.patch import Edit, patch

TESTS = Path(__file__).parents[1]
VALIDATOR = TESTS.parent / "tools" / "node_modules" / ".bin" / "ooxml-validator"


def faults(path: Path) -> list[Any]:
    """What the SDK finds wrong with a file."""
    said = subprocess.run([str(VALIDATOR), str(path)], capture_output=True, text=True, timeout=120)
    return list(json.loads(said.stdout)["errors"])


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("built") / "plan.xlsx", small_tables(), "2026-Q1", REFRESHED)


def test_a_built_workbook(built: Path) -> None:
    assert faults(built) == []


@pytest.mark.parametrize("rows", [0, 40])
def test_a_patched_workbook(rows: int, built: Path, tmp_path: Path) -> None:
    package = Package(built)
    region = next(one for one in package.tables() if one.name == "tblPayouts")
    values = [[f" {at}\x07<&>", *[at * 1.5] * (len(region.headers) - 1)] for at in range(rows)]
    edit = Edit({"tblPayouts": values}, properties={"New": "one"}, calculate=True)
    patch(package, edit, tmp_path / "patched.xlsx")
    assert faults(tmp_path / "patched.xlsx") == []


@pytest.mark.parametrize("write", [write_xlsxwriter, write_openpyxl])
def test_a_patched_workbook_of_a_library(write: Any, tmp_path: Path) -> None:
    layout = any_layout(random.Random(3))
    write(tmp_path / "book.xlsx", layout)
    before = faults(tmp_path / "book.xlsx")
    tables = {one.name: any_rows(random.Random(4), 30, one.width) for one in layout.tables}
    edit = Edit(dict(tables), {Place("Own", 11, 1): "x"})
    patch(Package(tmp_path / "book.xlsx"), edit, tmp_path / "patched.xlsx")
    assert faults(tmp_path / "patched.xlsx") == before


@pytest.mark.parametrize("kinds", [(Kind.addin,), (Kind.addin, Kind.macros), (Kind.macros, Kind.addin)])
def test_a_converted_workbook(kinds: tuple[Kind, ...], built: Path, tmp_path: Path) -> None:
    path = built
    for number, kind in enumerate(kinds):
        made = tmp_path / f"{number}.{'xlsm' if kind == Kind.macros else 'xlsx'}"
        made.write_bytes(convert(path, kind)[0])
        path = made
    assert faults(path) == []


def test_it_sees_a_fault(built: Path, tmp_path: Path) -> None:
    from books import edited

    broken = edited(built, tmp_path / "broken.xlsx", "xl/workbook.xml",
                    lambda xml: xml.replace("<sheets>", "<sheets><nothing/>"))  # fmt: skip
    assert faults(broken)
