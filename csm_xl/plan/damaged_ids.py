"""IDs that are none: numbers, days and truths that a spreadsheet made of them, and words for nothing."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from csm_xl.errors import VALUE, Issue
from csm_xl.plan.findings import Findings
from csm_xl.plan.names import NOTHING
from csm_xl.plan.shortened_numbers import shortened_id
from csm_xl.plan.tables import Tables

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?\Z")
"""How a day is read that a spreadsheet made of MAR5 or 3-5, or a table's day in a column of ids."""
_TRUTHS: Final = frozenset({"TRUE", "FALSE"})


def damaged_ids(tables: Tables) -> list[Issue]:
    """A warning about each id that a spreadsheet changed, and about each person without one in words."""
    out = Findings()
    for table in tables.values():
        for column in table.schema.columns if table.rows else ():
            if column.kind != "id":
                continue
            ids = table.coded(column.name)
            odd = [
                at for at, value in enumerate(ids.values) if _is_truth_or_day(value) or _is_shortened(value)
            ]
            for row in np.flatnonzero(np.isin(ids.codes, odd)).tolist() if odd else ():
                value = table.columns[column.name][row]
                if _is_truth_or_day(value):
                    was = "a day" if value[:1].isdigit() else "TRUE or FALSE"
                    what = f"{column.name} is {was}, which spreadsheets make of some IDs"
                    hint = "Format the column as text, and type the ID again."
                    kind = f"values of {column.name} are {was}, which spreadsheets make of some IDs"
                    out.warning(table, row, column.name, what, hint, VALUE, kind=kind)
                else:
                    what = f"{column.name} is a number that a spreadsheet shortened: its last digits are lost"
                    hint = "Format the column as text, or export it again."
                    kind = f"values of {column.name} are numbers that a spreadsheet has shortened"
                    out.warning(table, row, column.name, what, hint, VALUE, kind=kind)
    roster = tables["roster"]
    for row, value in enumerate(roster.columns["employee_id"].tolist()):
        if value.casefold() in NOTHING:
            what = f"employee_id {value!r} means that there is no ID, but this row is paid"
            out.warning(roster, row, "employee_id", what, "Type the person's id, or remove the row.")
    return out.issues


def _is_truth_or_day(value: str) -> bool:
    return value in _TRUTHS or (value[4:5] == "-" and bool(_DAY.match(value)))


def _is_shortened(value: str) -> bool:
    return value[:1].isdigit() and shortened_id(value)
