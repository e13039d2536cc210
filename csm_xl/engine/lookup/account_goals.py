"""Goals of retention from the goals of accounts: of a person, a team or the company the mean of those of the
opening accounts, weighted as the measure weighs the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.company import Company
from csm_xl.engine.lookup.accounts import Accounts
from csm_xl.engine.lookup.lookup import Lookup
from csm_xl.engine.lookup.own_targets import OwnGoals, OwnTargets
from csm_xl.engine.lookup.results import AskedGoals, Results, some
from csm_xl.errors import VALUE, Issue
from csm_xl.pay.measures import MEASURES
from csm_xl.pay.rounding import COMPARED_PLACES, as_fraction, exact
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.tier_measures import from_deals
from csm_xl.plan.unused_results import goals_used

_MONEY: Final = 10**4
"""Money has 4 decimals, so that products are added as whole numbers."""
_RATIO: Final = 10**12
_CLEAR: Final = "Clear the goal here, or the goals of these accounts."

Subject = tuple[str, str, str, int]
"""A measure, a scope, a period, and the code of a person, a team or the company."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AccountGoal:
    """The goal of one subject. rows: its opening accounts that have a goal. lacking: those that have none.
    asked: what the goals ask to retain, × 10,000. there: what there was, × 10,000."""

    rows: tuple[int, ...]
    lacking: tuple[int, ...]
    asked: Fraction
    there: int

    @property
    def goal(self) -> Fraction:
        """The weighted mean."""
        return self.asked / self.there

    def is_about(self, goal: float) -> bool:
        """Whether it is the goal of all the accounts, and the same as another one."""
        return not self.lacking and round(self.goal - as_fraction(goal), COMPARED_PLACES) == 0


class AccountGoals(Lookup):
    """Goals from accounts. They count where results state no goal for the measure and its subject."""

    def __init__(self, company: Company, accounts: Accounts, results: Results, own: OwnTargets) -> None:
        super().__init__(company)
        self.accounts, self.results, self.own = accounts, results, own
        self.goal = accounts.table.columns["goal"]
        self.stated = ~np.isnan(self.goal) & (accounts.start > 0)
        self._of: dict[tuple[str, str, str], dict[int, AccountGoal]] = {}

    @cached_property
    def any(self) -> bool:
        """Whether any opening account has a goal."""
        return bool(self.stated.any())

    def by_code(self, measure: str, scope: str, period: str) -> dict[int, AccountGoal]:
        """Code of a person, a team or the company → its goal, where one of its opening accounts has one."""
        key = (measure, scope, period)
        if key not in self._of:
            accounts = self.accounts
            at = accounts.of_period.get(period, np.zeros(0, dtype=np.intp))
            at = at[(accounts.start[at] > 0) & (accounts.owner[scope][at] >= 0)]
            rows: dict[int, list[int]] = {}
            for row, code in zip(at.tolist(), accounts.owner[scope][at].tolist(), strict=True):
                rows.setdefault(code, []).append(row)
            wanted = set(accounts.owner[scope][at[self.stated[at]]].tolist())
            self._of[key] = {code: self._mean(measure, mine) for code, mine in rows.items() if code in wanted}
        return self._of[key]

    def _mean(self, measure: str, rows: list[int]) -> AccountGoal:
        there = asked = 0
        for start, goal in zip(self.accounts.start[rows].tolist(), self.goal[rows].tolist(), strict=True):
            weight = _MONEY if measure == "LOGO" else round(start * _MONEY)
            there += weight
            asked += weight * (0 if goal != goal else round(goal * _RATIO))
        known = [row for row in rows if self.stated[row]]
        lacking = [row for row in rows if not self.stated[row]]
        return AccountGoal(tuple(known), tuple(lacking), Fraction(asked, _RATIO), there)

    # ---- whose goal it is ------------------------------------------------------------------------------

    def taken(self, measure: str, scope: str) -> dict[str, frozenset[int]]:
        """Period → the codes of those whose goal of the measure is that of their accounts."""
        return self._uses[0].get((measure, scope), {}) if self.any else {}

    @cached_property
    def _uses(
        self,
    ) -> tuple[dict[tuple[str, str], dict[str, frozenset[int]]], dict[str, set[int]], set[int]]:
        """Measure and scope → period → whose goal accounts give; measure → the rows of accounts whose goals
        are of it; and the rows whose goals come to one that results state as well."""
        taken: dict[tuple[str, str], dict[str, frozenset[int]]] = {}
        of_measure: dict[str, set[int]] = {name: set() for name in MEASURES}
        agreeing: set[int] = set()
        for measure, scope, period, code in self._subjects():
            one = self.by_code(measure, scope, period)[code]
            there, goal = self.results.stated_goal(measure, scope, period, code)
            if not there:
                of = taken.setdefault((measure, scope), {})
                of[period] = of.get(period, frozenset()) | {code}
                of_measure[measure].update(one.rows)
            elif goal is not None and one.is_about(goal):
                agreeing.update(one.rows)
        return taken, of_measure, agreeing

    def _subjects(self) -> Iterator[Subject]:
        """Those whose accounts have goals, if a component compares the measure with a goal; without people
        who have a goal of their own."""
        found: dict[Subject, None] = {}
        for terms in self.company.book.every_component():
            for measure, scope in dict.fromkeys(goals_used(terms)):
                if measure not in MEASURES or from_deals(terms.values, measure):
                    continue
                for name in self.accounts.of_period:
                    period = self.company.calendar.find(name)
                    if period.kind != terms.pay_cycle or not terms.overlaps(period.start, period.end):
                        continue
                    goals = self.by_code(measure, scope, name)
                    for code in self._paid_by(terms, scope, period) if goals else ():
                        if code in goals:
                            found[measure, scope, name, code] = None
        yield from found

    def _paid_by(self, terms: ComponentTerms, scope: str, period: Period) -> list[int]:
        """The people that a component pays in a period, their teams, or the company; without those who have
        a goal of their own for it."""
        people = self.company.people
        first, last = max(period.start, terms.valid_from or 0), min(period.end, terms.valid_to or FOREVER)
        mine = (people.names["plan_id"] == people.plans.get(terms.plan_id, -1)) & (people.first <= last)
        spells = np.flatnonzero(mine & (people.last >= first))
        # Their last one in the period says in which team they are.
        person, at = np.unique(people.person[spells][::-1], return_index=True)
        spells = spells[::-1][at]
        own = self.own.goals(terms.component_id, person, np.minimum(people.last[spells], period.end))
        if own is not None:
            person, spells = person[~own.stated], spells[~own.stated]
        codes = {"individual": person, "team": people.names["team"][spells], "company": 0 * person}[scope]
        return [int(code) for code in np.unique(codes) if code >= 0]

    # ---- the goals of a group --------------------------------------------------------------------------

    def of(
        self, cohort: Cohort, measure: str, scope: str, at: NDArray[np.intp], found: NDArray[np.intp],
        own: OwnGoals | None,
    ) -> AskedGoals | None:  # fmt: skip
        """The goals of some rows of a group that their accounts give, None for none; what cannot be one is
        reported. found: the results row of each, −1 where there is none. own: goals of people's own."""
        goals = self.by_code(measure, scope, cohort.period.name) if measure in MEASURES else {}
        owner = cohort.owner(scope)[at]
        any_goal = np.isin(owner, list(goals)) if goals else np.zeros(len(at), dtype=bool)
        if not any_goal.any():
            return None
        table = self.company.tables["results"].columns
        typed = np.full(len(at), np.nan)
        waits = np.zeros(len(at), dtype=bool)  # a row that is blank is not measured yet
        if len(table["goal"]):
            safe = np.maximum(found, 0)
            typed = np.where(found >= 0, table["goal"][safe], np.nan)
            waits = (found >= 0) & np.isnan(typed) & np.isnan(table["actual"][safe])
        places = [("results", row) for row in found.tolist()]
        if own is not None:
            typed = np.where(own.stated, own.goal, typed)
            places = [("targets", row) if row >= 0 else place
                      for row, place in zip(own.rows.tolist(), places, strict=True)]  # fmt: skip
            waits &= ~own.stated
        takes = any_goal & np.isnan(typed) & ~waits
        for code in np.unique(owner[takes]).tolist():
            stopped = cohort.person[at[takes & (owner == code)]]
            for issue in self._wrong(measure, scope, cohort.period.name, code):
                self.company.report_all(stopped, issue)
        for row in np.flatnonzero(any_goal & ~np.isnan(typed)).tolist():
            name, place = places[row]
            if name == "results" or scope == "individual":  # a person's own goal may be another than a team's
                where = self.company.tables[name].where(place, "goal")
                one = goals[int(owner[row])]
                self._refuse_another(int(cohort.person[at[row]]), one, measure, float(typed[row]), where)
        ones = np.ones(len(at))
        found_of = AskedGoals(takes, ones, 0 * ones, ones.copy())
        for code in np.unique(owner[takes]).tolist():
            mine, mean = takes & (owner == code), goals[code]
            found_of.asked[mine] = float(mean.asked)
            found_of.rest[mine] = float(mean.asked - exact(float(mean.asked))[()])
            found_of.there[mine] = float(mean.there)
        return found_of

    def wrong(self) -> Iterator[Issue]:
        """Everything for which goals of accounts cannot be the goal of those who have no other."""
        for (measure, scope), periods in self._uses[0].items() if self.any else ():
            for period, codes in periods.items():
                for code in sorted(codes):
                    yield from self._wrong(measure, scope, period, code)

    def _wrong(self, measure: str, scope: str, period: str, code: int) -> Iterator[Issue]:
        """Why the goals of a subject's accounts cannot be its goal of a measure."""
        one, table = self.by_code(measure, scope, period)[code], self.accounts.table
        if one.lacking:
            count, names = len(one.rows) + len(one.lacking), table.columns["account_id"]
            what = f"{len(one.lacking)} of {count} opening accounts of {self._whose(scope, code)} in {period}"
            what += f" have no goal, though the others have one: {some(names[list(one.lacking)].tolist())}"
            hint = f"Type the goal of each account, or enter the goal of {measure} on results."
            yield Issue(VALUE, what, table.where(one.lacking[0], "goal"), None, hint)
        others = [
            name for name, rows in self._uses[1].items() if name != measure and not rows.isdisjoint(one.rows)
        ]
        if others:
            every = " and ".join(name for name in MEASURES if name in (measure, *others))
            what = f"the goals of accounts would be those of {every}, which the plans compare with a goal"
            hint = "One goal cannot be that of several measures. Enter the goals of all but one of them on"
            hint += (
                " results, each in a row with the goal and a blank actual; a goal of 1 pays on the measure"
            )
            hint += " itself. A gate with on = actual needs no goal."
            first = one.rows[0]
            yield Issue(VALUE, what, table.where(first, "goal"), float(self.goal[first]), hint)

    def _refuse_another(self, person: int, one: AccountGoal, measure: str, typed: float, where: str) -> None:
        """A goal that is stated beside those of the accounts, which are nobody else's, and differs."""
        taken, agreeing = self._uses[1], self._uses[2]
        if one.is_about(typed) or any(
            row in agreeing or any(row in rows for rows in taken.values()) for row in one.rows
        ):
            return
        table = self.accounts.table
        place = table.where(one.rows[0], "goal")
        what = f"the goal of {measure} is {typed:,.10g} here, and the goals of the accounts come to"
        what += f" {float(one.goal):,.10g} ({place})"
        if one.lacking:
            what = f"the goal of {measure} is {typed:,.10g} here, and {len(one.rows)} of"
            what += f" {len(one.rows) + len(one.lacking)} accounts have goals too ({place})"
        self.company.report(person, Issue(VALUE, what, where, typed, _CLEAR))

    def _whose(self, scope: str, code: int) -> str:
        people = self.company.people
        if scope == "company":
            return "the company"
        return people.ids[code] if scope == "individual" else f"team {list(people.teams)[code]}"
