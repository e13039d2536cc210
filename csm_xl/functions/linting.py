"""The worksheet function that looks through plans for what they should not do."""

from __future__ import annotations

from typing import Any

from csm_xl.functions.registry import Result, function, tables
from csm_xl.plan.tables import RawTable


@function(
    "Plan, people, analysis",
    Result("A finding a row: errors first, then warnings, then notes. The header alone: none.", "", "block",
           ("severity", "rule", "where", "message")),
    {"tables": tables("Ranges with headers: plans is needed, the others tell more.")},
    examples=(
        'CSM_LINT({"plan_id","model","pay_period","target_basis","target_value";"A","base_bonus","quarter",'
        '"ratio",0.1}, {"plan_id","component_id","type","weight","measure","cap";"A","Retention","metric",1,'
        '"GRR",0.8})',
    ),
)  # fmt: skip
def lint(*tables: RawTable) -> list[list[Any]]:
    """What plans should not do, or their owner should know: tiers, cliffs, caps, gates, goals, dates.

    Wrong tables are findings of their own; the rules go over what is free of errors.
    Errors: #N/A where none of the ranges is plans.
    Source: the reason of each rule and of its bounds stands in docs/LINT.md.
    """
    from csm_xl.analysis import lint as analysis

    return analysis.lint_rows(analysis.lint(tables))
