"""Rows that pay the same thing again, or that nothing pays because another row did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from csm_xl.plan.calendar import Calendar
from csm_xl.plan.deal_kinds import pays_deal
from csm_xl.plan.employment import Stay
from csm_xl.plan.findings import Remarks, shown_day
from csm_xl.plan.model import ComponentTerms, PlanBook
from csm_xl.plan.periods import Period
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED

_MILESTONES: Final = "events are of milestones that were met before in the period, and pay nothing"
_OF_THE_YEAR: Final = "events are of milestones that were met before in the plan year, and pay nothing"
_CREDITS: Final = "credits pay a person twice for one deal"


def check_repeated(
    tables: Tables,
    book: PlanBook,
    paying: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """Collect milestones that are met twice in a plan year, and deals that pay one person twice.

    paying: plan → its components. where_on: each person's days on each plan.
    """
    _check_milestones(tables, book, paying, where_on, out)
    _check_credits(tables, paying, where_on, out)


def _check_milestones(
    tables: Tables,
    book: PlanBook,
    paying: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """A milestone pays once a plan year: a second event pays nothing. In a later period that is a note, since
    a list of what people hold repeats it."""
    table, calendar = tables["events"], Calendar(tables["periods"])
    milestones: dict[tuple[str, str], list[ComponentTerms]] = {}
    for one in (one for every in paying.values() for one in every if one.type == "milestone"):
        milestones.setdefault((one.plan_id, one.component_id), []).append(one)
    columns = (table.columns[name].tolist() for name in ("date", "employee_id", "component_id", "count"))
    met: dict[tuple[Any, ...], tuple[int, Period]] = {}
    for day, row, who, name, count in sorted(
        (day, row, who, name, count) for row, (day, who, name, count) in enumerate(zip(*columns, strict=True))
    ):
        stay = next((one for one in where_on.get(who, ()) if one.first <= day <= one.last), None)
        if stay is None or count <= 0:
            continue  # reported elsewhere
        if not any(one.overlaps(day, day) for one in milestones.get((stay.plan_id, name), ())):
            continue  # reported elsewhere, or paid each time
        terms = book.version(stay.plan_id, day)
        holding = calendar.holding(terms.pay_period, day, day) if terms else []
        if terms is None or not holding:
            continue
        year = calendar.year_of(holding[0], terms.year_start)
        first, then = met.setdefault((who, stay.plan_id, name, year), (row, holding[0]))
        if first != row:
            on = f"{shown_day(int(table.columns['date'][first]))} ({table.where(first, 'date')})"
            what = f"{who} met the milestone {name} on {on}: it pays once a plan year, and this pays nothing"
            if then == holding[0]:
                out.warning(table, row, "date", what, "Correct the row, or remove it.", kind=_MILESTONES)
            else:
                out.warning(table, row, "date", what, "None needed if this is intended.", severity="note",
                            kind=_OF_THE_YEAR, rule=UNUSED)  # fmt: skip


def _check_credits(
    tables: Tables,
    paying: Mapping[str, Sequence[ComponentTerms]],
    where_on: Mapping[str, Sequence[Stay]],
    out: Remarks,
) -> None:
    """One component pays a person in two roles of one deal: the amount counts twice."""
    credits, deals = tables["credits"], tables["deals"].columns
    same = credits.groups("deal_id", "employee_id")
    twice = np.flatnonzero(same.sizes > 1).tolist()
    row_of = {name: row for row, name in enumerate(deals["deal_id"].tolist())} if twice else {}
    for rows in map(same.rows, twice):
        deal, who = (credits.columns[name][rows[0]] for name in ("deal_id", "employee_id"))
        plans = {stay.plan_id for stay in where_on.get(who, ())}
        for one in (one for plan in sorted(plans) for one in paying.get(plan, ())):
            roles = [str(credits.columns["role"][row]) for row in rows if credits.columns["share"][row] != 0]
            if len(roles) > 1 and _in_any_role(one) and pays_deal(one.values, deals, row_of[deal]):
                what = (
                    f"{who} is credited for deal {deal} as {' and as '.join(roles)}, and"
                    f" {one.component_id} pays both"
                )
                hint = (
                    "Remove one of the credits, or enter the role that pays as the component's credit_role."
                )
                out.warning(credits, rows[1], "role", what, hint, kind=_CREDITS)
                break


def _in_any_role(one: ComponentTerms) -> bool:
    uses = one.values.get("measure_from") != "results"  # None of one that pays on deals
    return uses and "credit_role" in one.values and not one.values["credit_role"]
