"""A company paid by a real local Spark is paid what one run pays; what one run refuses, Spark refuses."""

import random
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from commands import shell
from dying import Exhausted, Killed
from everything import Everything
from newer_rules import RULES, TOGETHER, ruled
from pyarrow import csv as arrow_csv
from pyarrow import parquet
from scenarios import raw

from benchmarks._company import QUARTERS, write_company
from csm_xl.batch.parquet_files import lines_tables
from csm_xl.batch.shard_files import write_shard
from csm_xl.batch.shard_rows import ShardRows, findings
from csm_xl.batch.shards import Cut
from csm_xl.batch.spark import _of_paths, pay_in_spark, raw_tables_of_spark
from csm_xl.engine.paid_lines import PaidLines
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import CsmError
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.folder import plan_tables
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_strict

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
PEOPLE = 60
ROOT = Path(__file__).parents[2]


def table_of(payroll, lines):
    """The lines as `csm-xl pay` writes them."""
    paid = PaidLines([lines], Currencies(payroll.tables), DisplayNames(payroll.tables))
    return pa.concat_tables(lines_tables(paid)).replace_schema_metadata(None)


def in_spark(spark, payroll, period, shards, folder=None):
    with pay_in_spark(spark, payroll, payroll.to_pay(period), shards, folder) as lines:
        return lines.toArrow()


def alike(found, wanted):
    """Whether the rows are the same, in the same order, with columns of the same types."""
    return found.schema.equals(wanted.schema) and found.to_pylist() == wanted.to_pylist()


def companies():
    """Made-up companies with everything, with each newer rule, and with rules together."""
    yield from ((f"everything {seed}", Everything(seed)) for seed in range(6))
    yield from ((name, ruled(seed, name)) for seed, name in enumerate(RULES))
    yield from ((" and ".join(names), ruled(seed, *names)) for seed, names in enumerate(TOGETHER))


def test_made_up_companies_are_paid_alike(spark, tmp_path):
    paid = 0
    for number, (name, made) in enumerate(companies()):
        payroll = Payroll.load(raw(made.tables), made.asked)
        wanted = table_of(payroll, payroll.pay(made.asked))
        folder = tmp_path if number % 2 else None
        assert alike(in_spark(spark, payroll, made.asked, 1 + number % 4, folder), wanted), name
        paid += wanted.num_rows
    assert paid > 500
    assert not list(tmp_path.iterdir())
    assert spark.sparkContext._jsc.getPersistentRDDs().size() == 0


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """A company as CSV files, and as Parquet files with its plan as TOML."""
    folder = tmp_path_factory.mktemp("company")
    write_company(PEOPLE, folder / "csv")
    (folder / "parquet").mkdir()
    for file in (folder / "csv").iterdir():
        if file.suffix == ".csv":
            parquet.write_table(arrow_csv.read_csv(file), folder / "parquet" / f"{file.stem}.parquet")
        else:
            shutil.copy(file, folder / "parquet")
    return folder


def loaded(spark, company, **changed):
    """The payroll of the company's Spark tables."""
    files = sorted((company / "parquet").glob("*.parquet"))
    frames = {file.stem: spark.read.parquet(str(file)) for file in files} | changed
    return Payroll.load([*raw_tables_of_spark(frames), *plan_tables([company / "parquet" / "csm.toml"])])


def test_csv_parquet_workers_and_spark_pay_the_same_lines(spark, company, tmp_path):
    for name, *words in (("csv",), ("parquet",), ("parquet", "--workers", "2")):
        out = tmp_path / "-".join([name, *words])
        status, _, err = shell("pay", company / name, "--period", "2026", "--out", out, *words)
        assert status == 0, err
    one, *others = [(folder / "payouts.parquet").read_bytes() for folder in sorted(tmp_path.iterdir())]
    assert others == [one, one]
    wanted = parquet.read_table(tmp_path / "csv" / "payouts.parquet").replace_schema_metadata(None)
    payroll = loaded(spark, company)
    assert wanted.num_rows > PEOPLE * len(QUARTERS)
    for shards, folder in ((1, None), (3, None), (7, tmp_path)):
        assert alike(in_spark(spark, payroll, "2026", shards, folder), wanted)


def test_spark_writes_the_lines_in_order_itself(spark, company, tmp_path):
    payroll = loaded(spark, company)
    with pay_in_spark(spark, payroll, payroll.to_pay("2026-Q1"), 3) as lines:
        lines.write.parquet(str(tmp_path / "lines"))
        assert lines.count() == len(payroll.pay("2026-Q1"))
    files = sorted((tmp_path / "lines").glob("part-*.parquet"))
    found = pa.concat_tables(parquet.read_table(file) for file in files).replace_schema_metadata(None)
    assert alike(found, table_of(payroll, payroll.pay("2026-Q1")))


def test_rows_in_any_order_give_the_same_lines(spark, company):
    from pyspark.sql import functions

    mixed = {
        file.stem: spark.read.parquet(str(file)).orderBy(functions.rand(7))
        for file in (company / "parquet").glob("*.parquet")
    }
    roster = spark.read.parquet(str(company / "parquet" / "roster.parquet")).orderBy("employee_id")
    payroll = loaded(spark, company)
    wanted = table_of(payroll, payroll.pay("2026"))
    assert alike(in_spark(spark, loaded(spark, company, **(mixed | {"roster": roster})), "2026", 3), wanted)
    found = in_spark(spark, loaded(spark, company, **mixed), "2026", 3)
    by = [(name, "ascending") for name in ("period", "employee_id", "component_id")]
    assert found.sort_by(by).to_pylist() == wanted.sort_by(by).to_pylist()


def test_what_one_run_refuses_spark_refuses_with_the_same_findings(spark, tmp_path):
    refused = 0
    for seed in range(60, 90):
        rng = random.Random(seed)
        made = Everything(seed)
        for name in ("results", "modifiers"):
            made.tables[name] = [row for row in made.tables.get(name, []) if rng.random() > 0.1]
        for row in made.tables["results"]:
            if rng.random() < 0.1:
                row["actual" if rng.random() < 0.5 else "goal"] = None
        try:
            payroll = Payroll.load(raw(made.tables), made.asked)
            payroll.to_pay(made.asked)
        except CsmError:  # the driver refuses it: Spark is not asked
            continue
        try:
            payroll.pay(made.asked)
        except CsmError as whole:
            refused += 1
            with pytest.raises(CsmError) as of_tasks:
                in_spark(spark, payroll, made.asked, 3, tmp_path if seed % 2 else None)
            assert {str(one) for one in of_tasks.value.issues} == {str(one) for one in whole.issues}
    assert refused > 5
    assert not list(tmp_path.iterdir())


def test_a_wrong_cell_is_refused_as_in_a_file(spark, company):
    from pyspark.sql import functions

    roster = spark.read.parquet(str(company / "parquet" / "roster.parquet")).orderBy("employee_id")
    wrong = roster.withColumn("base_salary", functions.expr("if(employee_id = 'E0000003', -5, base_salary)"))
    with pytest.raises(CsmError) as refused:
        loaded(spark, company, roster=wrong)
    assert str(refused.value).startswith("roster row 5 (base_salary): ")


def test_who_is_left_out_is_paid_nothing(spark):
    made = Everything(4)
    made.tables["roster"][0]["base_salary"] = -5
    payroll = Payroll.load(raw(made.tables), made.asked, skip_errors=True)
    wanted = table_of(payroll, payroll.pay(made.asked))
    assert alike(in_spark(spark, payroll, made.asked, 2), wanted)
    assert made.tables["roster"][0]["employee_id"] not in wanted.column("employee_id").to_pylist()


def small(people=3):
    """Some people with one component."""
    plan = ["model", "pay_period", "target_basis", "target_value", "currency"]
    rows = {
        "plans": [["plan_id", *plan], ["P", "base_bonus", "quarter", "ratio", 0.1, "USD"]],
        "components": [["plan_id", "component_id", "type", "weight", "measure"],
                       ["P", "N", "metric", 1, "NRR"]],
        "roster": [["employee_id", "plan_id", "base_salary", "hire_date"],
                   *([f"E{n}", "P", 80000, date(2024, 1, 1)] for n in range(people))],
        "results": [["period", "scope", "id", "measure", "actual", "goal"],
                    *(["2026-Q1", "individual", f"E{n}", "NRR", 1 + n / 100, 1] for n in range(people))],
    }  # fmt: skip
    return Payroll.load([RawTable.of_rows(table, name) for name, table in rows.items()])


@pytest.mark.parametrize("paths", [False, True], ids=["groups", "paths"])
def test_nobody_to_pay_gives_no_lines(spark, tmp_path, paths):
    payroll = small(1)
    payroll.tables.left_out["E0"] = []
    found = in_spark(spark, payroll, "2026-Q1", 4, tmp_path if paths else None)
    assert found.num_rows == 0
    assert found.column_names == table_of(payroll, small(1).pay("2026-Q1")).column_names


@pytest.mark.parametrize(
    ("dying", "why"),
    [(Killed, "Python worker exited unexpectedly"), (Exhausted, "MemoryError: no memory left")],
)
@pytest.mark.parametrize("paths", [False, True], ids=["groups", "paths"])
def test_a_task_that_dies_stops_the_job_in_words_and_it_can_be_run_again(spark, tmp_path, dying, why, paths):
    folder = tmp_path if paths else None
    payroll = small()
    payroll.tables.company = dying()
    with pytest.raises(CsmError) as refused:
        in_spark(spark, payroll, "2026-Q1", 2, folder)
    said = str(refused.value)
    assert said.startswith("Spark: a Spark task ended before it was done (found")
    assert why in said and "Run it again" in said
    assert "\n" not in said and "\tat " not in said
    assert not list(tmp_path.iterdir())
    assert alike(in_spark(spark, small(), "2026-Q1", 2, folder), table_of(small(), small().pay("2026-Q1")))


def test_a_shard_that_an_executor_does_not_see_or_that_is_damaged_is_a_finding(tmp_path):
    payroll = small()
    rows = ShardRows(payroll, payroll.to_pay("2026-Q1"))
    (batch,) = _of_paths(rows, tmp_path)([pa.record_batch([[0]], ["id"])])
    (issue,) = findings(batch.column("_findings").to_pylist())
    assert "an executor does not see the shard. Give a folder that the driver and every" in str(issue)
    write_shard(tmp_path / "0", next(Cut(payroll.tables).into(1)))
    file = tmp_path / "0" / "results.arrow"
    file.write_bytes(file.read_bytes()[:-30])
    (batch,) = _of_paths(rows, tmp_path)([pa.record_batch([[0]], ["id"])])
    (issue,) = findings(batch.column("_findings").to_pylist())
    assert "shard 0, results.arrow: the file of a shard is damaged" in str(issue)


def test_types_of_spark_are_read_as_what_they_are(spark):
    kinds = (
        "employee_id string, plan_id string, base_salary decimal(12, 2), hire_date timestamp_ntz,"
        " leave_date date, fte double, team string"
    )
    hired = datetime(2024, 1, 1)
    rows = [
        ("00123", "P", Decimal("80000.10"), hired, date(2026, 3, 31), 0.5, None),
        ("E2", "P", Decimal(90000), hired, None, float("nan"), None),
    ]
    (table,) = raw_tables_of_spark({"roster": spark.createDataFrame(rows, kinds)})
    plans = RawTable.of_rows(
        [["plan_id", "model", "pay_period", "target_basis"], ["P", "base_only", "quarter", "ratio"]], "plans"
    )
    columns = read_strict([table, plans], {})["roster"].columns
    assert columns["employee_id"].tolist() == ["00123", "E2"]
    assert columns["base_salary"].tolist() == [80000.10, 90000]
    assert columns["hire_date"].tolist() == [hired.toordinal()] * 2
    assert columns["leave_date"].tolist() == [date(2026, 3, 31).toordinal(), 0]
    assert columns["fte"].tolist() == [0.5, 1]


def refused_table(frame):
    with pytest.raises(CsmError) as refused:
        raw_tables_of_spark({"roster": frame})
    return str(refused.value)


def test_a_name_is_not_a_path(tmp_path):
    for name in (str(tmp_path / "roster"), "tables/roster", "..", ""):
        with pytest.raises(CsmError, match="frames: this is not the name of a table"):
            raw_tables_of_spark({name: [["employee_id"]]})
    assert not list(tmp_path.iterdir())


def test_what_is_no_table_of_cells_is_refused_by_its_name(spark):
    lists = spark.createDataFrame([(["E1"],)], "employee_id array<string>")
    assert refused_table(lists).startswith("roster (employee_id): the cells of this column are lists")
    assert refused_table([["employee_id"]]).startswith("roster: this is not a Spark table (found 'list')")
    broken = refused_table(spark.sql("select raise_error('the source is gone') as employee_id"))
    assert broken.startswith("Spark: Spark cannot read the table roster (found")
    assert "the source is gone" in broken and "\n" not in broken


@pytest.mark.parametrize(
    ("shards", "folder", "said"),
    [(0, None, "shards: there are too few shards (found 0)"), (2, "no such", "folder: no such folder")],
)
def test_arguments_that_cannot_be_meant_are_refused(spark, shards, folder, said):
    payroll = small()
    with pytest.raises(CsmError) as refused:
        in_spark(spark, payroll, "2026-Q1", shards, folder and Path(folder))
    assert str(refused.value).startswith(said)


def test_the_python_of_the_page_runs(spark, company, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copy(company / "parquet" / "csm.toml", tmp_path)
    for file in (company / "parquet").glob("*.parquet"):
        spark.read.parquet(str(file)).createOrReplaceTempView(file.stem)
    page = (ROOT / "docs" / "SPARK.md").read_text(encoding="utf-8")
    code = page.split("```python")[1].split("```")[0].replace('"paid"', repr(str(tmp_path / "paid")))
    exec(compile(code, "docs/SPARK.md", "exec"), {"spark": spark})
    payroll = loaded(spark, company)
    assert spark.read.parquet(str(tmp_path / "paid")).count() == len(payroll.pay("2026"))


def test_a_session_that_has_ended_is_refused_in_words(spark, tmp_path):
    """The last test, because it ends the session."""
    payroll = small()
    run = payroll.to_pay("2026-Q1")
    with pay_in_spark(spark, payroll, run, 1) as lines:
        assert lines.count() == len(payroll.pay("2026-Q1"))
        spark.stop()
    for folder in (None, tmp_path):
        with pytest.raises(CsmError, match="Spark: Spark cannot take the shards"):
            in_spark(spark, payroll, "2026-Q1", 1, folder)
    assert not list(tmp_path.iterdir())
