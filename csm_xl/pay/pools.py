"""A pool that is shared out by weights, with a cap per person."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE
from csm_xl.pay.check import not_negative, refuse
from csm_xl.pay.rounding import Array, exact, floats, is_exact, round_down, share_out

_NOTHING: Final = Fraction(0)


def shared_pool(
    pool: ArrayLike, weights: ArrayLike, cap: ArrayLike | None = None, unit: float = 0.01
) -> Array:
    """A pool shared in proportion to weights, with a cap per person; see `pool_shares`.

    pool, cap: money, of the leading shape; cap None or NaN: no cap. weights: last axis those who share one
        pool. unit: the currency's minor unit.
    Returns the payout of each, rounded, together never more than the pool.
    Errors: a pool, a cap or a weight below 0.

    >>> shared_pool(10000, [5, 4, 1], 4000).tolist()
    [4000.0, 4000.0, 2000.0]
    >>> shared_pool([100, 50], [[1, 1, 1], [1, 1, 0]]).tolist()
    [[33.34, 33.33, 33.33], [25.0, 25.0, 0.0]]
    """
    share = np.atleast_1d(exact(weights))
    fund, caps = exact(pool), np.asarray(np.nan if cap is None else cap)
    lead = np.broadcast_shapes(fund.shape, caps.shape, share.shape[:-1])
    fund, caps = np.broadcast_to(fund, lead), np.broadcast_to(caps, lead)
    refuse(fund < 0, floats(fund), VALUE, "the pool is below 0", "pool", "Type a pool of 0 or more.")
    share = np.broadcast_to(share, (*lead, share.shape[-1]))
    not_negative(share, "weights")
    paid = np.empty(share.shape, dtype=object)
    for at in np.ndindex(lead):
        whole: Any = fund[at]
        most: Any = None if caps[at] != caps[at] else exact(caps[at])[()]  # NaN is not itself
        paid[at] = pool_shares(whole, share[at], most, unit).paid
    given = (pool, weights) if cap is None else (pool, weights, cap)
    return paid if is_exact(*given) else floats(paid)


@dataclass(frozen=True, slots=True)
class PoolShares:
    """What each person gets of a pool, and how it came about; exact.

    paid: rounded to the unit. each: before that. capped: whether a person is at the cap.
    rest: what of the pool those at the cap leave to the others. weights: the sum of the others' weights.
    """

    paid: Array
    each: Array
    capped: Array
    rest: Fraction
    weights: Fraction


def pool_shares(
    pool: Fraction, weights: Array, person_cap: Fraction | None = None, unit: float = 0.01
) -> PoolShares:
    """A pool shared in proportion to weights, what exceeds the cap going to those who are below it.

    pool, person_cap: exact money. weights: exact, one a person. unit: the currency's minor unit.
    Who would get more than the cap gets the cap; the rest is shared by the weights of the others, again and
    again, until nobody exceeds it. Where everybody is at the cap, the rest of the pool is not paid; and
    nothing is where all weights are 0. The cents left over go by largest remainder, the cap being cut to
    the unit, so that nobody exceeds it and together they are never paid more than the pool.
    Errors: a pool, a cap or a weight below 0.

    >>> given = exact([5, 3, 2])
    >>> [str(one) for one in pool_shares(Fraction(10000), given, Fraction(4000)).paid]
    ['4000', '3600', '2400']
    >>> [str(one) for one in pool_shares(Fraction(10000), exact([5, 4, 1]), Fraction(4000)).paid]
    ['4000', '4000', '2000']
    """
    shares = np.asarray(exact(weights)).reshape(-1)
    not_negative(shares, "weights")
    fund: Any = pool
    cap: Any = person_cap
    refuse(fund < 0, float(fund), VALUE, "the pool is below 0", "pool", "Type a pool of 0 or more.")
    capped = np.zeros(len(shares), dtype=bool)
    most: Any = None
    if cap is not None:
        refuse(cap < 0, float(cap), VALUE, "the cap is below 0", "person_cap", "Type a cap of 0 or more.")
        most = round_down(exact(cap), unit)[()]
    while True:
        rest = pool - (0 if most is None else most * int(capped.sum()))
        total = sum(shares[~capped].tolist(), _NOTHING)
        each = np.empty(len(shares), dtype=object)
        each[:] = [
            most if at else share * rest / total if total else _NOTHING
            for at, share in zip(capped.tolist(), shares.tolist(), strict=True)
        ]
        more = np.zeros(len(shares), dtype=bool) if most is None else (each >= most) & (shares > 0)
        if not (more & ~capped).any():
            break
        capped |= more
    total_paid: Any = sum(each.tolist(), _NOTHING)
    paid = share_out(each, round_down(exact(total_paid), unit)[()], unit)
    return PoolShares(paid, each, capped, Fraction(rest), Fraction(total))
