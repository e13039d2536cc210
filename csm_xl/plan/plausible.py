"""Values that no sound table holds: ratios typed as percentages, amounts larger than any that is paid."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.errors import Issue
from csm_xl.plan.decisions import softened
from csm_xl.plan.findings import Findings
from csm_xl.plan.schema import Column
from csm_xl.plan.tables import Tables

PERCENTAGE: Final = "E607"
TOO_LARGE: Final = "E003"
"""The rules of a ratio, and of an amount, that is larger than any that is sound; see `Column.most`."""


def implausible(tables: Tables) -> list[Issue]:
    """The values above the bounds of their columns, as people typed them.

    It is what was typed that is judged, once, when it is read: an analysis may try values beyond.
    """
    out = Findings()
    for table in tables.values():
        for column in table.schema.columns if table.rows else ():
            if column.most is None:
                continue
            values = table.columns[column.name]
            size = values if column.kind == "ratio" else np.abs(values)
            rule = PERCENTAGE if column.kind == "ratio" else TOO_LARGE
            for row in np.flatnonzero(np.nan_to_num(size) > column.most).tolist():
                what, hint = too_large(column, float(values[row]))
                goes_on = f"--accept {rule} pays it as it stands."
                out.error(table, row, column.name, what, f"{hint} {goes_on}", rule=rule)
    return softened(out.issues, tables.accepted)


def too_large(column: Column, value: float) -> tuple[str, str]:
    """What is said of a number that no sound one of its column reaches, and what to do.

    >>> too_large(Column("fte", "ratio", "", most=2.0), 80.0)
    ('fte is 80, a ratio: it means 8,000%', 'Type 80% or 0.8 if that is what it means.')
    """
    if column.kind == "ratio":
        what = f"{column.name} is {value:g}, a ratio: it means {value:,.0%}"
        return what, f"Type {value:g}% or {value / 100:g} if that is what it means."
    what = f"{column.name} is {value:,.0f}, more than any that is paid"
    return what, "Correct the number, or its unit."
