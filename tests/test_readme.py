"""The README: every command runs, every formula gives what it says, every link leads somewhere."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
from commands import shell

from csm_xl.cli.files import csv_text
from csm_xl.functions import REGISTRY
from csm_xl.functions.reference import call_text
from csm_xl.workbook.sample import sample_of

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ (.*)\n((?:(?![$`>]).*\n)*)", "".join(CONSOLE), re.MULTILINE)
OFFICE = "csm-xl libreoffice"
FORMULAS = re.findall(r"^\| `=(CSM_.*)` \| (\S+) \|", TEXT, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder with exports in it."""
    for raw in sample_of("starter"):
        (tmp_path / f"{raw.name}.csv").write_text(csv_text(raw.rows), encoding="utf-8")
    return tmp_path


def test_it_can_be_read_in_one_go() -> None:
    assert len(TEXT.splitlines()) <= 180


def test_there_is_something_to_run() -> None:
    assert len(COMMANDS) >= 10
    assert len(FORMULAS) >= 5


def ran(line: str, folder: Path) -> str:
    """What a command of csm-xl writes in a folder; it must succeed."""
    name, *words = shlex.split(line)
    assert name == "csm-xl", line
    with chdir(folder):
        status, printed, told = shell(*words)
    assert status == 0, f"{line}\n{told}"
    return printed


def test_every_csm_xl_command_runs_as_shown(folder: Path) -> None:
    for line, shown in COMMANDS:
        if line.startswith(("make ", OFFICE)):
            continue
        found = ran(line, folder)
        assert found == shown or not shown, line
    assert (folder / "payouts.csv").read_text(encoding="utf-8").startswith("period,employee_id,")


@pytest.mark.usefixtures("there")
def test_every_command_of_libreoffice_runs(folder: Path) -> None:
    lines = [line for line, _ in COMMANDS if line.startswith(OFFICE)]
    assert lines
    ran(next(line for line, _ in COMMANDS if line.startswith("csm-xl new mine.xlsx")), folder)
    for line in lines:
        ran(line, folder)


def test_every_make_target_that_is_named_is_there() -> None:
    # Run for real they would run this test again: what make would do is asked instead.
    targets = {word for line, _ in COMMANDS for word in shlex.split(line)[1:] if line.startswith("make ")}
    targets |= set(re.findall(r"`make ([\w-]+)`", TEXT))
    assert targets >= {"demo", "quick", "test", "test-all", "bench", "check", "docs"}
    for target in targets:
        done = subprocess.run(
            ["make", "--dry-run", target], capture_output=True, text=True, check=False, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        assert re.search(r"python\S* (-m|tools)", done.stdout)


@pytest.mark.parametrize(("formula", "result"), FORMULAS)
def test_every_formula_gives_what_it_says(formula: str, result: str) -> None:
    assert f"{call_text(f'={formula}'):.15g}" == result  # 15 digits, as Excel shows a number


def test_the_python_runs() -> None:
    code = "".join(re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))
    examples = doctest.DocTestParser().get_doctest(code, {}, "README", "README.md", 0)
    assert examples.examples
    assert doctest.DocTestRunner().run(examples).failed == 0


def test_every_function_and_link_exists() -> None:
    assert set(re.findall(r"CSM_[A-Z]+", TEXT)) <= set(REGISTRY)
    for link in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (ROOT / link).exists(), link


def test_what_it_says_of_the_xlwings_license() -> None:
    """All of our modules that import xlwings load one module of its PRO package, which has the check."""
    sources = {path: path.read_text(encoding="utf-8") for path in (ROOT / "csm_xl" / "excel").glob("*.py")}
    modules = [f"csm_xl.excel.{path.stem}" for path, text in sources.items() if "import xlwings as" in text]
    assert len(modules) > 2
    code = (
        f"import sys, {', '.join(modules)}, xlwings\n"
        "print(xlwings.__pro__, *(name for name in sys.modules if name.startswith('xlwings.pro')))"
    )
    bare = {name: value for name, value in os.environ.items() if name != "XLWINGS_LICENSE_KEY"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare)
    assert done.stdout == "False xlwings.pro.utils\n"
    assert "`xlwings.pro.utils`" in (ROOT / "docs" / "VERIFIED.md").read_text(encoding="utf-8")
