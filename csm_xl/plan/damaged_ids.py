"""Ids that are none: long numbers as a spreadsheet shows them, and words that stand for nothing."""

from __future__ import annotations

import re
from typing import Final

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.findings import Findings
from csm_xl.plan.tables import Tables

_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}\Z", re.IGNORECASE)
"""How spreadsheets show a number of twelve digits and more: 1.23457E+11."""
_NOBODY: Final = frozenset(
    {"n/a", "#n/a", "nan", "none", "null", "nil", "unknown", "tbd", "tba", "(blank)", "(empty)", "(null)",
     "unassigned", "not assigned", "<na>", "-", "--", "?", "???"}
)  # fmt: skip
"""What exports write where there is no id."""


def damaged_ids(tables: Tables) -> list[Issue]:
    """A warning about each id that lost digits, and about each person whose id says that there is none."""
    out = Findings()
    for table in tables.values():
        for column in table.schema.columns if table.rows else ():
            if column.kind != "id":
                continue
            for row, value in enumerate(table.columns[column.name].tolist()):
                if value[:1].isdigit() and _SHORTENED.match(value):
                    what = f"{column.name} is a number as a spreadsheet shortens it: its last digits are lost"
                    hint = "Format the column as text, or export it again."
                    kind = f"values of {column.name} are numbers as a spreadsheet shortens them"
                    out.warning(table, row, column.name, what, hint, VALUE, kind=kind)
    roster = tables["roster"]
    for row, value in enumerate(roster.columns["employee_id"].tolist()):
        if value.casefold() in _NOBODY:
            what = f"employee_id {value!r} says that there is none, and this row is paid"
            out.warning(roster, row, "employee_id", what, "Type the person's id, or remove the row.")
    return out.issues
