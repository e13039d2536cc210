"""Columns that were probably sorted without the rest of their rows: figures and IDs in order at once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from csm_xl.plan.findings import Remarks
from csm_xl.plan.parts import grouped
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_FIGURES: Final = {
    "roster": ((), "employee_id", ("base_salary", "target_amount", "ote")),
    "deals": ((), "deal_id", ("amount",)),
    "accounts": (("period",), "account_id", ("start", "end")),
    "results": (("period", "measure", "scope"), "id", ("actual",)),
}
"""Table → what its rows are grouped by, their IDs, and figures that follow no order of the IDs."""
_LEAST: Final = 15
"""So many different figures are in the order of their IDs by a sort, not by chance."""


def check_sorted_alone(tables: Tables, out: Remarks) -> None:
    """Collect columns of figures that rise, or fall, from row to row while the IDs of the rows do too.

    Figures with equal steps were numbered on purpose. A table that was sorted by its figures has its IDs
    in no order.
    """
    for name, (by, key, figures) in _FIGURES.items():
        table = tables[name]
        if table.rows < _LEAST:
            continue
        groups = grouped(table, *by).values() if by else [range(table.rows)]
        for rows in groups:
            ids = [table.columns[key][row] for row in rows]
            if len(rows) < _LEAST or not _in_order(ids):
                continue
            for column in figures:
                found = [float(table.columns[column][row]) for row in rows]
                filled = [one for one in found if one == one and one]
                if len(set(filled)) < _LEAST or not _in_order(filled) or _even(filled):
                    continue
                what = f"{column} is in order from the first row to the last, and so is {key}, as if {column}"
                what += " had been sorted without the rest of the rows"
                hint = f"Compare a few rows with their source, and paste {column} again if they differ."
                out.warning(table, rows[0], column, what, hint, rule=UNUSUAL)


def _in_order(values: list[Any]) -> bool:
    rises = all(one <= after for one, after in pairwise(values))
    return rises or all(one >= after for one, after in pairwise(values))


def _even(values: list[float]) -> bool:
    """Whether the steps are all alike, such as 80,000, 81,000, 82,000."""
    steps = [after - one for one, after in pairwise(values)]
    return max(steps) - min(steps) < 1e-6 * max(map(abs, values))
