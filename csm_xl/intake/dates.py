"""Dates as exports write them: ``03/15/2026``, ``15.03.2026``, ``15-Mar-2026``, timestamps.

The order of day and month is stated, or detected from all the values of a column; one that could be either is
a question. A year of two digits is from 1950 to 2049, where all dates of pay lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from csm_xl.intake.sources import Order

_NUMBERS: Final = re.compile(r"(\d{1,4})([/.\-])\s?(\d{1,2})\2\s?(\d{1,4})\Z")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[\s.\-/]+([A-Za-z]{3,9})\.?,?[\s.\-/]+(\d{2}|\d{4})\Z")
_MONTH_FIRST: Final = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})\Z")
_TIME: Final = re.compile(
    r"(?:T|,?\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?\Z"
)
_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


class NoDate(Exception):  # noqa: N818 - the caller turns it into a finding of a cell
    """Why a cell is no date here, and what to do: `message`, `hint`."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


def day_of(cell: Any, order: Order = "", times: str = "") -> Any:
    """The day in a cell; a cell that is no date text is handed over as it is.

    order: of dates such as 03/04/2026; times: whether a timestamp's day counts as written.
    Errors: `NoDate` for a date of another order, or a timestamp where `times` says nothing.

    >>> day_of("03/15/2026", "mdy"), day_of("15-Mar-26"), day_of("2026-03-15T00:00:00Z"), day_of("n/a", "mdy")
    (datetime.date(2026, 3, 15), datetime.date(2026, 3, 15), datetime.date(2026, 3, 15), 'n/a')
    """
    if isinstance(cell, datetime):
        _refuse_time(not (cell.hour or cell.minute or cell.second), times)
        return cell.date()
    if not isinstance(cell, str):
        return cell
    text, midnight = _without_time(cell.strip())
    found = _named(text) or _numbered(text, order)
    if found is None:
        return cell
    _refuse_time(midnight, times)
    return found


def _refuse_time(midnight: bool, times: str) -> None:
    if not midnight and not times:
        raise NoDate(
            "the cell is a time of day, and a day is needed",
            'If its day counts as it is written, add times = "as written" to sources.toml.',
        )


def _without_time(text: str) -> tuple[str, bool]:
    """The text without a time of day behind it, and whether that is midnight, or there is none."""
    found = _TIME.search(text)
    if found is None:
        return text, True
    hour = int(found[1]) % 12 if (found[4] or "").casefold().startswith("a") else int(found[1])
    return text[: found.start()].rstrip(","), not (hour or int(found[2]) or int(found[3] or 0))


def _named(text: str) -> date | None:
    """A date whose month is a word, or whose year comes first."""
    if found := _DAY_FIRST.match(text):
        day, month, year = int(found[1]), _month(found[2]), _year(found[3])
    elif found := _MONTH_FIRST.match(text):
        day, month, year = int(found[2]), _month(found[1]), _year(found[3])
    else:
        return None
    return _date(year, month, day, text) if month else None


def _month(word: str) -> int:
    plain = word.casefold()
    return next(
        (at for at, name in enumerate(_MONTHS, 1) if name.startswith(plain) or (plain == "sept" and at == 9)),
        0,
    )


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < 50 else 1900)


def _numbered(text: str, order: Order) -> date | None:
    found = _NUMBERS.match(text)
    if found is None:
        return None
    first, second, third = found[1], found[3], found[4]
    if len(first) == 4:
        return _date(int(first), int(second), int(third), text)
    if len(first) == 3 or len(third) not in (2, 4):
        return None
    if not order:
        return None  # the reader refuses it, with the date as it is written
    if order == "ymd":
        if len(third) == 4:
            raise NoDate(
                'the date does not begin with its year, as dates = "ymd" says', "Correct the date or dates."
            )
        return _date(_year(first), int(second), int(third), text)
    month, day = (first, second) if order == "mdy" else (second, first)
    if int(month) > 12 >= int(day):
        said = "month, day, year" if order == "mdy" else "day, month, year"
        raise NoDate(f"the date is not {said}, as dates = {order!r} says", "Correct the date or dates.")
    return _date(_year(third), int(month), int(day), text)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDate("there is no such day", "Correct the date.") from None


@dataclass(frozen=True)
class DatesFound:
    """What all the values of a column say about the order of its dates.

    orders: those that fit every value. needed: whether any value needs one. first: a value that fits several;
    misfit: one that fits none of them with the others. timed: a timestamp that is not midnight.
    """

    orders: tuple[Order, ...]
    needed: bool = False
    first: str = ""
    misfit: str = ""
    timed: str = ""


def detect_dates(values: Iterable[Any]) -> DatesFound:
    """The order of the dates of a column, from all of its values.

    >>> detect_dates(["03/04/2026", "03/15/2026"]).orders, detect_dates(["03/04/2026"]).orders
    (('mdy',), ('mdy', 'dmy'))
    """
    texts = list(dict.fromkeys(value.strip() for value in values if isinstance(value, str)))
    timed = next((text for text in texts if not _without_time(text)[1]), "")
    timed = timed or next(
        (str(one) for one in values if isinstance(one, datetime) and one.time().isoformat() != "00:00:00"), ""
    )
    asked = [text for text in texts if _asks(_without_time(text)[0])]
    if not asked:
        return DatesFound((), timed=timed)
    orders: list[Order] = [
        order for order in ("mdy", "dmy", "ymd") if all(_fits(text, order) for text in asked)
    ]
    read = {order: tuple(day_of(text, order, "as written") for text in asked) for order in orders}
    different = list({days: order for order, days in reversed(read.items())}.values())
    different.sort(key=orders.index)
    first = misfit = ""
    if len(different) > 1:
        first = next(
            text for text in asked if len({day_of(text, order, "as written") for order in different}) > 1
        )
    if not orders:
        best = max(("mdy", "dmy"), key=lambda order: sum(_fits(text, order) for text in asked))  # type: ignore[arg-type]
        misfit = next(text for text in asked if not _fits(text, best))  # type: ignore[arg-type]
    return DatesFound(tuple(different), True, first, misfit, timed)


def _asks(text: str) -> bool:
    """Whether a text is a date whose order must be known."""
    found = _NUMBERS.match(text)
    return found is not None and len(found[1]) < 3 and len(found[4]) in (2, 4)


def _fits(text: str, order: Order) -> bool:
    try:
        return isinstance(day_of(text, order, "as written"), date)
    except NoDate:
        return False
