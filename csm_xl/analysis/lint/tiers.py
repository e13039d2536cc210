"""Rules about commission: tier tables and their rates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import listed
from csm_xl.pay.rounding import Array, exceeds
from csm_xl.pay.tiers import TierTable
from csm_xl.plan.deal_kinds import wanted_deals
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.outliers import medians_of_others, times
from csm_xl.plan.tier_measures import COUNTED, CREDITED, tier_source

JUMP: Final = 0.25
"""People move deals for a retroactive tier that raises total earnings by more than a quarter."""
MOST_RATE: Final = 1.0
"""A commission larger than the deal itself."""
MOST_COUNTED: Final = 1000
"""Deals that count accounts or seats have whole numbers up to this."""


def _of_amounts(view: View) -> Iterator[tuple[str, tuple[TierTable, str]]]:
    """The tier tables that an amount climbs: all but those that only a figure of each deal finds."""
    of_deal: dict[str, bool] = {}
    for one in view.components:
        if name := str(one.values.get("tier_id") or ""):
            of_deal[name] = of_deal.get(name, True) and tier_source(one.values) == "deal"
    for name, found in view.book.parts["tiers"].items():
        if not of_deal.get(name, False):
            yield name, found


def _users(view: View) -> dict[str, list[ComponentTerms]]:
    """The components that name each tier table, but for those whose type has no tiers by deal."""
    found: dict[str, list[ComponentTerms]] = {}
    for one in view.components:
        if (name := str(one.values.get("tier_id") or "")) and "tier_basis" in one.values:
            found.setdefault(name, []).append(one)
    return found


@rule("W301", "Start the first tier at 0. Use a rate of 0 if nothing should be earned there.")
def no_first_tier(view: View) -> Iterator[Found]:
    """A missing first tier: the tiers start above 0.

    Sales below the first tier earn nothing, although no row states it.
    """
    for name, (tiers, _) in _of_amounts(view):
        if tiers.start[0] > 0:
            said = f"tiers {name} begin at {tiers.start[0]:,.10g}: nothing is earned below"
            yield view.of_part("tiers", name, 0, "from"), said


@rule("W302", "Leave the end of the last tier blank. If a cap is intended, set max_amount on the component.")
def no_last_tier(view: View) -> Iterator[Found]:
    """A missing last tier: the tiers have an upper end.

    Sales above the last tier earn nothing, so the best sellers stop there or book elsewhere. Interpolated
    tiers need an end and are not checked.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        if tiers.end[-1] is not None and tiers.mode not in ("interpolated", "fixed"):
            said = f"tiers {name} end at {tiers.end[-1]:,.10g}: nothing is earned above"
            yield view.of_part("tiers", name, len(tiers.start) - 1, "to"), said


@rule("W303", "Make rates rise with the tiers, or use one rate.")
def regressive(view: View) -> Iterator[Found]:
    """Rates that fall from tier to tier.

    People who reach the lower rate gain by holding deals for the next period. Tiers for each single deal may
    end with a rate of 0, which limits what one deal earns.
    """
    alone = {
        name
        for name, users in _users(view).items()
        if all(one.values["tier_basis"] == "deal" for one in users)
    }
    for name, (tiers, _) in view.book.parts["tiers"].items():
        for at, (before, after) in enumerate(pairwise(tiers.rate), start=1):
            limit = name in alone and after == 0 and at == len(tiers.rate) - 1
            if tiers.mode == "marginal" and before > after >= 0 and not limit:
                said = f"tiers {name} pay {after:.4g} from {tiers.start[at]:,.10g} on, after {before:.4g}"
                yield view.of_part("tiers", name, at, "rate"), said


@rule("E304", "Make all rates 0 or more, and let rates on the whole amount rise.")
def earns_less(view: View) -> Iterator[Found]:
    """Selling more earns less.

    With a negative rate, or a lower rate that applies to the whole amount, pay falls at the bound.
    """
    for name, (tiers, _) in _of_amounts(view):
        for at, rate in enumerate(tiers.rate):
            falls = tiers.mode in ("whole", "fixed") and at > 0 and rate < tiers.rate[at - 1]
            if rate < 0 or falls:
                said = f"tiers {name} pay {rate:.4g} from {tiers.start[at]:,.10g} on"
                yield view.of_part("tiers", name, at, "rate"), f"{said}, so selling more earns less"


@rule("W305", "Make the tiers marginal, or the rate steps smaller.")
def retroactive_jump(view: View) -> Iterator[Found]:
    """A cliff in a retroactive tier table: over 25% more for one more unit.

    The rate reached applies to all sales, so a single deal decides the quarter's pay.
    """
    for name, (tiers, _) in _of_amounts(view):
        for at, (before, after) in enumerate(pairwise(tiers.rate), start=1):
            if tiers.mode == "whole" and before > 0 and exceeds(after / before - 1, JUMP):
                said = f"tiers {name} raise all earnings by {after / before - 1:.0%} at"
                yield view.of_part("tiers", name, at, "rate"), f"{said} {tiers.start[at]:g}"


APART: Final = 20.0
"""Tier bounds this many times below the amounts are in another unit: each single deal exceeds them all."""
UNREACHED: Final = 300.0
"""Tier bounds this many times above all sales are in another unit."""
_FEW: Final = 3
"""This many deals establish their usual size."""


@rule("E310", "Enter the bounds in the unit of the amounts, or base the tiers on attainment.", ("deals",))
def unlike_bounds(view: View) -> Iterator[Found]:
    """Tier bounds in a different unit than the amounts.

    With bounds of 1 and 1.25, or of 100 and 125 (thousands), on deals of 20,000, the highest rate is paid on
    nearly everything. Bounds three hundred times above all sales are never reached.
    """
    for one in view.components:
        source = tier_source(one.values)
        if one.tiers is None or one.tiers_on != "amount" or source not in ("paid", "credited"):
            continue
        if one.values.get("tier_basis") == COUNTED:
            continue  # W314
        bounds = [bound for bound in one.tiers.start if bound > 0]
        every_kind = one.values.get("tier_measure") == CREDITED
        amounts = np.abs(view.worth[~np.isnan(view.worth)] if every_kind else view.deals_of(one))
        amounts = amounts[amounts > 0]
        if not bounds or len(amounts) < _FEW:
            continue
        name, usual, every = str(one.values["tier_id"]), float(np.median(amounts)), float(amounts.sum())
        said = f"the bounds of {name} ({listed(f'{bound:,.10g}' for bound in bounds)})"
        if bounds[-1] * APART <= usual:
            far = f"are far below its deals, whose median is {usual:,.10g}"
        elif bounds[0] >= UNREACHED * every:
            far = f"are far above the sum of all its deals, {every:,.10g}"
        else:
            continue
        at = one.tiers.start.index(bounds[0])
        yield view.of_part("tiers", name, at, "from"), f"{said} {far}"


YEARS: Final = 5
"""Whole numbers up to this one may be years of a contract."""
_MONTHS: Final = 12


@rule("W317", "Enter the terms of deals and their bounds in months, those of customers' years in years.",
      ("deals",), at_pay=True)  # fmt: skip
def years_for_months(view: View) -> Iterator[Found]:
    """Tiers by the term of a deal or the year of its customer, with years and months mixed up.

    Bounds of 2 and 3 on terms of 12, 24 and 36 put every deal in the highest tier; bounds of 24 and 36 on
    terms of 1, 2 and 3 none. Reported if deals have different terms (three deals or more). A customer's first
    year is 1: bounds of 13 and 25 are months, and bounds of 2025 and 2026 calendar years.
    """
    deals = view.tables["deals"].columns
    for one in view.components:
        measure = one.values.get("tier_measure")
        if one.tiers is None or measure not in ("term", "customer_year"):
            continue
        bounds = np.array([bound for bound in one.tiers.start if bound > 0])
        if measure == "customer_year":
            if bounds.max(initial=0.0) > _MONTHS:
                name, most = str(one.values["tier_id"]), float(bounds.max())
                said = f"a bound of {name} is {most:.10g}, and a customer's first year is 1"
                yield view.of_part("tiers", name, one.tiers.start.index(most), "from"), said
            continue
        terms = deals["term"][wanted_deals(one.values, deals) & (deals["term"] > 0)]
        if not len(bounds) or len(terms) < _FEW or len(set(terms.tolist())) == 1:
            continue
        name = str(one.values["tier_id"])
        shown = listed(f"{term:.10g}" for term in sorted(set(terms.tolist())))
        said = (
            f"the bounds of {name} are {listed(f'{bound:.10g}' for bound in bounds)}, and the terms of deals"
        )
        if _years(bounds) and not (terms % _MONTHS).any():
            said += f" {shown}: are the bounds years?"
        elif _years(terms) and not (bounds % _MONTHS).any() and bounds.max() > _MONTHS:
            said += f" {shown}: are the terms years?"
        else:
            continue
        at = one.tiers.start.index(float(bounds[0]))
        yield view.of_part("tiers", name, at, "from"), said


def _years(numbers: Array) -> bool:
    return bool(np.all((numbers <= YEARS) & (numbers % 1 == 0)))


STEP: Final = 6.0
"""No accelerator pays six times the rate of the previous tier."""


@rule("W311", "Check the rate: a digit may be missing or extra.", (), at_pay=True)
def unlike_rate(view: View) -> Iterator[Found]:
    """A rate six times that of the next tier, or a sixth of it.

    Accelerators double or triple a rate. 0.6 or 0.006 between 0.04 and 0.08 has a digit too many or too few.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        if earns_money(view, name):
            continue
        rates = np.array(tiers.rate)
        paid = np.flatnonzero(rates > 0)
        if len(paid) < 2:
            continue
        # Of two rates that are far apart, the one further from all the others is reported.
        usual = medians_of_others(rates[paid]) if len(paid) > 2 else rates[paid][::-1]
        told: set[int] = set()
        for one, other in pairwise(range(len(paid))):
            low, high = sorted((float(rates[paid[one]]), float(rates[paid[other]])))
            if high < STEP * low * (1 - 1e-9) or {one, other} & told:
                continue
            off = {at: abs(np.log(rates[paid[at]] / usual[at])) for at in (one, other)}
            at = other if off[other] >= off[one] else one
            beside = one if at == other else other
            told.add(at)
            rate, near = float(rates[paid[at]]), float(rates[paid[beside]])
            said = f"a rate of {name} is {rate:.10g}, {times(rate, near, 'that of the next tier')}"
            yield view.of_part("tiers", name, int(paid[at]), "rate"), said


COMPARABLE: Final = 100.0
"""A measure this many times below the sales is no total of them: it is a ratio, a score or a count."""


@rule("W312", "Correct the total, or the measure that finds the tier.", ("results", "deals"), at_pay=True)
def total_below_part(view: View) -> Iterator[Found]:
    """The total that decides the tier is less than the part of it that is paid.

    Total sales of 12,000 cannot include recurring deals of 70,000: the total is for another month, in another
    unit or lacks a digit, and the lowest rate is paid.
    """
    results = view.tables["results"]
    for one in view.components:
        if tier_source(one.values) != "results" or one.values["tier_scope"] != "individual":
            continue
        sold, measure = view.sold(one), str(one.values["tier_measure"])
        for row in view.reached.get((measure, "individual"), ()):
            who, total = str(results.columns["id"][row]), float(results.columns["actual"][row])
            paid = sum(sold.get((who, results.columns["period"][row]), ()))
            if paid / COMPARABLE < total < paid and exceeds(paid, total):
                said = f"{measure} of {who} is {total:,.10g}, and finds the tier of deals of {paid:,.10g}"
                yield results.where(row, "actual"), said, who


@rule(
    "W609", "None needed if deals count accounts or seats; otherwise enter the rate as a ratio: 5% is 0.05."
)
def rate_by_count(view: View) -> Iterator[Found]:
    """A rate above 1 on small whole numbers.

    This is right for deals that count accounts or seats, paid an amount each. Deals in thousands of a
    currency with the rate entered as a percentage would look the same.
    """
    tiers, components = view.tables["tiers"], view.tables["components"]
    small = "and every amount it applies to is a whole number up to 1,000"
    for name, (table_of, _) in view.book.parts["tiers"].items():
        for at, rate in enumerate(table_of.rate):
            if rate > MOST_RATE and not earns_money(view, name) and counts(view, name):
                yield (
                    tiers.where(view.rows["tiers"][name][at], "rate"),
                    f"a rate of {name} is {rate:g}, {small}",
                )
    for one in view.components:
        rate = one.values.get("rate")
        if rate is not None and rate > MOST_RATE and pays_by_count(view, one):
            yield components.where(one.row, "rate"), f"the rate of {one.component_id} is {rate:g}, {small}"


def earns_money(view: View, tier_id: str) -> bool:
    """Whether what a tier table has as rates are amounts: of the tier, or of each deal that it counts."""
    users = [one for one in view.components if one.values.get("tier_id") == tier_id]
    if view.book.parts["tiers"][tier_id][0].mode in ("interpolated", "fixed"):
        return True
    return bool(users) and all(one.values.get("tier_basis") == COUNTED for one in users)


@rule("W313", "Enter an amount, or make the tiers marginal or whole if a rate is meant.", (), at_pay=True)
def rate_as_amount(view: View) -> Iterator[Found]:
    """A tier amount below 1.

    The tiers give amounts of money, and 0.05 dollars is next to nothing: a rate was probably meant.
    """
    for name, (tiers, _) in view.book.parts["tiers"].items():
        for at, rate in enumerate(tiers.rate):
            if 0 < rate < 1 and earns_money(view, name):
                said = f"a tier of {name} earns {rate:.10g}, an amount of money"
                yield view.of_part("tiers", name, at, "rate"), said


@rule("W314", "Enter the bounds as numbers of deals, or set tier_basis to period.", ("deals",), at_pay=True)
def bounds_never_counted(view: View) -> Iterator[Found]:
    """Tiers that count deals, with bounds far above the number of deals.

    Bounds such as 10,000 are amounts of money: no number of deals reaches them.
    """
    for one in view.components:
        if one.tiers is None or one.values.get("tier_basis") != COUNTED or one.tiers_on != "amount":
            continue
        bounds, count = [bound for bound in one.tiers.start if bound > 0], len(view.deals_of(one))
        if count and bounds and bounds[0] > _FAR_COUNT * count:
            name = str(one.values["tier_id"])
            said = (
                f"the bounds of {name} count deals, but {bounds[0]:,.10g} is far above all {count:,} of them"
            )
            yield view.of_part("tiers", name, one.tiers.start.index(bounds[0]), "from"), said


_FAR_COUNT: Final = 20.0
"""A bound on a number of deals is wrong if it is this many times all the deals in the tables."""


def counts(view: View, tier_id: str) -> bool:
    """Whether everything a tier table pays on is a count."""
    users = [one for one in view.components if one.values.get("tier_id") == tier_id]
    return bool(users) and all(pays_by_count(view, one) for one in users)


def pays_by_count(view: View, one: ComponentTerms) -> bool:
    """Whether the deals that a component pays on are counts: whole numbers up to a thousand."""
    amounts = np.abs(view.deals_of(one))
    return bool(len(amounts)) and bool(((amounts <= MOST_COUNTED) & (amounts == np.floor(amounts))).all())
