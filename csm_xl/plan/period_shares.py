"""Shares of the year that a plan states for itself: 20%, 20%, 20%, 40% of the annual target by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from csm_xl.pay.rounding import RATIO_PLACES, exact, quantise
from csm_xl.plan import cells
from csm_xl.plan.periods import calendar_cells, share_of_year


def plan_shares(typed: Sequence[str] | None) -> tuple[Fraction, ...] | None:
    """The shares that a plan's period_shares lists, in the order of the plan year; None where it lists none,
    or one of them is no number (see `share_typed`).

    >>> [str(share) for share in plan_shares(("20%", "0.2", "1/5", "40%"))]
    ['1/5', '1/5', '1/5', '2/5']
    """
    shares = [share_typed(one) for one in typed or ()]
    known = [share for share in shares if share is not None]
    return tuple(known) if known and len(known) == len(shares) else None


def share_typed(typed: str) -> Fraction | None:
    """One of these shares: a decimal, a percentage or a fraction; None where it is no number.

    >>> share_typed("12.5%"), share_typed("a fifth")
    (Fraction(1, 8), None)
    """
    (cell,) = calendar_cells("share", [typed])
    try:
        value = cells.number(cell)
    except cells.BadCell:
        return None
    return None if value is None else share_of_year(exact(quantise(value, RATIO_PLACES)).item())
