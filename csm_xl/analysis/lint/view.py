"""What rules ask about plans: components in effect together, what they can pay, and who is on the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import Any, Final, TypeVar

import numpy as np

from csm_xl.engine.components import component_types
from csm_xl.engine.components.shared import apply_limits_and_gate
from csm_xl.engine.context import RunContext
from csm_xl.engine.lookup.account_goals import AccountGoals
from csm_xl.errors import CsmError
from csm_xl.pay.adjust import limit
from csm_xl.pay.attainment import attainment
from csm_xl.pay.rounding import Array
from csm_xl.plan.calendar import Calendar, sound_calendar
from csm_xl.plan.deal_kinds import wanted_deals
from csm_xl.plan.employment import FOREVER, History, Stay
from csm_xl.plan.exchange import worth
from csm_xl.plan.model import ComponentTerms, PlanTerms, plan_book
from csm_xl.plan.paid_in import Currencies
from csm_xl.plan.parts import PARTS, grouped
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables

_T = TypeVar("_T")

PERCENT: Final = 10.0
"""No plan requires or pays ten times the goal: such a ratio was entered as a percentage."""
OTHER_GOAL: Final = ("peer_group", "ramp_id", "season_id", "matrix_id")
"""With one of these columns filled, attainment does not follow from results alone."""
_FAR: Final = 1e6
"""An attainment beyond which no limited payout rises any more."""


@dataclass(frozen=True)
class Design:
    """A version of a plan, with the components in effect together."""

    plan: PlanTerms
    components: tuple[ComponentTerms, ...]

    @property
    def target(self) -> tuple[ComponentTerms, ...]:
        """The components with a share of the target incentive."""
        return tuple(
            one
            for one in self.components
            if component_types()[one.type].target_based and one.values["weight"]
        )

    @property
    def commission(self) -> tuple[ComponentTerms, ...]:
        """The components that pay on deals."""
        return tuple(one for one in self.components if one.pays_on == "deals")


class View:
    """Tables ready to be checked. sound: without rows that have errors. given: as they were read. until: last
    day of the period being paid; None means that of the latest period with results.
    """

    def __init__(self, sound: Tables, given: Tables, until: int | None = None) -> None:
        self._until = until
        self.tables = _with_whole_parts(sound)
        self.complete = {
            name: table.rows > 0 and table.rows == given[name].rows for name, table in self.tables.items()
        }
        self.book = plan_book(self.tables)
        self._once: dict[Callable[..., Any], list[Any]] = {}

    def once(self, find: Callable[[View], Iterable[_T]]) -> list[_T]:
        """Results shared by several rules, computed once."""
        if find not in self._once:
            self._once[find] = list(find(self))
        return self._once[find]

    def at(self, one: ComponentTerms, column: str) -> str:
        """The place of a cell of a component."""
        return self.tables["components"].where(one.row, column)

    def of_plan(self, plan: PlanTerms, column: str) -> str:
        """The place of a cell of a plan."""
        return self.tables["plans"].where(plan.row, column)

    def of_part(self, table: str, name: str, row: int, column: str) -> str:
        """The place of a cell in a curve, tier table and so on; row counts from 0 within it."""
        return self.tables[table].where(self.rows[table][name][row], column)

    @cached_property
    def rows(self) -> dict[str, dict[str, list[int]]]:
        """Table of parts → name → its rows."""
        return {name: grouped(self.tables[name], key) for name, (key, _) in PARTS.items()}

    @cached_property
    def designs(self) -> tuple[Design, ...]:
        """Every version of every plan, with each set of components in effect together."""
        return tuple(design for plan in self.book.plan_ids for design in self._designs(plan))

    def _designs(self, plan_id: str) -> Iterator[Design]:
        for plan in self.book.versions(plan_id):
            first, last = plan.valid_from or 1, plan.valid_to or FOREVER
            within = self.book.overlapping(plan_id, first, last)
            days = {first} | {one.valid_from or first for one in within}
            days |= {one.valid_to + 1 for one in within if one.valid_to is not None}
            together = (self.book.components(plan_id, day) for day in sorted(days) if first <= day <= last)
            for components in dict.fromkeys(together):
                yield Design(plan, components)

    @cached_property
    def components(self) -> tuple[ComponentTerms, ...]:
        """Every version of every component."""
        return self.book.every_component()

    @cached_property
    def shaped(self) -> tuple[ComponentTerms, ...]:
        """The components whose payout ratio depends on one attainment, if their numbers can be ratios."""
        return tuple(
            one for one in self.components if component_types()[one.type].target_based and _shaped(one)
        )

    @cached_property
    def stays(self) -> dict[str, list[Stay]]:
        """Each person's days on each plan."""
        return History(self.tables).stays()

    @cached_property
    def people(self) -> dict[str, list[str]]:
        """Plan → everyone who is ever on it."""
        found: dict[str, dict[str, None]] = {}
        for person, each in self.stays.items():
            for stay in each:
                found.setdefault(stay.plan_id, {})[person] = None
        return {plan: list(names) for plan, names in found.items()}

    @cached_property
    def worth(self) -> Array:
        """The amount of each deal in the currency in which it is paid, as `csm_xl.plan.exchange.worth`."""
        return worth(self.tables)

    def deals_of(self, one: ComponentTerms) -> Array:
        """What the deals of the kinds that a component pays for are worth."""
        amounts: Array = self.worth[wanted_deals(one.values, self.tables["deals"].columns)]
        return amounts[~np.isnan(amounts)]

    def sold(self, one: ComponentTerms) -> dict[tuple[str, str], list[float]]:
        """Person and pay period → what the deals on which a component pays them are worth."""
        deals, credits = self.tables["deals"].columns, self.tables["credits"].columns
        wanted, role = wanted_deals(one.values, deals), str(one.values.get("credit_role") or "").casefold()
        shares: dict[str, list[tuple[str, str, float]]] = {}
        names = ("deal_id", "employee_id", "role", "share")
        for deal, who, part, share in zip(*(credits[name].tolist() for name in names), strict=True):
            shares.setdefault(deal, []).append((who, part.casefold(), share))
        periods = [each for each in self.periods if each.kind == one.pay_cycle]
        found: dict[tuple[str, str], list[float]] = {}
        columns = (deals[name].tolist() for name in ("deal_id", "employee_id", "date"))
        each_deal = zip(*columns, self.worth.tolist(), wanted.tolist(), strict=True)
        for deal, owner, day, amount, counts in each_deal:
            period = next((each.name for each in periods if each.start <= day <= each.end), "")
            if not period or not counts or np.isnan(amount):
                continue
            for who, part, share in shares.get(deal) or [(owner, "csm", 1.0)]:
                if who and role in ("", part):
                    found.setdefault((who, period), []).append(amount * share)
        return found

    @cached_property
    def account_goals(self) -> AccountGoals | None:
        """Goals of retention from the goals of accounts; None where no account has one."""
        if not self.complete["accounts"] or np.isnan(self.tables["accounts"].columns["goal"]).all():
            return None
        return RunContext(self.tables).account_goals

    def goals(self, measure: str, scope: str) -> list[float]:
        """The goals above 0 of a measure, in results or from accounts."""
        rows = self.reached.get((measure, scope), []) if self.complete["results"] else []
        found = [goal for goal in self.tables["results"].columns["goal"][rows].tolist() if goal > 0]
        if self.account_goals:
            for period, codes in self.account_goals.taken(measure, scope).items():
                means = self.account_goals.by_code(measure, scope, period)
                found += [float(means[code].goal) for code in codes]
        return found

    @cached_property
    def on_roster(self) -> dict[str, int]:
        """Employee → the row of the roster."""
        return {name: row for row, name in enumerate(self.tables["roster"].columns["employee_id"].tolist())}

    @cached_property
    def currency_of(self) -> list[str]:
        """The currency of each row of the roster."""
        known = Currencies(self.tables)
        return [known.of(person) for person in self.on_roster]

    @cached_property
    def salary_of(self) -> dict[str, float]:
        """Employee → the last salary in employment changes, otherwise that of the roster."""
        columns, changes = self.tables["roster"].columns, self.tables["changes"].columns
        found = dict(zip(columns["employee_id"].tolist(), columns["base_salary"].tolist(), strict=True))
        for row in np.argsort(changes["from"], kind="stable").tolist():
            if changes["base_salary"][row] > 0:
                found[changes["employee_id"][row]] = float(changes["base_salary"][row])
        return found

    @cached_property
    def calendar(self) -> Calendar | None:
        """The pay periods; None where the periods table has errors, which are reported."""
        return sound_calendar(self.tables["periods"])

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """The periods of results and goals, in order of time."""
        named = {name for table in ("results", "goals") for name in self.tables[table].columns["period"]}
        found = []
        for name in sorted(named) if self.calendar else ():
            try:
                found.append(self.calendar.find(name))  # type: ignore[union-attr]
            except CsmError:
                continue  # reported with the cell
        return tuple(sorted(found, key=lambda period: (period.end, period.start)))

    @property
    def until(self) -> int | None:
        """The last day of the period being paid; None where it is unknown."""
        return self._until or (self.periods[-1].end if self.periods else None)

    @cached_property
    def reached(self) -> dict[tuple[str, str], list[int]]:
        """Measure and scope → the rows of its results."""
        return grouped(self.tables["results"], "measure", "scope")

    def attainments(self, one: ComponentTerms) -> Array:
        """Attainments by period of the people on a component's plan, their teams or the company. Empty where
        the component does not measure against the goals on results.
        """
        none = np.zeros(0)
        value, columns = one.values, self.tables["results"].columns
        if value.get("measure") is None or any(map(value.get, OTHER_GOAL)):
            return none
        people = set(self.people.get(one.plan_id, ()))
        roster = self.tables["roster"].columns
        pairs = zip(roster["employee_id"], roster["team"], strict=True)
        whose = {"individual": people, "team": {team for who, team in pairs if who in people}}
        scope = value["scope"]
        rows = [
            row for row in self.reached.get((value["measure"], scope), ())
            if scope == "company" or columns["id"][row] in whose[scope]
        ]  # fmt: skip
        actual, goal = columns["actual"][rows], columns["goal"][rows]
        usable = ~np.isnan(actual) & (np.nan_to_num(goal) > 0)
        if value["method"] == "inverse" and value["direction"] == "lower":
            usable &= np.nan_to_num(actual) > 0
        if not usable.any():
            return none
        return attainment(actual[usable], goal[usable], value["direction"], value["method"])


def ratio(one: ComponentTerms, reached: list[float]) -> list[float]:
    """The payout ratio at each attainment before gates, as the engine pays it."""
    found = apply_limits_and_gate(one, np.array(reached, dtype=np.float64), {}, None).ratio
    assert found is not None
    return [round(each, 9) for each in found.tolist()]


def knots(one: ComponentTerms) -> list[tuple[float, float]]:
    """The points of a component's curve, with payouts after cap and floor; empty without a curve."""
    if one.curve is None:
        return []
    payout = limit(list(one.curve.payout), None, one.curve.cap)
    bounded = limit(payout, one.values["floor"], one.values["cap"])
    return list(zip(one.curve.attainment, bounded.tolist(), strict=True))


def most(one: ComponentTerms) -> float:
    """The highest payout ratio that a component can reach; infinite if unlimited."""
    if one.matrix is not None:
        return float(limit(np.max(one.matrix.payout), None, one.values["cap"]))
    far, farther = ratio(one, [_FAR, 2 * _FAR])
    return inf if farther > far else round(max([far, *(payout for _, payout in knots(one))]), 9)


def _shaped(one: ComponentTerms) -> bool:
    value = one.values
    if one.own_unit or value.get("matrix_id") or (value["curve_id"] and one.curve is None):
        return False
    numbers = [value["cap"] or 0.0, value["floor"] or 0.0]
    if one.curve is not None:
        numbers += [*one.curve.attainment, *one.curve.payout, one.curve.cap or 0.0]
    return max(numbers) <= PERCENT


def _with_whole_parts(tables: Tables) -> Tables:
    """The tables without invalid curves, tiers and so on, which are already reported."""
    found = Tables(tables.types, tables)
    for name, (key, make) in PARTS.items():
        kept = []
        for rows in grouped(tables[name], key).values():
            try:
                make(tables, rows)
            except CsmError:
                continue
            kept += rows
        found[name] = tables[name] if len(kept) == tables[name].rows else tables[name].take(sorted(kept))
    return found
