"""The goal of retention that accounts give one person, their team or the company, as steps of an
explanation."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.cohort import Cohort
from csm_xl.engine.context import RunContext
from csm_xl.pay.measures import retained
from csm_xl.pay.recording import labelled, step
from csm_xl.pay.rounding import Array
from csm_xl.pay.trace import cells_of, number


def asked_goal(
    context: RunContext, cohort: Cohort, measure: str, scope: str, at: NDArray[np.intp], opening: Array | None
) -> Array:
    """The goal: what the goals of the opening accounts ask to retain, of what there was. A person's own
    accounts are written out; those of others are sums, with their cells.

    opening: what there was, where it is a step already.
    """
    whose = {"individual": "own", "team": "team's", "company": "company's"}[scope]
    owner = int(cohort.owner(scope)[at[0]])
    rows = np.array(context.accounts.rows(scope, cohort.period, owner), dtype=np.intp)
    table = context.tables["accounts"].columns
    start, goal = (context.cite(table[name][rows], "accounts", rows, name) for name in ("start", "goal"))
    there = retained(start, start, measure)[1]
    weight = "1 each" if measure == "LOGO" else "start"
    of = f"sum over the {whose} {len(rows)} opening accounts of {cohort.period.name} of"
    each = goal if measure == "LOGO" else goal * there
    if scope == "individual":
        each = labelled(each, lambda: table["account_id"][rows].tolist())
    total = np.array([sum(each.tolist(), Fraction(0))], dtype=object)
    if scope != "individual":
        total = np.array([number(Fraction(total[0]))], dtype=object)
    cells = cells_of(*(one for pair in zip(start, goal, strict=True) for one in pair))
    what = "goal" if measure == "LOGO" else "goal × start"
    asked = step(f"{measure} to retain", f"{of} {what}", total, *cells)
    if opening is None:
        whole = np.array([number(Fraction(sum(there.tolist(), Fraction(0))))], dtype=object)
        opening = step(f"{measure} opening", f"{of} {weight}", whole, *cells_of(*start))
    rule = f"{measure} to retain / {measure} opening: the mean of the accounts' goals, as results state none"
    return np.asarray(step(f"{measure} goal", rule, asked / opening, *cells))
