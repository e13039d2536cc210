"""What a payout meets on its way: gates, modifiers, floors and caps, the plan cap, a pool."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE
from csm_xl.pay.attainment import DIRECTIONS
from csm_xl.pay.check import one_of, refuse
from csm_xl.pay.rounding import (
    Array,
    alike,
    exact,
    exceeds,
    floats,
    is_exact,
    reaches,
    round_down,
    round_money,
    share_out,
)
from csm_xl.pay.trace import greater, smaller


def gate_met(
    measure: ArrayLike,
    minimum: ArrayLike,
    direction: str = "higher",
    doubt: Array | None = None,
    strict: bool = False,
) -> Array:
    """Whether each measure passes its gate: reaches it, or with ``lower`` stays at or under it.

    measure, minimum: in one unit, shapes that broadcast. doubt: see `gate`. strict: the bound itself does not
    pass.

    >>> gate_met([0.8, 0.79], 0.8).tolist(), gate_met([0.05, 0.06], 0.05, "lower").tolist()
    ([True, False], [True, False])
    """
    one_of(direction, DIRECTIONS, "direction")
    found, asked = alike(measure, minimum)
    if direction == "higher":
        return exceeds(found, asked, doubt) if strict else reaches(found, asked, doubt)
    return np.asarray(~(reaches if strict else exceeds)(found, asked, doubt))


def gate(
    measure: ArrayLike,
    minimum: ArrayLike,
    payout: ArrayLike,
    otherwise: ArrayLike = 0.0,
    direction: str = "higher",
    doubt: Array | None = None,
) -> Array:
    """The payout where another measure passes its gate, else the lower of payout and `otherwise`.

    measure, minimum: the gate, in one unit; direction: ``higher`` (the measure must reach the minimum)
        or ``lower`` (it must stay at or under it, as churn). Compared on 9 decimals.
    payout, otherwise: ratios or money. All shapes broadcast.
    doubt: bool array of the result's shape; rows too near the gate for floats are set in it.
    Errors: an unknown direction.

    >>> gate([0.8, 0.79, 0.5], 0.8, [1.2, 1.2, 0.3], otherwise=0.5).tolist()
    [1.2, 0.5, 0.3]
    """
    full, least = alike(payout, otherwise)
    return np.asarray(np.where(gate_met(measure, minimum, direction, doubt), full, smaller(full, least)))


def limit(payout: ArrayLike, floor: ArrayLike | None = None, cap: ArrayLike | None = None) -> Array:
    """A payout held between a floor and a cap; None is no bound.

    payout, floor, cap: ratios or money, shapes that broadcast. Errors: a floor above its cap.

    >>> limit([0.2, 0.9, 2.5], floor=0.5, cap=2).tolist()
    [0.5, 0.9, 2.0]
    """
    given = [bound for bound in (floor, cap) if bound is not None]
    held, *bounds = alike(payout, *given)
    if len(bounds) == 2:
        refuse(exceeds(*bounds), bounds[0], VALUE, "the floor is above the cap", "floor",
               "Type a floor that is at most the cap.")  # fmt: skip
    if floor is not None:
        held = greater(held, bounds[0])
    if cap is not None:
        held = smaller(held, bounds[-1])
    return np.asarray(held)


def modify(
    payout: ArrayLike, factor: ArrayLike, floor: ArrayLike | None = None, cap: ArrayLike | None = None
) -> Array:
    """A payout times a factor, the company's or a division's, held between a floor and a cap.

    floor, cap: bounds of the factor, not of the payout; None is no bound. Shapes broadcast.
    Errors: a floor above its cap.

    >>> modify(1000, [0.5, 1.1, 1.6], floor=0.8, cap=1.2).tolist()
    [800.0, 1100.0, 1200.0]
    """
    money, held = alike(payout, limit(factor, floor, cap))
    return np.asarray(money * held)


def plan_cap_factor(total: ArrayLike, most: ArrayLike) -> Array:
    """What every component is multiplied by so that their sum stays within the plan cap: 1, or most / total.

    total: what the components sum to. most: the plan cap in money. Shapes broadcast.
    Errors: a plan cap below 0.

    >>> plan_cap_factor([900, 2500], 2000).tolist()
    [1.0, 0.8]
    """
    earned, bound = np.broadcast_arrays(*alike(total, most))
    refuse(bound < 0, bound, VALUE, "the plan cap is below 0", "plan cap", "Type a cap of 0 or more.")
    over = np.asarray(earned > bound, dtype=bool)
    factor = alike(np.ones(over.shape), earned)[0].copy()
    factor[over] = bound[over] / earned[over]
    return factor


def pool(payouts: ArrayLike, pool: ArrayLike, unit: float = 0.01) -> Array:
    """Payouts from a funded pool, rounded to the unit: scaled by pool / Σ payouts when it is too small.

    payouts: money, last axis those who share one pool. pool: money, of the leading shape.
    When the pool is smaller than the sum the results add up to it, the last cents going by largest
    remainder; else every payout is rounded by itself. Together they are never more than the pool: of one
    that is no multiple of the unit the rest is not paid. unit: the currency's minor unit.
    Errors: a pool below 0.

    >>> pool([500, 300, 200], 700).tolist()
    [350.0, 210.0, 140.0]
    >>> pool([100, 100, 100], 100).tolist()
    [33.34, 33.33, 33.33]
    >>> pool([600, 600], 1000.005).tolist(), pool([600, 401], 1000.5, unit=1).tolist()
    ([500.0, 500.0], [599.0, 401.0])
    """
    parts, fund = np.atleast_1d(exact(payouts)), exact(pool)
    refuse(fund < 0, fund, VALUE, "the pool is below 0", "pool", "Type a pool of 0 or more.")
    earned = np.asarray(parts.sum(axis=-1))
    factor = plan_cap_factor(earned, fund)
    rounded = round_money(parts, unit)
    # Payouts that the pool suffices for may still exceed it once they are rounded up.
    short = np.asarray(factor < 1, dtype=bool) | exceeds(
        rounded.sum(axis=-1), np.broadcast_to(fund, earned.shape)
    )
    paid = share_out(parts * factor[..., np.newaxis], round_down(fund, unit), unit)
    paid = np.where(short[..., np.newaxis], paid, rounded)
    return paid if is_exact(payouts, pool) else floats(paid)
