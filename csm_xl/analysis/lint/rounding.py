"""Rules about payouts that a plan or a component rounds to a unit of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from csm_xl.analysis.lint.amounts import targets_of_people
from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.engine.components import component_types

_A_YEAR: Final = {
    "week": 52, "biweek": 26, "semimonth": 24, "p13": 13, "month": 12, "quarter": 4, "half": 2, "year": 1,
}  # fmt: skip


@rule("W538", "Enter the unit that the plan names, such as 100.", ("roster",), at_pay=True)
def coarse_unit(view: View) -> Iterator[Found]:
    """A rounding unit above everybody's target for a period.

    A payout at target then becomes 0, or a multiple of what was meant: the unit is probably in cents, or ten
    times too large.
    """
    most: dict[str, float] = {}
    for (plan, column), every in view.once(targets_of_people):
        for one in every:
            salary = view.salary_of.get(one.of, 0.0)
            annual = one.value * salary if column == "target_ratio" else one.value
            most[plan] = max(most.get(plan, 0.0), annual)
    units = [
        (view.of_plan(plan, "round_award"), plan.plan_id, plan.round_award, plan.pay_period, 1.0)
        for plan in dict.fromkeys(design.plan for design in view.designs)
    ]
    units += [
        (view.at(one, "round_award"), one.plan_id, one.round_award, one.pay_cycle, one.values["weight"])
        for one in view.components
        if component_types()[one.type].target_based
    ]
    for where, name, unit, kind, weight in units:
        target = most.get(name, 0.0) * float(weight or 0.0) / _A_YEAR[kind]
        if unit is not None and target and unit > target:
            said = f"payouts are rounded to {unit:,.10g}, but no target of a {kind} is above"
            yield where, f"{said} {target:,.2f}"
