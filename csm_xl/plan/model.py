"""A plan as its terms: which version of a plan and of its components is in effect on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from csm_xl.errors import CsmError
from csm_xl.pay.curves import Curve
from csm_xl.pay.matrix import Matrix
from csm_xl.pay.plan_rounding import Rounding
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.gates import Gate, gates_by_component, own_gate
from csm_xl.plan.parts import PARTS, grouped, part_faults
from csm_xl.plan.period_shares import plan_shares
from csm_xl.plan.schema.component_kind import PaysOn
from csm_xl.plan.tables import Table, Tables


@dataclass(eq=False, repr=False)
class PlanTerms:
    """A dated version of a plan: the columns of the plans table, None where nothing is stated.

    valid_from, valid_to: first and last day as ordinals. A blank `valid_to` ends the day before the
        plan's next version begins; None: no end.
    row: its row in the plans table. where: its place, for findings.
    """

    plan_id: str
    model: str
    pay_period: str
    target_basis: str
    plan_name: str | None
    valid_from: int | None
    valid_to: int | None
    currency: str
    target_value: float | None
    base_share: float | None
    combination: str
    plan_cap: float | None
    max_payout: float | None
    max_salary_ratio: float | None
    modifier_floor: float | None
    modifier_cap: float | None
    valuation: str
    proration: str
    rounding: str
    rounding_unit: float
    over_assignment: bool
    year_start: int
    version_rule: str
    round_attainment: float | None
    round_ratio: float | None
    round_composite: float | None
    round_payout: float | None
    round_target: float | None
    round_mode: str
    round_award: float | None
    round_award_mode: str | None
    individual_floor: float | None
    individual_cap: float | None
    payment_threshold: float | None
    must_be_employed: str
    minimum_days: float | None
    waiting_days: float | None
    forfeit_reasons: tuple[str, ...] | None
    ramp_start: str
    work_week: tuple[str, ...] | None
    period_shares: tuple[Fraction, ...] | None
    row: int
    where: str

    @property
    def roundings(self) -> Rounding:
        """What the plan rounds on the way to pay."""
        return Rounding(
            self.round_attainment, self.round_ratio, self.round_composite, self.round_payout,
            self.round_target, self.round_mode, self.round_award, self.round_award_mode or self.round_mode,
        )  # fmt: skip

    @property
    def time_basis(self) -> str:
        """What the time of a period is counted in: calendar_days, or as the plan prorates. With daily values
        every day counts as such, so that months and workdays do not apply."""
        if self.proration == "calendar" or (
            self.valuation == "daily" and self.proration not in ("days_365", "days_360")
        ):
            return "calendar_days"
        return self.proration


@dataclass(eq=False, repr=False)
class ComponentTerms:
    """A dated version of a component.

    valid_from, valid_to: as in `PlanTerms`. pool_amount: the most that everyone of the plan gets together
    in a pay period. round_award: the unit to which its payouts are rounded. pay_cycle: the kind of pay period
    that it is paid by, its plan's where it states none.
    composite: the name of the one that is rounded together. payout_of: the component whose payout ratio
    (or attainment, as payout_of_on says) multiplies this one's, or is an alternative to it (as
    payout_of_join says). gates: the conditions on which it pays in
    full.
    pays_on: the table whose rows its type pays.
    values: the parameters of its type by name, None where nothing is stated.
    curve, tiers, ramp, season, matrix: what curve_id, tier_id and so on name. tiers_on: what the tiers'
    bounds measure, ``amount`` or ``attainment``. ramp: shares by month of tenure. season: shares by
    period of the plan year. row: its row in the components table. where: its place. own: which of weight,
    threshold, goal and maximum are a person's own.
    """

    plan_id: str
    component_id: str
    type: str
    pays_on: PaysOn | None
    component_name: str | None
    pool_amount: float | None
    round_award: float | None
    composite: str | None
    payout_of: str | None
    payout_of_on: str
    payout_of_join: str
    pay_cycle: str
    valid_from: int | None
    valid_to: int | None
    values: Mapping[str, Any]
    curve: Curve | None
    tiers: TierTable | None
    tiers_on: str
    ramp: tuple[float, ...] | None
    season: tuple[float, ...] | None
    matrix: Matrix | None
    gates: tuple[Gate, ...]
    row: int
    where: str
    own: frozenset[str] = frozenset()

    @property
    def own_unit(self) -> bool:
        """Whether its curve or matrix is stated in the measure's own unit, not in attainment."""
        return self.values.get("on") == "actual"

    @property
    def scope(self) -> str:
        """Whose result of its measure counts: the person's own where it states none."""
        return str(self.values.get("scope") or "individual")

    def scope_of(self, gate: Gate) -> str:
        """Whose result a gate looks at: what it states itself, else as the component does."""
        return str(gate.scope or self.scope)

    @property
    def pooled(self) -> bool:
        """Whether people share a pool in it, so that what one is paid depends on the others."""
        return self.pool_amount is not None or "share_by" in self.values

    @property
    def by_team(self) -> bool:
        """Whether each team shares a pool of its own."""
        return self.values.get("pool_scope") == "team"

    @property
    def on_composite(self) -> bool:
        """Whether its curve is read at the weighted average attainment of its composite."""
        return self.values.get("on") == "composite"

    def overlaps(self, first: int, last: int) -> bool:
        """Whether it is in effect on any day from first to last."""
        return _covers(self.valid_from, self.valid_to, first, last)


_READ: Final = ("plans", "components", "gates", *PARTS)
"""The tables that plans are in."""


def plan_book(tables: Tables) -> PlanBook:
    """The plans of some tables: the same ones for other tables with the same plans, as where an analysis pays
    people for other results.

    Errors: as for `PlanBook`.
    """
    plans = tables["plans"]
    book: PlanBook | None = plans.book
    if book is None or any(book.read[name] is not tables[name] for name in _READ):
        book = plans.book = PlanBook(tables)
    return book


class PlanBook:
    """The plans of some tables, as `plan_book` gives them.

    read: the tables that plans are in. types: the component types by name.
    parts: table → the curves, tier tables, ramps, seasons and matrices in it, by name.
    Errors: `CsmError` with every one of them that cannot be.
    """

    def __init__(self, tables: Tables) -> None:
        self.types = tables.types
        self.read: dict[str, Table] = {name: tables[name] for name in _READ}
        issues = part_faults(tables)
        if issues:
            raise CsmError.of(issues)
        self.parts: dict[str, dict[str, Any]] = {
            name: {which: make(tables, rows) for which, rows in grouped(tables[name], key).items()}
            for name, (key, make) in PARTS.items()
        }

    @cached_property
    def _plans(self) -> dict[str, tuple[PlanTerms, ...]]:
        table = self.read["plans"]
        ends = version_ends(table, ("plan_id",))
        names = [
            field.name
            for field in fields(PlanTerms)
            if field.name not in ("row", "where", "valid_to", "year_start", "period_shares")
        ]
        found: dict[str, list[PlanTerms]] = {}
        for row in range(table.rows):
            terms = PlanTerms(**{name: table.value(row, name) for name in names}, valid_to=ends[row],
                              year_start=int(table.columns["year_start"][row]),
                              period_shares=plan_shares(table.value(row, "period_shares")), row=row,
                              where=table.where(row, "plan_id"))  # fmt: skip
            found.setdefault(terms.plan_id, []).append(terms)
        return {
            name: tuple(sorted(each, key=lambda terms: terms.valid_from or 0)) for name, each in found.items()
        }

    @cached_property
    def _components(self) -> dict[str, tuple[ComponentTerms, ...]]:
        table = self.read["components"]
        ends = version_ends(table, ("plan_id", "component_id"))
        found: dict[str, list[ComponentTerms]] = {}
        gates = gates_by_component(self.read["gates"])
        for row in range(table.rows):
            type_ = str(table.columns["type"][row])
            kind = self.types.get(type_)
            columns = kind.columns if kind else ()
            values = {column.name: table.value(row, column.name) for column in columns}
            tiers, on = self._part("tiers", values, "tier_id") or (None, "amount")
            plan, name = table.value(row, "plan_id"), table.value(row, "component_id")
            terms = ComponentTerms(
                plan_id=plan,
                component_id=name,
                type=type_,
                pays_on=kind.pays_on if kind else None,
                component_name=table.value(row, "component_name"),
                pool_amount=table.value(row, "pool_amount"),
                round_award=table.value(row, "round_award"),
                composite=table.value(row, "composite"),
                payout_of=table.value(row, "payout_of"),
                payout_of_on=table.value(row, "payout_of_on"),
                payout_of_join=table.value(row, "payout_of_join"),
                pay_cycle=table.value(row, "pay_cycle") or self.pay_period(table.value(row, "plan_id")),
                valid_from=table.value(row, "valid_from"),
                valid_to=ends[row],
                values=MappingProxyType(values),
                curve=self._part("curves", values, "curve_id"),
                tiers=tiers,
                tiers_on=on,
                ramp=self._part("ramps", values, "ramp_id"),
                season=self._part("seasons", values, "season_id"),
                matrix=self._part("matrices", values, "matrix_id"),
                gates=(*own_gate(values, row), *gates.get((plan, ""), ()), *gates.get((plan, name), ())),
                row=row,
                where=table.where(row, "component_id"),
            )
            found.setdefault(terms.plan_id, []).append(terms)
        return {name: tuple(each) for name, each in found.items()}

    def _part(self, table: str, values: Mapping[str, Any], column: str) -> Any:
        return self.parts[table].get(values.get(column) or "")

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The plans in the order of their table."""
        return tuple(self._plans)

    def versions(self, plan_id: str) -> tuple[PlanTerms, ...]:
        """The versions of a plan, earliest first; none where there is no such plan."""
        return self._plans.get(plan_id, ())

    def pay_period(self, plan_id: str) -> str:
        """The kind of pay period of a plan, the same in all its versions; blank where there is no such
        plan."""
        return next((str(terms.pay_period) for terms in self.versions(plan_id)), "")

    def cycles(self, plan_id: str, first: int = 0, last: int = FOREVER) -> tuple[str, ...]:
        """The kinds of pay period that a plan pays by: its own, and those of the components that have their
        own and are in effect on any day from first to last."""
        own = (self.pay_period(plan_id),) if self.versions(plan_id) else ()
        return tuple(dict.fromkeys(
            (*own, *(terms.pay_cycle for terms in self.overlapping(plan_id, first, last)))
        ))  # fmt: skip

    def version(self, plan_id: str, day: int) -> PlanTerms | None:
        """The version of a plan in effect on a day; None where there is none."""
        return next((terms for terms in self.versions(plan_id)
                     if _covers(terms.valid_from, terms.valid_to, day, day)), None)  # fmt: skip

    def components(self, plan_id: str, day: int) -> tuple[ComponentTerms, ...]:
        """The components of a plan in effect on a day, in the order of their table."""
        return self.overlapping(plan_id, day, day)

    def every_component(self) -> tuple[ComponentTerms, ...]:
        """Every version of every component."""
        return tuple(terms for each in self._components.values() for terms in each)

    def overlapping(self, plan_id: str, first: int, last: int) -> tuple[ComponentTerms, ...]:
        """The component versions of a plan in effect on any day from first to last, in table order."""
        return tuple(terms for terms in self._components.get(plan_id, ()) if terms.overlaps(first, last))


def _covers(start: int | None, end: int | None, first: int, last: int) -> bool:
    return (start is None or start <= last) and (end is None or first <= end)


def version_ends(
    table: Table, key: tuple[str, ...], first: str = "valid_from", last: str = "valid_to"
) -> list[int | None]:
    """For each row the last day of its version: as typed, else the day before the next one begins.

    key: what the versions of one thing share. first, last: the columns of their days.
    """
    ends: list[int | None] = [None] * table.rows
    start, typed = table.columns[first], table.columns[last]
    for rows in grouped(table, *key).values():
        in_order = sorted(rows, key=lambda row: int(start[row]))
        for row, after in zip(in_order, [*in_order[1:], None], strict=True):
            if typed[row]:
                ends[row] = int(typed[row])
            elif after is not None:
                ends[row] = int(start[after]) - 1
    return ends
