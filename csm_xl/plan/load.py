"""Tables read and checked in one go, so that people hear of everything that is wrong at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.plan.schema import Column
from csm_xl.plan.table import Table, Tables
from csm_xl.plan.tables import LOOKED_UP, RawTable, read_tables
from csm_xl.plan.validate import check_plans

_TOGETHER: Final[dict[str, tuple[str, ...]]] = {
    "plans": ("plan_id",),
    "components": ("plan_id",),
    "curves": ("curve_id",),
    "tiers": ("tier_id",),
    "ramps": ("ramp_id",),
    "seasons": ("season_id",),
    "matrices": ("matrix_id",),
    "roster": ("employee_id",),
    "goals": ("period", "employee_id"),
    "credits": ("deal_id",),
}
"""Rows that are judged together: one bad row leaves nothing to say of the others."""


def load_tables(
    raws: Iterable[RawTable],
    types: Mapping[str, Iterable[Column]],
    target_based: frozenset[str],
    required: Collection[str] = (),
) -> tuple[Tables, list[Issue]]:
    """Read tables, check what no single cell can tell, and say everything that is wrong.

    raws, types, required: as for `read_tables`. target_based: as for `check_plans`.
    Where cells are wrong, the checks go over the rows that do not depend on them, so that nothing is
    said only because of a finding that is said already.
    """
    known = {name: tuple(columns) for name, columns in types.items()}
    tables, issues = read_tables(raws, known, required)
    wrong = any(issue.severity == "error" for issue in issues)
    issues += check_plans(sound(tables) if wrong else tables, known, target_based)
    return tables, issues


def sound(tables: Tables) -> Tables:
    """The rows that are free of findings of reading, and whose references and companions are."""
    kept = {name: set(range(table.rows)) - table.faulty for name, table in tables.items()}
    while True:
        before = {name: len(rows) for name, rows in kept.items()}
        for name, table in tables.items():
            kept[name] -= _dangling(tables, kept, table)
            kept[name] -= _companions(name, table, kept[name])
        if before == {name: len(rows) for name, rows in kept.items()}:
            break
    return Tables(tables.types, {name: table.take(sorted(kept[name])) for name, table in tables.items()})


def _dangling(tables: Tables, kept: Mapping[str, set[int]], table: Table) -> set[int]:
    """Rows that refer to a row that is not kept."""
    found: set[int] = set()
    for column in table.schema.columns:
        if column.refers and column.name not in LOOKED_UP:
            target, _, target_column = column.refers.partition(".")
            names = tables[target].columns[target_column]
            there = {names[row] for row in kept[target]} | {""}
            found.update(row for row, name in enumerate(table.columns[column.name]) if name not in there)
    return found


def _companions(name: str, table: Table, rows: set[int]) -> set[int]:
    """Rows that are judged together with one that is not kept."""
    together = _TOGETHER.get(name)
    if together is None or len(rows) == table.rows:
        return set()

    def key(row: int) -> tuple[Any, ...]:
        return tuple(table.columns[column][row] for column in together)

    lost = {key(row) for row in range(table.rows) if row not in rows}
    return {row for row in rows if key(row) in lost}
