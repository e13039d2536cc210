"""``csm-xl payroll``, ``accrue`` and ``erase``: what follows a close in the book of record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from csm_xl.cli import show
from csm_xl.cli.booking import (
    BookOption,
    By,
    PlanOption,
    event_record,
    inputs,
    opened,
    say_event,
    try_again,
)
from csm_xl.cli.options import Accept, AsJson, IgnoreColumn, MapColumn, SourceArgument
from csm_xl.errors import VALUE, CsmError, counted, listed

if TYPE_CHECKING:
    from csm_xl.book.events import Event
    from csm_xl.book.payroll_file import CodeTotal


def payroll(
    out: Annotated[Path, typer.Option(help="The file for payroll, .csv or .xlsx.")],
    period: Annotated[
        str | None, typer.Option(help="2026-Q1, 2026-03 …: what is booked inside it is paid.")
    ] = None,
    event: Annotated[
        int | None, typer.Option(help="Write the file of this payroll again, and book nothing.")
    ] = None,
    ids: Annotated[
        Path | None,
        typer.Option(
            help="CSV of employee_id and payroll_id. Without it, the column payroll_id of the roster counts."
        ),
    ] = None,
    layout: Annotated[
        str, typer.Option(help="How the file is laid out: generic, adp, gusto or workday.")
    ] = "generic",
    pay_code: Annotated[
        list[str] | None,
        typer.Option(
            help="Your payroll's code for this pay; or one for each kind of it, such as --pay-code bonus=BON"
            " --pay-code clawback=CLW, and for a component, --pay-code component:ID=CODE. Default, in the"
            " generic layout: variable_pay."
        ),
    ] = None,
    company_code: Annotated[str, typer.Option(help="The company code, in the layout adp.")] = "",
    names: Annotated[
        bool, typer.Option("--names", help="Write names next to the IDs, in the generic layout.")
    ] = False,
    currency: Annotated[
        str,
        typer.Option(help="Write only payments in this currency, for layouts without a currency."),
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file even if csm-xl did not write it.")
    ] = False,
    book: BookOption = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Pay the approved events of a period, once, and write the file for your payroll.

    An undecided event stops it. If a person's balance is negative, nothing is paid, and the debt is carried
    into the next payroll.
    """
    from csm_xl.book.money import main_units
    from csm_xl.book.pay_codes import pay_codes
    from csm_xl.book.payroll import ids_of_file
    from csm_xl.book.payroll import payroll as pay_out
    from csm_xl.book.payroll_file import PayrollFile
    from csm_xl.cli.outputs import row_writer

    _one_of("--period", period, event, "give a period to pay, or the event of a payroll")
    kept = opened(book)
    write = row_writer(out, (ids,), force, private=True)
    known = None if ids is None else ids_of_file(ids)
    codes = pay_codes(pay_code or ())
    file = PayrollFile(known, layout, codes, company_code, currency, names)
    owing: tuple[Any, ...] = ()
    if event is None:
        with show.working(f"Paying {period}"):
            check = partial(file.check, kept)
            done = try_again(lambda: pay_out(kept, str(period), known, by, check))
        paid, owing = done.event, done.kept_back
    else:
        paid = kept.event(event)
    try:
        rows, totals = file.written(kept, paid)
        write(rows)
    except CsmError:
        if event is None:
            show.note(
                f"Event {paid.id} is booked. Write its file: csm-xl payroll --event {paid.id} --out FILE"
            )
        raise
    if file.names_all_the_same(kept, paid):
        show.note(f"{out} names people, as {layout} needs, although outputs name nobody (Names on outputs).")
    if as_json:
        record = {**event_record(paid), "owing": [one.employee_id for one in owing]}
        if codes.by_kind:
            record["pay_codes"] = [
                {
                    "pay_code": one.code,
                    "currency": one.currency,
                    "amount": main_units(one.amount, one.currency),
                }
                for one in totals
            ]
        print(show.to_json(record))
        return
    _say_payroll(paid, out, owing, currency.upper(), totals if codes.by_kind else ())


def _say_payroll(
    paid: Event, out: Path, owing: tuple[Any, ...], only: str, totals: Iterable[CodeTotal]
) -> None:
    from csm_xl.book.money import shown

    if owing:
        who = counted(len({one.employee_id for one in owing}), "person owes", "people owe")
        show.note(f"{who}, so nothing is moved for them; what they owe stays in the book.")
    moved: dict[str, int] = {}
    for code, _, _, _, amount in paid.totals:
        moved[code] = moved.get(code, 0) + amount
    people = counted(int(paid.body["people"]), "person", "people")
    sums = ", ".join(shown(amount, code) for code, amount in sorted(moved.items())) or "nothing"
    takes = ", ".join(str(number) for number, _ in paid.about)
    show.say(f"{out}: {people}, {sums}, of {'events' if len(paid.about) > 1 else 'event'} {takes}.")
    if by_code := ", ".join(f"{one.code} {shown(one.amount, one.currency)}" for one in totals):
        show.say(f"By pay code: {by_code}.")
    if only and (left := sorted(set(moved) - {only})):
        show.note(
            f"The file holds only {only}. For {listed(left)}: csm-xl payroll --event {paid.id} --currency …"
        )
    show.say(f"Event {paid.id}, the hash of the book then: {paid.hash}")


def accrue(
    source: SourceArgument,
    period: Annotated[str, typer.Option(help="2026-Q1, 2026-03 …: every pay period inside it is accrued.")],
    through: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The last day that counts; a period is accrued by its days until then. Default: whole.",
        ),
    ] = None,
    plan: PlanOption = None,
    book: BookOption = None,
    by: By = None,
    mapped: MapColumn = None,
    ignored: IgnoreColumn = None,
    accept: Accept = None,
    as_json: AsJson = False,
) -> None:
    """Accrue open periods: book what they are expected to cost, until their close reverses it."""
    from csm_xl.book.accruing import accrue as book_accrual

    kept = opened(book)
    raws, tables = inputs(source, period, plan, mapped, ignored, accept)
    day = through.date() if through else None
    with show.working(f"Accruing {period}"):
        found = try_again(
            lambda: book_accrual(kept, raws, tables, period, plan or (), through=day, by=by)
        )  # fmt: skip
    if as_json:
        event = event_record(found.event) if found.event else None
        print(show.to_json({"event": event, "notes": found.notes}))
        return
    for said in found.notes:
        show.note(said)
    if found.event is None:
        show.say(f"Nothing is left to accrue for {period}, so nothing is booked.")
        return
    show.say(f"{period} is accrued: event {found.event.id}, {counted(len(found.due), 'line')}.")
    say_event(found.event, kept)


def erase(
    before: Annotated[
        str | None,
        typer.Option(help="Ask to erase the archived inputs that only periods before this one need."),
    ] = None,
    event: Annotated[
        int | None, typer.Option(help="Do what this event asks for, once it is approved.")
    ] = None,
    book: BookOption = None,
    by: By = None,
) -> None:
    """Erase archived inputs of old periods, once that is approved. What was paid stays."""
    from csm_xl.book import erasing

    _one_of("--before", before, event, "give a period, or the event of an erasure")
    kept = opened(book)
    if event is None:
        asked = erasing.ask(kept, str(before), by)
        show.say(f"Event {asked.id} asks to erase the {asked.title}. Nothing is erased yet.")
        say_event(asked, kept)
        show.say(f"Once it is approved: csm-xl erase --event {asked.id}")
        return
    done = erasing.erase(kept, event)
    show.say(
        f"{counted(done.inputs, 'archived input')} erased, {done.size:,} bytes. What was paid stays; backups"
        " keep the inputs that they have."
    )


def _one_of(option: str, period: str | None, event: int | None, what: str) -> None:
    """Refuse both a period and an event, or none of them."""
    if (period is None) == (event is None):
        raise CsmError(VALUE, what, option, period, f"Give one of {option} and --event.")
