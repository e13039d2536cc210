"""The rows of the report on the sheet Import: what was mapped, left out, asked, found and changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from csm_xl.errors import Issue, counted, listed
from csm_xl.intake.answers import choices
from csm_xl.intake.changes import ADDED, TableChanges
from csm_xl.intake.grid import shown
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.preview import preview_of
from csm_xl.intake.proposal import Proposal
from csm_xl.intake.questions import Question
from csm_xl.workbook.operations.refresh.incoming import Desk, Incoming
from csm_xl.workbook.operations.refresh.state import Rows
from csm_xl.workbook.sheets import import_paste as sheet
from csm_xl.workbook.sheets.findings import on_control
from csm_xl.workbook.sheets.import_paste import Line

_MOST: Final = 200
"""How many changes of one kind are listed; the rest are counted."""


def taken_lines(one: Incoming, mapped: Mapped, proposal: Proposal) -> Iterator[Line]:
    """What an export became. The first row is how a later refresh knows that it was taken."""
    table = mapped.source.table
    kind = sheet.PASTED if one.pasted else sheet.READ
    digest = one.digest if one.pasted else one.digest_with(proposal.source)
    action = "It is not taken again; empty the paste when you like." if one.pasted else ""
    yield taken_line(kind, mapped, digest, action)
    seen = preview_of(mapped)
    for theirs, ours in seen.pairs:
        yield Line(sheet.MAPPED, table, "", theirs, ours)
    for ours, value in seen.filled:
        yield Line(sheet.FILLED, table, "", value, ours)
    if seen.unused:
        yield Line(sheet.UNUSED, table, "", listed(seen.unused, 99))


def taken_line(kind: str, mapped: Mapped, digest: str, action: str = "") -> Line:
    """The row that says which export was taken, and how many rows it gave; by its digest a later refresh
    knows it. kind: `PASTED` or `READ`."""
    table = mapped.source.table
    rows = f"{counted(len(mapped.raw.rows) - 1, 'row')} of {table}"
    return Line(kind, table, mapped.grid.block.place, rows, f"{sheet.FINGERPRINT}{digest}", action=action)


def change_lines(change: TableChanges) -> Iterator[Line]:
    """What the exports of a table change in it."""
    table = change.table
    if not change.any:
        yield Line("note", table, "", "nothing changes")
    for note in change.notes:
        yield Line("note", table, "", note)
    yield from _capped(table, sheet.ADDED, [
        Line(sheet.ADDED, table, row, ADDED.get(table, "new rows")) for row in change.added])  # fmt: skip
    for name, cells in change.groups():
        yield from _capped(table, sheet.CHANGED, [
            Line(sheet.CHANGED, table, cell.row, f"{name}: {shown(cell.before) or 'blank'}",
                 shown(cell.after) or "blank") for cell in cells])  # fmt: skip
    lost = "the export no longer has it"
    yield from _capped(
        table, sheet.REMOVED, [Line(sheet.REMOVED, table, row, lost) for row in change.removed]
    )


def asked_lines(
    waiting: Sequence[Question], settled: Sequence[Question], desk: Desk, issues: Sequence[Issue] = ()
) -> list[Line]:
    """The report where nothing was taken: why, what has to be answered, and what was answered already."""
    if not waiting and not issues:
        return list(desk.lines)
    errors = [one for one in issues if one.severity == "error"]
    what = (
        f"{counted(len(waiting), 'question')} to answer; until then nothing is written"
        if waiting
        else f"{counted(len(errors), 'finding')}; nothing was written"
    )
    action = "Type the answers into the column Answer, and refresh." if waiting else "Fix it, and refresh."
    given = {one.found: one.answer for one in desk.lines if one.kind in (sheet.QUESTION, sheet.ANSWERED)}
    lines = [Line(sheet.STOPPED, found=what, action=action)]
    lines += [Line(sheet.QUESTION, "", one.place, one.text, answer=given.get(one.text), action=choices(one))
              for one in waiting]  # fmt: skip
    lines += [Line(sheet.ANSWERED, "", one.place, one.text, answer=given.get(one.text)) for one in settled]
    if not waiting:  # the answers stay until what was found is fixed
        lines += [one for one in desk.lines if one.kind in (sheet.QUESTION, sheet.ANSWERED)]
    lines += [Line(one.severity, "", one.where, f"{one.message}{_found(one)}", action=on_control(one.hint))
              for one in issues]  # fmt: skip
    return [*lines, *(one for one in desk.lines if one.kind == sheet.READ)]


def rows_in(headers: Sequence[str], lines: Sequence[Line]) -> Rows:
    """The rows of the report in the columns that a workbook has."""
    wanted = [column.header for column in sheet.import_sheet().tables[0].columns]
    at = [wanted.index(header) if header in wanted else None for header in headers]
    return [[None if place is None else row[place] for place in at] for row in sheet.report_rows(lines)]


def _found(issue: Issue) -> str:
    return "" if issue.got is None else f" (found {str(issue.got)[:80]!r})"


def _capped(table: str, kind: str, lines: Sequence[Line]) -> list[Line]:
    """The first lines of a kind, and the number of the others."""
    more = len(lines) - _MOST
    return [*lines[:_MOST], *([Line(kind, table, "", f"and {more:,} more")] if more > 0 else [])]
