"""Numbers that were typed as percentages where ratios are meant: a rate of 5 for 5%, a goal of 90 for 0.9."""

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


_RATIOS: Final = (0.5, 2.0)
"""Retention and other ratios are between these, unless they are no result at all."""
_PERCENTAGES: Final = (50.0, 200.0)


def refuse_two_units(actuals: Any, goals: Any) -> None:
    """Refuse an actual in percent beside a goal that is a ratio, or the reverse.

    actuals, goals: numbers that broadcast. The ratio must have decimals: an actual of 1 may be a count.
    Errors: ``#VALUE!`` for the first such pair, with both ways to type it.
    """
    actuals, goals = np.broadcast_arrays(np.asarray(actuals, float), np.asarray(goals, float))
    found = (_is_ratio(actuals) & _is_percentage(goals)) | (_is_percentage(actuals) & _is_ratio(goals))
    for actual, goal in zip(actuals[found].flat, goals[found].flat, strict=True):
        ratio, percentage, which = (actual, goal, "actual") if _is_ratio(actual) else (goal, actual, "goal")
        other = "goal" if which == "actual" else "actual"
        raise CsmError(VALUE, f"the {which} {ratio:g} is a ratio and the {other} {percentage:g} a percentage",
                       other, float(percentage),
                       f"Give both in one unit: {percentage / 100:g} as the {other},"
                       f" or {ratio * 100:g} as the {which}.")  # fmt: skip


def _is_ratio(values: Any) -> Any:
    return (values > _RATIOS[0]) & (values < _RATIOS[1]) & (values != np.floor(values))


def _is_percentage(values: Any) -> Any:
    return (values >= _PERCENTAGES[0]) & (values <= _PERCENTAGES[1])
