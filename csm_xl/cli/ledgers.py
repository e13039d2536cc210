"""``csm-xl ledger``, ``backup`` and ``book``: a book of record shown, proven, copied and set up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csm_xl.cli import show
from csm_xl.cli.booking import (
    BookOption,
    By,
    KeyOption,
    claimed,
    event_record,
    maker,
    opened,
    totals_in_words,
)
from csm_xl.cli.options import Accept, AsJson, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.errors import VALUE, CsmError, counted

if TYPE_CHECKING:
    from csm_xl.book.ledger import Book

book = typer.Typer(
    no_args_is_help=True, help="Set up a book of record: create, open, upgrade, restore, policy."
)
_SHOWN = 16


def ledger(
    employee: Annotated[
        str | None, typer.Option(help="Every entry of one person, by their employee_id.")
    ] = None,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Verify every hash, sum and rule. Exit status 1 if something is wrong."
        ),
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(help="With --verify: a hash that was printed once; the book must still have it."),
    ] = None,
    replay: Annotated[
        int | None,
        typer.Option(help="Pay an event again from what it archived. Exit status 1 if it differs."),
    ] = None,
    book: BookOption = None,
    as_json: AsJson = False,
) -> None:
    """Show the book of record: every event, its state, its totals and its hash."""
    chosen = [
        name for name, on in (("--employee", employee), ("--verify", verify), ("--replay", replay)) if on
    ]
    if len(chosen) > 1:
        raise CsmError(
            VALUE, "these do not go together", " ".join(chosen), None, "Give one of them at a time."
        )
    if against and not verify:
        raise CsmError(VALUE, "this is for --verify", "--against", against, "Add --verify, or leave it out.")
    kept = opened(book)
    if employee:
        _entries(kept, employee, as_json)
    elif verify:
        _verify(kept, against, as_json)
    elif replay is not None:
        _replay(kept, replay, as_json)
    else:
        _events(kept, as_json)


def _events(kept: Book, as_json: bool) -> None:
    events = kept.events()
    if as_json:
        print(show.to_json({"book": kept.store.shown, "events": [event_record(one) for one in events]}))
        return
    rows = [
        [one.id, one.kind, one.title, one.state, totals_in_words(one), maker(one),
         one.made_at[:16].replace("T", " "), one.hash[:_SHOWN]]
        for one in events
    ]  # fmt: skip
    show.table(
        ["event", "kind", "of", "state", "payable", "by", "when (UTC)", "hash"], rows, kept.store.shown
    )
    claimed(kept)


def _entries(kept: Book, employee: str, as_json: bool) -> None:
    from csm_xl.book.money import main_units
    from csm_xl.book.payroll import names_of_rosters
    from csm_xl.plan.display_names import name_and_id

    states = {one.id: one for one in kept.events()}
    header = [
        "event",
        "line",
        "state",
        "booked",
        "earned",
        "plan_id",
        "component_id",
        "line_kind",
        "from",
        "to",
        "amount",
        "currency",
    ]
    rows: list[list[Any]] = [
        [number, line, states[number].state, one.booked, one.earned, one.plan_id, one.component_id,
         one.line_kind, one.debit, one.credit, main_units(one.amount, one.currency), one.currency]
        for number, line, one in kept.lines(employee_id=employee)
    ]  # fmt: skip
    if not rows:
        raise CsmError(VALUE, "the book has no entry of this person", "--employee", employee,
                       "Give the employee_id as on the roster.")  # fmt: skip
    if as_json:
        print(show.to_json([dict(zip(header, row, strict=True)) for row in rows]))
        return
    paid = [number for number, *_ in rows if states[number].kind in ("close", "retro")]
    name = names_of_rosters(kept, sorted(set(paid))[-1:]).get(employee, "")
    show.table(header, rows, name_and_id(name, employee))


def _verify(kept: Book, against: str | None, as_json: bool) -> None:
    from csm_xl.book.verify import verify

    with show.working("Verifying the book"):
        found = verify(kept, against)
    if as_json:
        print(show.to_json({"findings": found.findings, "events": found.events, "entries": found.entries,
                            "head": found.head}))  # fmt: skip
    else:
        for finding in found.findings:
            show.say(f"{finding[:1].upper()}{finding[1:]}.")
        if not found.findings:
            show.say(f"The book is sound: {found.events:,} events, {found.entries:,} entries.")
        show.say(f"Its last hash is {found.head}. Keep it elsewhere: --against finds a book that lacks it.")
    if found.findings:
        raise typer.Exit(1)


def _replay(kept: Book, number: int, as_json: bool) -> None:
    from csm_xl import __version__
    from csm_xl.book.money import main_units
    from csm_xl.book.payroll import names_of_rosters
    from csm_xl.book.replay import replay

    with show.working(f"Paying event {number} again"):
        found = replay(kept, number)
    rows: list[list[Any]] = [
        [*key[:5], main_units(amount, key.currency), key.currency] for key, amount in found.amounts
    ]
    header = ["period", "employee_id", "plan_id", "component_id", "line_kind", "difference", "currency"]
    if as_json:
        print(show.to_json({
            "event": number, "made_with": found.made_with, "replayed_with": __version__,
            "same_amounts": found.same_amounts, "same_bytes": found.same_bytes,
            "amounts": [dict(zip(header, row, strict=True)) for row in rows], "columns": dict(found.columns),
        }))  # fmt: skip
    else:
        if rows:
            names = names_of_rosters(kept, [number])
            named = [[*row[:2], names.get(row[1]), *row[2:]] for row in rows] if names else rows
            of = [*header[:2], "employee_name", *header[2:]] if names else header
            show.table(of, named, "Other amounts than the book's")
        for name, lines in found.columns:
            show.say(f"{name} differs in {counted(lines, 'line')}.")
        what = (
            "every byte of every line"
            if found.same_bytes
            else "every amount"
            if found.same_amounts
            else "not all"
        )
        made = f"Event {number}, made with csm_xl {found.made_with} and replayed with {__version__}"
        show.say(f"{made}: {what} is the same.")
    if not found.sound:
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="The new file.")],
    book: BookOption = None,
) -> None:
    """Copy the book into a new file, and verify the copy. The copy is a book itself."""
    from csm_xl.book.backup import backup as copy

    kept = opened(book)
    with show.working("Copying the book"):
        found = copy(kept, file)
    show.say(f"{file}: {found.events:,} events, {found.entries:,} entries. Its last hash is {found.head}.")


@book.command()
def create(
    where: Annotated[str, typer.Argument(help="A new file, or the URL of an empty PostgreSQL database.")],
    approvals: Annotated[
        int, typer.Option(help="How many colleagues approve an event before it counts as decided.")
    ] = 1,
    by: By = None,
) -> None:
    """Create a book of record."""
    from csm_xl.book.ledger import create as new_book
    from csm_xl.book.tables import ROLES
    from csm_xl.book.triggers import role_name

    made = new_book(where, approvals, by)
    for warning in made.store.warnings():
        show.note(warning)
    show.say(f"{made.store.shown}: a new book. An event needs {counted(approvals, 'approval')}.")
    if made.store.sqlite:
        claimed(made)
    else:
        roles = ", ".join(role_name(role) for role in ROLES)
        show.say(
            f"Give each person who works in it one of the roles {roles}: GRANT {role_name(ROLES[0])} TO ann;"
        )


@book.command("open")
def open_history(
    source: SourceArgument,
    paid: Annotated[
        Path | None,
        typer.Option(help="CSV of what was paid, with the columns of the table paid. Default: that table."),
    ] = None,
    book: BookOption = None,
    by: By = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
) -> None:
    """Book what was paid before the book began, so that year-to-date pay looks back on it."""
    from csm_xl.book.history import open_history as book_history
    from csm_xl.cli.booking import inputs, say_event, try_again

    kept = opened(book)
    raws, tables = inputs(source, None, None, mapped, ignored, accept, paid)
    event = try_again(lambda: book_history(kept, raws, tables, by))
    said = f"{counted(int(event.body['lines']), 'payment')} to"
    people = counted(int(event.body["people"]), "person", "people")
    show.say(f"The {event.title} is booked: event {event.id}, {said} {people}.")
    say_event(event, kept)


@book.command()
def upgrade(book: BookOption = None) -> None:
    """Bring the book of an older csm_xl to this version. First copy its file, or use pg_dump."""
    from csm_xl.book.store import Store, named_book

    store = Store(named_book(book))
    before, after = store.upgrade()
    show.say(f"{store.shown}: version {after}" + (", as before." if before == after else f", from {before}."))


@book.command()
def restore(
    backup_file: Annotated[Path, typer.Argument(metavar="BACKUP", help="What csm-xl backup has written.")],
    where: Annotated[str, typer.Argument(help="A new file, or the URL of an empty PostgreSQL database.")],
) -> None:
    """Copy a backup into a place where no book is, and verify the copy."""
    from csm_xl.book.backup import restore as copy
    from csm_xl.book.store import shown

    found = copy(backup_file, where)
    show.say(
        f"{shown(where)}: {found.events:,} events, {found.entries:,} entries. Its last hash is {found.head}."
    )


@book.command()
def policy(
    approvals: Annotated[int | None, typer.Option(help="How many approvals an event needs.")] = None,
    signatures: Annotated[
        str | None,
        typer.Option(
            help="required: approvals and rejections are signed, with a key. optional: they need not be."
        ),
    ] = None,
    book: BookOption = None,
    by: By = None,
    key: KeyOption = None,
) -> None:
    """Ask for another number of approvals, or for signed ones.

    It counts once it is approved under the policy that holds now.
    """
    from csm_xl.book.deciding import change_policy
    from csm_xl.book.signing import change_requirement

    if (approvals is None) == (signatures is None):
        raise CsmError(VALUE, "one policy is changed at a time", "--approvals, --signatures", None,
                       "Give one of them.")  # fmt: skip
    if signatures not in (None, "required", "optional"):
        raise CsmError(VALUE, "signatures are required or optional", "--signatures", signatures,
                       "Give one of the two.")  # fmt: skip
    kept = opened(book, key)
    if approvals is not None:
        event = change_policy(kept, approvals, by)
        said = f"asks for {approvals} approvals"
    else:
        event = change_requirement(kept, signatures == "required", by)
        said = f"asks for {event.title}"
    show.say(f"Event {event.id} {said}. Approve it: csm-xl approve {event.id}")
    claimed(kept)
