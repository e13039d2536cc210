"""What credited amounts earn in a commission: by a rate, through tiers, by a rate that is found, or as a
customer's payments have earned it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from csm_xl.engine.columns import Inputs, Ragged
from csm_xl.engine.counted_deals import deal_counts, deal_sizes, times_parts
from csm_xl.engine.lookup.deals import counted, credited_amounts
from csm_xl.engine.tier_amounts import deal_rates, tier_rate
from csm_xl.pay.attainment import attainment
from csm_xl.pay.commission import commission
from csm_xl.pay.recording import step, tracing
from csm_xl.pay.rounding import EPS, Array, floats, is_exact, numbers, reaches
from csm_xl.pay.trace import cells_of, only_one
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.spans import span_words
from csm_xl.plan.tier_measures import COUNTED, tier_source


@dataclass(slots=True, eq=False, repr=False)
class Earned:
    """What the credits of a block of people earn.

    error: a bound on the float error of `amount`, in units of the last place of 1.0. prior: what was credited
    before. goal: what tiers are multiples of. attainment: of the amount that found the tier. unmeasured: who
    is paid 0 because that amount is missing.
    """

    amount: Any
    error: Any
    prior: Any = 0.0
    goal: Any = None
    attainment: Any = None
    unmeasured: Any = None


def climbs(terms: ComponentTerms) -> bool:
    """Whether the amount that is paid finds its tier itself."""
    return tier_source(terms.values) == "paid"


def earn(
    terms: ComponentTerms, inputs: Inputs, amounts: Array, total: Array, doubt: Array | None
) -> Earned:  # fmt: skip
    """What people's credits earn; see `Earned`.

    amounts: what each credit counts for. total: their sum, by person.
    """
    credits = inputs["credits"]
    assert isinstance(credits, Ragged)
    if "earned" in credits.values:  # fixed amounts are in it
        found = Earned(credits.sum(credits["earned"]), credits.sum(np.abs(floats(credits["earned"]))))
    elif terms.tiers is None:
        found = _by_rate(terms, credits, amounts, total)
    elif "tier" in credits.values:
        found = _by_figure(terms, credits, amounts, doubt)
    elif not climbs(terms):
        found = _by_other_amount(terms, inputs, credits, amounts, total, doubt)
    elif terms.values["tier_basis"] == "deal":
        found = _each_deal(terms, inputs, credits, amounts, total, doubt)
    elif terms.values["tier_basis"] == COUNTED:
        found = _by_count(terms, inputs, credits, doubt)
    else:
        found = _climbed(terms, inputs, credits, amounts, total, doubt)
    fixed = terms.values.get("fixed_amount")
    if fixed and "earned" not in credits.values:
        each: Any = numbers(fixed, like=amounts)
        found.amount = found.amount + np.diff(credits.offsets) * each
        found.error = found.error + 4 * np.abs(floats(found.amount))
    found.error = 0.0 if is_exact(amounts) else found.error * (credits.longest + 1)
    return found


def _by_rate(terms: ComponentTerms, credits: Ragged, amounts: Array, total: Array) -> Earned:
    rate: Any = numbers(terms.values.get("rate") or 0.0, like=amounts)
    size = credits.sum(np.abs(floats(amounts)))
    return Earned(commission(total, rate), 4 * abs(float(rate)) * size)


def _by_figure(terms: ComponentTerms, credits: Ragged, amounts: Array, doubt: Array | None) -> Earned:
    """Each credited amount × the rate that a figure of its deal finds."""
    rate, error, near = deal_rates(terms, credits, doubt)
    if doubt is not None:
        doubt |= credits.sum(near.astype(np.int64)) > 0
    return Earned(credits.sum(amounts * rate), credits.sum(error * np.abs(floats(amounts))))


def _by_other_amount(
    terms: ComponentTerms, inputs: Inputs, credits: Ragged, amounts: Array, total: Array,
    doubt: Array | None,
) -> Earned:  # fmt: skip
    """The credited amount × the rate of the tier that another amount finds; 0 while that is not measured."""
    found = tier_rate(terms, inputs, doubt)
    amount: Any = total * found.rate
    if found.unmeasured is not None and found.unmeasured.any():
        amount = np.where(found.unmeasured, amount * 0, amount)
    error = found.error * credits.sum(np.abs(floats(amounts)))
    attained = None if found.attainment is None else floats(found.attainment)
    return Earned(amount, error, attainment=attained, unmeasured=found.unmeasured)


def _each_deal(
    terms: ComponentTerms, inputs: Inputs, credits: Ragged, amounts: Array, total: Array,
    doubt: Array | None,
) -> Earned:  # fmt: skip
    """Each credited amount through the tiers by itself."""
    assert terms.tiers is not None
    goal = np.asarray(inputs["goal"]) if "goal" in inputs else None
    scale = None if goal is None else goal[credits.owner()]
    near = np.zeros(len(amounts), dtype=bool)
    fixed = terms.tiers.mode == "fixed"  # the size of the whole deal finds its amount
    sizes = deal_sizes(credits.values) if fixed else amounts
    each = terms.tiers.pay(sizes, 0.0, near, scale)
    amount = credits.sum(times_parts(terms, each, credits["share"]) if fixed else each)
    error = credits.sum(terms.tiers.error(floats(sizes), scale))
    if doubt is not None:
        doubt |= credits.sum(near.astype(np.int64)) > 0
    reached = None if goal is None else attainment(total, goal)
    return Earned(amount, error, goal=goal, attainment=reached)


def _by_count(terms: ComponentTerms, inputs: Inputs, credits: Ragged, doubt: Array | None) -> Earned:
    """The number of deals through the tiers, on top of those before."""
    counts = deal_counts(terms, credits.values)
    rule = "number of these deals, a return taking one back"
    rule += ", each × share" if terms.values["shared_deals"] == "share" else ""
    total = step("Deals counted", rule, credits.sum(counts), *(() if len(counts) else ("deals",)))
    return _climbed(terms, inputs, credits, counts, total, doubt, partial(deal_counts, terms), "number of")


def _climbed(
    terms: ComponentTerms, inputs: Inputs, credits: Ragged, amounts: Array, total: Array,
    doubt: Array | None, of: Callable[[Mapping[str, Any]], Array] = credited_amounts, what: str = "",
) -> Earned:  # fmt: skip
    """The credited amount through the tiers, on top of what was credited before. of: what of each credit
    climbs; what: its name, if that is not the amount."""
    assert terms.tiers is not None
    goal = np.asarray(inputs["goal"]) if "goal" in inputs else None
    size, added = credits.sum(np.abs(floats(amounts))), credits.longest + 1
    prior: Any = 0.0
    to_date: Any = total
    if "prior" in inputs:
        before = inputs["prior"]
        assert isinstance(before, Ragged)
        earlier = of(before.values)
        size = size + before.sum(np.abs(floats(earlier)))
        added += before.longest
        prior, to_date = _to_date(
            terms, what or f"sum of {counted(before.values)} over", before.sum(earlier), total
        )
    amount = terms.tiers.pay(total, prior, doubt, goal, to_date)
    error = terms.tiers.error(size, goal) * (added / (credits.longest + 1))
    if doubt is not None and added > 2:
        _doubt_bounds(terms, to_date, size * (added * EPS), goal, doubt)
        _doubt_bounds(terms, prior, size * (added * EPS), goal, doubt)
    reached = None if goal is None else attainment(total, goal)
    return Earned(amount, error, prior, goal, reached)


def _to_date(terms: ComponentTerms, what: str, prior: Any, total: Any) -> tuple[Any, Any]:
    """What was credited before, and with it what is credited to date. what: how it is counted, in words."""
    if not tracing():
        return prior, prior + total
    cumulative = terms.values["cumulative"]
    span = "period" if cumulative == "discrete" else span_words(cumulative)
    rule = f"{what} such deals of earlier in the {span}"
    credited = cells_of(*prior)
    if not credited and span == "period":
        return prior, total
    before = step("Credited before", rule, prior, *(() if credited else ("deals",)))
    to_date = before + total
    if only_one(before):
        cell = ("components", terms.row, "cumulative")
        to_date = step("Credited to date", "credited before + credited amount", to_date, cell)
    return before, to_date


def _doubt_bounds(terms: ComponentTerms, total: Any, error: Array, goal: Array | None, doubt: Array) -> None:
    """Marks sums of many deals whose float error could carry them over a bound of the tiers."""
    assert terms.tiers is not None
    for start in terms.tiers.start:
        reaches(np.abs(total), start if goal is None else start * goal, doubt, error)
