"""Spans about a part of a plan: a pay cycle of its own, or a pay group."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    key = sa.ForeignKey("event.id", deferrable=True, initially="DEFERRED")
    op.create_table(
        "portion",
        sa.Column("event_id", _INT, key, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, primary_key=True) for name in ("role", "plan_id", "period")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("cycle", "pay_group")),
        sa.CheckConstraint("length(cycle) + length(pay_group) > 0", name="portion_of_plan"),
        sqlite_strict=True,
    )
