"""Close, retro and replay by the engine: the past stays, and the year comes to what is right."""

import uuid

import pytest
from companies import QUARTERS, TODAY, amounts, close_period, company, correct
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from places import FilePlace

from csm_xl.book import archive, paying, replay
from csm_xl.book.closing import close
from csm_xl.book.deciding import approve, reject
from csm_xl.book.payments import state
from csm_xl.book.replay import replay as replayed
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable


def year(place):
    return sum(one.amount for one in state(place.book()).paid.values())


def decide(place, event, who="bob"):
    return approve(place.book(who), event.id, by=place.by(who))


def test_a_retro_of_a_year_to_date_plan_does_not_pay_twice(place):
    """Q1 paid 2,250; Q2 closed on restated inputs made up for it already; the year is 4,925."""
    place.create()
    first = close_period(place, company(90), "2026-Q1")
    with pytest.raises(CsmError, match=r"2026-Q1 \(1 person\)") as other:
        close_period(place, company(97), "2026-Q2")
    assert "raise" in str(other.value) and "two rows to changes" in str(other.value)
    second = close_period(place, company(97), "2026-Q2", leave_differences="retro follows")
    assert second.body["left_differences"] == {"reason": "retro follows", "periods": ["P 2026-Q1"]}
    found = correct(place, company(97), "2026-Q3")
    book = place.book()
    assert (amounts(book, first.id), amounts(book, second.id)) == ([225_000], [267_500])
    assert amounts(book, found.event.id) == [17_500, -17_500]
    assert year(place) == 492_500
    assert found.notes == ()
    assert found.causes == {"2026-Q1": {"results": 1}, "2026-Q2": {"corrections of earlier periods": 1}}
    for number in (first.id, second.id, found.event.id):
        assert replayed(book, number).sound
    assert verify(book).findings == []


def test_a_closed_plan_that_has_another_id_now_is_no_plan_that_nobody_looks_at(place):
    """P is paid for Q1, and is called B afterwards: what P paid comes to nothing now."""
    place.create()
    close_period(place, company(90), "2026-Q1")
    renamed = [
        RawTable(raw.name, [["B" if cell == "P" else cell for cell in row] for row in raw.rows], raw.origin)
        for raw in company(90)
    ]
    with pytest.raises(CsmError, match=r"2026-Q1 \(1 person\)"):
        close_period(place, renamed, "2026-Q2")
    with pytest.raises(CsmError) as refused:
        close_period(place, renamed, "2026-Q2")
    said = "Today's inputs have no plan P, so all that it paid would be taken back. If the plan was renamed,"
    assert refused.value.issues[0].hint.startswith(said)
    found = correct(place, renamed, "2026-Q2", dry_run=True)
    assert found.notes[0].startswith(said) and [one.amount for one in found.due.values()] == [-225_000]
    second = close_period(place, renamed, "2026-Q2", leave_differences="the plan has another ID")
    assert second.body["left_differences"]["periods"] == ["P 2026-Q1"]


def test_a_retro_before_the_next_close_pays_the_difference_once(place):
    place.create()
    close_period(place, company(90), "2026-Q1")
    found = correct(place, company(97), "2026-Q2")
    assert amounts(place.book(), found.event.id) == [17_500]
    second = close_period(place, company(97), "2026-Q2")
    assert amounts(place.book(), second.id) == [250_000]
    assert year(place) == 492_500


def test_an_amount_of_nothing_is_booked_with_what_later_periods_look_back_on(place):
    """Q1 paid 0 by its modifier: under ytd_sum Q2 pays its own 2,500 alone."""
    place.create()
    first = close_period(place, company(90, modifier=0), "2026-Q1")
    ((_, line),) = place.book().entries(first.id)
    assert (line.amount, line.before_modifier) == (0, 22_500_000)
    second = close_period(place, company(90, modifier=0), "2026-Q2")
    assert amounts(place.book(), second.id) == [250_000]


def test_a_second_retro_of_the_same_inputs_books_nothing(place):
    place.create()
    close_period(place, company(90), "2026-Q1")
    decide(place, correct(place, company(97), "2026-Q2").event)
    again = correct(place, company(97), "2026-Q2")
    assert again.event is None and again.due == {} and "nothing is booked" in again.notes[-1]
    assert correct(place, company(95), "2026-Q2", dry_run=True).event is None
    assert len(place.book().events()) == 4


def test_a_rejected_retro_counts_for_nothing(place):
    place.create()
    close_period(place, company(90), "2026-Q1")
    late = correct(place, company(97), "2026-Q2").event
    reject(place.book("bob"), late.id, "wrong file", by=place.by("bob"))
    assert year(place) == 225_000
    assert amounts(place.book(), correct(place, company(97), "2026-Q2").event.id) == [17_500]
    assert replayed(place.book(), late.id).sound


def test_who_left_the_roster_is_asked_for_and_not_taken_back(place):
    place.create()
    close_period(place, company(90, people=("E1", "E2")), "2026-Q1")
    with pytest.raises(CsmError, match="E2 was paid for 2026-Q1, but is no longer on the roster"):
        correct(place, company(90), "2026-Q2")


def test_who_is_on_another_plan_now_is_taken_back_also_where_one_plan_is_closed(place):
    place.create()
    raws = {raw.name: raw for raw in company(people=("E1", "E2"))}
    raws["plans"].rows.append(["Q", *raws["plans"].rows[1][1:]])
    raws["components"].rows.append(["Q", *raws["components"].rows[1][1:]])
    close_period(place, list(raws.values()), "2026-Q1")
    raws["roster"].rows[2][1] = "Q"
    with pytest.raises(CsmError, match=r"2026-Q1 \(1 person\)"):
        tables = paying.read(raws.values(), ["P"])
        close(place.book(), raws.values(), tables, "2026-Q2", ["P"], today=TODAY, by=place.by("ann"))


def test_bad_requests_are_refused_with_what_to_do(place):
    place.create()
    raws = company()
    close_period(place, raws, "2026-Q1")
    for period, options, said in (
        ("2026-Q1", {}, "2026-Q1 of P is closed already, by event 2"),
        ("2026-H1", {}, "2026-Q1 of P is closed already, by event 2"),
        ("2026-01", {}, "shorter than P pays by"),
        ("2026-Q9", {}, "not a period"),
        ("2026-Q2", {"plans": ["p"]}, "no such plan"),
        ("2027-Q1", {}, "2027-Q1 ends on 2027-03-31"),
    ):
        with pytest.raises(CsmError, match=said):
            close_period(place, raws, period, **options)
    for into, options, said in (
        ("2026-Q1", {}, "this one is closed"),
        ("2026-Q2", {"reason": " "}, "a retro says why"),
        ("2026-Q2", {"year": 2025}, "no period of the plan year 2025 is closed"),
        ("2026-Q2", {"plans": ["X"]}, "no period of this plan is closed"),
    ):
        with pytest.raises(CsmError, match=said):
            correct(place, company(97), into, **options)
    assert len(place.book().events()) == 2


def test_typed_payments_count_before_the_first_close_alone(place):
    place.create()
    header = ["period", "employee_id", "plan_id", "component_id", "amount", "before_modifier"]
    typed = company(90, paid=[header, ["2026-Q1", "E1", "P", "nrr", 2000, 2000]])
    second = close_period(place, typed, "2026-Q2")
    assert amounts(place.book(), second.id) == [475_000 - 200_000]
    late = company(90, paid=[header, ["2026-Q1", "E1", "P", "nrr", 2000, 2000],
                             ["2026-Q2", "E1", "P", "nrr", 1, 1]])  # fmt: skip
    closed = close(place.book(), late, paying.read(late), "2026-Q3", today=TODAY, by=place.by("ann"))
    assert closed.notes == ("Not used, because the book says what was paid: paid, row 3 (period).",)
    assert amounts(place.book(), closed.event.id) == [725_000 - 475_000]
    assert replayed(place.book(), closed.event.id).same_bytes


def test_a_replay_by_another_version_must_give_the_same_amounts(place, monkeypatch):
    place.create()
    first = close_period(place, company(90), "2026-Q1")
    assert replayed(place.book(), first.id).same_bytes
    pay = paying.pay

    def newer(change):
        def paid(*arguments):
            payout = pay(*arguments)
            change(payout)
            return payout

        monkeypatch.setattr(paying, "pay", paid)

    newer(lambda payout: payout.full["2026-Q1"][1].__setitem__(5, 89))
    other = replayed(place.book(), first.id)
    assert (other.same_amounts, other.same_bytes, other.sound) == (True, False, False)
    assert other.columns == (("eligible_days", 1),)
    monkeypatch.setattr(replay, "__version__", "9.0")
    assert replayed(place.book(), first.id).sound
    newer(
        lambda payout: payout.lines["2026-Q1"].__setitem__(0, payout.lines["2026-Q1"][0]._replace(amount=1))
    )
    wrong = replayed(place.book(), first.id)
    assert not wrong.sound and [amount for _, amount in wrong.amounts] == [1 - 225_000]
    none = correct(place, company(90), "2026-Q2")
    assert none.event is None and "--accept-version" in none.notes[-1]
    assert correct(place, company(90), "2026-Q2", accept_version=True).event is not None
    with pytest.raises(CsmError, match="a create pays nobody"):
        replayed(place.book(), 1)


def test_a_line_that_is_not_whole_stops_the_close(place):
    place.create()
    raws = company(people=("E1",))
    raws[0] = RawTable.of_rows([[*raws[0].rows[0], "currency"], [*raws[0].rows[1], "JPY"]], "plans")
    raws[3] = RawTable.of_rows([raws[3].rows[0], ["E1", "P", 8_000_033, "2024-01-01"]], "roster")
    with pytest.raises(CsmError, match=r"2026-Q1 E1 nrr: the amount is not whole .*JPY"):
        close_period(place, raws, "2026-Q1")
    assert len(place.book().events()) == 1


def test_an_archive_gives_back_every_cell():
    from datetime import date, datetime, time
    from decimal import Decimal

    from csm_xl.xlsx.values import ErrorCell

    cells = [None, True, 1, 1.5, float("inf"), "00123", "é", date(2026, 1, 2), datetime(2026, 1, 2),
             time(4, 5),
             Decimal("1.10"), ErrorCell("#N/A"), ["a", 1], ("b",), {"x": date(2026, 1, 2)}]  # fmt: skip
    raw = RawTable.of_sheet("Roster", [["a"] * len(cells), cells], "tblRoster", 4, 2)
    again = archive.table_of_bytes(archive.table_bytes(raw))
    assert list(map(list, again.rows)) == raw.rows and again.origin == raw.origin and again.name == raw.name
    assert [type(cell) for cell in again.rows[1]] == [type(cell) for cell in cells]
    with pytest.raises(CsmError, match="cannot be archived"):
        archive.table_bytes(RawTable.of_rows([["a"], [object()]], "x"))


NRR = st.lists(st.sampled_from((80, 90, 97, 100, 113)), min_size=3, max_size=3)


@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# A period in the middle is restated once a later one that looks back on it is closed.
@example(seen=[[80, 80, 80]] * 3 + [[80, 90, 80]], retro_before=set(), cumulative="ytd_sum", modifier=1)
@given(
    seen=st.lists(NRR, min_size=4, max_size=4), retro_before=st.sets(st.sampled_from((1, 2))),
    cumulative=st.sampled_from(("discrete", "ytd_sum")), modifier=st.sampled_from((0, 0.9, 1)),
)  # fmt: skip
def test_whatever_is_restated_the_year_ends_at_what_was_right(
    tmp_path, seen, retro_before, cumulative, modifier
):
    """Three quarters are closed, each on results of its day, some after a retro; after the last retro each
    quarter comes to what it would have come to with the right results from the start."""
    place, clean = (FilePlace(tmp_path / f"{uuid.uuid4()}.book").create() for _ in range(2))
    days = [company(*results, modifier=modifier, cumulative=cumulative) for results in seen]
    for at, period in enumerate(list(QUARTERS)[:3]):
        if at in retro_before and (late := correct(place, days[at], period)).event:
            decide(place, late.event)
        close_period(place, days[at], period, leave_differences="known")
        close_period(clean, days[3], period)
    correct(place, days[3], "2026-Q4")
    ended, right = (
        {key: one.amount for key, one in state(each.book()).paid.items()} for each in (place, clean)
    )
    assert ended == right
