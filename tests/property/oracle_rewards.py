"""Equity, benefits, tax and offers again, one number at a time in fractions; see `oracle`."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from math import ceil, floor, log, sqrt
from statistics import NormalDist


def months_later(day: date, months: int) -> date:
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def vested(shares: int, granted: date, rows: list[tuple[int, Fraction]], as_of: date) -> int:
    passed = [share for months, share in rows if months_later(granted, months) <= as_of]
    return shares if len(passed) == len(rows) else floor(shares * sum(passed, Fraction(0)))


def rsu(shares: Fraction, price: Fraction, rate: Fraction) -> tuple[Fraction, ...]:
    income = shares * price
    sold = min(Fraction(ceil(income * rate / price)), shares) if price else Fraction(0)
    return income, sold, shares - sold, (shares - sold) * price


def call_value(s: float, k: float, r: float, t: float, sigma: float, q: float) -> float:
    """The mean of the discounted payoff under the lognormal law, by its two textbook terms."""
    normal = NormalDist()
    d1 = (log(s / k) + (r - q + sigma**2 / 2) * t) / (sigma * sqrt(t))
    d2 = d1 - sigma * sqrt(t)
    return s * 2.718281828459045 ** (-q * t) * normal.cdf(d1) - k * 2.718281828459045 ** (
        -r * t
    ) * normal.cdf(d2)


def espp(discount: Fraction, first: Fraction, last: Fraction, lookback: bool) -> tuple[Fraction, ...]:
    base = first if lookback and first < last else last
    paid = base - discount * base
    return paid, last - paid, last / paid - 1


def match(salary: Fraction, deferral: Fraction, tiers: list[tuple[Fraction, Fraction, Fraction]]) -> Fraction:
    matched = total = Fraction(0)
    for start, end, rate in tiers:
        matched = max(matched, start)
        slice_ = min(deferral, end) - matched
        if slice_ > 0:
            total += salary * slice_ * rate
            matched += slice_
    return total


def brackets(income: Fraction, deduction: Fraction, upper: list[int], rates: list[Fraction]) -> Fraction:
    """The tax, filled up bracket by bracket."""
    left, floor_, tax = income - deduction, Fraction(0), Fraction(0)
    for top, rate in zip([*upper, None], rates, strict=True):
        if left <= 0:
            break
        part = left if top is None else min(left, top - floor_)
        tax += part * rate
        left -= part
        floor_ = Fraction(top or 0)
    return tax


def fica(wages: Fraction, base: int, threshold: int) -> Fraction:
    surtax = Fraction(9, 1000) * (wages - threshold) if wages > threshold else Fraction(0)
    return Fraction(62, 1000) * min(wages, Fraction(base)) + Fraction(145, 10000) * wages + surtax


def offer(
    terms: dict[str, Fraction], rows: list[tuple[int, Fraction]], years: int, rate: Fraction
) -> list[list[Fraction]]:
    """The years of an offer, each followed month by month."""
    found = []
    base = terms["base"]
    for year in range(1, years + 1):
        variable = terms["bonus_probability"] * (terms["target_bonus"] + terms["target_bonus_ratio"] * base)
        equity = terms["equity"]
        for month in range(0 if year == 1 else 12 * year - 11, 12 * year + 1):
            price = Fraction(1)
            for _ in range(month // 12):
                price += price * terms["equity_growth"]
            equity += terms["equity_grant"] * price * sum(s for m, s in rows if m == month)
        benefits = terms["benefits"] + terms["benefits_ratio"] * base
        one_off = terms["one_off"] if year == 1 else Fraction(0)
        taxed = base + variable + equity + one_off
        tax = terms["tax_ratio"] * taxed if taxed > 0 else Fraction(0)
        total = (taxed + benefits - terms["costs"] - tax) / terms["cost_of_living"]
        present = total
        for _ in range(year):
            present /= 1 + rate
        found.append([base, variable, equity, benefits, one_off, total, present])
        base += base * terms["raise_ratio"]
    return found
