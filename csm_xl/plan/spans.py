"""What a cumulative component looks back on: the plan year, or the quarter, up to the period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

QUARTER_TO_DATE: Final = "qtd_sum"
SPANS: Final = ("discrete", "ytd_sum", "ytd_latest", QUARTER_TO_DATE)
"""How a component may add up its periods."""
SUMMED: Final = ("ytd_sum", QUARTER_TO_DATE)
"""Those that add up the actuals and goals of periods."""
A_QUARTER: Final[Mapping[str, int]] = {"month": 3, "semimonth": 6}
"""Kind of pay period → how many of them are a quarter of the plan year."""


def span_words(cumulative: Any) -> str:
    """What a cumulative component looks back on, in words.

    >>> span_words("ytd_sum"), span_words("qtd_sum")
    ('plan year', 'quarter')
    """
    return "quarter" if cumulative == QUARTER_TO_DATE else "plan year"


def in_quarter(kind: str, number: int) -> int:
    """Which period of its quarter a period is, from 1. number: of the period in the plan year, from 1. A
    kind of which no quarter is added up, which is reported, is looked at alone.

    >>> [in_quarter("month", number) for number in (1, 3, 4, 12)], in_quarter("year", 1)
    ([1, 3, 1, 3], 1)
    """
    return (number - 1) % A_QUARTER.get(kind, 1) + 1
