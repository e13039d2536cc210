"""Earlier pay periods that are run again, for the balance of draws and for what payment thresholds carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from csm_xl.engine.carried import carrying, looks_back_on
from csm_xl.engine.context import RunContext
from csm_xl.engine.pay_periods import first_days
from csm_xl.engine.payable import arrangements
from csm_xl.engine.payable_words import Arrangement
from csm_xl.errors import NOT_FOUND, Issue
from csm_xl.plan.findings import shown_day
from csm_xl.plan.periods import Period


@dataclass(frozen=True, slots=True)
class LookBack:
    """What recoverable draws and payment thresholds need of earlier pay periods, in the whole company.

    periods: those periods, in time. carried: whether anything may have been carried from one of them.
    """

    periods: tuple[Period, ...] = ()
    carried: bool = False


def looks_back(context: RunContext, paying: Sequence[Period]) -> LookBack:
    """The earlier pay periods that recoverable draws and payment thresholds need.

    A fiscal calendar that begins after a draw is reported.
    """
    begins = first_days(paying)
    asked = max(begins.values(), default=0)
    periods: dict[Period, None] = {}
    people = context.people
    for person, terms in _drawing(context).items():
        spells = np.arange(*np.searchsorted(people.person, (person, person + 1)))
        mine = spells[(people.first[spells] < asked) & (people.last[spells] >= terms.first)]
        for kind in dict.fromkeys(
            context.plan_kinds[code] for code in people.names["plan_id"][mine].tolist()
        ):
            first, begin = max(terms.first, int(people.first[mine].min())), begins.get(kind, asked)
            found = context.calendar.ending(kind, first, begin - 1)
            if first < begin and context.calendar.periods and (not found or found[0].start > first):
                context.report(
                    person,
                    Issue(NOT_FOUND, f"the draw of {people.ids[person]} begins before the periods table does,"
                          " so the balance cannot be calculated",
                          context.tables["arrangements"].where(terms.row, "from"), shown_day(terms.first),
                          "Add the earlier periods, or start the draw later with its opening_balance."),
                )  # fmt: skip
            periods |= dict.fromkeys(found)
    carried = looks_back_on(context, paying)
    periods |= dict.fromkeys(carried)
    in_order = sorted(periods, key=lambda period: (period.start, period.end))
    return LookBack(tuple(in_order), bool(carried))


def looking_back(context: RunContext, back: LookBack) -> set[int]:
    """The people for whom earlier periods must be run: those with a draw or an amount carried over, and those
    who share a pool with any of them."""
    found = set(_drawing(context))
    if back.carried:
        found |= carrying(context)
    people = context.people
    sharing = {terms.plan_id for terms in context.book.every_component() if terms.pooled}
    if back.periods and sharing:
        codes = [code for name, code in people.plans.items() if name in sharing]
        found |= set(people.person[np.isin(people.names["plan_id"], codes)].tolist())
    return {person for person in found if context.wanted[person]}


def _drawing(context: RunContext) -> dict[int, Arrangement]:
    """The people who are paid and have a recoverable draw → their first."""
    return {
        person: rows[0]
        for (person, kind), rows in arrangements(context).items()
        if kind == "draw" and any(row.recoverable for row in rows) and context.wanted[person]
    }
