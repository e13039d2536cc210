"""What the measures of customer success can be, by their definition: a gross retention never exceeds 1.

A measure is known by its name, as `named_like` compares names. Only definitions bound anything here: net
retention has no upper end, and of a health score or of bookings nothing is known.
"""

from __future__ import annotations

from functools import lru_cache
from math import inf
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

RETAINED: Final = (
    "grr", "gross_retention", "gross_revenue_retention", "gross_dollar_retention", "logo_retention",
    "customer_retention",
)  # fmt: skip
"""What is kept of what there was: at most all of it."""
SATISFIED: Final = ("csat", "customer_satisfaction")
"""Satisfied answers of all answers, where it is a share; an average score is on a scale of its own."""
SHARES: Final = (*RETAINED, *SATISFIED)
"""Shares of a whole, which cannot exceed it. LOGO alone is logo retention too; new logos are not."""
_LOGO: Final = "logo"
_CHURN: Final = ("churn",)
_NET: Final = ("nrr", "net_retention", "net_revenue_retention", "net_dollar_retention")
_PROMOTERS: Final = ("nps", "net_promoter_score")
_RESULT: Final = (
    "profit",
    "income",
    "earnings",
    "ebit",
    "eps",
    "cash_flow",
    "return",
    "tsr",
    "growth",
)
"""Results of a company, of which a bad year has one below 0."""
_RANK: Final = ("percentile", "rank")
"""A place among others, from the last to the first."""
_PERCENT: Final = 100.0
_LEAST_PERCENT: Final = 10.0
"""A goal of retention from 10 to 100 is a percentage; between 1 and 10 it is no goal of a share."""


@lru_cache(maxsize=1024)  # a company has few measures, and many results of each
def words_of(measure: str) -> str:
    """A measure's name in the form that lists of names are compared in.

    >>> words_of("Churned revenue"), words_of("New-Logo ARR")
    ('churned_revenue', 'new_logo_arr')
    """
    return "_".join(measure.casefold().replace("-", " ").replace("_", " ").split())


@lru_cache(maxsize=4096)
def named_like(measure: str, names: tuple[str, ...]) -> bool:
    """Whether a measure is called by one of some names, alone or with other words around.

    >>> named_like("Gross churn rate", ("churn",)), named_like("NRR", ("churn",))
    (True, False)
    """
    said = f"_{words_of(measure)}"
    return any(f"_{name}" in said for name in names)


def is_share(measure: str) -> bool:
    """Whether a measure is a share of a whole by its name.

    >>> [is_share(name) for name in ("GRR", "Team CSAT", "LOGO", "New logos", "NRR")]
    [True, True, True, False, False]
    """
    return named_like(measure, SHARES) or words_of(measure) == _LOGO


def natural_bounds(
    measure: str, goal: ArrayLike, actual: ArrayLike = np.nan
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The least and the greatest actual that a measure can have, −inf and inf where nothing bounds it.

    goal, actual: of its results, which show the scale; NaN where they are blank.
        Gross and logo retention and CSAT: 0 to 1, where the goal is at most 1; retention in percent, with a
        goal from 10 to 100, 0 to 100. Churn: 0 or more, at most 1 where the goal is at most 1. Net
        retention: 0 or more. NPS: −100 to 100 points, −1 to 1 where the goal is at most 1.
    A measure on another scale, such as satisfaction from 1 to 5, has no bounds: state low and high in the
    table distributions.

    >>> [tuple(float(end) for end in natural_bounds(name, goal)) for name, goal in
    ...  (("GRR", 0.92), ("GRR", 92), ("NRR", 1.05), ("CSAT", 4.5), ("NPS", 40), ("churn", 0.05))]
    [(0.0, 1.0), (0.0, 100.0), (0.0, inf), (-inf, inf), (-100.0, 100.0), (0.0, 1.0)]
    """
    goals, actuals = np.broadcast_arrays(np.asarray(goal, dtype=np.float64), np.asarray(actual, np.float64))
    scale = np.where(np.isnan(goals), np.abs(actuals), goals)
    fraction = ~(scale > 1)
    low, high = np.full(goals.shape, -inf), np.full(goals.shape, inf)
    if is_share(measure):
        percent = (scale >= _LEAST_PERCENT) & (scale <= _PERCENT) & ~(actuals > _PERCENT)
        percent &= not named_like(measure, SATISFIED)  # 1 to 100 is one of its many scales
        high = np.where(fraction, 1.0, np.where(percent, _PERCENT, inf))
        low = np.where(fraction | percent, 0.0, -inf)
    elif named_like(measure, _CHURN):
        low, high = np.zeros(goals.shape), np.where(fraction, 1.0, inf)
    elif named_like(measure, _NET):
        low = np.zeros(goals.shape)
    elif named_like(measure, _PROMOTERS):
        high = np.where(fraction & ~np.isnan(scale) & ~(np.abs(actuals) > 1), 1.0, _PERCENT)
        low = -high
    return low, high


def is_rate(measure: str) -> bool:
    """Whether a measure is retention or satisfaction by its name, whose goals are all of one size.

    >>> is_rate("NRR"), is_rate("GRR"), is_rate("churn"), is_rate("bookings")
    (True, True, False, False)
    """
    return is_share(measure) or named_like(measure, _NET)


def is_satisfaction(measure: str) -> bool:
    """Whether a measure is satisfied answers, or a mean of answers on a scale."""
    return named_like(measure, SATISFIED)


def is_points(measure: str) -> bool:
    """Whether a measure is promoters less detractors, in points from −100 to 100."""
    return named_like(measure, _PROMOTERS)


def is_churn(measure: str) -> bool:
    """Whether a measure is the share that is lost."""
    return named_like(measure, _CHURN)


def swings(measure: str) -> bool:
    """Whether an actual of many times its goal, or next to nothing, is usual: churn, points around 0, and
    a rank among others."""
    return is_churn(measure) or is_points(measure) or named_like(measure, _RANK)


def may_be_negative(measure: str) -> bool:
    """Whether an actual below 0 is a bad result and no slip: profit, growth, points around 0.

    >>> [may_be_negative(name) for name in ("Operating profit", "EBITDA", "NPS", "bookings", "profiles")]
    [True, True, True, False, False]
    """
    return is_points(measure) or named_like(measure, _RESULT)


def impossible(measure: str, goal: ArrayLike, actual: ArrayLike) -> NDArray[np.bool_]:
    """Whether a measure can never have an actual, by its definition and on the scale that the goal shows.

    >>> impossible("GRR", [0.9, 0.9, 92, 92, 9.2], [1.94, 1, 97, 194, 9.4]).tolist()
    [True, False, False, True, True]
    >>> impossible("CSAT", [0.9, 4.2, np.nan], [1.2, 4.4, 4.4]).tolist()
    [True, False, False]
    >>> impossible("churn", [0.02, 1, 0.02], [1.4, 3, -0.1]).tolist()  # of 1, it may be counted
    [True, False, True]
    """
    goals, actuals = np.broadcast_arrays(np.asarray(goal, dtype=np.float64), np.asarray(actual, np.float64))
    alone = np.isnan(goals)
    scale = actuals if is_points(measure) else np.where(alone, actuals, np.nan)
    low, high = natural_bounds(measure, goals, scale)
    if named_like(measure, _CHURN):
        high = np.where(goals < 1, high, np.inf)
    found: NDArray[np.bool_] = (actuals < low) | (actuals > high)
    if is_share(measure) and not is_satisfaction(measure):
        # Between 1 and 10 there is neither a share nor a percentage of what is kept.
        told = np.where(alone, actuals, goals)
        found |= (told > 1) & (told < _LEAST_PERCENT) & (actuals > 1)
    return found


def impossible_goal(measure: str, goal: ArrayLike) -> NDArray[np.bool_]:
    """Whether nobody can reach a goal, by what its measure is: more than all that there was.

    >>> impossible_goal("GRR", [0.92, 1, 1.92, 92]).tolist(), impossible_goal("NPS", [40, 140]).tolist()
    ([False, False, True, False], [False, True])
    """
    goals = np.asarray(goal, dtype=np.float64)
    if is_points(measure):
        found: NDArray[np.bool_] = goals > _PERCENT
        return found
    kept = is_share(measure) and not is_satisfaction(measure)
    return (goals > 1) & (goals < _LEAST_PERCENT) & kept


def bounds_in_words(measure: str) -> str:
    """What bounds a measure, for whoever reads figures that were held within it.

    >>> bounds_in_words("GRR"), bounds_in_words("NPS")
    ('GRR is never below 0% or above 100%', 'NPS is never below −100 or above 100')
    """
    if named_like(measure, _PROMOTERS):
        return f"{measure} is never below −100 or above 100"
    if is_share(measure) or named_like(measure, _CHURN):
        return f"{measure} is never below 0% or above 100%"
    return f"{measure} is never below 0"
