"""What ``csm-xl import`` shows and asks in a terminal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

import typer

from csm_xl.cli import show
from csm_xl.errors import VALUE, CsmError, Issue, counted, listed

if TYPE_CHECKING:
    from csm_xl.intake.changes import TableChanges
    from csm_xl.intake.preview import Preview
    from csm_xl.intake.questions import Change, Question

_FEW: Final = 8
"""So many changes of one kind are shown."""


def ask(question: Question) -> Change:
    """The answer to a question, typed in the terminal. Errors: it can be answered in sources.toml alone."""
    if not question.answers and question.typed is None:
        raise CsmError.of([question.issue()])
    show.say(f"{question.place}: {question.text}")
    for number, answer in enumerate(question.answers, start=1):
        show.say(f"  {number}  {answer.words}")
    what = (
        "Number"
        if question.typed is None
        else "Number, or type a header or value"
        if question.answers
        else "Answer"
    )
    while True:
        said = typer.prompt(what).strip()
        if said.isdigit() and 1 <= int(said) <= len(question.answers):
            return question.answers[int(said) - 1].change
        if question.typed is not None and said and not (said.isdigit() and question.answers):
            try:
                return question.typed(said)
            except CsmError as error:
                show.say(str(error))
                continue
        show.say(f"Type a number from 1 to {len(question.answers)}, or press Ctrl+C to stop.")


def show_preview(one: Preview) -> None:
    """What an export becomes."""
    show.say(f"{one.file} is {one.table}: {counted(one.count, 'row')}.")
    pairs = [*one.pairs, *((f"({value})", ours) for ours, value in one.filled)]
    if all(theirs == ours for theirs, ours in pairs) and not one.unused:
        show.say("Every column has the name that it has in csm_xl.")
        return
    show.table(("in the export", "in csm_xl"), pairs)
    if one.unused:
        show.say(f"Not used: {', '.join(one.unused)}.")
    for title, rows in (("First rows of the export", one.before), ("First rows as imported", one.after)):
        show.say(f"{title}:")
        show.table(rows[0], rows[1:])


def agreed(changes: Sequence[TableChanges], asking: bool, accept_removed: bool) -> bool:
    """Show what changes, and ask. Errors: rows disappear, and nobody can be asked; `KeepRows`."""
    for one in changes:
        show_changes(one)
    lost = [one for one in changes if one.removed]
    if lost and not accept_removed:
        if not asking:
            raise CsmError.of(
                Issue(VALUE, f"{counted(len(one.removed), 'row')} of {one.table} disappeared:"
                      f" {listed(one.removed, _FEW)}", one.table, None,
                      "Add --accept-removed to remove them; or, to keep rows that an export lacks, add"
                      ' rows = "update" to their source in sources.toml.')
                for one in lost
            )  # fmt: skip
        if kept := {one.table for one in lost if _keeps(one)}:
            raise KeepRows(kept)
    elif asking:
        typer.confirm("Write these changes?", abort=True)
    return True


class KeepRows(Exception):  # noqa: N818 - it is no error: it is an answer
    """Rows that exports no longer have are to stay. tables: of which."""

    def __init__(self, tables: Collection[str]) -> None:
        self.tables = frozenset(tables)
        super().__init__()


def _keeps(one: TableChanges) -> bool:
    """Whether rows that disappeared are kept; the answer is typed in the terminal."""
    show.say(f"{counted(len(one.removed), 'row')} of {one.table} disappeared.")
    show.say("  1  remove them")
    show.say("  2  keep them, now and later: the exports have only some of the rows")
    while (said := typer.prompt("Number").strip()) not in ("1", "2"):
        show.say("Type 1 or 2, or press Ctrl+C to stop.")
    return bool(said == "2")


def show_changes(one: TableChanges) -> None:
    """What an import changes in a table."""
    from csm_xl.intake.changes import ADDED, RESTATES
    from csm_xl.intake.grid import shown

    if not one.any:
        show.say(f"{one.table}: nothing changes.")
        return
    if one.added:
        name = ADDED.get(one.table, "new rows")
        show.say(f"{one.table}, {name} ({len(one.added):,}): {listed(one.added, _FEW)}")
    for name, cells in one.groups():
        said = listed(
            (
                f"{cell.row}: {shown(cell.before) or 'blank'} → {shown(cell.after) or 'blank'}"
                for cell in cells
            ),
            _FEW,
        )
        show.say(f"{one.table}, {name} ({len(cells):,}): {said}")
    if one.restates:
        show.note(RESTATES)
    if one.removed:
        show.say(
            f"{one.table}, {counted(len(one.removed), 'row')} that disappeared: {listed(one.removed, _FEW)}"
        )
