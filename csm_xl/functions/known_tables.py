"""The tables of functions that model plans, read once: a sheet hands the same ranges to several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from csm_xl.functions.cache import key_of
from csm_xl.plan.tables import RawTable, Tables

_MOST_ROWS: Final = 50_000
"""Tables with more rows are not kept: they would take the memory of every cell twice."""
_KEPT: Final = 2
"""So many sets of tables are kept: What-if simulates from two ranges more than it seeks goals from."""
_LATEST: Final[dict[bytes, tuple[list[str], Tables]]] = {}
"""The sets that were read last, with what each of their ranges was called."""


def known_tables(ranges: Sequence[RawTable]) -> Tables | Sequence[RawTable]:
    """Ranges as tables, read and checked.

    Ranges with the same cells are read once, wherever they are among the arguments of a function: what is
    found in them later is placed by the arguments of this call. Where something is wrong with them, they are
    handed back as they are, and whoever reads them reports it.
    """
    from csm_xl.analysis.scenario import with_table
    from csm_xl.engine.loading import read_tables_to_pay

    names = [each.origin.name for each in ranges]
    key = key_of([(each.name, each.rows) for each in ranges])
    if key not in _LATEST:
        tables, issues = read_tables_to_pay(ranges)
        wrong = any(issue.severity == "error" for issue in issues)
        if wrong or any(table.errors for table in tables.values()):
            return ranges
        if sum(table.rows for table in tables.values()) > _MOST_ROWS:
            return tables
        _LATEST[key] = names, tables
        while len(_LATEST) > _KEPT:
            del _LATEST[next(iter(_LATEST))]
    before, tables = _LATEST[key]
    now = dict(zip(before, names, strict=True))
    moved = [
        replace(table, origin=replace(table.origin, name=now[table.origin.name]))
        for table in tables.values()
        if table.origin is not None and now[table.origin.name] != table.origin.name
    ]
    found = with_table(tables, *moved)
    found.checked = True  # no error was found in exactly these cells
    return found
