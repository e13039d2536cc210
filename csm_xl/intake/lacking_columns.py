"""Columns that a table needs and an export does not show: a question about each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial

from csm_xl.errors import listed
from csm_xl.intake.column_answers import Around, both, filling, ignoring, is_figure, mapping, unnamed
from csm_xl.intake.grid import Grid, text_of
from csm_xl.intake.lookups import own_table
from csm_xl.intake.mapped import implied_columns
from csm_xl.intake.period_said import period_answers
from csm_xl.intake.questions import Answer, Change, Question
from csm_xl.intake.sources import UPDATE, Source
from csm_xl.intake.sources_writing import toml
from csm_xl.plan import cells
from csm_xl.plan.schema import TableSchema


def lacking_columns(
    source: Source, grid: Grid, schema: TableSchema, around: Around, taken: Iterable[str], no_plan: str
) -> list[Question]:
    """A question for each column that the table needs and the export does not show.

    no_plan: the header that would be plan_id, if it held any of the plans; blank: there is none.
    """
    found = []
    there = {*taken, *source.columns, *source.join}
    lacking = schema.lacking(there)
    if source.rows == UPDATE and _all_known(source, grid, schema, around):
        lacking = tuple(name for name in lacking if name in schema.key)
    for name in lacking:
        answers = _answers_for(source, grid, schema, name, around)
        text = f"{schema.name} needs {name}, and no column of the export is known to be it."
        if name == "plan_id" and no_plan:
            unused = ignoring(no_plan)
            answers = [Answer(one.words, f"{one.line} and {unused.line}", both(one, unused))
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


def _all_known(source: Source, grid: Grid, schema: TableSchema, around: Around) -> bool:
    """Whether another export, or the table as it is, has each row of an export by its ID.

    Such is a report of people who left: their IDs and leave dates, and nothing else.
    """
    if len(schema.key) != 1:
        return False
    (key,) = schema.key
    others = [(one, export) for one, export in around.exports
              if one.table == schema.name and one.place != source.place]  # fmt: skip
    own = own_table(schema.name, around.own)
    there = set() if own is None else {str(own.value(row, key)) for row in range(own.rows)}
    there |= {one for other, export in others for one in _ids(other, export, schema, key)}
    mine = _ids(source, grid, schema, key)
    return bool(mine) and mine <= there


def _ids(source: Source, grid: Grid, schema: TableSchema, key: str) -> set[str]:
    header = {**implied_columns(source, grid, schema), **source.columns}.get(key, "")
    at = grid.column(header) if header else None
    return set() if at is None else {text_of(cell) for cell in grid.cells(at)} - {""}


def _answers_for(source: Source, grid: Grid, schema: TableSchema, name: str, around: Around) -> list[Answer]:
    """The likely answers to what a column is that an export lacks."""
    if name == "period":
        return period_answers(grid, around.period)
    if name == "plan_id":
        return [filling(name, plan) for plan in around.plans]
    if name == "measure" and schema.name == "results":
        place = grid.block.place.casefold()  # a sheet or a file is called as what it measures
        return [
            filling(name, one) for one in sorted(around.measures, key=lambda one: one.casefold() not in place)
        ]
    if name == "id":
        return [mapping(name, header) for header in unnamed(source, grid, schema) if _is_text(grid, header)]
    return [filling(name, word) for word in schema.column(name).choices]


def _is_text(grid: Grid, header: str) -> bool:
    """Whether a column may hold names or IDs."""
    said = [text_of(cell) for cell in grid.cells(grid.column(header) or 0) if not cells.is_blank(cell)]
    return bool(said) and not any(map(is_figure, said))


def _header_or_value(grid: Grid, name: str, said: str) -> Change:
    """What a typed answer means: a header of the export, else one value for all rows."""
    at = grid.column(said)
    return (filling(name, said) if at is None else mapping(name, grid.header[at])).change


def _few(grid: Grid, header: str) -> str:
    """The most frequent values of a column, with their counts."""
    cells_ = grid.cells(grid.column(header) or 0)
    said = Counter(text_of(cell) for cell in cells_ if not cells.is_blank(cell))
    return listed((f"{value!r} ({count:,})" for value, count in said.most_common(5)), 5)
