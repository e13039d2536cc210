"""A whole mapping run: every source as a table, or everything that is wrong with any of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from csm_xl.errors import NOT_FOUND, CsmError, Issue, listed
from csm_xl.intake.files import grid_of_file, grid_of_source, newest
from csm_xl.intake.grid import Grid
from csm_xl.intake.lookups import Lookup, lookup_of, own_table
from csm_xl.intake.mapped import Mapped, mapped
from csm_xl.intake.period_said import of_period
from csm_xl.intake.sources import Join, Source, Sources
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema


def run(
    sources: Sources,
    known: Mapping[str, TableSchema],
    read: Sequence[Grid] | None = None,
    own: Sequence[RawTable] = (),
    period: str = "",
) -> list[Mapped]:
    """The exports of a mapping as tables, in its order; several may be of one table.

    known: the tables by name. read: the exports of the first sources, which alone are wanted then; the others
    are read where something is looked up in them. own: the tables as they are, in which people are found who
    are no longer in an export. period: of the rows of sources that leave it to --period; blank where it is
    not said.
    Errors: everything that keeps a source from being read, of all of them at once.
    """
    beside = sources.path.parent
    issues: list[Issue] = []
    grids: dict[int, Grid] = dict(enumerate(read or ()))
    wanted = range(len(sources.sources) if read is None else len(read))
    for at in wanted:
        if at not in grids:
            try:
                grids[at] = grid_of_source(sources.sources[at], beside)
            except CsmError as error:
                issues += error.issues
    lookup_grids: dict[str, Grid] = {}

    def lookups(join: Join, place: str) -> Lookup:
        if join.table:
            others = [at for at, one in enumerate(sources.sources) if one.table == join.table]
            for at in others:
                if at not in grids and at not in wanted:
                    grids[at] = grid_of_source(sources.sources[at], beside)
            mine = own_table(join.table, own)
            if (not others and mine is None) or not all(at in grids for at in others):
                raise CsmError(
                    NOT_FOUND,
                    "no source of this mapping is that table",
                    f"{place}.table",
                    join.table,
                    f"Sources: {listed(dict.fromkeys(one.table for one in sources.sources))}.",
                )
            exports = [(sources.sources[at], grids[at]) for at in others]
            return lookup_of(join, exports, place, mine)
        if join.file not in lookup_grids:
            path = newest(join.file, beside, f"{place}.file")
            lookup_grids[join.file] = grid_of_file(path, Source("", place=place))
        return lookup_of(join, [(Source(""), lookup_grids[join.file])], place)

    found: list[Mapped] = []
    for at in wanted:
        source = sources.sources[at]
        if at in grids:
            try:
                dated = of_period(source, grids[at], period)
                found.append(replace(mapped(dated, grids[at], known[source.table], lookups), source=source))
            except CsmError as error:
                issues += error.issues
    if issues:
        raise CsmError.of(issues)
    return found
