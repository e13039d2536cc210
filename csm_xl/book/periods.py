"""Days and periods as a book writes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from csm_xl.book.events import Event, Span
from csm_xl.book.payroll_rules import EVERY_PLAN
from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.plan.cells import BadCell
from csm_xl.plan.periods import ALLOWED_PERIODS, calendar_period, parse_period

_OPTION: Final = "--period"


def number(day: int) -> int:
    """An ordinal day as YYYYMMDD.

    >>> number(date(2026, 3, 31).toordinal())
    20260331
    """
    one = date.fromordinal(day)
    return one.year * 10_000 + one.month * 100 + one.day


def ordinal(day: int) -> int:
    """A day YYYYMMDD as an ordinal."""
    return date(day // 10_000, day // 100 % 100, day % 100).toordinal()


def period_span(events: Iterable[Event], name: str, option: str = _OPTION) -> Span:
    """A period as the span of an event that is about every plan: as the book knows it, else by the calendar.

    option: what names it, for messages.
    Errors: there is no such period; the book has two of that name with other days.
    """
    known = {
        (span.first_day, span.last_day): span
        for event in events
        for span in event.spans
        if span.period.casefold() == name.strip().casefold()
    }
    if len(known) > 1:
        raise CsmError(VALUE, "the book has two periods of this name, with other days", option, name,
                       "Give a longer period, such as the year.")  # fmt: skip
    if known:
        (span,) = known.values()
        return span._replace(role="books", plan_id=EVERY_PLAN, cycle="", pay_group="")
    try:
        found = calendar_period(parse_period(name, ()))
    except BadCell:
        found = None
    if found is None:
        raise CsmError(NOT_FOUND, "unknown period", option, name, ALLOWED_PERIODS)
    year = date.fromordinal(found.end).year
    return Span("books", EVERY_PLAN, found.name, number(found.start), number(found.end), year)
