"""Salaries that cannot be a year's: in thousands, for an hour or a month, with a digit too many or too few.

A salary is judged by its currency first, for no year of full time is paid so little; then by the others of
its currency, and by those of the same place, level and role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from csm_xl.pay.rounding import Array
from csm_xl.plan.currencies import least_year, low_year, most_year
from csm_xl.plan.outliers import THE_OTHERS, has_neighbor, medians_of_others, times

MONTHS: Final = 12
_OTHER_UNIT: Final = 100.0
"""This many times another salary is in thousands, or for an hour."""
_HIGH: Final = 8.0
_HIGH_OF_FEW: Final = 10.0
"""This many times the median of the others a salary has a digit too many, if none is near it."""
_MONTHLY: Final = (0.4, 1.6)
"""A year's salary over the median of the others, where it is one of a month times twelve."""
_FEW: Final = 3
"""This many others show what a year's salary is, and what a place pays."""
_LIKE: Final = 3.0
"""Salaries of one kind differ by less than this."""
_SURELY: Final = 10.0
"""This many times the most that is paid, a salary has too many zeros."""
_PEERS: Final = 5.0
"""Salaries of one place, level and role do not differ by so much."""
_SPREAD: Final = 3.0
"""The highest of salaries that are all for a month, over what is low for a year."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """A salary that is no year's. row: which one. said: what it looks like. sure: whether it cannot be paid.
    every: whether it speaks for all of its currency."""

    row: int
    said: str
    sure: bool = True
    every: bool = False


def unlike_salaries(
    salaries: Array, currencies: Sequence[str], places: Sequence[str], peers: Sequence[object]
) -> Iterator[Unlike]:
    """The salaries that cannot be a year's, by currency.

    places: where each is paid; one that is like the others of its place is sound, however far from the rest.
    peers: what those have in common who do the same work, such as level and role; None where nobody knows.

    >>> [(one.row, one.said) for one in unlike_salaries(
    ...     np.array([85_000, 92_000, 88, 790_000]), ["USD"] * 4, [""] * 4, [None] * 4)][0]
    (2, '88 USD is less than anyone is paid for a year of full time: is it in thousands, or for an hour?')
    """
    rows_of: dict[str, list[int]] = {}
    for row in np.flatnonzero(np.nan_to_num(salaries) > 0).tolist():
        rows_of.setdefault(currencies[row], []).append(row)
    for currency, rows in rows_of.items():
        least = least_year(currency) or 0.0
        tiny = [row for row in rows if salaries[row] < least]
        yield from _too_little(salaries, currency, tiny, len(tiny) == len(rows))
        sound = [row for row in rows if salaries[row] >= least]
        monthly = _all_for_a_month(salaries, currency, sound)
        if monthly is not None:
            yield monthly
            continue
        said = list(_compared(salaries, currency, sound, places, peers)) if len(sound) > 1 else []
        yield from said
        yield from _too_much(salaries, currency, set(sound) - {one.row for one in said}, len(rows))


def _too_little(salaries: Array, currency: str, rows: list[int], every: bool) -> Iterator[Unlike]:
    year = "less than anyone is paid for a year of full time"
    if every and len(rows) > 1:
        low, high = (f"{end(salaries[rows]):,.10g}" for end in (np.min, np.max))
        said = f"all {len(rows):,} salaries in {currency}, from {low} to {high}, are {year}: are they "
        yield Unlike(rows[0], said + "in thousands, or for an hour or a month?", every=True)
        return
    for row in rows:
        unit = "in thousands, or for an hour?"
        yield Unlike(row, f"{salaries[row]:,.10g} {currency} is {year}: is it {unit}")


def _too_much(salaries: Array, currency: str, rows: Collection[int], every: int) -> Iterator[Unlike]:
    most = most_year(currency) or np.inf
    over = sorted(row for row in rows if salaries[row] > most)
    is_it = "are they in another currency, or do they have too many zeros?"
    if len(over) == every > 1:
        low, high = (f"{end(salaries[over]):,.10g}" for end in (np.min, np.max))
        said = (
            f"all {len(over):,} salaries in {currency} are above {most:,.0f}, from {low} to {high}: {is_it}"
        )
        yield Unlike(over[0], said, sure=False, every=True)
        return
    for row in over:
        is_it = "is it in another currency, or does it have too many zeros?"
        said = f"{salaries[row]:,.10g} {currency} is more than {most:,.0f}: {is_it}"
        yield Unlike(row, said, sure=bool(salaries[row] > _SURELY * most))


def _all_for_a_month(salaries: Array, currency: str, rows: list[int]) -> Unlike | None:
    """What is reported about salaries that are, all together, too low for years."""
    low = low_year(currency)
    if low is None or not rows:
        return None
    middle, most = float(np.median(salaries[rows])), float(np.max(salaries[rows]))
    if middle >= low or most >= _SPREAD * low:
        return None
    year = f"{low:,.0f} {currency} is a low salary for a year of full time"
    if len(rows) == 1:
        said = f"{middle:,.10g} is the only salary in {currency}, and {year}: is it for a month?"
        return Unlike(rows[0], said, sure=False)
    said = f"the {len(rows):,} salaries in {currency} have a median of {middle:,.10g}, and {year}"
    return Unlike(rows[0], f"{said}: are they for a month?", sure=len(rows) >= _FEW, every=True)


def _compared(
    salaries: Array, currency: str, rows: list[int], places: Sequence[str], peers: Sequence[object]
) -> Iterator[Unlike]:
    values = salaries[rows]
    others = medians_of_others(values)
    ratio = values / others
    alone = ~has_neighbor(values, _LIKE)
    there = [places[row] or None for row in rows]
    of_place = _medians_by(values, there)
    work = [peers[row] for row in rows]
    of_peers = _medians_by(values, [each and (place, each) for place, each in zip(there, work, strict=True)])
    most = max(low_year(currency) or np.inf, 0.0) * 2
    high = _HIGH if len(rows) > _FEW else _HIGH_OF_FEW
    from_peers = np.fmax(values / of_peers, of_peers / values)
    odd = (ratio >= high) | (ratio <= 1 / (2 * _LIKE)) | (from_peers >= _PEERS)
    for at in np.flatnonzero(odd).tolist():
        row, salary, share = rows[at], float(values[at]), float(ratio[at])
        said = f"{salary:,.10g} is {times(salary, float(others[at]), THE_OTHERS)}: "
        usual_there = max(salary / of_place[at], of_place[at] / salary) < _LIKE
        if share >= _OTHER_UNIT:
            yield Unlike(row, said + "is it in another unit, or does it have too many zeros?")
        elif share <= 1 / _OTHER_UNIT:
            yield Unlike(row, said + "is it in thousands, or for an hour?")
        elif share >= high and alone[at]:
            elsewhere = there[at] is not None and there.count(there[at]) == 1
            yield Unlike(row, said + "does it have a digit too many?", sure=not elsewhere)
        elif len(rows) > _FEW and not usual_there and salary < most and _for_a_month(share):
            yield Unlike(row, said + "is it for a month?")
        elif alone[at] and from_peers[at] >= _PEERS:
            usual = float(of_peers[at])
            like = f"{THE_OTHERS} of that level and role"
            said = f"{salary:,.10g} is {times(salary, usual, like)}: "
            digit = (
                "does it have a digit too many?"
                if salary > usual
                else "is it for a month, or is it missing a digit?"
            )
            yield Unlike(row, said + digit)


def _medians_by(values: Array, keys: Sequence[object]) -> Array:
    """For each value the median of the others of its key, where there are two at least; NaN elsewhere."""
    at_of: dict[object, list[int]] = {}
    for at, key in enumerate(keys):
        if key:
            at_of.setdefault(key, []).append(at)
    found = np.full(len(values), np.nan)
    for same in at_of.values():
        if len(same) > 2:
            found[same] = medians_of_others(values[same])
    return found


def _for_a_month(ratio: float) -> bool:
    least, most = _MONTHLY
    return least <= ratio * MONTHS <= most
