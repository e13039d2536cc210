"""The demo, made by its command once in a run: the workbook, and what the command said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csm_xl.cli import app


@pytest.fixture(scope="session")
def demo(made_once: Callable[[str, Callable[[Path], object]], Path]) -> tuple[Path, str]:
    def fill(folder: Path) -> None:
        result = CliRunner().invoke(app, ["demo", "--out", str(folder / "workbooks")])
        assert result.exit_code == 0, result.output
        (folder / "said").write_text(result.stdout, encoding="utf-8")

    folder = made_once("demo", fill)
    return folder / "workbooks" / "csm_plan.xlsx", (folder / "said").read_text(encoding="utf-8")
