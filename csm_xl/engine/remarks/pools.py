"""Pools of which little is paid: mostly an amount for one person, or for a month, typed as everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.component import AT_MOST, POOL_CAPPED, POOL_UNSHARED
from csm_xl.engine.lines import OF_COMPONENT, Lines
from csm_xl.engine.pool import SHARED_OUT
from csm_xl.errors import VALUE, Issue, counted
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.model import plan_book
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

_LEAST_SHARE: Final = 0.5


def small_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each pool that pays less than half of what is earned: an amount for each person, or a
    month, was perhaps typed as everybody's of the period."""
    components, rows = tables["components"], _Rows(tables)
    for lines in runs:
        if "pool_factor" not in lines.columns:
            continue
        shared = np.flatnonzero(lines.columns["pool_factor"] < _LEAST_SHARE).tolist()
        found = {lines.named(line, *OF_COMPONENT): line for line in shared}
        for (period, plan, name), line in found.items():
            factor = float(lines.columns["pool_factor"][line])
            what = f"the pool of {name} of {plan} pays {factor:.0%} of what is earned in {period}"
            hint = "pool_amount is for everybody together in a pay period. Correct it if this amount is not."
            yield Issue(VALUE, what, components.where(rows.of(period, plan, name), "pool_amount"),
                        f"{name} {period} {factor:.0%}", hint, "warning",
                        kind="pools pay less than half of what is earned", rule=UNUSUAL)  # fmt: skip


def capped_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """What says for each shared pool how much of it is not paid because everybody is at the maximum per
    person: a note, and a warning where it is more than half."""
    for one in _shared_out(tables, runs):
        below = one.notes & POOL_CAPPED == 0
        free = below & (one.amounts != 0)  # somebody who has all that the others leave
        if free.any() or below.all():
            continue
        severity = "warning" if one.paid < _LEAST_SHARE * one.pool else "note"
        yield Issue(VALUE, f"{one.said}: everybody with a weight is at pool_person_cap",
                    tables["components"].where(one.row, "pool_person_cap"), one.got,
                    "Raise pool_person_cap, if more of it should be paid.", severity,
                    kind="pools are not fully paid out, because everybody is at pool_person_cap",
                    rule=UNUSUAL if severity == "warning" else "")  # fmt: skip


def cut_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each shared pool of which max_amount takes a part: nobody gets it, whereas what exceeds
    pool_person_cap goes to the others."""
    for one in _shared_out(tables, runs):
        cut = int(np.count_nonzero(one.notes & AT_MOST))
        if cut and not one.funded:
            yield Issue(VALUE,
                        f"{one.said}: what max_amount cuts ({cut} of {one.notes.size} people) goes to nobody",
                        tables["components"].where(one.row, "max_amount"), one.got,
                        "Enter the maximum in pool_person_cap if the rest should go to the others.",
                        "warning", kind="pools are not fully paid out, because max_amount cuts payouts",
                        rule=UNUSUAL)  # fmt: skip


def unshared_pools(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for each shared pool, or pool of a team, that is paid to nobody because nobody of those who
    share it has a weight."""
    for one in _shared_out(tables, runs):
        left = int(np.count_nonzero(one.notes & POOL_UNSHARED))
        if not left:
            continue
        of = f"the pool of {one.name} of {one.plan}"
        what = f"{of} pays nothing to {counted(left, 'person', 'people')} in {one.period}: nobody who shares"
        yield Issue(VALUE, f"{what} it with them has a result above 0, so it is paid to nobody",
                    tables["components"].where(one.row, "component_id"), f"{one.name} {one.period}",
                    "Correct the results that it is shared by, or pay it by hand.", "warning",
                    kind="pools are paid to nobody, because nobody has a result above 0",
                    rule=UNUSUAL)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Pool:
    """A pool that is shared out in a period, with its people's lines. row: that of its component. funded:
    whether a measure says how much of it there is. pool: its amount; 0 where a result alone gives it, or each
    team has its own."""

    name: str
    plan: str
    period: str
    row: int
    pool: float
    funded: bool
    amounts: NDArray[np.float64]
    notes: NDArray[np.int64]

    @property
    def paid(self) -> float:
        """What all get together."""
        return float(self.amounts.sum())

    @property
    def said(self) -> str:
        """How much of it is paid, in words."""
        of = f"the pool of {self.name} of {self.plan}"
        if not self.pool:
            return f"{of} pays {self.paid:,.2f} in {self.period}"
        before = " (before its measure)" if self.funded else ""
        return f"{of} pays {self.paid:,.2f} of {self.pool:,.2f}{before} in {self.period}"

    @property
    def got(self) -> str:
        """What was found, for a list."""
        return f"{self.name} {self.period} {self.paid:,.2f}"


def _shared_out(tables: Tables, runs: Iterable[Lines]) -> Iterator[_Pool]:
    """Each pool that is shared out."""
    components, rows = tables["components"].columns, _Rows(tables)
    for lines in runs:
        codes = [code for code, name in enumerate(lines.names["type"]) if name == SHARED_OUT]
        found: dict[tuple[str, ...], list[int]] = {}
        for line in np.flatnonzero(np.isin(lines.columns["type"], codes)).tolist():
            found.setdefault(lines.named(line, *OF_COMPONENT), []).append(line)
        for (period, plan, name), at in found.items():
            row = rows.of(period, plan, name)
            amounts, notes = lines.columns["amount"][at], lines.columns["note"][at]
            amount, funded = components["pool_amount"][row], bool(components["pool_measure"][row])
            whole = not np.isnan(amount) and components["pool_scope"][row] != "team"
            yield _Pool(name, plan, period, row, float(amount) if whole else 0.0, funded, amounts, notes)


class _Rows:
    """The rows of components by period."""

    def __init__(self, tables: Tables) -> None:
        self._book, self._calendar = plan_book(tables), Calendar(tables["periods"])

    def of(self, period: str, plan: str, component: str) -> int:
        """The row of the version of a component that is the last in effect in a period."""
        span = self._calendar.find(period)
        every = self._book.overlapping(plan, span.start, span.end)
        return [one.row for one in every if one.component_id == component][-1]
