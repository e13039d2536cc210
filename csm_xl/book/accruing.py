"""Accruing an open period: what it comes to with today's inputs, by the days that have passed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from csm_xl.book import paying
from csm_xl.book.accruals import KIND, accrued, accruing
from csm_xl.book.archive import LINES, archived, payments_archived
from csm_xl.book.closing import refuse_closed, require_plans, span_of
from csm_xl.book.cycles import longer_than, measured, running
from csm_xl.book.differences import paid_before
from csm_xl.book.events import Event
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.paying import PlanPeriod
from csm_xl.book.payments import Balance, Key, balance_of, state
from csm_xl.errors import VALUE, CsmError
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Tables


@dataclass(frozen=True, slots=True)
class Accrued:
    """What an accrual comes to. event: None where nothing is left to accrue. due: what it books, by line.
    whole: what the lines come to once the periods are over, by line. notes: what is not
    accrued, in words."""

    event: Event | None
    due: dict[Key, int]
    whole: Balance
    notes: tuple[str, ...] = ()


def accrue(
    book: Book, raws: Iterable[RawTable], tables: Tables, period: str, plans: Collection[str] = (), *,
    through: date | None = None, by: str | None = None,
) -> Accrued:  # fmt: skip
    """Accrue the open pay periods of some plans that lie inside a period.

    raws, tables, plans, by: as for `csm_xl.book.closing.close`. through: the last day that counts: a period
    that is not over by then is accrued by its days so far (None: each is accrued whole, and a longer
    pay cycle,
    such as the year of a quarter, by its days up to the end of the period). What is accrued already
    counts: only the rest is booked.
    Errors: an unknown plan or period; a period that is closed; what the engine finds; what the book refuses.
    """
    require_plans(tables, plans)
    spans, notes = measured(tables, period, running(tables, period, plans or paying.plan_ids(tables)))
    now = state(book)
    refuse_closed(now, [span_of("books", one) for one in spans], in_parts=False)
    end = date.fromordinal(paying.period_days(tables, period).end)
    longer = longer_than(tables, period, spans)
    begun = [one for one in spans if through is None or one.first <= through.toordinal()]
    if not begun:
        first = date.fromordinal(min(one.first for one in spans)).isoformat()
        what = f"no pay period has begun by then: the first one begins on {first}"
        raise CsmError(VALUE, what, "--through", through.isoformat() if through else None,
                       "Give a later day.")  # fmt: skip
    given, _, rows = paid_before(tables, now, {})
    pairs = {(one.plan_id, one.period) for one in begun}
    payout = paying.pay(given, [one.period for one in begun])
    whole = balance_of(payout.of(pairs))
    shares = {
        (one.plan_id, one.period): _share(one, through or (end if one in longer else None)) for one in begun
    }
    due = _due(whole, accrued(book, now, pairs), shares)
    if not due:
        return Accrued(None, {}, whole, tuple(notes))
    attachments = {**archived(raws), **payments_archived(rows), LINES: payout.archive(pairs)}
    body: dict[str, Any] = {
        "period": period, "plans": sorted(plans), "plan": paying.plan_fingerprint(tables),
        "through": through.isoformat() if through else None,
    }  # fmt: skip
    draft = Draft(KIND, period, body, [span_of("books", one) for one in begun], accruing(due.items()),
                  attachments, at_head=now.head)  # fmt: skip
    return Accrued(book.post(draft, by), due, whole, tuple(notes))


def _share(one: PlanPeriod, through: date | None) -> tuple[int, int]:
    """The days of a period that count, and all of them."""
    days = one.last - one.first + 1
    return (days if through is None else min(days, through.toordinal() - one.first + 1)), days


def _due(
    whole: Balance, before: Balance, shares: Mapping[tuple[str, str], tuple[int, int]]
) -> dict[Key, int]:
    """What is still to be accrued, by line; nothing for lines that stay."""
    found = {}
    for key in sorted({*whole, *before}):
        counted, days = shares[key.plan_id, key.period]
        amount = whole[key].amount if key in whole else 0
        want = (2 * abs(amount) * counted + days) // (2 * days) * (1 if amount >= 0 else -1)
        rest = want - (before[key].amount if key in before else 0)
        if rest:
            found[key] = rest
    return found
