"""Where a salary stands in the published wages of an occupation and area."""

from __future__ import annotations

from typing import Final

from csm_xl.data import wages

PERCENTILES: Final = (100, 250, 500, 750, 900)
"""The published percentiles, per mille."""
UNPUBLISHED: Final = "-"
"""What stands where the Bureau publishes no estimate."""


def salary_at(occupation: str, area: str, mille: int, unit: int = 500) -> int:
    """The wage at a percentile (per mille, from 100 to 900), to the nearest `unit`.

    Between published percentiles on a straight line, in whole numbers, so that every platform agrees.

    >>> salary_at("13-1199", "0014460", 500), salary_at("13-1199", "0014460", 625)
    (98500, 109000)
    """
    at = [wage or 0 for wage in wages.published()[occupation, area].at]
    upper = next(at for at, reached in enumerate(PERCENTILES[1:], start=1) if mille <= reached)
    low, high = PERCENTILES[upper - 1], PERCENTILES[upper]
    # wage × (high − low), kept whole; then to the unit, halves up.
    scaled = wages[upper - 1] * (high - mille) + wages[upper] * (mille - low)
    step = unit * (high - low)
    return (2 * scaled + step) // (2 * step) * unit
