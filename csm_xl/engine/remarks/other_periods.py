"""Rows that belong to none of the periods that are paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import numpy as np

from csm_xl.engine.remarks.forgotten import lies_in
from csm_xl.errors import NOT_FOUND, Issue, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.findings import shown_day
from csm_xl.plan.model import version_ends
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_BY_PERIOD: Final = ("results", "goals", "accounts", "modifiers", "adjustments")
BY_DAY: Final = {
    "deals": ("date", "effective_date", "notice_date", "invoice_date"), "payments": ("date",),
    "events": ("date",), "answers": ("date",), "other_pay": ("date",),
}  # fmt: skip
"""The tables whose rows belong to a period, by its name or by a day."""
_BY_START: Final = {
    "changes": "from", "targets": "from", "reviews": "from", "grants": "grant_date", "rates": "date",
    "prices": "date",
}  # fmt: skip
"""The tables whose rows count from a day on."""


def rows_outside(tables: Tables, periods: Iterable[Any]) -> list[Issue]:
    """One note that counts the rows that belong to none of the periods that are paid; none where all do.

    Rows of earlier periods of a plan's year may count for what was earned in the year before this period.
    """
    calendar = Calendar(tables["periods"])
    asked = [calendar.find(str(period)) for period in periods]
    ends = max(each.end for each in asked)
    said, first = [], ""
    for name in (*_BY_PERIOD, *BY_DAY):
        table = tables[name]
        rows = list(_outside(table, calendar, asked))
        if name == "deals":  # of those that are paid as collected the payments count
            paid, of = set(tables["payments"].columns["deal_id"].tolist()), table.columns["deal_id"]
            rows = [row for row in rows if of[row] not in paid]
        if rows:
            first = first or table.where(rows[0])
            what = name.replace("_", " ") if len(rows) > 1 else name.replace("_", " ").removesuffix("s")
            said.append(f"{len(rows):,} {what} ({_spans(table, rows)})")
    for name, starts in _BY_START.items():
        table = tables[name]
        if later := np.flatnonzero(table.columns[starts] > ends).tolist():
            first = first or table.where(later[0])
            day = shown_day(int(min(table.columns[starts][later])))
            word = name.removesuffix("s") if len(later) == 1 else name
            said.append(f"{len(later):,} {word} (from {day} on, {table.where(later[0])})")
    if idle := list(_arrangements_outside(tables["arrangements"], asked)):
        table = tables["arrangements"]
        first = first or table.where(idle[0])
        word = "arrangement" if len(idle) == 1 else "arrangements"
        since = shown_day(int(table.columns["from"][idle[0]]))
        said.append(f"{len(idle):,} {word} (from {since} on, {table.where(idle[0])}{' …' * (len(idle) > 1)})")
    if early := list(_paid_too_early(tables, calendar, asked)):
        table = tables["paid"]
        first = first or table.where(early[0])
        word = "earlier payment" if len(early) == 1 else "earlier payments"
        said.append(f"{len(early):,} {word} of another plan year ({_spans(table, early)})")
    said_of_paid = list(_paid_too_late(tables["paid"], calendar, ends))
    if not said:
        return said_of_paid
    with_it = "it" if len(asked) == 1 else "them"
    what = f"not of {listed(each.name for each in asked)}, so not paid with {with_it}: {listed(said)}"
    hint = "Each is paid with its own period."
    return [Issue(NOT_FOUND, what, first, None, hint, "note", rule=UNUSED), *said_of_paid]


def _paid_too_early(tables: Tables, calendar: Calendar, asked: Sequence[Period]) -> Iterator[int]:
    """What was paid in years of its plan before those that are paid now: nothing looks back so far."""
    paid, plans = tables["paid"].columns, tables["plans"].columns
    month_of = dict(zip(plans["plan_id"].tolist(), map(int, plans["year_start"].tolist()), strict=True))
    begins = {
        month: min(calendar.plan_year(each, month)[0].start for each in asked)
        for month in (set(month_of.values()) if len(paid["period"]) else ())
    }
    for row, (name, plan) in enumerate(zip(paid["period"].tolist(), paid["plan_id"].tolist(), strict=True)):
        if calendar.find(name).end < begins[month_of[plan]]:
            yield row


def _paid_too_late(table: Table, calendar: Calendar, ends: int) -> Iterator[Issue]:
    """What is said to be paid in a period that is paid now, or comes after: no later period looks at it."""
    names = table.columns["period"].tolist()
    late = {name for name in dict.fromkeys(names) if (period := calendar.find(name)) and period.end >= ends}
    rows = [row for row, name in enumerate(names) if name in late]
    if rows:
        which = f"{len(rows):,} of the earlier payments {'is' if len(rows) == 1 else 'are'}"
        what = f"{which} of {listed(sorted(late))}, which is not before what is paid here: not used"
        yield Issue(NOT_FOUND, what,
                    table.where(rows[0], "period"), names[rows[0]],
                    "Correct the period, if they were paid before.", "warning", rule=UNUSED)  # fmt: skip


def _arrangements_outside(table: Table, asked: Sequence[Period]) -> Iterator[int]:
    """The arrangements that are not in effect on any day of the periods."""
    ends = version_ends(table, ("employee_id", "kind"), "from", "to")
    for row, (first, last) in enumerate(zip(table.columns["from"].tolist(), ends, strict=True)):
        if not any(first <= each.end and each.start <= (last or FOREVER) for each in asked):
            yield row


def _outside(table: Table, calendar: Calendar, asked: Sequence[Period]) -> Iterator[int]:
    days = BY_DAY.get(table.schema.name)
    if days is not None:
        every = [table.columns[day] for day in days]
        inside = np.zeros(table.rows, dtype=bool)
        for column in every:
            for each in asked:
                inside |= (column >= each.start) & (column <= each.end)
        yield from np.flatnonzero(~inside).tolist()
        return
    within: dict[str, bool] = {}
    for row, name in enumerate(table.columns["period"].tolist()):
        if name not in within:
            within[name] = any(lies_in(calendar, name, each) for each in asked)
        if not within[name]:
            yield row


def _spans(table: Table, rows: Sequence[int]) -> str:
    """The first and last period or day of some rows, and where they are."""
    days = BY_DAY.get(table.schema.name)
    if days is None:
        names = sorted({str(table.columns["period"][row]) for row in rows})
    else:
        found = sorted({int(table.columns[days[0]][row]) for row in rows})
        names = [shown_day(found[0]), *([shown_day(found[-1])] if len(found) > 1 else [])]
    span = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    return f"{span}, {table.where(rows[0])}{' …' if len(rows) > 1 else ''}"
