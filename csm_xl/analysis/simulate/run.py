"""Monte Carlo simulation of the cost of a plan and each person's pay."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from os import cpu_count
from queue import Queue
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.analysis.scenario import chosen_currency
from csm_xl.analysis.simulate.churn import Churn
from csm_xl.analysis.simulate.copula import Dependence, Drawn
from csm_xl.analysis.simulate.in_order import in_order
from csm_xl.analysis.simulate.inputs import odds
from csm_xl.analysis.simulate.numbers import Floats, Room
from csm_xl.analysis.simulate.outlook import Outlook
from csm_xl.analysis.simulate.readings import readings
from csm_xl.analysis.simulate.result import PERCENTILES, People, Simulation, percentiles
from csm_xl.analysis.simulate.rules import Payer
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.cohorts import cohorts_of
from csm_xl.engine.components import component_types
from csm_xl.engine.context import RunContext
from csm_xl.engine.evaluate import Work
from csm_xl.engine.gathering import gathered, is_cumulative
from csm_xl.engine.lines import Lines
from csm_xl.engine.payroll import Payroll
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.plan.own_goals import own_goals
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import RawTable, Tables

TRIALS: Final = 2000
MOST_TRIALS: Final = 1_000_000
_BLOCK: Final = 1 << 16
"""Payouts of one component in a block: few enough for a block to stay in the cache."""

_WORKERS: Final = 4
"""Threads at most: NumPy works outside the interpreter's lock."""


def simulate(
    tables: Tables | Iterable[RawTable],
    period: Any,
    trials: int = TRIALS,
    seed: int = 1,
    distributions: RawTable | None = None,
    correlations: RawTable | None = None,
    currency: str | None = None,
    chunk: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Simulation:
    """The range of a period's cost and of each person's pay as attainments vary.

    tables: as for `csm_xl.engine.run.run`; the two next may be among them. period: what is simulated; of a
        longer one every pay period, each drawn separately.
    No attainment is drawn that its measure cannot have, such as a gross retention above 1: see
    `csm_xl.plan.measures.natural_bounds`. The mean stays where it can be,
    the spread shrinks near the bound.
    trials: how often everything is drawn, 2 to 1,000,000. seed: a whole number; the same one gives the same
        result, to the last byte, on every machine, and the same luck to another plan.
    distributions: how the attainment of a measure may turn out; what it does not name is normal around the
        attainment on results with a standard deviation of 0.1. correlations: what goes together; what it does
        not name is independent. See `csm_xl.plan.schema.distributions`. One that is given here counts in the
        place of
        the one among the tables.
    currency: whose plans alone count; needed where plans pay in several.
    chunk: how many people at a time; the result does not depend on it. progress: called with people done and
    total. In each trial every result is drawn and everyone is paid by the plan's own rules. Commission,
    goals, extra payments, pools and standing among peers stay as they are on the tables, and earlier periods
    of a year to date as they were. The arithmetic is that of floats: here and there a cent lies otherwise
    than
    in a payout line; `Simulation.base` and each person's base are the engine's own, exact.
    Errors: all that stops a run; a distribution or correlations that cannot be; an attainment with no known
        level; nobody to pay.
    Source: the Gaussian copula as in P. Glasserman, "Monte Carlo Methods in Financial Engineering", 2003.
    """
    _check(trials, seed)
    payroll = Payroll.load(tables, period)
    stated, related = odds(payroll.tables, (distributions, correlations))
    dependence = Dependence.of(related)
    _refuse_shared_results(payroll.context.tables)
    lines = payroll.pay(period)
    context = payroll.context
    outlook = Outlook(stated, context)
    staged = _Stage(lines, context, outlook, period, _currency(context, lines, period, currency))
    outlook.settle()
    return staged.run(dependence, trials, seed, chunk or max(1, _BLOCK // trials), progress)


def _refuse_shared_results(tables: Tables) -> None:
    """One result of a team or of the company is one draw, which goals of people's own would each read as
    another attainment."""
    for (measure, scope), rows in own_goals(tables).items():
        if scope != "individual":
            raise CsmError(VALUE, f"people have goals of their own for {measure} of the {scope}, whose result"
                           " is drawn once for all of them", tables["targets"].where(rows[0], "goal"), None,
                           "Leave these goals out of the tables that are simulated.")  # fmt: skip


def _check(trials: Any, seed: Any) -> None:
    for name, value, least, most in (("trials", trials, 2, MOST_TRIALS), ("seed", seed, 0, 2**53)):
        if isinstance(value, bool) or value != value or int(value) != value or not least <= value <= most:
            raise CsmError(
                VALUE,
                f"{name} must be a whole number from {least:,} to {most:,}",
                name,
                value,
                f"Enter such a number, such as {max(least, 1) * 1000:,}."
                if name == "trials"
                else "Enter such a number, such as 1.",
            )


def _currencies(context: RunContext, period: Any) -> NDArray[Any]:
    """In which currency each person of the roster is paid: their own, else that of a plan of the period."""
    plans = {name: str(context.book.versions(name)[-1].currency).upper() for name in context.people.plans}
    own = [str(code).upper() for code in context.tables["roster"].columns["currency"].tolist()]
    found = np.array([*own, None], dtype=object)[:-1]
    people, span, names = context.people, context.calendar.find(period), list(plans)
    here = np.flatnonzero((people.first <= span.end) & (people.last >= span.start))
    both = (people.person[here].tolist(), people.names["plan_id"][here].tolist())
    for person, plan in zip(*both, strict=True):
        found[person] = found[person] or plans[names[plan]]
    return found


def _currency(context: RunContext, lines: Lines, period: Any, asked: str | None) -> str:
    """The one currency that is simulated."""
    seated = np.unique(lines.seats["employee_id"])
    if not len(seated):
        raise CsmError(
            NOT_FOUND,
            "nobody is paid in the period",
            "period",
            None,
            "Choose a period in which somebody on the roster is employed and on a plan.",
        )
    found = sorted({one for one in _currencies(context, period)[seated].tolist() if one})
    return chosen_currency(found, asked)


@dataclass(eq=False, repr=False)
class _Place:
    """A group in the simulation: for each person of the roster the row in it, −1 for none."""

    payer: Payer
    period: Period
    row: NDArray[np.intp]


class _Stage:
    """A period made ready: who is paid by what, and what each is paid whatever happens."""

    def __init__(
        self, lines: Lines, context: RunContext, outlook: Outlook, period: Any, currency: str
    ) -> None:
        self.period = context.calendar.find(period).name
        self.lines, self.context, self.outlook, self.currency = lines, context, outlook, currency
        self.counted = _currencies(context, period) == currency
        names = lines.names["period"]
        self.periods = [context.calendar.find(name) for name in names]
        found = [
            cohort
            for period in self.periods
            for cohort in cohorts_of(context, period)
            if self._counts(cohort)
        ]
        units = {cohort.plan.rounding_unit for cohort in found}
        whole = all(abs(unit * 100 - round(unit * 100)) < 1e-9 for unit in units)
        self.tick = 0.01 if whole else 0.0001
        self.base = np.zeros(len(context.people.ids))  # in ticks, as all money here
        theirs = self._lines_of({cohort.plan.plan_id for cohort in found})
        np.add.at(self.base, lines.columns["employee_id"][theirs], self._ticks(theirs))
        self.fixed = self.base.copy()
        self.places = [self._place(cohort) for cohort in found]
        self.churn = Churn.of(outlook, context, [place.payer for place in self.places], lines, self.tick)
        on = np.zeros(len(self.base), dtype=bool)
        for place in self.places:
            on |= place.row >= 0
        self.people = np.flatnonzero(on & self.counted)

    def _counts(self, cohort: Cohort) -> bool:
        return bool(self.counted[cohort.person].any())

    def _lines_of(self, plans: set[str]) -> NDArray[np.intp]:
        codes = [code for code, name in enumerate(self.lines.names["plan_id"]) if name in plans]
        return np.flatnonzero(np.isin(self.lines.columns["plan_id"], codes))

    def _ticks(self, at: NDArray[np.intp]) -> Floats:
        return np.asarray(np.rint(self.lines.columns["amount"][at] / self.tick))

    def _place(self, cohort: Cohort) -> _Place:
        """A group ready to be paid; the lines that it will pay are removed from the fixed part."""
        context = self.context
        every = [gathered(context, cohort, terms) for terms in cohort.components]
        inputs = tuple(each[-1] for each in every)
        cumulative = [is_cumulative(terms) for terms in cohort.components]
        earlier = tuple(
            context.year.to_date(cohort.looking_back(terms.values.get("cumulative")), terms)
            if to_date
            else None
            for terms, to_date in zip(cohort.components, cumulative, strict=True)
        )
        others = tuple(each[:-1] for each in every)
        work = Work(cohort, component_types(), inputs, earlier, context.modifiers.factors(cohort), others)
        sources = [
            [] if terms.pooled else readings(terms, given)
            for terms, given in zip(cohort.components, inputs, strict=True)
        ]
        teams = {code: name for name, code in context.people.teams.items()}
        payer = Payer(
            work,
            [],
            sources,
            self.tick,
            [context.people.ids[one] for one in cohort.person.tolist()],
            [teams.get(code, "") for code in cohort.team.tolist()],
        )
        for at in payer.varying:
            for one in sources[at]:
                one.marginals = self.outlook.marginals(one, payer, cohort.components[at])
        payer.full = [np.zeros(cohort.size) for _ in cohort.components]
        pooled = any(terms.pooled for terms in cohort.components)
        if pooled and not payer.simple:
            self.outlook.refuse_pool(cohort)
        if not payer.varying:
            payer.simple = True
        self.outlook.still |= {
            terms.component_id for at, terms in enumerate(cohort.components) if at not in payer.varying
        }
        for at in payer.paid:
            own = self._component_lines(cohort, at)
            who = self.lines.columns["employee_id"][own]
            np.subtract.at(self.fixed, who, self._ticks(own))
            amounts = np.zeros(len(self.base))
            columns = self.lines.columns
            if cohort.components[at].pays_on == "results":
                amounts[who] = columns["component_target"][own] * columns["modifier"][own]
            payer.full[at] = amounts[cohort.person]
        row = np.full(len(self.base), -1, dtype=np.intp)
        row[cohort.person] = np.arange(cohort.size)
        return _Place(payer, cohort.period, row)

    def _component_lines(self, cohort: Cohort, at: int) -> NDArray[np.intp]:
        """The payout lines of a component of a group."""
        terms, names, columns = cohort.components[at], self.lines.names, self.lines.columns
        if not len(columns["amount"]):
            return np.zeros(0, dtype=np.intp)
        wanted = np.ones(len(columns["amount"]), dtype=bool)
        for name, value in (
            ("period", cohort.period.name),
            ("plan_id", terms.plan_id),
            ("component_id", terms.component_id),
            ("type", terms.type),
        ):
            wanted &= columns[name] == names[name].index(value)
        return np.flatnonzero(wanted & np.isin(columns["employee_id"], cohort.person))

    def run(
        self,
        dependence: Dependence,
        trials: int,
        seed: int,
        chunk: int,
        progress: Callable[[int, int], None] | None,
    ) -> Simulation:
        """Draw and pay, some people at a time."""
        order = self._order()
        totals = np.zeros(trials)
        mean, deviation = np.zeros(len(order)), np.zeros(len(order))
        shares = np.zeros((len(order), len(PERCENTILES)))
        rooms: Queue[Room] = Queue()

        def drawn(first: int) -> tuple[int, Floats]:
            """Fill the figures of some people, and give their cost of each trial."""
            room = rooms.get()
            some = order[first : first + chunk]
            pay = self._pay(some, dependence, trials, seed, room)
            part = slice(first, first + len(some))
            cost = pay.sum(axis=0)
            mean[part] = pay.sum(axis=1) / trials
            shares[part] = percentiles(pay)
            pay -= mean[part][:, None]
            pay *= pay
            deviation[part] = np.sqrt(pay.sum(axis=1) / (trials - 1))
            rooms.put(room)
            return part.stop, cost

        workers = 1 if sys.platform == "emscripten" else min(_WORKERS, cpu_count() or 1)
        for _ in range(workers):
            rooms.put(Room())
        for done, cost in in_order(drawn, range(0, len(order), chunk), workers):
            # Whole ticks add up to the same sum in any order, so nothing depends on the chunks.
            totals += cost
            if progress is not None:
                progress(done, len(order))
        by_roster = np.argsort(order)
        ids = [self.context.people.ids[one] for one in order[by_roster].tolist()]
        people = People(
            ids, *(values[by_roster] * self.tick for values in (self.base[order], mean, deviation, shares))
        )
        return Simulation(
            self.period,
            tuple(self.lines.names["period"]),
            trials,
            seed,
            self.currency,
            float(np.round(self.base[self.people].sum() * self.tick, 4)),
            np.round(totals * self.tick, 4),
            people,
            (*self.outlook.notes(), *self._open()),
        )

    def _open(self) -> list[str]:
        if not self.lines.open:
            return []
        shut = ", ".join(self.lines.open)
        return [f"Missing actuals, so not simulated: {shut}; add rows with a blank actual."]

    def _order(self) -> NDArray[np.intp]:
        """The people as they are drawn: those of one group and team together, so that a block needs few."""
        first = np.full(len(self.base), len(self.places))
        team = np.zeros(len(self.base), dtype=np.intp)
        for at, place in reversed(list(enumerate(self.places))):
            cohort = place.payer.cohort
            first[cohort.person] = at
            team[cohort.person] = cohort.team
        return self.people[np.lexsort((self.people, team[self.people], first[self.people]))]

    def _pay(
        self, some: NDArray[np.intp], dependence: Dependence, trials: int, seed: int, room: Room
    ) -> Floats:
        pay = np.repeat(self.fixed[some][:, None], trials, axis=1)
        for place in self.places:
            rows = place.row[some]
            here = np.flatnonzero(rows >= 0)
            if not here.size:
                continue
            payer, rows = place.payer, rows[here]
            drawn = Drawn(
                dependence,
                seed,
                place.period.name,
                payer.person_keys[rows],
                payer.team_keys[rows],
                trials,
                room,
            )
            if payer.varying:
                theirs = payer.pay(rows, drawn)
                if len(here) == len(some):
                    pay += theirs
                else:
                    pay[here] += theirs
        self.churn.take_back(pay, some, seed)
        return pay


def compare(first: Simulation, other: Simulation) -> Simulation:
    """The difference other − first, trial by trial, of two plans with the same draws.

    Errors: simulations of other trials, seeds or periods.
    """
    if (first.trials, first.seed, first.periods, first.currency) != (
        other.trials,
        other.seed,
        other.periods,
        other.currency,
    ):
        raise CsmError(
            VALUE,
            "the two simulations differ in trials, seed, periods or currency",
            "against",
            None,
            "Run both with the same ones.",
        )
    return replace(first, base=round(other.base - first.base, 4), totals=other.totals - first.totals)
