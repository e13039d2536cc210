"""What ``csm-xl import`` shows and asks in a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import typer

from csm_xl.cli import show
from csm_xl.errors import VALUE, CsmError, Issue, counted, listed

if TYPE_CHECKING:
    from csm_xl.intake.changes import TableChanges
    from csm_xl.intake.preview import Preview
    from csm_xl.intake.questions import Change, Question
    from csm_xl.intake.sources import Source

_FEW: Final = 8
"""How many changes of one kind are shown."""
_WIDE: Final = 8
"""With more columns than this, a preview shows a row of the export as a column."""
_MANY: Final = 3
"""At least this many unknown columns that may change pay are shown as one list."""


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


def _second(first: str, second: str) -> bool:
    """Whether somebody chooses the second of two answers in the terminal."""
    show.say(f"  1  {first}")
    show.say(f"  2  {second}")
    while (said := typer.prompt("Number").strip()) not in ("1", "2"):
        show.say("Type 1 or 2, or press Ctrl+C to stop.")
    return bool(said == "2")


def is_many(questions: Sequence[Question]) -> bool:
    """Whether enough questions ask about unknown columns to show them as one list."""
    return sum(bool(one.unused) for one in questions) >= _MANY


def ask_of_many(questions: Sequence[Question]) -> Change | None:
    """The answer to all questions that ask whether a column is one of ours, as one list: that none is used.

    None where somebody wants to be asked about each.
    """
    plain = [one for one in questions if one.unused]
    show.say(f"{plain[0].place}: {len(plain)} unknown columns may change pay:")
    show.table(("column", "holds"), [(one.unused, one.holds) for one in plain])
    if _second("none of them is used", "ask about each of them"):
        return None

    def change(source: Source) -> Source:
        for one in plain:
            source = one.answers[-1].change(source)
        return source

    return change


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
    for note in one.notes:
        show.note(note)
    used = [at for at, header in enumerate(one.before[0]) if header and header not in one.unused]
    before = [[row[at] if at < len(row) else "" for at in used] for row in one.before]
    for title, rows in (("First rows of the export", before), ("First rows as imported", one.after)):
        show.say(f"{title}:")
        if len(rows[0]) > _WIDE:  # a row below the other, so that each can be read
            rows = [["column", *(str(at) for at in range(1, len(rows)))], *map(list, zip(*rows, strict=True))]
        show.table(rows[0], rows[1:])


def agreed(changes: Sequence[TableChanges], asking: bool, accept_removed: bool) -> bool:
    """Show what changes, and ask. Errors: rows disappear, and nobody can be asked."""
    for one in changes:
        show_changes(one)
    lost = [one for one in changes if one.removed]
    if lost and not accept_removed and not asking:
        raise CsmError.of(
            Issue(VALUE, f"{counted(len(one.removed), 'row')} of {one.table} disappeared:"
                  f" {listed(one.removed, _FEW)}", one.table, None,
                  "Add --accept-removed to remove them; or, to keep rows that an export lacks, add"
                  ' rows = "update" to their source in sources.toml.')
            for one in lost
        )  # fmt: skip
    if asking:
        typer.confirm("Write these changes?", abort=True)
    return True


class KeepRows(Exception):  # noqa: N818 - it is no error: it is an answer
    """Rows that exports no longer have are to stay. tables: of which."""

    def __init__(self, tables: Collection[str]) -> None:
        self.tables = frozenset(tables)
        super().__init__()


class Disappeared:
    """Asks in the terminal, once for each table, about rows that exports no longer have.

    It asks before the tables are checked, so that references to rows that stay are not reported as errors.
    """

    def __init__(self) -> None:
        self._removed = set[str]()

    def __call__(self, removed: Mapping[str, Sequence[str]]) -> None:
        """removed: table → its rows that disappear. Errors: `KeepRows`."""
        asked = [table for table in removed if table not in self._removed]
        kept = {table for table in asked if _keeps(table, removed[table])}
        self._removed |= {*asked} - kept
        if kept:
            raise KeepRows(kept)


def _keeps(table: str, rows: Sequence[str]) -> bool:
    """Whether rows that disappeared are kept; the answer is typed in the terminal."""
    show.say(f"{counted(len(rows), 'row')} of {table} disappeared: {listed(rows, _FEW)}.")
    return _second("remove them", "keep them, now and later: the exports have only some of the rows")


def show_changes(one: TableChanges) -> None:
    """What an import changes in a table."""
    from csm_xl.intake.changes import ADDED
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
    for note in one.notes:
        show.note(note)
    if one.removed:
        show.say(
            f"{one.table}, {counted(len(one.removed), 'row')} that disappeared: {listed(one.removed, _FEW)}"
        )
