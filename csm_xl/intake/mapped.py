"""An export as one of our tables: the rows that count, the mapped columns, and everything else named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from typing import Any

from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, listed
from csm_xl.intake.cells_read import read_cells
from csm_xl.intake.grid import MERGED, Grid, plain_header
from csm_xl.intake.header_doubts import our_header
from csm_xl.intake.kept_rows import filled_down, kept_rows
from csm_xl.intake.lookups import Lookups
from csm_xl.intake.origin import ExportOrigin
from csm_xl.intake.outdated_cells import outdated_cells
from csm_xl.intake.sources import ABOVE, Source
from csm_xl.plan import cells
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.schema import TableSchema


@dataclass(frozen=True)
class Mapped:
    """An export as one of our tables.

    raw: the table. columns: our column → the export's header. unused: headers that a
    person decided not to use. told: places that already have a finding of the mapping. given: our columns
    that the table has.
    """

    source: Source
    grid: Grid
    raw: RawTable
    columns: dict[str, str]
    unused: tuple[str, ...]
    told: frozenset[str]
    given: frozenset[str]


def implied_columns(source: Source, grid: Grid, schema: TableSchema) -> dict[str, str]:
    """Our columns that headers of the export name as we do, where the mapping says nothing of either."""
    used = [theirs for theirs, key in source.named().items() if not key.startswith("where.")]
    named = {plain_header(one) for one in (*used, *source.ignore)}
    given = {*source.columns, *source.fill, *source.join, *(["currency"] if source.currency else [])}
    if source.unpivot is not None:
        given |= {source.unpivot.name, *source.unpivot.cells}
    found: dict[str, str] = {}
    for header in grid.header:
        name = header_name(header)
        if name in schema.names and name not in given and plain_header(header) not in named:
            found.setdefault(name, header)
    return found


def mapped(source: Source, grid: Grid, schema: TableSchema, lookups: Lookups) -> Mapped:
    """An export as a mapping reads it.

    Errors: headers that it names and the export does not have, or has twice; a `where` that leaves no row; a
    lookup that cannot be made. What is wrong with a cell is among the issues of the table.
    """
    columns = {**source.columns, **implied_columns(source, grid, schema)}
    columns = dict(sorted(columns.items(), key=lambda each: grid.column(each[1]) or 0))
    issues = list(_headers_at_fault(source, grid, columns))
    if issues:
        raise CsmError.of(issues)
    as_exported, grid = grid, filled_down(source, grid)
    kept, dropped = kept_rows(source, grid)
    table = _Table(source, grid, schema, kept)
    table.notes += dropped
    for ours, theirs in columns.items():
        at = grid.column(theirs)
        assert at is not None  # missing ones are reported above
        table.add(ours, at)
    for ours, join in source.join.items():
        table.look_up(ours, lookups, join.column)
    for ours, value in {**source.fill, **({"currency": source.currency} if source.currency else {})}.items():
        table.put(ours, ours, [value] * len(table.rows))
    used = {plain_header(one) for one in (*columns.values(), *source.named())}
    table.refuse_outdated(used)
    ignored = {plain_header(one) for one in source.ignore}
    for at, header in enumerate(grid.header):
        if plain_header(header) not in used | ignored:
            table.carry(header, at)
    unused = tuple(one for one in source.ignore if grid.column(one) is not None)
    given = frozenset(name for name in table.columns if name in schema.names)
    return Mapped(source, as_exported, table.raw(), columns, unused, frozenset(table.told), given)


def _headers_at_fault(source: Source, grid: Grid, columns: dict[str, str]) -> list[Issue]:
    """Headers that the mapping names and the export does not have, or has twice."""
    count = Counter(plain_header(one) for one in grid.header)
    issues = [
        Issue(NOT_FOUND, f"no column of the export is {ours}", f"{source.place} values.{ours}", None,
              f'Add it to columns: {ours} = "THEIR HEADER".')
        for ours in source.values if ours not in columns and ours not in source.join
    ]  # fmt: skip
    keys = {**{theirs: f"columns.{ours}" for ours, theirs in columns.items()}, **source.named()}
    for theirs, key in keys.items():
        if not count[plain_header(theirs)]:
            issues.append(grid.missing(theirs, f"{source.place} {key}"))
        elif count[plain_header(theirs)] > 1:
            what = f"{count[plain_header(theirs)]} columns are called {theirs!r}: which one is meant?"
            issues.append(
                Issue(
                    VALUE,
                    what,
                    f"{grid.block.place} row {grid.header_row}",
                    None,
                    "Give them different headers in the export.",
                )
            )
    return issues


class _Table:
    """A table being made: its columns, and where each came from."""

    def __init__(self, source: Source, grid: Grid, schema: TableSchema, kept: Sequence[int]) -> None:
        self.source, self.grid, self.schema = source, grid, schema
        filled = ABOVE in source.blanks.values()  # so that merged cells are not read as blank
        self.notes = [one for one in grid.notes if not (filled and MERGED in one.message)]
        self.told: set[str] = set()
        self.rows = list(kept)
        self.columns: dict[str, tuple[str, list[Any]]] = {}  # our column → its header, its cells
        self.headers: dict[str, str] = {}
        self.at: dict[str, int] = {}
        self.spread: dict[str, tuple[tuple[str, int], ...]] = {}
        if source.unpivot is not None:
            self._unpivot()

    def origin(self) -> ExportOrigin:
        block = self.grid.block
        return ExportOrigin(
            "file",
            block.name,
            self.grid.header_row,
            sheet=block.sheet,
            lines=tuple(self.grid.lines[row] for row in self.rows),
            headers=self.headers,
            columns=self.at,
            spread=self.spread,
        )

    def add(self, ours: str, at: int) -> None:
        """Read a column of the export as ours."""
        theirs = self.grid.header[at]
        self.headers[ours], self.at[ours] = theirs, at + self.grid.block.first_column
        cells_ = self.grid.cells(at)
        header = our_header(self.schema, ours, theirs, ours in self.source.columns)
        self._read(ours, header, [cells_[row] for row in self.rows])

    def look_up(self, ours: str, lookups: Lookups, column: str) -> None:
        """Look a column up."""
        at = self.grid.column(column)
        assert at is not None
        found = lookups(self.source.join[ours], f"{self.source.place} join.{ours}")
        self.headers[ours], self.at[ours] = self.grid.header[at], at + self.grid.block.first_column
        origin, cells_, values = self.origin(), self.grid.cells(at), list[Any]()
        for row, place in enumerate(self.rows):
            where, aliases = origin.place(row, ours), self.source.values.get(ours)
            value = found.find(cells_[place], where, column, ours, aliases)
            if isinstance(value, Issue):
                self._tell(value)
                value = str(cells_[place])
            values.append(value)
        self.put(ours, ours, values)

    def refuse_outdated(self, used: Container[str]) -> None:
        """Report the outdated formulas in the columns that are used, by their plain headers. Those that say
        which rows count are looked at in every row."""
        choosing = {plain_header(one) for one in self.source.where}
        headers = [plain_header(one) for one in self.grid.header]
        every = [at for at, one in enumerate(headers) if one in choosing]
        others = [at for at, one in enumerate(headers) if one in used and one not in choosing]
        found = [*outdated_cells(self.grid, every), *outdated_cells(self.grid, others, self.rows)]
        for issue in found:
            self._tell(issue)

    def carry(self, header: str, at: int) -> None:
        """Hand a column over that nobody mapped: the reader reports it."""
        name = header_name(header)
        if name in self.columns:
            what = f"the export's own column {header!r} is not used: {name} comes from another"
            self.notes.append(
                Issue(
                    VALUE,
                    what,
                    f"{self.grid.block.place} row {self.grid.header_row}",
                    None,
                    f'To say so: ignore = ["{header}"].',
                    "note",
                )
            )
            return
        cells_ = self.grid.cells(at)
        if header:
            self.headers[name] = self.headers[header] = header
            self.at[name] = self.at[header] = at + self.grid.block.first_column
        elif all(map(cells.is_blank, cells_)):
            return
        self.columns[f"\0{at}"] = (header, [cells_[row] for row in self.rows])

    def put(self, ours: str, header: str, values: list[Any]) -> None:
        """Give a column its cells as they are."""
        self.columns[ours] = (header, values)

    def raw(self) -> RawTable:
        """The table as the reader takes it."""
        header = [header for header, _ in self.columns.values()]
        rows = [header, *map(list, zip(*(values for _, values in self.columns.values()), strict=True))]
        commas = self.grid.block.decimal_commas and not self.source.number
        marks = {} if self.spread else self._marks()
        return RawTable(
            self.source.table, rows, self.origin(), tuple(self.notes), decimal_commas=commas, marks=marks
        )

    def _marks(self) -> dict[tuple[int, int], str]:
        """What the number formats of the export's cells put beside their numbers, by row and column."""
        marks = self.grid.block.marks
        places = {name: at for at, name in enumerate(self.columns)}
        return {
            (row, places[name]): marks[self.grid.lines[place], at]
            for name, at in self.at.items() if name in places
            for row, place in enumerate(self.rows) if (self.grid.lines[place], at) in marks
        } if marks else {}  # fmt: skip

    def _read(self, ours: str, header: str, given: Sequence[Any], of: Sequence[str] = ()) -> None:
        """Read cells as a column of ours. of: the export's header of each, where they are of several."""
        column, origin = self.schema.column(ours), self.origin()
        values = list(given)
        rows_of: dict[bool, list[int]] = {}
        for row in range(len(values)):
            rows_of.setdefault(bool(of) and of[row] in self.source.percent, []).append(row)
        for percent, rows in rows_of.items():
            source = self.source
            source = replace(source, percent=(*source.percent, ours)) if percent else source
            read, issues = read_cells(source, column, [given[row] for row in rows],
                                      lambda at, rows=rows: origin.place(rows[at], ours))  # type: ignore[misc]  # fmt: skip
            for row, value in zip(rows, read, strict=True):
                values[row] = value
            for issue in issues:
                self._tell(issue)
        self.put(ours, header, values)

    def _tell(self, issue: Issue) -> None:
        self.notes.append(issue)
        self.told.add(issue.where)

    def _unpivot(self) -> None:
        """Make a row of each filled cell of the columns that become rows."""
        said = self.source.unpivot
        assert said is not None
        rows, names, blank = list[int](), list[Any](), 0
        given: dict[str, list[Any]] = {ours: [] for ours in said.cells}
        spread: dict[str, list[tuple[str, int]]] = {ours: [] for ours in said.cells}
        by_name: dict[str, list[tuple[str, str, int]]] = {}
        for ours, columns in said.cells.items():
            for theirs, name in columns.items():
                by_name.setdefault(name, []).append((ours, theirs, self.grid.column(theirs) or 0))
        for row in self.rows:
            line = self.grid.rows[row]
            for name, places in by_name.items():
                there = {ours: (line[at], theirs, at) for ours, theirs, at in places}
                if all(cells.is_blank(cell) for cell, _, _ in there.values()):
                    blank += 1
                    continue
                rows.append(row)
                names.append(name)
                for ours in said.cells:
                    cell, theirs, at = there.get(ours, (None, "", 0))
                    given[ours].append(cell)
                    spread[ours].append((theirs, at + self.grid.block.first_column))
        self.rows = rows
        for ours in said.cells:
            self.spread[ours] = tuple(spread[ours])
        self.put(said.name, said.name, names)
        for ours in said.cells:
            self._read(ours, ours, given[ours], [theirs for theirs, _ in spread[ours]])
        if blank:
            what = f"{counted(blank, 'blank cell')} of {listed(said.columns)} became no row"
            self.notes.append(Issue(VALUE, what, self.grid.block.place, None, "", "note"))
