"""A small workbook for tests that change it, and the sample's for those that look at it."""

from __future__ import annotations

from pathlib import Path

import pytest
from books import REFRESHED, small_tables

from csm_xl.workbook.build import build
from csm_xl.workbook.sample import sample_tables


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("small") / "small.xlsx", small_tables(), "2026-Q1", REFRESHED)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("sample") / "plan.xlsx", sample_tables(), "2026", REFRESHED)
