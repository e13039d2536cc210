"""The tool that measures recalculation on a folder of workbooks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from own_file import cell, line, own_file

TOOL = Path(__file__).parents[3] / "tools" / "measure_recalculation.py"


def measured(folder: Path, *options: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, str(TOOL), str(folder), *options],
                          capture_output=True, text=True, check=False, timeout=300)  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout


def row_of(said: str, name: str) -> list[str]:
    return next(one.split()[1:] for one in said.splitlines() if one.split()[:1] == [name])


def test_what_is_right_is_equal_and_what_is_unknown_is_kept(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    sheet = line(1, cell("A1", 2), cell("B1", 4, "A1*2"), cell("C1", 7, "FOO(A1)"))
    own_file(tmp_path / "people" / "a.xlsx", {"S": sheet})
    (tmp_path / "people" / "b.xlsx").write_bytes(b"no workbook")
    code, said = measured(tmp_path)
    # files, formulas, equal, kept, left to Excel, filled in, volatile, spoiled, refused, failed
    assert code == 0 and row_of(said, "people") == ["2", "2", "1", "1", "0", "0", "0", "0", "1", "0"]
    assert row_of(said, "all") == row_of(said, "people")
    assert f"refused: {Path('people') / 'b.xlsx'}: the file is no workbook" in said


def test_a_value_that_would_be_written_is_told(tmp_path: Path) -> None:
    sheet = line(1, cell("A1", 2), cell("B1", 5, "A1*2"), cell("C1", None, "A1*3"))
    own_file(tmp_path / "a.xlsx", {"S": sheet})
    code, said = measured(tmp_path, "--cells", str(tmp_path / "cells.tsv"))
    assert code == 1 and row_of(said, "all") == ["1", "2", "0", "0", "0", "1", "0", "1", "0", "0"]
    cells = (tmp_path / "cells.tsv").read_text(encoding="utf-8")
    assert "spoiled\tS!B1\t'=A1*2'\t5.0\t4.0" in cells


def test_one_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    own_file(tmp_path / "a.xlsx", {"S": line(1, cell("A1", 2, "1+1"))})
    code, said = measured(tmp_path, "--seconds", "0")
    assert code == 1 and "failed: a.xlsx: not done within 0 seconds" in said
