"""The sheet Ledger: each period in the book of record, and what the workbook carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from csm_xl.engine.recorded import Booked, Recorded, line_text
from csm_xl.workbook import layout
from csm_xl.workbook.page import Column, Sheet, Table
from csm_xl.workbook.sheets.frame import framed
from csm_xl.xlsx.addresses import LAST_ROW

LEDGER: Final = "tblLedger"
CLOSED_LINES: Final = "tblClosedLines"
BOOK_PAID: Final = "tblBooked"
HEAD: Final = "book_head"
NAMES: Final = "book_names"
_CURRENCY: Final = "row currency"
_DIGITS: Final = 16
"""How many digits of an event's hash are shown, as in csm-xl ledger."""

_EVENTS: Final = (
    Column("Event (number)", "value", "count"),
    Column("Kind", "value", "text"),
    Column("Plan id", "value", "text"),
    Column("Period", "value", "text"),
    Column(f"Total ({_CURRENCY})", "value", "money"),
    Column("Currency", "value", "text"),
    Column("State", "value", "text"),
    Column("By", "value", "text"),
    Column("When (UTC)", "value", "text", least=18),
    Column("Hash", "value", "text", least=20),
    Column("Hash of lines", "value", "text", folded=True),
    Column("Closed pay group", "value", "text"),
)
_LINES: Final = (  # in other words than those of the input tables, which these are not
    Column("Event (number)", "value", "count"),
    Column("Line (number)", "value", "count"),
    Column("Closed period", "value", "text"),
    Column("Under plan", "value", "text"),
    Column("Paid to", "value", "text"),
    Column("For component", "value", "text"),
    Column(f"Line amount ({_CURRENCY})", "value", "money"),
    Column("Archived line", "value", "text", folded=True),
)
_PAID: Final = (
    Column("Earned period", "value", "text"),
    Column("Paid to", "value", "text"),
    Column("Under plan", "value", "text"),
    Column("For component", "value", "text"),
    Column(f"Paid amount ({_CURRENCY})", "value", "money"),
    Column(f"Basis before modifier ({_CURRENCY})", "value", "money"),
)


def ledger_sheet(recorded: Recorded) -> Sheet:
    """What the book says: each event by plan, period and currency; the closed lines; what was paid."""
    sheet = Sheet("Ledger", "output", "Ledger", layout.SUBTITLES["Ledger"])
    booked = [list(one._replace(hash=one.hash[:_DIGITS])) for one in recorded.events]
    note = "Written by the refresh from the book of record."
    events = Table(LEDGER, "Events of the book", note, _EVENTS, booked)
    note = "A refresh writes these for a closed period. Hidden at the right: each line as it was archived."
    lines = Table(CLOSED_LINES, "Closed payout lines", note, _LINES, list(_lines(recorded)), events.right + 2)
    note = "Corrections included; year-to-date pay looks back on it."
    payments = [list(one) for one in recorded.paid]
    paid = Table(BOOK_PAID, "Paid by the book", note, _PAID, payments, lines.right + 2)
    sheet.tables = [events, lines, paid]
    framed(sheet)
    sheet.put(3, 4, "Last hash", role="label")
    sheet.put(3, 5, recorded.head or None, role="value", number="text")
    sheet.put(4, 5, recorded.names or None, role="note")
    sheet.names |= {HEAD: (3, 5), NAMES: (4, 5)}
    sheet.widths[1] = 20
    sheet.printed = (LAST_ROW, events.right)
    return sheet


def _lines(recorded: Recorded) -> Iterator[list[Any]]:
    """Each closed line, after the header of its event, which is its line 0."""
    for event, (header, *rows) in recorded.lines.items():
        yield [event, 0, None, None, None, None, None, line_text(header)]
        at = [header.index(name) for name in ("period", "plan_id", "employee_id", "component_id", "amount")]
        for number, row in enumerate(rows, 1):
            yield [event, number, *(row[place] for place in at), line_text(row)]


def booked_of(row: list[Any]) -> Booked:
    """A row of the events as it was written."""
    number, kind, plan, period, total, *rest = ("" if cell is None else cell for cell in row)
    code, state, made_by, made_at, digest, lines_hash, group = map(str, rest)
    return Booked(int(number), str(kind), str(plan), str(period), float(total or 0.0), code, state, made_by,
                  made_at, digest, lines_hash, group)  # fmt: skip


def columns(name: str) -> tuple[str, ...]:
    """The headers of a table of this sheet."""
    of = {LEDGER: _EVENTS, CLOSED_LINES: _LINES, BOOK_PAID: _PAID}[name]
    return tuple(column.header for column in of)
