"""Cost of labor and cost of living in a location relative to the nation, as exact factors; 1 is the national
level."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from csm_xl.data import prices, wages
from csm_xl.errors import NOT_FOUND, CsmError
from csm_xl.pay.market import labour_factor
from csm_xl.pay.rounding import RATIO_PLACES

_MEDIAN = wages.PERCENTILES.index(0.5)


@cache
def labour(location: str) -> Fraction:
    """The cost of labor: medians of the proxies over the nation's, weighted by national employment.

    location: an area by code, name or first city; see `csm_xl.data.wages.areas`.
    Errors: #N/A for a place without figures, or without a median for one of the proxies.

    >>> round(float(labour("Boston")), 4), labour("National")
    (1.2193, Fraction(1, 1))
    """
    place = wages.areas().find(location, "location")
    medians = [_median(occupation, place) for occupation in wages.PROXIES]
    withheld = [code for code, (here, _) in zip(wages.PROXIES, medians, strict=True) if here is None]
    if withheld:
        raise CsmError(NOT_FOUND, "the median wage of a proxy for customer success is not published for "
                                  "this area",
                       "location", f"{', '.join(withheld)} in {wages.areas().name(place)}",
                       "Use the state, or add a table of locations.")  # fmt: skip
    weights = [Fraction(wages.published()[code, wages.NATION].employment or 0) for code in wages.PROXIES]
    here, nation = (np.array([Fraction(wage or 0) for wage in part]) for part in zip(*medians, strict=True))
    return Fraction(labour_factor(here, nation, np.array(weights)).item())


def _median(occupation: str, area: str) -> tuple[int | None, int | None]:
    """The median wage of an occupation in the area and in the nation."""
    here = wages.published().get((occupation, area))
    nation = wages.published()[occupation, wages.NATION]
    return None if here is None else here.at[_MEDIAN], nation.at[_MEDIAN]


@cache
def living(location: str) -> Fraction:
    """The cost of living: the price parity of a state.

    location: a state by area code, name or postal code, or National.
    Errors: #N/A for any other place: the parities are of states.

    >>> living("CA")
    Fraction(563, 500)
    """
    return prices.parities()[prices.states().find(location, "location")]


def rows() -> list[list[Any]]:
    """The factors as rows of the table locations, with a header; a place without the medians has none."""
    found: list[list[Any]] = [["location", "labour", "living", "source"]]
    said = f"BLS OEWS, {wages.DATASET.as_of}; BEA price parities, {prices.DATASET.as_of}"
    for code, (_, name, *_) in wages.areas().called.items():
        if all(_median(occupation, code)[0] is not None for occupation in wages.PROXIES):
            parity = prices.parities().get(code)
            cost = None if parity is None else float(parity)
            found.append([name, round(float(labour(code)), RATIO_PLACES), cost, said])
    return found
