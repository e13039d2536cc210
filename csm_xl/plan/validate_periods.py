"""Whether the periods of a table make years: their days, their shares, and the plans that need them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np

from csm_xl.errors import CsmError
from csm_xl.plan.calendar import table_periods
from csm_xl.plan.findings import Findings, shown_day
from csm_xl.plan.periods import UNEVEN, Period
from csm_xl.plan.table import Table
from csm_xl.plan.tables import Tables

_NEARLY_A_YEAR: Final = 360
"""Days that only the periods of a whole year have together; one of 52 weeks has 364."""
_LESS: Final = Fraction(1, 1000)
"""Shares such as 0.333 are thirds."""
_MORE: Final = Fraction(1, 10_000)
"""Shares such as 0.019231, rounded up, are 52nds."""
_DAYS_OF_YEAR: Final = (365, 366)
_UNLIKE: Final = 1.25
_SEVERAL: Final = 3
_OTHER_LENGTH: Final = 1.3
_LENGTHS: Final = {"month": 30.4, "quarter": 91.3, "half": 182.6, "year": 365.25}
"""The days of a kind of period, by which few of them are judged."""
_LONGEST_YEAR: Final = 372
"""53 weeks have 371 days."""
_NUMBERED: Final = re.compile(r"(.*?)(\d+)")
_ByKind = Mapping[str, list[tuple[int, Period]]]


def check_periods(tables: Tables, out: Findings) -> None:
    """Periods of one kind must not share days, and those of a year have all of the year's pay among them."""
    table = tables["periods"]
    try:
        periods = table_periods(table)
    except CsmError as error:
        out.issues += error.issues
        return
    by_kind: dict[str, list[tuple[int, Period]]] = {}
    for row, period in enumerate(periods):
        by_kind.setdefault(period.kind, []).append((row, period))
    _check_needed(tables, by_kind, out)
    for kind, each in by_kind.items():
        _check_shares(table, kind, each, out)
        _check_days(table, each, out)
        _check_like_days(table, kind, each, out)
        _check_lengths(table, kind, each, out)
        _check_order(table, each, out)
        _check_order_of_pay(table, each, out)
    _check_pay_dates(table, periods, out)
    _check_last(tables, by_kind, out)


def _check_needed(tables: Tables, by_kind: _ByKind, out: Findings) -> None:
    """A plan that pays by the week needs the weeks, which the calendar does not have."""
    plans = tables["plans"]
    for row, kind in enumerate(plans.columns["pay_period"].tolist()):
        if kind in UNEVEN and kind not in by_kind:
            lacks = f"lists no {kind}" if tables["periods"].rows else "is not given"
            what = f"plan {plans.columns['plan_id'][row]} pays by the {kind}, and the periods table {lacks}"
            hint = f"List every {kind} on periods: its name, start, end, share and the kind {kind}."
            out.error(plans, row, "pay_period", what, hint)


def _check_last(tables: Tables, by_kind: _ByKind, out: Findings) -> None:
    """What happens in the year's last period happens in the last one that is listed: a table that grows with
    the year would pay it too early."""
    plans, components = tables["plans"].columns, tables["components"].columns
    capped = ~np.isnan(components["interim_cap"]) if "interim_cap" in components else np.zeros(0, dtype=bool)
    waits = set(components["plan_id"][capped].tolist())
    waits |= set(plans["plan_id"][~np.isnan(plans["payment_threshold"])].tolist())
    kinds = {kind for plan, kind in zip(plans["plan_id"].tolist(), plans["pay_period"].tolist(), strict=True)
             if plan in waits}  # fmt: skip
    for kind in kinds & by_kind.keys():
        of_year: dict[int | None, list[tuple[int, Period]]] = {}
        for row, period in by_kind[kind]:
            of_year.setdefault(period.year, []).append((row, period))
        year, own = max(of_year.items(), key=lambda one: max(period.end for _, period in one[1]))
        total = sum((period.share for _, period in own), Fraction(0))
        if total < 1 - _LESS:
            row, last = max(own, key=lambda one: one[1].end)
            what = (
                f"the {kind}s of {year or last.in_year} that are listed are {float(total):.3g} of the year,"
            )
            what += f" so {last.name} counts as its last one: what waits for the year's end is paid then"
            out.warning(tables["periods"], row, "period", what, "List all of the year's periods.")


def _check_shares(table: Table, kind: str, every: list[tuple[int, Period]], out: Findings) -> None:
    """The shares of a year's periods sum to 1; those of a table that begins or ends within it to no more."""
    of_year: dict[int | None, list[tuple[int, Period]]] = {}
    for row, period in every:
        of_year.setdefault(period.year, []).append((row, period))
    for year, own in of_year.items():
        total = sum((period.share for _, period in own), Fraction(0))
        whole = sum(period.days for _, period in own) >= _NEARLY_A_YEAR
        short = whole and total < 1 - _LESS
        if (not short and total <= 1 + _MORE) or _by_days(own):
            continue
        what = f"{float(total):.9g}, so the rest is not paid" if short else "more than 1"
        what = f"the shares of the {kind}s of {year} sum to {what}"
        at = own[0][0] if short else own[-1][0]
        out.error(table, at, "share", what, _hint(kind, len(own)), got=float(total))


def _check_like_days(table: Table, kind: str, every: list[tuple[int, Period]], out: Findings) -> None:
    """Weeks and their like are paid about as many days' share of the year as they have."""
    for row, period in every if kind in UNEVEN else ():
        by_days = period.days / _DAYS_OF_YEAR[0]
        share = float(period.share)
        if not by_days / _UNLIKE <= share <= by_days * _UNLIKE:
            what = (
                f"{period.name} has {period.days} days, {by_days:.2%} of a year, but a share of {share:.2%}"
            )
            out.warning(table, row, "share", what, _hint(kind, UNEVEN[kind]),
                        kind="shares of periods do not match their days")  # fmt: skip


def _check_lengths(table: Table, kind: str, every: list[tuple[int, Period]], out: Findings) -> None:
    """A period much shorter or longer than all others of its kind begins or ends on another day: what lies
    before it is in none. Months of five weeks have a quarter more days than those of four."""
    days = np.array([period.days for _, period in every])
    several = len(days) >= _SEVERAL
    usual = float(np.median(days)) if several else _LENGTHS.get(kind, 0.0)
    odd = np.flatnonzero((days < usual / _OTHER_LENGTH) | (days > usual * _OTHER_LENGTH)).tolist()
    for at in odd if usual and (len(odd) == 1 or not several) else ():
        row, period = every[at]
        other = f"the other {kind}s" if several else f"a {kind}"
        what = f"{period.name} has {period.days} days, but {other} about {usual:.0f}"
        out.warning(table, row, "start", what, "Correct its first or last day, if it is wrong.")


def _check_order(table: Table, every: list[tuple[int, Period]], out: Findings) -> None:
    """Periods that end in a number, such as W03 and W04, follow each other in time."""
    for (_, one), (row, other) in pairwise(sorted(every, key=lambda each: each[1].start)):
        named = [_NUMBERED.fullmatch(each.name) for each in (one, other)]
        if all(named) and named[0][1] == named[1][1] and int(named[0][2]) > int(named[1][2]):  # type: ignore[index]
            what = f"{other.name} comes after {one.name} here: are their days swapped?"
            out.warning(table, row, "start", what, "Correct the days or the names.")


def _by_days(own: list[tuple[int, Period]]) -> bool:
    """Whether each period's share is its days of a year's: weeks of 7/365 make 364 or 371 of them."""
    return any(all(one.share == Fraction(one.days, days) for _, one in own) for days in _DAYS_OF_YEAR)


def _hint(kind: str, count: int) -> str:
    if kind == "month" and count == 13:
        return "For thirteen four-week periods, set each kind to p13 and each share to 1/13."
    if kind in UNEVEN:
        return f"Type 1/{count} for each of {count}, or its days/365; or correct the year of one of them."
    return "Make the shares of a year's periods sum to 1."


def _check_pay_dates(table: Table, periods: list[Period], out: Findings) -> None:
    for row, period in enumerate(periods):
        pay_date = int(table.columns["pay_date"][row])
        if pay_date and pay_date < period.start:
            what = f"{period.name} is paid before it starts, on {shown_day(pay_date)}"
            out.error(table, row, "pay_date", what, f"Type a day from {shown_day(period.start)} on.")


def _check_order_of_pay(table: Table, each: list[tuple[int, Period]], out: Findings) -> None:
    """A period that is paid after the one that follows it: its pay date is perhaps of another year."""
    dates = table.columns["pay_date"]
    for (row, earlier), (then, later) in pairwise(sorted(each, key=lambda one: one[1].start)):
        if int(dates[row]) > int(dates[then]) > 0:
            what = (
                f"{earlier.name} is paid on {shown_day(int(dates[row]))}, after {later.name}, which is paid"
            )
            out.warning(
                table, row, "pay_date", f"{what} on {shown_day(int(dates[then]))}", "Correct the date."
            )


def _check_days(table: Table, each: list[tuple[int, Period]], out: Findings) -> None:
    for (at, earlier), (row, later) in pairwise(sorted(each, key=lambda one: one[1].start)):
        if later.start <= earlier.end:
            place = table.where(at, "end")
            out.error(
                table,
                row,
                "start",
                f"period {later.name} starts before {earlier.name} ends ({place})",
                f"Start it on {shown_day(earlier.end + 1)} or later.",
            )
        elif 1 < later.start - earlier.end <= later.end - later.start:  # a whole one may be left out
            days = f"{shown_day(earlier.end + 1)} to {shown_day(later.start - 1)}"
            what = f"the days {days} are in no {later.kind}, so nobody is paid for them"
            out.warning(table, row, "start", what, f"Start {later.name} on the first of these days.")
        elif later.in_year == earlier.in_year and later.end - earlier.start >= _LONGEST_YEAR:
            what = f"{earlier.name} starts on {shown_day(earlier.start)}, and {later.name} of the same year,"
            out.warning(table, at, "start", f"{what} {later.in_year}, ends on {shown_day(later.end)}",
                        "Correct the days of one of the two, or its year.")  # fmt: skip
        if later.in_year < earlier.in_year:
            what = f"{later.name} is in the year {later.in_year}, and {earlier.name} before it in"
            hint = "Correct the year of one of the two: it says which periods count to date together."
            out.error(table, row, "year", f"{what} {earlier.in_year} ({table.where(at, 'year')})", hint)
