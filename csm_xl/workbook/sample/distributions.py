"""How the results of the sample may turn out: what a compensation team would assume of them."""

from __future__ import annotations

from typing import Any, Final

EVERY: Final = "*"
_SPREADS: Final = (
    ("GRR", None, "normal", 0.03, None, None, "Assumed: retention moves by few points"),
    ("NRR", "company", "normal", 0.02, None, None, "Assumed: four quarters within 3 points of each other"),
    ("health_score", "individual", "normal", 0.08, None, 1.25, "Assumed: a score has a best value"),
    ("CSAT", "individual", "normal", 0.06, None, 1.1, "Assumed: a score has a best value"),
    ("bookings", "individual", "lognormal", 0.3, None, None, "Assumed: few large deals make a quarter"),
    ("churned_revenue", "individual", "normal", 0.25, 0.0, None, "Assumed: one account may decide it"),
)
_RELATED: Final = (
    (EVERY, "company", 0.1, "Assumed: everyone sells in the same economy"),
    ("bookings", "churned_revenue", 0.3, "Assumed: who knows the customers keeps and grows them"),
)


def distributions() -> list[dict[str, Any]]:
    """A row a measure: the mean is left to the results."""
    columns = ("measure", "scope", "kind", "spread", "low", "high", "source")
    return [dict(zip(columns, row, strict=True)) for row in _SPREADS]


def correlations() -> list[dict[str, Any]]:
    """A row two measures, or the results of two people."""
    columns = ("measure", "with", "correlation", "source")
    return [dict(zip(columns, row, strict=True)) for row in _RELATED]
