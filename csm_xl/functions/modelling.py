"""Worksheet functions that model plans: comparison, goal seek, cost drivers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.cache import Rows, cached
from csm_xl.functions.known_tables import known_tables
from csm_xl.functions.registry import Result, cell, function, tables
from csm_xl.plan import cells
from csm_xl.plan.decisions import what_if
from csm_xl.plan.tables import RawTable

_PERIOD: Final = cell(
    "Pay period, such as 2026-Q1, 2026-03 or 2026; a longer one includes all periods inside it."
)
_TABLES: Final = tables("Ranges with headers: plans, components, roster, results, curves, and so on.")
_SAMPLE: Final = (
    '{"plan_id","model","pay_period","target_basis","target_value";"A","base_bonus","quarter","ratio",0.1;'
    '"B","base_bonus","quarter","ratio",0.12}, '
    '{"plan_id","component_id","type","weight","measure","cap";"A","Retention","metric",1,"NRR",1.1;'
    '"B","Retention","metric",1,"NRR",1.2}, '
    '{"employee_id","plan_id","base_salary","hire_date";"E0001","A",80000,"2024-01-01"}, '
    '{"period","scope","id","measure","actual","goal";"2026-Q1","individual","E0001","NRR",1.15,1}'
)


@function(
    "Plan, people, analysis",
    Result("Totals, changes, groups and people; the first column names the part.", "", "block"),
    {
        "period": _PERIOD,
        "plan_a": cell("The plan people are on now."),
        "plan_b": cell("The plan to compare it with."),
        "tables": _TABLES,
    },
    examples=(f'CSM_PLANDIFF("2026-Q1", "A", "B", {_SAMPLE})',),
)
def plan_diff(period: Any, plan_a: Any, plan_b: Any, *tables: RawTable) -> list[list[Any]]:
    """Pay of everyone on one plan under another: who gains, the cost, and which change causes it.

    Rows by part: total, change, adjustment, plan, level, location, manager, person. Changes are applied one
    after another and add up to the total.
    Errors: #N/A for a plan that is not in the tables; any error in them.
    """
    return cached(_diff, what_if(tables), period, _name(plan_a, "plan_a"), _name(plan_b, "plan_b"))


def _diff(tables: Sequence[RawTable], *given: Any) -> Rows:
    from csm_xl.analysis.diff import diff_of_plans

    return diff_of_plans(known_tables(tables), *given).rows()


def _name(given: Any, where: str) -> str:
    try:
        return str(cells.text(given) or "")
    except cells.BadCell as bad:
        raise CsmError(VALUE, bad.message, where, str(given), bad.hint) from None


@function(
    "Plan, people, analysis",
    Result("One row per answer: what, value, to, payout there, payout now, note.", "", "block"),
    {
        "what": cell("What to find: attainment, rate, target or curve."),
        "amount": cell("Target payout for the period."),
        "period": _PERIOD,
        "of": cell("The component of attainment or rate, the plan of target, curve@attainment of curve."),
        "employee_id": cell("Employee or plan to solve for; blank: everyone."),
        "tables": _TABLES,
    },
    examples=(
        f'CSM_SOLVE("attainment", 1500, "2026-Q1",, "E0001", {_SAMPLE})',
        f'CSM_SOLVE("target", 3000, "2026-Q1", "A",, {_SAMPLE})',
    ),
)
def solve(
    what: Any, amount: Any, period: Any, of: Any = None, employee_id: Any = None, *tables: RawTable
) -> list[list[Any]]:
    """Goal seek: every attainment, rate, target or curve point that gives a target payout, verified by paying
    people.

    If pay is constant over a range, it runs from value to `to`; a blank `to` means no end. For one component,
    the target payout is its own.
    Errors: #NUM! if nothing gives the payout, with the nearest possible one; #N/A for an unknown name;
    any error in the tables.
    """
    word, sum_ = _name(what, "what").casefold(), _number(amount, "amount")
    return cached(
        _solved, what_if(tables), word, sum_, period, _name(of, "of"), _name(employee_id, "employee_id")
    )


def _solved(tables: Sequence[RawTable], *given: Any) -> Rows:
    from csm_xl.analysis.solve import solve as analysis

    return analysis(known_tables(tables), *given).rows()


@function(
    "Plan, people, analysis",
    Result("One row per input: value, cost at low, current and high value, swing.", "", "block"),
    {
        "period": _PERIOD,
        "change": cell("How far each input is moved, as a fraction of it; blank: 0.1."),
        "tables": _TABLES,
    },
    examples=(f'CSM_SENSITIVITY("2026-Q1", 0.1, {_SAMPLE})',),
)
def sensitivity(period: Any, change: Any = 0.1, *tables: RawTable) -> list[list[Any]]:
    """Cost drivers: each input lower and higher, strongest first.

    Inputs: attainments, goals, deals, salaries, headcount as FTE, targets, rates, caps, floors, gates, curve
    points, tiers, modifiers. Everyone is paid again for each.
    Errors: #VALUE! for a change outside 0 to 1, or several currencies; any error in the tables.
    """
    return cached(_swings, what_if(tables), period, _number(change, "change"))


def _swings(tables: Sequence[RawTable], *given: Any) -> Rows:
    from csm_xl.analysis.sensitivity import sensitivity as analysis

    return analysis(known_tables(tables), *given).rows()


def _number(given: Any, where: str) -> float:
    try:
        return float(cells.number(given) or 0.0)
    except cells.BadCell as bad:
        raise CsmError(VALUE, bad.message, where, str(given), bad.hint) from None
