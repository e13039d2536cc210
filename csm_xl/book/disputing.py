"""Disputes: somebody questions a payout line, and gets an answer that stays in the book.

A dispute keeps the explanation of the line as it was when the line was booked, calculated from what its event
has archived, so that later corrections do not change what was asked about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.book import paying
from csm_xl.book.archive import PAID, restored
from csm_xl.book.events import Entry, Event, of_kind
from csm_xl.book.hashing import canonical
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.replay import archived_payments
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

KIND: Final = "dispute"
EXPLANATION: Final = "explanation"
"""The archived explanation of the line."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute with its line and what was said. explanation: a header, and then a step a row."""

    event: Event
    entry: Entry
    line: int
    answers: tuple[Event, ...]
    explanation: list[list[Any]]

    @property
    def open(self) -> bool:
        """Whether it is not resolved."""
        return all(one.kind != "resolve" for one in self.answers)


def open_dispute(book: Book, number: int, line: int, question: str, by: str | None = None) -> Event:
    """Open a dispute about a line of an event. question: what is wrong with it. by: as for `Book.maker`.

    Errors: there is no such line; a dispute about it is open; no question; archived inputs that were erased.
    """
    _require(question, "--question", "a dispute needs a question")
    event = book.event(number)
    entry = next((one for _, at, one in book.lines(number) if at == line), None)
    if entry is None:
        raise CsmError(NOT_FOUND, f"event {number} has no such line", "line", line,
                       "csm-xl ledger --employee lists event and line of every entry.")  # fmt: skip
    steps = _explained(book, event, entry)
    body = {"question": question, "line": line}
    draft = Draft(KIND, f"line {line} of event {number}", body, refers=event, about=[(number, line)],
                  attachments={EXPLANATION: canonical(steps).encode()})  # fmt: skip
    return book.post(draft, by)


def answer(book: Book, number: int, text: str, by: str | None = None) -> Event:
    """Answer a dispute; it stays open. Errors: it is none, or is resolved; no text."""
    return _reply(book, "answer", number, text, by)


def resolve(book: Book, number: int, text: str, by: str | None = None) -> Event:
    """Resolve a dispute. text: the outcome, such as the retro that corrects the line.

    Errors: as `answer`.
    """
    return _reply(book, "resolve", number, text, by)


def dispute(book: Book, number: int) -> Dispute:
    """A dispute as it is in the book. Errors: the event is none."""
    events = book.events()
    event = _dispute(book, number)
    ((about, line),) = event.about
    ((_, _, entry),) = [one for one in book.lines(about) if one[1] == line]
    answers = tuple(one for one in events if one.refers == number)
    steps = json.loads(book.attachments(number)[EXPLANATION])
    return Dispute(event, entry, line, answers, steps)


def _reply(book: Book, kind: str, number: int, text: str, by: str | None) -> Event:
    _require(text, "--text", f"the {'answer' if kind == 'answer' else 'outcome'} is blank")
    event = _dispute(book, number)
    return book.post(Draft(kind, event.title, {"text": text}, refers=event), by)


def _dispute(book: Book, number: int) -> Event:
    return of_kind(book.event(number), KIND, "a dispute", "dispute")


def _require(text: str, option: str, what: str) -> None:
    if not text.strip():
        raise CsmError(VALUE, what, option, None, f"Give {option} TEXT.")


def _explained(book: Book, event: Event, entry: Entry) -> list[list[Any]]:
    """The steps that lead to a line, with what its event has archived."""
    if event.kind not in ("close", "retro"):
        raise CsmError(VALUE, f"event {event.id} is a {event.kind}, which has no payout line", "event",
                       event.id, "Give the number of a close or a retro.")  # fmt: skip
    kept = book.attachments(event.id)
    tables = paying.read(restored(kept), event.body.get("plans") or ())
    if PAID in kept:
        tables = paying.with_payments(tables, archived_payments(kept[PAID]))
    return paying.explained(tables, entry.earned, entry.employee_id, entry.plan_id, entry.component_id)
