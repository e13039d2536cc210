"""A retro: corrections to closed periods, booked in an open one. What was paid stays as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from csm_xl import __version__
from csm_xl.book import paying
from csm_xl.book.archive import INPUT, archived, inputs_hash, payments_archived, table_of_bytes
from csm_xl.book.differences import corrections, not_used, paid_before, renamed, retro_spans
from csm_xl.book.events import Event, Span
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.payments import Balance, State, balance_of, difference, entry_of, state
from csm_xl.book.periods import number
from csm_xl.errors import VALUE, CsmError, listed
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Tables

EARLIER: Final = "corrections of earlier periods"
"""The cause of a correction to a period of which no input has changed: it looks back on another one."""


@dataclass(frozen=True, slots=True)
class Retro:
    """What a retro comes to. event: None where nothing is booked. due: each corrected line. causes: period →
    the tables whose change moves it, and how many of its lines each moves alone. notes: in words."""

    event: Event | None
    due: Balance
    causes: Mapping[str, Mapping[str, int]]
    notes: tuple[str, ...] = ()


def retro(
    book: Book, raws: Iterable[RawTable], tables: Tables, into: str, reason: str, *, year: int | None = None,
    plans: Collection[str] = (), accept_version: bool = False, dry_run: bool = False, by: str | None = None,
) -> Retro:  # fmt: skip
    """Recompute every closed period of a plan year with today's inputs, and book the differences.

    raws: the tables as they were read; tables: the same, checked. into: the open period that pays them.
    reason: why. year: the plan year (None: the one of `into`). plans: which of them (none: all).
    accept_version: book differences that no input caused, but another version of the program.
    dry_run: book nothing. by: as for `Book.maker`.
    Errors: nothing is closed in the year; `into` is closed; no reason; what the engine finds.
    """
    if not reason.strip():
        raise CsmError(VALUE, "a retro says why", "--reason", None, "Give --reason WHY.")
    inputs = list(raws)
    now = state(book)
    spans = _closed_spans(now, tables, into, year, plans)
    found = corrections(tables, now, spans)
    notes = not_used(found.unused)
    if not found.due:
        return Retro(None, {}, {}, (*notes, "Every closed period matches what was paid: nothing is booked."))
    notes = (*notes, *filter(None, [renamed(tables, found.due)]))
    attachments = archived(inputs)
    changed = _changed_since(book, now, found.periods, attachments)
    moved = causes(book, now, inputs, found.due)
    if not any(changed.values()):
        said = _version_note(now, found.periods)
        if not accept_version:
            return Retro(
                None, found.due, moved, (*notes, f"{said} Nothing is booked without --accept-version.")
            )
        notes = (*notes, said)
    if dry_run:
        return Retro(None, found.due, moved, (*notes, "Nothing is booked, because of --dry-run."))
    corrected = [
        span._replace(role="corrects") for span in spans if (span.plan_id, span.period) in found.periods
    ]
    _, _, rows = paid_before(tables, now, {})
    attachments |= payments_archived(rows)
    body: dict[str, Any] = {
        "into": into, "reason": reason, "plan": paying.plan_fingerprint(tables), "causes": moved,
        "plans": sorted(plans), "year": spans[0].plan_year,
    }  # fmt: skip
    entries = [entry_of(key, booked, into) for key, booked in sorted(found.due.items())]
    periods = [*corrected, *_into_spans(tables, into, corrected)]
    title = f"{_titles(corrected)} into {into}"
    draft = Draft("retro", title, body, periods, entries, attachments, at_head=now.head)
    return Retro(book.post(draft, by), found.due, moved, notes)


def _closed_spans(
    now: State, tables: Tables, into: str, year: int | None, plans: Collection[str]
) -> list[Span]:
    """The closed periods that are recomputed."""
    last = number(paying.period_days(tables, into).end)
    if unknown := [plan for plan in plans if all(plan != one for one, _ in now.closed)]:
        raise CsmError(VALUE, "no period of this plan is closed", "--plan", unknown[0],
                       "Close one with csm-xl close.")  # fmt: skip
    wanted = year if year is not None else paying.plan_year(tables, into)
    found = retro_spans(now, wanted, plans, last)
    if not found:
        what = f"no period of the plan year {wanted} is closed before the end of {into}"
        raise CsmError(VALUE, what, "--into", into,
                       "Close one with csm-xl close, or give --year.")  # fmt: skip
    return found


def _into_spans(tables: Tables, into: str, corrected: Iterable[Span]) -> list[Span]:
    days = paying.period_days(tables, into)
    year = paying.plan_year(tables, into)
    plans = dict.fromkeys(span.plan_id for span in corrected)
    return [Span("books", plan, days.name, number(days.start), number(days.end), year) for plan in plans]


def _titles(spans: Iterable[Span]) -> str:
    return listed(dict.fromkeys(span.period for span in spans), paying.FEW)


def _changed_since(
    book: Book, now: State, periods: Iterable[tuple[str, str]], attachments: Mapping[str, bytes]
) -> dict[int, bool]:
    """The closes of some periods → whether any table differs from what they archived."""
    today = inputs_hash(attachments)
    numbers = {one.id for pair in periods for one in now.closes_of(pair)}
    return {one: inputs_hash(book.attachments(one)) != today for one in sorted(numbers)}


def _version_note(now: State, periods: Iterable[tuple[str, str]]) -> str:
    versions = {str(one.body["program"]["csm_xl"]) for pair in periods for one in now.closes_of(pair)}
    return (
        f"No input has changed since the close, made with csm_xl {' and '.join(sorted(versions))}; this is"
        f" csm_xl {__version__}, and it calculates other amounts."
    )


def causes(book: Book, now: State, inputs: Iterable[RawTable], due: Balance) -> dict[str, dict[str, int]]:
    """Which changed tables move a closed period, and how many of its lines each moves.

    Each changed table is put alone into what the close archived, and the period is paid again: what moves
    then has that table as a cause. A table that counts only together with another one moves nothing alone;
    such are listed with 0. One that cannot be read with the old ones counts as one that moves 0 alone.
    """
    periods = list(dict.fromkeys((key.plan_id, key.period) for key in due))
    by_close: dict[int, set[tuple[str, str]]] = {}
    for pair in periods:
        for one in now.closes_of(pair):
            by_close.setdefault(one.id, set()).add(pair)
    new = {paying.table_name(raw): raw for raw in inputs}
    found: dict[str, dict[str, int]] = {}
    for close, pairs in by_close.items():
        kept = book.attachments(close)
        old = {paying.table_name(raw): raw for raw in map(table_of_bytes, _inputs(kept))}
        before = _balance(list(old.values()), pairs)
        for name in sorted({*old, *new}):
            if _rows(old.get(name)) == _rows(new.get(name)):
                continue
            mixed = [raw for other, raw in old.items() if other != name]
            after = _balance([*mixed, *([new[name]] if name in new else [])], pairs)
            off = difference(after, before) if after is not None and before is not None else {}
            for _, period in pairs:
                lines = sum(key.period == period for key in off)
                each = found.setdefault(period, {})
                each[name] = max(lines, each.get(name, 0))  # closes of two pay groups see the same change
    moved = {
        period: {name: n for name, n in each.items() if n or not any(each.values())}
        for period, each in found.items()
    }
    # A period of which no input has changed looks back on one that is corrected.
    for _, period in periods:
        moved.setdefault(period, {EARLIER: sum(key.period == period for key in due)})
    return moved


def _rows(raw: RawTable | None) -> list[list[Any]] | None:
    return None if raw is None else [list(row) for row in raw.rows]


def _inputs(attachments: Mapping[str, bytes]) -> list[bytes]:
    return [data for name, data in attachments.items() if name.startswith(INPUT)]


def _balance(raws: list[RawTable], pairs: set[tuple[str, str]]) -> Balance | None:
    """What some tables pay for periods; None where they cannot be paid from."""
    try:
        payout = paying.pay(paying.read(raws), [period for _, period in pairs])
    except CsmError:
        return None
    return balance_of(payout.of(pairs))
