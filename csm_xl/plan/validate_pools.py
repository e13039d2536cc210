"""Whether pools that are shared out by weights state what they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import tier_bounds
from csm_xl.plan.tables import Tables


def check_shared_pools(tables: Tables, out: Findings) -> None:
    """Collect the pools without an amount, without a weight, or funded by a curve of no measure."""
    table, plans = tables["components"], tables["plans"].columns
    on = tier_bounds(tables["tiers"])
    valuation = dict(zip(plans["plan_id"].tolist(), plans["valuation"].tolist(), strict=True))
    for row in range(table.rows):
        kind = tables.types.get(str(table.columns["type"][row]))
        if kind is None or "share_by" not in kind.names:
            continue
        name = f"component {table.columns['component_id'][row]}"
        by = table.value(row, "share_by")
        for column, what, hint in _wrong_fund({one: table.value(row, one) for one in _FUND}, on):
            out.error(table, row, column, f"{name}: {what}", hint)
        if by == "measure" and not table.value(row, "measure"):
            what = f"{name}: the pool is shared by a measure, but there is none"
            hint = "Type the measure whose results are the weights, or salary or days as share_by."
            out.error(table, row, "measure", what, hint)
        curve = table.value(row, "curve_id")
        if curve and not table.value(row, "pool_measure"):
            what = f"{name}: the curve {curve} funds the pool, but there is no measure to look up in it"
            hint = "Type the measure that funds the pool, or clear curve_id."
            out.error(table, row, "pool_measure", what, hint)
        if by == "salary" and valuation.get(table.value(row, "plan_id")) not in (None, "daily"):
            what = f"{name}: shares by salary count by days, but the plan takes the salary of one day"
            hint = "Make the plan's valuation daily, or share by a measure or days."
            out.error(table, row, "share_by", what, hint)


_FUND: Final = ("pool_amount", "pool_measure", "pool_rate", "tier_id", "curve_id", "on")
_CLEAR: Final = "Clear one of the two."


def _wrong_fund(value: Mapping[str, Any], on: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Column, what is wrong and what to do, of what funds a pool."""
    ways = [name for name in ("pool_rate", "tier_id", "curve_id") if value[name] is not None]
    itself = bool(value["pool_measure"]) and any(name in ways for name in ("pool_rate", "tier_id"))
    if value["pool_amount"] is None and not itself:
        yield "pool_amount", "the pool has no amount", "Fill pool_amount, or pool_measure and pool_rate."
    if len(ways) > 1:
        yield ways[-1], f"{ways[0]} and {ways[-1]} would both fund the pool", _CLEAR
    if value["tier_id"] and not value["pool_measure"]:
        hint = "Type the measure that funds the pool, or clear tier_id."
        yield "pool_measure", f"the tiers {value['tier_id']} fund the pool, but there is no measure", hint
    if value["tier_id"] and on.get(value["tier_id"]) == "attainment":
        what = f"the tiers {value['tier_id']} are multiples of a goal, but the actual itself funds the pool"
        yield "tier_id", what, "Set on to amount in their first row."
    if value["on"] == "actual" and not value["curve_id"]:
        hint = "Type a curve, a pool_rate or a tier_id, or set on to attainment."
        yield "on", "the actual is not a share of the pool amount", hint
