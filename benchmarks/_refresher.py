"""A workbook that is refreshed again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from csm_xl.engine.components import component_types
from csm_xl.plan.tables import PAY_TABLES, read_strict
from csm_xl.workbook.build import build
from csm_xl.workbook.operations.refresh.file import refresh_file
from csm_xl.workbook.sample import sample_of

FIRST = datetime(2026, 7, 1)
PERIODS = ("2026-Q1", "2026-Q2", "2026")


def make(path: Path) -> Path:
    """The starter plan's people, paid for a quarter."""
    tables = read_strict(sample_of("starter"), component_types(), PAY_TABLES)
    return build(path, tables, PERIODS[0], FIRST)


def refresh_on(path: Path, number: int) -> None:
    """The refresh of a number: a minute later than the one before, and of another period."""
    refresh_file(path, FIRST + timedelta(minutes=number), PERIODS[number % len(PERIODS)])
