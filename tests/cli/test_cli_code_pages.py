"""What the command writes where its output is in a code page of Windows, which lacks letters and signs."""

import json
import os
import subprocess
import sys


def run(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "csm_xl.cli", *words], capture_output=True, cwd=cwd, check=False,
        # A locale that is not installed would have Python read names of files as ASCII.
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    )  # fmt: skip


def test_the_marks_of_doctor_can_be_told_apart(tmp_path):
    said = run("doctor", "none.xlsm", cwd=tmp_path).stdout.decode("cp1252").splitlines()
    marks = {line.split(": ")[0] for line in said if not line.startswith(" ")}
    assert "+ packages" in marks and "x file" in marks
    assert any(line.startswith("  -> ") for line in said)
    assert not any(line.startswith("?") for line in said)


def test_json_loses_no_letter_of_a_name(tmp_path):
    done = run("check", "Łódź Grüße 漢.xlsx", "--json", cwd=tmp_path)
    errors = json.loads(done.stdout.decode("utf-8"))["errors"]
    assert "Łódź Grüße 漢.xlsx" in str(errors)
    assert b"?" not in done.stdout
