"""What an event is about, and the kinds of events that follow a close."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = (
    ("payroll", "payroll", 0, 0, 1),
    ("open", "preparer", 1, 0, 1),
    ("accrue", "preparer", 1, 0, 1),
    ("erase", "preparer", 1, 0, 1),
    ("dispute", "preparer", 0, 1, 0),
    ("answer", "preparer", 0, 1, 0),
    ("resolve", "approver", 0, 1, 0),
)


def upgrade() -> None:
    """Make the table, and name the kinds."""
    key = sa.ForeignKey("event.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "about",
        sa.Column("event_id", _INT, key, primary_key=True, autoincrement=False),
        sa.Column("about_id", _INT, sa.ForeignKey("event.id"), primary_key=True),
        sa.Column("line", _INT, primary_key=True),
        sqlite_strict=True,
    )
    op.create_index("about_event", "about", ["about_id"])
    kind = sa.table("kind", *(sa.column(name) for name in ("kind", "role", "decided", "refers", "pays")))
    names = [column.name for column in kind.columns]
    op.bulk_insert(kind, [dict(zip(names, row, strict=True)) for row in _KINDS])
