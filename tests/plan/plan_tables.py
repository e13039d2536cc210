"""Small tables to read: component types as an engine declares them, and a plan with its people."""

from __future__ import annotations

from typing import Any, Final

from csm_xl.errors import Issue
from csm_xl.plan.schema import DIRECTIONS, SCOPES, Column, ComponentKind
from csm_xl.plan.tables import PAY_TABLES, RawTable, Tables, read_strict, read_tables
from csm_xl.plan.validate import check_plans

WEIGHT: Final = Column("weight", "ratio", "Share of the target.", required=True, at_least=0, at_most=1)
CURVE: Final = Column("curve_id", "id", "Payout curve.", refers="curves.curve_id")
FIXED: Final = Column("fixed_amount", "money", "Amount per deal or event.")
MODIFIED: Final = Column("modified", "flag", "Whether the modifier applies.", default=False)

_COLUMNS: Final = {
    "metric": (
        WEIGHT,
        Column("measure", "id", "What is measured.", required=True),
        Column("scope", "word", "Whose result.", default="individual", choices=SCOPES),
        CURVE,
        Column("direction", "word", "Which is better.", default="higher", choices=DIRECTIONS),
        Column("cumulative", "word", "Year to date.", default="discrete",
               choices=("discrete", "ytd_sum", "ytd_latest")),
        Column("interim_cap", "ratio", "Cap before the year's end.", at_least=0),
        Column("gate_measure", "id", "What must hold."),
        Column("gate_minimum", "number", "What must be reached."),
        Column("floor", "ratio", "Least.", at_least=0),
        Column("cap", "ratio", "Most.", at_least=0),
        MODIFIED,
    ),
    "goals": (WEIGHT, CURVE),
    "commission": (
        Column("measure", "id", "What is measured."),
        Column("deal_kinds", "words", "Kinds that count.", choices=("renewal", "upsell", "cross_sell",
         "new")),
        Column("credit_role", "id", "Role that is credited."),
        Column("credit_date", "word", "When it counts.", default="signing", choices=("signing", "invoice")),
        Column("tier_id", "id", "Tier table.", refers="tiers.tier_id"),
        Column("rate", "ratio", "Rate."),
        FIXED,
    ),
    "spif": (FIXED, Column("max_amount", "money", "Most.", at_least=0)),
}  # fmt: skip
TYPES: Final = {
    "metric": ComponentKind(_COLUMNS["metric"], True, pays_on="results"),
    "goals": ComponentKind(_COLUMNS["goals"], True, pays_on="goals"),
    "commission": ComponentKind(_COLUMNS["commission"], False, pays_on="deals"),
    "spif": ComponentKind(_COLUMNS["spif"], False, pays_on="events"),
}

Rows = list[list[Any]]


def base() -> dict[str, Rows]:
    """A plan without fault: half on a team's retention, half on goals, with commission and a SPIF."""
    return {
        "plans": [
            ["plan_id", "model", "pay_period", "target_basis", "target_value", "valid_from", "valid_to"],
            ["bonus", "base_bonus", "quarter", "ratio", 0.1, None, None],
        ],
        "components": [
            ["plan_id", "component_id", "type", "weight", "measure", "scope", "curve_id", "tier_id", "rate",
             "fixed_amount", "credit_role", "valid_from", "valid_to", "floor", "cap", "gate_measure",
             "gate_minimum"],
            ["bonus", "retention", "metric", 0.5, "GRR", "team", "line", *[None] * 10],
            ["bonus", "goals", "goals", 0.5, *[None] * 13],
            ["bonus", "upsell", "commission", *[None] * 4, "steps", None, None, "csm", *[None] * 6],
            ["bonus", "award", "spif", *[None] * 6, 500, *[None] * 7],
        ],
        "curves": [["curve_id", "attainment", "payout"], ["line", 0.9, 0.5], ["line", 1, 1], ["line", 1.2,
         1.5]],
        "tiers": [["tier_id", "from", "to", "rate"], ["steps", 0, 1000, 0.02], ["steps", 1000, None, 0.03]],
        "roster": [
            ["employee_id", "plan_id", "base_salary", "hire_date", "leave_date", "team", "division",
             "target_ratio"],
            ["E0001", "bonus", 80000, "2024-01-01", None, "North", "East", None],
            ["E0002", "bonus", 90000, "2025-03-01", None, "North", "East", None],
        ],
        "results": [
            ["period", "scope", "id", "measure", "actual", "goal"],
            ["2026-Q1", "team", "North", "GRR", 0.95, 1.0],
        ],
        "goals": [
            ["period", "employee_id", "goal", "weight", "score"],
            *([["2026-Q1", who, goal, weight, 1.0] for who in ("E0001", "E0002")
               for goal, weight in (("adoption", 0.4), ("references", 0.4), ("training", 0.2))]),
        ],
    }  # fmt: skip


def raws(tables: dict[str, Rows]) -> list[RawTable]:
    """Each table as a sheet whose header is in row 3 and column B."""
    return [RawTable.of_sheet(name.capitalize(), rows, f"tbl{name.capitalize()}", 3, 2)
            for name, rows in tables.items()]  # fmt: skip


def read(tables: dict[str, Rows]) -> Tables:
    return read_strict(raws(tables), TYPES, PAY_TABLES)


def reading_issues(tables: dict[str, Rows]) -> list[Issue]:
    return read_tables(raws(tables), TYPES, PAY_TABLES)[1]


def issues(tables: dict[str, Rows]) -> list[Issue]:
    """The findings of the whole plan, after a reading without any."""
    return check_plans(read(tables))


def the_one(found: list[Issue]) -> Issue:
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def cell(tables: dict[str, Rows], name: str, row: int, column: str, value: Any) -> dict[str, Rows]:
    """The tables with one cell changed; rows are counted from 1 below the header."""
    rows = tables[name]
    if column not in rows[0]:
        for each in rows:
            each.append(column if each is rows[0] else None)
    rows[row][rows[0].index(column)] = value
    return tables
