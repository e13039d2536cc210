"""Where a book is: a SQLite file, or a PostgreSQL database; opened, created and upgraded here alone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from csm_xl.book import schema_versions, triggers
from csm_xl.book.failures import no_book, of_database, refused
from csm_xl.book.places import ENVIRONMENT, shared_place
from csm_xl.book.tables import ROLES, SCHEMA
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.extras import require

PRIVATE: Final = 0o600
_WAIT_MS: Final = 30_000
"""How long a writer waits for another one."""
_DRIVER: Final = "postgresql+psycopg"
_CACHE_KIB: Final = 262_144
"""So much of a book is kept in memory while it is written: less is written twice."""
_PRAGMAS: Final = (
    "journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON", "recursive_triggers = ON",
    "trusted_schema = OFF", "secure_delete = ON", f"busy_timeout = {_WAIT_MS}",
    f"cache_size = -{_CACHE_KIB}",
)  # fmt: skip


def named_book(option: str | None) -> str:
    """The book that a command works in: that of its option, else that of the environment.

    Errors: none is named; two that differ.
    """
    outside = os.environ.get(ENVIRONMENT)
    if option and outside and not _one_book(option, outside):
        what = f"two books are named: by --book, and by {ENVIRONMENT}"
        raise CsmError(VALUE, what, "--book", shown(option),
                       "Leave out one of them.")  # fmt: skip
    named = option or outside
    if not named:
        raise CsmError(NOT_FOUND, "no book of record is named", "--book", None,
                       f"Give --book FILE, or set {ENVIRONMENT} to a file or a PostgreSQL URL.")  # fmt: skip
    return named


def _one_book(one: str, other: str) -> bool:
    """Whether two names are of one book: the same file, however its path is written, or the same URL."""
    files = [name.removeprefix("sqlite:///") for name in (one, other)]
    if any("://" in name for name in files):
        return one == other
    return os.path.realpath(files[0]) == os.path.realpath(files[1])


def shown(where: str) -> str:
    """A book as messages name it: its path, or its URL without the password.

    >>> shown("postgresql://ann:secret@db/pay"), shown("pay.book")
    ('postgresql://ann@db/pay', 'pay.book')
    """
    if "://" not in where:
        return where
    scheme, _, rest = where.partition("://")
    login, at, place = rest.rpartition("@")
    # A query may name a password too.
    return f"{scheme}://{login.partition(':')[0]}{at}{place.partition('?')[0]}"


class Store:
    """A database that holds a book, or is going to hold one.

    where: the path of a file, or a URL (``postgresql://…``). file: the path; None on PostgreSQL.
    """

    def __init__(self, where: str) -> None:
        self.where = where
        self.shown = shown(where)
        self.file: Path | None = None
        if "://" not in where:
            self.file = Path(where)
            self.engine = _file_engine(self.file)
        elif where.startswith("sqlite:///"):
            self.file = Path(where.removeprefix("sqlite:///"))
            self.engine = _file_engine(self.file)
        elif where.split("://")[0] in ("postgresql", "postgres", _DRIVER):
            self.engine = _server_engine(where)
        else:
            raise CsmError(VALUE, "a book is a file, or a PostgreSQL database", "--book", self.shown,
                           "Give a path, or a URL that begins with postgresql://.")  # fmt: skip

    @property
    def sqlite(self) -> bool:
        """Whether the book is a SQLite file."""
        return self.file is not None

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """A transaction that writes. Errors: what the database refuses, in words."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except Exception as why:
            if of_database(why):
                raise refused(why, self.shown) from None
            raise

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees the book as it is at one moment, and writes nothing."""
        options: dict[str, Any] = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        try:
            with self.engine.connect().execution_options(csm_reading=True, **options) as connection:
                yield connection
        except Exception as why:
            if of_database(why):
                raise refused(why, self.shown) from None
            raise

    def require(self) -> None:
        """Refuse what holds no book, or one of another version.

        Errors: no such file; no book in it; a book that is newer or older than this program.
        """
        if self.file is not None and not self.file.is_file():
            raise no_book(self.shown)
        with self.reading() as connection:
            there = schema_versions.found(connection)
        if there is None:
            raise no_book(self.shown)
        schema_versions.require_current(there, self.shown)

    def create(self) -> None:
        """Make the tables, the rules and, on PostgreSQL, the roles. The book begins with its first event.

        Errors: something is there already; a database that this user may not change.
        """
        if self.file is not None:
            _new_file(self.file)
        try:
            with self.begin() as connection:
                if not self.sqlite:
                    if schema_versions.found(connection) is not None:
                        raise CsmError(VALUE, "there is a book already", "--book", self.shown,
                                       "Use it, or name another database.")  # fmt: skip
                    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
                self._upgrade(connection)
        except BaseException:
            if self.file is not None:
                self.engine.dispose()
                self.file.unlink(missing_ok=True)
            raise

    def upgrade(self) -> tuple[str, str]:
        """Bring the tables and the rules to this program's version, in one transaction.

        Returns the version that was there, and the one that is there now.
        """
        if self.file is not None and not self.file.is_file():
            raise no_book(self.shown)
        with self.begin() as connection:
            there = schema_versions.found(connection)
            if there is None:
                raise no_book(self.shown)
            schema_versions.require_known(there, self.shown)
            self._upgrade(connection)
        return there, schema_versions.current()

    def _upgrade(self, connection: sa.Connection) -> None:
        triggers.remove(connection)
        schema_versions.upgrade(connection)
        if not self.sqlite:
            for role in ROLES:
                name = triggers.role_name(role)
                known = connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,))
                if known.first() is None:
                    connection.exec_driver_sql(f"CREATE ROLE {name} NOLOGIN")
        triggers.install(connection)
        if not self.sqlite:
            for statement in triggers.grants(str(connection.engine.url.database)):
                connection.exec_driver_sql(statement)

    def user(self) -> str | None:
        """Who is logged in to the database; None for a file, which knows nobody."""
        if self.sqlite:
            return None
        with self.reading() as connection:
            return str(connection.exec_driver_sql("SELECT session_user").scalar_one())

    def warnings(self) -> list[str]:
        """What is risky about the place of the book, a sentence each."""
        place = shared_place(self.file) if self.file is not None else None
        if place is None:
            return []
        return [
            f"{self.shown} is in {place}: two people who write at once leave two books. Keep it on a disk of"
            " its own, or on PostgreSQL."
        ]

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def scratch() -> sa.Engine:
    """An empty book with its rules, in a temporary file that is gone when the engine is let go of."""
    engine = sa.create_engine("sqlite://", creator=_quick, poolclass=sa.pool.StaticPool)
    sa.event.listen(engine, "begin", _begin)
    with engine.begin() as connection:
        schema_versions.upgrade(connection)
        triggers.install(connection)
    return engine


def _quick() -> sqlite3.Connection:
    connection = sqlite3.connect("file:", isolation_level=None, uri=True)
    # What a row refers to is checked by the rules of its event, and by `csm_xl.book.verify`.
    for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = OFF",
                   f"cache_size = -{_CACHE_KIB}"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _new_file(file: Path) -> None:
    """An empty file that only its owner may read."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    except FileExistsError:
        raise CsmError(VALUE, "there is a file already", "--book", str(file),
                       "Use it, or give another name.") from None  # fmt: skip
    except OSError as why:
        raise CsmError(VALUE, "the book cannot be created", str(file), why.strerror,
                       "Give a path in a folder that you may write to.") from None  # fmt: skip


def _file_engine(file: Path) -> sa.Engine:
    def connect() -> sqlite3.Connection:
        # The file is opened, never made: a slip in its name must not begin a second book.
        address = f"{file.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.pool.NullPool)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("csm_reading")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _server_engine(where: str) -> sa.Engine:
    require("postgres", "a book on PostgreSQL")
    try:
        url = sa.make_url(where).set(drivername=_DRIVER)
    except (sa.exc.ArgumentError, ValueError):
        raise CsmError(VALUE, "this is not a database URL", "--book", shown(where),
                       "Write postgresql://USER@HOST/DATABASE.") from None  # fmt: skip
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool, connect_args={"connect_timeout": 10})

    def connected(connection: Any, _record: Any) -> None:
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.execute(f"SET lock_timeout = {_WAIT_MS}")
        connection.commit()

    sa.event.listen(engine, "connect", connected)
    return engine
