"""Relative rank: pay by standing among peers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.curves import Curve
from csm_xl.pay.rounding import Array, billionths, exact, floats, is_exact


def percentile_rank(value: ArrayLike, peers: ArrayLike) -> Array:
    """The rank of each value among its peers, from 0 (the lowest) to 1 (the highest).

    value: any shape; the result has its shape and kind. peers: the whole group, the valued one usually
        among them, in one unit with the value. Compared on 9 decimals.
    The rank is that of Excel's PERCENTRANK.INC: of n peers a member is at (peers strictly below
    it) / (n − 1), so equals share a rank; a value between two peers is between their ranks, in
    proportion. Where PERCENTRANK.INC has no answer the ends hold: below all peers 0, above all 1.
    One peer alone: 1 when reached, else 0. Errors: no peers.
    Source: Microsoft, PERCENTRANK.INC; OASIS OpenDocument 1.3, part 4, PERCENTRANK.

    >>> percentile_rank([1, 2, 4, 2.5, 9], [1, 2, 2, 4]).round(4).tolist()
    [0.0, 0.3333, 1.0, 0.75, 1.0]
    """
    group = np.sort(billionths(peers).reshape(-1))
    if not group.size:
        raise CsmError(VALUE, "there are no peers", "peers", 0, "Give the results of the peer group.")
    given, last = billionths(value), len(group) - 1
    kept = exact if is_exact(value, peers) else floats
    if not last:
        return kept(given >= group[0])
    below = np.minimum(np.searchsorted(group, given, side="left"), last)
    there, before = group[below], group[np.maximum(below - 1, 0)]
    between = (given > before) & (given < there)
    way = kept(np.where(between, there - given, 0)) / kept(np.where(between, there - before, 1))
    return np.asarray((kept(below) - way) / last)


def rank_payout(value: ArrayLike, peers: ArrayLike, knots: ArrayLike) -> Array:
    """Payout ratio for a rank among peers: the percentile rank looked up in a curve.

    value, peers: see `percentile_rank`. knots: n×2, percentile rank (0 to 1) and payout ratio; linear
        between curve points, nothing below the first, the last payout held above.
    Errors: no peers; curve points that are not sorted.
    Source: relative performance plans, such as relative total shareholder return awards.

    >>> rank_payout([10, 30, 50], [10, 20, 30, 40, 50], [(0.25, 0.5), (0.5, 1), (0.75, 2)]).tolist()
    [0.0, 1.0, 2.0]
    """
    curve, rank = Curve.of(knots), percentile_rank(value, peers)
    doubt = np.zeros(rank.shape, dtype=bool)
    ratio = curve.payout_ratio(rank, doubt)
    if doubt.any():
        ratio[doubt] = floats(curve.payout_ratio(percentile_rank(exact(np.asarray(value)[doubt]), peers)))
    return ratio
