"""Accounts and answers of people whose plan does not use them, where those of others are used.

Such an account perhaps names a wrong owner: the retention of the right one lacks it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from csm_xl.pay.measures import MEASURES
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import Stay, days_on_plans
from csm_xl.plan.findings import Remarks
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED, looked_at, plans_of_teams

_ACCOUNTS: Final = "accounts are of people whose plan does not use accounts then"
_ANSWERS: Final = "answers are about people whose plan does not use the measure then"
_HINT: Final = "Correct the person. None needed if this is intended."
Use = tuple[str, ComponentTerms]
"""A scope, and a component that looks at results of it."""


def check_unused_owners(
    tables: Tables,
    components: Sequence[ComponentTerms],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """Collect accounts and answers that count for nobody, since no plan of their person looks at them.

    where_on: each person's days on each plan.
    """
    owners = _Owners(tables, where_on)
    _check_accounts(tables, components, owners, out)
    _check_answers(tables, components, owners, out)


class _Owners:
    """Whether what names a person, or a team, counts for somebody.

    where_on: each person's days on each plan.
    """

    def __init__(self, tables: Tables, where_on: Mapping[str, Sequence[Stay]]) -> None:
        self._where_on = where_on
        self._team_plans = plans_of_teams(tables, where_on)
        self._teams: dict[str, set[str]] = {}
        for name in ("roster", "changes"):
            columns = (tables[name].columns[each].tolist() for each in ("employee_id", "team"))
            for who, team in zip(*columns, strict=True):
                self._teams.setdefault(who, set()).add(team)

    def counts(self, who: str, team: str, period: Period, uses: Iterable[Use]) -> bool:
        """Whether something of a period counts by one of the uses, or is reported elsewhere.

        who: whom it names. team: its own one; blank: that of the person.
        """
        stays = self._where_on.get(who, ())
        if not stays or stays[-1].last < period.start:
            return True  # an unknown name, or who left: both are reported already
        teams = {team} if team else self._teams.get(who, set())
        plans = set[str]().union(*(self._team_plans.get(name, ()) for name in teams))
        days = list(days_on_plans(stays, period))
        return any(
            one.pay_cycle == period.kind
            and (
                any(plan == one.plan_id and one.overlaps(first, last) for plan, first, last in days)
                if scope == "individual"
                else one.plan_id in plans and one.overlaps(period.start, period.end)
            )
            for scope, one in uses
        )


def _all_count(uses: Sequence[Use]) -> bool:
    """Whether those of everybody count: for the company, or where people are ranked."""
    return any(scope == "company" or one.values.get("peer_group") for scope, one in uses)


def _check_accounts(
    tables: Tables, components: Sequence[ComponentTerms], owners: _Owners, out: Remarks
) -> None:
    table, calendar = tables["accounts"], Calendar(tables["periods"])
    uses = [(scope, one) for one in components for measure, scope in looked_at(one)
            if measure in MEASURES or one.values.get("book_adjusted")]  # fmt: skip
    of_years = any(one.values.get("tier_measure") == "customer_year" for one in components)
    if not table.rows or not uses or of_years or _all_count(uses):
        return
    kinds = {one.pay_cycle for _, one in uses}
    same = table.groups("period", "employee_id", "team")
    unused, some = [], False
    for row in same.first.tolist():
        name, who, team = (table.columns[each][row] for each in ("period", "employee_id", "team"))
        period = calendar.known(name)
        counts = period is None or period.kind not in kinds or owners.counts(who, team, period, uses)
        some |= counts
        unused.append(not counts)
    for row in np.flatnonzero(np.array(unused, dtype=bool)[same.of_row]).tolist() if some else ():
        account, who, name = (table.columns[each][row] for each in ("account_id", "employee_id", "period"))
        what = f"no plan of {who} uses accounts in {name}, so account {account} pays nobody"
        out.warning(table, row, "employee_id", what, _HINT, kind=_ACCOUNTS, severity="note", rule=UNUSED)


def _check_answers(
    tables: Tables, components: Sequence[ComponentTerms], owners: _Owners, out: Remarks
) -> None:
    table, calendar = tables["answers"], Calendar(tables["periods"])
    users: dict[str, list[Use]] = {}
    for one in components if table.rows else ():
        for measure, scope in looked_at(one):
            users.setdefault(measure, []).append((scope, one))
    same = table.groups("measure", "employee_id", "team", "date")
    periods: dict[tuple[str, int], list[Period]] = {}
    counted, unused = set[str](), []
    for row in same.first.tolist():
        measure, who, team = (str(table.columns[each][row]) for each in ("measure", "employee_id", "team"))
        day, uses = int(table.columns["date"][row]), users.get(measure, [])
        every = []
        for kind in {one.pay_cycle for _, one in uses}:
            if (kind, day) not in periods:
                periods[kind, day] = calendar.holding(kind, day, day)
            every += periods[kind, day]
        counts = not every or _all_count(uses)
        counts = counts or any(owners.counts(who, team, period, uses) for period in every)
        counted |= {measure} if counts else set()
        unused.append(not counts)
    for row in np.flatnonzero(np.array(unused, dtype=bool)[same.of_row]).tolist():
        measure, who = table.columns["measure"][row], table.columns["employee_id"][row]
        if measure in counted:
            what = f"no plan of {who} uses {measure} then, so this answer pays nobody"
            out.warning(table, row, "employee_id", what, _HINT, kind=_ANSWERS, severity="note", rule=UNUSED)
