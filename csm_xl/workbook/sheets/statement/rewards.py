"""What a person has of a year in addition to base and variable pay: equity, benefits, other pay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from csm_xl.engine.context import RunContext
from csm_xl.engine.rewards import benefits, other_pay, vested
from csm_xl.errors import CsmError
from csm_xl.pay.rounding import exact
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Tables


def rewards(tables: Tables, period: Period, base: Mapping[str, float]) -> list[list[Any]]:
    """Person, equity vested, benefits and other pay, for everyone who has any in a year.

    base: base pay of the year by person. Nobody where the period is not a year.
    Errors: equity without a price; whatever else is wrong with them.
    """
    if period.kind != "year" or not any(tables[name].rows for name in ("grants", "benefits", "other_pay")):
        return []
    context = RunContext(tables)
    people = context.people
    known = np.array([name in base for name in people.ids])
    context.wanted = known
    salaries = np.array([base.get(name, 0.0) for name in people.ids])
    days = np.minimum(people.last, period.end) - np.maximum(people.first, period.start) + 1
    employed = np.bincount(people.person, np.maximum(days, 0), len(people.ids))
    parts = (
        vested(context, period).value,
        benefits(context, salaries, exact(employed) / period.days),
        other_pay(context, period),
    )
    if context.issues:
        raise CsmError.of(dict.fromkeys(issue for _, issue in context.issues))
    table = np.column_stack(parts)
    return [
        [people.ids[at], *table[at].tolist()] for at in np.flatnonzero(known & table.any(axis=1)).tolist()
    ]
