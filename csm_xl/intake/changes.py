"""What an import changes in a table: joiners, leavers, raises, moves, deals, and rows that disappear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from csm_xl.errors import listed
from csm_xl.plan.parts import numbered
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.table import Table, cell_of


@dataclass(frozen=True)
class CellChange:
    """A value that changes: of which row, which column, from what to what."""

    row: str
    column: str
    before: Any
    after: Any


@dataclass(frozen=True)
class TableChanges:
    """What changes in one table. added, removed: rows, by their key. rows: how many there are then.

    repeats: whether the new rows repeat, for another period, the rows that disappear.
    reduced: people of the roster whose salary becomes what it was times their FTE.
    """

    table: str
    rows: int
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[CellChange, ...] = ()
    repeats: bool = False
    reduced: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything changes."""
        return bool(self.added or self.removed or self.changed)

    def groups(self) -> list[tuple[str, list[CellChange]]]:
        """The changes by what they mean: leavers, raises, moves, then every other column."""
        found: dict[str, list[CellChange]] = {}
        for one in self.changed:
            found.setdefault(_meaning(self.table, one), []).append(one)
        return sorted(
            found.items(), key=lambda each: _ORDER.index(each[0]) if each[0] in _ORDER else len(_ORDER)
        )

    @property
    def notes(self) -> list[str]:
        """What to know about the changes, beside what they are."""
        restates = self.table == "roster" and any(one.column in _DATED for one in self.changed)
        found = [RESTATES] * restates + [_REPEATS.format(self.table)] * self.repeats
        return found + [_REDUCED.format(listed(self.reduced, _NAMED))] * bool(self.reduced)


_DATED: Final = frozenset({"plan_id", "base_salary", "fte", "team", "division", "level", "location",
                           "target_ratio", "target_amount", "ote", "base_share"})  # fmt: skip
"""Columns of the roster that the table changes has too, and that pay may depend on: each begins on a day."""
_NEAR: Final = 0.0005
"""Salaries are rounded, so that a ratio of two is this near to the FTE."""
RESTATES: Final = (
    "What is in roster counts from a person's first day, so earlier periods that are paid again change too."
    " If a value begins later, add two rows to the table changes: the old value from the first day of the"
    " year, or from the hire date if that is later, and the new one from its day."
)
"""Shown where a person's salary, plan, team or the like changes, because earlier periods then change too."""
_REPEATS: Final = (
    "The new rows of {} repeat the rows that disappear: only the period differs. Is this the export of the"
    " period before?"
)
_NAMED: Final = 8
"""How many people are named."""
_FIGURES: Final = 5
"""At least this many equal rows are no coincidence."""
_REDUCED: Final = (
    "The new salary of {} is the old one times the FTE: base_salary is the full-time salary, and fte would"
    " be applied twice. If the export has what part-timers are paid, ignore its FTE in sources.toml:"
    ' ignore = ["FTE %"], without columns.fte.'
)
ADDED: Final = {"roster": "joiners"}
"""Table → what its new rows are called."""
_ORDER: Final = ("leavers", "raises", "pay cuts", "moved teams")


def _meaning(table: str, change: CellChange) -> str:
    if table == "roster" and change.column == "leave_date" and change.before is None:
        return "leavers"
    if table == "roster" and change.column == "base_salary" and change.before is not None:
        return "raises" if (change.after or 0) > change.before else "pay cuts"
    if table == "roster" and change.column == "team":
        return "moved teams"
    return f"changed {change.column}"


def changes_of(before: Table, after: Table) -> TableChanges:
    """What changes from one state of a table to another.

    Rows are matched by their key; of a table without one, by everything that they say.
    """
    schema = after.schema
    old, new = _rows(before, schema), _rows(after, schema)
    changed = [
        CellChange(_label(schema, key), column.name, shown(before, old[key], column.name),
                   shown(after, row, column.name))
        for key, row in new.items() if key in old
        for column in schema.columns
        if before.value(old[key], column.name) != after.value(row, column.name)
    ]  # fmt: skip
    added = tuple(_label(schema, key) for key in new if key not in old)
    removed = tuple(_label(schema, key) for key in old if key not in new)
    came = [row for key, row in new.items() if key not in old]
    went = [row for key, row in old.items() if key not in new]
    repeats = _same_but_for_period(after, came, before, went)
    reduced = _reduced(before, after, [(old[key], new[key]) for key in new if key in old])
    return TableChanges(schema.name, after.rows, added, removed, tuple(changed), repeats, reduced)


def _same_but_for_period(after: Table, came: list[int], before: Table, went: list[int]) -> bool:
    """Whether rows that came and rows that went are several, and differ by their period alone."""
    names = [one.name for one in after.schema.columns if one.name != "period"]
    if len(names) == len(after.schema.columns) or not _FIGURES <= len(came) == len(went):
        return False
    then, now = (sorted(repr([table.value(row, name) for name in names]) for row in rows)
                 for table, rows in ((before, went), (after, came)))  # fmt: skip
    return then == now


def _reduced(before: Table, after: Table, pairs: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """People of the roster whose salary becomes what it was times the FTE beside it."""
    if after.schema.name != "roster":
        return ()
    found = []
    for was, now in pairs:
        old, new, fte = (
            before.value(was, "base_salary"),
            after.value(now, "base_salary"),
            after.value(now, "fte"),
        )
        if old and new and fte and 0 < fte < 1 and new < old and abs(new / old - fte) < _NEAR:
            found.append(str(after.value(now, "employee_id")))
    return tuple(found)


def shown(table: Table, row: int, column: str) -> Any:
    """A value as a plain cell."""
    return cell_of(table.schema.column(column), table.value(row, column))


def _rows(table: Table, schema: TableSchema) -> dict[tuple[Any, ...], int]:
    return numbered(table, *(schema.key or schema.names))


def labelled_rows(table: Table) -> dict[tuple[Any, ...], tuple[str, int]]:
    """The rows of a table by their key → the key in words, and the row."""
    return {key: (_label(table.schema, key), row) for key, row in _rows(table, table.schema).items()}


def _label(schema: TableSchema, key: tuple[Any, ...]) -> str:
    """A row by its key, in words."""
    names = schema.key or schema.names
    said = []
    for name, value in zip(names, key[:-1], strict=True):
        if value not in (None, "", ()):
            kind = schema.column(name).kind
            said.append(date.fromordinal(value).isoformat() if kind == "date" else f"{value}")
    return " ".join(said)
