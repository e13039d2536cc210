"""A folder of tables, and what `pay` says about it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from typer.testing import CliRunner

from csm_xl.cli import app

A_FIFTH: Final = """
[[plans]]
plan_id = "CSM"
model = "base_variable"
pay_period = "quarter"
target_basis = "ratio"
target_value = 0.2
"""
"""A plan whose target is a fifth of the salary."""
NRR: Final = f"""{A_FIFTH.rstrip()}
[[components]]
plan_id = "CSM"
component_id = "nrr"
type = "metric"
weight = 1
measure = "NRR"
"""
"""The same plan, with one component: all of the target is paid for net retention."""


def paid_folder(folder: Path, files: Mapping[str, str], *options: str) -> tuple[int, str]:
    """The status and the messages of a payment of 2026-Q1. files: name → text, which is written first."""
    for name, text in files.items():
        (folder / name).write_text(text)
    result = CliRunner().invoke(app, ["pay", str(folder), "--period", "2026-Q1", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stderr
