"""The tables of a plan and its people, as data: which columns there are and what each may hold.

From these descriptions come the reading and its error messages, the columns, prompts and drop-downs
of the workbook, the TOML, and the reference. What a component of a given type may carry is declared
with the type; `component_schema` joins those columns with the ones that all components share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from csm_xl.plan.schema import distributions, people, plans, year
from csm_xl.plan.schema.column import Column, Kind, TableSchema
from csm_xl.plan.schema.component_kind import ComponentKind
from csm_xl.plan.schema.exchange import RATES
from csm_xl.plan.schema.plans import COMPONENT_COLUMNS, HOLIDAYS, PERIODS
from csm_xl.plan.schema.shared import (
    DIRECTIONS,
    MODELS,
    MOST_MONEY,
    NOT_NEGATIVE,
    PAY_PERIODS,
    PEER_GROUPS,
    SCOPES,
    TENFOLD,
    TWICE,
    VALID,
    WHOLE,
)

__all__ = [
    "ASIDE",
    "DIRECTIONS",
    "MODELS",
    "MOST_MONEY",
    "NOT_NEGATIVE",
    "PAY_PERIODS",
    "PEER_GROUPS",
    "PERSONAL",
    "PLAN_TABLES",
    "SCOPES",
    "TENFOLD",
    "TWICE",
    "WHOLE",
    "Column",
    "ComponentKind",
    "Kind",
    "TableSchema",
    "component_schema",
    "schemas",
]  # fmt: skip

PLAN_TABLES: Final = (
    "plans", "components", "curves", "tiers", "ramps", "seasons", "matrices", "gates", "ratings",
    "risk_classes",
)  # fmt: skip
"""The tables that make up a plan itself; the others are people and what they did."""

PERSONAL: Final = frozenset({
    "roster", "changes", "targets", "goals", "events", "paid", "arrangements", "adjustments", "grants",
    "other_pay", "reviews", "credits", "benefits",
})  # fmt: skip
"""The tables each of whose rows speaks of one person alone: what is wrong in it stops nobody else. A row of
benefits that names nobody is everyone's."""

ASIDE: Final = tuple(table.name for table in distributions.TABLES)
"""The tables that nobody is paid from: what is wrong in one stops those who ask for it, and no run."""


def component_schema(types: Mapping[str, ComponentKind]) -> TableSchema:
    """The components table for the given component types: shared columns first, then the types' own.

    A column that several types use is declared once and shared.
    """
    own: dict[str, Column] = {}
    for kind in types.values():
        for column in kind.columns:
            # What a type requires is required of its rows, not of the table.
            own.setdefault(column.name, replace(column, required=False))
    shared = tuple(
        column if column.name != "type" else Column("type", "word", column.help, True, choices=tuple(types))
        for column in COMPONENT_COLUMNS
    )
    return TableSchema(
        "components",
        "A component of a plan: one way in which it pays, or a dated version of it.",
        (*shared, *own.values(), *VALID),
        key=("plan_id", "component_id", "valid_from"),
    )


def schemas(types: Mapping[str, ComponentKind]) -> dict[str, TableSchema]:
    """Every table by name, with the components table of the given types."""
    return dict(_schemas(tuple(types.items())))


@lru_cache(maxsize=16)
def _schemas(types: tuple[tuple[str, ComponentKind], ...]) -> dict[str, TableSchema]:
    every = (*plans.TABLES, *people.TABLES, *year.TABLES, RATES, PERIODS, HOLIDAYS, *distributions.TABLES)
    return {**{table.name: table for table in every}, "components": component_schema(dict(types))}
