"""Worksheet functions for the pay plan: attainment, curves, tiers, goals, commission."""

from __future__ import annotations

import math
from dataclasses import replace
from math import inf
from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.functions.percent_rates import (
    MOST_COUNTED,
    refuse_otherwise_in_other_unit,
    refuse_percentages,
    refuse_ratio_as_amount,
    refuse_ratio_as_limit,
    refuse_ratio_of_figures,
    refuse_thousands,
    refuse_two_units,
)
from csm_xl.functions.registry import Result, function, money, number, ratio, table, word
from csm_xl.pay import adjust, curves, goals
from csm_xl.pay import matrix as matrices
from csm_xl.pay import tiers as tier_tables
from csm_xl.pay.attainment import DIRECTIONS, METHODS
from csm_xl.pay.attainment import attainment as attainment_of
from csm_xl.pay.rounding import Array, exceeds
from csm_xl.plan.columns import typed_percentage
from csm_xl.plan.schema import TENFOLD, Column
from csm_xl.plan.schema.shared import SCALE, TWICE

_ON: Final = ("attainment", "actual")
_CURVE: Final = (
    Column("attainment", "ratio", "Attainment at the curve point.", required=True, unit="ratio", most=inf),
    Column("payout", "ratio", "Payout ratio at the curve point.", required=True, unit="ratio", at_least=0),
)
_TIERS: Final = (
    Column("from", "number", "Start of the tier.", required=True),
    Column("to", "number", "End of the tier; blank: the start of the next tier, or no end."),
    Column("rate", "number", "Rate of the tier; for interpolated tiers the amount at its end, for fixed ones"
           " what it earns.", required=True),
)  # fmt: skip
_MODE: Final = word(
    "marginal: each slice at its own rate; otherwise the rate reached on the whole amount, or "
    "interpolated amounts, or the fixed amount of the tier reached.",
    tier_tables.MODES,
)
_PRIOR: Final = money("Amount credited earlier in the same year.")
_TIER_ROWS: Final = table(
    "Rows (from, rate) or (from, to, rate), lowest first; a blank `to` means no end.", *_TIERS
)


@function(
    "Pay plan",
    Result("Attainment; 1 is 100% of goal.", "ratio"),
    {
        "actual": number("Actual result."),
        "goal": number("Goal in the same unit; above 0."),
        "direction": word("Whether higher or lower is better (churn).", DIRECTIONS),
        "method": word("For lower: complement 2 − actual/goal, or inverse goal/actual.", METHODS),
    },
    examples=("CSM_ATTAINMENT(94, 100)", 'CSM_ATTAINMENT(0.04, 0.05, "lower")'),
)
def attainment(actual: Any, goal: Any, direction: str = "higher", method: str = "complement") -> Array:
    """Attainment of a goal: actual / goal, or for lower-is-better measures by method.

    Errors: an actual of 0.94 beside a goal of 90, or 94 beside 0.9 (a ratio beside a
    percentage); an actual of 150,000 beside a goal of 120, which is in thousands;
    #NUM! for a goal of 0 or below, and with inverse for an actual of 0 or below.
    Source: Xactly, "Incent concepts: understanding attainment calculations".
    """
    refuse_two_units(actual, goal)
    if direction == "higher":
        refuse_thousands(actual, goal)
    return attainment_of(actual, goal, direction, method)


@function(
    "Pay plan",
    Result("Payout ratio, never below 0.", "ratio"),
    {
        "attainment": ratio("Attainment; 1 is 100% of goal. With on actual, the figure itself.", most=inf),
        "curve": table("Curve points (attainment, payout ratio), lowest attainment first.", *_CURVE),
        "mode": word("Between curve points: straight lines or steps.", curves.MODES),
        "below": word("Payout before the first curve point.", curves.BELOWS),
        "above": word("Payout after the last curve point.", curves.ABOVES),
        "cap": ratio("The highest payout ratio; blank: no cap.", at_least=0),
        "on": word(
            "What the points and the argument are: attainment, or figures in the measure's own unit"
            " (actual). If payouts fall, lower figures are better.",
            _ON,
        ),
    },
    examples=(
        "CSM_PAYCURVE(0.95, {0.9,0.5;1,1;1.2,1.5})",
        'CSM_PAYCURVE({0.8;1.3}, {0.9,0.5;1,1;1.2,1.5}, "linear", "zero", "extrapolate", 1.6)',
        'CSM_PAYCURVE(553, {505,0.5;631,1;694,2}, , , , , "actual")',
        'CSM_PAYCURVE(70, {61,2;66,1;68,1;73,0.5}, , , , , "actual")',
    ),
)
def pay_curve(
    attainment: Any,
    curve: Array,
    mode: str = "linear",
    below: str = "zero",
    above: str = "hold",
    cap: Any = None,
    on: str = "attainment",
) -> Array:
    """Payout ratio of a curve at an attainment. A curve point belongs to the band it starts.

    With on actual, `below` and `above` are on the worse and the better side of the points.
    Errors: curve points that are not sorted; an unknown word; an attainment above 10 on a curve of ratios, or
    an attainment of 0.95 on points in percent, or on figures of 50 and more.
    Source: threshold, target and maximum joined by straight lines, as in Synchronoss 2013, exhibit 10.2.
    """
    if on == "actual":
        lowest, highest = np.argmin(curve[:, 0]), len(curve) - 1 - np.argmax(curve[::-1, 0])
        lower = bool(curve[lowest, 1] > curve[highest, 1])
        refuse_ratio_of_figures(attainment, curve[lowest, 0], ("attainment", "curve point"))
        paid = curves.pay_curve(attainment, curve, mode, below, above, lower=lower)
        return adjust.limit(paid, cap=cap)
    if np.max(curve[:, 0]) <= TENFOLD < np.max(attainment):
        typed = float(np.max(attainment))
        what, hint = typed_percentage(typed)
        raise CsmError(VALUE, what, "attainment", typed, hint)
    refuse_two_units(attainment, np.max(curve[:, 0]), ("attainment", "curve point"))
    return adjust.limit(curves.pay_curve(attainment, curve, mode, below, above), cap=cap)


def _refuse_odd_tiers(amount: Any, tiers: Array, mode: str, prior: Any) -> None:
    """Refuse bounds of attainment on an amount of money, an earlier attainment, and rates above 1;
    `interpolated` and `fixed` tiers hold money in the place of rates."""
    if mode in ("fixed", "interpolated"):
        refuse_ratio_as_amount(np.max(tiers[:, -1]), np.max(np.abs(amount)), "rate")
    if mode in ("marginal", "whole"):
        refuse_percentages(tiers[:, -1], np.max(np.abs(amount)), "tiers rate")
    refuse_ratio_as_limit(prior, amount, "prior")
    highest = float(np.nanmax(tiers[:, 0], initial=0.0))
    if len(tiers) > 1 and 0 < highest <= TENFOLD and (most := float(np.max(np.abs(amount)))) > MOST_COUNTED:
        what = f"the last tier begins at {highest:g}, a multiple of the goal, and the amount is {most:,.10g}"
        hint = f"Give bounds in the unit of the amount: {highest:g} × the goal."
        raise CsmError(VALUE, what, "tiers from", highest, hint)


@function(
    "Pay plan",
    Result("Earnings on the amount.", "money"),
    {
        "amount": money("Amount credited; negative for returns."),
        "tiers": _TIER_ROWS,
        "mode": _MODE,
        "prior": _PRIOR,
        "tie": word("Tier of an amount exactly on a bound.", tier_tables.TIES),
    },
    examples=("CSM_TIERPAY(4500, {0,0.01;1000,0.02;3000,0.03})",
              'CSM_TIERPAY(20000, {0,150000,0.04;150000,,0.06}, "marginal", 145000)'),
)  # fmt: skip
def tier_pay(
    amount: Any, tiers: Array, mode: str = "marginal", prior: Any = 0.0, tie: str = "upper"
) -> Array:
    """Earnings of an amount under a tier table: earned(prior + amount) − earned(prior).

    Errors: tiers that are not sorted, overlap or leave a gap; a last interpolated tier without an end; a
    rate above 1, or one of less than 1 where tiers hold amounts, bounds of attainment such as 1.2, or a prior
    such as 0.5, on an amount above 1,000.
    Source: Oracle Incentive Compensation, "Examples of Calculating Earnings Using Step Rates".
    """
    _refuse_odd_tiers(amount, tiers, mode, prior)
    return tier_tables.tier_pay(amount, tiers, mode, prior, tie)


@function(
    "Pay plan",
    Result("Earnings as a ratio of the amount.", "ratio"),
    {"amount": money("Amount credited; not 0."), "tiers": _TIER_ROWS, "mode": _MODE, "prior": _PRIOR},
    examples=("CSM_BLENDEDRATE(20000, {0,0.04;150000,0.06}, , 145000)",),
)
def blended_rate(amount: Any, tiers: Array, mode: str = "marginal", prior: Any = 0.0) -> Array:
    """Blended rate of an amount under a tier table: earned / amount.

    Errors: #NUM! for an amount of 0; tiers as for CSM_TIERPAY.
    Source: Salesforce Spiff, marginal payout rule functions.
    """
    _refuse_odd_tiers(amount, tiers, mode, prior)
    return tier_tables.blended_rate(amount, tiers, mode, prior)


@function(
    "Pay plan",
    Result("The combined ratio.", "ratio", "one"),
    {
        "ratios": ratio("Payout ratios, one per measure.", "column"),
        "weights": ratio("Weights, one per ratio.", "column"),
        "method": word("Σ weight × ratio, or the product of the ratios.", goals.METHODS),
    },
    examples=("CSM_WEIGHTED({1.25;1}, {0.5;0.5})",),
)
def weighted(ratios: Array, weights: Array, method: str = "additive") -> Array:
    """One payout ratio from the ratios of several measures.

    Errors: different numbers of weights and ratios; weights and ratios that are swapped, or a total among
    them; weights that sum to more than 1. Those of a part of the measures may sum to less.
    """
    if method == "additive":
        _refuse_odd_weights(ratios, weights)
    return goals.weighted(ratios, weights, method)


def _refuse_odd_weights(ratios: Array, weights: Array) -> None:
    """Refuse weights of which the last is the total, those of which the ratios are the weights, and those
    that are more than the whole."""
    if len(weights) != len(ratios) or len(weights) < _SEVERAL:
        return
    whole, first, others = (math.fsum(map(float, part)) for part in (weights, weights[:-1], ratios))
    if len(weights) > _SEVERAL and math.isclose(first, 1) and float(weights[-1]) == 1:
        raise CsmError(VALUE, "the last weight, 1, is the sum of all others", "weights", 1.0,
                       "End both ranges above the total.")  # fmt: skip
    if whole > _PARTIAL and math.isclose(others, 1) and min(map(float, ratios)) > 0:
        raise CsmError(VALUE, f"the ratios sum to 1, and the weights to {whole:.4g}", "weights", whole,
                       "Give the ratios first, then their weights.")  # fmt: skip
    if exceeds(whole, 1):
        hint = "Type weights that sum to 1, and add what is paid on top to the result."
        raise CsmError(VALUE, f"the weights sum to {whole:.10g}, more than 1", "weights", whole, hint)


_SEVERAL: Final = 2
_PARTIAL: Final = 1.5
"""From this sum on, weights beside ratios that sum to 1 are surely the ratios."""


@function(
    "Pay plan",
    Result("The payout, or at most `otherwise` if the gate is not met.", "as payout"),
    {
        "measure": number("Result of the gate measure."),
        "minimum": number("Minimum of the gate measure, in the same unit."),
        "payout": number("Payout ratio or amount if the gate is met."),
        "otherwise": number("Maximum payout if the gate is not met."),
    },
    examples=("CSM_GATE(0.79, 0.8, 1.2, 0.5)",),
)
def gate(measure: Any, minimum: Any, payout: Any, otherwise: Any = 0.0) -> Array:
    """Gate: the payout if another measure reaches its minimum, otherwise min(payout, otherwise).

    Errors: a measure of 0.93 beside a minimum of 90, or the reverse: one is a ratio, the other a percentage;
    a payout in money with otherwise as a ratio, or a ratio with a percentage.
    """
    refuse_two_units(measure, minimum, ("measure", "minimum"))
    refuse_ratio_of_figures(minimum, measure, ("minimum", "measure"))
    refuse_otherwise_in_other_unit(payout, otherwise)
    return adjust.gate(measure, minimum, payout, otherwise)


@function(
    "Pay plan",
    Result("Payout × factor.", "as payout"),
    {
        "payout": number("Payout ratio or amount."),
        "factor": ratio("Company or division factor."),
        "floor": ratio("Minimum factor; blank: none."),
        "cap": ratio("Maximum factor; blank: none."),
    },
    examples=("CSM_MODIFY(1000, 1.6, 0.8, 1.2)",),
)
def modify(payout: Any, factor: Any, floor: Any = None, cap: Any = None) -> Array:
    """Modifier: payout × factor; floor and cap limit the factor, not the payout.

    Errors: a floor above its cap.
    """
    return adjust.modify(payout, factor, floor, cap)


@function(
    "Pay plan",
    Result("Payout within floor and cap.", "as payout"),
    {
        "payout": number("Payout ratio or amount."),
        "floor": number("Minimum payout; blank: none."),
        "cap": number("Maximum payout; blank: none."),
    },
    examples=("CSM_CAP(2.5, 0.5, 2)", "CSM_CAP(2.5, , 2)"),
)
def cap(payout: Any, floor: Any = None, cap: Any = None) -> Array:
    """Payout limited by a floor and a cap.

    Errors: a floor above its cap; a floor or cap such as 1.5, which is a ratio, of a payout above 1,000.
    """
    refuse_ratio_as_limit(floor, payout, "floor")
    refuse_ratio_as_limit(cap, payout, "cap")
    return adjust.limit(payout, floor, cap)


@function(
    "Pay plan",
    Result("Payout of the cell reached.", "as the table"),
    {
        "row_measure": number("Result of the row measure."),
        "column_measure": number("Result of the column measure."),
        "table": table("Payouts, with row headings in column 1 and column headings in row 1, both rising."),
        "mode": word(
            "step: the last row and column reached; otherwise interpolated between headings.", matrices.MODES
        ),
    },
    examples=(
        "CSM_MATRIX(1.2, 250, {0,100,200;0.9,0.5,0.8;1,1,1.5})",
        'CSM_MATRIX(0.95, 150, {0,100,200;0.9,0.5,0.8;1,1,1.5}, "bilinear")',
    ),
)
def matrix(row_measure: Any, column_measure: Any, table: Array, mode: str = "lookup") -> Array:
    """Payout of a matrix for two measures. Below the first row or column it is 0.

    Errors: headings that are not sorted; a missing heading or payout.
    Source: two-measure grids, such as American Reprographics 2011, exhibit 10.2.
    """
    try:
        return matrices.matrix_payout(row_measure, column_measure, table, mode)
    except CsmError as error:
        raise CsmError.of(replace(issue, where=issue.where.replace("matrix", "table", 1))
                          for issue in error.issues) from None  # fmt: skip


@function(
    "Pay plan",
    Result("The weighted score.", "ratio", "one"),
    {
        "weights": ratio("Weights of the goals; their sum must be 1.", "column"),
        "scores": ratio("Score of each goal; 1 is fully achieved.", "column"),
        "max_score": ratio("Maximum score per goal; blank: no limit.", at_least=0),
    },
    examples=("CSM_MBO({0.4;0.4;0.2}, {1;0.5;1.25}, 1)",),
)
def mbo(weights: Array, scores: Array, max_score: Any = None) -> Array:
    """Score of personal goals (MBO): Σ weight × score.

    Errors: weights that do not sum to 1; a weight or score below 0; a score above 2, which is points of a
    scale; different numbers of weights and scores.
    """
    if (highest := float(np.max(scores, initial=0.0))) > TWICE:
        raise CsmError(
            VALUE, f"the score {highest:g} is {highest:,.0%} of the goal", "scores", highest, SCALE
        )
    return goals.goal_score(weights, scores, max_score)
