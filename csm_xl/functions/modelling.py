"""Worksheet functions that model plans: two of them compared on the same people and results."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.registry import Result, cell, function, tables
from csm_xl.plan import cells
from csm_xl.plan.tables import RawTable

_PERIOD: Final = cell("Pay period such as 2026-Q1, 2026-03 or 2026; a longer one takes all inside it.")
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
    Result("Totals, changes, groups and people, told apart by the first column.", "", "block"),
    {
        "period": _PERIOD,
        "plan_a": cell("The plan that people are on."),
        "plan_b": cell("The plan whose terms everyone on plan_a would have instead."),
        "tables": _TABLES,
    },
    examples=(f'CSM_PLANDIFF("2026-Q1", "A", "B", {_SAMPLE})',),
)
def plan_diff(period: Any, plan_a: Any, plan_b: Any, *tables: RawTable) -> list[list[Any]]:
    """What everyone on one plan would be paid under another: who gains, the cost, and which change does it.

    Rows by part: total, change (each rule made after the ones before it: its before and after are the cost of
    everyone without and with it, its differences sum to the total), plan, level, location, manager, person.
    Errors: #N/A for a plan that is not in the tables; whatever is wrong in any of them.
    """
    from csm_xl.analysis.diff import diff_of_plans

    return diff_of_plans(tables, period, _name(plan_a, "plan_a"), _name(plan_b, "plan_b")).rows()


def _name(given: Any, where: str) -> str:
    try:
        return str(cells.text(given) or "")
    except cells.BadCell as bad:
        raise CsmError(VALUE, bad.message, where, str(given), bad.hint) from None
