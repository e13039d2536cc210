"""Numbers that rise by one little step from row to row: one was perhaps dragged down as a series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from csm_xl.pay.rounding import Array
from csm_xl.plan.findings import Remarks
from csm_xl.plan.parts import grouped
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_COLUMNS: Final = {
    "roster": ("base_salary", "target_amount", "ote"), "deals": ("amount",), "payments": ("amount",),
    "accounts": ("start", "end"), "results": ("goal",), "targets": ("goal",),
}  # fmt: skip
"""What is not counted up from person to person, deal to deal or account to account."""
_OF_ONE_KIND: Final = {"results": ("period", "scope", "measure"), "targets": ("component_id",)}
"""By what rows are of one kind; the goals of one person may rise from period to period."""
_LEAST: Final = 5
"""So many numbers do not rise by one step by chance."""
_STEPS: Final = ((1.0, 100.0, np.inf), (0.01, 0.0, 10.0))
"""What a spreadsheet adds from cell to cell, and between which bounds the numbers are: small ones are counts,
which may go up by 1, and ratios go up by a percent."""
_NEAR: Final = 1e-9


def check_series(tables: Tables, out: Remarks) -> None:
    """Collect salaries, amounts and goals of five rows or more that go up or down by 1, or by a percent."""
    for name, columns in _COLUMNS.items():
        table = tables[name]
        keys = _OF_ONE_KIND.get(name, ())
        groups = list(grouped(table, *keys).values()) if keys and table.rows else [range(table.rows)]
        for column in columns:
            for rows in groups:
                for first, many, step in _runs(table.columns[column], rows):
                    _say(table, column, first, many, step, out)


def _say(table: Table, column: str, row: int, many: int, step: float, out: Remarks) -> None:
    goes = "up" if step > 0 else "down"
    what = f"{column} is {table.columns[column][row]:,.10g}, and goes {goes} by {abs(step):g} in each of the"
    what += f" {many - 1} rows after it: was it dragged down as a series?"
    out.warning(table, row, column, what, "Paste the numbers again.", rule=UNUSUAL,
                kind=f"{column}s go up or down by one step from row to row")  # fmt: skip


def _runs(column: Array, rows: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    """The first row of each series, how many there are, and the step.

    >>> list(_runs(np.array([900.0, 78000, 78001, 78002, 78003, 78004, 91000]), range(7)))
    [(1, 5, 1.0)]
    """
    if len(rows) < _LEAST:
        return
    values = column if len(rows) == len(column) else column[list(rows)]
    between = np.diff(values)
    for size, low, high in _STEPS:
        for step in (size, -size):
            within = (values[:-1] >= low) & (values[:-1] < high)
            on = np.flatnonzero((np.abs(between - step) < _NEAR) & within)
            for run in np.split(on, np.flatnonzero(np.diff(on) > 1) + 1):
                if len(run) >= _LEAST - 1:
                    yield rows[int(run[0])], len(run) + 1, step
