"""A year of the sample company in its book: close, pay, restate, retro, dispute, year end."""

from datetime import date

import pytest

from csm_xl.book import disputing, paying
from csm_xl.book.accruing import accrue
from csm_xl.book.backup import backup
from csm_xl.book.closing import close
from csm_xl.book.deciding import approve, reject
from csm_xl.book.payments import state
from csm_xl.book.payroll import payroll
from csm_xl.book.replay import replay
from csm_xl.book.retro import retro
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.workbook.sample import sample_of

TODAY = date(2027, 1, 15)


def sample(restated=None):
    """The tables of the sample company; restated: another actual of the first result."""
    raws = sample_of("starter")
    if restated is None:
        return raws
    at = next(at for at, raw in enumerate(raws) if raw.name == "results")
    header, first, *rest = raws[at].rows
    changed = [restated if name == "actual" else cell for name, cell in zip(header, first, strict=True)]
    return [*raws[:at], RawTable.of_rows([header, changed, *rest], "results"), *raws[at + 1 :]]


@pytest.mark.slow("pays a company of seventeen people for every quarter of a year, several times")
def test_a_year_of_the_sample_company_ends_at_what_was_right(place, tmp_path):
    place.create()
    old, new = sample(restated=0.85), sample()

    def read(raws):
        return paying.read(raws)

    def made(call, *words, who="ann", **options):
        return call(place.book(who), *words, by=place.by(who), **options)

    def decide(event):
        return made(lambda book, by: approve(book, event.id, event.hash, by), who="bob")

    def pay_out(period):
        return made(payroll, period, who="pay").event

    # The first quarter is accrued, closed, approved and paid.
    made(accrue, old, read(old), "2026-Q1", through=date(2026, 2, 28))
    first = made(close, old, read(old), "2026-Q1", today=TODAY).event
    with pytest.raises(CsmError, match="is not decided yet"):
        pay_out("2026-Q1")
    decide(first)
    paid = [pay_out("2026-Q1")]

    # A wrong close of the second one is rejected; then its result of the first quarter is restated.
    wrong = made(close, old, read(old), "2026-Q2", today=TODAY).event
    made(lambda book, by: reject(book, wrong.id, "the results of March were restated", by=by), who="bob")
    with pytest.raises(CsmError, match="would pay other amounts"):
        made(close, new, read(new), "2026-Q2", today=TODAY)
    late = made(retro, new, read(new), "2026-Q2", "results of March restated")
    assert late.event is not None and late.causes["2026-Q1"]["results"] > 0
    decide(late.event)
    decide(made(close, new, read(new), "2026-Q2", today=TODAY).event)
    paid.append(pay_out("2026-Q2"))
    assert [number for number, _ in paid[1].about] == [late.event.id, late.event.id + 2]

    # Somebody asks about a line of the first quarter, and the correction is the answer.
    who = next(iter(late.due)).employee_id
    line = next(at for _, at, one in place.book().lines(first.id, who) if one.component_id == "retention")
    asked = made(lambda book, by: disputing.open_dispute(book, first.id, line, "March is missing", by))
    made(lambda book, by: disputing.resolve(book, asked.id, f"paid by event {late.event.id}", by), who="bob")

    # The rest of the year, and its end.
    for period in ("2026-Q3", "2026-Q4"):
        decide(made(close, new, read(new), period, today=TODAY).event)
        paid.append(pay_out(period))
    none = made(retro, new, read(new), "2027-Q1", "year end", year=2026)
    assert none.event is None and none.due == {}
    book = place.book()
    right = paying.pay(read(new), [f"2026-Q{n}" for n in (1, 2, 3, 4)])
    lines = [one for each in right.lines.values() for one in each]
    booked = {key: one.amount for key, one in state(book).paid.items() if one.amount}
    assert booked == {
        (one.period, *one[1:5], one.currency): one.amount for one in lines if one.amount
    }  # fmt: skip
    moved = sum(one.amount for event in paid for _, one in book.entries(event.id))
    assert moved == sum(one.amount for one in lines) > 0
    for event in book.events():
        if event.kind in ("close", "retro"):
            assert replay(book, event.id).sound, event.title
    found = verify(book)
    assert found.findings == [] and found.entries > 200
    assert backup(book, tmp_path / "year.book").head == found.head
