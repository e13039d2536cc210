"""Tables as tests write them down: rows of cells by the name of their column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from csm_xl.plan.tables import RawTable


def typed(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[RawTable]:
    """The tables as a worksheet hands them over: a header, and rows below it; none without rows."""
    found = []
    for name, rows in tables.items():
        if rows:
            header = list(dict.fromkeys(key for row in rows for key in row))
            found.append(
                RawTable.of_rows([header, *([row.get(key) for key in header] for row in rows)], name)
            )
    return found
