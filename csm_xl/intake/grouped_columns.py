"""Columns of a grouped report, which are filled in the first row of each group alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from csm_xl.errors import counted
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.mapped import implied_columns
from csm_xl.intake.questions import Answer, Question
from csm_xl.intake.sources import ABOVE, BLANK, Source
from csm_xl.intake.sources_writing import toml, toml_key
from csm_xl.plan.cells import is_blank
from csm_xl.plan.schema import TableSchema

_MEANINGS: Final = ((ABOVE, "a blank cell means the value above it"), (BLANK, "a blank cell is blank"))


def open_groups(source: Source, grid: Grid, schema: TableSchema) -> list[Question]:
    """A question about each column that is used and looks like that of a group."""
    columns = {**source.columns, **implied_columns(source, grid, schema)}
    used = {plain_header(theirs) for theirs in (*source.named(), *columns.values())}
    said = {plain_header(theirs) for theirs in source.blanks}
    mine = {plain_header(theirs): ours for ours, theirs in columns.items()}
    return [_question(grid, grid.header[at], cells) for at, cells in _groups(grid)
            if (plain := plain_header(grid.header[at])) in used - said
            and schema.key != (mine.get(plain),)]  # fmt: skip


def _groups(grid: Grid) -> Iterator[tuple[int, list[Any]]]:
    """The first columns whose cells are filled once for each group. The values of the outermost column all
    differ; those of an inner one may repeat in the next outer group."""
    outer: set[int] | None = None
    for at in range(len(grid.header)):
        cells = grid.cells(at)
        filled = [row for row, cell in enumerate(cells) if not is_blank(cell)]
        if not filled:
            continue  # such as the empty first column of a printed report
        if filled[0] != 0 or len(filled) == len(cells):
            return
        said = [str(cells[row]) for row in filled]
        if not (len(set(said)) == len(said) if outer is None else outer <= set(filled)):
            return
        yield at, cells
        outer = set(filled)


def _question(grid: Grid, header: str, cells: Sequence[Any]) -> Question:
    blank = sum(map(is_blank, cells))
    text = (f"{header!r} is blank in {blank:,} of {counted(len(cells), 'row')}, as in a grouped report."
            " Does a blank cell mean the value above it?")  # fmt: skip
    answers = tuple(
        Answer(words, f"blanks.{toml_key(header)} = {toml(said)}",
               lambda one, said=said: replace(one, blanks={**one.blanks, header: said}))  # type: ignore[misc]
        for said, words in _MEANINGS
    )  # fmt: skip
    return Question(grid.block.place, text, answers)
