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


def refuse_two_units(values: Any, others: Any, names: tuple[str, str] = ("actual", "goal")) -> None:
    """Refuse a percentage beside a ratio, such as an actual of 0.94 and a goal of 90, or the reverse.

    values, others: numbers that broadcast. names: their arguments. The ratio must have decimals: an actual of
    1 may be a count.
    Errors: ``#VALUE!`` for the first such pair, with both ways to type it.
    """
    values, others = np.broadcast_arrays(np.asarray(values, float), np.asarray(others, float))
    found = (_is_ratio(values) & _is_percentage(others)) | (_is_percentage(values) & _is_ratio(others))
    for value, other in zip(values[found].flat, others[found].flat, strict=True):
        (ratio, which), (percentage, name) = sorted(zip((value, other), names, strict=True))
        raise CsmError(VALUE, f"the {which} {ratio:g} is a ratio and the {name} {percentage:g} a percentage",
                       name, float(percentage),
                       f"Give both in one unit: {percentage / 100:g} as the {name},"
                       f" or {ratio * 100:g} as the {which}.")  # fmt: skip


def refuse_ratio_as_target(salaries: Any, targets: Any) -> None:
    """Refuse a target variable such as 0.25 of a salary: it is a share of it, and no amount.

    Errors: ``#VALUE!`` for the first such target, with the amount.
    """
    salaries, targets = np.broadcast_arrays(np.asarray(salaries, float), np.asarray(targets, float))
    found = (targets > 0) & (targets < 1) & (salaries > _MOST_COUNTED)
    for salary, target in zip(salaries[found].flat, targets[found].flat, strict=True):
        hint = f"Give the amount: {target:g} of {salary:,.10g} is {target * salary:,.10g}."
        what = f"the target variable {target:g} is a ratio, and an amount is needed"
        raise CsmError(VALUE, what, "target_variable", float(target), hint)


def _is_ratio(values: Any) -> Any:
    return (values > _RATIOS[0]) & (values < _RATIOS[1]) & (values != np.floor(values))


def _is_percentage(values: Any) -> Any:
    return (values >= _PERCENTAGES[0]) & (values <= _PERCENTAGES[1])
