"""What a refresh found, as a table on the sheet Checks: one row a finding, with a link to its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.workbook import layout
from csm_xl.workbook.page import HEAD_ROW, Column, Table, this_row
from csm_xl.workbook.settings import NAMED_BY

FINDINGS: Final = "tblFindings"
_LONGEST: Final = 500
_OPTION: Final = re.compile(rf'({"|".join(NAMED_BY)}) ("[^"]*"|[A-Z]\d+)')
"""A decision as a command takes it."""

_WHERE: Final = this_row(FINDINGS, "Where")
_LINK: Final = f'=IF(ISERROR(SEARCH("!",{_WHERE})),"",HYPERLINK("#"&{_WHERE},"Go there"))'
_COLUMNS: Final = (
    Column("Kind", "value", "text"),
    Column("Where", "value", "text", least=22),
    Column("Link", "calc", "general", _LINK),
    Column("What is wrong", "value", "text", least=60),
    Column("Found there", "value", "text", least=18),
    Column("How to fix it", "value", "text", least=60),
)


def findings_table(issues: Iterable[Issue], left: int = 1, top: int = HEAD_ROW) -> Table:
    """The findings of the last refresh; without any, one blank row."""
    note = (
        "Findings of the last refresh. An error stops it, so that nothing else is written; a warning "
        "does not."
    )
    return Table(FINDINGS, "Findings", note, _COLUMNS, finding_rows(issues), left, top)


def finding_rows(issues: Iterable[Issue]) -> list[list[Any]]:
    """The rows of the table, in the order of its columns; the link is a formula.

    >>> finding_rows([Issue("#N/A", "there is no plan 'x'", "Roster!B7", "x", "Type a plan.")])
    [['error', 'Roster!B7', None, "there is no plan 'x'", 'x', 'Type a plan.']]
    """
    return [
        [one.severity, one.where or None, None, one.message[:_LONGEST],
         None if one.got is None else str(one.got)[:_LONGEST], on_control(one.hint)[:_LONGEST] or None]
        for one in issues
    ]  # fmt: skip


def on_control(hint: str) -> str:
    """How to fix a finding, for somebody who is in the workbook: a decision is typed on Control.

    >>> on_control("Correct it. --accept E607 pays it as entered.")
    'Correct it. E607 at Accepted findings on Control pays it as entered.'
    >>> on_control('Map it (--map "Leave Date = leave_date"), or remove it.')
    'Map it ("Leave Date = leave_date" at Mapped columns on Control), or remove it.'
    """
    return _OPTION.sub(lambda said: f"{said[2]} at {layout.header_of(NAMED_BY[said[1]])} on Control", hint)
