"""What somebody with the database in their hands does to a book: refused by it, or found by its proof."""

import json
import zlib

import pytest
import sqlalchemy as sa
from companies import closing, correcting, entry, span

from csm_xl.book import tables
from csm_xl.book.deciding import approve, reject
from csm_xl.book.hashing import event_hash, sha256
from csm_xl.book.ledger import Draft, _totals, content_hash
from csm_xl.book.verify import verify

CHANGES = {
    "an amount": "UPDATE entry SET amount = amount + 1 WHERE line = 2",
    "two amounts that cancel out": "UPDATE entry SET amount = amount + CASE line WHEN 1 THEN 1 ELSE -1 END"
    " WHERE line < 3",
    "a person": "UPDATE entry SET employee_id = 'E9' WHERE line = 1",
    "an earned period": "UPDATE entry SET earned = '2026-Q2' WHERE line = 1",
    "a basis": "UPDATE entry SET before_modifier = NULL WHERE line = 1",
    "a currency": "UPDATE entry SET currency = 'EUR'",
    "an account": "UPDATE entry SET debit = 'held' WHERE line = 1",
    "a lost entry": "DELETE FROM entry WHERE line = 3",
    "entries of no event": "UPDATE entry SET event_id = 77 WHERE line = 3",
    "a stated sum": "UPDATE total SET amount = amount + 1",
    "a lost sum": "DELETE FROM total",
    "a closed period": "UPDATE span SET period = '2026-Q2'",
    "days of a period": "UPDATE span SET last_day = 20260330",
    "a lost period": "DELETE FROM span",
    "a maker": "UPDATE event SET made_by = 'eve' WHERE id = 2",
    "a day": "UPDATE event SET made_at = '2026-01-01' WHERE id = 2",
    "a reason": "UPDATE event SET body = '{}' WHERE id = 2",
    "a title": "UPDATE event SET title = 'x' WHERE id = 3",
    "a kind": "UPDATE event SET kind = 'reject' WHERE id = 3",
    "what was approved": "UPDATE event SET refers = 1 WHERE id = 3",
    "the approvals needed": "UPDATE event SET approvals = 2 WHERE id = 2",
    "the policy": "UPDATE event SET policy = 2 WHERE id = 1",
    "a form": "UPDATE event SET form = 2 WHERE id = 3",
    "a hash": f"UPDATE event SET hash = '{'0' * 63}1' WHERE id = 3",
    "the hash before": f"UPDATE event SET prev = '{'0' * 63}1' WHERE id = 3",
    "the hash of the content": f"UPDATE event SET content_hash = '{'0' * 63}1' WHERE id = 3",
    "an event in the middle": "DELETE FROM event WHERE id = 2",
    "a number": "UPDATE event SET id = 9 WHERE id = 3",
    "an archived input": "UPDATE blob SET data = :packed",
    "the size of an input": "UPDATE blob SET size = 1",
    "damaged content": "UPDATE blob SET data = :garbage",
    "a lost input": "DELETE FROM blob",
    "an input of nothing": f"INSERT INTO blob VALUES ('{'1' * 64}', 0, :packed)",
    "the name of an input": "UPDATE attachment SET name = 'x'",
    "a lost attachment": "DELETE FROM attachment",
    "a kind of events": "INSERT INTO kind VALUES ('gift', 'preparer', 0, 0, 1)",
    "the role of a kind": "UPDATE kind SET role = 'approver' WHERE kind = 'close'",
    "a part of a plan": "INSERT INTO portion VALUES (2, 'closes', 'P', '2026-Q1', 'year', '')",
    "a part of nothing": "INSERT INTO portion VALUES (2, 'books', 'P', '2026-Q9', '', 'A')",
    "the version of the tables": "UPDATE alembic_version SET version_num = '0001' || 'x'",
}


@pytest.fixture
def approved(place):
    """A book with a close that is approved."""
    place.create()
    event = place.book("ann").post(closing(), place.by("ann"))
    approve(place.book("bob"), event.id, by=place.by("bob"))
    return place


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_by_the_owner_of_the_database_is_found(approved, change):
    book = approved.book()
    assert verify(book).findings == []
    values = {"packed": zlib.compress(b"other"), "garbage": b"other"}
    with approved.tampering() as connection:
        if approved.sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        text = CHANGES[change]
        connection.execute(sa.text(text), {name: one for name, one in values.items() if f":{name}" in text})
    assert verify(book).findings, change


def test_the_end_that_was_cut_off_is_found_by_a_hash_that_was_kept(approved):
    book = approved.book()
    head = verify(book).head
    with approved.tampering() as connection:
        connection.exec_driver_sql("DELETE FROM event WHERE id = 3")
    assert verify(book).findings == []
    assert "does not have the hash" in verify(book, head).findings[0]
    assert "does not have the hash" in verify(book, head[:16]).findings[0]


def test_rules_that_were_switched_off_or_changed_are_found(approved):
    book = approved.book()
    if approved.sqlite:
        changes = ["DROP TRIGGER book_event_no_update", "DROP TRIGGER book_event_rules",
                   "CREATE TRIGGER mine AFTER INSERT ON entry BEGIN SELECT 1; END",
                   "DROP INDEX entry_employee", "ALTER TABLE entry ADD COLUMN note TEXT"]  # fmt: skip
    else:
        changes = [
            "ALTER TABLE event DISABLE TRIGGER book_no_update",
            "DROP TRIGGER book_event_rules ON event",
            "CREATE OR REPLACE FUNCTION csm_book.book_event_rules() RETURNS trigger LANGUAGE plpgsql SET"
            " search_path TO csm_book, pg_temp AS 'BEGIN RETURN NEW; END'",
            "ALTER FUNCTION book_event_rules() SET search_path TO public",
            "ALTER FUNCTION book_event_rules() SECURITY DEFINER",
            "CREATE TRIGGER mine AFTER INSERT ON entry EXECUTE FUNCTION book_append_only()",
        ]
    for at, change in enumerate(changes):
        with approved.raw() as connection:
            connection.exec_driver_sql(change)
        assert len(verify(book).findings) >= min(at + 1, 2), change


FORGED = {
    "a period that is closed already": lambda book: closing(),
    "an approval by the maker": lambda book: Draft("approve", "x", refers=book.event(2)),
    "a correction into a closed period": lambda book: correcting(into="2026-01"),
    "a correction of an open period": lambda book: correcting("2026-Q3", "2026-Q4"),
    "an entry outside its periods": lambda book: Draft("close", "x", {}, [span("2026-Q2")], [entry()]),
    "a pay group of a plan that is closed": lambda book: Draft(
        "close", "x", {}, [span()._replace(pay_group="A")], [entry("E9")]
    ),
    "a pay group of a correction": lambda book: Draft(
        "retro", "x", {}, [span(role="corrects")._replace(pay_group="A"), span("2026-Q2", "books")]
    ),
    "an approval of nothing": lambda book: Draft("approve", "x", refers=book.event(1)),
}


@pytest.mark.parametrize("forged", FORGED)
def test_an_event_with_sound_hashes_that_breaks_a_rule_is_found(approved, forged):
    """The rules are off, and somebody who knows the form of the hashes writes an event by hand."""
    number = forge(approved, FORGED[forged](approved.book()))
    (finding,) = verify(approved.book()).findings
    assert finding.startswith(f"event {number} breaks a rule: ")


def approval(book):
    return Draft("approve", "x", refers=book.event(2))


def later(book):
    return closing("2026-Q2")


def payroll_of_an_approval(book):
    return Draft("payroll", "x", {}, [span(role="books", plan="")], about=[(3, 0)])


def dispute_of_nothing(book):
    return Draft("dispute", "x", refers=book.event(2), about=[(2, 9)])


UNTRUE = {
    "a second approval by somebody who approved": (
        approval, {"made_by": " BOB "}, {}, "a person approves an event once",
    ),
    "an approval of another hash": (
        approval, {"made_by": "cat", "refers_hash": "0" * 64}, {}, "is not the one that was seen",
    ),
    "fewer approvals than the policy asks for": (
        later, {"approvals": 0}, {}, "that the policy asks for",
    ),
    "sums that are not those of the entries": (
        later, {}, {"total": [("USD", "expense", "payable", 3, 1)]},
        "the entries do not sum to what the event states",
    ),
    "a kind that no book knows": (
        lambda book: Draft("gift", "x"), {"approvals": None}, {}, "no such kind of event",
    ),
    "a payroll of nothing that is owed": (
        payroll_of_an_approval, {"approvals": None}, {}, "a payroll takes every unpaid event",
    ),
    "a dispute about a line that is not there": (
        dispute_of_nothing, {"approvals": None}, {}, "a dispute is about one line",
    ),
}  # fmt: skip
"""What is untrue → the event, what of its row and of its parts is written otherwise, and what is said."""


@pytest.mark.parametrize("untrue", UNTRUE)
def test_an_event_that_states_something_untrue_is_found_although_its_hashes_are_sound(approved, untrue):
    draft, row, parts, said = UNTRUE[untrue]
    number = forge(approved, draft(approved.book()), row, parts)
    (finding,) = verify(approved.book()).findings
    assert finding.startswith(f"event {number} breaks a rule: ") and said in finding


def forge(place, draft, otherwise=(), other_parts=()):
    """Write an event past the rules, with sound hashes; its number. otherwise, other_parts: what of its row,
    and of its parts, is not as the draft says."""
    number, head = place.book().head()
    parts = {
        "span": [tuple(one[:6]) for one in sorted(draft.spans)], "total": _totals(draft.entries),
        "entry": [(line, *one) for line, one in enumerate(draft.entries, 1)],
        "attachment": [(1, name, sha256(data)) for name, data in draft.attachments.items()],
        "about": sorted(draft.about), "signature": [],
        "portion": [(*one[:3], one.cycle, one.pay_group) for one in sorted(draft.spans)
                    if one.cycle or one.pay_group],
        **dict(other_parts),
    }  # fmt: skip
    row = {
        "id": number + 1, "form": 1, "kind": draft.kind, "title": draft.title, "made_by": "ann",
        "made_at": "2026-05-01T00:00:00+00:00", "refers": draft.refers.id if draft.refers else None,
        "refers_hash": draft.refers.hash if draft.refers else None,
        "approvals": None if draft.kind == "approve" else 1, "policy": None, "body": json.dumps({}),
        "content_hash": content_hash(parts), "prev": head, **dict(otherwise),
    }  # fmt: skip
    row["hash"] = event_hash(row)
    with place.tampering() as connection:
        connection.execute(tables.event.insert(), row)
        for table in tables.PARTS:
            names = [column.name for column in table.columns]
            for one in parts[table.name]:
                connection.execute(table.insert(), dict(zip(names, (row["id"], *one), strict=True)))
    return number + 1


def test_a_rejected_close_and_its_successor_verify(approved):
    book = approved.book()
    reject(approved.book("cat"), 2, "wrong roster", by=approved.by("cat"))
    approved.book("ann").post(closing(people=5), approved.by("ann"))
    found = verify(book)
    assert (found.findings, found.events, found.entries) == ([], 5, 8)
