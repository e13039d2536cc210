"""A small plan and its people, and ways to change a workbook file."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from csm_xl.workbook.layout import ORDER
from csm_xl.workbook.sheets.results import payout_columns
from csm_xl.xlsx.addresses import letters

REFRESHED = datetime(2026, 4, 7, 9, 30)
AMOUNT = f"{letters(payout_columns('USD').index('amount') + 1)}7"
"""The cell of the first payout line's amount."""
Rows = list[list[object]]


def small_tables() -> dict[str, Rows]:
    """Three people on two plans: a bonus on retention and goals, and a commission by tiers."""
    return {
        "plans": [
            ["plan_id", "model", "pay_period", "target_basis", "target_value"],
            ["bonus", "base_bonus", "quarter", "ratio", 0.1],
            ["deals", "base_variable", "quarter", "amount", None],
        ],
        "components": [
            ["plan_id", "component_id", "type", "weight", "measure", "scope", "curve_id", "tier_id"],
            ["bonus", "grr", "metric", 0.5, "GRR", "team", "c1", None],
            ["bonus", "goals", "goals", 0.5, None, None, None, None],
            ["deals", "upsell", "commission", None, None, None, None, "t1"],
        ],
        "curves": [
            ["curve_id", "attainment", "payout", "above", "cap"],
            ["c1", 0.9, 0.5, "extrapolate", 1.8],
            ["c1", 1, 1, None, None],
            ["c1", 1.2, 1.5, None, None],
        ],
        "tiers": [["tier_id", "from", "rate"], ["t1", 0, 0.02], ["t1", 50000, 0.04]],
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date", "team", "# Cost center"],
            ["00123", "bonus", 90000, date(2024, 1, 1), "East", "=1+1"],
            ["E2", "bonus", 80000, date(2026, 2, 1), "East", "@x"],
            ["E3", "deals", 70000, date(2024, 1, 1), None, None],
        ],
        "results": [
            ["period", "scope", "id", "measure", "actual", "goal"],
            ["2026-Q1", "team", "East", "GRR", 0.95, 0.92],
        ],
        "goals": [
            ["period", "employee_id", "goal", "weight", "score"],
            ["2026-Q1", "00123", "=cmd|' /C calc'!A0", 1, 0.8],
            ["2026-Q1", "E2", "+SUM(1)", 1, 1.1],
        ],
        "deals": [["deal_id", "date", "amount", "employee_id"], ["D1", date(2026, 3, 1), 60000, "E3"]],
    }  # fmt: skip


def edited(source: Path, target: Path, part: str, change: Callable[[str], str]) -> Path:
    """A copy of a workbook with one part changed; the change must take."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                text = data.decode()
                data = change(text).encode()
                assert data.decode() != text, f"nothing changed in {part}"
            new.writestr(name, data)
    return target


def sheet_part(sheet: str) -> str:
    """The part of a sheet of a built workbook."""
    return f"xl/worksheets/sheet{ORDER.index(sheet) + 1}.xml"


def with_cell(xml: str, reference: str, cell: str) -> str:
    """The XML of a sheet with another XML for one cell; {head} keeps its reference and style."""
    found = re.search(rf'<c r="{reference}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', xml)
    assert found, reference
    return xml[: found.start()] + cell.replace("{head}", f'r="{reference}"{found[1]}') + xml[found.end() :]


def plain_book(path: Path, sheets: dict[str, Rows], **options: object) -> Path:
    """A workbook of ranges alone, as exports make it. options: those of xlsxwriter."""
    book = xlsxwriter.Workbook(str(path), options)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    page.write_datetime(at, column, cell, day)
                elif isinstance(cell, str):
                    page.write_string(at, column, cell)
                else:
                    page.write(at, column, cell)
    book.close()
    return path
