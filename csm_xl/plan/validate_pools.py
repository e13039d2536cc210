"""Whether pools that are shared out by weights state what they need."""

from __future__ import annotations

from csm_xl.plan.findings import Findings
from csm_xl.plan.tables import Tables


def check_shared_pools(tables: Tables, out: Findings) -> None:
    """Collect the pools without an amount, without a weight, or funded by a curve of no measure."""
    table, plans = tables["components"], tables["plans"].columns
    valuation = dict(zip(plans["plan_id"].tolist(), plans["valuation"].tolist(), strict=True))
    for row in range(table.rows):
        kind = tables.types.get(str(table.columns["type"][row]))
        if kind is None or "share_by" not in kind.names:
            continue
        name = f"component {table.columns['component_id'][row]}"
        by = table.value(row, "share_by")
        if table.value(row, "pool_amount") is None:
            out.error(table, row, "pool_amount", f"{name}: the pool has no amount", "Fill pool_amount.")
        if by == "measure" and not table.value(row, "measure"):
            what = f"{name}: the pool is shared by a measure, but there is none"
            hint = "Type the measure whose results are the weights, or salary or days as share_by."
            out.error(table, row, "measure", what, hint)
        curve = table.value(row, "curve_id")
        if curve and not table.value(row, "pool_measure"):
            what = f"{name}: the curve {curve} funds the pool, but there is no measure to look up in it"
            hint = "Type the company's measure that funds the pool, or clear curve_id."
            out.error(table, row, "pool_measure", what, hint)
        if by == "salary" and valuation.get(table.value(row, "plan_id")) not in (None, "daily"):
            what = f"{name}: shares by salary count by days, but the plan takes the salary of one day"
            hint = "Make the plan's valuation daily, or share by a measure or days."
            out.error(table, row, "share_by", what, hint)
