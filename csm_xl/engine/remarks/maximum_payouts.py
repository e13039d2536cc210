"""Plans of which everybody is held to the maximum payout: mostly one in thousands, or a ratio of a period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.engine.component import PLAN_MAXIMUM
from csm_xl.engine.lines import Lines
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.model import plan_book
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_SEVERAL: Final = 3
_LITTLE: Final = 0.1
"""A maximum that leaves less than such a part of what everybody earns is hardly meant, without a target."""


def held_to_maximum(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each plan of which everybody who is paid in a period gets its maximum payout, and that is
    less than everybody's target; without a target, less than a tenth of what anybody earned."""
    columns = tables["plans"].columns
    if np.isnan(columns["max_payout"]).all() and np.isnan(columns["max_salary_ratio"]).all():
        return
    book, calendar = plan_book(tables), Calendar(tables["periods"])
    for lines in runs:
        held: dict[tuple[str, str], dict[str, list[int]]] = {}
        for line in np.flatnonzero(lines.columns["amount"] > 0).tolist():
            period, plan, who = lines.named(line, "period", "plan_id", "employee_id")
            held.setdefault((period, plan), {}).setdefault(who, []).append(line)
        for (period, plan), people in held.items():
            if len(people) < _SEVERAL or not all(_far_below(lines, at) for at in people.values()):
                continue
            row = (book.version(plan, calendar.find(period).end) or book.versions(plan)[-1]).row
            name = "max_payout" if not np.isnan(columns["max_payout"][row]) else "max_salary_ratio"
            every = [line for at in people.values() for line in at]
            aimed = np.nan_to_num(lines.columns["component_target"][every]).any()
            than = "their target" if aimed else "a tenth of what they earned"
            what = f"all {len(people)} people who are paid by plan {plan} in {period} get its maximum payout,"
            yield Issue(VALUE, f"{what} which is less than {than}",
                        tables["plans"].where(row, name), None,
                        f"Correct {name} if it is in another unit or of another period.", "warning",
                        rule=UNUSUAL, kind="plans pay everybody their maximum payout")  # fmt: skip


def _far_below(lines: Lines, at: list[int]) -> bool:
    """Whether a person's lines of a plan are held to the maximum, far below what they are worth."""
    columns = lines.columns
    if not (columns["note"][at] & PLAN_MAXIMUM).any():
        return False
    target = float(np.nansum(columns["component_target"][at]))
    if target > 0:
        return float(columns["amount"][at].sum()) < target
    return float(np.nanmax(columns["plan_cap_factor"][at])) < _LITTLE
