"""The worksheet function of the plan check."""

from __future__ import annotations

from typing import Any

from csm_xl.functions.cache import Rows, cached
from csm_xl.functions.registry import Result, function, tables
from csm_xl.plan.tables import RawTable


@function(
    "Plan, people, analysis",
    Result(
        "One finding per row: errors, then warnings, then notes. Only a header if there are none.",
        "",
        "block",
        ("severity", "rule", "where", "message"),
    ),
    {"tables": tables("Ranges with headers: plans is required; the others allow more checks.")},
    examples=(
        'CSM_LINT({"plan_id","model","pay_period","target_basis","target_value";"A","base_bonus","quarter",'
        '"ratio",0.1}, {"plan_id","component_id","type","weight","measure","cap";"A","Retention","metric",1,'
        '"GRR",0.8})',
    ),
)
def lint(*tables: RawTable) -> list[list[Any]]:
    """Plan check: finds problems in tiers, cliffs, caps, gates, goals and dates before anyone signs.

    Errors in tables are findings too; the rules check what is free of errors.
    Errors: #N/A where none of the ranges is plans.
    Source: docs/LINT.md gives the reason for each rule and its thresholds.
    """
    return cached(_findings, list(tables))


def _findings(tables: list[RawTable]) -> Rows:
    from csm_xl.analysis import lint as analysis

    return analysis.lint_rows(analysis.lint(tables))
