"""Rules about dates: what has expired, what never begins, windows and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.employment import FOREVER

LONGEST_SPIF: Final = 186
"""Days of half a year: a SPIF is for a push of weeks; what lasts longer is part of the plan."""


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


FIRST_DAY: Final = date(1950, 1, 1).toordinal()
"""Nobody who is paid was hired, and no deal was signed, before."""
YEARS_AHEAD: Final = 2
"""Years after the period that is paid in which somebody may be planned to come, move or leave."""


@rule("E706", "Correct the date; clear it where it means no end.")
def far_day(view: View) -> Iterator[Found]:
    """A day far from the period that is paid.

    The dates of people, deals and events lie between 1950 and two years after the end of that period: any
    other is a typing mistake, a cell that was no date, or a stand-in for "never".
    """
    last = None if view.until is None else _years_after(view.until, YEARS_AHEAD)
    for table in view.tables.values():
        for column in table.schema.columns if table.rows else ():
            if not column.near:
                continue
            days = table.columns[column.name]
            far = (days > 0) & (days < FIRST_DAY)
            if last is not None:
                far |= days > last
            for row in np.flatnonzero(far).tolist():
                until = f" and {_day(last)}" if last is not None else " and two years after the period"
                what = f"{column.name} is {_day(int(days[row]))}, not between {_day(FIRST_DAY)}{until}"
                yield table.where(row, column.name), what, table.person(row)


ALONE: Final = 180
"""Days to the nearest other date of a table, from which a date stands alone."""
_FEW: Final = 0.1
_SLACK: Final = 31


@rule("W707", "Correct the year, or leave it if it is so.", (), at_pay=True)
def other_year(view: View) -> Iterator[Found]:
    """A deal or an event alone in another year.

    Its date lies half a year and more from all others, and among them with another year: in January people
    type the year before.
    """
    for name in ("deals", "events"):
        table = view.tables[name]
        days = table.columns["date"]
        rows = np.flatnonzero(days > 0)
        if len(rows) < 3:
            continue
        rows = rows[np.argsort(days[rows], kind="stable")]
        gaps = np.diff(days[rows])
        nearest = np.minimum(np.append(gaps, ALONE), np.insert(gaps, 0, ALONE))
        if len(rows) > 1:
            nearest[0], nearest[-1] = gaps[0], gaps[-1]
        alone = nearest >= ALONE
        together = days[rows[~alone]]
        if not len(together) or alone.sum() > max(1, _FEW * len(rows)):
            continue
        first, last = int(together.min()) - _SLACK, int(together.max()) + _SLACK
        for row in rows[alone].tolist():
            meant = _in_another_year(int(days[row]), first, last)
            if meant:
                said = (
                    f"the date {_day(int(days[row]))} is {ALONE} days and more from every other one of {name}"
                )
                yield table.where(row, "date"), f"{said}: is it {meant}?", table.person(row)


def _in_another_year(day: int, first: int, last: int) -> str:
    """The day with another year that lies between two days; empty where there is none."""
    typed = date.fromordinal(day)
    for year in (date.fromordinal(last).year, date.fromordinal(first).year):
        other = date(year, typed.month, min(typed.day, 28))
        if year != typed.year and first <= other.toordinal() <= last:
            return other.replace(day=typed.day).isoformat() if typed.day <= 28 else f"{other:%Y-%m}"
    return ""


def _years_after(day: int, years: int) -> int:
    end = date.fromordinal(day)
    return date(end.year + years, end.month, 28).toordinal() + 3  # the month's end at the latest


@rule(
    "W701",
    "Give the SPIF a first and a last day (valid_from, valid_to), or the most that it pays a period"
    " (max_amount).",
)
def no_window(view: View) -> Iterator[Found]:
    """A SPIF without a window or a maximum.

    A special incentive that has no end is a rate of the plan, at a price that was meant for weeks. With a
    maximum a period it is a standing award, whose cost is known. A base_only plan has nothing but standing
    awards, and is left out.
    """
    for design in view.designs:
        for one in design.components:
            if (
                one.type == "spif"
                and design.plan.model != "base_only"
                and one.values["max_amount"] is None
                and _open(one.valid_from, one.valid_to)
            ):
                column = "valid_to" if one.valid_to is None else "valid_from"
                lacks = "last" if one.valid_to is None else "first"
                yield view.at(one, column), f"the SPIF {one.component_id} of {one.plan_id} has no {lacks} day"


def _open(first: int | None, last: int | None) -> bool:
    return first is None or last is None


@rule("N702", "Shorten the window, or make it a component of its own.")
def long_window(view: View) -> Iterator[Found]:
    """A SPIF of more than half a year.

    People count on it as on any other part of the plan.
    """
    for one in view.components:
        if one.type == "spif" and one.valid_from is not None and one.valid_to is not None:
            days = one.valid_to - one.valid_from + 1
            if days > LONGEST_SPIF:
                yield (
                    view.at(one, "valid_to"),
                    f"the SPIF {one.component_id} of {one.plan_id} lasts {days} days",
                )


@rule("W703", "Add the next version of the plan, or move its people.", ("roster",))
def expired_plan(view: View) -> Iterator[Found]:
    """Expired dates: people are on a plan that has ended.

    On the last day of the results the plan has no version in effect, and people are still on it: nobody
    can pay them.
    """
    if not view.periods:
        return
    today = view.periods[-1].end
    for plan in view.book.plan_ids:
        last = view.book.versions(plan)[-1]
        still = [
            person
            for person in view.people.get(plan, ())
            if any(one.plan_id == plan and one.first <= today <= one.last for one in view.stays[person])
        ]
        if still and last.valid_to is not None and last.valid_to < today:
            said = f"plan {plan} ended on {_day(last.valid_to)}, and {len(still)} are on it on {_day(today)}"
            yield view.of_plan(last, "valid_to"), said


@rule("W704", "Mend its dates, or remove it.", (), at_pay=True)
def never_valid(view: View) -> Iterator[Found]:
    """A component outside the life of its plan.

    On every day on which it counts the plan does not, so it never pays.
    """
    for one in view.components:
        versions = view.book.versions(one.plan_id)
        if not any(one.overlaps(each.valid_from or 1, each.valid_to or FOREVER) for each in versions):
            said = f"{one.component_id} of {one.plan_id} is valid on no day on which its plan is"
            yield view.at(one, "valid_from" if one.valid_from else "valid_to"), said


@rule("W705", "End the version before a day later, or start the next one earlier.", at_pay=True)
def version_gap(view: View) -> Iterator[Found]:
    """A gap between two versions of a plan.

    On the days between there is no plan, and whoever is on it cannot be paid for them.
    """
    for plan in view.book.plan_ids:
        for before, after in pairwise(view.book.versions(plan)):
            if before.valid_to is not None and after.valid_from and after.valid_from > before.valid_to + 1:
                said = f"plan {plan} has no version from {_day(before.valid_to + 1)} on, to"
                yield view.of_plan(after, "valid_from"), f"{said} {_day(after.valid_from - 1)}"
