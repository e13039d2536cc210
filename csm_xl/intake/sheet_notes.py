"""What is said about the cells of a sheet: rows that nobody sees or that are struck out, and lost values."""

from __future__ import annotations

from collections.abc import Collection

from csm_xl.errors import VALUE, Issue, counted
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


def uncalculated(lost: Collection[tuple[int, int]], name: str, sheet: str) -> list[Issue]:
    """The finding about cells, by row and column, whose formulas have no value. name: of the file."""
    if not lost:
        return []
    row, column = min(lost)
    hold = "holds" if len(lost) == 1 else "hold"
    what = f"{counted(len(lost), 'cell')} {hold} no value: formulas that were never calculated"
    place = f"{name} {quoted(sheet)}!{letters(column)}{row}".strip()
    return [Issue(VALUE, what, place, None, "Open the file in Excel, let it calculate, and save it.")]
