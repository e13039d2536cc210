"""Which components the What-if cannot follow to another attainment, and why."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.parts import grouped, not_on_attainment
from csm_xl.plan.table import Tables

_ROUNDED: Final = ("round_attainment", "round_ratio", "round_composite", "round_payout", "round_award")
_LIMITED: Final = ("max_payout", "max_salary_ratio")
_OWN: Final = ("payout_of", "max_amount", "round_award")
"""Columns of a component that another attainment does not show."""


def as_today(tables: Tables) -> dict[tuple[str, str], str]:
    """Plan and component → why another attainment does not show what it pays; those that it shows are left
    out. What a single column of the components says is seen by the sheet itself."""
    components, plans, gates = tables["components"], tables["plans"], tables["gates"]
    rounded = {
        plans.columns["plan_id"][row] for row in range(plans.rows)
        if any(plans.value(row, name) is not None for name in _ROUNDED)
    }  # fmt: skip
    limited = {
        plans.columns["plan_id"][row] for row in range(plans.rows)
        if any(plans.value(row, name) is not None for name in _LIMITED)
    }  # fmt: skip
    gated = set(zip(gates.columns["plan_id"].tolist(), gates.columns["component_id"].tolist(), strict=True))
    asked = {
        (gates.columns["plan_id"][row], gates.columns["measure"][row])
        for row in range(gates.rows) if gates.columns["on"][row] == "payout"
    } | {
        (components.columns["plan_id"][row], other)
        for row in range(components.rows) if (other := components.value(row, "payout_of"))
    }  # fmt: skip
    strict = not_on_attainment(tables)
    found = {}
    for (plan, name), rows in grouped(components, "plan_id", "component_id").items():
        stated = {column for column in _OWN if column in components.columns
                  for row in rows if components.value(row, column) is not None}  # fmt: skip
        curves = {components.columns["curve_id"][row] for row in rows if "curve_id" in components.columns}
        on = {components.columns["on"][row] for row in rows if "on" in components.columns}
        reasons = (
            ("own unit", "actual" in on),
            ("one curve of several measures", "composite" in on),
            ("points to exceed", bool(curves & strict)),
            ("gates", not {(plan, ""), (plan, name)}.isdisjoint(gated)),
            ("another's payout", "payout_of" in stated),
            ("others need its payout", (plan, name) in asked),
            ("maximum amount", "max_amount" in stated),
            ("maximum payout of the plan", plan in limited),
            ("rounded by the plan", plan in rounded or "round_award" in stated),
        )
        if words := next((words for words, there in reasons if there), ""):
            found[plan, name] = words
    return found
