"""Exports in the place of tables: the rows as they will be, whether they are sound, and what changes.

It is the same for a workbook and for a folder, which differ in how they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.errors import VALUE, CsmError, Issue, counted, grouped, listed
from csm_xl.intake.changes import TableChanges, changes_of
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.origin import StackedOrigin
from csm_xl.intake.sources import UPDATE
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import accepted_table
from csm_xl.plan.names import header_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, Tables, cell_of
from csm_xl.plan.tables import read_tables, table_of
from csm_xl.workbook.operations.table_rows import dated


def plans_of(raws: Iterable[RawTable]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The plans among tables, and their currencies."""
    types = component_types()
    mine = [raw for raw in raws if table_of(raw, types) == "plans"]
    columns = read_tables(mine, types)[0]["plans"].columns
    plans = tuple(dict.fromkeys(str(name) for name in columns["plan_id"] if name))
    return plans, frozenset(str(code).upper() for code in columns["currency"] if code)


@dataclass(frozen=True)
class Imported:
    """What an import changes, what was found and stops nobody, whether the file was written, and whether its
    formulas wait for Excel or the next refresh."""

    changes: tuple[TableChanges, ...]
    warnings: tuple[Issue, ...]
    written: bool
    waits: bool = False


Agree = Callable[[Sequence[TableChanges]], bool]
"""Asked with what would change; whether it is to be written."""


@dataclass(frozen=True)
class Merged:
    """Tables as an import leaves them, before anything is written.

    mine: the tables there were, by name; decisions: what people decided about findings; before: the tables as
    they were read. new: the tables as they come in.
    tables: all of them afterwards. found: what changes. warnings: what was found and stops nobody.
    """

    mine: dict[str, RawTable]
    decisions: tuple[RawTable, ...]
    before: Tables
    new: tuple[RawTable, ...]
    tables: Tables
    found: tuple[TableChanges, ...]
    warnings: tuple[Issue, ...]


def merged(raws: Sequence[RawTable], given: Sequence[Mapped], accepted: Sequence[str]) -> Merged:
    """Exports in the place of the tables of a workbook or a folder.

    raws: everything that is paid from. given: the exports. accepted: rules whose findings warn only.
    Errors: everything that is wrong with the exports, and that they leave wrong in the others.
    """
    types = component_types()
    wanted = {one.source.table for one in given}
    mine = {name: raw for raw in raws if (name := table_of(raw, types)) is not None and name in wanted}
    decisions = tuple(raw for raw in raws if raw.name is not None and raw.name.startswith("#"))
    before = read_tables([*mine.values(), *decisions], types)[0]
    new = tuple(_whole(one, mine.get(one.source.table), before[one.source.table]) for one in given)
    others = [raw for raw in raws if not any(raw is one for one in mine.values())]
    tables, warnings = _sound(raws, [*new, *others, *accepted_table(accepted, "--accept")], given, before)
    found = tuple(changes_of(before[one.source.table], tables[one.source.table]) for one in given)
    return Merged(mine, decisions, before, new, tables, found, warnings)


def _whole(one: Mapped, old: RawTable | None, before: Table) -> RawTable:
    """A table as it will be: the rows of the export, with what the workbook has in columns that it lacks, and
    below them the rows that stay, where the mapping says so."""
    raw, schema = one.raw, before.schema
    update = one.source.rows == UPDATE
    if update and not schema.key:
        what = f'a row of {schema.name} has no key, so rows = "update" cannot find it'
        hint = "Leave rows out: the export then has all the rows."
        raise CsmError(VALUE, what, f"{one.source.place} rows", None, hint)
    if old is None or not before.rows or before.origin is None or not schema.key:
        return raw
    positions = before.origin.positions
    more = [name for name in positions if name not in one.given and name not in schema.key]
    if not more and not update:
        return raw
    new = read_tables([raw], component_types())[0][schema.name]
    was = {_key(before, row): old.rows[1 + int(before.lines[row])] for row in range(before.rows)}
    here = {int(new.lines[row]): _key(new, row) for row in range(new.rows)}
    rows: list[list[Any]] = [[*raw.rows[0], *more]]
    for line, row in enumerate(raw.rows[1:]):
        cells = was.get(here.get(line, ()))
        rows.append([*row, *(None if cells is None else cells[positions[name]] for name in more)])
    origin: Any = replace(raw.origin, headers={
        **raw.origin.headers, **{name: f"{name}, as the workbook has it" for name in more}})  # type: ignore[attr-defined, call-arg]  # fmt: skip
    if update:
        named = [header_name(str(cell)) for cell in rows[0]]
        there = set(here.values())
        stay = [row for row in range(before.rows) if _key(before, row) not in there]
        for place in stay:
            cells = was[_key(before, place)]
            rows.append([cells[positions[name]] if name in positions else None for name in named])
        kept = tuple(int(before.lines[row]) for row in stay)
        origin = StackedOrigin("file", origin.name, origin.header_row, first=origin, second=before.origin,
                               count=len(raw.rows) - 1, kept=kept)  # fmt: skip
    return replace(raw, rows=rows, origin=origin)


def _key(table: Table, row: int) -> tuple[Any, ...]:
    return tuple(table.value(row, name) for name in table.schema.key)


def _sound(
    raws: Sequence[RawTable], after: Sequence[RawTable], given: Sequence[Mapped], before: Tables
) -> tuple[Tables, tuple[Issue, ...]]:
    """The tables as they will be. Errors: everything that is wrong then and was not before."""
    known = {(issue.where, issue.message) for issue in read_tables_to_pay(raws)[1]}
    tables, issues = read_tables_to_pay(after)
    own = {issue for one in given for issue in one.raw.issues}
    told = {where for one in given for where in one.told}
    fresh = [issue for issue in issues if (issue.where, issue.message) not in known]
    fresh = [issue for issue in fresh if issue in own or issue.where not in told]
    if errors := [issue for issue in fresh if issue.severity == "error"]:
        raise CsmError.of([*grouped(errors), *_gone(before, tables, given)])
    return tables, tuple(grouped(fresh))


def _gone(before: Tables, tables: Tables, given: Sequence[Mapped]) -> list[Issue]:
    """A note about rows that an export no longer has, which other tables may still name."""
    hint = 'If they must stay, such as people who left, add rows = "update" to the source in sources.toml.'
    return [
        Issue(VALUE, f"{counted(len(gone), 'row')} of {name} would disappear: {listed(gone, 8)}",
              one.grid.block.place, None, hint, "note")
        for one in given
        if (gone := changes_of(before[name := one.source.table], tables[name]).removed)
    ]  # fmt: skip


def as_exported(raw: RawTable) -> Callable[[Table, int, str], Any]:
    """The cells of a new table: what the export gives, as a value; blank where it gives none."""
    at = {header_name(str(cell)): place for place, cell in enumerate(raw.rows[0])}

    def cell(table: Table, row: int, name: str) -> Any:
        place = at.get(name)
        if place is None or is_blank(raw.rows[1 + int(table.lines[row])][place]):
            return None
        return dated(cell_of(table.schema.column(name), table.value(row, name)))

    return cell
