"""Exports put into a workbook file: the rows of their tables, and nothing else that anybody typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, grouped, listed
from csm_xl.intake.changes import TableChanges, changes_of
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.open_columns import Around
from csm_xl.intake.origin import StackedOrigin
from csm_xl.intake.sources import UPDATE
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import accepted_table
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, Tables, cell_of
from csm_xl.plan.tables import read_tables, table_of
from csm_xl.workbook.operations.read import read_workbook
from csm_xl.workbook.operations.refresh.file import calculated, replace_with
from csm_xl.workbook.operations.refresh.inputs import source_of
from csm_xl.workbook.operations.table_rows import dated, missing_columns, typed_again
from csm_xl.workbook.own_functions import load
from csm_xl.workbook.settings import THIS_WORKBOOK
from csm_xl.xlsx.addresses import letters, quoted
from csm_xl.xlsx.atomic import Held, held
from csm_xl.xlsx.package import Package, Region
from csm_xl.xlsx.patch import Edit


def around_of(path: Path) -> Around:
    """What a workbook knows that an export may leave open: its plans and their currencies.

    Errors: as `read_workbook`.
    """
    return Around(*plans_of(read_workbook(path, component_types())))


def plans_of(raws: Iterable[RawTable]) -> tuple[tuple[str, ...], frozenset[str]]:
    """The plans among tables, and their currencies."""
    types = component_types()
    mine = [raw for raw in raws if table_of(raw, types) == "plans"]
    columns = read_tables(mine, types)[0]["plans"].columns
    plans = tuple(dict.fromkeys(str(name) for name in columns["plan_id"] if name))
    return plans, frozenset(str(code).upper() for code in columns["currency"] if code)


@dataclass(frozen=True)
class Imported:
    """What an import changes, what was found and stops nobody, and whether the file was written."""

    changes: tuple[TableChanges, ...]
    warnings: tuple[Issue, ...]
    written: bool


Agree = Callable[[Sequence[TableChanges]], bool]
"""Asked with what would change; whether it is to be written."""


def import_tables(
    path: str | Path, given: Sequence[Mapped], agree: Agree, accepted: Iterable[str] = ()
) -> Imported:
    """Put exports into a workbook in place of the rows of their tables.

    path: an .xlsx or .xlsm file. given: the exports as tables. agree: asked before anything is written.
    accepted: rules whose findings warn and do not stop.
    Cells that say the same stay as they were typed, and so do columns that no table knows; formulas are
    recalculated. What was paid stays as it is until the next refresh.
    Errors: everything that is wrong with the exports, and that they leave wrong in the workbook; a table or a
        column that the workbook lacks; formulas of somebody in a table; a file that is open elsewhere.
    """
    with held(Path(path)) as file:
        return _imported(file, given, agree, list(accepted))


def _imported(file: Held, given: Sequence[Mapped], agree: Agree, accepted: Sequence[str]) -> Imported:
    package = Package(file.path)
    types = component_types()
    raws = read_workbook(package, types)
    mine = {
        name: raw for raw in raws if (name := table_of(raw, types)) in {one.source.table for one in given}
    }
    decisions = [raw for raw in raws if raw.name is not None and raw.name.startswith("#")]
    before = read_tables([*mine.values(), *decisions], types)[0]
    new = [_whole(one, mine.get(one.source.table), before[one.source.table]) for one in given]
    others = [raw for raw in raws if raw not in mine.values()]
    tables, warnings = _sound(raws, [*new, *others, *accepted_table(accepted, "--accept")], given, before)
    edit = Edit({**_rows(package, mine, before, tables, new)})
    warnings = (*_not_paid(package), *warnings)
    found = tuple(changes_of(before[one.source.table], tables[one.source.table]) for one in given)
    written = bool(edit.tables) and agree(found)
    if written:
        edit = calculated(edit, load(package), package).edit
        replace_with(file, package, edit)
    return Imported(found, warnings, written)


def _not_paid(package: Package) -> list[Issue]:
    """A warning where Control pays from a folder or a scenario, and not from the sheets that are written."""
    said = source_of(package).said
    if not said:
        return []
    what = f"Control says {said}: nobody may be paid from what is imported into the sheets"
    return [
        Issue(
            VALUE, what, package.path.name, None, f"Set it to {THIS_WORKBOOK}, if that is wrong.", "warning"
        )
    ]


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


def _rows(
    package: Package, mine: Mapping[str, RawTable], before: Tables, tables: Tables, new: Sequence[RawTable]
) -> dict[str, list[list[Any]]]:
    """The new rows of the Excel tables that change, by the name of each."""
    regions = {table_name(region.name): region for region in package.tables()}
    found, issues = {}, []
    for raw in new:
        name = str(raw.name)
        after, region = tables[name], regions.get(name)
        if region is None:
            what = f"the workbook has no Excel table of {name}"
            hint = f"Add a table tbl{name.capitalize()} with the columns {', '.join(after.schema.required)}."
            issues.append(Issue(NOT_FOUND, what, package.path.name, None, hint))
            continue
        wrong = [*_formulas(package, region), *_lacking(region, after, before[name])]
        issues += wrong
        if not wrong:
            there = {header_name(header) for header in region.headers}
            shown = replace(after, extra={header: cells for header, cells in after.extra.items()
                                          if header_name(header) in there})  # fmt: skip
            origin = before[name].origin
            positions = None if origin is None else dict(origin.positions)
            rows = typed_again(region, shown, before[name], mine.get(name), _as_exported(raw), positions)
            if changes_of(before[name], after).any or _own_changed(rows, mine.get(name)):
                found[region.name] = rows
    if issues:
        raise CsmError.of(issues)
    return found


def _own_changed(rows: Sequence[Sequence[Any]], raw: RawTable | None) -> bool:
    """Whether any cell differs from what is there, also in columns that no table knows."""
    if raw is None:
        return bool(rows)
    there = [list(row) for row in raw.rows[1:] if any(not is_blank(cell) for cell in row)]
    return there != [list(row) for row in rows]


def _lacking(region: Region, after: Table, before: Table) -> list[Issue]:
    named = set(before.origin.positions) if before.origin is not None else set()
    return [issue for issue in missing_columns(region, after, "the export fills", own=False)
            if not any(f"no column {name}," in issue.message for name in named)]  # fmt: skip


def _formulas(package: Package, region: Region) -> list[Issue]:
    """A finding where somebody calculates cells of a table: an import would put values in their place."""
    cells = [
        (row, column)
        for row, column in package.cells(region.sheet).formulas
        if region.first_row < row <= region.last_row and region.first_column <= column <= region.last_column
    ]
    if not cells:
        return []
    row, column = min(cells)
    what = f"the table {region.name} has formulas ({len(cells):,}), which an import would replace by values"
    hint = "Replace the formulas by their values, or leave this table out of the import."
    return [Issue(VALUE, what, f"{quoted(region.sheet)}!{letters(column)}{row}", None, hint)]


def _as_exported(raw: RawTable) -> Callable[[Table, int, str], Any]:
    """The cells of a new table: what the export gives, as a value; blank where it gives none."""
    at = {header_name(str(cell)): place for place, cell in enumerate(raw.rows[0])}

    def cell(table: Table, row: int, name: str) -> Any:
        place = at.get(name)
        if place is None or is_blank(raw.rows[1 + int(table.lines[row])][place]):
            return None
        return dated(cell_of(table.schema.column(name), table.value(row, name)))

    return cell
