"""How Alembic runs the versions: on the connection, and in the transaction, of whoever upgrades."""

from __future__ import annotations

from alembic import context

from csm_xl.book.tables import metadata

if hasattr(context, "config"):  # there while Alembic runs this file, and not where it is only imported
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=False,
        transactional_ddl=True,
    )
    context.run_migrations()
