"""What the book says was paid: by person, component and earned period, corrections included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import sqlalchemy as sa

from csm_xl.book.events import Entry, Event, Span, read_events
from csm_xl.book.ledger import Book
from csm_xl.book.money import main_units
from csm_xl.book.paying import Line, Payment
from csm_xl.book.tables import BASIS, entry

EARNED: Final = "earned"
"""The kind of the lines that year-to-date components look back on."""
PAYS: Final = ("open", "close", "retro")
"""The kinds of events that state what was paid for a line."""
ACCRUED: Final = "accrued"
"""The account from which a close reverses what was accrued: such entries pay nobody."""
_COUNTER_ACCOUNT: Final = {
    "holdback": "held", "release": "held", "draw": "advance", "carried": "held", "carried_forward": "held",
}  # fmt: skip
"""Where the money of a line comes from, by its kind; of every other kind it is an expense."""


class Key(NamedTuple):
    """What a payout line is about."""

    period: str
    employee_id: str
    plan_id: str
    component_id: str
    line_kind: str
    currency: str


class Booked(NamedTuple):
    """What is booked for a key: minor units, and ten-thousandths before the modifier (None: it has none)."""

    amount: int
    before_modifier: int | None


Balance = dict[Key, Booked]


@dataclass(frozen=True, slots=True)
class State:
    """A book at one moment. head: the hash of its last event. events: those that count then, rejected ones
    too. paid: what is booked for each line of the periods that are closed."""

    head: str
    events: tuple[Event, ...]
    paid: Balance

    @property
    def closes(self) -> list[tuple[Span, Event]]:
        """Each closed period of a plan, or pay group of one, with its close."""
        return [
            (span, event)
            for event in self.events
            if event.kind == "close" and event.live
            for span in event.spans
        ]

    @property
    def closed(self) -> dict[tuple[str, str], tuple[Span, Event]]:
        """(plan, period) that are closed, whole or for some pay groups → the span, without a pay group,
        and the last close of it."""
        return {
            (span.plan_id, span.period): (span._replace(pay_group=""), event) for span, event in self.closes
        }

    @property
    def pay_groups(self) -> dict[tuple[str, str], set[str]]:
        """(plan, period) → the pay groups that are closed; "" among them where everybody is."""
        found: dict[tuple[str, str], set[str]] = {}
        for span, _ in self.closes:
            found.setdefault((span.plan_id, span.period), set()).add(span.pay_group)
        return found

    def closes_of(self, pair: tuple[str, str]) -> list[Event]:
        """The closes of a (plan, period): several where pay groups close apart."""
        return [event for span, event in self.closes if (span.plan_id, span.period) == pair]

    @property
    def booked(self) -> dict[tuple[str, str], Span]:
        """(plan, period) → the span of each period that is closed, or is history from before the book."""
        return {
            (span.plan_id, span.period): span
            for event in self.events
            if event.kind in ("close", "open") and event.live
            for span in event.spans
        }


def state(book: Book, before: int | None = None) -> State:
    """The book as it is now, or as it was before an event.

    before: the number of that event. A decision counts from when it was made.
    """
    with book.store.reading() as connection:
        every = [one for one in read_events(connection) if before is None or one.id < before]
        rejected = {one.refers for one in every if one.kind == "reject"}
        events = tuple(_then(one, rejected) for one in every)
        live = [one.id for one in events if one.kind in PAYS and one.id not in rejected]
        names = [entry.c.earned, *(entry.c[name] for name in Key._fields[1:])]
        chosen = (
            sa.select(*names, sa.func.sum(entry.c.amount), sa.func.sum(entry.c.before_modifier))
            .where(entry.c.event_id.in_(live), entry.c.debit != ACCRUED)
            .group_by(*names)
        )
        paid = {
            Key(*row[:-2]): Booked(int(row[-2]), None if row[-1] is None else int(row[-1]))
            for row in connection.execute(chosen)
        }
    return State(every[-1].hash if every else "", events, paid)


def _then(event: Event, rejected: set[int | None]) -> Event:
    """An event with the state that it had when the given rejections were made."""
    was_rejected = event.state == "rejected" and event.id not in rejected
    return replace(event, state="undecided", rejected_by=None) if was_rejected else event


def payments(paid: Mapping[Key, Booked]) -> list[Payment]:
    """What was paid as rows of the table `paid`: components alone, in order."""
    return [
        Payment(
            key.period, key.employee_id, key.plan_id, key.component_id, main_units(one.amount, key.currency),
            None if one.before_modifier is None else one.before_modifier / BASIS,
        )
        for key, one in sorted(paid.items())
        if key.line_kind == EARNED
    ]  # fmt: skip


def combined(
    typed: Iterable[tuple[Payment, str]],
    state: State,
    first_days: Mapping[str, int],
    cycles: Mapping[tuple[str, str], str],
) -> tuple[list[Payment], list[str]]:
    """The typed payments that still count, and the places of those that do not.

    typed: the table `paid`, each row with its place. first_days: period → its first day, YYYYMMDD.
    cycles: (plan, component) → its pay cycle, where that is not the plan's. A typed row counts only
    before the first period that the book has of its plan and pay cycle.
    """
    begins: dict[tuple[str, str], int] = {}
    for (plan, _), span in state.booked.items():
        begins[plan, span.cycle] = min(begins.get((plan, span.cycle), span.first_day), span.first_day)
    counted, unused = [], []
    for one, place in typed:
        of = (one.plan_id, cycles.get((one.plan_id, one.component_id), ""))
        if of in begins and first_days[one.period] >= begins[of]:
            unused.append(place)
        else:
            counted.append(one)
    return counted, unused


def balance_of(lines: Iterable[Line]) -> Balance:
    """Payout lines as what they would be booked as."""
    found: Balance = {}
    for one in lines:
        key = Key(one.period, one.employee_id, one.plan_id, one.component_id, one.line_kind, one.currency)
        found[key] = _sum(found.get(key), Booked(one.amount, one.before_modifier))
    return found


def difference(now: Mapping[Key, Booked], was: Mapping[Key, Booked]) -> Balance:
    """What has to be booked, so that what was booked becomes what is right now; without lines that stay."""
    nothing = Booked(0, None)
    found: Balance = {}
    for key in sorted({*now, *was}):
        one, other = now.get(key, nothing), was.get(key, nothing)
        if one.amount != other.amount or (one.before_modifier or 0) != (other.before_modifier or 0):
            both_none = one.before_modifier is None and other.before_modifier is None
            basis = None if both_none else (one.before_modifier or 0) - (other.before_modifier or 0)
            found[key] = Booked(one.amount - other.amount, basis)
    return found


def added(one: Mapping[Key, Booked], other: Mapping[Key, Booked]) -> Balance:
    """Two balances together."""
    found = dict(one)
    for key, booked in other.items():
        found[key] = _sum(found.get(key), booked)
    return found


def _sum(one: Booked | None, other: Booked) -> Booked:
    if one is None:
        return other
    basis = [each for each in (one.before_modifier, other.before_modifier) if each is not None]
    return Booked(one.amount + other.amount, sum(basis) if basis else None)


def account_of(line_kind: str) -> str:
    """The account that the money of a line comes from.

    >>> account_of("earned"), account_of("draw")
    ('expense', 'advance')
    """
    return _COUNTER_ACCOUNT.get(line_kind, "expense")


def entry_of(key: Key, booked: Booked, into: str) -> Entry:
    """What is booked for a line in a period, as a transfer: to payable, from where its kind says."""
    return Entry(into, key.period, key.employee_id, key.plan_id, key.component_id, key.line_kind,
                 account_of(key.line_kind), "payable", booked.amount, booked.before_modifier,
                 key.currency)  # fmt: skip


def entries_of(lines: Sequence[Line]) -> list[Entry]:
    """Payout lines as the entries of a close: each in the period that earned it."""
    return [
        Entry(one.period, one.period, one.employee_id, one.plan_id, one.component_id, one.line_kind,
              account_of(one.line_kind), "payable", one.amount, one.before_modifier,
              one.currency)
        for one in lines
    ]  # fmt: skip
