"""People in an export by their names: where their IDs are looked up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from csm_xl.errors import counted
from csm_xl.intake.column_answers import Around
from csm_xl.intake.grid import Grid, plain_header, text_of
from csm_xl.intake.lookups import header_in, plain_name
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import Join, Source
from csm_xl.intake.sources_writing import toml
from csm_xl.plan import cells


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
    ids = people.columns.get("employee_id") or next((one for one in export.header if _is_id(one)), "")
    plain = {plain_name(one) for one in said}
    for key in filter(None, export.header if ids else ()):
        there: set[str] = set()
        for source, grid in exports:
            at = grid.column(header_in(key, source, grid, exports))
            there |= {plain_name(text_of(cell)) for cell in grid.cells(at)} if at is not None else set()
        if plain <= there and plain_header(key) != plain_header(ids):
            yield _joining(Join(theirs, key, ids, table="roster"), ours)
        elif plain <= there:
            return  # they are IDs


def _is_id(header: str) -> bool:
    return plain_header(header).replace(" ", "_") == "employee_id"


def _joining(join: Join, ours: str) -> Answer:
    said = {"column": join.column, "table": join.table, "key": join.key, "value": join.value}

    def change(source: Source) -> Source:
        columns = {name: header for name, header in source.columns.items() if name != ours}
        return replace(source, columns=columns, join={**source.join, ours: join})

    words = f"look {join.column!r} up in {join.key!r} of the roster's export, and take {join.value!r}"
    return Answer(words, f"join.{ours} = {toml(said)}", change)
