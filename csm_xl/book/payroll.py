"""Payroll: what approved events of a period owe people goes to payroll, once, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from csm_xl.book.archive import UNNAMED, restored
from csm_xl.book.events import Entry, Event, Span
from csm_xl.book.ledger import Book, Draft
from csm_xl.book.payroll_rules import EVERY_PLAN
from csm_xl.book.periods import period_span
from csm_xl.book.tables import entry
from csm_xl.engine.components import component_types
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.plan.display_names import DisplayNames
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.tables import read_tables

KIND: Final = "payroll"
"""The kind of event, and of its lines."""
FEW: Final = 8


class Owed(NamedTuple):
    """What somebody is owed: whole minor units of a currency, below 0 where they owe."""

    employee_id: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class PaidOut:
    """A payroll that is booked. kept_back: who owes, so that nothing is moved and the debt stays."""

    event: Event
    kept_back: tuple[Owed, ...]


def payroll(
    book: Book, period: str, ids: Mapping[str, str] | None = None, by: str | None = None,
    check: Callable[[Sequence[int], Sequence[Owed]], object] | None = None,
) -> PaidOut:  # fmt: skip
    """Pay what the approved events that are booked in a period owe, and what earlier ones left.

    ids: employee_id → payroll id, where a file gives them; else those of the rosters count. by: as for
    `Book.maker`. check: called with the events that are paid and what is due before anything is booked:
    refuses what the file for payroll could not say.
    Errors: undecided events, and corrections of undecided closes; nothing to pay; an event that pays in
    another period too; somebody without a payroll id where others have one.
    """
    head = book.head()[1]
    events = book.events()
    span = period_span(events, period)
    taken = _taken(events, span)
    owed = _owed(book, events, taken)
    due = [one for one in owed if one.amount > 0]
    numbers = [one.id for one in taken]
    payroll_ids(book, numbers, due, ids)
    if check:
        check(numbers, due)
    entries = [
        Entry(span.period, span.period, one.employee_id, EVERY_PLAN, "", KIND, "payable", "payroll",
              one.amount, None, one.currency)
        for one in due
    ]  # fmt: skip
    body = {"period": period, "people": len({one.employee_id for one in due})}
    about = [(one.id, 0) for one in taken]
    draft = Draft(KIND, span.period, body, [span], entries, about=about, at_head=head)
    return PaidOut(book.post(draft, by), tuple(one for one in owed if one.amount < 0))


def _taken(events: Sequence[Event], span: Span) -> list[Event]:
    """The events that a payroll of a period takes."""
    paid = {number for one in events if one.kind == KIND for number, _ in one.about}
    waiting, issues = [], []
    for one in events:
        if one.kind not in ("close", "retro") or not one.live or one.id in paid:
            continue
        pays = [each for each in one.spans if each.role in ("closes", "books")]
        inside = _paid_in(span, pays)
        if not inside:
            continue
        waiting.append(one)
        if one.state != "approved":
            issues.append(
                Issue(VALUE, f"event {one.id}, {one.kind} of {one.title}, is not decided yet, so nobody is"
                      " paid", "--period", span.period,
                      f"Approve or reject it: csm-xl approve {one.id} --hash {one.hash[:16]}")
            )  # fmt: skip
        issues += [
            Issue(VALUE, f"event {one.id} corrects event {close.id}, close of {close.title}, which is not"
                  " decided yet, so nobody is paid", "--period", span.period,
                  f"Approve it: csm-xl approve {close.id} --hash {close.hash[:16]}. If it is wrong, reject"
                  f" event {one.id} first, and then event {close.id}.")
            for close in _undecided_closes(events, one) if close not in waiting
        ]  # fmt: skip
        if outside := [each for each in pays if each not in inside]:
            names = listed(dict.fromkeys(each.period for each in outside), FEW)
            closed_for = one.body.get("period", one.title)
            issues.append(
                Issue(VALUE, f"event {one.id} also pays {names}, and is paid as a whole", "--period",
                      span.period, f"Give the period that it was closed for: {closed_for}.")
            )  # fmt: skip
    if issues:
        raise CsmError.of(issues)
    if not waiting:
        what = "the period has no approved event left to pay"
        raise CsmError(NOT_FOUND, what, "--period", span.period, "csm-xl ledger lists the events; --event N"
                       " writes the file of a payroll again.")  # fmt: skip
    return waiting


def _undecided_closes(events: Sequence[Event], late: Event) -> list[Event]:
    """The closes that an event corrects and nobody has decided. The correction is the difference from what
    they pay: alone it would pay, or take back, a part of what nobody has approved."""
    pairs = {(span.plan_id, span.period) for span in late.spans if span.role == "corrects"}
    return [
        one for one in events
        if one.kind == "close" and one.state == "undecided" and one.id < late.id
        and any((span.plan_id, span.period) in pairs for span in one.spans)
    ]  # fmt: skip


def _paid_in(span: Span, pays: Sequence[Span]) -> list[Span]:
    """Which periods of an event a payroll of a period pays: those inside it, and the longer cycles of a plan
    that end there with a shorter one."""
    inside = [one for one in pays if span.first_day <= one.first_day and one.last_day <= span.last_day]
    plans = {one.plan_id for one in inside}
    ends = [one for one in pays if one.plan_id in plans and span.first_day <= one.last_day <= span.last_day]
    return [one for one in pays if one in inside or one in ends]


def _owed(book: Book, events: Sequence[Event], taken: Sequence[Event]) -> list[Owed]:
    """What everybody is owed by events that payrolls have taken or take now, less what was moved."""
    earlier = [one for one in events if one.kind == KIND]
    numbers = [*(one.id for one in taken), *(number for one in earlier for number, _ in one.about)]
    names = (entry.c.employee_id, entry.c.currency)
    due = sa.select(*names, entry.c.amount.label("amount")).where(
        entry.c.event_id.in_(numbers), entry.c.credit == "payable"
    )
    moved = sa.select(*names, -entry.c.amount).where(entry.c.event_id.in_([one.id for one in earlier]))
    both = due.union_all(moved).subquery()
    chosen = (
        sa.select(both.c.employee_id, both.c.currency, sa.func.sum(both.c.amount))
        .group_by(both.c.employee_id, both.c.currency)
        .order_by(both.c.employee_id, both.c.currency)
    )
    with book.store.reading() as connection:
        return [Owed(who, code, int(amount)) for who, code, amount in connection.execute(chosen)]


def payroll_ids(
    book: Book, numbers: Iterable[int], due: Iterable[Owed], ids: Mapping[str, str] | None
) -> dict[str, str]:
    """employee_id → payroll id of those who are paid; nothing where nobody has one.

    numbers: the events that are paid: the column payroll_id of the latest roster counts.
    ids: those of a file, which count instead.
    Errors: somebody who is paid has none.
    """
    known = dict(ids) if ids is not None else of_rosters(book, numbers, "payroll_id")["payroll_id"]
    if ids is None and not any(known.values()):
        return {}
    where = "the roster" if ids is None else "--ids"
    lacking = [who for who in dict.fromkeys(one.employee_id for one in due) if not known.get(who)]
    if lacking:
        raise CsmError.of(
            Issue(NOT_FOUND, f"{who} has no payroll id", where, None,
                  "Give it in a file of employee_id and payroll_id: --ids FILE.", person=who)
            for who in lacking
        )  # fmt: skip
    return known


def of_rosters(book: Book, numbers: Iterable[int], *columns: str) -> dict[str, dict[str, str]]:
    """Column → employee_id → what the archived rosters of some events say, a later one over an earlier, read
    as when people were paid."""
    found: dict[str, dict[str, str]] = {column: {} for column in columns}
    for number in sorted(numbers):
        roster = read_tables(restored(book.attachments(number)), component_types())[0]["roster"].columns
        for column in columns:
            said = (str(one or "") for one in roster[column].tolist())
            found[column] |= dict(zip(roster["employee_id"].tolist(), said, strict=True))
    return found


def names_of_rosters(book: Book, numbers: Iterable[int]) -> dict[str, str]:
    """employee_id → the name, as the archived rosters of some events say it, a later one over an earlier.

    Nobody before an event whose outputs leave names out is named, nor is anybody in it.
    """
    found: dict[str, str] = {}
    for number in sorted(numbers):
        attachments = book.attachments(number)
        if UNNAMED in attachments:
            found.clear()
            continue
        tables = read_tables(restored(attachments), component_types())[0]
        names = DisplayNames(tables)
        every = tables["roster"].columns["employee_id"].tolist()
        found |= {who: name for who in every if (name := names.of(who))}
    return found


def ids_of_file(path: Path) -> dict[str, str]:
    """employee_id → payroll id of a CSV file. Errors: it lacks a column, or names somebody twice."""
    raw = RawTable.of_csv(path)
    header = [header_name(str(cell)) for cell in raw.rows[0]] if raw.rows else []
    if lacking := [name for name in ("employee_id", "payroll_id") if name not in header]:
        raise CsmError(NOT_FOUND, f"the column {' and '.join(lacking)} is missing", path.name, None,
                       "Give the columns employee_id and payroll_id.")  # fmt: skip
    who = [str(row[header.index("employee_id")]).strip() for row in raw.rows[1:] if any(row)]
    if twice := sorted({one for one in who if who.count(one) > 1}) if len(set(who)) < len(who) else []:
        raise CsmError(VALUE, f"{listed(twice, FEW)} is listed twice", path.name, None, "Keep one row.")
    return _ids_of(raw)


def _ids_of(raw: RawTable) -> dict[str, str]:
    header = [header_name(str(cell)) for cell in raw.rows[0]]
    who, number = header.index("employee_id"), header.index("payroll_id")
    return {_text(row[who]): _text(row[number]) for row in raw.rows[1:] if len(row) > max(who, number)}


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()
