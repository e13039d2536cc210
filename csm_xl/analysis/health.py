"""Plan health: who reached threshold, target and excellence, whether pay follows performance, and its spread.

Source of the norms: the usual design targets of sales compensation (about 90% of people at threshold, 60 to
70% at target, about 10% at excellence), D. Cichelli, "Compensating the Sales Force", 3rd ed., 2018.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from csm_xl.analysis.privacy import FEWEST, too_small
from csm_xl.errors import ARITHMETIC, CsmError
from csm_xl.pay.nearest import shown, shown_one
from csm_xl.pay.rounding import Array

EVERY: Final = "all plans"
HEALTH_COLUMNS: Final = ("plan_id", "measure", "value", "norm", "verdict")
_NORMS: Final = {
    "share_at_threshold": (0.85, 0.95),
    "share_at_target": (0.6, 0.7),
    "share_at_excellence": (0.05, 0.15),
    "rank_correlation": (0.7, 1.0),
}
_WORDS: Final = {
    "share_at_threshold": "about 90%",
    "share_at_target": "60% to 70%",
    "share_at_excellence": "about 10%",
    "rank_correlation": "0.7 or more",
}


@dataclass(frozen=True)
class People:
    """People of payout lines, one entry a person and plan, over all their periods.

    target: Σ component targets. paid: Σ amounts of the lines that have a target. amount: Σ all amounts.
    performance: attainment, weighted by component targets; NaN where none was measured. currencies: in which
    each is paid; none where all are paid in one.
    """

    names: Sequence[str]
    plans: Sequence[str]
    target: Array
    paid: Array
    amount: Array
    performance: Array
    currencies: Sequence[str] = ()


@dataclass(frozen=True)
class Health:
    """One measure of plan health: its value, the norm in words, and the comparison.

    value: None if it is based on too few people. verdict: ``ok``, ``low``, ``high``, or nothing. currency: of
    its money; nothing where it is not known.
    """

    plan_id: str
    measure: str
    value: float | None
    norm: str
    verdict: str
    currency: str = ""


def gini(values: Array) -> float:
    """The Gini coefficient of some amounts: 0 where all are the same, near 1 where one has all.

    Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n² mean), of n amounts of 0 or more, one above 0 at least.
    Errors: #NUM! for an amount below 0, or none above.
    Source: C. Gini, "Variabilità e mutabilità", 1912; the formula of the mean difference.

    >>> gini(np.array([1.0, 1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 10.0]))
    (0.0, 0.75)
    """
    if (values < 0).any():
        raise CsmError(ARITHMETIC, "a Gini coefficient needs amounts of 0 or more", "values",
                       float(values.min()), "Leave negative amounts out.")  # fmt: skip
    whole = math.fsum(values.tolist())
    if not whole:
        raise CsmError(ARITHMETIC, "no amount is above 0", "values", None, "Give one amount above 0.")
    count = len(values)
    ranked = np.sort(values)
    return math.fsum(((2 * np.arange(1, count + 1) - count - 1) * ranked).tolist()) / (count * whole)


def rank_correlation(one: Array, other: Array) -> float | None:
    """Spearman's rank correlation, ties sharing their mean rank; None where either does not vary.

    Source: C. Spearman, "The Proof and Measurement of Association between Two Things", 1904.

    >>> rank_correlation(np.array([1.0, 2, 3, 4]), np.array([10.0, 20, 40, 30]))
    0.8
    """
    first, second = _ranks(one), _ranks(other)
    first, second = first - first.mean(), second - second.mean()
    size = math.sqrt(float(first @ first) * float(second @ second))
    return round(float(first @ second) / size, 12) if size else None


def _ranks(values: Array) -> Array:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    upto: Array = np.cumsum(count)
    return np.asarray((upto - (count - 1) / 2)[place], float)


def people_of(
    employees: Sequence[str], plans: Sequence[str], targets: Array, attainments: Array, amounts: Array,
    currencies: Sequence[str] = (),
) -> People:  # fmt: skip
    """Payout lines gathered by person and plan.

    targets: component targets, NaN or 0 for lines that have none. attainments: NaN where not measured.
    currencies: in which each line is paid; none where all are paid in one.
    """
    keys = dict.fromkeys(zip(employees, plans, strict=True))
    at = {key: place for place, key in enumerate(keys)}
    code = np.array([at[key] for key in zip(employees, plans, strict=True)], np.intp)
    owed = np.nan_to_num(targets)
    measured = ~np.isnan(attainments) & (owed > 0)

    def summed(values: Array) -> Array:
        return shown(np.bincount(code, values, len(at)))

    weights = summed(np.where(measured, owed, 0))
    performance = np.full(len(at), np.nan)
    np.divide(
        summed(np.where(measured, owed * np.nan_to_num(attainments), 0)), weights, performance,
        where=weights > 0,
    )  # fmt: skip
    return People(
        [person for person, _ in at],
        [plan for _, plan in at],
        summed(owed),
        summed(np.where(owed > 0, amounts, 0)),
        summed(amounts),
        performance,
        list(dict(zip(zip(employees, plans, strict=True), currencies, strict=True)).values())
        if currencies else (),
    )  # fmt: skip


def health(people: People, excellence: float = 1.5, retained: float | None = None) -> list[Health]:
    """The measures of all plans together, then of each plan with enough people.

    people: as `people_of` gathers them. excellence: the multiple of target at which a payout counts as
        excellent. retained: recurring revenue that was kept, for the payout per unit of it.
    A person is at threshold when a line with a target paid something, at target when these lines paid
    the target or more in sum. Groups that would reveal the pay of few people are left out, by the rule of
    `csm_xl.analysis.privacy.too_small`. Money of different currencies is never added: each currency is
    measured separately, without the payout per unit of retained revenue.
    """
    codes = sorted(set(people.currencies))
    if len(codes) > 1:
        paid_in = np.array(people.currencies, dtype=object)
        found = []
        hidden = {code: _hidden(people, paid_in == code) for code in codes}
        for plan in (EVERY, *(dict.fromkeys(people.plans) if len(set(people.plans)) > 1 else ())):
            on = np.array([plan in (EVERY, one) for one in people.plans])
            for code in codes:
                if (mine := on & (paid_in == code)).any():
                    each = _of_plan(f"{plan} in {code}", people, mine, excellence, plan in hidden[code])
                    found += [replace(one, currency=code) for one in each]
        return found
    found = _of_plan(EVERY, people, np.ones(len(people.names), bool), excellence)
    if retained is not None:
        if retained <= 0:
            raise CsmError(ARITHMETIC, "retained revenue must be above 0", "retained", retained,
                           "Enter the recurring revenue retained.")  # fmt: skip
        ratio = math.fsum(people.amount.tolist()) / retained
        found.append(Health(EVERY, "payout_per_retained", shown_one(ratio), "", ""))
    plans = dict.fromkeys(people.plans)
    if len(plans) > 1:
        hidden_plans = _hidden(people, np.ones(len(people.names), bool))
        for plan in plans:
            mine = np.array([one == plan for one in people.plans])
            found += _of_plan(plan, people, mine, excellence, plan in hidden_plans)
    return [replace(one, currency=code) for one in found for code in codes] if codes else found


def _hidden(people: People, chosen: Array) -> frozenset[str]:
    """The plans that are not shown separately."""
    members: dict[str, set[str]] = {}
    for name, plan, mine in zip(people.names, people.plans, chosen.tolist(), strict=True):
        if mine:
            members.setdefault(plan, set()).add(name)
    return too_small(members)


def _of_plan(
    plan: str, people: People, chosen: Array, excellence: float, hidden: bool = False
) -> list[Health]:
    """The measures of a plan. hidden: whether they would reveal those of a smaller plan."""
    count = len({name for name, one in zip(people.names, chosen.tolist(), strict=True) if one})
    found = [Health(plan, "people", float(count), "", "")]
    if count < FEWEST:
        return [*found, Health(plan, "suppressed", None, f"{FEWEST} people or more", "")]
    if hidden:
        why = f"{FEWEST} people or more on the plans that are not shown"
        return [*found, Health(plan, "suppressed", None, why, "")]
    aimed = chosen & (people.target > 0)
    target, paid = people.target[aimed], people.paid[aimed]
    amounts = people.amount[chosen]
    values: dict[str, float | None] = {
        "target": math.fsum(target.tolist()),
        "paid": math.fsum(amounts.tolist()),
    }
    if len(target):
        values |= {
            "paid_to_target": math.fsum(paid.tolist()) / math.fsum(target.tolist()),
            "share_at_threshold": float((paid > 0).mean()),
            "share_at_target": float((paid >= target).mean()),
            "share_at_excellence": float((paid >= target * excellence).mean()),
        }
        known = aimed & ~np.isnan(people.performance)
        if known.sum() >= FEWEST:
            values["rank_correlation"] = rank_correlation(
                people.performance[known], people.paid[known] / people.target[known]
            )
    if (amounts >= 0).all() and (amounts > 0).any():
        values["gini"] = gini(amounts)
    return [*found, *(_judged(plan, measure, value) for measure, value in values.items())]


def _judged(plan: str, measure: str, value: float | None) -> Health:
    low, high = _NORMS.get(measure, (-math.inf, math.inf))
    verdict = ""
    if value is not None and measure in _NORMS:
        verdict = "low" if value < low else "high" if value > high else "ok"
    value = None if value is None else shown_one(value)
    return Health(plan, measure, value, _WORDS.get(measure, ""), verdict)


def health_rows(found: Sequence[Health]) -> list[list[Any]]:
    """A header, then the measures as rows."""
    rows = [[one.plan_id, one.measure, one.value, one.norm or None, one.verdict or None] for one in found]
    return [list(HEALTH_COLUMNS), *rows]
