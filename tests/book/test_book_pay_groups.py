"""A period is closed by pay groups, one after the other, and nobody is paid twice or forgotten."""

from datetime import date

import pytest
import sqlalchemy as sa
from companies import TODAY, close_period, company, correct
from companies import entry as made_up
from companies import span as made_up_span
from places import FilePlace

from csm_xl.book import paying
from csm_xl.book.accruing import accrue
from csm_xl.book.closing import close
from csm_xl.book.deciding import approve, reject
from csm_xl.book.failures import RuleBroken
from csm_xl.book.ledger import Draft
from csm_xl.book.payments import state
from csm_xl.book.payroll import payroll
from csm_xl.book.recorded import recorded
from csm_xl.book.replay import replay
from csm_xl.book.verify import verify
from csm_xl.errors import CsmError
from csm_xl.plan.raw import RawTable

GROUPS = {"E1": "A", "E2": "A", "E3": "B", "E4": None}


def grouped(groups=None, changes=(), extra=None, **options):
    """People of one plan, each in a pay group."""
    groups = GROUPS if groups is None else groups
    raws = {raw.name: raw for raw in company(people=tuple(groups), **options)}
    roster = raws["roster"].rows
    header = [*roster[0], "pay_group"]
    raws["roster"] = RawTable.of_rows([header, *([*row, groups[row[0]]] for row in roster[1:])], "roster")
    if changes:
        rows = [["employee_id", "from", "pay_group"], *map(list, changes)]
        raws["changes"] = RawTable.of_rows(rows, "changes")
    raws |= {name: RawTable.of_rows(rows, name) for name, rows in (extra or {}).items()}
    return list(raws.values())


def close_group(place, raws, group="", period="2026-Q1", who="ann", **options):
    tables = paying.read(raws, (), group)
    return close(
        place.book(who), raws, tables, period, today=TODAY, pay_group=group, by=place.by(who), **options
    )


def decide(place, event):
    return approve(place.book("bob"), event.id, by=place.by("bob"))


def who_is_in(book, event):
    return sorted({one.employee_id for _, one in book.entries(event.id)})


def test_groups_close_apart_and_the_rest_with_the_plan(place):
    place.create()
    raws, book = grouped(), place.book()
    first = close_group(place, raws, "A")
    assert first.notes == (
        "1 person has no pay group on P, and is paid by a close of 2026-Q1 without --pay-group.",
    )
    assert (who_is_in(book, first.event), first.event.title) == (["E1", "E2"], "2026-Q1 of A")
    second = close_group(place, raws, "B")
    rest = close_group(place, raws)
    assert (who_is_in(book, second.event), who_is_in(book, rest.event)) == (["E3"], ["E4"])
    assert {key.employee_id: one.amount for key, one in state(book).paid.items()} == dict.fromkeys(
        GROUPS, 225_000
    )
    for closed in (first, second, rest):
        decide(place, closed.event)
        assert replay(book, closed.event.id).same_bytes
    who = "ann" if place.sqlite else "pay"
    done = payroll(place.book(who), "2026-Q1", by=place.by("ann")).event
    assert len(who_is_in(book, done)) == 4
    assert correct(place, raws, "2026-Q2").event is None
    assert verify(book).findings == []


def test_what_is_closed_already_is_refused(place):
    place.create()
    raws = grouped()
    close_group(place, raws, "A")
    with pytest.raises(CsmError, match="2026-Q1 of P is closed already for the pay group A, by event 2"):
        close_group(place, raws, "A")
    close_group(place, raws)
    for group in ("", "B"):
        with pytest.raises(CsmError, match="2026-Q1 of P is closed already, by event 3"):
            close_group(place, raws, group)
    with pytest.raises(CsmError, match="nobody is in this pay group") as unknown:
        close_group(place, raws, "a")
    assert "Give one of A, B" in str(unknown.value)


def test_a_person_who_changes_the_group_inside_the_period_is_paid_once_with_the_last_one(place):
    place.create()
    raws = grouped(changes=[["E2", "2026-02-10", "B"]])
    first = close_group(place, raws, "A")
    assert (
        "E2 left A during 2026-Q1, and is paid for all of it with the group of its last day." in first.notes
    )
    second = close_group(place, raws, "B")
    assert "E2 joined B during 2026-Q1, and is paid for all of it with B." in second.notes
    assert [who_is_in(place.book(), one.event) for one in (first, second)] == [["E1"], ["E2", "E3"]]


def test_a_person_whose_group_is_restated_is_neither_paid_twice_nor_forgotten(place):
    place.create()
    close_group(place, grouped(), "A")
    moved = grouped({**GROUPS, "E2": "B", "E3": "A"})
    with pytest.raises(CsmError, match="nobody in this pay group is left to pay"):
        close_group(place, moved, "B")
    rest = close_group(place, moved)
    assert who_is_in(place.book(), rest.event) == ["E3", "E4"]
    assert verify(place.book()).findings == []


def test_who_joins_a_closed_group_later_is_paid_by_a_retro(place):
    place.create()
    decide(place, close_group(place, grouped(), "A").event)
    later = grouped({**GROUPS, "E3": "A"}, q1=100)
    made = correct(place, later, "2026-Q2")
    due = {key.employee_id: one.amount for key, one in made.due.items()}
    assert due == {"E1": 25_000, "E2": 25_000, "E3": 250_000}  # E4, of no group, is not closed
    decide(place, made.event)
    assert replay(place.book(), made.event.id).sound
    rest = close_group(place, later)
    assert who_is_in(place.book(), rest.event) == ["E4"]
    assert replay(place.book(), rest.event.id).same_bytes
    decide(place, rest.event)
    assert correct(place, later, "2026-Q2").event is None
    assert verify(place.book()).findings == []


def test_the_next_close_looks_at_the_group_that_it_closes_alone(place):
    place.create()
    decide(place, close_group(place, grouped(), "A").event)
    decide(place, close_group(place, grouped(), "B").event)
    results = next(raw for raw in grouped() if raw.name == "results")
    for row in results.rows[1:]:
        if row[0] == "2026-Q1" and row[2] == "E3":
            row[4] = 100
    restated = [*(raw for raw in grouped() if raw.name != "results"), results]
    close_group(place, restated, "A", "2026-Q2")
    with pytest.raises(CsmError, match=r"2026-Q1 \(1 person\)"):
        close_group(place, restated, "B", "2026-Q2")


def test_a_mistake_of_another_group_stops_nobody(place):
    place.create()
    results = next(raw for raw in grouped() if raw.name == "results")
    results.rows = [row for row in results.rows if row[2] != "E3"]
    raws = [*(raw for raw in grouped() if raw.name != "results"), results]
    first = close_group(place, raws, "A")
    assert who_is_in(place.book(), first.event) == ["E1", "E2"]
    assert replay(place.book(), first.event.id).same_bytes
    with pytest.raises(CsmError, match="there is no result NRR of individual E3"):
        close_group(place, raws, "B")


def test_a_close_of_a_group_reverses_its_accruals_and_the_last_one_the_rest(place):
    place.create()
    raws = grouped()
    decide(place, accrue(place.book(), raws, paying.read(raws), "2026-Q1", through=date(2026, 1, 31),
                         by=place.by("ann")).event)  # fmt: skip

    def left():
        with place.raw() as connection:
            return int(connection.exec_driver_sql(
                "SELECT sum(CASE credit WHEN 'accrued' THEN amount ELSE -amount END) FROM entry"
                " WHERE 'accrued' IN (debit, credit)"
            ).scalar())  # fmt: skip

    one = round(225_000 * 31 / 90)
    assert left() == 4 * one
    first = close_group(place, raws, "A").event
    assert left() == 2 * one
    with pytest.raises(CsmError, match="closed already for the pay group A"):
        accrue(place.book(), raws, paying.read(raws), "2026-Q1", by=place.by("ann"))
    reject(place.book("bob"), first.id, "no", by=place.by("bob"))
    close_group(place, raws, "B")
    close_group(place, raws)
    assert verify(place.book()).findings == []
    with place.raw() as connection:
        rows = connection.exec_driver_sql(
            "SELECT employee_id, sum(CASE credit WHEN 'accrued' THEN amount ELSE -amount END) FROM entry n"
            f" WHERE 'accrued' IN (debit, credit) AND event_id <> {first.id} GROUP BY employee_id"
        ).all()
    assert {int(amount) for _, amount in rows} == {0}


PAID_TWICE = {
    "a group that pays a person again": ("B", ["E1"], "paid_once"),
    "the rest that pays a person again": ("", ["E1"], "paid_once"),
    "the same group": ("A", ["E9"], "closed_once"),
}


@pytest.mark.parametrize("which", PAID_TWICE)
def test_the_database_refuses_to_pay_somebody_twice(place, which):
    place.create()
    group, people, rule = PAID_TWICE[which]

    def draft(group, people):
        spans = [made_up_span()._replace(pay_group=group)]
        return Draft("close", "x", {}, spans, [made_up(who) for who in people])

    place.book().post(draft("A", ["E1", "E2"]), place.by("ann"))
    with pytest.raises(RuleBroken) as broken:
        place.book().post(draft(group, people), place.by("ann"))
    assert broken.value.rule == rule
    place.book().post(draft("B", ["E3"]), place.by("ann"))
    place.book().post(draft("", ["E4"]), place.by("ann"))
    with pytest.raises(RuleBroken):
        place.book().post(draft("C", ["E5"]), place.by("ann"))
    assert verify(place.book()).findings == []


def test_a_close_of_a_group_looks_at_each_person_once(tmp_path):
    """Four times the people take about four times the steps of the database, and not sixteen times."""

    def steps(people):
        place = FilePlace(tmp_path / f"{people}.book").create()
        book = place.book()
        half = [f"E{n:05}" for n in range(people)], [f"F{n:05}" for n in range(people)]
        accrued = [
            made_up(who)._replace(debit="expense", credit="accrued", before_modifier=None)
            for who in (*half[0], *half[1])
        ]
        book.post(Draft("accrue", "2026-Q1", {}, [made_up_span(role="books")], accrued), "ann")
        done = 0

        def count():
            nonlocal done
            done += 1

        sa.event.listen(
            book.store.engine, "connect", lambda connection, _: connection.set_progress_handler(count, 500)
        )
        for group, names in zip(("A", "B"), half, strict=True):
            entries = [made_up(who) for who in names]
            entries += [
                made_up(who)._replace(debit="accrued", credit="expense", before_modifier=None)
                for who in names
            ]
            spans = [made_up_span()._replace(pay_group=group)]
            book.post(Draft("close", "2026-Q1", {}, spans, entries), "ann")
        return done

    assert steps(1_200) < 8 * steps(300)


def test_a_rejected_group_closes_again(place):
    place.create()
    raws = grouped()
    event = close_group(place, raws, "A").event
    close_group(place, raws, "B")
    reject(place.book("bob"), event.id, "wrong roster", by=place.by("bob"))
    again = close_group(place, raws, "A").event
    assert who_is_in(place.book(), again) == ["E1", "E2"]
    assert {one.pay_group for one in recorded(place.book()).events if one.kind == "close"} == {"A", "B"}
    assert verify(place.book()).findings == []


def test_a_plan_of_nobody_in_the_group_stays_open(place):
    """Two plans: the group has people on one of them alone."""
    place.create()
    raws = {raw.name: raw for raw in grouped()}
    raws["plans"].rows.append(["Q", *raws["plans"].rows[1][1:]])
    raws["components"].rows.append(["Q", *raws["components"].rows[1][1:]])
    raws["roster"].rows[3][1] = "Q"  # E3, of group B
    event = close_group(place, list(raws.values()), "A").event
    assert [one.plan_id for one in event.spans] == ["P"]
    event = close_period(place, list(raws.values()), "2026-Q1")
    assert who_is_in(place.book(), event) == ["E3", "E4"] and {one.plan_id for one in event.spans} == {
        "P",
        "Q",
    }
