"""Pay far beyond what a period is worth at target: mostly a deal, a rate or a count in another unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm_xl.engine.lines import Lines
from csm_xl.errors import VALUE, Issue
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import History
from csm_xl.plan.outliers import times
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.tables import Tables

FAR: Final = 3.0
"""From this many times base pay and target together: with half of pay at target, six times the target."""
DAYS_OF_YEAR: Final = 365.25
_KIND: Final = "people are paid far more than base pay and target"


def far_paid(tables: Tables, runs: Iterable[Lines]) -> Iterator[Issue]:
    """A warning for everyone whose variable pay of a period is more than three times what the period's base
    pay and target come to, or who owes as much; none for those who have neither.

    No bound of a column finds a deal with two zeros too many among deals that differ as widely, or a rate of
    80% for 8%: what comes of them is what is far.
    """
    history, calendar = History(tables), Calendar(tables["periods"])
    salary = highest_salary(tables, history)
    roster = tables["roster"]
    for lines in runs:
        periods, people, sums = lines.names["period"], lines.names["employee_id"], lines.sums()
        years = np.array([calendar.find(name).days / DAYS_OF_YEAR for name in periods])
        of_person = np.array([history.index.get(who, -1) for who in people], dtype=np.int64)
        rows = of_person[sums.person]
        worths = salary[rows] * years[sums.period] + sums.target
        far = np.flatnonzero((worths > 0) & (worths < np.abs(sums.variable) / FAR)).tolist()
        largest = _largest(lines) if far else {}
        for at in far:
            period, who, row = periods[sums.period[at]], people[sums.person[at]], int(rows[at])
            variable, worth = float(sums.variable[at]), round(float(worths[at]), 2)
            what = (
                f"the variable pay of {who} in {period} is {variable:,.2f}, "
                f"{times(abs(variable), worth, 'base pay and target of the period')}"
            )
            most = largest[period, who]
            hint = f"Most of it comes from the component {most}. Check what that is paid on."
            yield Issue(VALUE, what, roster.where(row, "employee_id"), f"{who} {variable:,.2f}", hint,
                        "warning", kind=_KIND, rule=UNUSUAL)  # fmt: skip


def highest_salary(tables: Tables, history: History) -> NDArray[np.float64]:
    """Everybody's highest full-time salary of a year."""
    salary: NDArray[np.float64] = np.nan_to_num(tables["roster"].columns["base_salary"])
    changed, of_change = np.nan_to_num(tables["changes"].columns["base_salary"]), history.of_change
    np.maximum.at(salary, of_change[of_change >= 0], changed[of_change >= 0])
    return salary


def _largest(lines: Lines) -> dict[tuple[str, str], str]:
    """Period and person → the component that pays them most."""
    found: dict[tuple[str, str], str] = {}
    keys = ("period", "employee_id", "component_id")
    for line in np.argsort(-np.abs(lines.columns["amount"]), kind="stable").tolist():
        period, who, component = lines.named(line, *keys)
        found.setdefault((period, who), component)
    return found
