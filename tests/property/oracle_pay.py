"""Ramps, draws, measures, salaries and the market again, one number at a time: the judge of csm_xl.pay.

It shares no code with the product and follows the written rules literally, without regard to speed.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

from oracle import counted, days, eligible, nine

ZERO = Fraction(0)


def ramp(quota: Fraction, shares: list[Fraction], month: int) -> Fraction:
    return quota * (shares[month - 1] if month <= len(shares) else shares[-1])


def month_later(day: date, months: int) -> date:
    """The same day of a later month, or the month's last: found by walking back from the 31st."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def seasonal(annual: Fraction, weights: list[Fraction], year_start: date, start: date | None,
             basis: str) -> list[Fraction]:  # fmt: skip
    step = 12 // len(weights)
    found = []
    for k, weight in enumerate(weights):
        first = month_later(year_start, k * step)
        last = month_later(year_start, (k + 1) * step) - timedelta(1)
        part, whole = counted(eligible(first, last, start, None), basis), counted(days(first, last), basis)
        found.append(annual * weight * part / whole)
    return found


def draw(earned: list[Fraction], amounts: list[Fraction], recoverable: bool, share: Fraction, start: int,
         opening: Fraction, of: str = "above_draw") -> list[tuple[Fraction, Fraction, Fraction]]:  # fmt: skip
    """Per period: paid, recovered, balance."""
    owed, rows = opening, []
    for period, (gain, amount) in enumerate(zip(earned, amounts, strict=True), 1):
        back = ZERO
        if recoverable and period >= start and nine(gain) >= nine(amount):
            over = gain - amount if gain > amount else ZERO
            most = {"above_draw": share * over, "earned": share * gain,
                    "earned_above_draw": min(share * gain, over)}[of]  # fmt: skip
            back = min(owed, most)
        paid = (amount if gain < amount else gain) - back
        owed -= back
        if recoverable and gain < amount:
            owed += amount - gain
        rows.append((paid, back, owed))
    return rows


def clawback(
    paid: Fraction, term: Fraction, active: Fraction, full: bool, window: Fraction | None
) -> Fraction:
    if nine(active) >= nine(term if window is None else window):
        return ZERO
    if full:
        return paid
    return paid * (term - active) / term if active < term else ZERO


def retention(accounts: list[tuple[Fraction, Fraction]], measure: str) -> Fraction | None:
    """None where there is no opening cohort."""
    cohort = [(start, end) for start, end in accounts if start > 0]
    if not cohort:
        return None
    if measure == "LOGO":
        return Fraction(sum(end > 0 for _, end in cohort), len(cohort))
    kept = [min(start, end) if measure == "GRR" else end for start, end in cohort]
    return sum(kept, ZERO) / sum((start for start, _ in cohort), ZERO)


def nps(scores: list[int]) -> Fraction:
    points = [1 if score >= 9 else -1 if score <= 6 else 0 for score in scores]
    return Fraction(100 * sum(points), len(points))


def merit(salary: Fraction, increases: list[Fraction], floors: list[Fraction], least: Fraction,
          most: Fraction, scale: Fraction, months: Fraction) -> tuple[Fraction, ...] | None:  # fmt: skip
    """New salary, increase, lump sum; None where the compa-ratio is below the first band."""
    compa = 2 * salary / (least + most)
    reached = [
        increase for floor, increase in zip(floors, increases, strict=True) if nine(compa) >= nine(floor)
    ]
    if not reached:
        return None
    gain = salary * reached[-1] * scale * months / 12
    if salary >= most:
        return salary, ZERO, gain
    if salary + gain > most:
        return most, most - salary, salary + gain - most
    return salary + gain, gain, ZERO


def promote(salary: Fraction, rise: Fraction, least: Fraction, most: Fraction | None) -> Fraction:
    raised = salary * (1 + rise)
    if raised < least:
        raised = least
    if most is not None and raised > most:
        raised = most
    return salary if raised < salary else raised


def median(values: list[Fraction]) -> Fraction:
    """The middle one, or the mean of the two, by taking off both ends."""
    left = sorted(values)
    while len(left) > 2:
        left = left[1:-1]
    return sum(left, ZERO) / len(left)


def _decimal(x: Fraction) -> Decimal:
    return Decimal(x.numerator) / Decimal(x.denominator)


def market_pay(at: Fraction, series: list[tuple[Fraction, int]]) -> float:
    """Log-linear between percentiles, on 50 digits."""
    with localcontext(prec=50):
        for (p0, w0), (p1, w1) in pairwise(series):
            if p0 <= at <= p1:
                t = _decimal((at - p0) / (p1 - p0))
                low, high = Decimal(w0).ln(), Decimal(w1).ln()
                return float((low + (high - low) * t).exp())
    raise ValueError(at)
