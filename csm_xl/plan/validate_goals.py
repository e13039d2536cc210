"""Whether the goals of a person are of one whole, each listed once."""

from __future__ import annotations

from typing import Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.plan.coded import Coded, merged
from csm_xl.plan.findings import A_THIRD, Findings, nearly_one, summed
from csm_xl.plan.groups import Groups
from csm_xl.plan.names import plain_name
from csm_xl.plan.table import Table

NEAR: Final = 4e-10
"""A float sum further than this from 1 cannot be 1 on 9 decimals, and one that is nearer must be."""
_SEVERAL: Final = 3
"""So many scores do not equal the weights of their goals by chance."""


def check_goals(table: Table, out: Findings) -> None:
    """Collect the goals that are listed twice for a person and period, weights that do not sum to 1, and
    scores that are weights."""
    _check_scores(table, out)
    weights, words = table.columns["weight"], table.columns["goal"]
    same = table.groups("period", "employee_id")
    named = table.coded("goal")
    plain = merged(Coded([plain_name(word) for word in named.values], named.codes))
    alike = Groups([table.coded("period"), table.coded("employee_id"), plain])
    repeated = np.zeros(len(same), dtype=bool)
    repeated[same.of_row[alike.first[alike.of_row] != np.arange(table.rows)]] = True
    unequal = np.abs(same.sums(weights) - 1) > NEAR
    for group in np.flatnonzero(repeated | unequal).tolist():
        rows = same.rows(group)
        period, person = (table.columns[name][rows[0]] for name in ("period", "employee_id"))
        for row in rows:
            if (before := int(alike.first[alike.of_row[row]])) != row:
                what = f"{person} has the goal {words[row]!r} twice in {period}, first at"
                out.warning(table, row, "goal", f"{what} {table.where(before, 'goal')}",
                            "Remove one, or describe them differently.",
                            kind="goals are listed twice for one person")  # fmt: skip
        if unequal[group] and (total := summed(weights[rows])) != 1:
            each = listed(f"{weight:g}" for weight in weights[rows].tolist())
            what = f"the weights of {person}'s goals in {period} sum to {float(total):.9g} ({each})"
            hint = "Make the weights of one person's goals in a period sum to 1."
            hint += A_THIRD * nearly_one(total)
            out.error(table, rows[0], "weight", what, hint, got=float(total))


def _check_scores(table: Table, out: Findings) -> None:
    """Periods whose every score is the weight of its goal: what is met counts by its weight twice."""
    weights, scores = table.columns["weight"], table.columns["score"]
    typed = ~np.isnan(scores)
    alike = typed & (scores == weights) & (weights > 0) & (weights < 1)
    if np.count_nonzero(alike) < _SEVERAL:
        return
    same = table.groups("period")
    of_period = same.sums(alike)
    for group in np.flatnonzero((of_period >= _SEVERAL) & (of_period == same.sums(typed))).tolist():
        rows = [row for row in same.rows(group) if typed[row]]
        if len(set(weights[rows].tolist())) > 1:
            period = table.columns["period"][rows[0]]
            what = f"all {len(rows):,} scores of {period} equal the weights of their goals"
            hint = "Type each score alone, such as 1 for a goal that is met: it is multiplied by the weight."
            out.warning(table, rows[0], "score", f"{what}, which multiply them", hint)
