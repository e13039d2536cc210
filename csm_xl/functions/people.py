"""Worksheet functions for plans and people: everyone's payouts, and one person's explanation."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.functions.registry import Result, cell, function, tables
from csm_xl.plan.tables import RawTable

_PERIOD: Final = cell(
    "Pay period, such as 2026-Q1, 2026-03 or 2026; a longer one includes all periods inside it."
)
_TABLES: Final = tables("Ranges with headers: plans, components, roster, results, curves, and so on.")
_SAMPLE: Final = (
    '{"plan_id","model","pay_period","target_basis","target_value";"A","base_bonus","quarter","ratio",0.1}, '
    '{"plan_id","component_id","type","weight","measure";"A","Retention","metric",1,"NRR"}, '
    '{"employee_id","plan_id","base_salary","hire_date";"E0001","A",80000,"2024-01-01"}, '
    '{"period","scope","id","measure","actual","goal";"2026-Q1","individual","E0001","NRR",1.05,1}'
)


@function(
    "Plan, people, analysis",
    Result("One row per period, participant, plan and component, with a column for every step.", "", "block"),
    {"period": _PERIOD, "tables": _TABLES},
    examples=(f'CSM_PAYOUTS("2026-Q1", {_SAMPLE})',),
)
def payouts(period: Any, *tables: RawTable) -> list[list[Any]]:
    """Payouts of everyone on the roster: the whole calculation, one row per participant and component.

    Errors: any error in the tables, all at once, with argument, row and column.
    """
    from csm_xl.engine.run import run

    return run(tables, period).rows()


@function(
    "Plan, people, analysis",
    Result("Step, formula in words, inputs, value, and source.", "", "block"),
    {"employee_id": cell("Employee whose pay to explain."), "period": _PERIOD, "tables": _TABLES},
    examples=(f'CSM_EXPLAIN("E0001", "2026-Q1", {_SAMPLE})',),
)
def explain(employee_id: Any, period: Any, *tables: RawTable) -> list[list[Any]]:
    """One person's pay for a period, one step per row, from salary to the rounded amount.

    Errors: #N/A for an employee who is not on the roster; any error in the tables.
    """

    from csm_xl.engine.explain import explain as steps

    return steps(tables, employee_id, period)
