"""Base pay of any period, by person: the one place where histories of salary, FTE and plan become money.

Every door shows base pay from here: total pay, the Total Comp and Statement sheets, statements on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.columns import Ragged
from csm_xl.engine.context import RunContext
from csm_xl.engine.people import People
from csm_xl.pay.base import base_between, base_earned
from csm_xl.pay.rounding import EPS, Array, floats
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.model import PlanBook, PlanTerms
from csm_xl.plan.periods import Period

_TERMS: Final = ("base_salary", "fte", "share", "share_of", "period_days")


_Part = tuple[Period, NDArray[np.intp]]
"""A pay period of a plan, and the spells on that plan."""


def base_pay(context: RunContext, period: Period) -> NDArray[np.float64]:
    """Base pay of a period, of each person in the order of the roster; 0 for who is not employed in it.

    To date it is Σ over the plan year's days of salary × FTE × the share of the year / days of the pay
    period, by the plan that the person is on that day; exact, rounded once to the unit of that plan. The
    period is paid what base pay to its last day exceeds that to the day before it.

    Who moves between plans of different plan years or units has a sum for each. The period may be of any
    length, and lie across pay periods or plan years; nobody's base pay depends on the plans of others.
    """
    return base_pay_of(context.people, context.book, context.calendar, period)


def base_pay_of(people: People, book: PlanBook, calendar: Calendar, period: Period) -> NDArray[np.float64]:
    """As `base_pay`, from the parts of a company that it reads."""
    years: dict[tuple[int, int, float], list[_Part]] = {}
    for code, plan_id in enumerate(people.plans):
        spells = np.flatnonzero(people.names["plan_id"] == code)
        for part, year_start, unit in _plan_periods(book, calendar, plan_id, period):
            year = (calendar.year_of(part, year_start), year_start, unit)
            years.setdefault(year, []).append((part, spells))
    total = np.zeros(len(people.ids))
    for (*_, unit), parts in years.items():
        total += _of_year(people, parts, period, unit)
    return total.round(4)


def _plan_periods(
    book: PlanBook, calendar: Calendar, plan_id: str, period: Period
) -> list[tuple[Period, int, float]]:
    """The pay periods of a plan that lie in the period, and those before them in their plan years; with
    each the month in which its plan year begins, and the unit it is paid in."""
    versions = book.versions(plan_id)
    inside = calendar.holding(versions[0].pay_period, period.start, period.end) if versions else []
    found: dict[Period, tuple[Period, int, float]] = {}
    for each in inside:
        for part in calendar.plan_year(each, _version(book, each, plan_id).year_start):
            if part.start <= period.end:
                terms = _version(book, part, plan_id)
                found[part] = (part, terms.year_start, terms.rounding_unit)
    return list(found.values())


def _version(book: PlanBook, part: Period, plan_id: str) -> PlanTerms:
    return book.version(plan_id, part.end) or book.versions(plan_id)[-1]


def _of_year(people: People, parts: Iterable[_Part], period: Period, unit: float) -> NDArray[np.float64]:
    """Base pay of the period from the days of one plan year."""
    columns: dict[str, list[Array]] = {name: [] for name in (*_TERMS, "days", "before")}
    persons: list[NDArray[np.int64]] = []
    for part, spells in parts:
        first = np.maximum(people.first[spells], part.start)
        last = np.minimum(people.last[spells], min(part.end, period.end))
        here = np.flatnonzero(first <= last)
        first, last, at = first[here], last[here], spells[here]
        persons.append(people.person[at])
        ended = np.minimum(last, period.start - 1)
        one_day: dict[str, Any] = {
            "base_salary": people.numbers["base_salary"][at],
            "fte": people.numbers["fte"][at],
            "days": last - first + 1,
            "before": np.maximum(ended - first + 1, 0),
            "share": part.share.numerator,
            "share_of": part.share.denominator,
            "period_days": part.days,
        }
        for name, value in one_day.items():
            columns[name].append(np.broadcast_to(np.asarray(value, dtype=np.float64), at.shape))
    values = {name: np.concatenate(pieces) for name, pieces in columns.items()}
    days = Ragged.by_row(np.concatenate(persons), len(people.ids), values)
    before, to_date = _sums(days)
    doubt = np.zeros(len(people.ids), dtype=bool)
    error = np.abs(to_date) * EPS * (8 + days.longest)
    paid = base_between(before, to_date, unit, error, doubt)
    near = np.flatnonzero(doubt)
    if near.size:
        paid[near] = floats(base_between(*_sums(days.take(near).exact()), unit))
    return paid


def _sums(days: Ragged) -> tuple[Array, Array]:
    """What each person's days earn, up to the day before the period and up to its last day."""
    salary, fte, *of_year = (days[name] for name in _TERMS)
    before, to_date = (
        days.sum(base_earned(salary, fte, days[counted], *of_year)) for counted in ("before", "days")
    )
    return before, to_date
