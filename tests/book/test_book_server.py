"""PostgreSQL alone: connections that end in the middle of an event, tables that somebody has locked."""

import pytest
import sqlalchemy as sa
from companies import closing
from places import ServerPlace

from csm_xl.book import store
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError

pytestmark = pytest.mark.postgres


@pytest.fixture
def place(server):
    with server.connect() as connection:
        connection.exec_driver_sql('CREATE DATABASE mishaps OWNER "owner"')
    yield ServerPlace(server.url.set(database="mishaps")).create()
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE mishaps WITH (FORCE)")


BEGINS = ("INSERT INTO blob", "COPY csm_book.span", "INSERT INTO event", "COMMIT")
"""What a close is about to do when its connection ends."""


@pytest.mark.parametrize("begins", BEGINS)
def test_a_connection_that_ends_inside_an_event_leaves_nothing_of_it(place, begins, monkeypatch):
    book = place.book("ann")

    def end(connection):
        number = connection.connection.driver_connection.info.backend_pid
        with place.raw() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({number})")

    def before(connection, _cursor, statement, *_):
        if statement.startswith(begins):
            end(connection)

    if begins == "COMMIT":
        sa.event.listen(book.store.engine, "commit", end)
    elif begins.startswith("COPY"):
        from csm_xl.book import ledger

        write = ledger.bulk.insert
        monkeypatch.setattr(
            ledger.bulk, "insert", lambda connection, *rest: (end(connection), write(connection, *rest))
        )
    else:
        sa.event.listen(book.store.engine, "before_cursor_execute", before)
    with pytest.raises(CsmError, match="the connection to the database was lost") as lost:
        book.post(closing())
    assert "csm-xl ledger shows whether the last event was written" in str(lost.value)
    monkeypatch.undo()
    with place.raw() as connection:
        for table in ("event", "entry", "span", "total", "attachment", "blob"):
            count = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            assert count == (1 if table == "event" else 0), table
    assert place.book("ann").post(closing()).id == 2
    assert verify(place.book("aud")).findings == []


@pytest.mark.parametrize("table", ["event", "entry", "blob", "portion"])
def test_a_locked_table_is_told(place, table, monkeypatch):
    monkeypatch.setattr(store, "_WAIT_MS", 50)
    book = place.book("ann")
    with place.raw() as other:
        other.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(CsmError, match="somebody else is writing in the book"):
            book.post(closing())
        with pytest.raises(CsmError, match="somebody else is writing in the book"):
            verify(place.book("aud"))
    assert book.post(closing()).id == 2


def test_two_that_wait_for_each_other_are_told(place):
    """The server ends one of them; who wrote in the book may try again."""
    from csm_xl.book.failures import refused

    with place.raw() as one, place.raw() as other:
        for connection in (one, other):
            connection.exec_driver_sql("SET deadlock_timeout = 50")
        one.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        other.exec_driver_sql("SELECT pg_advisory_xact_lock(2)")
        import threading

        said: list[str] = []

        def wait(connection, number):
            try:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number})")
            except sa.exc.DBAPIError as why:
                said.append(refused(why, "pay").message)
                connection.rollback()

        thread = threading.Thread(target=wait, args=(one, 2))
        thread.start()
        wait(other, 1)
        thread.join(20)
    assert said == ["somebody else is writing in the book"]


def test_a_server_that_ends_long_work_is_told(place):
    book = place.book("aud")
    with pytest.raises(CsmError, match="ended the work before it was done"), book.store.begin() as connection:
        connection.exec_driver_sql("SET statement_timeout = 20")
        connection.exec_driver_sql("SELECT pg_sleep(5)")
