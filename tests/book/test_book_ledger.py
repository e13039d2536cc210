"""A book of record on both databases: what it takes, what it refuses, and that it forgets nothing."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy as sa
from companies import closing, correcting, entry, span
from places import FilePlace

from csm_xl.book import schema_versions
from csm_xl.book.deciding import approve, change_policy, policy, reject
from csm_xl.book.failures import RuleBroken
from csm_xl.book.hashing import sha256
from csm_xl.book.ledger import BookMoved, Draft, content_hash, create
from csm_xl.book.payroll import payroll
from csm_xl.book.store import Store, named_book
from csm_xl.book.triggers import remove
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError


def post(place, draft, who="ann"):
    return place.book(who).post(draft, place.by(who))


def test_a_close_is_approved_by_a_colleague(place):
    place.create()
    event = post(place, closing())
    assert event.state == "undecided" and event.approvals == 1
    with pytest.raises(RuleBroken, match="nobody approves what they made"):
        approve(place.book("ann"), event.id, by=place.by("ann"))
    done = approve(place.book("bob"), event.id, event.hash[:12], place.by("bob"))
    assert done.state == "approved" and done.approved_by == ("bob",)
    with pytest.raises(RuleBroken, match="approves an event once"):
        approve(place.book("bob"), event.id, by=place.by("bob"))
    assert verify(place.book()).findings == []


def test_the_name_of_a_maker_has_an_end(tmp_path):
    place = FilePlace(tmp_path / "pay.book").create()
    with pytest.raises(CsmError, match="the name is too long") as long:
        place.book().post(closing(), "x" * 201)
    assert "found '201 letters'" in str(long.value)
    place.book().post(closing(), "x" * 200)


def test_what_was_seen_is_what_is_approved(place):
    place.create()
    event = post(place, closing())
    with pytest.raises(CsmError, match="is not the one that was seen"):
        approve(place.book("bob"), event.id, "0123456789ab", place.by("bob"))
    with pytest.raises(CsmError, match="8 of its digits"):
        approve(place.book("bob"), event.id, event.hash[:4], place.by("bob"))


def test_a_period_closes_once_unless_it_is_rejected(place):
    place.create()
    first = post(place, closing())
    for again in (closing(), closing("2026-01")):
        with pytest.raises(RuleBroken, match="closed already, whole or in part"):
            post(place, again)
    reject(place.book("bob"), first.id, "roster of March", by=place.by("bob"))
    post(place, closing("2026-01"))
    assert place.book().event(first.id).state == "rejected"
    with pytest.raises(RuleBroken, match="the event is rejected"):
        approve(place.book("cat"), first.id, by=place.by("cat"))
    assert verify(place.book()).findings == []


def test_plans_close_on_their_own(place):
    place.create()
    post(place, closing(plan="P"))
    post(place, closing("2026-01", plan="M"))
    assert len(place.book().events()) == 3


def test_corrections_are_booked_in_an_open_period_and_keep_their_close(place):
    place.create()
    first = post(place, closing())
    with pytest.raises(RuleBroken, match="this one is closed"):
        post(place, correcting(into="2026-01"))
    with pytest.raises(RuleBroken, match="corrects periods that are closed, and this one is not"):
        post(place, correcting("2026-Q2", "2026-Q3"))
    late = post(place, correcting())
    with pytest.raises(RuleBroken, match="a correction of this period is not decided yet"):
        post(place, correcting())
    with pytest.raises(RuleBroken, match="a correction stands on this close"):
        reject(place.book("bob"), first.id, "late", by=place.by("bob"))
    approve(place.book("bob"), late.id, by=place.by("bob"))
    post(place, correcting(amount=700))
    assert verify(place.book()).findings == []


def test_the_policy_changes_under_the_policy(place):
    place.create(approvals=2)
    asked = change_policy(place.book("ann"), 1, place.by("ann"))
    approve(place.book("bob"), asked.id, by=place.by("bob"))
    assert policy(place.book()) == 2
    before = post(place, closing())
    approve(place.book("cat"), asked.id, by=place.by("cat"))
    assert policy(place.book()) == 1
    after = post(place, closing("2026-Q2"))
    assert (before.approvals, after.approvals) == (2, 1)
    with pytest.raises(RuleBroken, match="a policy in force is not rejected"):
        reject(place.book("bob"), asked.id, "no", by=place.by("bob"))
    with pytest.raises(CsmError, match="asks for that number already"):
        change_policy(place.book("ann"), 1, place.by("ann"))
    assert verify(place.book()).findings == []


@pytest.mark.parametrize(
    ("draft", "rule"),
    [
        (Draft("close", "x", {}, [span()], [entry(period="2026-Q2")]), "within_periods"),
        (Draft("close", "x", {}, [span()], [entry(plan="Q")]), "within_periods"),
        (Draft("close", "x", {}, [span(), span("2026-01")], []), "closed_once"),
        (Draft("close", "x", {}, [], []), "closes"),
        (Draft("close", "x", {}, [span(), span("2026-Q2", "books")], []), "closes"),
        (Draft("retro", "x", {}, [span("2026-Q2", "books")], []), "corrects_closed"),
        (Draft("policy", "x", {}, [span()], [], policy=2), "pays"),
        (Draft("policy", "x"), "decided_by_policy"),
        (Draft("close", "x", {}, [span()], [], policy=2), "decided_by_policy"),
        (Draft("create", "x", policy=1), "created_first"),
        (Draft("approve", "x"), "refers"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_a_rule_is_refused_whole(place, draft, rule):
    place.create()
    with pytest.raises(RuleBroken) as broken:
        post(place, draft)
    assert broken.value.rule == rule
    with place.raw() as connection:
        for table in ("entry", "span", "attachment", "total"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
    assert len(place.book().events()) == 1


def test_only_what_is_decided_upon_is_approved(place):
    place.create()
    with pytest.raises(RuleBroken, match="neither approved nor rejected"):
        approve(place.book("bob"), 1, by=place.by("bob"))
    with pytest.raises(CsmError, match="no such event"):
        approve(place.book("bob"), 9, by=place.by("bob"))


def test_an_event_calculated_from_an_older_book_is_refused(place):
    place.create()
    head = place.book().head()[1]
    post(place, closing())
    draft = closing("2026-Q2")
    draft.at_head = head
    with pytest.raises(BookMoved):
        post(place, draft)


def test_amounts_are_whole_and_sums_go_by_currency(place):
    place.create()
    entries = [entry("E1", 100), entry("E2", 50, currency="JPY"), entry("E3", 0), entry("E4", -40)]
    event = post(place, Draft("close", "2026-Q1", {}, [span()], entries))
    assert event.totals == (("JPY", "expense", "payable", 1, 50), ("USD", "expense", "payable", 3, 60))
    assert [one.amount for _, one in place.book().entries(event.id)] == [100, 50, 0, -40]
    assert [number for number, _ in place.book().entries(employee_id="E3")] == [event.id]


def test_a_book_is_created_once_and_never_by_a_slip(place):
    place.create()
    with pytest.raises(CsmError, match="already"):
        place.create()
    assert len(place.book().events()) == 1
    with pytest.raises(CsmError, match="between 1 and 9"):
        create(place.where, 0)


def test_there_is_no_book_where_none_was_created(place):
    with pytest.raises(CsmError, match="there is no book of record"):
        place.book("owner" if not place.sqlite else "ann")


def test_a_book_newer_than_the_program_is_not_touched(place):
    place.create()
    with place.raw() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(CsmError, match="newer than this csm_xl"):
        place.book()
    with pytest.raises(CsmError, match="newer than this csm_xl"):
        Store(place.where).upgrade()


def test_a_book_is_named_once(monkeypatch):
    monkeypatch.delenv("CSM_XL_BOOK", raising=False)
    with pytest.raises(CsmError, match="no book of record is named"):
        named_book(None)
    monkeypatch.setenv("CSM_XL_BOOK", "postgresql://ann:secret@db/pay")
    assert named_book(None) == named_book("postgresql://ann:secret@db/pay")
    with pytest.raises(CsmError, match="two books are named") as two:
        named_book("other.book")
    assert "secret" not in str(two.value)


def test_one_book_may_be_named_by_two_paths(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSM_XL_BOOK", str(tmp_path / "pay.book"))
    for name in ("pay.book", "./pay.book", f"sqlite:///{tmp_path}/pay.book"):
        assert named_book(name) == name
    with pytest.raises(CsmError, match="two books are named"):
        named_book("other.book")


def test_a_password_is_in_no_message():
    with pytest.raises(CsmError) as lost:
        Store("postgresql://ann:hunter2@localhost:1/pay?password=hunter2").require()
    said = "connection" if find_spec("psycopg") else "csm-xl[postgres]"
    assert "hunter2" not in str(lost.value) and said in str(lost.value)
    with pytest.raises(CsmError, match="a file, or a PostgreSQL") as other:
        Store("mysql://ann:hunter2@db/pay")
    assert "hunter2" not in str(other.value)


def test_the_tables_are_those_of_the_last_version(place):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from csm_xl.book.tables import metadata

    place.create()
    with place.raw() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_versions_are_those_that_alembic_knows():
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(Path(schema_versions.__file__).parent / "migrations")
    assert schema_versions.versions() == [one.revision for one in script.walk_revisions()][::-1]


def test_an_upgrade_keeps_every_event_and_every_rule(place):
    place.create()
    event = post(place, closing())
    store = Store(place.where if place.sqlite else place.of("owner"))
    assert store.upgrade() == (schema_versions.current(),) * 2
    assert place.book().event(event.id).hash == event.hash
    assert verify(place.book()).findings == []


ADDED = {
    "0002": (("about",), ("payroll", "open", "accrue", "erase", "dispute", "answer", "resolve")),
    "0003": (("signature",), ("key", "sign", "unsign")),
    "0004": (("portion",), ()),
}
"""Version → the tables and the kinds of events that it added."""


@pytest.mark.parametrize("version", schema_versions.versions()[:-1])
def test_a_book_of_an_earlier_version_is_upgraded_and_keeps_its_hashes(place, version):
    place.create()
    if version >= "0002":  # the first version had neither payrolls nor disputes
        first = post(place, closing())
        approve(place.book("bob"), first.id, first.hash, place.by("bob"))
        payroll(place.book("pay"), "2026-Q1", by=place.by("pay"))
        post(place, Draft("dispute", "my renewal is missing", refers=first, about=[(first.id, 1)]))
    event = post(place, closing("2026-Q2"))
    before = [one.hash for one in place.book().events()]
    with place.raw() as connection:
        remove(connection)
        for later in [one for one in reversed(schema_versions.versions()) if one > version]:
            tables, kinds = ADDED[later]
            for table in tables:
                connection.exec_driver_sql(f"DROP TABLE {table}")
            for kind in kinds:
                connection.exec_driver_sql(f"DELETE FROM kind WHERE kind = '{kind}'")
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    first = "Copy the file to keep it as it is, and then upgrade" if place.sqlite else "backup with pg_dump"
    with pytest.raises(CsmError, match=f"made by an older csm_xl .*{first}"):
        place.book()
    store = Store(place.where if place.sqlite else place.of("owner"))
    assert store.upgrade() == (version, schema_versions.current())
    assert [one.hash for one in place.book().events()] == before
    approve(place.book("bob"), event.id, event.hash, place.by("bob"))
    payroll(place.book("pay"), "2026-Q2", by=place.by("pay"))
    assert verify(place.book()).findings == []


def test_what_the_first_version_hashed_has_the_same_hash():
    nothing = {name: [] for name in ("span", "total", "entry", "attachment", "about", "portion", "signature")}
    first = b"\nspan\n\ntotal\n\nentry\n\nattachment\n"
    assert content_hash(nothing) == sha256(first)
    assert content_hash({**nothing, "about": [(2, 0)]}) == sha256(first + b"\nabout\n[2,0]")


def test_nobody_changes_what_is_written(place):
    place.create()
    post(place, closing())
    statements = ["UPDATE entry SET amount = 1", "DELETE FROM entry", "UPDATE event SET title = 'x'",
                  "DELETE FROM event", "UPDATE span SET period = 'x'", "DELETE FROM total",
                  "DELETE FROM attachment", "UPDATE blob SET size = 0", "DELETE FROM blob",
                  "DELETE FROM kind", "INSERT INTO kind VALUES ('gift', 'preparer', 0, 0, 1)"]  # fmt: skip
    if place.sqlite:
        statements += ["REPLACE INTO blob SELECT sha256, 1, data FROM blob",
                       "REPLACE INTO event SELECT * FROM event",
                       "REPLACE INTO entry SELECT * FROM entry", "REPLACE INTO span SELECT * FROM span",
                       "REPLACE INTO kind SELECT * FROM kind"]  # fmt: skip
    else:
        statements += [f"TRUNCATE {name} CASCADE" for name in ("entry", "event", "blob", "kind", "span")]
    for statement in statements:
        with pytest.raises(sa.exc.DBAPIError, match="csm_book"), place.raw() as connection:
            connection.exec_driver_sql(statement)
    assert verify(place.book()).findings == []


def test_nothing_is_added_to_a_written_event(place):
    place.create()
    post(place, closing())
    for statement in (
        "INSERT INTO entry SELECT event_id, 99, booked, earned, 'E9', plan_id, component_id, line_kind,"
        " debit, credit, amount, before_modifier, currency FROM entry WHERE line = 1",
        "INSERT INTO span VALUES (2, 'closes', 'Z', '2026-Q1', 20260101, 20260331, 2026)",
        "INSERT INTO total VALUES (2, 'EUR', 'expense', 'payable', 1, 5)",
        "INSERT INTO attachment SELECT 2, 7, 'x', sha256 FROM blob",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="csm_book sealed"), place.raw() as connection:
            connection.exec_driver_sql(statement)
