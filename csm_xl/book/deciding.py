"""Deciding: an event is approved or rejected by somebody else, and how many approvals one needs."""

from __future__ import annotations

from csm_xl.book.events import Event
from csm_xl.book.ledger import Book, Draft
from csm_xl.errors import VALUE, CsmError

CLAIMED = "The names in this book are claimed, not verified. On PostgreSQL they are the logins."
"""What is said wherever names of a book in a file are shown."""
SIGNED = "Approvals in this book are signed. Other names are claimed, not verified."
"""What is reported about a book in a file that asks for signatures."""
REQUIRE = "sign"
WAIVE = "unsign"
"""The kinds of events that ask for signed approvals and rejections, and for none."""
_LEAST_DIGITS = 8


def approve(book: Book, number: int, saw: str = "", by: str | None = None) -> Event:
    """Approve an event.

    saw: the hash, or its first digits, of what the approver has looked at (empty: the event as it is).
    Returns the event with its new state.
    Errors: it does not exist, is decided, was made by the approver, or is not what they saw.
    """
    return _decide(book, "approve", number, saw, by, "")


def reject(book: Book, number: int, reason: str, saw: str = "", by: str | None = None) -> Event:
    """Reject an event, so that its periods are open again. reason: why.

    Errors: it does not exist, is rejected already, or another event builds on it.
    """
    if not reason.strip():
        raise CsmError(VALUE, "a rejection says why", "--reason", None, "Give --reason WHY.")
    return _decide(book, "reject", number, saw, by, reason)


def change_policy(book: Book, approvals: int, by: str | None = None) -> Event:
    """Ask for another number of approvals; it counts once it is approved as the policy in force asks.

    Errors: a number that is none; the policy is that already.
    """
    if not 1 <= approvals <= 9:
        raise CsmError(VALUE, "an event needs between 1 and 9 approvals", "--approvals", approvals,
                       "Give 1 where one colleague approves.")  # fmt: skip
    if policy(book) == approvals:
        raise CsmError(VALUE, "the policy asks for that number already", "--approvals", approvals,
                       "Give another number.")  # fmt: skip
    return book.post(Draft("policy", f"{approvals} approvals", policy=approvals), by)


def policy(book: Book) -> int:
    """How many approvals an event needs now."""
    found = [one.policy for one in book.events()
             if one.kind == "create" or (one.kind == "policy" and one.state == "approved")]  # fmt: skip
    return int(found[-1] or 0)


def signatures_required(book: Book) -> bool:
    """Whether approvals and rejections are signed: what the latest such policy in force says."""
    found = [one for one in book.events() if one.kind in (REQUIRE, WAIVE) and one.state == "approved"]
    return bool(found) and found[-1].kind == REQUIRE


def names_are_claimed(book: Book) -> bool:
    """Whether nothing proves who approved: the book is a file, and asks for no signatures."""
    return book.store.sqlite and not signatures_required(book)


def _decide(book: Book, kind: str, number: int, saw: str, by: str | None, reason: str) -> Event:
    event = book.event(number)
    typed = saw.strip().lower()
    if typed and len(typed) < _LEAST_DIGITS:
        raise CsmError(VALUE, f"a hash needs at least {_LEAST_DIGITS} of its digits", "--hash", saw,
                       f"csm-xl ledger shows it: {event.hash[:16]} for event {number}.")  # fmt: skip
    if typed and not event.hash.startswith(typed):
        raise CsmError(VALUE, f"event {number} is not the one that was seen: its hash is {event.hash[:16]}",
                       "--hash", saw, "Look at it again with csm-xl ledger.")  # fmt: skip
    body = {"reason": reason} if reason else {}
    book.post(Draft(kind, f"{event.kind} {event.title}", body, refers=event), by)
    return book.event(number)
