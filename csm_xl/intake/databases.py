"""The rows of a query. What may hold a password never appears in a message."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.extras import require
from csm_xl.intake.grid import Block
from csm_xl.intake.sources import SECRET, Source

if TYPE_CHECKING:
    from sqlalchemy import URL


def query_block(source: Source) -> Block:
    """The rows that a source's query gives; all of them, or an error.

    Errors: the environment variable is not set, or holds no URL; the database cannot be reached; the query
    fails, at its start or midway; a driver that is not installed.
    """
    import sqlalchemy

    name = source.url.removeprefix(SECRET)
    place = f"{source.place} url"
    if not os.environ.get(name):
        raise CsmError(
            NOT_FOUND,
            f"the environment variable {name} is not set",
            place,
            None,
            f"Set {name} to the database's URL, such as postgresql+psycopg://… or sqlite:///file.db.",
        )
    try:
        url = sqlalchemy.make_url(os.environ[name])
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise CsmError(
            VALUE,
            f"what {name} holds is not the URL of a database",
            place,
            None,
            "Write dialect://user:password@host/database.",
        ) from None
    _require_database(url, name, place)
    try:
        engine = sqlalchemy.create_engine(url)
    except (sqlalchemy.exc.SQLAlchemyError, ImportError):
        raise CsmError(
            NOT_FOUND,
            f"the driver of the database in {name} is not installed",
            place,
            url.drivername,
            "Install the SQLAlchemy driver of this database.",
        ) from None
    try:
        connection = engine.connect()
    except Exception as why:  # a driver may raise what it likes
        engine.dispose()
        raise CsmError(
            VALUE,
            f"the database in {name} cannot be reached",
            place,
            type(why).__name__,
            "Check the URL, the password and the network.",
        ) from None
    try:
        with connection:
            # A colon is part of the query: it has no parameters.
            result = connection.execute(sqlalchemy.text(source.query.replace(":", "\\:")))
            if not result.returns_rows:
                raise CsmError(
                    VALUE, "the query gives no rows", f"{source.place} query", None, "Write a SELECT."
                )
            rows = [list(result.keys()), *map(list, result.fetchall())]
    except CsmError:
        raise
    except Exception as why:
        raise CsmError(
            VALUE,
            "the query failed; nothing of it is imported",
            f"{source.place} query",
            _without_secrets(why, url),
            "Try it in the database's own tool.",
        ) from None
    finally:
        engine.dispose()
    return Block(f"query of {source.table}", rows)


def _require_database(url: URL, name: str, place: str) -> None:
    """Refuse what would make an empty database, and a driver of ours that is not installed."""
    if url.get_backend_name() == "sqlite":
        if not url.database or not Path(url.database).is_file():
            raise CsmError(
                NOT_FOUND,
                f"the SQLite file that {name} names is not there",
                place,
                None,
                "Correct the path; a relative one counts from the folder you are in.",
            )
    elif url.get_backend_name() == "postgresql":
        require("postgres", "a query of PostgreSQL")


def _without_secrets(why: Exception, url: URL) -> str:
    """What a driver says, in one line, without anything of the URL."""
    said = str(getattr(why, "orig", None) or why).strip().splitlines()
    text = said[0] if said else type(why).__name__
    parts: list[Any] = [
        url.render_as_string(hide_password=False),
        url.password,
        url.username,
        url.host,
        *url.query.values(),
    ]
    for part in sorted({str(one) for one in parts if one}, key=len, reverse=True):
        text = text.replace(part, "…")
    return text
