"""Rows of the table `paid` that later periods look back on, or that none does: amounts with another sign than
what they were before the modifier, amounts after a modifier, people without a row, periods nobody is paid in.
"""

from __future__ import annotations

from math import isnan
from typing import Final

from csm_xl.errors import CsmError, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.employment import History
from csm_xl.plan.findings import Findings, Remarks, shown_day
from csm_xl.plan.model import PlanBook
from csm_xl.plan.parts import grouped
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_OTHER_PERIODS: Final = "earlier payments are for periods that their components do not pay by"
_MOST_HAVE: Final = 0.5
"""Where more than this part of the people on a component have an earlier payment, the others lack one."""
_FEW: Final = 3
"""Fewer amounts below 0 may be money that was taken back."""


def by_year_to_date(tables: Tables, book: PlanBook) -> set[tuple[str, str]]:
    """The (plan, component) whose later periods look back on what earlier ones paid."""
    return {
        (one.plan_id, one.component_id)
        for one in book.every_component()
        if tables.types[one.type].target_based and one.values.get("cumulative") not in (None, "discrete")
    }


def check_earlier_paid(tables: Tables, book: PlanBook, out: Remarks) -> None:
    """Collect earlier payments that are probably not what they say, and those that nothing looks back on."""
    if not tables["paid"].rows:
        return
    to_date = by_year_to_date(tables, book)
    _check_discrete(tables, to_date, out)
    _check_signs(tables, out)
    _check_after_modifier(tables, book, to_date, out)
    _check_lacking(tables, to_date, out)
    _check_not_on_plan(tables, to_date, out)


def check_paid_periods(tables: Tables, book: PlanBook, out: Findings) -> None:
    """An earlier payment is of a pay period of its component, or nothing would look back on it."""
    paid, calendar = tables["paid"], Calendar(tables["periods"])
    columns = (paid.columns[name].tolist() for name in ("plan_id", "component_id", "period"))
    cycles = {(one.plan_id, one.component_id): one.pay_cycle for one in book.every_component()}
    for row, (plan, name, when) in enumerate(zip(*columns, strict=True)):
        try:
            kind = calendar.find(when).kind
        except CsmError:
            continue  # reported about every named period
        cycle = cycles.get((plan, name), kind)
        if kind != cycle:
            what = f"{name} of {plan} is paid by the {cycle}, but {when} is a {kind}"
            hint = f"Type the {cycle} for which it was paid, and all that was paid for it."
            out.error(paid, row, "period", what, hint, kind=_OTHER_PERIODS)


def _check_discrete(tables: Tables, to_date: set[tuple[str, str]], out: Remarks) -> None:
    """An earlier payment counts where a component is paid by the year to date, and for those who have a draw,
    guarantee or holdback."""
    paid = tables["paid"]
    looking = set(tables["arrangements"].columns["employee_id"].tolist())
    for (plan, name), rows in grouped(paid, "plan_id", "component_id").items():
        for row in rows if (plan, name) not in to_date else ():
            who = paid.columns["employee_id"][row]
            if who in looking:
                continue
            what = (
                f"{name} of {plan} pays each period separately, so earlier pay of {who} counts on statements"
            )
            out.warning(paid, row, "amount", f"{what} only", "None needed if this is intended.",
                        kind="earlier payments count on statements only: their components pay each period"
                        " separately", severity="note", rule=UNUSED)  # fmt: skip


def _check_signs(tables: Tables, out: Remarks) -> None:
    """What was paid has the sign of what it was before the modifier, and is rarely below 0 for everybody."""
    paid = tables["paid"]
    amounts, before = (paid.columns[name].tolist() for name in ("amount", "before_modifier"))
    other = [row for row, (one, had) in enumerate(zip(amounts, before, strict=True)) if one * had < 0]
    for row in other:
        what = f"the amount is {amounts[row]:,.2f}, and before the modifier it was {before[row]:,.2f}"
        out.warning(paid, row, "before_modifier", what, "Give both the same sign: what was paid is positive.",
                    kind="earlier payments have a different sign than before the modifier")  # fmt: skip
    filled = [one for one in amounts if one]
    if not other and len(filled) >= _FEW and all(one < 0 for one in filled):
        what = f"all {len(filled)} earlier payments are below 0, as if everybody had paid"
        out.warning(paid, 0, "amount", what, "Type what was paid as a positive amount.")


def _check_after_modifier(
    tables: Tables, book: PlanBook, to_date: set[tuple[str, str]], out: Remarks
) -> None:
    """A year to date counts the amount earned before the modifier, or the amount paid if that is blank."""
    paid, modifiers, roster = tables["paid"], tables["modifiers"], tables["roster"].columns
    modified = {
        (one.plan_id, one.component_id) for one in book.every_component() if one.values.get("modified")
    }
    moved: set[tuple[str, str, str]] = set()
    columns = (modifiers.columns[name].tolist() for name in ("period", "scope", "id", "factor"))
    for when, scope, of, factor in zip(*columns, strict=True):
        if factor != 1:  # a blank one is that of a rating
            moved.add((when, scope, of if scope != "company" else ""))
    division = dict(zip(roster["employee_id"].tolist(), roster["division"].tolist(), strict=True))
    names = ("period", "employee_id", "plan_id", "component_id", "amount", "before_modifier")
    for row, (when, who, plan, name, amount, before) in enumerate(
        zip(*(paid.columns[name].tolist() for name in names), strict=True)
    ):
        if not isnan(before) or not amount or (plan, name) not in to_date & modified:
            continue
        if moved & {
            (when, "company", ""), (when, "division", division.get(who, "")), (when, "individual", who)
        }:  # fmt: skip
            what = f"{amount:,.2f} was paid to {who} for {name} in {when}, after the modifier of that period,"
            what += " and counts as what was earned before it"
            hint = "Fill before_modifier: the year to date counts what was earned before the modifier."
            out.warning(paid, row, "amount", what, hint,
                        kind="earlier payments after a modifier count as if before it")  # fmt: skip


def _check_lacking(tables: Tables, to_date: set[tuple[str, str]], out: Remarks) -> None:
    """Somebody without an earlier payment of a period in which most others have one."""
    paid, roster = tables["paid"], tables["roster"].columns
    calendar = Calendar(tables["periods"])
    moves = tables["changes"].columns
    changed = {who for who, plan in zip(moves["employee_id"], moves["plan_id"], strict=True) if plan}
    columns = (roster[name].tolist() for name in ("employee_id", "plan_id", "hire_date", "leave_date"))
    people = list(zip(*columns, strict=True))
    for (plan, name, when), rows in grouped(paid, "plan_id", "component_id", "period").items():
        if (plan, name) not in to_date:
            continue
        try:
            period = calendar.find(when)
        except CsmError:
            continue  # reported about every named period
        there = {paid.columns["employee_id"][row] for row in rows}
        due = [
            who for who, on, hired, left in people
            if on == plan and who not in changed
            and hired <= period.start and (not left or left >= period.end)
        ]  # fmt: skip
        lacking = [who for who in due if who not in there]
        if lacking and len(lacking) < _MOST_HAVE * len(due):
            has = "has" if len(lacking) == 1 else "have"
            what = f"{listed(lacking)} {has} no earlier payment of {name} in"
            what += f" {when}, where others have one: what these inputs calculate counts"
            out.warning(paid, rows[0], "period", what, "Add a row, 0 for somebody who was paid nothing.",
                        severity="note", rule=UNUSED)  # fmt: skip


def _check_not_on_plan(tables: Tables, to_date: set[tuple[str, str]], out: Remarks) -> None:
    """An earlier payment of a period in which its person was not employed yet, or no more."""
    paid, calendar = tables["paid"], Calendar(tables["periods"])
    where_on = History(tables).stays()
    columns = (paid.columns[name].tolist() for name in ("period", "employee_id", "plan_id", "component_id"))
    for row, (when, who, plan, name) in enumerate(zip(*columns, strict=True)):
        stays = where_on.get(who)
        if (plan, name) not in to_date or not stays or not paid.columns["amount"][row]:
            continue
        try:
            period = calendar.find(when)
        except CsmError:
            continue  # reported about every named period
        if any(stay.first <= period.end and period.start <= stay.last for stay in stays):
            continue
        late = stays[0].first > period.end
        why = f"starts on {shown_day(stays[0].first)}" if late else f"left on {shown_day(stays[-1].last)}"
        what = f"{who} was paid for {name} in {when}, and {why}: the year to date counts it"
        hint = "Correct the employee_id or the period; none needed after a rehire."
        kind = "earlier payments are for periods in which their people were not employed"
        out.warning(paid, row, "period", what, hint, kind=kind)
