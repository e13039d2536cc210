"""Relative rank: pay by standing among peers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.curves import Curve
from csm_xl.pay.rounding import Array, exact, floats, is_exact, to_compared


def percentile_rank(value: ArrayLike, peers: ArrayLike) -> Array:
    """Where each value stands among its peers, from 0 (the lowest) to 1 (the highest).

    value: any shape; the result has its shape and kind. peers: the whole group, the valued one usually
        among them, in one unit with the value. Compared on 9 decimals.
    The rank is that of Excel's PERCENTRANK.INC: of n peers a member stands at (peers strictly below
    it) / (n − 1), so equals share a rank; a value between two peers stands between their ranks, in
    proportion. Where PERCENTRANK.INC has no answer the ends hold: below all peers 0, above all 1.
    One peer alone: 1 when reached, else 0. Errors: no peers.
    Source: Microsoft, PERCENTRANK.INC; OASIS OpenDocument 1.3, part 4, PERCENTRANK.

    >>> percentile_rank([1, 2, 4, 2.5, 9], [1, 2, 2, 4]).round(4).tolist()
    [0.0, 0.3333, 1.0, 0.75, 1.0]
    """
    group = np.sort(to_compared(exact(peers)).reshape(-1))
    if not group.size:
        raise CsmError(VALUE, "there are no peers", "peers", 0, "Give the results of the peer group.")
    given = to_compared(exact(value))
    below = np.searchsorted(group, given.reshape(-1), side="left")
    steps = Fraction(max(len(group) - 1, 1))
    out = np.empty(given.size, dtype=object)
    for i, (k, x) in enumerate(zip(below.tolist(), given.reshape(-1).tolist(), strict=True)):
        if k == len(group) or len(group) == 1:
            out[i] = Fraction(1 if x >= group[-1] else 0)
        elif k == 0 or x == group[k]:
            out[i] = k / steps
        else:
            out[i] = (k - 1 + (x - group[k - 1]) / (group[k] - group[k - 1])) / steps
    ranks = out.reshape(given.shape)
    return ranks if is_exact(value, peers) else floats(ranks)


def rank_payout(value: ArrayLike, peers: ArrayLike, knots: ArrayLike) -> Array:
    """The payout ratio for a standing among peers: the percentile rank looked up in a curve.

    value, peers: see `percentile_rank`. knots: n×2, percentile rank (0 to 1) and payout ratio; linear
        between knots, nothing below the first, the last payout held above.
    Errors: no peers; knots that are not sorted.
    Source: relative performance plans, such as relative total shareholder return awards.

    >>> rank_payout([10, 30, 50], [10, 20, 30, 40, 50], [(0.25, 0.5), (0.5, 1), (0.75, 2)]).tolist()
    [0.0, 1.0, 2.0]
    """
    ratios = Curve.of(knots).payout_ratio(percentile_rank(exact(value), peers))
    return ratios if is_exact(value, peers) else floats(ratios)
