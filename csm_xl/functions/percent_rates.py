"""Numbers that were typed as percentages where ratios are meant: a rate of 5 for 5%, a goal of 90 for 0.9."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from csm_xl.errors import VALUE, CsmError
from csm_xl.plan.columns import typed_percentage

MOST_COUNTED: Final = 1000.0
"""Amounts that count accounts or seats, on which a rate is money for each, are no larger."""


def together(values: Any, others: Any) -> tuple[Any, ...]:
    """Two arguments as numbers of one shape, to compare them cell by cell.

    >>> together([1, 2], 5)[1].tolist()
    [5.0, 5.0]
    """
    return tuple(np.broadcast_arrays(np.asarray(values, float), np.asarray(others, float)))


def refuse_percentages(rates: Any, amounts: Any, where: str) -> None:
    """Refuse rates above 1 of an amount of money, which no plan pays.

    rates, amounts: numbers that broadcast. where: the argument. Up to 1,000 an amount may be a number of
    accounts or seats, and the rate what is paid for each.
    Errors: ``#VALUE!`` for the first such rate, with how to type it.
    """
    rates, amounts = together(rates, amounts)
    found = rates[(rates > 1) & (np.abs(amounts) > MOST_COUNTED)]
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
    (low, high), (lower, higher) = _ends(values), _ends(others)
    if min(low, lower) >= _RATIOS[1] or max(high, higher) < _PERCENTAGES[0]:
        return
    values, others = together(values, others)
    found = (_is_ratio(values) & _is_percentage(others)) | (_is_percentage(values) & _is_ratio(others))
    for value, other in zip(values[found].flat, others[found].flat, strict=True):
        (ratio, which), (percentage, name) = sorted(zip((value, other), names, strict=True))
        raise CsmError(VALUE, f"the {which} {ratio:g} is a ratio and the {name} {percentage:g} a percentage",
                       name, float(percentage),
                       f"Give both in one unit: {percentage / 100:g} as the {name},"
                       f" or {ratio * 100:g} as the {which}.")  # fmt: skip


def refuse_ratio_of_figures(values: Any, others: Any, names: tuple[str, str]) -> None:
    """Refuse a ratio such as 1.05 beside figures of 50 and more, such as amounts.

    values, others: numbers that broadcast. names: their arguments.
    Errors: ``#VALUE!`` for the first such pair.
    """
    values, others = together(values, others)
    found = _is_ratio(values) & (others >= _PERCENTAGES[0])
    for value, other in zip(values[found].flat, others[found].flat, strict=True):
        raise CsmError(VALUE, f"the {names[0]} {value:g} is a ratio and the {names[1]} {other:,.10g} is none",
                       names[0], float(value), "Give both in one unit.")  # fmt: skip


_THOUSANDS: Final = 500.0
"""No goal is exceeded as often, unless it is in thousands."""


def refuse_thousands(actual: Any, goal: Any) -> None:
    """Refuse an actual in money beside a goal in thousands: 150,000 beside 120.

    Errors: ``#VALUE!`` for the first such pair.
    """
    (_, high), (lower, _) = _ends(actual), _ends(goal)
    if high <= MOST_COUNTED or high < _THOUSANDS * lower:
        return
    actual, goal = together(actual, goal)
    found = (goal > 0) & (actual > MOST_COUNTED) & (actual >= _THOUSANDS * goal)
    for value, other in zip(actual[found].flat, goal[found].flat, strict=True):
        what = f"the actual {value:,.10g} is {value / other:,.0f} times the goal {other:,.10g}"
        raise CsmError(VALUE, what, "goal", float(other), "Give both in whole units.")


_LEAST: Final = 0.01
"""What is left of a difference of amounts may be less, and is no ratio."""
_LIMITS: Final = 3.0
"""A cap, a pool or a guarantee is stated as a ratio up to three times the whole."""


def refuse_ratio_as_target(salaries: Any, targets: Any) -> None:
    """Refuse a target variable such as 0.25 of a salary: it is a share of it, and no amount.

    Errors: ``#VALUE!`` for the first such target, with the amount.
    """
    refuse_ratio_as_amount(targets, salaries, "target_variable")
    if _ends(targets)[1] <= _ends(salaries)[0]:
        return
    targets, salaries = together(targets, salaries)
    more = targets > salaries  # a small target is one
    refuse_other_unit(targets[more], salaries[more], ("target_variable", "base_salary"))


def refuse_ratio_as_amount(amounts: Any, others: Any, where: str) -> None:
    """Refuse a ratio where money is needed: a churn of 0.05 beside revenue of 500,000.

    amounts, others: numbers that broadcast; the others are money where they are above 1,000. None: not given.
    where: the argument.
    Errors: ``#VALUE!`` for the first such ratio, with the amount that it would be.
    """
    _refuse_below(amounts, others, where, 1.0)


def refuse_ratio_as_limit(limits: Any, others: Any, where: str) -> None:
    """As `refuse_ratio_as_amount`, for a cap, floor, pool or guarantee, which as a ratio may exceed 1."""
    _refuse_below(limits, others, where, _LIMITS)


def _refuse_below(amounts: Any, others: Any, where: str, most: float) -> None:
    if amounts is None:
        return
    (lowest, highest), size = _ends(amounts), max(map(abs, _ends(others)))
    if lowest >= most or highest < _LEAST or size <= MOST_COUNTED:
        return
    amounts, others = together(amounts, others)
    found = (amounts >= _LEAST) & (amounts < most) & (np.abs(others) > MOST_COUNTED)
    for amount, other in zip(amounts[found].flat, others[found].flat, strict=True):
        hint = f"Give the amount: {amount:g} of {other:,.10g} is {amount * other:,.10g}."
        what = f"the {where.replace('_', ' ')} {amount:g} is a ratio, and an amount is needed"
        raise CsmError(VALUE, what, where, float(amount), hint)


_APART: Final = 100.0
"""A salary and its target are in one unit within this factor."""
LIKE: Final = 8.0
"""Salaries of one person, of peers and of their range are within this factor; a month's is a twelfth."""
_AN_HOUR: Final = 10.0
"""Pay for an hour, or in thousands, is no less."""


def refuse_other_unit(values: Any, others: Any, names: tuple[str, str], apart: float = _APART) -> None:
    """Refuse two amounts of a year's pay of which one is in thousands, or for an hour or a month.

    values, others: numbers that broadcast. names: their arguments. apart: the factor from which on they are
    in different units.
    Errors: ``#VALUE!`` for the first two that are so far apart.
    """
    (low, high), (lower, higher) = _ends(values), _ends(others)
    if min(low, lower) > 0 and max(high, higher) < apart * min(low, lower):
        return
    values, others = together(values, others)
    found = (np.minimum(values, others) >= _AN_HOUR) & (np.maximum(values, others) > MOST_COUNTED)
    with np.errstate(all="ignore"):
        found &= np.maximum(values / others, others / values) >= apart
    for value, other in zip(values[found].flat, others[found].flat, strict=True):
        (low, which), (high, name) = sorted(zip((value, other), names, strict=True))
        what = f"{which} is {low:,.10g} and {name} {high:,.10g}: they are not in one unit"
        raise CsmError(VALUE, what, which, float(low), "Give both in whole units, for a year.")


def refuse_otherwise_in_other_unit(payouts: Any, otherwise: Any) -> None:
    """Refuse a payout in money beside an `otherwise` that is a ratio, and a ratio beside a percentage.

    Errors: ``#VALUE!`` for the first such pair, with how to type it.
    """
    refuse_ratio_as_limit(otherwise, payouts, "otherwise")
    payouts, otherwise = together(payouts, otherwise)
    low, high = _OTHERWISE
    found = (payouts > 0) & (payouts < _LIMITS) & (otherwise >= low) & (otherwise <= high)
    if found.any():
        typed = float(otherwise[found].flat[0])
        what, hint = typed_percentage(typed)
        raise CsmError(VALUE, what, "otherwise", typed, hint)


_OTHERWISE: Final = (10.0, 100.0)
"""What is still paid where a gate fails, as a percentage."""


def refuse_total(values: Any, where: str, by_chance: float = math.inf) -> None:
    """Refuse amounts of which the last is the sum of the others, three or more: the range takes in the total.

    by_chance: a sum that is a multiple of it may be a manager's own, as 3,000 beside three of 1,000 each.
    Errors: ``#VALUE!`` for the total.
    """
    *parts, last = np.asarray(values, float).tolist() or [0.0]
    if len(parts) >= _PARTS and last > MOST_COUNTED and abs(sum(parts) - last) < _LEAST and last % by_chance:
        raise CsmError(VALUE, f"the last value, {last:,.10g}, is the sum of all others", where, last,
                       "End the range above the total.")  # fmt: skip


_PARTS: Final = 3


def _is_ratio(values: Any) -> Any:
    return (values > _RATIOS[0]) & (values < _RATIOS[1]) & (values != np.floor(values))


def _is_percentage(values: Any) -> Any:
    return (values >= _PERCENTAGES[0]) & (values <= _PERCENTAGES[1])


def _ends(values: Any) -> tuple[float, float]:
    """The lowest and the highest of some numbers, which mostly show at once that nothing is to be refused.

    Blanks, of which nothing is refused, do not count.

    >>> _ends([2.0, float("nan"), 0.5])
    (0.5, 2.0)
    """
    numbers = np.asarray(values, float)
    lowest, highest = (ends.reduce(numbers, axis=None, initial=np.nan) for ends in (np.fmin, np.fmax))
    return float(lowest), float(highest)
