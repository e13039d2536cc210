"""Signatures of events, and the kinds of events that enroll keys and require signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = (
    ("key", "approver", 1, 0, 0),
    ("sign", "preparer", 1, 0, 0),
    ("unsign", "preparer", 1, 0, 0),
)


def upgrade() -> None:
    """Make the table, and name the kinds."""
    key = sa.ForeignKey("event.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "signature",
        sa.Column("event_id", _INT, key, primary_key=True, autoincrement=False),
        sa.Column("key_id", _INT, sa.ForeignKey("event.id"), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.CheckConstraint("length(value) = 128", name="signature_value"),
        sqlite_strict=True,
    )
    kind = sa.table("kind", *(sa.column(name) for name in ("kind", "role", "decided", "refers", "pays")))
    names = [column.name for column in kind.columns]
    op.bulk_insert(kind, [dict(zip(names, row, strict=True)) for row in _KINDS])
