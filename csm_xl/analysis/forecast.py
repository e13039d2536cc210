"""What variable pay comes to by the end of the year: what is measured so far, and a forecast of the rest.

Measured pay periods are paid by the engine. Each later one is forecast person by person: at target, at the
rate of the periods so far, or at the mean of a simulation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal, get_args

import numpy as np

from csm_xl.analysis.run_rate import Rates, bases
from csm_xl.analysis.simulate import simulate
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.currency import last_plans
from csm_xl.engine.lines import Lines
from csm_xl.engine.open_periods import periods_known
from csm_xl.engine.pay_periods import pay_periods
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import VALUE, CsmError, listed
from csm_xl.pay.rounding import round_money
from csm_xl.plan.employment import History
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

Basis = Literal["target", "run_rate", "simulated"]
BASES: Final[tuple[str, ...]] = get_args(Basis)
GROUPS: Final = ("plan", "team", "manager", "person")
HEADER: Final = ("month", "currency", "group", "target", "measured", "forecast", "total", "to_date")
NOBODY: Final = "(none)"
"""The group of people without a team or manager."""
_CENT: Final = 0.01


@dataclass(frozen=True, slots=True)
class Figure:
    """What one person gets in one pay period under one plan.

    target: the component targets. amount: money, measured where the period is, else forecast.
    """

    period: Period
    person: int
    plan_id: str
    target: float
    amount: float
    measured: bool


@dataclass(frozen=True, eq=False, repr=False)
class Forecast:
    """Variable pay of a year by the month in which each pay period ends.

    measured, open: the pay periods that are paid by results, and those that are forecast. figures: per
    period, person and plan. notes: what was taken to be so.
    """

    year: str
    basis: str
    measured: tuple[str, ...]
    open: tuple[str, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]
    _tables: Tables
    _history: History

    def rows(self, by: str = "") -> list[list[Any]]:
        """A header, then a row per month, currency and group, in this order; money.

        by: one of `GROUPS`, as of the last day of the pay period, or of employment if that is earlier;
            blank: everybody together, with a blank group.
        target: of all periods of the month. total: measured + forecast. to_date: the totals of the group
        from the first month on. Currencies are never added.
        Errors: an unknown grouping.
        """
        if by and by not in GROUPS:
            hint = f"Choose one of {listed(GROUPS)}, or leave it out."
            raise CsmError(VALUE, "the forecast cannot be grouped by this", "by", by, hint)
        known = Currencies(self._tables)
        who = self._tables["roster"].columns["employee_id"].tolist()
        of_day: dict[int, Sequence[Any]] = {}
        sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        for one in self.figures:
            if by in ("team", "manager") and one.period.end not in of_day:
                column = {"team": "team", "manager": "manager_id"}[by]
                of_day[one.period.end] = self._history.as_of(column, one.period.end).tolist()
            group = {"": "", "plan": one.plan_id, "person": who[one.person]}.get(by)
            if group is None:
                group = str(of_day[one.period.end][one.person] or "") or NOBODY
            month = date.fromordinal(one.period.end).strftime("%Y-%m")
            found = sums[month, known.of(who[one.person], one.plan_id), group]
            found[0] += one.target
            found[1 if one.measured else 2] += one.amount
        to_date: dict[tuple[str, str], float] = defaultdict(float)
        rows: list[list[Any]] = [list(HEADER)]
        for (month, code, group), each in sorted(sums.items()):
            target, measured, later = (round(value, 2) for value in each)
            to_date[code, group] += measured + later
            so_far = round(to_date[code, group], 2)
            rows.append([month, code, group, target, measured, later, round(measured + later, 2), so_far])
        return rows

    def totals(self) -> dict[str, float]:
        """Currency → variable pay of the whole year, measured and forecast."""
        found: dict[str, float] = {}
        for _, code, _, _, _, _, total, _ in self.rows()[1:]:
            found[code] = round(found.get(code, 0.0) + total, 2)
        return found


def forecast(
    tables: Tables | Iterable[RawTable],
    year: Any,
    basis: str = "run_rate",
    through: Any = None,
    trials: int = 2000,
    seed: int = 1,
    told: Callable[[str], None] | None = None,
) -> Forecast:
    """Variable pay of a year: its measured pay periods as paid, the later ones forecast for each person.

    tables: as for `csm_xl.engine.run.run`. year: such as 2026. through: the last period that counts as
        measured (None: the last one with results).
    basis: what a later period pays.
        ``target``: each component's target; what pays without a target, such as a commission, pays nothing.
        ``run_rate``: each component pays the person's payout of the measured periods / their targets × the
        target of the period; without a target, their payout a day on the plan × the days of the period.
        Where a person has nothing measured of a component, everybody's on it counts together; where nobody
        has, its target.
        ``simulated``: the mean of a simulation of the period, whose results need goals.
    trials, seed: of the simulations. told: called with each period before it is simulated.
    People who join, leave, change plans or salaries are forecast from the day on which they do. Draws,
    guarantees, holdbacks and adjustments count where they are measured, and are not forecast. Forecast
    amounts are rounded to the cent by person and plan.
    Errors: all that stops a run; an unknown basis; a run rate where nothing is measured.

    >>> BASES
    ('target', 'run_rate', 'simulated')
    """
    if basis not in BASES:
        raise CsmError(VALUE, "there is no such basis", "basis", basis, f"Choose one of {listed(BASES)}.")
    payroll = Payroll.load(tables, year)
    span = payroll.context.calendar.find(year)
    every = pay_periods(payroll.context, year)
    last = _last_measured(payroll.context, span, through)
    past, later = ([one for one in every if (one.end <= last) is measured] for measured in (True, False))
    lines = payroll.pay(year, wanted=lambda one: one.end <= last) if past else None
    context = payroll.context
    if lines is None and basis == "run_rate":
        what = f"nothing is measured in {span.name}, so there is no run rate"
        raise CsmError(VALUE, what, "basis", basis, "Choose target, or enter the first results.")
    figures = [] if lines is None else _measured(context, lines)
    notes: list[str] = []
    if basis == "simulated":
        figures += _simulated(context, later, trials, seed, told or str)
    else:
        paid = lines if basis == "run_rate" else None
        known_by = past if paid is not None else []
        rates = Rates(context, paid, (one for period in known_by for one in cohorts_of(context, period)))
        for period in later:
            for cohort in cohorts_of(context, period):
                figures += _forecast(cohort, rates)
        notes = list(rates.notes())
    if context.issues:
        raise CsmError.of(dict.fromkeys(issue for _, issue in context.issues))
    before, after = (tuple(one.name for one in each) for each in (past, later))
    known, said = History(payroll.tables), tuple(notes)
    return Forecast(span.name, basis, before, after, tuple(figures), said, payroll.tables, known)


def _last_measured(context: RunContext, span: Period, through: Any) -> int:
    """The last day that counts as measured."""
    if through is not None:
        stated = context.calendar.find(through)
        if not span.start <= stated.end <= span.end:
            what = f"the period does not end in {span.name}"
            raise CsmError(VALUE, what, "through", through, f"Give a period that ends in {span.name}.")
        return stated.end
    known = [one.end for one in periods_known(context)[0] if span.start <= one.end <= span.end]
    return max(known, default=span.start - 1)


def _measured(context: RunContext, lines: Lines) -> list[Figure]:
    """The payout lines of the measured periods, a figure for each person and plan."""
    keys = ("period", "employee_id", "plan_id")
    index = {name: person for person, name in enumerate(context.people.ids)}
    sums: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    columns = (lines.columns[name].tolist() for name in (*keys, "component_target", "amount"))
    for *key, target, amount in zip(*columns, strict=True):
        one = sums[tuple(key)]
        one[0] += 0.0 if target != target else target  # NaN: paid without a target
        one[1] += amount
    names = [lines.names[key] for key in keys]
    found: list[Figure] = []
    for at, (target, amount) in sums.items():
        period, who, plan = (of[code] for of, code in zip(names, at, strict=True))
        span = context.calendar.find(period)
        found.append(Figure(span, index[who], plan, target, round(amount, 4), measured=True))
    return found


def _forecast(cohort: Cohort, rates: Rates) -> Iterator[Figure]:
    """What a later period pays the people of one plan; nothing those who forfeit it."""
    names = rates.names(cohort)
    target, amount = ([Fraction(0)] * cohort.size for _ in range(2))
    for terms, basis in bases(cohort):
        based = component_types()[terms.type].target_based
        for at, (who, each) in enumerate(zip(names, basis, strict=True)):
            target[at] += each if based else 0
            amount[at] += each * rates.rate(terms, who)
    for at, person in enumerate(cohort.person.tolist()):
        paid = Fraction(0) if cohort.forfeits[at] else amount[at]
        cents = float(round_money(np.array([paid], dtype=object), _CENT)[0])
        yield Figure(cohort.period, person, cohort.plan.plan_id, float(target[at]), cents, measured=False)


def _simulated(
    context: RunContext, later: Sequence[Period], trials: int, seed: int,
    told: Callable[[str], Any],
) -> list[Figure]:  # fmt: skip
    """The mean of each person's pay in simulations of the later periods, under the plan they are on at its
    end; and their targets."""
    known, found, at_target = Currencies(context.tables), list[Figure](), Rates(context, None, ())
    index = {name: person for person, name in enumerate(context.people.ids)}
    for period in later:
        plans, due = last_plans(context.people, period), dict[int, float]()
        for cohort in cohorts_of(context, period):
            for one in _forecast(cohort, at_target):
                due[one.person] = due.get(one.person, 0.0) + one.target
        codes = sorted({known.of(context.people.ids[person], plans[person]) for person in due})
        for code in codes:
            told(period.name)
            people = simulate(context.tables, period.name, trials, seed, currency=code).people
            for who, mean in zip(people.ids, people.mean.tolist(), strict=True):
                person = index[who]
                amount = round(mean, 2)
                found.append(Figure(period, person, plans[person], due.get(person, 0.0), amount, False))
    return found
