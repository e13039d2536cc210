"""Which columns of an export are which of ours: what is known, and what has to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from csm_xl.errors import NOT_FOUND, CsmError, listed
from csm_xl.intake.column_answers import Around, both, ignoring, is_figure, mapping, unnamed
from csm_xl.intake.grid import Grid, text_of
from csm_xl.intake.header_doubts import doubt
from csm_xl.intake.kept_rows import kept_rows
from csm_xl.intake.lacking_columns import lacking_columns
from csm_xl.intake.mapped import implied_columns
from csm_xl.intake.open_people import names_for_ids, owner_names
from csm_xl.intake.questions import Answer, Change, Question
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_writing import toml, toml_key
from csm_xl.intake.systems import known_columns, near_column
from csm_xl.plan import cells
from csm_xl.plan.header_words import MONEY, STATE
from csm_xl.plan.names import did_you_mean, header_name
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.unknown_columns import changes_pay, is_free, pay_word

_STATES: Final = 12
"""A column with more different values than this is no status."""


@dataclass(frozen=True)
class Opened:
    """A source with what was found for it, and what has to be asked."""

    source: Source
    questions: tuple[Question, ...]


def given_columns(source: Source, grid: Grid, schema: TableSchema) -> set[str]:
    """Our columns that a source gives already."""
    given = {*source.columns, *source.fill, *source.join, *implied_columns(source, grid, schema)}
    given |= {source.unpivot.name, *source.unpivot.cells} if source.unpivot else set()
    return given | ({"currency"} if source.currency else set())


def open_columns(source: Source, grid: Grid, schema: TableSchema, around: Around) -> Opened:
    """The columns that headers are known to mean; the others that may change pay as questions."""
    left = unnamed(source, grid, schema)
    taken = given_columns(source, grid, schema)
    known: dict[str, list[str]] = {}
    no_plan = ""
    meant = known_columns(schema, grid.header)
    for header in left:
        name = meant.get(header, "")
        if name == "manager_id" and any(
            " " in text_of(cell).strip() for cell in grid.cells(grid.column(header) or 0)
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
            if stated.where and pay_word(header, schema.name) in STATE and _settled(stated, grid, header):
                source = replace(source, ignore=(*source.ignore, header))
            else:
                questions += _unknown(source, grid, schema, header, {*taken, *known}, around)
    source, of_owner = owner_names(stated, source, grid, around)
    questions += of_owner
    if schema.name == "results":
        questions += names_for_ids(source, grid, around)
    questions += lacking_columns(source, grid, schema, around, {*taken, *known}, no_plan)
    return Opened(source, tuple(questions))


def _no_plan(grid: Grid, header: str, around: Around) -> bool:
    """Whether a column that is called a plan names none of ours."""
    said = {text_of(cell).strip() for cell in grid.cells(grid.column(header) or 0)} - {""}
    return bool(said and around.plans) and said.isdisjoint(around.plans)


def _filled(grid: Grid, header: str) -> Iterable[bool]:
    at = grid.column(header)
    return (not cells.is_blank(cell) for cell in grid.cells(at or 0))


def _doubted(grid: Grid, name: str, theirs: str, word: str) -> Question:
    text = f"{theirs!r} says {word!r}. Are these the figures of {name} that are paid on?"
    return Question(grid.block.place, text, (mapping(name, theirs), ignoring(theirs)))


def _which(grid: Grid, name: str, headers: Sequence[str]) -> Question:
    answers = []
    for theirs in headers:
        others = [one for one in headers if one != theirs]
        mine, unused = mapping(name, theirs), ignoring(*others)
        answers.append(Answer(mine.words, f"{mine.line} and {unused.line}", both(mine, unused)))
    text = f"{len(headers)} columns can be {name}: {listed(map(repr, headers))}. Which one is it?"
    return Question(grid.block.place, text, tuple(answers))


def _unknown(
    source: Source, grid: Grid, schema: TableSchema, header: str, taken: Iterable[str], around: Around
) -> list[Question]:
    """The question about a column that nobody knows, where pay may depend on it."""
    near = near_column(schema, header)
    near = "" if near in taken or (near and not changes_pay(schema.column(near))) else near
    if near == "plan_id" and _no_plan(grid, header, around):
        near = ""  # such as the grade of an HR system
    word = pay_word(header, schema.name)
    if not near and not word:
        return []
    at = grid.column(header)
    said = Counter(text_of(cell) for cell in grid.cells(at or 0) if not cells.is_blank(cell))
    shown = listed((f"{value!r} ({count:,})" for value, count in said.most_common(5)), 5)
    if word in STATE and not near and len(said) <= _STATES and not any(map(is_figure, said)):
        return [_state(source, grid, schema, header, said)]
    guess = near or (_lacking_money(source, schema, taken) if word in MONEY else "")
    answers = [mapping(guess, header)] if guess else []
    text = f"{header!r} is not a known column, and may change pay. It holds {shown}."
    text += f" Is it {guess}?" if guess else " Which column is it?"
    return [Question(grid.block.place, text, (*answers, ignoring(header)),
                     "" if near else f"columns.COLUMN = {toml(header)}",
                     None if near else partial(_as_column, schema, header),
                     "" if guess else header, shown)]  # fmt: skip


def _settled(source: Source, grid: Grid, header: str) -> bool:
    """Whether the rows that count have one state, and others are among those that a filter leaves out."""
    if any(grid.column(theirs) is None for theirs in source.where):
        return False  # what is gone is reported
    try:
        kept, _ = kept_rows(source, grid)
    except CsmError:
        return False  # that no row is kept is reported
    said = [text_of(cell) for cell in grid.cells(grid.column(header) or 0)]
    return len(set(said)) > 1 == len({said[row] for row in kept})


def _only_of_leavers(grid: Grid, header: str, leave: str) -> bool:
    """Whether some state of a column is only that of people with a leave date, such as "Terminated"."""
    states, left = (grid.cells(grid.column(one) or 0) for one in (header, leave))
    gone = {text_of(state) for state, day in zip(states, left, strict=True) if not cells.is_blank(day)}
    return bool(
        gone - {text_of(state) for state, day in zip(states, left, strict=True) if cells.is_blank(day)}
    )


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
    every, some = ignoring(header, words="every row counts"), [_only(header, value) for value in values]
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
    return mapping(name, header).change


def _only(header: str, value: str) -> Answer:
    return Answer(f"only rows with {value!r} count", f"where.{toml_key(header)} = {toml(value)}",
                  lambda source: replace(source, where={**source.where, header: (value,)}))  # fmt: skip
