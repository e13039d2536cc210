"""The pay periods there are: those of a `periods` table, or the calendar's."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.pay.rounding import exact
from csm_xl.plan import cells
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.periods import (
    ALLOWED_PERIODS,
    SHARES,
    UNEVEN,
    Period,
    calendar_period,
    calendar_span,
    parse_period,
    period_kind,
    share_of_year,
    shares_to_choose,
    too_long,
)
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.plan.table import Table

_OF_TARGET: Final = 5200
"""An annual target that shows what a share of the year pays."""


class Calendar:
    """The pay periods there are: those of a `periods` table, or the calendar's where it is empty.

    Errors: a table period that ends before it starts.
    """

    def __init__(self, table: Table) -> None:
        self.periods: tuple[Period, ...] = tuple(table_periods(table))
        self._by_name = {period.name.casefold(): period for period in self.periods}
        self._found: dict[str, Period] = {}  # every row of a table names its period: few names, many rows

    def find(self, name: Any) -> Period:
        """The period of that name. A year that the table does not name is made of its periods; so is a month,
        quarter or half of the calendar, of the weeks and other uneven periods that end in it.

        Errors: #N/A where there is no such period, #VALUE! where the cell names none.
        """
        if isinstance(name, str) and name in self._found:
            return self._found[name]
        period = self._find(name)
        if isinstance(name, str):
            self._found[name] = period
        return period

    def known(self, name: Any) -> Period | None:
        """The period of that name; None where there is none, which is reported about the cell."""
        try:
            return self.find(name)
        except CsmError:
            return None

    def _find(self, name: Any) -> Period:
        try:
            wanted = parse_period(name, [period.name for period in self.periods])
        except cells.BadCell as bad:
            if self.periods and isinstance(name, str) and name.strip():
                raise self._unknown(name) from None
            raise CsmError(VALUE, bad.message, "period", name, bad.hint) from None
        if not self.periods:
            period = calendar_period(wanted)
            if period is None:
                raise self._unknown(wanted)
            return period
        if wanted.casefold() in self._by_name:
            return self._by_name[wanted.casefold()]
        parts = [period for period in self.periods if str(period.year) == wanted]
        part = None if parts else calendar_period(wanted)
        if part is not None:
            parts = [p for p in self.periods if p.kind in UNEVEN and part.start <= p.end <= part.end]
        if not parts:
            raise self._unknown(wanted)
        kind, share = ("year", Fraction(1)) if part is None else (part.kind, part.share)
        return Period(wanted, kind, min(p.start for p in parts), max(p.end for p in parts), share,
                      int(wanted) if part is None else date.fromordinal(part.end).year)  # fmt: skip

    def _unknown(self, name: str) -> CsmError:
        if not self.periods:
            return CsmError(NOT_FOUND, "unknown period", "period", name, ALLOWED_PERIODS)
        names = [period.name for period in self.periods]
        hint = did_you_mean(name, names) + f"The periods table has {listed(names)}."
        return CsmError(NOT_FOUND, "unknown period", "period", name, hint)

    def inside(self, asked: Period, kind: str) -> list[Period]:
        """Every pay period of a kind inside the one that is asked for, in order.

        Errors: #VALUE! where a shorter period is asked for than the plan pays; #N/A where the
        `periods` table has none of that kind there.
        """
        if PAY_PERIODS.index(asked.kind) < PAY_PERIODS.index(kind):
            raise CsmError(VALUE, f"a {asked.kind} was requested, but the plan pays by the {kind}", "period",
                           asked.name, f"Ask for a {kind} or longer.")  # fmt: skip
        if not self.periods:
            return calendar_span(kind, asked.start, asked.end)
        found = [period for period in self.periods if period.kind == kind and self._lies_in(period, asked)]
        if not found:
            raise CsmError(NOT_FOUND, f"the periods table has no {kind} in the period asked for", "period",
                           asked.name, f"Add the {kind}s of {asked.name} to the periods table.")  # fmt: skip
        return sorted(found, key=lambda period: period.start)

    def _lies_in(self, period: Period, asked: Period) -> bool:
        """Whether a period of the table is one of those that are asked for: a week belongs to the month, and
        every period to the year, in which it ends."""
        if asked.kind == "year":
            return period.year == asked.year
        if period.kind not in UNEVEN:
            return asked.start <= period.start and period.end <= asked.end
        named = None if asked.name.casefold() in self._by_name else calendar_period(asked.name)
        span = asked if named is None else named
        return span.start <= period.end <= span.end

    def ending(self, kind: str, first: int, last: int) -> list[Period]:
        """Every pay period of a kind whose last day lies from first to last, in order."""
        if not self.periods:
            return calendar_span(kind, first, last)
        found = [p for p in self.periods if p.kind == kind and first <= p.end <= last]
        return sorted(found, key=lambda p: p.start)

    def plan_year(self, period: Period, year_start: int = 1) -> list[Period]:
        """Every pay period of the same kind in the period's plan year, in order.

        year_start: the month, 1 to 12, in which the plan year begins; periods of a table state their
            year themselves. A period belongs to the plan year that holds its last day.
        """
        year = self.year_of(period, year_start)
        if self.periods:
            found = [p for p in self.periods if p.kind == period.kind and p.year == year]
            return sorted(found, key=lambda p: p.start)
        first, after = (date(y, year_start, 1).toordinal() for y in (year, year + 1))
        return calendar_span(period.kind, first, after - 1)

    def year_of(self, period: Period, year_start: int = 1) -> int:
        """The plan year of a period: as the table states it, else the calendar year in which it begins."""
        if self.periods and period.year is not None:
            return period.year
        last = date.fromordinal(period.end)
        return last.year if last.month >= year_start else last.year - 1

    def holding(self, kind: str, first: int, last: int) -> list[Period]:
        """Every pay period of a kind with a day from first to last, in order."""
        if not self.periods:
            found = calendar_span(kind, first, last + 366)
            return [period for period in found if period.start <= last]
        found = [p for p in self.periods if p.kind == kind and p.start <= last and p.end >= first]
        return sorted(found, key=lambda p: p.start)


def sound_calendar(table: Table) -> Calendar | None:
    """The pay periods of a `periods` table; None where it has errors, which are reported."""
    try:
        return Calendar(table)
    except CsmError:
        return None


def last_day(periods: Table, asked: Any) -> int | None:
    """The last day of the period that is asked for; None where none is, or unknown period."""
    if asked is None:
        return None
    try:
        return Calendar(periods).find(asked).end
    except CsmError:
        return None


def table_periods(table: Table) -> list[Period]:
    """The periods that a `periods` table lists, in its order.

    The kind is the one that is typed, or comes from the name (2026-Q1, FY26-P03) or the number of days.
    Errors: a period that ends before it starts, whose kind nothing says, that is too long for its kind, or of
    an uneven kind without a share.
    """
    columns, issues, found = table.columns, [], []
    for row in range(table.rows):
        name = str(columns["period"][row])
        start, end = int(columns["start"][row]), int(columns["end"][row])
        if end < start:
            issues.append(Issue(VALUE, f"period {name} ends before it starts", table.where(row, "end"),
                                date.fromordinal(end).isoformat(),
                                "Type a last day after the first."))  # fmt: skip
            continue
        days = end - start + 1
        kind = str(columns["kind"][row]) or period_kind(name, days)
        typed_share, typed_year = columns["share"][row], columns["year"][row]
        issue = _kind_fault(table, row, kind, days)
        if issue is None and kind in UNEVEN and np.isnan(typed_share):
            issue = _no_share(table, row, kind, days)
        if issue is not None:
            issues.append(issue)
            continue
        share: Fraction = SHARES[kind] if np.isnan(typed_share) else share_of_year(exact(typed_share).item())
        year = date.fromordinal(end).year if np.isnan(typed_year) else int(typed_year)
        found.append(Period(name, kind, start, end, share, year))
    if issues:
        raise CsmError.of(issues)
    return found


def _kind_fault(table: Table, row: int, kind: str, days: int) -> Issue | None:
    """A period whose kind nothing says, or that has more days than one of its kind."""
    name, where = table.columns["period"][row], table.where(row, "kind")
    if not kind:
        what = f"period {name} has {days} days, and neither its name nor its kind says what it is"
        return Issue(VALUE, what, where, None, "Type its kind: week, biweek or semimonth.")
    if too_long(kind, days):
        what = f"period {name} has {days} days, too many for a {kind}"
        return Issue(VALUE, what, where, kind, f"Correct its days, or type its kind: {listed(PAY_PERIODS)}.")
    return None


def _no_share(table: Table, row: int, kind: str, days: int) -> Issue:
    """An uneven period without a share of the year: those that it may have, and what they pay."""
    shares = shares_to_choose(kind, days)
    offered = [f"{share.numerator}/{share.denominator} ({float(share):.12f})" for share in shares]
    pays = [f"{float(share) * _OF_TARGET:,.2f}" for share in shares]
    last = len(shares) - 1
    hint = (
        f"Type {', '.join(offered[:last])} or {offered[last]}: of an annual target of {_OF_TARGET:,} they pay"
        f" {', '.join(pays[:last])} and {pays[last]}."
    )
    name = table.columns["period"][row]
    what = f"the {kind} {name} has no share of the year, which a {kind} does not divide evenly"
    return Issue(
        VALUE, what, table.where(row, "share"), None, hint, kind=f"{kind}s have no share of the year"
    )
