"""What the pay of some people depends on, so that their statement or explanation needs nothing else.

Somebody's pay depends on their own rows, on their plans, on the results of their teams and of the company,
on the deals that they are credited for, on the results of the people they are ranked with, and on the pay of
the people who share a pool with them. An error anywhere else stops other people, not them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, CsmError, Issue
from csm_xl.plan.load import judged
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.parts import PARTS, with_pools
from csm_xl.plan.schema import PERSONAL
from csm_xl.plan.table import Table, Tables
from csm_xl.plan.tier_measures import sold_by_others
from csm_xl.plan.validate import check_plans

_LABELS: Final = (
    "employee_id", "plan_id", "hire_date", "leave_date", "from", "team", "division", "level", "role",
    "location",
)  # fmt: skip
"""What the roster and its changes say about somebody's peers and teammates that the pay of others depends
on."""


def for_people(tables: Tables, issues: Sequence[Issue], names: Iterable[str]) -> tuple[Tables, list[Issue]]:
    """The tables as far as the pay of some people depends on them, and what is wrong with that part.

    issues: what was found in the tables. Everybody else is in
    `Tables.left_out`, without a reason, so that they are not paid; they stay on the roster as teammates and
    peers.
    Errors: somebody who is not on the roster.
    """
    if not tables["roster"].rows:
        return tables, list(issues)
    scope = _Scope(tables, names)
    found = _but_for(scope, tables)
    of_interest = list(issues)
    while True:
        aside = scope.aside(found, of_interest)
        places = {issue.where for issue, _ in aside}
        own = [issue for issue in of_interest if issue.where not in places and not scope.elsewhere(issue)]
        wrong = [place for issue, place in aside if issue.severity == "error"]
        unfit = {
            issue.person for issue in of_interest if scope.elsewhere(issue) and issue.severity == "error"
        }
        if any(issue.severity == "error" for issue in own) or not (wrong or unfit):
            return found, own
        found = _without_rows(scope, found, wrong, unfit - {""})
        again = check_plans(judged(found), remarks=False)
        errors = [issue for issue in again if issue.severity == "error"]
        of_interest = list(dict.fromkeys([*own, *errors]))


class _Scope:
    """Whose pay is wanted, and what it depends on.

    paid: they, and those who share a pool with any of them. plans: the plans that they are on at any time.
    """

    def __init__(self, tables: Tables, names: Iterable[str]) -> None:
        self.tables = tables
        everyone = set(tables["roster"].columns["employee_id"].tolist()) - {""}
        wanted = dict.fromkeys(names)
        unknown = [name for name in wanted if name not in everyone]
        if unknown:
            raise CsmError.of(
                Issue(NOT_FOUND, "the employee is not on the roster", "employee_id", name,
                      did_you_mean(name, everyone) or "Give an employee_id of the roster.")
                for name in unknown
            )  # fmt: skip
        self.everyone = everyone
        self.paid = set(wanted)
        self.plans = self._of(("plan_id",), self.paid)
        components = tables["components"].columns
        pooled = set(components["plan_id"][with_pools(tables)].tolist())
        while sharing := self.plans & pooled:
            more = self._on(sharing) & everyone - self.paid
            if not more:
                break
            self.paid |= more
            self.plans = self._of(("plan_id",), self.paid)
        mine = np.isin(components["plan_id"], sorted(self.plans))
        scopes = {
            scope for name in ("scope", "gate_scope", "tier_scope") if name in components
            for scope in components[name][mine].tolist()
        }  # fmt: skip
        gates = self.tables["gates"].columns
        scopes |= set(gates["scope"][np.isin(gates["plan_id"], sorted(self.plans))].tolist())
        if "pool_measure" in components:
            funded = mine & (components["pool_measure"] != "")
            scopes |= set(components["pool_scope"][funded].tolist())
        self.teams = self._of(("team",), self.paid) if "team" in scopes else set()
        self.company = "company" in scopes
        self.sold_by_others = sold_by_others(components, np.flatnonzero(mine).tolist())
        self.ranked = "peer_group" in components and any(components["peer_group"][mine].tolist())
        self.divisions = self._of(("division",), self.paid)

    def _of(self, columns: Sequence[str], people: Collection[str]) -> set[str]:
        """What the roster and its changes say about people at any time."""
        return {
            value
            for table in (self.tables["roster"], self.tables["changes"])
            for column in columns
            for who, value in zip(
                table.columns["employee_id"].tolist(), table.columns[column].tolist(), strict=True
            )
            if value and who in people
        }

    def _on(self, plans: Collection[str]) -> set[str]:
        """Those who are on any of the plans at any time."""
        return {
            who
            for table in (self.tables["roster"], self.tables["changes"])
            for who, plan in zip(
                table.columns["employee_id"].tolist(), table.columns["plan_id"].tolist(), strict=True
            )
            if plan in plans
        }

    @cached_property
    def _parts(self) -> dict[str, set[str]]:
        """Table of curves, tiers and so on → those that the plans use."""
        components = self.tables["components"].columns
        mine = np.isin(components["plan_id"], sorted(self.plans))
        return {
            name: set(components[key][mine].tolist()) - {""} if key in components else set()
            for name, (key, _) in PARTS.items()
        }

    @cached_property
    def _deals(self) -> tuple[set[str], set[str]]:
        """The deals that somebody is credited for, and those among them that the people are."""
        credits, deals = self.tables["credits"].columns, self.tables["deals"].columns
        credited: dict[str, set[str]] = {}
        for deal, who in zip(credits["deal_id"].tolist(), credits["employee_id"].tolist(), strict=True):
            credited.setdefault(deal, set()).add(who)
        for deal, who in zip(deals["deal_id"].tolist(), deals["employee_id"].tolist(), strict=True):
            if deal not in credited:
                credited[deal] = {who} - {""}
        known = {deal for deal, people in credited.items() if deal and people}
        if self.sold_by_others:  # what others sold finds the tier
            return known, known
        return known, {deal for deal in known if not credited[deal].isdisjoint(self.paid)}

    @property
    def shared(self) -> bool:
        """Whether the pay depends on other people's results."""
        return self.ranked or self.company or bool(self.teams) or self.sold_by_others

    def elsewhere(self, issue: Issue) -> bool:
        """Whether a finding about one person is about somebody else, whose results count for nobody here."""
        other = bool(issue.person) and issue.person not in self.paid
        return other and (issue.severity != "error" or not self.shared)

    def aside(self, tables: Tables, issues: Iterable[Issue]) -> list[tuple[Issue, tuple[str, int]]]:
        """The findings about cells that the pay does not depend on, each with its table and row."""
        wanted = {issue.where for issue in issues}
        if not wanted:
            return []
        places: dict[str, tuple[str, int]] = {}
        for name, table in tables.items():
            for row in self.unneeded(name, table):
                for column in table.columns:
                    if self._counts(name, column):
                        continue
                    place = table.where(row, column)
                    if place in wanted:
                        places[place] = (name, row)
                for column in ("", *table.extra):
                    place = table.where(row, column)
                    if place in wanted:
                        places[place] = (name, row)
        return [(issue, places[issue.where]) for issue in issues if issue.where in places]

    def _counts(self, table: str, column: str) -> bool:
        """Whether a column of the roster says something of others that the pay depends on."""
        return self.shared and table in ("roster", "changes") and column in _LABELS

    def unneeded(self, name: str, table: Table) -> list[int]:
        """The rows of a table that are about others alone."""
        columns, rows = table.columns, range(table.rows)
        if name in ("plans", "components"):
            return [row for row in rows if columns["plan_id"][row] not in self.plans | {""}]
        if name in PARTS:
            key = PARTS[name][0]
            return [row for row in rows if columns[key][row] not in self._parts[name] | {""}]
        if name == "results":
            return [row for row in rows if not self._counts_result(columns, row)]
        if name in ("accounts", "answers"):
            return [row for row in rows if not self._counts_account(columns, row)]
        if name in ("deals", "credits", "payments"):
            known, own = self._deals
            others = known - own
            return [row for row in rows if columns["deal_id"][row] in others]
        if name == "modifiers":
            of_scope = {"division": self.divisions, "individual": self.paid}
            whose = zip(columns["scope"].tolist(), columns["id"].tolist(), strict=True)
            return [
                row for row, (scope, who) in enumerate(whose) if who and who not in of_scope.get(scope, {who})
            ]
        if name in PERSONAL:
            who = columns["employee_id"].tolist()
            if not self.shared:  # what is wrong about others is known by their names
                return [row for row in rows if not who[row]] if name == "roster" else []
            return [row for row in rows if who[row] not in self.paid | {""}]
        return []

    def _counts_result(self, columns: Mapping[str, Any], row: int) -> bool:
        scope, who = columns["scope"][row], columns["id"][row]
        if scope == "individual":
            return self.ranked or who in self.paid or not who
        if scope == "team":
            return who in self.teams or not who
        return True

    def _counts_account(self, columns: Mapping[str, Any], row: int) -> bool:
        owner, team = columns["employee_id"][row], columns["team"][row]
        if self.company or self.ranked or owner in self.paid or not (owner or team):
            return True
        if not self.teams:
            return False
        return team in self.teams if team else not self._of(("team",), {owner}).isdisjoint(self.teams)


def _but_for(scope: _Scope, tables: Tables) -> Tables:
    """The tables with everybody left out but those whose pay is wanted."""
    found = Tables(tables.types, tables)
    others: dict[str, tuple[Issue, ...]] = dict.fromkeys(scope.everyone - scope.paid, ())
    found.left_out = others | tables.left_out
    return found


def _without_rows(
    scope: _Scope, tables: Tables, wrong: Sequence[tuple[str, int]], people: Collection[str]
) -> Tables:
    """The tables without what is wrong and does not count: rows, people's rows, other plans as a whole."""
    drop: dict[str, set[int]] = {}
    for name, row in wrong:
        if name not in ("roster", "changes") or not scope.shared:  # teammates and peers stay what they are
            drop.setdefault(name, set()).add(row)
    for name in ("plans", "components", *PARTS):
        if any(each in drop for each in ("plans", "components", *PARTS)):
            drop[name] = set(scope.unneeded(name, tables[name]))
    for name in {"deals", "credits", "payments"} & set(drop):
        deals = {tables[name].columns["deal_id"][row] for row in drop[name]}
        for each in ("deals", "credits", "payments"):
            ids = tables[each].columns["deal_id"].tolist()
            drop.setdefault(each, set()).update(row for row, deal in enumerate(ids) if deal in deals)
    for name, table in tables.items():
        if people and (name in PERSONAL or name == "results"):
            theirs = (row for row in range(table.rows) if table.person(row) in people)
            drop.setdefault(name, set()).update(theirs)
    found = Tables(tables.types, tables)
    for name, rows in drop.items():
        table = tables[name]
        found[name] = table.take([row for row in range(table.rows) if row not in rows])
    # A salary that could not be read is nobody's that is paid.
    salary = {"base_salary": np.nan_to_num(found["roster"].columns["base_salary"])}
    found["roster"] = replace(found["roster"], columns=found["roster"].columns | salary)
    there = set(found["roster"].columns["employee_id"].tolist())
    found.left_out = {name: why for name, why in tables.left_out.items() if name in there}
    return found
