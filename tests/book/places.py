"""Places for a book, one way for both databases: who works in it, and how its owner reaches past csm_xl."""

from contextlib import contextmanager

import sqlalchemy as sa

from csm_xl.book.ledger import Book, create
from csm_xl.book.store import Store
from csm_xl.book.triggers import remove

PEOPLE = {
    "ann": ("preparer", "approver"),
    "bob": ("preparer", "approver"),
    "cat": ("preparer", "approver"),
    "pat": ("preparer",),
    "pay": ("payroll",),
    "app": ("approver",),
    "aud": ("auditor",),
    "eve": (),
}
"""Login → the roles of the book that it has on PostgreSQL."""


class FilePlace:
    """A file; people are names that they give."""

    sqlite = True

    def __init__(self, file):
        self.file, self.where = file, str(file)

    def create(self, approvals=1):
        create(self.where, approvals, "ann")
        return self

    def book(self, who="ann"):
        return Book(Store(self.where))

    def by(self, who):
        return who

    @contextmanager
    def raw(self, who=None):
        """A connection of somebody who reaches past csm_xl."""
        engine = sa.create_engine(f"sqlite:///{self.file}")
        with engine.begin() as connection:
            yield connection
        engine.dispose()

    @contextmanager
    def tampering(self):
        """A connection of the owner of the database, with the triggers out of the way."""
        with self.raw() as connection:
            kept = [
                row[0]
                for row in connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            ]
            remove(connection)
            yield connection
            for statement in kept:
                connection.exec_driver_sql(statement)


class ServerPlace:
    """A database of a server; people are logins."""

    sqlite = False

    def __init__(self, url):
        self.url = url

    @property
    def where(self):
        return self.of("ann")

    def of(self, who):
        return self.url.set(drivername="postgresql", username=who).render_as_string(hide_password=False)

    def create(self, approvals=1):
        create(self.of("owner"), approvals)
        return self

    def book(self, who="ann"):
        return Book(Store(self.of(who)))

    def by(self, who):
        return None

    @contextmanager
    def raw(self, who="postgres"):
        engine = sa.create_engine(self.url.set(username=who), poolclass=sa.pool.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql("SET search_path TO csm_book")
            yield connection

    @contextmanager
    def tampering(self):
        with self.raw() as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection
