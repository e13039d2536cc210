"""The rows of an export that count: the cells of groups in each of them, and what a filter leaves out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from csm_xl.errors import VALUE, CsmError, Issue, counted, listed
from csm_xl.intake.grid import Grid, text_of
from csm_xl.intake.sources import ABOVE, Source
from csm_xl.plan import cells
from csm_xl.plan.names import did_you_mean


def filled_down(source: Source, grid: Grid) -> Grid:
    """An export with the cells of its groups in every row, where the mapping says so."""
    columns = [at for theirs, said in source.blanks.items()
               if said == ABOVE and (at := grid.column(theirs)) is not None]  # fmt: skip
    if not columns:
        return grid
    rows = [list(row) for row in grid.rows]
    for at in columns:
        above = None
        for row in rows:
            above = row[at] = above if cells.is_blank(row[at]) else row[at]
    return replace(grid, rows=rows)


def kept_rows(source: Source, grid: Grid) -> tuple[list[int], list[Issue]]:
    """The rows that `where` keeps, and what it leaves out, counted. Errors: none is kept."""
    kept, notes = list(range(len(grid.rows))), list[Issue]()
    for theirs, wanted in source.where.items():
        at = grid.column(theirs)
        assert at is not None
        said = [text_of(cell) for cell in grid.cells(at)]
        plain = {_alike(one) for one in wanted}
        left = Counter(said[row] for row in kept if said[row] not in wanted)
        near = [one for one in left if _alike(one) in plain]
        place, key = f"{grid.block.place} ({theirs})", f"{source.place} where"
        if near:
            raise CsmError(
                VALUE,
                f"{listed(map(repr, near))} differ from {listed(map(repr, wanted))} only in"
                " capitals, spaces or hyphens",
                place,
                None,
                f'Name each that counts: where."{theirs}" = [ … ].',
            )
        kept = [row for row in kept if said[row] in wanted]
        if not kept:
            raise CsmError(
                VALUE,
                f"no row has {theirs} {listed(map(repr, wanted))}",
                key,
                None,
                f"{did_you_mean(wanted[0], left)}The export has {listed(map(repr, left), 20)}.",
            )
        lost = [one for one in wanted if one not in said]
        for one in lost:
            notes.append(
                Issue(
                    VALUE,
                    f"no row has {theirs} {one!r}",
                    key,
                    None,
                    f"{did_you_mean(one, left)}Correct it, or leave it out.",
                    "warning",
                )
            )
        if left:
            total = sum(left.values())
            each = listed((f"{one or '(blank)'} ({count:,})" for one, count in left.most_common()), 20)
            what = f"{counted(total, 'row')} {'is' if total == 1 else 'are'} left out: {theirs} is {each}"
            notes.append(Issue(VALUE, what, place, None, "", "note"))
    return kept, notes


def _alike(text: str) -> str:
    return re.sub(r"[\s_-]+", "", text).casefold()
