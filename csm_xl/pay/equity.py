"""Equity pay: what shares, options and share purchases are worth to the one who gets them."""

from __future__ import annotations

from datetime import date
from math import erfc, sqrt
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE
from csm_xl.pay.check import not_negative, one_of, outside, refuse
from csm_xl.pay.rounding import RATIO_PLACES, Array, alike, exact, floats, is_exact

OptionKind = Literal["NSO", "ISO"]

OPTION_KINDS: Final[tuple[str, ...]] = get_args(OptionKind)

_SCALE: Final = 10**RATIO_PLACES
_HALF_SCALE: Final = 10 ** (RATIO_PLACES // 2)
_FITS: Final = 2.0**42
"""Shares below this times a ratio's halves fit into 64 bits."""


def grown(price: Any, growth: Any, since: date, day: date) -> Any:
    """The price of a share on a day, exact: price × (1 + growth)^whole years since the price's own day.

    growth: ratio a year, above −1; it is taken on each anniversary, a 29 February's on the 28th. An
    assumption about the future, not a forecast.
    Errors: a growth of −1 or below.

    >>> [float(grown(100, 0.1, date(2025, 3, 1), date(year, 3, 1))) for year in (2025, 2026, 2027)]
    [100.0, 110.0, 121.0]
    """
    rise = exact(growth)
    refuse(rise <= -1, rise, VALUE, "nothing is left after such a fall", "growth", "Type a ratio above -1.")
    month_day = (since.month, since.day) if (since.month, since.day) != (2, 29) else (2, 28)
    years = day.year - since.year - ((day.month, day.day) < month_day)
    return exact(price) * (1 + rise) ** years


def rsu(
    shares: ArrayLike, price: ArrayLike, withholding: ArrayLike = 0.0
) -> tuple[Array, Array, Array, Array]:
    """Income of restricted stock units at vesting, and the shares sold to cover the tax.

    shares: that vest; price: money a share on that day; withholding: tax rate on the income, 0 to 1.
        Shapes that broadcast. Returns income = shares × price (money), shares sold =
        ceil(income × rate / price) in exact arithmetic, net shares, and their value at the price (money).
        Whole shares are sold, never more than there are; at a price of 0 there is no income to tax.
    Errors: shares or a price below 0; a rate that is not from 0 to 1.
    Source: IRC section 83 (income at vesting); whole shares rounded up as brokers sell to cover.

    >>> [float(part) for part in rsu(850, 40, 0.3)]
    [34000.0, 255.0, 595.0, 23800.0]
    """
    units, each, rate = alike(shares, price, withholding)
    not_negative(units, "shares")
    not_negative(each, "price")
    refuse(outside(rate, 1), rate, VALUE, "the rate is not a share of the income",
           "withholding", "Type a ratio from 0 to 1 (22% is 0.22).")  # fmt: skip
    units, each, rate = np.broadcast_arrays(units, each, rate)
    sold = np.minimum(_ceiling(units, rate), units)
    if (each == 0).any():
        sold = np.where(each == 0, units * 0, sold)
    kept = np.asarray(units - sold)
    return np.asarray(units * each), np.asarray(sold), kept, np.asarray(kept * each)


def _ceiling(count: Array, ratio: Array) -> Array:
    """count × ratio rounded up to a whole number, the ratio being the decimal that was typed."""
    if is_exact(count):
        return np.asarray(-(-(count * ratio) // 1) * exact(1), dtype=object)
    product = count * ratio
    up = np.array(np.ceil(product))
    off = np.asarray(up - product)
    off -= 0.5
    near = np.abs(off) >= 0.5 - 2 * np.max(count, initial=0.0) / _SCALE
    if near.any():
        up[near] = _exact_ceiling(count[near], ratio[near])
    return up


def _exact_ceiling(count: Array, ratio: Array) -> Array:
    """The same in whole numbers, with the ratio in trillionths."""
    if (count >= _FITS).any() or (count != np.floor(count)).any():
        return floats(_ceiling(exact(count), exact(ratio)))
    whole, parts = count.astype(np.int64), np.rint(ratio * _SCALE).astype(np.int64)
    upper, lower = np.divmod(parts, _HALF_SCALE)
    above, rest = np.divmod(whole * upper, _HALF_SCALE)
    rest = rest * _HALF_SCALE + whole * lower
    return floats(above - (-rest // _SCALE))


def option_exercise(
    shares: ArrayLike, strike: ArrayLike, price: ArrayLike, kind: str = "NSO"
) -> tuple[Array, Array, Array]:
    """What the exercise of options gives, and how it is taxed at that moment.

    shares: options exercised; strike, price: money a share; shapes that broadcast. kind: ``NSO`` or
        ``ISO``. Returns the spread max(0, price − strike) × shares, the ordinary
        income (of an NSO the spread, of an ISO none), and the adjustment for the alternative minimum
        tax (of an ISO the spread, of an NSO none), all money.
    Errors: shares, strike or price below 0; an unknown kind.
    Source: IRC sections 83, 421 and 56(b)(3); IRS Publication 525, "Stock Options".

    >>> [float(part) for part in option_exercise(100, 12, 18, "ISO")]
    [600.0, 0.0, 600.0]
    """
    one_of(kind, OPTION_KINDS, "kind")
    units, low, high = alike(shares, strike, price)
    for part, name in ((units, "shares"), (low, "strike"), (high, "price")):
        not_negative(part, name)
    gain = np.asarray(high - low)
    spread = np.asarray(np.maximum(gain, gain * 0) * units)
    none = np.asarray(spread * 0)
    return (spread, spread, none) if kind == "NSO" else (spread, none, spread)


def black_scholes(
    price: ArrayLike,
    strike: ArrayLike,
    rate: ArrayLike,
    years: ArrayLike,
    volatility: ArrayLike,
    dividend_yield: ArrayLike = 0.0,
) -> Array:
    """The value of a European call option by Black, Scholes and Merton, per share; always float64.

    price, strike: money a share; rate, dividend_yield: continuously compounded, ratio a year; years to
        expiry; volatility: standard deviation of the yearly log return, ratio. Shapes that broadcast.
        With no time left or no volatility it is what a certain future pays:
        max(0, price·e^(−yield·years) − strike·e^(−rate·years)).
    Errors: a price or strike that is not above 0; years or a volatility below 0.
    Source: Black and Scholes 1973, "The Pricing of Options and Corporate Liabilities"; Merton 1973.

    >>> float(black_scholes(42, 40, 0.1, 0.5, 0.2).round(4))
    4.7594
    """
    spot, exercise, interest, time, sigma, paid = np.broadcast_arrays(
        *(floats(part) for part in (price, strike, rate, years, volatility, dividend_yield))
    )
    for part, name in ((spot, "price"), (exercise, "strike")):
        refuse(part <= 0, part, ARITHMETIC, f"the {name} is 0 or below", name, f"Type a {name} above 0.")
    not_negative(time, "years")
    not_negative(sigma, "volatility")
    received = spot * np.exp(-paid * time)
    given = exercise * np.exp(-interest * time)
    spread = sigma * np.sqrt(time)
    certain = spread == 0
    width = np.where(certain, 1.0, spread)
    up = (np.log(spot / exercise) + (interest - paid) * time) / width + width / 2
    value = received * _normal(up) - given * _normal(up - width)
    return np.asarray(np.maximum(np.where(certain, received - given, value), 0.0))


_ERFC: Final = np.frompyfunc(erfc, 1, 1)


def _normal(x: Array) -> Array:
    """The standard normal distribution function; NumPy has none."""
    found: Any = _ERFC(-x / sqrt(2.0))
    return np.asarray(found, dtype=np.float64) / 2


def espp(
    discount: ArrayLike, offer_price: ArrayLike, purchase_price: ArrayLike, lookback: bool = True
) -> tuple[Array, Array, Array]:
    """What a share costs in an employee stock purchase plan, and what it gains at once.

    discount: ratio from 0 to below 1; offer_price: money a share when the offering began;
        purchase_price: money a share when it is bought; shapes that broadcast. Returns the price paid,
        (1 − discount) × the lower of the two prices, without `lookback` × the purchase price; the gain
        purchase price − price paid (money a share); and the gain as a ratio of the price paid.
    Errors: a discount outside; a price that is not above 0.
    Source: IRC section 423(b)(6), which allows a qualified plan a discount of up to 15%.

    >>> [round(float(part), 4) for part in espp(0.15, 10, 20)]
    [8.5, 11.5, 1.3529]
    """
    share, first, last = alike(discount, offer_price, purchase_price)
    refuse((share < 0) | (share >= 1), share, VALUE, "the discount is not a share of the price", "discount",
           "Type a ratio from 0 to below 1 (15% is 0.15).")  # fmt: skip
    for part, name in ((first, "offer_price"), (last, "purchase_price")):
        refuse(part <= 0, part, ARITHMETIC, "the price is 0 or below", name, "Type a price above 0.")
    paid = np.asarray((1 - share) * (np.minimum(first, last) if lookback else last))
    gain = np.asarray(last - paid)
    return paid, gain, np.asarray(gain / paid)
