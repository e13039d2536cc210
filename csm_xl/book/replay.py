"""Replaying an event: paid again from what it archived, and compared with what it booked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from csm_xl import __version__
from csm_xl.book import paying
from csm_xl.book.archive import LINES, PAID, restored
from csm_xl.book.differences import corrections, retro_spans
from csm_xl.book.events import Event
from csm_xl.book.ledger import Book
from csm_xl.book.payments import ACCRUED, Balance, Key, balance_of, difference, state
from csm_xl.book.people import left_to_pay
from csm_xl.errors import VALUE, CsmError


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found. made_with: the version of the event. same_amounts: every amount is what was
    booked. same_bytes: every column of every line is (None where the event archives no lines).
    amounts: the lines that come to something else. columns: columns that differ, with how many lines."""

    event: Event
    made_with: str
    same_amounts: bool
    same_bytes: bool | None
    amounts: tuple[tuple[Key, int], ...]
    columns: tuple[tuple[str, int], ...]

    @property
    def by_same_version(self) -> bool:
        """Whether this program is the version that made the event."""
        return self.made_with == __version__

    @property
    def sound(self) -> bool:
        """Whether the replay gives what it must: the same bytes by the same version, else the amounts."""
        return self.same_amounts and (self.same_bytes is not False or not self.by_same_version)


def replay(book: Book, number: int) -> Replayed:
    """Pay an event again from what it archived.

    Errors: there is no such event, or it pays nobody; archived content that is damaged or erased.
    """
    event = book.event(number)
    if event.kind not in ("close", "retro"):
        what = f"a {event.kind} pays nobody, so there is nothing to replay"
        raise CsmError(VALUE, what, "--replay", number,
                       "Give the number of a close or a retro.")  # fmt: skip
    kept = book.attachments(number)
    raws = restored(kept)
    booked = _booked(book, number)
    tables = paying.read(raws, event.body.get("plans") or (), event.body.get("pay_group") or "")
    made_with = str(event.body["program"]["csm_xl"])
    if event.kind == "retro":
        now = state(book, number)
        # Periods that had no difference then are recomputed too: they must have none today.
        spans = retro_spans(
            now, event.body["year"], event.body["plans"], max(one.last_day for one in event.spans)
        )
        off = difference(corrections(tables, now, spans).due, booked)
        return Replayed(event, made_with, not off, None, _amounts(off), ())
    given = paying.with_payments(tables, archived_payments(kept[PAID])) if PAID in kept else tables
    pairs = {(span.plan_id, span.period) for span in event.spans}
    in_time = sorted(event.spans, key=lambda one: (one.last_day, one.first_day, one.plan_id))
    payout = paying.pay(given, [span.period for span in in_time])
    counts = left_to_pay(tables, state(book, number), event.spans)
    off = difference(balance_of(payout.of(pairs, counts)), booked)
    lines = payout.archive(pairs, counts)
    same = lines == kept[LINES]
    return Replayed(
        event, made_with, not off, same, _amounts(off), () if same else _columns(lines, kept[LINES])
    )


def _booked(book: Book, number: int) -> Balance:
    """What an event booked, by line."""
    return balance_of(
        paying.Line(one.earned, one.employee_id, one.plan_id, one.component_id, one.line_kind, one.amount,
                    one.before_modifier, one.currency)
        for _, one in book.entries(number)
        if one.debit != ACCRUED
    )  # fmt: skip


def archived_payments(data: bytes) -> list[paying.Payment]:
    """The payments of the book that took the place of the table `paid`, as an event archived them."""
    return [paying.Payment(*json.loads(line)) for line in data.decode().splitlines() if line]


def _amounts(off: Balance) -> tuple[tuple[Key, int], ...]:
    return tuple((key, booked.amount) for key, booked in off.items())


def _columns(now: bytes, then: bytes) -> tuple[tuple[str, int], ...]:
    """The columns in which two archives of lines differ, each with the number of lines."""
    (header, *rows), (old_header, *old_rows) = _rows(now), _rows(then)
    found: dict[str, int] = {name: len(old_rows) for name in {*header} ^ {*old_header}}
    if len(rows) != len(old_rows):
        found["number of lines"] = abs(len(rows) - len(old_rows))
    for name in header:
        if name in old_header:
            at, was = header.index(name), old_header.index(name)
            off = sum(row[at] != old[was] for row, old in zip(rows, old_rows, strict=False))
            if off:
                found[name] = off
    return tuple(found.items())


def _rows(data: bytes) -> list[list[Any]]:
    rows: list[list[Any]] = json.loads(data)
    return rows or [[]]
