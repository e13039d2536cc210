"""The engine as a function of Arrow tables: a shard of people with their own rows in, payout lines out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.batch.arrow_tables import from_arrow
from csm_xl.batch.parquet_files import lines_tables
from csm_xl.batch.shards import OWN, PEOPLE, SharedTables
from csm_xl.engine.component import LineExplanation
from csm_xl.engine.components import component_types
from csm_xl.engine.lines import CODED, Lines
from csm_xl.engine.paid_lines import PaidLines
from csm_xl.engine.payroll import Payroll, PayRun
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.schema import schemas
from csm_xl.plan.table import Tables

if TYPE_CHECKING:
    import pyarrow as pa


class ShardPayroll:
    """Pays the shards of one company, one after another. shared: what every shard needs."""

    def __init__(self, shared: SharedTables) -> None:
        types = component_types()
        self._schemas = schemas(types)
        self._tables = Tables(types, {
            name: from_arrow(given, self._schemas[name]) for name, given in shared.tables.items()
        })  # fmt: skip
        self._tables.company = shared.company

    @property
    def tables(self) -> Tables:
        """The tables that every shard needs."""
        return self._tables

    def pay(self, shard: Mapping[str, pa.Table], runs: Sequence[PayRun]) -> list[Lines]:
        """The payout lines of a shard's people.

        runs: what is paid, as `Payroll.to_pay` gives it.
        Errors: all findings about these people, each with its place.
        """
        if missing := [name for name in (PEOPLE, *OWN) if name not in shard]:
            hint = "Split the company into shards again, and do not change them."
            raise CsmError(NOT_FOUND, f"the shard lacks the tables {listed(missing)}", "shard", None, hint)
        own = {
            name: from_arrow(given, self._schemas[name]) for name, given in shard.items() if name != PEOPLE
        }
        payroll = Payroll(Tables(self._tables.types, {**self._tables, **own}))
        people = shard[PEOPLE].column("employee_id").to_pylist()
        return [payroll.pay_only(people, run) for run in runs]


def pay_batches(
    shared: SharedTables, shards: Iterable[Mapping[str, pa.Table]], run: PayRun
) -> Iterator[pa.Table]:
    """The payout lines of each shard: columns as `csm-xl pay` writes them, in the order of period and roster.

    shared, shards: as `csm_xl.batch.shards` cuts them. run: what is paid, as `Payroll.to_pay` gives it.
    Errors: all findings of a shard; a person who is in two shards.
    """
    payroll = ShardPayroll(shared)
    currencies, names = Currencies(payroll.tables), DisplayNames(payroll.tables)
    paid: set[str] = set()
    for shard in shards:
        people = shard[PEOPLE].column("employee_id").to_pylist()
        if twice := paid.intersection(people):
            raise CsmError.of(Issue(VALUE, "the person is in two shards", "employee_id", who,
                                    "Put everybody into one shard.") for who in sorted(twice))  # fmt: skip
        paid.update(people)
        yield from lines_tables(PaidLines(payroll.pay(shard, [run]), currencies, names))


def merged(parts: Sequence[Lines], components: Sequence[str]) -> Lines:
    """The lines of shards of one run as those of the whole run, in the order of period and roster.

    components: the names of the components in the order of their table. How each line was worked out in
    steps is not kept.
    """
    names = _names(parts, components)
    recoded = {name: _codes(parts, name, names[name]) for name in CODED}
    columns = {
        name: np.concatenate(recoded[name] if name in CODED else [part.columns[name] for part in parts])
        for name in parts[0].columns
    }
    seats = {
        name: np.concatenate([
            recode(part.seats[name], part.names[name], names[name]) if name in CODED else part.seats[name]
            for part in parts
        ])
        for name in parts[0].seats
    }  # fmt: skip
    order, of_seats = _in_order(columns), _in_order(seats)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order))
    begins = np.cumsum([0, *map(len, parts)])
    explanations = {
        int(place[begin + line]): one
        for begin, part in zip(begins.tolist(), parts, strict=False)
        for line, one in part.explanations.items()
    }  # fmt: skip
    return Lines(
        {name: column[order] for name, column in columns.items()}, names,
        {name: column[of_seats] for name, column in seats.items()},
        explanations=dict(sorted(explanations.items())),
        replaced=tuple(one for part in parts for one in part.replaced),
    )  # fmt: skip


def without_steps(lines: Lines) -> Lines:
    """Lines that can go from one process to another: with the notes of all, without their steps."""
    lines.explanations = {
        line: LineExplanation(one.note, list, one.earned, one.unrounded)
        for line, one in lines.explanations.items()
    }
    return lines


def _names(parts: Sequence[Lines], components: Sequence[str]) -> dict[str, list[str]]:
    """The names of coded columns, in an order that does not depend on the shards."""
    found = {name: list(dict.fromkeys(each for part in parts for each in part.names[name])) for name in CODED}
    rank = {name: at for at, name in enumerate(components)}
    found["component_id"].sort(key=lambda name: (rank.get(name, len(rank)), name))
    common = parts[0].names["type"]
    found["type"].sort(key=lambda name: (name not in component_types(), common.index(name)
                                         if name in component_types() else 0, name))  # fmt: skip
    return found


def _codes(parts: Sequence[Lines], name: str, names: Sequence[str]) -> list[NDArray[Any]]:
    return [recode(part.columns[name], part.names[name], names) for part in parts]


def recode(codes: NDArray[Any], before: Sequence[str], names: Sequence[str]) -> NDArray[Any]:
    """Codes of names in one order as codes in another."""
    at = {name: code for code, name in enumerate(names)}
    found: NDArray[Any] = np.array([at[name] for name in before], dtype=codes.dtype)[codes]
    return found


def _in_order(columns: Mapping[str, NDArray[Any]]) -> NDArray[np.intp]:
    found: NDArray[np.intp] = np.lexsort((columns["employee_id"], columns["period"]))
    return found
