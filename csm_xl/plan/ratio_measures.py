"""Which measures are typed as ratios, so that 0.92 is shown as 92.0%."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.pay.rounding import Array
from csm_xl.plan.measures import is_rate, named_like
from csm_xl.plan.table import Tables

_RATES: Final = ("rate", "ratio", "share", "churn")
_HIGHEST: Final = 2.0
_HIGHEST_ACTUAL: Final = 5.0


def ratio_measures(tables: Tables) -> frozenset[str]:
    """The measures whose results are typed as ratios, such as a retention of 0.92.

    A measure that is a rate by its name (retention, CSAT, churn, anything called a rate, ratio or share) is
    typed as a ratio where all its goals, and without goals its actuals, are above 0 and below 2: a retention
    of 92 was typed in percent and stays as it is. Any other measure is a ratio where all its goals are above
    0 and below 1. An actual of 5 or more is not a ratio. This decides how a number is shown, never what is
    paid.

    tables: those of `csm_xl.plan.tables.read_tables`; only ``results`` is used.

    >>> from csm_xl.plan.raw import RawTable
    >>> from csm_xl.plan.tables import read_tables
    >>> rows = [["2026-Q1", "company", "company", name, actual, goal] for name, actual, goal in
    ...         (("NRR", 0.97, 1), ("GRR", 91.5, 92), ("adoption", 0.5, 0.6), ("visits", 1, 1.5))]
    >>> raw = RawTable.of_rows([["period", "scope", "id", "measure", "actual", "goal"], *rows], "results")
    >>> sorted(ratio_measures(read_tables([raw], {})[0]))
    ['NRR', 'adoption']
    """
    results = tables["results"]
    same = results.groups("measure")
    names = results.columns["measure"][same.first].tolist()
    figures = [np.asarray(results.columns[name], dtype=float) for name in ("goal", "actual")]
    found = set()
    for name, rows in zip(names, same.every(), strict=True):
        goal, actual = (values[rows] for values in figures)
        if _is_ratio(name, goal[~np.isnan(goal)], actual[~np.isnan(actual)]):
            found.add(name)
    return frozenset(found)


def _is_ratio(name: str, goals: Array, actuals: Array) -> bool:
    by_name = is_rate(name) or named_like(name, _RATES)
    scale = goals if len(goals) or not by_name else actuals
    highest = _HIGHEST if by_name else 1.0
    within = len(scale) > 0 and bool(((scale > 0) & (scale < highest)).all())
    return within and bool((np.abs(actuals) < _HIGHEST_ACTUAL).all())
