"""A whole mapping run: every source as a table, or everything that is wrong with any of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from csm_xl.errors import NOT_FOUND, CsmError, Issue, listed
from csm_xl.intake.files import grid_of_file, grid_of_source, newest
from csm_xl.intake.grid import Grid
from csm_xl.intake.lookups import Lookup, lookup_of
from csm_xl.intake.mapped import Mapped, mapped
from csm_xl.intake.sources import Join, Source, Sources
from csm_xl.plan.schema import TableSchema


def run(
    sources: Sources,
    known: Mapping[str, TableSchema],
    read: Mapping[str, Grid] | None = None,
    only: Collection[str] | None = None,
) -> list[Mapped]:
    """The tables of a mapping, in its order.

    known: the tables by name. read: table → its export, where that is read already. only: the tables that are
    wanted; the others are read where something is looked up in them.
    Errors: everything that keeps a source from being read, of all of them at once.
    """
    beside = sources.path.parent
    issues: list[Issue] = []
    grids = dict(read or {})
    wanted = [source for source in sources.sources if only is None or source.table in only]
    for source in wanted:
        if source.table not in grids:
            try:
                grids[source.table] = grid_of_source(source, beside)
            except CsmError as error:
                issues += error.issues
    lookup_grids: dict[str, Grid] = {}

    def lookups(join: Join, place: str) -> Lookup:
        if join.table:
            other = next((one for one in sources.sources if one.table == join.table), None)
            if join.table not in grids and other is not None and other not in wanted:
                grids[join.table] = grid_of_source(other, beside)
            if join.table not in grids:
                raise CsmError(
                    NOT_FOUND,
                    "no source of this mapping is that table",
                    f"{place}.table",
                    join.table,
                    f"Sources: {listed(one.table for one in sources.sources)}.",
                )
            return lookup_of(join, grids[join.table], place)
        if join.file not in lookup_grids:
            path = newest(join.file, beside, f"{place}.file")
            lookup_grids[join.file] = grid_of_file(path, Source("", place=place))
        return lookup_of(join, lookup_grids[join.file], place)

    found: list[Mapped] = []
    for source in wanted:
        if source.table in grids:
            try:
                found.append(mapped(source, grids[source.table], known[source.table], lookups))
            except CsmError as error:
                issues += error.issues
    if issues:
        raise CsmError.of(issues)
    return found
