"""From earned to payable: guarantees, draws, true-up, holdback, clawback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE
from csm_xl.pay.adjust import limit
from csm_xl.pay.check import not_negative, one_of, outside, refuse
from csm_xl.pay.rounding import Array, alike, floats, reaches
from csm_xl.pay.trace import greater, smaller

Recovery = Literal["prorata", "full"]

RECOVERIES: Final[tuple[str, ...]] = get_args(Recovery)

RecoveryOf = Literal["above_draw", "earned", "earned_above_draw"]

RECOVERY_OF: Final[tuple[str, ...]] = get_args(RecoveryOf)
"""What the recovery share of a draw is a share of."""


def guarantee(earned: ArrayLike, floor: ArrayLike) -> Array:
    """What is paid under a guarantee: the greater of what is earned and the floor.

    earned, floor: money of one period, shapes that broadcast. A non-recoverable draw pays the same.
    Errors: a floor below 0.

    >>> guarantee([500, 3000], 1500).tolist()
    [1500.0, 3000.0]
    """
    gained, least = alike(earned, floor)
    not_negative(least, "floor")
    return limit(gained, floor=least)


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw over periods: what is paid in each, what of it was kept to recover, what is owed after it.

    before: what is paid before anything is recovered. made_up: what the draw adds to the balance.
    """

    paid: Array
    recovered: Array
    balance: Array
    before: Array
    made_up: Array


def draw(
    earned: ArrayLike,
    amount: ArrayLike,
    recoverable: bool = True,
    recovery_share: ArrayLike = 1.0,
    recovery_start: int = 1,
    opening_balance: ArrayLike = 0.0,
    recovery_of: str = "above_draw",
) -> Draw:
    """Periods under a draw: earnings below it are made up, and what was made up is recovered later.

    earned: money, last axis the periods in order. amount: the draw, of all periods or each.
    recoverable: paid = max(draw, earned) − recovered, where recovered = min(balance, most) and
        draw − earned, where it is more than 0, is added to the balance. Otherwise max(draw, earned) is
        paid, and the balance stays as it was opened.
    recovery_share: the most that goes to recovery, a ratio from 0 to 1 of what `recovery_of` names.
    recovery_start: the period, counted from 1, in which recovery begins.
    opening_balance: what is owed before the first period; it and the share are of the leading shape.
    recovery_of: the most is, in a period that earns at least the draw, and 0 in any other:
        ``above_draw`` recovery share × (earned − draw); ``earned`` recovery share × earned, which may leave
        less than the draw; ``earned_above_draw`` the same, but never so much that less than the draw is left.
    Errors: a draw or an opening balance below 0; a share that is not from 0 to 1; a start below 1; an
        unknown `recovery_of`.
    Source: Xactly, "Non-recoverable draw"; Oracle Incentive Compensation, "Example of Incentive
        Compensation Draw and Recovery".

    >>> after = draw([500, 3000], 1500)
    >>> after.paid.tolist(), after.recovered.tolist(), after.balance.tolist()
    ([1500.0, 2000.0], [0.0, 1000.0], [1000.0, 0.0])
    >>> [draw([500, 4000], 3000, True, 0.5, recovery_of=of).paid[1].item() for of in RECOVERY_OF]
    [3500.0, 2000.0, 3000.0]
    """
    one_of(recovery_of, RECOVERY_OF, "recovery_of")
    gained, advance, share, opening = alike(np.atleast_1d(earned), amount, recovery_share, opening_balance)
    not_negative(advance, "draw")
    refuse(outside(share, 1), share, VALUE, "this is not a share of earnings",
           "recovery_share", "Type a ratio from 0 to 1 (50% is 0.5).")  # fmt: skip
    begin = floats(recovery_start)
    refuse((begin < 1) | (begin != np.floor(begin)), begin, VALUE, "this is not a period", "recovery_start",
           "Type a whole number; the first period is 1.")  # fmt: skip
    not_negative(opening, "opening_balance")
    gained, advance = np.broadcast_arrays(gained, advance)
    nothing: Any = gained.flat[0] * 0 if gained.size else 0.0
    over = gained - advance
    made_up = np.asarray(greater(advance - gained, nothing, shown=True) * int(recoverable))
    spare = _most_recovered(gained, advance, share[..., np.newaxis], recovery_of) * int(recoverable)
    spare[..., : int(begin) - 1] = nothing
    recovered, balance = np.empty_like(over), np.empty_like(over)
    owed: Any = np.broadcast_to(opening, over.shape[:-1])[()]
    for period in range(over.shape[-1]):
        back = smaller(owed, spare[..., period])
        owed = owed - back + made_up[..., period]
        recovered[..., period], balance[..., period] = back, owed
    before = np.asarray(greater(gained, advance))
    return Draw(np.asarray(before - recovered), recovered, balance, before, made_up)


def _most_recovered(gained: Array, advance: Array, share: Array, recovery_of: str) -> Array:
    """The most of each period's earnings that goes to recovery, whatever is owed."""
    nothing: Any = gained * 0
    over = gained - advance
    if recovery_of == "above_draw":
        return np.asarray(share * greater(over, nothing))
    most = share * gained
    if recovery_of == "earned_above_draw":
        most = smaller(most, over)
    return np.asarray(np.where(reaches(gained, advance), most, nothing))


def true_up(
    earned_to_date: ArrayLike, paid_to_date: ArrayLike, interim_cap: ArrayLike | None = None
) -> Array:
    """What is due now of what was earned in the year to date: earned − paid before.

    earned_to_date, paid_to_date: money of the year so far; shapes broadcast. Below 0 it is taken back.
    interim_cap: the most money that counts as earned before the year ends, usually the target to date:
        over-achievement waits for the last period, which has no such cap (None).
    Errors: an interim cap below 0.

    >>> true_up([12000, 9000], 10000).tolist(), float(true_up(12000, 7500, interim_cap=10000))
    ([2000.0, -1000.0], 2500.0)
    """
    if interim_cap is not None:
        not_negative(alike(interim_cap)[0], "interim_cap")
    due, paid = alike(limit(earned_to_date, cap=interim_cap), paid_to_date)
    return np.asarray(due - paid)


def holdback(earned: ArrayLike, ratio: ArrayLike) -> tuple[Array, Array]:
    """What is earned, parted into what is paid now and what is held until it is released.

    earned: money; ratio: the share held back, from 0 to 1. Shapes broadcast; the two add up to what is
    earned. Nothing is held back from a negative amount.
    Errors: a ratio that is not from 0 to 1.

    >>> [float(part) for part in holdback(10000, 0.25)]
    [7500.0, 2500.0]
    """
    gained, share = alike(earned, ratio)
    refuse(outside(share, 1), share, VALUE, "this is not a share of earnings", "ratio",
           "Type a ratio from 0 to 1 (25% is 0.25).")  # fmt: skip
    held = np.asarray(greater(gained, gained * 0, shown=True) * share)
    return np.asarray(gained - held), held


def clawback(
    paid: ArrayLike,
    term_months: ArrayLike,
    active_months: ArrayLike,
    method: str = "prorata",
    window_months: ArrayLike | None = None,
) -> Array:
    """What is recovered of an amount paid for a customer who left: money, 0 or more.

    paid: money; term_months: the contract's; active_months: how long the customer stayed. Shapes broadcast.
    method: ``prorata`` paid × (1 − active / term); ``full`` all of it.
    window_months: only a customer who leaves within so many months is clawed back (None: the term). If one
        leaves exactly when the window or the term ends, nothing is recovered.
    Errors: a term or a window not above 0; an amount paid or active months below 0; an unknown method.
    Source: pro-rated clawback as in Zepys, "How to handle refunds and clawbacks with agents".

    >>> clawback(1200, 12, [3, 6, 12]).tolist()
    [900.0, 600.0, 0.0]
    >>> clawback(1200, 12, [3, 6], window_months=6).tolist(), float(clawback(1200, 12, 11, "full"))
    ([900.0, 0.0], 1200.0)
    """
    one_of(method, RECOVERIES, "method")
    money, term, active = alike(paid, term_months, active_months)
    not_negative(money, "paid")
    refuse(term <= 0, term, ARITHMETIC, "the term is not above 0", "term_months",
           "Type the months of the contract's term.")  # fmt: skip
    not_negative(active, "active_months")
    window = term
    if window_months is not None:
        window = alike(window_months, money)[0]
        refuse(window <= 0, window, ARITHMETIC, "the window is not above 0", "window_months",
               "Type the months in which a customer who leaves is clawed back.")  # fmt: skip
    share = np.maximum(1 - active / term, active * 0) if method == "prorata" else active * 0 + 1
    stayed = reaches(*alike(active, window))
    return np.asarray(money * np.where(stayed, share * 0, share))
