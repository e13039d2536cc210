"""Whether payouts that are rounded to a unit of their own go together with what else a plan says."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from csm_xl.pay.rounding import as_fraction
from csm_xl.plan.findings import Findings
from csm_xl.plan.parts import grouped
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_parameters import NOT_USED


def check_awards(tables: Tables, out: Findings) -> None:
    """Collect the units of payouts that contradict what else the plan says, or that decide nothing."""
    plans, components = tables["plans"], tables["components"]
    of_plan = grouped(components, "plan_id")
    for plan, rows in grouped(plans, "plan_id").items():
        mine = of_plan.get(plan, ())
        own = [row for row in mine if components.value(row, "round_award") is not None]
        for row in rows:
            _check_plan(tables, row, mine, bool(own), out)
            for table, at in ((plans, row), *((components, at) for at in own)):
                for message, hint in _wrong(plans, row, table, at):
                    out.error(table, at, "round_award", message, hint)
        for row in own:
            if components.value(row, "pool_amount") is not None or _shares_pool(tables, row):
                what = "what a pool pays adds up to the pool, and is not rounded again"
                hint = "Clear round_award, or pay the component without a pool."
                out.error(components, row, "round_award", what, hint)
    _check_paid(tables, out)


def _shares_pool(tables: Tables, row: int) -> bool:
    """Whether a component shares out a pool."""
    kind = tables.types.get(str(tables["components"].columns["type"][row]))
    return kind is not None and "share_by" in kind.names


def _check_plan(tables: Tables, row: int, mine: Any, own: bool, out: Findings) -> None:
    plans, components = tables["plans"], tables["components"]
    plan, unit = plans.value(row, "plan_id"), plans.value(row, "round_award")
    if unit is None:
        if plans.value(row, "round_award_mode") is not None and not own:
            out.warning(plans, row, "round_award_mode", f"neither plan {plan} nor a component of it has a"
                        " round_award, so round_award_mode is not used", "Clear it, or type a unit.",
                        kind=NOT_USED)  # fmt: skip
        return
    if own:
        out.error(plans, row, "round_award", f"plan {plan} rounds the payout, and components of it round"
                  " theirs", "Round the components, or the payout of the plan.")  # fmt: skip
    mode = plans.value(row, "round_award_mode") or plans.value(row, "round_mode")
    for at in mine:
        name = components.value(at, "component_id")
        if components.value(at, "pool_amount") is not None or _shares_pool(tables, at):
            out.error(plans, row, "round_award", f"component {name} pays from a pool, which would no longer"
                      " add up", "Type round_award on the other components, not on the plan.")  # fmt: skip
        if components.value(at, "max_amount") is not None and mode != "down":
            out.error(components, at, "max_amount", f"plan {plan} rounds its payout, which may bring {name}"
                      " above its maximum", "Type round_award on the components, not on the plan, or set"
                      " round_award_mode to down.")  # fmt: skip


def _wrong(plans: Table, row: int, table: Table, at: int) -> Iterator[tuple[str, str]]:
    """What contradicts the unit of a plan, or of a component of it."""
    unit = table.value(at, "round_award")
    if unit is None:
        return
    if plans.value(row, "rounding") == "total":
        what = "the plan rounds people's totals to cents (rounding = total), over all of their plans"
        yield what, "Clear rounding, or round_award."
    cents = plans.value(row, "rounding_unit")
    if Fraction(as_fraction(unit) / as_fraction(cents)).denominator != 1:
        yield f"this is not a multiple of the rounding_unit {cents:g}", f"Type a multiple of {cents:g}."
    limit = "max_payout" if table is plans else "max_amount"
    most = table.value(at, limit)
    if most is not None and 0 < most < unit:
        what = (
            f"{limit} is {most:,.10g}, less than the unit of {unit:,.10g}, so nobody would be paid anything"
        )
        yield what, f"Type a unit below {limit}, or correct {limit}."


def _check_paid(tables: Tables, out: Findings) -> None:
    """What was really paid of a year to date must say what it was before it was rounded."""
    paid, plans, components = tables["paid"], tables["plans"], tables["components"]
    if not paid.rows or "cumulative" not in components.columns:
        return
    whole = {plans.value(row, "plan_id") for row in range(plans.rows)
             if plans.value(row, "round_award") is not None}  # fmt: skip
    rounded = {
        (components.value(row, "plan_id"), components.value(row, "component_id"))
        for row in range(components.rows)
        if components.columns["cumulative"][row] != "discrete"
        and (components.value(row, "round_award") is not None or components.value(row, "plan_id") in whole)
    }
    for row in range(paid.rows):
        of = (paid.value(row, "plan_id"), paid.value(row, "component_id"))
        if of in rounded and paid.value(row, "before_modifier") is None:
            out.error(paid, row, "before_modifier", f"the payout of {of[1]} is rounded, and its year to date"
                      " needs what was earned before that", "Type the amount before rounding.")  # fmt: skip
