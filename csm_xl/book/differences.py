"""What closed periods would come to with today's inputs, against what the book says was paid.

Every period is recomputed in order, each with what was paid before it: the book's payments, and the
corrections to earlier periods that this comparison has found already. So a year-to-date component that has
made up for an earlier slip is corrected back, and nobody is paid the difference twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from csm_xl.book import paying
from csm_xl.book.events import Span
from csm_xl.book.payments import Balance, State, added, balance_of, combined, difference, payments
from csm_xl.book.people import closed_for
from csm_xl.book.periods import number
from csm_xl.errors import NOT_FOUND, CsmError, Issue, counted, listed
from csm_xl.plan.table import Tables


@dataclass(slots=True)
class Corrections:
    """What has to be booked. unused: the typed payments that do not count beside the book, by place."""

    due: Balance = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)

    @property
    def periods(self) -> list[tuple[str, str]]:
        """The (plan, period) with differences."""
        return list(dict.fromkeys((key.plan_id, key.period) for key in self.due))


def paid_before(
    tables: Tables, now: State, extra: Balance, before: int | None = None
) -> tuple[Tables, list[str], list[paying.Payment] | None]:
    """The tables with what was really paid, from the book.

    extra: corrections that count as paid too. before: only payments of periods that end before this day
    (YYYYMMDD) count. Returns the tables, the places of typed payments that do not count, and the payments
    that take the place of the table `paid` (None where the table stays as it is).
    """
    paid = added(now.paid, extra)
    typed = paying.typed_payments(tables)
    if not paid and not now.booked:
        return tables, [], None
    days = {one.period: paying.period_days(tables, one.period) for one, _ in typed}
    first_days = {name: number(period.start) for name, period in days.items()}
    counted, unused = combined(typed, now, first_days, paying.component_cycles(tables))
    if before is not None:
        ends = {period: span.last_day for (_, period), (span, _) in now.closed.items()}
        paid = {key: one for key, one in paid.items() if ends.get(key.period, 0) < before}
        counted = [one for one in counted if number(days[one.period].end) < before]
    rows = [*counted, *payments(paid)]
    return paying.with_payments(tables, rows), unused, rows


def not_used(places: Sequence[str]) -> tuple[str, ...]:
    """What is said about typed payments that do not count; nothing where all of them do."""
    if not places:
        return ()
    return (f"Not used, because the book says what was paid: {listed(places, paying.FEW)}.",)


def corrections(tables: Tables, now: State, spans: Iterable[Span]) -> Corrections:
    """What has to be booked so that closed periods come to what today's inputs say.

    tables: today's inputs, checked. now: the book. spans: the closed periods to recompute.
    Errors: findings of the engine; somebody who was paid and is no longer on the roster.
    """
    order = sorted(spans, key=lambda span: (span.last_day, span.first_day, span.period))
    names = list(dict.fromkeys(span.period for span in order))
    pairs = {(span.plan_id, span.period) for span in order}
    counts = closed_for(tables, now, order)
    _require_people(tables, now, pairs)
    found = Corrections()
    # With a draw or a guarantee what a period itself paid would count in it, so each is paid alone.
    alone = bool(tables["arrangements"].rows)
    begins = {span.period: span.first_day for span in order}
    while names:
        asked = names[:1] if alone else list(names)
        given, found.unused, _ = paid_before(tables, now, found.due, begins[asked[0]] if alone else None)
        payout = paying.pay(given, asked)
        for name in asked:
            these = {pair for pair in pairs if pair[1] == name}
            was = {
                key: one for key, one in now.paid.items()
                if (key.plan_id, key.period) in these
                and (counts is None or counts(key.plan_id, key.period, key.employee_id))
            }  # fmt: skip
            due = difference(balance_of(payout.of(these, counts)), was)
            names.remove(name)
            if due:
                found.due |= due
                break  # what comes after it looks back on the correction
    return found


def retro_spans(now: State, year: int, plans: Collection[str], last_day: int) -> list[Span]:
    """The closed periods that a retro recomputes: those of a plan year, of some plans (none: all), that end
    by the last day of the period that it books into (YYYYMMDD)."""
    return [
        span for (plan, _), (span, _) in now.closed.items()
        if span.plan_year == year and (not plans or plan in plans) and span.last_day <= last_day
    ]  # fmt: skip


def _require_people(tables: Tables, now: State, pairs: set[tuple[str, str]]) -> None:
    known = set(tables["roster"].columns["employee_id"].tolist())
    gone: dict[str, list[str]] = {}
    for key, booked in now.paid.items():
        if key.employee_id not in known and (key.plan_id, key.period) in pairs and booked.amount:
            gone.setdefault(key.employee_id, []).append(key.period)
    if gone:
        raise CsmError.of(
            Issue(NOT_FOUND, f"{who} was paid for {listed(sorted(set(periods)), paying.FEW)}, but is no"
                  " longer on the roster, so nobody can check that payment", "roster", None,
                  "Put the person back on the roster, with the leave_date.")
            for who, periods in gone.items()
        )  # fmt: skip


def renamed(tables: Tables, due: Balance) -> str:
    """What is said about plans that were paid and are not there today, which comes to taking all of it back;
    empty where there are none.
    """
    there = set(paying.plan_ids(tables))
    gone = list(dict.fromkeys(key.plan_id for key in due if key.plan_id not in there))
    if not gone:
        return ""
    return (
        f"Today's inputs have no plan {listed(gone, paying.FEW)}, so all that it paid would be taken back. If"
        " the plan was renamed, give it its old plan_id again."
    )


def in_words(due: Balance, most: int = 6) -> str:
    """Which periods differ, for how many people.

    >>> from csm_xl.book.payments import Booked, Key
    >>> in_words({Key("2026-Q1", "E1", "P", "nrr", "earned", "USD"): Booked(5, 5)})
    '2026-Q1 (1 person)'
    """
    people: dict[str, set[str]] = {}
    for key in due:
        people.setdefault(key.period, set()).add(key.employee_id)
    said = [f"{name} ({counted(len(who), 'person', 'people')})" for name, who in people.items()]
    return ", ".join(said[:most]) + (f" and {len(said) - most:,} more" if len(said) > most else "")
