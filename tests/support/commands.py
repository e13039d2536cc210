"""A command of csm-xl, run in this process as a shell runs it, or as it is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import chdir, suppress
from pathlib import Path

import pytest
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


def commanded(folder: Path, *words: str, status: int = 0) -> str:
    """What a command, run in a folder, prints and tells; another exit status is an error."""
    with chdir(folder):
        found, printed, told = shell(*words)
    assert found == status, f"{printed}\n{told}"
    return printed + told


def typed_in_a_terminal(folder: Path, answers: list[str], *words: str) -> tuple[int, str]:
    """The status and the output of a command in a terminal, in which lines are typed."""
    pty = pytest.importorskip("pty")
    script = str(Path(sys.executable).with_name("csm-xl"))
    main, other = pty.openpty()
    env = {**os.environ, "COLUMNS": "200", "TERM": "dumb"}
    with subprocess.Popen(
        [script, *words], stdin=other, stdout=other, stderr=other, cwd=folder, env=env
    ) as run:
        os.close(other)
        os.write(main, "".join(f"{answer}\n" for answer in answers).encode() + b"\x04")
        said = b""
        with suppress(OSError):  # the terminal is gone with the command
            while part := os.read(main, 65536):
                said += part
    os.close(main)
    return run.returncode, said.decode()
