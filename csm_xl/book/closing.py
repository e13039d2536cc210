"""Closing pay periods: what everybody is paid for them becomes an event of the book."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from csm_xl.book import paying
from csm_xl.book.accruals import reversals
from csm_xl.book.archive import LINES, archived, payments_archived
from csm_xl.book.differences import corrections, in_words, not_used, paid_before
from csm_xl.book.ledger import Book, Draft, Event, Span
from csm_xl.book.paying import PlanPeriod
from csm_xl.book.payments import State, entries_of, state
from csm_xl.book.periods import number
from csm_xl.errors import VALUE, CsmError, Issue, listed
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
    today: date, leave_differences: str = "", by: str | None = None,
) -> Closed:  # fmt: skip
    """Close the pay periods of some plans that lie inside a period.

    raws: the tables as they were read; tables: the same, checked. plans: which of them (none: all).
    today: periods that are not over by then are refused. leave_differences: why earlier closed periods that
    today's inputs would pay otherwise stay as they are. by: as for `Book.maker`.
    Errors: an unknown plan or period; a period that is not over, or is closed already; earlier closed
    periods that differ; what the engine finds; what the book refuses.
    """
    spans = periods_to_close(tables, period, plans, today)
    now = state(book)
    refuse_closed(now, spans)
    left = _earlier_differences(tables, now, spans, leave_differences)
    given, unused, rows = paid_before(tables, now, {})
    pairs = {(one.plan_id, one.period) for one in spans}
    payout = paying.pay(given, [one.period for one in spans])
    lines = payout.of(pairs)
    attachments = {**archived(raws), **payments_archived(rows), LINES: payout.archive(pairs)}
    body: dict[str, Any] = {
        "period": period, "plans": sorted(plans), "plan": paying.plan_fingerprint(tables),
        "lines": len(lines), "people": len({one.employee_id for one in lines}),
    }  # fmt: skip
    if left:
        body["left_differences"] = {"reason": leave_differences, "periods": left}
    closed = [span_of("closes", one) for one in spans]
    entries = [*entries_of(lines), *reversals(book, now, pairs)]
    draft = Draft("close", period, body, closed, entries, attachments, at_head=now.head)
    return Closed(book.post(draft, by), not_used(unused))


def periods_to_close(
    tables: Tables, period: str, plans: Collection[str], today: date | None
) -> list[PlanPeriod]:
    """The pay periods that a close of a period is about, in time.

    Errors: an unknown plan or period; one that is not over by today.
    """
    every = paying.plan_ids(tables)
    if unknown := [plan for plan in plans if plan not in every]:
        raise CsmError.of(
            Issue(VALUE, "there is no such plan", "--plan", plan,
                  did_you_mean(plan, every) or f"Give one of {listed(every, paying.FEW)}.")
            for plan in unknown
        )  # fmt: skip
    found = paying.pay_periods(tables, period, plans or every)
    late = [one for one in found if today is not None and one.last >= today.toordinal()]
    if late:
        names = listed(dict.fromkeys(one.period for one in late), paying.FEW)
        last = date.fromordinal(max(one.last for one in late)).isoformat()
        what = f"a period is closed once it is over: {names} ends on {last}"
        raise CsmError(VALUE, what, "--period", period,
                       "Close it after that day, or give an earlier period.")  # fmt: skip
    return found


def refuse_closed(now: State, spans: Sequence[PlanPeriod]) -> None:
    """Refuse pay periods of which some day is in a closed one. Errors: each of them."""
    issues = []
    for (plan, name), (span, event) in now.closed.items():
        for one in spans:
            first, last = number(one.first), number(one.last)
            if one.plan_id == plan and span.first_day <= last and span.last_day >= first:
                same = "" if name == one.period else f", in which days of {one.period} lie"
                issues.append(
                    Issue(VALUE, f"{name} of {plan}{same} is closed already, by event {event.id}", "--period",
                          one.period, "Correct it with csm-xl retro; or, if the close is wrong, reject it"
                          f" with csm-xl reject {event.id}.")
                )  # fmt: skip
    if issues:
        raise CsmError.of(issues)


def _earlier_differences(tables: Tables, now: State, spans: Sequence[PlanPeriod], reason: str) -> list[str]:
    """The earlier closed periods of the plan years that today's inputs would pay otherwise: "plan period".

    Those of a plan that is gone, or has another ID now, are among them: nothing would ever look at them.
    Errors: there are some, and no reason to leave them is given.
    """
    there = set(paying.plan_ids(tables))
    earlier = [
        span for (plan, _), (span, _) in now.closed.items()
        if any(span.plan_year == one.year and span.last_day < number(one.first)
               and (one.plan_id == plan or plan not in there) for one in spans)
    ]  # fmt: skip
    if not earlier:
        return []
    found = corrections(tables, now, earlier)
    if found.due and not reason:
        raise CsmError(
            VALUE,
            f"closed periods come to other amounts with today's inputs: {in_words(found.due)}",
            "--period",
            None,
            "Book the corrections first: csm-xl retro SOURCE --into PERIOD --reason WHY. Or leave them, with"
            " --leave-differences REASON, which the book records.",
        )
    return [f"{plan} {period}" for plan, period in found.periods]


def span_of(role: str, one: PlanPeriod) -> Span:
    """A pay period of a plan as a span of an event."""
    return Span(role, one.plan_id, one.period, number(one.first), number(one.last), one.year)
