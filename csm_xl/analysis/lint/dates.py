"""Rules about dates: expired plans, components that never start, windows and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.analysis.lint.rule import Found, rule
from csm_xl.analysis.lint.view import View
from csm_xl.plan.employment import FOREVER
from csm_xl.plan.parts import grouped

LONGEST_SPIF: Final = 186
"""Half a year in days: a SPIF is for a push of a few weeks; anything longer is part of the plan."""


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


FIRST_DAY: Final = date(1950, 1, 1).toordinal()
"""No one on payroll was hired, and no deal was signed, before this day."""
YEARS_AHEAD: Final = 2
"""Years after the paid period for which a hire, move or exit may be planned."""


@rule("E706", "Correct the date, or clear it if there is no end.")
def far_day(view: View) -> Iterator[Found]:
    """A date far from the period being paid.

    Dates of people, deals and events lie between 1950 and two years after the end of that period. Any other
    is a typo, a cell that is not a date, or a placeholder for "never".
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
"""A date this many days from the nearest other date of its table is an outlier."""
_FEW: Final = 0.1
_SLACK: Final = 31


SEVERAL: Final = 4
"""A year has as many holidays as this and more."""


@rule("W707", "Correct the year, or leave it if it is right.", (), at_pay=True)
def other_year(view: View) -> Iterator[Found]:
    """A single deal, event, answer, holiday or exchange rate in another year.

    Its date is half a year or more from all others, but would be among them in another year: in January
    people often type last year. A rate is reported if its pair of currencies has none in the month that was
    probably meant. The only holiday of a year, other than New Year's Day, is reported if another year has
    several.
    """
    yield from _lone_holidays(view)
    for name in ("deals", "events", "answers", "holidays", "rates"):
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
            if meant and not (name == "rates" and meant[:7] in _months_of_pair(view, row)):
                said = (
                    f"the date {_day(int(days[row]))} is {ALONE} days and more from every other one of {name}"
                )
                yield table.where(row, "date"), f"{said}: is it {meant}?", table.person(row)


def _months_of_pair(view: View, row: int) -> set[str]:
    """The months in which the currencies of a rate have one."""
    table = view.tables["rates"]
    pair = [table.columns[name] == table.columns[name][row] for name in ("from_currency", "to_currency")]
    return {_day(day)[:7] for day in table.columns["date"][pair[0] & pair[1]].tolist() if day}


@rule("W709", "Add the rate of the month, if it has one.", ("rates", "deals"), at_pay=True)
def month_without_rate(view: View) -> Iterator[Found]:
    """A month with deals but no exchange rate, although other months have one.

    The rate of an earlier month counts until the next one. If rates are dated once a month, and a month with
    deals has none, its rate may have been forgotten.
    """
    rates, deals = view.tables["rates"], view.tables["deals"]
    needed: dict[str, set[int]] = {}
    for currency, day in zip(deals.columns["currency"].tolist(), deals.columns["date"].tolist(), strict=True):
        if currency and day:
            needed.setdefault(currency.upper(), set()).add(_month(day))
    for (source, target), rows in grouped(rates, "from_currency", "to_currency").items():
        row_of = {_month(int(rates.columns["date"][row])): row for row in rows if rates.columns["date"][row]}
        months = sorted(row_of)
        steps = np.diff(months)
        if len(row_of) < len(rows) or len(months) < 2 or 3 * np.sum(steps == 1) < 2 * len(steps):
            continue  # rates of periods, of a year, or of single days
        for month in sorted(needed.get(source.upper(), ())):
            if month > months[0] and month not in row_of:
                row = row_of[max(one for one in months if one < month)]
                counts = f"that of {_day(int(rates.columns['date'][row]))} counts"
                when = f"{month // 12}-{month % 12 + 1:02d}"
                yield rates.where(row, "date"), f"no rate from {source} to {target} is of {when}: {counts}"


def _month(day: int) -> int:
    """The number of a day's month, counted from the year 0."""
    one = date.fromordinal(day)
    return one.year * 12 + one.month - 1


def _lone_holidays(view: View) -> Iterator[Found]:
    table = view.tables["holidays"]
    years: dict[int, list[int]] = {}
    for row, day in enumerate(table.columns["date"].tolist()):
        if day:
            years.setdefault(date.fromordinal(day).year, []).append(row)
    for year, rows in years.items():
        day = date.fromordinal(int(table.columns["date"][rows[0]]))
        if len(rows) == 1 and max(map(len, years.values())) >= SEVERAL and (day.month, day.day) != (1, 1):
            yield table.where(rows[0], "date"), f"{day} is the only holiday of {year}: is the year right?"


def _in_another_year(day: int, first: int, last: int) -> str:
    """The same day in a year that puts it between two days; empty where there is none."""
    typed = date.fromordinal(day)
    for year in (date.fromordinal(last).year, date.fromordinal(first).year):
        other = date(year, typed.month, min(typed.day, 28))
        if year != typed.year and first <= other.toordinal() <= last:
            return other.replace(day=typed.day).isoformat() if typed.day <= 28 else f"{other:%Y-%m}"
    return ""


def _years_after(day: int, years: int) -> int:
    end = date.fromordinal(day)
    return date(end.year + years, end.month, 28).toordinal() + 3  # not past the end of the month


@rule(
    "W701",
    "Give the SPIF a first and a last day (valid_from, valid_to), or a maximum per period (max_amount).",
)
def no_window(view: View) -> Iterator[Found]:
    """A SPIF without a window or a maximum.

    A special incentive without an end becomes a permanent rate, at a price that was meant for a few weeks.
    With a maximum per period it is an ongoing award of known cost. base_only plans have only ongoing awards
    and are not checked.
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
    """A SPIF longer than half a year.

    People come to count on it like any other part of the plan.
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
    """People on an expired plan.

    On the last day of the results no version of the plan is in effect, but people are still on it: they
    cannot be paid.
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
            said = (
                f"plan {plan} ended on {_day(last.valid_to)}, but {len(still)} are still on it on "
                f"{_day(today)}"
            )
            yield view.of_plan(last, "valid_to"), said


@rule("W704", "Correct its dates, or remove it.", (), at_pay=True)
def never_valid(view: View) -> Iterator[Found]:
    """A component whose dates lie outside its plan's.

    The plan is not in effect on any of the component's days, so it never pays.
    """
    for one in view.components:
        versions = view.book.versions(one.plan_id)
        if not any(one.overlaps(each.valid_from or 1, each.valid_to or FOREVER) for each in versions):
            said = f"{one.component_id} of {one.plan_id} is never valid while its plan is"
            yield view.at(one, "valid_from" if one.valid_from else "valid_to"), said


@rule("W705", "Extend the earlier version, or start the next one earlier.", at_pay=True)
def version_gap(view: View) -> Iterator[Found]:
    """A gap between two versions of a plan.

    On the days in between no version is in effect, and people on the plan cannot be paid.
    """
    for plan in view.book.plan_ids:
        for before, after in pairwise(view.book.versions(plan)):
            if before.valid_to is not None and after.valid_from and after.valid_from > before.valid_to + 1:
                said = f"plan {plan} has no version from {_day(before.valid_to + 1)} on, to"
                yield view.of_plan(after, "valid_from"), f"{said} {_day(after.valid_from - 1)}"


@rule("W708", "Add the holidays of the year, or choose another proration.", ("holidays",), at_pay=True)
def year_without_holidays(view: View) -> Iterator[Found]:
    """A year without holidays, although other years have some.

    A plan that prorates by workdays counts every working day of a year whose holidays are missing, so
    prorated pay differs from that of other years.
    """
    holidays = view.tables["holidays"]
    known = {date.fromordinal(day).year for day in holidays.columns["date"].tolist() if day}
    plans = view.tables["plans"]
    by_workdays = plans.columns["plan_id"][plans.columns["proration"] == "workdays"].tolist()
    years = {date.fromordinal(period.end).year for period in view.periods}
    for year in sorted(years - known) if known and by_workdays else ():
        what = f"there are holidays of {', '.join(map(str, sorted(known)))}, but none of {year}"
        yield holidays.where(0, "date"), f"{what}, in which plan {by_workdays[0]} prorates by workdays"
