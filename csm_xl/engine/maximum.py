"""A person's maximum payout of a period: an amount, a multiple of base salary, or the lesser of the two."""

from __future__ import annotations

from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Ragged
from csm_xl.engine.component import PLAN_MAXIMUM
from csm_xl.engine.targets import Figures, Line
from csm_xl.engine.versions import named
from csm_xl.pay.adjust import plan_cap_factor
from csm_xl.pay.recording import chapter, step, tracing
from csm_xl.pay.rounding import EPS, Array, constant, floats
from csm_xl.pay.trace import smaller
from csm_xl.plan.model import ComponentTerms


def limit_payouts(cohort: Cohort, figures: Figures, spells: Ragged, doubt: Array | None) -> None:
    """All lines of a person, those that pay dollars too, scaled down together to the plan's maximum payout.

    `figures.most` is what each person may get, which rounded payouts keep to.
    """
    lines = list(zip(cohort.components, figures.lines, strict=True))
    most = _most(cohort, spells, doubt is None)
    if most is None or not lines:
        return
    figures.most = most
    total: Any = sum((line.value for _, line in lines[1:]), lines[0][1].value)
    factor = plan_cap_factor(total, most)
    if tracing():
        if factor[0] != 1:
            _record(cohort, lines, most)
        return
    spread: Any = 0.0
    if doubt is not None:
        size = np.maximum(np.abs(total), 1e-300)
        spread = sum((np.asarray(line.error) for _, line in lines), np.zeros(())) / size
        spread = spread + EPS * (64 + spells.longest)
    # A sum that is the maximum is not scaled, though its float may fall a hair above.
    scaled = np.asarray(factor < 1 - spread, dtype=bool)
    for _, line in lines:
        line.plan_cap_factor = factor if line.plan_cap_factor is None else line.plan_cap_factor * factor
        line.value = line.value * factor
        if doubt is not None:
            line.error = line.error * factor + np.abs(floats(line.value)) * spread
        line.notes = line.notes | np.where(scaled, PLAN_MAXIMUM, 0).astype(np.uint32)


def _most(cohort: Cohort, spells: Ragged, exactly: bool) -> Any:
    """What each person may get at most; None where the plan states nothing."""
    plan = cohort.plan
    if plan.max_payout is None and plan.max_salary_ratio is None:
        return None
    salary: Any = spells.sum(spells["time"] * spells["salary"] * spells["fte"])
    most: Any = None
    if plan.max_salary_ratio is not None:
        share: Any = cohort.share if exactly else float(cohort.share)
        most = constant(plan.max_salary_ratio, exactly) * (salary * share / cohort.time_total)
    if plan.max_payout is not None:
        amount = salary * 0 + constant(plan.max_payout, exactly)
        most = amount if most is None else smaller(amount, most)
    return most


def _record(cohort: Cohort, lines: list[tuple[ComponentTerms, Line]], most: Any) -> None:
    """The steps of one person's lines that the maximum scales down."""
    plan = cohort.plan
    cell = ("plans", plan.row, "rounding")
    for terms, line in lines:
        chapter(terms.component_id)
        said = "what the component comes to before the maximum payout of the plan"
        line.value = step("Before the maximum", said, line.value, cell)
    values = [named(terms, line.value) for terms, line in lines]
    factor: Any = most / sum(values[1:], values[0])
    of_salary = "max_salary_ratio × salary × FTE of the period's days, × its share of the year"
    stated = (("max_payout", plan.max_payout), (of_salary, plan.max_salary_ratio))
    ways = [words for words, value in stated if value is not None]
    rule = f"{' or, if less, '.join(ways)} / sum of the components before the maximum"
    for terms, line in lines:
        chapter(terms.component_id)
        line.plan_cap_factor = step("Maximum payout", rule, factor)
        line.value = line.value * line.plan_cap_factor
