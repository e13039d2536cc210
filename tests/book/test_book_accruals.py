"""Accruals, which their close takes back, and disputes, which keep the explanation of their line."""

from datetime import date

import pytest
from companies import amounts, close_period, company, correct, entry, span

from csm_xl.book import disputing, paying
from csm_xl.book.accruing import accrue
from csm_xl.book.deciding import approve, reject
from csm_xl.book.failures import RuleBroken
from csm_xl.book.ledger import Draft
from csm_xl.book.payments import state
from csm_xl.book.payroll import payroll
from csm_xl.book.replay import replay
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError


def accrue_period(place, raws, period, through=None):
    tables = paying.read(raws)
    return accrue(place.book(), raws, tables, period, through=through, by=place.by("ann"))


def balance(place, account):
    """What an account has, over all events that are not rejected."""
    live = [one.id for one in place.book().events() if one.live]
    sums = [(one.amount, one.debit, one.credit) for number, one in place.book().entries() if number in live]
    return sum((credit == account) * each - (debit == account) * each for each, debit, credit in sums)


def test_a_close_takes_back_what_was_accrued_by_days(place):
    """Q1 comes to 2,250 of 90 days: 31 days are 775, and 59 days 1,475."""
    place.create()
    first = accrue_period(place, company(90), "2026-Q1", date(2026, 1, 31))
    second = accrue_period(place, company(90), "2026-Q1", date(2026, 2, 28))
    assert (amounts(place.book(), first.event.id), amounts(place.book(), second.event.id)) == (
        [77_500], [70_000],
    )  # fmt: skip
    assert accrue_period(place, company(90), "2026-Q1", date(2026, 2, 28)).event is None
    assert balance(place, "accrued") == 147_500
    assert accrue_period(place, company(80), "2026-Q1", date(2026, 2, 28)).due
    close = close_period(place, company(90), "2026-Q1")
    assert [(one.debit, one.credit, one.amount) for _, one in place.book().entries(close.id)] == [
        ("expense", "payable", 225_000), ("accrued", "expense", 131_111),
    ]  # fmt: skip
    assert (balance(place, "accrued"), balance(place, "payable"), balance(place, "expense")) == (
        0, 225_000, -225_000,
    )  # fmt: skip
    assert sum(one.amount for one in state(place.book()).paid.values()) == 225_000
    assert replay(place.book(), close.id).sound and correct(place, company(90), "2026-Q2").event is None
    with pytest.raises(CsmError, match="2026-Q1 of P is closed already"):
        accrue_period(place, company(90), "2026-Q1")
    with pytest.raises(RuleBroken, match="a close stands on this event"):
        reject(place.book("bob"), first.event.id, "no", by=place.by("bob"))
    reject(place.book("bob"), close.id, "wrong", by=place.by("bob"))
    assert balance(place, "accrued") == 131_111
    again = close_period(place, company(90), "2026-Q1")
    assert balance(place, "accrued") == 0 and len(place.book().entries(again.id)) == 2
    assert verify(place.book()).findings == []


def test_payroll_pays_no_accrual(place):
    place.create()
    accrue_period(place, company(90), "2026-Q1")
    with pytest.raises(CsmError, match="the period has no approved event left"):
        payroll(place.book("pay"), "2026-Q1", by=place.by("pay"))
    close = close_period(place, company(90), "2026-Q1")
    approve(place.book("bob"), close.id, by=place.by("bob"))
    done = payroll(place.book("pay"), "2026-Q1", by=place.by("pay"))
    assert amounts(place.book(), done.event.id) == [225_000]


def test_a_period_that_has_not_begun_is_not_accrued(place):
    place.create()
    with pytest.raises(CsmError, match="no pay period has begun by then: the first one begins on 2026-04-01"):
        accrue_period(place, company(90), "2026-Q2", date(2026, 3, 31))


def test_a_close_that_leaves_an_accrual_is_refused(place):
    place.create()
    accrue_period(place, company(90), "2026-Q1")
    reversal = entry(amount=225_000)._replace(debit="accrued", credit="expense", before_modifier=None)
    for entries in ([entry()], [entry(), reversal._replace(amount=1)], [reversal, reversal]):
        with pytest.raises(RuleBroken) as broken:
            place.book().post(Draft("close", "x", {}, [span()], entries), place.by("ann"))
        assert broken.value.rule == "accruals_reversed"
    place.book().post(Draft("close", "x", {}, [span()], [entry(), reversal]), place.by("ann"))


def test_a_dispute_keeps_the_explanation_of_its_line(place):
    place.create()
    raws = company(90, people=("E1", "E2"))
    close = close_period(place, raws, "2026-Q1")
    book = place.book()
    asked = disputing.open_dispute(book, close.id, 2, "my renewal of March is missing", place.by("ann"))
    with pytest.raises(RuleBroken, match="a dispute about this line is open already"):
        disputing.open_dispute(book, close.id, 2, "again", place.by("ann"))
    disputing.answer(book, asked.id, "we look into it", place.by("ann"))
    late = correct(place, company(97, people=("E1", "E2")), "2026-Q2").event
    with pytest.raises(CsmError, match="is a retro, not a dispute"):
        disputing.resolve(place.book("bob"), late.id, "x", place.by("bob"))
    disputing.resolve(place.book("bob"), asked.id, f"corrected by event {late.id}", place.by("bob"))
    with pytest.raises(RuleBroken, match="this is no open dispute"):
        disputing.answer(book, asked.id, "thanks", place.by("ann"))
    found = disputing.dispute(book, asked.id)
    assert found.entry.employee_id == "E2" and not found.open and len(found.answers) == 2
    assert {0.9, 2250} <= {row[3] for row in found.explanation}
    # The line may be disputed again, and so may the correction.
    disputing.open_dispute(book, close.id, 2, "still", place.by("ann"))
    again = disputing.open_dispute(book, late.id, 1, "why 175?", place.by("ann"))
    assert 2425 in [row[3] for row in disputing.dispute(book, again.id).explanation]
    assert verify(book).findings == []


def test_a_dispute_is_about_a_line_that_is_there(place):
    place.create()
    close = close_period(place, company(90), "2026-Q1")
    book = place.book()
    for number, line, text, said in (
        (close.id, 2, "x", f"event {close.id} has no such line"),
        (9, 1, "x", "no such event"),
        (close.id, 1, " ", "a dispute needs a question"),
    ):
        with pytest.raises(CsmError, match=said):
            disputing.open_dispute(book, number, line, text, place.by("ann"))
    for about in ([(close.id, 1), (close.id, 2)], [(close.id, 7)], [(1, 1)]):
        with pytest.raises(RuleBroken) as broken:
            book.post(Draft("dispute", "x", refers=close, about=about), place.by("ann"))
        assert broken.value.rule == "disputes_line"
    reject(place.book("bob"), close.id, "wrong", by=place.by("bob"))
    with pytest.raises(RuleBroken, match="a close or a retro that counts"):
        disputing.open_dispute(book, close.id, 1, "x", place.by("ann"))
