"""Accruals: what an open period is expected to cost, booked before its close, and reversed by it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

import sqlalchemy as sa

from csm_xl.book.events import Entry
from csm_xl.book.ledger import Book
from csm_xl.book.payments import ACCRUED, Balance, Booked, Key, State, account_of
from csm_xl.book.tables import entry

KIND: Final = "accrue"


def accrued(book: Book, now: State, periods: Collection[tuple[str, str]]) -> Balance:
    """What is accrued for some (plan, period), by line, less what closes of pay groups have reversed."""
    live = [one.id for one in now.events if one.kind in (KIND, "close") and one.live]
    names = [entry.c.earned, *(entry.c[name] for name in Key._fields[1:])]
    chosen = (
        sa.select(
            *names, sa.func.sum(sa.case((entry.c.credit == ACCRUED, entry.c.amount), else_=-entry.c.amount))
        )
        .where(entry.c.event_id.in_(live), sa.or_(entry.c.credit == ACCRUED, entry.c.debit == ACCRUED))
        .group_by(*names)
        .order_by(*names)
    )
    with book.store.reading() as connection:
        found = {Key(*row[:-1]): Booked(int(row[-1]), None) for row in connection.execute(chosen)}
    return {key: one for key, one in found.items() if (key.plan_id, key.period) in periods and one.amount}


def accruing(due: Iterable[tuple[Key, int]]) -> list[Entry]:
    """The entries that accrue amounts of lines."""
    return [_entry(key, account_of(key.line_kind), ACCRUED, amount) for key, amount in due]


def reversals(
    book: Book, now: State, periods: Collection[tuple[str, str]], people: Collection[str] | None = None
) -> list[Entry]:
    """The entries by which a close takes back what is accrued for its periods. people: those of the pay group
    that it pays (None: everybody)."""
    return [
        _entry(key, ACCRUED, account_of(key.line_kind), one.amount)
        for key, one in accrued(book, now, periods).items()
        if people is None or key.employee_id in people
    ]


def _entry(key: Key, debit: str, credit: str, amount: int) -> Entry:
    return Entry(key.period, key.period, key.employee_id, key.plan_id, key.component_id, key.line_kind, debit,
                 credit, amount, None, key.currency)  # fmt: skip
