"""Exports that were perhaps made before the period was over: deals and payments that end early.

Answers are left out: a survey is often one wave at the start of a quarter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.remarks.other_periods import BY_DAY
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.findings import shown_day
from csm_xl.plan.periods import Period
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import PAYMENT

_MONTH: Final = 28
"""So many days without a deal are nothing odd."""
_SEVERAL: Final = 5
"""Where so many are of the time before, as long as the period, there are usually some in it."""
_MANY: Final = 10
_FAR: Final = 2
"""How many times the longest time without any in a year the last one is before the end; and how many times
that they go back."""
_YEAR: Final = 366
_HINT: Final = "Add the rows up to the end of the period, if there are any."


def ended_early(tables: Tables, periods: Collection[Any] = ()) -> Iterator[Issue]:
    """A warning about each table of days that has nothing for the last of the periods that are paid, or for
    the end of it, where there was always something before.

    periods: those that are paid; none where nothing is looked for.
    """
    if not periods:
        return
    calendar = Calendar(tables["periods"])
    last = max((calendar.find(str(period)) for period in periods), key=lambda one: one.end)
    for name in _used(tables):
        if (rows := tables[name]).rows and (said := _said(rows, last)):
            what, row = said
            yield Issue(NOT_FOUND, what, rows.where(row, BY_DAY[name][0]), None, _HINT, "warning",
                        rule=UNUSUAL)  # fmt: skip


def _used(tables: Tables) -> Iterator[str]:
    """The tables of days on which somebody is paid."""
    components = tables["components"]
    types = [tables.types[name].pays_on for name in components.columns["type"].tolist()]
    of_deals = components.columns.get("measure_from", np.zeros(0, dtype=object)).tolist()
    if "deals" in types or "deals" in of_deals:
        yield "deals"
    if PAYMENT in components.columns.get("credit_date", np.zeros(0, dtype=object)).tolist():
        yield "payments"


def _said(table: Table, last: Period) -> tuple[str, int] | None:
    """What is said about a table, and the row of its last day."""
    name = table.schema.name
    every: NDArray[np.int64] = np.array([table.columns[column] for column in BY_DAY[name]], dtype=np.int64)
    until = np.where(every <= last.end, every, 0).max(axis=0)
    row, count = int(until.argmax()), int((until > 0).sum())
    left = last.end - int(until[row])
    if not until[row] or left < _MONTH:
        return None
    before = int((until >= last.start - last.days).sum())
    if until[row] < last.start and before >= _SEVERAL:
        what = f"none of the {name} is of {last.name}, and {before:,} are of the {last.days} days before it"
        return what, row
    days = np.unique(every[(every > last.end - _YEAR) & (every <= last.end)])
    if not len(days):
        what = f"the last of {count:,} {name} is of {shown_day(int(until[row]))}, a year or more before"
        return f"{what} {last.name} ends", row
    longest = int(np.diff(days).max(initial=0))
    known = int(days[-1] - days[0]) >= _FAR * left  # what was all of one month says nothing
    if len(days) >= _MANY and known and left > _FAR * longest:
        what = f"the last of {count:,} {name} is of {shown_day(int(until[row]))}, {left} days before"
        return f"{what} {last.name} ends, and up to then there was one every {longest} days at least", row
    return None
