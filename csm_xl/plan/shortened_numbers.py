"""Numbers of an export whose last digits are gone: a spreadsheet writes what a narrow column shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.findings import Findings
from csm_xl.plan.table import Table

_SHORTENED: Final = re.compile(r"\s*[+-]?\d(?:[.,]\d{1,5})?E\+?\d+\s*\Z", re.IGNORECASE)
"""How spreadsheets show a number that is wider than its column: 8.4E+04, of 84,000 or 83,950."""


def shortened_numbers(table: Table, given: Mapping[str, Sequence[Any]]) -> list[Issue]:
    """A warning about the numbers of each column that are typed as a digit and a power of ten.

    given: column → the cells of the table's rows, as their door handed them over.
    """
    out = Findings()
    for name, cells in given.items():
        if table.schema.column(name).kind not in NUMERIC:
            continue
        for row, cell in enumerate(cells):
            if isinstance(cell, str) and ("E" in cell or "e" in cell) and _SHORTENED.match(cell):
                what = f"{name} is {cell.strip()}, as a spreadsheet shortens a number: digits may be lost"
                hint = "Widen the column and export it again, or type all digits."
                kind = f"values of {name} are numbers as a spreadsheet shortens them"
                out.warning(table, row, name, what, hint, kind=kind)
    return out.issues
