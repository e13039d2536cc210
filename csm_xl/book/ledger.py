"""A book of record: events appended to it, and read from it.

An event and all that belongs to it is written in one transaction, or not at all. What is written is on the
disk when `Book.post` returns.
"""

from __future__ import annotations

import getpass
import platform
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

import numpy as np
import sqlalchemy as sa

from csm_xl import __version__
from csm_xl.book import bulk
from csm_xl.book.conditions import POLICY
from csm_xl.book.copies import refuse_fork
from csm_xl.book.events import Entry, Event, Span, read_events
from csm_xl.book.hashing import ContentHash, canonical, event_hash, sha256, signed_bytes
from csm_xl.book.store import Store
from csm_xl.book.tables import (
    FIRST_PARTS,
    FORM,
    GENESIS,
    PARTS,
    attachment,
    blob,
    entry,
    event,
    kind,
    span,
)  # fmt: skip
from csm_xl.errors import NOT_FOUND, VALUE, CsmError

Rows = Sequence[Sequence[Any]]
_SPAN: Final = len(span.columns) - 1
"""How many fields of a `Span` are columns of its table."""
LONGEST_NAME: Final = 200
"""The longest name of a maker, in characters."""
_LEVEL: Final = 4
"""How hard archived content is compressed: 6 takes three times as long for a twelfth less."""


@dataclass(slots=True)
class Draft:
    """An event that is going to be written. attachments: name → content, in order. about: as for
    `Event`. at_head: the hash of the last event that it was calculated from; None where it depends on
    none."""

    kind: str
    title: str
    body: Mapping[str, Any] = field(default_factory=dict)
    spans: Sequence[Span] = ()
    entries: Sequence[Entry] = ()
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    about: Sequence[tuple[int, int]] = ()
    refers: Event | None = None
    policy: int | None = None
    at_head: str | None = None


class Signer(Protocol):
    """Who signs events."""

    @property
    def name(self) -> str:
        """The maker that the key belongs to."""

    @property
    def key_id(self) -> int:
        """The event that enrolled the key."""

    def sign(self, data: bytes) -> str:
        """The signature of some bytes, in hexadecimal."""


class BookMoved(CsmError):  # noqa: N818 - a CsmError as every other
    """Somebody wrote in the book while an event was calculated from it."""


class Book:
    """An open book. store: where it is. signing: gives who signs what is written (None: nobody does).

    Errors: as `Store.require`; a copy of the book that went another way.
    """

    def __init__(self, store: Store, signing: Callable[[Book], Signer] | None = None) -> None:
        self.store = store
        self.signing = signing
        store.require()

    def maker(self, by: str | None) -> str:
        """Whose name an event gets: on PostgreSQL the user who is logged in; on a file what is typed, else
        the login name of this computer, which nobody has proven.

        Errors: another name than that of the login; a name that is too long.
        """
        user = self.store.user()
        name = " ".join((by or "").split())
        if len(name) > LONGEST_NAME:
            raise CsmError(VALUE, "the name is too long", "--by", f"{len(name)} letters",
                           f"Give a name of at most {LONGEST_NAME} letters.")  # fmt: skip
        if user is None:
            return name or getpass.getuser()
        if name and name != user:
            raise CsmError(VALUE, f"the book knows who you are: {user}", "--by", name, "Leave --by out.")
        return user

    # ---- writing -------------------------------------------------------------------------------

    def post(self, draft: Draft, by: str | None = None) -> Event:
        """Append an event with all that belongs to it.

        by: as for `maker`. Returns the event, once it is on the disk.
        Errors: `RuleBroken`; `BookMoved`; a disk that is full, a lock, a lost connection.
        """
        signer = self.signing(self) if self.signing else None
        maker = self.maker(by or (signer.name if signer and self.store.sqlite else None))
        if self.store.file is not None:
            refuse_fork(self.store)
        rows: dict[str, list[tuple[Any, ...]]] = {
            "span": [tuple(one[:_SPAN]) for one in sorted(draft.spans)],
            "portion": [
                (*one[:3], one.cycle, one.pay_group)
                for one in sorted(draft.spans)
                if one.cycle or one.pay_group
            ],
            "total": _totals(draft.entries),
            "entry": [(line, *one) for line, one in enumerate(draft.entries, 1)],
            "about": sorted(draft.about),
            "signature": [],
        }
        packed = [(name, sha256(data), data) for name, data in draft.attachments.items()]
        rows["attachment"] = [(place, name, digest) for place, (name, digest, _) in enumerate(packed, 1)]
        row = _row(draft, maker, rows)
        with self.store.begin() as connection:
            if not self.store.sqlite:
                # The trigger of the event takes this lock too; here it comes before the head is read.
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(7_261_943)))
            number, head = _head(connection)
            if draft.at_head is not None and head != draft.at_head:
                raise BookMoved(VALUE, "somebody wrote in the book meanwhile", self.store.shown, None,
                                "Run the command again.")  # fmt: skip
            row |= {"id": number + 1, "prev": head}
            if connection.execute(sa.select(kind.c.decided).where(kind.c.kind == draft.kind)).scalar():
                row["approvals"] = connection.exec_driver_sql(f"SELECT {POLICY}").scalar()
            if signer:
                rows["signature"] = [(signer.key_id, signer.sign(signed_bytes(row)))]
                row["content_hash"] = content_hash(rows)
            row["hash"] = event_hash(row)
            _keep_blobs(connection, packed)
            for table in PARTS:
                bulk.insert(connection, table, number + 1, rows[table.name])
            connection.execute(event.insert(), row)
        return self.event(int(row["id"]))

    # ---- reading -------------------------------------------------------------------------------

    def head(self) -> tuple[int, str]:
        """The number and the hash of the last event."""
        with self.store.reading() as connection:
            return _head(connection)

    def events(self) -> list[Event]:
        """Every event, the first one first."""
        with self.store.reading() as connection:
            return read_events(connection)

    def event(self, number: int) -> Event:
        """One event. Errors: there is none of that number."""
        found = next((one for one in self.events() if one.id == number), None)
        if found is None:
            last = self.head()[0]
            raise CsmError(NOT_FOUND, "the book has no such event", "event", number,
                           f"The last one is {last}; csm-xl ledger lists them.")  # fmt: skip
        return found

    def entries(self, number: int | None = None, employee_id: str | None = None) -> list[tuple[int, Entry]]:
        """The number of the event and the entry, in order: of one event, of one person, or all."""
        return [(event_id, one) for event_id, _, one in self.lines(number, employee_id)]

    def lines(
        self, number: int | None = None, employee_id: str | None = None
    ) -> list[tuple[int, int, Entry]]:
        """As `entries`, each with its line between."""
        chosen = sa.select(entry).order_by(entry.c.event_id, entry.c.line)
        if number is not None:
            chosen = chosen.where(entry.c.event_id == number)
        if employee_id is not None:
            chosen = chosen.where(entry.c.employee_id == employee_id)
        with self.store.reading() as connection:
            return [(row[0], row[1], Entry(*row[2:])) for row in connection.execute(chosen)]

    def attachments(self, number: int) -> dict[str, bytes]:
        """What an event was calculated from and came to: name → content. Errors: content that is damaged."""
        chosen = (
            sa.select(attachment.c.name, blob.c.sha256, blob.c.data)
            .join(blob, blob.c.sha256 == attachment.c.sha256)
            .where(attachment.c.event_id == number)
            .order_by(attachment.c.place)
        )
        found = {}
        with self.store.reading() as connection:
            for name, digest, data in connection.execute(chosen):
                found[str(name)] = unpacked(digest, data)
        return found


def create(where: str, approvals: int = 1, by: str | None = None) -> Book:
    """A new book. approvals: how many people other than its maker an event needs.

    Errors: something is there already; a number of approvals that is none.
    """
    if not 1 <= approvals <= 9:
        raise CsmError(VALUE, "an event needs between 1 and 9 approvals", "--approvals", approvals,
                       "Give 1 where one colleague approves.")  # fmt: skip
    store = Store(where)
    store.create()
    book = Book(store)
    body = {"book": str(uuid.uuid4()), "program": __version__}
    book.post(Draft("create", "book of record", body, policy=approvals), by)
    return book


def unpacked(digest: str, data: bytes) -> bytes:
    """Archived content. Errors: it is not what it was; it was erased."""
    if not data:
        raise CsmError(NOT_FOUND, "an archived input was erased", f"blob {digest[:16]}", None,
                       "A backup from before csm-xl erase still has it.")  # fmt: skip
    try:
        content = zlib.decompress(data)
    except zlib.error:
        content = b""
    if sha256(content) != digest:
        raise CsmError(VALUE, "an archived input is damaged", f"blob {digest[:16]}", None,
                       "Restore the last backup, and verify it with csm-xl ledger --verify.")  # fmt: skip
    return content


def content_hash(rows: Mapping[str, Iterable[Sequence[Any]]]) -> str:
    """The hash of what belongs to an event. rows: table → its rows in order, without the event."""
    digest = ContentHash()
    for table in PARTS:
        digest.table(table.name, table.name in FIRST_PARTS)
        digest.rows(rows[table.name])
    return digest.hexdigest()


def _row(draft: Draft, maker: str, rows: Mapping[str, Rows]) -> dict[str, Any]:
    """The columns of an event that are known before its place in the book is."""
    program = {"csm_xl": __version__, "python": platform.python_version(), "numpy": np.__version__}
    return {
        "form": FORM, "kind": draft.kind, "title": draft.title[:200], "made_by": maker,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "refers": draft.refers.id if draft.refers else None,
        "refers_hash": draft.refers.hash if draft.refers else None,
        "approvals": None, "policy": draft.policy, "body": canonical({**draft.body, "program": program}),
        "content_hash": content_hash(rows),
    }  # fmt: skip


def _totals(entries: Iterable[Entry]) -> list[tuple[Any, ...]]:
    """The number and the sum of some entries, by currency and accounts."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for one in entries:
        sums = found.setdefault((one.currency, one.debit, one.credit), [0, 0])
        sums[0] += 1
        sums[1] += one.amount
    return [(*key, *sums) for key, sums in sorted(found.items())]


def _head(connection: sa.Connection) -> tuple[int, str]:
    last = sa.select(event.c.id, event.c.hash).order_by(event.c.id.desc()).limit(1)
    row = connection.execute(last).first()
    return (int(row[0]), str(row[1])) if row else (0, GENESIS)


def _keep_blobs(connection: sa.Connection, packed: Iterable[tuple[str, str, bytes]]) -> None:
    """Archive content that is not in the book yet."""
    for digest, data in {digest: data for _, digest, data in packed}.items():
        there = connection.execute(
            sa.select(sa.func.length(blob.c.data)).where(blob.c.sha256 == digest)
        ).scalar()
        if there is None:
            row = {"sha256": digest, "size": len(data), "data": zlib.compress(data, _LEVEL)}
            connection.execute(blob.insert(), row)
        elif there == 0:  # it was erased, and another event has the same content now
            packed_again = (
                blob.update().where(blob.c.sha256 == digest).values(data=zlib.compress(data, _LEVEL))
            )
            connection.execute(packed_again)
