"""Releases of more than was held back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.engine.lines import Lines
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.parts import grouped
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_CENT: Final = 0.005


def large_releases(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for everyone who is released more than was held back, where all of it was held back in
    the periods that are paid: the first holdback begins in them."""
    arrangements, adjustments = tables["arrangements"], tables["adjustments"]
    of_kind = np.flatnonzero(adjustments.columns["kind"] == "release")
    if not of_kind.size or not (arrangements.columns["kind"] == "holdback").any():
        return
    calendar, sums = Calendar(tables["periods"]), dict[tuple[str, ...], float]()
    begin = None
    for lines in runs:
        starts = [calendar.find(name).start for name in lines.names["period"]]
        begin = min([*starts, begin] if begin is not None else starts, default=begin)
        for kind in ("holdback", "release"):
            codes = [code for code, name in enumerate(lines.names["type"]) if name == kind]
            for line in np.flatnonzero(np.isin(lines.columns["type"], codes)).tolist():
                key = (*lines.named(line, "employee_id"), kind)
                sums[key] = sums.get(key, 0.0) + float(lines.columns["amount"][line])
    first = {
        who: min(int(arrangements.columns["from"][row]) for row in rows)
        for (who, kind), rows in grouped(arrangements, "employee_id", "kind").items()
        if kind == "holdback"
    }
    for who, rows in grouped(adjustments, "employee_id").items():
        released, held = sums.get((who, "release"), 0.0), -sums.get((who, "holdback"), 0.0)
        if begin is None or first.get(who, -1) < begin or released <= held + _CENT:
            continue
        row = next(row for row in reversed(rows) if adjustments.columns["kind"][row] == "release")
        what = f"{released:,.2f} is released to {who}, but only {held:,.2f} was held back"
        yield Issue(VALUE, what, adjustments.where(row, "amount"), f"{who} {released:,.2f}",
                    "Correct the amount, or enter the excess as an adjustment of another kind.", "warning",
                    kind="releases exceed what was held back", rule=UNUSUAL)  # fmt: skip
