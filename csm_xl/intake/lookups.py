"""Values looked up in another export, such as the employee ID of an owner's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, listed
from csm_xl.intake.grid import Grid, plain_header
from csm_xl.intake.outdated_cells import outdated_cells
from csm_xl.intake.sources import UPDATE, Join, Source
from csm_xl.intake.sources_writing import toml
from csm_xl.plan import cells
from csm_xl.plan.display_names import EMPLOYEE_NAME, one_name
from csm_xl.plan.names import header_name, near_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, cell_of
from csm_xl.plan.tables import read_tables, table_of

_NAMES: Final = (EMPLOYEE_NAME, "first_name", "last_name")


@dataclass(frozen=True)
class Lookup:
    """What an export has for each key. values: the key, whatever its letters → every value beside it, and the
    key as it is written. place: what findings call the export."""

    values: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    place: str

    def find(
        self, cell: Any, where: str, column: str, ours: str = "", aliases: Mapping[str, str] | None = None
    ) -> str | Issue | None:
        """The value of a cell; None for a blank; the finding where there is none, or more than one.

        ours: the column of ours. aliases: what the export writes → the key that is meant, or its value.
        """
        said = _text(cell)
        if not said:
            return None
        also = {plain_name(one): other for one, other in (aliases or {}).items()}
        meant = also.get(plain_name(said), said)
        found = self.values.get(plain_name(meant), ())
        if not found and meant != said and any(meant in each for each in self.values.values()):
            return meant
        if len(found) == 1:
            return found[0]
        if not found:
            near = near_name(meant, self.names.values()) or _namesake(meant, self.names.values())
            hint = f"{f'Did you mean {near!r}? ' if near else ''}Add it to {self.place}, or correct the name."
            hint += f" Or say who it is: values.{ours} = {toml({said: near or 'NAME'})}." if ours else ""
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
        hint += f" Or say whose they all are: values.{ours} = {toml({said: found[0]})}." if ours else ""
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
        parts = _parts(join.keys, source, grid)
        said = [*((header, "key") for header in parts), (join.value, "value")]
        at = [grid.column(header_in(header, source, grid, exports)) for header, _ in said]
        missing = [grid.missing(header, f"{place}.{key}")
                   for (header, key), one in zip(said, at, strict=True) if one is None]  # fmt: skip
        if missing and source.rows == UPDATE:
            lacking.append(missing)  # it adds to rows that others have, such as a report of leave dates
            continue
        issues += missing
        cells_ = [list(map(_text, grid.cells(one))) for one in at if one is not None]
        issues += outdated_cells(grid, [one for one in at if one is not None])
        if issues:
            continue
        for *names_of, value in zip(*cells_, strict=True):
            if (key := " ".join(filter(None, names_of))) and value:
                found.setdefault(plain_name(key), {})[value] = None
                names.setdefault(plain_name(key), key)
    if exports and len(lacking) == len(exports):
        issues += [issue for missing in lacking for issue in missing]
    if issues:
        raise CsmError.of(issues)
    places = [*dict.fromkeys(grid.block.place for _, grid in exports)]
    if own is not None and (pairs := _own_pairs(join, [source for source, _ in exports], own)):
        _add_own(found, names, pairs, any(source.rows == UPDATE for source, _ in exports))
        places.append(f"the table {own.schema.name}")
    if not places:
        columns = () if own is None else own.schema.names
        raise CsmError(NOT_FOUND, f"the table {join.table} has no such columns", f"{place}.key",
                       listed((*join.keys, join.value)), f"Columns: {listed(columns, 99)}.")  # fmt: skip
    where = listed(places)
    return Lookup({key: tuple(each) for key, each in found.items()}, names, where)


def own_table(name: str, raws: Sequence[RawTable]) -> Table | None:
    """A table of a workbook or folder as it is before an import; None where there is none."""
    mine = [raw for raw in raws if table_of(raw, {}) == name]
    return read_tables(mine, {})[0][name] if mine else None


def _own_pairs(join: Join, sources: Sequence[Source], own: Table) -> list[tuple[str, str]]:
    """The keys and values of a table as it is, where both columns of the lookup are ours."""
    *keys, value = [_our_column(header, sources, own) for header in (*join.keys, join.value)]
    if not all((*keys, value)):
        return []

    def text(row: int, name: str) -> str:
        return _text(cell_of(own.schema.column(name), own.value(row, name)))

    found = []
    for row in range(own.rows):
        parts = [text(row, name) for name in (keys if keys != [EMPLOYEE_NAME] else _NAMES)]
        said = one_name(*parts) if keys == [EMPLOYEE_NAME] else " ".join(filter(None, parts))
        found.append((said, text(row, value)))
    return [(key, value) for key, value in found if key and value]


def _parts(keys: tuple[str, ...], source: Source, grid: Grid) -> tuple[str, ...]:
    """The headers of an export whose texts are the key: where it is employee_name, and the export has none,
    those of first and last name, as outputs name people."""
    if tuple(map(header_name, keys)) != (EMPLOYEE_NAME,) or EMPLOYEE_NAME in source.columns:
        return keys
    if any(header_name(header) == EMPLOYEE_NAME for header in grid.header):
        return keys
    own = {header_name(header): header for header in grid.header}
    parts = [source.columns.get(name) or own.get(name) for name in _NAMES[1:]]
    return tuple(filter(None, parts)) or keys


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


def _namesake(said: str, names: Iterable[str]) -> str:
    """The one name with the same last name, and a first name that begins alike, as that of a nickname does;
    blank where there is none, or more than one.

    >>> _namesake("Katie Long", ["Katherine Long", "Ian Long"]), _namesake("Bob Long", ["Ian Long"])
    ('Katherine Long', '')
    """
    mine = plain_name(said).split()
    every = {name: plain_name(name).split() for name in names}
    found = {name for name, parts in every.items() if len(mine) > 1 and len(parts) > 1
             and (parts[0][0], parts[-1]) == (mine[0][0], mine[-1])}  # fmt: skip
    return found.pop() if len(found) == 1 else ""


def plain_name(text: str) -> str:
    """A name as it is compared: whatever its letters and blanks, and "Last, First" as "First Last".

    >>> plain_name("Two,  Sample"), plain_name("sample two")
    ('sample two', 'sample two')
    """
    last, comma, first = text.partition(",")
    ordered = f"{first} {last}" if comma and first.strip() and "," not in first else text
    return " ".join(ordered.split()).casefold()
