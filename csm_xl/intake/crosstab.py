"""Exports with one column a period: a proposal how their columns become rows of results."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.period_headers import ACTUAL, GOAL, PeriodHeader, period_headers
from csm_xl.intake.questions import Answer, Change, Question
from csm_xl.intake.sources import UPDATE, Source, Unpivot
from csm_xl.intake.sources_writing import toml
from csm_xl.plan.cells import is_blank

_YEAR: Final = re.compile(r"20\d\d")
_FIGURE: Final = re.compile(r"\W*\d[\d\W]*")
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Crosstab:
    """Columns of one measure, one a period. actual, goal: those of each. about: what their headers say."""

    about: str
    actual: tuple[PeriodHeader, ...]
    goal: tuple[PeriodHeader, ...] = ()

    @property
    def every(self) -> tuple[PeriodHeader, ...]:
        """All the columns."""
        return (*self.actual, *self.goal)

    @property
    def dated(self) -> bool:
        """Whether every header says its year."""
        return all(one.year for one in self.every)

    def unpivot(self, year: str = "") -> Unpivot:
        """How the columns become rows. year: of headers that say none."""
        columns = {one.header: one.period(year) for one in self.actual}
        goals = {one.header: one.period(year) for one in self.goal}
        return Unpivot("period", "actual", columns, {"goal": goals} if goals else {})


def crosstabs(grid: Grid) -> list[Crosstab]:
    """The columns of figures whose headers name a period, by what else the headers say."""
    by_about: dict[str, dict[bool, list[PeriodHeader]]] = {}
    names: dict[str, str] = {}
    for one in period_headers(grid.header):
        if not is_figures(grid.cells(grid.column(one.header) or 0)):
            continue
        about = " ".join(GOAL.sub(" ", ACTUAL.sub(" ", one.about)).split())
        names.setdefault(about.casefold(), about)
        by_about.setdefault(about.casefold(), {}).setdefault(bool(GOAL.search(one.about)), []).append(one)
    found = []
    for about, each in by_about.items():
        actual, goal = each.get(False, []), each.get(True, [])
        if actual and all(len({one.period() for one in some}) == len(some) for some in (actual, goal)):
            found.append(Crosstab(names[about], tuple(actual), tuple(goal)))
    return found


def is_figures(cells: Sequence[Any]) -> bool:
    """Whether a column may hold results: numbers, or nothing yet."""
    said = [cell for cell in cells if not is_blank(cell)]
    numbers = [cell for cell in said if isinstance(cell, (int, float)) or _FIGURE.fullmatch(str(cell))]
    return not said or len(numbers) * 2 > len(said)


def crosstab_question(
    grid: Grid, mine: Crosstab, others: Iterable[Crosstab], measures: Mapping[str, frozenset[str]],
    period: str = "",
) -> Question:  # fmt: skip
    """The question whether columns of periods become rows of results.

    others: of the same export, which this source does not use. measures: those that plans use, with the
    scopes of each. period: the one that is paid next; blank where it is not said.
    """
    unused = tuple(one.header for other in others if other is not mine for one in other.every)
    headers = [one.header for one in mine.every]
    text = f"{listed(map(repr, headers), 6)} {'are each' if len(headers) > 1 else 'is'} of one period."
    no_year = [one for one in mine.every if not one.year]
    if no_year:
        of_year = "are they" if len(no_year) > 1 else "is it"
        text += f" Of which year {of_year}? Each filled cell becomes a row."
        line = f"unpivot = {toml(_said(mine.unpivot('YEAR')))}"
        if now := _year_now(grid, period):
            line += f'; if YEAR is not {now}, checked = "{now}" in it'
        return Question(grid.block.place, text, (), line, _typed_year(mine, unused, now))
    text += f" Does each filled cell become a row of results{', with its goal' if mine.goal else ''}?"
    named = [one for one in measures if _names(one, mine.about or grid.block.place)]
    answers = [_answer(mine, unused, named[0], measures[named[0]])] if len(named) == 1 else []
    answers.append(_answer(mine, unused, "", frozenset()))
    return Question(grid.block.place, text, (*answers, unread("no: they are not imported")))


def unread(words: str) -> Answer:
    """The answer that an export, or a sheet of one, is not imported."""
    return Answer(words, "leave its [[source]] out", lambda one: replace(one, pattern=""))


def _names(measure: str, said: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(said)]
    return [word.casefold() for word in _WORD.findall(measure)] == words or measure.casefold() in words


def _said(unpivot: Unpivot) -> dict[str, Any]:
    beside = {"beside": unpivot.beside} if unpivot.beside else {}
    return {"name": unpivot.name, "value": unpivot.value, "columns": unpivot.columns, **beside}


def _answer(mine: Crosstab, unused: tuple[str, ...], measure: str, scopes: frozenset[str]) -> Answer:
    fill: dict[str, object] = {"measure": measure} if measure else {}
    fill |= {"scope": next(iter(scopes))} if measure and len(scopes) == 1 else {}
    fill |= {"id": "company"} if fill.get("scope") == "company" else {}
    periods = listed([one.period() for one in mine.actual], 6)
    words = f"yes: they are {' and '.join(map(str, fill.values())) or 'a measure'} of {periods}"
    if measure:
        scope = f", {fill['scope']} results" if "scope" in fill else ""
        words = f"yes: they are the measure {measure}{scope} of {periods}"
    lines = [f"unpivot = {toml(_said(mine.unpivot()))}"]
    lines += [f"fill.{name} = {toml(value)}" for name, value in fill.items()]
    return Answer(words, " and ".join(lines), _change(mine.unpivot(), unused, fill))


def _change(unpivot: Unpivot, unused: tuple[str, ...], fill: Mapping[str, object]) -> Change:
    def change(source: Source) -> Source:
        ignore = tuple(dict.fromkeys((*source.ignore, *unused)))
        return replace(source, table="results", unpivot=unpivot, ignore=ignore, fill={**source.fill, **fill})

    return change


def _typed_year(mine: Crosstab, unused: tuple[str, ...], now: str) -> Callable[[str], Change]:
    """What a typed year makes of a source. now: the year that is imported: the answer is not asked again."""

    def typed(said: str) -> Change:
        year = _year(said, mine.every[0].header)
        unpivot = replace(mine.unpivot(year), checked="" if year == now else now)
        return _change(unpivot, unused, {})

    return typed


def _year_now(grid: Grid, period: str) -> str:
    """The year that is imported: of the period that is paid next, else of the file's name; blank where none
    is said."""
    found = _YEAR.search(period) or _YEAR.search(grid.block.name)
    return found[0] if found else ""


def _year(said: str, header: str, such_as: str = "2026") -> str:
    """A typed year. header: of which it is. Errors: it is none."""
    year = said.strip()
    if not _YEAR.fullmatch(year):
        raise CsmError(NOT_FOUND, "this is no year", header, said, f"Type it, such as {such_as}.")
    return year


def extended(source: Source, grid: Grid, period: str = "") -> tuple[Source, list[Question]]:
    """A source with the columns of further periods that its export has beside those that it names.

    They are those whose headers say the same but for the period. Without a year in them, and where columns
    that the source names are gone, that is a question. So is a header without a year that was read as one of
    a year, where another year is imported. period: the one that is paid next; blank where it is not said.
    """
    said = source.unpivot
    if said is None or said.name != "period":
        return source, []
    if old := _of_another_year(said, grid, period):
        return source, [old]
    of_source = [theirs for each in said.cells.values() for theirs in each]
    abouts = {one.about.casefold() for one in period_headers(of_source)}
    known = {plain_header(theirs) for theirs in (*source.named(), *source.ignore)}
    ignored = {one.about.casefold() for one in period_headers(source.ignore)} - abouts
    new = [one for one in period_headers(grid.header) if plain_header(one.header) not in known]
    unused = tuple(one.header for one in new if one.about.casefold() in ignored)
    source = replace(source, ignore=(*source.ignore, *unused)) if unused else source
    more = [one for one in new if one.about.casefold() in abouts]
    unsure = [one for one in more if not one.year]
    if unsure:
        text = f"{listed(repr(one.header) for one in unsure)}: which year? Each filled cell becomes a row."
        line = f"unpivot.columns.{toml(unsure[0].header)} = {toml(unsure[0].period('YEAR'))}"
        if now := _year_now(grid, period):
            line += f'; if YEAR is not {now}, unpivot.checked = "{now}"'

        def typed(year: str) -> Change:
            of_year = _year(year, unsure[0].header)
            return lambda one: _with(one, more, of_year, "" if of_year == now else now)

        return source, [Question(grid.block.place, text, (), line, typed)]
    gone = [theirs for theirs in of_source if grid.column(theirs) is None]
    if gone and more and len(gone) == len(of_source):
        text = (
            f"{listed(map(repr, gone))} {'is' if len(gone) == 1 else 'are'} gone, and"
            f" {listed(repr(one.header) for one in more)} new. Do the rows of the earlier periods stay?"
        )
        answer = Answer("yes: the export has only the latest periods",
                        'rows = "update", with the new columns in unpivot',
                        lambda one: replace(_with(_without(one), more), rows=UPDATE))  # fmt: skip
        return source, [Question(grid.block.place, text, (answer,))]
    return (_with(source, more) if more else source), []


def _of_another_year(said: Unpivot, grid: Grid, period: str) -> Question | None:
    """The question of which year headers without one are, where those that the mapping reads as of one year
    are in an export of another year."""
    year = _year_now(grid, period)
    no_year = {one.header for one in period_headers(grid.header) if not one.year}
    old = {theirs: name for each in said.cells.values() for theirs, name in each.items() if theirs in no_year}
    if not old or not year or said.checked == year or any(year in name for name in old.values()):
        return None
    (theirs, name), *_ = old.items()
    text = (f"{listed(map(repr, old), 6)} {'say' if len(old) > 1 else 'says'} no year. {theirs!r} was"
            f" {name} so far, and {period or grid.block.name} is of {year}. Of which year"
            f" {'are they' if len(old) > 1 else 'is it'} now?")  # fmt: skip
    before = (found := _YEAR.search(name)) and found[0]
    line = f'unpivot with the periods of that year; if they are of {before} still, checked = "{year}" in it'

    def typed(given: str) -> Change:
        of_year = _year(given, theirs, year)
        return lambda one: _dated_again(one, no_year, of_year, year)

    return Question(grid.block.place, text, (), line, typed)


def _dated_again(source: Source, headers: Collection[str], year: str, checked: str) -> Source:
    """A source whose headers without a year are of another one. checked: the year in which that was said."""
    assert source.unpivot is not None
    said = source.unpivot

    def again(columns: Mapping[str, str]) -> dict[str, str]:
        return {theirs: _YEAR.sub(year, name) if theirs in headers else name
                for theirs, name in columns.items()}  # fmt: skip

    beside = {ours: again(each) for ours, each in said.beside.items()}
    unpivot = replace(said, columns=again(said.columns), beside=beside,
                      checked="" if year == checked else checked)  # fmt: skip
    return replace(source, unpivot=unpivot)


def _without(source: Source) -> Source:
    assert source.unpivot is not None
    beside: dict[str, dict[str, str]] = {ours: {} for ours in source.unpivot.beside}
    return replace(source, unpivot=replace(source.unpivot, columns={}, beside=beside))


def _with(source: Source, more: Sequence[PeriodHeader], year: str = "", checked: str = "") -> Source:
    """A source with the columns of further periods. year: of those that say none. checked: as of `Unpivot`;
    blank leaves it as it is."""
    assert source.unpivot is not None
    said = source.unpivot
    has_goals = "goal" in said.beside
    goals = {one.header: one.period(year) for one in more if has_goals and GOAL.search(one.about)}
    columns = {one.header: one.period(year) for one in more if one.header not in goals}
    beside = {ours: {**each, **(goals if ours == "goal" else {})} for ours, each in said.beside.items()}
    unpivot = replace(said, columns={**said.columns, **columns}, beside=beside)
    return replace(source, unpivot=replace(unpivot, checked=checked or said.checked))
