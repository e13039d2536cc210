"""The period of an export that has no column for it: one value for all rows, or what --period says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError
from csm_xl.intake.grid import Grid
from csm_xl.intake.period_headers import period_headers
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import FROM_OPTION, UPDATE, Source
from csm_xl.intake.sources_writing import toml
from csm_xl.intake.systems import known_columns
from csm_xl.plan.schema import TableSchema

_PERIOD: Final = re.compile(r"(?P<year>20\d\d)(?:-(?:(?P<kind>[QH])(?P<number>\d)|(?P<month>\d\d)))?")
_DAY: Final = re.compile(
    r"20\d\d[-_./ ]?\d\d[-_./ ]?\d\d|\d{1,2}[-_./]\d{1,2}[-_./](?:20)?\d\d"
    r"|\d{1,2}\.?[-_ ][A-Za-z]{3,9}\.?[-_ ]20\d\d"
)
"""Days, such as the day a report was made: they do not show which period it is for."""
_MONTHS: Final = {"Q": 3, "H": 6, "": 12}


def _months(period: str) -> range | None:
    """The months of a period, counted from year 0; None of a name that is none of the usual ones."""
    found = _PERIOD.fullmatch(period.strip().upper())
    if found is None:
        return None
    first = int(found["year"]) * 12
    if found["month"]:
        return range(first + int(found["month"]) - 1, first + int(found["month"]))
    length = _MONTHS[found["kind"] or ""]
    start = first + (int(found["number"] or 1) - 1) * length
    return range(start, start + length)


def contradict(one: str, other: str) -> bool:
    """Whether two periods are different, and neither is a part of the other.

    >>> [contradict("2026-Q1", one) for one in ("2026-Q2", "2026-q1", "2026", "2026-02", "2027")]
    [True, False, False, False, True]
    """
    first, second = one.strip().casefold(), other.strip().casefold()
    months, others = _months(one), _months(other)
    if months is None or others is None:
        return not (first.startswith(second) or second.startswith(first))
    return max(months.start, others.start) >= min(months.stop, others.stop)


def period_named(grid: Grid, like: str) -> str:
    """The one period that the file's name, its sheet and the title above its header name; else blank.

    like: a period; one of another length, such as the month in which a quarter was exported, does not count.
    Without a year, it is that of this one.
    """
    months, year = _months(like), like.strip()[:4]
    found = set[str]()
    for text in (grid.block.name.rpartition(".")[0] or grid.block.name, grid.block.sheet, *_above(grid)):
        said = period_headers([_DAY.sub(" ", text).replace("_", " ")])
        found |= {one.period(year) for one in said}
    alike = {one for one in found if months and len(_months(one) or ()) == len(months)}
    return alike.pop() if len(alike) == 1 else ""


def _above(grid: Grid) -> list[str]:
    """What is above the header, such as a title."""
    return [str(cell) for row in grid.block.rows[: grid.header_row - 1] for cell in row if cell is not None]


def from_option(source: Source) -> Source:
    """A source whose period --period says each time. Rows of other periods stay."""
    return replace(source, fill={**source.fill, "period": FROM_OPTION}, rows=UPDATE)


def period_answers(grid: Grid, period: str) -> list[Answer]:
    """What the period of an export without one can be. period: what is paid next; blank if it is not said."""
    line = f"fill.period = {toml(FROM_OPTION)} and rows = {toml(UPDATE)}"
    words = f"each time the one that {FROM_OPTION} says (Control in a refresh); rows of other periods stay"
    answers = [Answer(words, line, from_option)]
    said = period_named(grid, period or _any_quarter(grid))
    return answers + [_constant(one) for one in dict.fromkeys((period, said)) if one]


def _any_quarter(grid: Grid) -> str:
    """A quarter of the year that the export names, as what a period looks like; else blank."""
    years = {year for text in (grid.block.place, *_above(grid)) for year in re.findall(r"20\d\d", text)}
    return f"{years.pop()}-Q1" if len(years) == 1 else ""


def _constant(period: str) -> Answer:
    line = f"fill.period = {toml(period)} and rows = {toml(UPDATE)}"
    return Answer(f"every row is of {period}; rows of other periods stay", line,
                  lambda one: replace(one, fill={**one.fill, "period": period}, rows=UPDATE))  # fmt: skip


def proposed(source: Source, grid: Grid, schema: TableSchema, period: str, given: Iterable[str]) -> Source:
    """A source of results whose period --period says, where nothing else does.

    period: what --period says; blank if it is not given. given: our columns that the source has.
    """
    there = {*given, *known_columns(schema, grid.header).values()}
    if schema.name != "results" or not period or "period" in there:
        return source
    return source if _other(grid, period) else from_option(source)


def _other(grid: Grid, period: str) -> str:
    """The period that an export names and that is not this one; blank where it names none, or this one.

    The quarter of an export that is taken for a whole year is another one too.
    """
    year = period.strip() if len(_months(period) or ()) == _MONTHS[""] else ""
    named = period_named(grid, period) or (period_named(grid, f"{year}-Q1") if year else "")
    return named if named and (year or contradict(named, period)) else ""


def open_period(source: Source, grid: Grid, period: str) -> list[Question]:
    """The question of which period an export is, where its source says one for all rows, and --period or the
    export itself says another."""
    stated = str(source.fill.get("period", ""))
    if stated in ("", FROM_OPTION):
        return []
    named = period_named(grid, stated)
    others = [one for one in dict.fromkeys((period, named)) if one and contradict(one, stated)]
    if not others:
        return []
    said = [f"the period to pay is {period}"] if period in others else []
    said += [f"{grid.block.place} names {named}"] if named in others else []
    text = (f"every row was of {stated} so far, and {' and '.join(said)}. Of which period is the export?"
            f" Rows of other periods stay.")  # fmt: skip
    answers = [*period_answers(grid, period)[:1], *(_constant(one) for one in others)]
    return [Question(grid.block.place, text, tuple(answers))]


def of_period(source: Source, grid: Grid, period: str) -> Source:
    """A source with the period that --period says in place of the word for it.

    Errors: --period is not given; the export names another period.
    """
    if source.fill.get("period") != FROM_OPTION:
        return source
    place = f"{source.place} fill.period"
    if not period:
        named = period_named(grid, _any_quarter(grid))
        what = f"{FROM_OPTION} gives the period of these rows, and it is missing"
        hint = f"Add {FROM_OPTION} {named or 'and the period, such as 2026-Q2'}."
        hint += " In a refresh, it is the period on Control."
        raise CsmError(NOT_FOUND, what, place, None, hint)
    if named := _other(grid, period):
        what = f"{grid.block.place} names {named}, and the period to pay is {period}"
        hint = f"Give the export of {period}, or {FROM_OPTION} {named} (in a refresh, the period on Control)."
        hint += " If the name of the file, its sheet or its title is wrong, correct it there."
        raise CsmError(VALUE, what, place, None, hint)
    return replace(source, fill={**source.fill, "period": period})
