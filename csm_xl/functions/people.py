"""Worksheet functions for plans and people: everyone's payouts, and one person's explanation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from csm_xl.errors import VALUE, CsmError, Issue
from csm_xl.functions.registry import Result, cell, function, tables
from csm_xl.plan.tables import RawTable, Tables

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

    Errors: any error in the tables, all at once, with argument, row and column; a ratio that was typed as a
    percentage, such as a target of 20, which is 2,000% of the salary.
    """
    from csm_xl.engine.run import run

    read, percentages = _read(tables)
    if percentages:
        raise CsmError.of(percentages)
    return run(read, period).rows()


@function(
    "Plan, people, analysis",
    Result("Step, formula in words, inputs, value, and source.", "", "block"),
    {"employee_id": cell("Employee whose pay to explain."), "period": _PERIOD, "tables": _TABLES},
    examples=(f'CSM_EXPLAIN("E0001", "2026-Q1", {_SAMPLE})',),
)
def explain(employee_id: Any, period: Any, *tables: RawTable) -> list[list[Any]]:
    """One person's pay for a period, one step per row, from salary to the rounded amount.

    Errors: #N/A for an employee who is not on the roster; any error in the tables, as for
    CSM_PAYOUTS.
    """
    from csm_xl.engine.explain import explain as steps
    from csm_xl.plan.cells import text
    from csm_xl.plan.dependence import for_people

    read, percentages = _read(tables)
    found = steps(read, employee_id, period)
    if percentages and isinstance(read, Tables):
        percentages = for_people(read, percentages, [str(text(employee_id))])[1]
    if percentages:
        raise CsmError.of(percentages)
    return found


def _read(given: Sequence[RawTable]) -> tuple[Tables | Sequence[RawTable], list[Issue]]:
    """Tables as they were read, and the ratios in them that stop every payment.

    Tables with an error are left as they are given: the payment says all that is wrong.
    """
    from csm_xl.analysis.lint import lint
    from csm_xl.engine.loading import read_tables_to_pay
    from csm_xl.plan.plausible import PERCENTAGE

    read, issues = read_tables_to_pay(given)
    if any(issue.severity == "error" for issue in issues):
        return given, []
    return read, [
        Issue(VALUE, each.message, each.where, None, each.hint, person=each.person)
        for each in lint(read, [PERCENTAGE])
        if each.severity == "error"
    ]
