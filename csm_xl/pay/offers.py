"""Offers: what a job offer is worth year by year, nominal and at present value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, Final, NamedTuple

import numpy as np

from csm_xl.errors import ARITHMETIC, VALUE, CsmError
from csm_xl.pay.check import not_negative, refuse
from csm_xl.pay.rounding import Array, exact, is_exact
from csm_xl.pay.vesting import Vesting

MOST_YEARS: Final = 50
FOUR_YEARS: Final = Vesting((12, 24, 36, 48), (Fraction(1, 4),) * 4)
"""A quarter after each of four years."""

Number = float | Fraction
Taxes = Callable[[Array], Array]
"""From each year's taxable pay to its tax."""


@dataclass(eq=False, repr=False)
class Offer:
    """The terms of one offer; money of one year where nothing else is said.

    base: salary of the first year. raise_ratio: by how much it rises every year after.
    target_bonus: the target variable pay, the same every year; target_bonus_ratio: instead, or as well, as a
        share of each year's base. bonus_probability: the expected payout of both as a ratio of target.
    equity: value that vests every year. equity_grant: the whole value of a grant at today's price;
        vesting: how it vests; equity_growth: the yearly rise of the price, taken in whole steps on each
        anniversary of the grant.
    benefits: their value; benefits_ratio: instead, or as well, as a share of each year's base.
    one_off: money of the first year alone, such as a sign-on bonus; below 0 for what it costs to join.
    costs: what is to be paid out of it every year, such as commuting.
    tax_ratio: what tax takes of base, variable, equity and one-off pay.
    cost_of_living: the price level of the place, 1 being the one that is compared with.
    """

    base: Number
    raise_ratio: Number = 0.0
    target_bonus: Number = 0.0
    target_bonus_ratio: Number = 0.0
    bonus_probability: Number = 1.0
    equity: Number = 0.0
    equity_grant: Number = 0.0
    equity_growth: Number = 0.0
    benefits: Number = 0.0
    benefits_ratio: Number = 0.0
    one_off: Number = 0.0
    costs: Number = 0.0
    tax_ratio: Number = 0.0
    cost_of_living: Number = 1.0
    vesting: Vesting = FOUR_YEARS

    def __post_init__(self) -> None:
        terms = self.terms()
        for name, value in terms.items():
            if name not in ("raise_ratio", "equity_growth", "one_off"):
                not_negative(value, name)
        for name in ("raise_ratio", "equity_growth"):
            refuse(terms[name] <= -1, terms[name], VALUE, "nothing is left after such a fall", name,
                   "Type a ratio above -1.")  # fmt: skip
        refuse(terms["tax_ratio"] > 1, terms["tax_ratio"], VALUE, "the tax is more than the pay",
               "tax_ratio", "Type a ratio from 0 to 1 (30% is 0.3).")  # fmt: skip
        refuse(terms["cost_of_living"] == 0, terms["cost_of_living"], ARITHMETIC,
               "a cost of living of 0 has no meaning", "cost_of_living",
               "Type the price level, 1 being the place compared with.")  # fmt: skip

    def terms(self) -> dict[str, Any]:
        """Every number of the offer, exact as soon as one of them is."""
        names = [field.name for field in fields(self) if field.name != "vesting"]
        values: list[Any] = [getattr(self, name) for name in names]
        kept = exact(values) if any(map(is_exact, values)) else np.array(values, dtype=np.float64)
        return dict(zip(names, kept, strict=True))


class OfferYears(NamedTuple):
    """What an offer is worth, an array over its years for each part; all money."""

    base: Array
    variable: Array
    equity: Array
    benefits: Array
    one_off: Array
    total: Array
    present_value: Array


def offer_years(
    offer: Offer, years: int = 4, discount_rate: Any = 0.0, taxes: Taxes | None = None
) -> OfferYears:
    """What an offer is worth in each of its years.

    offer: its terms; years: how many, from 1 to 50. discount_rate: ratio a year, above −1.
    taxes: from a year's taxable pay (base, variable, equity and one-off) to its tax, in place of the
        offer's ratio.
    Returns base, variable, equity as it vests, benefits and one-off pay before tax;
        total = (their sum − costs − tax) / cost of living; present value = total / (1 + rate)^year,
        each year's pay being taken at the year's end, as Excel's NPV does. A tranche vests in the year
        that its month ends; one of the grant date itself in the first year.
    Errors: years outside; a rate of −1 or below.
    Source: net present value of a stream of yearly pay.

    >>> found = offer_years(Offer(100000, 0.05, target_bonus=20000, bonus_probability=0.9), 2, 0.1)
    >>> found.total.tolist(), found.present_value.round(2).tolist()
    ([118000.0, 123000.0], [107272.73, 101652.89])
    """
    if not 1 <= years <= MOST_YEARS or years != int(years):
        raise CsmError(VALUE, "the number of years is out of range", "years", years,
                       f"Give a whole number from 1 to {MOST_YEARS}.")  # fmt: skip
    terms: Any = offer.terms()
    exactly = is_exact(terms["base"], discount_rate)
    if exactly:
        terms = {name: exact(value)[()] for name, value in terms.items()}
    rate: Any = exact(discount_rate)[()] if exactly else float(discount_rate)
    refuse(rate <= -1, float(rate), ARITHMETIC, "the discount rate is -1 or below", "discount_rate",
           "Type a ratio above -1 (5% is 0.05).")  # fmt: skip
    kind = object if exactly else np.float64
    n = np.array(range(int(years)), dtype=kind)
    flat = n * (terms["base"] * 0)
    base = terms["base"] * np.full(len(n), 1 + terms["raise_ratio"], dtype=kind) ** n
    variable = (terms["target_bonus"] + terms["target_bonus_ratio"] * base) * terms["bonus_probability"]
    equity = terms["equity"] + terms["equity_grant"] * _vesting(offer.vesting, terms["equity_growth"], flat)
    benefits = terms["benefits"] + terms["benefits_ratio"] * base
    one_off = np.where(n == 0, terms["one_off"], flat)
    taxable = np.maximum(base + variable + equity + one_off, flat)
    tax = taxable * terms["tax_ratio"] if taxes is None else taxes(taxable)
    total = (base + variable + equity + benefits + one_off - terms["costs"] - tax) / terms["cost_of_living"]
    present = total / np.full(len(n), 1 + rate, dtype=kind) ** (n + 1)
    parts = (base, variable, equity, benefits, one_off, total, present)
    return OfferYears(*(np.asarray(part, dtype=kind) for part in parts))


def _vesting(vesting: Vesting, growth: Any, flat: Array) -> Array:
    """The share of a grant that vests in each year, times the price on the day, of the price at grant."""
    out = flat.copy()
    for month, share in zip(vesting.months, vesting.shares, strict=True):
        year = max(-(-month // 12) - 1, 0)
        if year < len(out):
            worth = share if out.dtype == object else float(share)
            out[year] += worth * (1 + growth) ** (month // 12)
    return out


def summed(years: OfferYears) -> tuple[Any, ...]:
    """Each part of an offer over all its years: numbers of the kind of the offer's.

    >>> summed(offer_years(Offer(90000, target_bonus=10000, equity=20000, benefits=8000, costs=5000), 1))[-1]
    123000.0
    """
    return tuple(part.sum() if is_exact(part) else float(part.sum()) for part in years)
