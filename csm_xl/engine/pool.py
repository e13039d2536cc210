"""A funded pool: where a component earns everyone of a plan more than there is, all are scaled alike.

It spans people, so it is a pass of its own over the lines that the blocks have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.component import Step, told
from csm_xl.engine.facts import Facts
from csm_xl.engine.group import Group
from csm_xl.engine.lines import Lines
from csm_xl.pay.adjust import pool
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.periods import Period


def pool_terms(facts: Facts, plan_id: str, groups: Iterable[Group]) -> dict[str, ComponentTerms]:
    """The components of a plan that some of the groups of one period share a pool in.

    Of a component's versions the one in effect on the last day of the period says how large it is.
    """
    found: dict[str, ComponentTerms] = {}
    for group in groups:
        if group.plan.plan_id == plan_id:
            for terms in (*group.components, *facts.book.components(plan_id, group.period.end)):
                if terms.pool_amount is not None:
                    found[terms.component_id] = terms
    return found


def share_pools(facts: Facts, cohorts: Mapping[Period, list[Group]], lines: Lines) -> None:
    """Scales the lines of every component whose pool is too small for what its people earned.

    The rounded amounts are shared, as `csm_xl.pay.adjust.pool` does: they add up to the pool exactly.
    A negative line is scaled as the others are. What earlier periods paid before their modifier is
    left alone: a year to date does not make up for what a pool cut.
    """
    if all(terms.pool_amount is None for terms in facts.book.every_component()):
        return
    columns = lines.columns
    code_of = {
        name: {value: code for code, value in enumerate(lines.names[name])}
        for name in ("period", "plan_id", "component_id")
    }
    for period, groups in cohorts.items():
        for plan_id in dict.fromkeys(group.plan.plan_id for group in groups):
            for name, terms in pool_terms(facts, plan_id, groups).items():
                assert terms.pool_amount is not None
                at = np.flatnonzero(
                    (columns["period"] == code_of["period"][period.name])
                    & (columns["plan_id"] == code_of["plan_id"][plan_id])
                    & (columns["component_id"] == code_of["component_id"].get(name, -1))
                )
                unit = next(g.plan.rounding_unit for g in groups if g.plan.plan_id == plan_id)
                _share(lines, at, terms, plan_id, unit)


def _share(lines: Lines, at: NDArray[np.intp], terms: ComponentTerms, plan_id: str, unit: float) -> None:
    earned = lines.columns["amount"][at]
    total, fund = round(float(np.sum(np.rint(earned * 10_000))) / 10_000, 4), float(terms.pool_amount or 0)
    if total <= fund:
        return
    lines.columns["unrounded"][at] = earned * (fund / total)
    lines.columns["amount"][at] = pool(earned, fund, unit)
    for line, own, paid in zip(at.tolist(), earned.tolist(), lines.columns["amount"][at], strict=True):
        lines.steps[line] = Step(
            "Pool",
            f"earned × pool / what everyone of plan {plan_id} earned, the cents by largest remainder",
            f"earned {told(own)} of {told(total)}, pool {told(fund)}",
            float(paid),
            terms.where,
        )
