"""PostgreSQL alone: each role writes what is its own, and nobody reaches past the rules."""

import pytest
import sqlalchemy as sa
from companies import closing, entry, span
from places import ServerPlace

from csm_xl.book.deciding import approve
from csm_xl.book.events import Span
from csm_xl.book.failures import RuleBroken
from csm_xl.book.ledger import Draft, create
from csm_xl.book.payroll import payroll
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError

pytestmark = pytest.mark.postgres


@pytest.fixture
def closed(server):
    """A book on the server with a close."""
    with server.connect() as connection:
        connection.exec_driver_sql('CREATE DATABASE roles OWNER "owner"')
    place = ServerPlace(server.url.set(database="roles"))
    place.create()
    place.book("pat").post(closing())
    yield place
    with server.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE roles WITH (FORCE)")


def test_each_role_makes_its_own_kinds_of_events(closed):
    with pytest.raises(CsmError, match=r"you are not allowed to write|your role does not make"):
        closed.book("app").post(closing("2026-Q2"))
    with pytest.raises(RuleBroken) as broken:
        approve(closed.book("pat"), 2)
    assert broken.value.rule in ("own_role", "two_people")
    with pytest.raises(RuleBroken) as broken:
        closed.book("pay").post(
            Draft("erase", "x", {}, [Span("books", "", "2026", 20260101, 20261231, 2026)])
        )
    assert broken.value.rule == "own_role"
    with pytest.raises(CsmError, match="you are not allowed to write"):
        closed.book("aud").post(closing("2026-Q2"))
    with pytest.raises(CsmError, match="no book of record that you may read"):
        closed.book("eve")
    assert approve(closed.book("app"), 2).approved_by == ("app",)
    for who in ("app", "ann", "aud"):
        with pytest.raises(CsmError, match=r"you are not allowed to write|your role does not make"):
            payroll(closed.book(who), "2026-Q1")
    assert payroll(closed.book("pay"), "2026-Q1").event.made_by == "pay"
    assert verify(closed.book("aud")).findings == []


def test_the_maker_is_who_is_logged_in(closed):
    with pytest.raises(CsmError, match="the book knows who you are: app"):
        approve(closed.book("app"), 2, by="bob")
    with pytest.raises(sa.exc.DBAPIError, match="csm_book own_name"), closed.raw("app") as connection:
        connection.exec_driver_sql(
            "INSERT INTO event SELECT 3, form, 'approve', title, 'bob', made_at, 2, hash, NULL, NULL, body,"
            f" content_hash, hash, '{'f' * 64}' FROM event WHERE id = 2"
        )


def test_the_owner_and_the_superuser_do_not_work_in_the_book(closed):
    for who in ("owner", "postgres"):
        with pytest.raises(RuleBroken) as broken:
            closed.book(who).post(closing("2026-Q2"))
        assert broken.value.rule == "no_owner"


STATEMENTS = (
    "UPDATE entry SET amount = 0", "UPDATE blob SET data = ''::bytea", "UPDATE blob SET size = 1",
    "UPDATE signature SET value = ''", "DELETE FROM signature", "TRUNCATE signature",
    "UPDATE portion SET cycle = 'year'", "DELETE FROM portion", "TRUNCATE portion",
    "INSERT INTO portion VALUES (2, 'closes', 'P', '2026-Q1', 'year', '')",
    "INSERT INTO signature VALUES (2, 2, repeat('a', 128))", "DELETE FROM event",
    "TRUNCATE entry", "DELETE FROM blob",
    "ALTER TABLE entry DISABLE TRIGGER ALL", "DROP TRIGGER book_event_rules ON event",
    "SET session_replication_role = replica", "ALTER TABLE event DROP CONSTRAINT event_made_by",
    "INSERT INTO kind VALUES ('gift', 'preparer', 0, 0, 1)", "UPDATE alembic_version SET version_num = 'x'",
    "CREATE TEMP TABLE event (id int)", "CREATE SCHEMA mine", "CREATE TABLE csm_book.mine (id int)",
    "DROP TABLE entry", "ALTER FUNCTION book_event_rules() SECURITY DEFINER",
    "CREATE OR REPLACE FUNCTION csm_book.book_event_rules() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN NEW; END'",
    "GRANT csm_book_approver TO pat", "SET ROLE owner",
)  # fmt: skip


@pytest.mark.parametrize("who", ["ann", "pat", "app", "pay", "aud", "eve"])
def test_no_role_reaches_past_the_rules(closed, who):
    for statement in STATEMENTS:
        with pytest.raises(sa.exc.DBAPIError), closed.raw(who) as connection:
            connection.exec_driver_sql(statement)
    with pytest.raises(sa.exc.DBAPIError), closed.raw(who) as connection:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        connection.exec_driver_sql("INSERT INTO total VALUES (3, 'USD', 'expense', 'payable', 1, 1)")
    assert verify(closed.book("aud")).findings == []


def test_entries_wait_for_the_event_that_is_being_written(closed):
    """Somebody slips an entry in for the next event while that one is written: it comes too late."""
    import threading

    slipped: list[BaseException] = []

    def slip():
        try:
            with closed.raw("ann") as other:
                other.exec_driver_sql("INSERT INTO total VALUES (3, 'EUR', 'expense', 'payable', 1, 1)")
        except BaseException as why:
            slipped.append(why)

    with closed.raw("bob") as connection:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7261943)")
        thread = threading.Thread(target=slip)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        connection.exec_driver_sql(
            "INSERT INTO event SELECT 3, form, 'approve', title, 'bob', made_at, 2, hash, NULL, NULL, body,"
            f" content_hash, hash, '{'f' * 64}' FROM event WHERE id = 2"
        )
    thread.join(30)
    assert slipped and "csm_book sealed" in str(slipped[0])


def test_a_book_verifies_in_a_database_that_sorts_words_by_a_language(server):
    """In English "a" comes before "B", in bytes after it."""
    with server.connect() as connection:
        connection.exec_driver_sql(
            "CREATE DATABASE words OWNER \"owner\" TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'"
        )
    try:
        place = ServerPlace(server.url.set(database="words")).create()
        spans = [span(plan=plan) for plan in ("a", "B", "_c")]
        place.book("ann").post(Draft("close", "2026-Q1", {}, spans, [entry(plan="a"), entry("E2", plan="B")]))
        assert verify(place.book("aud")).findings == []
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql("DROP DATABASE words WITH (FORCE)")


def test_a_book_is_created_once_on_a_server(closed):
    with pytest.raises(CsmError, match="there is a book already"):
        create(closed.of("owner"))
    with pytest.raises(CsmError, match="does not let you in"):
        closed.book("stranger")
