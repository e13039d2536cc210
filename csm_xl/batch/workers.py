"""A company paid by several processes, each a shard at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from csm_xl.batch.pay_batches import ShardPayroll, merged, without_steps
from csm_xl.batch.shard_files import (
    read_runs,
    read_shard,
    read_shared,
    write_runs,
    write_shard,
    write_shared,
)
from csm_xl.batch.shards import Cut, shared_tables
from csm_xl.engine.lines import Lines
from csm_xl.engine.payroll import Payroll, PayRun
from csm_xl.errors import VALUE, CsmError
from csm_xl.extras import require
from csm_xl.plan.table import Tables
from csm_xl.processes import received, working

_SHARED: Final = "shared"
"""The folder beside the shards' with what they all need."""


def pay_in_workers(payroll: Payroll, periods: Sequence[str], workers: int) -> list[Lines] | None:
    """The payout lines of each period, as `Payroll.pay` gives them, calculated by several processes.

    payroll: of tables that were checked. Who is left out of them is paid nothing. workers: the most
    processes; fewer where people who share a pool leave less to split.
    Returns None where something stops anybody: `Payroll.pay` then finds it for the whole company.
    Errors: a process that ended before it was done; the extra that is missing.
    """
    require("arrow", "paying by several workers")
    try:
        runs = [payroll.to_pay(name) for name in periods]
    except CsmError:
        return None
    tables = payroll.tables
    parts = _paid(tables, runs, workers)
    if parts is None:
        return None
    components = list(dict.fromkeys(tables["components"].columns["component_id"].tolist()))
    left_out = payroll.left_out()
    return [
        replace(merged([part[at] for part in parts], components), left_out=left_out,
                open=tuple(one.name for one in run.open))
        for at, run in enumerate(runs)
    ]  # fmt: skip


def _paid(tables: Tables, runs: list[PayRun], workers: int) -> list[list[Lines]] | None:
    """For each shard the lines of each run; None where there is nobody to pay, or anything stops anybody."""
    with TemporaryDirectory(prefix="csm_xl-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        shards = []
        for number, shard in enumerate(Cut(tables).into(workers), 1):
            shards.append(folder / str(number))
            write_shard(shards[-1], shard)
        if not shards:
            return None
        write_shared(folder / _SHARED, shared_tables(tables))
        return [read_runs(shard) for shard in shards] if _pay_all(folder, shards, runs) else None


def _pay_all(folder: Path, shards: list[Path], runs: list[PayRun]) -> bool:
    """Whether every shard could be paid; its lines are then in its folder."""
    try:
        with working(_work, [(folder, shard, runs) for shard in shards]) as workers:
            return all(received(one) for one in workers)
    except EOFError:
        what = "a worker process ended early: it was killed, or ran out of memory"
        hint = "Nothing was written. Run the command again, with fewer workers if memory is short."
        raise CsmError(VALUE, what, "--workers", len(shards), hint) from None


def _work(folder: Path, shard: Path, runs: list[PayRun]) -> Iterator[bool]:
    """Of a worker process: pay a shard, and say whether it could be paid."""
    yield _pay(ShardPayroll(read_shared(folder / _SHARED)), shard, runs)


def _pay(payroll: ShardPayroll, shard: Path, runs: Sequence[PayRun]) -> bool:
    """Pay a shard, and put its lines into its folder. False where anything stops anybody."""
    tables = read_shard(shard)
    try:
        lines = payroll.pay(tables, runs)
    except CsmError:
        return False
    write_runs(shard, [without_steps(one) for one in lines])
    return True
