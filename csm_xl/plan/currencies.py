"""How large a year's salary is in each currency, as far as an order of magnitude shows a typing mistake.

The figures are rough on purpose: what they are used for is a factor of ten and more away from sound salaries,
so that a currency which halves or doubles changes nothing.
"""

from __future__ import annotations

from typing import Final

LEAST_YEAR: Final = (1_000, 300)
"""US dollars: nobody whose work carries variable pay earns less in a year of full time, in currencies of
high wages and in others. The lowest statutory wages of countries with such jobs come to about 1,000 dollars a
year; in their currencies some years of inflation are allowed for."""
LOW_YEAR: Final = (12_000, 3_000)
"""US dollars, for both kinds of currencies: where nearly everybody's salary is below it, these are salaries
of a month. In the United States a year of full time at the federal minimum wage is 15,080 dollars."""

MOST_YEAR: Final = (1_000_000, 1_000_000)
"""US dollars: a base salary above it is not that of anybody on a plan of Customer Success."""

_HIGH_WAGES: Final = frozenset(
    {"USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD", "HKD", "SEK", "NOK", "DKK", "ISK", "JPY", "KRW",
     "ILS"}
)  # fmt: skip
_UNITS_PER_DOLLAR: Final[dict[str, float]] = {
    "USD": 1, "EUR": 0.9, "GBP": 0.75, "CHF": 0.8, "CAD": 1.4, "AUD": 1.5, "NZD": 1.7, "SGD": 1.3, "HKD": 8,
    "SEK": 10, "NOK": 10, "DKK": 7, "ISK": 130, "JPY": 150, "KRW": 1400, "ILS": 3.5,
    "KWD": 0.3, "BHD": 0.4, "OMR": 0.4, "JOD": 0.7, "AED": 3.7, "SAR": 3.75, "QAR": 3.6, "EGP": 50,
    "MAD": 9.5, "TND": 3, "ZAR": 18, "NGN": 1500, "KES": 130, "GHS": 12,
    "INR": 85, "PKR": 280, "LKR": 300, "BDT": 120, "NPR": 140, "CNY": 7, "TWD": 32, "THB": 33, "MYR": 4.3,
    "PHP": 57, "IDR": 16_000, "VND": 25_000,
    "PLN": 3.8, "CZK": 22, "HUF": 360, "RON": 4.5, "BGN": 1.8, "RSD": 105, "UAH": 41, "RUB": 85, "TRY": 40,
    "GEL": 2.7, "KZT": 520, "AMD": 390,
    "BRL": 5.5, "MXN": 18, "CLP": 950, "COP": 4000, "PEN": 3.6, "ARS": 1400, "UYU": 40, "CRC": 510,
}  # fmt: skip
"""Roughly, from the daily reference rates of central banks in 2025."""


def least_year(currency: str) -> float | None:
    """Less than anybody earns in a year of full time; None for a currency that is not known.

    >>> [least_year(code) for code in ("USD", "KWD", "INR", "VND", "XYZ")]
    [1000, 90.0, 25500, 7500000, None]
    """
    return _in_units(currency, LEAST_YEAR)


def low_year(currency: str) -> float | None:
    """A salary below which nobody's whole company is paid for a year; None for a currency that is not known.

    >>> low_year("USD"), low_year("INR"), low_year("JPY")
    (12000, 255000, 1800000)
    """
    return _in_units(currency, LOW_YEAR)


def most_year(currency: str) -> float | None:
    """A salary above which a currency is probably wrong, or zeros too many; None where it is not known."""
    return _in_units(currency, MOST_YEAR)


def usual_rate(one: str, other: str) -> float | None:
    """Roughly what one unit of a currency is in another; None where either is not known.

    >>> usual_rate("JPY", "USD"), usual_rate("USD", "XYZ")
    (0.006666666666666667, None)
    """
    units = [_UNITS_PER_DOLLAR.get(code.strip().upper()) for code in (one, other)]
    return None if units[0] is None or units[1] is None else units[1] / units[0]


def _in_units(currency: str, dollars: tuple[int, int]) -> float | None:
    code = currency.strip().upper()
    units = _UNITS_PER_DOLLAR.get(code)
    return None if units is None else dollars[code not in _HIGH_WAGES] * units
