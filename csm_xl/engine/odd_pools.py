"""Pools of which little is paid: mostly an amount for one person, or for a month, typed as everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.engine.component import AT_MOST, POOL_CAPPED
from csm_xl.engine.lines import OF_COMPONENT, Lines
from csm_xl.engine.pool import SHARED_OUT
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_LEAST_SHARE: Final = 0.5


def small_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each pool that pays less than half of what is earned: an amount for each person, or a
    month, was perhaps typed as everybody's of the period."""
    components, rows = tables["components"], _rows_of_components(tables)
    for lines in runs:
        if "pool_factor" not in lines.columns:
            continue
        shared = np.flatnonzero(lines.columns["pool_factor"] < _LEAST_SHARE).tolist()
        found = {lines.named(line, *OF_COMPONENT): line for line in shared}
        for (period, plan, name), line in found.items():
            factor = float(lines.columns["pool_factor"][line])
            row = rows.get((plan, name), 0)
            what = f"the pool of {name} of {plan} pays {factor:.0%} of what is earned in {period}"
            hint = "pool_amount is for everybody together in a pay period. Correct it if this amount is not."
            yield Issue(VALUE, what, components.where(row, "pool_amount"), f"{name} {period} {factor:.0%}",
                        hint, "warning", kind="pools pay less than half of what is earned",
                        rule=UNUSUAL)  # fmt: skip


def capped_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """What says for each shared pool how much of it is not paid because everybody is at the maximum per
    person: a note, and a warning where it is more than half."""
    components, rows = tables["components"], _rows_of_components(tables)
    for lines in runs:
        for (period, plan, name), at in _shared_out(lines).items():
            row = rows.get((plan, name), 0)
            pool, paid = components.columns["pool_amount"][row], float(lines.columns["amount"][at].sum())
            below = lines.columns["note"][at] & POOL_CAPPED == 0
            free = below & (lines.columns["amount"][at] != 0)  # somebody who has all that the others leave
            if free.any() or below.all():
                continue
            funded = " (before its measure)" if components.columns["pool_measure"][row] else ""
            what = f"the pool of {name} of {plan} pays {paid:,.2f} of {pool:,.2f}{funded} in {period}:"
            what += " everybody with a weight is at pool_person_cap"
            severity = "warning" if paid < _LEAST_SHARE * pool else "note"
            yield Issue(VALUE, what, components.where(row, "pool_person_cap"), f"{name} {period} {paid:,.2f}",
                        "Raise pool_person_cap, if more of it should be paid.", severity,
                        kind="pools are not fully paid out, because everybody is at pool_person_cap",
                        rule=UNUSUAL if severity == "warning" else "")  # fmt: skip


def cut_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each shared pool of which max_amount takes a part: nobody gets it, whereas what exceeds
    pool_person_cap goes to the others."""
    components, rows = tables["components"], _rows_of_components(tables)
    for lines in runs:
        for (period, plan, name), at in _shared_out(lines).items():
            row = rows.get((plan, name), 0)
            held = np.flatnonzero(lines.columns["note"][at] & AT_MOST).size
            pool, paid = components.columns["pool_amount"][row], float(lines.columns["amount"][at].sum())
            if not held or components.columns["pool_measure"][row]:
                continue
            what = (
                f"the pool of {name} of {plan} pays {paid:,.2f} of {pool:,.2f} in {period}: what max_amount"
            )
            hint = "Enter the maximum in pool_person_cap if the rest should go to the others."
            yield Issue(VALUE, f"{what} cuts ({held} of {len(at)} people) goes to nobody",
                        components.where(row, "max_amount"), f"{name} {period} {paid:,.2f}", hint, "warning",
                        kind="pools are not fully paid out, because max_amount cuts payouts",
                        rule=UNUSUAL)  # fmt: skip


def _shared_out(lines: Lines) -> dict[tuple[str, ...], list[int]]:
    """Period, plan and component → the lines of each pool that is shared out."""
    codes = [code for code, name in enumerate(lines.names["type"]) if name == SHARED_OUT]
    found: dict[tuple[str, ...], list[int]] = {}
    for line in np.flatnonzero(np.isin(lines.columns["type"], codes)).tolist():
        found.setdefault(lines.named(line, *OF_COMPONENT), []).append(line)
    return found


def _rows_of_components(tables: Tables) -> dict[tuple[str, str], int]:
    """Plan and component → the last of its rows."""
    columns = (tables["components"].columns[name].tolist() for name in ("plan_id", "component_id"))
    return {key: row for row, key in enumerate(zip(*columns, strict=True))}
