"""What a book says about periods, for a workbook: what each event books, closed lines, and payments."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from csm_xl.book.archive import LINES
from csm_xl.book.deciding import CLAIMED, SIGNED, names_are_claimed
from csm_xl.book.events import Event
from csm_xl.book.hashing import sha256
from csm_xl.book.ledger import Book
from csm_xl.book.money import main_units
from csm_xl.book.payments import ACCRUED, payments, state
from csm_xl.book.store import Store, named_book
from csm_xl.book.tables import entry
from csm_xl.engine.recorded import Booked, Recorded, lines_of
from csm_xl.errors import VALUE, CsmError

_BOOKS = ("open", "close", "retro", "accrue", "payroll")
"""The kinds of events with entries."""


def opened_for(setting: str, beside: Path) -> Book:
    """The book that a workbook names, else that of the environment. setting: a path beside the workbook
    or a URL; blank: the environment's. beside: the folder of the workbook.

    Errors: none is named; two that differ; a URL with a password; no book there.
    """
    where = setting.strip()
    if "://" in where:
        login = where.partition("://")[2].partition("@")[0] if "@" in where else ""
        if ":" in login or "password=" in where.casefold():
            raise CsmError(VALUE, "a workbook holds no password", "Control", None,
                           "Take it out of the setting Book, and keep it in ~/.pgpass.")  # fmt: skip
    elif where:
        where = str(beside / Path(where).expanduser())
    return Book(Store(named_book(where or None)))


def recorded(book: Book) -> Recorded:
    """What a book says now."""
    now = state(book)
    events = {one.id: one for one in now.events if one.kind in _BOOKS}
    groups = {
        (event.id, span.plan_id, span.period): span.pay_group for event in now.events for span in event.spans
    }
    closes = {event.id for _, event in now.closes}
    lines, hashes, gone = {}, {}, []
    for number in sorted(closes):
        try:
            archived = book.attachments(number)[LINES]
        except CsmError:  # erased
            gone.append(str(number))
            continue
        lines[number], hashes[number] = lines_of(archived), sha256(archived)
    names = [entry.c.event_id, entry.c.plan_id, entry.c.earned, entry.c.currency]
    chosen = (
        sa.select(*names, sa.func.sum(entry.c.amount))
        .where(entry.c.event_id.in_(list(events)), entry.c.debit != ACCRUED)
        .group_by(*names)
        .order_by(*names)
    )
    with book.store.reading() as connection:
        rows = connection.execute(chosen).all()
    booked = [
        _booked(
            events[number],
            plan,
            period,
            int(amount),
            code,
            hashes.get(number, ""),
            groups.get((number, plan, period), ""),
        )
        for number, plan, period, code, amount in map(tuple, rows)
    ]
    there = {(one.event, one.plan_id, one.period) for one in booked}
    for span, event in now.closes:
        if (event.id, span.plan_id, span.period) not in there:  # nobody is on the plan, or left to pay
            digest = hashes.get(event.id, "")
            booked.append(_booked(event, span.plan_id, span.period, 0, "", digest, span.pay_group))
    said = (CLAIMED if names_are_claimed(book) else SIGNED) if book.store.sqlite else ""
    note = f"the archived inputs of event {', '.join(gone)} were erased" if gone else ""
    return Recorded(now.head, sorted(booked), lines, payments(now.paid), said, note)


def _booked(
    event: Event, plan: str, period: str, amount: int, code: str, lines_hash: str, group: str
) -> Booked:
    total = main_units(amount, code) if code else 0.0
    when = event.made_at[:16].replace("T", " ")
    return Booked(event.id, event.kind, plan, period, total, code, event.state, event.made_by, when,
                  event.hash, lines_hash, group)  # fmt: skip
