"""Table arguments in one of several shapes, recognized by their headers or their width."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.functions import coerce
from csm_xl.functions.cell_range import CellRange
from csm_xl.functions.registry import Parameter
from csm_xl.pay.rounding import Array
from csm_xl.plan.columns import TEXTS
from csm_xl.plan.names import header_name, plain_name
from csm_xl.plan.schema import Column


def read_shape(cells: CellRange, name: str, forms: Sequence[Sequence[Column]]) -> dict[str, Array]:
    """The columns of a table by name, read in the first shape that it fits.

    name: the argument's name, for messages. forms: the columns of each shape. With a header, a shape fits if
    all its required columns are there; without one, if the number of columns matches. A table that fits none
    is read in the first shape, whose errors report what is missing.
    Numbers are float64 with NaN for blanks, text is objects with "" for blanks.
    """
    form = next((form for form in forms if _fits(cells, form)), forms[0])
    parameter = Parameter(Column(name, "text", ""), "table", columns=tuple(form))
    issues: list[Issue] = []
    block = coerce.read_table(cells, parameter, issues)
    if issues or block is None:
        raise CsmError.of(issues)
    headers = _headers(cells, form)
    there = [column for column in form if column.name in headers] if headers else list(form)
    return {
        column.name: part if column.kind in TEXTS else part.astype(np.float64)
        for column, part in zip(there, block.T, strict=False)
    }


def _headers(cells: CellRange, form: Sequence[Column]) -> list[str]:
    if not coerce.has_header(cells, form):
        return []
    return [header_name(cell) if isinstance(cell, str) else "" for cell in cells.row(0)]


def _fits(cells: CellRange, form: Sequence[Column]) -> bool:
    headers = _headers(cells, form)
    required = [column.name for column in form if column.required]
    if headers:
        return all(name in headers for name in required)
    return cells.columns in (len(form), len(required))


def rows_by_name(named: Array, where: str) -> dict[str, int]:
    """The row of each name in a table, ignoring case."""
    rows: dict[str, int] = {}
    doubled = [
        Issue(VALUE, "duplicate name", f"{where} row {i + 1}", name, "Keep one row for each name.")
        for i, name in enumerate(named.tolist())
        if rows.setdefault(plain_name(name), i) != i
    ]
    if doubled:
        raise CsmError.of(doubled)
    return rows
