"""Commission, credit for deals, and SPIFs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE
from csm_xl.pay.adjust import limit
from csm_xl.pay.check import outside, refuse
from csm_xl.pay.rounding import Array, alike, exact, exceeds, floats, is_exact, share_out


def commission(amount: ArrayLike, rate: ArrayLike, split: ArrayLike = 1.0, fixed: ArrayLike = 0.0) -> Array:
    """Commission on a deal: amount × rate × split + fixed.

    amount: money; rate: ratio; split: this person's share of the deal, 0 to 1; fixed: money for the
        deal itself. Shapes broadcast. With double credit each role's own rate takes the whole amount.
    Errors: a split below 0 or above 1.

    >>> commission(50000, [0.02, 0.08]).tolist()
    [1000.0, 4000.0]
    >>> float(commission(50000, 0.02, split=0.5, fixed=250))
    750.0
    """
    money, share_rate, share, extra = alike(amount, rate, split, fixed)
    refuse(outside(share, 1), share, VALUE, "a split is not a share of the deal",
           "split", "Type a ratio from 0 to 1 (50% is 0.5).")  # fmt: skip
    return np.asarray(money * share_rate * share + extra)


def credit(amount: ArrayLike, shares: ArrayLike, allow_over: bool = False, unit: float = 0.01) -> Array:
    """An amount credited by shares, each rounded, adding up to the cent of amount × Σ shares.

    amount: money, any shape. shares: ratios, last axis those who share one deal. The result has the
        shape of the amount with that axis added. unit: the currency's minor unit.
    A negative amount (a credit returned) gives the very shares that it gave, below 0.
    allow_over: whether the shares of one deal may sum to more than 1.
    Errors: a share below 0; shares that sum to more than 1 (on 9 decimals) without `allow_over`.

    >>> credit(100, [1 / 3, 1 / 3, 1 / 3]).tolist()
    [33.34, 33.33, 33.33]
    >>> credit(-100, [1 / 3, 1 / 3, 1 / 3]).tolist()
    [-33.34, -33.33, -33.33]
    """
    money, share = exact(amount), np.atleast_1d(exact(shares))
    refuse(share < 0, share, VALUE, "a share is below 0", "shares", "Type shares of 0 or more.")
    whole = np.asarray(share.sum(axis=-1))
    if not allow_over:
        refuse(exceeds(whole, exact(1)), whole, VALUE, "the shares of a deal sum to more than 1", "shares",
               "Type shares that sum to at most 1, or allow over-assignment.")  # fmt: skip
    # What is returned mirrors what was credited, to the cent of each.
    sign = np.where(np.asarray(money < 0, dtype=bool), -1, 1)[..., np.newaxis]
    parts = np.asarray(money[..., np.newaxis] * sign * share)
    credited = share_out(parts, parts.sum(axis=-1), unit) * sign
    return credited if is_exact(amount, shares) else floats(credited)


def spif(count: ArrayLike, amount: ArrayLike, cap: ArrayLike | None = None) -> Array:
    """SPIF: an amount per qualifying event, up to a maximum amount.

    count: events; amount: money each; cap: the most that is paid (None: no cap). Shapes broadcast.
    Errors: a count below 0.

    >>> spif([0, 3, 12], 250, cap=2000).tolist()
    [0.0, 750.0, 2000.0]
    """
    events, each = alike(count, amount)
    refuse(events < 0, events, VALUE, "the count of events is below 0", "count", "Type a count of 0 or more.")
    return limit(events * each, cap=cap)
