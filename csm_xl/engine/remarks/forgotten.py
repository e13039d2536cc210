"""What was perhaps forgotten: tables without any row on which a component pays, and modifiers of a period."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from csm_xl.errors import NOT_FOUND, CsmError, Issue, listed
from csm_xl.plan.calendar import Calendar
from csm_xl.plan.model import plan_book
from csm_xl.plan.parts import grouped
from csm_xl.plan.periods import Period
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.tables import Tables
from csm_xl.plan.unused_results import UNUSED
from csm_xl.plan.validate_payments import no_payments


def forgotten(tables: Tables, periods: Collection[Any] = ()) -> Iterator[Issue]:
    """A note about each table and modifier that is not there, where a component pays on it.

    periods: those that are paid; none where their modifiers are not looked for.
    """
    paying = _paying_components(tables)
    for table, rows in paying.items():
        if not tables[table].rows:
            yield _empty(tables, table, rows)
    plans = tables["plans"]
    by_workdays = np.flatnonzero(plans.columns["proration"] == "workdays").tolist()
    if by_workdays and not tables["holidays"].rows:
        what = "there are no holidays, so each day from Monday to Friday is a workday"
        if plans.columns["work_week"][by_workdays[0]]:
            what = "there are no holidays, so each day of the work week is a workday"
        yield Issue(NOT_FOUND, what, plans.where(by_workdays[0], "proration"), None,
                    "Add the holidays, if there are any.", "note", rule=UNUSED)  # fmt: skip
    if "modifiers" in paying and periods:
        calendar = Calendar(tables["periods"])
        yield from _missing_modifiers(tables, calendar, [calendar.find(str(period)) for period in periods])


def _paying_components(tables: Tables) -> dict[str, dict[str, int]]:
    """Table → the components that are paid on it, each with its first row: deals, events and so on."""
    components, found = tables["components"], dict[str, dict[str, int]]()
    modified = components.columns["modified"].tolist() if "modified" in components.columns else ()
    for row, (type_, name) in enumerate(
        zip(*(components.columns[each].tolist() for each in ("type", "component_id")), strict=True)
    ):
        if tables.types[type_].pays_on in ("deals", "events"):
            found.setdefault(str(tables.types[type_].pays_on), {}).setdefault(name, row)
        if modified and modified[row]:
            found.setdefault("modifiers", {}).setdefault(name, row)
    if unpaid := no_payments(tables):
        found["payments"] = {str(components.columns["component_id"][row]): row for row in reversed(unpaid)}
    return found


def _empty(tables: Tables, table: str, rows: dict[str, int]) -> Issue:
    """An export that was forgotten looks like a period in which nothing was sold, or no modifier set."""
    pays = ("is", "are") if table == "modifiers" else ("pays", "pay")
    how = "paid without a modifier" if table == "modifiers" else "nobody"
    what = f"there are no {table}, so {listed(rows)} {pays[len(rows) > 1]} {how}"
    place = tables["components"].where(next(iter(rows.values())), "component_id")
    return Issue(NOT_FOUND, what, place, None, f"Add the {table}, if there are any.", "note", rule=UNUSED)


def _missing_modifiers(tables: Tables, calendar: Calendar, asked: Sequence[Period]) -> Iterator[Issue]:
    """A factor that other periods have and this one has not counts as 1, as it should where it was meant for
    one period alone."""
    table, every = tables["modifiers"], plan_book(tables).every_component()
    kinds = sorted({one.pay_cycle for one in every if one.values.get("modified")}, key=PAY_PERIODS.index)
    for (scope, name), rows in grouped(table, "scope", "id").items():
        if scope == "individual":
            continue  # who has no factor of their own beside others who have is refused
        typed = [str(table.columns["period"][row]) for row in rows]
        whose = f"division {name}" if scope == "division" else "company"
        for each, kind in product(asked, kinds):
            unsaid = [one.name for one in calendar.ending(kind, each.start, each.end)
                      if not any(lies_in(calendar, said, one, kind) for said in typed)]  # fmt: skip
            if unsaid:
                what = f"there is no modifier of the {whose} for {listed(unsaid, 4)}, so it counts as 1"
                hint = "Type the factor of the period, if it has one; 1 changes nothing."
                yield Issue(NOT_FOUND, what, table.where(rows[0], "period"), typed[0], hint, "note",
                            rule=UNUSED)  # fmt: skip


def lies_in(calendar: Calendar, name: str, asked: Period, kind: str = "") -> bool:
    """Whether a period, of a kind, shares days with the one that is asked for; one that is none is reported
    elsewhere."""
    try:
        period = calendar.find(name)
    except CsmError:
        return True
    return kind in ("", period.kind) and period.start <= asked.end and asked.start <= period.end
