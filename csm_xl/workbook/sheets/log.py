"""The Log: one row for each time that the payout lines were written."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.workbook import layout
from csm_xl.workbook.page import Column, Sheet, Table
from csm_xl.workbook.sheets.frame import framed

LOG: Final = "tblLog"
BUILT: Final = "built"
REFRESHED: Final = "refreshed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the Log, in the order of its columns.

    what: `BUILT` or `REFRESHED`, as `what_of` says it. amount: what all lines add up to; None where they are
    of several currencies. change: how it differs from the row before; None on the first. findings: how many
    errors and warnings there were.
    """

    when: datetime
    what: str
    period: str
    plan_fingerprint: str
    people: int
    lines: int
    amount: float | None
    change: float | None
    findings: int
    version: str


def what_of(what: str, findings: Sequence[Issue], accepted: Collection[str]) -> str:
    """What a run was, with the rules whose findings were accepted in it.

    >>> what_of(BUILT, [Issue("#VALUE!", "the fte is 2", severity="warning", rule="E003")], {"E003", "E607"})
    'built, accepted: E003'
    """
    rules = sorted({one.rule for one in findings if one.rule in accepted})
    return f"{what}, accepted: {', '.join(rules)}" if rules else what


def entry(
    when: datetime,
    what: str,
    period: str,
    fingerprint: str,
    people: int,
    lines: Sequence[Sequence[Any]],
    findings: int,
    version: str,
    before: Sequence[Sequence[Any]] = (),
) -> Entry:
    """The row of a run. lines: its payout lines under their header, each with its currency. before: the rows
    that the Log has."""
    at, currency = (list(lines[0]).index(name) for name in ("amount", "currency"))
    one = len({line[currency] for line in lines[1:]}) <= 1
    amount = math.fsum(line[at] for line in lines[1:]) if one else None
    last = before[-1][_NAMES.index("amount")] if before else None
    change = round(amount - last, 4) if isinstance(last, (int, float)) and amount is not None else None
    return Entry(when, what, period, fingerprint, people, len(lines) - 1, amount, change, findings, version)


def log_sheet(rows: Sequence[Sequence[Any]], currency: str) -> Sheet:
    """Every row, the latest below."""
    sheet = Sheet("Log", "output", "Log", layout.SUBTITLES["Log"])
    note = "A refresh adds a row; check any jump in the amount."
    sheet.tables = [Table(LOG, "Refresh history", note, _columns(currency), rows)]
    sheet.widths = {1: 18}
    return framed(sheet)


def row_of(said: Entry) -> list[Any]:
    """The entry as the Log's table holds it."""
    return list(astuple(said))


_NAMES: Final = tuple(each.name for each in fields(Entry))


def _columns(currency: str) -> tuple[Column, ...]:
    said = (
        ("When", "time"),
        ("What", "general"),
        ("Period", "text"),
        ("Plan fingerprint", "text"),
        ("People (count)", "count"),
        ("Lines (count)", "count"),
        (f"Amount ({currency})", "money"),
        (f"Change since the row before ({currency})", "money"),
        ("Findings (count)", "count"),
        ("Version", "text"),
    )
    return tuple(Column(header, "value", number) for header, number in said)
