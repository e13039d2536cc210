"""What a payroll moves, by the kinds of pay that it comes from.

A payroll moves one net amount of each person and currency. Here that net is taken apart again, from the
entries of the events that payrolls have taken: whoever is owed something is paid all that is open of every
kind, and whoever owes keeps all of it, kind by kind, until a later net is above 0. So the parts of a net
always sum to it, and those of all payrolls to what the events have booked, for each kind.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import sqlalchemy as sa

from csm_xl.book.archive import LINES, restored
from csm_xl.book.events import Event
from csm_xl.book.ledger import Book
from csm_xl.book.pay_codes import adjusting_kind
from csm_xl.book.payments import EARNED
from csm_xl.book.payroll import KIND
from csm_xl.book.tables import entry
from csm_xl.engine.components import component_types
from csm_xl.errors import CsmError
from csm_xl.plan.tables import read_tables

Person = tuple[str, str]
"""An employee_id and a currency."""


class Part(NamedTuple):
    """A part of a net. plan_id, component_id: of the component that earned it, else empty. kind: the type of
    that component (empty where no archived input says it any more), else one of
    `csm_xl.book.pay_codes.adjusting_kinds`. amount: whole minor units, signed."""

    plan_id: str
    component_id: str
    kind: str
    amount: int


class _Line(NamedTuple):
    """What an open amount is about."""

    earned: str
    plan_id: str
    component_id: str
    line_kind: str


_Open = dict[Person, dict[_Line, int]]
_Component = tuple[str, str, str]
"""Period that earned it, plan_id and component_id."""


def parts_of_nets(
    book: Book, numbers: Sequence[int], people: Collection[Person], before: int | None = None
) -> dict[Person, list[Part]]:
    """The kinds of pay that make up each net of a payroll; parts of 0 are left out.

    numbers: the events that the payroll pays. people: who is paid. before: the number of the payroll;
    None: it is not booked yet.
    """
    events = book.events()
    earlier = [one for one in events if one.kind == KIND and (before is None or one.id < before)]
    takes = [[number for number, _ in one.about] for one in earlier]
    open_ = _still_open(book, [*takes, list(numbers)])
    lines = {line for person in people for line, amount in open_.get(person, {}).items() if amount}
    earned = {line[:3] for line in lines if line.line_kind == EARNED}
    types = _types(book, events, earned)
    found: dict[Person, list[Part]] = {}
    for person in people:
        sums: dict[tuple[str, str, str], int] = {}
        for line, amount in open_.get(person, {}).items():
            key = ("", "", adjusting_kind(line.line_kind))
            if line.line_kind == EARNED:
                key = (line.plan_id, line.component_id, types.get(line[:3], ""))
            sums[key] = sums.get(key, 0) + amount
        found[person] = [Part(*key, amount) for key, amount in sums.items() if amount]
    return found


def earning_components(book: Book) -> list[str]:
    """The components that have earned something in a book, in order."""
    chosen = sa.select(entry.c.component_id).where(entry.c.line_kind == EARNED).distinct()
    with book.store.reading() as connection:
        return sorted(connection.execute(chosen).scalars())


def _still_open(book: Book, takes: Sequence[Sequence[int]]) -> _Open:
    """What is open when the last of some payrolls pays. takes: the events that each takes, in order."""
    open_: _Open = {}
    for at, numbers in enumerate(takes):
        if at:  # the payroll before it has paid everybody who was owed something
            open_ = {person: lines for person, lines in open_.items() if sum(lines.values()) <= 0}
        for person, line, amount in _booked(book, numbers):
            lines = open_.setdefault(person, {})
            lines[line] = lines.get(line, 0) + amount
    return open_


def _booked(book: Book, numbers: Sequence[int]) -> list[tuple[Person, _Line, int]]:
    """What some events together owe people."""
    names = [entry.c[name] for name in ("employee_id", "currency", *_Line._fields)]
    chosen = (
        sa.select(*names, amount := sa.func.sum(entry.c.amount))
        .where(entry.c.event_id.in_(numbers), entry.c.credit == "payable")
        .group_by(*names)
        .having(amount != 0)
        .order_by(*names)
    )
    with book.store.reading() as connection:
        return [
            ((who, code), _Line(*line), int(owed)) for who, code, *line, owed in connection.execute(chosen)
        ]


_COLUMNS: Final = ("period", "plan_id", "component_id", "type")


def _types(book: Book, events: Iterable[Event], wanted: Collection[_Component]) -> dict[_Component, str]:
    """The types of components, as archived payout lines of their periods say them; those that only a
    correction has brought, as its archived plan says."""
    found: dict[_Component, str] = {}
    live = [one for one in events if one.live]
    pairs = {(plan, period) for period, plan, _ in wanted}
    for event in live:
        if event.kind == "close" and any((span.plan_id, span.period) in pairs for span in event.spans):
            header, *rows = json.loads(_attachments(book, event).get(LINES) or b"[[]]") or [[]]
            columns = [header.index(name) for name in _COLUMNS] if header else []
            said = ([row[at] for at in columns] for row in rows)
            found |= {(one[0], one[1], one[2]): one[3] for one in said if one[3] in component_types()}
    for event in live if set(wanted) - set(found) else ():
        if event.kind == "retro":
            plan = read_tables(restored(_attachments(book, event)), component_types())[0]["components"]
            columns_of = (plan.columns[name].tolist() for name in _COLUMNS[1:])
            types = {(plan_id, name): type_ for plan_id, name, type_ in zip(*columns_of, strict=True)}
            missing = [one for one in wanted if one not in found and one[1:] in types]
            found |= {one: types[one[1:]] for one in missing}
    return found


def _attachments(book: Book, event: Event) -> Mapping[str, bytes]:
    """What an event has archived; nothing where it was erased."""
    try:
        return book.attachments(event.id)
    except CsmError:
        return {}
