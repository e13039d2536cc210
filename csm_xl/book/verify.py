"""Proving a book: every hash, every sum and every rule, once more, over the whole chain.

Every event is written again, in order, into an empty book that has the same rules. So an event that somebody
slipped in with sound hashes, past rules that were switched off, is found by the very rule that it breaks.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from csm_xl.book import bulk, schema_versions, triggers
from csm_xl.book.failures import RuleBroken, refused
from csm_xl.book.hashing import ContentHash, event_hash, sha256, signed_bytes
from csm_xl.book.ledger import Book
from csm_xl.book.payroll_rules import erasable
from csm_xl.book.store import scratch
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
    signature,
)  # fmt: skip
from csm_xl.errors import VALUE, CsmError

LEAST_DIGITS: Final = 12
ATTACHED: Final = "proven"
"""What the copy calls the file that is proven."""
_RULES_TRIGGER: Final = f"{triggers.PREFIX}event_rules"


@dataclass(slots=True)
class Verified:
    """What was found. findings: a sentence each; none: the book is sound. events, entries: how many were
    read. head: the hash of the last event, to be kept elsewhere and given as `against` next time."""

    findings: list[str]
    events: int = 0
    entries: int = 0
    head: str = GENESIS


class _Parts(NamedTuple):
    """What belongs to an event. unsigned: the hash of its content without the signatures, which its maker
    signed. signatures: the event that enrolled the key, and the signature."""

    content_hash: str
    unsigned: str
    signatures: list[tuple[int, str]]


def verify(book: Book, against: str | None = None) -> Verified:
    """Prove a book.

    against: a hash, or its first digits, that was printed once, as by an earlier verification. It finds a
    tail that was cut off, and a chain that was written again, which a book alone cannot show.
    Errors: a hash that is too short to identify an event; a file that is no database any more.
    """
    wanted = (against or "").strip().lower()
    if wanted and len(wanted) < LEAST_DIGITS:
        what = f"a hash needs at least {LEAST_DIGITS} of its digits"
        raise CsmError(VALUE, what, "--against", against,
                       "Give it as it was printed.")  # fmt: skip
    found = Verified([])
    copy = scratch()
    try:
        with book.store.reading() as connection, copy.connect() as into:
            found.findings += _form(connection, into)
            _ease(into)
            if book.store.file is not None:
                # While the book is read nobody writes in it, so both connections see the same rows.
                bulk.attach(into, book.store.file, ATTACHED)
            _chain(connection, into, found, wanted, book.store.file)
            found.findings += _orphans(connection)
            found.findings += _blobs(connection)
    finally:
        copy.dispose()
    return found


def _form(connection: sa.Connection, into: sa.Connection) -> Iterator[str]:
    """What of the tables and triggers is not as it was made."""
    yield from triggers.wrong_triggers(connection)
    if schema_versions.found(connection) != schema_versions.current():
        yield "the version of the tables was changed"
    rows = sa.select(kind).order_by(kind.c.kind)
    if connection.execute(rows).all() != into.execute(rows).all():
        yield "the kinds of events were changed"
    if connection.dialect.name == "sqlite":
        asked = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL"
        here, there = ({(row[0], row[1]) for row in one.exec_driver_sql(asked)} for one in (connection, into))
        yield from (
            f"the table or index {name} was changed" for name in sorted({name for name, _ in here ^ there})
        )
        # The form of each row is checked where it is copied.
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        checked = connection.exec_driver_sql("PRAGMA quick_check(5)").all()
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        yield from (f"the file is damaged: {row[0]}" for row in checked if row[0] != "ok")


def _ease(into: sa.Connection) -> None:
    """Take out of the copy what it needs no more: it is filled in order, and searched by no person."""
    for table in PARTS:
        into.exec_driver_sql(f"DROP TRIGGER {triggers.PREFIX}{table.name}_sealed")
    for name in ("entry_earned", "entry_employee"):
        into.exec_driver_sql(f"DROP INDEX {name}")


def _chain(
    connection: sa.Connection, into: sa.Connection, found: Verified, against: str, file: Path | None
) -> None:
    """Every event in order: its place, its hashes, and the rules."""
    previous, seen = 0, not against
    public: dict[int, str] = {}
    names = [column.name for column in event.columns]
    for values in connection.execute(sa.select(event).order_by(event.c.id)).all():
        row: dict[str, Any] = dict(zip(names, values, strict=True))
        number = row["id"]
        if number != previous + 1:
            found.findings.append(f"event {previous + 1} is missing")
        if row["prev"] != found.head:
            found.findings.append(f"event {number} does not follow event {previous}")
        if row["form"] != FORM:
            found.findings.append(f"event {number} has a form that this program does not know")
        if event_hash(row) != row["hash"]:
            found.findings.append(f"event {number} was changed")
        previous, found.head = number, row["hash"]
        seen = seen or row["hash"].startswith(against)
        parts = _copied_parts(connection, into, row, found, file)
        if row["kind"] == "key":
            public[number] = row["body"]
        found.findings += _wrong_signatures(row, parts, public)
        if parts.content_hash != row["content_hash"]:
            found.findings.append(
                f"what belongs to event {number} was changed: its entries, periods or inputs"
            )
        _again(into, row, found)
        found.events += 1
    if not seen:
        found.findings.append(
            f"the book does not have the hash {against[:16]} that was printed: its end is cut off, or it was"
            " written again"
        )


def _copied_parts(
    connection: sa.Connection, into: sa.Connection, row: Mapping[str, Any], found: Verified, file: Path | None
) -> _Parts:
    """The hash of what belongs to an event, and its signatures; all of it is put into the copy too."""
    digest = ContentHash()
    unsigned = ""
    signatures: list[tuple[int, str]] = []
    for table in PARTS:
        if table is signature:
            unsigned = digest.hexdigest()
        digest.table(table.name, table.name in FIRST_PARTS)
        unfit = file is not None and not _fits(
            partial(bulk.insert_attached, into, table, row["id"], ATTACHED)
        )
        for rows in bulk.read(connection, table, row["id"]):
            digest.rows(rows)
            if file is None and not _fits(partial(bulk.insert, into, table, row["id"], rows)):
                unfit = True
            if table is entry:
                found.entries += len(rows)
            if table is signature:
                signatures += [(int(key_id), str(value)) for key_id, value in rows]
        if unfit:
            found.findings.append(f"rows of {table.name} of event {row['id']} break the form of their table")
    return _Parts(digest.hexdigest(), unsigned, signatures)


def _wrong_signatures(row: Mapping[str, Any], parts: _Parts, public: Mapping[int, str]) -> Iterator[str]:
    """The signatures of an event that are not by the key that they name. public: the event that enrolled a
    key → its body."""
    if not parts.signatures:
        return
    from csm_xl.book.signing import is_signature  # the cryptography is loaded where something is signed

    data = signed_bytes({**row, "content_hash": parts.unsigned})
    for key_id, value in parts.signatures:
        try:
            key = str(json.loads(public[key_id])["public_key"])
        except (KeyError, TypeError, ValueError):  # no key, or one that was changed
            key = ""
        if not is_signature(key, data, value):
            yield f"the signature of event {row['id']} is not by the key of event {key_id}"


def _fits(write: Callable[[], None]) -> bool:
    """Whether rows are written: they have the form of their table."""
    try:
        write()
    except sqlite3.Error:
        return False
    return True


def _again(into: sa.Connection, row: Mapping[str, Any], found: Verified) -> None:
    """An event written again under the rules; where it breaks one, without them, for the sake of the next."""
    broken = _insert(into, row)
    if broken is None:
        return
    message = broken.message if isinstance(broken, RuleBroken) else str(broken.message)
    found.findings.append(f"event {row['id']} breaks a rule: {message}")
    text = triggers.sqlite_triggers()[_RULES_TRIGGER]
    into.exec_driver_sql(f"DROP TRIGGER {_RULES_TRIGGER}")
    into.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    again = _insert(into, row)
    into.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
    into.exec_driver_sql(text)
    if again is not None:
        found.findings.append(f"event {row['id']} cannot be checked further: {again.message}")


def _insert(into: sa.Connection, row: Mapping[str, Any]) -> CsmError | None:
    try:
        with into.begin_nested():
            into.execute(event.insert(), dict(row))
    except sa.exc.SQLAlchemyError as why:
        return refused(why, "")
    return None


def _orphans(connection: sa.Connection) -> Iterator[str]:
    """Rows that belong to no event."""
    for table in PARTS:
        chosen = sa.select(sa.func.count()).select_from(table).where(
            ~sa.exists().where(event.c.id == table.c.event_id)
        )  # fmt: skip
        if count := connection.execute(chosen).scalar_one():
            yield f"{count:,} rows of {table.name} belong to no event"


def _blobs(connection: sa.Connection) -> Iterator[str]:
    """Archived content that is gone, is not what it was, or belongs to nothing."""
    named = {sha for (sha,) in connection.execute(sa.select(attachment.c.sha256).distinct())}
    may_be_gone = sa.text(f"SELECT 1 WHERE {erasable(':digest')}")
    for sha, size, data in connection.execution_options(yield_per=16).execute(sa.select(blob)):
        if sha not in named:
            yield f"the archived input {sha[:16]} belongs to no event"
        named.discard(sha)
        if not data:
            if connection.execute(may_be_gone, {"digest": sha}).first() is None:
                yield f"the archived input {sha[:16]} was emptied, and no approved erasure names it"
            continue
        try:
            content = zlib.decompress(data)
        except zlib.error:
            content = b""
        if sha256(content) != sha or len(content) != size:
            yield f"the archived input {sha[:16]} was changed"
    yield from (f"the archived input {sha[:16]} is missing" for sha in sorted(named))
