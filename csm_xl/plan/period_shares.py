"""Shares of the year that a plan states for itself: 20%, 20%, 20%, 40% of the annual target by quarter."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from csm_xl.pay.rounding import RATIO_PLACES, exact, quantise
from csm_xl.plan import cells
from csm_xl.plan.periods import calendar_cells, share_of_year

_SLASHES: Final = 2
"""A fraction has one; a list of shares has more."""


def plan_shares(typed: Sequence[str] | None) -> tuple[Fraction, ...] | None:
    """The shares that a plan's period_shares lists, in the order of the plan year; None where it lists none,
    or one of them is no number (see `share_typed`).

    >>> [str(share) for share in plan_shares(("20%", "0.2", "1/5", "40%"))]
    ['1/5', '1/5', '1/5', '2/5']
    >>> plan_shares(("20/20/20/40",)) == plan_shares(("20%", "20%", "20%", "40%"))
    True
    """
    shares = [share_typed(one) for one in shares_listed(typed or ())]
    known = [share for share in shares if share is not None]
    return tuple(known) if known and len(known) == len(shares) else None


def shares_listed(typed: Sequence[str]) -> Sequence[str]:
    """The shares one by one: 20/20/20/40 is how plan documents write them in percent.

    >>> shares_listed(("20/20/20/40",)), shares_listed(("1/2", "1/2"))
    (['20%', '20%', '20%', '40%'], ('1/2', '1/2'))
    """
    if len(typed) != 1 or typed[0].count("/") < _SLASHES:
        return typed
    parts = [part.strip(" _") for part in typed[0].split("/")]  # blanks in a word are read as _
    return [f"{part}%" if (share := share_typed(part)) is not None and share > 1 else part for part in parts]


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
