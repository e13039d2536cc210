"""Which columns of an export are which of ours: what is known, and what has to be asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, CsmError, counted, listed
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.header_doubts import doubt
from csm_xl.intake.lookups import header_in, plain_name
from csm_xl.intake.mapped import implied_columns
from csm_xl.intake.questions import Answer, Change, Question
from csm_xl.intake.sources import Join, Source
from csm_xl.intake.sources_writing import toml, toml_key
from csm_xl.intake.systems import known_columns, near_column
from csm_xl.plan import cells
from csm_xl.plan.header_words import MONEY, STATE
from csm_xl.plan.names import did_you_mean, header_name
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.unknown_columns import changes_pay, is_free, pay_word

_STATES: Final = 12
"""A column with more different values than this is no status."""
_MOST_OF_STATE: Final = 100
"""A number above this is no state; 0 and 1 are, and so is a probability in percent."""
_DAY: Final = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_AMOUNT: Final = re.compile(r"[$€£¥₹]|\d[.,]\d\d\Z")


@dataclass(frozen=True)
class Around:
    """What is known beside an export.

    plans: those of the workbook. currencies: theirs. exports: those of the same import.
    """

    plans: tuple[str, ...] = ()
    currencies: frozenset[str] = frozenset()
    exports: Sequence[tuple[Source, Grid]] = ()


@dataclass(frozen=True)
class Opened:
    """A source with what was found for it, and what has to be asked."""

    source: Source
    questions: tuple[Question, ...]


def given_columns(source: Source, grid: Grid, schema: TableSchema) -> set[str]:
    """Our columns that a source gives already."""
    given = {*source.columns, *source.fill, *source.join, *implied_columns(source, grid, schema)}
    given |= {source.unpivot.name, source.unpivot.value} if source.unpivot else set()
    return given | ({"currency"} if source.currency else set())


def open_columns(source: Source, grid: Grid, schema: TableSchema, around: Around) -> Opened:
    """The columns that headers are known to mean; the others that may change pay as questions."""
    left = _unnamed(source, grid, schema)
    taken = given_columns(source, grid, schema)
    known: dict[str, list[str]] = {}
    no_plan = ""
    meant = known_columns(schema, grid.header)
    for header in left:
        name = meant.get(header, "")
        if name == "manager_id" and any(
            " " in _text(cell).strip() for cell in grid.cells(grid.column(header) or 0)
        ):
            continue  # a name, and not the ID that this column holds
        if name == "plan_id" and name not in taken and _no_plan(grid, header, around):
            no_plan = header  # such as the kinds of pay of an HR system
            continue
        if name and name not in taken:
            known.setdefault(name, []).append(header)
    implied = implied_columns(source, grid, schema)
    questions = [_doubted(grid, name, theirs, word) for name, theirs in implied.items()
                 if (word := doubt(schema, name, theirs))]  # fmt: skip
    sure = {}
    for name, headers in known.items():
        filled = [one for one in headers if any(_filled(grid, one))] or headers[:1]
        if len(filled) == 1 and (word := doubt(schema, name, filled[0])):
            questions.append(_doubted(grid, name, filled[0], word))
        elif len(filled) == 1:
            sure[name] = filled[0]
        else:
            questions.append(_which(grid, name, filled))
    stated, source = source, replace(source, columns={**source.columns, **sure})
    asked = {header for headers in known.values() for header in headers}
    for header in left:
        if (
            header not in {*asked, no_plan}
            and not is_free(schema.name, header)
            and any(_filled(grid, header))
        ):
            questions += _unknown(source, grid, schema, header, {*taken, *known})
    source, of_owner = _owner(stated, source, grid, around)
    questions += of_owner
    questions += _lacking(source, grid, schema, around, {*taken, *known}, no_plan)
    return Opened(source, tuple(questions))


def _unnamed(source: Source, grid: Grid, schema: TableSchema) -> list[str]:
    implied = implied_columns(source, grid, schema).values()
    named = {plain_header(one) for one in (*source.named(), *source.ignore, *implied)}
    return [header for header in grid.header if header and plain_header(header) not in named]


def _no_plan(grid: Grid, header: str, around: Around) -> bool:
    """Whether a column that is called a plan names none of ours."""
    said = {_text(cell).strip() for cell in grid.cells(grid.column(header) or 0)} - {""}
    return bool(said and around.plans) and said.isdisjoint(around.plans)


def _few(grid: Grid, header: str) -> str:
    """The most frequent values of a column, with their counts."""
    cells_ = grid.cells(grid.column(header) or 0)
    said = Counter(_text(cell) for cell in cells_ if not cells.is_blank(cell))
    return listed((f"{value!r} ({count:,})" for value, count in said.most_common(5)), 5)


def _filled(grid: Grid, header: str) -> Iterable[bool]:
    at = grid.column(header)
    return (not cells.is_blank(cell) for cell in grid.cells(at or 0))


def _mapping(ours: str, theirs: str) -> Answer:
    line = f"columns.{ours} = {toml(theirs)}"
    return Answer(f"{theirs!r} is {ours}", line,
                  lambda source: replace(source, columns={**source.columns, ours: theirs}))  # fmt: skip


def _ignoring(*headers: str, words: str = "") -> Answer:
    line = f"ignore = {toml(list(headers))}"
    return Answer(words or f"{listed(map(repr, headers))} is not used", line,
                  lambda source: replace(source, ignore=(*source.ignore, *headers)))  # fmt: skip


def _doubted(grid: Grid, name: str, theirs: str, word: str) -> Question:
    text = f"{theirs!r} says {word!r}. Are these the figures of {name} that are paid on?"
    return Question(grid.block.place, text, (_mapping(name, theirs), _ignoring(theirs)))


def _which(grid: Grid, name: str, headers: Sequence[str]) -> Question:
    answers = []
    for theirs in headers:
        others = [one for one in headers if one != theirs]
        mapping, ignoring = _mapping(name, theirs), _ignoring(*others)
        answers.append(Answer(mapping.words, f"{mapping.line} and {ignoring.line}", _both(mapping, ignoring)))
    text = f"{len(headers)} columns can be {name}: {listed(map(repr, headers))}. Which one is it?"
    return Question(grid.block.place, text, tuple(answers))


def _both(first: Answer, second: Answer) -> Change:
    return lambda source: second.change(first.change(source))


def _unknown(
    source: Source, grid: Grid, schema: TableSchema, header: str, taken: Iterable[str]
) -> list[Question]:
    """The question about a column that nobody knows, where pay may depend on it."""
    near = near_column(schema, header)
    near = "" if near in taken or (near and not changes_pay(schema.column(near))) else near
    word = pay_word(header, schema.name)
    if not near and not word:
        return []
    at = grid.column(header)
    said = Counter(_text(cell) for cell in grid.cells(at or 0) if not cells.is_blank(cell))
    shown = listed((f"{value!r} ({count:,})" for value, count in said.most_common(5)), 5)
    if word in STATE and not near and len(said) <= _STATES and not any(map(_is_figure, said)):
        return [_state(source, grid, schema, header, said)]
    guess = near or (_lacking_money(source, schema, taken) if word in MONEY else "")
    answers = [_mapping(guess, header)] if guess else []
    text = f"{header!r} is none of our columns, and may change pay. It holds {shown}."
    text += f" Is it {guess}?" if guess else " Which column is it?"
    return [Question(grid.block.place, text, (*answers, _ignoring(header)),
                     "" if near else f"columns.COLUMN = {toml(header)}",
                     None if near else partial(_as_column, schema, header))]  # fmt: skip


def _only_of_leavers(grid: Grid, header: str, leave: str) -> bool:
    """Whether some state of a column is only that of people with a leave date, such as "Terminated"."""
    states, left = (grid.cells(grid.column(one) or 0) for one in (header, leave))
    gone = {_text(state) for state, day in zip(states, left, strict=True) if not cells.is_blank(day)}
    return bool(gone - {_text(state) for state, day in zip(states, left, strict=True) if cells.is_blank(day)})


def _lacking_money(source: Source, schema: TableSchema, taken: Iterable[str]) -> str:
    """The one amount that the table needs and nothing gives, such as the salary; blank: none, or several."""
    lacking = [name for name in schema.lacking({*taken, *source.columns}) if
               schema.column(name).kind == "money"]  # fmt: skip
    return lacking[0] if len(lacking) == 1 else ""


def _state(source: Source, grid: Grid, schema: TableSchema, header: str, said: Counter[str]) -> Question:
    """The question which rows count, by the state that a column shows; the likeliest answer first."""
    values = [value for value, _ in said.most_common()]
    shown = listed((f"{value!r} ({count:,})" for value, count in said.most_common(5)), 5)
    text = f"do only some rows count, by {header!r}? It holds {shown}."
    every, some = _ignoring(header, words="every row counts"), [_only(header, value) for value in values]
    several = f"where.{toml_key(header)} = {toml(values[:2])}"
    leave = source.columns.get("leave_date") if schema.name == "roster" else None
    if leave and _only_of_leavers(grid, header, leave):
        # Who left during a period has earned pay in it; a row that is left out pays nothing.
        text += (
            f" {leave!r} already ends each person's pay. Whoever left during a period is paid until then, and"
            " not at all if the row is left out."
        )
        return Question(grid.block.place, text, (every, *some), several)
    return Question(grid.block.place, text, (*some, every), several)


def _as_column(schema: TableSchema, header: str, said: str) -> Change:
    """What a typed answer means: one of our columns. Errors: the table has no such column."""
    name = header_name(said)
    if name not in schema.names:
        raise CsmError(NOT_FOUND, f"{schema.name} has no column {said!r}", header, None,
                       f"{did_you_mean(said, schema.names)}Columns: {listed(schema.names, 99)}.")  # fmt: skip
    return _mapping(name, header).change


def _is_figure(value: str) -> bool:
    """Whether a value is an amount or a day, and names no state: not a flag or a percentage."""
    if _DAY.match(value):
        return True
    try:
        return abs(cells.number(value) or 0) > _MOST_OF_STATE or bool(_AMOUNT.search(value))
    except cells.BadCell:
        return bool(_AMOUNT.search(value))


def _only(header: str, value: str) -> Answer:
    return Answer(f"only rows with {value!r} count", f"where.{toml_key(header)} = {toml(value)}",
                  lambda source: replace(source, where={**source.where, header: (value,)}))  # fmt: skip


def _text(cell: Any) -> str:
    try:
        return cells.text(cell) or ""
    except cells.BadCell:
        return str(cell)


def _lacking(
    source: Source, grid: Grid, schema: TableSchema, around: Around, taken: Iterable[str], no_plan: str
) -> list[Question]:
    """A question for each column that the table needs and the export does not show.

    no_plan: the header that would be plan_id, if it held any of the plans; blank: there is none.
    """
    found = []
    there = {*taken, *source.columns, *source.join}
    for name in schema.lacking(there):
        answers = [_filling(name, plan) for plan in around.plans] if name == "plan_id" else []
        text = f"{schema.name} needs {name}, and no column of the export is known to be it."
        if name == "plan_id" and no_plan:
            unused = _ignoring(no_plan)
            answers = [Answer(one.words, f"{one.line} and {unused.line}", _both(one, unused))
                       for one in answers]  # fmt: skip
            text = (f"{no_plan!r} holds none of the plans, {listed(around.plans)}, but"
                    f" {_few(grid, no_plan)}. Which plan is each person on?")  # fmt: skip
        line = f'columns.{name} = "THEIR HEADER", or fill.{name} = "ONE VALUE"'
        if name == "employee_id":
            by_name = {"column": "NAME", "table": "roster", "key": "NAME", "value": "EMPLOYEE ID"}
            line += f", or join.{name} = {toml(by_name)} if the export has names"
        typed = partial(_header_or_value, grid, name)
        found.append(
            Question(grid.block.place, f"{text} {schema.column(name).help}", tuple(answers), line, typed)
        )
    return found


def _filling(name: str, value: str) -> Answer:
    return Answer(f"every row has {name} {value!r}", f"fill.{name} = {toml(value)}",
                  lambda source: replace(source, fill={**source.fill, name: value}))  # fmt: skip


def _header_or_value(grid: Grid, name: str, said: str) -> Change:
    """What a typed answer means: a header of the export, else one value for all rows."""
    at = grid.column(said)
    return (_filling(name, said) if at is None else _mapping(name, grid.header[at])).change


def _owner(stated: Source, source: Source, grid: Grid, around: Around) -> tuple[Source, list[Question]]:
    """Where employee_id would be a name: the question where its ID is looked up."""
    theirs = source.columns.get("employee_id", "")
    at = grid.column(theirs) if theirs and "employee_id" not in stated.columns else None
    if at is None:
        return source, []
    said = {_text(cell) for cell in grid.cells(at) if not cells.is_blank(cell)}
    if not said or not all(" " in one.strip() for one in said):
        return source, []
    columns = {ours: header for ours, header in source.columns.items() if ours != "employee_id"}
    text = f"{theirs!r} holds names ({counted(len(said), 'person', 'people')}). Where are their employee IDs?"
    line = toml({"column": theirs, "file": "people*.csv", "key": "NAME", "value": "EMPLOYEE ID"})
    question = Question(grid.block.place, text, tuple(_in_roster(theirs, said, around)),
                        f"join.employee_id = {line}")  # fmt: skip
    waiting = {**source.join, "employee_id": Join(theirs, "", "")}  # until it is answered, nothing is read
    return replace(source, columns=columns, join=waiting), [question]


def _in_roster(theirs: str, said: set[str], around: Around) -> Iterable[Answer]:
    """The columns of the roster's export in which all the names are."""
    exports = [(source, grid) for source, grid in around.exports if source.table == "roster"]
    if not exports:
        return
    people, export = exports[0]
    ids = people.columns.get("employee_id") or next((one for one in export.header if _is_id(one)), "")
    plain = {plain_name(one) for one in said}
    for key in filter(None, export.header if ids else ()):
        there: set[str] = set()
        for source, grid in exports:
            at = grid.column(header_in(key, source, grid, exports))
            there |= {plain_name(_text(cell)) for cell in grid.cells(at)} if at is not None else set()
        if plain <= there:
            yield _joining(Join(theirs, key, ids, table="roster"))


def _is_id(header: str) -> bool:
    return plain_header(header).replace(" ", "_") == "employee_id"


def _joining(join: Join) -> Answer:
    said = {"column": join.column, "table": join.table, "key": join.key, "value": join.value}
    return Answer(f"look {join.column!r} up in {join.key!r} of the roster's export, and take {join.value!r}",
                  f"join.employee_id = {toml(said)}",
                  lambda source: replace(source, join={**source.join, "employee_id": join}))  # fmt: skip
