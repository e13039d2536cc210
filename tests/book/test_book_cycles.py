"""A plan of which a part pays by the quarter and a part by the year: both are closed, apart or together."""

from datetime import date

import pytest
from companies import TODAY, amounts, close_period, company, correct
from places import FilePlace

from csm_xl.book import paying
from csm_xl.book.accruing import accrue
from csm_xl.book.closing import close
from csm_xl.book.deciding import approve, reject
from csm_xl.book.events import Span
from csm_xl.book.failures import RuleBroken
from csm_xl.book.ledger import Draft
from csm_xl.book.payments import state
from csm_xl.book.payroll import payroll
from csm_xl.book.replay import replay
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable

QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")


def halves(year=100, own="quarter", cumulative="discrete", more=None, **options):
    """Half of a target of 10,000 by the quarter, 1,250 each, and half of it on the year, 5,000."""
    raws = {raw.name: raw for raw in company(cumulative=cumulative, q1=100, **options)}
    cycles = {"nrr": "" if own == "quarter" else "quarter", "annual": "year" if own == "quarter" else ""}
    raws["plans"].rows[1][2] = own
    raws["components"] = RawTable.of_rows([
        ["plan_id", "component_id", "type", "weight", "measure", "cumulative", "modified", "pay_cycle"],
        ["P", "nrr", "metric", 0.5, "NRR", cumulative, True, cycles["nrr"]],
        ["P", "annual", "metric", 0.5, "NRR", "discrete", False, cycles["annual"]],
    ], "components")  # fmt: skip
    people = [row[0] for row in raws["roster"].rows[1:]]
    if year is not None:
        raws["results"].rows += [["2026", "individual", who, "NRR", year, 100] for who in people]
    raws |= {name: RawTable.of_rows(rows, name) for name, rows in (more or {}).items()}
    return list(raws.values())


def decide(place, event):
    return approve(place.book("bob"), event.id, by=place.by("bob"))


def paid(place):
    return {(key.period, key.component_id): one.amount for key, one in state(place.book()).paid.items()}


RIGHT = {**dict.fromkeys([(name, "nrr") for name in QUARTERS], 125_000), ("2026", "annual"): 500_000}


@pytest.mark.parametrize("own", ["quarter", "year"])
def test_the_year_closes_with_its_last_quarter_and_a_payroll_pays_both(place, own):
    place.create()
    raws = halves(own=own)
    for name in QUARTERS:
        decide(place, close_period(place, raws, name))
    book = place.book()
    last = state(book).closed["P", "2026-Q4"][1]
    assert [(one.period, one.cycle) for one in last.spans] == [
        ("2026", "year" if own == "quarter" else ""), ("2026-Q4", "" if own == "quarter" else "quarter")
    ]  # fmt: skip
    assert paid(place) == RIGHT
    assert correct(place, raws, "2027-Q1", year=2026).event is None
    done = payroll(place.book("pay" if not place.sqlite else "ann"), "2026-Q4", by=place.by("pat")).event
    assert [one for one, _ in done.about] == [last.id] and amounts(book, done.id) == [625_000]
    assert replay(book, last.id).same_bytes
    assert verify(book).findings == []
    with pytest.raises(CsmError) as twice:
        close_period(place, raws, "2026-Q4")
    assert all(name in str(twice.value) for name in ("2026-Q4 of P is closed", "2026 of P is closed"))


def test_a_year_that_is_measured_later_is_closed_later(place):
    place.create()
    early = halves(year=None)
    for name in QUARTERS:
        tables = paying.read(early)
        closed = close(place.book(), early, tables, name, today=TODAY, by=place.by("ann"))
        decide(place, closed.event)
    assert closed.notes == (
        "P: 2026 is not measured yet, and stays open. Close it with --period 2026 once its results are"
        " there.",
    )
    with pytest.raises(CsmError, match="there is no result NRR of individual E1 for 2026"):
        close_period(place, early, "2026")
    event = close_period(place, halves(), "2026")
    assert [one.period for one in event.spans] == ["2026"] and paid(place) == RIGHT
    with pytest.raises(CsmError, match="2026 of P is closed already"):
        close_period(place, halves(), "2026")
    assert replay(place.book(), event.id).same_bytes and verify(place.book()).findings == []


def test_a_whole_year_closes_at_once_and_not_after_some_of_its_quarters(place):
    place.create()
    event = close_period(place, halves(), "2026")
    assert len(event.spans) == 5 and paid(place) == RIGHT
    reject(place.book("bob"), event.id, "one by one", by=place.by("bob"))
    close_period(place, halves(), "2026-Q1")
    with pytest.raises(CsmError, match="2026-Q1 of P is closed already"):
        close_period(place, halves(), "2026")


def test_a_retro_corrects_each_cycle_and_the_next_close_asks_for_it(place):
    place.create()
    for name in QUARTERS:
        decide(place, close_period(place, halves(), name))
    restated = halves(year=110, q4=90)
    made = correct(place, restated, "2027-Q1", year=2026)
    found = {(key.period, key.component_id): one.amount for key, one in made.due.items()}
    assert found == {("2026-Q4", "nrr"): -12_500, ("2026", "annual"): 50_000}
    decide(place, made.event)
    assert replay(place.book(), made.event.id).sound
    assert {(one.role, one.period, one.cycle) for one in made.event.spans} == {
        ("corrects", "2026", "year"), ("corrects", "2026-Q4", ""), ("books", "2027-Q1", ""),
    }  # fmt: skip
    with pytest.raises(CsmError, match="a correction stands on this close"):
        last = state(place.book()).closed["P", "2026-Q4"][1]
        reject(place.book("bob"), last.id, "no", by=place.by("bob"))
    assert correct(place, restated, "2027-Q1", year=2026).event is None


def test_a_correction_of_a_quarter_is_booked_in_the_next_although_its_year_runs(place):
    place.create()
    decide(place, close_period(place, halves(), "2026-Q1"))
    table = next(raw for raw in halves() if raw.name == "results")
    table.rows[1][4] = 90
    restated = [*(raw for raw in halves() if raw.name != "results"), table]
    with pytest.raises(CsmError, match="2026-Q1"):
        close_period(place, restated, "2026-Q2")
    assert [one.amount for one in correct(place, restated, "2026-Q2").due.values()] == [-12_500]


def test_an_accrual_counts_the_days_of_the_year_and_the_close_reverses_each_cycle_alone(place):
    place.create()
    raws = halves()
    found = accrue(place.book(), raws, paying.read(raws), "2026-Q1", by=place.by("ann"))
    due = {(key.period, key.component_id): amount for key, amount in found.due.items()}
    assert due == {("2026-Q1", "nrr"): 125_000, ("2026", "annual"): round(500_000 * 90 / 365)}
    decide(place, found.event)
    decide(place, close_period(place, raws, "2026-Q1"))
    more = accrue(place.book(), raws, paying.read(raws), "2026-Q2", through=date(2026, 4, 30),
                  by=place.by("ann"))  # fmt: skip
    due = {(key.period, key.component_id): amount for key, amount in more.due.items()}
    year = round(500_000 * 120 / 365) - round(500_000 * 90 / 365)
    assert due == {("2026-Q2", "nrr"): round(125_000 * 30 / 91), ("2026", "annual"): year}
    for name in QUARTERS[1:]:
        decide(place, close_period(place, raws, name))
    with place.raw() as connection:
        left = connection.exec_driver_sql(
            "SELECT sum(CASE credit WHEN 'accrued' THEN amount ELSE -amount END) FROM entry"
            " WHERE 'accrued' IN (debit, credit)"
        ).scalar()
    assert left == 0 and verify(place.book()).findings == []


def test_a_year_that_nobody_has_measured_is_not_accrued_and_that_is_said(place):
    place.create()
    raws = halves(year=None)
    found = accrue(place.book(), raws, paying.read(raws), "2026-Q1", by=place.by("ann"))
    assert {key.period for key in found.due} == {"2026-Q1"} and "2026 is not measured yet" in found.notes[0]


def test_typed_payments_of_a_quarter_count_beside_a_closed_year(place):
    """The book begins with the last quarter, whose close closes the year: what was paid before still
    counts."""
    paid_rows = [["period", "employee_id", "plan_id", "component_id", "amount", "before_modifier"],
                 *([name, "E1", "P", "nrr", 1_250, 1_250] for name in QUARTERS[:3])]  # fmt: skip
    raws = halves(cumulative="ytd_sum", more={"paid": paid_rows})
    place.create()
    decide(place, close_period(place, raws, "2026-Q4"))
    assert paid(place) == {("2026-Q4", "nrr"): 125_000, ("2026", "annual"): 500_000}
    assert correct(place, raws, "2027-Q1", year=2026).due == {}


def test_a_component_that_moves_to_another_cycle_is_not_paid_for_the_same_days_again(place):
    place.create()
    decide(place, close_period(place, halves(), "2026-Q1"))
    moved = {raw.name: raw for raw in halves()}
    moved["components"].rows[1][7] = "month"
    moved["results"].rows += [[f"2026-{n:02}", "individual", "E1", "NRR", 100, 100] for n in range(1, 13)]
    with pytest.raises(CsmError, match="nrr of P was paid for 2026-Q1 already, in another pay cycle"):
        close_period(place, list(moved.values()), "2026-03")
    moved["components"].rows[1][1] = "nrr_monthly"
    event = close_period(place, list(moved.values()), "2026-04", leave_differences="moved")
    assert [one.period for one in event.spans] == ["2026-04"]


SPANS = {
    "a month in a quarter": ("2026-Q1", 331, "", "2026-01", 131),
    "a quarter in a year": ("2026", 1231, "year", "2026-Q1", 331),
    "the same year": ("2026", 1231, "year", "2026", 1231),
}
"""Period, last day and cycle of a close, and period and last day of another; all begin with the year."""


@pytest.mark.parametrize("which", SPANS)
def test_the_database_refuses_an_overlap_within_a_cycle(place, which):
    place.create()
    name, last, cycle, other, end = SPANS[which]
    first, second = (
        Draft("close", name, {}, [Span("closes", "P", name, 20260101, 20260000 + day, 2026, cycle)])
        for name, day in ((name, last), (other, end))
    )
    place.book().post(first, place.by("ann"))
    with pytest.raises(RuleBroken) as broken:
        place.book().post(second, place.by("ann"))
    assert broken.value.rule == "closed_once"
    apart = second.spans[0]._replace(cycle="month")
    place.book().post(Draft("close", second.title, {}, [apart]), place.by("ann"))
    assert verify(place.book()).findings == []


def test_a_forged_cycle_is_found(tmp_path):
    place = FilePlace(tmp_path / "pay.book").create()
    decide(place, close_period(place, halves(), "2026-Q4"))
    for change in ("UPDATE portion SET cycle = 'month'", "DELETE FROM portion"):
        with place.tampering() as connection:
            kept = connection.exec_driver_sql("SELECT * FROM portion").all()
            connection.exec_driver_sql(change)
        assert any("what belongs to event 2 was changed" in one for one in verify(place.book()).findings)
        with place.tampering() as connection:
            connection.exec_driver_sql("DELETE FROM portion")
            connection.exec_driver_sql("INSERT INTO portion VALUES (?, ?, ?, ?, ?, ?)", tuple(kept[0]))
    assert verify(place.book()).findings == []
