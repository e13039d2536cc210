"""Codes of currencies, and which one a sign, a name or a slip of the fingers means."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

CODES: Final = frozenset({
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY",
    "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP",
    "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS", "INR",
    "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
    "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR",
    "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK",
    "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD",
    "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY",
    "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG",
    "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG", "HRK", "XTS",
})  # fmt: skip
"""The currencies of ISO 4217, list one of 2025, with the kuna of earlier payments and the code for tests."""
COMMON: Final = frozenset({
    "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "SEK", "NOK", "DKK",
    "PLN", "CZK", "HUF", "RON", "ILS", "ZAR", "SGD", "HKD", "KRW", "AED", "TRY", "PHP", "COP", "ARS", "CLP",
})  # fmt: skip
"""Codes that are known in small letters too: "all" and "top" are words."""
_WHOLE: Final = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
     "XOF", "XPF"}
)  # fmt: skip
"""The currencies without cents; UYI is a unit of account."""
_THREE: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_FOUR: Final = frozenset({"CLF", "UYW"})
_DOLLARS: Final = frozenset({
    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "JMD", "UYU", "BRL",
})  # fmt: skip
_KRONER: Final = frozenset({"SEK", "NOK", "DKK", "ISK"})
_SIGNS: Final[dict[str, frozenset[str]]] = {
    "us$": frozenset({"USD"}), "r$": frozenset({"BRL"}), "c$": frozenset({"CAD"}), "a$": frozenset({"AUD"}),
    "€": frozenset({"EUR"}), "£": frozenset({"GBP", "EGP"}), "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}), "₽": frozenset({"RUB"}), "₩": frozenset({"KRW"}), "₪": frozenset({"ILS"}),
    "₺": frozenset({"TRY"}), "₴": frozenset({"UAH"}), "₫": frozenset({"VND"}), "฿": frozenset({"THB"}),
    "zł": frozenset({"PLN"}), "kč": frozenset({"CZK"}), "ft": frozenset({"HUF"}), "kr": _KRONER,
    "kr.": _KRONER, "fr.": frozenset({"CHF"}), "$": _DOLLARS,
}  # fmt: skip
"""Signs beside numbers → the currencies that each may mean."""
_NAMES: Final[dict[str, frozenset[str]]] = {
    "euro": frozenset({"EUR"}), "dollar": _DOLLARS, "us dollar": frozenset({"USD"}), "us": frozenset({"USD"}),
    "usa": frozenset({"USD"}), "american dollar": frozenset({"USD"}), "uk": frozenset({"GBP"}),
    "canadian dollar": frozenset({"CAD"}), "australian dollar": frozenset({"AUD"}),
    "pound": frozenset({"GBP", "EGP"}), "pound sterling": frozenset({"GBP"}), "sterling": frozenset({"GBP"}),
    "british pound": frozenset({"GBP"}), "yen": frozenset({"JPY"}), "franc": frozenset({"CHF", "XOF", "XAF"}),
    "swiss franc": frozenset({"CHF"}), "rupee": frozenset({"INR", "PKR", "LKR", "NPR"}),
    "indian rupee": frozenset({"INR"}), "real": frozenset({"BRL"}), "yuan": frozenset({"CNY"}),
    "rmb": frozenset({"CNY"}), "krone": _KRONER, "krona": _KRONER, "zloty": frozenset({"PLN"}),
    "złoty": frozenset({"PLN"}), "shekel": frozenset({"ILS"}), "nis": frozenset({"ILS"}),
    "rand": frozenset({"ZAR"}), "peso": frozenset({"MXN", "ARS", "CLP", "COP", "PHP", "UYU"}),
    "won": frozenset({"KRW"}), "ruble": frozenset({"RUB"}), "forint": frozenset({"HUF"}),
    "lira": frozenset({"TRY"}), "dirham": frozenset({"AED", "MAD"}),
}  # fmt: skip
"""Names that people type for a code, in the singular."""


def decimals(currency: str) -> int:
    """How many decimals amounts of a currency have.

    currency: its code, such as USD. Two where ISO 4217 states no other number.
    Source: ISO 4217, list one, minor units.

    >>> [decimals(code) for code in ("USD", "JPY", "KWD")]
    [2, 0, 3]
    """
    if currency in _WHOLE:
        return 0
    if currency in _THREE:
        return 3
    return 4 if currency in _FOUR else 2


def marked_currencies(mark: str) -> frozenset[str]:
    """The currencies that the text beside a number may mean; empty where it means none.

    >>> [sorted(marked_currencies(mark)) for mark in ("€", "EUR", "US$", "days")]
    [['EUR'], ['EUR'], ['USD'], []]
    """
    code = mark.strip().upper()
    known = code in COMMON or mark.strip() in CODES
    return frozenset({code}) if known else _SIGNS.get(mark.strip().casefold(), frozenset())


def meant_currencies(text: str, used: Collection[str] = ()) -> list[str]:
    """The codes that a text without a code probably means; none where nothing is near.

    used: the codes elsewhere in the tables: where a sign may mean several, one of these is meant.

    >>> meant_currencies("Euros"), meant_currencies("$", ["EUR", "CAD"]), meant_currencies("USS", ["USD"])
    (['EUR'], ['CAD'], ['USD'])
    >>> meant_currencies("points")
    []
    """
    word = text.strip().casefold().rstrip(".")
    found = marked_currencies(text) or _NAMES.get(word) or _NAMES.get(word.removesuffix("s"), frozenset())
    if not found and (code := text.strip().upper()[:3]) in CODES and not text.strip()[3:].isalpha():
        found = frozenset({code})  # "USD/year", "EUR (€)"
    if not found:
        return get_close_matches(text.strip().upper(), sorted(used), n=1, cutoff=0.6)
    likely = [code for code in sorted(found) if code in used]
    return likely if len(likely) == 1 else sorted(found)
