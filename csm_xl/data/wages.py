"""Wages by occupation and area, as published by the U.S. Bureau of Labor Statistics.

There is no occupation code for Customer Success Managers; `PROXIES` are used instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Final

from csm_xl.data import Dataset, prices, text
from csm_xl.data.names import Names
from csm_xl.errors import NOT_FOUND, CsmError

DATASET: Final = Dataset(
    "oews_may2025.csv",
    "annual wages by occupation and area: percentiles, mean and its relative standard error",
    "2025-05",
    "2025-05-31",
    "2027-04-01",  # figures for May appear in the spring after the next
    "U.S. Bureau of Labor Statistics, Occupational Employment and Wage Statistics",
    "https://www.bls.gov/oes/",
    "public domain",
)
NATION: Final = "0000000"
PERCENTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
"""The published percentiles."""
PROXIES: Final = ("13-1199", "41-3091", "13-1161")
"""The proxy occupations for customer success; this folder's README gives the reasons."""
_WITHHELD: Final = "-"  # an estimate that was not published


@dataclass(slots=True, eq=False, repr=False)
class Wages:
    """Published figures of one occupation in one area, in USD per year; None if not published.

    employment: people employed. rse: relative standard error of the mean, as a ratio. at: the wage at each
    of `PERCENTILES`.
    """

    occupation: str
    title: str
    area: str
    area_name: str
    employment: int | None
    mean: int | None
    rse: float | None
    at: tuple[int | None, ...]

    @property
    def proxy(self) -> bool:
        """Whether the occupation is a proxy for Customer Success Managers."""
        return self.occupation in PROXIES


@cache
def published() -> Mapping[tuple[str, str], Wages]:
    """Every row, by occupation code and area code.

    >>> published()["13-1199", "0014460"].at
    (57800, 75900, 98340, 120000, 155150)
    """
    import csv

    rows = csv.DictReader(text(DATASET.file).splitlines())
    return {
        (row["soc"], row["area_code"]): Wages(
            row["soc"],
            row["title"],
            row["area_code"],
            row["area_name"],
            _whole(row["employment"]),
            _whole(row["mean"]),
            None if row["rse_pct"] == _WITHHELD else float(Fraction(row["rse_pct"]) / 100),
            tuple(_whole(row[f"p{round(100 * percentile)}"]) for percentile in PERCENTILES),
        )
        for row in rows
    }


def _whole(cell: str) -> int | None:
    return None if cell == _WITHHELD else int(cell)


def rows() -> list[list[Any]]:
    """The wages as a table: one row per occupation and area, None if an estimate was not published.

    csm_proxy: whether the occupation is a proxy for Customer Success Managers. rse_ratio: relative standard
    error of the mean.
    """
    at = [f"p{round(100 * percentile)}" for percentile in PERCENTILES]
    header = ["occupation", "title", "csm_proxy", "area", "area_name", "employment", "mean", "rse_ratio"]
    return [
        [*header, *at],
        *(
            [each.occupation, each.title, each.proxy, each.area, each.area_name, each.employment, each.mean,
             each.rse, *each.at]
            for each in published().values()
        ),
    ]  # fmt: skip


@cache
def occupations() -> Names:
    """The occupations by code and title.

    >>> occupations().find("business operations specialists, all other", "occupation")
    '13-1199'
    """
    titles = {row.occupation: row.title for row in published().values()}
    return Names("occupation", {code: (code, title) for code, title in titles.items()})


@cache
def areas() -> Names:
    """The areas by code, name, and for metropolitan areas their first city, with or without its state.

    >>> [areas().find(name, "area") for name in ("Boston", "Boston, MA", "14460", "MA")]
    ['0014460', '0014460', '0014460', '2500000']
    """
    names = {row.area: row.area_name for row in published().values()}
    return Names("area", {code: called(code, name) for code, name in names.items()})


def called(code: str, name: str) -> tuple[str, ...]:
    """Names of an area, the main name first; a spreadsheet drops leading zeros of a code.

    >>> called("0014460", "Boston-Cambridge-Newton, MA-NH")[2:]
    ('14460', 'Boston, MA', 'Boston')
    """
    cities, comma, states = name.partition(", ")
    found = (code, name, code.lstrip("0") or code)
    if not comma:
        return *found, *prices.states().called.get(code, ())[2:]
    city, state = cities.split("-")[0], states.split("-")[0]
    return *found, f"{city}, {state}", city


def wages(occupation: str, area: str) -> Wages:
    """Published figures of an occupation (code or title) in an area (code, name or first city).

    Errors: #N/A for an occupation or area that is not in the extract, alone or together, and for an
    unpublished estimate.

    >>> wages("13-1199", "Boston").at[2]
    98340
    """
    code, place = occupations().find(occupation, "occupation"), areas().find(area, "area")
    row = published().get((code, place))
    if row is None or all(wage is None for wage in row.at):
        why = "the occupation is not in the extract for this area" if row is None else (
            "the Bureau of Labor Statistics has not published this estimate")  # fmt: skip
        name = areas().name(place)
        raise CsmError(NOT_FOUND, why, "area", f"{code} in {name}", "Use the state, or National.")
    return row
