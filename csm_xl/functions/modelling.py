"""Worksheet functions that model plans: compared, solved for a sum, moved to see what the cost hangs on."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.kept import Rows, kept
from csm_xl.functions.registry import Result, cell, function, tables
from csm_xl.plan import cells
from csm_xl.plan.decisions import what_if
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
    """What everyone on one plan would be paid under another: who gains, the cost, which change does it.

    Rows by part: total, change, adjustment, plan, level, location, manager, person. Changes are made one
    after another and sum to the total.
    Errors: #N/A for a plan that is not in the tables; whatever is wrong in any of them.
    """
    return kept(_diff, what_if(tables), period, _name(plan_a, "plan_a"), _name(plan_b, "plan_b"))


def _diff(*given: Any) -> Rows:
    from csm_xl.analysis.diff import diff_of_plans

    return diff_of_plans(*given).rows()


def _name(given: Any, where: str) -> str:
    try:
        return str(cells.text(given) or "")
    except cells.BadCell as bad:
        raise CsmError(VALUE, bad.message, where, str(given), bad.hint) from None


@function(
    "Plan, people, analysis",
    Result(
        "One per answer: what, value, to, what the plan pays there, what it pays now, a note.", "", "block"
    ),
    {
        "what": cell("What is looked for: attainment, rate, target or curve."),
        "amount": cell("What is to be paid in the period."),
        "period": _PERIOD,
        "of": cell("The component of attainment or rate, the plan of target, curve@attainment of curve."),
        "employee_id": cell("Whose pay it is; blank: everyone's together."),
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
    """Every attainment, rate, target or curve point at which people are paid a sum, proved by paying them.

    A stretch over which pay stays runs from value to `to`; a blank `to` has no end. The attainment of one
    component pays the sum by that component alone.
    Errors: #NUM! where nothing pays the sum, with the nearest that can be paid; #N/A for an unknown name;
    whatever is wrong in any of the tables.
    """
    word, sum_ = _name(what, "what").casefold(), _number(amount, "amount")
    return kept(
        _solved, what_if(tables), word, sum_, period, _name(of, "of"), _name(employee_id, "employee_id")
    )


def _solved(*given: Any) -> Rows:
    from csm_xl.analysis.solve import solve as analysis

    return analysis(*given).rows()


@function(
    "Plan, people, analysis",
    Result("One per input: its value, the cost where it is low, as it is and high, the swing.", "", "block"),
    {
        "period": _PERIOD,
        "change": cell("How far each input is moved, as a part of it; blank: 0.1."),
        "tables": _TABLES,
    },
    examples=(f'CSM_SENSITIVITY("2026-Q1", 0.1, {_SAMPLE})',),
)
def sensitivity(period: Any, change: Any = 0.1, *tables: RawTable) -> list[list[Any]]:
    """What the cost of the plans depends on: each input lower and higher, the strongest first.

    Inputs: attainments, goals, deals, salaries, headcount as FTE, targets, rates, caps, floors, gates, points
    of curves, tiers, modifiers. Each is paid anew.
    Errors: #VALUE! for a change outside 0 to 1, or several currencies; whatever is wrong in the tables.
    """
    return kept(_swings, what_if(tables), period, _number(change, "change"))


def _swings(*given: Any) -> Rows:
    from csm_xl.analysis.sensitivity import sensitivity as analysis

    return analysis(*given).rows()


def _number(given: Any, where: str) -> float:
    try:
        return float(cells.number(given) or 0.0)
    except cells.BadCell as bad:
        raise CsmError(VALUE, bad.message, where, str(given), bad.hint) from None
