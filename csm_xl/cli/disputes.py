"""``csm-xl dispute``: questions about payout lines, and their answers, in the book of record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from csm_xl.cli import show
from csm_xl.cli.booking import BookOption, By, claimed, event_record, opened
from csm_xl.cli.options import AsJson

if TYPE_CHECKING:
    from csm_xl.book.events import Event
    from csm_xl.book.ledger import Book

dispute = typer.Typer(no_args_is_help=True, help="Question a payout line: open, answer, resolve, show.")
Number = Annotated[int, typer.Argument(metavar="DISPUTE", help="Its event; csm-xl ledger lists them.")]
Text = Annotated[str, typer.Option(help="What you say.")]


@dispute.command("open")
def open_dispute(
    event: Annotated[int, typer.Argument(help="The close or retro that booked the line.")],
    line: Annotated[int, typer.Argument(help="The line; csm-xl ledger --employee lists them.")],
    question: Annotated[str, typer.Option(help="What is wrong with the line.")],
    book: BookOption = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Open a dispute about a line. It keeps the explanation of the line as it was booked."""
    from csm_xl.book import disputing

    kept = opened(book)
    with show.working("Explaining the line"):
        made = disputing.open_dispute(kept, event, line, question, by)
    _say(made, kept, as_json, f"Event {made.id} disputes {made.title}.")


@dispute.command()
def answer(
    number: Number, text: Text, book: BookOption = None, by: By = None, as_json: AsJson = False
) -> None:
    """Answer a dispute. It stays open."""
    from csm_xl.book import disputing

    kept = opened(book)
    made = disputing.answer(kept, number, text, by)
    _say(made, kept, as_json, f"Event {made.id} answers the dispute about {made.title}.")


@dispute.command()
def resolve(
    number: Number, text: Text, book: BookOption = None, by: By = None, as_json: AsJson = False
) -> None:
    """Resolve a dispute, with its outcome. A wrong line is corrected by csm-xl retro."""
    from csm_xl.book import disputing

    kept = opened(book)
    made = disputing.resolve(kept, number, text, by)
    _say(made, kept, as_json, f"Event {made.id} resolves the dispute about {made.title}.")


@dispute.command("show")
def show_dispute(number: Number, book: BookOption = None, as_json: AsJson = False) -> None:
    """Show a dispute: the line and its explanation as they were booked, the question, and what was said."""
    from csm_xl.book import disputing
    from csm_xl.book.money import main_units, shown
    from csm_xl.book.payroll import names_of_rosters
    from csm_xl.plan.display_names import name_and_id

    kept = opened(book)
    found = disputing.dispute(kept, number)
    one = found.entry
    if as_json:
        print(show.to_json({
            **event_record(found.event), "open": found.open, "line": found.line,
            "employee_id": one.employee_id, "plan_id": one.plan_id, "component_id": one.component_id,
            "earned": one.earned, "amount": main_units(one.amount, one.currency), "currency": one.currency,
            "answers": [event_record(each) for each in found.answers], "explanation": found.explanation,
        }))  # fmt: skip
        return
    header, *steps = found.explanation
    names = names_of_rosters(kept, [about for about, _ in found.event.about])
    who = name_and_id(names.get(one.employee_id, ""), one.employee_id)
    show.table([str(cell) for cell in header], steps, f"{who}, {one.earned}, {one.component_id}")
    show.say(f"Booked: {shown(one.amount, one.currency)}.")
    show.say(f"{found.event.made_by}: {found.event.body['question']}")
    for each in found.answers:
        show.say(f"{each.made_by} ({each.kind}): {each.body['text']}")
    show.say("The dispute is open." if found.open else "The dispute is resolved.")
    claimed(kept)


def _say(made: Event, kept: Book, as_json: bool, said: str) -> None:
    if as_json:
        print(show.to_json(event_record(made)))
        return
    show.say(said)
    claimed(kept)
