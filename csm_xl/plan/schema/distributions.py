"""The tables of a simulation: how results may turn out, and what goes together."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema.column import Column, TableSchema
from csm_xl.plan.schema.shared import SCOPES

KINDS: Final = ("normal", "lognormal", "beta", "empirical", "churn")
SPREAD: Final = 0.1
"""How far attainments stray where nothing is said: a standard deviation of ten points."""
_OF_GOAL: Final = "× goal"
_SOURCE: Final = Column("source", "text", "Source of the figures.")

DISTRIBUTIONS: Final = TableSchema(
    "distributions",
    "Distribution of the attainment of a measure.",
    (
        Column("measure", "id", "The measure; for churn, the component that pays on deals.", required=True,
               suggests="components.measure"),
        Column("kind", "word", "Shape of the distribution; churn: deals whose customers may leave.",
               required=True, choices=KINDS),
        Column("scope", "word", "Whose results: blank for all.", choices=SCOPES),
        Column("id", "id", "The employee, team or deal; blank for all."),
        Column("mean", "number", "Mean attainment (1 is the goal); blank: the attainment on results. "
                                 "For churn,"
               " the probability that a deal's customer leaves.", unit=_OF_GOAL),
        Column("spread", "number", f"Standard deviation of the attainment; blank: {SPREAD:g}.",
               default=SPREAD, at_least=0, unit=_OF_GOAL),
        Column("low", "number", "Minimum attainment; for beta, the lower end (0 if blank).", unit=_OF_GOAL),
        Column("high", "number", "Maximum attainment; for beta, the upper end (1 if blank); for churn, "
                                 "the share"
               " of the deal's pay that is clawed back (1 if blank).", unit=_OF_GOAL),
        _SOURCE,
    ),
    key=("measure", "scope", "id"),
)  # fmt: skip
CORRELATIONS: Final = TableSchema(
    "correlations",
    "Correlation of two measures, or of the results of two people.",
    (
        Column("measure", "id", "The measure; * for all others.", required=True,
               suggests="components.measure"),
        Column("with", "id", "Another measure; or company: results of any two people; or team:"
               " results of two people on one team.", required=True, suggests="components.measure"),
        Column("correlation", "number", "The correlation, −1 to 1.", required=True, at_least=-1, at_most=1,
               unit="−1 to 1"),
        _SOURCE,
    ),
    key=("measure", "with"),
)  # fmt: skip

TABLES: Final = (DISTRIBUTIONS, CORRELATIONS)
