"""Vesting: how much of a grant of shares has vested by a day, in whole shares.

Days are proleptic ordinals, as in `csm_xl.pay.proration`; dates are taken too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import accumulate
from math import lcm
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from csm_xl.errors import ARITHMETIC, VALUE, CsmError, Issue
from csm_xl.pay.check import is_one, not_negative, number_block, refuse
from csm_xl.pay.proration import STAMP, Days, ordinals, stamps
from csm_xl.pay.rounding import Array, exact, to_compared

LONGEST: Final = 1200
"""The most months that a schedule lasts."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_FORMS: Final = 'Write "20/20/20/20/20" (percent by year), "48m cliff 12 monthly" or "25 then monthly".'
_EVERY: Final = {
    "monthly": 1, "months": 1, "month": 1,
    "quarterly": 3, "quarters": 3, "quarter": 3,
    "semiannually": 6, "semiannual": 6, "half-yearly": 6, "halves": 6,
    "annually": 12, "annual": 12, "yearly": 12, "years": 12, "year": 12,
}  # fmt: skip
"""Months from one instalment to the next."""
_YEARS: Final = (3, 4, 5)
"""As many equal shares as this are usually those of a grant's years."""
_FILLER: Final = frozenset({"with", "a", "an", "and", "over", "for", "then", "vest", "vesting", "of", "no",
                            "none", "cliff"})  # fmt: skip
_DURATION: Final = r"(\d+)[ -]*(months?\b|mos?\b|m\b|years?\b|yrs?\b|y\b)?"
_SHARES: Final = r"(\d+(?:\.\d+)?%?(?: ?/ ?\d+(?:\.\d+)?%?)+)(?: (?:by )?([a-z-]+))?"
_FIRST: Final = (
    r"(\d+(?:\.\d+)?)%?(?: after (?:1|a|one) year| after 12 months)?,? then ([a-z-]+)"
    r"(?: (?:over|for)(?: the next)? (\d+)[ -]*(m|y)?(?:onths?|os?|ears?|rs?)?)?"
)
_NUMBER: Final = r"\d+(?:\.\d+)?"
_EACH: Final = (
    r"(\d+(?:\.\d+)?) ?% (?:(?:each|every|per|a) )?"
    r"(?:(\d+) months|(monthly|month|quarterly|quarter|half-yearly|annually|yearly|year))"
)
"""A share with its percent sign that vests again and again: 25% yearly, 12.5% every 6 months."""
_NAMED: Final = {1: "monthly", 3: "quarterly", 6: "half-yearly", 12: "annually"}
"""The usual word for a step."""
_MOST_YEARS: Final = 100
"""The longest schedule, in years."""
_USUAL_YEARS: Final = 5
"""The longest that grants usually take: what a first share that takes longer is of, nobody can know."""
Tranches = tuple[tuple[int, ...], tuple[Fraction, ...]]


@dataclass(eq=False, repr=False)
class Vesting:
    """A vesting schedule: after how many months of the grant which share of it vests.

    months: whole months from the grant date, rising. shares: of each tranche, which sum to 1.
    """

    months: tuple[int, ...]
    shares: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if not self.months or len(self.months) != len(self.shares):
            raise _unreadable("the schedule has no tranche", len(self.months))
        issues = [issue for row in range(len(self.months)) for issue in self._wrong(row)]
        if issues:
            raise CsmError.of(issues)
        total = np.array(self.shares, dtype=object).sum()
        if not is_one(total):
            raise CsmError(VALUE, "the shares of the tranches do not sum to 1", "schedule",
                           round(float(total), 9),
                           "Give each tranche's own share of the grant, not the cumulative one.")  # fmt: skip

    def _wrong(self, row: int) -> Iterator[Issue]:
        month, where = self.months[row], f"schedule row {row + 1}"
        if not 0 <= month <= LONGEST:
            yield Issue(VALUE, "a tranche does not lie within the schedule", where, month,
                        f"Give whole months from 0 to {LONGEST}.")  # fmt: skip
        if row and month <= self.months[row - 1]:
            yield Issue(VALUE, "a tranche does not come after the one before", where, month,
                        "Sort the rows by months, each once.")  # fmt: skip
        if self.shares[row] < 0:
            yield Issue(VALUE, "the share of a tranche is below 0", where, float(self.shares[row]),
                        "Give shares of 0 or more.")  # fmt: skip

    @classmethod
    def of(cls, schedule: Vesting | str | ArrayLike) -> Vesting:
        """A schedule from text or from rows (months, share); see `vested_shares`."""
        if isinstance(schedule, Vesting):
            return schedule
        if isinstance(schedule, str):
            return cls(*_parsed(schedule))
        rows = number_block(schedule, (2,), "schedule", "months and share")
        refuse(~np.isfinite(rows), rows, VALUE, "a row lacks its months or its share", "schedule",
               "Type both as numbers.")  # fmt: skip
        whole = rows[:, 0] == np.floor(rows[:, 0])
        refuse(~whole, rows[:, 0], VALUE, "the months are not a whole number", "schedule",
               "Give whole months from the grant date.")  # fmt: skip
        return cls(tuple(map(int, rows[:, 0].tolist())), tuple(exact(rows[:, 1]).tolist()))

    @property
    def cumulative(self) -> tuple[Fraction, ...]:
        """The share vested after each tranche; the last one completes the grant."""
        return (*list(accumulate(self.shares))[:-1], Fraction(1))


def _unreadable(message: str, got: Any) -> CsmError:
    return CsmError(VALUE, message, "schedule", got, _FORMS)


def _parsed(text: str) -> Tranches:
    """The months and the shares that a text states."""
    parts = [part.strip(" %") for part in text.split(",")]
    by_year = len(parts) > 1 and all(re.fullmatch(_NUMBER, part) for part in parts)  # 40,30,20,10
    plain = " ".join(text.casefold().replace(",", "/" if by_year else " ").split())
    each = re.fullmatch(_EACH, plain)
    if each and Fraction(each[1]) > 0 and (100 / Fraction(each[1])).denominator == 1:
        step = int(each[2]) if each[2] else _step(text, each[3])
        return _pro_rata(text, int(100 / Fraction(each[1])) * step, 0, step)
    listed, first = re.fullmatch(_SHARES, plain), re.fullmatch(_FIRST, plain)
    if listed:
        return _listed(text, listed[1], listed[2] or "years")
    if first:
        return _first_then(text, Fraction(first[1]), first[2], first[3] or "", first[4] or "")
    return _instalments(text, plain)


def _step(text: str, word: str) -> int:
    if word not in _EVERY:
        raise _unreadable(f"{word!r} is not how often a grant vests", text)
    return _EVERY[word]


def _listed(text: str, shares: str, every: str) -> Tranches:
    """Shares of equal steps, years unless another is named, in percent or as fractions."""
    step = _step(text, every)
    parts = [Fraction(part.strip(" %")) for part in shares.split("/")]
    total = sum(parts)
    # What has a percent sign is no fraction: 0.5%/0.5% is one percent of the grant.
    if total != 100 and (total != 1 or "%" in shares):
        raise CsmError(VALUE, "the shares of the schedule do not sum to 100", "schedule", text,
                       f"They sum to {float(total):g}. {_FORMS}")  # fmt: skip
    if every == "monthly" and len(parts) in _YEARS and len(set(parts)) == 1:
        count = len(parts)
        ways = (f'"{shares}" (by year)', f'"{12 * count}m monthly"', f'"{count}m monthly"')
        raise _two_ways("the shares may be those of each year or of each month", text, *ways)
    return tuple(step * (i + 1) for i in range(len(parts))), tuple(part / total for part in parts)


def _first_then(text: str, percent: Fraction, every: str, over: str, unit: str) -> Tranches:
    """A first year's share, then equal instalments: over the time that is stated, else at the pace of the
    first year until the whole has vested, which is reported for the usual grants of up to five years
    alone."""
    step, said = _step(text, every), f"{float(percent):g}"
    rhythm = every.removeprefix("by ")
    stated = f'"{said} then {rhythm} over 36 months" (the rest in the 36 months after the first year)'
    if not 0 < percent <= 100:
        raise _unreadable("the first year's share is not a percentage above 0 and up to 100", text)
    if over:
        if unit not in ("m", "y"):
            raise _two_ways("the number has no unit", text, f'"over {over} months"', f'"over {over} years"')
        months = int(over) * (12 if unit == "y" else 1)
        if months == 1200 / percent and "next" not in text.casefold():
            # The usual grant with that first year's share lasts as long as that as a whole.
            time = f"{over} {'years' if unit == 'y' else 'months'}"
            raise _two_ways(f"{time} may be the whole or the rest", text, f'"{months}m cliff 12 {rhythm}"',
                            f'"{said} then {rhythm} over the next {time}"')  # fmt: skip
        return _rest_over(text, percent, step, months)
    years = 100 / percent
    if percent < 1:
        raise _two_ways(f"{said} is a share or a percentage", text,
                        f'"{float(percent * 100):g} then {rhythm}"', stated)  # fmt: skip
    if years.denominator != 1:
        raise _two_ways(f"a first year of {said}% does not state how long the rest takes", text, stated,
                        'the shares of each year, such as "40/30/30"')  # fmt: skip
    if years > _USUAL_YEARS:
        ways = [f'"{int(years) * 12}m cliff 12 {rhythm}" ({said}% a year, {int(years)} years)', stated]
        if step < 12:
            ways.insert(1, f'"{int(years) * step}m {rhythm}" ({said}% with each installment)')
        raise _two_ways(f"{said}% is the share of a year or of an installment", text, *ways)
    return _pro_rata(text, int(years) * 12, 12, step)


def _rest_over(text: str, percent: Fraction, step: int, months: int) -> Tranches:
    """A share after a year, and the rest in equal installments over the `months` after it."""
    if not 0 < months <= LONGEST - 12:
        raise _unreadable(f"the rest does not last from 1 to {LONGEST - 12} months", text)
    if months % step:
        raise _unreadable(f"the rest takes {months} months, not a multiple of {step}", text)
    if percent == 100:
        raise _unreadable("nothing is left after the first year's 100%", text)
    count = months // step
    rest = (1 - percent / 100) / count
    return (12, *(12 + step * (at + 1) for at in range(count))), (percent / 100, *[rest] * count)


def _instalments(text: str, plain: str) -> Tranches:
    """A total duration, a cliff or none, and how often it vests after it: monthly unless stated."""
    found = [(int(size), unit[:1]) for size, unit in re.findall(_DURATION, plain)]
    words = re.sub(_DURATION, " ", plain).replace("-", " - ").split()
    words = " ".join(words).replace("half - yearly", "half-yearly").replace(" - ", " ").split()
    every = [word for word in words if word in _EVERY]
    strange = [word for word in words if word not in _EVERY and word not in _FILLER]
    cliff = "cliff" in words and not {"no", "none"} & set(words)
    if strange or len(every) > 1 or len(found) != 1 + cliff:
        raise _unreadable("this is not a vesting schedule", text)
    units = {unit for _, unit in found if unit}
    rhythm = f" {_NAMED[_EVERY[every[0]]]}" if every else ""
    if not every and not cliff and units == {"y"}:
        years = f"{found[0][0]}y"
        raise _two_ways("it does not state how often the grant vests", text, f'"{years} monthly"',
                        f'"{years} annually"')  # fmt: skip
    step = _EVERY[every[0]] if every else 1
    if len(found) == 1 and not units and step > 1:
        _refuse_bare(text, found[0][0], step, rhythm)
    total, start = _spans(text, found, step, rhythm)
    if cliff and re.search(_DURATION, plain.partition(" then ")[2]):
        ways = (f'"{whole}m cliff {start}m{rhythm}"' for whole in (total, total + start))
        raise _two_ways("the time after then may count from the grant or from the cliff", text, *ways)
    return _pro_rata(text, total, start if cliff else 0, step)


def _refuse_bare(text: str, number: int, step: int, rhythm: str) -> NoReturn:
    """A number without a unit before a step longer than a month: of months, years, instalments or percent."""
    ways = []
    if number and not number % step and number <= LONGEST:
        ways.append(f'"{number}m{rhythm}" ({number} months)')
    if 0 < number <= _MOST_YEARS:
        ways.append(f'"{number}y{rhythm}" ({number} years)')
    if number > 1 and number * step <= LONGEST:
        ways.append(f'"{number * step}m{rhythm}" ({number} installments)')
    if 0 < number < 100 and not 100 % number:
        ways.append(f'"{100 // number * step}m{rhythm}" ({number}% each)')
    if not ways:
        raise _unreadable("the number has no unit", text)
    raise _two_ways("the number has no unit", text, *dict.fromkeys(ways))


def _spans(text: str, found: list[tuple[int, str]], step: int, rhythm: str) -> tuple[int, int]:
    """The months of the whole and of the cliff: the longer is the whole, whichever is first.

    found: one or two numbers, each with m, y or no unit. A number without one is of months where the other
    is, or where no number has a unit and the whole makes years; else it must make sense in one unit alone.
    """
    units = {unit for _, unit in found if unit}
    readings: dict[tuple[int, int], str] = {}
    for bare in ("m", "y"):
        sized = [(size, unit or bare) for size, unit in found]
        months = [size * 12 if unit == "y" else size for size, unit in sized]
        total, start = max(months), min(months) if len(months) > 1 else 0
        whole = 0 < total <= LONGEST and not total % step and not start % step
        if bare == "m" and (units == {"m"} or (not units and not total % 12) or all(u for _, u in found)):
            readings = {(total, start): ""}
            break
        if whole:
            said = " cliff ".join(f"{size}{unit}" for size, unit in sized)
            readings.setdefault((total, start), f'"{said}{rhythm}"')
    if len(readings) > 1:
        raise _two_ways("a number has no unit", text, *readings.values())
    total, start = next(iter(readings), (max(months), min(months)))
    if len(months) > 1 and months[0] < months[-1] < 2 * months[0] and total == months[-1]:
        raise _two_ways("the cliff is longer than the whole, or the whole is named last", text,
                        f'"{total}m cliff {start}m{rhythm}"')  # fmt: skip
    return total, start


def _two_ways(message: str, text: str, *ways: str) -> CsmError:
    """That a text can be read in several ways, and how each is written."""
    return CsmError(VALUE, f"the schedule can be read in several ways: {message}", "schedule", text,
                    f"Write {', or '.join(ways)}. Other forms: {_FORMS.removeprefix('Write ')}")  # fmt: skip


def _pro_rata(text: str, total: int, cliff: int, step: int) -> Tranches:
    """Equal instalments over a number of months, those up to the cliff at once."""
    if not 0 < total <= LONGEST:
        raise _unreadable(f"the schedule does not last from 1 to {LONGEST} months", text)
    if total % step or cliff % step:
        raise _unreadable(f"the duration or the cliff is not a multiple of {step} months", text)
    months = [month for month in range(step, total + 1, step) if month >= cliff]
    past = [0, *months]
    return tuple(months), tuple(
        Fraction(after - before, total) for before, after in zip(past, months, strict=False)
    )


def add_months(day: Any, months: ArrayLike) -> Days:
    """The day some months later; if that month has no such day, its last day.

    day: dates or day ordinals; months: whole numbers; shapes that broadcast.

    >>> [date.fromordinal(int(add_months(date(2023, 1, 31), n))).isoformat() for n in (1, 13)]
    ['2023-02-28', '2024-02-29']
    """
    start = (ordinals(day) - _EPOCH).astype("datetime64[D]")
    month = start.astype("datetime64[M]")
    later = month + np.asarray(months, dtype=np.int64).astype("timedelta64[M]")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.asarray(
        np.minimum(later.astype("datetime64[D]") + (start - month), last).astype(np.int64) + _EPOCH
    )


def months_between(start: Any, end: Any) -> Days:
    """The whole months from one day to another: the most that can be added without passing it.

    >>> months_between(date(2024, 1, 31), [date(2024, 2, 28), date(2024, 2, 29), date(2023, 12, 31)]).tolist()
    [0, 1, -1]
    """
    return np.asarray((stamps(end, full=True) - stamps(start)) // STAMP)


def vested_shares(
    shares: ArrayLike, grant_date: Any, schedule: Vesting | str | ArrayLike, as_of: Any
) -> Array:
    """The shares of a grant that have vested by the end of a day: floor(shares × cumulative share).

    shares: whole shares granted; grant_date, as_of: dates or day ordinals; shapes that broadcast. The
        result has their shape and the shares' kind of number.
    schedule: "20/20/20/20/20" (percent by year; "25/25/25/25 quarterly" by another step);
        "48m cliff 12 monthly" (or 4y, quarterly, semiannually, annually, no cliff), equal instalments of
        which those up to the cliff vest at once, monthly where a cliff or months are stated alone;
        "25 then monthly" (percent after a year, then the same pace to 100: 36 months here; from 20 on, and
        dividing 100), "40 then monthly over 36 months" (the rest over the months after that year); or
        n×2 rows (months from the grant, share of the tranche), which sum to 1.
    A tranche vests on the grant's day of the month, on the last day of a shorter one. The last tranche
    completes the grant, and no fraction of a share is ever lost or made.
    Errors: shares that are not whole or below 0; a schedule that cannot be read, can be read in several ways,
        or does not sum to 1. A number without a unit is one of months where it makes whole years.
    Source: grant agreements as filed with the SEC: fractions of a share carry over to the next tranche.

    >>> days = [date(2026, 1, 14), date(2026, 1, 15), date(2026, 3, 1), date(2029, 1, 15)]
    >>> vested_shares(1001, date(2025, 1, 15), "48m cliff 12 monthly", days).tolist()
    [0.0, 250.0, 271.0, 1001.0]
    """
    plan = Vesting.of(schedule)
    passed = np.clip(months_between(grant_date, as_of), -1, plan.months[-1])
    tranches = np.searchsorted(np.array(plan.months), np.arange(-1, plan.months[-1] + 1), side="right")
    return _counted(_whole(shares), plan, tranches[passed + 1])


def vest_schedule(
    shares: Any, grant_date: Any, schedule: Vesting | str | ArrayLike
) -> list[tuple[date, Any, Any]]:
    """The tranches of one grant: (day, shares that vest, shares vested so far), in whole shares.

    Arguments and errors: see `vested_shares`; a tranche after the last day of the calendar.

    >>> vest_schedule(10, date(2024, 2, 29), "25/25/50")[1]
    (datetime.date(2026, 2, 28), 3.0, 5.0)
    """
    plan = Vesting.of(schedule)
    days = add_months(grant_date, np.array(plan.months))
    if days[-1] > date.max.toordinal():
        raise CsmError(ARITHMETIC, "a tranche vests after the last day of the calendar", "grant_date",
                       None, "Give an earlier grant date or a shorter schedule.")  # fmt: skip
    held = _counted(_whole(shares), plan, np.arange(len(days) + 1)).tolist()
    return [
        (date.fromordinal(day), after - before, after)
        for day, before, after in zip(days.tolist(), held, held[1:], strict=False)
    ]


def _whole(shares: ArrayLike) -> Array:
    """Shares as whole numbers of Python or NumPy."""
    given = to_compared(shares)
    not_negative(given, "shares")
    refuse(given != np.floor(given), given, VALUE, "the shares are not a whole number", "shares",
           "Type whole shares.")  # fmt: skip
    return given


def _counted(granted: Array, plan: Vesting, reached: Array) -> Array:
    """The whole shares vested of each grant after the tranches reached, in the grant's kind of number."""
    scale = lcm(*(share.denominator for share in plan.cumulative))
    parts = [0, *(int(share * scale) for share in plan.cumulative)]
    fits = granted.dtype != object and int(np.max(granted, initial=1)) * scale < 2**63
    whole = granted.astype(np.int64) if fits else exact(granted)
    counted = np.asarray(whole * np.array(parts, dtype=whole.dtype)[reached] // scale)
    if granted.dtype == object:
        return np.asarray(counted * exact(1), dtype=object)
    return counted.astype(np.float64)
