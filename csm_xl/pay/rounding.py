"""Exact money: the numbers people typed, comparisons and rounding that never miss by a cent.

Money is exact when it equals rational arithmetic on the decimal values that people typed, taken to
9 decimals and then rounded to the currency's minor unit, half away from zero: what a careful person
gets with Excel's ROUND. Comparisons with a curve point, gate or bound are made on values rounded to
9 decimals, so that 0.1 + 0.2 meets 0.3 and three thirds make one.

Floats can do this almost always: the 9-decimal step moves the point where a cent tips from the tie
itself, where typed values love to sit, to half a billionth below it, where almost none does. A row
that is too near such a point for float error to be ruled out is marked in ``doubt``; run on
`exact` numbers, the same functions decide it.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]
"""float64, or object holding `Fraction`: the two kinds of number that every rule runs on."""

RATIO_PLACES: Final = 12
"""Decimals kept of ratios, goals and actuals."""
MONEY_PLACES: Final = 4
"""Decimals kept of other money."""
COMPARED_PLACES: Final = 9
"""Decimals on which values are compared and results are taken before rounding."""

MOST_EXACT: Final = 1000
"""The longest range that a call computes on exact numbers, which take a hundred times as long as floats."""

_HALF: Final = 0.5 * 10.0**-COMPARED_PLACES
_SLACK: Final = 0.6 * 10.0**-RATIO_PLACES  # what lies beyond the decimals kept, and a little
EPS: Final = float(np.finfo(np.float64).eps)
"""One unit in the last place of 1.0: what bounds on float error are counted in."""


@lru_cache(maxsize=65536)
def _fraction(value: float, places: int) -> Fraction:
    """The decimal a person typed for this float: its shortest decimal, kept to `places`."""
    number = Decimal(repr(value))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -places:
        return _at(Fraction(number), places)
    return Fraction(number)


def _at(number: Fraction, places: int) -> Fraction:
    """The number kept to `places` decimals, half away from zero."""
    return Fraction(_half_away(number * 10**places), 10**places)


def _half_away(number: Fraction) -> Fraction:
    doubled, double = 2 * abs(number.numerator) + number.denominator, 2 * number.denominator
    whole = doubled // double
    return Fraction(whole if number >= 0 else -whole)


def exact(values: ArrayLike, places: int = RATIO_PLACES) -> Array:
    """The same values as exact fractions, of the shape given.

    values: floats, ints, `Fraction` (kept as they are) or `Decimal`, of any shape.
    places: decimals kept: `RATIO_PLACES` for ratios, goals and actuals, `MONEY_PLACES` for money.
    Source: a float represents the decimal that a person typed, which is its shortest decimal.

    >>> exact([0.1, 1234.5]).tolist()
    [Fraction(1, 10), Fraction(2469, 2)]
    """
    given = np.asarray(values)
    out = np.empty(given.shape, dtype=object)
    flat = out.reshape(-1)
    if given.dtype == object:
        for i, value in enumerate(given.reshape(-1)):
            if isinstance(value, Fraction):
                flat[i] = value
            elif isinstance(value, Decimal):
                flat[i] = _at(Fraction(value), places)
            elif isinstance(value, int):
                flat[i] = Fraction(value)
            else:
                flat[i] = _fraction(float(value), places)
    elif np.issubdtype(given.dtype, np.floating):
        for i, value in enumerate(given.reshape(-1).tolist()):
            flat[i] = _fraction(value, places)
    else:
        for i, value in enumerate(given.reshape(-1).tolist()):
            flat[i] = Fraction(value)
    return out


def exact_if_few(*values: Array) -> tuple[Array, ...]:
    """The values as exact numbers, or as they are where there are more than `MOST_EXACT` of them."""
    return values if max(map(np.size, values)) > MOST_EXACT else tuple(map(exact, values))


def is_exact(*values: ArrayLike) -> bool:
    """Whether any of the values is of the exact kind.

    >>> is_exact(0.5), is_exact(0.5, exact(0.5))
    (False, True)
    """
    return any(np.asarray(value).dtype == object for value in values)


def numbers(values: ArrayLike, like: ArrayLike, places: int = RATIO_PLACES) -> Array:
    """`values` in the kind of number that `like` is: constants of a plan made fit for either run.

    >>> numbers([0.9, 1.0], like=exact(0.95))
    array([Fraction(9, 10), Fraction(1, 1)], dtype=object)
    """
    return exact(values, places) if is_exact(like) else np.asarray(values, dtype=np.float64)


def constant(value: Any, exactly: bool) -> Any:
    """A constant of a plan in the kind of number that it meets; None stays.

    >>> constant(0.9, True), constant(0.9, False), constant(None, True)
    (Fraction(9, 10), 0.9, None)
    """
    return exact(value)[()] if exactly and value is not None else value


def alike(*values: ArrayLike) -> tuple[Array, ...]:
    """All values in one kind of number: exact as soon as one of them is.

    >>> alike(exact(0.5), 2)
    (array(Fraction(1, 2), dtype=object), array(Fraction(2, 1), dtype=object))
    """
    like = exact(0) if is_exact(*values) else 0.0
    return tuple(numbers(value, like) for value in values)


def quantise(values: ArrayLike, places: int) -> Array:
    """Floats brought to the decimals that are kept of them: noise such as 0.30000000000000004 goes.

    >>> float(quantise(0.1 + 0.2, RATIO_PLACES)), float(quantise(412345678.91, RATIO_PLACES))
    (0.3, 412345678.91)
    """
    given = np.asarray(values)
    if given.dtype == object:
        return given
    floats_ = np.asarray(given, dtype=np.float64)
    # A float so large that it cannot hold that many decimals has none to drop; scaling would move it.
    small = np.abs(floats_) < 2.0**51 / 10.0**places
    return np.where(small, np.round(np.where(small, floats_, 0.0), places), floats_)


def floats(values: ArrayLike) -> Array:
    """The values as float64, whichever kind they are."""
    return np.asarray(values).astype(np.float64, copy=False)


def reaches(
    value: ArrayLike, bound: ArrayLike, doubt: Array | None = None, error: ArrayLike | None = None
) -> Array:
    """Whether `value` reaches `bound`, both rounded to 9 decimals: `value >= bound`.

    value, bound: numbers of one kind, shapes that broadcast.
    doubt: bool array of the result's shape; rows too near the boundary for floats are set in it.
        Without one, such rows are decided here on the decimal values of the floats.
    error: how far each float value may be from its exact value (default: a few units of its last place).

    >>> bool(reaches(0.1 + 0.2, 0.3)), bool(reaches(0.899999999, 0.9))
    (True, False)
    """
    return _compare(value, bound, 0, doubt, error)


def exceeds(
    value: ArrayLike, bound: ArrayLike, doubt: Array | None = None, error: ArrayLike | None = None
) -> Array:
    """Whether `value` is above `bound`, both rounded to 9 decimals: `value > bound`; see `reaches`.

    >>> bool(exceeds(0.1 + 0.2, 0.3)), bool(exceeds(0.300000001, 0.3))
    (False, True)
    """
    return _compare(value, bound, 1, doubt, error)


def bands(
    values: Array,
    bounds: tuple[float, ...],
    doubt: Array | None = None,
    strict: bool | tuple[bool, ...] = False,
) -> Array:
    """How many of the bounds each value reaches, as `reaches` decides: the band that it lies in.

    values: numbers, either kind. bounds: non-decreasing. doubt: see `reaches`.
    strict: a bound counts where it is exceeded; one flag for all bounds, or one for each.

    >>> bands(np.array([0.5, 0.1 + 0.2, 2.0]), (0.3, 1.0)).tolist()
    [1, 1, 2]
    >>> bands(np.array([0.3, 1.0, 1.1]), (0.3, 1.0), strict=(False, True)).tolist()
    [1, 1, 2]
    """
    each = (strict,) * len(bounds) if isinstance(strict, bool) else strict
    if is_exact(values) or doubt is None:
        found = np.zeros(np.shape(values), dtype=np.intp)
        for bound, over in zip(bounds, each, strict=True):
            found += exceeds(values, bound, doubt) if over else reaches(values, bound, doubt)
        return found
    count = np.zeros(values.shape, dtype=np.int8)
    for below, above in _edges(bounds, each):
        met = values > above
        count += met.view(np.int8)
        doubt |= (values >= below) ^ met
    return count.astype(np.intp)


@lru_cache(maxsize=4096)
def _edges(bounds: tuple[float, ...], strict: tuple[bool, ...]) -> tuple[tuple[float, float], ...]:
    """For each bound, the floats between which it cannot be determined whether a value reaches it, or where
    `strict` exceeds it."""
    found = []
    for bound, over in zip(bounds, strict, strict=True):
        edge, near = _edge(bound, int(over)), _near(bound)
        found.append((edge - near, edge + near))
    return tuple(found)


def _edge(bound: float, more: int) -> float:
    # A value rounds up to the bound from half a billionth below it.
    return float(_nano_one(bound) / 10**COMPARED_PLACES) + (2 * more - 1) * _HALF


def _near(bound: Any) -> Any:
    return _SLACK + 4 * EPS * np.maximum(np.abs(bound), 1.0)


def _compare(
    value: ArrayLike, bound: ArrayLike, more: int, doubt: Array | None, error: ArrayLike | None
) -> Array:
    """Whether the value is at least `more` billionths above the bound, both in whole billionths."""
    if is_exact(value, bound):
        return np.asarray(_nano(value) >= _nano(bound) + more, dtype=bool)
    v, b = np.asarray(value, dtype=np.float64), np.asarray(bound, dtype=np.float64)
    near = _near(b)
    if error is not None:
        near = near + np.asarray(error)
    typed = b.ndim == 0 and bool(np.isfinite(b))
    kept = np.round(b, COMPARED_PLACES)
    edge = _edge(float(b), more) if typed else kept + (2 * more - 1) * _HALF
    met = np.asarray(v > edge + near)
    unsure = np.asarray(v >= edge - near) ^ met
    if not typed:
        # A bound that itself is near the middle between two billionths may have gone either way.
        either = np.abs(b - kept) > _HALF - near
        unsure |= either & (np.abs(v - edge) <= 2 * _HALF + near)
    if doubt is not None:
        doubt |= unsure
    elif unsure.any():
        values, bounds, rows = np.broadcast_arrays(v, b, unsure)
        met = np.array(met)
        met[rows] = _compare(exact(values[rows]), exact(bounds[rows]), more, None, None)
    return met


def _nano_one(value: Any) -> Fraction:
    return _half_away(as_fraction(value) * 10**COMPARED_PLACES)


def as_fraction(value: Any) -> Fraction:
    """One number as an exact fraction; see `exact`."""
    return value if isinstance(value, Fraction) else _fraction(float(value), RATIO_PLACES)


def _nano(values: ArrayLike) -> Array:
    """Exact values in whole billionths."""
    given = np.asarray(values)
    out = np.empty(given.shape, dtype=object)
    out.reshape(-1)[:] = [_nano_one(value) for value in given.reshape(-1).tolist()]
    return out


def billionths(values: ArrayLike) -> Array:
    """Values in whole billionths, as they are compared: int64 for floats that it holds, else Python's ints.

    >>> billionths([0.1 + 0.2, -1.5]).tolist()
    [300000000, -1500000000]
    """
    given = np.asarray(values)
    if given.dtype == object or np.max(np.abs(given), initial=0.0) >= 2.0**52 / 10.0**COMPARED_PLACES:
        whole = np.empty(given.shape, dtype=object)
        whole.reshape(-1)[:] = [int(_nano_one(value)) for value in given.reshape(-1).tolist()]
        return whole
    scaled = np.asarray(given * 10.0**COMPARED_PLACES)
    rounded = np.asarray(np.rint(scaled))
    near = np.abs(scaled - rounded) >= 0.5 - 2 * EPS * np.abs(scaled) - _SLACK * 10.0**COMPARED_PLACES
    found = rounded.astype(np.int64)
    if near.any():
        found[near] = billionths(exact(given[near])).astype(np.int64)
    return np.asarray(found)


def to_compared(values: ArrayLike) -> Array:
    """Values taken to 9 decimals, half away from zero: the step before every rounding of money."""
    if is_exact(values):
        return np.asarray(_nano(values) / 10**COMPARED_PLACES, dtype=object)
    return np.round(np.asarray(values, dtype=np.float64), COMPARED_PLACES)


def round_money(
    amount: ArrayLike, unit: float = 0.01, error: ArrayLike | None = None, doubt: Array | None = None
) -> Array:
    """Money rounded to the currency's minor unit: taken to 9 decimals, then half away from zero.

    amount: money, any shape, either kind; the result is of the same kind and shape.
    unit: the minor unit, 0.01 or 1.
    error: how far each float amount may be from its exact value (default: as if typed).
    doubt: bool array; rows that `error` could tip are set in it. Without one, such rows are decided
        here on the amount's own decimal value.

    >>> [float(round_money(x)) for x in (1.005, -1.005, 2.675, 0.00499999999996)]
    [1.01, -1.01, 2.68, 0.01]
    >>> float(round_money(1234.5, unit=1))
    1235.0
    """
    if is_exact(amount):
        step = Fraction(str(unit))
        units = np.asarray(to_compared(amount) / step, dtype=object)
        out = np.empty(units.shape, dtype=object)
        out.reshape(-1)[:] = [_half_away(value) * step for value in units.reshape(-1)]
        return out
    x = np.asarray(amount, dtype=np.float64)
    per_unit = 1.0 / unit
    signed = not bool(np.min(x, initial=0.0) >= 0)  # a NaN among them hides the sign of the rest
    scaled = np.asarray(np.abs(x) * per_unit if signed else x * per_unit)
    spread = scaled * (4 * EPS)
    spread += _SLACK * per_unit
    if error is not None:
        spread = spread + np.asarray(error) * per_unit
    scaled += 0.5 + _HALF * per_unit
    whole = np.floor(scaled)
    # How far from the middle of two tipping points, half a unit being on one.
    scaled -= whole
    scaled -= 0.5
    scaled = np.abs(scaled)
    scaled += spread
    near = np.asarray(scaled >= 0.5)
    rounded = np.asarray(np.copysign(whole, x) if signed else whole)
    rounded = rounded / per_unit if per_unit >= 1 else rounded * unit
    if signed:
        rounded = rounded + 0.0  # no negative zero on a pay line
    if doubt is not None:
        doubt |= near
    elif near.any():
        fixed = np.array(rounded)
        fixed[near] = floats(round_money(exact(x[near]), unit))
        return fixed
    return np.asarray(rounded)


def round_down(money: ArrayLike, unit: float = 0.01) -> Array:
    """Exact money in whole units, what is left over cut off: the most that can be paid of a fund.

    >>> [str(x) for x in round_down(exact([1000.005, 1000.5]), 0.01)]
    ['1000', '2001/2']
    """
    step = Fraction(str(unit))
    return np.asarray(billionths(money) // int(step * 10**COMPARED_PLACES) * step, dtype=object)


def share_out(parts: ArrayLike, total: Any, unit: float = 0.01) -> Array:
    """Rounded parts that add up to the rounded total: the cents left over go by largest remainder.

    parts: exact money, last axis the parts of one total. total: exact money of the leading shape.
    Ties of remainder go to the earlier part. Returns exact money of the shape of `parts`.
    Source: the largest-remainder (Hamilton) method of apportionment.

    >>> [str(x) for x in share_out(exact([33.335, 33.335, 33.33]), exact(100))]
    ['1667/50', '3333/100', '3333/100']
    >>> [str(x) for x in share_out([Fraction(99999999996, 10**13)] * 3, Fraction(2, 100))]
    ['1/100', '1/100', '0']
    """
    step = Fraction(str(unit))
    # A part a hair below a whole unit is not that unit yet: many such parts together would be more than their
    # total. Its remainder is a whole unit to 9 decimals, so that it is the first to get one of what is left.
    floors = np.asarray(np.asarray(parts, dtype=object) // step)
    rest = billionths(parts - floors * step)
    spare = np.asarray(round_money(exact(total), unit) / step - floors.sum(axis=-1))
    place = np.argsort(np.argsort(-rest, axis=-1, kind="stable"), axis=-1)
    return np.asarray((floors + (place < spare[..., np.newaxis])) * step, dtype=object)
