"""A plain installation, without extras: everything works, and what needs an extra says so."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from csm_xl.extras import EXTRAS, MODULES

ROOT = Path(__file__).parents[1]
BLOCKER = """
import sys
from importlib.machinery import PathFinder


class Plain(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in {packages!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)


sys.meta_path.insert(0, Plain)
"""


@pytest.fixture(scope="module")
def project():
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


def packages(lines):
    """The packages of requirements, as Python imports them."""
    names = {line.partition(">")[0].partition("=")[0].partition("[")[0] for line in lines}
    return {name.replace("-", "_") for name in names} - {"csm_xl"}


@pytest.fixture(scope="module")
def plain(tmp_path_factory, project):
    """An environment in which Python finds no package that is not the plain installation's."""
    site = tmp_path_factory.mktemp("site")
    optional = {package for lines in project["optional-dependencies"].values() for package in packages(lines)}
    optional = {MODULES.get(package.replace("_", "-"), package) for package in optional}
    (site / "sitecustomize.py").write_text(BLOCKER.format(packages=optional), encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(site)}


@pytest.fixture(scope="module")
def shell(tmp_path_factory, plain):
    """A shell in a user's folder, in a plain installation."""
    folder = tmp_path_factory.mktemp("user")

    def run(*words, status=0):
        done = subprocess.run(
            [sys.executable, "-m", "csm_xl.cli", *words], capture_output=True, text=True, check=False,
            cwd=folder, env=plain,
        )  # fmt: skip
        assert done.returncode == status, f"{words}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    return run


@pytest.fixture(scope="module")
def starter(shell, tmp_path_factory):
    """A workbook that a plain installation has made."""
    path = tmp_path_factory.mktemp("starter") / "mine.xlsx"
    shell("new", str(path), "--plan", "starter")
    return path


@pytest.fixture
def book(starter, tmp_path):
    """One of one's own."""
    return str(shutil.copy(starter, tmp_path))


def test_the_extras_are_those_of_the_project(project):
    declared = project["optional-dependencies"]
    for extra, package in EXTRAS.items():
        assert packages(declared[extra]) == {package.replace("-", "_")}
    assert set(declared) - {"browser", "dev", "docs", "mutants"} == set(EXTRAS)


EACH = """
import json, sys
from typer.testing import CliRunner
from csm_xl.cli.app import app

for words in json.load(sys.stdin):
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (words, done.exception, done.output)
print(done.stdout, end="")
"""


def test_every_command_works_without_extras(plain, book, tmp_path):
    commands = [
        *([command, book] for command in ("check", "refresh", "recalc", "pay", "lint", "health")),
        ["explain", book, "E0001", "2026-Q1"],
        ["statements", book, "--period", "2026-Q1", "--employee", "E0001", "--out", "statements"],
        ["review", book, "--period", "2026-Q1", "--trials", "20", "--out", "review"],
        ["plans", "export", book, "plans"],
        ["functions", "CSM_PAYGAP"],
        ["call", "CSM_OTE", "80000", "20000"],
    ]
    done = subprocess.run(  # one process for all: each would take a second to import what they share
        [sys.executable, "-c", EACH], input=json.dumps(commands), capture_output=True, text=True, check=False,
        cwd=tmp_path, env=plain,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "100000.0\n"


def test_a_book_on_a_server_without_its_extra_is_refused_in_words(shell):
    refused = shell("book", "create", "postgresql://owner@localhost/pay", status=2).stderr
    assert "a book on PostgreSQL needs the package psycopg, which is not installed" in refused
    assert 'Install it: pip install "csm-xl[postgres]".' in refused


def test_an_import_that_needs_an_extra_is_refused_in_words(shell, book, tmp_path):
    for kind, extra in (("xls", "xls"), ("parquet", "parquet")):
        file = tmp_path / f"workers.{kind}"
        file.write_bytes(b"whatever is in it")
        refused = shell("import", str(file), "--into", book, status=2).stderr
        assert f'Install it: pip install "csm-xl[{extra}]".' in refused
    shell("export", book, "--out", "tables")
    shell("import", "tables/roster.csv", "--into", book)


def test_a_word_document_without_its_extra_is_refused_before_anything_is_written(shell, book):
    refused = shell("letters", book, "--period", "2026", "--docx", "--out", "letters", status=2).stderr
    assert "a letter as a Word document needs the package python-docx, which is not installed" in refused
    assert 'Install it: pip install "csm-xl[docx]".' in refused
    shell("letters", book, "--period", "2026", "--person", "E0001", "--out", "letters")


def test_parquet_and_workers_without_their_extra_are_refused_in_words(shell, book, tmp_path):
    for words in (("--workers", "2"), ("--out", "paid"), ("--out", "paid.parquet")):
        refused = shell("pay", book, *words, status=2).stderr
        assert 'Install it: pip install "csm-xl[arrow]".' in refused
    folder = tmp_path / "parquet"
    folder.mkdir()
    (folder / "roster.parquet").write_bytes(b"whatever is in it")
    refused = shell("pay", str(folder), status=2).stderr
    assert "roster.parquet, a Parquet file, needs the package pyarrow, which is not installed" in refused


def test_spark_without_its_extra_is_refused_in_words(plain):
    code = "from csm_xl.batch.spark import raw_tables_of_spark; raw_tables_of_spark({})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=plain
    )
    assert "CsmError: paying in Spark needs the package pyspark, which is not installed" in done.stderr
