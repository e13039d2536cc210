"""A table as read: columns of values, each cell's place, and its way back to plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import isnan
from typing import Any

import numpy as np

from csm_xl.errors import Issue
from csm_xl.pay.rounding import Array
from csm_xl.plan.coded import Coded, coded, merged
from csm_xl.plan.columns import NUMERIC, empty
from csm_xl.plan.company import Company
from csm_xl.plan.groups import Groups
from csm_xl.plan.raw import Origin
from csm_xl.plan.schema import PERSONAL, Column, ComponentKind, TableSchema, schemas


@dataclass(eq=False, repr=False)
class Table:
    """A table of columns.

    schema: what its columns mean. rows: how many rows it has.
    columns: column name → array of `rows` values; every column of the schema is there.
        money, ratio, number, count: float64, NaN for a blank. id, text, word, period: object array of
        str, "" for a blank. words: object array of tuples of str. date: int64 ordinals, 0 for a blank.
        flag: bool. Blanks that have a default hold it.
    origin: where it was (None: nowhere, the table was not given).
    extra: header → cells of the columns that the schema does not know. ignored: those of them of which a
        person said that they are not used.
    lines: for each row, its place below the header in what was given (blank rows are left out).
    faulty: the rows that reading found unfit; all of them where the table itself is wrong.
    errors: what reading found wrong with a table that nobody is paid from, for whoever asks for it.
    book: of the table of plans, what `csm_xl.plan.model.plan_book` made of it.
    """

    schema: TableSchema
    columns: dict[str, Array]
    rows: int
    origin: Origin | None = None
    extra: dict[str, list[Any]] = field(default_factory=dict)
    lines: Array = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    faulty: frozenset[int] = frozenset()
    errors: tuple[Issue, ...] = ()
    ignored: frozenset[str] = frozenset()
    book: Any = field(init=False, default=None)
    _coded: dict[str, Coded] = field(init=False, default_factory=dict)
    _groups: dict[tuple[str, ...], Groups] = field(init=False, default_factory=dict)

    @classmethod
    def blank(cls, schema: TableSchema) -> Table:
        """The table with no rows."""
        return cls(schema, dict(_no_rows(schema)), 0)

    def where(self, row: int, column: str = "") -> str:
        """The place of a cell, as its owner finds it: ``Roster!C7``, ``roster.csv row 7 (fte)``."""
        if self.origin is None:
            return f"{self.schema.name} row {row + 1}" + (f" ({column})" if column else "")
        line = int(self.lines[row]) if row < len(self.lines) else row
        return self.origin.place(line, column)

    def person(self, row: int) -> str:
        """The employee_id of the one person a row is about; empty where it concerns others too."""
        if self.schema.name in PERSONAL:
            return str(self.columns["employee_id"][row])
        alone = self.schema.name == "results" and self.columns["scope"][row] == "individual"
        return str(self.columns["id"][row]) if alone else ""

    def take(self, rows: list[int]) -> Table:
        """The table with the given rows alone, each with its place."""
        return Table(
            self.schema,
            {name: column[rows] for name, column in self.columns.items()},
            len(rows),
            self.origin,
            {header: [cells[row] for row in rows] for header, cells in self.extra.items()},
            self.lines[rows] if len(self.lines) else np.array(rows, dtype=np.int64),
            errors=self.errors,
            ignored=self.ignored,
        )

    def differs(self, columns: Mapping[str, Coded]) -> None:
        """Take columns over by what differs in them, as their reader knows it."""
        self._coded |= {name: merged(column) for name, column in columns.items()}

    def coded(self, column: str) -> Coded:
        """A column by what differs in it, each value once."""
        if column not in self._coded:
            self._coded[column] = coded(self.columns[column])
        return self._coded[column]

    def groups(self, *columns: str) -> Groups:
        """The rows that have the same values in some columns."""
        if columns not in self._groups:
            self._groups[columns] = Groups([self.coded(name) for name in columns])
        return self._groups[columns]

    def forget_groups(self) -> None:
        """Free the cached groups. Only the checks use them, each is as large as a column, and one that is
        needed again is built again."""
        self._groups.clear()

    def value(self, row: int, column: str) -> Any:
        """One cell as a Python value: float, str, tuple of str, ordinal or bool; None for a blank."""
        kind, cell = self.schema.column(column).kind, self.columns[column][row]
        if kind in NUMERIC:
            number = float(cell)
            return None if isnan(number) else number
        if kind == "date":
            return int(cell) or None
        if kind == "flag":
            return bool(cell)
        return cell or (() if kind == "words" else None)


@lru_cache(maxsize=256)
def _no_rows(schema: TableSchema) -> dict[str, Array]:
    """The columns of a table without rows: every company lacks most tables."""
    return {column.name: empty(column, 0) for column in schema.columns}


class Tables(dict[str, Table]):
    """Every table of the schema by name, with no rows where it was not given.

    types: the component types by name. left_out: the people who are not paid although they are on the
    roster → what is wrong with what is reported about them. accepted: the rules whose findings warn, and do
    not stop the payment, each with where that was decided. company: how outputs show the company and its
    people. checked: whether
    `csm_xl.plan.load.load_tables` found no error in exactly these tables, so that they need not be checked
    again; another table in the place of one ends that.
    """

    def __init__(self, types: Mapping[str, ComponentKind], tables: Mapping[str, Table] | None = None) -> None:
        self.types = types
        self.left_out: dict[str, tuple[Issue, ...]] = {}
        self.accepted: Mapping[str, str] = getattr(tables, "accepted", {})
        self.company: Company = getattr(tables, "company", Company())
        self.checked = False
        given = tables or {}
        known = schemas(self.types)
        every = {name: given[name] if name in given else Table.blank(known[name]) for name in known}
        super().__init__({**every, **given})

    def __setitem__(self, name: str, table: Table) -> None:
        self.checked = False
        super().__setitem__(name, table)


def rows_of(table: Table, blanks: bool = True) -> list[list[Any]]:
    """The table as rows of plain cells under its header, to be written or read again.

    Numbers as floats, counts as integers, dates as `date`, lists as text with commas, None for a blank;
    the columns of the schema first, then the others. blanks: whether columns without any value are kept.
    """
    shown: dict[str, list[Any]] = {}
    for column in table.schema.columns:
        cells_ = [cell_of(column, table.value(row, column.name)) for row in range(table.rows)]
        if blanks or column.required or any(cell is not None for cell in cells_):
            shown[column.name] = cells_
    shown |= table.extra
    return [list(shown), *(list(row) for row in zip(*shown.values(), strict=True))]


def cell_of(column: Column, value: Any) -> Any:
    """A value of `Table.value` as a plain cell."""
    if value is None or value == ():
        return None
    if column.kind == "date":
        return date.fromordinal(value)
    if column.kind == "count":
        return int(value)
    return ", ".join(value) if column.kind == "words" else value
