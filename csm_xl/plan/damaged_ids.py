"""IDs that are none: numbers, days and truths that a spreadsheet made of them, and words for nothing."""

from __future__ import annotations

import re
from typing import Final

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.findings import Findings
from csm_xl.plan.tables import Tables

_SHORTENED: Final = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}\Z", re.IGNORECASE)
"""How spreadsheets show a number of twelve digits and more: 1.23457E+11."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?\Z")
"""How a day is read that a spreadsheet made of MAR5 or 3-5, or a table's day in a column of ids."""
_TRUTHS: Final = frozenset({"TRUE", "FALSE"})
_NOBODY: Final = frozenset(
    {"n/a", "#n/a", "nan", "none", "null", "nil", "unknown", "tbd", "tba", "(blank)", "(empty)", "(null)",
     "unassigned", "not assigned", "<na>", "-", "--", "?", "???"}
)  # fmt: skip
"""What exports write where there is no id."""


def damaged_ids(tables: Tables) -> list[Issue]:
    """A warning about each id that a spreadsheet changed, and about each person without one in words."""
    out = Findings()
    for table in tables.values():
        for column in table.schema.columns if table.rows else ():
            if column.kind != "id":
                continue
            for row, value in enumerate(table.columns[column.name].tolist()):
                if value in _TRUTHS or (value[4:5] == "-" and _DAY.match(value)):
                    was = "a day" if value[:1].isdigit() else "TRUE or FALSE"
                    what = f"{column.name} is {was}, as a spreadsheet makes of some IDs"
                    hint = "Format the column as text, and type the ID again."
                    kind = f"values of {column.name} are {was}, as a spreadsheet makes of some IDs"
                    out.warning(table, row, column.name, what, hint, VALUE, kind=kind)
                elif value[:1].isdigit() and _SHORTENED.match(value):
                    what = f"{column.name} is a number as a spreadsheet shortens it: its last digits are lost"
                    hint = "Format the column as text, or export it again."
                    kind = f"values of {column.name} are numbers as a spreadsheet shortens them"
                    out.warning(table, row, column.name, what, hint, VALUE, kind=kind)
    roster = tables["roster"]
    for row, value in enumerate(roster.columns["employee_id"].tolist()):
        if value.casefold() in _NOBODY:
            what = f"employee_id {value!r} means that there is no ID, but this row is paid"
            out.warning(roster, row, "employee_id", what, "Type the person's id, or remove the row.")
    return out.issues
