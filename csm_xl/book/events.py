"""The events of a book as they are read: what each one is, with its state and what belongs to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from csm_xl.book.tables import about, event, portion, signature, span, total
from csm_xl.errors import VALUE, CsmError


class Entry(NamedTuple):
    """A transfer: the columns of `csm_xl.book.tables.entry` after its line."""

    booked: str
    earned: str
    employee_id: str
    plan_id: str
    component_id: str
    line_kind: str
    debit: str
    credit: str
    amount: int
    before_modifier: int | None
    currency: str


class Span(NamedTuple):
    """A pay period of a plan that an event closes, corrects or books into: the columns of
    `csm_xl.book.tables.span`, and those of `csm_xl.book.tables.portion`, empty where it has none."""

    role: str
    plan_id: str
    period: str
    first_day: int
    last_day: int
    plan_year: int
    cycle: str = ""
    pay_group: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is in the book. state: approved, rejected or undecided; empty where it is not decided
    upon. approved_by, rejected_by: who. spans, totals: what belongs to it (its entries are read apart).
    about: the events that it is about, each with a line of it, or 0. signed: whether its maker signed it
    (`csm_xl.book.verify` checks the signature)."""

    id: int
    kind: str
    title: str
    made_by: str
    made_at: str
    refers: int | None
    approvals: int | None
    policy: int | None
    body: Mapping[str, Any]
    hash: str
    state: str
    approved_by: tuple[str, ...]
    rejected_by: str | None
    spans: tuple[Span, ...]
    totals: tuple[tuple[str, str, str, int, int], ...]
    about: tuple[tuple[int, int], ...] = ()
    signed: bool = False

    @property
    def live(self) -> bool:
        """Whether it counts: it is not rejected."""
        return self.state != "rejected"


def of_kind(event: Event, kind: str, called: str, location: str) -> Event:
    """The event. called: the kind with its article, and location: what named the event, for the message.

    Errors: it is of another kind.
    """
    if event.kind != kind:
        raise CsmError(VALUE, f"event {event.id} is a {event.kind}, not {called}", location, event.id,
                       "csm-xl ledger lists the events.")  # fmt: skip
    return event


def read_events(connection: sa.Connection) -> list[Event]:
    """Every event of a book, with its state."""
    spans: dict[int, list[Span]] = {}
    portions = {tuple(row[:4]): row[4:] for row in connection.execute(sa.select(portion))}
    for number, *one in connection.execute(sa.select(span).order_by(*span.primary_key.columns)):
        spans.setdefault(number, []).append(Span(*one, *portions.get((number, *one[:3]), ())))
    totals: dict[int, list[Any]] = {}
    for number, *rest in connection.execute(sa.select(total).order_by(*total.primary_key.columns)):
        totals.setdefault(number, []).append(tuple(rest))
    named: dict[int, list[tuple[int, int]]] = {}
    for number, other, line in connection.execute(sa.select(about).order_by(*about.primary_key.columns)):
        named.setdefault(number, []).append((other, line))
    signed = {number for (number,) in connection.execute(sa.select(signature.c.event_id))}
    rows = connection.execute(sa.select(event).order_by(event.c.id)).mappings().all()
    said: dict[str, dict[int, list[str]]] = {"approve": {}, "reject": {}}
    for row in rows:
        if row["kind"] in said:
            said[row["kind"]].setdefault(row["refers"], []).append(row["made_by"])
    return [
        Event(
            id=row["id"], kind=row["kind"], title=row["title"], made_by=row["made_by"],
            made_at=row["made_at"], refers=row["refers"], approvals=row["approvals"], policy=row["policy"],
            body=json.loads(row["body"]), hash=row["hash"],
            state=_state(row, said), approved_by=tuple(said["approve"].get(row["id"], ())),
            rejected_by=next(iter(said["reject"].get(row["id"], ())), None),
            spans=tuple(spans.get(row["id"], ())), totals=tuple(totals.get(row["id"], ())),
            about=tuple(named.get(row["id"], ())), signed=row["id"] in signed,
        )
        for row in rows
    ]  # fmt: skip


def _state(row: Mapping[Any, Any], said: Mapping[str, Mapping[int, list[str]]]) -> str:
    if row["approvals"] is None:
        return ""
    if row["id"] in said["reject"]:
        return "rejected"
    return "approved" if len(said["approve"].get(row["id"], ())) >= row["approvals"] else "undecided"
