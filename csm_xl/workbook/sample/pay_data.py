"""What base pay is set by: salary ranges and location factors from published wages, and a merit matrix."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.data import places, wages
from csm_xl.workbook.sample.people import LEVELS, PLACES
from csm_xl.workbook.sample.wages import salary_at

RATINGS: Final = {"Exceeds": (6, 5, 4), "Meets": (4, 3, 2), "Partly": (2, 1, 0)}
"""Rating → merit increase in percent by band of compa-ratio."""
BANDS: Final = (0.0, 0.9, 1.1)
"""The compa-ratio from which each band holds."""
_OCCUPATION: Final = "13-1199"
_SOURCE: Final = f"BLS OEWS {wages.DATASET.as_of}"


def ranges() -> list[dict[str, Any]]:
    """A level's range: the nation's wages at the percentiles between which the level is paid."""
    return [
        {
            "level": level,
            "minimum": salary_at(_OCCUPATION, wages.NATION, low),
            "maximum": salary_at(_OCCUPATION, wages.NATION, high),
            "source": f"{_SOURCE}, {_OCCUPATION}, nation, percentiles {low // 10} to {high // 10}",
        }
        for level, (low, high) in LEVELS.items()
    ]


def locations() -> list[dict[str, Any]]:
    """What labor costs in each place of the sample."""
    return [
        {"location": place, "labour": round(float(places.labour(place)), 4),
         "source": f"{_SOURCE}, medians of {', '.join(wages.PROXIES)} over the nation's"}
        for place in sorted(PLACES)
    ]  # fmt: skip


def merit_matrix() -> list[dict[str, Any]]:
    """The increases of a merit review, made up as an example."""
    return [
        {"rating": rating, "compa_ratio": band, "increase": percent / 100}
        for rating, increases in RATINGS.items()
        for band, percent in zip(BANDS, increases, strict=True)
    ]
