"""Rates of commission that were typed as percentages: 5 where 5% is meant."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.plan.columns import typed_percentage

_MOST_COUNTED: Final = 1000.0
"""Amounts that count accounts or seats, on which a rate is money for each, are no larger."""


def refuse_percentages(rates: Any, amounts: Any, where: str) -> None:
    """Refuse rates above 1 of an amount of money, which no plan pays.

    rates, amounts: numbers that broadcast. where: the argument. Up to 1,000 an amount may be a number of
    accounts or seats, and the rate what is paid for each.
    Errors: ``#VALUE!`` for the first such rate, with how to type it.
    """
    rates, amounts = np.broadcast_arrays(np.asarray(rates, float), np.asarray(amounts, float))
    found = rates[(rates > 1) & (np.abs(amounts) > _MOST_COUNTED)]
    if len(found):
        what, hint = typed_percentage(float(found.flat[0]))
        raise CsmError(VALUE, what, where, float(found.flat[0]), hint)
