"""A command of csm-xl, run in this process as a shell runs it."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from csm_xl.cli.app import app


def shell(*words: str | Path) -> tuple[int, str, str]:
    """Its exit status, what it printed, and what it told on the error output; a bug is an error here."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr
