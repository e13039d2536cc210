"""Rules about shares of a result."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.small_amounts import TINY
from csm_xl.analysis.lint.view import View
from csm_xl.engine.components.result_share import TYPE


@rule(
    "W315",
    "Correct the rate: 0.05% is 0.0005. Or correct the result's unit.",
    ("results", "roster"),
    at_pay=True,
)
def larger_than_salary(view: View) -> Iterator[Found]:
    """A share of a result that is more than a year's salary.

    In one period the rate on the largest result pays more than anybody on the plan earns in a year: the rate
    was probably entered as another percentage, or the result is in another unit. Components with a
    maximum are not checked.
    """
    results, targets = view.tables["results"].columns, view.tables["targets"]
    for one in view.components:
        if one.type != TYPE.name:
            continue
        rows = view.reached.get((str(one.values["measure"]), str(one.values["scope"])), [])
        reached = results["actual"][rows]
        most = max((view.salary_of.get(who, 0.0) for who in view.people.get(one.plan_id, ())), default=0.0)
        plan = view.book.versions(one.plan_id)[-1]
        limits = (one.values["max_amount"], plan.max_payout, plan.max_salary_ratio)
        if not most or not len(reached) or limits != (None, None, None):
            continue
        own = np.flatnonzero(targets.columns["component_id"] == one.component_id).tolist()
        rates = [(targets.where(row, "rate"), targets.value(row, "rate")) for row in own]
        for where, rate in [(view.at(one, "rate"), one.values["rate"]), *rates]:
            pays = float(rate or 0.0) * float(np.max(reached, initial=0.0))
            if pays > most:
                said = f"{one.component_id} of {one.plan_id} pays {pays:,.2f} for the largest result of"
                yield where, f"{said} {one.values['measure']}, more than a year's salary of {most:,.2f}"


@rule(
    "W316",
    "Enter the result in whole currency units, or correct the rate.",
    ("results", "roster"),
    at_pay=True,
)
def next_to_nothing(view: View) -> Iterator[Found]:
    """A share of a result that pays next to nothing.

    The rate on the result is less than a ten-thousandth of every salary: the result is probably in
    thousands. Of individual results, only the largest is checked.
    """
    results, salaries = view.tables["results"], view.tables["roster"].columns["base_salary"]
    least = float(salaries.min(where=salaries > 0, initial=np.inf))
    for one in view.components:
        rate = float(one.values["rate"] or 0.0) if one.type == TYPE.name else 0.0
        scope = one.scope
        rows = view.reached.get((str(one.values.get("measure")), scope), []) if rate else []
        rows = [row for row in rows if results.columns["actual"][row] > 0]
        if scope == "individual" and rows:
            rows = [max(rows, key=lambda row: float(results.columns["actual"][row]))]
        for row in rows:
            actual = float(results.columns["actual"][row])
            if rate * actual < least / TINY < np.inf:
                what = f"{one.component_id} of {one.plan_id} pays {rate * actual:,.2f} on {actual:,.10g}"
                yield results.where(row, "actual"), f"{what}: is it in thousands?"
