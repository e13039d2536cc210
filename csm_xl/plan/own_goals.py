"""Goals of people's own beside those of results: which measures have them, and what counts for a result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from csm_xl.errors import CsmError
from csm_xl.pay.rounding import Array
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.tables import Tables

POINTS: Final = ("threshold", "goal", "maximum")
"""The figures of a curve in the measure's own unit that people may have of their own."""
RATE: Final = "rate"
"""The rate on a result that people may have of their own."""
STATED: Final = ("weight", *POINTS, RATE)
"""All that a row of targets may state."""
UNIT: Final = "E608"
"""The rule of a goal in another unit than its measure, or than the others."""
Subject = tuple[str, str]
"""A measure, and the scope of its result."""


def own_goals(tables: Tables) -> dict[Subject, list[int]]:
    """Measure and scope → the rows of targets that state a goal of a component on it, in time."""
    targets, components = tables["targets"], tables["components"]
    if not targets.rows or "measure" not in components.columns:
        return {}
    of: dict[str, set[Subject]] = {}
    for row in range(components.rows):
        on = components.value(row, "on") if "on" in components.columns else "attainment"
        kind = tables.types.get(str(components.columns["type"][row]))
        if kind and kind.pays_on == "results" and on != "actual":
            subject = (str(components.value(row, "measure")), str(components.value(row, "scope")))
            of.setdefault(components.columns["component_id"][row], set()).add(subject)
    found: dict[Subject, list[int]] = {}
    for row in np.argsort(targets.columns["from"], kind="stable").tolist():
        if not np.isnan(targets.columns["goal"][row]):
            for subject in of.get(targets.columns["component_id"][row], ()):
                found.setdefault(subject, []).append(row)
    return found


def goals_of(tables: Tables, rows: Sequence[int]) -> Array:
    """The goals of rows of results: of a person's own result the goal of targets, where they have one."""
    results, targets = tables["results"], tables["targets"]
    goals = np.array(results.columns["goal"][list(rows)], dtype=np.float64)
    own = own_goals(tables)
    if not own:
        return goals
    of: dict[tuple[Subject, str], list[int]] = {}
    for subject, stated in own.items():
        for one in stated:
            of.setdefault((subject, targets.columns["employee_id"][one]), []).append(one)
    calendar, ends = Calendar(tables["periods"]), dict[str, int]()
    for at, row in enumerate(rows):
        subject = (results.columns["measure"][row], results.columns["scope"][row])
        mine = of.get((subject, results.columns["id"][row]), ())
        if subject[1] != "individual" or not mine:
            continue
        period = results.columns["period"][row]
        if period not in ends:
            try:
                ends[period] = calendar.find(period).end
            except CsmError:
                ends[period] = 0
        for one in mine:
            if targets.columns["from"][one] <= ends[period]:
                goals[at] = targets.columns["goal"][one]
    return goals
