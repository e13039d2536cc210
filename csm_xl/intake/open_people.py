"""People in an export by their names: where their IDs are looked up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from csm_xl.errors import counted, listed
from csm_xl.intake.column_answers import Around
from csm_xl.intake.grid import Grid, plain_header, text_of
from csm_xl.intake.lookups import header_in, plain_name
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import Join, Source
from csm_xl.intake.sources_writing import join_entry, toml
from csm_xl.intake.systems import known_columns
from csm_xl.plan import cells
from csm_xl.plan.schema import schemas


def owner_names(stated: Source, source: Source, grid: Grid, around: Around) -> tuple[Source, list[Question]]:
    """Where employee_id would be a name: the question where its ID is looked up."""
    theirs = source.columns.get("employee_id", "")
    at = grid.column(theirs) if theirs and "employee_id" not in stated.columns else None
    if at is None:
        return source, []
    said = {text_of(cell) for cell in grid.cells(at) if not cells.is_blank(cell)}
    if not said or not all(" " in one.strip() for one in said):
        return source, []
    columns = {ours: header for ours, header in source.columns.items() if ours != "employee_id"}
    text = f"{theirs!r} holds names ({counted(len(said), 'person', 'people')}). Where are their employee IDs?"
    line = toml({"column": theirs, "file": "people*.csv", "key": "NAME", "value": "EMPLOYEE ID"})
    question = Question(grid.block.place, text, tuple(_in_roster(theirs, said, around)),
                        f"join.employee_id = {line}")  # fmt: skip
    waiting = {**source.join, "employee_id": Join(theirs, "", "")}  # until it is answered, nothing is read
    return replace(source, columns=columns, join=waiting), [question]


def names_for_ids(source: Source, grid: Grid, around: Around) -> Iterable[Question]:
    """Where the IDs of results are names that the roster's export has in another column: the question whether
    they are looked up there."""
    theirs = source.columns.get("id", "")
    at = grid.column(theirs) if theirs else None
    if at is None or source.fill.get("scope") != "individual":
        return
    said = {text_of(cell) for cell in grid.cells(at) if not cells.is_blank(cell)}
    answers = list(_in_roster(theirs, said, around, "id")) if said else []
    if answers:
        text = f"{theirs!r} holds names ({counted(len(said), 'person', 'people')}). Where are their IDs?"
        yield Question(grid.block.place, text, tuple(answers))


def _in_roster(theirs: str, said: set[str], around: Around, ours: str = "employee_id") -> Iterable[Answer]:
    """The columns of the roster's export in which all the names are, but that of the IDs."""
    exports = [(source, grid) for source, grid in around.exports if source.table == "roster"]
    if not exports:
        return
    people, export = exports[0]
    plain = {plain_name(one) for one in said}
    known = known_columns(schemas({})["roster"], export.header)
    called = {**{name: header for header, name in reversed(known.items())}, **people.columns}
    ids = called.get("employee_id", "")
    found = False
    for key in filter(None, export.header if ids else ()):
        there = _names((key,), exports)
        if plain <= there and plain_header(key) != plain_header(ids):
            found = True
            yield _joining(Join(theirs, key, ids, table="roster"), ours)
        elif plain <= there:
            return  # they are IDs
    parts = [called.get(name, "") for name in ("first_name", "last_name")] if ids and not found else []
    if all(parts) and parts:
        missing = [one for one in said if plain_name(one) not in _names(parts, exports)]
        if 2 * len(missing) < len(said):  # nicknames and people who left
            yield _joining(Join(theirs, tuple(parts), ids, table="roster"), ours, missing)


def _names(parts: Sequence[str], exports: Sequence[tuple[Source, Grid]]) -> set[str]:
    """The names that exports have in columns, joined by a blank, as they are compared."""
    found: set[str] = set()
    for source, grid in exports:
        at = [grid.column(header_in(one, source, grid, exports)) for one in parts]
        columns = [map(text_of, grid.cells(one)) for one in at if one is not None]
        if len(columns) == len(parts):
            found |= {plain_name(" ".join(filter(None, each))) for each in zip(*columns, strict=True)}
    return found


def _joining(join: Join, ours: str, missing: Sequence[str] = ()) -> Answer:
    def change(source: Source) -> Source:
        columns = {name: header for name, header in source.columns.items() if name != ours}
        return replace(source, columns=columns, join={**source.join, ours: join})

    key = " and ".join(map(repr, join.keys))
    words = f"look {join.column!r} up in {key} of the roster's export, and take {join.value!r}"
    if missing:
        words += f"; not found there: {listed(sorted(missing), 8)}"
    return Answer(words, f"join.{ours} = {toml(join_entry(join))}", change)
