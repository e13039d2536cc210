"""The arithmetic of pay again, one number at a time in fractions: the judge of csm_xl.pay.

It shares no code with the product and follows the written rules literally, day by day and slice by
slice, without regard to speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise


def half_away(x: Fraction, places: int) -> Fraction:
    """x on so many decimals; a tie goes away from zero."""
    whole, rest = divmod(abs(x) * 10**places, 1)
    size = Fraction(whole + (1 if rest >= Fraction(1, 2) else 0), 10**places)
    return size if x >= 0 else -size


def typed(x: float, places: int = 12) -> Fraction:
    """The decimal that a float represents."""
    return half_away(Fraction(Decimal(repr(float(x)))), places)


def nine(x: Fraction) -> Fraction:
    return half_away(x, 9)


def money(x: Fraction, unit: str = "0.01") -> Fraction:
    return half_away(nine(x) / Fraction(unit), 0) * Fraction(unit)


def curve(
    a: Fraction,
    knots: list[tuple[Fraction, Fraction]],
    mode: str = "linear",
    below: str = "zero",
    above: str = "hold",
    cap: Fraction | None = None,
) -> Fraction:
    """The payout ratio at attainment a."""
    slopes = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(knots) if x1 != x0]
    reached = [i for i, (x, _) in enumerate(knots) if nine(a) >= nine(x)]
    if not reached:
        x, y = knots[0]
        ratio = {"zero": Fraction(0), "hold": y, "extrapolate": y + (slopes[0] if slopes else 0) * (a - x)}[
            below
        ]
    elif reached[-1] == len(knots) - 1:
        x, y = knots[-1]
        ratio = {"hold": y, "extrapolate": y + (slopes[-1] if slopes else 0) * (a - x)}[above]
    else:
        (x0, y0), (x1, y1) = knots[reached[-1]], knots[reached[-1] + 1]
        ratio = y0 if mode == "step" else y0 + (y1 - y0) * (a - x0) / (x1 - x0)
    ratio = max(ratio, Fraction(0))
    return ratio if cap is None else min(ratio, cap)


def earned(
    x: Fraction, tiers: list[tuple[Fraction, Fraction | None, Fraction]], mode: str, tie: str
) -> Fraction:
    """What an amount of x earns in tiers (from, to, rate)."""
    if x < 0:
        return -earned(-x, tiers, mode, tie)
    if mode in ("whole", "fixed"):
        inside = [t for t in tiers if (nine(x) >= nine(t[0]) if tie == "upper" else nine(x) > nine(t[0]))]
        end = tiers[-1][1]
        if mode == "fixed":  # the amount of the tier reached, and nothing for nothing
            return inside[-1][2] if inside and x else Fraction(0)
        return inside[-1][2] * (x if end is None else min(x, end)) if inside else Fraction(0)
    total = Fraction(0)
    for start, end, rate in tiers:
        top = x if end is None else min(x, end)
        slice_ = max(top - start, Fraction(0))
        total += rate * slice_ if mode == "marginal" else rate * slice_ / (end - start)
    return total


def matrix(
    r: Fraction,
    c: Fraction,
    rows: list[Fraction],
    columns: list[Fraction],
    cells: list[list[Fraction]],
    mode: str,
    over: tuple[Sequence[bool], Sequence[bool]] = ((), ()),
) -> Fraction:
    def count(x: Fraction, heads: list[Fraction], exceed: Sequence[bool]) -> int:
        flags = exceed or [False] * len(heads)
        return sum(nine(x) > nine(h) if e else nine(x) >= nine(h) for h, e in zip(heads, flags, strict=True))

    i, j = count(r, rows, over[0]), count(c, columns, over[1])
    if not i or not j:
        return Fraction(0)
    if mode == "lookup":
        return cells[i - 1][j - 1]

    def line(x: Fraction, heads: list[Fraction], values: list[Fraction]) -> Fraction:
        for (x0, y0), (x1, y1) in pairwise(zip(heads, values, strict=True)):
            if x <= x1:
                return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
        return values[-1]

    return line(r, rows, [line(c, columns, row) for row in cells])


def days(start: date, end: date) -> list[date]:
    return [start + timedelta(n) for n in range((end - start).days + 1)]


def eligible(start: date, end: date, first: date | None, last: date | None) -> list[date]:
    return [d for d in days(start, end) if (first is None or d >= first) and (last is None or d <= last)]


def counted(found: list[date], basis: str) -> int:
    if basis == "months":
        return sum(d.day == 15 for d in found)
    if basis == "workdays":
        return sum(d.weekday() < 5 for d in found)
    return len(found)


def salary(history: list[tuple[date, Fraction, Fraction]], start: date, end: date, method: str) -> Fraction:
    """The annual salary that counts, by walking over the days."""
    daily = []
    for day in days(start, end):
        held = [(since, pay * fte) for since, pay, fte in history if since <= day]
        daily.append(max(held)[1] if held else None)
    employed = [pay for pay in daily if pay is not None]
    if method == "daily":
        return sum(employed, Fraction(0)) / len(daily)
    if not employed:
        return Fraction(0)
    return employed[0] if method == "period_start" else employed[-1]
