"""Many rows of an event at once, written and read as plain tuples."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from csm_xl.book.tables import SCHEMA

_ROWS: Final = 500
"""Rows in one SQLite statement: its checks of a row are set up once for each statement."""
_CHUNK: Final = 20_000


def _columns(table: sa.Table) -> list[str]:
    """The columns of a part of an event, without the event."""
    return [column.name for column in table.columns if column.name != "event_id"]


def insert(connection: sa.Connection, table: sa.Table, event_id: int, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows of a part of an event. rows: its columns in order, without the event.

    Errors: what the driver of the database refuses.
    """
    if not rows:
        return
    names = ", ".join(["event_id", *_columns(table)])
    cursor: Any = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        _insert_sqlite(cursor, f"INSERT INTO {table.name} ({names}) VALUES ", event_id, rows)
        return
    with cursor, cursor.copy(f"COPY {SCHEMA}.{table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((event_id, *row))


def _insert_sqlite(cursor: sqlite3.Cursor, begin: str, event_id: int, rows: Sequence[Sequence[Any]]) -> None:
    width = len(rows[0])
    most = cursor.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
    size = max(1, min(_ROWS, most // width))
    one = f"({event_id:d}, {', '.join('?' * width)})"
    for at in range(0, len(rows), size):
        these = rows[at : at + size]
        cursor.execute(begin + ", ".join([one] * len(these)), tuple(chain.from_iterable(these)))


def attach(connection: sa.Connection, file: Path, name: str) -> None:
    """Let a SQLite connection read another file, which it calls by a name."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"ATTACH DATABASE ? AS {name}", (f"{file.absolute().as_uri()}?mode=ro",))


def insert_attached(connection: sa.Connection, table: sa.Table, event_id: int, name: str) -> None:
    """Copy the rows of a part of an event from a file that is attached."""
    names = ", ".join(["event_id", *_columns(table)])
    cursor: Any = connection.connection.cursor()
    cursor.execute(
        f"INSERT INTO main.{table.name} ({names}) SELECT {names} FROM {name}.{table.name} WHERE event_id = ?",
        (event_id,),
    )


def read(connection: sa.Connection, table: sa.Table, event_id: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a part of an event in order, without the event, some thousand at a time."""
    sqlite = connection.dialect.name == "sqlite"
    # Rows are hashed in the order of their bytes, whatever order of words the database has.
    keys = [
        f'{column.name} COLLATE "C"' if isinstance(column.type, sa.Text) and not sqlite else column.name
        for column in table.primary_key.columns
        if column.name != "event_id"
    ]
    asked = (
        f"SELECT {', '.join(_columns(table))} FROM {table.name} WHERE event_id = {event_id:d}"
        f" ORDER BY {', '.join(keys)}"
    )
    driver: Any = connection.connection.driver_connection
    # A server hands over the rows of a named cursor in turn, of any other all at once.
    cursor = driver.cursor() if sqlite else driver.cursor(name="csm_rows")
    try:
        cursor.execute(asked)
        while part := cursor.fetchmany(_CHUNK):
            yield part
    finally:
        cursor.close()
