"""Goals and weights: one ratio from several."""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import VALUE, CsmError
from csm_xl.pay.check import is_one, one_of, refuse
from csm_xl.pay.rounding import Array, alike

Method = Literal["additive", "multiplicative"]

METHODS: Final[tuple[str, ...]] = get_args(Method)


def goal_score(weights: ArrayLike, scores: ArrayLike, max_score: ArrayLike | None = None) -> Array:
    """The weighted score of goals (MBO): Σ weight × score.

    weights, scores: ratios, last axis one person's goals, shapes that broadcast; the result has the
        leading shape. max_score: the most that one goal's score counts (None: no limit).
    Errors: weights that do not sum to 1 on 9 decimals; a weight or score below 0.
    Source: management by objectives as bonus plans use it, such as American Reprographics 2011,
        exhibit 10.2.

    >>> float(goal_score([0.4, 0.4, 0.2], [1, 0.5, 1.25]).round(12))
    0.85
    >>> float(goal_score([0.4, 0.4, 0.2], [1, 0.5, 1.25], max_score=1).round(12))
    0.8
    """
    share, score = _goals(weights, scores, "scores")
    refuse(share < 0, share, VALUE, "a weight is below 0", "weights", "Type weights of 0 or more.")
    refuse(score < 0, score, VALUE, "a score is below 0", "scores", "Type scores of 0 or more.")
    total = np.asarray(share.sum(axis=-1))
    refuse(~is_one(total), total, VALUE, "the weights do not sum to 1", "weights",
           "Type weights that sum to 1.")  # fmt: skip
    if max_score is not None:
        score = np.minimum(*alike(score, max_score))
    return np.asarray((share * score).sum(axis=-1))


def weighted(ratios: ArrayLike, weights: ArrayLike, method: str = "additive") -> Array:
    """One payout ratio from the ratios of several measures.

    ratios, weights: last axis the measures, shapes that broadcast; the result has the leading shape.
    method: ``additive`` Σ weight × ratio; ``multiplicative`` Π ratio, where the weights only say how
        the one amount is shared over the lines.
    Errors: another number of weights than of ratios; an unknown method.

    >>> float(weighted([1.25, 1.0], [0.5, 0.5])), float(weighted([1.25, 0.8], [0.5, 0.5], "multiplicative"))
    (1.125, 1.0)
    """
    one_of(method, METHODS, "method")
    share, ratio = _goals(weights, ratios, "ratios")
    return np.asarray((share * ratio).sum(axis=-1) if method == "additive" else ratio.prod(axis=-1))


def _goals(weights: ArrayLike, values: ArrayLike, what: str) -> tuple[Array, Array]:
    """Weights and values of one kind and as many of each."""
    share, value = (np.atleast_1d(part) for part in alike(weights, values))
    if share.shape[-1] != value.shape[-1] or not share.shape[-1]:
        raise CsmError(VALUE, f"there are {share.shape[-1]} weights for {value.shape[-1]} {what}", "weights",
                       None, f"Give one weight for each of the {what}.")  # fmt: skip
    return share, value
