"""Retention: the archived inputs of old periods are erased once that is approved; what was paid stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from csm_xl.book.events import Event, of_kind
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.payroll_rules import erasable
from csm_xl.book.periods import period_span
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

KIND: Final = "erase"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased: how many archived inputs, and their bytes as they were stored."""

    inputs: int
    size: int


def ask(book: Book, before: str, by: str | None = None) -> Event:
    """Ask to erase the archived inputs that only periods before a period need. by: as for `Book.maker`.

    Errors: there is no such period; no event of the book is about an earlier one.
    """
    events = book.events()
    span = period_span(events, before, "--before")
    if not any(one.last_day < span.first_day for event in events for one in event.spans):
        raise CsmError(NOT_FOUND, "the book has no period before this one", "--before", before,
                       "Give a later period.")  # fmt: skip
    return book.post(Draft(KIND, f"inputs before {span.period}", {"before": span.period}, [span]), by)


def erase(book: Book, number: int) -> Erased:
    """Do what an approved erasure asks for. Entries and hashes stay, so that the chain still verifies.

    Errors: the event is no erasure, or is not approved; what the book refuses.
    """
    event = of_kind(book.event(number), KIND, "an erasure", "--event")
    if event.state != "approved":
        raise CsmError(VALUE, f"event {number} is {event.state}, so nothing is erased", "--event", number,
                       f"Have it approved: csm-xl approve {number} --hash {event.hash[:16]}")  # fmt: skip
    empty = "x''" if book.store.sqlite else "''::bytea"
    where = f"length(data) > 0 AND {erasable('blob.sha256')}"
    with book.store.begin() as connection:
        asked = f"SELECT count(*), coalesce(sum(length(data)), 0) FROM blob WHERE {where}"
        inputs, size = connection.execute(sa.text(asked)).one()
        connection.execute(sa.text(f"UPDATE blob SET data = {empty} WHERE {where}"))
    return Erased(int(inputs), int(size))
