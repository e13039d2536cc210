"""Who was employed when, and what the roster and its changes say about them on each day.

A change counts from its day on until the next that says something else; blank means unchanged. One dated
before the hire date holds from the first paid day. Hire and leave dates are both paid days. Everything that
asks for a person's salary, plan, team or place on a day asks here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.plan.periods import Period
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

FOREVER: Final = 3_652_059
"""The ordinal of 31 December 9999: the last day of those who stay."""
DAY_SPAN: Final = 4_000_000
"""More than any day ordinal, so that a pair with a day fits one sortable integer."""
TARGETS: Final = ("target_ratio", "target_amount", "ote", "base_share")
"""The columns that a person's own target is stated in."""


@dataclass(slots=True, eq=False, repr=False)
class Stay:
    """A person's days on one plan with one set of target values.

    first, last: days, both inclusive. values: target_ratio, target_amount, ote and base_share, NaN
    where nothing is stated. table, row: where the stay begins to be stated (roster or changes).
    """

    employee_id: str
    plan_id: str
    first: int
    last: int
    values: dict[str, float] = field(repr=False)
    table: Table = field(repr=False)
    row: int


def days_on_plans(stays: Iterable[Stay], period: Period) -> Iterator[tuple[str, int, int]]:
    """Each plan that a person with these stays is on in a period, with the first and last day of it there."""
    return (
        (stay.plan_id, max(stay.first, period.start), min(stay.last, period.end))
        for stay in stays
        if stay.first <= period.end and period.start <= stay.last
    )


@dataclass(frozen=True, eq=False, repr=False)
class Intervals:
    """The days on which nothing about a person changes, in order of person, then day.

    person: its row of the roster. first, last: days, both inclusive. row: where the interval begins to be
    stated, and `stated` where each column is: rows of the roster, and after them those of the changes.
    """

    person: NDArray[np.intp]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    row: NDArray[np.intp]
    stated: dict[str, NDArray[np.intp]]


class History:
    """The employment of everybody on the roster; a person is known by their row there.

    hired, left: the first and the last paid day; `FOREVER` for those who stay.
    """

    def __init__(self, tables: Tables) -> None:
        self.roster, self.changes = tables["roster"], tables["changes"]
        self.hired = self.roster.columns["hire_date"].astype(np.int64)
        left = self.roster.columns["leave_date"].astype(np.int64)
        self.left = np.where(left == 0, FOREVER, left)
        self._stated: dict[str, NDArray[np.intp]] = {}

    @cached_property
    def index(self) -> dict[str, int]:
        """Employee id → the person's row of the roster."""
        return {str(name): row for row, name in enumerate(self.roster.columns["employee_id"].tolist())}

    @cached_property
    def of_change(self) -> NDArray[np.intp]:
        """For each change, whose it is; −1 for who is not on the roster."""
        who = self.changes.columns["employee_id"].tolist()
        return np.fromiter((self.index.get(str(name), -1) for name in who), np.intp, len(who))

    @cached_property
    def _rows(self) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.intp]]:
        """All that is reported about people in order of person, then day; of each the person, the day (0 for
        what the roster says) and the row of the roster, or behind them of the changes."""
        rows = self.roster.rows
        kept = np.flatnonzero(self.of_change >= 0)
        person = np.concatenate([np.arange(rows), self.of_change[kept]])
        day = np.concatenate([np.zeros(rows, np.int64), self.changes.columns["from"][kept].astype(np.int64)])
        row = np.concatenate([np.arange(rows), rows + kept])
        order = np.lexsort((day, person))
        return person[order], day[order], row[order]

    def said(self, column: str) -> NDArray[Any]:
        """A column of the roster, with that of the changes behind it; blank where they have none."""
        own = self.roster.columns[column]
        if column in self.changes.columns:
            return np.concatenate([own, self.changes.columns[column]])
        return np.concatenate([own, np.full(self.changes.rows, "" if own.dtype == object else np.nan)])

    def _carried(self, column: str) -> NDArray[np.intp]:
        """For each row of `_rows` the row that states the column then: the last before it that is not blank;
        the roster's, where none is."""
        if column not in self._stated:
            person, _, row = self._rows
            said = self.said(column)[row]
            blank = said == "" if said.dtype == object else np.isnan(said)
            at = np.where(blank, 0, np.arange(len(row)))
            begins = np.flatnonzero(np.diff(person, prepend=-1))
            at[begins] = begins
            self._stated[column] = row[np.maximum.accumulate(at)]
        return self._stated[column]

    def intervals(self, *columns: str) -> Intervals:
        """Everybody's intervals, with where each of the columns is stated in them."""
        person, day, row = self._rows
        first = np.maximum(day, self.hired[person])
        last = self.left[person]
        same = np.flatnonzero(person[1:] == person[:-1])
        last[same] = np.minimum(last[same], first[same + 1] - 1)
        real = first <= last
        stated = {column: self._carried(column)[real] for column in columns}
        return Intervals(person[real], first[real], last[real], row[real], stated)

    def as_of(self, column: str, day: Any) -> NDArray[Any]:
        """What a column says about everybody on a day, or on each one's own; before the first paid day what
        it says then."""
        person, start, _ = self._rows
        everyone = np.arange(self.roster.rows, dtype=np.int64) * DAY_SPAN
        asked = np.maximum(np.broadcast_to(np.asarray(day, np.int64), everyone.shape), self.hired)
        keys = person.astype(np.int64) * DAY_SPAN + start
        at = np.searchsorted(keys, everyone + asked, side="right") - 1
        return self.said(column)[self._carried(column)[at]]

    def rows(self, person: int, last: int) -> list[tuple[Table, int]]:
        """All that is reported about a person up to a day, in time: the row of the roster, then those of the
        changes."""
        who, day, row = self._rows
        begin, end = np.searchsorted(who, (person, person + 1)).tolist()
        counts = day[begin:end] <= last
        rows = self.roster.rows
        return [
            (self.roster, at) if at < rows else (self.changes, at - rows)
            for at in row[begin:end][counts].tolist()
        ]

    def value(self, person: int, column: str, day: int) -> Any:
        """What a column says about one person on a day; None for a blank."""
        found = None
        for table, row in self.rows(person, max(day, int(self.hired[person]))):
            if column in table.columns:
                own = table.value(row, column)
                found = found if own is None else own
        return found

    def in_time(self, person: int, column: str, first: int, last: int) -> list[Any]:
        """The values of a column from a day to another, each once, in time; without blanks."""
        found = [self.value(person, column, first)]
        for table, row in self.rows(person, last):
            if table is self.changes and column in table.columns and table.columns["from"][row] > first:
                found.append(table.value(row, column))
        return list(dict.fromkeys(value for value in found if value is not None))

    def stays(self) -> dict[str, list[Stay]]:
        """Everybody's stays, in order of days; empty for those whose dates leave no day."""
        ids = self.roster.columns["employee_id"].tolist()
        found: dict[str, list[Stay]] = {name: [] for name in ids}
        spans = self.intervals("plan_id", *TARGETS)
        plans = self.said("plan_id")[spans.stated["plan_id"]].tolist()
        typed = [self.said(name)[spans.stated[name]].tolist() for name in TARGETS]
        columns = (spans.person.tolist(), spans.first.tolist(), spans.last.tolist(), spans.row.tolist())
        rows = self.roster.rows
        for person, first, last, row, plan, *values in zip(*columns, plans, *typed, strict=True):
            table, at = (self.roster, row) if row < rows else (self.changes, row - rows)
            if self.index[ids[person]] == person:  # of an id that is twice on the roster, the last
                own = dict(zip(TARGETS, values, strict=True))
                found[ids[person]].append(Stay(ids[person], plan, first, last, own, table, at))
        return found


def same_stays(stays: Iterable[Stay]) -> tuple[tuple[str, int, int], ...]:
    """What people have in common who are on the same plans on the same days: equal for them alone."""
    return tuple([(stay.plan_id, stay.first, stay.last) for stay in stays])
