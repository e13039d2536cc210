"""A command of csm-xl, run in this process as a shell runs it, or as it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from csm_xl.cli.app import app


def shell(*words: str | Path) -> tuple[int, str, str]:
    """Its exit status, what it printed, and what it told on the error output; a bug is an error here."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def installed(folder: Path, *words: str, status: int = 0) -> str:
    """What the installed command, run in a folder, prints and tells; another exit status is an error."""
    script = Path(sys.executable).with_name("csm-xl")
    done = subprocess.run([script, *words], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == status, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr
