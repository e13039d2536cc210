"""The market: pay at a percentile, the percentile of a salary, and what a place adds.

Figures of the market are handed in; where they come from is the caller's to say.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, NOT_FOUND, VALUE, CsmError
from csm_xl.pay.check import not_negative, outside, refuse
from csm_xl.pay.rounding import RATIO_PLACES, Array, alike, exact, floats, is_exact, quantise


def _series(percentiles: ArrayLike, wages: ArrayLike) -> tuple[Array, Array]:
    """The published percentiles and their wages as floats, NaN where one is suppressed."""
    at, wage = np.asarray(floats(percentiles)), np.asarray(floats(wages))
    known = wage[~np.isnan(wage)]
    if at.ndim != 1 or at.shape != wage.shape or len(at) < 2 or not (np.diff(at) > 0).all():
        raise CsmError(VALUE, "a market series needs two percentiles or more, rising, and a wage for each",
                       "wages", at.shape, "Give the percentiles as published.")  # fmt: skip
    if not known.size or known[0] <= 0 or (np.diff(known) < 0).any():
        raise CsmError(VALUE, "the wages of a market series do not rise from above 0", "wages",
                       known.tolist(), "Give the wages as published.")  # fmt: skip
    return at, wage


def market_pay(percentile: ArrayLike, percentiles: ArrayLike, wages: ArrayLike) -> Array:
    """The pay at a percentile of a market series, log-linear between the published percentiles.

    percentile: ratio, any shape; the result has its shape and kind. percentiles: the published ones,
    rising; wages: money of one year at each, NaN where it is suppressed.
    Between two published percentiles pay grows at a constant rate: w0 × (w1 / w0)^t, where t is how far
    the percentile is between theirs; at a published one it is what was published. A power is no
    ratio of whole numbers, so exact percentiles too are answered to the 12 decimals that are kept.
    Errors: #NUM! for a percentile outside the published ones, which nobody has measured; #N/A where a
        wage needed for it is suppressed.
    Source: wages are near log-normal (Aitchison and Brown, "The Lognormal Distribution", 1957), so
        that logarithms are what is straight between two percentiles.

    >>> market_pay([0.25, 0.5, 0.6], [0.25, 0.5, 0.75], [60000, 80000, 120000]).round(2).tolist()
    [60000.0, 80000.0, 94086.32]
    """
    at, wage = _series(percentiles, wages)
    wanted = quantise(floats(percentile), RATIO_PLACES)
    refuse((wanted < at[0]) | (wanted > at[-1]), wanted, ARITHMETIC,
           "there are no figures for this percentile", "percentile",
           f"Type one from {at[0]:g} to {at[-1]:g}; 0.5 is the median.")  # fmt: skip
    pay = np.exp(np.interp(wanted, at, np.log(wage)))
    for known, published in zip(at, wage, strict=True):  # exactly what was published
        pay = np.where(wanted == known, published, pay)
    refuse(np.isnan(pay), wanted, NOT_FOUND, "the wage at this percentile is suppressed", "percentile",
           "Take another percentile, or a larger area.")  # fmt: skip
    return exact(pay) if is_exact(percentile) else np.asarray(pay)


def market_percentile(salary: ArrayLike, percentiles: ArrayLike, wages: ArrayLike) -> Array:
    """The position of a salary in a market series: its percentile as a ratio; the inverse of `market_pay`.

    salary: money of one year, any shape; the result has its shape and kind. Others: see `market_pay`.
    Between two published wages t = ln(salary / w0) / ln(w1 / w0). Where several percentiles are published
    with one wage, that wage is at the highest of them, because that share earns it or less.
    Errors: a salary not above 0; #NUM! for one below the lowest published wage or above the highest,
        where nobody has measured; #N/A where a wage next to it is suppressed.

    >>> series = [0.25, 0.5, 0.75], [60000, 80000, 120000]
    >>> market_percentile([60000, 94086.32, 120000], *series).round(6).tolist()
    [0.25, 0.6, 0.75]
    """
    at, wage = _series(percentiles, wages)
    pay = np.asarray(floats(salary))
    refuse(pay <= 0, pay, ARITHMETIC, "the salary is not above 0", "salary", "Type a salary above 0.")
    known = np.flatnonzero(~np.isnan(wage))
    lowest, highest = wage[known[0]], wage[known[-1]]
    refuse((pay < lowest) | (pay > highest), pay, ARITHMETIC, "the salary is outside the published wages",
           "salary", f"They go from {lowest:,.0f} (percentile {at[known[0]]:g}) to {highest:,.0f} "
           f"(percentile {at[known[-1]]:g}); beyond them no percentile is known.")  # fmt: skip
    gaps = [(wage[i], wage[j]) for i, j in pairwise(known) if j - i > 1]
    suppressed = np.zeros(pay.shape, dtype=bool)
    for below, above in gaps:
        suppressed |= (pay > below) & (pay < above)
    refuse(suppressed, pay, NOT_FOUND, "a wage next to this salary is suppressed", "salary",
           "Take a larger area.")  # fmt: skip
    found = np.interp(np.log(pay), np.log(wage[known]), at[known])
    for i in known:  # exactly where it was published, the highest of several
        found = np.where(pay == wage[i], at[i], found)
    return exact(found) if is_exact(salary) else np.asarray(found)


def labour_factor(area: ArrayLike, nation: ArrayLike, weights: ArrayLike) -> Array:
    """The cost of labor in a place against the nation's: Σ weight × area wage / nation wage.

    area, nation: the wage of each occupation, last axis the occupations; weights: how much each counts,
    of any sum above 0. The weights are those of the nation for every place (a Laspeyres index), so that
    a place does not look expensive because it has more of the better-paid occupations.
    Errors: a wage or a sum of weights not above 0; a weight below 0.

    >>> float(labour_factor([98000, 84000], [80000, 70000], [3, 1]))
    1.21875
    """
    here, there, weight = alike(np.atleast_1d(area), np.atleast_1d(nation), np.atleast_1d(weights))
    for wages, where in ((here, "area"), (there, "nation")):
        refuse(wages <= 0, wages, ARITHMETIC, "a wage is not above 0", where, "Give wages above 0.")
    not_negative(weight, "weights")
    whole = np.asarray(weight.sum(axis=-1))
    refuse(whole <= 0, whole, ARITHMETIC, "the weights sum to 0", "weights", "Give weights above 0.")
    return np.asarray((weight * here / there).sum(axis=-1) / whole)


def location_factor(labour: ArrayLike, living: ArrayLike, living_share: ArrayLike) -> Array:
    """One factor of a place from two: living share × living + (1 − living share) × labour.

    labour, living: what labor and living cost there, 1 being the nation's; living_share: from 0 to 1.
    Shapes broadcast. Errors: a share that is not from 0 to 1; a factor not above 0.
    Source: GitLab's compensation calculator of 2018: 0.7 × rent index / 1.26 + 0.3.

    >>> float(location_factor(1, 0.9, 0.7).round(12))
    0.93
    """
    work, life, share = alike(labour, living, living_share)
    for factor, where in ((work, "labour"), (life, "living")):
        refuse(factor <= 0, factor, VALUE, "a factor is not above 0", where, "Type 1 for the nation's level.")
    refuse(outside(share, 1), share, VALUE, "this is not a share of a mix",
           "living_share", "Type a ratio from 0 to 1.")  # fmt: skip
    return np.asarray(share * life + (1 - share) * work)


def geo_pay(national: ArrayLike, factor: ArrayLike) -> Array:
    """The pay of a place: national rate × location factor.

    national: money; factor: of the cost of labor or of living, 1 being the nation's. Shapes broadcast.
    Errors: a rate below 0; a factor not above 0.
    Source: BEA, regional price parities: 120 says that 12,000 buys there what 10,000 buys on average.

    >>> geo_pay(60000, [1.2, 0.9]).tolist()
    [72000.0, 54000.0]
    """
    rate, place = alike(national, factor)
    not_negative(rate, "national")
    refuse(place <= 0, place, VALUE, "a factor is not above 0", "locations", "Type 1 for the nation's level.")
    return np.asarray(rate * place)
