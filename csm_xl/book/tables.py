"""The tables of a book of record: events, their money, the periods that they are about, and archived inputs.

An event is one decision: a close, an approval, a correction. Everything else belongs to an event and is
written with it, in one transaction. Nothing is ever changed; `csm_xl.book.rules` has the rules.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

SCHEMA: Final = "csm_book"
"""The schema of a book on PostgreSQL; a SQLite file has no other."""
GENESIS: Final = "0" * 64
"""What the first event follows."""
FORM: Final = 1
"""The form of what is hashed: a new form gets a new number, and old events keep theirs."""

BASIS: Final = 10_000
"""`before_modifier` is in ten-thousandths of the currency's main unit, as the engine rounds it."""

ACCOUNTS: Final = ("expense", "payable", "held", "advance", "accrued", "payroll")

metadata: Final = sa.MetaData()
_INT: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str, most: int = 1000, nullable: bool = False, key: bool = False) -> sa.Column[str]:
    check = sa.CheckConstraint(f"length({name}) <= {most}", name=f"{name}_length")
    return sa.Column(name, sa.Text, check, nullable=nullable, primary_key=key)


def _event_id() -> sa.Column[int]:
    key = sa.ForeignKey("event.id", deferrable=True, initially="DEFERRED")
    return sa.Column("event_id", _INT, key, primary_key=True, autoincrement=False)


kind: Final = sa.Table(
    "kind", metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("decided", _INT, nullable=False),
    sa.Column("refers", _INT, nullable=False),
    sa.Column("pays", _INT, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
"""The kinds of events. role: who may make one on PostgreSQL. decided: 1 where it is approved or rejected.
refers: 1 where it is about one other event. pays: 1 where it has entries."""

event: Final = sa.Table(
    "event", metadata,
    sa.Column("id", _INT, primary_key=True, autoincrement=False),
    sa.Column("form", _INT, nullable=False),
    sa.Column("kind", sa.Text, sa.ForeignKey("kind.kind"), nullable=False),
    _text("title", 200),
    _text("made_by", 200),
    _text("made_at", 40),
    sa.Column("refers", _INT, sa.ForeignKey("event.id")),
    sa.Column("refers_hash", sa.Text),
    sa.Column("approvals", _INT),
    sa.Column("policy", _INT),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("prev", sa.Text, nullable=False, unique=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.CheckConstraint("length(made_by) > 0", name="event_made_by"),
    sa.CheckConstraint("length(hash) = 64 AND length(prev) = 64", name="event_hashes"),
    sa.CheckConstraint("policy IS NULL OR policy BETWEEN 1 AND 9", name="event_policy"),
    sa.Index("event_refers_kind", "refers", "kind"),
    sqlite_strict=True,
)  # fmt: skip
"""title: the period or what the event is about, in words. refers, refers_hash: the event that it approves,
rejects or answers, and the hash that was seen. approvals: how many it needs, by the policy of its time.
policy: how many later events need, of a policy alone. body: JSON: versions, reason, plans. content_hash: of
its spans, totals, entries and attachments. hash: of all its columns and of prev, the hash before it."""

span: Final = sa.Table(
    "span", metadata,
    _event_id(),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("first_day", _INT, nullable=False),
    sa.Column("last_day", _INT, nullable=False),
    sa.Column("plan_year", _INT, nullable=False),
    sa.CheckConstraint("role IN ('closes', 'corrects', 'books')", name="span_role"),
    sa.CheckConstraint("first_day BETWEEN 19000101 AND last_day", name="span_days"),
    sa.Index("span_plan", "plan_id", "role"),
    sqlite_strict=True,
)  # fmt: skip
"""A pay period of a plan that an event closes, corrects, or books corrections into. Days are YYYYMMDD.
plan_year: the year of the plan that it belongs to."""

total: Final = sa.Table(
    "total", metadata,
    _event_id(),
    sa.Column("currency", sa.Text, primary_key=True),
    sa.Column("debit", sa.Text, primary_key=True),
    sa.Column("credit", sa.Text, primary_key=True),
    sa.Column("entries", _INT, nullable=False),
    sa.Column("amount", _INT, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
"""What an event states of its entries: their number and sum, by currency and accounts."""

entry: Final = sa.Table(
    "entry", metadata,
    _event_id(),
    sa.Column("line", _INT, primary_key=True),
    sa.Column("booked", sa.Text, nullable=False),
    sa.Column("earned", sa.Text, nullable=False),
    sa.Column("employee_id", sa.Text, nullable=False),
    sa.Column("plan_id", sa.Text, nullable=False),
    sa.Column("component_id", sa.Text, nullable=False),
    sa.Column("line_kind", sa.Text, nullable=False),
    sa.Column("debit", sa.Text, nullable=False),
    sa.Column("credit", sa.Text, nullable=False),
    sa.Column("amount", _INT, nullable=False),
    sa.Column("before_modifier", _INT),
    sa.Column("currency", sa.Text, nullable=False),
    sa.CheckConstraint("debit <> credit", name="entry_two_accounts"),
    sa.CheckConstraint(
        f"debit IN ({', '.join(map(repr, ACCOUNTS))}) AND credit IN ({', '.join(map(repr, ACCOUNTS))})",
        name="entry_accounts",
    ),
    sa.CheckConstraint("length(currency) = 3", name="entry_currency"),
    sa.Index("entry_earned", "plan_id", "earned"),
    sa.Index("entry_employee", "employee_id"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)  # fmt: skip
"""A transfer between two accounts. booked: the period that pays it; earned: the one that earned it. amount:
whole minor units of the currency (cents of USD, yen of JPY), signed."""

blob: Final = sa.Table(
    "blob", metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("size", _INT, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("length(sha256) = 64", name="blob_sha256"),
    sqlite_strict=True,
)  # fmt: skip
"""Archived content, compressed by zlib, named by the SHA-256 of what it holds."""

attachment: Final = sa.Table(
    "attachment", metadata,
    _event_id(),
    sa.Column("place", _INT, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
    sqlite_strict=True,
)  # fmt: skip
"""What an event was calculated from and came to, in order: the tables as read, and the payout lines."""

about: Final = sa.Table(
    "about", metadata,
    _event_id(),
    sa.Column("about_id", _INT, sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("line", _INT, primary_key=True),
    sa.Index("about_event", "about_id"),
    sqlite_strict=True,
)  # fmt: skip
"""The events that an event is about: those that a payroll pays (line 0), the line that a dispute is about."""

portion: Final = sa.Table(
    "portion", metadata,
    _event_id(),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("plan_id", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("cycle", sa.Text, nullable=False),
    sa.Column("pay_group", sa.Text, nullable=False),
    sa.CheckConstraint("length(cycle) + length(pay_group) > 0", name="portion_of_plan"),
    sqlite_strict=True,
)  # fmt: skip
"""What part of a plan a span of the event is about, where it is not about the plan by its own pay period and
everybody left on it. cycle: the kind of pay period of its components that have their own, else empty.
pay_group: the pay group that a close pays, else empty."""

signature: Final = sa.Table(
    "signature", metadata,
    _event_id(),
    sa.Column("key_id", _INT, sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.CheckConstraint("length(value) = 128", name="signature_value"),
    sqlite_strict=True,
)  # fmt: skip
"""The Ed25519 signature of an event by its maker, in hexadecimal. key_id: the event that enrolled the key."""

PARTS: Final = (span, total, entry, attachment, about, portion, signature)
"""The tables whose rows belong to an event, in the order in which they are hashed: the signature last,
which is made over the others."""
FIRST_PARTS: Final = ("span", "total", "entry", "attachment")
"""The parts of the first version; a later one is hashed where an event has rows of it."""
ROLES: Final = ("preparer", "approver", "payroll", "auditor")
"""Who works with a book on PostgreSQL; an auditor reads alone."""
