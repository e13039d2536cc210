"""Results that pay nobody: no component looks at their measure or scope, or at that person then."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from math import isnan
from typing import Final

import numpy as np

from csm_xl.errors import NOT_FOUND, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.coded import Coded, merged
from csm_xl.plan.employment import Stay, days_on_plans, same_stays
from csm_xl.plan.findings import Findings, Remarks
from csm_xl.plan.groups import Groups
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.names import did_you_mean, plain_ids, plain_name, same_id
from csm_xl.plan.parts import grouped
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import RESERVED, goal_measure, looks_at
from csm_xl.plan.validate_names import otherwise

UNUSED: Final = "N002"
"""The rule under which rows are named that no plan asks for."""
_MEASURE: Final = "results are of measures that no component uses"
_SCOPE: Final = "results are for a scope in which no component uses their measure"
_PEOPLE: Final = "results are of people whose plan does not use the measure"
_TEAMS: Final = "results are for teams in which nobody's plan uses the measure"
_DAYS: Final = "results are for people in periods in which they are not on a plan that uses the measure"
_COLUMNS: Final = ("measure", "gate_measure", "column_measure", "pool_measure", "tier_measure")
_FIELD: Final = frozenset({"grr", "nrr", "logo", "nps", "csat", "churn", "health", "coverage"})
"""What the field calls its measures: none of these is another one's misspelling."""
_PERIODS: Final = "results are of periods by which nobody is paid on them"
_GOALS: Final = "goals are of measures for which only the actual counts"
_FINE: Final = "None needed if this is intended."
Measure = tuple[str, str]
"""A measure and the scope of its results."""


def looked_at(one: ComponentTerms) -> Iterator[tuple[str, str]]:
    """The measures that a component looks at, each with the scope of its results."""
    for gate in one.gates:
        if gate.on != "payout":
            yield gate.measure, one.scope_of(gate)
    yield from _paid_on(one)


def _paid_on(one: ComponentTerms) -> Iterator[tuple[str, str]]:
    """The measures that decide what a component pays, its gates left out, each with the scope."""
    value = one.values
    if "tier_measure" in value:
        yield from looks_at(value)
        return
    for name in ("measure", "column_measure"):
        if value.get(name):
            yield str(value[name]), one.scope
    if value.get("pool_measure"):
        yield str(value["pool_measure"]), str(value["pool_scope"])


def goals_used(one: ComponentTerms) -> Iterator[tuple[str, str]]:
    """The measures of whose results a component uses the goal, each with the scope."""
    value = one.values
    for gate in one.gates:
        if gate.on == "attainment":
            yield gate.measure, one.scope_of(gate)
    itself = value.get("pool_rate") is not None or value.get("tier_id") or value.get("on") == "actual"
    if value.get("pool_measure") and not itself:
        yield str(value["pool_measure"]), str(value["pool_scope"])
    if "tier_measure" in value:
        yield goal_measure(value)
    elif "part_period" in value:
        return  # a share of a result needs no goal
    elif value.get("on") != "actual" and not value.get("peer_group") and "share_by" not in value:
        for name in ("measure", "column_measure"):
            if value.get(name):
                yield str(value[name]), one.scope


def scopes_of(one: ComponentTerms) -> set[str]:
    """The scopes of the results that a component looks at."""
    return {scope for _, scope in looked_at(one)}


def check_measures(tables: Tables, out: Findings) -> None:
    """Collect the measures on results that no component asks for and that are perhaps misspelled."""
    results = tables["results"]
    used = _measures(tables)
    alike = plain_ids(used)
    for measure, rows in grouped(results, "measure").items() if used else ():
        if measure in used:
            continue
        if same := same_id(measure, alike):
            for row in rows:
                otherwise(results, row, "measure", "the components spell the measure", same, out)
        elif not _of_the_field(measure, used):
            out.warning(results, rows[0], "measure", f"no component uses the measure {measure!r}",
                        f"{did_you_mean(measure, used)}Components use {listed(sorted(used))}.",
                        NOT_FOUND)  # fmt: skip


def _measures(tables: Tables) -> set[str]:
    """The measures that components ask for."""
    columns = tables["components"].columns
    asked = {
        each
        for name in _COLUMNS
        if name in columns
        for each in columns[name].tolist()
        if name != "tier_measure" or each not in RESERVED  # these come from deals
    }
    gates = tables["gates"].columns
    asked |= {
        each
        for each, on in zip(gates["measure"].tolist(), gates["on"].tolist(), strict=True)
        if on != "payout"
    }
    return asked - {""}


def _of_the_field(measure: str, used: Iterable[str]) -> bool:
    """Whether a measure has a name of its own, which is not the misspelling of one that is used: an export
    may hold more than a plan pays on."""
    return plain_name(measure) in _FIELD - {plain_name(one) for one in used}


def paid_kinds(tables: Tables) -> set[str]:
    """The kinds of pay period by which plans and components pay."""
    columns = (tables["plans"].columns["pay_period"], tables["components"].columns["pay_cycle"])
    return {kind for column in columns for kind in column.tolist()} - {""}


def check_unused_results(
    tables: Tables,
    components: Sequence[ComponentTerms],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """Collect the results that no component looks at, each kind to be reported once.

    where_on: each person's days on each plan.
    """
    users: dict[Measure, list[ComponentTerms]] = {}
    for one in components:
        for key in looked_at(one):
            users.setdefault(key, []).append(one)
    table = tables["results"]
    if not users or not table.rows:
        return
    measures, calendar = {measure for measure, _ in users}, Calendar(tables["periods"])
    forecast = set(tables["distributions"].columns["measure"].tolist())
    team_plans = plans_of_teams(tables, where_on)
    plans_of = {key: {one.plan_id for one in using} for key, using in users.items()}
    kinds = paid_kinds(tables)
    ranked_of = {key: any(one.values.get("peer_group") for one in using) for key, using in users.items()}
    days = _Days(users, calendar)
    columns = [table.columns[name] for name in ("period", "scope", "id", "measure")]

    def judged(row: int) -> tuple[str, str, str, str]:
        """What is said about a result, of which kind, how severe, and in which column; blank: nothing."""
        name, scope, who, measure = (column[row] for column in columns)
        using = users.get((measure, scope), ())
        plans, ranked = plans_of.get((measure, scope), set()), ranked_of.get((measure, scope), False)
        stays = where_on.get(who, ())
        what, kind, severity, column = "", "", "note", "id"
        cycles = {one.pay_cycle for one in using}
        known = {"individual": where_on, "team": team_plans}.get(scope)
        if (known is not None and who not in known) or (not using and measure in forecast):
            return "", "", "", ""  # an unknown name is reported already; a forecast may use what pays nobody
        if measure not in measures and not _of_the_field(measure, measures):
            return "", "", "", ""  # reported by check_measures
        if measure not in measures:
            what, kind, column = f"no component uses the measure {measure}", _MEASURE, "measure"
        elif not using:
            what, kind, column = f"no component uses {measure} of scope {scope}", _SCOPE, "scope"
        elif scope == "team" and who in team_plans:
            cycles = {one.pay_cycle for one in using if one.plan_id in team_plans[who]}
            if not cycles:
                what, kind = f"nobody on team {who} is on a plan that uses {measure}", _TEAMS
        elif scope == "individual" and stays and not ranked:
            if plans.isdisjoint(stay.plan_id for stay in stays):
                what, kind = f"no plan of {who} uses {measure}", _PEOPLE
            elif not (cycles := days.cycles((measure, scope), stays, name)):
                what, kind, severity = f"{who} is on no plan in {name} that uses {measure}", _DAYS, "warning"
        period = days.period(name)
        if not what and period and period.kind in kinds - cycles:
            what = f"{name} is a {period.kind}, but {measure} of {who or scope} is paid by the"
            what += f" {listed(sorted(cycles))}: this pays nobody"
            kind, column = _PERIODS, "period"
        return what, kind, severity, column

    alike = _alike(table, where_on, team_plans)
    odd = np.array([bool(judged(row)[0]) for row in alike.first.tolist()], dtype=bool)
    for row in np.flatnonzero(odd[alike.of_row]).tolist():
        what, kind, severity, column = judged(row)
        hint = "Correct the row, or remove it." if severity == "warning" else _FINE
        rule = "" if severity == "warning" else UNUSED
        out.warning(table, row, column, what, hint, kind=kind, severity=severity, rule=rule)
    _check_unused_goals(tables, components, out)


def _alike(
    table: Table, where_on: Mapping[str, Sequence[Stay]], team_plans: Mapping[str, set[str]]
) -> Groups:
    """The results that are of one period, scope and measure, and of people or teams on the same plans."""

    def who(scope: str, name: str) -> Hashable:
        if scope == "team":
            plans = team_plans.get(name)
            return None if plans is None else frozenset(plans)
        stays = where_on.get(name)
        return None if stays is None else same_stays(stays)

    same = table.groups("scope", "id")
    scopes, ids = (table.columns[name][same.first].tolist() for name in ("scope", "id"))
    whose = merged(Coded(list(map(who, scopes, ids)), same.of_row))
    return Groups([table.coded("period"), table.coded("scope"), table.coded("measure"), whose])


def _check_unused_goals(tables: Tables, components: Sequence[ComponentTerms], out: Remarks) -> None:
    """Goals of measures that are paid on the actual alone, as pools are, where a person thinks that the goal
    counts. Beside a gate on the actual a goal is only what exports have."""
    table = tables["results"]
    by_actual = {each for one in components if one.own_unit or "share_by" in one.values
                 for each in _paid_on(one)}  # fmt: skip
    needless = by_actual - {each for one in components for each in goals_used(one)}
    for (measure, scope), rows in grouped(table, "measure", "scope").items() if needless else ():
        for row in rows if (measure, scope) in needless else ():
            goal = table.columns["goal"][row]
            if not isnan(goal):
                what = f"the goal {goal:,.10g} of {measure} is not used: only its actual counts"
                out.warning(table, row, "goal", what, _FINE, kind=_GOALS, severity="note", rule=UNUSED)


class _Days:
    """By which kinds of pay period people are paid on a measure while it is in effect in a period; what holds
    for many is found once."""

    def __init__(self, users: Mapping[Measure, Sequence[ComponentTerms]], calendar: Calendar) -> None:
        self._users, self._calendar = users, calendar
        self._periods: dict[str, Period | None] = {}
        self._known: dict[tuple[Measure, str, int, int], set[str]] = {}

    def period(self, name: str) -> Period | None:
        """The period of that name; None where there is none."""
        if name not in self._periods:
            self._periods[name] = self._calendar.known(name)
        return self._periods[name]

    def cycles(self, measure: Measure, stays: Iterable[Stay], name: str) -> set[str]:
        """The kinds of pay period by which the person with these stays is paid on a measure in the period of
        that name; of a name that is none, of which something is said already, those of everybody."""
        if (period := self.period(name)) is None:
            return {one.pay_cycle for one in self._users[measure]}
        return set().union(*(
            self._in_effect(measure, plan, first, last) for plan, first, last in days_on_plans(stays, period)
        ))  # fmt: skip

    def _in_effect(self, measure: Measure, plan: str, first: int, last: int) -> set[str]:
        key = (measure, plan, first, last)
        if key not in self._known:
            using = (one for one in self._users[measure] if one.plan_id == plan)
            self._known[key] = {one.pay_cycle for one in using if one.overlaps(first, last)}
        return self._known[key]


def plans_of_teams(tables: Tables, where_on: Mapping[str, Sequence[Stay]]) -> dict[str, set[str]]:
    """Team → the plans that its people are ever on."""
    found: dict[str, set[str]] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for who, team in zip(columns["employee_id"].tolist(), columns["team"].tolist(), strict=True):
            if team:
                found.setdefault(team, set()).update(stay.plan_id for stay in where_on.get(who, ()))
    return found
