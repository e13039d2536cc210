"""Changes to a person's values that are unlike what held before: that change nothing, cut a salary, reduce it
once more with the FTE, or move a target by a factor that is rarely meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import isnan
from typing import Any, Final

from csm_xl.errors import listed
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_STEP: Final = 1.75
"""A raise or cut of a full-time salary by more than this factor is rare, and more often a slip."""
_OTHER_JOB: Final = frozenset({"plan_id", "location", "level", "division"})
"""What a change states beside the salary of another job."""
_OTHER_UNIT: Final = 100
"""From this factor on a salary is in another unit, which is another finding."""
_TARGET_STEP: Final = 3.0
"""A target of a third, or three times as much, is perhaps that of a quarter, or of a year."""
_OF_BASIS: Final = {"ratio": "target_ratio", "amount": "target_amount", "ote": "ote"}
_TARGETS: Final = tuple(_OF_BASIS.values())
_NEAR: Final = 0.002
"""Salaries are typed to the dollar or the hundred, so that a ratio of two is this near to that of the FTE."""
_CHANGED: Final = (
    "base_salary", "fte", "plan_id", "target_ratio", "target_amount", "ote", "base_share", "team", "division",
    "location", "level", "manager_id",
)  # fmt: skip


def check_changed(tables: Tables, out: Remarks) -> None:
    """Collect changes that are perhaps slips, person by person, in the order of their days.

    A change states what is new from a day on. One that repeats what holds already often means that the roster
    has the newest values, where those at hire, or at the start of the roster, are asked for.
    """
    roster, changes = tables["roster"], tables["changes"]
    if not changes.rows:
        return
    row_of = {who: row for row, who in reversed(list(enumerate(roster.columns["employee_id"].tolist())))}
    reviewed = set(tables["reviews"].columns["employee_id"].tolist())  # which change salaries too
    days = changes.columns["from"]
    for who, rows in grouped(changes, "employee_id").items():
        if who not in row_of:
            continue  # reported already
        hired = int(roster.columns["hire_date"][row_of[who]])
        before: dict[str, Any] = {name: roster.value(row_of[who], name) for name in _CHANGED}
        in_order = sorted(rows, key=lambda row: int(days[row]))
        newest = None
        if _restates(tables, row_of[who], in_order):
            newest, first = before["base_salary"], in_order.pop(0)
            before |= {name: value for name in _CHANGED if (value := changes.value(first, name)) is not None}
        for row in in_order:
            new: dict[str, Any] = {
                name: value for name in _CHANGED if (value := changes.value(row, name)) is not None
            }
            if int(days[row]) == hired:
                _check_first_day(tables, row, row_of[who], before, new, out)
            elif new and int(days[row]) > hired and who not in reviewed:  # an earlier one is reported already
                _check_change(tables, row, before, new, out, newest)
            before |= new


def _restates(tables: Tables, person: int, rows: Sequence[int]) -> bool:
    """Whether the first change states the salary of before, from the first day of a year or of the person,
    and a later one that of the roster: the roster then has the newest value, and both rows are right.

    An FTE beside it is not taken so: the salary may be what is paid for a part of full time.
    """
    roster, changes = tables["roster"], tables["changes"]
    now, hired = roster.value(person, "base_salary"), int(roster.columns["hire_date"][person])
    first = rows[0]
    stated = {name for name in _CHANGED if changes.value(first, name) is not None}
    day = int(changes.columns["from"][first])
    months = {1, *map(int, tables["plans"].columns["year_start"])}
    begins = (date.fromordinal(day).day == 1 and date.fromordinal(day).month in months) or day == hired
    later = any(changes.value(row, "base_salary") == now for row in rows[1:])
    return "base_salary" in stated and "fte" not in stated and day >= hired and begins and later


def _check_first_day(
    tables: Tables, row: int, person: int, before: Mapping[str, Any], new: Mapping[str, Any], out: Remarks
) -> None:
    """A change of the first day leaves no day on which what the roster states holds."""
    changes, hired = tables["changes"], tables["roster"].where(person, "hire_date")
    lost = [name for name, value in new.items() if before[name] not in (None, value)]
    if lost:
        shown = listed(f"{name} {_shown(before[name])}" for name in lost)
        what = f"this change takes effect on the hire date ({hired}), so the roster's {shown} is never used"
        out.warning(changes, row, lost[0], what, "None needed if this is intended.", severity="note",
                    kind="changes take effect on the hire date and replace values of the roster",
                    rule=UNUSED)  # fmt: skip


def _check_change(
    tables: Tables,
    row: int,
    before: Mapping[str, Any],
    new: Mapping[str, Any],
    out: Remarks,
    newest: float | None = None,
) -> None:
    """newest: the roster's salary, where an earlier change states that of before: it needs no check then."""
    changes = tables["changes"]
    if all(before.get(name) == value for name, value in new.items()):
        same = listed(f"{name} {_shown(value)}" for name, value in new.items())
        what = f"the row changes nothing; already in effect: {same}"
        hint = "The roster needs the values before this change. Correct it or the row, or remove the row."
        out.warning(
            changes, row, next(iter(new)), what, hint, kind="rows of changes repeat values already in effect"
        )
    _check_targets(tables, row, before, new, out)
    salary, was = new.get("base_salary"), before.get("base_salary")
    if salary and salary != was and new.get("fte") == 0 != before.get("fte"):
        what = f"fte becomes 0 on the day of the new salary {salary:,.10g}, and the target pays nothing then"
        out.warning(changes, row, "fte", what, "Clear fte, if it does not change: a blank changes nothing.",
                    kind="people have a new salary and an FTE of 0 from one day on")  # fmt: skip
    if salary is None or not was or salary == newest:
        return
    if salary == 0:
        what = "base_salary becomes 0, so a target that is a share of it pays nothing"
        out.warning(changes, row, "base_salary", what, "Enter the salary; for unpaid leave, set fte to 0.",
                    kind="salaries become 0")  # fmt: skip
    elif _moves_with_fte(salary / was, before, new):
        what = f"base_salary changes from {was:,.10g} to {salary:,.10g}, by the same factor as the FTE, to"
        what += f" {new['fte']:g}: the FTE is applied twice"
        hint = "base_salary is the full-time salary. Enter that, or leave it blank if it does not change."
        out.warning(changes, row, "base_salary", what, hint, kind="salaries change with the FTE")
    elif _unlike(salary / was, new):
        what = f"base_salary changes from {was:,.10g} to {salary:,.10g}, {salary / was:.0%} of it"
        hint = "base_salary is the annual full-time salary. Correct it if this is another figure."
        if salary < was:
            day = shown_day(int(changes.columns["from"][row]))
            hint += f" The roster needs the salary before {day}, not today's."
        out.warning(
            changes, row, "base_salary", what, hint, kind="salaries rise by more than 75%, or are cut"
        )


def _unlike(factor: float, new: Mapping[str, Any]) -> bool:
    """Whether a salary is cut in the same job, or changes by more than another job explains."""
    cut = 1.0 if _OTHER_JOB.isdisjoint(new) else 1 / _STEP
    return 1 / _OTHER_UNIT < factor < cut or _STEP < factor < _OTHER_UNIT


def _moves_with_fte(factor: float, before: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a salary changes by the factor of the FTE beside it: it is then what is paid for the part of
    full time, and the FTE would reduce it a second time."""
    fte, was = new.get("fte"), before.get("fte")
    if not fte or not was or fte == was:
        return False
    return bool(abs(factor * was / fte - 1) < _NEAR)


def _check_targets(
    tables: Tables, row: int, before: Mapping[str, Any], new: Mapping[str, Any], out: Remarks
) -> None:
    """A target of a year that becomes that of a quarter or a month, or 0. Where the person has none of their
    own, it is the plan's that holds before."""
    changes, plans = tables["changes"], tables["plans"]
    of_plan = {
        _OF_BASIS[basis]: value
        for plan, basis, value in zip(
            *(plans.columns[name].tolist() for name in ("plan_id", "target_basis", "target_value")),
            strict=True,
        )
        if plan == before["plan_id"] and not isnan(value)
    }
    for name in _TARGETS:
        value, was = new.get(name), before.get(name) or of_plan.get(name)
        if value is None or not was or ("plan_id" in new and new["plan_id"] != before["plan_id"]):
            continue
        if 1 / _TARGET_STEP < value / was < _TARGET_STEP:
            continue
        part = f", {value / was:.3g} times as much" if value else ": it pays nothing from then on"
        what = f"{name} changes from {was:,.10g} to {value:,.10g}{part}"
        hint = "A target is for a full year at full time. Correct it if this one is not."
        out.warning(changes, row, name, what, hint, kind="targets change by a factor of three, or become 0")


def _shown(value: Any) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
