"""Rules about amounts that are next to nothing: a ratio, or thousands, typed as money."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.deal_kinds import wanted_deals
from csm_xl.plan.model import ComponentTerms
from csm_xl.plan.outliers import times
from csm_xl.plan.table import Table


@rule("W616", "Enter deals in whole currency units, if they are in thousands.", ("deals",), at_pay=True)
def tiny_deals(view: View) -> Iterator[Found]:
    """Deals that earn next to nothing.

    The usual deal earns less than a ten-thousandth of every salary: amounts are probably in thousands or
    millions (three deals or more).
    """
    deals, roster = view.tables["deals"], view.tables["roster"]
    salaries = roster.columns["base_salary"]
    salary = float(salaries.min(where=salaries > 0, initial=np.inf)) if (salaries > 0).any() else 0.0
    for one in view.components:
        if view.tables.types[one.type].pays_on != "deals" or one.values.get("fixed_amount") is not None:
            continue
        tiers = one.tiers
        if tiers is not None and (tiers.mode in ("interpolated", "fixed") or one.tiers_on == "attainment"):
            continue  # an amount is paid; or E618 compares the deals with the goals
        rate = one.values.get("rate") if tiers is None else max(tiers.rate)
        if rate is None or not 0 < rate < 1:
            continue
        paid = wanted_deals(one.values, deals.columns) & (view.worth > 0)
        rows = np.flatnonzero(paid).tolist()
        if len(rows) < _THREE:
            continue
        usual = float(np.median(view.worth[rows]))
        if rate * usual < salary / TINY:
            said = f"{one.component_id} pays {rate * usual:,.2f} for the usual deal of {len(rows)}"
            yield deals.where(rows[0], "amount"), f"{said}, {usual:,.10g}: are amounts in thousands?"


_THREE: Final = 3
"""Fewer deals than this are no usual ones."""
TINY: Final = 10_000
"""What is less than this part of every salary is next to nothing."""


SMALL: Final = 1000.0
"""No draw or guarantee of a period is as small a part of the annual salary."""
FEW_EVENTS: Final = 10
"""Of more events in a row, such as seats, each may pay a few dollars."""
LEAST_MONEY: Final = 10.0
"""No promise or limit is as small as ten currency units: such a number is a ratio."""


@rule("W516", "Enter the amount in whole currency units; a multiple of the target or a rate has a column of"
      " its own.", (), at_pay=True)  # fmt: skip
def ratio_for_money(view: View) -> Iterator[Found]:
    """A ratio entered in a money column, or an amount in thousands.

    A guarantee of 0.9, a draw of 1 or a maximum amount of 2 are multiples of a target; as money they are next
    to nothing. A draw of 15 beside a salary of 80,000 is in thousands, and so is an award of 2 for an event.
    Amounts of 1 or more per deal, or per event where they are many, such as $1 per seat, are not reported.
    """
    arrangements = view.tables["arrangements"]
    names = ("kind", "employee_id", "amount")
    for row, (kind, who, amount) in enumerate(
        zip(*(arrangements.columns[name].tolist() for name in names), strict=True)
    ):
        salary = view.salary_of.get(who, 0.0)
        if kind in ("guarantee", "draw"):
            yield from _as_ratio(arrangements, row, "amount", LEAST_MONEY, f"a {kind}")
            if LEAST_MONEY <= amount < salary / SMALL:
                what = f"the {kind} of {who} is {amount:,.10g}, {times(amount, salary, 'the salary')}"
                yield arrangements.where(row, "amount"), f"{what}: is it in thousands?", who
    components = view.tables["components"]
    for one in view.components:
        whose = f"{one.component_id} of {one.plan_id}"
        yield from _as_ratio(components, one.row, "max_amount", LEAST_MONEY, f"the most of {whose}")
        yield from _as_ratio(components, one.row, "pool_amount", LEAST_MONEY, f"the pool of {whose}")
        yield from _as_ratio(components, one.row, "pool_person_cap", LEAST_MONEY, f"the most of {whose}")
        yield from _as_ratio(components, one.row, "fixed_amount", 1.0, f"what {whose} pays for each")
        yield from _tiny_award(view, one)


def _tiny_award(view: View, one: ComponentTerms) -> Iterator[Found]:
    """An award for each event that is next to nothing beside every salary, where events are few."""
    each = float(one.values.get("fixed_amount") or 0.0)
    events, salaries = view.tables["events"].columns, view.tables["roster"].columns["base_salary"]
    counts = events["count"][events["component_id"] == one.component_id]
    least = float(salaries.min(where=salaries > 0, initial=np.inf))
    if view.tables.types[one.type].pays_on != "events" or not 1 <= each < min(least / TINY, LEAST_MONEY):
        return
    if counts.max(initial=0.0) <= FEW_EVENTS:
        what = f"fixed_amount is {each:,.10g}, what {one.component_id} of {one.plan_id} pays for each event"
        yield view.at(one, "fixed_amount"), f"{what}: is it in thousands?"


def _as_ratio(table: Table, row: int, column: str, bound: float, whose: str) -> Iterable[Found]:
    amount = float(table.columns[column][row]) if column in table.columns else 0.0
    if 0 < amount < bound:
        what = f"{column} is {amount:,.10g}, {whose}: as a ratio it would mean {amount:,.6g} times"
        yield table.where(row, column), what, table.person(row)
