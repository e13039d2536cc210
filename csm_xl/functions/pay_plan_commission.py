"""Worksheet functions of the pay plan: commission on deals, credits, SPIFs, pools and rank pay."""

from __future__ import annotations

from math import inf
from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.percent_rates import (
    refuse_percentages,
    refuse_ratio_as_amount,
    refuse_ratio_as_limit,
    refuse_total,
    refuse_two_units,
    together,
)
from csm_xl.functions.registry import Result, flag, function, money, number, ratio, table
from csm_xl.pay import adjust, pools, rank
from csm_xl.pay import commission as deals
from csm_xl.pay.rounding import Array
from csm_xl.plan.schema import Column

_CURVE: Final = (
    Column("attainment", "ratio", "Attainment at the curve point.", required=True, unit="ratio", most=inf),
    Column("payout", "ratio", "Payout ratio at the curve point.", required=True, unit="ratio", at_least=0),
)


@function(
    "Pay plan",
    Result("The commission.", "money"),
    {
        "amount": money("Amount of the deal."),
        "rate": ratio("Commission rate."),
        "split": ratio("This person's share of the deal, from 0 to 1."),
        "fixed": money("Fixed amount for the deal."),
    },
    examples=("CSM_COMMISSION(50000, {0.02;0.08})", "CSM_COMMISSION(50000, 0.02, 0.5, 250)"),
)
def commission(amount: Any, rate: Any, split: Any = 1.0, fixed: Any = 0.0) -> Array:
    """Commission on a deal: amount × rate × split + fixed.

    Errors: a split that is not from 0 to 1; a rate above 1, or a fixed amount such as 0.5, on an amount above
    1,000.
    """
    refuse_percentages(rate, amount, "rate")
    refuse_ratio_as_amount(fixed, amount, "fixed")
    return deals.commission(amount, rate, split, fixed)


@function(
    "Pay plan",
    Result(
        "Amount of each share, rounded to the cent and adding up to the whole.",
        "money",
        "like",
        like="shares",
    ),
    {
        "amount": money("Amount of the deal."),
        "shares": ratio("Shares of the people credited.", "column"),
        "allow_over": flag("Whether the shares may sum to more than 1."),
    },
    examples=("CSM_CREDIT(100, {0.5;0.25;0.25})",),
)
def credit(amount: Any, shares: Array, allow_over: bool = False) -> Array:
    """Amount split by shares, adding up to the cent.

    Errors: a share below 0; shares that sum to more than 1, unless allowed.
    Source: the largest-remainder method of apportionment, for the cents left over.
    """
    return deals.credit(amount, shares, allow_over)


@function(
    "Pay plan",
    Result("The SPIF earned.", "money"),
    {
        "count": number("Number of qualifying events."),
        "amount": money("Amount per event."),
        "cap": money("Maximum payout; blank: no cap.", at_least=0),
    },
    examples=("CSM_SPIF({3;12}, 250, 2000)",),
)
def spif(count: Any, amount: Any, cap: Any = None) -> Array:
    """SPIF: an amount per qualifying event, up to a maximum amount.

    Errors: a count below 0; a cap such as 3, which is a number of events, of 250 for each.
    """
    if cap is not None:
        _refuse_counted_cap(amount, cap)
    return deals.spif(count, amount, cap)


@function(
    "Pay plan",
    Result("Payouts to the cent, scaled down if the pool is too small.", "money", "like", like="payouts"),
    {
        "payouts": money("Earnings of each person.", rank="column"),
        "pool": money("Amount of the pool."),
    },
    examples=("CSM_POOL({500;300;200}, 700)",),
)  # fmt: skip
def pool(payouts: Array, pool: Any) -> Array:
    """Payouts from a funded pool, scaled by pool / Σ payouts if it is smaller; never more than the pool.

    Errors: a pool below 0, or such as 0.9, which is a ratio, of payouts above 1,000; a total among the
    payouts.
    """
    refuse_ratio_as_limit(pool, np.sum(payouts), "pool")
    refuse_total(payouts, "payouts", _ROUND)
    return adjust.pool(payouts, pool)


@function(
    "Pay plan",
    Result("Payout of each person, rounded to the cent; together never more than the pool.", "money", "like",
           like="weights"),
    {
        "pool": money("Amount of the pool.", at_least=0),
        "weights": number("Weight of each person, such as points or salaries.", rank="column"),
        "cap": money("Maximum for one person; blank: no cap.", at_least=0),
    },
    examples=("CSM_POOLSHARES(10000, {5;4;1})", "CSM_POOLSHARES(10000, {5;4;1}, 4000)"),
)  # fmt: skip
def pool_shares(pool: Any, weights: Array, cap: Any = None) -> Array:
    """A pool shared by weights: pool × weight / Σ weights, with a cap per person.

    What exceeds the cap goes to the others by their weights, until nobody exceeds it. If everyone is at the
    cap, the rest of the pool is not paid.
    Errors: a pool, weight or cap below 0; a cap such as 0.5, which is a ratio, of a pool above 1,000; a total
    among the weights.
    Source: the largest-remainder method of apportionment, for the cents left over.
    """
    refuse_ratio_as_limit(cap, pool, "cap")
    refuse_total(weights, "weights")
    return pools.shared_pool(pool, weights, cap)


@function(
    "Pay plan",
    Result("Payout ratio.", "ratio"),
    {
        "value": number("The result to rank."),
        "peers": number("Results of the whole peer group.", rank="column"),
        "curve": table("Curve points (percentile rank from 0 to 1, payout ratio), lowest first.", *_CURVE),
    },
    examples=("CSM_RANKPAY(30, {10;20;30;40;50}, {0.25,0.5;0.5,1;0.75,2})",),
)
def rank_pay(value: Any, peers: Array, curve: Array) -> Array:
    """Payout ratio for a rank among peers: the percentile rank looked up in a curve.

    Errors: no peers; curve points that are not sorted; a point above 1, the rank of the first; a value of
    0.9 among peers of 85, or the reverse.
    Source: the rank is that of Excel's PERCENTRANK.INC.
    """
    if (highest := float(np.max(curve[:, 0]))) > 1:
        raise CsmError(VALUE, "a curve point is above 1, and ranks are from 0 (last) to 1 (first)", "curve",
                       highest, "State the points as ranks: 0.5 in the middle, 1 at the top.")  # fmt: skip
    if len(peers):
        refuse_two_units(value, np.median(peers), ("value", "peers"))
    return rank.rank_payout(value, peers, curve)


_ROUND: Final = 100.0
_EVENTS: Final = 20.0
_OF_AN_EVENT: Final = 0.1


def _refuse_counted_cap(amount: Any, cap: Any) -> None:
    """Refuse a cap that is a whole number far below what one event pays: what is left of a year's maximum may
    be less than an event, but hardly a few dollars."""
    amounts, caps = together(amount, cap)
    found = (caps > 0) & (caps <= _EVENTS) & (caps == np.floor(caps)) & (caps < _OF_AN_EVENT * amounts)
    for one, most in zip(amounts[found].flat, caps[found].flat, strict=True):
        what = f"the cap {most:g} is a number of events, and an amount is needed"
        hint = f"Give the amount: {most:g} events of {one:,.10g} are {most * one:,.10g}."
        raise CsmError(VALUE, what, "cap", float(most), hint)
