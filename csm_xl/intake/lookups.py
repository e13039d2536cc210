"""Values looked up in another export, such as the employee ID of an owner's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.sources import UPDATE, Join, Source
from csm_xl.plan import cells
from csm_xl.plan.names import header_name, near_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, cell_of
from csm_xl.plan.tables import read_tables, table_of


@dataclass(frozen=True)
class Lookup:
    """What an export has for each key. values: the key, whatever its letters → every value beside it, and the
    key as it is written. place: what findings call the export."""

    values: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    place: str

    def find(self, cell: Any, where: str, column: str) -> str | Issue | None:
        """The value of a cell; None for a blank; the finding where there is none, or more than one."""
        said = _text(cell)
        if not said:
            return None
        found = self.values.get(plain_name(said), ())
        if len(found) == 1:
            return found[0]
        if not found:
            near = near_name(said, self.names.values())
            hint = f"{f'Did you mean {near!r}? ' if near else ''}Add it to {self.place}, or correct the name."
            return Issue(
                NOT_FOUND,
                f"nothing in {self.place} is called so",
                where,
                said,
                hint,
                kind=f"cells of {column} are not in {self.place}",
                meant=near,
            )
        what = f"{self.place} has {len(found)} of that name: {listed(found)}"
        hint = "Which one is meant cannot be known: use an ID in the export, or make the names different."
        return Issue(VALUE, what, where, said, hint, kind=f"cells of {column} are several in {self.place}")


def lookup_of(
    join: Join, exports: Sequence[tuple[Source, Grid]], place: str, own: Table | None = None
) -> Lookup:
    """A lookup in the exports of a table, or in one file.

    exports: each with its source, whose own header counts where it calls the column otherwise. place: of the
    join in the mapping. own: the table as it is before the import, which still has people who left.
    Errors: a column that one of them does not have.
    """
    found: dict[str, dict[str, None]] = {}
    names: dict[str, str] = {}
    issues: list[Issue] = []
    lacking: list[list[Issue]] = []
    for source, grid in exports:
        said = {"key": join.key, "value": join.value}
        headers = {key: header_in(header, source, grid, exports) for key, header in said.items()}
        at = {key: grid.column(header) for key, header in headers.items()}
        missing = [grid.missing(said[key], f"{place}.{key}") for key, one in at.items() if one is None]
        if missing and source.rows == UPDATE:
            lacking.append(missing)  # it adds to rows that others have, such as a report of leave dates
            continue
        issues += missing
        cells_ = [list(map(_text, grid.cells(one))) for one in at.values() if one is not None]
        if issues:
            continue
        for key, value in zip(*cells_, strict=True):
            if key and value:
                found.setdefault(plain_name(key), {})[value] = None
                names.setdefault(plain_name(key), key)
    if len(lacking) == len(exports):
        issues += [issue for missing in lacking for issue in missing]
    if issues:
        raise CsmError.of(issues)
    places = [*dict.fromkeys(grid.block.place for _, grid in exports)]
    if own is not None and (pairs := _own_pairs(join, [source for source, _ in exports], own)):
        _add_own(found, names, pairs, any(source.rows == UPDATE for source, _ in exports))
        places.append(f"the table {own.schema.name}")
    where = listed(places)
    return Lookup({key: tuple(each) for key, each in found.items()}, names, where)


def own_table(name: str, raws: Sequence[RawTable]) -> Table | None:
    """A table of a workbook or folder as it is before an import; None where there is none."""
    mine = [raw for raw in raws if table_of(raw, {}) == name]
    return read_tables(mine, {})[0][name] if mine else None


def _own_pairs(join: Join, sources: Sequence[Source], own: Table) -> list[tuple[str, str]]:
    """The keys and values of a table as it is, where both columns of the lookup are ours."""
    said = [_our_column(header, sources, own) for header in (join.key, join.value)]
    if not all(said):
        return []
    columns = [[_text(cell_of(own.schema.column(name), own.value(row, name))) for row in range(own.rows)]
               for name in said]  # fmt: skip
    return [(key, value) for key, value in zip(*columns, strict=True) if key and value]


def _our_column(header: str, sources: Sequence[Source], own: Table) -> str:
    """The column of ours that the exports of a table call so; blank if it is none."""
    ours = (ours for one in sources for ours, theirs in one.columns.items()
            if plain_header(theirs) == plain_header(header))  # fmt: skip
    name = next(ours, header_name(header))
    return name if name in own.schema.names else ""


def _add_own(
    found: dict[str, dict[str, None]], names: dict[str, str], pairs: Sequence[tuple[str, str]], stay: bool
) -> None:
    """Add what the table has to what its exports have. stay: whether rows that no export has stay.

    A row that an export replaces does not count beside a name of the exports: the name may be corrected.
    """
    there = {key: tuple(values) for key, values in found.items()}
    replaced = {value for values in there.values() for value in values}
    for key, value in pairs:
        plain = plain_name(key)
        if plain not in there or (stay and value not in replaced):
            found.setdefault(plain, {})[value] = None
            names.setdefault(plain, key)


def header_in(header: str, source: Source, grid: Grid, exports: Sequence[tuple[Source, Grid]]) -> str:
    """What an export calls a column that another of the same table calls so."""
    if grid.column(header) is not None:
        return header
    ours = (ours for one, _ in exports for ours, theirs in one.columns.items()
            if plain_header(theirs) == plain_header(header))  # fmt: skip
    return next((source.columns[one] for one in ours if one in source.columns), header)


Lookups = Callable[[Join, str], Lookup]
"""Gives the lookup of a join; the text is the join's place in the mapping."""


def _text(cell: Any) -> str:
    try:
        return cells.text(cell) or ""
    except cells.BadCell:
        return ""


def plain_name(text: str) -> str:
    """A name as it is compared: whatever its letters and blanks, and "Last, First" as "First Last".

    >>> plain_name("Two,  Sample"), plain_name("sample two")
    ('sample two', 'sample two')
    """
    last, comma, first = text.partition(",")
    ordered = f"{first} {last}" if comma and first.strip() and "," not in first else text
    return " ".join(ordered.split()).casefold()
