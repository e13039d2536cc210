"""Closing pay periods: what everybody is paid for them becomes an event of the book."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from csm_xl.book import paying
from csm_xl.book.accruals import reversals
from csm_xl.book.archive import LINES, archived, payments_archived
from csm_xl.book.cycles import measured, pay_periods
from csm_xl.book.differences import corrections, in_words, not_used, paid_before, renamed
from csm_xl.book.events import Event, Span
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.paying import Line, PlanPeriod
from csm_xl.book.payments import EARNED, State, entries_of, state
from csm_xl.book.people import group_notes, left_to_pay, require_group, spans_of_group
from csm_xl.book.periods import number
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Tables


@dataclass(frozen=True, slots=True)
class Closed:
    """A close that is written. notes: what of the inputs did not count, in words."""

    event: Event
    notes: tuple[str, ...] = field(default=())


def close(
    book: Book, raws: Iterable[RawTable], tables: Tables, period: str, plans: Collection[str] = (), *,
    today: date, pay_group: str = "", leave_differences: str = "", by: str | None = None,
) -> Closed:  # fmt: skip
    """Close the pay periods of some plans that lie inside a period.

    raws: the tables as they were read; tables: the same, checked. plans: which of them (none: all).
    pay_group: only its people are paid, and the others are closed later (empty: everybody who was not paid
    by an earlier close).
    today: periods that are not over by then are refused. leave_differences: the reason to leave earlier
    closed periods as they are although today's inputs would pay something else. by: as for `Book.maker`.
    Errors: an unknown plan, period or pay group; a period that is not over, or is closed already;
    earlier closed periods that differ; what the engine finds; what the book refuses.
    """
    now = state(book)
    group = require_group(tables, pay_group) if pay_group else ""
    asked = without_closed_cycles(now, periods_to_close(tables, period, plans, today))
    inside, notes = measured(tables, period, asked)
    spans = [span_of("closes", one) for one in inside]
    if group:
        spans = spans_of_group(tables, spans, group)
        notes += group_notes(tables, now, spans)
    refuse_closed(now, spans)
    left = _earlier_differences(tables, now, spans, leave_differences)
    given, unused, rows = paid_before(tables, now, {})
    pairs = {(one.plan_id, one.period) for one in spans}
    payout = paying.pay(given, [one.period for one in spans])
    counts = left_to_pay(tables, now, spans)
    lines = payout.of(pairs, counts)
    refuse_other_cycle(now, spans, lines)
    people = {one.employee_id for one in lines}
    if group and not people:
        what = f"nobody in this pay group is left to pay for {period}"
        raise CsmError(NOT_FOUND, what, "--pay-group", group,
                       "Give another pay group, or close what is left without --pay-group.")  # fmt: skip
    attachments = {**archived(raws), **payments_archived(rows), LINES: payout.archive(pairs, counts)}
    body: dict[str, Any] = {
        "period": period, "plans": sorted(plans), "plan": paying.plan_fingerprint(tables),
        "lines": len(lines), "people": len(people),
    }  # fmt: skip
    if group:
        body["pay_group"] = group
    if left:
        body["left_differences"] = {"reason": leave_differences, "periods": left}
    entries = [*entries_of(lines), *reversals(book, now, pairs, people if group else None)]
    title = f"{period} of {group}" if group else period
    draft = Draft("close", title, body, spans, entries, attachments, at_head=now.head)
    return Closed(book.post(draft, by), (*notes, *not_used(unused)))


def periods_to_close(
    tables: Tables, period: str, plans: Collection[str], today: date | None
) -> list[PlanPeriod]:
    """The pay periods that a close of a period is about, in time.

    Errors: an unknown plan or period; one that is not over by today.
    """
    require_plans(tables, plans)
    found = pay_periods(tables, period, plans or paying.plan_ids(tables))
    late = [one for one in found if today is not None and one.last >= today.toordinal()]
    if late:
        names = listed(dict.fromkeys(one.period for one in late), paying.FEW)
        last = date.fromordinal(max(one.last for one in late)).isoformat()
        what = f"a period is closed once it is over: {names} ends on {last}"
        raise CsmError(VALUE, what, "--period", period,
                       "Close it after that day, or give an earlier period.")  # fmt: skip
    return found


def require_plans(tables: Tables, plans: Collection[str]) -> None:
    """Refuse plans that are not there. Errors: each of them."""
    every = paying.plan_ids(tables)
    if unknown := [plan for plan in plans if plan not in every]:
        raise CsmError.of(
            Issue(VALUE, "there is no such plan", "--plan", plan,
                  did_you_mean(plan, every) or f"Give one of {listed(every, paying.FEW)}.")
            for plan in unknown
        )  # fmt: skip


def without_closed_cycles(now: State, spans: Sequence[PlanPeriod]) -> list[PlanPeriod]:
    """The pay periods to close without the pay cycles of a plan that are closed for everybody, where another
    cycle of it is open: the year, where each of its quarters was closed before it was measured."""
    closed = {pair for pair, groups in now.pay_groups.items() if "" in groups}
    open_ = {(one.plan_id, one.cycle) for one in spans if (one.plan_id, one.period) not in closed}
    plans = {plan for plan, _ in open_}
    return [one for one in spans if (one.plan_id, one.cycle) in open_ or one.plan_id not in plans]


def refuse_closed(now: State, spans: Sequence[Span], in_parts: bool = True) -> None:
    """Refuse pay periods of which some day is in a closed one. in_parts: whether other pay groups of the same
    period may be closed. Errors: each of them."""
    issues = []
    for closed, event in now.closes:
        for one in spans:
            of_cycle = (one.plan_id, one.cycle) == (closed.plan_id, closed.cycle)
            if not of_cycle or closed.first_day > one.last_day or closed.last_day < one.first_day:
                continue
            same = closed.period == one.period
            if in_parts and same and closed.pay_group and closed.pay_group != one.pay_group:
                continue
            more = "" if same else f", which overlaps {one.period},"
            group = f" for the pay group {closed.pay_group}" if closed.pay_group else ""
            issues.append(
                Issue(VALUE, f"{closed.period} of {closed.plan_id}{more} is closed already{group}, by event"
                      f" {event.id}", "--period", one.period, "Correct it with csm-xl retro; or, if the close"
                      f" is wrong, reject it with csm-xl reject {event.id}.")
            )  # fmt: skip
    if issues:
        raise CsmError.of(issues)


def refuse_other_cycle(now: State, spans: Sequence[Span], lines: Iterable[Line]) -> None:
    """Refuse to pay a component for days for which another pay cycle has paid it: it was moved to another
    cycle under its old name. Errors: each component and period."""
    days = {(one.plan_id, one.period): one for one in spans}
    paid: dict[tuple[str, str], set[str]] = {}
    for key in now.paid:
        if key.line_kind == EARNED:
            paid.setdefault((key.plan_id, key.component_id), set()).add(key.period)
    booked, issues = now.booked, []
    asked = {(one.plan_id, one.component_id, one.period) for one in lines if one.line_kind == EARNED}
    for plan, component, period in sorted(asked):
        one = days[plan, period]
        for name in sorted(paid.get((plan, component), ())):
            other = booked.get((plan, name))
            if other is None or other.cycle == one.cycle:
                continue
            if other.first_day <= one.last_day and other.last_day >= one.first_day:
                issues.append(
                    Issue(VALUE, f"{component} of {plan} was paid for {name} already, in another pay cycle",
                          "--period", period, "Keep its pay cycle, or give the component of the new cycle"
                          " another component_id.")
                )  # fmt: skip
    if issues:
        raise CsmError.of(issues)


def _earlier_differences(tables: Tables, now: State, spans: Sequence[Span], reason: str) -> list[str]:
    """The earlier closed periods of the plan years that today's inputs would pay otherwise: "plan period".

    Those of a plan that is gone, or has another ID now, are among them: nothing would ever look at them.
    Errors: there are some, and no reason to leave them is given.
    """
    there = set(paying.plan_ids(tables))
    earlier = [
        span for (plan, _), (span, _) in now.closed.items()
        if any(span.plan_year == one.plan_year and span.last_day < one.first_day
               and (one.plan_id == plan or plan not in there) for one in spans)
    ]  # fmt: skip
    if not earlier:
        return []
    found = corrections(tables, now, earlier)
    if found.due and not reason:
        how = (
            "Book the corrections first: csm-xl retro SOURCE --into PERIOD --reason WHY. Or leave them, with"
            " --leave-differences REASON, which the book records. If a raise or a move in the roster began"
            " later, date it instead: add two rows to changes, the old value from the first day of the year,"
            " and the new one from its day."
        )
        raise CsmError(
            VALUE,
            f"closed periods would pay other amounts with today's inputs: {in_words(found.due)}",
            "--period",
            None,
            " ".join(filter(None, [renamed(tables, found.due), how])),
        )
    return [f"{plan} {period}" for plan, period in found.periods]


def span_of(role: str, one: PlanPeriod) -> Span:
    """A pay period of a plan as a span of an event."""
    return Span(role, one.plan_id, one.period, number(one.first), number(one.last), one.year, one.cycle)
