"""Where a salary stands in the published wages of an occupation and area."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import Final

PERCENTILES: Final = (100, 250, 500, 750, 900)
"""The published percentiles, per mille."""


@cache
def published() -> dict[tuple[str, str], tuple[int, ...]]:
    """(occupation code, area code) → annual wages in USD at `PERCENTILES`. Source: `csm_xl/data/README.md`.

    >>> published()["13-1199", "0014460"]
    (57800, 75900, 98340, 120000, 155150)
    """
    text = (files("csm_xl") / "data" / "oews_may2025.csv").read_text(encoding="utf-8")
    return {
        (row["soc"], row["area_code"]): tuple(int(row[f"p{mille // 10}"]) for mille in PERCENTILES)
        for row in csv.DictReader(text.splitlines())
    }


def salary_at(occupation: str, area: str, mille: int, unit: int = 500) -> int:
    """The wage at a percentile (per mille, from 100 to 900), to the nearest `unit`.

    Between published percentiles on a straight line, in whole numbers, so that every platform agrees.

    >>> salary_at("13-1199", "0014460", 500), salary_at("13-1199", "0014460", 625)
    (98500, 109000)
    """
    wages = published()[occupation, area]
    upper = next(at for at, reached in enumerate(PERCENTILES[1:], start=1) if mille <= reached)
    low, high = PERCENTILES[upper - 1], PERCENTILES[upper]
    # wage × (high − low), kept whole; then to the unit, halves up.
    scaled = wages[upper - 1] * (high - mille) + wages[upper] * (mille - low)
    step = unit * (high - low)
    return (2 * scaled + step) // (2 * step) * unit
