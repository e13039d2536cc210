"""What the steps of an explanation say about the order of calculation: rules in words, and heads of
versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.columns import Inputs
from csm_xl.engine.component import GATE_UNMEASURED, UNMEASURED, Outcome
from csm_xl.engine.targets import Figures, Line, rounding_rule, version_cells
from csm_xl.engine.versions import named, since
from csm_xl.pay.recording import chapter, remark, step
from csm_xl.pay.rounding import Array, floats
from csm_xl.pay.trace import Cell, cells_of, in_words, only_one, told
from csm_xl.plan.model import ComponentTerms, PlanTerms
from csm_xl.plan.spans import span_words


def version_head(
    cohort: Cohort, version: ComponentTerms, number: int, target: Any, shares: list[Any]
) -> list[Any]:
    """The head of what a version pays; of one that pays by its part of the target, that part."""
    days = "" if shares else f" {days_of(cohort, version)}"
    remark("Version", f"{since(version)}, on its own days{days}", "", None, version.where)
    if not shares:
        return shares
    rule = "component target × the share that its days have of it"
    if not target[0]:
        rule = "component target × 1 for the last version, as no day has a target"
    cells = version_cells(cohort, version)
    mine = step("Target of the version", rule, target * shares[number], *cells)
    own = mine / target if target[0] else shares[number]
    return [own if at == number else share for at, share in enumerate(shares)]


def days_of(cohort: Cohort, terms: ComponentTerms) -> str:
    """The days of a period on which a version counts."""
    first = max(cohort.period.start, terms.valid_from or 0)
    last = min(cohort.period.end, terms.valid_to or cohort.period.end)
    return f"{date.fromordinal(first).isoformat()} to {date.fromordinal(last).isoformat()}"


def earned_rule(
    cohort: Cohort, versions: Sequence[tuple[ComponentTerms, Inputs]], outcomes: Sequence[Outcome]
) -> str:
    """How a component earns dollars, in words."""
    rules = [outcome.rule for outcome in outcomes]
    if len(versions) > 1:
        rules = [f"{since(terms)}: {rule}" for (terms, _), rule in zip(versions, rules, strict=True)]
    most = versions[-1][0].values.get("max_amount")
    return "; ".join([*rules, *([] if most is None else [f"at most {in_words(most)}"])])


def earned_step(cohort: Cohort, terms: ComponentTerms, name: str, line: Line, to_date: bool) -> None:
    """What a component has earned, rounded, as a step; what comes next goes on with it unrounded."""
    plan, outcome = cohort.plan, line.outcome
    chapter(terms.component_id)
    unit = told(plan.rounding_unit)
    if outcome.ratio is None:
        rule = f"{outcome.rule}; rounded to {unit}"
        line.value = step(name, rule, line.before_modifier, *outcome.cells, given=line.value, goes_on=True)
        return
    rule = "component target × payout ratio"
    cells: list[Cell] = [*cells_of(terms.values["weight"])]
    if plan.combination == "multiplicative":
        rule = "component target × the product of the payout ratios of the plan"
        cells.append(("plans", plan.row, "combination"))
    if to_date:
        rule = rule.replace("target ×", f"targets of the {span_words(terms.values['cumulative'])} to date ×")
        rule += ", less what earlier periods paid before their modifier"
        cells = [("components", terms.row, "cumulative")]
        if not terms.values.get("take_back", True):
            rule += "; not below 0"
            cells.append(("components", terms.row, "take_back"))
        if np.any(line.notes & (UNMEASURED | GATE_UNMEASURED)):
            rule = "a missing actual pays nothing, and takes nothing back"
            cells += cells_of(only_one(line.target_to_date), only_one(line.paid_before))
    if terms.values.get("max_amount") is not None:
        rule += f", at most {in_words(terms.values['max_amount'])}"
    rule += f", rounded to {unit}"
    line.value = step(
        "Before the modifier", rule, line.before_modifier, *cells, given=line.value, goes_on=True
    )


def kicker_rule(plan: PlanTerms, terms: ComponentTerms, line: Line) -> str:
    """When a kicker is added, in words."""
    if line.outcome.kicker is not None:
        rule = (
            "kicker ratio × target of each version whose attainment reaches 1 and whose gate, if any, is met;"
        )
        return f"{rule} added after the modifier{rounding_rule(plan)}"
    rule = (
        f"{in_words(terms.values['kicker_ratio'])} × component target where the attainment reaches 1 and the"
    )
    rule += f" gate, if any, is met; added after the modifier{rounding_rule(plan)}"
    reached = floats(np.asarray(line.outcome.attainment))[0]
    return f"{rule}; attainment {told(None if np.isnan(reached) else float(reached))}"


def capped(cohort: Cohort, figures: Figures, most: Any, factor: Array) -> Array:
    """The factor of the plan's cap, a step of each line that it scales."""
    based = [(terms, line) for terms, line in zip(cohort.components, figures.lines, strict=True)
             if line.outcome.ratio is not None]  # fmt: skip
    target = "target incentive" if cohort.whole else "sum of the component targets"
    rule, cell = f"plan cap × {target}", ("plans", cohort.plan.row, "rounding")
    found = most
    if factor[0]:
        for terms, line in based:
            chapter(terms.component_id)
            said = "what the component comes to before the plan's cap"
            line.value = step("Before the plan cap", said, line.value, cell)
        parts = [named(terms, line.value) for terms, line in based]
        found = most / sum(parts[1:], parts[0])
        rule += " / sum of the target-based components before the cap"
    for terms, _ in based:
        chapter(terms.component_id)
        factor = step("Plan cap", rule, found)
    return factor
