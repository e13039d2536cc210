"""Earlier payments far from the target of their component: mostly in another unit, or of another period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.engine.lines import Lines
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_MUCH: Final = 5.0
_LITTLE: Final = 100.0
"""A component pays up to so many times its target, and mostly more than such a part of it."""


def odd_earlier_payments(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each earlier payment far from the target of its component in the period that is paid,
    which makes up for it, and for a negative one where all of them together are below 0."""
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
    names = ("employee_id", "plan_id", "component_id", "amount", "period")
    for row, (who, plan, name, amount, period) in enumerate(
        zip(*(paid.columns[name].tolist() for name in names), strict=True)
    ):
        usual = target.get((who, plan, name))
        if amount < 0 and (who, plan, name) in below:
            what = f"{who} was paid {amount:,.2f} for {name} in {period}, so less than nothing up to here:"
            yield Issue(VALUE, f"{what} this run settles the difference", paid.where(row, "amount"),
                        f"{who} {amount:,.2f}", "Type what was paid as a positive amount.", "warning",
                        kind="earlier payments come to less than nothing", rule=UNUSUAL)  # fmt: skip
            continue
        if usual is None or not amount or usual / _LITTLE <= abs(amount) <= usual * _MUCH:
            continue
        what = f"{who} was paid {amount:,.2f} for {name} in {period}, but its target is {usual:,.2f}"
        yield Issue(VALUE, f"{what} a period: this run settles the difference",
                    paid.where(row, "amount"), f"{who} {amount:,.2f}",
                    "Correct the amount if it is in another unit or for another period.", "warning",
                    kind="earlier payments are far from the target of their component",
                    rule=UNUSUAL)  # fmt: skip
