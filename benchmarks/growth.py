"""How the cost of paying a company in shards grows with its people, components, periods and deals.

The pieces are those that processes or a Spark cluster put together: one process reads, checks and cuts; tasks
load what every shard needs, and pay. CPU seconds, each company in a process of its own, without its start.
Where the extra spark is installed, a local Spark pays companies too: CPU seconds of all its processes, which
are the driver, Java and the tasks.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks._company import QUARTERS, write_company
from benchmarks._table import table
from benchmarks.parquet import as_parquet

MB = 1024
SHARDS = 8
ROUNDS = 2
DRIVER = ("read and check", "cut")
TASK = ("load", "a shard of one", "pay", "write")
MEMORY = ("driver, MB", "shared, MB", "task, MB")
TURNS = ("first", "groups", "paths")
_NRR = '[[components]]\nplan_id = "csm"\ncomponent_id = "nrr"'


@dataclass(frozen=True, slots=True)
class Size:
    """A company. components: 4 or 8 of the plan. quarters: of the year. deals: of a person in a quarter."""

    people: int
    components: int = 4
    quarters: int = 4
    deals: int = 1


PEOPLE = 10_000
SIZES: Mapping[str, tuple[Size, Size]] = {
    "people × 10": (Size(PEOPLE), Size(10 * PEOPLE)),
    "components × 2": (Size(PEOPLE), Size(PEOPLE, components=8)),
    "quarters × 4": (Size(PEOPLE, quarters=1), Size(PEOPLE)),
    "deals × 4": (Size(PEOPLE), Size(PEOPLE, deals=4)),
}
"""What grows → the company before and after."""
IN_SPARK = (PEOPLE, 4 * PEOPLE)
"""How many people Spark pays."""


def write(size: Size, folder: Path) -> Path:
    """The Parquet files of a company of that size. folder: a new one."""
    with tempfile.TemporaryDirectory() as name:
        given = Path(name, "csv")
        write_company(size.people, given)
        # In each table a person has as many rows in every quarter, and all rows of one follow another's.
        for kind, first in (("deals", 1), ("credits", 1), ("results", 0), ("goals", 0), ("modifiers", 0)):
            header, *rows = (given / f"{kind}.csv").read_text("utf-8").splitlines()
            rows = rows[: len(rows) * size.quarters // len(QUARTERS)]
            if first:  # each deal and its credit several times, with an ID of its own
                rows = [f"{at}{row}" for at in range(size.deals) for row in rows]
            (given / f"{kind}.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
        plan = (given / "csm.toml").read_text("utf-8")
        before, _, after = plan.partition(_NRR)
        one, mark, rest = after.partition("[[components]]")
        count = size.components - 3  # they share the weight of one, which 1 and 5 divide
        several = [
            f'{_NRR[:-1]}{at}"{one.replace("0.3", str(round(0.3 / count, 3)), 1)}' for at in range(count)
        ]
        (given / "csm.toml").write_text(before + "".join(several) + mark + rest, "utf-8")
        as_parquet(given, folder)
    return folder


def pieces(folder: Path) -> dict[str, float]:
    """CPU seconds of each piece, how many payout lines, and memory in MB."""
    from pyarrow import concat_tables, parquet

    from csm_xl.batch.shard_rows import ShardRows
    from csm_xl.batch.shards import Cut

    with tempfile.TemporaryDirectory() as name:  # what only the first company costs
        _payroll(write(Size(50), Path(name, "in"))).pay("2026")

    found: dict[str, float] = {}

    @contextmanager
    def measured(piece: str) -> Iterator[None]:
        begin = time.process_time()
        yield
        found[piece] = time.process_time() - begin

    with measured("read and check"):
        payroll = _payroll(folder)
        run = payroll.to_pay("2026")
    with measured("cut"):
        rows = pickle.dumps(ShardRows(payroll, run))
        cut = Cut(payroll.tables)
        shards = [pickle.dumps(shard) for shard in cut.into(SHARDS)]
    alone = pickle.dumps(cut.shard(cut.people[:1]))
    found["driver, MB"] = _peak()
    found["shared, MB"] = len(rows) / MB**2
    del payroll, cut
    (folder / "task.out").write_bytes(pickle.dumps((rows, shards[0])))
    code = "from benchmarks.growth import *; print(of_task(Path(sys.argv[1])))"
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder / "task.out")], check=True, capture_output=True, text=True
    )
    found["task, MB"] = float(told.stdout)
    with measured("load"):
        task = pickle.loads(rows)
        task.load()
    with measured("a shard of one"):
        task.of(SHARDS, partial(pickle.loads, alone))
    with measured("pay"):
        lines = concat_tables([task.of(at, partial(pickle.loads, one)) for at, one in enumerate(shards)])
    with measured("write"):
        parquet.write_table(lines, folder / "lines.out", compression="zstd")
    return found | {"lines": lines.num_rows}


def of_task(file: Path) -> float:
    """The memory of a process that pays the first of the shards, in MB."""
    rows, shard = pickle.loads(file.read_bytes())
    pickle.loads(rows).of(0, partial(pickle.loads, shard))
    return _peak()


def in_spark(folder: Path) -> dict[str, float]:
    """CPU seconds of a local Spark that pays a company, sorts its lines and writes them as Parquet."""
    from pyspark.sql import SparkSession

    from csm_xl.batch.spark import pay_in_spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.driver.memory": "2g", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(SHARDS), "spark.log.level": "OFF",
    }  # fmt: skip
    builder = SparkSession.builder.master("local[2]")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    payroll = _payroll(folder)
    run = payroll.to_pay("2026")
    found: dict[str, float] = {}
    for turn in TURNS:
        begin = _of_all()
        with pay_in_spark(spark, payroll, run, SHARDS, folder if turn == "paths" else None) as lines:
            lines.write.parquet(str(folder / turn), compression="zstd")
        found[turn] = _of_all() - begin
    found["lines"] = spark.read.parquet(str(folder / TURNS[0])).count()
    spark.stop()
    return found


def _payroll(folder: Path) -> Any:
    from csm_xl.cli.files import read_input
    from csm_xl.engine.payroll import Payroll

    return Payroll.load(read_input(folder))


def _peak() -> float:
    """The most memory that this process had, in MB; that of who started it does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / MB


def _of_all() -> float:
    """CPU seconds of this process and all below it, those that have ended too."""
    parents, spent = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            parents[int(entry.name)] = int(fields[1])
            spent[int(entry.name)] = sum(map(int, fields[11:15]))
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(spent.get(pid, 0) for pid in mine) / os.sysconf("SC_CLK_TCK")


def spark_is_there() -> bool:
    """Whether Spark can be measured: the extra spark, and Java."""
    java = shutil.which("java") or os.environ.get("JAVA_HOME")
    return bool(java) and find_spec("pyspark") is not None


def measured_alone(measure: Callable[[Path], dict[str, float]], size: Size) -> dict[str, float]:
    """What a measurement of a company finds, in a process of its own; of several, the least."""
    with tempfile.TemporaryDirectory() as name:
        folder = write(size, Path(name, "in"))
        code = f"from benchmarks.growth import *; print(json.dumps({measure.__name__}(Path(sys.argv[1]))))"
        command = [sys.executable, "-c", code, str(folder)]
        found: list[dict[str, float]] = []
        for _ in range(ROUNDS if measure is pieces else 1):
            told = subprocess.run(command, check=True, capture_output=True, text=True)
            found.append(json.loads(told.stdout.splitlines()[-1]))
    return {kind: min(one[kind] for one in found) for kind in found[0]}


def main() -> None:
    """Print the tables."""
    sizes = dict.fromkeys(one for two in SIZES.values() for one in two)
    known = {size: measured_alone(pieces, size) for size in sizes}
    print("## Growth: the pieces of paying a company in shards, CPU seconds\n")
    print("From Parquet files of the quarters that are paid. Deals: of each person in a quarter.")
    print(f"Shared: what every task is sent. Task: the memory of one that pays a shard of {SHARDS}.\n")
    kinds = ("lines", *DRIVER, *TASK, *MEMORY)
    print(table(["people", "components", "quarters", "deals", *kinds], [
        [f"{size.people:,}", *map(str, (size.components, size.quarters, size.deals)), f"{one['lines']:,.0f}",
         *(f"{one[kind]:,.2f}" for kind in (*DRIVER, *TASK)), *(f"{one[kind]:,.0f}" for kind in MEMORY)]
        for size, one in known.items()
    ]))  # fmt: skip
    print()
    print(table(["what grows", *kinds], [
        [what, *(f"{known[after][kind] / known[before][kind]:.2f}×" for kind in kinds)]
        for what, (before, after) in SIZES.items()
    ]))  # fmt: skip
    if not spark_is_there():
        return
    print(
        f"\nA local Spark: two tasks at a time, {SHARDS} shards, cut, paid, sorted and written as Parquet.\n"
    )
    rows = []
    for people in IN_SPARK:
        one = measured_alone(in_spark, Size(people))
        rows.append([f"{people:,}", f"{one['lines']:,.0f}", *(f"{one[turn]:.2f}" for turn in TURNS)])
    print(table(["people", "lines", "the first job", "then by groups", "then by paths"], rows))
