"""Events, their periods, totals, entries and archived inputs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ACCOUNTS = "('expense', 'payable', 'held', 'advance', 'accrued', 'payroll')"
_KINDS = (
    ("create", "preparer", 0, 0, 0),
    ("policy", "preparer", 1, 0, 0),
    ("close", "preparer", 1, 0, 1),
    ("retro", "preparer", 1, 0, 1),
    ("approve", "approver", 0, 1, 0),
    ("reject", "approver", 0, 1, 0),
)


def _text(name: str, most: int) -> sa.Column[str]:
    return sa.Column(
        name, sa.Text, sa.CheckConstraint(f"length({name}) <= {most}", name=f"{name}_length"), nullable=False
    )


def _event_id() -> sa.Column[int]:
    key = sa.ForeignKey("event.id", deferrable=True, initially="DEFERRED")
    return sa.Column("event_id", _INT, key, primary_key=True, autoincrement=False)


def upgrade() -> None:
    """Make the tables, and the kinds of events."""
    kind = op.create_table(
        "kind",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("decided", _INT, nullable=False),
        sa.Column("refers", _INT, nullable=False),
        sa.Column("pays", _INT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "event",
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
        sqlite_strict=True,
    )
    op.create_index("event_refers_kind", "event", ["refers", "kind"])
    op.create_table(
        "span",
        _event_id(),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("period", sa.Text, primary_key=True),
        sa.Column("first_day", _INT, nullable=False),
        sa.Column("last_day", _INT, nullable=False),
        sa.Column("plan_year", _INT, nullable=False),
        sa.CheckConstraint("role IN ('closes', 'corrects', 'books')", name="span_role"),
        sa.CheckConstraint("first_day BETWEEN 19000101 AND last_day", name="span_days"),
        sqlite_strict=True,
    )
    op.create_index("span_plan", "span", ["plan_id", "role"])
    op.create_table(
        "total",
        _event_id(),
        sa.Column("currency", sa.Text, primary_key=True),
        sa.Column("debit", sa.Text, primary_key=True),
        sa.Column("credit", sa.Text, primary_key=True),
        sa.Column("entries", _INT, nullable=False),
        sa.Column("amount", _INT, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "entry",
        _event_id(),
        sa.Column("line", _INT, primary_key=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in (
                "booked", "earned", "employee_id", "plan_id", "component_id", "line_kind", "debit", "credit",
            )
        ),
        sa.Column("amount", _INT, nullable=False),
        sa.Column("before_modifier", _INT),
        sa.Column("currency", sa.Text, nullable=False),
        sa.CheckConstraint("debit <> credit", name="entry_two_accounts"),
        sa.CheckConstraint(f"debit IN {_ACCOUNTS} AND credit IN {_ACCOUNTS}", name="entry_accounts"),
        sa.CheckConstraint("length(currency) = 3", name="entry_currency"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("entry_earned", "entry", ["plan_id", "earned"])
    op.create_index("entry_employee", "entry", ["employee_id"])
    op.create_table(
        "blob",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("size", _INT, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name="blob_sha256"),
        sqlite_strict=True,
    )
    op.create_table(
        "attachment",
        _event_id(),
        sa.Column("place", _INT, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
        sqlite_strict=True,
    )
    names = [column.name for column in kind.columns]
    op.bulk_insert(kind, [dict(zip(names, row, strict=True)) for row in _KINDS])
