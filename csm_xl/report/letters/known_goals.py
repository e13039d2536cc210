"""The goals that are known for a plan year: of the person, the team or the company, and personal ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

import numpy as np

from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.errors import CsmError
from csm_xl.pay.measures import MEASURES
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import History
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import goal_measure
from csm_xl.report.letters.sentences import ratio

Goals = list[tuple[str, float]]
"""Goals by pay period, in time."""


class KnownGoals:
    """The goals in some tables. history: of the people in them."""

    def __init__(self, tables: Tables, history: History) -> None:
        self.tables, self.history = tables, history

    def of(self, one: YearTerms, terms: ComponentTerms, column: str = "measure") -> Goals:
        """The goals of a component in the person's plan year.

        A goal of the person's own comes in place of that of results. column: the parameter that names the
        measure.
        """
        measure, scope = str(terms.values.get(column) or ""), terms.scope
        if terms.pays_on == "deals":
            measure, scope = goal_measure(terms.values)
        stated = self._results.get((scope, measure, self._owner(one, scope)), {})
        periods = [period for period in one.periods if period.kind == terms.pay_cycle]
        found = {period.name: stated[period.name] for period in periods if period.name in stated}
        for begins, goal in (
            () if terms.own_unit else self._own.get((one.employee_id, terms.component_id), ())
        ):
            found |= {period.name: goal for period in periods if begins <= period.end}
        return [(period.name, found[period.name]) for period in periods if period.name in found]

    def by_accounts(self, one: YearTerms, terms: ComponentTerms) -> bool:
        """Whether a component compares retention with the goals of accounts: results state none."""
        compared = terms.values.get("measure") in MEASURES and terms.pays_on == "results"
        compared &= not terms.own_unit and not terms.values.get("peer_group") and not self.of(one, terms)
        return compared and not bool(np.isnan(self.tables["accounts"].columns["goal"]).all())

    def personal(self, one: YearTerms) -> list[tuple[str, str, str]]:
        """A person's personal goals: the periods, the goal and its weight."""
        table = self.tables["goals"]
        names = [period.name for period in one.periods]
        found: dict[tuple[str, str], list[str]] = {}
        for row in self._personal.get(one.employee_id, ()):
            goal = (str(table.columns["goal"][row]), ratio(table.columns["weight"][row]))
            found.setdefault(goal, []).append(str(table.columns["period"][row]))
        inside = {goal: [name for name in names if name in periods] for goal, periods in found.items()}
        return [
            (runs(periods) if _consecutive(periods, names) else ", ".join(periods), goal, weight)
            for (goal, weight), periods in inside.items()
            if periods
        ]

    @cached_property
    def _results(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """Scope, measure and whose it is → the goal by period."""
        table, calendar = self.tables["results"], Calendar(self.tables["periods"])
        found: dict[tuple[str, str, str], dict[str, float]] = {}
        for row in range(table.rows):
            goal = table.value(row, "goal")
            scope, measure, who = (str(table.columns[name][row]) for name in ("scope", "measure", "id"))
            if goal is None:
                continue
            try:
                period = calendar.find(table.columns["period"][row]).name
            except CsmError:
                continue  # the run that pays it reports it
            found.setdefault((scope, measure, "" if scope == "company" else who), {})[period] = goal
        return found

    @cached_property
    def _own(self) -> dict[tuple[str, str], list[tuple[int, float]]]:
        """Person and component → the goals of their own, with their first days, in time."""
        table = self.tables["targets"]
        found: dict[tuple[str, str], list[tuple[int, float]]] = {}
        for row in range(table.rows):
            key = (str(table.columns["employee_id"][row]), str(table.columns["component_id"][row]))
            goal = table.value(row, "goal")
            if goal is not None:
                found.setdefault(key, []).append((table.value(row, "from") or 0, goal))
        return {key: sorted(goals) for key, goals in found.items()}

    @cached_property
    def _personal(self) -> dict[str, list[int]]:
        return grouped(self.tables["goals"], "employee_id")

    def _owner(self, one: YearTerms, scope: str) -> str:
        if scope == "company":
            return ""
        if scope == "individual":
            return one.employee_id
        return str(self.history.value(self.history.index[one.employee_id], "team", one.day) or "")


def _consecutive(periods: Sequence[str], names: Sequence[str]) -> bool:
    first = names.index(periods[0])
    return list(names[first : first + len(periods)]) == list(periods)


def goal_words(goals: Goals, shown: Sequence[str]) -> str:
    """Goals in words, those of consecutive periods that are alike as one. shown: each as people write it.

    >>> goal_words([("2026-Q1", 5.0), ("2026-Q2", 5.0), ("2026-Q3", 6.0)], ["5", "5", "6"])
    '2026-Q1 to 2026-Q2: 5; 2026-Q3: 6'
    """
    named = [(name, said) for (name, _), said in zip(goals, shown, strict=True)]
    alike = [(said, [name for name, _ in each]) for said, each in groupby(named, key=lambda one: one[1])]
    return "; ".join(f"{runs(names)}: {said}" for said, names in alike)


def runs(periods: Sequence[str]) -> str:
    """Some consecutive periods in words.

    >>> runs(["2026-Q1"]), runs(["2026-Q1", "2026-Q2", "2026-Q3"])
    ('2026-Q1', '2026-Q1 to 2026-Q3')
    """
    return periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
