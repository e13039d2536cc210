"""A small workbook for tests that change it, and the sample's for those that look at it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from books import REFRESHED, small_tables

from csm_xl.workbook.build import build
from csm_xl.workbook.sample import sample_tables

MadeOnce = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def small(made_once: MadeOnce) -> Path:
    def fill(folder: Path) -> None:
        build(folder / "small.xlsx", small_tables(), "2026-Q1", REFRESHED)

    return made_once("small", fill) / "small.xlsx"


@pytest.fixture(scope="session")
def sample(made_once: MadeOnce) -> Path:
    def fill(folder: Path) -> None:
        build(folder / "plan.xlsx", sample_tables(), "2026", REFRESHED)

    return made_once("sample", fill) / "plan.xlsx"
