"""Base pay: where a salary is in its range and among peers, merit, promotion, skills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError, Issue
from csm_xl.pay.adjust import limit
from csm_xl.pay.check import not_negative, number_block, outside, refuse
from csm_xl.pay.rounding import Array, alike, bands, exact, exceeds, floats, is_exact


def compa_ratio(salary: ArrayLike, midpoint: ArrayLike) -> Array:
    """Compa-ratio: salary / midpoint of the salary range; 1 is at the midpoint.

    Money of one year, shapes that broadcast. Errors: a midpoint not above 0; a salary below 0.
    Source: WorldatWork, "Compa-ratio" in its glossary.

    >>> float(compa_ratio(72000, 80000))
    0.9
    """
    pay, middle = alike(salary, midpoint)
    not_negative(pay, "salary")
    refuse(middle <= 0, middle, ARITHMETIC, "the midpoint is not above 0", "midpoint",
           "Type the midpoint of the range: (minimum + maximum) / 2.")  # fmt: skip
    return np.asarray(pay / middle)


def range_penetration(salary: ArrayLike, minimum: ArrayLike, maximum: ArrayLike) -> Array:
    """Range penetration: (salary − minimum) / (maximum − minimum).

    0 is at the minimum, 1 at the maximum; a salary outside its range is below 0 or above 1.
    Money of one year, shapes that broadcast.
    Errors: a maximum that is not above the minimum; money below 0.

    >>> range_penetration([60000, 75000, 105000], 60000, 100000).tolist()
    [0.0, 0.375, 1.125]
    """
    pay, least, most = np.broadcast_arrays(*alike(salary, minimum, maximum))
    not_negative(pay, "salary")
    not_negative(least, "minimum")
    refuse(most <= least, most, ARITHMETIC, "the maximum is not above the minimum", "maximum",
           "Type the range's minimum, then its maximum.")  # fmt: skip
    return np.asarray((pay - least) / (most - least))


@dataclass(eq=False, repr=False)
class MeritMatrix:
    """Merit increases by rating and by band of compa-ratio.

    ratings: the ratings, each once. bands: the compa-ratio from which each band holds, rising.
    increase: one tuple a rating, of one ratio a band: the increase as a share of salary.
    """

    ratings: tuple[str, ...]
    bands: tuple[float, ...]
    increase: tuple[tuple[float, ...], ...]
    _rows: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        cells = number_block(self.increase, (len(self.bands),), "matrix", "one increase per band")
        if not self.bands or len(cells) != len(self.ratings):
            raise CsmError(VALUE, "the matrix needs a rating for every row and a band for every column",
                           "matrix", cells.shape,
                           "Put ratings in column 1 and compa-ratios in row 1.")  # fmt: skip
        refuse(~np.isfinite(cells), cells, VALUE, "an increase is missing", "matrix increase",
               "Type a ratio; 0 means no increase.")  # fmt: skip
        not_negative(cells, "matrix increase")
        floors = np.asarray(self.bands, dtype=np.float64)
        rising = np.append(np.isfinite(floors[:1]), exceeds(floors[1:], floors[:-1]))
        refuse(~rising, floors, VALUE, "a band does not begin above the one before", "matrix band",
               "Sort the bands by the compa-ratio from which they hold, lowest first.")  # fmt: skip
        doubled = [
            Issue(VALUE, f"this row and row {self._rows[key] + 1} have the same rating",
                  f"matrix rating row {i + 1}", self.ratings[i], "Keep one row for each rating.")
            for i, key in enumerate(map(_plain, self.ratings)) if self._rows.setdefault(key, i) != i
        ]  # fmt: skip
        if doubled:
            raise CsmError.of(doubled)

    def ratio(self, rating: str | Sequence[str] | Array, compa: Array) -> Array:
        """The increase of each rating at each compa-ratio, in the kind of number that the compa-ratio is.

        Errors: #N/A for a rating that the matrix does not have, and for a compa-ratio below its first band.
        """
        names, place = np.unique(np.asarray(rating, dtype=str), return_inverse=True)
        row = np.array([self._rows.get(_plain(name), -1) for name in names], dtype=np.intp)[place]
        row = np.broadcast_arrays(row.reshape(np.shape(rating)), compa)[0]
        _refuse_ratings(row < 0, rating, self.ratings)
        band = bands(compa, self.bands)
        refuse(band == 0, compa, NOT_FOUND, "the compa-ratio is below the first band of the matrix",
               "salary", f"Begin the bands at 0; they begin at {self.bands[0]:g}.")  # fmt: skip
        cells = exact(self.increase)
        return np.asarray((cells if is_exact(compa) else floats(cells))[row, band - 1])


def _plain(rating: str) -> str:
    return " ".join(str(rating).split()).casefold()


def _refuse_ratings(bad: Array, rating: str | Sequence[str] | Array, known: Sequence[str]) -> None:
    if not bad.any():
        return
    shown = np.broadcast_to(np.asarray(rating, dtype=str), bad.shape).reshape(-1)
    raise CsmError.of(
        Issue(NOT_FOUND, "the matrix has no such rating", "rating" + f" row {i + 1}" * (bad.size > 1),
              str(shown[i]), f"Allowed: {', '.join(known)}.")
        for i in np.flatnonzero(bad).tolist()
    )  # fmt: skip


def merit(
    salary: ArrayLike,
    rating: str | Sequence[str] | Array,
    matrix: MeritMatrix,
    range_min: ArrayLike,
    range_max: ArrayLike,
    budget_scale: ArrayLike = 1.0,
    months: ArrayLike = 12.0,
    addition: ArrayLike = 0.0,
) -> tuple[Array, Array, Array]:
    """A merit review: the new salary, the increase of it, and what is paid as a lump sum instead.

    salary, range_min, range_max: money of one year; rating: text. Shapes broadcast, and so do the results.
    matrix: the increase by rating and compa-ratio, the midpoint being (minimum + maximum) / 2.
    budget_scale: what every increase is multiplied by to meet a budget; months: of the year reviewed,
        0 to 12: the increase is × months / 12. addition: added to the matrix's ratio, such as
        `bonus_history` gives.
    What would lift the salary above its range's maximum is paid once, as the lump sum; a salary that is
    above it already keeps standing, and all of its increase is the lump sum. The three add up: new salary
    = salary + increase, and merit = increase + lump sum.
    Errors: a rating that the matrix does not have; a compa-ratio below its first band; a maximum that is
        not above the minimum; months that are not from 0 to 12; money, a scale or an addition below 0.

    >>> matrix = MeritMatrix(("Meets", "Exceeds"), (0, 1), ((0.03, 0.02), (0.06, 0.05)))
    >>> [part.tolist() for part in merit([72000, 98000], "Exceeds", matrix, 60000, 100000)]
    [[76320.0, 100000.0], [4320.0, 2000.0], [0.0, 2900.0]]
    """
    pay, least, most, scale, part, more = alike(salary, range_min, range_max, budget_scale, months, addition)
    not_negative(pay, "salary")
    not_negative(least, "range_min")
    refuse(most <= least, most + least * 0, VALUE, "the range's maximum is not above its minimum",
           "range_max", "Type the range's minimum, then its maximum.")  # fmt: skip
    not_negative(scale, "budget_scale")
    not_negative(more, "addition")
    refuse(outside(part, 12), part, VALUE, "these are not months of one year",
           "months", "Type a number from 0 to 12.")  # fmt: skip
    ratio = matrix.ratio(rating, compa_ratio(pay, (least + most) / 2))
    earned = pay * (ratio + more) * scale * part / 12
    increase = np.minimum(earned, np.maximum(most - pay, pay * 0))
    return np.asarray(pay + increase), np.asarray(increase), np.asarray(earned - increase)


def bonus_history(ratios: ArrayLike, addition: ArrayLike, years: int = 3, target: ArrayLike = 1.0) -> Array:
    """What a history of bonuses adds to merit: the addition once each of the last years was above target.

    ratios: payout ratios of past years, last axis the years, oldest first. addition: a share of salary;
    years: how many of the latest must all be above the target; a shorter history adds nothing, and a year
    that just met the target is not above it (on 9 decimals). Shapes broadcast.
    Errors: years that are not a whole number from 1 up; an addition below 0.

    >>> float(bonus_history([0.9, 1.1, 1.05, 1.2], 0.01)), float(bonus_history([1.1, 1, 1.2], 0.01))
    (0.01, 0.0)
    """
    past, more, goal = alike(np.atleast_1d(ratios), addition, target)
    not_negative(more, "addition")
    if years < 1 or years != int(years):
        raise CsmError(
            VALUE, "this is not a number of years", "years", years, "Type a whole number from 1 up."
        )
    latest = past[..., -int(years) :]
    above = np.asarray(exceeds(latest, goal[..., np.newaxis])).all(axis=-1)
    return np.asarray(np.where(above & (past.shape[-1] >= years), more, more * 0), dtype=more.dtype)


def promote(
    salary: ArrayLike,
    promotion_ratio: ArrayLike,
    new_minimum: ArrayLike,
    new_maximum: ArrayLike | None = None,
) -> Array:
    """Salary after a promotion: the larger of salary × (1 + promotion ratio) and the new minimum.

    Money of one year, shapes that broadcast. new_maximum: the raised salary is held to it (None: no bound),
    but a promotion never lowers pay: a salary above the new maximum stays as it is.
    Errors: a new minimum above the new maximum; money or a ratio below 0.

    >>> promote([70000, 90000], 0.08, 80000).tolist(), promote([90000, 99000], 0.08, 80000, 95000).tolist()
    ([80000.0, 97200.0], [95000.0, 99000.0])
    """
    pay, rise, least = alike(salary, promotion_ratio, new_minimum)
    not_negative(pay, "salary")
    not_negative(rise, "promotion_ratio")
    not_negative(least, "new_minimum")
    if new_maximum is not None:
        lowest, most = np.broadcast_arrays(*alike(least, new_maximum))
        refuse(exceeds(lowest, most), lowest, VALUE, "the new minimum is above the new maximum",
               "new_minimum", "Type the new range's minimum, then its maximum.")  # fmt: skip
    raised = limit(np.maximum(pay * (1 + rise), least), cap=new_maximum)
    return np.asarray(np.maximum(*alike(raised, pay)))


def skill_premium(
    salary: ArrayLike, ratios: ArrayLike, amounts: ArrayLike, cap: ArrayLike | None = None
) -> Array:
    """The premium for a person's skills: Σ (salary × ratio + amount), up to a cap.

    salary: money of one year, any shape. ratios, amounts: last axis the skills, a share of salary and money
    for each; they add, a premium is not paid on a premium. cap: money of one year (None: no cap).
    Errors: a salary, ratio, amount or cap below 0; a cap of 1 or less, which is no money but a ratio.

    >>> float(skill_premium(100000, [0.05, 0], [0, 2000])), float(skill_premium(100000, [0.05], [0], 4000))
    (7000.0, 4000.0)
    """
    pay, share, money = alike(salary, np.atleast_1d(ratios), np.atleast_1d(amounts))
    not_negative(pay, "salary")
    not_negative(share, "premiums ratio")
    not_negative(money, "premiums amount")
    if cap is not None:
        most = alike(cap)[0]
        not_negative(most, "cap")
        refuse((most > 0) & (most <= 1), most, VALUE,
               "the cap is money, but this looks like a share of salary",
               "cap", "Type money a year; 0 pays no premium.")  # fmt: skip
    return limit(pay * share.sum(axis=-1) + money.sum(axis=-1), cap=cap)


def peer_gap(salary: ArrayLike, peers: ArrayLike) -> Array:
    """How far a salary is from the median of its peers: salary / median − 1.

    salary: money of one year, any shape. peers: salaries of the same level, role and experience, last axis
    the peers; of an even number the median is the mean of the two in the middle.
    Errors: no peers; a salary below 0; a median of 0.

    >>> peer_gap([90000, 110000], [90000, 95000, 105000, 120000]).tolist()
    [-0.1, 0.1]
    """
    pay, group = alike(salary, np.atleast_1d(peers))
    if not group.shape[-1]:
        raise CsmError(VALUE, "there are no peers", "peers", 0, "Give the salaries of the peer group.")
    not_negative(pay, "salary")
    not_negative(group, "peers")
    ranked, count = np.sort(group, axis=-1), group.shape[-1]
    median = np.asarray((ranked[..., (count - 1) // 2] + ranked[..., count // 2]) / 2)
    refuse(median <= 0, median, ARITHMETIC, "the median of the peers is 0", "peers",
           "Give salaries above 0.")  # fmt: skip
    return np.asarray((pay - median) / median)
