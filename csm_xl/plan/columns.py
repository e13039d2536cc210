"""From cells to a column: one array per column, and what is wrong with each cell that cannot be read."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from csm_xl.errors import listed
from csm_xl.pay.rounding import MONEY_PLACES, RATIO_PLACES, Array, quantise
from csm_xl.plan import cells
from csm_xl.plan.coded import Coded
from csm_xl.plan.names import did_you_mean, plain_name
from csm_xl.plan.periods import parse_period
from csm_xl.plan.schema import Column

NUMERIC: Final = ("money", "ratio", "number", "count")
TEXTS: Final = ("id", "text", "word", "period")
LARGEST: Final = 1e15
"""From here on a float cannot hold the decimals that are kept."""
_PLAIN_NUMBERS: Final = frozenset({float, int, type(None)})
_PLAIN_DATES: Final = frozenset({date, datetime, type(None)})


@dataclass(eq=False, repr=False)
class Read:
    """A column as read: its values, which cells were filled, and the bad cells as (row, message, hint).

    differing: the values of a column of texts by what differs in them, where they came so.
    """

    values: Array
    filled: Array
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    differing: Coded | None = None

    def spread(self, codes: Array) -> Read:
        """What was read of cells that differ, for every row. codes: which cell a row has."""
        said = {row: (message, hint) for row, message, hint in self.bad}
        rows = np.flatnonzero(np.isin(codes, list(said))).tolist() if said else []
        bad = [(row, *said[codes[row]]) for row in rows]
        differing = Coded(self.values.tolist(), codes) if self.values.dtype == object else None
        return Read(self.values[codes], self.filled[codes], bad, differing)


def empty(column: Column, rows: int) -> Array:
    """A column of blanks, with its default where it has one."""
    if column.kind in NUMERIC:
        return np.full(rows, np.nan if column.default is None else float(column.default))
    if column.kind == "date":
        return np.zeros(rows, dtype=np.int64)
    if column.kind == "flag":
        return np.full(rows, bool(column.default))
    values = np.empty(rows, dtype=object)
    # fill() rather than assignment: a tuple of words would be spread over the rows.
    values.fill(column.default if column.default is not None else () if column.kind == "words" else "")
    return values


def read_column(
    column: Column,
    given: Sequence[Any],
    named: Collection[str] = (),
    money_places: int = MONEY_PLACES,
    largest: float = LARGEST,
    percent_of_one: bool = False,
) -> Read:
    """Read the cells of a column; of a `Coded` one each cell that differs once.

    named: the names of a fiscal calendar's periods, for columns of that kind.
    money_places: decimals kept of money: fewer where people typed it than where a formula gave it.
    largest: the first number that is too large.
    percent_of_one: whether money may be a percentage, as a text that a formula gives may be: 10% is 0.10.
    A ratio may be a fraction, such as 1/3, which is kept to 12 decimals as every ratio is.
    Blank cells take the column's default; whether they may be blank, and the bounds, are checked.
    """
    if column.kind == "ratio" and any(isinstance(cell, str) and "/" in cell for cell in given):
        given = [cells.typed_fraction(cell) for cell in given]
    percentages = percent_of_one or column.kind != "money"
    read = _read(column, given, named, money_places, percentages)
    if column.required and not column.blank:
        known = {row for row, _, _ in read.bad}
        for row in np.flatnonzero(~read.filled).tolist():
            if row not in known:
                read.bad.append((row, f"{column.name} is blank", f"{_asked(column)} {column.help}"))
    if column.kind in NUMERIC:
        _check_bounds(column, read)
        for row in np.flatnonzero(np.abs(read.values) >= largest).tolist():
            read.bad.append((row, "the number is too large to be exact", "Type a smaller number."))
    return read


def _asked(column: Column) -> str:
    if column.choices:
        return f"Type one of {listed(column.choices)}."
    what = {
        "date": "a date such as 2026-03-31",
        "period": "a period such as 2026-Q1",
        "flag": "TRUE or FALSE",
    }
    return f"Type {'a number' if column.kind in NUMERIC else what.get(column.kind, 'a value')}."


def _read(
    column: Column, given: Sequence[Any], named: Collection[str], money_places: int, percentages: bool
) -> Read:
    if isinstance(given, Coded):
        return _read(column, given.values, named, money_places, percentages).spread(given.codes)
    kinds = set(map(type, given))
    if column.kind in NUMERIC:
        places = money_places if column.kind == "money" else RATIO_PLACES
        return _numbers(column, given, kinds, places, percentages)
    if column.kind == "date":
        return _dates(given, kinds)
    reader = _reader(column, named)
    if reader is cells.text and cells.plain_texts(given):
        return Read(np.array([*given, None], dtype=object)[:-1], np.ones(len(given), dtype=bool))
    values = empty(column, len(given))
    filled = np.zeros(len(given), dtype=bool)
    read = Read(values, filled)
    known: dict[str, Any] = {}
    for row, cell in enumerate(given):
        text = isinstance(cell, str)
        if text and cell in known:
            value = known[cell]
        else:
            try:
                value = reader(cell)
            except cells.BadCell as bad:
                read.bad.append((row, bad.message, bad.hint))
                continue
            if text:
                known[cell] = value
        if value is not None:
            values[row] = value
            filled[row] = True
    return read


def _numbers(column: Column, given: Sequence[Any], kinds: set[type], places: int, percentages: bool) -> Read:
    bad: list[tuple[int, str, str]] = []
    values = np.full(len(given), np.nan)
    done = False
    if kinds <= _PLAIN_NUMBERS:
        try:
            values = np.array(given, dtype=np.float64)
            done = not np.isinf(values).any()
        except OverflowError:  # a whole number that no float can hold
            done = False
    elif plain := cells.plain_numbers(given):
        values = np.array(plain, dtype=np.float64)
        done = not np.isinf(values).any()
    if not done:
        known: dict[str, float | None] = {}
        for row, cell in enumerate(given):
            text = isinstance(cell, str)
            if text and cell in known:
                number = known[cell]
            else:
                try:
                    if text and not percentages and cell.strip().endswith("%"):
                        raise cells.BadCell("a percentage is not an amount of money", "Type the amount.")
                    number = cells.number(cell)
                except cells.BadCell as wrong:
                    bad.append((row, wrong.message, wrong.hint))
                    number = None
                else:
                    if text:
                        known[cell] = number
            values[row] = math.nan if number is None else number
    filled = ~np.isnan(values)
    if column.default is not None:
        values[~filled] = float(column.default)
    return Read(quantise(values, places), filled, bad)


def _dates(given: Sequence[Any], kinds: set[type]) -> Read:
    bad: list[tuple[int, str, str]] = []
    if kinds <= _PLAIN_DATES:
        days = [0 if cell is None or cells.is_no_day(cell) else cell.toordinal() for cell in given]
    else:
        days = []
        known: dict[str, int] = {}
        for row, cell in enumerate(given):
            text = isinstance(cell, str)
            if text and cell in known:
                days.append(known[cell])
                continue
            try:
                day = cells.day(cell) or 0
            except cells.BadCell as wrong:
                bad.append((row, wrong.message, wrong.hint))
                day = 0
            else:
                if text:
                    known[cell] = day
            days.append(day)
    values = np.array(days, dtype=np.int64)
    return Read(values, values != 0, bad)


def _reader(column: Column, named: Collection[str]) -> Callable[[Any], Any]:
    if column.kind == "flag":
        return cells.flag
    if column.kind == "period":
        return lambda cell: None if cells.is_blank(cell) else parse_period(cell, named)
    if column.kind == "word":
        return lambda cell: _word(column, cells.text(cell))
    if column.kind == "words":
        return lambda cell: _words(column, cell)
    return cells.text


def _word(column: Column, typed: str | None) -> str | None:
    if typed is None:
        return None
    word = plain_name(typed)
    named = {plain_name(choice): choice for choice in column.choices}
    if named and word not in named:
        hint = f"{did_you_mean(typed, column.choices)}Allowed: {', '.join(column.choices)}."
        raise cells.BadCell(f"unknown {column.name} {typed!r}", hint)
    return named.get(word, word)


def _words(column: Column, cell: Any) -> tuple[str, ...] | None:
    parts = cell if isinstance(cell, (list, tuple)) else (cells.text(cell) or "").replace(";", ",").split(",")
    words = (_word(column, cells.text(part)) for part in parts)
    return tuple(word for word in words if word) or None


def typed_percentage(value: float) -> tuple[str, str]:
    """What is reported about a ratio that was typed as a percentage, and what to do.

    >>> typed_percentage(110.0)
    ('the ratio 110 is 11,000%', 'Type 110% or 1.1.')
    """
    hint = f"Type {value:g}% or {value / 100:g}." if abs(value) <= 1000 else "Type a ratio: 1 is 100%."
    return f"the ratio {value:,.10g} is {value:,.0%}", hint


def _check_bounds(column: Column, read: Read) -> None:
    values = read.values
    tests: tuple[tuple[float | None, Callable[[float], Array], str, str], ...] = (
        (column.at_least, lambda bound: values < bound, "is below {}", "Type {} or more."),
        (column.at_most, lambda bound: values > bound, "is above {}", "Type {} or less."),
        (column.above, lambda bound: values <= bound, "is not above {}", "Type a number above {}."),
    )
    for bound, fails, says, hint in tests:
        if bound is not None:
            shown = f"{bound:g}"
            percent = " 1 is 100%." if column.kind == "ratio" and bound == 1 else ""
            for row in np.flatnonzero(fails(bound)).tolist():
                read.bad.append((row, f"{column.name} {says.format(shown)}", hint.format(shown) + percent))
    if column.kind == "count":
        for row in np.flatnonzero(values != np.floor(values)).tolist():
            if not math.isnan(values[row]):
                read.bad.append((row, f"{column.name} is not a whole number", "Type a whole number."))
