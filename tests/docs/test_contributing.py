"""CONTRIBUTING.md: its component type, copied from the page, pays, explains and passes its test."""

import subprocess
import sys
from pathlib import Path

from pages import ROOT, files

FILES = files((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))

AS_A_NEWCOMER = """
import sys
import csm_xl.engine.components as components

components.__path__.append(sys.argv[1])  # in place of a file in the folder
sys.path += sys.argv[3].split(",")

from csm_xl.cli.app import main

sys.argv[1:] = sys.argv[4:]
{then}
"""


def newcomer(tmp_path: Path, then: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A Python in which the page's component type is there."""
    types, company = tmp_path / "types", tmp_path / "company"
    for folder in (types, company):
        folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (types if name == "piece_rate.py" else company).joinpath(name).write_text(text, encoding="utf-8")
    code = AS_A_NEWCOMER.format(then=then)
    helpers = ",".join(str(ROOT / "tests" / name) for name in ("engine", "support"))
    where = [str(types), str(company), helpers]
    return subprocess.run(
        [sys.executable, "-c", code, *where, *words],
        capture_output=True, text=True, check=False, cwd=company,
    )  # fmt: skip


def test_the_component_type_of_the_page_pays_what_the_page_says(tmp_path: Path) -> None:
    done = newcomer(tmp_path, "main()", "pay", ".", "--json")
    assert done.returncode == 0, done.stderr
    assert [f'"amount": {amount}' in done.stdout for amount in ("300.0", "500.0", "0.0")] == [True] * 3


def test_the_component_type_of_the_page_explains_itself(tmp_path: Path) -> None:
    done = newcomer(tmp_path, "main()", "explain", ".", "E2", "2026-01")
    assert done.returncode == 0, done.stderr
    assert "min(9 × 75, 500)" in done.stdout


def test_the_component_type_of_the_page_has_the_signatures_of_today(tmp_path: Path) -> None:
    then = """
from inspect import signature
from csm_xl.engine.components import piece_rate, spif

for name in ("gather", "evaluate"):
    mine, ours = signature(getattr(piece_rate, name)), signature(getattr(spif, name))
    assert [str(one) for one in mine.parameters.values()] == [str(one) for one in ours.parameters.values()]
"""
    done = newcomer(tmp_path, then)
    assert done.returncode == 0, done.stderr


def test_the_test_of_the_page_passes(tmp_path: Path) -> None:
    then = "import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', 'test_piece_rate.py']))"
    done = newcomer(tmp_path, then)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
