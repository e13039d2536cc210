"""Rules about amounts that are paid or promised at once, compared with the salary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.outliers import ENOUGH, times
from csm_xl.plan.parts import grouped
from csm_xl.plan.periods import UNEVEN
from csm_xl.plan.table import Table

BEYOND: Final = 2.0
"""Nobody receives or is advanced this many annual salaries at once."""
OWED: Final = 1.0
"""Nobody owes an annual salary of earlier draws."""
CORRECTION: Final = 0.25
"""A manual correction is at most this share of an annual salary: it is a whole year's variable pay."""


@rule("W514", "Check the amount and its unit.", ("roster",), at_pay=True)
def beyond_a_year(view: View) -> Iterator[Found]:
    """An amount of more than two years' salary, paid at once; or a correction of over three months' salary.

    Lump sums, draws, guarantees, and what a component pays for one deal or event are a fraction of a salary;
    more is probably in another unit. Draws and guarantees are per period, so a quarterly one counts four
    times. The opening balance of a draw is at most one year's salary. A manual correction of more than a
    quarter of an annual salary may have an extra digit. A count of 100 events or more is probably an amount
    if it is a multiple of what one event pays, twenty times any other count, or ten times the maximum.
    """
    for name, columns in (
        ("adjustments", ("amount",)),
        ("other_pay", ("amount",)),
        ("arrangements", ("amount", "opening_balance")),
        ("reviews", ("premium",)),
    ):
        table = view.tables[name]
        for row, who in enumerate(table.columns["employee_id"].tolist()):
            salary = view.salary_of.get(who, 0.0)
            often = _a_year(view, who) if name == "arrangements" else 1
            for column in columns:
                each = salary / often if column == "amount" else salary
                whose = f"the salary of {who}" + (" for a period" if each < salary else "")
                most = OWED if column == "opening_balance" else BEYOND
                most = CORRECTION if name == "adjustments" else most
                yield from _beyond(table, row, column, each, whose, most)
    components = view.tables["components"]
    for one in view.components:
        salaries = [view.salary_of.get(who, 0.0) for who in view.people.get(one.plan_id, ())]
        if one.values.get("fixed_amount") is not None and salaries:
            yield from _beyond(components, one.row, "fixed_amount", float(np.median(salaries)),
                               f"the median salary on {one.plan_id}")  # fmt: skip
    yield from _beyond_events(view)


AT_ONCE: Final = 0.5
"""Nobody is paid half a year's salary for one row of events: the count is probably an amount of money."""


AN_AMOUNT: Final = 100.0
"""An event that pays this much or more is not met as many times."""


MANY: Final = 20.0
"""No event is met as often in a row as this, nor this many times as often as in any other row."""


FAR_BEYOND: Final = 10.0
"""Nobody meets an event this many times as often as its maximum pays."""


def _beyond_events(view: View) -> Iterator[Found]:
    events = view.tables["events"]
    most = {name: np.sort(events.columns["count"][rows])[::-1].tolist()
            for name, rows in grouped(events, "component_id").items()}  # fmt: skip
    each = {one.component_id: one.values.get("fixed_amount") or 0.0 for one in view.components
            if one.type == "spif"}  # fmt: skip
    most_paid = {one.component_id: float(one.values["max_amount"]) for one in view.components
                 if one.values.get("max_amount") is not None}  # fmt: skip
    fixed = {name: amount for name, amount in each.items() if name not in most_paid}
    names = ("employee_id", "component_id", "count")
    for row, (who, name, count) in enumerate(zip(*(events.columns[n].tolist() for n in names), strict=True)):
        salary, paid = view.salary_of.get(who, 0.0), fixed.get(name, 0.0) * count
        if count > 1 and salary > 0 and paid > AT_ONCE * salary:
            what = f"count is {count:,.10g}, at {fixed[name]:,.10g} for each {paid:,.10g}"
            yield events.where(row, "count"), f"{what}: {times(paid, salary, f'the salary of {who}')}", who
        elif (amount := each.get(name, 0.0)) >= AN_AMOUNT and count > 0 and count % amount == 0:
            what = f"count is {count:,.10g}, at {amount:,.10g} for each: is it the amount to be paid?"
            yield events.where(row, "count"), what, who
        elif count >= MANY and each.get(name, 0.0) * count >= FAR_BEYOND * most_paid.get(name, np.inf):
            what = f"count is {count:,.10g}, at {each[name]:,.10g} for each {each[name] * count:,.10g}"
            yield events.where(row, "count"), f"{what}, and at most {most_paid[name]:,.10g} is paid", who
        elif len(most[name]) >= ENOUGH and count == most[name][0] >= MANY * max(most[name][1], 1.0):
            others = f"and no other one of {name} is above {most[name][1]:,.10g}"
            yield events.where(row, "count"), f"count is {count:,.10g}, {others}", who


def _a_year(view: View, who: str) -> int:
    """How many pay periods a year has on the person's last plan."""
    stays = view.stays.get(who)
    last = view.book.versions(stays[-1].plan_id)[-1].pay_period if stays else "year"
    return {"month": 12, "quarter": 4, "half": 2, **UNEVEN}.get(last, 1)


def _beyond(
    table: Table, row: int, column: str, salary: float, whose: str, most: float = BEYOND
) -> Iterable[Found]:
    amount = float(table.columns[column][row])
    if salary > 0 and abs(amount) > most * salary:
        what = f"{column} is {amount:,.10g}, {times(abs(amount), salary, whose)}"
        yield table.where(row, column), what, table.person(row)
