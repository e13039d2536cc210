"""The worksheet function for the cost forecast by Monte Carlo simulation."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.cache import Rows, cached
from csm_xl.functions.known_tables import known_tables
from csm_xl.functions.registry import Result, cell, function, tables
from csm_xl.plan.cells import BadCell, number, text
from csm_xl.plan.decisions import what_if
from csm_xl.plan.tables import RawTable

VIEWS: Final = ("cost", "people")
_SAMPLE: Final = (
    '{"plan_id","model","pay_period","target_basis","target_value";"A","base_bonus","quarter","ratio",0.1}, '
    '{"plan_id","component_id","type","weight","measure";"A","Retention","metric",1,"NRR"}, '
    '{"employee_id","plan_id","base_salary","hire_date";"E0001","A",80000,"2024-01-01"}, '
    '{"period","scope","id","measure","actual","goal";"2026-Q1","individual","E0001","NRR",1.05,1}, '
    '{"measure","kind","spread";"NRR","normal",0.05}'
)


@function(
    "Plan, people, analysis",
    Result("Figures of the cost, one per row, or one row per person.", "money", "block"),
    {
        "period": cell("Pay period, such as 2026-Q1; a longer one draws every pay period in it."),
        "trials": cell("Number of trials: 2 to 1,000,000."),
        "seed": cell("A whole number; the same seed gives the same draws, also for another plan."),
        "budget": cell("Budget of the period; blank: no figures about the budget."),
        "view": cell("cost: figures of the total cost; people: one row per person."),
        "tables": tables("Ranges with headers: plans, components, roster, results, curves, and so on; and"
                         " distributions (measure, kind, mean, spread, low, high, scope, id) and correlations"
                         " (measure, with, correlation)."),
    },
    examples=(f'CSM_SIMULATE("2026-Q1", 2000, 1, 2500, "cost", {_SAMPLE})',),
)  # fmt: skip
def simulate(
    period: Any,
    trials: Any = 2000,
    seed: Any = 1,
    budget: Any = None,
    view: Any = "cost",
    *tables: RawTable,
) -> list[list[Any]]:
    """Cost forecast (Monte Carlo): the range of total cost and of each person's pay as attainments vary.

    A measure without a distribution is normal around its attainment, with spread 0.1. Draws stay within a
    measure's range. Each trial applies the plan's rules.
    Errors: any error in the tables; impossible spreads and correlations.
    Source: ranges follow from each measure's definition, by its name: GRR, logo retention and CSAT 0% to
    100%, churn from 0, NRR from 0, NPS −100 to 100. Near a limit the mean is kept and the spread shrinks.
    """
    told = str(_text(view)).strip().casefold()
    if told not in VIEWS:
        raise CsmError(VALUE, "unknown view", "view", view, "Enter cost or people.")
    most = None if budget is None else _number(budget, "budget")
    drawn = _whole(trials, "trials"), _whole(seed, "seed")
    return cached(_forecast, what_if(tables), period, *drawn, told, most)


def _forecast(tables: list[RawTable], period: Any, trials: int, seed: int, view: str,
              budget: float | None) -> Rows:  # fmt: skip
    from csm_xl.analysis.simulate import simulate as analysis

    found = analysis(known_tables(tables), period, trials, seed)
    return found.person_rows() if view == "people" else found.figures(budget)


def _text(given: Any) -> str:
    try:
        return text(given) or ""
    except BadCell as bad:
        raise CsmError(VALUE, bad.message, "view", str(given), bad.hint) from None


def _number(given: Any, name: str) -> float:
    try:
        found = number(given)
    except BadCell as bad:
        raise CsmError(VALUE, bad.message, name, str(given), bad.hint) from None
    if found is None:
        raise CsmError(VALUE, f"{name} is blank", name, None, "Enter a number.")
    return found


def _whole(given: Any, name: str) -> int:
    found = _number(given, name)
    if found != int(found):
        raise CsmError(VALUE, f"{name} is not a whole number", name, found, "Enter a whole number.")
    return int(found)
