"""What a task of another engine returns for a shard, as rows: its payout lines, or what stops them.

Findings are rows too, because an error would reach the caller as the stack trace of another machine.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import numpy as np

from csm_xl.batch.parquet_files import lines_tables
from csm_xl.batch.pay_batches import ShardPayroll
from csm_xl.batch.shards import SharedTables, shared_tables
from csm_xl.engine.paid_lines import PaidLines
from csm_xl.engine.payroll import Payroll, PayRun
from csm_xl.errors import CsmError, Issue
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.paid_in import Currencies

if TYPE_CHECKING:
    import pyarrow as pa

SHARD: Final = "_shard"
FINDINGS: Final = "_findings"
ORDER: Final = ("_period", "_person", "_line")
"""Beside the columns of a payout line: the shard; what stops it, in a row without a line; and the places of
the period, of the person on the roster, and of the line in its shard, by which lines are sorted."""


class _Company:
    """What is the same for all shards of a company."""

    def __init__(self, shared: SharedTables) -> None:
        self.payroll = ShardPayroll(shared)
        self.currencies = Currencies(self.payroll.tables)
        self.names = DisplayNames(self.payroll.tables)


_known: tuple[str, _Company] | None = None
"""Of a process that pays shards: the latest company, and whose it is."""


class ShardRows:
    """Pays the shards of one company anywhere: it can be pickled, and a process loads the company once.

    payroll: of tables that were checked. run: what is paid, as `Payroll.to_pay` gives it.
    """

    def __init__(self, payroll: Payroll, run: PayRun) -> None:
        import pyarrow as pa

        nobody = PaidLines(
            [payroll.pay_only((), run)], Currencies(payroll.tables), DisplayNames(payroll.tables)
        )
        self.lines = next(lines_tables(nobody)).schema
        """The columns of the payout lines."""
        beside = [(SHARD, pa.int64()), (FINDINGS, pa.binary()), *((name, pa.int64()) for name in ORDER)]
        self.schema = pa.schema([*self.lines, *(pa.field(name, kind) for name, kind in beside)])
        """The columns of all rows."""
        self._key = uuid4().hex
        self._company = pickle.dumps(shared_tables(payroll.tables), protocol=pickle.HIGHEST_PROTOCOL)
        self._run = run

    def of(self, number: int, shard: Callable[[], Mapping[str, pa.Table]]) -> pa.Table:
        """The rows of a shard: a row for each payout line, or one with all its findings.

        number: which shard it is. shard: what gives its tables; what that refuses is a finding too.
        """
        try:
            return self._paid(number, shard())
        except CsmError as error:
            import pyarrow as pa

            row = {SHARD: number, FINDINGS: pickle.dumps(error.issues)}
            return pa.Table.from_pylist([row], self.schema)

    def load(self) -> _Company:
        """Make what the shards have in common ready in this process, unless it is."""
        global _known
        if _known is None or _known[0] != self._key:
            _known = (self._key, _Company(pickle.loads(self._company)))
        return _known[1]

    def _paid(self, number: int, shard: Mapping[str, pa.Table]) -> pa.Table:
        import pyarrow as pa

        company = self.load()
        (lines,) = company.payroll.pay(shard, [self._run])
        (table,) = lines_tables(PaidLines([lines], company.currencies, company.names))
        count = len(lines)
        beside = [
            pa.array(np.full(count, number)), pa.nulls(count, pa.binary()),
            pa.array(lines.columns["period"].astype(np.int64)),
            pa.array(lines.columns["employee_id"].astype(np.int64)), pa.array(np.arange(count)),
        ]  # fmt: skip
        return pa.Table.from_arrays([*table.columns, *beside], schema=self.schema)


def findings(pickled: Iterable[bytes]) -> list[Issue]:
    """The findings of shards, each once. pickled: what the column of findings has, shard by shard."""
    return list(dict.fromkeys(issue for one in pickled for issue in pickle.loads(one)))


def shard_bytes(table: pa.Table) -> bytes:
    """A table of a shard as one cell."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def shard_of_bytes(cells: Iterable[tuple[str, bytes]]) -> dict[str, pa.Table]:
    """The tables of a shard from cells that `shard_bytes` made, each with the name of its table."""
    import pyarrow as pa

    return {name: pa.ipc.open_stream(data).read_all() for name, data in cells}
