"""The exports of one table, and the rows that stay from before, as one table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from csm_xl.engine.components import component_types
from csm_xl.errors import VALUE, CsmError, Issue, grouped, listed
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.origin import StackedOrigin
from csm_xl.intake.sources import UPDATE
from csm_xl.plan.cells import is_blank
from csm_xl.plan.columns import NUMERIC
from csm_xl.plan.decimals import with_points
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import Origin, RawTable
from csm_xl.plan.schema import TableSchema
from csm_xl.plan.table import Table
from csm_xl.plan.tables import read_tables
from csm_xl.workbook.operations.own_columns import moved_columns, own_places

_ASIDE: Final = re.compile(r"\(.*\)|\[.*\]")
Key = tuple[Any, ...]


@dataclass(frozen=True)
class _Piece:
    """Rows of one place.

    raw: the table. columns: column → its place. keys: row below the header, counted from 0 → its key, where
    it can be read; rows: key → its first row. update: whether its rows count before those of the others.
    moved: column → the place of another that counts where it is blank.
    """

    raw: RawTable
    columns: Mapping[str, int]
    keys: Mapping[int, Key]
    rows: Mapping[Key, int]
    update: bool = False
    moved: Mapping[str, int] = field(default_factory=dict)

    def cell(self, row: int, name: str) -> Any:
        """A cell below the header; None where a row is shorter."""
        cells = self.raw.rows[1 + row]
        places = [places[name] for places in (self.columns, self.moved) if name in places]
        said = [cells[at] for at in places if at < len(cells)]
        return next((cell for cell in said if not is_blank(cell)), said[0] if said else None)


def stacked(exports: Sequence[Mapped], old: RawTable | None, before: Table) -> RawTable:
    """A table as it will be: the rows of its exports, one below the other, with what the table has in columns
    that they lack; below them the rows that stay, where a source says so.

    exports: of one table, in the order of the mapping. old: the table as it is; before: as it is read.
    Errors: `rows = "update"` for a table whose rows have no key; a row that two exports give, unless one of
    them alone updates; the same export twice; figures in two units.
    """
    schema = before.schema
    _require_key(exports, schema)
    _refuse_same_export(exports)
    there = old if before.rows and before.origin is not None and schema.key else None
    positions = {} if there is None or before.origin is None else dict(before.origin.positions)
    update = any(one.source.rows == UPDATE for one in exports)
    given = frozenset[str]().union(*(one.given for one in exports))
    lacking = any(name not in one.given for one in exports for name in {*positions, *given} - {*schema.key})
    if len(exports) == 1 and not (there is not None and (lacking or update)):
        return exports[0].raw
    raws = _alike([one.raw for one in exports], there, schema)
    pieces = [_piece(raw, schema, one.source.rows == UPDATE) for raw, one in zip(raws, exports, strict=False)]
    owners = _owners(pieces, exports, schema)
    brought = frozenset[str]().union(*(piece.columns for piece in pieces))
    moved = moved_columns(exports, before)
    last = None if there is None else _before(raws[-1], before, positions, brought, moved)
    return _one_table(schema, pieces, owners, last, update)


def _require_key(exports: Sequence[Mapped], schema: TableSchema) -> None:
    for one in exports:
        if one.source.rows == UPDATE and not schema.key:
            what = f'a row of {schema.name} has no key, so rows = "update" cannot find it'
            hint = "Leave rows out: the export then has all the rows."
            raise CsmError(VALUE, what, f"{one.source.place} rows", None, hint)


def _refuse_same_export(exports: Sequence[Mapped]) -> None:
    """Refuse the same rows twice, which a table without a key would count twice."""
    for at, one in enumerate(exports):
        for other in exports[:at]:
            mine, theirs = one.source, other.source
            alike = (mine.where, mine.unpivot, mine.fill) == (theirs.where, theirs.unpivot, theirs.fill)
            if alike and one.grid.header == other.grid.header and one.grid.rows == other.grid.rows:
                what = f"{theirs.place} and {mine.place} are the same export"
                hint = f"Remove one of the two sources; they read {theirs.pattern!r} and {mine.pattern!r}."
                raise CsmError(VALUE, what, one.grid.block.place, None, hint)


def _alike(raws: Sequence[RawTable], old: RawTable | None, schema: TableSchema) -> list[RawTable]:
    """The exports, and the table as it was at the end, with decimals written alike in all of them."""
    every = [*raws, *([] if old is None else [old])]
    if len({raw.decimal_commas for raw in every}) == 1:
        return every
    return [_with_points(raw, schema) if raw.decimal_commas else raw for raw in every]


def _with_points(raw: RawTable, schema: TableSchema) -> RawTable:
    width = len(raw.rows[0])
    columns = [[row[at] if at < len(row) else None for row in raw.rows[1:]] for at in range(width)]
    for at, header in enumerate(raw.rows[0]):
        name = header_name(str(header))
        if name in schema.names and schema.column(name).kind in NUMERIC:
            columns[at] = list(with_points(schema.column(name), columns[at]))
    return replace(raw, rows=[raw.rows[0], *map(list, zip(*columns, strict=True))], decimal_commas=False)


def _piece(raw: RawTable, schema: TableSchema, update: bool) -> _Piece:
    columns: dict[str, int] = {}
    for at, header in enumerate(raw.rows[0]):
        name = header_name(str(header))
        columns[f"{name}\0{at}" if name in columns else name] = at  # the reader reports two of one name
    if not schema.key:
        return _Piece(raw, columns, {}, {})
    table = read_tables([raw], component_types())[0][schema.name]
    return _Piece(raw, columns, *_keys(table), update)


def _before(
    old: RawTable,
    before: Table,
    positions: Mapping[str, int],
    brought: Collection[str],
    moved: Mapping[str, str],
) -> _Piece:
    """The table as it is. brought: the columns of the exports, of which the table's own stay too. moved: its
    own columns that are mapped by now → ours; texts alone, as the others may be in another unit."""
    own = own_places(old, positions)
    columns = {**positions, **{name: at for name, at in own.items() if name in brought}}
    twins = {ours: own[name] for name, ours in moved.items()
             if name in own and before.schema.column(ours).kind == "text"}  # fmt: skip
    return _Piece(old, columns, *_keys(before), moved=twins)


def _keys(table: Table) -> tuple[dict[int, Key], dict[Key, int]]:
    """Row below the header → its key, and the key → its first row."""
    keys = {int(table.lines[row]): tuple(table.value(row, name) for name in table.schema.key)
            for row in range(table.rows)}  # fmt: skip
    return keys, {key: row for row, key in reversed([*keys.items()])}


def _owners(pieces: Sequence[_Piece], exports: Sequence[Mapped], schema: TableSchema) -> dict[Key, int]:
    """Key → the export whose row counts. Errors: two of them give the row, and none or both update."""
    owners: dict[Key, int] = {}
    issues: list[Issue] = []
    for at, piece in enumerate(pieces):
        for key in piece.rows:
            other = owners.setdefault(key, at)
            if pieces[other].update == piece.update and other != at:
                places = [
                    exports[one].raw.origin.place(pieces[one].rows[key], schema.key[0]) for one in (other, at)
                ]
                issues.append(_twice((exports[other], exports[at]), places, key))
            elif piece.update:
                owners[key] = at
    if issues:
        raise CsmError.of(grouped(issues))
    return owners


def _twice(exports: tuple[Mapped, Mapped], places: Sequence[str], key: Key) -> Issue:
    name = exports[0].source.table
    said = " ".join(str(part) for part in key if part not in (None, ""))
    what = f"{said} of {name} is also in {places[0]}"
    patterns = listed(dict.fromkeys(one.source.pattern or one.source.url for one in exports))
    hint = (f'Keep the row in one of the exports ({patterns}); or add rows = "update" to the one source whose'
            " row counts, if the other has it too.")  # fmt: skip
    return Issue(VALUE, what, places[1], None, hint, kind=f"rows of {name} are in two exports")


def _one_table(
    schema: TableSchema, pieces: Sequence[_Piece], owners: Mapping[Key, int], old: _Piece | None, stay: bool
) -> RawTable:
    """The pieces one below the other. stay: whether the old rows that no piece has are below them."""
    header = _header(pieces, schema)
    headed = {*header}
    more = [] if old is None else [name for name in old.columns if name not in headed]
    names = [*header, *more]
    defaults = {} if old is None else _typed_defaults(old, more, schema)
    rows: list[list[Any]] = [[*header.values(), *more]]
    from_: list[tuple[int, int]] = []
    marks: dict[tuple[int, int], str] = {}
    for at, piece in enumerate(pieces):
        marked = piece.raw.marks
        for row in range(len(piece.raw.rows) - 1):
            key = piece.keys.get(row)
            if key is not None and owners[key] != at:
                continue
            others = [*(one for one in (*pieces, *([] if old is None else [old])) if one is not piece)]
            new = old is not None and key is not None and key not in old.rows
            rows.append([defaults[name] if new and name in defaults else _cell(piece, row, name, key, others)
                         for name in names])  # fmt: skip
            from_.append((at, row))
            for place, name in enumerate(names) if marked else ():
                if name in piece.columns and (mark := marked.get((row, piece.columns[name]))):
                    marks[len(from_) - 1, place] = mark
    origins = [_origin(piece, [name for name in names if name not in piece.columns]) for piece in pieces]
    if old is not None and stay:
        origins.append(old.raw.origin if old.raw.origin is not None else origins[0])
        for row, key in old.keys.items():
            if key not in owners:
                rows.append([old.cell(row, name) if name in old.columns else None for name in names])
                from_.append((len(pieces), row))
    first = pieces[0].raw
    origin = StackedOrigin("file", first.origin.name, first.origin.header_row, origins=tuple(origins),
                           rows=tuple(from_))  # fmt: skip
    issues = tuple(issue for piece in pieces for issue in piece.raw.issues)
    return replace(first, rows=rows, origin=origin, issues=issues, marks=marks)


def _typed_defaults(old: _Piece, names: Sequence[str], schema: TableSchema) -> dict[str, Any]:
    """The defaults of columns that no export has and in which every row of the table has a value: a new row
    has it too, so that it does not look forgotten."""
    found = {}
    for name in names:
        default = schema.column(name).default if name in schema.names else None
        number = isinstance(default, (int, float)) and not isinstance(default, bool)
        if number and not any(is_blank(old.cell(row, name)) for row in old.keys):
            found[name] = default
    return found


def _cell(piece: _Piece, row: int, name: str, key: Key | None, others: Sequence[_Piece]) -> Any:
    """A cell of a row: its own export's, else that of another that has the row, else that of before."""
    if name in piece.columns:
        return piece.cell(row, name)
    there = (one for one in others if key is not None and key in one.rows and name in one.columns)
    return next((one.cell(one.rows[key], name) for one in there if key is not None), None)


def _header(pieces: Sequence[_Piece], schema: TableSchema) -> dict[str, Any]:
    """Column → its header. Errors: the brackets of two headers of a column say different units."""
    found: dict[str, Any] = {}
    asides: dict[str, tuple[str, Origin]] = {}
    issues: list[Issue] = []
    for piece in pieces:
        for name, at in piece.columns.items():
            header = piece.raw.rows[0][at]
            said = " ".join(_ASIDE.findall(str(header))) if name in schema.names else ""
            found.setdefault(name, header)
            if not said:
                continue
            if name not in asides:
                found[name], asides[name] = header, (said, piece.raw.origin)
            elif asides[name][0] != said:
                what = f"{name} is {said}, and {asides[name][0]} in {asides[name][1].name}"
                hint = "Give both exports the same header, or map one by columns in sources.toml."
                issues.append(Issue(VALUE, what, piece.raw.origin.place(-1, name), None, hint))
    if issues:
        raise CsmError.of(issues)
    return found


def _origin(piece: _Piece, lacking: Sequence[str]) -> Origin:
    """The origin of an export. It marks the columns that the export lacks as the table's own."""
    origin: Any = piece.raw.origin
    headers = {name: f"{name}, as the table has it" for name in lacking}
    return replace(origin, headers={**origin.headers, **headers})  # type: ignore[no-any-return]


def joined(given: Sequence[Mapped]) -> list[RawTable]:
    """The exports as one table each, where nothing is there yet. Errors: as `stacked`."""
    none = read_tables([], component_types())[0]
    return [stacked(exports, None, none[name]) for name, exports in of_tables(given)]


def of_tables(given: Sequence[Mapped]) -> Iterator[tuple[str, list[Mapped]]]:
    """The exports by their tables, in the order in which these come first."""
    found: dict[str, list[Mapped]] = {}
    for one in given:
        found.setdefault(one.source.table, []).append(one)
    yield from found.items()
