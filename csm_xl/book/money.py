"""Money in whole minor units of its currency: cents of the dollar, yen, thousandths of the dinar."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.plan.currency_codes import decimals

_NEAR: Final = 1e-4
"""How far a float of a whole number of minor units may be from it."""
_MOST: Final = 2**53
"""Beyond it a float does not hold every whole number."""


def minor_units(amounts: NDArray[np.float64], currency: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Amounts in whole minor units, 0 where they are not whole, and which of them are not.

    amounts: money in the currency's main unit, any shape; payout lines have four decimals at most.

    >>> minor_units(np.array([0.1 + 0.2, 1.005]), "USD")
    (array([30,  0]), array([False,  True]))
    """
    scaled = amounts * 10 ** decimals(currency)
    whole = np.rint(scaled)
    unfit = ~(np.abs(scaled - whole) <= _NEAR) | ~(np.abs(whole) < _MOST)
    return np.where(unfit, 0.0, whole).astype(np.int64), unfit


def main_units(amount: int, currency: str) -> float:
    """Whole minor units as money in the currency's main unit.

    >>> main_units(225000, "USD"), main_units(1500, "JPY")
    (2250.0, 1500.0)
    """
    return float(amount / 10 ** decimals(currency))


def shown(amount: int, currency: str) -> str:
    """Money with its currency, as people read it.

    >>> shown(-225050, "USD"), shown(1500, "JPY")
    ('-2,250.50 USD', '1,500 JPY')
    """
    places = decimals(currency)
    whole, rest = divmod(abs(amount), 10**places)
    tail = f".{rest:0{places}d}" if places else ""
    return f"{'-' if amount < 0 else ''}{whole:,}{tail} {currency}"
