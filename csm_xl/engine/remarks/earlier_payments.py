"""Earlier payments far from the target of their component: mostly in another unit, or of another period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isnan
from typing import Final

import numpy as np

from csm_xl.engine.lines import Lines
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_MUCH: Final = 5.0
_LITTLE: Final = 100.0
"""A component rarely pays more than 5 times its target, or less than a hundredth of it."""


def odd_earlier_payments(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each earlier payment far from the target of its component in the period that is paid,
    which makes up for it, and for a negative one where all of them together are below 0. What was earned
    before the modifier is looked at where it is given, since that counts."""
    paid = tables["paid"]
    if not paid.rows:
        return
    target: dict[tuple[str, ...], float] = {}
    below: set[tuple[str, ...]] = set()
    for lines in (one for one in runs if "paid_before" in one.columns):
        due = np.nan_to_num(lines.columns["paid_before"]) != 0
        for line in np.flatnonzero(due & (lines.columns["component_target"] > 0)).tolist():
            key = lines.named(line, "employee_id", "plan_id", "component_id")
            target.setdefault(key, float(lines.columns["component_target"][line]))
            if lines.columns["paid_before"][line] < 0:
                below.add(key)
    names = ("employee_id", "plan_id", "component_id", "amount", "before_modifier", "period")
    for row, (who, plan, name, typed, before, period) in enumerate(
        zip(*(paid.columns[name].tolist() for name in names), strict=True)
    ):
        usual = target.get((who, plan, name))
        column, amount = ("amount", typed) if isnan(before) else ("before_modifier", before)
        if amount < 0 and (who, plan, name) in below:
            what = f"{who} was paid {amount:,.2f} for {name} in {period}, so less than nothing up to here:"
            yield Issue(VALUE, f"{what} this run settles the difference", paid.where(row, column),
                        f"{who} {amount:,.2f}", "Type what was paid as a positive amount.", "warning",
                        kind="earlier payments come to less than nothing", rule=UNUSUAL)  # fmt: skip
            continue
        if usual is None or not amount or usual / _LITTLE <= abs(amount) <= usual * _MUCH:
            continue
        what = f"{who} was paid {amount:,.2f} for {name} in {period}, but its target is {usual:,.2f}"
        yield Issue(VALUE, f"{what} a period: this run settles the difference",
                    paid.where(row, column), f"{who} {amount:,.2f}",
                    "Correct the amount if it is in another unit or for another period.", "warning",
                    kind="earlier payments are far from the target of their component",
                    rule=UNUSUAL)  # fmt: skip


def other_than_calculated(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A note for each earlier payment that counts in place of another amount that these inputs calculate."""
    paid = tables["paid"]
    names = ("period", "employee_id", "plan_id", "component_id")
    row_of: dict[tuple[str, ...], int] = {}
    if paid.rows:
        keys = zip(*(paid.columns[name].tolist() for name in names), strict=True)
        row_of = {key: row for row, key in enumerate(keys)}
    found = {row_of[one[:4]]: one for lines in runs for one in lines.replaced if one[:4] in row_of}
    for row, (period, who, _, name, was) in sorted(found.items()):
        before = paid.columns["before_modifier"][row]
        column = "amount" if isnan(before) else "before_modifier"
        what = f"{who} was paid {paid.columns[column][row]:,.2f} for {name} in {period}, and these inputs"
        yield Issue(VALUE, f"{what} calculate {was:,.2f}: what was paid counts", paid.where(row, column),
                    f"{who} {paid.columns[column][row]:,.2f} instead of {was:,.2f}",
                    "None needed if that is what was paid.", "note",
                    kind="earlier payments differ from what these inputs calculate, and count instead",
                    rule=UNUSED)  # fmt: skip
