"""Columns of the roster in which one value was perhaps filled down: a leave date, a salary, an email; and
people who are perhaps there twice."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from csm_xl.plan.employment import FOREVER
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
    _check_one_person(roster, out)
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


def _check_one_person(roster: Table, out: Remarks) -> None:
    """One name under two IDs on the same days, with the same hire date, or the same plan and salary: the ID
    of the old system, or that of a transfer or rehire, was perhaps left in. Namesakes differ in both."""
    ids, first, last = (roster.columns[name].tolist() for name in ("employee_id", "hire_date", "leave_date"))
    work = list(zip(*(roster.columns[name].tolist() for name in ("plan_id", "base_salary")), strict=True))
    called = roster.columns["employee_name"]
    for rows in _by_name(roster).values():
        for one, other in combinations(rows, 2) if len(rows) <= _FEW else ():
            together = first[one] <= (last[other] or FOREVER) and first[other] <= (last[one] or FOREVER)
            if together and (first[one] == first[other] or work[one] == work[other]):
                alike = "hire date" if first[one] == first[other] else "plan and salary"
                what = f"{ids[other]} and {ids[one]} ({roster.where(one, 'employee_id')}) have one name"
                what += f"{f', {called[one]},' if called[one] else ''} and the same {alike}: both are paid"
                hint = "If they are one person, remove one of the rows, or type the leave date of the old ID."
                out.warning(roster, other, "employee_id", what, hint, rule=UNUSUAL,
                            kind="people have the name, and the hire date or pay, of another")  # fmt: skip


def _by_name(roster: Table) -> dict[str, list[int]]:
    """Name → the rows of the people called so; of those without a name nothing is known."""
    names = (roster.columns[name].tolist() for name in ("employee_name", "first_name", "last_name"))
    found: dict[str, list[int]] = {}
    for row, (whole, given, family) in enumerate(zip(*names, strict=True)):
        name = whole or (f"{given} {family}" if given and family else "")
        if name := " ".join(name.casefold().split()):
            found.setdefault(name, []).append(row)
    return found
