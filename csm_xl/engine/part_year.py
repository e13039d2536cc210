"""What of a year is not measured yet: how far its results go, and the targets of what is left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.columns import Ragged
from csm_xl.engine.component import GATE_UNMEASURED, UNMEASURED, Outcome
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.engine.open_periods import dated_periods, lacks_rows, with_rows
from csm_xl.engine.targets import Line, component_target, target_of_lines, targets
from csm_xl.errors import CsmError
from csm_xl.pay.rounding import Array, floats, round_money
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import PAY_PERIODS

Money = NDArray[np.float64]


def measured_through(context: RunContext, year: Period, through: Any = None) -> Mapping[str, int]:
    """Kind of pay period → the day up to which the year is paid: later periods of the kind are open.

    through: the last period that is measured, where it is known. Without it the results decide: of each kind
        the last period of the year with an actual, a goal with its score, accounts or answers; for a kind
        without any, as the year of a yearly plan, the last such day of all, and the last deal or event where
        that is all that its pay needs. Where no result of the year is there at all, nothing is open: what is
        missing is an error of the run, and a plan of deals alone needs none.
    Errors: unknown period.
    """
    if through is not None:
        try:
            return dict.fromkeys(PAY_PERIODS, context.calendar.find(through).end)
        except CsmError as error:
            raise CsmError.of(replace(issue, where="through") for issue in error.issues) from None
    found = _ends(year, (context.calendar.find(name) for name in _measured(context)))
    if not found:
        return dict.fromkeys(PAY_PERIODS, year.end)
    told = with_rows(context)
    silent = (one for one in dated_periods(context) if one.name not in told)
    dated = _ends(year, (one for one in silent if not lacks_rows(context, one)))
    last = max([*found.values(), *dated.values()])
    return dict.fromkeys(PAY_PERIODS, last) | found


def before_results(context: RunContext, periods: Iterable[Period]) -> tuple[Period, ...]:
    """The periods, of some, that end before anything is measured at all: the tables begin after them.

    One of which a deal or an event is known is none of them; what it lacks is an error of the run.
    """
    told = with_rows(context)
    first = min((context.calendar.find(name).start for name in told), default=0)
    early = [one for one in periods if one.end < first and one not in dated_periods(context)]
    return tuple(one for one in early if lacks_rows(context, one))


def _ends(year: Period, periods: Iterable[Period]) -> dict[str, int]:
    """Kind → the last day of the last of the periods that lie in the year."""
    found: dict[str, int] = {}
    for period in periods:
        if year.start <= period.start and period.end <= year.end:
            found[period.kind] = max(period.end, found.get(period.kind, 0))
    return found


def _measured(context: RunContext) -> set[str]:
    """The periods of which something is measured."""
    results = context.tables["results"].columns
    names = set(results["period"][~np.isnan(results["actual"])].tolist())
    goals = context.tables["goals"].columns
    names.update(goals["period"][~np.isnan(goals["score"])].tolist())
    names |= context.answers.periods
    return names.union(context.tables["accounts"].columns["period"].tolist())


def target_of(context: RunContext, periods: Iterable[Period]) -> Money:
    """The target incentive of periods by person, that of each plan and period in the plan's unit."""
    total = np.zeros(len(context.people.ids))
    for period in periods:
        for cohort in cohorts_of(context, period):
            total[cohort.person] += _incentive(cohort)
    return total.round(4)


def _incentive(cohort: Cohort) -> Money:
    """Each one's target incentive, in the unit of the plan; of components with a pay cycle of their own, what
    they have of it."""
    unit = cohort.plan.rounding_unit
    doubt = np.zeros(cohort.size, dtype=bool)
    rough, relative = _target(cohort, cohort.spells, doubt)
    money = np.array(round_money(rough, unit, np.abs(rough) * relative, doubt))
    near = np.flatnonzero(doubt)
    if near.size:
        exact_target, _ = _target(cohort, cohort.spells.take(near).exact(), None)
        money[near] = floats(round_money(exact_target, unit))
    return money


def _target(cohort: Cohort, spells: Ragged, doubt: Array | None) -> tuple[Any, float]:
    """The target of what the period pays, and a bound on its relative float error."""
    figures, relative = targets(cohort, cohort.plan, spells, doubt, exactly=doubt is None)
    if cohort.whole:
        return figures.target_incentive, relative
    for terms in cohort.components:
        if component_types()[terms.type].target_based:
            part = component_target(cohort, terms, figures, spells, relative, doubt)
            figures.lines.append(Line(Outcome(), *part))
    return target_of_lines(figures, figures.target_incentive), 8 * relative


def target_waiting(context: RunContext, lines: Lines) -> Money:
    """The component targets of lines that pay 0 because a result is blank, by person, in the plan's unit."""
    total = np.zeros(len(context.people.ids))
    waits = np.flatnonzero(lines.columns["note"] & (UNMEASURED | GATE_UNMEASURED))
    who, target, plan = (
        lines.columns[name][waits] for name in ("employee_id", "component_target", "plan_id")
    )
    units = np.array([context.book.versions(name)[-1].rounding_unit for name in lines.names["plan_id"]])
    for unit in np.unique(units[plan]).tolist():
        mine = units[plan] == unit
        np.add.at(total, who[mine], round_money(target[mine], unit))
    return total.round(4)


def last_paid(context: RunContext, lines: Lines) -> list[str | None]:
    """The last period that each person has a seat in; None for one who has none."""
    ends = np.array([context.calendar.find(name).end for name in lines.names["period"]], dtype=np.int64)
    found: list[str | None] = [None] * len(context.people.ids)
    for code in np.argsort(ends, kind="stable").tolist():
        for person in lines.seats["employee_id"][lines.seats["period"] == code].tolist():
            found[person] = lines.names["period"][code]
    return found
