"""A company split into shards: what every shard needs, and what belongs only to the people of one.

Accounts, answers, deals, factors, teams and managers are the same for everybody. Every shard has all of them,
so the engine finds the results of teams and of the company, and everyone's rank, as it does in one run. Rows
of one person go with the person. People who share a pool stay in one shard, because what one of them gets
depends on what the others earn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from csm_xl.batch.arrow_tables import to_arrow
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.company import Company
from csm_xl.plan.parts import with_pools
from csm_xl.plan.table import Table, Tables

if TYPE_CHECKING:
    import pyarrow as pa

OWN: Final = ("targets", "goals", "events", "paid", "arrangements", "adjustments", "results")
"""The tables whose rows about one person nobody else's pay depends on. Of results these are a person's own,
where nobody is ranked by them."""
PEOPLE: Final = "people"
"""Of a shard, the table that names the people who are paid, in its column employee_id."""
_SHOWN: Final = 5


@dataclass(frozen=True, eq=False, repr=False)
class SharedTables:
    """What every shard of a company needs.

    tables: name → the checked table, as `csm_xl.batch.arrow_tables.to_arrow` has it. company: how outputs
    show the company and its people.
    """

    tables: Mapping[str, pa.Table]
    company: Company


def shared_tables(tables: Tables) -> SharedTables:
    """What every shard needs of tables that were checked."""
    return SharedTables({name: to_arrow(table) for name, table in tables.items() if name not in OWN},
                        tables.company)  # fmt: skip


class Cut:
    """A company's tables, to be cut into shards. tables: checked; who is left out of them is in no shard."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        out = tables.left_out
        names = tables["roster"].columns["employee_id"].tolist()
        self.people = [name for name in names if name not in out]
        self._group = _pool_groups(tables, self.people)
        self._whose = {name: _whose(tables, tables[name]) for name in OWN}

    def into(self, shards: int) -> Iterator[dict[str, pa.Table]]:
        """The shards, in the order of the roster; fewer than asked if people share pools or are few."""
        if not self.people:
            return
        size = ceil(len(self.people) / shards)
        together: dict[str, list[str]] = {}
        for name in self.people:
            together.setdefault(self._group.get(name, name), []).append(name)
        taken: list[str] = []
        for group in together.values():
            taken += group
            if len(taken) >= size:
                yield self.shard(taken)
                taken = []
        if taken:
            yield self.shard(taken)

    def shard(self, people: Iterable[str]) -> dict[str, pa.Table]:
        """The shard of some people: name → Arrow table.

        Errors: who is not on the roster, or is left out; who shares a pool with somebody who is in none of
        the people.
        """
        import pyarrow as pa

        mine = dict.fromkeys(people)
        self._check(mine)
        shard = {name: to_arrow(self._tables[name].take(self._rows(name, mine))) for name in OWN}
        return {PEOPLE: pa.table({"employee_id": pa.array(list(mine), type=pa.string())}), **shard}

    def _rows(self, name: str, mine: Collection[str]) -> list[int]:
        """The rows of a table that are about some people, or about nobody alone, in order."""
        whose = self._whose[name]
        return [row for row, who in enumerate(whose) if not who or who in mine]

    def _check(self, mine: Collection[str]) -> None:
        known = set(self.people)
        issues = [
            Issue(NOT_FOUND, "the employee is not on the roster, or is left out", "employee_id", name,
                  "Give an employee_id of the roster.")
            for name in mine if name not in known
        ]  # fmt: skip
        groups = {self._group[name] for name in mine if name in self._group}
        apart = [name for name in self.people if self._group.get(name) in groups and name not in mine]
        if apart:
            what = "people of one shard share a pool with people of another"
            hint = "Put all who share a pool into one shard."
            issues.append(Issue(VALUE, what, "employee_id", listed(apart, _SHOWN), hint))
        if issues:
            raise CsmError.of(issues)


def _whose(tables: Tables, table: Table) -> list[str]:
    """For each row the person who alone it is about; blank where others may need it."""
    if table.schema.name != "results":
        return [table.person(row) for row in range(table.rows)]
    columns = tables["components"].columns
    if "peer_group" in columns and any(columns["peer_group"].tolist()):
        return [""] * table.rows
    # A goal without an actual asks for a goal of everybody on the plan.
    alone = (table.columns["scope"] == "individual") & ~np.isnan(table.columns["actual"])
    return [who if own else "" for who, own in zip(table.columns["id"].tolist(), alone.tolist(), strict=True)]


def _pool_groups(tables: Tables, people: Collection[str]) -> dict[str, str]:
    """Who shares a pool, directly or through others → the first of them on the roster."""
    columns = tables["components"].columns
    pooled = set(columns["plan_id"][with_pools(tables)].tolist())
    on: dict[str, set[str]] = {}
    for table in (tables["roster"], tables["changes"]):
        for who, plan in zip(
            *(table.columns[name].tolist() for name in ("employee_id", "plan_id")), strict=True
        ):
            if plan in pooled:
                on.setdefault(plan, set()).add(who)
    groups: list[set[str]] = []
    for sharing in on.values():
        linked = [group for group in groups if group & sharing]
        groups = [group for group in groups if not group & sharing] + [sharing.union(*linked)]
    group_of = {who: at for at, group in enumerate(groups) for who in group}
    first: dict[int, str] = {}
    return {who: first.setdefault(group_of[who], who) for who in people if who in group_of}
