"""Totals, ratios, counts, ranks and shares of cents again, one number at a time: the judge of csm_xl.pay.

It shares no code with the product and follows the written rules literally, without regard to speed.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from oracle import curve, money, nine

ZERO = Fraction(0)


def attainment(actual: Fraction, goal: Fraction, direction: str, method: str) -> Fraction | None:
    """None where it is refused."""
    if goal <= 0 or (direction == "lower" and method == "inverse" and actual <= 0):
        return None
    if direction == "higher":
        return actual / goal
    return 2 - actual / goal if method == "complement" else goal / actual


def net_promoters(promoters: int, passives: int, detractors: int) -> Fraction:
    answers = [1] * promoters + [0] * passives + [-1] * detractors
    return Fraction(100 * sum(answers), len(answers))


def rank(value: Fraction, peers: list[Fraction]) -> Fraction:
    """PERCENTRANK.INC where it answers; 0 below all peers, 1 above."""
    group, at = sorted(map(nine, peers)), nine(value)
    if len(group) == 1:
        return Fraction(int(at >= group[0]))
    if at <= group[0]:
        return ZERO
    if at > group[-1]:
        return Fraction(1)
    steps = len(group) - 1
    if at in group:
        return Fraction(group.index(at), steps)
    above = next(i for i, peer in enumerate(group) if peer > at)
    way = (at - group[above - 1]) / (group[above] - group[above - 1])
    return (above - 1 + way) / steps


def rank_payout(value: Fraction, peers: list[Fraction], knots: list[tuple[Fraction, Fraction]]) -> Fraction:
    return curve(rank(value, peers), knots)


def apportioned(parts: list[Fraction], total: Fraction, unit: Fraction) -> list[Fraction]:
    """Whole units that add up to the total: one more to each of the largest remainders, the earlier first."""
    kept = [nine(part) / unit for part in parts]
    whole = [part.__floor__() for part in kept]
    left = money(total, str(float(unit))) / unit - sum(whole)
    while left > 0:
        rests = [part - floor if floor == part.__floor__() else Fraction(-1)
                 for part, floor in zip(kept, whole, strict=True)]  # fmt: skip
        best = rests.index(max(rests))
        if rests[best] < 0:
            break
        whole[best] += 1
        left -= 1
    return [units * unit for units in whole]


def pooled(parts: list[Fraction], fund: Fraction, unit: Fraction) -> list[Fraction]:
    """Never more than the fund: what is left of it below a whole unit is not paid."""
    earned = sum(parts, ZERO)
    alone = [money(part, str(float(unit))) for part in parts]
    if fund >= earned and nine(fund) >= sum(alone, ZERO):
        return alone
    share = fund / earned if fund < earned else Fraction(1)
    return apportioned([part * share for part in parts], nine(fund) // unit * unit, unit)


def shared_by_weights(
    weights: list[Fraction], fund: Fraction, cap: Fraction | None, unit: Fraction
) -> list[Fraction]:
    """The largest weights are at the cap, as many as it takes: each number of them is tried."""
    most = None if cap is None else nine(cap) // unit * unit
    heavy = sorted({at for at, weight in enumerate(weights) if weight > 0}, key=lambda at: -weights[at])
    for count in range(len(heavy) + 1):
        rest = sum((weights[at] for at in heavy[count:]), ZERO)
        left = fund - (0 if most is None else count * most)
        parts = [ZERO] * len(weights)
        for at in heavy[:count]:
            parts[at] = most if most is not None else ZERO
        for at in heavy[count:]:
            parts[at] = left * weights[at] / rest
        if most is None or all(parts[at] <= most for at in heavy[count:]):
            break
    return apportioned(parts, nine(sum(parts, ZERO)) // unit * unit, unit)


def streak(ratios: list[Fraction], addition: Fraction, years: int, target: Fraction) -> Fraction:
    if len(ratios) < years:
        return ZERO
    return addition if all(nine(ratio) > nine(target) for ratio in ratios[len(ratios) - years :]) else ZERO


def months_passed(start: date, end: date) -> int:
    """The whole months from one day to another, counted by the calendar's own months."""

    def later(months: int) -> tuple[int, int, int]:
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
        return year, month + 1, min(start.day, (following - date.resolution).day)

    found = (end.year - start.year) * 12 + end.month - start.month
    return found if later(found) <= (end.year, end.month, end.day) else found - 1
