"""Whether arrangements and adjustments fit the people whose pay they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.pay.rounding import exceeds
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.earlier_paid import check_paid_periods
from csm_xl.plan.employment import FOREVER, Stay
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.model import PlanBook, version_ends
from csm_xl.plan.odd_adjustments import check_odd_adjustments
from csm_xl.plan.parts import grouped
from csm_xl.plan.periods import Period
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_NOTHING_HELD = "releases are for people who have nothing held back"
_OF_DRAWS = ("recovery_share", "recovery_of", "recovery_start", "opening_balance", "recoverable")


def check_payable(
    tables: Tables, book: PlanBook | None, where_on: Mapping[str, list[Stay]], out: Findings
) -> None:
    """Collect the findings about what turns earned into payable.

    book: the plans; None where they or the periods have errors, and nothing can be looked up in them.
    where_on: employee_id → stays, as `csm_xl.plan.employment.stays` gives them.
    """
    _check_arrangements(tables["arrangements"], where_on, out)
    if book is not None:
        _check_owed_before(tables, book, where_on, out)
    if book is not None and tables["paid"].rows:
        check_paid_periods(tables, book, out)
    table = tables["adjustments"]
    if table.rows:
        _check_amounts(table, out)
        check_odd_adjustments(table, out)
        if book is not None:
            _check_adjusted(tables, book, where_on, out)


def _check_arrangements(table: Table, where_on: Mapping[str, list[Stay]], out: Findings) -> None:
    kinds = table.columns["kind"].tolist()
    ends = version_ends(table, ("employee_id", "kind"), "from", "to")
    for row, kind in enumerate(kinds):
        who, first = table.columns["employee_id"][row], int(table.columns["from"][row])
        if kind == "holdback" and exceeds(table.columns["amount"][row], 1.0):
            out.error(table, row, "amount", "more than 100% of earnings would be held back",
                      "Type the share to hold back, a ratio from 0 to 1 (25% is 0.25).")  # fmt: skip
        for column in _OF_DRAWS if kind != "draw" else ():
            if table.value(row, column) != table.schema.column(column).default:
                out.warning(table, row, column, f"a {kind} has no {column}: only a draw is recovered",
                            "Clear the cell, or set kind to draw.")  # fmt: skip
        if not any(stay.first <= (ends[row] or FOREVER) and first <= stay.last for stay in where_on[who]):
            out.warning(table, row, "from", f"{who} is not employed while this {kind} lasts, so it pays"
                        " nothing", "Correct the dates.")  # fmt: skip
    _check_both(table, ends, out)
    for (who, kind), rows in grouped(table, "employee_id", "kind").items():
        in_order = sorted(rows, key=lambda row: int(table.columns["from"][row]))
        if kind == "draw" and not any(table.columns["recoverable"][row] for row in rows):
            for row, column in product(rows, _OF_DRAWS[:4]):
                if table.value(row, column) != table.schema.column(column).default:
                    out.warning(table, row, column, f"{who}'s draw is not recovered, so {column} is not used",
                                "Clear the cell, or set recoverable to TRUE.")  # fmt: skip
        for row in in_order[1:] if kind == "draw" else ():
            if table.columns["opening_balance"][row]:
                before = table.where(in_order[0], "opening_balance")
                out.error(table, row, "opening_balance",
                          f"the balance of {who}'s draw continues from the one before",
                          f"Clear it; the opening balance is at {before}.")  # fmt: skip


def _check_owed_before(
    tables: Tables, book: PlanBook, where_on: Mapping[str, list[Stay]], out: Findings
) -> None:
    """A balance that is owed before the draw's first pay period, by somebody who was not employed then."""
    table = tables["arrangements"]
    calendar = Calendar(tables["periods"])
    for row in np.flatnonzero(table.columns["opening_balance"] > 0).tolist():
        who, stays = table.columns["employee_id"][row], where_on[table.columns["employee_id"][row]]
        if not stays:
            continue
        hired = stays[0].first
        day = max(hired, int(table.columns["from"][row]))
        on = next((stay for stay in stays if stay.first <= day <= stay.last), stays[0])
        period = next(iter(calendar.holding(book.pay_period(on.plan_id), day, day)), None)
        if period is not None and hired >= period.start:
            what = f"{who} was hired on {shown_day(hired)}, and owes a balance from before {period.name}"
            hint = "Clear it if the draw begins with the hire. None needed if an advance was paid at hire."
            out.warning(table, row, "opening_balance", what, hint)


def _check_both(table: Table, ends: Sequence[int | None], out: Findings) -> None:
    """A guarantee and a draw of one person on the same days: what is earned is topped up by both."""
    for who, rows in grouped(table, "employee_id").items():
        kinds: dict[str, list[int]] = {"guarantee": [], "draw": []}
        for row in rows:
            kinds.setdefault(table.columns["kind"][row], []).append(row)
        for one, other in product(kinds["guarantee"], kinds["draw"]):
            begins = max(int(table.columns["from"][one]), int(table.columns["from"][other]))
            if begins <= min(ends[one] or FOREVER, ends[other] or FOREVER):
                what = f"{who} has a guarantee and a draw from {shown_day(begins)} on"
                out.warning(table, one, "kind", f"{what} ({table.where(other, 'kind')}): both count",
                            "Remove one of them, or end it earlier, unless both are meant.")  # fmt: skip
                break


def _check_amounts(table: Table, out: Findings) -> None:
    amounts = table.columns["amount"]
    for row in np.flatnonzero((table.columns["kind"] == "release") & (amounts < 0)).tolist():
        out.error(table, row, "amount", "a release pays what was held back, so it cannot be negative",
                  "Type an amount of 0 or more, or another kind.")  # fmt: skip
    same: dict[tuple[object, ...], int] = {}
    names = [column.name for column in table.schema.columns]
    for row in range(table.rows):
        first = same.setdefault(tuple(table.value(row, name) for name in names), row)
        if first != row:
            out.warning(table, row, "amount", "the same adjustment is also in another row,"
                        f" {table.where(first, 'amount')}; both are paid",
                        "Remove one, or give them different reasons.")  # fmt: skip


def _check_adjusted(
    tables: Tables, book: PlanBook, where_on: Mapping[str, list[Stay]], out: Findings
) -> None:
    """An adjustment counts in a pay period of its person, or it would silently be dropped."""
    table, calendar = tables["adjustments"], Calendar(tables["periods"])
    held = {who for who, kind in grouped(tables["arrangements"], "employee_id", "kind") if kind == "holdback"}
    plans_of: dict[str, set[str]] = {}
    for plan, name in grouped(tables["components"], "plan_id", "component_id"):
        plans_of.setdefault(name, set()).add(plan)
    for row, (who, name) in enumerate(
        zip(table.columns["employee_id"].tolist(), table.columns["period"].tolist(), strict=True)
    ):
        try:
            period = calendar.find(name)
        except CsmError:
            continue  # reported about every named period
        on = _plans_of_period(where_on[who], period)
        kinds = {kind for plan in on for kind in book.cycles(plan)}
        if not on:
            out.error(table, row, "period", f"{who} is not employed in {name} or before",
                      f"Name a period from {shown_day(where_on[who][0].first)} on." if where_on[who]
                      else "Correct the person's dates on the roster.")  # fmt: skip
        elif period.kind not in kinds:
            out.error(table, row, "period",
                      f"{who} is paid by the {' and the '.join(sorted(kinds))}, but {name}"
                      f" is a {period.kind}",
                      "Name the pay period in which it is paid, such as 2026-Q1 or 2026-03.")  # fmt: skip
        _check_left(table, row, where_on[who], period, out)
        if table.columns["kind"][row] == "release" and who not in held:
            what = f"this releases what was held back, but no holdback of {who} is among the arrangements"
            hint = "Add the holdback to arrangements, or type another kind."
            out.warning(table, row, "kind", what, hint, kind=_NOTHING_HELD)
        component = table.columns["component_id"][row]
        if component and on and not plans_of[component].intersection(stay.plan_id for stay in where_on[who]):
            out.error(table, row, "component_id",
                      f"{component} belongs to plan {listed(sorted(plans_of[component]))}, but {who} is on"
                      f" {listed(sorted({stay.plan_id for stay in where_on[who]}))}",
                      "Name a component of the person's plan.", NOT_FOUND)  # fmt: skip


def _check_left(table: Table, row: int, stays: list[Stay], period: Period, out: Findings) -> None:
    """What is added for somebody who had left before the period is owed, or the person is another one."""
    if table.columns["amount"][row] > 0 and table.columns["kind"][row] == "manual" and stays:
        left = max(stay.last for stay in stays)
        if left < period.start:
            what = f"{table.columns['employee_id'][row]} left on {shown_day(left)}, before {period.name}"
            out.warning(table, row, "period", what, "None needed if it is owed after leaving.",
                        severity="note", kind="adjustments are of people who had left before their period",
                        rule=UNUSED)  # fmt: skip


def _plans_of_period(every: list[Stay], period: Period) -> list[str]:
    """The plans on which a person's adjustment of a period counts: those of the period, and for one who
    has left before it the last; none before hire."""
    within = [stay.plan_id for stay in every if stay.first <= period.end and period.start <= stay.last]
    return within or [stay.plan_id for stay in every if stay.last < period.start][-1:]
