"""What was paid to everybody up to a day: approved closes, history, and corrections, by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from csm_xl.book.ledger import Book
from csm_xl.book.money import main_units
from csm_xl.book.payments import ACCRUED, PAYS
from csm_xl.book.tables import entry


class Paid(NamedTuple):
    """What was booked for a person: the period that earned it, the one it was booked in, main units."""

    earned: str
    booked: str
    amount: float
    currency: str


@dataclass(frozen=True, slots=True)
class PaidUntil:
    """What a book says up to a day. head: the hash of its last event. lines: employee_id → what was booked,
    in the order of the events. undecided: events that nobody has decided about, which do not count."""

    head: str
    lines: dict[str, list[Paid]]
    undecided: list[str]


def paid_until(book: Book, last_day: int) -> PaidUntil:
    """What approved events have booked in periods that end by a day (YYYYMMDD)."""
    events = [
        one
        for one in book.events()
        if one.kind in PAYS and one.live
        and any(span.role in ("closes", "books") and span.last_day <= last_day for span in one.spans)
    ]  # fmt: skip
    ends = {
        (one.id, span.plan_id, span.period): span.last_day
        for one in events
        for span in one.spans
        if span.role in ("closes", "books")
    }
    names = (entry.c.event_id, entry.c.plan_id, entry.c.employee_id, entry.c.earned, entry.c.booked,
             entry.c.currency)  # fmt: skip
    chosen = (
        sa.select(*names, sa.func.sum(entry.c.amount))
        .where(
            entry.c.event_id.in_([one.id for one in events if one.state == "approved"]),
            entry.c.debit != ACCRUED,
        )
        .group_by(*names)
        .order_by(*names)
    )
    lines: dict[str, list[Paid]] = {}
    with book.store.reading() as connection:
        for number, plan, who, earned, booked, code, amount in connection.execute(chosen):
            if ends[number, plan, booked] <= last_day:
                one = Paid(earned, booked, main_units(int(amount), code), code)
                lines.setdefault(who, []).append(one)
    waiting = [one for one in events if one.state == "undecided"]
    undecided = [f"the {one.kind} of {one.title} (event {one.id})" for one in waiting]
    return PaidUntil(book.head()[1], lines, undecided)
