"""A header that is not in the first row: reports put their title and date above it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from csm_xl.errors import VALUE, Issue
from csm_xl.plan import cells
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.unknown_columns import meant_column

_ROWS: Final = 30
"""The header is searched for in this many rows below the first."""
_FEWEST: Final = 2
"""A row with fewer known headers is no header."""


def header_below(rows: Sequence[Sequence[Any]], schema: TableSchema) -> int | None:
    """The place of the row that is the header, counted from 0, where the first row is not it.

    Such a row holds texts alone, and at least twice as many columns of the table as the first one, by their
    names or by what other systems call them. None where no row does.

    >>> from csm_xl.plan.schema import schemas
    >>> deals = schemas({})["deals"]
    >>> header_below([["Closed deals"], [], ["deal_id", "Close date", "amount"], ["D1", "1", "2"]], deals)
    2
    >>> header_below([["deal_id", "date"], ["D1", "1"]], deals)
    """
    before = _known(rows[0], schema) if rows else 0
    for at in range(1, min(len(rows), _ROWS + 1)):
        if _known(rows[at], schema) >= max(_FEWEST, 2 * before):
            return at
    return None


def _known(row: Sequence[Any], schema: TableSchema) -> int:
    """How many columns of the table the cells of a row name; 0 where one of them is no text."""
    said = [cell for cell in row if not cells.is_blank(cell)]
    if not all(isinstance(cell, str) for cell in said):
        return 0
    meant = (meant_column(schema, text, by_spelling=False) for text in said)
    return len({column.name for column in meant if column})


def below_title(raw: RawTable, schema: TableSchema) -> RawTable:
    """A table without the rows above its header, which one finding reports; as it is where it has none.

    What is wrong with the table itself is found from that header on, so that all of it can be fixed at once.
    """
    at = header_below(raw.rows, schema) if raw.origin.kind in ("file", "sheet") else None
    if at is None:
        return raw
    first = raw.origin.header_row
    said = next((str(cell) for row in raw.rows[:at] for cell in row if not cells.is_blank(cell)), None)
    what = f"the header is in row {first + at}, not in row {first}"
    hint = "Remove the rows above the header. They are not read."
    issue = Issue(VALUE, what, raw.origin.place(-1), said, hint)
    marks = {(row - at, column): mark for (row, column), mark in raw.marks.items() if row >= at}
    origin = replace(raw.origin, header_row=first + at)
    return replace(raw, rows=raw.rows[at:], origin=origin, issues=(*raw.issues, issue), marks=marks)
