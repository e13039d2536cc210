"""``csm-xl close``, ``approve``, ``reject`` and ``retro``: decisions that the book of record keeps."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from csm_xl.cli import show
from csm_xl.cli.collector import collector_paused
from csm_xl.cli.files import read_source
from csm_xl.cli.load import decided, read
from csm_xl.cli.options import Accept, AsJson, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.errors import VALUE, CsmError, counted

if TYPE_CHECKING:
    from csm_xl.book.events import Event
    from csm_xl.book.ledger import Book, Signer
    from csm_xl.plan.raw import RawTable
    from csm_xl.plan.table import Tables

BookOption = Annotated[
    str | None,
    typer.Option(
        "--book", help="The book of record: a file, or a PostgreSQL URL. Default: what CSM_XL_BOOK names."
    ),
]
By = Annotated[
    str | None,
    typer.Option(help="Your name. Default: your login name; on PostgreSQL always the database login."),
]
PlanOption = Annotated[list[str] | None, typer.Option("--plan", help="Only this plan. May be repeated.")]
KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="Sign with the private key in this file. Default: what CSM_XL_KEY names; else no signature.",
    ),
]
Hash = Annotated[
    str, typer.Option("--hash", help="The hash, or its first digits, of the event that you looked at.")
]
EventNumber = Annotated[
    int, typer.Argument(metavar="EVENT", help="The number of the event; csm-xl ledger lists them.")
]
_SHOWN: Final = 16
_TRIES: Final = 3
_PASSPHRASE: Final = "Passphrase of the key"
KEY_ENVIRONMENT: Final = "CSM_XL_KEY"
"""The environment variable that names the file of one's private key."""


def today() -> date:
    """The day on which a period is closed."""
    return date.today()


@collector_paused()
def close(
    source: SourceArgument,
    period: Annotated[
        str, typer.Option(help="2026-Q1, 2026-03, 2026 …: every pay period inside it is closed.")
    ],
    plan: PlanOption = None,
    pay_group: Annotated[
        str | None,
        typer.Option(
            help="Only the people in this pay group; the others are closed later. Default: everybody"
            " who is left."
        ),
    ] = None,
    leave_differences: Annotated[
        str,
        typer.Option(help="Why earlier closed periods stay as they are, although their amounts differ now."),
    ] = "",
    book: BookOption = None,
    by: By = None,
    key: KeyOption = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Close a period: record permanently what everybody is paid for it, and from which inputs."""
    from csm_xl.book.closing import close as close_period

    kept = opened(book, key)
    if pay_group is not None and not pay_group.strip():  # as of a variable that is not set: not everybody
        raise CsmError(VALUE, "the pay group is blank", "--pay-group", pay_group,
                       "Give its name as on the roster, or leave it out to close everybody.")  # fmt: skip
    group = pay_group or ""
    raws, tables = inputs(source, period, plan, mapped, ignored, accept, pay_group=group)
    with show.working(f"Closing {period}"):
        closed = try_again(
            lambda: close_period(kept, raws, tables, period, plan or (), today=today(), pay_group=group,
                                 leave_differences=leave_differences, by=by)
        )  # fmt: skip
    gc.freeze()  # it stays until the end: searching it for garbage finds nothing, and takes a while
    if as_json:
        print(show.to_json({**event_record(closed.event), "notes": closed.notes}))
        return
    for said in closed.notes:
        show.note(said)
    lines, people = (int(closed.event.body[name]) for name in ("lines", "people"))
    said = f"{counted(lines, 'payout line')} for {counted(people, 'person', 'people')}"
    of = f" for the pay group {closed.event.body['pay_group']}" if group else ""
    show.say(f"{period} is closed{of}: event {closed.event.id}, {said}.")
    say_event(closed.event, kept)


def approve(
    event: EventNumber,
    saw: Hash = "",
    book: BookOption = None,
    by: By = None,
    key: KeyOption = None,
    as_json: AsJson = False,
) -> None:
    """Approve an event that somebody else made."""
    from csm_xl.book import deciding

    kept = opened(book, key)
    _decided(deciding.approve(kept, event, saw, by), kept, as_json)


def reject(
    event: EventNumber,
    reason: Annotated[str, typer.Option(help="Why.")],
    saw: Hash = "",
    book: BookOption = None,
    by: By = None,
    key: KeyOption = None,
    as_json: AsJson = False,
) -> None:
    """Reject an event, so that its periods are open again. It stays in the book."""
    from csm_xl.book import deciding

    kept = opened(book, key)
    _decided(deciding.reject(kept, event, reason, saw, by), kept, as_json)


def retro(
    source: SourceArgument,
    into: Annotated[str, typer.Option(help="The open period that pays the corrections, such as 2026-Q2.")],
    reason: Annotated[str, typer.Option(help="Why, such as: renewals of March restated.")],
    year: Annotated[
        int | None, typer.Option(help="The plan year to correct, if not the one of --into.")
    ] = None,
    plan: PlanOption = None,
    accept_version: Annotated[
        bool,
        typer.Option("--accept-version", help="Book differences caused by a new csm_xl, not by an input."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the corrections, and book nothing.")
    ] = False,
    book: BookOption = None,
    by: By = None,
    key: KeyOption = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Correct closed periods: pay them again with today's inputs, and book the differences in an open one."""
    from csm_xl.book.retro import retro as correct
    from csm_xl.plan.display_names import DisplayNames

    kept = opened(book, key)
    raws, tables = inputs(source, into, plan, mapped, ignored, accept)
    with show.working("Paying the closed periods again"):
        found = try_again(
            lambda: correct(kept, raws, tables, into, reason, year=year, plans=plan or (),
                            accept_version=accept_version, dry_run=dry_run, by=by)
        )  # fmt: skip
    rows = [
        [
            key.period,
            key.employee_id,
            key.plan_id,
            key.component_id,
            key.line_kind,
            _money(one.amount, key.currency),
            key.currency,
        ]
        for key, one in sorted(found.due.items())
    ]
    named = ["earned", "employee_id", "plan_id", "component_id", "line_kind", "correction", "currency"]
    header, *rows = DisplayNames(tables).beside([named, *rows])
    if as_json:
        print(show.to_json({
            "event": event_record(found.event) if found.event else None,
            "corrections": [dict(zip(header, row, strict=True)) for row in rows],
            "causes": found.causes, "notes": found.notes,
        }))  # fmt: skip
        return
    if rows:
        show.table(header, rows, "Corrections")
    for period, moved in found.causes.items():
        because = ", ".join(f"{name} ({counted(lines, 'line')})" for name, lines in moved.items())
        if because:
            show.say(f"{period} differs because of: {because}.")
    for said in found.notes:
        show.note(said)
    if found.event:
        show.say(f"Booked in {into}: event {found.event.id}.")
        say_event(found.event, kept)


def opened(book: str | None, key: Path | None = None) -> Book:
    """The book that a command works in, with a warning where its place is risky.

    key: the private key that signs what the command writes (None: the one that the environment names).
    """
    from csm_xl.book.ledger import Book
    from csm_xl.book.store import Store, named_book

    store = Store(named_book(book))
    for warning in store.warnings():
        show.note(warning)
    named = key or os.environ.get(KEY_ENVIRONMENT)
    return Book(store, partial(_signer, Path(named)) if named else None)


def _signer(file: Path, book: Book) -> Signer:
    """Who signs with the key in a file; asks for its passphrase where it has one."""
    from csm_xl.book import signing

    return signing.signer(
        book, signing.private_key(file, partial(typer.prompt, _PASSPHRASE, hide_input=True))
    )


def event_record(event: Event) -> dict[str, Any]:
    """An event as a JSON object; money in main units."""
    from csm_xl.book.money import main_units

    return {
        "event": event.id, "kind": event.kind, "title": event.title, "state": event.state or None,
        "made_by": event.made_by, "made_at": event.made_at, "signed": event.signed, "refers": event.refers,
        "approved_by": list(event.approved_by), "rejected_by": event.rejected_by,
        "approvals": event.approvals,
        "periods": [
            {"role": one.role, "plan_id": one.plan_id, "period": one.period, "cycle": one.cycle,
             "pay_group": one.pay_group}
            for one in event.spans
        ],
        "totals": [
            {"currency": code, "debit": debit, "credit": credit, "entries": entries,
             "amount": main_units(amount, code)}
            for code, debit, credit, entries, amount in event.totals
        ],
        "body": event.body, "hash": event.hash,
    }  # fmt: skip


def maker(event: Event) -> str:
    """Who made an event, and whether they signed it."""
    return f"{event.made_by} (signed)" if event.signed else event.made_by


def totals_in_words(event: Event) -> str:
    """What an event makes payable, by currency."""
    from csm_xl.book.money import shown

    sums: dict[str, int] = {}
    for code, debit, credit, _, amount in event.totals:
        if "payable" in (debit, credit):
            sums[code] = sums.get(code, 0) + (amount if credit == "payable" else -amount)
    return ", ".join(shown(amount, code) for code, amount in sorted(sums.items()))


def claimed(book: Book) -> None:
    """Say which names are claimed, where the book is a file."""
    from csm_xl.book.deciding import CLAIMED, SIGNED, names_are_claimed

    if book.store.sqlite:
        show.note(CLAIMED if names_are_claimed(book) else SIGNED)


def inputs(
    source: Path, period: str | None, plans: Sequence[str] | None, mapped: Any, ignored: Any, accept: Any,
    paid: Path | None = None, pay_group: str = "",
) -> tuple[list[RawTable], Tables]:  # fmt: skip
    """The tables as read, and checked, with their warnings shown. paid: a file in place of the table paid.
    plans, pay_group: whose errors count (none: everybody's).

    Errors: a scenario is on; the file and the table both have payments; all that is wrong in the tables.
    """
    from csm_xl.book.paying import people_of

    given = read_source(source)
    if given.scenario:
        raise CsmError(VALUE, "a scenario is never booked", f"Control in {source.name}", given.scenario,
                       "Clear the scenario on Control.")  # fmt: skip
    raws = [*with_paid(given.tables, paid), *decided(mapped, ignored, accept)]
    people = people_of(raws, plans or (), pay_group.strip()) if plans or pay_group.strip() else None
    people = people or None  # nobody: the close says so
    tables, warnings = read(raws, str(source), period if people is None else None, people=people)
    show.findings(warnings)
    return raws, tables


def with_paid(tables: list[RawTable], paid: Path | None) -> list[RawTable]:
    """Tables with a file in place of a table paid that has no rows. Errors: it has some."""
    from dataclasses import replace

    from csm_xl.book.paying import table_name
    from csm_xl.plan.raw import RawTable

    if paid is None:
        return tables
    there = [raw for raw in tables if table_name(raw) == "paid"]
    filled = [raw for raw in there if any(cell not in (None, "") for row in raw.rows[1:] for cell in row)]
    if filled:
        raise CsmError(VALUE, "payments are given twice: in this table and by --paid", filled[0].origin.name,
                       str(paid), "Give them in one place.")  # fmt: skip
    others = [raw for raw in tables if table_name(raw) != "paid"]
    return [*others, replace(RawTable.of_csv(paid), name="paid")]


def try_again(call: Any) -> Any:
    """What a call gives; tried again where somebody wrote in the book meanwhile."""
    from csm_xl.book.ledger import BookMoved

    for _ in range(_TRIES - 1):
        try:
            return call()
        except BookMoved:
            continue
    return call()


def _money(amount: int, currency: str) -> float:
    from csm_xl.book.money import main_units

    return main_units(amount, currency)


def _decided(event: Event, book: Book, as_json: bool) -> None:
    if as_json:
        print(show.to_json(event_record(event)))
        return
    show.say(f"Event {event.id}, {event.kind} of {event.title}, is {event.state}.")
    say_event(event, book)


def say_event(event: Event, book: Book) -> None:
    """Show the hash of an event, what it makes payable, and what it still needs."""
    sums = totals_in_words(event)
    more = f"; {sums}" if sums else ""
    show.say(f"Hash {event.hash[:_SHOWN]}{more}.")
    if event.state == "undecided":
        missing = int(event.approvals or 0) - len(event.approved_by)
        who = "one approval" if missing == 1 else f"{missing} approvals"
        show.say(f"It needs {who}: csm-xl approve {event.id} --hash {event.hash[:_SHOWN]}")
    claimed(book)
