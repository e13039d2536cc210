"""Scorecards with one column a measure, such as "NRR %" and "NRR % Goal": proposed as rows of results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from csm_xl.errors import counted, listed
from csm_xl.intake.crosstab import is_figures, unread
from csm_xl.intake.grid import Grid, plain_header, text_of
from csm_xl.intake.period_headers import ACTUAL, GOAL, period_header
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import Source, Unpivot
from csm_xl.intake.sources_writing import toml
from csm_xl.intake.systems import known_columns
from csm_xl.plan.cells import is_blank
from csm_xl.plan.schema import TableSchema

_USUAL: Final = (
    ("NRR", "net revenue retention", "net retention", "net dollar retention", "ndr"),
    ("GRR", "gross revenue retention", "gross retention", "gross dollar retention", "gdr"),
    ("CSAT", "customer satisfaction"),
    ("NPS", "net promoter"),
    ("Logo retention", "customer retention"),
    ("Health", "customer health"),
    ("Onboarding",),
    ("Adoption", "product adoption"),
)
"""The usual measures of customer success, each with what else it is called."""
_CALLED: Final = {name.casefold(): each[0].casefold() for each in _USUAL for name in each}
_FEWEST: Final = 2
"""An export with fewer measures than this is no scorecard."""
_SHARE: Final = 1.5
"""Above this, a plain number of a measure in percent is one."""
_PEOPLE: Final = ("csm", "csm name", "csm id", "customer success manager", "employee", "agent", "rep")
"""What else a scorecard calls the column of its people."""
_BESIDE: Final = re.compile(r"\b(scores?|attainment|attained|percent|percentage|pct)\b|%", re.IGNORECASE)
_ATTAINED: Final = re.compile(r"\battain(ment|ed)\b", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%|\b(percent|percentage|pct)\b", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass
class _Columns:
    """The columns of one measure. name: as the plan calls it; blank where it does not."""

    name: str
    actual: list[str] = field(default_factory=list)
    goal: list[str] = field(default_factory=list)

    @property
    def every(self) -> list[str]:
        return [*self.actual, *self.goal]


@dataclass(frozen=True)
class Scorecard:
    """An export with one column a measure, and a row a person.

    person: the header of their IDs or names. actual, goal: header → measure. attained: whether the figures
    are shares of the goal. percent: the headers whose plain numbers are percentages. unused: those of no
    measure of the plan. missing: the plan's measures of which there is no column.
    """

    person: str
    actual: Mapping[str, str]
    goal: Mapping[str, str]
    attained: bool
    percent: tuple[str, ...]
    unused: tuple[str, ...]
    missing: tuple[str, ...]


def scorecard(
    grid: Grid, known: Mapping[str, TableSchema], measures: Mapping[str, frozenset[str]]
) -> Scorecard | None:
    """What columns of measures an export has; None where it is no scorecard of people.

    known: the tables by name. measures: those that plans use; none: the usual ones count.
    """
    person = _person(grid, known)
    if not person:
        return None
    every = _by_measure(grid, measures)
    goals = any(one.goal for one in every.values())
    mine = {key: one for key, one in every.items() if one.name and _is_one(one, goals)}
    others = [one for key, one in every.items() if key not in mine and (key in _CALLED.values() or
              (one.goal and one.actual) or any(map(_PERCENT.search, one.every)))]  # fmt: skip
    if not mine or len(mine) + sum(one.actual != [] for one in others) < _FEWEST:
        return None
    attained = {any(map(_ATTAINED.search, one.actual)) for one in mine.values()}
    if len(attained) > 1:
        return None
    taken = {one.name for one in mine.values()}
    return Scorecard(
        person,
        {one.actual[0]: one.name for one in mine.values()},
        {header: one.name for one in mine.values() for header in one.goal},
        attained.pop(),
        tuple(header for one in mine.values() for header in _percentages(grid, one)),
        tuple(header for one in others for header in one.every),
        tuple(name for name in measures if name not in taken),
    )


def _person(grid: Grid, known: Mapping[str, TableSchema]) -> str:
    """The header of the people's IDs, or of their names; blank where rows are no people."""
    said: dict[str, list[str]] = {}
    for table in ("roster", "accounts", "deals"):
        for header, ours in known_columns(known[table], grid.header).items():
            said.setdefault(ours, []).append(header)
    if "account_id" in said or "deal_id" in said:
        return ""
    called = [header for header in grid.header if plain_header(header) in _PEOPLE]
    header = next((one[0] for one in (said.get("employee_id"), said.get("employee_name"), called) if one), "")
    cells = [text_of(cell) for cell in grid.cells(grid.column(header) or 0) if not is_blank(cell)]
    dated = "period" in known_columns(known["results"], grid.header).values()
    return header if header and cells and (dated or len(set(cells)) == len(cells)) else ""


def _by_measure(grid: Grid, measures: Mapping[str, frozenset[str]]) -> dict[str, _Columns]:
    """The columns of figures by what they measure, those of the plan's measures with their names."""
    names = {_plain(name): name for name in measures or [each[0] for each in _USUAL]}
    found: dict[str, _Columns] = {}
    for header in grid.header:
        if not header or period_header(header) or not is_figures(grid.cells(grid.column(header) or 0)):
            continue
        key = _plain(GOAL.sub(" ", ACTUAL.sub(" ", header.replace("_", " "))))
        if key:
            one = found.setdefault(key, _Columns(names.get(key, "")))
            (one.goal if GOAL.search(header.replace("_", " ")) else one.actual).append(header)
    return found


def _plain(text: str) -> str:
    """What a header or a measure measures, without what is said beside it."""
    said = " ".join(_WORD.findall(_BESIDE.sub(" ", text.replace("_", " ")).casefold()))
    return _CALLED.get(said, said)


def _is_one(one: _Columns, goals: bool) -> bool:
    """Whether it is sure which column is the actual and which the goal. goals: whether any measure has one:
    what is attained of a goal is no actual beside it."""
    return (
        len(one.actual) == 1 and len(one.goal) <= 1 and not (goals and any(map(_ATTAINED.search, one.actual)))
    )


def _percentages(grid: Grid, one: _Columns) -> list[str]:
    """The columns of a measure in percent whose plain numbers are such as 108.7 for 108.7%."""
    if not any(map(_PERCENT.search, one.every)):
        return []
    return [header for header in one.every if any(number > _SHARE for number in _numbers(grid, header))]


def scorecard_question(grid: Grid, mine: Scorecard) -> Question:
    """The question whether columns of measures become rows of results."""
    headers = list(mine.actual)
    text = f"{listed(map(repr, headers), 6)} {'are each' if len(headers) > 1 else 'is'} of one measure."
    text += f" Does each filled cell become a row of results{', with its goal' if mine.goal else ''}?"
    if mine.percent:
        most = max(_numbers(grid, mine.percent[0]))
        text += f" {listed(map(repr, mine.percent), 6)}: {most:g} is {most:g}%."
    if mine.unused:
        text += f" Not used, because no component pays on them: {listed(map(repr, mine.unused), 8)}."
    if mine.missing:
        text += f" No column is {listed(map(repr, mine.missing), 6)}."
    return Question(grid.block.place, text, (_answer(mine), unread("no: it is not imported")))


def _numbers(grid: Grid, header: str) -> list[float]:
    cells = grid.cells(grid.column(header) or 0)
    return [float(cell) for cell in cells if isinstance(cell, (int, float)) or
            (isinstance(cell, str) and cell.strip().replace(".", "", 1).isdigit())]  # fmt: skip


def _answer(mine: Scorecard) -> Answer:
    unpivot = Unpivot("measure", "actual", mine.actual, {"goal": mine.goal} if mine.goal else {})
    fill = {"scope": "individual", **({"goal": "1"} if mine.attained else {})}
    said = {"name": unpivot.name, "value": unpivot.value, "columns": unpivot.columns}
    said |= {"beside": unpivot.beside} if unpivot.beside else {}
    lines = ['table = "results"', f"unpivot = {toml(said)}", f"columns.id = {toml(mine.person)}"]
    lines += [f"fill.{name} = {toml(value)}" for name, value in fill.items()]
    lines += [f"percent = {toml(mine.percent)}"] if mine.percent else []
    lines += [f"ignore = {toml(mine.unused)}"] if mine.unused else []

    def change(source: Source) -> Source:
        return replace(source, table="results", unpivot=unpivot, percent=mine.percent,
                       columns={**source.columns, "id": mine.person}, fill={**source.fill, **fill},
                       ignore=tuple(dict.fromkeys((*source.ignore, *mine.unused))))  # fmt: skip

    measures = counted(len(mine.actual), "measure")
    words = f"yes: they are individual results of {measures}: {listed(mine.actual.values(), 6)}"
    return Answer(words, " and ".join(lines), change)
