"""Exports in the place of rows: what each table then holds, as somebody would have typed it.

It is the same for a workbook and for a folder, which differ in how they are written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from csm_xl.engine.components import component_types
from csm_xl.engine.loading import read_tables_to_pay
from csm_xl.errors import NOT_FOUND, VALUE, CsmError, Issue, counted, grouped, listed
from csm_xl.intake.changes import TableChanges, changes_of
from csm_xl.intake.column_answers import Around
from csm_xl.intake.grid import Grid
from csm_xl.intake.mapped import Mapped
from csm_xl.intake.origin import StackedOrigin
from csm_xl.intake.period_headers import period_headers
from csm_xl.intake.sources import Source
from csm_xl.plan.cells import is_blank
from csm_xl.plan.decisions import DECISIONS
from csm_xl.plan.names import header_name, table_name
from csm_xl.plan.raw import RawTable
from csm_xl.plan.table import Table, Tables, cell_of
from csm_xl.plan.tables import read_tables, table_of
from csm_xl.workbook.operations.own_columns import (
    has_moved,
    moved_columns,
    moved_notes,
    own_changes,
    staying_rows,
)
from csm_xl.workbook.operations.stacking import of_tables, stacked
from csm_xl.workbook.operations.table_rows import dated, missing_columns, typed_again
from csm_xl.workbook.settings import THIS_WORKBOOK
from csm_xl.xlsx.addresses import Place
from csm_xl.xlsx.package import Region


def around_of_tables(raws: Iterable[RawTable], exports: Sequence[tuple[Source, Grid]] = ()) -> Around:
    """What the plans among tables know that an export may leave open. exports: of the same import."""
    types = component_types()
    own = list(raws)
    mine = [raw for raw in own if table_of(raw, types) in ("plans", "components")]
    tables = read_tables(mine, types)[0]
    columns, components = tables["plans"].columns, tables["components"].columns
    plans = tuple(dict.fromkeys(str(name) for name in columns["plan_id"] if name))
    currencies = frozenset(str(code).upper() for code in columns["currency"] if code)
    kinds = dict.fromkeys(kind for every in components.get("deal_kinds", ()) for kind in every)
    measures: dict[str, set[str]] = {}
    named = components.get("measure", ())
    for measure, scope in zip(named, components.get("scope", ()), strict=False):
        if measure:
            measures.setdefault(str(measure), set()).add(str(scope))
    scopes = {measure: frozenset(each - {""}) for measure, each in measures.items()}
    return Around(plans, currencies, exports, tuple(kinds), scopes, own)


def not_paid_from(said: str, file: str) -> list[Issue]:
    """A warning where Control pays from a folder or a scenario, and not from the sheets that are written.

    said: what Control says; blank where it pays from the sheets. file: the workbook's name.
    """
    if not said:
        return []
    what = f"Control says {said}: nobody may be paid from what is imported into the sheets"
    hint = f"Set it to {THIS_WORKBOOK}, if that is wrong."
    return [Issue(VALUE, what, file, None, hint, "warning")]


@dataclass(frozen=True)
class Imported:
    """What an import changes, what was found and stops nobody, whether anything was written, and whether the
    formulas of a workbook wait for Excel or the next refresh."""

    changes: tuple[TableChanges, ...]
    warnings: tuple[Issue, ...]
    written: bool
    waits: bool = False


def reported_once(issues: Iterable[Issue], given: Sequence[Mapped]) -> list[Issue]:
    """The findings without those about a cell of which the mapping reports already why it cannot be read."""
    told = {where for one in given for where in one.told}
    seen: set[str] = set()
    found = []
    for issue in issues:
        if issue.where not in told or issue.where not in seen:
            found.append(issue)
        seen.add(issue.where)
    return found


Agree = Callable[[Sequence[TableChanges]], bool]
"""Asked with what would change; whether it is to be written."""

AskRemoved = Callable[[Mapping[str, Sequence[str]]], None]
"""Asked with the rows that would disappear, by table, before anything is judged."""


@dataclass(frozen=True)
class Merge:
    """Exports put into the tables of a workbook or a folder.

    given: the exports, of which several may be of one table. old: the workbook's tables, with what Control
    decides about findings. mine: those that the exports replace, by name; before: as they are read. new: as
    they will be, one a table; raws: with all others.
    """

    given: Sequence[Mapped]
    old: Sequence[RawTable]
    mine: Mapping[str, RawTable]
    before: Tables
    new: Sequence[RawTable]
    raws: Sequence[RawTable]

    @classmethod
    def of(cls, raws: Sequence[RawTable], given: Sequence[Mapped]) -> Merge:
        """Put exports into tables. raws: those of the workbook, with its decisions.

        Errors: as `stacked`.
        """
        types = component_types()
        wanted = {one.source.table for one in given}
        mine = {name: raw for raw in raws if (name := table_of(raw, types)) in wanted}
        decisions = [raw for raw in raws if raw.name in DECISIONS]
        before = read_tables([*mine.values(), *decisions], types)[0]
        new = [stacked(exports, mine.get(name), before[name]) for name, exports in of_tables(given)]
        others = [raw for raw in raws if all(raw is not one for one in mine.values())]
        return cls(given, raws, mine, before, new, [*new, *others])

    @property
    def decisions(self) -> list[RawTable]:
        """What people decided about findings."""
        return [raw for raw in self.raws if raw.name in DECISIONS]

    def removed(self) -> dict[str, tuple[str, ...]]:
        """Table → its rows that the export does not have, by their keys."""
        tables = read_tables([*self.new, *self.decisions], component_types())[0]
        return {one.table: one.removed for one in self.changes(tables) if one.removed}

    def sound(self, more: Iterable[RawTable] = ()) -> tuple[Tables, tuple[Issue, ...]]:
        """The tables as they will be, and what is new among the findings and stops nobody.

        more: decisions of a command.
        Errors: everything that is wrong then and was not before.
        """
        extra = list(more)
        tables, issues = read_tables_to_pay([*self.raws, *extra])
        known = (
            {(issue.where, issue.message) for issue in read_tables_to_pay(self.old)[1]} if issues else set()
        )
        own = {issue for one in self.given for issue in one.raw.issues}
        told = {where for one in self.given for where in one.told}
        fresh = [issue for issue in issues if (issue.where, issue.message) not in known]
        fresh = [issue for issue in fresh if issue in own or issue.where not in told]
        if errors := [issue for issue in fresh if issue.severity == "error"]:
            raise CsmError.of([*grouped(errors), *_gone(self.before, tables, self.given)])
        doubts = [*self._without_leave_date(tables["roster"]), *self._all_anew(tables)]
        doubts += [note for name, exports in of_tables(self.given)
                   for note in moved_notes(exports, self.before[name])]  # fmt: skip
        return tables, (*grouped(fresh), *doubts)

    def _all_anew(self, tables: Tables) -> list[Issue]:
        """A warning about headers without a year of which every figure changes one that is there: they may be
        those of another year."""
        found = []
        for one in self.given:
            said = one.source.unpivot
            headers = period_headers(said.columns) if said is not None and said.name == "period" else []
            periods = {said.columns[each.header]: each.header for each in headers if said and not each.year}
            if not periods or one.source.table not in self.before:
                continue
            changed = changes_of(self.before[one.source.table], tables[one.source.table]).changed
            at = next(at for at, name in enumerate(one.raw.rows[0]) if name == "period")
            rows = Counter(str(row[at]) for row in one.raw.rows[1:])
            anew = Counter(each.row.split(" ")[0] for each in changed
                           if each.column == "actual" and each.before is not None)  # fmt: skip
            for name, header in periods.items():
                if rows[name] > 1 and anew[name] >= rows[name]:
                    what = f"{header!r} is read as {name}, and changes all {rows[name]:,} results of it"
                    hint = "If it is of another year, correct unpivot in sources.toml; import both exports."
                    found.append(Issue(VALUE, what, one.grid.block.place, None, hint, "warning"))
        return found

    def _without_leave_date(self, roster: Table) -> list[Issue]:
        """A warning about people who are in no export of the roster, stay, and have no leave date.

        Where an export has fewer people than would be named, it is one of joiners or changes, and not a list
        of everyone.
        """
        exports = [one for one in self.given if one.source.table == "roster"]
        origin = next((raw.origin for raw in self.new if raw.name == "roster"), None)
        if not isinstance(origin, StackedOrigin):
            return []
        there = staying_rows(origin, len(exports))
        stay = [str(roster.value(row, "employee_id")) for row in range(roster.rows)
                if int(roster.lines[row]) in there and roster.value(row, "leave_date") is None]  # fmt: skip
        if not stay or len(stay) >= len(origin.rows) - len(there):
            return []
        what = f"{counted(len(stay), 'person', 'people')} of roster without a leave_date"
        what += f" {'is' if len(stay) == 1 else 'are'} in no export of it: {listed(stay, 8)}"
        hint = "They are paid as before. If they left, type leave_date in roster; or import a report of leave"
        hint += ' dates as another source of roster, with rows = "update".'
        return [Issue(VALUE, what, listed(one.grid.block.place for one in exports), None, hint, "warning")]

    def changes(self, tables: Tables) -> tuple[TableChanges, ...]:
        """What changes in each table that has exports. tables: as they will be."""
        names = [name for name, _ in of_tables(self.given)]
        found = [changes_of(self.before[name], tables[name]) for name in names]
        return tuple(replace(one, changed=(*one.changed, *own_changes(self.before[name], tables[name])))
                     for name, one in zip(names, found, strict=True))  # fmt: skip

    def moved(self, after: Table, raw: RawTable) -> Callable[[str, Any, int], bool]:
        """Whether a cell of a column that no table knows is in a column of ours by now: of its header's name,
        the cell, and the row of the new table. raw: what the new table is read from."""
        name = after.schema.name
        exports = [one for one in self.given if one.source.table == name]
        columns = moved_columns(exports, self.before[name])
        stay = staying_rows(raw.origin, len(exports))

        def moved(header: str, typed: Any, row: int) -> bool:
            stays = int(after.lines[row]) in stay
            return header in columns and has_moved(typed, after, row, columns[header], stays)

        return moved

    def rows(
        self, tables: Tables, regions: Iterable[Region], formulas: Collection[Place], file: str
    ) -> dict[str, list[list[Any]]]:
        """The new rows of the Excel tables that change, by the name of each.

        tables: as they will be. regions: the workbook's Excel tables. formulas: the cells that somebody
        calculates. file: the workbook's name.
        Errors: a table or a column that the workbook lacks; a table with formulas.
        """
        there = {table_name(region.name): region for region in regions}
        found, issues = dict[str, list[list[Any]]](), list[Issue]()
        for raw in self.new:
            name = str(raw.name)
            after, region = tables[name], there.get(name)
            if region is None:
                what = f"the workbook has no Excel table of {name}"
                needs = ", ".join(after.schema.required)
                hint = f"Add a table tbl{name.capitalize()} with the columns {needs}."
                issues.append(Issue(NOT_FOUND, what, file, None, hint))
                continue
            wrong = [*_calculated(region, formulas), *_lacking(region, after, self.before[name])]
            issues += wrong
            if not wrong:
                rows = self._rows(raw, after, region)
                if changes_of(self.before[name], after).any or _own_changed(rows, self.mine.get(name)):
                    found[region.name] = rows
        if issues:
            raise CsmError.of(issues)
        return found

    def _rows(self, raw: RawTable, after: Table, region: Region) -> list[list[Any]]:
        name = after.schema.name
        headers = {header_name(header) for header in region.headers}
        shown = replace(after, extra={header: cells for header, cells in after.extra.items()
                                      if header_name(header) in headers})  # fmt: skip
        origin = self.before[name].origin
        positions = None if origin is None else dict(origin.positions)
        before, mine = self.before[name], self.mine.get(name)
        return typed_again(region, shown, before, mine, as_exported(raw), positions, self.moved(after, raw))


def _gone(before: Tables, tables: Tables, given: Sequence[Mapped]) -> list[Issue]:
    """A note about rows that an export no longer has, which other tables may still name."""
    hint = 'If they must stay, such as people who left, add rows = "update" to the source in sources.toml.'
    return [
        Issue(VALUE, f"{counted(len(gone), 'row')} of {name} would disappear: {listed(gone, 8)}",
              listed(one.grid.block.place for one in exports), None, hint, "note")
        for name, exports in of_tables(given)
        if (gone := changes_of(before[name], tables[name]).removed)
    ]  # fmt: skip


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


def _calculated(region: Region, formulas: Collection[Place]) -> list[Issue]:
    """A finding where somebody calculates cells of a table: an import would put values in their place."""
    cells = [
        place
        for place in formulas
        if place.sheet == region.sheet
        and region.first_row < place.row <= region.last_row
        and region.first_column <= place.column <= region.last_column
    ]
    if not cells:
        return []
    what = f"the table {region.name} has formulas ({len(cells):,}), which an import would replace by values"
    hint = "Replace the formulas by their values, or leave this table out of the import."
    return [Issue(VALUE, what, str(min(cells)), None, hint)]


def as_exported(raw: RawTable) -> Callable[[Table, int, str], Any]:
    """The cells of a new table: what the export gives, as a value; blank where it gives none."""
    at = {header_name(str(cell)): place for place, cell in enumerate(raw.rows[0])}

    def cell(table: Table, row: int, name: str) -> Any:
        place = at.get(name)
        if place is None or is_blank(raw.rows[1 + int(table.lines[row])][place]):
            return None
        return dated(cell_of(table.schema.column(name), table.value(row, name)))

    return cell
