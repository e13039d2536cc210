"""Columns of the roster in which one value was perhaps filled down: a leave date, a salary, an email."""

from __future__ import annotations

from typing import Final

from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.parts import grouped
from csm_xl.plan.plausible import UNUSUAL
from csm_xl.plan.table import Table

_FEW: Final = 5
_MANY: Final = 10
_LEVELS: Final = 3
"""People of this many levels are not all paid the same."""


def check_filled_down(roster: Table, out: Remarks) -> None:
    """Collect one leave date for at least half of the people, one salary for all levels, and emails that
    several people have."""
    _check_leave_dates(roster, out)
    _check_salaries(roster, out)
    for email, rows in grouped(roster, "email").items():
        if email and len(rows) > 1:
            who = roster.columns["employee_id"]
            what = f"{who[rows[1]]} has the email of {who[rows[0]]} ({roster.where(rows[0], 'email')})"
            hint = "Correct it: messages with statements go to it."
            out.warning(roster, rows[1], "email", what, hint, rule=UNUSUAL,
                        kind="people have another person's email")  # fmt: skip


def _check_leave_dates(roster: Table, out: Remarks) -> None:
    for day, rows in grouped(roster, "leave_date").items():
        if day and len(rows) >= _FEW and 2 * len(rows) >= roster.rows:
            what = f"{len(rows)} of {roster.rows} people leave on {shown_day(int(day))}"
            hint = "Clear leave_date for people who stay: the date of an export is not a leave date."
            out.warning(roster, rows[0], "leave_date", what, hint, rule=UNUSUAL)


def _check_salaries(roster: Table, out: Remarks) -> None:
    salaries, levels = (set(roster.columns[name].tolist()) for name in ("base_salary", "level"))
    if roster.rows >= _MANY and len(salaries) == 1 and len(levels - {""}) >= _LEVELS:
        what = f"all {roster.rows} people of {len(levels - {''})} levels have the same base_salary"
        hint = "Paste the salaries again, if one was filled down."
        out.warning(roster, 0, "base_salary", what, hint, rule=UNUSUAL)
