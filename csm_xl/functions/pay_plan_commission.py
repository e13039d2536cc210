"""Worksheet functions of the pay plan: commission on deals, credits, SPIFs, pools and rank pay."""

from __future__ import annotations

from math import inf
from typing import Any, Final

from csm_xl.functions.registry import Result, flag, function, money, number, ratio, table
from csm_xl.pay import adjust, rank
from csm_xl.pay import commission as deals
from csm_xl.pay.rounding import Array
from csm_xl.plan.schema import Column

_CURVE: Final = (
    Column("attainment", "ratio", "Attainment at the knot.", required=True, unit="ratio", most=inf),
    Column("payout", "ratio", "Payout ratio at the knot.", required=True, unit="ratio", at_least=0),
)


@function(
    "Pay plan",
    Result("The commission.", "money"),
    {
        "amount": money("Amount of the deal."),
        "rate": ratio("Commission rate."),
        "split": ratio("This person's share of the deal, from 0 to 1."),
        "fixed": money("Money for the deal itself."),
    },
    examples=("CSM_COMMISSION(50000, {0.02;0.08})", "CSM_COMMISSION(50000, 0.02, 0.5, 250)"),
)
def commission(amount: Any, rate: Any, split: Any = 1.0, fixed: Any = 0.0) -> Array:
    """Commission on a deal: amount × rate × split + fixed.

    Errors: a split that is not from 0 to 1.
    """
    return deals.commission(amount, rate, split, fixed)


@function(
    "Pay plan",
    Result("The amount of each share, to the cent, adding up to the whole.", "money", "like", like="shares"),
    {
        "amount": money("Amount of the deal."),
        "shares": ratio("The shares of those who are credited.", "column"),
        "allow_over": flag("Whether the shares may sum to more than 1."),
    },
    examples=("CSM_CREDIT(100, {0.5;0.25;0.25})",),
)  # fmt: skip
def credit(amount: Any, shares: Array, allow_over: bool = False) -> Array:
    """An amount credited by shares, adding up to the cent.

    Errors: a share below 0; shares that sum to more than 1 where that is not allowed.
    Source: the largest-remainder method of apportionment, for the cents left over.
    """
    return deals.credit(amount, shares, allow_over)


@function(
    "Pay plan",
    Result("The SPIF earned.", "money"),
    {
        "count": number("How many qualifying events."),
        "amount": money("Money for each."),
        "cap": money("The most that is paid; blank: no cap.", at_least=0),
    },
    examples=("CSM_SPIF({3;12}, 250, 2000)",),
)
def spif(count: Any, amount: Any, cap: Any = None) -> Array:
    """A SPIF: an amount for each qualifying event, up to a cap in money.

    Errors: a count below 0.
    """
    return deals.spif(count, amount, cap)


@function(
    "Pay plan",
    Result("The payouts to the cent, scaled down when the pool is smaller.", "money", "like", like="payouts"),
    {
        "payouts": money("What each has earned.", rank="column"),
        "pool": money("What is funded for all of them."),
    },
    examples=("CSM_POOL({500;300;200}, 700)",),
)  # fmt: skip
def pool(payouts: Array, pool: Any) -> Array:
    """Payouts from a funded pool, scaled by pool / Σ payouts when it is smaller; never more than it.

    Errors: a pool below 0.
    """
    return adjust.pool(payouts, pool)


@function(
    "Pay plan",
    Result("Payout ratio.", "ratio"),
    {
        "value": number("The result that is ranked."),
        "peers": number("The results of the whole peer group.", rank="column"),
        "curve": table("Knots (percentile rank from 0 to 1, payout ratio), lowest first.", *_CURVE),
    },
    examples=("CSM_RANKPAY(30, {10;20;30;40;50}, {0.25,0.5;0.5,1;0.75,2})",),
)
def rank_pay(value: Any, peers: Array, curve: Array) -> Array:
    """The payout ratio for a standing among peers: the percentile rank looked up in a curve.

    Errors: no peers; knots that are not sorted.
    Source: the rank of Excel's PERCENTRANK.INC.
    """
    return rank.rank_payout(value, peers, curve)
