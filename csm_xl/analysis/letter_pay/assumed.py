"""Tables of people with assumed results: the plan's own arithmetic, and inputs that nobody has measured yet.

Each target-based component gets a result of its own for each person and pay period, with a goal of 1, so
that any attainment can be put in. What cannot be assumed for one person alone is left out, and a letter says
so: the conditions on other measures, modifiers, pools, ranks among peers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from csm_xl.analysis.letter_pay.figures import Assumed, at_goal
from csm_xl.analysis.letter_pay.terms import YearTerms, plan_year, whoever_leaves
from csm_xl.analysis.scenario import with_table
from csm_xl.engine.components import component_types
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.columns import empty
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms, PlanBook, plan_book
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_MEASURED: Final = (
    "results",
    "goals",
    "deals",
    "payments",
    "credits",
    "events",
    "modifiers",
    "accounts",
    "answers",
    "paid",
    "arrangements",
    "adjustments",
    "reviews",
    "rates",
    "grants",
    "other_pay",
)
"""What happened: it is assumed, not read."""
_PLAIN: Final[dict[str, Any]] = {
    "measure_from": "results",
    "peer_group": "",
    "ramp_id": "",
    "season_id": "",
    "book_adjusted": False,
    "modified": False,
    "pool_amount": np.nan,
}
"""Columns of components, and what leaves out what depends on more than an attainment."""


def name_of(plan_id: str, component_id: str) -> str:
    """The measure used in place of a component's own."""
    return f"{component_id} of {plan_id}"


def is_target_based(terms: ComponentTerms) -> bool:
    """Whether a component pays a share of the target incentive."""
    return component_types()[terms.type].target_based


def with_assumptions(tables: Tables, people: Sequence[YearTerms]) -> AssumedTables:
    """The tables of some people with their target-based components alone, on assumed results."""
    found = blank_inputs(tables, people)
    found["components"] = _components(tables)
    found["gates"] = _gates(tables)
    found["targets"] = _targets(tables, found["targets"])
    return AssumedTables(found, people)


def blank_inputs(tables: Tables, people: Sequence[YearTerms]) -> Tables:
    """The tables of some people, without anything that was measured or that happened."""
    tables = whoever_leaves(tables)
    wanted = {terms.employee_id for terms in people}
    found = with_table(tables, *(Table.blank(tables[name].schema) for name in _MEASURED if name in tables))
    for name in ("roster", "changes", "targets"):
        ids = tables[name].columns["employee_id"].tolist()
        found[name] = tables[name].take([row for row, who in enumerate(ids) if who in wanted])
    plans = tables["plans"]
    found["plans"] = replace(
        plans, columns=plans.columns | {"payment_threshold": np.full(plans.rows, np.nan)}
    )
    return found


def own_gates(terms: ComponentTerms) -> tuple[bool, ...]:
    """For each gate of a component, whether it looks at the very attainment that the component pays on."""
    own = str(terms.values.get("measure") or "")
    found = [
        gate.on == "attainment"
        and gate.measure == own
        and terms.scope_of(gate) == terms.scope
        and gate.direction == terms.values.get("direction")
        and not terms.own_unit
        for gate in terms.gates
    ]
    # Of conditions one of which must be met, another may be met too: then these do not decide.
    alone = all(mine for gate, mine in zip(terms.gates, found, strict=True) if gate.join == "any")
    return tuple(
        mine and (alone or gate.join == "all") for gate, mine in zip(terms.gates, found, strict=True)
    )


def _components(tables: Tables) -> Table:
    """The target-based components, each on a measure of its own."""
    table = tables["components"]
    types = component_types()
    table = table.take(
        [row for row, name in enumerate(table.columns["type"].tolist()) if types[name].target_based]
    )
    columns = {name: column.copy() for name, column in table.columns.items()}
    for name, value in _PLAIN.items():
        columns[name][:] = value
    gated = columns["gate_measure"]
    own_gate = (gated == columns["measure"]) & (columns["gate_on"] == "attainment")
    own_gate &= (columns["gate_scope"] == "") | (columns["gate_scope"] == columns["scope"])
    own_gate &= (columns["gate_direction"] == columns["direction"]) & (columns["on"] != "actual")
    for row in range(table.rows):
        measure = name_of(columns["plan_id"][row], columns["component_id"][row])
        columns["gate_measure"][row] = measure if gated[row] and own_gate[row] else ""
        columns["gate_scope"][row] = ""
        if columns["measure"][row]:
            columns["measure"][row] = measure
        if columns["column_measure"][row]:
            columns["column_measure"][row] = f"{measure}, columns"
        columns["scope"][row] = "individual"
        if columns["on"][row] == "actual" and columns["cumulative"][row] == "ytd_sum":
            columns["cumulative"][row] = "ytd_latest"  # the figure is that of the year to date
    return replace(table, columns=columns)


def _gates(tables: Tables) -> Table:
    """The gates that look at the attainment of their own component, each as a gate of that component."""
    table, rows, named = tables["gates"], list[int](), list[ComponentTerms]()
    seen = set[tuple[str, str, int]]()
    for terms in plan_book(tables).every_component():
        for gate, own in zip(terms.gates, own_gates(terms), strict=True):
            key = (terms.plan_id, terms.component_id, gate.row)
            if gate.table == "gates" and own and key not in seen:
                seen.add(key)
                rows.append(gate.row)
                named.append(terms)
    found = table.take(rows)
    columns = dict(found.columns)
    for name, values in (
        ("component_id", [terms.component_id for terms in named]),
        ("measure", [name_of(terms.plan_id, terms.component_id) for terms in named]),
        ("scope", ["individual"] * len(named)),
    ):
        columns[name] = np.array([*values, None], dtype=object)[:-1]
    return replace(found, columns=columns)


def _targets(tables: Tables, targets: Table) -> Table:
    """The rows of targets without goals, which results of their own unit alone have as curve points."""
    components = tables["components"].columns
    in_units = {
        name
        for name, on in zip(components["component_id"].tolist(), components["on"].tolist(), strict=True)
        if on == "actual"
    }
    kept = np.array([name in in_units for name in targets.columns["component_id"].tolist()], dtype=bool)
    goals = np.where(kept, targets.columns["goal"], np.nan) if targets.rows else targets.columns["goal"]
    return replace(targets, columns=targets.columns | {"goal": goals})


class AssumedTables:
    """Tables with a row for each result that is assumed."""

    def __init__(self, tables: Tables, people: Sequence[YearTerms]) -> None:
        self.tables = tables
        book, calendar = plan_book(tables), Calendar(tables["periods"])
        self._periods: dict[tuple[str, str, int], list[Period]] = {}
        self._results: list[tuple[str, str, str]] = []
        self._goals: list[tuple[str, str]] = []
        self._terms: list[ComponentTerms] = []
        on = _plans_of(tables)
        for one in people:
            for plan_id in on[one.employee_id]:
                self._add(one, book, calendar, plan_id)
        self._goals = list(dict.fromkeys(self._goals))

    def _add(self, one: YearTerms, book: PlanBook, calendar: Calendar, plan_id: str) -> None:
        own = {(terms.plan_id, terms.component_id, terms.valid_from): terms for terms in one.components}
        every: dict[str, list[ComponentTerms]] = {}
        for terms in book.overlapping(plan_id, 0, FOREVER):
            if is_target_based(terms):
                every.setdefault(terms.component_id, []).append(
                    own.get((plan_id, terms.component_id, terms.valid_from), terms)
                )
        for component_id, versions in every.items():
            measure = name_of(plan_id, component_id)
            for period in self._around(one, book, calendar, plan_id, {terms.pay_cycle for terms in versions}):
                there = [terms for terms in versions if terms.overlaps(period.start, period.end)]
                terms = max(there or versions, key=lambda terms: terms.valid_from or 0)
                if terms.pays_on == "goals":
                    self._goals.append((period.name, one.employee_id))
                    continue
                self._results.append((period.name, one.employee_id, measure))
                self._terms.append(terms)
                if terms.matrix is not None:
                    self._results.append((period.name, one.employee_id, f"{measure}, columns"))
                    self._terms.append(terms)

    def _around(
        self, one: YearTerms, book: PlanBook, calendar: Calendar, plan_id: str, kinds: set[str]
    ) -> list[Period]:
        """The periods of a plan that the pay of the plan year may look at: those of plans may overlap."""
        found: list[Period] = []
        for kind in sorted(kinds):
            key = (plan_id, kind, one.year)
            if key not in self._periods:
                version = book.versions(plan_id)[-1]
                years = range(one.year - 1, one.year + 2)
                self._periods[key] = [
                    each for year in years for each in plan_year(calendar, version, kind, year)
                ]
            found += self._periods[key]
        return found

    def at(self, figures: dict[tuple[str, str], Assumed]) -> Tables:
        """The tables with some figures, by employee_id and measure (see `name_of`); others are at goal."""
        results = self.tables["results"].schema
        rows: dict[str, list[Any]] = {name: [] for name in results.names}
        goals: dict[str, float] = {}
        for (period, who, measure), terms in zip(self._results, self._terms, strict=True):
            plain = measure.removesuffix(", columns")
            said = figures.get((who, plain))
            if said is None or said.own_unit != terms.own_unit:
                said = at_goal(terms)  # also of a version in another unit than the one that is asked for
            actual, goal = _as_result(terms, said, plain != measure)
            row = (period, "individual", who, measure, actual, goal)
            for name, value in zip(("period", "scope", "id", "measure", "actual", "goal"), row, strict=True):
                rows[name].append(value)
        for (who, measure), said in figures.items():
            if measure == GOALS:
                goals[who] = said.figure
        found = with_table(
            self.tables,
            filled(results, rows),
            filled(
                self.tables["goals"].schema,
                {
                    "period": [period for period, _ in self._goals],
                    "employee_id": [who for _, who in self._goals],
                    "goal": ["assumed"] * len(self._goals),
                    "weight": [1.0] * len(self._goals),
                    "score": [goals.get(who, 1.0) for _, who in self._goals],
                },
            ),
        )
        found.checked = True  # the plan and the people were; what is assumed is right as it is made
        return found


GOALS: Final = "personal goals"
"""The name in place of a measure for the score of personal goals."""


def _as_result(terms: ComponentTerms, said: Assumed, columns: bool) -> tuple[float, float]:
    """Actual and goal that make what is assumed."""
    figure = said.across if columns and said.across is not None else said.figure
    if terms.own_unit:
        return figure, np.nan
    direction = str(terms.values["column_direction" if columns else "direction"])
    if direction == "higher":
        return figure, 1.0
    if not columns and terms.values["method"] == "inverse":
        return 1.0, figure
    return round(2.0 - figure, 12), 1.0


def _plans_of(tables: Tables) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for name in ("roster", "changes"):
        columns = tables[name].columns
        for who, plan in zip(columns["employee_id"].tolist(), columns["plan_id"].tolist(), strict=True):
            if plan:
                found.setdefault(who, {})[plan] = None
    return {who: list(plans) for who, plans in found.items()}


def filled(schema: TableSchema, rows: dict[str, list[Any]]) -> Table:
    """A table of some columns; the others are blank."""
    count = len(next(iter(rows.values())))
    columns = {column.name: empty(column, count) for column in schema.columns}
    for name, values in rows.items():
        if name in columns:
            columns[name][:] = values
    return Table(schema, columns, count, lines=np.arange(count))
