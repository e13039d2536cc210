"""``csm-xl pay`` from a folder of Parquet files, to Parquet, and by several processes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from commands import shell
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from benchmarks._company import write_company
from csm_xl.batch.parquet_files import raw_table_of_parquet
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_strict

PEOPLE = 60


def as_parquet(source, target):
    """The tables of a folder as Parquet files, typed as pyarrow types them; plans stay TOML."""
    target.mkdir()
    for file in source.iterdir():
        if file.suffix == ".csv":
            parquet.write_table(arrow_csv.read_csv(file), target / f"{file.stem}.parquet")
        else:
            shutil.copy(file, target)
    return target


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    write_company(PEOPLE, folder / "csv")
    return folder / "csv", as_parquet(folder / "csv", folder / "parquet")


def paid(*words, status=0):
    found, out, err = shell("pay", *words)
    assert found == status, err
    return f"{out}\n{err}"


def test_csv_and_parquet_pay_the_same_lines(company, tmp_path):
    for source, name in zip(company, ("csv", "parquet"), strict=True):
        paid(source, "--out", tmp_path / f"{name}.csv")
        paid(source, "--out", tmp_path / name)
    assert (tmp_path / "csv.csv").read_bytes() == (tmp_path / "parquet.csv").read_bytes()
    written = [tmp_path / name / "payouts.parquet" for name in ("csv", "parquet")]
    assert written[0].read_bytes() == written[1].read_bytes()
    assert [file.name for file in written[0].parent.iterdir()] == ["payouts.parquet"]


def test_parquet_has_the_lines_of_the_csv_file(company, tmp_path):
    paid(company[1], "--out", tmp_path / "lines.csv")
    paid(company[1], "--out", tmp_path / "lines.parquet")
    rows = RawTable.of_csv(tmp_path / "lines.csv").rows
    table = parquet.read_table(tmp_path / "lines.parquet")
    assert table.column_names == list(rows[0])
    assert table.num_rows == len(rows) - 1
    at = table.column_names.index("amount")
    assert [float(row[at]) for row in rows[1:]] == table.column("amount").to_pylist()
    assert table.schema.field("gate_met").type == pa.bool_()
    assert table.schema.field("eligible_days").type == pa.int64()
    assert table.column("goal").null_count > 0  # of a commission


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_write_the_same_bytes(company, tmp_path, workers):
    paid(company[1], "--out", tmp_path / "one.csv")
    said = paid(company[1], "--out", tmp_path / "several.csv", "--workers", workers)
    paid(company[1], "--out", tmp_path / "one")
    paid(company[0], "--out", tmp_path / "several", "--workers", workers)
    for name in ("{}.csv", "{}/payouts.parquet"):
        assert (tmp_path / name.format("one")).read_bytes() == (
            tmp_path / name.format("several")
        ).read_bytes()
    assert ("no faster than" in said) == (workers > os.cpu_count())


def test_workers_say_what_one_process_says(company, tmp_path):
    of_one, of_two = (shell("pay", company[1], "--workers", workers) for workers in (1, 2))
    assert of_one == of_two


def test_workers_refuse_what_one_process_refuses(company, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(company[1], folder)
    table = parquet.read_table(folder / "results.parquet")
    parquet.write_table(table.slice(10), folder / "results.parquet")
    one, two = (
        shell("pay", folder, "--out", tmp_path / "out", "--workers", workers, "--period", "2026-Q1")
        for workers in (1, 2)
    )
    assert one == two
    assert one[0] == 2
    assert "10 results NRR of people for 2026-Q1 are missing" in one[2]
    assert not (tmp_path / "out").exists()


def test_workers_leave_out_whom_one_process_leaves_out(company, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(company[1], folder)
    roster = parquet.read_table(folder / "roster.parquet")
    salary = roster.column("base_salary").to_pylist()
    salary[3] = -5
    at = roster.column_names.index("base_salary")
    parquet.write_table(roster.set_column(at, "base_salary", [salary]), folder / "roster.parquet")
    texts = [
        paid(folder, "--skip-errors", "--out", tmp_path / f"{workers}.csv", "--workers", workers)
        for workers in (1, 2)
    ]
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    assert all("E0000003: roster.parquet row 5 (base_salary)" in text for text in texts)


def test_a_corrupt_file_stops_with_its_name_and_writes_nothing(company, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(company[1], folder)
    data = (folder / "goals.parquet").read_bytes()
    for damaged in (b"", b"PAR1", data[:-20], data[: len(data) // 2] + data[-200:], b"not Parquet at all"):
        (folder / "goals.parquet").write_bytes(damaged)
        for workers in (1, 2):
            said = paid(folder, "--out", tmp_path / "out", "--workers", workers, status=2)
            assert "goals.parquet: the file is not Parquet, or it is damaged" in said
    assert not (tmp_path / "out").exists()


def children(pid):
    """The worker processes of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if (
                entry.name.isdigit()
                and int(parent) == pid
                and b"spawn_main" in (entry / "cmdline").read_bytes()
            ):
                found.append(int(entry.name))
        except (OSError, IndexError):
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are found in /proc")
def test_a_worker_that_is_killed_stops_the_run_and_it_can_be_run_again(company, tmp_path):
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "csm_xl.cli",
        "pay",
        str(company[1]),
        "--out",
        str(out),
        "--workers",
        "2",
    ]
    between = tmp_path / "between"
    between.mkdir()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(between)},
    ) as running:  # fmt: skip
        until = time.monotonic() + 60
        while not (workers := children(running.pid)) and time.monotonic() < until:
            time.sleep(0.005)
        os.kill(workers[0], signal.SIGKILL)
        try:
            _, said = running.communicate(timeout=60)
        except subprocess.TimeoutExpired:  # a run that waits for ever fails
            for pid in children(running.pid):
                os.kill(pid, signal.SIGKILL)
            running.kill()
            raise
    assert running.returncode == 2
    assert "a worker process ended early" in said
    assert "Run the command again" in said
    assert "Traceback" not in said
    assert not out.exists()
    assert not list(between.iterdir())
    subprocess.run(command, check=True, capture_output=True)
    paid(company[1], "--out", tmp_path / "one")
    assert (out / "payouts.parquet").read_bytes() == (tmp_path / "one" / "payouts.parquet").read_bytes()


def test_a_file_of_somebody_else_is_not_replaced(company, tmp_path):
    out = tmp_path / "payouts.parquet"
    parquet.write_table(pa.table({"amount": [1.0]}), out)
    before = out.read_bytes()
    assert "csm-xl did not write it" in paid(company[1], "--out", tmp_path, status=2)
    assert out.read_bytes() == before
    paid(company[1], "--out", tmp_path, "--force")
    paid(company[1], "--out", tmp_path)  # its own file
    parquet.write_table(parquet.read_table(out).replace_schema_metadata(None), out)
    assert "csm-xl did not write it" in paid(company[1], "--out", tmp_path, status=2)


def test_an_input_is_never_replaced_and_a_result_is_no_input(company, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(company[1], folder)
    refused = paid(folder, "--out", folder / "roster.parquet", "--force", status=2)
    assert "the result would replace an input" in refused
    paid(folder, "--out", folder)
    paid(folder, "--out", folder)
    paid(company[1], "--out", tmp_path / "out")
    assert (folder / "payouts.parquet").read_bytes() == (tmp_path / "out/payouts.parquet").read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--workers", "0"), "--workers"),
        (("--workers", "2", "--total"), "this option is for payout lines"),
        (("--total", "--out", "paid"), "Parquet is for payout lines"),
        (("--out", "lines.json"), "results are written as .csv or .xlsx"),
    ],
)
def test_options_that_do_not_go_together_are_refused(company, words, said):
    assert said in paid(company[1], *words, status=2)


def test_a_table_is_given_once(company, tmp_path):
    folder = tmp_path / "in"
    shutil.copytree(company[1], folder)
    shutil.copy(company[0] / "goals.csv", folder)
    said = paid(folder, status=2)
    assert "the table goals is given twice" in said


def written(tmp_path, **columns):
    file = tmp_path / "roster.parquet"
    parquet.write_table(pa.table(columns), file)
    return raw_table_of_parquet(file)


def roster_of(raw):
    header = ["plan_id", "model", "pay_period", "target_basis"]
    rows = [[plan, "base_only", "quarter", "ratio"] for plan in "PQ"]
    plans = RawTable.of_rows([header, *rows], "plans")
    return read_strict([raw, plans], {})["roster"].columns


def test_types_are_read_as_what_they_are(tmp_path):
    hired = datetime(2024, 1, 1)
    raw = written(
        tmp_path,
        employee_id=pa.array(["00123", "E2", "E3"]).dictionary_encode(),
        plan_id=pa.array([b"P", b"P", b"Q"]),
        base_salary=pa.array([Decimal("80000.10"), Decimal(90000), Decimal("1.5")], pa.decimal128(12, 2)),
        hire_date=pa.array([hired, hired, hired], pa.timestamp("ns")),
        leave_date=pa.array([date(2026, 3, 31), None, None]),
        fte=pa.array([0.5, float("nan"), None]),
        team=pa.nulls(3),
    )
    columns = roster_of(raw)
    assert columns["employee_id"].tolist() == ["00123", "E2", "E3"]
    assert columns["plan_id"].tolist() == ["P", "P", "Q"]
    assert columns["base_salary"].tolist() == [80000.10, 90000, 1.5]
    assert columns["hire_date"].tolist() == [hired.toordinal()] * 3
    assert columns["leave_date"].tolist() == [date(2026, 3, 31).toordinal(), 0, 0]
    assert columns["fte"].tolist() == [0.5, 1, 1]
    assert columns["team"].tolist() == ["", "", ""]


def test_a_wrong_cell_has_its_file_and_row(tmp_path):
    raw = written(tmp_path, employee_id=["E1", "E2"], plan_id=["P", "P"], base_salary=[1.0, -1.0],
                  hire_date=[date(2024, 1, 1)] * 2)  # fmt: skip
    with pytest.raises(CsmError, match=r"roster\.parquet row 3 \(base_salary\)"):
        roster_of(raw)


def test_lists_and_bytes_are_refused_by_column(tmp_path):
    with pytest.raises(CsmError) as refused:
        written(tmp_path, employee_id=[["E1"]], plan_id=pa.array([b"\xff\xfe"]), team=["T"])
    assert [issue.where for issue in refused.value.issues] == [
        "roster.parquet (employee_id)", "roster.parquet (plan_id)",
    ]  # fmt: skip


def test_the_python_of_the_page_runs(company, capsys):
    page = (Path(__file__).parents[2] / "docs" / "PARQUET.md").read_text(encoding="utf-8")
    code = (
        page.split("```python")[1].split("```")[0].replace("    ...  # a", "    print(lines.num_rows)  # a")
    )
    exec(compile(code, "docs/PARQUET.md", "exec"), {"folder": company[1]})
    assert len(capsys.readouterr().out.split()) == 4
