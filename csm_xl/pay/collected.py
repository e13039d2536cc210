"""Commission that is paid as the customer pays."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC
from csm_xl.pay.check import refuse
from csm_xl.pay.rounding import Array, alike, round_money


def earned_to_date(commission: ArrayLike, paid: ArrayLike, amount: ArrayLike, unit: float = 0.01) -> Array:
    """What a deal has earned once a part of it is paid: commission × paid / amount, rounded.

    commission: money that the whole deal earns. paid: what the customer has paid to date. amount: the deal.
        Shapes broadcast; the result has their kind.
    unit: the currency's minor unit. What a payment earns is the difference of two such figures, so that the
        payments of a deal add up to the cent of its commission.
    Errors: a deal of 0.

    >>> earned_to_date(750, [0, 4000, 10000], 10000).tolist()
    [0.0, 300.0, 750.0]
    >>> earned_to_date(100, [1, 2, 3], 3).tolist()
    [33.33, 66.67, 100.0]
    """
    money, part, whole = alike(commission, paid, amount)
    refuse(whole == 0, whole, ARITHMETIC, "a deal of 0 cannot be paid in parts", "amount",
           "Type the amount of the deal.")  # fmt: skip
    return np.asarray(round_money(money * part / whole, unit))
