"""Each state's price level relative to the nation, as published by the U.S. Bureau of Economic Analysis."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any, Final

from csm_xl.data import Dataset, text
from csm_xl.data.names import Names

DATASET: Final = Dataset(
    "bea_rpp_2023.csv",
    "regional price parities by state, all items, nation = 100",
    "2023",
    "2023-12-31",
    "2025-12-31",  # figures of a year appear at the end of the next
    "U.S. Bureau of Economic Analysis",
    "https://www.bea.gov/data/prices-inflation/regional-price-parities-state-and-metro-area",
    "public domain",
)


@cache
def parities() -> Mapping[str, Fraction]:
    """The cost-of-living factor by area code, 1 being the nation's: the parity / 100, exactly as published.

    >>> parities()["0600000"]
    Fraction(563, 500)
    """
    return {row["area_code"]: Fraction(row["rpp"]) / 100 for row in _rows()}


@cache
def states() -> Names:
    """The states, the District of Columbia and the nation by area code, name and postal code.

    >>> [states().find(name, "location") for name in ("California", "ca", "National")]
    ['0600000', '0600000', '0000000']
    """
    return Names("state", {row["area_code"]: (row["area_code"], row["state"], row["postal"])
                           for row in _rows()})  # fmt: skip


def rows() -> list[list[Any]]:
    """The parities as a table: area code, state, postal code, parity."""
    header, *body = ([*row.values()] for row in ({n: n for n in _rows()[0]}, *_rows()))
    return [header, *([*names, float(parity)] for *names, parity in body)]


def _rows() -> list[dict[str, str]]:
    import csv

    return list(csv.DictReader(text(DATASET.file).splitlines()))
