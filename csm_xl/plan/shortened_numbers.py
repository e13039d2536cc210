"""Numbers of an export whose last digits are gone: a spreadsheet writes what a narrow column shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.findings import Findings
from csm_xl.plan.table import Table

_POWER_OF_TEN: Final = re.compile(r"[+-]?\d(?:[.,](?P<decimals>\d+))?E(?P<plus>\+?)\d+\Z", re.IGNORECASE)
_MOST_DECIMALS: Final = 5
"""A spreadsheet shows no more of a number that is wider than its column."""


def shortened_number(text: str) -> bool:
    """Whether a number is typed as spreadsheets show one that is wider than its column.

    >>> shortened_number("8.4E+04"), shortened_number("1.234567890123E+11"), shortened_number("84000")
    (True, False, False)
    """
    found = _POWER_OF_TEN.match(text.strip())
    return found is not None and len(found["decimals"] or "") <= _MOST_DECIMALS


def shortened_id(text: str) -> bool:
    """Whether an id is typed as spreadsheets show a number of twelve digits and more. 7E12 may be an id.

    >>> shortened_id("1.23457E+11"), shortened_id("7E12")
    (True, False)
    """
    found = _POWER_OF_TEN.match(text)
    return found is not None and bool(found["plus"])


def shortened_numbers(table: Table, given: Mapping[str, Sequence[Any]]) -> list[Issue]:
    """A warning about the numbers of each column that are typed as a digit and a power of ten.

    given: column → the cells of the table's rows, as their door handed them over.
    """
    out = Findings()
    for name, cells in given.items():
        if table.schema.column(name).kind not in NUMERIC:
            continue
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and ("E" in cell or "e" in cell) and shortened_number(cell):
                what = (
                    f"{name} is {cell.strip()}, a number that a spreadsheet has shortened: digits may be lost"
                )
                hint = "Widen the column and export it again, or type all digits."
                kind = f"values of {name} are numbers that a spreadsheet has shortened"
                out.warning(table, row, name, what, hint, kind=kind)
    return out.issues
