"""Which tables a new file holds: one, one a sheet, or one a measure; and what is open about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.column_answers import Around
from csm_xl.intake.crosstab import crosstab_question, crosstabs, unread
from csm_xl.intake.files import block_of, filled_sheets
from csm_xl.intake.grid import Grid, grid_of
from csm_xl.intake.proposal import is_table, stub_of, table_of_grid
from csm_xl.intake.questions import Answer, Change, Question
from csm_xl.intake.sources import Source
from csm_xl.intake.sources_writing import toml
from csm_xl.plan.schema import TableSchema

_TABLES: Final = ("roster", "results", "deals", "accounts", "goals", "answers", "payments", "changes")
"""The tables that exports usually are."""


@dataclass(frozen=True)
class Found:
    """A table in a file: its source as far as it is known, its rows, and what has to be asked first."""

    source: Source
    grid: Grid
    questions: tuple[Question, ...]


def tables_of_file(
    path: Path, beside: Path, others: Iterable[Path], known: Mapping[str, TableSchema], around: Around
) -> tuple[list[Found], list[Issue]]:
    """The tables of a file that no source names, and notes about its sheets that are none.

    beside: the folder of the mapping. others: the other files of the same import.
    Errors: a file that cannot be read; one of which nothing is any of the tables.
    """
    sheets = filled_sheets(path)
    if len(sheets) < 2:
        grid = grid_of(block_of(path))
        try:
            return _tables(path, grid, "", beside, others, known, around), []
        except CsmError as error:  # its headers are those of no table
            source = stub_of(path, beside, _TABLES[0], others)
            return [Found(source, grid, (_which_table(path.name, error.issues[0].got, known),))], []
    found: list[Found] = []
    notes: list[Issue] = []
    for sheet in sheets:
        try:
            grid = grid_of(block_of(path, sheet))
            found += _tables(path, grid, sheet, beside, others, known, around)
        except CsmError as error:
            what = f"the sheet {sheet!r} is not imported: {error.issues[0].message}"
            hint = f'If it must be, add a [[source]] with sheet = "{sheet}".'
            notes.append(Issue(VALUE, what, path.name, None, hint, "warning"))
    if not found:
        block_of(path)  # several sheets, and none is a table: names them
    found = [replace(one, questions=_of_sheet(one)) for one in found]
    count = Counter(one.source.table for one in found if not one.questions)
    return [_asked(one) if not one.questions and count[one.source.table] > 1 else one for one in found], notes


def _which_table(name: str, headers: object, known: Mapping[str, TableSchema]) -> Question:
    """The question which table an export is whose headers are those of none."""

    def typed(said: str) -> Change:
        if said.strip() not in known:
            raise CsmError(NOT_FOUND, "there is no such table", name, said, f"Tables: {listed(known, 99)}.")
        return lambda source: replace(source, table=said.strip())

    answers = [is_table(table, name, table) for table in _TABLES]
    text = f"which table is this export? Its headers are those of none: {headers}."
    line = f"[[source]] with table = NAME and from = {toml(name)}"
    return Question(name, text, (*answers, unread("none: it is not imported")), line, typed)


def unnamed_sheets(path: Path, sources: Sequence[Source]) -> list[Issue]:
    """A warning about the sheets of a file that no source of it names, where each names one."""
    named = {source.sheet.casefold() for source in sources}
    if "" in named:
        return []
    left = [sheet for sheet in filled_sheets(path) if sheet.casefold() not in named]
    if not left:
        return []
    what = f"not imported: {'the sheet' if len(left) == 1 else 'the sheets'} {listed(map(repr, left))}"
    hint = f'If a sheet must be, add a [[source]] with sheet = "{left[0]}".'
    return [Issue(VALUE, what, path.name, None, hint, "warning")]


def _tables(
    path: Path,
    grid: Grid,
    sheet: str,
    beside: Path,
    others: Iterable[Path],
    known: Mapping[str, TableSchema],
    around: Around,
) -> list[Found]:
    table, questions = table_of_grid(grid, path.name, known, around.measures, around.period)
    source = stub_of(path, beside, table, others, sheet)
    each = crosstabs(grid) if table == "results" and questions else []
    if len(each) < 2:
        return [Found(source, grid, tuple(questions))]
    return [
        Found(replace(source, place=f"{source.place} {one.about}".strip()), grid,
              (crosstab_question(grid, one, each, around.measures, around.period),))
        for one in each
    ]  # fmt: skip


def _of_sheet(found: Found) -> tuple[Question, ...]:
    """The questions about a sheet, whose lines of the mapping name the sheet too."""
    said = _source_of(found.source)
    every = []
    for question in found.questions:
        lines = [one.line if one.change(found.source).unread else f"{said}, {one.line}"
                 for one in question.answers]  # fmt: skip
        answers = [replace(one, line=line) for one, line in zip(question.answers, lines, strict=True)]
        line = question.line and f"{said}, {question.line}"
        every.append(replace(question, answers=tuple(answers), line=line))
    return tuple(every)


def _source_of(source: Source) -> str:
    said = {"table": source.table, "from": source.pattern, "sheet": source.sheet}
    return f"[[source]] with {', '.join(f'{key} = {toml(value)}' for key, value in said.items())}"


def _asked(one: Found) -> Found:
    """A table with the question whether its sheet is part of it, as others of the same file are."""
    source = one.source
    line = _source_of(source)
    text = f"several sheets of the file are {source.table}. Is {source.sheet!r} a part of it?"
    answers = (Answer(f"yes: its rows are {source.table} too", line, lambda given: given),
               unread("no: the sheet is not imported"))  # fmt: skip
    return replace(one, questions=(Question(one.grid.block.place, text, answers),))
