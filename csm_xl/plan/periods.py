"""Pay periods: their names, their days, and the fiscal calendars that a plan may follow.

On the calendar a period is a month ``2026-03``, a quarter ``2026-Q1``, a half ``2026-H1`` or a year
``2026``. A `periods` table replaces the calendar: its periods may have any name and any days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.pay.rounding import exact
from csm_xl.plan import cells
from csm_xl.plan.names import did_you_mean
from csm_xl.plan.schema import PAY_PERIODS
from csm_xl.xlsx.values import ErrorCell

if TYPE_CHECKING:
    from csm_xl.plan.tables import Table

SHARES: Final = {
    "month": Fraction(1, 12),
    "quarter": Fraction(1, 4),
    "half": Fraction(1, 2),
    "year": Fraction(1),
}
"""A period's share of the year, by its kind."""

_MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_LONGEST: Final = {"month": 45, "quarter": 120, "half": 220}  # days; a fiscal month may have five weeks
_NAME: Final = r"(?i)(?P<year>\d{4})(?:[-\s]?(?:Q(?P<quarter>[1-4])|H(?P<half>[12]))|-(?P<month>\d{1,2}))?\Z"
_TURNED: Final = r"(?i)(?P<part>[QH][1-4])[-\s]?(?P<year>\d{4})\Z"
_FISCAL: Final = (
    ("quarter", r"(?i)(\b|_|\d)Q[1-4]\Z"),
    ("half", r"(?i)(\b|_|\d)H[12]\Z"),
    ("month", r"(?i)\d{4}-\d{2}\Z|(\b|_|\d)[PM]\d{1,2}\Z"),
    ("year", r"(?i)(FY\s?)?(\d{4}|\d{2})\Z"),
)
_ALLOWED: Final = "Give a period such as 2026-03, 2026-Q1, 2026-H1 or 2026."


@dataclass(frozen=True)
class Period:
    """A span of days that is paid for together.

    name: such as ``2026-Q1``. kind: ``month``, ``quarter``, ``half`` or ``year``.
    start, end: first and last day as ordinals (`date.toordinal`), both inclusive.
    share: its share of the year. year: the plan year it belongs to, for periods of a table only.
    """

    name: str
    kind: str
    start: int
    end: int
    share: Fraction
    year: int | None = None

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.end - self.start + 1


def by_end(period: Period) -> tuple[int, int]:
    """The order of a year to date: periods as they end, of several the shorter one first."""
    return period.end, period.days


def parse_period(cell: Any, named: Iterable[str] = ()) -> str:
    """The name of the period that a cell says.

    cell: text in any case; a date, which means its month, because Excel turns 2026-03 into one;
        a number: from 1900 to 2200 a year, above that an Excel date serial, which means its month.
    named: the names of a fiscal calendar; any of them is accepted as it is.
    Errors: `BadCell` where the cell is blank or names no period.

    >>> [parse_period(x) for x in ("2026-q1", date(2026, 3, 1), 2026.0, "2026-3", 46112, "H2 2026")]
    ['2026-Q1', '2026-03', '2026', '2026-03', '2026-03', '2026-H2']
    """
    if isinstance(cell, (Decimal, np.number)):
        cell = float(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and 1900 <= cell <= 2200:
        if cell == int(cell):
            return str(int(cell))
        raise cells.BadCell("the number is not a period", _ALLOWED)
    if isinstance(cell, date) or (not isinstance(cell, (str, ErrorCell)) and not cells.is_blank(cell)):
        try:
            ordinal = cells.day(cell)
        except cells.BadCell:
            raise cells.BadCell("this is not a period", _ALLOWED) from None
        if ordinal is None or (isinstance(cell, (int, float)) and cell < 1900):
            raise cells.BadCell("the number is not a period", _ALLOWED)
        return date.fromordinal(ordinal).isoformat()[:7]
    typed = cells.text(cell)
    if typed is None:
        raise cells.BadCell("the period is blank", _ALLOWED)
    names = {name.casefold(): name for name in named}
    if typed.casefold() in names:
        return names[typed.casefold()]
    return _calendar_name(typed, names.values())


def _calendar_name(typed: str, named: Iterable[str]) -> str:
    turned = re.match(_TURNED, typed)
    found = re.match(_NAME, f"{turned['year']}-{turned['part']}" if turned else typed)
    if found:
        if found["quarter"]:
            return f"{found['year']}-Q{found['quarter']}"
        if found["half"]:
            return f"{found['year']}-H{found['half']}"
        if not found["month"]:
            return found["year"]
        if 1 <= int(found["month"]) <= 12:
            return f"{found['year']}-{int(found['month']):02d}"
    try:
        ordinal = cells.day(typed)
    except cells.BadCell:
        ordinal = None
    if ordinal is None:
        raise cells.BadCell("the text is not a period", did_you_mean(typed, named) + _ALLOWED)
    return date.fromordinal(ordinal).isoformat()[:7]


def calendar_period(name: str) -> Period | None:
    """The calendar's period of that name, in its normal spelling; None where it has none.

    >>> [calendar_period("2026-Q1").days, calendar_period("2028-02").days, calendar_period("FY26")]
    [90, 29, None]
    """
    found = re.match(_NAME, name)
    if not found or not 1 <= int(found["year"]) <= 9998:
        return None
    year = int(found["year"])
    if found["quarter"]:
        return _months(name, "quarter", year, 3 * int(found["quarter"]) - 2)
    if found["half"]:
        return _months(name, "half", year, 6 * int(found["half"]) - 5)
    if found["month"]:
        month = int(found["month"])
        return _months(name, "month", year, month) if 1 <= month <= 12 else None
    return _months(name, "year", year, 1)


def _months(name: str, kind: str, year: int, month: int) -> Period:
    first, after = 12 * year + month - 1, 12 * year + month - 1 + _MONTHS[kind]
    start, end = (date(m // 12, m % 12 + 1, 1).toordinal() for m in (first, after))
    return Period(name, kind, start, end - 1, SHARES[kind])


def _calendar_span(kind: str, first: int, last: int) -> list[Period]:
    """The calendar's periods of a kind that end within the days from first to last, in order."""
    step = _MONTHS[kind]
    begin, finish = date.fromordinal(first), date.fromordinal(last)
    found = []
    for month in range(
        (12 * begin.year + begin.month - 1) // step * step, 12 * finish.year + finish.month, step
    ):
        year, part = month // 12, month % 12 // step + 1
        name = {
            "month": f"{year:04d}-{part:02d}",
            "quarter": f"{year:04d}-Q{part}",
            "half": f"{year:04d}-H{part}",
            "year": f"{year:04d}",
        }[kind]
        period = _months(name, kind, year, month % 12 + 1)
        if first <= period.end <= last:
            found.append(period)
    return found


class Calendar:
    """The pay periods there are: those of a `periods` table, or the calendar's where it is empty.

    Errors: a table period that ends before it starts.
    """

    def __init__(self, table: Table) -> None:
        self.periods: tuple[Period, ...] = tuple(table_periods(table))
        self._by_name = {period.name.casefold(): period for period in self.periods}

    def find(self, name: Any) -> Period:
        """The period of that name. A year that the table does not name is made of its periods.

        Errors: #N/A where unknown period, #VALUE! where the cell names none.
        """
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
        of_year = [period for period in self.periods if str(period.year) == wanted]
        if not of_year:
            raise self._unknown(wanted)
        return Period(wanted, "year", min(p.start for p in of_year), max(p.end for p in of_year),
                      Fraction(1), int(wanted))  # fmt: skip

    def _unknown(self, name: str) -> CsmError:
        if not self.periods:
            return CsmError(NOT_FOUND, "unknown period", "period", name, _ALLOWED)
        names = [period.name for period in self.periods]
        hint = did_you_mean(name, names) + f"The periods table has {listed(names)}."
        return CsmError(NOT_FOUND, "unknown period", "period", name, hint)

    def inside(self, asked: Period, kind: str) -> list[Period]:
        """Every pay period of a kind inside the one that is asked for, in order.

        Errors: #VALUE! where a shorter period is asked for than the plan pays; #N/A where the
        `periods` table has none of that kind there.
        """
        if PAY_PERIODS.index(asked.kind) < PAY_PERIODS.index(kind):
            raise CsmError(VALUE, f"a {asked.kind} is asked for, and the plan pays by the {kind}", "period",
                           asked.name, f"Ask for a {kind} or longer.")  # fmt: skip
        if not self.periods:
            return _calendar_span(kind, asked.start, asked.end)
        found = [
            period
            for period in self.periods
            if period.kind == kind
            and (period.year == asked.year if asked.kind == "year"
                 else asked.start <= period.start and period.end <= asked.end)
        ]  # fmt: skip
        if not found:
            raise CsmError(NOT_FOUND, f"the periods table has no {kind} in the period asked for", "period",
                           asked.name, f"Add the {kind}s of {asked.name} to the periods table.")  # fmt: skip
        return sorted(found, key=lambda period: period.start)

    def ending(self, kind: str, first: int, last: int) -> list[Period]:
        """Every pay period of a kind whose last day lies from first to last, in order."""
        if not self.periods:
            return _calendar_span(kind, first, last)
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
        return _calendar_span(period.kind, first, after - 1)

    def year_of(self, period: Period, year_start: int = 1) -> int:
        """The plan year of a period: as the table states it, else the calendar year in which it begins."""
        if self.periods and period.year is not None:
            return period.year
        last = date.fromordinal(period.end)
        return last.year if last.month >= year_start else last.year - 1

    def holding(self, kind: str, first: int, last: int) -> list[Period]:
        """Every pay period of a kind with a day from first to last, in order."""
        if not self.periods:
            found = _calendar_span(kind, first, last + 366)
            return [period for period in found if period.start <= last]
        found = [p for p in self.periods if p.kind == kind and p.start <= last and p.end >= first]
        return sorted(found, key=lambda p: p.start)


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

    The kind comes from the name (2026-Q1, FY26-P03) or else from the number of days.
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
        kind = period_kind(name, end - start + 1)
        typed_share, typed_year = columns["share"][row], columns["year"][row]
        share: Fraction = SHARES[kind] if np.isnan(typed_share) else exact(typed_share).item()
        year = date.fromordinal(end).year if np.isnan(typed_year) else int(typed_year)
        found.append(Period(name, kind, start, end, share, year))
    if issues:
        raise CsmError.of(issues)
    return found


def period_kind(name: str, days: int) -> str:
    """Whether a fiscal period is a month, quarter, half or year: by its name, else by its days.

    >>> period_kind("FY26-P03", 35), period_kind("2026-Q1", 91), period_kind("Spring", 91)
    ('month', 'quarter', 'quarter')
    """
    for kind, pattern in _FISCAL:
        if re.match(pattern, name.strip()) if kind == "year" else re.search(pattern, name.strip()):
            return kind
    return next((kind for kind, most in _LONGEST.items() if days <= most), "year")
