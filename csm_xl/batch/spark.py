"""A company whose tables are Spark tables, paid by an existing Spark session.

The driver reads and checks everything, as one process does. Tasks pay shards by `ShardPayroll`, like the
workers of `csm_xl.batch.workers`, and the payout lines stay in Spark. What a task finds comes back as rows,
because an error in a task would reach the driver as the stack trace of another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from csm_xl.batch.parquet_files import raw_table_of_parquet
from csm_xl.batch.shard_files import read_shard, write_shard
from csm_xl.batch.shard_rows import (
    FINDINGS,
    ORDER,
    SHARD,
    ShardRows,
    findings,
    shard_bytes,
    shard_of_bytes,
)
from csm_xl.batch.shards import Cut
from csm_xl.engine.payroll import Payroll, PayRun
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.extras import require
from csm_xl.plan.raw import RawTable

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    Batches = Iterator[pa.RecordBatch]

_WHAT: Final = "paying in Spark"
_NOT_TAKEN: Final = "Spark cannot take the shards"
_SEEN: Final = "Give a folder that the driver and every executor see under the same name."


def raw_tables_of_spark(frames: Mapping[str, DataFrame]) -> list[RawTable]:
    """Spark tables as tables that are not read yet. All their rows come to the driver.

    frames: the name of a table, such as ``roster`` → its rows. In a finding, row 2 is the first one that
    Spark returns.
    Errors: the extra that is missing; what is no Spark table; a table that Spark cannot read; a column of
    lists or records. Each with the name of the table.
    """
    require("spark", _WHAT)
    return [_raw_table(name, frame) for name, frame in frames.items()]


@contextmanager
def pay_in_spark(
    spark: SparkSession, payroll: Payroll, run: PayRun, shards: int, folder: str | Path | None = None
) -> Iterator[DataFrame]:
    """The payout lines of a company as a Spark table, with the columns and in the order of `csm-xl pay`.

    payroll: of tables that were checked. Who is left out of them is paid nothing. run: what is paid, as
    `Payroll.to_pay` gives it. shards: the most tasks; fewer where people who share a pool leave less
    to split. folder: one that the driver and every executor see under the same name; the shards are files in
    it while the lines are in use. None: Spark carries the shards to its executors itself.
    The lines are calculated before they are handed out, and Spark keeps them until the `with` block ends.
    Errors: all findings about people at once; a task that ended before it was done; the extra that is
    missing.
    """
    require("spark", _WHAT)
    if shards < 1:
        raise CsmError(VALUE, "there are too few shards", "shards", shards, "Give 1 or more.")
    if folder is not None and not Path(folder).is_dir():
        raise CsmError(NOT_FOUND, "no such folder", "folder", str(folder), _SEEN)
    rows = ShardRows(payroll, run)
    cut = Cut(payroll.tables).into(shards)
    with _new_folder(folder) if folder else nullcontext() as files:
        paid = _by_paths(spark, cut, files, rows) if files else _by_groups(spark, cut, rows)
        try:
            _raise_findings(paid)
            yield paid.where(f"{FINDINGS} is null").orderBy(*ORDER).select(*rows.lines.names)
        finally:
            with suppress(Exception):  # a session that has ended keeps nothing
                paid.unpersist()


@contextmanager
def _new_folder(within: str | Path) -> Iterator[Path]:
    """A folder that only this user may read, gone at the end."""
    with TemporaryDirectory(dir=within, prefix="csm_xl-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _raw_table(name: str, frame: DataFrame) -> RawTable:
    if name in ("", "..") or Path(name).name != name:
        hint = "Give the name of a table, such as roster."
        raise CsmError(VALUE, "this is not the name of a table", "frames", name, hint)
    if not hasattr(frame, "toArrow"):
        hint = "Give a DataFrame of PySpark 4 or newer."
        raise CsmError(VALUE, "this is not a Spark table", name, type(frame).__name__, hint)
    from pyarrow import parquet

    with _in_words(f"Spark cannot read the table {name}", "Run its query alone to see why."):
        table = frame.toArrow()
    # The one way from Arrow to cells is that of files; its findings name the file.
    with TemporaryDirectory(prefix="csm_xl-") as folder:
        file = Path(folder, name)
        parquet.write_table(table, file)
        raw = raw_table_of_parquet(file)
    return replace(raw, origin=replace(raw.origin, name=name))


def _by_groups(spark: SparkSession, cut: Iterator[dict[str, pa.Table]], rows: ShardRows) -> DataFrame:
    """The rows of every shard; Spark carries the shards as a table of its own, grouped by shard."""
    import pyarrow as pa

    numbers, names, cells = [], [], []
    for number, shard in enumerate(cut):
        for name, table in shard.items():
            numbers.append(number)
            names.append(name)
            cells.append(shard_bytes(table))
    count = numbers[-1] + 1 if numbers else 1
    given = {SHARD: pa.array(numbers, pa.int64()), "name": pa.array(names, pa.string()),
             "data": pa.array(cells, pa.binary())}  # fmt: skip
    with _in_words(_NOT_TAKEN, "Give a folder for the shards, or Spark's driver more memory."):
        # Without a number of its own, Spark would put small groups into one task.
        frame = spark.createDataFrame(pa.table(given)).repartition(count, SHARD)
        return frame.groupBy(SHARD).applyInArrow(_of_group(rows), _schema(spark, rows)).persist()


def _by_paths(
    spark: SparkSession, cut: Iterator[dict[str, pa.Table]], folder: Path, rows: ShardRows
) -> DataFrame:
    """The rows of every shard; Spark carries their numbers, and the shards are files."""
    count = 0
    for count, shard in enumerate(cut, 1):
        write_shard(folder / str(count - 1), shard)
    with _in_words(_NOT_TAKEN, "Give a Spark session that runs."):
        frame = spark.range(0, count, 1, max(count, 1))  # one shard a task
        return frame.mapInArrow(_of_paths(rows, folder), _schema(spark, rows)).persist()


def _schema(spark: SparkSession, rows: ShardRows) -> Any:
    return spark.createDataFrame(rows.schema.empty_table()).schema


# Functions within functions, because Spark looks at how many arguments a function takes.
def _of_group(rows: ShardRows) -> Callable[[pa.Table], pa.Table]:
    def paid(group: pa.Table) -> pa.Table:
        cells = zip(group["name"].to_pylist(), group["data"].to_pylist(), strict=True)
        return rows.of(group[SHARD][0].as_py(), lambda: shard_of_bytes(cells))

    return paid


def _of_paths(rows: ShardRows, folder: Path) -> Callable[[Batches], Batches]:
    def paid(batches: Batches) -> Batches:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from rows.of(number, partial(_seen, folder / str(number))).to_batches()

    return paid


def _seen(folder: Path) -> dict[str, pa.Table]:
    """A shard that the driver wrote."""
    if not folder.is_dir():
        raise CsmError(NOT_FOUND, "an executor does not see the shard", str(folder), None, _SEEN)
    return read_shard(folder)


def _raise_findings(paid: DataFrame) -> None:
    """Pay everybody, and raise what stops anybody."""
    hint = (
        "Nothing was returned. Run it again, with more shards or more memory for each Python process"
        " (spark.executor.pyspark.memory) if memory is short."
    )
    with _in_words("a Spark task ended before it was done", hint):
        stopped = paid.where(f"{FINDINGS} is not null").orderBy(SHARD).select(FINDINGS).collect()
    if issues := findings(bytes(row[0]) for row in stopped):
        raise CsmError.of(issues)


@contextmanager
def _in_words(what: str, hint: str) -> Iterator[None]:
    """Whatever Spark raises, as a finding with the one line of it that says why; its log has the rest."""
    try:
        yield
    except Exception as error:
        raise CsmError(VALUE, what, "Spark", _why(str(error)), hint) from None


def _why(text: str) -> str:
    """The line of Spark's message that gives the cause.

    >>> _why("An error occurred.\\n: a.SparkException: Job aborted: b.SparkException: It exited.\\n\\tat x")
    'It exited.'
    >>> _why("An exception was thrown:\\nTraceback (most recent call last):\\nMemoryError: no memory\\n")
    'MemoryError: no memory'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = next((line for line in lines if "Exception: " in line), "")
    return named.rpartition("Exception: ")[2] or (lines[-1] if lines else "")
