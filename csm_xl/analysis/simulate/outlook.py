"""The distribution of each result, and errors in the distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.analysis.simulate.marginals import Marginal, Marginals
from csm_xl.engine.cohort import Cohort
from csm_xl.engine.context import RunContext
from csm_xl.errors import ARITHMETIC, NOT_FOUND, CsmError, Issue, listed
from csm_xl.pay.attainment import attainment
from csm_xl.plan.measures import bounds_in_words
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.periods import Period
from csm_xl.plan.schema.distributions import SPREAD
from csm_xl.plan.table import Table

if TYPE_CHECKING:
    from csm_xl.analysis.simulate.readings import Reading
    from csm_xl.analysis.simulate.rules import Payer

_PLACES: Final = 9


class Outlook:
    """The distributions table, asked for the attainments of a period; what is wrong is kept for `settle`."""

    def __init__(self, table: Table, context: RunContext) -> None:
        self.table, self.context = table, context
        self.rows: dict[tuple[str, str, str], int] = {}
        columns = (table.columns[name].tolist() for name in ("measure", "scope", "id", "kind"))
        for row, (measure, scope, name, kind) in enumerate(zip(*columns, strict=True)):
            if kind != "churn":
                self.rows[measure, scope, name] = row
        self.used: set[str] = set()
        self.still: set[str] = set()
        self.held: set[str] = set()
        self.issues: dict[Issue, None] = {}
        self.unknown: dict[tuple[str, str], list[str]] = {}
        self.unmeasured: dict[tuple[str, str], list[str]] = {}
        self._past: dict[tuple[str, str, str, str], tuple[float, ...]] = {}

    def marginals(self, one: Reading, payer: Payer, terms: ComponentTerms) -> Marginals:
        """The distribution of a result of each row of a group."""
        self.used.add(one.measure)
        owners = {"individual": payer.people, "team": payer.teams}.get(one.scope)
        named = any(measure == one.measure and name for measure, _, name in self.rows)
        row = self._row(one, "")
        kind = "normal" if row is None else self.table.columns["kind"][row]
        unknown = np.isnan(one.current)
        least, most = one.bounds()
        if named or kind != "normal" or unknown.any():
            found = Marginals.of(
                [
                    self._marginal(
                        one, payer.cohort.period, owners[row] if owners else "company", current, goal != goal,
                        (float(least[row]), float(most[row])),
                    )
                    for row, (current, goal) in enumerate(
                        zip(one.current.tolist(), one.goal.tolist(), strict=True)
                    )
                ]
            )  # fmt: skip
        else:
            stated = self._stated(row)
            mean = stated.get("mean")
            found = Marginals.alike(
                one.current if mean is None else np.full(len(unknown), mean),
                stated.get("spread", SPREAD),
                _or(stated.get("low"), -np.inf),
                _or(stated.get("high"), np.inf),
                (least, most),
            )
            for row in range(len(unknown)) if stated.get("low", stated.get("high")) is not None else ():
                self._marginal(one, payer.cohort.period, "all", 1.0, False,
                               (float(least[row]), float(most[row])))  # fmt: skip  # tells what is wrong
        if found.held is not None or any(np.isfinite((each.least, each.most)).any() for each in
                                         found.curved.values()):  # fmt: skip
            self.held.add(one.measure)
        one.goal = np.nan_to_num(one.goal, nan=1.0)  # a mean that is given is then the actual itself
        return found

    def _marginal(
        self, one: Reading, period: Period, owner: str, current: float, unasked: bool,
        natural: tuple[float, float],
    ) -> Marginal:  # fmt: skip
        row = self._row(one, owner)
        stated = self._stated(row)
        kind = stated.get("kind", "normal")
        mean = stated.get("mean")
        low, high = stated.get("low"), stated.get("high")
        if kind == "empirical":
            assert row is not None
            past = self._history(one, period, str(self.table.columns["id"][row]), row)
            if mean is not None and past:
                shift = mean - sum(past) / len(past)
                past = tuple(round(value + shift, _PLACES) for value in past)
            found = Marginal(kind, 0.0, 0.0, _or(low, -np.inf), _or(high, np.inf), past or (0.0,),
                             *natural)  # fmt: skip
        else:
            middle = current if mean is None else mean
            if middle != middle:
                told = self.unknown if unasked else self.unmeasured
                told.setdefault((one.measure, period.name), []).append(owner)
                middle = 1.0
            bounds = (0.0, 1.0) if kind == "beta" else (-np.inf, np.inf)
            found = Marginal(
                kind,
                round(middle, _PLACES),
                stated.get("spread", SPREAD),
                _or(low, bounds[0]),
                _or(high, bounds[1]),
                (),
                *natural,
            )
        fault = found.fault()
        if fault is not None:
            assert row is not None
            whose = f"{fault.message} ({one.measure} of {owner})"
            self.issues[Issue(fault.code, whose, self.table.where(row, "kind"), fault.got, fault.hint)] = None
            return Marginal("normal", 1.0, 0.0, -np.inf, np.inf)
        return found

    def _row(self, one: Reading, owner: str) -> int | None:
        """The row that most specifically matches an owner's result; a blank owner matches all."""
        keys = ((one.scope, owner), ("", owner), (one.scope, ""), ("", ""))
        return next(
            (self.rows[key] for key in ((one.measure, *key) for key in keys) if key in self.rows), None
        )

    def _stated(self, row: int | None) -> dict[str, Any]:
        names = ("kind", "mean", "spread", "low", "high")
        return {} if row is None else {name: self.table.value(row, name) for name in names}

    def _history(self, one: Reading, period: Period, owner: str, row: int) -> tuple[float, ...]:
        """The attainments of a measure in periods that were over before this one, sorted."""
        key = (one.measure, one.scope, period.name, owner)
        if key not in self._past:
            results = self.context.tables["results"].columns
            wanted = (results["measure"] == one.measure) & (results["scope"] == one.scope)
            wanted &= ~np.isnan(results["actual"])
            if owner and one.scope != "company":
                wanted &= results["id"] == owner
            at = [
                place
                for place in np.flatnonzero(wanted).tolist()
                if self.context.calendar.find(results["period"][place]).end < period.start
            ]
            actual, goal = results["actual"][at], results["goal"][at]
            goal = np.where(goal > 0, goal, 1.0)
            if one.direction == "lower" and one.method == "inverse":
                actual, goal = actual[actual > 0], goal[actual > 0]
            found = attainment(actual, goal, one.direction, one.method) if len(actual) else actual
            self._past[key] = tuple(sorted(np.round(found, _PLACES).tolist()))
        past = self._past[key]
        if len(past) < 2:
            whose = f" of {owner}" if owner else f" ({one.scope})"
            said = f"{one.measure}{whose} has only {len(past)} results before {period.name} to draw from"
            self.issues[
                Issue(
                    NOT_FOUND,
                    said,
                    self.table.where(row, "kind"),
                    None,
                    "Give at least two past results, or another kind.",
                )
            ] = None
        return past

    def refuse_pool(self, cohort: Cohort) -> None:
        """A pool within a plan whose components affect each other: neither can be kept constant."""
        said = f"plan {cohort.plan.plan_id} shares a pool and its components affect each other"
        self.issues[
            Issue(
                ARITHMETIC,
                f"{said}, which cannot be simulated",
                cohort.plan.where,
                None,
                "Simulate without the pool amount.",
            )
        ] = None

    def settle(self) -> None:
        """Errors: all that was found wrong."""
        for (measure, period), owners in self.unknown.items():
            names = list(dict.fromkeys(owners))
            self.issues[
                Issue(
                    NOT_FOUND,
                    f"there is no level for {measure} in {period} of"
                    f" {listed(names, 5)}: it has no actual and no goal",
                    self.context.place("results"),
                    None,
                    "Enter an actual, or a goal to serve as an attainment of 1.",
                )
            ] = None
        columns = (self.table.columns[name].tolist() for name in ("measure", "kind", "scope", "id"))
        for row, (measure, kind, scope, name) in enumerate(zip(*columns, strict=True)):
            if kind == "churn":
                continue
            if measure not in self.used:
                there = listed(sorted(self.used)) or "none"
                self.issues[
                    Issue(
                        NOT_FOUND,
                        f"no simulated component uses the measure {measure}",
                        self.table.where(row, "measure"),
                        measure,
                        f"{did_you_mean(measure, self.used)}There are {there}.",
                    )
                ] = None
            elif name and name not in self._owners(scope):
                self.issues[
                    Issue(
                        NOT_FOUND,
                        f"unknown {scope or 'employee or team'}",
                        self.table.where(row, "id"),
                        name,
                        did_you_mean(name, self._owners(scope)),
                    )
                ] = None
        if self.issues:
            raise CsmError.of(self.issues)

    def _owners(self, scope: str) -> set[str]:
        people, teams = set(self.context.people.ids), set(self.context.people.teams)
        return {"individual": people, "team": teams, "company": {"company"}}.get(
            scope, people | teams | {"company"}
        )

    def notes(self) -> tuple[str, ...]:
        """The assumptions, for readers of the figures."""
        default = sorted(self.used - {measure for measure, _, _ in self.rows})
        said = []
        if default:
            said.append(
                f"{listed(default)}: normal around the attainment on results, standard deviation {SPREAD:g}."
            )
        said += [
            f"{bounds_in_words(measure)}: draws stay within that range. Their mean is the one asked for,"
            " or just inside the range if that is outside it."
            for measure in sorted(self.held)
        ]
        for (measure, period), owners in self.unmeasured.items():
            names = listed(list(dict.fromkeys(owners)), 5)
            said.append(f"{measure} in {period} has missing actuals; assumed to be at goal: {names}.")
        if self.still:
            said.append(f"Not varied: {listed(sorted(self.still))}.")
        return tuple(said)


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
