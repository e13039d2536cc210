"""The pay periods of what is asked for: those of the plans that people are on then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.company import Company
from csm_xl.errors import CsmError, listed
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import PAY_PERIODS


def pay_periods(company: Company, asked: Any, everybody: bool = True) -> list[Period]:
    """Every pay period inside the one that is asked for, in time.

    A component with a longer pay cycle than what is asked for is paid where its cycle ends in it: that of
    the year with the last quarter.
    everybody: whether everybody's plan must pay by it; else those whose plan pays by longer periods have
        none in it.
    Errors: a period shorter than the plan of somebody who is employed then pays anything by.
    """
    wanted, people = company.calendar.find(asked), company.people
    then = (people.first <= wanted.end) & (people.last >= wanted.start) & company.wanted[people.person]
    plans = np.unique(people.names["plan_id"][then]).tolist()
    on = {_shortest(company.cycles[code]) for code in plans}
    every = {kind for kinds in company.cycles for kind in kinds}
    found: list[Period] = []
    for kind in sorted(every, key=PAY_PERIODS.index):
        longer = PAY_PERIODS.index(kind) > PAY_PERIODS.index(wanted.kind)
        if longer and (ending := _cycles_ending(company, kind, wanted)):
            found += ending
            if kind not in on:
                continue
        try:
            found += company.calendar.inside(wanted, kind)
        except CsmError as error:
            if not on:
                raise
            # A plan that everybody has left, or nobody has reached, stops nobody.
            if everybody and kind in on:
                raise _too_short(company, kind, np.flatnonzero(then), error) from None
    return sorted(found, key=in_time)


def _cycles_ending(company: Company, kind: str, wanted: Period) -> list[Period]:
    """The periods of a longer cycle that end in what is asked for, where anybody was on a plan with it then,
    also somebody who has left since."""
    codes = [code for code, kinds in enumerate(company.cycles) if _shortest(kinds) != kind in kinds]
    if not codes:
        return []
    people = company.people
    mine = np.isin(people.names["plan_id"], codes) & company.wanted[people.person]
    return [
        one for one in company.calendar.ending(kind, wanted.start, wanted.end)
        if (mine & (people.first <= one.end) & (people.last >= one.start)).any()
    ]  # fmt: skip


def _shortest(kinds: tuple[str, ...]) -> str:
    return min(kinds, key=PAY_PERIODS.index, default="")


def _too_short(company: Company, kind: str, spells: NDArray[np.intp], error: CsmError) -> CsmError:
    """A period shorter than some plans pay by: which plans these are, and how many people are on them."""
    people = company.people
    names = [name for name, of in zip(people.plans, company.cycles, strict=True) if _shortest(of) == kind]
    theirs = np.isin(people.names["plan_id"][spells], [people.plans[name] for name in names])
    who = len(np.unique(people.person[spells[theirs]]))
    on = f"{who:,} {'person is' if who == 1 else 'people are'} on"
    return CsmError(error.code, f"{error.message}: {on} {listed(sorted(names))}", error.where, error.got,
                    error.hint)  # fmt: skip


def first_days(paying: Sequence[Period]) -> dict[str, int]:
    """Kind of pay period → the first day of the first one that is paid: a year that is paid with its last
    quarter begins long before that quarter."""
    found: dict[str, int] = {}
    for period in paying:
        found[period.kind] = min(period.start, found.get(period.kind, period.start))
    return found


def in_time(period: Period) -> tuple[int, int]:
    """The order of pay periods: by their first day, the shorter first."""
    return (period.start, PAY_PERIODS.index(period.kind))
