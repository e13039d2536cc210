"""How much of a stated goal counts for a person in a period: by tenure on a ramp, by season of the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.context import RunContext
from csm_xl.pay.ramp import ramp_begins_later, ramp_quota
from csm_xl.pay.recording import labelled, tracing
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import Cell
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period

PARTS: Final = (("ramp", "ramp_of"), ("season", "season_of"), ("days", "days_of"))
"""The parts of a goal's share, each as two columns that divide: so that the share is exact."""


def goal_proration(
    context: RunContext, cohort: Cohort, terms: ComponentTerms, rows: NDArray[np.intp]
) -> Inputs:
    """The share of the goal of each of the group's rows, as columns; nothing where goals are as stated.

    ramp, ramp_of: the sum of the shares of the period's months of tenure, and how many months: calendar
        months by their 15th, none before the month of hire. That is month 1; with the plan's ramp_start
        next_month_after_15 it has the share of month 1 too where the next month is month 1.
    season, season_of: the share of the period's number in the plan year, and the sum of all shares.
    days, days_of: days employed of the days of the period, where the goal is that of a year.
    """
    roster = context.tables["roster"].columns
    hired = roster["hire_date"].astype(np.int64)[cohort.person[rows]]
    found: Inputs = {}
    if terms.ramp is not None:
        tenure, there, share = _ramp(terms.ramp, cohort.period, hired, cohort.plan.ramp_start)
        if tracing():
            months = (f"month {month} of tenure" if month > 0 else "before month 1 of tenure"
                      for month in tenure[0].tolist())  # fmt: skip
            cells: list[Cell] = [("roster", int(cohort.person[rows[0]]), "hire_date")]
            cells += [("plans", cohort.plan.row, "ramp_start")] * (cohort.plan.ramp_start != "hire")
            share = labelled(share[0], lambda: months, *cells)[np.newaxis]
        found |= {"ramp": np.where(there, share, 0.0).sum(axis=1), "ramp_of": there.sum(axis=1) * 1.0}
    if terms.season is not None:
        number = len(cohort.to_date)
        left = roster["leave_date"].astype(np.int64)[cohort.person[rows]]
        last = np.minimum(np.where(left == 0, FOREVER, left), cohort.period.end)
        days = last - np.maximum(hired, cohort.period.start) + 1
        ones = np.ones(len(rows))
        found |= {
            "season": ones * terms.season[number - 1],
            "season_of": ones * (sum(terms.season) if tracing() else round(sum(terms.season), 12)),
            "days": context.cite(days * 1.0, "roster", cohort.person[rows], "hire_date", "leave_date"),
            "days_of": ones * cohort.period_days,
        }
    return found


def _ramp(
    ramp: tuple[float, ...], period: Period, hired: NDArray[np.int64], start: str
) -> tuple[NDArray[np.int64], NDArray[np.bool_], Array]:
    """For people by their day of hire, and each month of a period: which month of tenure it is (0: the month
    of hire, before month 1), whether it counts, and its share."""
    since_hire = _months(period) - _month(hired)[:, np.newaxis]
    there = since_hire >= 0
    there[~there.any(axis=1), -1] = True  # hired after the 15th of a fiscal period's last month
    later = ramp_begins_later(hired, start).astype(np.int64)[:, np.newaxis]
    tenure = np.maximum(since_hire, 0) + 1 - later
    return tenure, there, ramp_quota(1.0, ramp, np.maximum(tenure, 1))


def shared_goal(goal: Array, columns: Mapping[str, Any]) -> Array:
    """The stated goal × each part of its share."""
    for part, part_of in PARTS:
        if part in columns:
            goal = goal * columns[part] / columns[part_of]
    return goal


def _months(period: Period) -> NDArray[np.int64]:
    """The calendar months of a period, by their 15th, counted from year 0; at least that of its last day."""
    first, last = (date.fromordinal(day) for day in (period.start, period.end))
    begin = 12 * first.year + first.month - 1 + (first.day > 15)
    latest = 12 * last.year + last.month - 1
    finish = latest - (last.day < 15)
    return np.arange(begin, finish + 1) if begin <= finish else np.array([latest])


def _month(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The calendar month of each day, counted from year 0."""
    stamps = (days - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    return np.asarray(stamps.astype("datetime64[M]").astype(np.int64) + 12 * 1970)
