"""The position of a salary in the published wages of an occupation and area."""

from __future__ import annotations

from functools import cache
from typing import Final

from csm_xl.data import wages

PERCENTILES: Final = (100, 250, 500, 750, 900)
"""The published percentiles, per mille."""


@cache
def published() -> dict[tuple[str, str], tuple[int, ...]]:
    """(occupation code, area code) → annual wages in USD at `PERCENTILES`, where they are all released.

    >>> published()["13-1199", "0014460"]
    (57800, 75900, 98340, 120000, 155150)
    """
    released = {
        key: tuple(wage for wage in row.at if wage is not None) for key, row in wages.published().items()
    }
    return {key: at for key, at in released.items() if len(at) == len(PERCENTILES)}


def salary_at(occupation: str, area: str, mille: int, unit: int = 500) -> int:
    """The wage at a percentile (per mille, from 100 to 900), to the nearest `unit`.

    Between published percentiles on a straight line, in whole numbers, so that every platform agrees.

    >>> salary_at("13-1199", "0014460", 500), salary_at("13-1199", "0014460", 625)
    (98500, 109000)
    """
    at = published()[occupation, area]
    upper = next(i for i, reached in enumerate(PERCENTILES[1:], start=1) if mille <= reached)
    low, high = PERCENTILES[upper - 1], PERCENTILES[upper]
    # wage × (high − low), kept whole; then to the unit, halves up.
    scaled = at[upper - 1] * (high - mille) + at[upper] * (mille - low)
    step = unit * (high - low)
    return (2 * scaled + step) // (2 * step) * unit
