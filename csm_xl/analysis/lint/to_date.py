"""Rules about results of the year to date."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.errors import CsmError
from csm_xl.plan.measures import is_rate, swings

_FALLS: Final = 2
"""A return may take one person's sum down; several show that the figures are no sums."""
_PART: Final = 0.25


@rule("W622", "Enter each period's figure to date, or set cumulative to ytd_sum or discrete.", ("results",),
      at_pay=True)  # fmt: skip
def falling_to_date(view: View) -> Iterator[Found]:
    """Year-to-date results that fall from one period to the next.

    With cumulative = ytd_latest, each actual is for the year to date. Such sums do not fall, except through
    returns. If at least two actuals, and a quarter of all, are below the one before, they are probably for
    single periods. Retention, satisfaction, churn and NPS are not checked.
    """
    table = view.tables["results"]
    latest = {(str(one.values["measure"]), str(one.values["scope"])) for one in view.components
              if one.values.get("cumulative") == "ytd_latest"}  # fmt: skip
    for measure, scope in sorted(latest) if view.calendar else ():
        if is_rate(measure) or swings(measure):
            continue
        of: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for row in view.reached.get((measure, scope), ()):
            try:
                period = view.calendar.find(table.columns["period"][row])  # type: ignore[union-attr]
            except CsmError:
                continue  # reported with the cell
            if not np.isnan(table.columns["actual"][row]):
                of.setdefault((table.columns["id"][row], period.in_year), []).append((period.end, row))
        pairs = [pair for each in of.values() for pair in pairwise(row for _, row in sorted(each))]
        actual = table.columns["actual"]
        falls = [(before, row) for before, row in pairs if actual[row] < actual[before]]
        if len(falls) >= max(_FALLS, _PART * len(pairs)):
            before, row = falls[0]
            what = f"{len(falls)} of {len(pairs)} actuals of {measure} are below that of the period before"
            first = f"{table.columns['id'][row]}: {actual[before]:,.10g}, then {actual[row]:,.10g}"
            yield table.where(row, "actual"), f"{what} ({first}): are they for the year to date?"
