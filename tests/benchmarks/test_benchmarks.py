"""Every benchmark runs, on little: what it measures is measured by `make bench`."""

import os
import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
import pytest

import benchmarks
from benchmarks import (
    engine,
    files,
    functions,
    growth,
    imports,
    intake,
    office,
    parquet,
    simulation,
    workbook,
)

pytestmark = pytest.mark.measures
LITTLE = 400
OTHERWISE = {
    "book": "tests/book writes and proves what it writes",
    "book_kills": "tests/book/test_book_mishaps.py kills what it kills",
    "boundary": "one crossing, in a process of its own: it stands in for Windows",
    "exactness": "tests/engine/test_million.py",
    "kills": "tests/xlsx/test_safe_replace.py kills what it kills",
}


def test_no_benchmark_is_forgotten() -> None:
    names = {module.name for module in iter_modules(benchmarks.__path__) if not module.name.startswith("_")}
    assert names == {"engine", "files", "functions", "growth", "imports", "intake", "office", "parquet",
                     "simulation", "workbook", *OTHERWISE}  # fmt: skip


def test_the_engine_and_its_peers_pay_the_same() -> None:
    coded = engine.coded_columns(LITTLE)
    lines = engine.engine(coded)()
    assert len(lines) == 4 * LITTLE
    by_hand = engine.kernel(coded)()["amount"]
    # The kernel rounds floats: a line is off by a cent at most.
    assert abs(lines.columns["amount"] - by_hand).max() < 0.011
    totals = [
        np.sort(peer(coded)()["amount"])
        for peer in (engine.pandas_merges, engine.polars_joins, engine.duckdb_joins)
    ]
    assert all(abs(total - np.sort(by_hand)).max() < 0.011 for total in totals)
    assert len(engine.pandas_apply(coded, 10)()) == 10
    assert engine.peak(LITTLE)[0] > 0
    assert len(engine.reading(LITTLE)) == 3


@pytest.mark.parametrize("case", functions.CASES, ids=lambda case: f"{case.function} {case.says}".strip())
def test_each_function_is_measured(case: functions.Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions, "ROWS", LITTLE)
    monkeypatch.setattr(functions, "SECONDS", 0)
    monkeypatch.setattr(functions, "TURNS", 1)
    ours, _, called = functions.measure(case)
    assert ours > 0 and called > 0


def test_the_simulation_and_its_rival_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, little in (("PEOPLE", 20), ("TRIALS", 20), ("ROUNDS", 1)):
        monkeypatch.setattr(simulation, name, little)
    simulation.main()
    assert capsys.readouterr().out.startswith("## ")


def test_an_import_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(intake, "ROWS", LITTLE)
    assert intake.main() == 0
    assert "40 rows filtered out" in capsys.readouterr().out


def test_a_payment_from_file_to_file_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(files, "SIZES", (LITTLE // 2, LITTLE))
    files.main()
    told = capsys.readouterr().out
    assert told.startswith("## From CSV to CSV") and "to 400 people" in told


def test_a_payment_from_parquet_to_parquet_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra arrow")
    monkeypatch.setattr(parquet, "SIZES", (LITTLE,))
    parquet.main()
    assert capsys.readouterr().out.count("| 400 ") == len(parquet.WORKERS)


@pytest.mark.slow("each company in processes of its own, and a local Spark where there is one")
def test_the_growth_is_measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyarrow", reason="needs the extra arrow")
    before, after = growth.Size(50, quarters=1), growth.Size(100, components=8, deals=2)
    monkeypatch.setattr(growth, "SIZES", {"all": (before, after)})
    monkeypatch.setattr(growth, "IN_SPARK", (50,))
    monkeypatch.setattr(growth, "ROUNDS", 1)
    growth.main()
    told = capsys.readouterr().out
    lines = {size: growth.measured_alone(growth.pieces, size)["lines"] for size in (before, after)}
    assert f"| {lines[after]:,.0f} " in told and lines[after] > 12 * lines[before]
    assert ("A local Spark" in told) == (growth.spark_is_there())


@pytest.mark.slow("seven commands, each a process of its own")
def test_the_commands_on_a_workbook_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workbook, "PEOPLE", 12)
    workbook.main()
    said = capsys.readouterr().out
    assert all(f"| {name} " in said for name in (*workbook.COMMANDS, workbook.PLAIN))


@pytest.mark.slow("fresh interpreters, without compiled files")
def test_the_imports_are_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(imports, "REPEATS", 1)
    imports.main()
    assert "`import csm_xl.excel.udfs`" in capsys.readouterr().out


@pytest.mark.slow("thousands of calls through xlwings")
def test_the_boundary_is_measured() -> None:
    code = "import benchmarks.boundary as one; one.ROWS = 100; one.main.__globals__['ROWS'] = 100; one.main()"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "one CSM_TOTALCOMP" in done.stdout


@pytest.mark.usefixtures("there")
def test_an_office_calculates_what_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(office, "REPEATS", 1)
    monkeypatch.setattr(office, "ROWS", LITTLE)
    office.main()
    assert f"| {office.NATIVE} " in capsys.readouterr().out
