"""What is said about the cells of a sheet: hidden and struck-out rows, notes, lost values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from csm_xl.errors import VALUE, Issue, counted, listed
from csm_xl.xlsx.addresses import letters, quoted


def hidden_rows(count: int, place: str) -> list[Issue]:
    """A warning about rows of an export that nobody sees, and that are read."""
    if not count:
        return []
    what = f"{counted(count, 'row')} hidden in the export {'is' if count == 1 else 'are'} read as well"
    hint = "Remove them from the export if they must not count."
    return [Issue(VALUE, what, place, None, hint, "warning")]


def struck_rows(rows: Collection[int], place: str) -> list[Issue]:
    """A warning about rows of data with text that is struck out, and that are read."""
    if not rows:
        return []
    are = "is" if len(rows) == 1 else "are"
    what = f"text is struck out in {counted(len(rows), 'row')}, which {are} read as well"
    hint = "Remove from the export what must not count."
    return [Issue(VALUE, what, f"{place} row {min(rows)}", None, hint, "warning")]


def cell_place(name: str, sheet: str, row: int, column: int) -> str:
    """How findings name a cell of an export. name: of the file; blank for the workbook itself.

    >>> cell_place("hr.xlsx", "All workers", 7, 3)
    "hr.xlsx 'All workers'!C7"
    """
    return f"{name} {quoted(sheet)}!{letters(column)}{row}".strip()


def pinned_notes(cells: Sequence[str], of: str = "") -> list[Issue]:
    """A note about cells with a note or comment: what it says about somebody's pay is read by nobody.

    cells: their places. of: the table that they are in.
    """
    if not cells:
        return []
    table = f" of {of}" if of else ""
    what = f"a note or comment is on {counted(len(cells), 'cell')}{table}: {listed(cells, 6)}"
    hint = "Notes are not read. Type what they say into the columns, if it changes pay."
    return [Issue(VALUE, what, cells[0], None, hint, "note")]


def uncalculated(lost: Collection[tuple[int, int]], name: str, sheet: str) -> list[Issue]:
    """The finding about cells, by row and column, whose formulas have no value. name: of the file."""
    if not lost:
        return []
    hold = "holds" if len(lost) == 1 else "hold"
    what = f"{counted(len(lost), 'cell')} {hold} no value: formulas that were never calculated"
    place = cell_place(name, sheet, *min(lost))
    return [Issue(VALUE, what, place, None, "Open the file in Excel, let it calculate, and save it.")]
