"""Worked examples of components that pay dollars: the engine run on assumed deals, or on some events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Final

import numpy as np

from csm_xl.analysis.letter_pay.assumed import blank_inputs, filled, name_of
from csm_xl.analysis.letter_pay.terms import YearTerms
from csm_xl.engine.calculation import calculated
from csm_xl.engine.context import RunContext
from csm_xl.engine.loading import not_paid
from csm_xl.errors import CsmError
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.tier_measures import COUNTED, PAYMENT, credited_from, tier_source

_DEAL: Final = "example"
_AMOUNT: Final = 10_000.0
_EVENTS: Final = 3.0
EXAMPLE_GOAL: Final = 100_000.0
"""The goal of an example whose tiers are multiples of a goal."""
_GOAL_OF_DEALS: Final = 10.0
"""That goal where tiers count the deals."""
_MOST_DEALS: Final = 1000
"""An example of more deals is left out."""
_PLAIN: Final[dict[str, Any]] = {
    "modified": False,
    "pool_amount": np.nan,
    "credit_from": (),
    "tier_scope": "individual",
    "gate_measure": "",
}


@dataclass(frozen=True, slots=True)
class Example:
    """What a component that pays dollars pays in one case.

    credited: the amount of each deal (None: events). deals: how many, where their number finds the tier; else
    there is one. events: how many. found_by: the figure that finds the
    tier where the amount does not. goal: of tiers that are multiples of it. amount: money of the pay
    period.
    """

    amount: float
    credited: float | None = None
    events: float | None = None
    found_by: float | None = None
    goal: float | None = None
    deals: int | None = None


Case = tuple[YearTerms, ComponentTerms, Example]
"""A person's component, and what is assumed of it."""
_NONE: Final[Mapping[tuple[str, str], Mapping[str, float]]] = {}


def examples(
    tables: Tables, people: Sequence[YearTerms], goals: Mapping[tuple[str, str], Mapping[str, float]] = _NONE
) -> dict[tuple[str, str], Example]:
    """An example of each commission and SPIF of each person, by employee_id and component_id.

    goals: of tiers that are multiples of a goal, those that are known, by period; under employee_id and
        component_id.
    Errors: all that stops anybody from being paid.
    """
    found: dict[tuple[str, str], Example] = {}
    cases = {
        one.employee_id: [some for terms in one.components if (some := _case(one, terms, goals))]
        for one in people
    }
    base = blank_inputs(tables, people)
    base["gates"] = Table.blank(tables["gates"].schema)
    for number in range(max(map(len, cases.values()), default=0)):
        mine = [some[number] for some in cases.values() if number < len(some)]
        amounts = _paid(base, mine)
        for one, terms, case in mine:
            amount = amounts.get(one.employee_id, 0.0)
            found[one.employee_id, terms.component_id] = replace(case, amount=amount)
    return found


def _case(
    one: YearTerms, terms: ComponentTerms, goals: Mapping[tuple[str, str], Mapping[str, float]]
) -> Case | None:
    """What is assumed for an example; None where a component needs none."""
    if terms.pays_on == "events":
        return None if terms.type == "milestone" else (one, terms, Example(0.0, events=_EVENTS))
    if terms.pays_on != "deals":
        return None
    if terms.tiers is None:
        return one, terms, Example(0.0, _AMOUNT)
    inside, source = _inside(terms.tiers), tier_source(terms.values)
    if source in ("deal", "results"):
        return one, terms, Example(0.0, _AMOUNT, found_by=inside)
    counted, goal = terms.values["tier_basis"] == COUNTED, None
    if terms.tiers_on == "attainment":
        known = goals.get((one.employee_id, terms.component_id), {})
        goal = known.get(one.shown[terms.component_id].period.name) or next(
            iter(known.values()), _GOAL_OF_DEALS if counted else EXAMPLE_GOAL
        )
        inside = round(inside * goal, 2)
    if not counted:
        return one, terms, Example(0.0, inside or _AMOUNT, goal=goal)
    deals = max(ceil(inside), 1)
    return (one, terms, Example(0.0, _AMOUNT, goal=goal, deals=deals)) if deals <= _MOST_DEALS else None


def _inside(tiers: TierTable) -> float:
    """A figure inside the last tier but one that has an end, and inside the last one where there are two."""
    starts = tiers.start
    if len(starts) == 1:
        end = tiers.end[0]
        return float(starts[0]) if end is None and starts[0] else float(end or 0.0) / 2
    at = max(len(starts) - 2, 1)
    after = (
        starts[at + 1]
        if at + 1 < len(starts)
        else tiers.end[at] or starts[at] + (starts[at] - starts[at - 1])
    )
    return round((starts[at] + after) / 2, 6)


def _paid(base: Tables, mine: list[Case]) -> dict[str, float]:
    """What the components pay on the assumed deals and events, in the periods shown."""
    ids = {(terms.plan_id, terms.component_id) for _, terms, _ in mine}
    components = base["components"]
    both = list(
        zip(*(components.columns[name].tolist() for name in ("plan_id", "component_id")), strict=True)
    )
    table = components.take([row for row, key in enumerate(both) if key in ids])
    columns = {name: column.copy() for name, column in table.columns.items()}
    for name, value in _PLAIN.items():
        for row in range(table.rows):
            columns[name][row] = value
    for row in range(table.rows):
        name = name_of(columns["plan_id"][row], columns["component_id"][row])
        source = tier_source({"tier_measure": columns["tier_measure"][row], "tier_scope": "individual"})
        columns["measure"][row] = name
        if source == "results":
            columns["tier_measure"][row] = f"{name}, tier"
    found = Tables(base.types, base)
    found["components"] = replace(table, columns=columns)
    paying = sorted(
        {one.shown[terms.component_id].period for one, terms, _ in mine},
        key=lambda period: (period.start, period.end),
    )
    for name, rows in _inputs(mine, paying).items():
        if rows:
            keys = list(dict.fromkeys(key for row in rows for key in row))
            found[name] = filled(base[name].schema, {key: [row.get(key) for row in rows] for key in keys})
    found.checked = True
    ids_here = {one.employee_id for one, _, _ in mine}
    found.left_out = {
        who: () for who in found["roster"].columns["employee_id"].tolist() if who not in ids_here
    }
    context = RunContext(found, not_paid(found))
    lines = calculated(context, paying)
    if context.issues:
        raise CsmError.of(dict.fromkeys(issue for _, issue in context.issues))
    where = {(one.employee_id, t.component_id, one.shown[t.component_id].period.name) for one, t, _ in mine}
    return {
        line["employee_id"]: line["amount"]
        for line in lines.dicts()
        if (line["employee_id"], line["component_id"], line["period"]) in where
    }


def _inputs(mine: list[Case], paying: Sequence[Period]) -> dict[str, list[dict[str, Any]]]:
    """The rows of what is assumed, by table: deals, one result or some events a person."""
    found: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("deals", "payments", "credits", "events", "results")
    }
    for one, terms, case in mine:
        shown, who, values = one.shown[terms.component_id], one.employee_id, terms.values
        day = min(max(shown.first, terms.valid_from or 0), terms.valid_to or FOREVER, shown.period.end)
        if case.events is not None:
            found["events"].append(
                {"date": day, "employee_id": who, "component_id": terms.component_id, "count": case.events}
            )
            continue
        names = [f"{_DEAL} {who} {number}" for number in range(case.deals or 1)]
        row: dict[str, Any] = {"amount": case.credited, "employee_id": who, "currency": ""}
        row |= dict.fromkeys(("date", "effective_date", "notice_date", "invoice_date"), day)
        row |= {
            "kind": (values.get("deal_kinds") or ("",))[0],
            "product": (values.get("deal_products") or ("",))[0],
        }
        row |= dict.fromkeys(("margin", "term"), case.found_by if tier_source(values) == "deal" else np.nan)
        row["customer_start"] = _customer_start(values, case, day)
        found["deals"] += [row | {"deal_id": deal} for deal in names]
        if values.get("credit_role"):
            role = {"employee_id": who, "role": values["credit_role"], "share": 1.0}
            found["credits"] += [role | {"deal_id": deal} for deal in names]
        if values.get("credit_date") == PAYMENT:
            paid = {"date": day, "amount": case.credited}
            found["payments"] += [paid | {"deal_id": deal} for deal in names]
        measure = name_of(terms.plan_id, terms.component_id)
        for period in paying:
            row = {"period": period.name, "scope": "individual", "id": who}
            if tier_source(values) == "results":
                goal = 1.0 if terms.tiers_on == "attainment" else np.nan
                tier = {"measure": f"{measure}, tier", "actual": case.found_by, "goal": goal}
                found["results"].append(row | tier)
            if case.goal is not None:
                found["results"].append(row | {"measure": measure, "actual": 0.0, "goal": case.goal})
    return found


def _customer_start(values: Any, case: Example, day: int) -> int:
    """The customer's first day, such that the deal is of the assumed year of the customer."""
    if values.get("tier_measure") != "customer_year" or case.found_by is None:
        return day
    return day - int(366 * (max(int(case.found_by), 1) - 1)) - 1


def counts_others(terms: ComponentTerms) -> bool:
    """Whether credits of other people count for a component."""
    return credited_from(terms.values) != ("own",)
