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
from typing import Any, Final

import numpy as np

from csm_xl.plan import cells
from csm_xl.plan.names import did_you_mean
from csm_xl.xlsx.values import ErrorCell

SHARES: Final = {
    "month": Fraction(1, 12),
    "quarter": Fraction(1, 4),
    "half": Fraction(1, 2),
    "year": Fraction(1),
}
"""A period's share of the year, by its kind."""
UNEVEN: Final = {"week": 52, "biweek": 26, "semimonth": 24, "p13": 13}
"""The kinds that do not divide a calendar year evenly, and how many of them most years have: a plan must
state their share of the year, and a table must list their days."""
_SHORT: Final = 16
"""Days that no month is as short as: a period of so few is a week, two weeks or half a month."""
_MOST_DAYS: Final = {
    "week": 10, "biweek": 17, "semimonth": 17, "p13": 37, "month": 45, "quarter": 120, "half": 220,
}  # fmt: skip
"""The days that a period of a kind has at most; first and last weeks of a year may have a few more."""
_PART_OF_YEAR: Final = 400
"""Shares are fractions of a year's days, weeks or months: none has a larger denominator."""

_MONTHS: Final = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_LONGEST: Final = {"month": 45, "quarter": 120, "half": 220}  # days; a fiscal month may have five weeks
_NAME: Final = r"(?i)(?P<year>\d{4})(?:[-\s]?(?:Q(?P<quarter>[1-4])|H(?P<half>[12]))|-(?P<month>\d{1,2}))?\Z"
_TURNED: Final = r"(?i)(?P<part>[QH][1-4])[-\s]?(?P<year>\d{4})\Z"
_FISCAL: Final = (
    ("week", r"(?i)(\b|_|\d)W\d{1,2}\Z"),
    ("quarter", r"(?i)(\b|_|\d)Q[1-4]\Z"),
    ("half", r"(?i)(\b|_|\d)H[12]\Z"),
    ("month", r"(?i)\d{4}-\d{2}\Z|(\b|_|\d)[PM]\d{1,2}\Z"),
    ("year", r"(?i)(FY\s?)?(\d{4}|\d{2})\Z"),
)
ALLOWED_PERIODS: Final = "Give a period such as 2026-03, 2026-Q1, 2026-H1 or 2026."


@dataclass(frozen=True)
class Period:
    """A span of days that is paid for together.

    name: such as ``2026-Q1``. kind: one of `csm_xl.plan.schema.PAY_PERIODS`.
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

    @property
    def in_year(self) -> int:
        """The year it belongs to: its plan year in a table, otherwise the year of its last day."""
        return self.year or date.fromordinal(self.end).year


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
        raise cells.BadCell("the number is not a period", ALLOWED_PERIODS)
    if isinstance(cell, date) or (not isinstance(cell, (str, ErrorCell)) and not cells.is_blank(cell)):
        try:
            ordinal = cells.day(cell)
        except cells.BadCell:
            raise cells.BadCell("this is not a period", ALLOWED_PERIODS) from None
        if ordinal is None or (isinstance(cell, (int, float)) and cell < 1900):
            raise cells.BadCell("the number is not a period", ALLOWED_PERIODS)
        return date.fromordinal(ordinal).isoformat()[:7]
    typed = cells.text(cell)
    if typed is None:
        raise cells.BadCell("the period is blank", ALLOWED_PERIODS)
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
        raise cells.BadCell("the text is not a period", did_you_mean(typed, named) + ALLOWED_PERIODS)
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


def calendar_span(kind: str, first: int, last: int) -> list[Period]:
    """The calendar's periods of a kind that end within the days from first to last, in order; none of a kind
    that the calendar does not have."""
    step = _MONTHS.get(kind)
    if step is None:
        return []
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


def period_kind(name: str, days: int) -> str:
    """The kind of a fiscal period that does not state it: by its name, else by its days.

    Blank where neither says it: a period too short for a month may be a week, two weeks or half a month.

    >>> period_kind("FY26-P03", 35), period_kind("2026-Q1", 91), period_kind("Spring", 91)
    ('month', 'quarter', 'quarter')
    >>> period_kind("2026-W05", 7), period_kind("Payroll 5", 14)
    ('week', '')
    """
    for kind, pattern in _FISCAL:
        if re.match(pattern, name.strip()) if kind == "year" else re.search(pattern, name.strip()):
            return kind
    if days <= _SHORT:
        return ""
    return next((kind for kind, most in _LONGEST.items() if days <= most), "year")


def too_long(kind: str, days: int) -> bool:
    """Whether a period has more days than one of its kind can have.

    >>> too_long("week", 7), too_long("week", 31), too_long("month", 35)
    (False, True, False)
    """
    return days > _MOST_DAYS.get(kind, days)


def calendar_cells(column: str, given: Iterable[Any]) -> list[Any]:
    """The cells of a column of a `periods` table as they are meant there.

    Excel turns 2026-03 into a date, where any other text is a name of its own; shares may be fractions.

    >>> calendar_cells("period", [date(2026, 3, 1), "P3"]), calendar_cells("share", ["1/4", 0.25])
    (['2026-03', 'P3'], [Fraction(1, 4), 0.25])
    """
    if column == "period":
        return [date.isoformat(cell)[:7] if isinstance(cell, date) else cell for cell in given]
    if column == "share":
        return [cells.typed_fraction(cell, splits=False) for cell in given]
    return list(given)


def share_of_year(kept: Fraction) -> Fraction:
    """The share that a cell means which is kept to 12 decimals: 0.019230769231 is 1/52 written out.

    Only what is such a fraction to the last decimal is one; fewer decimals are taken as they are.

    >>> share_of_year(Fraction("0.019230769231")), share_of_year(Fraction("0.01923"))
    (Fraction(1, 52), Fraction(1923, 100000))
    """
    near = kept.limit_denominator(_PART_OF_YEAR)
    return near if abs(near - kept) <= Fraction(1, 2 * 10**12) else kept


def shares_to_choose(kind: str, days: int) -> tuple[Fraction, ...]:
    """The shares of the year that a period of an uneven kind may have: by the usual number of periods in a
    year, by one more, or by days.

    >>> [str(share) for share in shares_to_choose("week", 7)]
    ['1/52', '1/53', '7/365']
    """
    count = UNEVEN[kind]
    more = () if kind in ("semimonth", "p13") else (Fraction(1, count + 1),)
    return (Fraction(1, count), *more, Fraction(days, 365))
