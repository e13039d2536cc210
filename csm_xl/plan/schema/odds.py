"""The tables of a simulation: how results may turn out, and what goes together."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.schema.column import Column, TableSchema
from csm_xl.plan.schema.shared import SCOPES

KINDS: Final = ("normal", "lognormal", "beta", "empirical", "churn")
SPREAD: Final = 0.1
"""How far attainments stray where nothing is said: a standard deviation of ten points."""
_OF_GOAL: Final = "× goal"
_SOURCE: Final = Column("source", "text", "Where the figures come from.")

DISTRIBUTIONS: Final = TableSchema(
    "distributions",
    "How the attainment of a measure may turn out.",
    (
        Column("measure", "id", "The measure; for churn the component that pays on deals.", required=True,
               suggests="components.measure"),
        Column("kind", "word", "Shape of the distribution; churn: deals whose customers may leave.",
               required=True, choices=KINDS),
        Column("scope", "word", "Whose results: blank for all.", choices=SCOPES),
        Column("id", "id", "The one employee, team or deal it is of; blank for all."),
        Column("mean", "number", "Mean attainment (1 is the goal); blank: the attainment on results. Of churn"
               " the probability that a deal's customer leaves.", unit=_OF_GOAL),
        Column("spread", "number", f"Standard deviation of the attainment; blank: {SPREAD:g}.",
               default=SPREAD, at_least=0, unit=_OF_GOAL),
        Column("low", "number", "Least attainment; of beta the lower end (0 if blank).", unit=_OF_GOAL),
        Column("high", "number", "Greatest attainment; of beta the upper end (1 if blank); of churn the share"
               " of the deal's pay that is taken back (1 if blank).", unit=_OF_GOAL),
        _SOURCE,
    ),
    key=("measure", "scope", "id"),
)  # fmt: skip
CORRELATIONS: Final = TableSchema(
    "correlations",
    "How two measures, or the results of two people, go together.",
    (
        Column("measure", "id", "The measure; * for every other one.", required=True,
               suggests="components.measure"),
        Column("with", "id", "Another measure; or company: any two people's results of the measure; or team:"
               " those of two people of one team.", required=True, suggests="components.measure"),
        Column("correlation", "number", "The correlation, −1 to 1.", required=True, at_least=-1, at_most=1,
               unit="−1 to 1"),
        _SOURCE,
    ),
    key=("measure", "with"),
)  # fmt: skip

TABLES: Final = (DISTRIBUTIONS, CORRELATIONS)
