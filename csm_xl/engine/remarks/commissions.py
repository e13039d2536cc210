"""Components that pay everybody their maximum: mostly one in thousands, or of one deal or month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.component import AT_MOST
from csm_xl.engine.lines import OF_COMPONENT, Lines
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_SEVERAL: Final = 3


def held_by_all(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each commission of which everybody who earns any is paid its maximum amount, and for each
    component that pays from the target where that is less than everybody's target: it was perhaps typed in
    thousands, or as that of one deal or month."""
    components = tables["components"]
    columns = (components.columns[name].tolist() for name in ("plan_id", "component_id", "type"))
    row_of, by_target = dict[tuple[str, str], int](), set[tuple[str, str]]()
    for row, (plan, name, kind) in enumerate(zip(*columns, strict=True)):
        if kind in tables.types and tables.types[kind].pays_on == "deals":
            row_of[plan, name] = row
        elif kind in tables.types and tables.types[kind].target_based:
            row_of[plan, name] = row
            by_target.add((plan, name))
    for lines in runs:
        earned = lines.columns["amount"] > 0
        limited = (lines.columns["note"] & AT_MOST) > 0
        held, free = (_counted(lines, earned & which) for which in (limited, ~limited & limited.any()))
        below = _counted(
            lines, earned & limited & (lines.columns["amount"] < lines.columns["component_target"])
        )
        for (period, plan, name), people in held.items():
            if people < _SEVERAL or (period, plan, name) in free or (plan, name) not in row_of:
                continue
            if (plan, name) in by_target and below[period, plan, name] < people:
                continue  # a maximum above the target limits what is paid beyond it
            row = row_of[plan, name]
            most = float(components.columns["max_amount"][row])
            what = f"all {people} people who earn {name} of {plan} in {period} are paid its maximum,"
            yield Issue(VALUE, f"{what} {most:,.10g}", components.where(row, "max_amount"), None,
                        "Correct max_amount if it is in another unit.", "warning", rule=UNUSUAL,
                        kind="components pay everybody their maximum")  # fmt: skip


def _counted(lines: Lines, which: NDArray[np.bool_]) -> Counter[tuple[str, ...]]:
    """Period, plan and component → how many of some lines are theirs."""
    return Counter(lines.named(line, *OF_COMPONENT) for line in np.flatnonzero(which).tolist())
