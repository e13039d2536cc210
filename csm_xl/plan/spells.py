"""On which plan a person is from when to when, and what the tables say of them then."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

FOREVER: Final = 3_652_059
"""The ordinal of 31 December 9999: the last day of those who stay."""
VALUES: Final = ("target_ratio", "target_amount", "ote", "base_share")


@dataclass(slots=True, eq=False, repr=False)
class Stay:
    """A person's days on one plan with one set of target values.

    first, last: days, both inclusive. values: target_ratio, target_amount, ote and base_share, NaN
    where nothing is stated. table, row: where the stay begins to be stated (roster or changes).
    """

    employee_id: str
    plan_id: str
    first: int
    last: int
    values: dict[str, float] = field(repr=False)
    table: Table = field(repr=False)
    row: int


def stays(tables: Tables) -> dict[str, list[Stay]]:
    """Everybody's stays, in order of days; empty for those whose dates leave no day."""
    roster, changes = tables["roster"], tables["changes"]
    moves: dict[str, list[int]] = {}
    for row in np.argsort(changes.columns["from"], kind="stable").tolist():
        moves.setdefault(changes.columns["employee_id"][row], []).append(row)
    found: dict[str, list[Stay]] = {}
    columns = [
        roster.columns[name].tolist()
        for name in ("employee_id", "plan_id", "hire_date", "leave_date", *VALUES)
    ]
    for row, (person, plan, hired, left, *typed) in enumerate(zip(*columns, strict=True)):
        first, last = hired, left or FOREVER
        stay = Stay(person, plan, first, last, dict(zip(VALUES, typed, strict=True)), roster, row)
        each = [stay]
        for move in moves.get(person, ()):
            # A change dated before hire holds from the first paid day.
            day = max(int(changes.columns["from"][move]), first)
            each[-1] = replace(stay, last=min(day - 1, last))
            stay = _moved(stay, changes, move, day)
            each.append(stay)
        found[person] = [stay for stay in each if stay.first <= stay.last]
    return found


def _moved(stay: Stay, changes: Table, row: int, day: int) -> Stay:
    """What a change makes of a stay from its day on; blank means unchanged."""
    new = {name: float(changes.columns[name][row]) for name in VALUES}
    values = {name: stay.values[name] if np.isnan(value) else value for name, value in new.items()}
    plan = str(changes.columns["plan_id"][row]) or stay.plan_id
    return replace(stay, plan_id=plan, first=day, values=values, table=changes, row=row)
