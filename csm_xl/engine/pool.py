"""A funded pool: where a component earns everyone of a plan more than there is, all are scaled alike.

It spans people, so it is a pass of its own over the lines that the blocks have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.component import LineExplanation
from csm_xl.engine.context import RunContext
from csm_xl.engine.lines import Lines
from csm_xl.engine.wording import number, rounded_down, with_unit
from csm_xl.pay.adjust import pool
from csm_xl.pay.recording import Step
from csm_xl.pay.trace import told
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period

FACTOR: Final = "Pool factor"
"""The step of what is paid of everything that was earned."""
SHARED_OUT: Final = "pool"
"""The component type whose pool is shared out by weights: nothing is earned that could be scaled."""


def pool_terms(context: RunContext, plan_id: str, cohorts: Iterable[Cohort]) -> dict[str, ComponentTerms]:
    """The components of a plan that some of the groups of one period share a pool in.

    Of a component's versions the one in effect on the last day of the period says how large it is.
    """
    found: dict[str, ComponentTerms] = {}
    for cohort in cohorts:
        if cohort.plan.plan_id == plan_id:
            for terms in (*cohort.components, *context.book.components(plan_id, cohort.period.end)):
                if terms.pool_amount is not None and terms.type != SHARED_OUT:
                    found[terms.component_id] = terms
    return found


def share_pools(context: RunContext, cohorts: Mapping[Period, list[Cohort]], lines: Lines) -> None:
    """Scales the lines of every component whose pool is too small for what its people earned.

    The rounded amounts are shared, as `csm_xl.pay.adjust.pool` does: they add up to the pool, as far as it is
    a multiple of the unit, and never to more.
    A negative line is scaled as the others are. What earlier periods paid before their modifier is
    left alone: a year to date does not make up for what a pool cut.
    """
    if all(terms.pool_amount is None for terms in context.book.every_component()):
        return
    columns = lines.columns
    code_of = {
        name: {value: code for code, value in enumerate(lines.names[name])}
        for name in ("period", "plan_id", "component_id")
    }
    for period, of_period in cohorts.items():
        for plan_id in dict.fromkeys(cohort.plan.plan_id for cohort in of_period):
            for name, terms in pool_terms(context, plan_id, of_period).items():
                assert terms.pool_amount is not None
                at = np.flatnonzero(
                    (columns["period"] == code_of["period"][period.name])
                    & (columns["plan_id"] == code_of["plan_id"][plan_id])
                    & (columns["component_id"] == code_of["component_id"].get(name, -1))
                )
                unit = max(g.plan.rounding_unit for g in of_period if g.plan.plan_id == plan_id)
                cell = context.tables["components"].where(terms.row, "pool_amount")
                _share(lines, at, Fund(float(terms.pool_amount), unit, plan_id, name, period.name, cell))


@dataclass(frozen=True, slots=True)
class Fund:
    """A pool that is too small. unit: what its shares are rounded to. cell: where its amount is."""

    amount: float
    unit: float
    plan_id: str
    component_id: str
    period: str
    cell: str


def _share(lines: Lines, at: NDArray[np.intp], fund: Fund) -> None:
    earned = lines.columns["amount"][at]
    total = round(float(np.sum(np.rint(earned * 10_000))) / 10_000, 4)
    if total <= fund.amount:
        return
    before = lines.columns["unrounded"][at]
    lines.columns["before_pool"][at] = earned
    lines.columns["pool_factor"][at] = fund.amount / total
    lines.columns["unrounded"][at] = earned * (fund.amount / total)
    lines.columns["amount"][at] = paid = pool(earned, fund.amount, fund.unit)
    people = int(np.count_nonzero(earned))
    pays = told(round(100 * fund.amount / total, 2))
    for line, own, unrounded, gets in zip(
        at.tolist(), earned.tolist(), before.tolist(), paid.tolist(), strict=True
    ):
        lines.explanations[line] = LineExplanation(
            f"earned {told(own)}, of which the pool pays {pays}%",
            partial(_steps, fund, total, people, own, gets),
            own,
            unrounded,
        )


def _steps(fund: Fund, total: float, people: int, own: float, gets: float) -> list[Step]:
    """What the pool pays of what somebody earned. What it says about everyone is the sum of all, no more."""
    unit = told(fund.unit)
    lines = f"payouts of plan {fund.plan_id}, component {fund.component_id}, {fund.period}"
    factor = fund.amount / total
    scaled = own * factor
    down = rounded_down(scaled, gets, fund.unit)
    rest = told(max(round(scaled - down, 9), 0.0))
    return [
        Step(FACTOR, f"pool / total earned by {people} people on plan {fund.plan_id}",
             f"{told(fund.amount)} / {told(total)}", factor, f"{fund.cell}; {lines}", people),
        Step("Share of the pool", f"earned × pool factor, rounded down to {unit}",
             f"{number(own)} × {told(factor)}", down, fund.cell, people),
        Step("Amount", f"share of the pool; if its remainder, {rest}, is among the largest, plus {unit}"
             f" of what rounding down leaves over of the pool in whole {unit}",
             with_unit(down, gets, fund.unit), gets, fund.cell, people),
    ]  # fmt: skip
