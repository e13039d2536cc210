"""Payroll, history from before the book, and erasure: once, approved, and to the last cent."""

import pytest
from companies import amounts, close_period, closing, company, correct, correcting, entry, span

from csm_xl.book import erasing, paying
from csm_xl.book.deciding import approve, reject
from csm_xl.book.events import Entry, Span
from csm_xl.book.failures import RuleBroken
from csm_xl.book.history import open_history
from csm_xl.book.ledger import Draft
from csm_xl.book.pay_codes import PayCodes
from csm_xl.book.payments import state
from csm_xl.book.payroll import payroll
from csm_xl.book.payroll_file import PayrollFile
from csm_xl.book.replay import replay
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError
from csm_xl.plan.decisions import typed_choices
from csm_xl.plan.raw import RawTable

Q1 = Span("books", "", "2026-Q1", 20260101, 20260331, 2026)
PAID = ["period", "employee_id", "plan_id", "component_id", "amount", "before_modifier"]


def post(place, draft, who="ann"):
    return place.book(who).post(draft, place.by(who))


def decide(place, event, who="bob"):
    return approve(place.book(who), event.id, by=place.by(who))


def pay_out(place, period, **options):
    return payroll(place.book("pay"), period, by=place.by("pay"), **options)


def approved(place, draft):
    return decide(place, post(place, draft))


def move(amount, who="E1"):
    return Entry("2026-Q1", "2026-Q1", who, "", "", "payroll", "payable", "payroll", amount, None, "USD")


def test_a_payroll_moves_each_net_once_and_leaves_what_is_owed(place):
    place.create()
    entries = [
        entry("E1", 100),
        entry("E1", 50),
        entry("E2", -40),
        entry("E3", 0),
        entry("E1", 7, currency="EUR"),
    ]
    approved(place, Draft("close", "2026-Q1", {}, [span()], entries))
    late = post(place, correcting(into="2026-Q2", amount=30))
    first = pay_out(place, "2026-Q1")
    book = place.book()
    assert [(one.employee_id, one.amount, one.currency) for _, one in book.entries(first.event.id)] == [
        ("E1", 7, "EUR"), ("E1", 150, "USD"),
    ]  # fmt: skip
    assert [(one.employee_id, one.amount) for one in first.kept_back] == [("E2", -40)]
    with pytest.raises(CsmError, match="the period has no approved event left"):
        pay_out(place, "2026-Q1")
    with pytest.raises(CsmError, match=f"event {late.id}, retro of 2026-Q1, is not decided yet"):
        pay_out(place, "2026-Q2")
    decide(place, late)
    approved(place, Draft("close", "2026-Q2", {}, [span("2026-Q2")], [entry("E2", 100, "2026-Q2")]))
    second = pay_out(place, "2026-Q2")
    assert amounts(place.book(), second.event.id) == [30, 60]  # E2 paid back 40 first
    assert second.kept_back == () and [number for number, _ in second.event.about] == [late.id, late.id + 3]
    assert verify(place.book()).findings == []


def test_a_correction_is_not_paid_before_the_close_that_it_corrects_is_approved(place):
    """Alone, -500 of a close that nobody has approved would be taken off what Q2 pays."""
    place.create()
    close = post(place, closing())
    late = approved(place, correcting())
    approved(place, Draft("close", "2026-Q2", {}, [span("2026-Q2")], [entry("E1", 800, "2026-Q2")]))
    said = f"event {late.id} corrects event {close.id}, close of 2026-Q1, which is not decided yet"
    with pytest.raises(CsmError, match=said) as refused:
        pay_out(place, "2026-Q2")
    assert f"reject event {late.id} first, and then event {close.id}" in str(refused.value.issues[0].hint)
    assert all(one.kind != "payroll" for one in place.book().events())
    decide(place, close)
    assert pay_out(place, "2026-Q1").event.state == ""
    assert amounts(place.book(), pay_out(place, "2026-Q2").event.id) == [300]


def test_a_correction_of_a_close_that_turns_out_wrong_is_rejected_before_it(place):
    place.create()
    close = post(place, closing())
    late = approved(place, correcting())
    for event in (late, close):
        reject(place.book("bob"), event.id, "wrong", by=place.by("bob"))
    approved(place, closing())
    assert amounts(place.book(), pay_out(place, "2026-Q1").event.id) == [10_000, 10_001, 10_002]
    with pytest.raises(CsmError, match="no approved event left"):
        pay_out(place, "2026-Q2")


def test_a_payroll_takes_an_event_as_a_whole(place):
    place.create()
    both = [span("2026-01", plan="M"), span("2026-Q1")]
    approved(
        place, Draft("close", "2026-Q1", {}, both, [entry("E1", 5), entry("E1", 6, "2026-01", plan="M")])
    )
    with pytest.raises(CsmError, match=r"also pays 2026-Q1, and is paid as a whole"):
        pay_out(place, "2026-01")
    assert amounts(place.book(), pay_out(place, "2026-Q1").event.id) == [11]


@pytest.mark.parametrize(
    ("draft", "rule"),
    [
        (Draft("payroll", "x", {}, [Q1], [move(1)], about=[(2, 0)]), "payroll_amounts"),
        (Draft("payroll", "x", {}, [Q1], [move(10_001, "E0"), move(10_000, "E1")], about=[(2, 0)]),
         "payroll_amounts"),
        (Draft("payroll", "x", {}, [Q1], [], about=[(4, 0)]), "payroll_takes"),
        (Draft("payroll", "x", {}, [Q1], []), "about"),
        (Draft("payroll", "x", {}, [span("2026-Q3", "books")], [], about=[(2, 0)]), "own_periods"),
        (Draft("payroll", "x", {}, [Q1], [entry(plan="")], about=[(2, 0)]), "own_accounts"),
        (Draft("close", "x", {}, [span("2026-Q2")], [move(5)._replace(booked="2026-Q2", earned="2026-Q2",
                                                                     plan_id="P")]), "own_accounts"),
        (Draft("open", "x", {}, [span(role="books")], []), "booked_in_open"),
        (Draft("open", "x", {}, [span("2026-Q2", "books")], []), "opens_first"),
        (Draft("erase", "x", {}, [Q1._replace(plan_id="P")]), "booked_in_open"),
        (Draft("erase", "x", {}, [Q1], [move(5)]), "own_accounts"),
        (Draft("erase", "x", {}, [], []), "own_periods"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_payroll_or_history_that_breaks_a_rule_is_refused(place, draft, rule):
    place.create()
    approved(place, closing(people=2))
    post(place, closing("2026-Q2", plan="Q"))
    with pytest.raises(RuleBroken) as broken:
        post(place, draft, "pay" if draft.kind == "payroll" else "ann")
    assert broken.value.rule == rule


def test_nothing_that_payroll_has_paid_is_rejected_or_paid_again(place):
    place.create()
    close = approved(place, closing(people=1))
    pay_out(place, "2026-Q1")
    with pytest.raises(RuleBroken, match="a payroll or a close stands on this event"):
        reject(place.book("bob"), close.id, "late", by=place.by("bob"))
    with pytest.raises(RuleBroken) as broken:
        post(place, Draft("payroll", "x", {}, [Q1], [move(10_000, "E0")], about=[(close.id, 0)]), "pay")
    assert broken.value.rule == "payroll_once"


def test_the_file_has_payroll_ids_where_the_roster_or_a_file_gives_them(place):
    place.create()
    raws = company(90, people=("E1", "E2"))
    roster = [[*row, number] for row, number in zip(raws[3].rows, ("Payroll ID", "0017", None), strict=True)]
    raws[3] = RawTable.of_rows(roster, "roster")
    decide(place, close_period(place, raws, "2026-Q1"))
    with pytest.raises(CsmError, match="E2 has no payroll id"):
        pay_out(place, "2026-Q1")
    assert len(place.book().events()) == 3
    ids = {"E1": "0017", "E2": "0018"}
    event = pay_out(place, "2026-Q1", ids=ids).event
    header, first, _ = PayrollFile(ids, pay_codes=PayCodes("CSM_BONUS")).rows(place.book(), event)
    assert header == [
        "employee_id", "payroll_id", "pay_code", "amount", "currency", "period", "event", "book_hash",
    ]  # fmt: skip
    assert first == ["E1", "0017", "CSM_BONUS", 2250.0, "USD", "2026-Q1", event.id, event.hash]
    with pytest.raises(CsmError, match="is a close, not a payroll"):
        PayrollFile().rows(place.book(), place.book().event(2))


def test_a_payroll_id_is_read_as_the_roster_is_under_its_own_header_and_as_a_number(place):
    place.create()
    raws = company(90, people=("E1", "E2"))
    numbers = ("File Number", 17.0, "0018")  # a number of a sheet, and a text
    roster = [[*row, number] for row, number in zip(raws[3].rows, numbers, strict=True)]
    raws[3] = RawTable.of_rows(roster, "roster")
    raws += typed_choices(["roster: File Number = payroll_id"], [], "--map")
    decide(place, close_period(place, raws, "2026-Q1"))
    event = pay_out(place, "2026-Q1").event
    _, *rows = PayrollFile().rows(place.book(), event)
    assert [row[:2] for row in rows] == [["E1", "17"], ["E2", "0018"]]


def test_a_year_goes_on_from_what_was_paid_before_the_book(place):
    place.create()
    typed = company(90, paid=[PAID, ["2026-Q1", "E1", "P", "nrr", 2000, None]])
    event = open_history(place.book(), typed, paying.read(typed), place.by("ann"))
    assert event.totals == (("USD", "expense", "payroll", 1, 200_000),)
    with pytest.raises(RuleBroken, match="the history of the plan is not decided yet"):
        close_period(place, company(90), "2026-Q2")
    decide(place, event)
    second = close_period(place, company(90), "2026-Q2")
    assert amounts(place.book(), second.id) == [475_000 - 200_000]
    assert sum(one.amount for one in state(place.book()).paid.values()) == 475_000
    for again in ("2026-Q1", "2026"):
        with pytest.raises(CsmError, match="closed already"):
            close_period(place, company(90), again)
    with pytest.raises(RuleBroken, match="stands on this event"):
        reject(place.book("bob"), event.id, "wrong", by=place.by("bob"))
    decide(place, second)
    assert amounts(place.book(), pay_out(place, "2026-Q2").event.id) == [275_000]
    assert replay(place.book(), second.id).sound
    assert correct(place, company(90), "2026-Q3").event is None
    assert verify(place.book()).findings == []


def test_history_is_refused_where_it_cannot_be_meant(place):
    place.create()
    for row, said in (
        (["2026-01", "E1", "P", "nrr", 5, None], "is paid by the quarter, but 2026-01 is a month"),
        (["2026", "E1", "P", "nrr", 5, None], "is paid by the quarter, but 2026 is a year"),
        (["2026-Q1", "E1", "P", "nrr", 5.001, None], "not whole in the smallest unit"),
        (None, "there is no payment to book"),
    ):
        raws = company(90, paid=[PAID, *([row] if row else [])])
        with pytest.raises(CsmError, match=said):
            open_history(place.book(), raws, paying.read(raws), place.by("ann"))
    assert len(place.book().events()) == 1


def test_archived_inputs_are_erased_once_that_is_approved_and_the_chain_verifies(place):
    place.create()
    old, new = close_period(place, company(90), "2026-Q1"), None
    asked = erasing.ask(place.book(), "2026-Q2", place.by("ann"))
    with pytest.raises(CsmError, match="is undecided, so nothing is erased"):
        erasing.erase(place.book(), asked.id)
    new = close_period(place, company(90, q2=101), "2026-Q2")
    kept = place.book().attachments(new.id)
    shared = sum(one in kept.values() for one in place.book().attachments(old.id).values())
    decide(place, asked)
    done = erasing.erase(place.book(), asked.id)
    assert shared > 2 and done.inputs == len(place.book().attachments(new.id)) - shared - 1
    assert verify(place.book()).findings == []
    assert place.book().attachments(new.id) == kept and replay(place.book(), new.id).same_bytes
    with pytest.raises(CsmError, match="an archived input was erased"):
        replay(place.book(), old.id)
    assert amounts(place.book(), old.id) == [225_000]
    with pytest.raises(RuleBroken, match="an approved erasure is not rejected"):
        reject(place.book("cat"), asked.id, "no", by=place.by("cat"))
    correct(place, company(90, q2=101), "2026-Q3")
    # What an event has again is there again.
    post(place, Draft("close", "2026-Q4", {}, [span("2026-Q4")], [],
                      dict(zip("ab", (b"[]", *kept.values()), strict=False))))  # fmt: skip
    assert verify(place.book()).findings == []


def test_content_that_is_emptied_without_an_erasure_is_found(place):
    place.create()
    post(place, closing())
    with pytest.raises(Exception, match="csm_book append_only"), place.raw() as connection:
        connection.exec_driver_sql("UPDATE blob SET data = ''::bytea" if not place.sqlite else
                                   "UPDATE blob SET data = x''")  # fmt: skip
    with place.tampering() as connection:
        connection.exec_driver_sql("UPDATE blob SET data = ''::bytea" if not place.sqlite else
                                   "UPDATE blob SET data = x''")  # fmt: skip
    assert "no approved erasure names it" in verify(place.book()).findings[0]


@pytest.mark.parametrize(
    "change", ["DELETE FROM about", "UPDATE about SET line = 1", "UPDATE about SET about_id = 1"]
)
def test_a_payroll_that_names_other_events_is_found(place, change):
    place.create()
    approved(place, closing(people=1))
    pay_out(place, "2026-Q1")
    with place.tampering() as connection:
        connection.exec_driver_sql(change)
    assert any("what belongs to event 4 was changed" in one for one in verify(place.book()).findings)
