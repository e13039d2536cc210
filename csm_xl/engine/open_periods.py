"""How far results go: which pay periods are paid, and which are still open because they come later.

A pay period is measured once there is a row of results or accounts, an answer that its measures count, or a
scored goal, of it. Periods after the last measured one of their kind (month, quarter ...) are open. Before
that nothing is open: what is missing there is an error. Where nobody's pay needs such a row, as for
commission on deals, a period counts up to the last day of which anything is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.plan.model import version_ends
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import PAY_PERIODS

_NAMED: Final = ("results", "goals", "accounts", "modifiers", "adjustments")
"""The tables whose rows name the pay period that they belong to."""
_LONGEST: Final = 800
"""More days than any period has."""


def open_periods(context: RunContext, paying: Sequence[Period]) -> tuple[Period, ...]:
    """The periods, of some that are to be paid together, that are not measured yet; in time.

    paying: the pay periods inside the one that is asked for. One alone is never open, and neither are all:
    what they lack is an error of the run.
    """
    told = with_rows(context)
    waiting = tuple(one for one in paying if one.name not in told and _is_cycle(one, paying))
    waiting = tuple(one for one in waiting if lacks_rows(context, one))
    return (*_open(context, [one for one in paying if one not in waiting], told), *waiting)


def _is_cycle(period: Period, paying: Sequence[Period]) -> bool:
    """Whether it began before what is asked for, and is paid because it ends there: the year of an annual
    component, where its last quarter is asked for. It may be measured later than the quarter."""
    shorter = [one.start for one in paying if PAY_PERIODS.index(one.kind) < PAY_PERIODS.index(period.kind)]
    return bool(shorter) and period.start < min(shorter)


def _open(context: RunContext, paying: Sequence[Period], told: frozenset[str]) -> tuple[Period, ...]:
    silent = [period for period in paying if period.name not in told]
    if len(paying) < 2 or not silent or not told:
        return ()
    lacking = {period for period in silent if lacks_rows(context, period)}
    if not lacking:
        return ()
    measured = [context.calendar.find(name) for name in told]
    dated = dated_periods(context).intersection(paying) - lacking
    last = max(period.end for period in (*measured, *dated))
    ends = {kind: max(one.end for one in measured if one.kind == kind) for kind in {m.kind for m in measured}}
    late = {one for one in lacking if one.end > ends.get(one.kind, last)}
    if late:
        late.update(one for one in silent if one not in lacking and one.end > last)
    known = [one for one in paying if one not in late and (one.name in told or one in dated)]
    return tuple(one for one in silent if one in late) if known else ()


def with_rows(context: RunContext) -> frozenset[str]:
    """The names of the periods of which something is measured, or stated as not measured yet."""
    tables = context.tables
    goals = tables["goals"].columns
    names = {name for table in ("results", "accounts") for name in tables[table].columns["period"].tolist()}
    names |= context.answers.periods
    return frozenset(names.union(goals["period"][~np.isnan(goals["score"])].tolist()))


def lacks_rows(context: RunContext, period: Period) -> bool:
    """Whether anybody's pay of the period needs a row that is not there. What is found is not reported."""
    said = len(context.issues)
    for cohort in cohorts_of(context, period):
        for terms in cohort.components:
            component_types()[terms.type].gather(context, cohort, terms)
    del context.issues[said:]
    return period.name in context.missing_periods


def dated_periods(context: RunContext) -> frozenset[Period]:
    """The pay periods that hold the day of a deal or an event: of the plan that its person is on then."""
    found = {
        _around(context, kind, day, day)
        for code, days in (*_dealt(context), *context.events.days())
        for day in np.unique(days).tolist()
        for kind in context.cycles[code]
    }
    return frozenset(period for period in found if period is not None)


def _dealt(context: RunContext) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Code of a plan → the days on which deals count that fall to people while they are on it."""
    columns, plans = context.tables["components"].columns, context.people.plans
    by_deal = {name for name, of in component_types().items() if of.pays_on == "deals"}
    paying = {
        (str(plan), str(credit_date))
        for plan, kind, credit_date in zip(
            *(columns[name].tolist() for name in ("plan_id", "type", "credit_date")), strict=True
        )
        if kind in by_deal and plan in plans
    }
    for plan, credit_date in sorted(paying):
        days, on = context.deals.credit_days(credit_date)
        yield plans[plan], days[on == plans[plan]]


def _around(context: RunContext, kind: str, first: int, last: int) -> Period | None:
    """The period of a kind that holds the days; None where there is none."""
    after = context.calendar.ending(kind, last, last + _LONGEST) if kind else []
    return after[0] if after and after[0].start <= first else None


def periods_known(context: RunContext) -> tuple[list[Period], list[Period]]:
    """The periods to pay where nobody says which, and those that are open; both in time.

    To pay: those that the tables name or that deals and events lie in, and those between them in which a draw
    or guarantee is paid. Each is as long as the longest of the plans that its people are on; one inside
    another goes with it.
    """
    tables = context.tables
    named = {name for table in _NAMED for name in tables[table].columns["period"].tolist()}
    named |= context.answers.periods
    told = with_rows(context)
    some = {context.calendar.find(name) for name in named} | dated_periods(context)
    some |= _advanced(context, some)
    known = {period for period in some if period.name in told or not lacks_rows(context, period)}
    spans = {_wide(context, period) for period in some}
    outer = [one for one in spans if not any(_lies_in(one, other) for other in spans if other != one)]
    shut = [one for one in outer if not any(_lies_in(period, one) for period in known)]
    return _in_time(one for one in outer if one not in shut), _in_time(shut)


def _advanced(context: RunContext, some: Collection[Period]) -> set[Period]:
    """The pay periods between some, in which a draw or guarantee is paid, even if nothing is earned."""
    table, people = context.tables["arrangements"], context.people
    first = min((one.start for one in some), default=0)
    last = max((one.end for one in some), default=-1)
    ends = version_ends(table, ("employee_id", "kind"), "from", "to")
    columns = (table.columns[name].tolist() for name in ("employee_id", "kind", "from"))
    found: set[Period] = set()
    for who, kind, start, end in zip(*columns, ends, strict=True):
        code = people.index.get(who, -1)
        mine = (people.person == code) & context.wanted[people.person]
        for spell in np.flatnonzero(mine).tolist() if kind != "holdback" else ():
            of = context.plan_kinds[people.names["plan_id"][spell]]
            days = (
                max(first, start, int(people.first[spell])),
                min(last, end or last, int(people.last[spell])),
            )
            found.update(context.calendar.ending(of, *days) if of and days[0] <= days[1] else ())
    return {one for one in found if not lacks_rows(context, one)}


def _lies_in(period: Period, other: Period) -> bool:
    return other.start <= period.start and period.end <= other.end


def _wide(context: RunContext, period: Period) -> Period:
    """The period, or the one around it that everybody who is employed in it is paid by."""
    people = context.people
    then = (people.first <= period.end) & (people.last >= period.start) & context.wanted[people.person]
    kinds = {context.plan_kinds[code] for code in np.unique(people.names["plan_id"][then]).tolist()} - {""}
    longest = max((*kinds, period.kind), key=PAY_PERIODS.index)
    if longest == period.kind:
        return period
    return _around(context, longest, period.start, period.end) or period


def _in_time(periods: Iterable[Period]) -> list[Period]:
    return sorted(periods, key=lambda period: (period.start, period.end))
