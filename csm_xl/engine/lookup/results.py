"""Results: actual and goal of a measure, for a person, a team or the company."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.lookup.own_targets import OwnGoals
from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, Issue
from csm_xl.pay.measures import MEASURES
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period


@dataclass(slots=True, eq=False, repr=False)
class AskedGoals:
    """The goals of some rows of a group that accounts give: whether they do, and the goal as a quotient,
    asked / there, with what the float of asked lacks of it."""

    stated: NDArray[np.bool_]
    asked: NDArray[np.float64]
    rest: NDArray[np.float64]
    there: NDArray[np.float64]

    def over(self, goal: NDArray[np.float64]) -> NDArray[np.float64]:
        """Goals, those of accounts in place of the others."""
        return np.where(self.stated, self.asked / self.there, goal)


class Results(Lookup):
    """The rows of `results`, by period, scope and measure."""

    @cached_property
    def _by_measure(self) -> dict[tuple[str, str, str], tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """(period, scope, measure) → codes of who was measured, sorted, and the row of each."""
        table = self.company.tables["results"]
        owners: dict[str, dict[str, int]] = {
            "individual": self.company.people.index,
            "team": dict(self.company.people.teams),
        }
        groups: dict[tuple[str, str, str], tuple[list[int], list[int]]] = {}
        columns = (table.columns[name].tolist() for name in ("period", "scope", "measure", "id"))
        for row, (period, scope, measure, name) in enumerate(zip(*columns, strict=True)):
            code = 0 if scope == "company" else owners[scope].get(name, -1)
            who, rows = groups.setdefault((period, scope, measure), ([], []))
            who.append(code)
            rows.append(row)
        found = {}
        for key, (who, rows) in groups.items():
            by = np.argsort(np.array(who), kind="stable")
            found[key] = (np.array(who, dtype=np.intp)[by], np.array(rows, dtype=np.intp)[by])
        return found

    @cached_property
    def _with_goal(self) -> dict[tuple[str, str], dict[str, frozenset[int]]]:
        """(scope, measure) → period → codes of who has a goal for an actual that is counted."""
        goal, actual = (self.company.tables["results"].columns[name] for name in ("goal", "actual"))
        found: dict[tuple[str, str], dict[str, frozenset[int]]] = {}
        for (period, scope, measure), (who, rows) in self._by_measure.items():
            if stated := frozenset(who[~np.isnan(goal[rows]) & np.isnan(actual[rows])].tolist()) - {-1}:
                found.setdefault((scope, measure), {})[period] = stated
        return found

    def stated_goal(self, measure: str, scope: str, period: str, code: int) -> tuple[bool, float | None]:
        """Whether a person, a team or the company has a row with a goal, or one that is blank as nothing is
        measured yet; and the goal."""
        who, rows = self._by_measure.get((period, scope, measure), (np.zeros(0), np.zeros(0)))
        at = int(np.searchsorted(who, code))
        if at >= len(who) or who[at] != code:
            return False, None
        goal, actual = (self.company.tables["results"].columns[name][rows[at]] for name in ("goal", "actual"))
        return bool(~np.isnan(goal) | np.isnan(actual)), None if np.isnan(goal) else float(goal)

    def refuse_missing_goals(
        self, cohort: Cohort, component: ComponentTerms, measure: str, scope: str,
        rows: NDArray[np.intp], source: str, more: Mapping[str, frozenset[int]],
    ) -> None:  # fmt: skip
        """Report missing goals where a measure from accounts or answers is compared with the goal on results.

        A given row of the group without a goal is reported if others on the plan have one in the period, or
        if the same person, team or company has one in another period.

        source: accounts or answers. more: period → the codes of those who have a goal from their accounts.
        """
        stated = self._with_goal.get((scope, measure), {})
        nobody = frozenset[int]()
        periods = {name: stated.get(name, nobody) | more.get(name, nobody) for name in (*stated, *more)}
        if not len(rows) or not periods:
            return
        owner = cohort.owner(scope)[rows]
        others = self._on_plan(periods.get(cohort.period.name, frozenset()), scope, cohort.plan.plan_id)
        teams = list(self.company.people.teams)
        for code in np.unique(owner).tolist():
            elsewhere = [name for name, who in periods.items() if code in who]
            if not (others or elsewhere):
                continue
            whose = {"individual": self.company.people.ids, "team": teams, "company": ["company"]}[scope][
                code
            ]
            told = "others have one" if others else f"there is one for {some(elsewhere)}"
            what = (
                f"there is no goal of {measure} of {scope} {whose} for {cohort.period.name}, though {told}:"
            )
            what += f" without it {source} would be paid as if the goal were 1"
            hint = f"Add a row {cohort.period.name}, {scope}, {whose}, {measure} with the goal and a blank"
            hint += " actual; a goal of 1 pays on the measure itself."
            hint += " Or give each of its opening accounts a goal." * bool(more)
            self.company.report_all(
                cohort.person[rows[owner == code]],
                Issue(NOT_FOUND, what, self.company.place("results"), None, hint),
            )

    def _on_plan(self, codes: frozenset[int], scope: str, plan: str) -> frozenset[int]:
        """Those of some people or teams who are on a plan, or have somebody on it."""
        if scope == "company":
            return codes
        roster = self.company.tables["roster"].columns
        on_it = np.flatnonzero(roster["plan_id"] == plan).tolist()
        if scope == "individual":
            return codes & frozenset(on_it)
        of_team = self.company.people.teams
        return codes & frozenset(of_team[name] for name in roster["team"][on_it].tolist() if name in of_team)

    def rows_of(
        self, cohort: Cohort, component: ComponentTerms, measure: str, scope: str,
        period: Period | None = None, rows: NDArray[np.intp] | None = None,
        known: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.intp]:  # fmt: skip
        """The results row of each person of the group (or of the given rows of it), −1 where there is
        none, which is reported but of those whose result is `known` without one."""
        where = cohort.period if period is None else period
        at = np.arange(cohort.size) if rows is None else rows
        owner = cohort.owner(scope)[at]
        measured, table_rows = self._by_measure.get(
            (where.name, scope, measure), (np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
        )
        place = np.searchsorted(measured, owner)
        safe = np.minimum(place, max(len(measured) - 1, 0))
        hit = (measured[safe] == owner) & (owner >= 0) if len(measured) else np.zeros(len(owner), dtype=bool)
        missing = ~hit if known is None else ~(hit | known)
        if missing.any():
            self._no_result(cohort, component, measure, scope, where, at[missing], owner[missing])
        return np.where(hit, table_rows[safe] if len(measured) else -1, -1)

    def _no_result(
        self, cohort: Cohort, component: ComponentTerms, measure: str, scope: str, period: Period,
        rows: NDArray[np.intp], owner: NDArray[np.intp],
    ) -> None:  # fmt: skip
        """One finding for each person, team or company without a result, naming those it stops."""
        needs = f"component {component.component_id} of plan {cohort.plan.plan_id}"
        teams = list(self.company.people.teams)
        within = self._within(measure, scope, period)
        for code in np.unique(owner).tolist():
            stopped = cohort.person[rows[owner == code]]
            if scope == "team" and code < 0:
                for person in stopped.tolist():
                    self.company.report(
                        person,
                        Issue(VALUE, f"{self.company.people.ids[person]} has no team, and {needs} pays on the"
                              " team's result", self.company.roster_cell(person, "team"), None,
                              "Fill the team."),
                    )  # fmt: skip
                continue
            self.company.missing_periods.add(period.name)
            whose = {"individual": self.company.people.ids, "team": teams, "company": ["company"]}[scope][
                code
            ]
            paid = (
                ""
                if scope == "individual"
                else f" to pay {some([self.company.people.ids[p] for p in stopped])}"
            )
            what = f"there is no result {measure} of {scope} {whose} for {period.name}, which {needs} needs"
            hint = f"Add a row {period.name}, {scope}, {whose}, {measure}; leave its actual blank if it is"
            hint += " not measured yet." + (" Or give the accounts." * (measure in MEASURES))
            if measure in self.company.tables["answers"].columns["measure"]:
                hint = f"Add a row {period.name}, {scope}, {whose}, {measure} with its goal; leave its actual"
                hint += " blank where answers of the period give it."
            where, found = self.company.place("results"), None
            what += paid
            theirs = [row for measured, its_rows in within for row in its_rows[measured == code].tolist()]
            if len(theirs) == 1:
                table, row = self.company.tables["results"], theirs[0]
                where, found = table.where(row, "period"), str(table.columns["period"][row])
                what += f"; this row has one for {found}, a part of {period.name}"
                hint = f"Type {period.name} here if that is meant: a date means its month. If not: {hint}"
            kind = f"results {measure} of people for {period.name} are missing, which {needs} needs"
            kind = kind if scope == "individual" and not theirs else ""  # one line, and not one a person
            person = whose if scope == "individual" else ""
            issue = Issue(NOT_FOUND, what, where, found, hint, person=person, kind=kind)
            self.company.report_all(stopped, issue)

    def _within(
        self, measure: str, scope: str, period: Period
    ) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Who was measured, and the row of each, for each period that is a part of one that lacks a result,
        as that of a date is that was typed for its quarter."""
        found = []
        for (name, its_scope, its_measure), measured in self._by_measure.items():
            if (its_scope, its_measure) == (scope, measure):
                part = self.company.calendar.find(name)
                if part != period and period.start <= part.start and part.end <= period.end:
                    found.append(measured)
        return found

    def actual_and_goal(
        self,
        rows: NDArray[np.intp],
        person: NDArray[np.intp],
        goal_needed: bool = True,
        paid_by_goal: bool = False,
        own: OwnGoals | None = None,
        asked: AskedGoals | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Actual (NaN: not measured yet) and goal of results rows; a goal that is blank or not above 0
        is reported for those who are measured against it.

        paid_by_goal: money is computed from the goal whatever the actual is, so that it is never blank.
        own: goals of people's own, which count in place of these. asked: goals from accounts, which count
            where there are none.
        """
        table = self.company.tables["results"]
        if not table.rows:
            goal = np.ones(len(rows)) if asked is None else asked.over(np.ones(len(rows)))
            return np.full(len(rows), np.nan), goal if own is None else own.over(goal)
        safe = np.maximum(rows, 0)
        actual = np.where(rows >= 0, table.columns["actual"][safe], np.nan)
        goal = np.where(rows >= 0, table.columns["goal"][safe], 1.0)
        goal = goal if asked is None else asked.over(goal)
        if own is not None:
            self._refuse_second_goal(rows, person, own)
            goal = own.over(goal)
        if goal_needed:
            needed = ~np.isnan(actual) | (paid_by_goal & (rows >= 0))
            bad = (goal <= 0) | (np.isnan(goal) & needed)
            for row in np.unique(rows[bad]).tolist():
                found = float(table.columns["goal"][row])
                blank = np.isnan(found)
                self.company.report_all(
                    person[bad & (rows == row)],
                    Issue(VALUE, "the goal is blank" if blank else "the goal is zero or negative",
                          table.where(row, "goal"), None if blank else found,
                          "Type a goal above 0 (1 where the actual is an attainment already). A component"
                          " with on = actual reads the actual itself and needs no goal."),
                )  # fmt: skip
            goal = np.where(goal > 0, goal, 1.0)
        return actual, goal

    def _refuse_second_goal(self, rows: NDArray[np.intp], person: NDArray[np.intp], own: OwnGoals) -> None:
        """A person's own result with another goal than the one that targets state: said for each such row."""
        table = self.company.tables["results"]
        safe = np.maximum(rows, 0)
        typed = table.columns["goal"][safe]
        mine = (rows >= 0) & (table.columns["scope"][safe] == "individual")
        for at in np.flatnonzero(mine & own.stated & ~np.isnan(typed) & (typed != own.goal)).tolist():
            targets = self.company.tables["targets"]
            place = targets.where(int(own.rows[at]), "goal")
            self.company.report(
                int(person[at]),
                Issue(VALUE, f"the goal is {float(typed[at]):,.10g} here, and {float(own.goal[at]):,.10g} on"
                      f" targets ({place})", table.where(int(rows[at]), "goal"), float(typed[at]),
                      "Clear one of the two."),
            )  # fmt: skip

    def goal_blank(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Whether each of the results rows states no goal, as it may while nothing is measured."""
        goal = self.company.tables["results"].columns["goal"]
        if not len(goal):
            return np.zeros(len(rows), dtype=bool)
        return np.asarray(np.isnan(goal[np.maximum(rows, 0)]) & (rows >= 0))

    def refuse_zero_actual(
        self, rows: NDArray[np.intp], person: NDArray[np.intp], actual: NDArray[np.float64]
    ) -> None:
        """An actual of 0 has no inverse attainment; said for each such row."""
        found = self.company.tables["results"]
        for row in np.unique(rows[(rows >= 0) & (actual <= 0)]).tolist():
            self.company.report_all(
                person[rows == row],
                Issue(ARITHMETIC, "an actual of 0 or below has no inverse attainment",
                      found.where(row, "actual"), float(found.columns["actual"][row]),
                      "Use the method complement (2 − actual / goal) on the component."),
            )  # fmt: skip


def some(names: list[str], most: int = 5) -> str:
    """The names, shortened where they are many."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
